"""Clients that can't be allowed, and those beside them that can."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import aws_cdk as cdk
import jsii
import pytest
from aws_cdk import aws_autoscaling as autoscaling
from aws_cdk import aws_codebuild as codebuild
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from aws_cdk import aws_lambda as lambda_
from tests.support.consumers import consumer_in, endpoint_in
from tests.support.load_balanced import fleet_in, instance_in
from tests.support.published import resources_of, template_of
from tests.support.refusals import refused, warnings_of
from tests.support.round_trips import count_round_trips
from tests.support.vpcs import vpc_in

if TYPE_CHECKING:
    from collections.abc import Callable

RULE = "AWS::EC2::SecurityGroupIngress"
ISOLATED = ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED)
FUNCTION = "arn:aws:lambda:eu-west-1:111111111111:function:payments"


def function_in(stack: cdk.Stack, **options: Any) -> lambda_.Function:
    return lambda_.Function(
        stack,
        "Function",
        code=lambda_.Code.from_inline("def handler(*_): ..."),
        handler="index.handler",
        runtime=lambda_.Runtime.PYTHON_3_13,
        **options,
    )


def project_in(stack: cdk.Stack) -> codebuild.Project:
    steps = codebuild.BuildSpec.from_object({"version": "0.2"})
    return codebuild.Project(stack, "Project", build_spec=steps)


def template_in(stack: cdk.Stack) -> ec2.LaunchTemplate:
    return ec2.LaunchTemplate(stack, "Template")


def fleet_of_a_template(stack: cdk.Stack) -> autoscaling.AutoScalingGroup:
    template = ec2.LaunchTemplate.from_launch_template_attributes(
        stack, "Imported", launch_template_id="lt-0123456789abcdef0", version_number="1"
    )
    vpc = vpc_in(stack, "FleetVpc", subnet_configuration=None)
    return autoscaling.AutoScalingGroup(stack, "Fleet", vpc=vpc, launch_template=template)


def imported_function(stack: cdk.Stack) -> lambda_.IFunction:
    return lambda_.Function.from_function_arn(stack, "Function", FUNCTION)


@pytest.mark.parametrize(
    "make", [function_in, imported_function, project_in, template_in, fleet_of_a_template]
)
def test_fails_when_a_client_has_no_security_group(make: Callable[[cdk.Stack], Any]) -> None:
    stack = consumer_in()
    client = make(stack)
    vpc = vpc_in(stack, "EndpointVpc")
    message = rf"{client.node.path} in clients has no security group: [a-z].*\. Use a construct"
    with refused(stack, "client-security-group-missing", message):
        endpoint_in(stack, vpc=vpc, clients=["10.0.0.0/16", client])


def function_of(vpc: ec2.Vpc) -> lambda_.Function:
    return function_in(cdk.Stack.of(vpc), vpc=vpc, vpc_subnets=ISOLATED)


def group_of(vpc: ec2.Vpc) -> ec2.SecurityGroup:
    return ec2.SecurityGroup(vpc, "Group", vpc=vpc)


@pytest.mark.parametrize("make", [function_of, instance_in, fleet_in, group_of])
def test_takes_a_client_with_a_security_group(make: Callable[[ec2.Vpc], Any]) -> None:
    stack = consumer_in()
    vpc = vpc_in(stack)
    endpoint_in(stack, vpc=vpc, clients=[make(vpc)])

    assert len(resources_of(template_of(stack), RULE)) == 1


@jsii.implements(ec2.IConnectable)
class Lambdas:
    """A user's own construct, which finds out late that it has no connections."""

    @property
    def connections(self) -> ec2.Connections:
        raise RuntimeError("Error: None of them is in a VPC.")


def test_fails_when_a_users_own_client_has_no_security_group() -> None:
    stack = consumer_in()
    vpc = vpc_in(stack)
    message = r"Lambdas in clients has no security group: none of them is in a VPC"
    with refused(stack, "client-security-group-missing", message):
        endpoint_in(stack, vpc=vpc, clients=[Lambdas()])


def test_takes_an_item_of_a_list_that_is_only_known_at_deployment() -> None:
    stack = consumer_in()
    cidrs = cdk.CfnParameter(stack, "Cidrs", type="CommaDelimitedList").value_as_list
    endpoint_in(stack, clients=[cdk.Fn.select(0, cidrs)])

    assert "Fn::Select" in str(template_of(stack))


@pytest.mark.parametrize("client", ["text", "peer", "group"])
def test_a_client_that_has_connections_is_not_asked(client: str) -> None:
    stack = consumer_in()
    vpc = vpc_in(stack)
    group = ec2.SecurityGroup(stack, "Group", vpc=vpc)
    given: dict[str, Any] = {"text": "10.0.0.0/16", "peer": ec2.Peer.any_ipv4(), "group": group}
    with count_round_trips() as trips:
        endpoint_in(stack, vpc=vpc, clients=[given[client]])

    assert "connections" not in trips.by_subject()


def load_balancer_of(vpc: ec2.Vpc) -> elbv2.NetworkLoadBalancer:
    return elbv2.NetworkLoadBalancer(
        vpc, "Nlb", vpc=vpc, vpc_subnets=ISOLATED, disable_security_groups=True
    )


def cluster_of(vpc: ec2.Vpc) -> ecs.Cluster:
    return ecs.Cluster(vpc, "Cluster", vpc=vpc)


@pytest.mark.parametrize("make", [load_balancer_of, cluster_of])
def test_warns_when_a_client_has_no_security_group_yet(make: Callable[[ec2.Vpc], Any]) -> None:
    stack = consumer_in()
    vpc = vpc_in(stack)
    client = make(vpc)
    endpoint = endpoint_in(stack, vpc=vpc, clients=[client])
    text = warnings_of(endpoint)["client-security-group-undetermined"]
    assert f"{client.node.path} in clients has no security group yet" in text


def test_connections_of_a_peer_are_a_client() -> None:
    stack = consumer_in()
    vpc = vpc_in(stack)
    own = ec2.Connections(peer=ec2.Peer.ipv4("10.0.0.0/16"))
    endpoint = endpoint_in(stack, vpc=vpc, clients=[own])
    assert warnings_of(endpoint) == {}
