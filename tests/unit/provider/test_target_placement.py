"""To which load balancers targets go, and which targets are refused."""

from __future__ import annotations

from typing import Any

import aws_cdk as cdk
import jsii
import pytest
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from aws_cdk import aws_elasticloadbalancingv2_targets as targets
from aws_cdk import aws_lambda as lambda_
from tests.support.load_balanced import (
    IN_A,
    IN_B,
    TARGET_GROUP,
    ZONES,
    add_container,
    address,
    both_zones,
    certificate,
    cluster_in,
    fargate_in,
    fleet_in,
    imported_vpc,
    instance_in,
    listener,
    new_stack,
    paths_in,
    refused,
    service_in,
    synthesize,
    vpc_in,
    warnings_in,
)
from tests.support.published import resources_of, template_of

from privatelink_constructs import Listener, LoadBalancerTopology, check_template

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


def front_of(vpc: ec2.Vpc, name: str = "Alb", port: int = 80) -> elbv2.ApplicationListener:
    balancer = elbv2.ApplicationLoadBalancer(
        cdk.Stack.of(vpc), name, vpc=vpc, vpc_subnets=ec2.SubnetSelection(subnet_type=PRIVATE)
    )
    action = elbv2.ListenerAction.fixed_response(200)
    return balancer.add_listener(
        "Http",
        port=port,
        protocol=elbv2.ApplicationProtocol.HTTP,
        open=False,
        default_action=action,
    )


def alb_in(vpc: ec2.Vpc, name: str = "Alb", port: int = 80) -> Any:
    return targets.AlbListenerTarget(front_of(vpc, name, port))


# Addresses.


def test_an_address_is_in_the_zone_of_its_subnet() -> None:
    stack = new_stack()
    service_in(stack)
    assert registered(stack) == {A: [{"Id": IN_A}], B: [{"Id": IN_B}]}


def test_an_address_is_in_a_subnet_that_the_vpc_does_not_list() -> None:
    stack = new_stack()
    subnets = [
        ec2.Subnet.from_subnet_attributes(
            stack, zone, subnet_id=zone, availability_zone=zone, ipv4_cidr_block=cidr
        )
        for zone, cidr in {A: "10.0.0.0/17", B: "10.0.128.0/17"}.items()
    ]
    service_in(
        stack,
        vpc=imported_vpc(stack, private_subnet_ids=[]),
        subnets=ec2.SubnetSelection(subnets=subnets),
    )
    assert registered(stack) == {A: [{"Id": IN_A}], B: [{"Id": IN_B}]}


def test_an_address_outside_of_the_vpc_is_in_all_zones() -> None:
    stack = new_stack()
    service_in(stack, listeners=[listener(80, targets=[address("192.168.0.1", 8080)])])
    expected = [{"AvailabilityZone": "all", "Id": "192.168.0.1", "Port": 8080}]
    assert registered(stack) == {A: expected, B: expected}


def test_an_address_outside_of_the_vpc_is_in_all_zones_of_one_load_balancer() -> None:
    stack = new_stack()
    given = [listener(80, targets=[address("192.168.0.1"), address(IN_A)])]
    service_in(stack, listeners=given, topology=REGIONAL)
    expected = [{"AvailabilityZone": "all", "Id": "192.168.0.1"}, {"Id": IN_A}]
    assert registered(stack) == {"": expected}


def test_an_address_outside_of_the_vpc_that_is_given_by_zone_says_so() -> None:
    stack = new_stack()
    given = {A: [address("192.168.0.1")], B: [address(IN_B)]}
    service_in(stack, listeners=[listener(80, targets_by_zone=given)])
    assert registered(stack) == {
        A: [{"AvailabilityZone": "all", "Id": "192.168.0.1"}],
        B: [{"Id": IN_B}],
    }


def test_an_address_in_a_further_range_of_the_vpc_is_left_to_aws() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    ec2.CfnVPCCidrBlock(vpc, "Further", vpc_id=vpc.vpc_id, cidr_block="192.168.0.0/24")
    given = [listener(80, targets=[address("192.168.0.1"), address("192.168.1.1")])]
    service_in(stack, vpc=vpc, listeners=given, topology=REGIONAL)
    expected = [{"Id": "192.168.0.1"}, {"AvailabilityZone": "all", "Id": "192.168.1.1"}]
    assert registered(stack) == {"": expected}


