"""Every kind of target is reached in every layout of stacks that plain CDK can synthesize."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_autoscaling as autoscaling
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from aws_cdk import aws_elasticloadbalancingv2_targets as targets
from tests.support.load_balanced import (
    add_container,
    fargate_in,
    fleet_in,
    instance_in,
    listener,
    service_in,
)
from tests.support.merging import merged
from tests.support.published import stack_in
from tests.support.reachability import closed, paths
from tests.support.vpcs import vpc_in

from privatelink_constructs import LoadBalancerTopology

if TYPE_CHECKING:
    from collections.abc import Callable

PRIVATE = ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED)
PORT, HEALTH = 8080, 9000


@dataclass(frozen=True)
class Layout:
    """The stacks of a network, a security group, the targets, and the service."""

    network: cdk.Stack
    group: cdk.Stack
    targets: cdk.Stack
    service: cdk.Stack


def _stacks(app: cdk.App, network: str, group: str, targets: str, service: str) -> Layout:
    """Return a layout by the letters of its stacks; a lower-case letter is nested in stack P."""
    made: dict[str, cdk.Stack] = {}
    for name in (network, group, targets, service):
        if name not in made:
            made[name] = stack_in(app, name) if name.isupper() else _nested(app, made, name)
    return Layout(made[network], made[group], made[targets], made[service])


def _nested(app: cdk.App, made: dict[str, cdk.Stack], name: str) -> cdk.Stack:
    if "P" not in made:
        made["P"] = stack_in(app, "P")
    return cdk.NestedStack(made["P"], name)


LAYOUTS = {
    "one stack": "AAAA",
    "group in the network stack": "ABBB",
    "all apart": "ABCD",
    "targets apart": "AABC",
    "group with the targets": "ABBC",
    "group with the service": "ACBC",
    "targets with the service": "AABB",
    "service in the network stack": "ABBA",
    "service and group in the network stack": "AABA",
    "service nested": "PPPs",
    "all nested": "ngts",
    "targets nested": "PPtP",
    "group and targets nested": "PttP",
    "targets and service nested": "PPts",
}


def _host_service(scope: cdk.Stack, vpc: ec2.Vpc, group: ec2.SecurityGroup) -> ecs.Ec2Service:
    cluster = ecs.Cluster(scope, "Cluster", vpc=vpc)
    fleet = fleet_in(vpc, scope=scope, security_group=group)
    cluster.add_asg_capacity_provider(
        ecs.AsgCapacityProvider(scope, "Capacity", auto_scaling_group=fleet)
    )
    cluster.connections.add_security_group(group)
    task = ecs.Ec2TaskDefinition(scope, "Definition")
    add_container(task, ecs.PortMapping(container_port=PORT, host_port=PORT))
    return ecs.Ec2Service(scope, "Tasks", cluster=cluster, task_definition=task)


def _launched(scope: cdk.Stack, vpc: ec2.Vpc, group: ec2.SecurityGroup) -> Any:
    template = ec2.LaunchTemplate(
        scope,
        "Template",
        instance_type=ec2.InstanceType("t3.micro"),
        machine_image=ec2.MachineImage.generic_linux({"eu-west-1": "ami-1"}),
        security_group=group,
    )
    return autoscaling.AutoScalingGroup(
        scope, "Fleet", vpc=vpc, launch_template=template, vpc_subnets=PRIVATE
    )


def _balancer(scope: cdk.Stack, vpc: ec2.Vpc, group: ec2.SecurityGroup) -> Any:
    balancer = elbv2.ApplicationLoadBalancer(
        scope, "Alb", vpc=vpc, security_group=group, vpc_subnets=PRIVATE
    )
    return balancer.add_listener(
        "Http",
        port=PORT,
        protocol=elbv2.ApplicationProtocol.HTTP,
        open=False,
        default_action=elbv2.ListenerAction.fixed_response(200),
    )


KINDS: dict[str, Callable[[cdk.Stack, ec2.Vpc, ec2.SecurityGroup], tuple[Any, Any]]] = {}
"""What makes a target in a scope, with what plain CDK allows traffic to."""


def kind(name: str) -> Callable[[Any], Any]:
    def register(make: Any) -> Any:
        KINDS[name] = make
        return make

    return register


@kind("fargate")
def _fargate(scope: cdk.Stack, vpc: ec2.Vpc, group: ec2.SecurityGroup) -> tuple[Any, Any]:
    tasks = fargate_in(vpc, scope=scope, port=PORT, security_groups=[group])
    return tasks, tasks


@kind("fargate by container")
def _container(scope: cdk.Stack, vpc: ec2.Vpc, group: ec2.SecurityGroup) -> tuple[Any, Any]:
    tasks = fargate_in(vpc, scope=scope, port=PORT, security_groups=[group])
    return tasks.load_balancer_target(container_name="Web"), tasks


@kind("hosts")
def _hosts(scope: cdk.Stack, vpc: ec2.Vpc, group: ec2.SecurityGroup) -> tuple[Any, Any]:
    tasks = _host_service(scope, vpc, group)
    return tasks, tasks


@kind("fleet")
def _fleet(scope: cdk.Stack, vpc: ec2.Vpc, group: ec2.SecurityGroup) -> tuple[Any, Any]:
    fleet = fleet_in(vpc, scope=scope, security_group=group)
    return fleet, fleet


@kind("fleet with a launch template")
def _template(scope: cdk.Stack, vpc: ec2.Vpc, group: ec2.SecurityGroup) -> tuple[Any, Any]:
    fleet = _launched(scope, vpc, group)
    return fleet, fleet


@kind("instance")
def _instance(scope: cdk.Stack, vpc: ec2.Vpc, group: ec2.SecurityGroup) -> tuple[Any, Any]:
    instance = instance_in(vpc, scope=scope, security_group=group)
    return targets.InstanceTarget(instance), instance


@kind("alb")
def _alb(scope: cdk.Stack, vpc: ec2.Vpc, group: ec2.SecurityGroup) -> tuple[Any, Any]:
    front = _balancer(scope, vpc, group)
    return targets.AlbListenerTarget(front), front


@kind("address")
def _address(scope: cdk.Stack, vpc: ec2.Vpc, group: ec2.SecurityGroup) -> tuple[Any, Any]:
    instance = instance_in(vpc, scope=scope, security_group=group)
    return targets.IpTarget(instance.instance_private_ip), instance


def _prepared(letters: str) -> tuple[cdk.App, Layout, ec2.Vpc, ec2.SecurityGroup]:
    app = cdk.App()
    layout = _stacks(app, *letters)
    vpc = vpc_in(layout.network)
    group = ec2.SecurityGroup(layout.group, "Group", vpc=vpc)
    return app, layout, vpc, group


@cache
def _plain_cdk_can(name: str, letters: str) -> bool:
    """Tell whether the CDK's own load balancer can have the target in a layout."""
    app, layout, vpc, group = _prepared(letters)
    target, owner = KINDS[name](layout.targets, vpc, group)
    own = ec2.SecurityGroup(layout.service, "Own", vpc=vpc)
    balancer = elbv2.NetworkLoadBalancer(
        layout.service, "Nlb", vpc=vpc, security_groups=[own], vpc_subnets=PRIVATE
    )
    front = balancer.add_listener("Front", port=80)
    front.add_targets("Targets", port=PORT, targets=[target])
    balancer.connections.allow_to(owner, ec2.Port.tcp(PORT))
    try:
        app.synth()
    except RuntimeError:
        return False
    return True


