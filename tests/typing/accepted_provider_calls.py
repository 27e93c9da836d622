"""Calls of the provider side that pyright strict has to accept. Nothing here is run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from typing_extensions import assert_type

import privatelink_constructs
from privatelink_constructs import (
    AcceptancePolicy,
    AllowedPrincipal,
    EndpointService,
    Listener,
    LoadBalancerTopology,
    NetworkLoadBalancedEndpointService,
)

if TYPE_CHECKING:
    from aws_cdk import aws_autoscaling as autoscaling
    from aws_cdk import aws_certificatemanager as acm
    from aws_cdk import aws_ecs as ecs
    from aws_cdk import aws_elasticloadbalancingv2_targets as targets
    from aws_cdk import aws_s3 as s3

    from privatelink_constructs import ValidationError


def listeners(  # noqa: PLR0917 - one of each
    addresses: list[targets.IpTarget],
    instance: targets.InstanceTarget,
    alb: targets.AlbListenerTarget,
    fleet: autoscaling.AutoScalingGroup,
    fargate: ecs.FargateService,
    ec2_service: ecs.Ec2Service,
    certificate: acm.ICertificate,
    custom: elbv2.INetworkLoadBalancerTarget,
) -> list[Listener]:
    container = fargate.load_balancer_target(container_name="Web", container_port=80)
    return [
        Listener.tcp(1, targets=addresses),
        Listener.tcp(2, targets=[instance]),
        Listener.tcp(3, targets=(alb,)),
        Listener.tcp(4, targets=[fleet]),
        Listener.tcp(5, targets=[fargate, ec2_service]),
        Listener.tcp(6, targets_by_zone={"eu-west-1a": [fargate], "eu-west-1b": [fleet]}),
        Listener.tcp(7, targets_by_zone={"eu-west-1a": [container]}),
        Listener.tcp(8, targets=[custom], target_type=elbv2.TargetType.IP),
        Listener.tls(9, certificates=[certificate], ssl_policy=elbv2.SslPolicy.TLS13_13),
        Listener.udp(10, health_check=elbv2.HealthCheck(port="80")),
        Listener.tcp_udp(11, deregistration_delay=cdk.Duration.seconds(5)),
    ]


def service(  # noqa: PLR0917 - one of each
    stack: cdk.Stack,
    vpc: ec2.Vpc,
    imported: ec2.IVpc,
    bucket: s3.Bucket,
    given: list[Listener],
    target: targets.IpTarget,
) -> None:
    NetworkLoadBalancedEndpointService(stack, "Least", vpc=imported, listeners=given)
    made = NetworkLoadBalancedEndpointService(
        stack,
        "Most",
        vpc=vpc,
        listeners=tuple(given),
        acceptance=AcceptancePolicy.automatic(acknowledge_public=True),
        access_logs_bucket=bucket,
        access_logs_enabled=True,
        allowed_principals=(AllowedPrincipal.everyone(),),
        availability_zone_ids={"eu-west-1a": "euw1-az1"},
        client_cidrs=["10.0.0.0/8"],
        cross_zone_enabled=True,
        ip_address_type=elbv2.IpAddressType.DUAL_STACK,
        subnets=ec2.SubnetSelection(one_per_az=True),
        supported_regions=("us-east-1",),
        topology=LoadBalancerTopology.REGIONAL,
    )
    made.add_targets(443, target, availability_zone="eu-west-1a")
    made.add_allowed_principals(AllowedPrincipal.account("222222222222"))
    made.connections.allow_from_any_ipv4(ec2.Port.tcp(443))
    assert_type(made.endpoint_service_id, str)
    assert_type(made.endpoint_service_name, str)
    assert_type(made.availability_zones, tuple[str, ...])
    assert_type(made.load_balancers, tuple[elbv2.NetworkLoadBalancer, ...])
    assert_type(made.target_groups, tuple[elbv2.NetworkTargetGroup, ...])


def existing(
    stack: cdk.Stack, ours: elbv2.NetworkLoadBalancer, theirs: elbv2.INetworkLoadBalancer
) -> None:
    made = EndpointService(stack, "Service", load_balancers=[ours, theirs], ports=[443, "53/udp"])
    assert_type(made.load_balancers, tuple[elbv2.INetworkLoadBalancer, ...])


def refused(error: ValidationError) -> tuple[str, str | None]:
    return error.code, error.construct_path


assert_type(privatelink_constructs.Listener, type[Listener])