@pytest.mark.parametrize(
    "attributes",
    [
        {},
        {"vpc_cidr_block": "10.0.0.0/16"},
        {"private_subnet_ipv4_cidr_blocks": ["10.0.0.0/17", "10.0.128.0/17"]},
    ],
    ids=["nothing", "vpc", "subnets"],
)
def test_an_address_that_may_be_in_the_vpc_is_left_to_aws(attributes: dict[str, Any]) -> None:
    stack = new_stack()
    vpc = imported_vpc(stack, **attributes)
    service_in(stack, vpc=vpc, listeners=[listener(80, targets=[address("192.168.0.1")])])
    assert registered(stack) == {A: [{"Id": "192.168.0.1"}], B: [{"Id": "192.168.0.1"}]}


def test_an_address_outside_of_an_imported_vpc_is_in_all_zones() -> None:
    stack = new_stack()
    vpc = imported_vpc(
        stack,
        vpc_cidr_block="10.0.0.0/16",
        private_subnet_ipv4_cidr_blocks=["10.0.0.0/17", "10.0.128.0/17"],
    )
    given = [listener(80, targets=[address("192.168.0.1"), address(IN_A)])]
    service_in(stack, vpc=vpc, listeners=given)
    outside = {"AvailabilityZone": "all", "Id": "192.168.0.1"}
    assert registered(stack) == {A: [outside, {"Id": IN_A}], B: [outside]}


@pytest.mark.parametrize(
    ("zone", "expected"), [(A, {A: 1, B: 0}), (B, {A: 0, B: 1}), ("all", {A: 1, B: 1})]
)
def test_an_address_that_names_its_zone(zone: str, expected: dict[str, int]) -> None:
    stack = new_stack()
    named: Any = targets.IpTarget("192.168.0.1", 80, zone)
    service = service_in(stack, listeners=[listener(80, targets=[named])])
    for it in ZONES:
        service.add_targets(80, address(), availability_zone=it)
    found = {
        it: [t for t in group if "AvailabilityZone" in t] for it, group in registered(stack).items()
    }
    assert {it: len(group) for it, group in found.items()} == expected
    assert {t["AvailabilityZone"] for group in found.values() for t in group} == {zone}


def test_addresses_that_only_the_deployment_knows_are_in_all_zones() -> None:
    stack = new_stack()
    text = cdk.CfnParameter(stack, "Address").value_as_string
    service_in(stack, listeners=[listener(80, targets=[address(text)])])
    assert registered(stack) == {A: [{"Id": {"Ref": "Address"}}], B: [{"Id": {"Ref": "Address"}}]}


def test_addresses_of_subnets_without_a_name_are_in_all_zones() -> None:
    stack = new_stack()
    vpc = imported_vpc(
        stack,
        availability_zones=cdk.Fn.get_azs(),
        private_subnet_ipv4_cidr_blocks=["10.0.0.0/17", "10.0.128.0/17"],
    )
    service_in(stack, vpc=vpc, listeners=[listener(80, targets=[address(IN_A)])])
    assert registered(stack) == {"": [{"Id": IN_A}, {"Id": IN_A}]}


def test_fails_when_an_address_is_none() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    with refused(stack, "target-address-malformed", "'db.example.com' is no IP address"):
        service_in(stack, vpc=vpc, listeners=[listener(80, targets=[address("db.example.com")])])


def test_fails_when_a_target_has_no_port() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    with refused(stack, "port-out-of-range", "port 65536 is no port"):
        service_in(stack, vpc=vpc, listeners=[listener(80, targets=[address(IN_A, 65536)])])


def test_fails_when_an_address_is_in_a_zone_without_a_load_balancer() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    message = rf"target '{IN_B}' is in {B}, and the service is in {A}"
    with refused(stack, "target-zone-mismatch", message):
        service_in(
            stack,
            vpc=vpc,
            subnets=ec2.SubnetSelection(subnet_type=PRIVATE, availability_zones=[A]),
        )


# Instances and fleets.


@pytest.mark.parametrize("agnostic", [False, True])
def test_an_instance_is_in_its_own_zone(*, agnostic: bool) -> None:
    stack = new_stack(agnostic=agnostic)
    vpc = vpc_in(stack, zones=None if agnostic else ZONES)
    given: list[Any] = [
        targets.InstanceTarget(instance_in(vpc, f"In{index}", zones=[zone]), 8080)
        for index, zone in enumerate(vpc.availability_zones)
    ]
    service_in(stack, vpc=vpc, listeners=[listener(80, targets=given)])
    found = [it["Properties"]["Targets"] for it in resources_of(template_of(stack), TARGET_GROUP)]
    instances = [
        {"Id": {"Ref": k}, "Port": 8080}
        for k, it in template_of(stack)["Resources"].items()
        if it["Type"] == "AWS::EC2::Instance"
    ]
    assert found == [[it] for it in instances]


