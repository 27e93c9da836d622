"""Calls of the provider side that pyright strict has to refuse. Nothing here is run.

Each is marked: a mark that isn't needed is an error of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import privatelink_constructs
from privatelink_constructs import (
    AcceptancePolicy,
    AllowedPrincipal,
    Decision,
    EndpointService,
    FunctionSettings,
    Listener,
    LoadBalancerTopology,
    NetworkLoadBalancedEndpointService,
    Nonsense,  # pyright: ignore[reportAttributeAccessIssue, reportUnknownVariableType, reportUnusedImport] # noqa: F401
    PrivateDnsName,
    configure_functions,
)

if TYPE_CHECKING:
    import aws_cdk as cdk
    from aws_cdk import aws_ec2 as ec2
    from aws_cdk import aws_elasticloadbalancingv2 as elbv2
    from aws_cdk import aws_route53 as route53
    from aws_cdk import aws_s3 as s3
    from aws_cdk import aws_sns as sns

    from privatelink_constructs import ConnectionAcceptor, PrivateDnsVerification


def listeners(target: elbv2.INetworkLoadBalancerTarget) -> None:
    Listener.tcp("80")  # pyright: ignore[reportArgumentType]
    Listener.tcp(80, [target])  # pyright: ignore[reportCallIssue]
    Listener.tcp(80, targets=target)  # pyright: ignore[reportArgumentType]
    Listener.tcp(80, targets=["10.0.0.1"])  # pyright: ignore[reportArgumentType]
    Listener.tcp(80, certificates=[])  # pyright: ignore[reportCallIssue]
    Listener.tcp(80, health_chek=None)  # pyright: ignore[reportCallIssue]
    Listener.tcp(80, idle_timeout=60)  # pyright: ignore[reportArgumentType]
    Listener.tcp(80, targets_by_zone=[target])  # pyright: ignore[reportArgumentType]
    Listener.tcp(80, target_type="ip")  # pyright: ignore[reportArgumentType]
    Listener.tcp(80, health_check={"port": "80"})  # pyright: ignore[reportArgumentType]
    Listener.tcp_udp(53, alpn_policy=None)  # pyright: ignore[reportCallIssue]
    Listener.tls(443, certificates=["arn"])  # pyright: ignore[reportArgumentType]
    Listener.tls(443)  # pyright: ignore[reportCallIssue]
    Listener.udp(53, ssl_policy=None)  # pyright: ignore[reportCallIssue]
    listener = Listener.tcp(80)
    listener.port = 81  # pyright: ignore[reportAttributeAccessIssue]


def services(stack: cdk.Stack, vpc: ec2.Vpc, alb: elbv2.ApplicationLoadBalancer) -> None:
    NetworkLoadBalancedEndpointService(stack, "A", vpc=vpc)  # pyright: ignore[reportCallIssue]
    NetworkLoadBalancedEndpointService(stack, "B", vpc, [])  # pyright: ignore[reportCallIssue]
    NetworkLoadBalancedEndpointService(
        stack,
        "C",
        vpc=vpc,
        listeners=[80],  # pyright: ignore[reportArgumentType]
        allowed_principals=[222222222222],  # pyright: ignore[reportArgumentType]
        acceptance=True,  # pyright: ignore[reportArgumentType]
        topology="REGIONAL",  # pyright: ignore[reportArgumentType]
    )
    NetworkLoadBalancedEndpointService(
        stack,
        "D",
        vpc=vpc,
        listeners=[],
        allowed_principls=[],  # pyright: ignore[reportCallIssue]
    )
    EndpointService(stack, "E", load_balancers=[alb])  # pyright: ignore[reportArgumentType]
    EndpointService(stack, "F")  # pyright: ignore[reportCallIssue]


def more_options(stack: cdk.Stack, vpc: ec2.Vpc, bucket: s3.Bucket) -> None:
    NetworkLoadBalancedEndpointService(
        stack,
        "G",
        vpc=vpc,
        listeners=(),
        access_logs_bucket=bucket.bucket_name,  # pyright: ignore[reportArgumentType]
        availability_zone_ids=["euw1-az1"],  # pyright: ignore[reportArgumentType]
        client_cidrs=[vpc],  # pyright: ignore[reportArgumentType]
        ip_address_type="ipv4",  # pyright: ignore[reportArgumentType]
        private_dns_name="payments.example.com",  # pyright: ignore[reportArgumentType]
        secondary_ips_per_subnet="1",  # pyright: ignore[reportArgumentType]
        subnets=vpc.private_subnets,  # pyright: ignore[reportArgumentType]
        supported_regions=None,  # pyright: ignore[reportArgumentType]
    )
    EndpointService(
        stack,
        "H",
        load_balancers=[],
        ports=443,  # pyright: ignore[reportArgumentType]
        ip_address_types=[4],  # pyright: ignore[reportArgumentType]
    )
    EndpointService(stack, "I", load_balancers=[], topology=None)  # pyright: ignore[reportCallIssue]
    LoadBalancerTopology.ZONAL  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType] # noqa: B018


def published(
    service: NetworkLoadBalancedEndpointService,
    other: EndpointService,
    target: elbv2.INetworkLoadBalancerTarget,
    topic: sns.ITopic,
) -> None:
    service.add_targets(target)  # pyright: ignore[reportArgumentType]
    service.add_targets(443, [target])  # pyright: ignore[reportArgumentType]
    service.add_targets(443, target, zone="eu-west-1a")  # pyright: ignore[reportCallIssue]
    other.add_targets(443, target)  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
    service.add_allowed_principals(222222222222)  # pyright: ignore[reportArgumentType]
    service.add_allowed_principals([AllowedPrincipal.everyone()])  # pyright: ignore[reportArgumentType]
    service.notify()  # pyright: ignore[reportCallIssue]
    service.notify(topic.topic_arn)  # pyright: ignore[reportArgumentType]
    other.notify(topic, ["Connect"])  # pyright: ignore[reportCallIssue]
    other.notify(topic, events=[1])  # pyright: ignore[reportArgumentType]
    service.endpoint_service_name = "name"  # pyright: ignore[reportAttributeAccessIssue]
    service.private_dns_verification.record_name  # pyright: ignore[reportOptionalMemberAccess] # noqa: B018


def acceptor(acceptor: ConnectionAcceptor, record: PrivateDnsVerification) -> None:
    acceptor.add_alarms()  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
    acceptor.metric_failures("Sum")  # pyright: ignore[reportCallIssue]
    acceptor.metric_pending()  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
    record.record_value = "value"  # pyright: ignore[reportAttributeAccessIssue]


def principals() -> None:
    AllowedPrincipal.account(222222222222)  # pyright: ignore[reportArgumentType]
    AllowedPrincipal.arn()  # pyright: ignore[reportCallIssue]
    AllowedPrincipal.everyone("*")  # pyright: ignore[reportCallIssue]
    AllowedPrincipal.role("222222222222")  # pyright: ignore[reportCallIssue]
    AllowedPrincipal.service(None)  # pyright: ignore[reportArgumentType]
    AllowedPrincipal.user("222222222222", ["Operator"])  # pyright: ignore[reportArgumentType]


def policies(topic: sns.ITopic) -> None:
    AcceptancePolicy.automatic(True)  # pyright: ignore[reportCallIssue] # noqa: FBT003
    AcceptancePolicy.automatic(notify=topic)  # pyright: ignore[reportCallIssue]
    AcceptancePolicy.manual(topic)  # pyright: ignore[reportCallIssue]
    AcceptancePolicy.manual(notify=topic.topic_arn)  # pyright: ignore[reportArgumentType]
    AcceptancePolicy.by_rules(["222222222222"])  # pyright: ignore[reportCallIssue]
    AcceptancePolicy.by_rules(
        accept_accounts=[AllowedPrincipal.account("222222222222")],  # pyright: ignore[reportArgumentType]
        accept_regions=[1],  # pyright: ignore[reportArgumentType]
        reject_accounts=None,  # pyright: ignore[reportArgumentType]
        otherwise="REJECT",  # pyright: ignore[reportArgumentType]
        reconcile_every=5,  # pyright: ignore[reportArgumentType]
    )
    Decision.ACCEPT  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType] # noqa: B018


def private_dns_names(zone: route53.IHostedZone) -> None:
    PrivateDnsName.external("example.com", zone)  # pyright: ignore[reportCallIssue]
    PrivateDnsName.external("example.com", timeout=600)  # pyright: ignore[reportArgumentType]
    PrivateDnsName.in_hosted_zone("example.com")  # pyright: ignore[reportCallIssue]
    PrivateDnsName.in_hosted_zone("example.com", "example.com")  # pyright: ignore[reportArgumentType]
    PrivateDnsName.in_delegated_zone("example.com", role_arn="arn")  # pyright: ignore[reportCallIssue]
    PrivateDnsName.in_delegated_zone(
        "example.com",
        hosted_zone_id=zone,  # pyright: ignore[reportArgumentType]
        zone_name=None,  # pyright: ignore[reportArgumentType]
        role_arn="arn:aws:iam::222222222222:role/Dns",
        wait_for_verification="yes",  # pyright: ignore[reportArgumentType]
    )


def function_settings(stack: cdk.Stack, app: cdk.App) -> None:
    configure_functions(stack)  # pyright: ignore[reportCallIssue]
    configure_functions(app, FunctionSettings())  # pyright: ignore[reportArgumentType]
    FunctionSettings(None)  # pyright: ignore[reportCallIssue]
    FunctionSettings(encryption_key="alias/logs")  # pyright: ignore[reportArgumentType]
    FunctionSettings(log_retention=365)  # pyright: ignore[reportArgumentType]
    FunctionSettings(log_removal_policy="RETAIN")  # pyright: ignore[reportArgumentType]
    FunctionSettings(architecture="arm64")  # pyright: ignore[reportArgumentType]


def names() -> object:
    return privatelink_constructs.Lisener  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType]
