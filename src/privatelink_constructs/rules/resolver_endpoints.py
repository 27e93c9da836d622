"""Who can query a Route 53 Resolver endpoint, and at which addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.facts.address_space import address_of, everyone_among, network_of
from privatelink_constructs.rules.core import Fix, error, is_token

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

_GUIDE = "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide"
_INBOUND = f"{_GUIDE}/resolver-forwarding-inbound-queries.html"
_VALUES = f"{_GUIDE}/resolver-forwarding-inbound-queries-values.html"
_CREATE = (
    "https://docs.aws.amazon.com/Route53/latest/APIReference/"
    "API_route53resolver_CreateResolverEndpoint.html"
)
_SUBNETS = "https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html"
_FEWEST_ZONES = 2
_RESERVED_FIRST, _RESERVED_LAST = 4, 1
_WRITTEN = {"ipv4": "IPv4", "ipv6": "IPv6"}


@error(
    "resolver-clients-missing",
    "An inbound Resolver endpoint must name its clients.",
    why="Its security group drops every query.",
    fix=Fix(
        code="pass the CIDR blocks of the resolvers on premises in clients, such as 192.168.0.0/16",
        template="allow the resolvers on premises in SecurityGroupIngress",
    ),
    url=_INBOUND,
)
def resolver_clients_present(count: int) -> Iterator[str]:
    """Find an inbound endpoint without clients."""
    if not count:
        yield "the list of clients is empty"


@error(
    "resolver-clients-open-to-world",
    "The clients of an inbound Resolver endpoint must be narrower than all addresses.",
    why="Everything that is routed to the VPC could look up the names in it.",
    fix=Fix.same("list the CIDR blocks of the resolvers on premises"),
    url=_VALUES,
)
def resolver_clients_narrow(cidrs: Iterable[str]) -> Iterator[str]:
    """Find CIDR blocks of every address among those that may query an inbound endpoint."""
    for whole in everyone_among(cidrs):
        verb = "allows" if len(whole) == 1 else "together allow"
        yield f"{' and '.join(map(repr, whole))} {verb} every address"


@error(
    "resolver-zones-insufficient",
    "A Resolver endpoint must have addresses in two Availability Zones.",
    why="If its Availability Zone fails, no name resolves.",
    fix=Fix(
        code="select subnets in at least two Availability Zones",
        template="list subnets in at least two Availability Zones in IpAddresses",
    ),
    url=_VALUES,
)
def resolver_zones_sufficient(zones: int | None) -> Iterator[str]:
    """Find a Resolver endpoint in a single Availability Zone; None where it isn't known."""
    if zones is not None and 0 < zones < _FEWEST_ZONES:
        yield "all addresses are in one Availability Zone"


@error(
    "resolver-address-malformed",
    "The address of a Resolver endpoint must be an IPv4 or IPv6 address.",
    why="AWS rejects any other.",
    fix=Fix(
        code="use an address such as 10.0.0.10",
        template="use an IPv4 address such as 10.0.0.10 in Ip, or an IPv6 address in Ipv6",
    ),
    url=_VALUES,
)
def resolver_address_well_formed(address: str, *, family: str | None = None) -> Iterator[str]:
    """Find what isn't an address; tokens pass.

    :param family: ``ipv4`` or ``ipv6``, the only one that is valid. Default: both are.
    """
    found = None if is_token(address) else family_of(address)
    if not is_token(address) and (found is None or family not in {None, found}):
        kind = "IP" if family is None else _WRITTEN[family]
        yield f"{address!r} is not a valid {kind} address"


@error(
    "resolver-address-family-mismatch",
    "The addresses of a Resolver endpoint must be of its address type.",
    why="The address type applies to all addresses of the endpoint.",
    fix=Fix(
        code=(
            "use addresses of the family of ip_address_type, or "
            "ec2.VpcEndpointIpAddressType.DUALSTACK for both families"
        ),
        template="use addresses of ResolverEndpointType, or set it to DUALSTACK for both families",
    ),
    url=_CREATE,
)
def resolver_address_of_type(address: str, families: Collection[str]) -> Iterator[str]:
    """Find an address of a family that an endpoint doesn't have; tokens pass.

    :param families: the address families of the endpoint.
    """
    found = family_of(address)
    if found is not None and found not in families:
        kinds = " and ".join(_WRITTEN[it] for it in sorted(families))
        yield f"{address!r} is an {_WRITTEN[found]} address, but the endpoint has only {kinds}"


