"""The ports of a service, written so that they can be compared.

A TCP port is a plain number, a UDP port is ``"53/udp"``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.rules import core
from privatelink_constructs.rules.core import Fix, error, first_of
from privatelink_constructs.rules.listeners import TRANSPORTS, port_in_range

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from privatelink_constructs.rules.core import Problem

    Port = int | str

_TRANSPORTS = {protocol.lower(): transports for protocol, transports in TRANSPORTS.items()}


@error(
    "port-malformed",
    "A port of a service must be a number, or a number and a protocol.",
    why="The security groups of consumers are opened for it.",
    fix=Fix(
        code='write 443 for TCP, or "53/udp", "53/tcp_udp"',
        template="write the number as FromPort and ToPort, and the protocol as IpProtocol",
    ),
    url=core.CREATE_ENDPOINT,
)
def ports_well_formed(ports: Sequence[Port]) -> Iterator[str]:
    """Find what isn't written like a port."""
    if isinstance(ports, str):
        yield f"{ports!r} is no list of ports"
        return
    for port in ports:
        number, _, protocol = str(port).partition("/")
        if not number.isdecimal() or protocol not in {"", *_TRANSPORTS}:
            yield f"{port!r} is no port"


def valid_ports(ports: Sequence[Port]) -> Iterator[Problem]:
    """Check ports as users write them."""
    yield from first_of(ports_well_formed(ports), _in_range(ports))


def _in_range(ports: Sequence[Port]) -> Iterator[Problem]:
    for port in ports:
        yield from port_in_range(int(str(port).partition("/")[0]))


def normalise(ports: Iterable[Port]) -> tuple[Port, ...]:
    """Return ports sorted, without duplicates, each in its one way to be written."""
    pairs = {pair for port in ports for pair in transports(port)}
    return tuple(
        number if protocol == "tcp" else f"{number}/{protocol}"
        for number, protocol in sorted(pairs)
    )


def transports(port: Port) -> list[tuple[int, str]]:
    """Return the number of a port with each protocol that security groups know it by."""
    number, _, protocol = str(port).partition("/")
    return [(int(number), transport) for transport in _TRANSPORTS[protocol or "tcp"]]
