"""The resources behind subnets, as far as they are in the app.

Reading them takes several round trips for each subnet, so only subnets that users list one by one
are looked at: those that the CDK selects from a VPC are the VPC's own, and are as the VPC made
them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import aws_ec2 as ec2

from privatelink_constructs._cdk.asking import environment_of_resource, reference, referenced
from privatelink_constructs._cdk.once import once_for_each
from privatelink_constructs._cdk.subnets import (
    STAND_IN_VPC,
    all_subnets,
    defined_subnet,
    everything_around,
    is_other,
    is_pending,
    subnet_id,
    vpc_id,
)
from privatelink_constructs.facts.zone_names import kind_of_zone
from privatelink_constructs.rules.core import is_token, known
from privatelink_constructs.rules.endpoints import subnet_in_vpc
from privatelink_constructs.rules.regions import vpc_in_region
from privatelink_constructs.rules.zone_support import valid_zone_kinds, zones_left_out

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from privatelink_constructs._cdk.subnets import Zone
    from privatelink_constructs.rules.core import Problem


def listed(
    zones: tuple[Zone, ...], selection: ec2.SubnetSelection | None
) -> Iterator[tuple[Zone, ec2.CfnSubnet]]:
    """Yield the subnets that were listed one by one, each with its resource."""
    if selection is None or selection.subnets is None:
        return
    for zone in zones:
        resource = defined_subnet(zone.subnet)
        if resource is not None:
            yield zone, resource


@once_for_each
def is_ipv6_only(subnet: ec2.ISubnet) -> bool:
    """Return whether a subnet of the app is known to have no IPv4 addresses."""
    resource = defined_subnet(subnet)
    return resource is not None and resource.ipv6_native is True


def lacks_ipv6(subnet: ec2.ISubnet) -> bool:
    """Tell whether a subnet of the app is known to have no IPv6 CIDR block."""
    resource = defined_subnet(subnet)
    if resource is None or resource.ipv6_native is True:
        return False
    if resource.ipv6_cidr_block is not None or resource.ipv6_ipam_pool_id is not None:
        return False
    own_id = subnet_id(subnet)
    blocks = (it for it in everything_around(subnet) if isinstance(it, ec2.CfnSubnetCidrBlock))
    return all(is_other(it.subnet_id, own_id) for it in blocks)


def families_of(subnet: ec2.ISubnet) -> frozenset[str] | None:
    """Return the address families of a subnet, None for one that was imported."""
    resource = defined_subnet(subnet)
    if resource is None:
        return None
    families = set[str]() if is_ipv6_only(subnet) else {"ipv4"}
    return frozenset(families if lacks_ipv6(subnet) else {*families, "ipv6"})


def supported_zones(
    zones: tuple[Zone, ...],
    selection: ec2.SubnetSelection | None,
    ids: Mapping[str, str],
    holder: str = "load balancer",
) -> tuple[tuple[Zone, ...], list[Problem]]:
    """Return the subnets that a load balancer or an endpoint can be in, and what is wrong.

    Zones that AWS has no load balancers in are left out of a default selection, unless there are no
    others. Where they were selected, they are an error.

    :param ids: the AZ IDs by the names of zones.
    :param holder: what is to be in them.
    """
    own_ids = {zone: known(it.availability_zone_id) for zone, it in listed(zones, selection)}
    names = {
        zone: (zone.literal, known(ids.get(zone.name or "")), own_ids.get(zone)) for zone in zones
    }
    wrong = {zone: name for zone in zones for name in names[zone] if name and kind_of_zone(name)}
    problems: list[Problem] = []
    if selection is None and len(wrong) < len(zones):
        problems += zones_left_out(wrong.values())
        zones = tuple(zone for zone in zones if zone not in wrong)
    left = [name for zone in zones for name in names[zone]]
    return zones, [*problems, *valid_zone_kinds(left, holder=holder)]


def place_problems(
    vpc: ec2.IVpc,
    zones: tuple[Zone, ...],
    selection: ec2.SubnetSelection | None,
    region: str | None,
    holder: str = "load balancer",
) -> Iterator[Problem]:
    """Check that a VPC is in a Region, and subnets are of the VPC.

    :param region: the Region of what is to be in the subnets, None if it isn't known.
    """
    if region is not None and not _is_named_after(region, zones):
        yield from vpc_in_region(environment_of_resource(vpc).region, region=region, holder=holder)
    own: set[str] | None = None
    for zone, resource in listed(zones, selection):
        own = own or {reference(subnet) for subnet in all_subnets(vpc)}
        if reference(zone.subnet) not in own:
            other = describe_other(vpc, resource.vpc_id)
            path = zone.subnet.node.path
            yield from subnet_in_vpc(vpc.node.path, other, name=path, holder=holder)


def _is_named_after(region: str, zones: tuple[Zone, ...]) -> bool:
    """Return whether the names of all zones tell that they are in a Region, without asking."""
    return bool(zones) and all((zone.literal or "").startswith(region) for zone in zones)


def describe_other(vpc: ec2.IVpc, other: str | None) -> str | None:
    """Return what a VPC is called that is known to be another, None if it isn't known to be.

    :param vpc: the VPC.
    :param other: the ID of the one that might be another.
    """
    own = vpc_id(vpc)
    if other is None or other in {own, STAND_IN_VPC} or is_pending(vpc):
        return None
    if not is_token(own) and not is_token(other):
        return other
    theirs, ours = _defined(other), _defined(own)
    if theirs is None or ours is None or reference(theirs) == reference(ours):
        return None
    return theirs.node.path


def _defined(id_of_vpc: str) -> ec2.CfnVPC | None:
    target = referenced(id_of_vpc)
    return target if isinstance(target, ec2.CfnVPC) else None