@error(
    "resolver-subnet-address-family-mismatch",
    "The subnets of a Resolver endpoint must have the address families of its address type.",
    why="AWS assigns each address from the CIDR blocks of its subnet.",
    fix=Fix(
        code="select subnets with those addresses, or use another ip_address_type",
        template="use subnets with those CIDR blocks, or another ResolverEndpointType",
    ),
    url=_VALUES,
)
def resolver_subnet_of_type(
    subnet: str, families: Collection[str], offered: Collection[str] | None
) -> Iterator[str]:
    """Find a subnet without an address family that an endpoint needs.

    :param subnet: how the message should name the subnet.
    :param families: the address families of the endpoint.
    :param offered: those of the subnet, None when they aren't known.
    """
    lacking = set[str]() if offered is None else {*families} - {*offered}
    for family in sorted(lacking):
        yield f"the subnet {subnet!r} has no {_WRITTEN[family]} addresses"


@error(
    "resolver-address-duplicate",
    "Each address of a Resolver endpoint must be different.",
    why="AWS rejects the second one.",
    fix=Fix.same("list each address once"),
    url=_VALUES,
)
def resolver_addresses_distinct(addresses: Sequence[str]) -> Iterator[str]:
    """Find an address that a Resolver endpoint has twice."""
    for address in sorted({it for it in addresses if addresses.count(it) > 1}):
        yield f"{address!r} is listed {addresses.count(address)} times"


@error(
    "resolver-address-mismatch",
    "The address of a Resolver endpoint must be in its subnet.",
    why="AWS rejects any other.",
    fix=Fix(
        code=(
            "use addresses of the selected subnets; where their CIDR blocks aren't known, one for "
            "each subnet, in their order"
        ),
        template="use an address of the subnet in SubnetId",
    ),
    url=_VALUES,
)
def resolver_address_in_subnet(address: str, subnets: Sequence[str]) -> Iterator[str]:
    """Find an address that is in none of some subnets.

    :param subnets: the CIDR blocks of the subnets that it can be in; none if they aren't known.
    """
    found = address_of(address)
    ranges = [it for it in map(network_of, subnets) if it and found and it.version == found.version]
    if ranges and not any(found in it for it in ranges):
        yield f"{address!r} is not in {' or '.join(subnets)}"


@error(
    "resolver-address-count-mismatch",
    "Each subnet of a Resolver endpoint must have an address where their CIDR blocks aren't known.",
    why="Otherwise, it isn't known which address belongs to which subnet.",
    fix=Fix(
        code=(
            "pass one address for each subnet in ip_addresses, or import the subnets with their "
            "ipv4_cidr_block"
        ),
        template="set Ip of each entry in IpAddresses",
    ),
    url=_VALUES,
)
def resolver_addresses_assigned(
    addresses: int, subnets: int, *, family: str = "IPv4"
) -> Iterator[str]:
    """Find another number of addresses than of subnets.

    :param family: the address family, as the message should name it.
    """
    if addresses != subnets:
        yield (
            f"the argument ip_addresses has {addresses} {family} addresses, but the endpoint has "
            f"{subnets} subnets"
        )


@error(
    "resolver-address-not-supported",
    "The address of a Resolver endpoint must be one that AWS doesn't reserve.",
    why="AWS reserves the first four addresses and the last one of each subnet.",
    fix=Fix.same("use another address of the subnet"),
    url=_SUBNETS,
)
def resolver_address_free(address: str, subnets: Sequence[str]) -> Iterator[str]:
    """Find an address that AWS reserves in its subnet.

    :param subnets: the CIDR blocks of the subnets that it can be in.
    """
    found = address_of(address)
    for each in subnets:
        network = network_of(each)
        if found is None or network is None or found not in network:
            continue
        position = int(found) - int(network.network_address)
        if position < _RESERVED_FIRST or position >= network.num_addresses - _RESERVED_LAST:
            yield f"{address!r} is one of the addresses that AWS reserves in {each}"


def family_of(text: str) -> str | None:
    """Return ``ipv4`` or ``ipv6`` for a literal address, None for anything else."""
    found = address_of(text)
    return None if found is None else f"ipv{found.version}"


def families_of_type(address_type: str | None) -> tuple[str, ...]:
    """Return the address families of an address type; none for one that isn't known."""
    known = {"ipv4": ("ipv4",), "ipv6": ("ipv6",), "dualstack": ("ipv4", "ipv6")}
    return known.get((address_type or "").lower(), ())
