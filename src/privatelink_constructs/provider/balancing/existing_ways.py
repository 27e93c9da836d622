"""What blocks traffic to existing load balancers, as far as the app shows at synthesis."""

from __future__ import annotations

import json
from itertools import chain
from typing import TYPE_CHECKING, Any, cast

from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticloadbalancingv2 as elbv2

from privatelink_constructs._cdk.asking import reference, referenced, stack_of
from privatelink_constructs.provider.balancing.existing import (
    is_pending,
    listener_resources_of,
    target_groups_of,
)
from privatelink_constructs.rules.core import is_token
from privatelink_constructs.rules.security_groups import is_enforced, listener_port_opened
from privatelink_constructs.rules.target_registration import target_present

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import aws_cdk as cdk

    from privatelink_constructs.rules.core import Problem

    Opened = list[tuple[str, int, int]]

_ENFORCEMENT = "enforce_security_group_inbound_rules_on_private_link_traffic"
_REGISTRARS = {
    "aws_autoscaling.CfnAutoScalingGroup": ("target_group_arns", "traffic_sources"),
    "aws_ecs.CfnService": ("load_balancers",),
    "aws_ecs.CfnTaskSet": ("load_balancers",),
}
"""What registers targets in a target group that it refers to, and where it does."""
_ALL_PORTS = (0, 65535)
_PROTOCOLS = {"6": "tcp", "17": "udp"}


def check_ways(load_balancers: Sequence[elbv2.INetworkLoadBalancer]) -> Iterator[Problem]:
    """Find load balancers of the app that no client can reach, and groups without targets.

    The checks over templates call these errors. Here they are warnings, because what is in another
    app isn't known: it can register targets, and add rules to a group.
    """
    defined = [it for it in load_balancers if isinstance(it, elbv2.NetworkLoadBalancer)]
    for load_balancer in defined:
        if not is_pending(load_balancer):
            yield from _check_inbound(load_balancer)
    for group in target_groups_of(defined):
        targets = 1 if _has_targets(group) else 0
        yield from target_present(targets, listener=group.node.path)


# Inbound rules.


def _check_inbound(load_balancer: elbv2.NetworkLoadBalancer) -> Iterator[Problem]:
    resource = cast("elbv2.CfnLoadBalancer", load_balancer.node.default_child)
    enforced: str | None = getattr(resource, _ENFORCEMENT)
    groups = load_balancer.security_groups or []
    if not groups or not (enforced is None or is_enforced(enforced)):
        return
    opened = _opened(groups, load_balancer)
    for listener in listener_resources_of(load_balancer) if opened is not None else ():
        port, protocol = listener.port, listener.protocol
        if port is not None and protocol is not None and not is_token(port):
            yield from listener_port_opened(protocol, int(port), opened or [])


def _opened(groups: Sequence[str], load_balancer: elbv2.NetworkLoadBalancer) -> Opened | None:
    """Return what the inbound rules of security groups allow, None if not all rules are known."""
    found: Opened = []
    everything = load_balancer.node.root.node.find_all()
    apart = [it for it in everything if isinstance(it, ec2.CfnSecurityGroupIngress)]
    for group_id in groups:
        group = referenced(group_id)
        if not isinstance(group, ec2.CfnSecurityGroup):
            return None
        rules = [(it.ip_protocol, it.from_port, it.to_port) for it in apart if _is_of(it, group)]
        for protocol, first, last in (*rules, *_inline(group)):
            if not isinstance(protocol, str) or is_token(protocol):
                return None
            found.append((_PROTOCOLS.get(protocol, protocol), *_range(first, last)))
    return found


def _inline(group: ec2.CfnSecurityGroup) -> Iterator[tuple[object, object, object]]:
    """Yield the protocol and the ports of each rule that a group itself lists."""
    found: list[dict[str, Any]] = stack_of(group).resolve(group.security_group_ingress) or []
    for rule in found:
        yield rule["ipProtocol"], rule.get("fromPort"), rule.get("toPort")


def _range(first: object, last: object) -> tuple[int, int]:
    """Return the ports of a rule: all if it is known only at deployment."""
    numbers = [it for it in (first, last) if isinstance(it, (int, float)) and not is_token(it)]
    known = len(numbers) == len((first, last)) and numbers[0] >= 0
    return (int(numbers[0]), int(numbers[1])) if known else _ALL_PORTS


def _is_of(rule: ec2.CfnSecurityGroupIngress, group: ec2.CfnSecurityGroup) -> bool:
    target = referenced(rule.group_id)
    return target is not None and reference(target) == reference(group)


# Targets.


def _has_targets(group: elbv2.NetworkTargetGroup) -> bool:
    """Return whether something in the app registers targets in a group."""
    resource = cast("elbv2.CfnTargetGroup", group.node.default_child)
    stack = stack_of(group)
    if stack.resolve(resource.targets):
        return True
    logical_id = str(stack.resolve(resource.logical_id))
    everything = group.node.root.node.find_all()
    # The CDK doesn't show the target groups of CodeDeploy before synthesis.
    if any(_kind(it) == "aws_codedeploy.CfnDeploymentGroup" for it in everything):
        return True
    return any(logical_id in text for text in chain.from_iterable(map(_registers, everything)))


def _kind(construct: object) -> str:
    return str(getattr(construct, "__jsii_type__", "")).removeprefix("aws-cdk-lib.")


def _registers(construct: object) -> Iterator[str]:
    """Yield where a construct may name target groups that it registers targets in."""
    for name in _REGISTRARS.get(_kind(construct), ()):
        resource = cast("cdk.CfnResource", construct)
        yield json.dumps(stack_of(resource).resolve(getattr(resource, name, None)))
