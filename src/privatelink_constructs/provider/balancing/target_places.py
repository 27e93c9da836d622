"""Where targets are, as far as the app shows: their Availability Zones, subnets, and VPC."""

from __future__ import annotations

import ipaddress
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from aws_cdk import aws_ec2 as ec2

from privatelink_constructs._cdk import subnets as _network
from privatelink_constructs._cdk.asking import referenced, stack_of
from privatelink_constructs._cdk.cidr_blocks import vpc_networks
from privatelink_constructs._cdk.once import once_for_each
from privatelink_constructs.provider.balancing.ecs_ports import service_behind
from privatelink_constructs.provider.balancing.targets import TargetKind
from privatelink_constructs.rules import target_registration as target_rules
from privatelink_constructs.rules import target_zones as rules
from privatelink_constructs.rules.core import is_list_token, is_token, known

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import aws_cdk as cdk
    from aws_cdk import aws_ecs as ecs

    from privatelink_constructs.provider.balancing.layout import Layout
    from privatelink_constructs.provider.balancing.targets import Target
    from privatelink_constructs.rules.core import Problem

    Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_IN_SUBNETS = frozenset(
    {TargetKind.ALB, TargetKind.AUTO_SCALING_GROUP, TargetKind.ECS_SERVICE, TargetKind.INSTANCE}
)
"""What has to be in the VPC of the load balancers; an address may be in another network."""
_INSIDE, _OUTSIDE, _NOWHERE = "inside", "outside", "nowhere"


def name_of_target(target: Target) -> str:
    """Return how messages name a target."""
    return repr(known(target.id) or target.kind.value)


# Availability Zones.


@once_for_each
def zones_of_target(target: Target, layout: Layout) -> frozenset[str]:
    """Return the names of the zones that a target is known to be in; empty if they aren't known.

    Of a VPC whose look-up is pending, nothing is known.
    """
    names = _zones_of_target(target, layout)
    return frozenset[str]() if any(map(_network.is_dummy_name, names)) else names


def _zones_of_target(target: Target, layout: Layout) -> frozenset[str]:
    if target.kind is TargetKind.IP and target.zone is not None:
        return frozenset() if target.zone == "all" else frozenset([target.zone])
    if target.address is not None:
        return _zone_of_address(target.address, layout)
    if target.kind is TargetKind.INSTANCE:
        name: str | None = getattr(target.source, "availability_zone", None)
        if name:
            return frozenset([name])
    subnets = _with_ids(_subnet_ids(target, layout.stack), _subnets(layout))
    names = [_network.zone_name(subnet) for subnet in subnets or ()]
    return frozenset() if None in names else frozenset(cast("list[str]", names))


def _zone_of_address(address: Address, layout: Layout) -> frozenset[str]:
    for subnet in _subnets(layout):
        network = _network.as_network(_network.subnet_range(subnet))
        if network is not None and address in network:
            name = _network.zone_name(subnet)
            return frozenset([name]) if name else frozenset()
    return frozenset()


def _subnets(layout: Layout) -> Iterator[ec2.ISubnet]:
    return _network.subnets_around(layout.vpc, layout.zones)


def _with_ids(ids: Sequence[str], subnets: Iterable[ec2.ISubnet]) -> list[ec2.ISubnet] | None:
    """Return the subnets with some IDs, None if one of them isn't there."""
    missing, found = set(ids), list[ec2.ISubnet]()
    for subnet in subnets if missing else ():
        own = _network.subnet_id(subnet)
        if own in missing:
            missing.remove(own)
            found.append(subnet)
        if not missing:
            return found
    return None


@once_for_each
def _subnet_ids(target: Target, stack: cdk.Stack) -> Sequence[str]:
    """Return the IDs of the subnets that a target may be in, none when they aren't known."""
    if target.kind in {TargetKind.IP, TargetKind.INSTANCE}:
        own: str | None = getattr(target.source, "subnet_id", None)
        return [own] if own else []
    if target.kind is TargetKind.AUTO_SCALING_GROUP:
        group = cast("Any", target.resource).node.default_child
        return getattr(group, "vpc_zone_identifier", None) or []
    if target.kind is TargetKind.ECS_SERVICE:
        # The network settings of an ECS service are protected, and its resource has them only as a
        # token.
        network = getattr(_service_of(target, stack), "_network_configuration", None)
        return getattr(getattr(network, "awsvpc_configuration", None), "subnets", None) or []
    return getattr(target.source, "subnets", None) or []


def stack_of_target(target: Target, stack: cdk.Stack) -> cdk.Stack | None:
    """Return the stack of what registers itself, None for what the app doesn't show.

    :param stack: the stack of the service.
    """
    if target.kind is TargetKind.ECS_SERVICE:
        service = _service_of(target, stack)
        return stack_of(service) if service is not None else None
    resource = cast("Any", target.resource)
    return stack_of(resource) if target.kind is TargetKind.AUTO_SCALING_GROUP else None


