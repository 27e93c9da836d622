"""What the tests of target placement share: where targets are, and ALBs as targets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from aws_cdk import aws_elasticloadbalancingv2_targets as targets
from tests.support.load_balanced import TARGET_GROUP
from tests.support.published import template_of
from tests.support.vpcs import ZONES

from privatelink_constructs import LoadBalancerTopology

if TYPE_CHECKING:
    from collections.abc import Sequence

REGIONAL = LoadBalancerTopology.REGIONAL
A, B = ZONES
PRIVATE = ec2.SubnetType.PRIVATE_ISOLATED


def registered(stack: cdk.Stack) -> dict[str, list[Any]]:
    """Return the targets by the zone of their load balancer."""
    found: dict[str, list[Any]] = {}
    for name, resource in template_of(stack)["Resources"].items():
        if resource["Type"] == TARGET_GROUP:
            zone = next((it for it in ZONES if it.replace("-", "") in name), "")
            found.setdefault(zone, []).extend(resource["Properties"].get("Targets", []))
    return found


def front_of(
    vpc: ec2.Vpc, name: str = "Alb", port: int = 80, zones: Sequence[str] | None = None
) -> elbv2.ApplicationListener:
    subnets = ec2.SubnetSelection(
        subnet_type=PRIVATE, availability_zones=None if zones is None else list(zones)
    )
    balancer = elbv2.ApplicationLoadBalancer(cdk.Stack.of(vpc), name, vpc=vpc, vpc_subnets=subnets)
    action = elbv2.ListenerAction.fixed_response(200)
    return balancer.add_listener(
        "Http",
        port=port,
        protocol=elbv2.ApplicationProtocol.HTTP,
        open=False,
        default_action=action,
    )


def alb_in(
    vpc: ec2.Vpc, name: str = "Alb", port: int = 80, zones: Sequence[str] | None = None
) -> Any:
    return targets.AlbListenerTarget(front_of(vpc, name, port, zones))
