"""Services with load balancers of their own, for tests of the provider."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

import aws_cdk as cdk
import pytest
from aws_cdk import assertions
from aws_cdk import aws_autoscaling as autoscaling
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_elasticloadbalancingv2_targets as targets
from tests.support.published import stack_in

from privatelink_constructs import (
    Listener,
    NetworkLoadBalancedEndpointService,
    ValidationError,
)

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    import constructs
    from aws_cdk import aws_elasticloadbalancingv2 as elbv2

ZONES = ("eu-west-1a", "eu-west-1b")
IN_A, IN_B = "10.0.0.10", "10.0.128.10"
"""Addresses in the two zones of :func:`vpc_in`."""
_SUBNETS = [ec2.SubnetConfiguration(name="Private", subnet_type=ec2.SubnetType.PRIVATE_ISOLATED)]

LOAD_BALANCER = "AWS::ElasticLoadBalancingV2::LoadBalancer"
TARGET_GROUP = "AWS::ElasticLoadBalancingV2::TargetGroup"
LISTENER = "AWS::ElasticLoadBalancingV2::Listener"
SECURITY_GROUP = "AWS::EC2::SecurityGroup"
SERVICE = "AWS::EC2::VPCEndpointService"
PERMISSIONS = "AWS::EC2::VPCEndpointServicePermissions"


def vpc_in(
    scope: constructs.Construct,
    name: str = "Vpc",
    *,
    zones: Sequence[str] | None = ZONES,
    **options: Any,
) -> ec2.Vpc:
    """Define a VPC with one isolated subnet a zone: few resources, so quick."""
    if zones is not None:
        options["availability_zones"] = list(zones)
    options.setdefault("subnet_configuration", _SUBNETS)
    return ec2.Vpc(scope, name, nat_gateways=0, **options)


def imported_vpc(scope: constructs.Construct, name: str = "Vpc", **attributes: Any) -> ec2.IVpc:
    given: dict[str, Any] = {
        "vpc_id": "vpc-1",
        "availability_zones": list(ZONES),
        "private_subnet_ids": ["subnet-a", "subnet-b"],
    }
    return ec2.Vpc.from_vpc_attributes(scope, name, **{**given, **attributes})


def address(text: str = IN_A, port: int | None = None) -> elbv2.INetworkLoadBalancerTarget:
    return cast("elbv2.INetworkLoadBalancerTarget", targets.IpTarget(text, port))


def both_zones() -> list[elbv2.INetworkLoadBalancerTarget]:
    return [address(IN_A), address(IN_B)]


def listener(port: int = 80, **options: Any) -> Listener:
    """Define a TCP listener, with a target in each zone unless others are given."""
    if not options.keys() & {"targets", "targets_by_zone"}:
        options["targets"] = both_zones()
    return Listener.tcp(port, **options)


def service_in(
    scope: constructs.Construct, name: str = "Service", **options: Any
) -> NetworkLoadBalancedEndpointService:
    """Define a service with one TCP listener in a VPC of its own, unless others are given."""
    if "vpc" not in options:
        options["vpc"] = vpc_in(scope, f"{name}Vpc")
    options.setdefault("listeners", [listener()])
    return NetworkLoadBalancedEndpointService(scope, name, **options)


def certificate(scope: constructs.Construct, name: str = "Certificate") -> acm.ICertificate:
    arn = f"arn:aws:acm:eu-west-1:111111111111:certificate/{name}"
    return acm.Certificate.from_certificate_arn(scope, name, arn)


def instance_in(vpc: ec2.IVpc, name: str = "Instance", **options: Any) -> ec2.Instance:
    scope = options.pop("scope", None) or cdk.Stack.of(vpc)
    return ec2.Instance(
        scope,
        name,
        vpc=vpc,
        instance_type=ec2.InstanceType("t3.micro"),
        machine_image=ec2.MachineImage.generic_linux({"eu-west-1": "ami-1"}),
        vpc_subnets=_isolated(options.pop("zones", None)),
        **options,
    )


def fleet_in(
    vpc: ec2.IVpc, name: str = "Fleet", *, zones: Sequence[str] | None = None, **options: Any
) -> autoscaling.AutoScalingGroup:
    scope = options.pop("scope", None) or cdk.Stack.of(vpc)
    return autoscaling.AutoScalingGroup(
        scope,
        name,
        vpc=vpc,
        instance_type=ec2.InstanceType("t3.micro"),
        machine_image=ec2.MachineImage.generic_linux({"eu-west-1": "ami-1"}),
        vpc_subnets=_isolated(zones),
        **options,
    )


def fargate_in(
    vpc: ec2.IVpc, name: str = "Tasks", *, port: int = 80, **options: Any
) -> ecs.FargateService:
    scope = options.pop("scope", None) or cdk.Stack.of(vpc)
    task = ecs.FargateTaskDefinition(scope, f"{name}Definition")
    add_container(task, ecs.PortMapping(container_port=port))
    return ecs.FargateService(
        scope,
        name,
        cluster=cluster_in(vpc, f"{name}Cluster", scope),
        task_definition=task,
        min_healthy_percent=100,
        vpc_subnets=_isolated(),
        **options,
    )


def cluster_in(vpc: ec2.IVpc, name: str, scope: constructs.Construct | None = None) -> ecs.Cluster:
    return ecs.Cluster(scope or cdk.Stack.of(vpc), name, vpc=vpc)


def add_container(
    task: ecs.TaskDefinition, *mappings: ecs.PortMapping, name: str = "Web"
) -> ecs.ContainerDefinition:
    return task.add_container(
        name,
        image=ecs.ContainerImage.from_registry("nginx"),
        memory_limit_mib=128,
        port_mappings=list(mappings),
    )


def _isolated(zones: Sequence[str] | None = None) -> ec2.SubnetSelection:
    return ec2.SubnetSelection(
        subnet_type=ec2.SubnetType.PRIVATE_ISOLATED,
        availability_zones=None if zones is None else list(zones),
    )


@contextmanager
def refused(scope: constructs.Construct, code: str, message: str) -> Generator[None]:
    """Expect a refusal with a code and a message, and that nothing is left in the tree."""
    before = paths_in(scope)
    with pytest.raises(ValidationError, match=message) as caught:
        yield
    assert caught.value.code == code
    assert caught.value.construct_path
    assert paths_in(scope) == before


def paths_in(scope: constructs.Construct) -> list[str]:
    return [it.node.path for it in scope.node.root.node.find_all()]


def warnings_in(stack: cdk.Stack) -> dict[str, str]:
    """Return our warnings in a stack: text by code."""
    mark = " [ack: privatelink-constructs:"
    entries = assertions.Annotations.from_stack(stack).find_warning(
        "*", assertions.Match.string_like_regexp("privatelink-constructs:")
    )
    found: dict[str, str] = {}
    for entry in entries:
        text, _, code = str(entry.entry.data).partition(mark)
        found[code.removesuffix("]")] = text
    return found


def synthesize(stack: cdk.Stack) -> None:
    """Synthesize the app of a stack, which runs the checks that wait until then."""
    cast("cdk.App", stack.node.root).synth()


def new_stack(*, agnostic: bool = False, context: dict[str, Any] | None = None) -> cdk.Stack:
    app = cdk.App(context=context)
    return stack_in(app, "Stack", env=None) if agnostic else stack_in(app, "Stack")
