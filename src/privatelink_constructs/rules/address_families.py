"""The rules for IPv4 and IPv6: services, load balancers, and subnets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.rules import core
from privatelink_constructs.rules.core import Fix, about, error, items_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from privatelink_constructs.rules.core import Problem

_FAMILIES = frozenset({"ipv4", "ipv6"})
_ADDRESS_TYPES = frozenset({"ipv4", "dualstack"})


@error(
    "service-address-family-not-valid",
    "A service must offer IPv4, IPv6, or both.",
    why="AWS rejects other values.",
    fix=Fix(
        code='use "ipv4", "ipv6", or both in ip_address_types',
        template="list ipv4, ipv6, or both in SupportedIpAddressTypes",
    ),
    url=core.CREATE_SERVICE,
)
def service_address_families(types: Sequence[str]) -> Iterator[str]:
    """Find address families that a service can't offer, or an empty list."""
    for unknown in sorted(set(types) - _FAMILIES):
        yield f"{unknown!r} is not a valid address family"
    if not types:
        yield "no address family is specified"


def valid_address_families(types: Sequence[str]) -> Iterator[Problem]:
    """Check the address families that a service offers, as users write them."""
    yield from about(service_address_families(types) if not types else (), "ip_address_types")
    for name, family in items_of(types, "ip_address_types"):
        yield from about(service_address_families([family]), name)


@error(
    "service-address-family-mismatch",
    "The load balancers and subnets of a service must have the address families that it offers.",
    why="AWS rejects IPv6 with load balancers that aren't dualstack, or in subnets without IPv6.",
    fix=Fix(
        code="use IpAddressType.DUAL_STACK in subnets with IPv6, or offer only IPv4",
        template=(
            "set IpAddressType to dualstack and use subnets with an Ipv6CidrBlock, or offer only "
            "ipv4 in SupportedIpAddressTypes"
        ),
    ),
    url=core.CREATE_SERVICE,
)
def ipv6_available(name: object, *, available: bool | None) -> Iterator[str]:
    """Find a load balancer or a subnet that lacks the IPv6 addresses that the service needs.

    :param name: how the message should name it.
    :param available: whether it has them, None when it isn't known.
    """
    if available is False:
        yield f"{name} has no IPv6 addresses"


@error(
    "subnet-address-family-mismatch",
    "The subnets of a Network Load Balancer must have IPv4 addresses.",
    why="AWS rejects IPv6-only subnets: a Network Load Balancer is ipv4 or dualstack.",
    fix=Fix(
        code="select subnets with an IPv4 CIDR block",
        template="use subnets with a CidrBlock, and without Ipv6Native",
    ),
    url=core.NLB_OVERVIEW,
)
def ipv4_available(name: object, families: Collection[str] | None) -> Iterator[str]:
    """Find a subnet of a load balancer without IPv4.

    :param name: how the message should name it.
    :param families: the address families that it has, None when they aren't known.
    """
    if families is not None and "ipv4" not in families:
        yield f"{name} has no IPv4 addresses"


@error(
    "load-balancer-address-type-not-supported",
    "The address type of a Network Load Balancer must be ipv4 or dualstack.",
    why="AWS rejects other address types.",
    fix=Fix(
        code="use IpAddressType.IPV4 or IpAddressType.DUAL_STACK",
        template="set IpAddressType to ipv4 or dualstack",
    ),
    url=core.NLB_OVERVIEW,
)
def load_balancer_address_type(address_type: str) -> Iterator[str]:
    """Find an address type that a Network Load Balancer can't have."""
    if address_type not in _ADDRESS_TYPES:
        yield f"{address_type!r} is not a valid address type for a load balancer"
