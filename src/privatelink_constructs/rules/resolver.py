"""What the DNS around an endpoint needs: Resolver endpoints, alias records, zones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.rules.core import Problem, error

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ADDRESSES = range(2, 21)
DNS_PORT = 53
DNS_PROTOCOLS = ("tcp", "udp")
_GUIDE = "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide"
_RESOLVER = f"{_GUIDE}/resolver-forwarding-inbound-queries.html"

ADDRESS_COUNT = error(
    "resolver-addresses",
    "A Resolver endpoint has 2 to 20 addresses.",
    why="AWS refuses fewer, so that one Availability Zone can fail, and more.",
    remedy="give at least two addresses, in two Availability Zones",
    url=_RESOLVER,
)
PORT_CLOSED = error(
    "resolver-port-closed",
    "The security groups of a Resolver endpoint open port 53 over TCP and UDP.",
    why="DNS uses both: without UDP no query gets through, without TCP no long answer.",
    remedy="add an inbound rule for port 53 with each protocol that lacks one",
    url=_RESOLVER,
)


def check_address_count(count: int | None) -> Iterator[Problem]:
    """Check how many addresses a Resolver endpoint has; None when it isn't known."""
    if count is not None and count not in ADDRESSES:
        addresses = "1 address" if count == 1 else f"{count} addresses"
        yield Problem(ADDRESS_COUNT, f"the Resolver endpoint has {addresses}")


def check_dns_ports(opened: Sequence[tuple[str, int, int]]) -> Iterator[Problem]:
    """Check that the security groups of a Resolver endpoint open port 53.

    :param opened: protocol (``-1`` for all), first and last port of each rule.
    """
    missing = [
        protocol
        for protocol in DNS_PROTOCOLS
        if not any(
            rule == "-1" or (rule == protocol and first <= DNS_PORT <= last)
            for rule, first, last in opened
        )
    ]
    if missing:
        listed = " and ".join(protocol.upper() for protocol in missing)
        yield Problem(PORT_CLOSED, f"no rule opens port 53 over {listed}")
