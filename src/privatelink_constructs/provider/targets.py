"""What a listener forwards to, and in which Availability Zones it is."""

from __future__ import annotations

import enum
import ipaddress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, cast

import aws_cdk as cdk
import constructs
from aws_cdk import aws_elasticloadbalancingv2 as elbv2

from privatelink_constructs import _network
from privatelink_constructs.rules.core import is_token, known

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aws_cdk import aws_ec2 as ec2


class TargetKind(enum.Enum):
    """What a target is, as far as it can be seen."""

    IP = "ip"
    INSTANCE = "instance"
    ALB = "alb"
    AUTO_SCALING_GROUP = "auto-scaling-group"
    ECS_SERVICE = "ecs-service"
    OTHER = "other"


_KINDS = {
    "aws_elasticloadbalancingv2_targets.IpTarget": TargetKind.IP,
    "aws_elasticloadbalancingv2_targets.InstanceIdTarget": TargetKind.INSTANCE,
    "aws_elasticloadbalancingv2_targets.InstanceTarget": TargetKind.INSTANCE,
    "aws_elasticloadbalancingv2_targets.AlbArnTarget": TargetKind.ALB,
    "aws_elasticloadbalancingv2_targets.AlbTarget": TargetKind.ALB,
    "aws_elasticloadbalancingv2_targets.AlbListenerTarget": TargetKind.ALB,
    "aws_autoscaling.AutoScalingGroup": TargetKind.AUTO_SCALING_GROUP,
    "aws_ecs.BaseService": TargetKind.ECS_SERVICE,
}
_REFERENCES = {TargetKind.INSTANCE, TargetKind.ALB}
"""What says which construct it stands for when it is attached."""
_TYPES = {
    TargetKind.IP: elbv2.TargetType.IP,
    TargetKind.INSTANCE: elbv2.TargetType.INSTANCE,
    TargetKind.ALB: elbv2.TargetType.ALB,
    TargetKind.AUTO_SCALING_GROUP: elbv2.TargetType.INSTANCE,
}


@dataclass(frozen=True, eq=False)
class Target:
    """A target, with what can be learned of it before anything is defined.

    :param resource: the CDK's target.
    :param kind: what it is.
    :param id: the address, instance id or ARN; perhaps a token, None when it registers itself.
    :param port: the port that the target overrides, None when it takes the listener's.
    :param zone: the Availability Zone that the target names itself.
    :param owner: what its security groups are reached by, None when they aren't in reach.
    """

    resource: elbv2.INetworkLoadBalancerTarget
    kind: TargetKind
    id: str | None = None
    port: int | None = None
    zone: str | None = None
    owner: ec2.IConnectable | None = None

    @property
    def type(self) -> elbv2.TargetType | None:
        """The type of its target group, None where only attaching it tells."""
        return _TYPES.get(self.kind)

    @property
    def address(self) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
        """The literal address of an IP target, None for anything else."""
        if self.kind is not TargetKind.IP or self.id is None or is_token(self.id):
            return None
        try:
            return ipaddress.ip_address(self.id)
        except ValueError:
            return None

    @property
    def is_ipv6(self) -> bool:
        """Whether this is a literal IPv6 address."""
        return isinstance(self.address, ipaddress.IPv6Address)


class _Probe:
    """A target group that goes nowhere: what is attached to it tells what it is."""

    def __init__(self) -> None:
        # A stack without a scope would make an app, and that a folder in the file system.
        self._stack = cdk.Stack(constructs.RootConstruct("Probe"), "Stack")

    def addresses(self, targets: Sequence[elbv2.INetworkLoadBalancerTarget]) -> list[Any]:
        """Describe IP targets, all at once: many take no more round trips than one."""
        group = elbv2.NetworkTargetGroup(self._stack, "Probe", port=1, targets=targets)
        resource = cast("elbv2.CfnTargetGroup", group.node.default_child)
        return list(self._stack.resolve(resource.targets))

    def describe(self, targets: Sequence[elbv2.INetworkLoadBalancerTarget]) -> list[Any]:
        """Describe any targets one by one, with ids that are still references."""
        group = elbv2.NetworkTargetGroup(self._stack, "Group", port=1)
        return [target.attach_to_network_target_group(group).target_json for target in targets]


def look_at(targets: Sequence[elbv2.INetworkLoadBalancerTarget]) -> tuple[Target, ...]:
    """Return targets with what can be learned of them; nothing is attached for good."""
    kinds = [(target, _kind(target)) for target in targets]
    addresses = [target for target, kind in kinds if kind is TargetKind.IP]
    references = [target for target, kind in kinds if kind in _REFERENCES]
    probe = _Probe() if addresses or references else None
    found: dict[int, dict[str, Any]] = {}
    if probe and addresses:
        described = probe.addresses(addresses)
        if not all(isinstance(it["id"], str) for it in described):
            described = probe.describe(addresses)
        found.update(zip(map(id, addresses), described, strict=True))
    if probe and references:
        found.update(zip(map(id, references), probe.describe(references), strict=True))
    return tuple(_target(target, kind, found.get(id(target))) for target, kind in kinds)