@once_for_each
def _service_of(target: Target, scope: cdk.Stack) -> ecs.BaseService | None:
    """Return the ECS service behind a target, None for what only looks like one."""
    from aws_cdk import aws_ecs as ecs  # noqa: PLC0415 - loaded already where there is a service

    if isinstance(target.resource, ecs.BaseService):
        return target.resource
    return service_behind(str(target.service), scope)


# The VPC.


def check_place(target: Target, layout: Layout) -> Iterator[Problem]:
    """Check that a target can be reached in the VPC of the load balancers."""
    yield from rules.target_single(lists=target.id is not None and is_list_token(target.id))
    if layout.is_pending:
        return
    if target.address is not None:
        yield from _check_address(target, target.address, layout)
    elif target.kind in _IN_SUBNETS:
        same = False if _is_in_other_vpc(target, layout) else None
        yield from rules.target_in_vpc(name_of_target(target), same=same)


def _is_in_other_vpc(target: Target, layout: Layout) -> bool:
    """Return whether a target is known to be in another VPC than the load balancers."""
    ids, own = _subnet_ids(target, layout.stack), layout.vpc
    if not ids:
        vpc = _declared_vpc(target, layout.stack)
        return vpc is not None and _is_other(own, _network.vpc_id(vpc))
    if _with_ids(ids[:1], _subnets(layout)):
        return False
    subnet = referenced(ids[0])
    if isinstance(subnet, ec2.CfnSubnet):
        return _is_other(own, subnet.vpc_id)
    vpc = None if is_token(ids[0]) else _network.vpc_with_subnet(own, ids[0])
    return vpc is not None and _is_other(own, _network.vpc_id(vpc))


def _is_other(vpc: ec2.IVpc, vpc_id: str) -> bool:
    if vpc_id == _network.STAND_IN_VPC:  # of a VPC whose look-up is pending
        return False
    return _network.is_other(_network.vpc_id(vpc), vpc_id)


def _declared_vpc(target: Target, stack: cdk.Stack) -> ec2.IVpc | None:
    """Return the VPC of a target that names no subnets: tasks on the hosts of a cluster."""
    if target.kind is not TargetKind.ECS_SERVICE:
        return None
    return getattr(getattr(_service_of(target, stack), "cluster", None), "vpc", None)


# Addresses.


def reachable(target: Target, layout: Layout) -> Target:
    """Return a target as AWS takes it: an address outside the VPC names ``all`` zones.

    :see: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetDescription.html
    """
    address = target.address
    if address is None or target.zone is not None or _where(address, layout) != _OUTSIDE:
        return target
    from aws_cdk import aws_elasticloadbalancingv2_targets as targets  # noqa: PLC0415 - rare

    resource = targets.IpTarget(str(address), target.port, "all")
    return replace(target, resource=resource, zone="all")


def _check_address(target: Target, address: Address, layout: Layout) -> Iterator[Problem]:
    """Check that AWS registers an address, and that something can have it."""
    if target_rules.is_private(address) and target.zone is not None:
        return
    where = _where(address, layout)
    yield from target_rules.target_address_private(address, outside=where == _OUTSIDE)
    inside = None if target.zone == "all" else where != _NOWHERE
    yield from rules.target_address_in_subnet(address, inside=inside)


def _where(address: Address, layout: Layout) -> str | None:
    """Tell where an address is: in a subnet, outside the VPC, or in none of its subnets.

    :return: None if it isn't known.
    """
    if isinstance(address, ipaddress.IPv6Address) or layout.is_pending:
        return None
    for subnet in _subnets(layout):
        network = _network.as_network(_network.subnet_range(subnet))
        if network is None:
            return None
        if address in network:
            return _INSIDE
    whole = vpc_networks(layout.vpc)
    if whole is None:
        return None
    if not any(address in network for network in whole):
        return _OUTSIDE
    # Subnets of a further CIDR block are often defined by something else, such as a cluster.
    return _NOWHERE if address in whole[0] and _lists_all_subnets(layout.vpc) else None


def _lists_all_subnets(vpc: ec2.IVpc) -> bool:
    """Return whether a VPC has no subnets but its own: an imported one may have any."""
    if not isinstance(vpc, ec2.Vpc):
        return False
    own = {_network.subnet_id(subnet) for subnet in _network.all_subnets(vpc)}
    others = (it for it in _network.everything_around(vpc) if isinstance(it, ec2.CfnSubnet))
    return all(it.ref in own or _is_other(vpc, it.vpc_id) for it in others)
