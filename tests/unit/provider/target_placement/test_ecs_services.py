"""Which target groups get an ECS service, and which services are refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from aws_cdk import aws_elasticloadbalancingv2_targets as targets
from tests.support.load_balanced import (
    TARGET_GROUP,
    add_container,
    address,
    cluster_in,
    fargate_in,
    listener,
    new_stack,
    service_in,
)
from tests.support.published import resources_of, template_of
from tests.support.refusals import refused
from tests.support.vpcs import ZONES, vpc_in
from tests.unit.provider.target_placement.placement import REGIONAL

from privatelink_constructs import Listener

if TYPE_CHECKING:
    from aws_cdk import aws_ec2 as ec2


@pytest.mark.parametrize("by_container", [False, True])
def test_fails_when_an_ecs_service_is_given_for_all_zones(*, by_container: bool) -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    tasks: Any = fargate_in(vpc)
    if by_container:
        tasks = tasks.load_balancer_target(container_name="Web")
    with refused(
        stack,
        "target-zones-conflict",
        f"An ECS service spans 2 Availability Zones .{', '.join(ZONES)}",
    ):
        service_in(stack, vpc=vpc, listeners=[listener(80, targets=[tasks])])


def test_an_ecs_service_is_given_by_zone() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    given = {zone: [fargate_in(vpc, f"Tasks-{zone}", zones=[zone])] for zone in ZONES}
    service_in(stack, vpc=vpc, listeners=[listener(80, targets_by_zone=given)])
    services = resources_of(template_of(stack), "AWS::ECS::Service")
    found = [it["Properties"]["LoadBalancers"][0]["TargetGroupArn"]["Ref"] for it in services]
    assert ["euwest1a" in it for it in found] == [True, False]
    [group, _] = resources_of(template_of(stack), TARGET_GROUP)
    assert group["Properties"]["TargetType"] == "ip"


def six(vpc: ec2.Vpc, tasks: Any) -> list[Listener]:
    return [listener(80 + index, targets=[tasks]) for index in range(6)]


@pytest.mark.parametrize("by_container", [False, True])
def test_fails_when_an_ecs_service_is_in_six_target_groups(*, by_container: bool) -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    tasks: Any = fargate_in(vpc)
    if by_container:
        tasks = tasks.load_balancer_target(container_name="Web")
    with refused(stack, "ecs-target-groups-exceeded", "The ECS service is in 6 target groups"):
        service_in(stack, vpc=vpc, listeners=six(vpc, tasks), topology=REGIONAL)


def test_an_ecs_service_is_in_five_target_groups() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    service_in(stack, vpc=vpc, listeners=six(vpc, fargate_in(vpc))[:5], topology=REGIONAL)
    [tasks] = resources_of(template_of(stack), "AWS::ECS::Service")
    assert len(tasks["Properties"]["LoadBalancers"]) == 5


def test_fails_when_an_ecs_service_is_in_six_target_groups_of_two_services() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    tasks = fargate_in(vpc)
    given = six(vpc, tasks)
    service_in(stack, "First", vpc=vpc, listeners=given[:3], topology=REGIONAL)
    with refused(stack, "ecs-target-groups-exceeded", "6 target groups"):
        service_in(stack, "Second", vpc=vpc, listeners=given[3:], topology=REGIONAL)


def test_fails_when_a_sixth_target_group_comes_later() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    tasks = fargate_in(vpc)
    given = [*six(vpc, tasks)[:5], Listener.tcp(90)]
    service = service_in(stack, vpc=vpc, listeners=given, topology=REGIONAL)
    with refused(stack, "ecs-target-groups-exceeded", "6 target groups"):
        service.add_targets(90, tasks)
    service.add_targets(90, address())
    [tasks_resource] = resources_of(template_of(stack), "AWS::ECS::Service")
    assert len(tasks_resource["Properties"]["LoadBalancers"]) == 5


def test_an_ecs_service_of_another_app_counts_for_itself() -> None:
    for _ in range(2):
        stack = new_stack()
        vpc = vpc_in(stack)
        service_in(stack, vpc=vpc, listeners=six(vpc, fargate_in(vpc))[:5], topology=REGIONAL)
        assert len(resources_of(template_of(stack), TARGET_GROUP)) == 5


def test_fails_when_an_ecs_service_is_outside_of_aws() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    tasks = ecs.ExternalService(
        stack,
        "Tasks",
        cluster=ecs.Cluster(stack, "Cluster", vpc=vpc),
        task_definition=ecs.ExternalTaskDefinition(stack, "Definition"),
    )
    with refused(
        stack, "target-type-not-supported", "Port 80 has a target of type ExternalService"
    ):
        service_in(stack, vpc=vpc, listeners=[listener(80, targets=[tasks])], topology=REGIONAL)


@pytest.mark.parametrize(
    ("mappings", "message"),
    [
        ([], "The first container of the ECS service has no port mapping"),
        (
            [ecs.PortMapping(container_port=53, protocol=ecs.Protocol.UDP)],
            "The first port mapping of the ECS service is UDP port 53",
        ),
    ],
    ids=["none", "udp"],
)
def test_fails_when_an_ecs_service_maps_no_tcp_port(
    mappings: list[ecs.PortMapping], message: str
) -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    task = ecs.FargateTaskDefinition(stack, "Definition")
    add_container(task, *mappings)
    tasks = ecs.FargateService(
        stack, "Tasks", cluster=cluster_in(vpc, "Cluster"), task_definition=task
    )
    for given in (Listener.udp(53, targets=[tasks]), Listener.tcp(53, targets=[tasks])):
        with refused(stack, "ecs-port-mapping-missing", message):
            service_in(stack, vpc=vpc, listeners=[given], topology=REGIONAL)


def test_an_ecs_service_of_both_protocols_on_one_port() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    task = ecs.FargateTaskDefinition(stack, "Definition")
    protocols = (ecs.Protocol.UDP, ecs.Protocol.TCP)
    add_container(task, *(ecs.PortMapping(container_port=53, protocol=it) for it in protocols))
    tasks = ecs.FargateService(
        stack, "Tasks", cluster=cluster_in(vpc, "Cluster"), task_definition=task
    )
    given = Listener.tcp_udp(53, targets=[tasks])
    service_in(stack, vpc=vpc, listeners=[given], topology=REGIONAL)
    [group] = resources_of(template_of(stack), TARGET_GROUP)
    assert group["Properties"]["Protocol"] == "TCP_UDP"


@pytest.mark.parametrize("with_instance", [False, True], ids=["type", "target"])
def test_fails_when_fargate_tasks_are_among_instances(*, with_instance: bool) -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    tasks: Any = fargate_in(vpc)
    given = (
        listener(80, targets=[tasks, targets.InstanceIdTarget("i-1")])
        if with_instance
        else listener(80, targets=[tasks], target_type=elbv2.TargetType.INSTANCE)
    )
    with refused(stack, "target-types-conflict", "Port 80 has targets of the types instance, ip"):
        service_in(stack, vpc=vpc, listeners=[given], topology=REGIONAL)
