"""What a listener forwards to, and in which Availability Zones it is."""

from __future__ import annotations

import enum
import ipaddress
from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

import aws_cdk as cdk
import constructs
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticloadbalancingv2 as elbv2

from privatelink_constructs._cdk.asking import reference, referenced, text_of
from privatelink_constructs._cdk.imported_groups import known_group
from privatelink_constructs._values import internal_value
from privatelink_constructs.provider.balancing.ecs_ports import registration
from privatelink_constructs.rules.core import is_token

if TYPE_CHECKING:
    from collections.abc import Sequence

    from privatelink_constructs._cdk.imported_groups import KnownGroup


class TargetKind(enum.Enum):
    """The kind of a target, as far as it is visible."""

    IP = "ip"
    INSTANCE = "instance"
    ALB = "alb"
    AUTO_SCALING_GROUP = "auto-scaling-group"
    ECS_SERVICE = "ecs-service"
    OTHER = "other"
    NONE = "none"
    """Not a target, such as an instance instead of an ``InstanceTarget``.

    A Lambda function isn't a target either: the CDK attaches it, and AWS rejects the type. Neither
    is a service of Amazon ECS Anywhere, whose tasks aren't in a VPC.
    """


_KINDS = {
    "aws_elasticloadbalancingv2_targets.IpTarget": TargetKind.IP,
    "aws_elasticloadbalancingv2_targets.InstanceIdTarget": TargetKind.INSTANCE,
    "aws_elasticloadbalancingv2_targets.InstanceTarget": TargetKind.INSTANCE,
    "aws_elasticloadbalancingv2_targets.AlbArnTarget": TargetKind.ALB,
    "aws_elasticloadbalancingv2_targets.AlbTarget": TargetKind.ALB,
    "aws_elasticloadbalancingv2_targets.AlbListenerTarget": TargetKind.ALB,
    "aws_elasticloadbalancingv2_targets.LambdaTarget": TargetKind.NONE,
    "aws_autoscaling.AutoScalingGroup": TargetKind.AUTO_SCALING_GROUP,
    "aws_ecs.ExternalService": TargetKind.NONE,
    "aws_ecs.BaseService": TargetKind.ECS_SERVICE,
}
_REFERENCES = {TargetKind.INSTANCE, TargetKind.ALB}
"""What says which construct it represents when it is attached."""
_TYPES = {
    TargetKind.IP: elbv2.TargetType.IP,
    TargetKind.INSTANCE: elbv2.TargetType.INSTANCE,
    TargetKind.ALB: elbv2.TargetType.ALB,
    TargetKind.AUTO_SCALING_GROUP: elbv2.TargetType.INSTANCE,
}


@internal_value
class Target:
    """A target, with everything that is known of it before anything is defined.

    :param resource: the CDK's target, None for what is registered elsewhere.
    :param kind: what it is.
    :param id: the address, instance ID, or ARN, which can be a token; None if it registers itself.
    :param port: the port that the target overrides, None if it takes the target group's.
    :param ports: the first and last port where it listens to, None if that is its port.
    :param zone: the Availability Zone that the target names itself.
    :param source: the resource that its ID refers to.
    :param owner: the connections of its security groups, None if they aren't known.
    :param groups: these security groups.
    :param service: what the Node process calls the connections of an ECS service.
    :param udp_port: the container's port of an ECS service if that is for UDP only.
    :param registered_as: the type that an ECS service registers its tasks as, where it tells.
    :param mapped: whether an ECS service has a port that can be registered.
    """

    resource: elbv2.INetworkLoadBalancerTarget | None
    kind: TargetKind
    id: str | None = None
    port: int | None = None
    ports: tuple[int, int] | None = None
    zone: str | None = None
    source: constructs.IConstruct | None = None
    owner: ec2.Connections | None = None
    groups: tuple[KnownGroup, ...] = ()
    service: str | None = None
    udp_port: int | None = None
    registered_as: elbv2.TargetType | None = None
    mapped: bool = True

    @property
    def type(self) -> elbv2.TargetType | None:
        """The type of its target group, None if it is known only after it is attached."""
        return _TYPES.get(self.kind)

    @property
    def registers_itself(self) -> bool:
        """Whether it refers to its target groups, rather than that these refer to it."""
        own = self.type is None or self.kind is TargetKind.AUTO_SCALING_GROUP
        return own and self.resource is not None

    @property
    def tells_ports_later(self) -> bool:
        """Whether only attaching it tells its ports."""
        return self.kind is TargetKind.ECS_SERVICE and self.ports is None

    @property
    def is_managed(self) -> bool:
        """Whether rules can be added to one of its security groups."""
        return any(group.mutable for group in self.groups)

    @property
    def is_anywhere(self) -> bool:
        """Whether nothing tells where in the VPC it is: neither an address nor a group."""
        return self.owner is None and self.kind is not TargetKind.IP

    @cached_property
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


Placed = Mapping[str, tuple[Target, ...]]
"""The targets of one port, by the ID of the load balancer that registers them."""


def every_target(placed: Placed) -> tuple[Target, ...]:
    """Return every target once."""
    return tuple({id(it): it for group in placed.values() for it in group}.values())


def elsewhere(target_type: elbv2.TargetType | None) -> Target:
    """Return what represents the targets that something else registers."""
    name = "the targets that are registered elsewhere"
    kind = target_type or elbv2.TargetType.IP
    return Target(None, TargetKind.OTHER, id=name, registered_as=kind)


