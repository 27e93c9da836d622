"""Services with load balancers of their own, for tests of the provider."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import aws_cdk as cdk
from aws_cdk import aws_autoscaling as autoscaling
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_elasticloadbalancingv2_targets as targets
from tests.support.published import stack_in
from tests.support.vpcs import vpc_in

from privatelink_constructs import (
    Listener,
    LoadBalancerTopology,
    NetworkLoadBalancedEndpointService,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    import constructs
    from aws_cdk import aws_elasticloadbalancingv2 as elbv2

IN_A, IN_B = "10.0.0.10", "10.0.128.10"
"""Addresses in the two zones of :func:`tests.support.vpcs.vpc_in`."""

LOAD_BALANCER = "AWS::ElasticLoadBalancingV2::LoadBalancer"
TARGET_GROUP = "AWS::ElasticLoadBalancingV2::TargetGroup"
LISTENER = "AWS::ElasticLoadBalancingV2::Listener"
SECURITY_GROUP = "AWS::EC2::SecurityGroup"
SERVICE = "AWS::EC2::VPCEndpointService"
PERMISSIONS = "AWS::EC2::VPCEndpointServicePermissions"


def address(
    text: str = IN_A, port: int | None = None, zone: str | None = None
) -> elbv2.INetworkLoadBalancerTarget:
    return cast("elbv2.INetworkLoadBalancerTarget", targets.IpTarget(text, port, zone))


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
    if options.get("topology") is LoadBalancerTopology.REGIONAL:
        # Most tests have a target in one zone only.
        options.setdefault("cross_zone_enabled", True)
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
    vpc: ec2.IVpc,
    name: str = "Tasks",
    *,
    port: int = 80,
    zones: Sequence[str] | None = None,
    **options: Any,
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
        vpc_subnets=_isolated(zones),
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


def synthesize(stack: cdk.Stack) -> None:
    """Synthesize the app of a stack, which runs the checks that wait until then."""
    cast("cdk.App", stack.node.root).synth()


def new_stack(*, agnostic: bool = False, context: dict[str, Any] | None = None) -> cdk.Stack:
    app = cdk.App(context=context)
    return stack_in(app, "Stack", env=None) if agnostic else stack_in(app, "Stack")
