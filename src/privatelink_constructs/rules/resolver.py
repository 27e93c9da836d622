"""The rules for Route 53 Resolver endpoints between clients and an endpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.rules.core import Fix, error
from privatelink_constructs.rules.security_groups import is_opened

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ADDRESSES = range(2, 21)
_PLAIN = (("tcp", 53), ("udp", 53))
_OVER_HTTPS = (("tcp", 443),)
_WAYS = {"Do53": _PLAIN, "DoH": _OVER_HTTPS, "DoH-FIPS": _OVER_HTTPS}
PROTOCOLS = {
    "INBOUND": frozenset({"Do53", "DoH", "DoH-FIPS"}),
    "INBOUND_DELEGATION": frozenset({"Do53"}),
    "OUTBOUND": frozenset({"Do53", "DoH"}),
}
"""The protocols of Resolver endpoints, by their direction."""
_GUIDE = "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide"
_RESOLVER = f"{_GUIDE}/resolver-forwarding-inbound-queries.html"


@error(
    "resolver-address-count-out-of-range",
    "A Resolver endpoint must have 2 to 20 IP addresses.",
    why="AWS rejects other numbers. With two addresses in two Availability Zones, one zone can "
    "fail.",
    fix=Fix(
        code="specify 2 to 20 IP addresses, in at least two Availability Zones",
        template="list 2 to 20 entries in IpAddresses, in at least two Availability Zones",
    ),
    url=_RESOLVER,
)
def address_count_in_range(count: int | None) -> Iterator[str]:
    """Find a Resolver endpoint with too few or too many addresses; None if not known."""
    if count is not None and count not in ADDRESSES:
        addresses = "1 address" if count == 1 else f"{count} addresses"
        yield f"the Resolver endpoint has {addresses}"


@error(
    "resolver-port-closed",
    "The security groups of a Resolver endpoint must allow the ports of its protocols.",
    why=(
        "DNS uses port 53 over UDP, and over TCP for long answers. DNS over HTTPS uses port 443 "
        "over TCP. Queries that no rule allows are dropped."
    ),
    fix=Fix.same(
        "add an inbound rule for each missing port and protocol, or an outbound rule for an "
        "outbound endpoint"
    ),
    url=_RESOLVER,
)
def dns_port_open(
    opened: Sequence[tuple[str, int, int]],
    needed: Sequence[tuple[str, int]] = _PLAIN,
    *,
    direction: str = "inbound",
) -> Iterator[str]:
    """Find the ports that the security groups of a Resolver endpoint close.

    :param opened: protocol (``-1`` for all), first and last port of each rule.
    :param needed: protocol and port of the queries.
    :param direction: ``inbound`` or ``outbound``, the direction of the rules.
    """
    closed: dict[int, list[str]] = {}
    for protocol, port in needed:
        if not is_opened(protocol, port, opened):
            closed.setdefault(port, []).append(protocol.upper())
    for port, protocols in sorted(closed.items()):
        yield f"no {direction} rule allows port {port} over {' and '.join(sorted(protocols))}"


@error(
    "resolver-protocol-missing",
    "A Resolver endpoint must have a protocol.",
    why="It couldn't be queried.",
    fix=Fix(code="leave protocols out for DNS over port 53", template="leave Protocols out"),
    url=_RESOLVER,
)
def protocols_present(count: int) -> Iterator[str]:
    """Find a Resolver endpoint without a protocol."""
    if not count:
        yield "the list of protocols is empty"


@error(
    "resolver-protocol-not-supported",
    "A Resolver endpoint must use protocols that its direction supports.",
    why=(
        "AWS rejects other protocols. DoH-FIPS is for inbound endpoints and excludes DoH, and an "
        "endpoint for inbound delegation supports Do53 only."
    ),
    fix=Fix.same(
        "use Do53, DoH, or both. On an inbound endpoint, you can use DoH-FIPS instead of DoH"
    ),
    url=_RESOLVER,
)
def protocols_supported(direction: str, protocols: Sequence[str]) -> Iterator[str]:
    """Find protocols that an endpoint of a direction doesn't have, or not together.

    :param direction: ``INBOUND``, ``OUTBOUND``, or ``INBOUND_DELEGATION``.
    """
    possible = PROTOCOLS.get(direction, frozenset(protocols))
    for protocol in sorted(set(protocols) - possible):
        yield (
            f"an endpoint with the direction {direction} doesn't support {protocol!r}. It "
            f"supports {_listed(possible)}"
        )
    if {"DoH", "DoH-FIPS"} <= set(protocols) & possible:
        yield "the endpoint uses both DoH and DoH-FIPS"


def _listed(protocols: frozenset[str]) -> str:
    return ", ".join(sorted(protocols))


def ports_of(protocols: Sequence[str]) -> list[tuple[str, int]]:
    """Return protocol and port of the queries that reach an endpoint over its protocols."""
    return sorted({way for protocol in protocols for way in _WAYS.get(protocol, ())})
