"""Calls of the provider side that pyright strict has to accept. Nothing here is run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from typing_extensions import assert_type

import privatelink_constructs
from privatelink_constructs import (
    AcceptancePolicy,
    AllowedPrincipal,
    ConnectionAcceptor,
    Decision,
    EndpointService,
    EndpointServiceContract,
    FunctionSettings,
    Listener,
    LoadBalancerTopology,
    NetworkLoadBalancedEndpointService,
    PrivateDnsName,
    PrivateDnsVerification,
    configure_functions,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aws_cdk import aws_autoscaling as autoscaling
    from aws_cdk import aws_certificatemanager as acm
    from aws_cdk import aws_ecs as ecs
    from aws_cdk import aws_elasticloadbalancingv2_targets as targets
    from aws_cdk import aws_iam as iam
    from aws_cdk import aws_route53 as route53
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


def every_option(
    target: elbv2.INetworkLoadBalancerTarget, certificate: elbv2.IListenerCertificate
) -> list[Listener]:
    seconds = cdk.Duration.seconds(60)
    check = elbv2.HealthCheck(port="80")
    return [
        Listener.tcp(
            1,
            targets=[target],
            targets_by_zone=None,
            target_port=81,
            target_type=elbv2.TargetType.INSTANCE,
            registered_elsewhere=True,
            health_check=check,
            proxy_protocol_v2=True,
            preserve_client_ip=False,
            idle_timeout=seconds,
            deregistration_delay=seconds,
        ),
        Listener.tls(
            2,
            certificates=(certificate,),
            ssl_policy=elbv2.SslPolicy.TLS13_13,
            alpn_policy=elbv2.AlpnPolicy.HTTP2_OPTIONAL,
            target_protocol=elbv2.Protocol.TCP,
            targets=(target,),
            targets_by_zone={},
            target_port=82,
            target_type=elbv2.TargetType.IP,
            registered_elsewhere=False,
            health_check=check,
            proxy_protocol_v2=True,
            preserve_client_ip=None,
            idle_timeout=seconds,
            deregistration_delay=seconds,
        ),
        Listener.udp(
            3,
            targets=[],
            targets_by_zone={"eu-west-1a": (target,)},
            target_port=None,
            target_type=None,
            registered_elsewhere=True,
            health_check=check,
            proxy_protocol_v2=False,
            preserve_client_ip=True,
            idle_timeout=seconds,
            deregistration_delay=None,
        ),
        Listener.tcp_udp(
            4,
            targets=[target],
            targets_by_zone=None,
            target_port=84,
            target_type=elbv2.TargetType.IP,
            registered_elsewhere=False,
            health_check=None,
            proxy_protocol_v2=False,
            preserve_client_ip=True,
            idle_timeout=None,
            deregistration_delay=seconds,
        ),
    ]


def principals() -> list[AllowedPrincipal]:
    return [
        AllowedPrincipal.account("222222222222"),
        AllowedPrincipal.arn("arn:aws:iam::222222222222:root"),
        AllowedPrincipal.everyone(),
        AllowedPrincipal.role("222222222222", "Network"),
        AllowedPrincipal.service("vpce.amazonaws.com"),
        AllowedPrincipal.user("222222222222", name="Operator"),
    ]


def policies(topic: sns.Topic, imported: sns.ITopic) -> list[AcceptancePolicy]:
    return [
        AcceptancePolicy.automatic(),
        AcceptancePolicy.automatic(acknowledge_public=True),
        AcceptancePolicy.manual(),
        AcceptancePolicy.manual(notify=topic),
        AcceptancePolicy.manual(notify=imported),
        AcceptancePolicy.by_rules(accept_accounts=("222222222222",)),
        AcceptancePolicy.by_rules(
            accept_accounts=["222222222222"],
            accept_regions=["eu-west-1"],
            reject_accounts=["333333333333"],
            otherwise=Decision.REJECT,
            reconcile_every=cdk.Duration.minutes(5),
        ),
        AcceptancePolicy.by_rules(
            reject_accounts=("333333333333",), accept_regions=None, otherwise=Decision.LEAVE_PENDING
        ),
    ]


def private_dns_names(
    zone: route53.PublicHostedZone, imported: route53.IHostedZone
) -> list[PrivateDnsName]:
    minutes = cdk.Duration.minutes(10)
    return [
        PrivateDnsName.external("payments.example.com"),
        PrivateDnsName.external("example.com", wait_for_verification=True, timeout=minutes),
        PrivateDnsName.in_hosted_zone("payments.example.com", zone),
        PrivateDnsName.in_hosted_zone(
            "*.example.com", imported, wait_for_verification=False, timeout=minutes
        ),
        PrivateDnsName.in_delegated_zone(
            "payments.example.com",
            hosted_zone_id="Z0123456789ABCDEFGHIJ",
            zone_name="example.com",
            role_arn="arn:aws:iam::222222222222:role/Dns",
            external_id="payments",
            wait_for_verification=False,
            timeout=minutes,
        ),
    ]


def service(  # noqa: PLR0917 - one of each
    stack: cdk.Stack,
    vpc: ec2.Vpc,
    imported: ec2.IVpc,
    bucket: s3.Bucket,
    given: list[Listener],
    target: targets.IpTarget,
    name: PrivateDnsName,
    prefix_list: ec2.PrefixList,
    imported_list: ec2.IPrefixList,
) -> None:
    NetworkLoadBalancedEndpointService(stack, "Least", vpc=imported, listeners=given)
    NetworkLoadBalancedEndpointService(
        stack,
        "Zonal",
        vpc=vpc,
        listeners=given,
        topology=LoadBalancerTopology.PER_AVAILABILITY_ZONE,
    )
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
        client_cidrs=["10.0.0.0/8", ec2.Peer.any_ipv6(), prefix_list, imported_list],
        contributor_insights_enabled=True,
        cross_zone_enabled=True,
        deletion_protection=True,
        ip_address_type=elbv2.IpAddressType.DUAL_STACK,
        payer_responsibility="ServiceOwner",
        private_dns_name=name,
        reject_connections_on_delete=True,
        secondary_ips_per_subnet=1,
        subnets=ec2.SubnetSelection(one_per_az=True),
        supported_regions=("us-east-1",),
        zone_refresh_enabled=False,
        topology=LoadBalancerTopology.REGIONAL,
    )
    made.add_targets(443, target)
    made.add_targets(443, target, target, availability_zone="eu-west-1a")
    made.connections.allow_from_any_ipv4(ec2.Port.tcp(443))
    assert_type(made.availability_zones, tuple[str, ...])
    assert_type(made.load_balancers, tuple[elbv2.NetworkLoadBalancer, ...])
    assert_type(made.target_groups, tuple[elbv2.NetworkTargetGroup, ...])


def existing(
    stack: cdk.Stack,
    ours: elbv2.NetworkLoadBalancer,
    theirs: elbv2.INetworkLoadBalancer,
    name: PrivateDnsName,
    principal: iam.AccountPrincipal,
) -> None:
    EndpointService(stack, "Least", load_balancers=(theirs,))
    made = EndpointService(
        stack,
        "Most",
        load_balancers=[ours, theirs],
        ports=[443, "53/udp"],
        zone_refresh_enabled=False,
        acceptance=AcceptancePolicy.manual(),
        allowed_principals=[AllowedPrincipal.account("222222222222"), "333333333333", principal],
        availability_zone_ids={"eu-west-1a": "euw1-az1"},
        contributor_insights_enabled=None,
        ip_address_types=("ipv4", "ipv6"),
        payer_responsibility=None,
        private_dns_name=name,
        reject_connections_on_delete=True,
        supported_regions=["us-east-1"],
    )
    assert_type(made.availability_zones, tuple[str, ...])
    assert_type(made.load_balancers, tuple[elbv2.INetworkLoadBalancer, ...])
    assert_type(made.target_groups, tuple[elbv2.INetworkTargetGroup, ...])


def published(
    service: EndpointService | NetworkLoadBalancedEndpointService,
    topic: sns.Topic,
    imported: sns.ITopic,
    principals: Sequence[iam.ArnPrincipal | iam.AccountPrincipal | str],
) -> None:
    """Use what both kinds of service have."""
    service.add_allowed_principals()
    service.add_allowed_principals("222222222222")
    service.add_allowed_principals(*principals)
    service.add_allowed_principals(
        AllowedPrincipal.account("222222222222"), AllowedPrincipal.everyone()
    )
    service.notify(topic)
    service.notify(imported, events=("Connect", "Reject"))
    assert_type(service.endpoint_service_id, str)
    assert_type(service.endpoint_service_name, str)
    assert_type(service.contract, EndpointServiceContract)
    assert_type(service.acceptor, ConnectionAcceptor | None)
    assert_type(service.private_dns_verification, PrivateDnsVerification | None)


def verification(record: PrivateDnsVerification) -> None:
    assert_type(record.record_name, str)
    assert_type(record.record_type, str)
    assert_type(record.record_value, str)


def acceptor(acceptor: ConnectionAcceptor) -> None:
    assert_type(acceptor.reconcile_every, cdk.Duration | None)
    assert_type(acceptor.metric_accepted(), cloudwatch.Metric)
    assert_type(acceptor.metric_failures(), cloudwatch.Metric)
    assert_type(acceptor.metric_left_pending(), cloudwatch.Metric)
    assert_type(acceptor.metric_malformed_messages(), cloudwatch.Metric)
    assert_type(acceptor.metric_oldest_pending_age(), cloudwatch.Metric)
    assert_type(acceptor.metric_rejected(), cloudwatch.Metric)
    assert_type(acceptor.metric_untouched_connections(), cloudwatch.Metric)
    assert_type(acceptor.topic, sns.Topic)
    assert_type(acceptor.queue, sqs.Queue)
    assert_type(acceptor.dead_letter_queue, sqs.Queue)
    assert_type(acceptor.function, lambda_.Function)


def refused(error: ValidationError) -> tuple[str, str | None]:
    return error.code, error.construct_path


assert_type(privatelink_constructs.Listener, type[Listener])


def function_settings(stack: cdk.Stack, key: kms.Key, imported: kms.IKey) -> None:
    configure_functions(stack, FunctionSettings())
    configure_functions(stack, settings=FunctionSettings(encryption_key=imported))
    most = FunctionSettings(
        encryption_key=key,
        log_retention=logs.RetentionDays.INFINITE,
        log_removal_policy=cdk.RemovalPolicy.RETAIN,
        architecture=lambda_.Architecture.X86_64,
    )
    assert_type(configure_functions(cdk.NestedStack(stack, "Nested"), most), None)
    assert_type(most.encryption_key, kms.IKey | kms.Key | None)
    assert_type(most.log_retention, logs.RetentionDays)
    assert_type(most.log_removal_policy, cdk.RemovalPolicy)
    assert_type(most.architecture, lambda_.Architecture | None)


def reachable(
    group: ec2.SecurityGroup, imported: ec2.ISecurityGroup, tls: acm.ICertificate
) -> None:
    groups = [group, imported]
    Listener.tcp(80, registered_elsewhere=True, target_security_groups=groups)
    Listener.udp(53, registered_elsewhere=True, target_security_groups=[imported])
    Listener.tcp_udp(53, registered_elsewhere=True, target_security_groups=[group])
    Listener.tls(443, certificates=[tls], registered_elsewhere=True, target_security_groups=groups)