def test_an_l1_instance_is_in_the_zone_of_its_subnet() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    raw = ec2.CfnInstance(stack, "Raw", subnet_id=vpc.isolated_subnets[1].subnet_id)
    given: list[Any] = [
        targets.InstanceIdTarget(raw.ref),
        targets.InstanceTarget(instance_in(vpc, zones=[A])),
    ]
    service_in(stack, vpc=vpc, listeners=[listener(80, targets=given)])
    assert registered(stack)[B] == [{"Id": {"Ref": "Raw"}}]
    assert len(registered(stack)[A]) == 1


def test_an_l1_instance_without_a_subnet_is_in_all_zones() -> None:
    stack = new_stack()
    raw: Any = targets.InstanceIdTarget(ec2.CfnInstance(stack, "Raw").ref)
    service_in(stack, listeners=[listener(80, targets=[raw])])
    assert registered(stack) == {A: [{"Id": {"Ref": "Raw"}}], B: [{"Id": {"Ref": "Raw"}}]}


def test_an_imported_instance_is_in_all_zones() -> None:
    stack = new_stack()
    imported: Any = targets.InstanceIdTarget("i-1")
    service_in(stack, listeners=[listener(80, targets=[imported])])
    assert registered(stack) == {A: [{"Id": "i-1"}], B: [{"Id": "i-1"}]}


def test_an_instance_id_that_refers_to_no_instance_is_in_all_zones() -> None:
    stack = new_stack()
    imported: Any = targets.InstanceIdTarget(cdk.Fn.import_value("Instance"))
    service_in(stack, listeners=[listener(80, targets=[imported])])
    assert len(registered(stack)[A]) == len(registered(stack)[B]) == 1


def test_an_instance_of_another_zone_is_placed_everywhere_where_names_are_unknown() -> None:
    stack = new_stack()
    vpc = imported_vpc(stack, availability_zones=cdk.Fn.get_azs(), vpc_cidr_block="10.0.0.0/16")
    given: Any = targets.InstanceTarget(instance_in(vpc_in(stack, "Other"), zones=[A]))
    service_in(stack, vpc=vpc, listeners=[listener(80, targets=[given])])
    assert len(registered(stack)[""]) == 2


def test_fails_when_an_instance_is_in_a_zone_without_a_load_balancer() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    given: Any = targets.InstanceTarget(instance_in(vpc, zones=[B]))
    with refused(stack, "target-zone-mismatch", f"target 'instance' is in {B}"):
        service_in(
            stack,
            vpc=vpc,
            listeners=[listener(80, targets=[given])],
            subnets=ec2.SubnetSelection(subnet_type=PRIVATE, availability_zones=[A]),
        )


def groups_of_fleets(stack: cdk.Stack) -> list[list[str]]:
    fleets = resources_of(template_of(stack), "AWS::AutoScaling::AutoScalingGroup")
    return [[it["Ref"] for it in fleet["Properties"]["TargetGroupARNs"]] for fleet in fleets]


def test_a_fleet_of_one_zone_is_in_that_alone() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    given = [fleet_in(vpc, f"In{zone}", zones=[zone]) for zone in ZONES]
    service_in(stack, vpc=vpc, listeners=[listener(80, targets=given)])
    [[first], [second]] = groups_of_fleets(stack)
    assert "euwest1a" in first
    assert "euwest1b" in second


def test_a_fleet_without_a_known_zone_is_in_all() -> None:
    stack = new_stack()
    given = fleet_in(vpc_in(stack, "Other"))
    service_in(stack, listeners=[listener(80, targets=[given])])
    [groups] = groups_of_fleets(stack)
    assert len(groups) == 2


def test_a_fleet_with_a_zone_that_nobody_knows_is_in_all() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    fleet = fleet_in(vpc, zones=[A])
    resource: Any = fleet.node.default_child
    resource.vpc_zone_identifier = [*resource.vpc_zone_identifier, "subnet-9"]
    service_in(stack, vpc=vpc, listeners=[listener(80, targets=[fleet])])
    [groups] = groups_of_fleets(stack)
    assert len(groups) == 2


