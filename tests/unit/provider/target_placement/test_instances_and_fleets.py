"""Which load balancers get an instance or an Auto Scaling group as a target."""

from __future__ import annotations

from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_autoscaling as autoscaling
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticloadbalancingv2_targets as targets
from tests.support.load_balanced import (
    TARGET_GROUP,
    fleet_in,
    instance_in,
    listener,
    new_stack,
    service_in,
)
from tests.support.published import resources_of, template_of
from tests.support.refusals import refused, warnings_of
from tests.support.vpcs import SUBNET_IDS, ZONES, imported_vpc, vpc_in
from tests.unit.provider.target_placement.placement import PRIVATE, REGIONAL, A, B, registered


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
    given: Any = targets.InstanceIdTarget(
        ec2.CfnInstance(stack, "Raw", availability_zone=A, subnet_id=SUBNET_IDS[0]).ref
    )
    service_in(stack, vpc=vpc, listeners=[listener(80, targets=[given])])
    assert len(registered(stack)[""]) == 2


def test_fails_when_an_instance_is_in_a_zone_without_a_load_balancer() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    given: Any = targets.InstanceTarget(instance_in(vpc, zones=[B]))
    with refused(stack, "target-zone-mismatch", f"Target 'instance' is in {B}"):
        service_in(
            stack,
            vpc=vpc,
            listeners=[listener(80, targets=[given])],
            subnets=ec2.SubnetSelection(subnet_type=PRIVATE, availability_zones=[A]),
        )


def groups_of_fleets(stack: cdk.Stack) -> list[list[str]]:
    fleets = resources_of(template_of(stack), "AWS::AutoScaling::AutoScalingGroup")
    return [[it["Ref"] for it in fleet["Properties"]["TargetGroupARNs"]] for fleet in fleets]


def test_a_fleet_of_one_zone_is_only_in_that() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    given = [fleet_in(vpc, f"In{zone}", zones=[zone]) for zone in ZONES]
    service_in(stack, vpc=vpc, listeners=[listener(80, targets=given)])
    [[first], [second]] = groups_of_fleets(stack)
    assert "euwest1a" in first
    assert "euwest1b" in second


def test_a_fleet_without_a_known_zone_is_in_all() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    given = fleet_in(vpc)
    resource: Any = given.node.default_child
    resource.vpc_zone_identifier = cdk.Fn.split(",", cdk.Fn.import_value("Subnets"))
    service_in(stack, vpc=vpc, listeners=[listener(80, targets=[given])])
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
    message = rf"spans 2 Availability Zones \({A}, {B}\).*targets_by_zone.*REGIONAL"
    with refused(stack, "target-zones-conflict", message):
        service_in(stack, vpc=vpc, listeners=[listener(80, targets=[fleet])])


def test_fails_when_a_fleet_spans_zones_that_only_the_deployment_knows() -> None:
    stack = new_stack(agnostic=True)
    vpc = vpc_in(stack, zones=None)
    fleet = fleet_in(vpc)
    with refused(stack, "target-zones-conflict", r"spans 2 Availability Zones \(\.\.\., \.\.\.\)"):
        service_in(stack, vpc=vpc, listeners=[listener(80, targets=[fleet])])


def test_what_is_given_by_zone_is_believed_where_nobody_knows_better() -> None:
    stack = new_stack()
    given = {A: [targets.InstanceIdTarget("i-1")], B: [targets.InstanceIdTarget("i-2")]}
    service = service_in(stack, listeners=[listener(80, targets_by_zone=given)])
    assert registered(stack) == {A: [{"Id": "i-1"}], B: [{"Id": "i-2"}]}
    assert "target-zone-undetermined" not in warnings_of(service)


def test_a_fleet_of_an_imported_launch_template_has_groups_that_nobody_knows() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    template = ec2.LaunchTemplate.from_launch_template_attributes(
        stack, "Template", launch_template_id="lt-0123456789abcdef0", version_number="1"
    )
    fleet = autoscaling.AutoScalingGroup(
        stack,
        "Fleet",
        vpc=vpc,
        launch_template=template,
        vpc_subnets=ec2.SubnetSelection(subnet_type=PRIVATE),
    )
    service_in(stack, vpc=vpc, listeners=[listener(80, targets=[fleet])], topology=REGIONAL)

    assert "TCP 80" in warnings_of(stack)["target-security-group-undetermined"]
