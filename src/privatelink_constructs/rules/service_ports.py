"""The ports of a service, written so that they can be compared.

A TCP port is a plain number, a UDP port is ``"53/udp"``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.rules import core
from privatelink_constructs.rules.core import Problem, error
from privatelink_constructs.rules.listeners import TRANSPORTS, check_port

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    Port = int | str

_TRANSPORTS = {protocol.lower(): transports for protocol, transports in TRANSPORTS.items()}

MALFORMED = error(
    "port-malformed",
    "A port of a service is a number, or a number and a protocol.",
    why="Security groups of consumers are opened for it.",
    remedy='write 443 for TCP, or "53/udp", "53/tcp_udp"',
    url=core.CREATE_ENDPOINT,
)


def check_ports(ports: Iterable[Port]) -> Iterator[Problem]:
    """Check ports as users write them."""
    if isinstance(ports, str):
        yield Problem(MALFORMED, f"{ports!r} is no list of ports")
        return
    for port in ports:
        number, _, protocol = str(port).partition("/")
        if not number.isdecimal() or protocol not in {"", *_TRANSPORTS}:
            yield Problem(MALFORMED, f"{port!r} is no port")
        else:
            yield from check_port(int(number))


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
