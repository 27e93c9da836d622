"""The ports of a service in a form that you can compare.

A TCP port is a plain number, a UDP port is ``"53/udp"``, and a range is ``"1024-65535"``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from privatelink_constructs.rules import core
from privatelink_constructs.rules.core import Fix, about, error, first_of, items_of
from privatelink_constructs.rules.listeners import TRANSPORTS, port_in_range

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from privatelink_constructs.rules.core import Problem

    Port = int | str

_TRANSPORTS = {protocol.lower(): transports for protocol, transports in TRANSPORTS.items()}
_PORT = r"(?P<first>\d{1,16})(?:-(?P<last>\d{1,16}))?(?:/(?P<protocol>\w+))?"
_MOST_RULES = 60
"""How many single ports can follow each other: a security group doesn't take more rules."""


class PortRange(NamedTuple):
    """One or several ports, as a rule of a security group has them.

    :param first: the first port.
    :param last: the last port, the first one again where there is no other.
    :param protocol: ``tcp`` or ``udp``.
    """

    first: int
    last: int
    protocol: str

    @property
    def text(self) -> Port:
        """The one way to write it in a contract."""
        numbers = str(self.first) if self.first == self.last else f"{self.first}-{self.last}"
        if self.protocol != "tcp":
            return f"{numbers}/{self.protocol}"
        return self.first if self.first == self.last else numbers


@error(
    "port-malformed",
    "A port of a service must be a number or a range of ports, with an optional protocol.",
    why="The security groups of consumers allow traffic on the port.",
    fix=Fix(
        code='use 443 for TCP, "53/udp" or "53/tcp_udp" for other protocols, or "1024-65535" for '
        "a range of ports",
        template=(
            "set FromPort and ToPort to the port, or to the first and the last port of a range, "
            "and IpProtocol to the protocol"
        ),
    ),
    url=core.CREATE_ENDPOINT,
)
def ports_well_formed(ports: Sequence[Port]) -> Iterator[str]:
    """Find a value that isn't a port or a range of ports."""
    if isinstance(ports, str):
        yield f"{ports!r} is not a list of ports"
        return
    for port in ports:
        match = None if isinstance(port, bool) else re.fullmatch(_PORT, str(port), re.ASCII)
        if match is None or match["protocol"] not in {None, *_TRANSPORTS}:
            yield f"{port!r} is not a valid port"
        elif match["last"] is not None and int(match["last"]) < int(match["first"]):
            yield f"{port!r} is not a valid range of ports, because it ends before it begins"


def valid_ports(ports: Sequence[Port], argument: str = "") -> Iterator[Problem]:
    """Check ports as users write them.

    :param argument: the name of the argument. Default: empty, for ports that users don't write.
    """
    if isinstance(ports, str):
        yield from about(ports_well_formed(ports), argument)
        return
    named = [*items_of(ports, argument)]
    yield from first_of(
        (it for name, port in named for it in about(ports_well_formed([port]), name)),
        (it for name, port in named for it in about(_in_range([port]), name)),
    )


def _in_range(ports: Sequence[Port]) -> Iterator[Problem]:
    for port in ports:
        for number in dict.fromkeys(str(port).partition("/")[0].split("-")):
            yield from port_in_range(int(number))


def normalize(ports: Iterable[Port]) -> tuple[Port, ...]:
    """Return ports sorted, without duplicates, each in its canonical form.

    A long run of ports, as in ``range(1024, 65536)``, becomes a range, because a security group
    can't have a rule for each of them.
    """
    found = sorted({each for port in ports for each in transports(port)})
    return tuple(each.text for each in sorted(_with_runs(found)))


def _with_runs(ports: Sequence[PortRange]) -> Iterator[PortRange]:
    for protocol in {port.protocol for port in ports}:
        run: list[PortRange] = []
        for port in (it for it in ports if it.protocol == protocol):
            if run and not (port.first == port.last == run[-1].first + 1 == run[-1].last + 1):
                yield from _as_range(run)
                run = []
            run.append(port)
        yield from _as_range(run)


def _as_range(run: list[PortRange]) -> list[PortRange]:
    """Return one range for a run of ports that is too long for a security group."""
    if len(run) <= _MOST_RULES:
        return run
    return [PortRange(run[0].first, run[-1].last, run[0].protocol)]


def transports(port: Port) -> list[PortRange]:
    """Return a port, or a range, with each protocol that security groups know it by."""
    numbers, _, protocol = str(port).partition("/")
    first, _, last = numbers.partition("-")
    found = int(first), int(last or first)
    return [PortRange(*found, transport) for transport in _TRANSPORTS[protocol or "tcp"]]


def ports_without(ports: Iterable[Port], listeners: Iterable[Port]) -> list[Port]:
    """Return the ports without a listener. For a range, a listener on one port is enough."""
    wanted_ports = [(port, each) for port in ports for each in transports(port)]
    if not wanted_ports:
        return []
    there = [each for listener in listeners for each in transports(listener)]
    return [
        port
        for port, wanted in wanted_ports
        if not any(
            it.protocol == wanted.protocol and wanted.first <= it.first <= wanted.last
            for it in there
        )
    ]