def test_a_fleet_that_spans_zones_is_behind_one_load_balancer() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    service_in(stack, vpc=vpc, listeners=[listener(80, targets=[fleet_in(vpc)])], topology=REGIONAL)
    [groups] = groups_of_fleets(stack)
    assert len(groups) == 1


def test_fails_when_a_fleet_spans_zones() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    fleet = fleet_in(vpc)
    message = rf"spans 2 zones \({A}, {B}\).*targets_by_zone.*REGIONAL"
    with refused(stack, "target-zones-conflict", message):
        service_in(stack, vpc=vpc, listeners=[listener(80, targets=[fleet])])


def test_fails_when_a_fleet_spans_zones_that_only_the_deployment_knows() -> None:
    stack = new_stack(agnostic=True)
    vpc = vpc_in(stack, zones=None)
    fleet = fleet_in(vpc)
    with refused(stack, "target-zones-conflict", r"spans 2 zones \(\.\.\., \.\.\.\)"):
        service_in(stack, vpc=vpc, listeners=[listener(80, targets=[fleet])])


def test_what_is_given_by_zone_is_believed() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    fleet = fleet_in(vpc)
    service_in(stack, vpc=vpc, listeners=[listener(80, targets_by_zone={A: [fleet], B: [fleet]})])
    [groups] = groups_of_fleets(stack)
    assert len(groups) == 2


# ECS.


@pytest.mark.parametrize("by_container", [False, True])
def test_fails_when_an_ecs_service_is_given_for_all_zones(*, by_container: bool) -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    tasks: Any = fargate_in(vpc)
    if by_container:
        tasks = tasks.load_balancer_target(container_name="Web")
    with refused(stack, "target-zones-conflict", "an ECS service is given for all zones at once"):
        service_in(stack, vpc=vpc, listeners=[listener(80, targets=[tasks])])


def test_an_ecs_service_is_given_by_zone() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    given = {zone: [fargate_in(vpc, f"Tasks-{zone}")] for zone in ZONES}
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
    with refused(stack, "ecs-target-groups-exceeded", "an ECS service is in 6 target groups"):
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


def test_fails_when_an_ecs_service_has_no_container() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    tasks = ecs.ExternalService(
        stack,
        "Tasks",
        cluster=ecs.Cluster(stack, "Cluster", vpc=vpc),
        task_definition=ecs.ExternalTaskDefinition(stack, "Definition"),
    )
    with refused(stack, "ecs-port-mapping-missing", "has no port mapping"):
        service_in(stack, vpc=vpc, listeners=[listener(80, targets=[tasks])], topology=REGIONAL)


