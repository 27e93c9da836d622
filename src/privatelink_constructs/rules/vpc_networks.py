"""The rules for VPCs, subnets, and routes."""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import TYPE_CHECKING

from privatelink_constructs.rules.core import Fix, error

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_VPC = "https://docs.aws.amazon.com/vpc/latest/userguide"
_SUBNETS = f"{_VPC}/subnet-sizing.html"
_ROUTES = f"{_VPC}/VPC_Route_Tables.html"
_PREFIXES = range(16, 29)
IpNetwork = IPv4Network | IPv6Network


def as_network(cidr: str | None) -> IpNetwork | None:
    """Return a CIDR block, None for what isn't one or isn't known."""
    try:
        return None if cidr is None else ip_network(cidr, strict=False)
    except ValueError:
        return None


def _within(inner: IpNetwork, outer: IpNetwork) -> bool:
    return (
        inner.version == outer.version
        and inner.network_address in outer
        and inner.prefixlen >= outer.prefixlen
    )


@error(
    "route-table-vpc-mismatch",
    "A route table must belong to the VPC that it is used in.",
    why="AWS rejects a route table of another VPC.",
    fix=Fix(
        code="use route tables of the VPC",
        template="use a route table whose VpcId is the same VPC",
    ),
    url=_ROUTES,
)
def route_table_in_vpc(
    vpc: str | None, other: str | None, *, name: str, holder: str
) -> Iterator[str]:
    """Find a route table of another VPC; None for what isn't known.

    :param vpc: the VPC in which it is used.
    :param other: the VPC of the route table.
    :param name: how the message should name the route table.
    :param holder: what uses it.
    """
    if vpc is not None and other is not None and vpc != other:
        yield f"route table {name} belongs to {other}, but the {holder} is in {vpc}"


@error(
    "subnet-cidr-mismatch",
    "The CIDR block of a subnet must be in a CIDR block of its VPC.",
    why="AWS rejects a subnet outside of its VPC.",
    fix=Fix.same("use a CIDR block within the VPC, or associate a further CIDR block with the VPC"),
    url=_SUBNETS,
)
def subnet_cidr_in_vpc(cidr: str | None, vpc: Sequence[str | None]) -> Iterator[str]:
    """Find a subnet outside of its VPC; None for what isn't known.

    :param cidr: the CIDR block of the subnet.
    :param vpc: all CIDR blocks of the VPC.
    """
    inner, outer = as_network(cidr), [as_network(each) for each in vpc]
    known = [each for each in outer if each]
    certain = inner is not None and len(known) == len(outer)
    if inner and certain and not any(_within(inner, each) for each in known):
        yield f"{cidr} is outside of {', '.join(map(str, known))}"


@error(
    "subnet-cidr-conflict",
    "The CIDR blocks of the subnets of a VPC must not overlap.",
    why="AWS rejects a subnet that overlaps another subnet of the VPC.",
    fix=Fix.same("use a CIDR block that no other subnet of the VPC has a part of"),
    url=_SUBNETS,
)
def subnet_cidr_free(cidr: str | None, taken: Iterable[tuple[str, str | None]]) -> Iterator[str]:
    """Find a subnet that overlaps others; None for what isn't known.

    :param cidr: the CIDR block of the subnet.
    :param taken: the names and the CIDR blocks of other subnets of the VPC.
    """
    own = as_network(cidr)
    for name, other in taken:
        network = as_network(other)
        if own and network and (_within(own, network) or _within(network, own)):
            yield f"{cidr} overlaps {other} of {name}"


@error(
    "vpc-cidr-out-of-range",
    "The IPv4 CIDR block of a VPC or a subnet must be between /16 and /28.",
    why="AWS rejects larger and smaller CIDR blocks.",
    fix=Fix.same("use a prefix length from 16 to 28"),
    url=_SUBNETS,
)
def vpc_cidr_in_range(cidr: str | None) -> Iterator[str]:
    """Find a CIDR block of a VPC or a subnet that is too large or too small."""
    network = as_network(cidr)
    if network and network.version == 4 and network.prefixlen not in _PREFIXES:  # noqa: PLR2004
        yield f"the prefix length of {cidr} is {network.prefixlen}"


@error(
    "route-duplicate",
    "A route table must have only one route for a destination.",
    why="AWS rejects the second route.",
    fix=Fix.same("remove one of the routes, or use another destination"),
    url=_ROUTES,
)
def route_defined_once(destination: str, other: str | None) -> Iterator[str]:
    """Find a second route for a destination.

    :param destination: the destination.
    :param other: the name of the first route, None when there isn't one.
    """
    if other is not None:
        yield f"{other} is also a route to {destination} in this route table"


@error(
    "route-endpoint-not-supported",
    "A route to an endpoint must be a route to a Gateway Load Balancer endpoint.",
    why=(
        "AWS rejects routes to other endpoints. AWS itself adds the routes of a gateway endpoint, "
        "and an interface endpoint has addresses in its subnets."
    ),
    fix=Fix(
        code="omit the route, or use a GatewayEndpoint",
        template="remove the route, or refer to an endpoint of type GatewayLoadBalancer",
    ),
    url="https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateRoute.html",
)
def route_to_gateway_load_balancer(name: str, kind: str | None) -> Iterator[str]:
    """Find a route to an endpoint that can't have one.

    :param name: the name of the endpoint.
    :param kind: its type, None when it isn't known.
    """
    if kind not in {None, "GatewayLoadBalancer"}:
        yield f"{name} is an endpoint of type {kind}"


@error(
    "subnet-route-table-conflict",
    "A subnet must be associated with only one route table.",
    why="AWS rejects the second association.",
    fix=Fix.same("remove one of the associations"),
    url=_ROUTES,
)
def subnet_in_one_table(name: str, other: str | None) -> Iterator[str]:
    """Find a subnet with a second route table.

    :param name: the name of the subnet.
    :param other: the name of the first association, None when there isn't one.
    """
    if other is not None:
        yield f"{other} also associates {name} with a route table"


@error(
    "peering-cidr-conflict",
    "Peered VPCs must be different VPCs whose CIDR blocks don't overlap.",
    why="AWS can't route between VPCs with the same addresses, and the connection fails.",
    fix=Fix.same("use VPCs whose CIDR blocks don't overlap, or connect them with AWS PrivateLink"),
    url="https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-basics.html",
)
def peering_apart(ours: str | None, theirs: str | None, *, same: bool) -> Iterator[str]:
    """Find VPCs that can't be peered; None for what isn't known.

    :param ours: the CIDR block of the VPC.
    :param theirs: the CIDR block of the other VPC.
    :param same: whether both are one VPC.
    """
    left, right = as_network(ours), as_network(theirs)
    if same:
        yield "the connection is between a VPC and itself"
    elif left and right and (_within(left, right) or _within(right, left)):
        yield f"{ours} and {theirs} overlap"
