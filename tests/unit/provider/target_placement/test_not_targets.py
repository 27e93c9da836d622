"""Objects that a Network Load Balancer can't have as targets."""

from __future__ import annotations

from typing import Any

from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from aws_cdk import aws_elasticloadbalancingv2_targets as targets
from aws_cdk import aws_lambda as lambda_
from tests.support.load_balanced import IN_A, instance_in, listener, new_stack, service_in
from tests.support.refusals import refusal, refused
from tests.support.vpcs import vpc_in

from privatelink_constructs import Listener


def test_fails_when_an_instance_is_given_instead_of_a_target() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    instance: Any = instance_in(vpc)
    with refusal(
        "target-type-not-supported", "Port 80 has a target of type ec2.Instance. Pass IpTarget"
    ):
        listener(80, targets=[instance])
    with refusal(
        "target-type-not-supported", "Port 80 has a target of type ec2.Instance. Pass IpTarget"
    ):
        listener(80, targets_by_zone={"eu-west-1a": [instance]})


def test_fails_when_a_function_is_given_as_a_target() -> None:
    stack = new_stack()
    arn = "arn:aws:lambda:eu-west-1:111111111111:function:payments"
    function = lambda_.Function.from_function_arn(stack, "Function", arn)
    given: Any = targets.LambdaTarget(function)
    vpc = vpc_in(stack)
    with refused(
        stack, "target-type-not-supported", "Port 80 has a target of type LambdaTarget. Pass Ip"
    ):
        service_in(stack, vpc=vpc, listeners=[listener(80, targets=[given])])


def test_fails_when_an_address_is_given_instead_of_a_target() -> None:
    stack = new_stack()
    service = service_in(stack)
    given: Any = IN_A
    with refused(stack, "target-type-not-supported", "Port 80 has a target of type str"):
        service.add_targets(80, given)


def test_fails_when_the_target_type_is_none_of_a_network_load_balancer() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    given = Listener.tcp(80, target_type=elbv2.TargetType.LAMBDA)
    with refused(stack, "target-type-not-supported", "The target group has the type lambda"):
        service_in(stack, vpc=vpc, listeners=[given])
