"""The security groups that users know their targets to have, and the order in which rules come."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_autoscaling as autoscaling
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from aws_cdk import aws_elasticloadbalancingv2_targets as targets
from tests.support.load_balanced import (
    IN_A,
    IN_B,
    LOAD_BALANCER,
    address,
    both_zones,
    certificate,
    fargate_in,
    instance_in,
    listener,
    new_stack,
    service_in,
)
from tests.support.merging import merged
from tests.support.published import resources_of, stack_in, template_of
from tests.support.reachability import closed
from tests.support.refusals import refusal, warnings_of
from tests.support.vpcs import imported_vpc, vpc_in

from privatelink_constructs import Listener, LoadBalancerTopology

if TYPE_CHECKING:
    from collections.abc import Callable

REGIONAL = LoadBalancerTopology.REGIONAL
RULE = "target-security-group-undetermined"
INGRESS, EGRESS = "AWS::EC2::SecurityGroupIngress", "AWS::EC2::SecurityGroupEgress"
CLIENTS = ["10.9.0.0/16"]
ENFORCEMENT = pytest.mark.parametrize("clients", [None, CLIENTS], ids=["off", "on"])
GROUP_ID = "sg-0123456789abcdef0"
ALB = "arn:aws:elasticloadbalancing:eu-west-1:111111111111:loadbalancer/app/alb/0123456789abcdef"
FACTORIES: dict[str, Callable[..., Listener]] = {
    "tcp": Listener.tcp,
    "tls": Listener.tls,
    "udp": Listener.udp,
    "tcp_udp": Listener.tcp_udp,
}


def rules(stack: cdk.Stack, kind: str = INGRESS) -> list[dict[str, Any]]:
    return [it["Properties"] for it in resources_of(template_of(stack), kind)]


def _launched_elsewhere(vpc: ec2.Vpc) -> Any:
    template = ec2.LaunchTemplate.from_launch_template_attributes(
        vpc.stack, "Template", launch_template_id="lt-0123456789abcdef0", version_number="1"
    )
    return autoscaling.AutoScalingGroup(
        vpc.stack,
        "Fleet",
        vpc=vpc,
        launch_template=template,
        vpc_subnets=ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED),
    )


UNTOLD: dict[str, Callable[[ec2.Vpc], list[Any]]] = {
    "address": lambda _: both_zones(),
    "token": lambda vpc: [address(cdk.CfnParameter(vpc.stack, "Address").value_as_string)],
    "instance": lambda _: [targets.InstanceIdTarget("i-1")],
    "alb": lambda _: [targets.AlbArnTarget(ALB, 80)],
    "fleet": lambda vpc: [_launched_elsewhere(vpc)],
}


@ENFORCEMENT
@pytest.mark.parametrize("kind", UNTOLD)
def test_groups_of_targets_that_tell_none_are_opened(kind: str, clients: list[str] | None) -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    group = ec2.SecurityGroup(stack, "Group", vpc=vpc)
    given = listener(80, targets=UNTOLD[kind](vpc), target_security_groups=[group])
    service_in(stack, vpc=vpc, listeners=[given], topology=REGIONAL, client_cidrs=clients)
    assert RULE not in warnings_of(stack)
    own = stack.resolve(group.security_group_id)
    sources = [it.get("CidrIp", "group") for it in rules(stack) if it["GroupId"] == own]
    assert sorted(sources) == (["group"] if clients else ["10.0.0.0/17", "10.0.128.0/17", "group"])
    assert [it["DestinationSecurityGroupId"] for it in rules(stack, EGRESS)] == [own]


@pytest.mark.parametrize("name", FACTORIES)
def test_every_kind_of_listener_takes_groups(name: str) -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    group = ec2.SecurityGroup.from_security_group_id(stack, "Group", GROUP_ID)
    options = {"certificates": [certificate(stack)]} if name == "tls" else {}
    given = FACTORIES[name](443, targets=both_zones(), target_security_groups=[group], **options)
    service = service_in(stack, vpc=vpc, listeners=[given])
    assert RULE not in warnings_of(service)
    assert {it["GroupId"] for it in rules(stack)} == {GROUP_ID}


def test_what_is_registered_elsewhere_may_have_groups() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    group = ec2.SecurityGroup(stack, "Pods", vpc=vpc)
    given = Listener.tcp(80, registered_elsewhere=True, target_security_groups=[group])
    service = service_in(stack, vpc=vpc, listeners=[given])
    assert RULE not in warnings_of(service)
    assert len(rules(stack)) == 3


def test_groups_of_another_stack_make_no_circle() -> None:
    app = cdk.App()
    network, ours = stack_in(app, "Network"), stack_in(app, "Ours")
    vpc = vpc_in(network)
    group = ec2.SecurityGroup(network, "Group", vpc=vpc)
    given = listener(80, targets=both_zones(), target_security_groups=[group])
    service_in(ours, vpc=vpc, listeners=[given])
    app.synth()
    assert rules(ours)


def test_targets_that_come_later_have_the_groups_too() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    group = ec2.SecurityGroup(stack, "Group", vpc=vpc)
    service = service_in(
        stack, vpc=vpc, listeners=[Listener.tcp(80, target_security_groups=[group])]
    )
    service.add_targets(80, address(IN_A), address(IN_B))
    assert RULE not in warnings_of(service)
    assert len(rules(stack)) == 3


def test_a_target_outside_the_vpc_has_none_of_the_groups() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    group = ec2.SecurityGroup(stack, "Group", vpc=vpc)
    given = listener(80, targets=[address("192.168.0.1")], target_security_groups=[group])
    service = service_in(stack, vpc=vpc, listeners=[given])
    assert "192.168.0.1" in warnings_of(service)[RULE]
    assert not rules(stack)


def test_a_target_with_groups_of_its_own_keeps_them() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    other = ec2.SecurityGroup(stack, "Other", vpc=vpc)
    tasks = fargate_in(vpc)
    given = listener(80, targets=[tasks], target_security_groups=[other])
    service_in(stack, vpc=vpc, listeners=[given], topology=REGIONAL)
    assert stack.resolve(other.security_group_id) not in [it["GroupId"] for it in rules(stack)]


def test_warns_when_the_groups_are_immutable() -> None:
    stack = new_stack()
    group = ec2.SecurityGroup.from_security_group_id(stack, "Group", GROUP_ID, mutable=False)
    given = listener(80, targets=both_zones(), target_security_groups=[group])
    service = service_in(stack, listeners=[given])
    text = warnings_of(service)[RULE]
    assert f"The security groups of {GROUP_ID} must allow TCP 80 from 10.0.0.0/17" in text


def test_fails_when_a_group_is_a_text() -> None:
    wrong: Any = [GROUP_ID]
    with refusal("argument-type-mismatch", "target_security_groups"):
        Listener.tcp(80, target_security_groups=wrong)


# Load balancers that are looked up or imported.


def _looked_up(stack: cdk.Stack) -> Any:
    return elbv2.ApplicationLoadBalancer.from_lookup(stack, "Alb", load_balancer_arn=ALB)


def _imported(stack: cdk.Stack) -> Any:
    return elbv2.ApplicationLoadBalancer.from_application_load_balancer_attributes(
        stack, "Alb", load_balancer_arn=ALB, security_group_id=GROUP_ID
    )


@pytest.mark.parametrize("find", [_looked_up, _imported], ids=["looked up", "imported"])
def test_the_groups_of_an_alb_that_is_defined_elsewhere_are_opened(
    find: Callable[[cdk.Stack], Any],
) -> None:
    stack = new_stack()
    alb = find(stack)
    elbv2.ApplicationLoadBalancer.from_application_load_balancer_attributes(
        stack, "Another", load_balancer_arn=f"{ALB}0", security_group_id="sg-9"
    )
    given = listener(80, targets=[targets.AlbArnTarget(alb.load_balancer_arn, 80)])
    service = service_in(stack, listeners=[given])
    assert RULE not in warnings_of(service)
    assert len({it["GroupId"] for it in rules(stack)}) == 1
    assert len(rules(stack)) == 3


def test_an_alb_that_nobody_imports_is_warned_of() -> None:
    stack = new_stack()
    given = listener(80, targets=[targets.AlbArnTarget(ALB, 80)])
    assert RULE in warnings_of(service_in(stack, listeners=[given]))


# The order of rules and load balancers.


def _depends_on(stack: cdk.Stack) -> list[list[str]]:
    return [it.get("DependsOn", []) for it in resources_of(template_of(stack), LOAD_BALANCER)]


def _ids(stack: cdk.Stack) -> list[str]:
    resources = template_of(stack)["Resources"]
    return sorted(
        key
        for key, it in resources.items()
        if it["Type"] == INGRESS and "CidrIp" in it["Properties"]
    )


@ENFORCEMENT
@pytest.mark.parametrize("in_group", ["own", "imported"])
def test_load_balancers_change_after_the_rules_that_they_need(
    in_group: str, clients: list[str] | None
) -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    own = ec2.SecurityGroup(stack, "Group", vpc=vpc)
    imported = ec2.SecurityGroup.from_security_group_id(stack, "Imported", GROUP_ID)
    group = own if in_group == "own" else imported
    tasks = fargate_in(vpc, security_groups=[group])
    service_in(
        stack,
        vpc=vpc,
        listeners=[listener(80, targets=[tasks])],
        topology=REGIONAL,
        client_cidrs=clients,
    )
    assert _ids(stack)
    assert _depends_on(stack) == [_ids(stack)]


def test_load_balancers_change_after_the_rules_of_later_targets() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    service = service_in(stack, vpc=vpc, listeners=[Listener.tcp(80)], topology=REGIONAL)
    service.add_targets(80, targets.InstanceTarget(instance_in(vpc)))
    assert _depends_on(stack) == [_ids(stack)]
    assert len(_ids(stack)) == 2


def test_rules_that_a_switch_needs_stand_apart() -> None:
    """Where both templates have a rule, nothing moves: each has all that it needs, and no more."""

    def found(clients: list[str] | None) -> dict[str, Any]:
        stack = new_stack()
        vpc = vpc_in(stack)
        instance = targets.InstanceTarget(instance_in(vpc))
        service_in(
            stack,
            vpc=vpc,
            listeners=[listener(80, targets=[instance])],
            topology=REGIONAL,
            client_cidrs=clients,
        )
        resources = template_of(stack)["Resources"]
        return {k: it for k, it in resources.items() if it["Type"] == "AWS::EC2::SecurityGroup"}

    # CloudFormation changes a group before a load balancer, so a group stays as it is.
    assert found(None) == found(CLIENTS)


def test_two_services_of_two_stacks_share_the_rules_of_a_target() -> None:
    app = cdk.App()
    network = stack_in(app, "Network")
    vpc = vpc_in(network)
    instance = targets.InstanceTarget(instance_in(vpc))
    for name in ("First", "Second"):
        given = [listener(80, targets=[instance])]
        service_in(stack_in(app, name), vpc=vpc, listeners=given, topology=REGIONAL)
    template = merged(app)
    assert not closed(template)
    found = [it["Properties"] for it in resources_of(template, INGRESS)]
    assert len([it for it in found if "CidrIp" in it]) == 2


def test_a_group_of_a_users_own_class_keeps_its_rules() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)

    class OwnGroup(ec2.SecurityGroup):
        """A group with a class of its own."""

    tasks = fargate_in(vpc, security_groups=[OwnGroup(stack, "Group", vpc=vpc)])
    service_in(stack, vpc=vpc, listeners=[listener(80, targets=[tasks])], topology=REGIONAL)
    assert not closed(template_of(stack))


def test_an_imported_vpc_without_ranges_needs_groups_of_addresses_to_know_them() -> None:
    stack = new_stack()
    vpc = imported_vpc(stack)
    group = ec2.SecurityGroup.from_security_group_id(stack, "Group", GROUP_ID)
    given = listener(80, targets=both_zones(), target_security_groups=[group])
    with refusal("vpc-cidr-undetermined"):
        service_in(stack, vpc=vpc, listeners=[given])