@pytest.mark.parametrize(
    ("mappings", "message"),
    [
        ([], "the first container of an ECS service has no port mapping"),
        (
            [ecs.PortMapping(container_port=53, protocol=ecs.Protocol.UDP)],
            "the first port mapping of an ECS service is 53 for UDP",
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
    given = Listener.udp(53, targets=[tasks])
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
    with refused(stack, "target-types-conflict", "port 80 has targets of instance, ip"):
        service_in(stack, vpc=vpc, listeners=[given], topology=REGIONAL)


# What is no target.


def test_fails_when_an_instance_is_given_instead_of_a_target() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    instance: Any = instance_in(vpc)
    with refused(stack, "target-type-not-supported", "port 80 has a target Instance: pass IpTa"):
        service_in(stack, vpc=vpc, listeners=[listener(80, targets=[instance])])


def test_fails_when_a_function_is_given_as_a_target() -> None:
    stack = new_stack()
    arn = "arn:aws:lambda:eu-west-1:111111111111:function:payments"
    function = lambda_.Function.from_function_arn(stack, "Function", arn)
    given: Any = targets.LambdaTarget(function)
    vpc = vpc_in(stack)
    with refused(stack, "target-type-not-supported", "port 80 has a target LambdaTarget: pass Ip"):
        service_in(stack, vpc=vpc, listeners=[listener(80, targets=[given])])


def test_fails_when_an_address_is_given_instead_of_a_target() -> None:
    stack = new_stack()
    service = service_in(stack)
    given: Any = IN_A
    with refused(stack, "target-type-not-supported", "port 80 has a target str"):
        service.add_targets(80, given)


def test_fails_when_the_target_type_is_none_of_a_network_load_balancer() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    given = Listener.tcp(80, target_type=elbv2.TargetType.LAMBDA)
    with refused(stack, "target-type-not-supported", "a target group of type lambda"):
        service_in(stack, vpc=vpc, listeners=[given])


# Application Load Balancers.


def test_an_alb_is_in_all_zones() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    service_in(stack, vpc=vpc, listeners=[listener(443, targets=[alb_in(vpc, port=8080)])])
    found = registered(stack)
    assert [len(it) for it in found.values()] == [1, 1]
    for group in resources_of(template_of(stack), TARGET_GROUP):
        assert group["Properties"]["TargetType"] == "alb"
        # The target group's port has to be that of the ALB's listener.
        assert group["Properties"]["Port"] == 8080


def test_fails_when_an_alb_is_not_behind_tcp() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    given = Listener.tls(443, certificates=[certificate(stack)], targets=[alb_in(vpc)])
    with refused(
        stack, "alb-target-protocol-not-supported", "an Application Load Balancer behind a TLS"
    ):
        service_in(stack, vpc=vpc, listeners=[given])


def test_fails_when_an_alb_is_not_alone() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    given = [alb_in(vpc, "First"), alb_in(vpc, "Second")]
    with refused(stack, "alb-target-conflict", "among 2 targets"):
        service_in(stack, vpc=vpc, listeners=[listener(80, targets=given)])


def test_fails_when_proxy_protocol_goes_to_an_alb() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    given = listener(80, targets=[alb_in(vpc)], proxy_protocol_v2=True)
    with refused(stack, "alb-target-proxy-protocol-not-supported", "proxy protocol"):
        service_in(stack, vpc=vpc, listeners=[given])


def test_fails_when_the_target_port_is_not_the_albs() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    given = listener(443, targets=[alb_in(vpc, port=80)], target_port=81)
    with refused(stack, "alb-target-port-mismatch", "target port 81 and an ALB listener on 80"):
        service_in(stack, vpc=vpc, listeners=[given])


def test_fails_when_albs_of_two_zones_listen_to_different_ports() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    given = {A: [alb_in(vpc, "First", 80)], B: [alb_in(vpc, "Second", 81)]}
    with refused(stack, "alb-target-port-mismatch", "target port 80 and an ALB listener on 81"):
        service_in(stack, vpc=vpc, listeners=[listener(443, targets_by_zone=given)])


def test_fails_when_an_alb_of_another_port_comes_later() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    alb = alb_in(vpc, port=8080)
    service = service_in(stack, vpc=vpc, listeners=[Listener.tcp(443)])
    with refused(stack, "alb-target-port-mismatch", "target port 443 and an ALB listener on 8080"):
        service.add_targets(443, alb)


def test_an_alb_can_be_announced() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    given = Listener.tcp(443, target_type=elbv2.TargetType.ALB, target_port=80)
    service_in(stack, vpc=vpc, listeners=[given]).add_targets(443, alb_in(vpc))
    assert [len(it) for it in registered(stack).values()] == [1, 1]


# Types and families.


def test_fails_when_types_are_mixed() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    given: list[Any] = [address(), targets.InstanceTarget(instance_in(vpc))]
    with refused(stack, "target-types-conflict", "port 80 has targets of instance, ip"):
        service_in(stack, vpc=vpc, listeners=[listener(80, targets=given)])


def test_fails_when_another_type_is_announced() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    given = listener(80, targets=[address()], target_type=elbv2.TargetType.INSTANCE)
    with refused(stack, "target-types-conflict", "port 80 has targets of instance, ip"):
        service_in(stack, vpc=vpc, listeners=[given])


def test_fails_when_another_type_comes_later() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    service = service_in(stack, vpc=vpc)
    later: Any = targets.InstanceIdTarget("i-1")
    with refused(stack, "target-types-conflict", "port 80 has targets of instance, ip"):
        service.add_targets(80, later)


def test_fails_when_ipv6_targets_are_behind_ipv4() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    given = listener(80, targets=[address("2001:db8::1")])
    with refused(stack, "target-address-family-mismatch", "port 80 forwards to IPv4.*2001:db8::1"):
        service_in(stack, vpc=vpc, listeners=[given])


def test_fails_when_families_are_mixed() -> None:
    stack = new_stack()
    vpc = vpc_in(stack, ip_protocol=ec2.IpProtocol.DUAL_STACK)
    given = listener(80, targets=[address("2001:db8::1"), address(IN_A)])
    with refused(stack, "target-address-family-mismatch", "2001:db8::1"):
        service_in(
            stack,
            vpc=vpc,
            listeners=[given],
            ip_address_type=elbv2.IpAddressType.DUAL_STACK,
        )


def test_fails_when_another_family_comes_later() -> None:
    stack = new_stack()
    vpc = vpc_in(stack, ip_protocol=ec2.IpProtocol.DUAL_STACK)
    service = service_in(
        stack,
        vpc=vpc,
        listeners=[Listener.tcp(80)],
        ip_address_type=elbv2.IpAddressType.DUAL_STACK,
    )
    with refused(stack, "target-address-family-mismatch", "2001:db8::1"):
        service.add_targets(80, address("2001:db8::1"))


def test_fails_when_an_ipv4_target_comes_to_ipv6_targets() -> None:
    stack = new_stack()
    vpc = vpc_in(stack, ip_protocol=ec2.IpProtocol.DUAL_STACK)
    service = service_in(
        stack,
        vpc=vpc,
        listeners=[listener(80, targets=[address("2001:db8::1")])],
        ip_address_type=elbv2.IpAddressType.DUAL_STACK,
    )
    with refused(stack, "target-address-family-mismatch", f"port 80 forwards to IPv6.*{IN_A}"):
        service.add_targets(80, address(IN_A))


@jsii.implements(elbv2.INetworkLoadBalancerTarget)
class Custom:
    """A target of a user's own."""

    def attach_to_network_target_group(
        self,
        target_group: elbv2.INetworkTargetGroup,  # noqa: ARG002 - the CDK's name for it
    ) -> elbv2.LoadBalancerTargetProps:
        return elbv2.LoadBalancerTargetProps(
            target_type=elbv2.TargetType.IP, target_json={"id": "10.0.0.99"}
        )


def test_a_target_of_a_users_own_is_in_all_zones() -> None:
    stack = new_stack()
    custom: Any = Custom()
    service_in(stack, listeners=[listener(80, targets=[custom])])
    assert registered(stack) == {A: [{"Id": "10.0.0.99"}], B: [{"Id": "10.0.0.99"}]}


# By zone, and later.


def test_targets_are_given_by_zone() -> None:
    stack = new_stack()
    given = {A: [address("10.0.0.1"), address("10.0.0.2")], B: [address("10.0.128.1")]}
    service_in(stack, listeners=[listener(80, targets_by_zone=given)])
    assert registered(stack) == {
        A: [{"Id": "10.0.0.1"}, {"Id": "10.0.0.2"}],
        B: [{"Id": "10.0.128.1"}],
    }


def test_targets_are_given_by_zone_and_for_all() -> None:
    stack = new_stack()
    given = Listener.tcp(80, targets=[address(IN_A)], targets_by_zone={B: [address(IN_B)]})
    service_in(stack, listeners=[given])
    assert registered(stack) == {A: [{"Id": IN_A}], B: [{"Id": IN_B}]}


def test_targets_by_zone_are_all_behind_one_load_balancer() -> None:
    stack = new_stack()
    given = {A: [address(IN_A)], B: [address(IN_B)]}
    service_in(stack, listeners=[listener(80, targets_by_zone=given)], topology=REGIONAL)
    assert registered(stack) == {"": [{"Id": IN_A}, {"Id": IN_B}]}


def test_zones_that_only_the_deployment_knows_are_named_by_their_token_or_subnet() -> None:
    stack = new_stack(agnostic=True)
    vpc = vpc_in(stack, zones=None)
    given = {vpc.availability_zones[0]: [address(IN_A)], "PrivateSubnet2": [address(IN_B)]}
    service_in(stack, vpc=vpc, listeners=[listener(80, targets_by_zone=given)])
    found = [it["Properties"]["Targets"] for it in resources_of(template_of(stack), TARGET_GROUP)]
    assert found == [[{"Id": IN_A}], [{"Id": IN_B}]]


@pytest.mark.parametrize("topology", LoadBalancerTopology)
def test_fails_when_targets_are_given_for_another_zone(topology: LoadBalancerTopology) -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    given = {"eu-west-1c": [address()]}
    message = f"targets are given for 'eu-west-1c', and the service is in {A}, {B}"
    with refused(stack, "target-zone-mismatch", message):
        service_in(
            stack, vpc=vpc, listeners=[listener(80, targets_by_zone=given)], topology=topology
        )


def test_fails_when_targets_are_given_by_names_that_only_the_deployment_knows() -> None:
    stack = new_stack(agnostic=True)
    vpc = vpc_in(stack, zones=None)
    given = {A: [address()]}
    message = (
        r"'eu-west-1a', and the service is in PrivateSubnet1, PrivateSubnet2, whose names are only "
        r"known at deployment \(take them from vpc.availability_zones, or give the stack an env\)"
    )
    with refused(stack, "target-zone-mismatch", message):
        service_in(stack, vpc=vpc, listeners=[listener(80, targets_by_zone=given)])


def test_fails_when_a_name_that_only_the_deployment_knows_is_none_of_the_vpc() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    given = {cdk.Fn.select(0, cdk.Fn.get_azs()): [address()]}
    with refused(stack, "target-zone-mismatch", "given for 'a zone only known at deployment'"):
        service_in(stack, vpc=vpc, listeners=[listener(80, targets_by_zone=given)])


def test_targets_are_added_later() -> None:
    stack = new_stack()
    service = service_in(stack, listeners=[Listener.tcp(80), listener(81)])
    service.add_targets(80, address(IN_A), address("10.0.0.11"))
    service.add_targets(80, address("192.168.0.9"), availability_zone=B)
    groups = resources_of(template_of(stack), TARGET_GROUP)
    found = [it["Properties"]["Targets"] for it in groups if it["Properties"]["Port"] == 80]
    assert found == [
        [{"Id": IN_A}, {"Id": "10.0.0.11"}],
        [{"AvailabilityZone": "all", "Id": "192.168.0.9"}],
    ]


def test_fails_when_targets_are_added_to_a_port_without_a_listener() -> None:
    stack = new_stack()
    service = service_in(stack, listeners=[listener(80), listener(443)])
    with refused(stack, "target-listener-missing", "port 81 is none of 80, 443"):
        service.add_targets(81, address())


def test_fails_when_targets_are_added_to_another_zone() -> None:
    stack = new_stack()
    service = service_in(stack)
    with refused(stack, "target-zone-mismatch", "eu-west-1c"):
        service.add_targets(80, address(), availability_zone="eu-west-1c")


def test_fails_when_a_port_has_no_target_at_synthesis() -> None:
    stack = new_stack()
    service_in(stack, listeners=[listener(80), Listener.tcp(443)])
    with pytest.raises(RuntimeError, match=r"port 443 has no target: .* \[target-missing\]"):
        synthesize(stack)


def test_fails_when_a_zone_has_no_target_at_synthesis() -> None:
    stack = new_stack()
    service_in(stack, listeners=[listener(80, targets=[address(IN_A)])])
    message = rf"port 80 has no target in {B}: .*subnets=Subnet.*\[zone-target-missing\]"
    with pytest.raises(RuntimeError, match=message):
        synthesize(stack)


def test_fails_when_a_zone_is_empty_at_synthesis() -> None:
    stack = new_stack()
    service_in(stack, listeners=[listener(80, targets_by_zone={A: [address()], B: []})])
    with pytest.raises(RuntimeError, match="zone-target-missing"):
        synthesize(stack)


def test_targets_that_came_by_synthesis_are_no_error() -> None:
    stack = new_stack()
    service = service_in(stack, listeners=[Listener.tcp(80)])
    service.add_targets(80, *both_zones())
    synthesize(stack)
    assert registered(stack) == {A: [{"Id": IN_A}], B: [{"Id": IN_B}]}


def test_looking_at_targets_leaves_nothing_behind() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    front = front_of(vpc)
    given: Any = targets.AlbListenerTarget(front)
    before = paths_in(stack)
    with refused(stack, "alb-target-proxy-protocol-not-supported", "proxy"):
        service_in(
            stack,
            vpc=vpc,
            listeners=[listener(80, targets=[given], proxy_protocol_v2=True)],
        )
    assert paths_in(stack) == before


# Addresses that AWS doesn't register.


@pytest.mark.parametrize("zone", [None, "all"])
@pytest.mark.parametrize("text", ["8.8.8.8", "192.0.2.10", "11.1.2.3"])
def test_fails_when_an_address_outside_the_vpc_is_not_private(text: str, zone: str | None) -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    given: Any = targets.IpTarget(text, 443, zone)
    with refused(
        stack, "target-address-not-supported", f"{text}' is outside the VPC and in none of"
    ):
        service_in(stack, vpc=vpc, listeners=[listener(80, targets=[given])])


def test_fails_when_an_address_by_zone_is_not_private() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    given = listener(80, targets_by_zone={zone: [address("8.8.8.8")] for zone in ZONES})
    with refused(stack, "target-address-not-supported", "'8.8.8.8' is outside the VPC"):
        service_in(stack, vpc=vpc, listeners=[given])


@pytest.mark.parametrize("text", ["10.200.0.1", "100.64.0.1", "172.31.0.1", "192.168.0.1"])
def test_private_addresses_outside_the_vpc_are_registered(text: str) -> None:
    stack = new_stack()
    service_in(stack, listeners=[listener(80, targets=[address(text)])])
    for group in resources_of(template_of(stack), "AWS::ElasticLoadBalancingV2::TargetGroup"):
        assert group["Properties"]["Targets"] == [{"AvailabilityZone": "all", "Id": text}]


def test_addresses_of_a_vpc_are_registered_whatever_they_are() -> None:
    stack = new_stack()
    vpc = vpc_in(stack, ip_addresses=ec2.IpAddresses.cidr("11.0.0.0/16"))
    service_in(
        stack,
        vpc=vpc,
        listeners=[listener(80, targets=[address("11.0.0.5"), address("11.0.128.5")])],
    )
    assert resources_of(template_of(stack), "AWS::EC2::VPCEndpointService")


def test_addresses_are_believed_where_the_vpc_is_not_known() -> None:
    stack = new_stack()
    service_in(
        stack, vpc=imported_vpc(stack), listeners=[listener(80, targets=[address("11.0.0.5")])]
    )
    assert resources_of(template_of(stack), "AWS::EC2::VPCEndpointService")


# Targets that something else registers.


@pytest.mark.parametrize("zonal", [True, False], ids=["zonal", "regional"])
def test_targets_may_be_registered_elsewhere(*, zonal: bool) -> None:
    stack = new_stack()
    given = Listener.tcp(443, target_port=8443, registered_elsewhere=True)
    topology = LoadBalancerTopology.PER_AVAILABILITY_ZONE if zonal else REGIONAL
    service = service_in(stack, listeners=[given], topology=topology)
    template = template_of(stack)
    groups = resources_of(template, "AWS::ElasticLoadBalancingV2::TargetGroup")
    assert len(groups) == len(service.target_groups) == (2 if zonal else 1)
    for group in groups:
        assert group["Properties"]["TargetType"] == "ip"
        assert "Targets" not in group["Properties"]
    assert not [it for it in check_template(template) if it.rule == "target-missing"]
    [security_group] = resources_of(template, "AWS::EC2::SecurityGroup")
    [rule] = security_group["Properties"]["SecurityGroupEgress"]
    assert (rule["FromPort"], rule["ToPort"]) == (8443, 8443)
    assert "CidrBlock" in str(rule["CidrIp"])
    text = warnings_in(stack)["target-security-group-undetermined"]
    assert text.startswith("the security groups of the targets that are registered elsewhere have")


def test_hosts_may_be_registered_elsewhere() -> None:
    stack = new_stack()
    instance = elbv2.TargetType.INSTANCE
    given = Listener.tcp(80, target_port=30080, target_type=instance, registered_elsewhere=True)
    service_in(stack, listeners=[given])
    for group in resources_of(template_of(stack), "AWS::ElasticLoadBalancingV2::TargetGroup"):
        assert group["Properties"]["TargetType"] == "instance"


def test_targets_are_added_beside_those_registered_elsewhere() -> None:
    stack = new_stack()
    service = service_in(stack, listeners=[Listener.tcp(80, registered_elsewhere=True)])
    service.add_targets(80, address(IN_A))
    found = [
        group["Properties"].get("Targets")
        for group in resources_of(template_of(stack), "AWS::ElasticLoadBalancingV2::TargetGroup")
    ]
    assert found == [[{"Id": IN_A}], None]


def test_fails_when_another_type_is_registered_elsewhere() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    instance: Any = targets.InstanceIdTarget("i-1")
    given = listener(80, targets=[instance], registered_elsewhere=True)
    with refused(stack, "target-types-conflict", "port 80 has targets of instance, ip"):
        service_in(stack, vpc=vpc, listeners=[given])