def _ours(name: str, letters: str, clients: tuple[str, ...] | None) -> cdk.App:
    app, layout, vpc, group = _prepared(letters)
    target, _ = KINDS[name](layout.targets, vpc, group)
    check = elbv2.HealthCheck(port=str(HEALTH), protocol=elbv2.Protocol.HTTP)
    given = listener(80, targets=[target], target_port=PORT, health_check=check)
    service_in(
        layout.service,
        vpc=vpc,
        listeners=[given],
        topology=LoadBalancerTopology.REGIONAL,
        client_cidrs=clients,
    )
    return app


@pytest.mark.parametrize("clients", [None, ("192.168.0.0/16",)], ids=["off", "on"])
@pytest.mark.parametrize("letters", LAYOUTS.values(), ids=LAYOUTS.keys())
@pytest.mark.parametrize("name", KINDS)
def test_targets_are_reached_wherever_plain_cdk_synthesizes(
    name: str, letters: str, clients: tuple[str, ...] | None
) -> None:
    if not _plain_cdk_can(name, letters):
        pytest.skip("the CDK's own load balancer makes a cycle too")
    template = merged(_ours(name, letters, clients))
    found = paths(template)
    assert {it.purpose for it in found} == {"data", "health"}
    assert {it.ports for it in found} == {(PORT, PORT), (HEALTH, HEALTH)}
    assert not closed(template)


def test_most_layouts_are_possible() -> None:
    possible = {name for name in KINDS if _plain_cdk_can(name, LAYOUTS["all apart"])}
    assert possible == set(KINDS)


def test_the_rules_of_an_immutable_group_of_another_stack_are_not_changed() -> None:
    app, layout, vpc, group = _prepared("NGTS")
    immutable = ec2.SecurityGroup.from_security_group_id(
        layout.network, "Immutable", group.security_group_id, mutable=False
    )
    target, _ = KINDS["fleet"](layout.targets, vpc, immutable)  # pyright: ignore[reportArgumentType]
    given = listener(80, targets=[target], target_port=PORT)
    service_in(layout.service, vpc=vpc, listeners=[given], topology=LoadBalancerTopology.REGIONAL)
    resources = merged(app)["Resources"].values()
    inbound = [it for it in resources if it["Type"] == "AWS::EC2::SecurityGroupIngress"]
    outbound = [it for it in resources if it["Type"] == "AWS::EC2::SecurityGroupEgress"]
    assert inbound == []
    assert len(outbound) == 1
