"""What the Route 53 Resolver endpoints must be that stand between clients and an endpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.rules.core import Fix, error
from privatelink_constructs.rules.security_groups import is_opened

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ADDRESSES = range(2, 21)
DNS_PORT = 53
DNS_PROTOCOLS = ("tcp", "udp")
_GUIDE = "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide"
_RESOLVER = f"{_GUIDE}/resolver-forwarding-inbound-queries.html"


@error(
    "resolver-address-count-out-of-range",
    "A Resolver endpoint must have 2 to 20 IP addresses.",
    why="AWS rejects more, and fewer, so that one Availability Zone can fail.",
    fix=Fix(
        code="specify at least two IP addresses, in two Availability Zones",
        template="list at least two entries in IpAddresses, in two Availability Zones",
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
    "The security groups of a Resolver endpoint must allow port 53 over TCP and UDP.",
    why="DNS uses both: without UDP queries are dropped, without TCP long answers.",
    fix=Fix.same("add an inbound rule for port 53 with each protocol that lacks one"),
    url=_RESOLVER,
)
def dns_port_open(opened: Sequence[tuple[str, int, int]]) -> Iterator[str]:
    """Find the protocols over which the security groups of a Resolver endpoint close port 53.

    :param opened: protocol (``-1`` for all), first and last port of each rule.
    """
    missing = [each for each in DNS_PROTOCOLS if not is_opened(each, DNS_PORT, opened)]
    if missing:
        listed = " and ".join(protocol.upper() for protocol in missing)
        yield f"no rule opens port 53 over {listed}"