def look_at(
    targets: Sequence[elbv2.INetworkLoadBalancerTarget], stack: cdk.Stack
) -> tuple[Target, ...]:
    """Return targets with what is known of them, without attaching them permanently.

    :param stack: the stack of the load balancers.
    """
    kinds = [(target, kind_of(target)) for target in targets]
    addresses = [target for target, kind in kinds if kind is TargetKind.IP]
    references = [target for target, kind in kinds if kind in _REFERENCES]
    found: dict[int, dict[str, Any]] = {}
    found.update(zip(map(id, addresses), _addresses(addresses, stack), strict=True))
    found.update(zip(map(id, references), _attached(references), strict=True))
    seen = (_target(target, kind, found.get(id(target)), stack) for target, kind in kinds)
    return tuple(_with_groups(target, stack) for target in seen)


def with_groups(target: Target, groups: Sequence[ec2.ISecurityGroup], stack: cdk.Stack) -> Target:
    """Return a target with the security groups that the user knows it to have.

    They are for a target that doesn't show its own groups. A target outside the VPC has none.
    """
    if not groups or target.owner is not None or target.zone == "all":
        return target
    owner = ec2.Connections(security_groups=list(groups))
    return replace(target, owner=owner, groups=tuple(known_group(it, stack) for it in groups))


def _with_groups(target: Target, stack: cdk.Stack) -> Target:
    """Return a target with its security groups; without any, nothing is in reach."""
    if target.owner is None:
        return target
    groups = tuple(known_group(group, stack) for group in target.owner.security_groups)
    return replace(target, groups=groups) if groups else replace(target, owner=None)


def _addresses(
    targets: Sequence[elbv2.INetworkLoadBalancerTarget], stack: cdk.Stack
) -> list[dict[str, Any]]:
    """Describe IP targets: literals all in one round trip, others as any target.

    The CDK resolves objects field by field. Where the fields aren't the ones that are known here,
    or hold a reference, attaching the targets tells as well.
    """
    if not targets:
        return []
    try:
        fields: list[dict[str, Any]] = stack.resolve(list(targets))
    except RuntimeError:  # a list in the place of an address, which is refused later
        return _attached(targets)
    tokens = any(isinstance(value, dict) for it in fields for value in it.values())
    if tokens or not all(isinstance(it.get("ipAddress"), str) for it in fields):
        return _attached(targets)
    return [{**it, "id": it["ipAddress"]} for it in fields]


def _attached(targets: Sequence[elbv2.INetworkLoadBalancerTarget]) -> list[dict[str, Any]]:
    """Describe targets by attaching them to a target group that isn't part of an app."""
    if not targets:
        return []
    # A stack without a scope would make an app, and that a folder in the file system.
    stack = cdk.Stack(constructs.RootConstruct("Probe"), "Stack")
    group = elbv2.NetworkTargetGroup(stack, "Group", port=1)
    return [
        cast("dict[str, Any]", target.attach_to_network_target_group(group).target_json)
        for target in targets
    ]


def _target(
    target: elbv2.INetworkLoadBalancerTarget,
    kind: TargetKind,
    details: dict[str, Any] | None,
    stack: cdk.Stack,
) -> Target:
    if kind is TargetKind.ECS_SERVICE:
        return _service(target)
    if details is None:
        return Target(target, kind, owner=_connections(target))
    # The CDK's targets don't show their construct, but they show the reference to it.
    source = referenced(details["id"])
    front = source.node.scope if source else None
    if kind is TargetKind.ALB and front is None:
        front = _imported_alb(details["id"], stack)
    return Target(
        target,
        kind,
        id=details["id"],
        port=details.get("port"),
        zone=details.get("availabilityZone"),
        source=source,
        owner=_connections(front),
    )


def _imported_alb(arn: str, stack: cdk.Stack) -> object | None:
    """Return the Application Load Balancer of an ARN that the app imports, None without one.

    One that is looked up, or imported with a security group, tells its groups.
    """
    everything = [] if is_token(arn) else stack.node.root.node.find_all()
    found = (it for it in everything if "_delegates" in vars(it) and _has_groups(it))
    return next((it for it in found if text_of(it, "load_balancer_arn") == arn), None)


def _has_groups(construct: object) -> bool:
    delegates = cast("Sequence[object]", vars(construct)["_delegates"])
    names = {
        name
        for it in delegates
        for name in ("load_balancer_arn", "connections")
        if hasattr(type(it), name)
    }
    return len(names) == 2  # noqa: PLR2004 - both


def _service(target: elbv2.INetworkLoadBalancerTarget) -> Target:
    """Describe an ECS service.

    Of its hosts, the CDK knows no groups with capacity providers.
    """
    told = registration(target)
    connections = cast("ec2.Connections", _connections(target))
    return Target(
        target,
        TargetKind.ECS_SERVICE,
        ports=told.ports,
        owner=connections,
        service=reference(connections),
        udp_port=told.udp_port,
        registered_as=told.type,
        mapped=told.mapped,
    )


def kind_of(target: elbv2.INetworkLoadBalancerTarget) -> TargetKind:
    """Return what a target is, without a round trip."""
    for base in type(target).__mro__:
        name = str(getattr(base, "__jsii_type__", ""))
        kind = _KINDS.get(name.removeprefix("aws-cdk-lib."))
        if kind:
            return kind
    if not hasattr(target, "attach_to_network_target_group"):
        return TargetKind.NONE
    # What ``service.load_balancer_target(...)`` returns has no class: only ECS has both methods.
    return TargetKind.ECS_SERVICE if hasattr(target, "attach_to_classic_lb") else TargetKind.OTHER


def _connections(candidate: object) -> ec2.Connections | None:
    try:
        return getattr(candidate, "connections", None)
    except RuntimeError:  # such as a fleet with an imported launch template
        return None