def _target(
    target: elbv2.INetworkLoadBalancerTarget, kind: TargetKind, details: dict[str, Any] | None
) -> Target:
    if details is None:
        return Target(target, kind, owner=_connectable(target))
    return Target(
        target,
        kind,
        id=details["id"],
        port=details.get("port"),
        zone=details.get("availabilityZone"),
        owner=_owner_of(details["id"]),
    )


def _kind(target: elbv2.INetworkLoadBalancerTarget) -> TargetKind:
    for base in type(target).__mro__:
        name = str(getattr(base, "__jsii_type__", ""))
        kind = _KINDS.get(name.removeprefix("aws-cdk-lib."))
        if kind:
            return kind
    # What ``service.load_balancer_target(...)`` returns has no class: only ECS has both methods.
    return TargetKind.ECS_SERVICE if hasattr(target, "attach_to_classic_lb") else TargetKind.OTHER


def _owner_of(reference: str | None) -> ec2.IConnectable | None:
    """Return the instance or load balancer behind an id.

    The CDK's targets for these keep the construct to themselves, but the id that they register is a
    reference to it.
    """
    resource = _referenced(reference)
    return _connectable(resource.node.scope) if resource else None


def _connectable(candidate: object) -> ec2.IConnectable | None:
    return cast("ec2.IConnectable", candidate) if hasattr(candidate, "connections") else None


def _referenced(value: str | None) -> constructs.IConstruct | None:
    if value is None or not is_token(value):
        return None
    token = cdk.Tokenization.reverse_string(value).first_token
    return token.target if isinstance(token, cdk.Reference) else None


def zones_of_target(target: Target, vpc: ec2.IVpc) -> frozenset[str]:
    """Return the names of the zones that a target is known to be in; empty when nobody knows."""
    if target.kind is TargetKind.IP:
        return _zone_of_address(target, vpc)
    if target.kind is TargetKind.INSTANCE:
        instance = _referenced(target.id)
        name = getattr(instance, "availability_zone", None)
        subnet = getattr(instance, "subnet_id", None)
        return frozenset([name]) if name else _zones_of_subnets([subnet] if subnet else [], vpc)
    if target.kind is TargetKind.AUTO_SCALING_GROUP:
        group = cast("cdk.Resource", target.resource).node.default_child
        return _zones_of_subnets(getattr(group, "vpc_zone_identifier", None) or [], vpc)
    return frozenset()


def _zone_of_address(target: Target, vpc: ec2.IVpc) -> frozenset[str]:
    if target.zone is not None:
        return frozenset() if target.zone == "all" else frozenset([target.zone])
    address = target.address
    if address is None:
        return frozenset()
    for subnet in _network.all_subnets(vpc):
        network = _network.as_network(_network.subnet_range(subnet))
        if network is not None and address in network:
            name = _network.zone_name(subnet)
            return frozenset([name]) if name else frozenset()
    return frozenset()


def _zones_of_subnets(subnet_ids: Sequence[str], vpc: ec2.IVpc) -> frozenset[str]:
    if not subnet_ids:
        return frozenset()
    names = {subnet.subnet_id: _network.zone_name(subnet) for subnet in _network.all_subnets(vpc)}
    found = [names.get(subnet_id) for subnet_id in subnet_ids]
    return frozenset(name for name in found if name)


def reachable(target: Target, vpc: ec2.IVpc) -> Target:
    """Return a target as AWS takes it: an address outside the VPC names ``all`` zones.

    :see: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetDescription.html
    """
    address = target.address
    if address is None or target.zone is not None or _is_in(vpc, address) is not False:
        return target
    from aws_cdk import aws_elasticloadbalancingv2_targets as targets  # noqa: PLC0415 - rare

    resource = targets.IpTarget(str(address), known(target.port), "all")
    return replace(target, resource=resource, zone="all")


def _is_in(vpc: ec2.IVpc, address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool | None:
    """Tell whether an address is in a VPC, None when the VPC's ranges aren't known."""
    if isinstance(address, ipaddress.IPv6Address):
        return None
    whole = _network.as_network(_network.vpc_range(vpc))
    ranges = [_network.subnet_range(subnet) for subnet in _network.all_subnets(vpc)]
    networks = [_network.as_network(cidr) for cidr in ranges]
    if any(network is not None and address in network for network in (whole, *networks)):
        return True
    return None if whole is None or None in networks else False
