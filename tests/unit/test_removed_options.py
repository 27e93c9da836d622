"""What a template says of an option that was used and isn't any more.

CloudFormation keeps what vanishes from a template. So whatever an option writes is there without
it, too, with AWS's default. What has no such value stands in a list, with the reason. The options
come from the signatures, so that none is forgotten.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from aws_cdk import Duration
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from aws_cdk import aws_elasticloadbalancingv2_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns
from tests.support.consumers import NAME, contract_with
from tests.support.load_balanced import address, both_zones, certificate, new_stack
from tests.support.options import changed, keys_of, options, vanished
from tests.support.published import imported_load_balancer, imported_zone, template_of
from tests.support.refusals import refusal
from tests.support.vpcs import ZONES, vpc_in
from tests.unit.provider.target_placement.placement import REGIONAL, alb_in

from privatelink_constructs import (
    AcceptancePolicy,
    AllowedPrincipal,
    AwsService,
    AwsServiceEndpoints,
    AwsServices,
    Decision,
    EndpointDns,
    EndpointHub,
    EndpointHubContract,
    EndpointPolicy,
    EndpointService,
    EndpointServiceAlarms,
    EndpointServiceContract,
    EndpointServiceThresholds,
    GuardRails,
    HubNaming,
    InterfaceEndpoint,
    InterfaceEndpointAlarms,
    InterfaceEndpointThresholds,
    Listener,
    NetworkLoadBalancedEndpointService,
    PrivateDnsName,
    PrivateLinkDashboard,
    ResolverInboundEndpoint,
    ResolverOutboundEndpoint,
    ResolverProtocol,
    ServiceControlPolicy,
    SharePrincipal,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aws_cdk import aws_route53 as route53
    from tests.support.options import Keys

PAGE = Path(__file__).parents[2] / "docs" / "updates.md"
BALANCER = "AWS::ElasticLoadBalancingV2::LoadBalancer"
FRONT = "AWS::ElasticLoadBalancingV2::Listener"
GROUP = "AWS::ElasticLoadBalancingV2::TargetGroup"
ENDPOINT = "AWS::EC2::VPCEndpoint"
SERVICE = "AWS::EC2::VPCEndpointService"
SECURITY_GROUP = "AWS::EC2::SecurityGroup"
ON, OFF = True, False
CUSTOMER, OTHER = "222222222222", "333333333333"

DEFAULTS: dict[tuple[str, str], Sequence[Any]] = {
    (BALANCER, "LoadBalancerAttributes[access_logs.s3.enabled]"): ["false"],
    (BALANCER, "LoadBalancerAttributes[deletion_protection.enabled]"): ["false"],
    (BALANCER, "LoadBalancerAttributes[load_balancing.cross_zone.enabled]"): ["false"],
    (BALANCER, "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic"): ["off"],
    (BALANCER, "IpAddressType"): ["ipv4"],
    (FRONT, "ListenerAttributes[tcp.idle_timeout.seconds]"): ["350"],
    (FRONT, "AlpnPolicy"): [["None"]],
    (FRONT, "SslPolicy"): ["ELBSecurityPolicy-TLS13-1-2-2021-06"],
    (GROUP, "HealthCheckIntervalSeconds"): [30],
    (GROUP, "HealthCheckPath"): ["/"],
    (GROUP, "HealthCheckPort"): ["traffic-port"],
    (GROUP, "HealthCheckProtocol"): ["TCP", "HTTP"],
    (GROUP, "HealthCheckTimeoutSeconds"): [10, 6],
    (GROUP, "HealthyThresholdCount"): [5],
    (GROUP, "UnhealthyThresholdCount"): [2],
    (GROUP, "Matcher.HttpCode"): ["200-399"],
    (GROUP, "TargetGroupAttributes[deregistration_delay.timeout_seconds]"): ["300"],
    (GROUP, "TargetGroupAttributes[preserve_client_ip.enabled]"): ["false", "true"],
    (GROUP, "TargetGroupAttributes[proxy_protocol_v2.enabled]"): ["false"],
    (ENDPOINT, "DnsOptions.DnsRecordIpType"): ["ipv4"],
    (ENDPOINT, "DnsOptions.PrivateDnsOnlyForInboundResolverEndpoint"): ["AllResolvers"],
    (ENDPOINT, "IpAddressType"): ["ipv4"],
    # What AWS has without a value, and what AwsServiceEndpoints has.
    (ENDPOINT, "PrivateDnsEnabled"): [False, True],
    ("AWS::Route53Resolver::ResolverEndpoint", "Protocols"): [["Do53"]],
    ("AWS::Route53Resolver::ResolverEndpoint", "ResolverEndpointType"): ["IPV4"],
    ("AWS::Organizations::Policy", "Description"): [""],
    ("AWS::Organizations::Policy", "TargetIds"): [[]],
    (SERVICE, "AcceptanceRequired"): [True],
    (SERVICE, "ContributorInsightsEnabled"): [False],
    (SERVICE, "SupportedIpAddressTypes"): [["ipv4"]],
}
"""What each setting is without its option."""

NO_OFF_VALUE: dict[tuple[str, str], str] = {
    (BALANCER, "EnablePrefixForIpv6SourceNat"): "IPv4 load balancers don't take it",
    (BALANCER, "LoadBalancerAttributes[access_logs.s3.bucket]"): "ineffective without access logs",
    (BALANCER, "LoadBalancerAttributes[secondary_ips.auto_assigned.per_subnet]"): "irreversible",
    (GROUP, "HealthCheckEnabled"): "health checks of a Network Load Balancer are always on",
    (GROUP, "HealthCheckPath"): "rejected with a TCP check, which doesn't use it",
    (GROUP, "IpAddressType"): "createOnly: the target group is replaced",
    (GROUP, "Matcher.HttpCode"): "rejected with a TCP check, which doesn't use it",
    (GROUP, "Targets"): "the CDK writes no empty list",
    (SERVICE, "ContributorInsightsEnabled"): "None leaves it as it is; False turns it off",
    (SERVICE, "PayerResponsibility"): "irreversible",
    (SERVICE, "PrivateDnsName"): "AWS has no name that means none",
    (SERVICE, "SupportedRegions"): "AWS has no list that means none",
    (SECURITY_GROUP, "SecurityGroupIngress"): "CloudFormation removes the rules",
    ("AWS::CloudWatch::Alarm", "AlarmActions"): "CloudFormation writes an alarm as a whole",
    ("AWS::CloudWatch::Dashboard", "DashboardName"): "createOnly: the dashboard is replaced",
    ("AWS::Lambda::Function", "Environment.Variables.STACK_ID"): "the variables are replaced",
    ("AWS::SSM::Parameter", "Tier"): "irreversible",
    ("Custom::PrivateLinkDelegatedRecord", "ExternalId"): "the function receives all properties",
}
"""The keys that go with their option, and why: no value turns them off.

``docs/updates.md`` says for each what users can do.
"""

COMPUTED: dict[tuple[str, str], str] = {
    ("AWS::CloudWatch::Alarm", "Threshold"): "that of the thresholds",
    ("AWS::CloudWatch::Dashboard", "DashboardBody"): "all widgets, in one text",
    (GROUP, "Port"): "the port of the listener, unless target_port is set",
    (GROUP, "Protocol"): "the protocol of the listener, unless target_protocol is set",
    (GROUP, "TargetType"): "the type of the targets",
    (GROUP, "Targets"): "the targets that are left",
    (SERVICE, "NetworkLoadBalancerArns"): "the load balancers",
    (ENDPOINT, "PolicyDocument.Statement"): "everything, unless a policy limits it",
    (ENDPOINT, "RouteTableIds"): "the route tables of all subnets, unless others are selected",
    (ENDPOINT, "SecurityGroupIds"): "a group of its own, unless there are others",
    (ENDPOINT, "SubnetIds"): "the private subnets, unless others are selected",
    (SECURITY_GROUP, "SecurityGroupEgress"): "the targets",
    (SECURITY_GROUP, "SecurityGroupIngress"): "the clients, on the ports of the protocols",
    ("AWS::Route53Resolver::ResolverEndpoint", "IpAddresses"): "addresses that AWS assigns",
    ("AWS::EC2::VPCEndpointConnectionNotification", "ConnectionEvents"): "all events",
    ("AWS::EC2::VPCEndpointServicePermissions", "AllowedPrincipals"): "who is left",
    ("AWS::IAM::Policy", "PolicyDocument.Statement"): "what the rules need",
    ("AWS::Organizations::Policy", "Content.Statement"): "the statements, as a whole",
    ("AWS::Lambda::Function", "Environment.Variables.RULES"): "all rules, in one text",
    ("AWS::Route53::HostedZone", "VPCs"): "the VPC of the endpoint, and others",
    ("AWS::Scheduler::Schedule", "ScheduleExpression"): "15 minutes, unless it is set",
    ("Custom::PrivateLinkPrivateDnsVerification", "TimeoutSeconds"): "30 minutes, unless it is set",
    ("Custom::PrivateLinkPrivateDnsVerification", "ServiceTimeout"): "five minutes more than that",
    ("Custom::PrivateLinkReconciliation", "Rules"): "all rules, in one text",
}
"""The keys that are there with the option and without it, and where they come from."""


# Where options are tried.


class Place:
    """A stack with a VPC."""

    def __init__(self) -> None:
        self.stack = new_stack()
        self.vpc = vpc_in(self.stack, ip_protocol=ec2.IpProtocol.DUAL_STACK)


Build = Callable[..., Any]
"""Defines something in a place with options."""


def hub(place: Place, **given: Any) -> EndpointHub:
    service = contract_with(private_dns_name="pay.example.com", private_dns_verified=True)
    own = endpoint(place, service=service)
    return EndpointHub(
        place.stack, "Hub", vpc=place.vpc, endpoints=[own], clients=["10.0.0.0/8"], **given
    )


def service_control_policy(place: Place, **given: Any) -> ServiceControlPolicy:
    statements = [GuardRails.no_cross_region()]
    return ServiceControlPolicy(place.stack, "Policy", statements=statements, **given)


def networks(place: Place, **given: Any) -> ServiceControlPolicy:
    statement = GuardRails.only_organization_networks("o-abcdefghij", services=["s3"], **given)
    return ServiceControlPolicy(place.stack, "Policy", statements=[statement])


def publish_hub(place: Place, **given: Any) -> None:
    found = EndpointHubContract.from_profile_id("rp-0123456789abcdef")
    found.publish(place.stack, "Published", parameter_prefix="/hub", **given)


def inbound(place: Place, **given: Any) -> ResolverInboundEndpoint:
    clients = ["192.168.0.0/16"]
    return ResolverInboundEndpoint(place.stack, "In", vpc=place.vpc, clients=clients, **given)


def outbound(place: Place, **given: Any) -> ResolverOutboundEndpoint:
    return ResolverOutboundEndpoint(place.stack, "Out", vpc=place.vpc, **given)


def forward(place: Place, **given: Any) -> None:
    outbound(place).forward("corp.example.com", targets=["192.168.0.10"], **given)


def topic(place: Place) -> sns.Topic:
    return sns.Topic(place.stack, "Topic")


def topics(place: Place) -> list[sns.Topic]:
    return [topic(place)]


def certificates(place: Place) -> list[Any]:
    return [certificate(place.stack)]


def encrypted(place: Place) -> list[Listener]:
    return [Listener.tls(443, certificates=certificates(place), targets=both_zones())]


def bucket(place: Place) -> s3.IBucket:
    return s3.Bucket.from_bucket_name(place.stack, "Logs", "amzn-s3-demo-bucket")


def own_groups(place: Place) -> list[ec2.ISecurityGroup]:
    return [ec2.SecurityGroup.from_security_group_id(place.stack, "Own", "sg-1")]


def peers(place: Place) -> list[ec2.Vpc]:
    return [vpc_in(place.stack, "Peer")]


def zone(place: Place) -> route53.IHostedZone:
    return imported_zone(place.stack)


def verified(place: Place) -> PrivateDnsName:
    return PrivateDnsName.in_hosted_zone("pay.example.com", zone(place))


def front(place: Place) -> list[Any]:
    return [alb_in(place.vpc, port=80)]


def balanced(place: Place, **given: Any) -> NetworkLoadBalancedEndpointService:
    given.setdefault("listeners", [Listener.tcp(443, targets=both_zones())])
    given.setdefault("allowed_principals", [AllowedPrincipal.account(CUSTOMER)])
    return NetworkLoadBalancedEndpointService(place.stack, "Service", vpc=place.vpc, **given)


def existing(place: Place, **given: Any) -> EndpointService:
    given.setdefault("ports", [443])
    given.setdefault("allowed_principals", [AllowedPrincipal.account(CUSTOMER)])
    given["load_balancers"] = [imported_load_balancer(place.stack, "Existing")]
    return EndpointService(place.stack, "Service", **given)


def endpoint(place: Place, **given: Any) -> InterfaceEndpoint:
    given.setdefault("service", contract_with())
    return InterfaceEndpoint(place.stack, "Endpoint", vpc=place.vpc, **given)


def listener(make: Callable[..., Listener], *, tls: bool = False) -> Build:
    """Return what defines a service with a listener."""

    def build(place: Place, **given: Any) -> None:
        given.setdefault("targets", both_zones())
        if tls:
            given.setdefault("certificates", [certificate(place.stack)])
        balanced(place, listeners=[make(port=443, **given)])

    return build


def health_check(place: Place, **given: Any) -> None:
    check = elbv2.HealthCheck(**given)
    balanced(place, listeners=[Listener.tcp(443, targets=both_zones(), health_check=check)])


def policy(make: Callable[..., AcceptancePolicy]) -> Build:
    def build(place: Place, **given: Any) -> None:
        existing(place, acceptance=make(**given))

    return build


def private_name(make: Callable[..., PrivateDnsName], **required: Any) -> Build:
    def build(place: Place, **given: Any) -> None:
        asked = {key: it(place) if callable(it) else it for key, it in required.items()}
        existing(place, private_dns_name=make("pay.example.com", **asked, **given))

    return build


def dns(make: Callable[..., EndpointDns], **required: Any) -> Build:
    def build(place: Place, **given: Any) -> None:
        names = make(**required, **given)
        endpoint(place, dns=names, availability_zone_ids=AZ_IDS, **WITH_PRIVATE_NAME)

    return build


def hosted_zone(place: Place, *, more_names: Sequence[str] = (), **given: Any) -> None:
    names = EndpointDns.private_hosted_zone("a.example.com", *more_names, **given)
    endpoint(place, dns=names, availability_zone_ids=AZ_IDS)


def contract(make: Callable[..., EndpointServiceContract], **required: Any) -> Build:
    def build(place: Place, **given: Any) -> None:
        if make == EndpointServiceContract.from_ssm_parameters:
            given.update(scope=place.stack, id="Contract")
        endpoint(place, service=make(ports=[443], **required, **given))

    return build


def publish(place: Place, **given: Any) -> None:
    contract = existing(place).contract
    contract.publish(place.stack, "Contract", parameter_prefix="/pay", **given)


def alarms(place: Place, **given: Any) -> None:
    name = PrivateDnsName.external("pay.example.com")
    rules = AcceptancePolicy.by_rules(accept_accounts=[CUSTOMER])
    balancer = elbv2.NetworkLoadBalancer(
        place.stack, "Balancer", vpc=place.vpc, security_groups=own_groups(place)
    )
    encrypted, plain = target_group(place, "Encrypted"), target_group(place, "Plain")
    balancer.add_listener(
        "Tls", port=443, certificates=certificates(place), default_target_groups=[encrypted]
    )
    balancer.add_listener("Tcp", port=80, default_target_groups=[plain])
    service = EndpointService(
        place.stack,
        "Service",
        load_balancers=[balancer],
        acceptance=rules,
        allowed_principals=[CUSTOMER],
        private_dns_name=name,
    )
    EndpointServiceAlarms(place.stack, "Alarms", service=service, **given)


def target_group(place: Place, name: str) -> elbv2.NetworkTargetGroup:
    return elbv2.NetworkTargetGroup(place.stack, name, vpc=place.vpc, port=80, targets=both_zones())


def thresholds(place: Place, **given: Any) -> None:
    alarms(place, thresholds=EndpointServiceThresholds(**given))


def endpoint_alarms(place: Place, **given: Any) -> None:
    InterfaceEndpointAlarms(place.stack, "Alarms", endpoint=endpoint(place), **given)


def endpoint_thresholds(place: Place, **given: Any) -> None:
    endpoint_alarms(place, thresholds=InterfaceEndpointThresholds(**given))


def dashboard(place: Place, **given: Any) -> None:
    if "services" not in given:
        given["services"] = [existing(place)]
    PrivateLinkDashboard(place.stack, "Dashboard", **given)


def one_endpoint(place: Place) -> list[InterfaceEndpoint]:
    return [endpoint(place)]


def another_service(place: Place) -> list[EndpointService]:
    return [existing(place)]


def notify(build: Callable[..., EndpointService | NetworkLoadBalancedEndpointService]) -> Build:
    def define(place: Place, **given: Any) -> None:
        build(place).notify(topic(place), **given)

    return define


def allow(build: Callable[..., EndpointService | NetworkLoadBalancedEndpointService]) -> Build:
    def define(place: Place, *, principals: Sequence[AllowedPrincipal] = ()) -> None:
        build(place, allowed_principals=()).add_allowed_principals(*principals)

    return define


def add_targets(place: Place, **given: Any) -> None:
    new = given.pop("targets", ())
    balanced(place).add_targets(443, *new, **given)


def bundle(place: Place, **given: Any) -> AwsServiceEndpoints:
    given.setdefault("services", [AwsService.interface("logs")])
    return AwsServiceEndpoints(place.stack, "Aws", vpc=place.vpc, **given)


def aws_service(make: Callable[..., AwsService], **required: Any) -> Build:
    def build(place: Place, **given: Any) -> None:
        policy = {} if required.get("limited") else {"policy": EndpointPolicy.full_access()}
        fixed = {key: value for key, value in required.items() if key != "limited"}
        services = [make(**fixed, **given), AwsService.gateway("s3", policy=FULL)]
        bundle(place, services=services, **policy)

    return build


def aws_services(make: Callable[..., Any]) -> Build:
    def build(place: Place, **given: Any) -> None:
        bundle(place, services=[make(**given)], policy=FULL)

    return build


def endpoint_policy(make: Callable[..., EndpointPolicy], **required: Any) -> Build:
    def build(place: Place, **given: Any) -> None:
        bundle(
            place,
            services=[AwsServices.container_images()],
            policy=make(**required, **given),
        )

    return build


FULL = EndpointPolicy.full_access()
PORTS_AND_REGION = {"service_name": NAME, "service_region": "eu-west-1"}
DELEGATED = {
    "hosted_zone_id": "Z0123456789ABCDEFGHIJ",
    "zone_name": "example.com",
    "role_arn": "arn:aws:iam::222222222222:role/dns",
}
BUILDS: dict[str, Build] = {
    "AcceptancePolicy.__init__": policy(AcceptancePolicy),
    "AcceptancePolicy.automatic": policy(AcceptancePolicy.automatic),
    "AcceptancePolicy.by_rules": policy(AcceptancePolicy.by_rules),
    "AcceptancePolicy.manual": policy(AcceptancePolicy.manual),
    "AwsService.__init__": aws_service(AwsService),
    "AwsService.gateway": aws_service(AwsService.gateway, service="dynamodb"),
    "AwsService.interface": aws_service(AwsService.interface),
    "AwsServiceEndpoints.__init__": bundle,
    "AwsServices.ecs_on_ec2": aws_services(AwsServices.ecs_on_ec2),
    "AwsServices.eks_private_cluster": aws_services(AwsServices.eks_private_cluster),
    "AwsServices.fargate_tasks": aws_services(AwsServices.fargate_tasks),
    "AwsServices.session_manager": aws_services(AwsServices.session_manager),
    "EndpointDns.__init__": dns(EndpointDns),
    "EndpointDns.private_hosted_zone": hosted_zone,
    "EndpointPolicy.__init__": endpoint_policy(EndpointPolicy),
    "EndpointPolicy.account": endpoint_policy(EndpointPolicy.account),
    "EndpointPolicy.organization": endpoint_policy(
        EndpointPolicy.organization, organization_id="o-abcdefghij"
    ),
    "EndpointService.__init__": existing,
    "EndpointService.add_allowed_principals": allow(existing),
    "EndpointService.notify": notify(existing),
    "EndpointServiceAlarms.__init__": alarms,
    "EndpointServiceThresholds.__init__": thresholds,
    "InterfaceEndpointAlarms.__init__": endpoint_alarms,
    "InterfaceEndpointThresholds.__init__": endpoint_thresholds,
    "PrivateLinkDashboard.__init__": dashboard,
    "EndpointServiceContract.__init__": contract(EndpointServiceContract, **PORTS_AND_REGION),
    "EndpointServiceContract.from_service_name": contract(
        EndpointServiceContract.from_service_name, service_name=NAME
    ),
    "EndpointServiceContract.from_ssm_parameters": contract(
        EndpointServiceContract.from_ssm_parameters,
        parameter_prefix="/pay",
        service_region="eu-west-1",
    ),
    "EndpointServiceContract.publish": publish,
    "GuardRails.only_organization_networks": networks,
    "ServiceControlPolicy.__init__": service_control_policy,
    "EndpointHub.__init__": hub,
    "EndpointHubContract.publish": publish_hub,
    "ResolverInboundEndpoint.__init__": inbound,
    "ResolverOutboundEndpoint.__init__": outbound,
    "ResolverOutboundEndpoint.forward": forward,
    "HealthCheck.__init__": health_check,
    "InterfaceEndpoint.__init__": endpoint,
    "Listener.__init__": listener(Listener),
    "Listener.tcp": listener(Listener.tcp),
    "Listener.tcp_udp": listener(Listener.tcp_udp),
    "Listener.tls": listener(Listener.tls, tls=True),
    "Listener.udp": listener(Listener.udp),
    "NetworkLoadBalancedEndpointService.__init__": balanced,
    "NetworkLoadBalancedEndpointService.add_allowed_principals": allow(balanced),
    "NetworkLoadBalancedEndpointService.add_targets": add_targets,
    "NetworkLoadBalancedEndpointService.notify": notify(balanced),
    "PrivateDnsName.external": private_name(PrivateDnsName.external),
    "PrivateDnsName.in_delegated_zone": private_name(PrivateDnsName.in_delegated_zone, **DELEGATED),
    "PrivateDnsName.in_hosted_zone": private_name(PrivateDnsName.in_hosted_zone, hosted_zone=zone),
}


# The table.


@dataclass(frozen=True)
class Case:
    """An option that is used, and then isn't.

    :param on: its value, or what makes it in a place.
    :param base: what else is set, with the option and without it.
    :param off: a value that turns it off. Default: the option is left out.
    :param refused: the code of the error, for an option that is always refused.
    """

    on: Any
    base: Mapping[str, Any] = field(default_factory=dict[str, Any])
    off: Any = ...
    refused: str = ""


HTTP, HTTPS = elbv2.Protocol.HTTP, elbv2.Protocol.HTTPS
INSTANCES = {"targets": [targets.InstanceIdTarget("i-0123456789abcdef0")]}
BY_ZONE = {zone: [target] for zone, target in zip(ZONES, both_zones(), strict=True)}
ELSEWHERE = {"targets": (), "registered_elsewhere": True}
CHECK = elbv2.HealthCheck(
    protocol=HTTPS,
    port="9000",
    path="/health",
    healthy_http_codes="200",
    interval=Duration.seconds(20),
    timeout=Duration.seconds(5),
    healthy_threshold_count=2,
    unhealthy_threshold_count=3,
)
TO_ALB = {"targets": front, "target_port": 80}
TCP, TLS = elbv2.Protocol.TCP, elbv2.Protocol.TLS

LISTENER: dict[str, tuple[Case, ...]] = {
    "targets": (Case(both_zones(), {"registered_elsewhere": True, "targets": ()}),),
    "targets_by_zone": (Case(BY_ZONE, ELSEWHERE),),
    "target_port": (Case(8080),),
    "target_type": (
        Case(elbv2.TargetType.IP, ELSEWHERE),
        Case(elbv2.TargetType.INSTANCE, ELSEWHERE),
    ),
    "registered_elsewhere": (Case(ON), Case(ON, off=OFF)),
    "health_check": (Case(CHECK), Case(CHECK, INSTANCES)),
    "proxy_protocol_v2": (Case(ON), Case(ON, INSTANCES), Case(ON, off=OFF)),
    "preserve_client_ip": (Case(ON), Case(ON, INSTANCES)),
    "idle_timeout": (
        Case(
            Duration.seconds(600),
            refused="idle-timeout-not-supported",
        ),
    ),
    "deregistration_delay": (Case(Duration.seconds(60)), Case(Duration.seconds(60), INSTANCES)),
}
STREAM: dict[str, tuple[Case, ...]] = {
    **LISTENER,
    "preserve_client_ip": (Case(ON), Case(OFF, INSTANCES)),
}
UDP: dict[str, tuple[Case, ...]] = {
    **LISTENER,
    "idle_timeout": (Case(Duration.seconds(600), refused="idle-timeout-not-supported"),),
}
TCP_ONLY: dict[str, tuple[Case, ...]] = {
    **STREAM,
    "idle_timeout": (Case(Duration.seconds(600)), Case(Duration.seconds(600), TO_ALB)),
    "health_check": (*STREAM["health_check"], Case(CHECK, TO_ALB)),
}
TLS_OPTIONS: dict[str, tuple[Case, ...]] = {
    "ssl_policy": (Case(elbv2.SslPolicy.TLS13_13),),
    "alpn_policy": (Case(elbv2.AlpnPolicy.HTTP2_PREFERRED),),
    "target_protocol": (Case(TLS),),
}
BASE_OF_TLS = {
    "protocol": TLS,
    "target_protocol": TCP,
    "certificates": certificates,
}


def over(base: Mapping[str, Any], rows: Mapping[str, tuple[Case, ...]]) -> dict[str, Any]:
    """Return rows with more that is set in addition."""
    return {
        name: tuple(Case(it.on, {**base, **it.base}, it.off, it.refused) for it in cases)
        for name, cases in rows.items()
    }


HEALTH_CHECK: dict[str, tuple[Case, ...]] = {
    "enabled": (Case(ON),),
    "healthy_grpc_codes": (
        Case("0", {"protocol": HTTP}, refused="health-check-grpc-codes-not-supported"),
    ),
    "healthy_http_codes": (Case("200", {"protocol": HTTP}),),
    "healthy_threshold_count": (Case(2),),
    "interval": (Case(Duration.seconds(60)), Case(Duration.seconds(60), {"protocol": HTTP})),
    "path": (Case("/health", {"protocol": HTTP}), Case("/health", {"protocol": HTTPS})),
    "port": (Case("9000"),),
    "protocol": (Case(HTTP), Case(HTTPS)),
    "timeout": (Case(Duration.seconds(3)), Case(Duration.seconds(3), {"protocol": HTTP})),
    "unhealthy_threshold_count": (Case(9),),
}
RULES = {"accept_accounts": [CUSTOMER]}
ACCEPTANCE: dict[str, tuple[Case, ...]] = {
    "acceptance_required": (Case(OFF),),
    "acknowledge_public": (Case(ON, {"acceptance_required": False}),),
    "notify": (Case(topic),),
    "accept_accounts": (Case([CUSTOMER]), Case([CUSTOMER], {"reject_accounts": [OTHER]})),
    "accept_regions": (Case(["eu-west-1"], RULES),),
    "reject_accounts": (Case([OTHER], RULES),),
    "otherwise": (Case(Decision.REJECT, RULES),),
    "reconcile_every": (Case(Duration.minutes(5), RULES),),
}
SERVICE_OPTIONS: dict[str, tuple[Case, ...]] = {
    "acceptance": (
        Case(AcceptancePolicy.automatic()),
        Case(AcceptancePolicy.by_rules(accept_accounts=[CUSTOMER])),
        Case(AcceptancePolicy.automatic(), off=AcceptancePolicy.manual()),
    ),
    "allowed_principals": (
        Case([AllowedPrincipal.account(OTHER)]),
        Case([AllowedPrincipal.account(OTHER)], off=()),
    ),
    "availability_zone_ids": (Case({"eu-west-1a": "euw1-az1", "eu-west-1b": "euw1-az2"}),),
    "contributor_insights_enabled": (Case(ON), Case(ON, off=OFF)),
    "payer_responsibility": (Case("ServiceOwner"),),
    "private_dns_name": (
        Case(PrivateDnsName.external("pay.example.com")),
        Case(verified),
    ),
    "reject_connections_on_delete": (Case(ON),),
    "supported_regions": (Case(["eu-central-1"]),),
}
ENCRYPTED = {"listeners": encrypted}
REGIONALLY = {"topology": REGIONAL}
DUAL_STACK = elbv2.IpAddressType.DUAL_STACK
DATAGRAMS = {"listeners": [Listener.udp(53, registered_elsewhere=True)]}
BALANCED: dict[str, tuple[Case, ...]] = {
    **SERVICE_OPTIONS,
    "access_logs_bucket": (Case(bucket, ENCRYPTED),),
    "access_logs_enabled": (Case(ON, ENCRYPTED), Case(ON, ENCRYPTED, off=OFF)),
    "client_cidrs": (Case(["10.0.0.0/8"]),),
    "cross_zone_enabled": (Case(ON, REGIONALLY), Case(ON, REGIONALLY, off=OFF)),
    "deletion_protection": (Case(ON), Case(ON, off=OFF)),
    "ip_address_type": (Case(DUAL_STACK), Case(DUAL_STACK, DATAGRAMS)),
    "secondary_ips_per_subnet": (Case(2), Case(2, off=0)),
    "subnets": (Case(ec2.SubnetSelection(availability_zones=[ZONES[0]]), DATAGRAMS),),
    "topology": (Case(REGIONAL),),
    "zone_refresh_enabled": (Case(OFF, REGIONALLY), Case(OFF, REGIONALLY, off=ON)),
}
EXISTING: dict[str, tuple[Case, ...]] = {
    **SERVICE_OPTIONS,
    "ports": (Case([443, 8443], off=[443]),),
    "ip_address_types": (Case(["ipv4", "ipv6"]),),
    "zone_refresh_enabled": (Case(OFF), Case(OFF, off=ON)),
}
CONTRACT: dict[str, tuple[Case, ...]] = {
    "acceptance_required": (Case(OFF),),
    "availability_zones": (Case(ZONES[:1], {"owner_account": "111111111111"}),),
    "availability_zone_ids": (Case(["euw1-az1", "euw1-az2"]),),
    "ip_address_types": (Case(["ipv4", "ipv6"]),),
    "owner_account": (Case("111111111111"),),
    "private_dns_name": (Case("pay.example.com"),),
    "private_dns_verified": (Case(ON, {"private_dns_name": "pay.example.com"}),),
    "supported_regions": (Case(["eu-central-1"]),),
}
AZ_IDS = {"eu-west-1a": "euw1-az1", "eu-west-1b": "euw1-az2"}
PRIVATE_ZONE = EndpointDns.private_hosted_zone("pay.example.com")
WITH_PRIVATE_NAME = {
    "service": contract_with(
        private_dns_name="pay.example.com", private_dns_verified=True, acceptance_required=False
    )
}
DUAL_STACK_SERVICE = {"service": contract_with(ip_address_types=["ipv4", "ipv6"])}
DUALSTACK = ec2.VpcEndpointIpAddressType.DUALSTACK
CONSUMER: dict[str, tuple[Case, ...]] = {
    "availability_zone_ids": (Case(AZ_IDS),),
    "clients": (Case(["10.0.0.0/8"]),),
    "connection_accepted": (Case(ON),),
    "dns": (Case(PRIVATE_ZONE), Case(EndpointDns.service_private_name(), WITH_PRIVATE_NAME)),
    "ip_address_type": (
        Case(DUALSTACK, DUAL_STACK_SERVICE),
        Case(ec2.VpcEndpointIpAddressType.IPV4),
    ),
    "security_groups": (Case(own_groups),),
    "subnets": (Case(ec2.SubnetSelection(availability_zones=[ZONES[0]])),),
}
ONE_ZONE = ec2.SubnetSelection(availability_zones=[ZONES[0]])
LOGS = {"service": "logs"}
OF_SERVICES: dict[str, tuple[Case, ...]] = {
    "policy": (Case(EndpointPolicy.account(), LOGS),),
    "on_premises_only": (Case(ON, {"service": "s3"}), Case(ON, {"service": "s3"}, off=OFF)),
    "ip_address_type": (Case(DUALSTACK, LOGS),),
    "ports": (Case((8443,), LOGS),),
    "private_dns_enabled": (Case(OFF, LOGS),),
    "subnets": (Case(ONE_ZONE, LOGS),),
}
OF_GATEWAYS: dict[str, tuple[Case, ...]] = {
    "policy": (Case(EndpointPolicy.account()),),
    "ip_address_type": (Case(DUALSTACK),),
    "subnets": (Case(ONE_ZONE),),
}
OF_BUNDLES: dict[str, tuple[Case, ...]] = {
    "clients": (Case(["10.0.0.0/8"]),),
    "policy": (Case(EndpointPolicy.account()),),
    "private_dns_enabled": (Case(OFF), Case(OFF, off=ON)),
    "ip_address_type": (Case(DUALSTACK),),
    "security_groups": (Case(own_groups),),
    "subnets": (Case(ONE_ZONE),),
}
OF_TASKS: dict[str, tuple[Case, ...]] = {
    "logs": (Case(OFF),),
    "execute_command": (Case(ON),),
    "secrets": (Case(ON),),
    "parameters": (Case(ON),),
}
STATEMENT = iam.PolicyStatement.from_json(
    {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"}
)
OF_POLICIES: dict[str, tuple[Case, ...]] = {
    "aws_owned_resources": (Case(OFF),),
    "statements": (Case((STATEMENT,)),),
}
OF_ALL_POLICIES: dict[str, tuple[Case, ...]] = {
    "organization_id": (Case("o-abcdefghij"),),
    "own_account": (Case(ON),),
    "aws_owned_resources": (Case(OFF, {"own_account": ON}),),
    "statements": (Case((STATEMENT,), {"own_account": ON}),),
    "document": (Case({"Version": "2012-10-17", "Statement": [STATEMENT.to_statement_json()]}),),
}
NAMES: dict[str, tuple[Case, ...]] = {
    "private_dns_enabled": (Case(ON),),
    "hosted_zone_name": (Case("a.example.com"),),
    "vpcs": (Case(peers, {"hosted_zone_name": "a.b.c"}),),
    "more_hosted_zone_names": (Case(("b.c", "*.a.b.c"), {"hosted_zone_name": "a.b.c"}),),
    "zonal_records": (Case(ON, {"hosted_zone_name": "*.a.b.c"}),),
}
VERIFICATION: dict[str, tuple[Case, ...]] = {
    "external_id": (Case("payments"),),
    "wait_for_verification": (Case(ON, off=OFF),),
    "timeout": (Case(Duration.minutes(10), {"wait_for_verification": True}),),
}
_PARTS = ("connection_use", "tls_failures")
_THRESHOLDS = tuple(it.name for it in dataclasses.fields(EndpointServiceThresholds))
EVENTS: dict[str, tuple[Case, ...]] = {"events": (Case(["Accept"]),)}
FURTHER: dict[str, tuple[Case, ...]] = {"principals": (Case([AllowedPrincipal.account(OTHER)]),)}
TABLE: dict[str, dict[str, tuple[Case, ...]]] = {
    "AcceptancePolicy.__init__": ACCEPTANCE,
    "AcceptancePolicy.automatic": {"acknowledge_public": (Case(ON),)},
    "AcceptancePolicy.by_rules": {
        **over(RULES, ACCEPTANCE),
        "accept_accounts": (Case([CUSTOMER], {"reject_accounts": [OTHER]}),),
    },
    "AcceptancePolicy.manual": {"notify": ACCEPTANCE["notify"]},
    "EndpointServiceAlarms.__init__": {
        "actions": (Case(topics),),
        "thresholds": (Case(EndpointServiceThresholds(connection_use=0.5)),),
        "private_dns_check_every": (Case(Duration.hours(1)),),
        "expected_connections": (Case(1000),),
    },
    "EndpointServiceThresholds.__init__": {
        name: (Case(7), Case(None)) if name not in _PARTS else (Case(0.5), Case(None))
        for name in _THRESHOLDS
    },
    "InterfaceEndpointAlarms.__init__": {
        "actions": (Case(topics),),
        "thresholds": (Case(InterfaceEndpointThresholds(packets_dropped=7)),),
    },
    "InterfaceEndpointThresholds.__init__": {
        "packets_dropped": (Case(7), Case(None)),
        "resets_received": (Case(7),),
    },
    "PrivateLinkDashboard.__init__": {
        "services": (Case(another_service, {"endpoints": one_endpoint}, off=()),),
        "endpoints": (Case(one_endpoint),),
        "dashboard_name": (Case("PrivateLink"),),
    },
    "EndpointDns.__init__": NAMES,
    "EndpointDns.private_hosted_zone": {
        "more_names": (Case(["b.example.com", "*.a.example.com"]),),
        "vpcs": (Case(peers),),
        "zonal_records": (Case(ON),),
    },
    "EndpointService.__init__": EXISTING,
    "EndpointService.add_allowed_principals": FURTHER,
    "EndpointService.notify": EVENTS,
    "EndpointServiceContract.__init__": CONTRACT,
    "EndpointServiceContract.from_service_name": {
        **CONTRACT,
        "service_region": (Case("eu-west-1"),),
    },
    "EndpointServiceContract.from_ssm_parameters": CONTRACT,
    "AwsService.__init__": {**OF_SERVICES, "is_gateway": (Case(ON, {"service": "dynamodb"}),)},
    "AwsService.gateway": OF_GATEWAYS,
    "AwsService.interface": OF_SERVICES,
    "AwsServiceEndpoints.__init__": OF_BUNDLES,
    "AwsServices.ecs_on_ec2": OF_TASKS,
    "AwsServices.eks_private_cluster": {
        "pod_identity": (Case(OFF),),
        "load_balancing": (Case(OFF),),
        "autoscaling": (Case(OFF),),
    },
    "AwsServices.fargate_tasks": OF_TASKS,
    "AwsServices.session_manager": {"legacy_agents": (Case(ON),)},
    "EndpointPolicy.__init__": OF_ALL_POLICIES,
    "EndpointPolicy.account": OF_POLICIES,
    "EndpointPolicy.organization": OF_POLICIES,
    "EndpointServiceContract.publish": {
        "shared": (Case(ON),),
        "share_with": (Case([SharePrincipal.account(OTHER)]),),
    },
    "GuardRails.only_organization_networks": {
        "exempt_roles": (Case(["Platform"]),),
        "source_ips": (Case(["203.0.113.0/24"]),),
    },
    "ServiceControlPolicy.__init__": {
        "description": (Case("Only names of ours."),),
        "targets": (Case([OTHER]),),
    },
    "EndpointHub.__init__": {
        "naming": (Case(HubNaming.private_hosted_zones()),),
        "share_with": (Case([SharePrincipal.account(OTHER)]),),
    },
    "EndpointHubContract.publish": {
        "shared": (Case(ON),),
        "share_with": (Case([SharePrincipal.account(OTHER)]),),
    },
    "ResolverInboundEndpoint.__init__": {
        "ip_address_type": (Case(DUALSTACK),),
        "ip_addresses": (Case(["10.0.0.10", "10.0.128.10"]),),
        "protocols": (Case(list(ResolverProtocol)[:2]),),
        "subnets": (Case(ec2.SubnetSelection(subnet_group_name="Private")),),
    },
    "ResolverOutboundEndpoint.__init__": {
        "ip_address_type": (Case(DUALSTACK),),
        "subnets": (Case(ec2.SubnetSelection(subnet_group_name="Private")),),
    },
    "ResolverOutboundEndpoint.forward": {
        "share_with": (Case([SharePrincipal.account(OTHER)]),),
        "vpcs": (Case(peers),),
    },
    "HealthCheck.__init__": HEALTH_CHECK,
    "InterfaceEndpoint.__init__": CONSUMER,
    "Listener.__init__": over(
        BASE_OF_TLS,
        {
            **STREAM,
            **TLS_OPTIONS,
            "certificates": (Case([], refused="tls-certificate-missing"),),
        },
    ),
    "Listener.tcp": TCP_ONLY,
    "Listener.tcp_udp": UDP,
    "Listener.tls": {**STREAM, **TLS_OPTIONS},
    "Listener.udp": UDP,
    "NetworkLoadBalancedEndpointService.__init__": BALANCED,
    "NetworkLoadBalancedEndpointService.add_allowed_principals": FURTHER,
    "NetworkLoadBalancedEndpointService.add_targets": {
        "targets": (Case(both_zones()),),
        "availability_zone": (Case(ZONES[0], {"targets": [address("192.168.0.9")]}),),
    },
    "NetworkLoadBalancedEndpointService.notify": EVENTS,
    "PrivateDnsName.external": VERIFICATION,
    "PrivateDnsName.in_delegated_zone": VERIFICATION,
    "PrivateDnsName.in_hosted_zone": VERIFICATION,
}
_LIKE = "required, or taken over from another contract"
_LIKE_OR_GIVEN = ("like", "ports", "service_region")
_OF_THE_STACK = "a setting of all functions of the stack, and not of a construct"
_SETTINGS = ("architecture", "encryption_key", "log_removal_policy", "log_retention")
_RULES_OF_GROUPS = "each rule is a resource, which CloudFormation deletes"
_LISTENERS = ("__init__", "tcp", "tcp_udp", "tls", "udp")
WITHOUT_KEYS = {
    **{f"CostLimit.__init__.{it}": "part of no template" for it in ("prices", "traffic_gb")},
    **{
        f"GuardRails.{method}.{it}": "at least one value is required"
        for method, it in (
            ("only_private_names", "names"),
            ("only_resource_names", "domains"),
            ("only_roles_may_accept", "roles"),
            ("only_roles_may_permit", "roles"),
            ("only_roles_may_publish", "roles"),
            ("only_service_owners", "owners"),
            ("only_service_regions", "regions"),
            ("only_services", "names"),
            ("only_supported_regions", "regions"),
        )
    },
    "InterfaceEndpoint.bind.zone": "the CDK calls it for an alias record",
    **{f"EndpointServiceContract.from_ssm_parameters.{it}": _LIKE for it in _LIKE_OR_GIVEN},
    **{f"FunctionSettings.__init__.{it}": _OF_THE_STACK for it in _SETTINGS},
    **{f"Listener.{it}.target_security_groups": _RULES_OF_GROUPS for it in _LISTENERS},
    **{
        f"EndpointHubContract.{name}.{it}": "compared with a spoke, and part of no template"
        for name in ("__init__", "from_profile_id", "from_ssm_parameters")
        for it in ("client_cidrs", "names", "owner_account", "region", "vpc_cidr")
    },
    "EndpointHubContract.from_ssm_parameters.like": _LIKE,
    "HubConnection.__init__.priority": "at its default too; aws-cdk-lib 2.275 doesn't have it",
    **{
        f"HubNaming.{it}": "decides which hosted zones there are, and in which VPCs"
        for it in (
            "__init__.private_dns_names",
            "__init__.uses_profile",
            "__init__.vpcs",
            "private_hosted_zones.private_dns_names",
            "private_hosted_zones.vpcs",
        )
    },
    **{
        f"HubNaming.{it}": "another name replaces the Profile"
        for it in ("__init__.profile_name", "profile.name")
    },
    "SharePrincipal.__init__.external": "decides which share an account is in",
    "SharePrincipal.account.external": "decides which share an account is in",
}
"""Parameters that aren't options, and why."""

_FOR_CHECKS = "the constructor checks with it"
_OF_CONTRACTS = [f"EndpointServiceContract.{it}" for it in ("__init__", "from_ssm_parameters")]
_OF_CONTRACTS.append("EndpointServiceContract.from_service_name")
_DESCRIBING = CONTRACT.keys() - {"availability_zones"}
WRITES_NOTHING: dict[str, str] = {
    "ResolverInboundEndpoint.__init__.subnets": "the subnets that it has without it",
    "ResolverOutboundEndpoint.__init__.subnets": "the subnets that it has without it",
    "AcceptancePolicy.__init__.acknowledge_public": _FOR_CHECKS,
    "AcceptancePolicy.automatic.acknowledge_public": _FOR_CHECKS,
    "EndpointServiceAlarms.__init__.expected_connections": "a warning compares with it",
    "EndpointService.__init__.availability_zone_ids": "for the contract",
    "EndpointService.__init__.ports": "for the contract",
    "EndpointService.__init__.zone_refresh_enabled": "the load balancers are imported",
    "EndpointServiceContract.from_service_name.service_region": "the name contains it",
    "InterfaceEndpoint.__init__.availability_zone_ids": "decides together with the contract",
    "InterfaceEndpoint.__init__.connection_accepted": _FOR_CHECKS,
    "Listener.tcp_udp.preserve_client_ip": "AWS always preserves the addresses of datagrams",
    "Listener.udp.preserve_client_ip": "AWS always preserves the addresses of datagrams",
    "NetworkLoadBalancedEndpointService.__init__.availability_zone_ids": "for the contract",
    **{f"{name}.{it}": _FOR_CHECKS for name in _OF_CONTRACTS for it in _DESCRIBING},
}
"""Options that leave the properties of resources as they are, and why."""

OPTIONS = options()
CASES = {
    f"{name}.{parameter}-{number}": (name, parameter, case)
    for name, rows in TABLE.items()
    for parameter, cases in rows.items()
    if f"{name}.{parameter}" in OPTIONS
    for number, case in enumerate(cases)
}
REFUSED = {key: case.refused for key, (_, _, case) in CASES.items() if case.refused}


def test_each_option_is_in_the_table() -> None:
    listed = {key.rpartition("-")[0] for key in CASES}
    assert listed.isdisjoint(WITHOUT_KEYS)
    assert OPTIONS.keys() == listed | WITHOUT_KEYS.keys()
    assert BUILDS.keys() == TABLE.keys()


def made(name: str, given: Mapping[str, Any]) -> Keys:
    place = Place()
    values = {key: it(place) if callable(it) else it for key, it in given.items()}
    BUILDS[name](place, **values)
    return keys_of(template_of(place.stack))


@functools.cache
def on_and_off(key: str) -> tuple[Keys, Keys]:
    """Return the template of a case with its option, and the one without it."""
    name, parameter, case = CASES[key]
    off = {} if case.off is ... else {parameter: case.off}
    return made(name, {**case.base, parameter: case.on}), made(name, {**case.base, **off})


@pytest.mark.parametrize("key", sorted(CASES.keys() - REFUSED.keys()))
def test_an_option_that_is_removed_is_off(key: str) -> None:
    on, off = on_and_off(key)
    assert vanished(on, off) <= NO_OFF_VALUE.keys()
    for path, value in changed(on, off).items():
        assert path in COMPUTED or value in DEFAULTS[path], path


@pytest.mark.parametrize("key", sorted(REFUSED))
def test_fails_when_an_option_can_not_be_used(key: str) -> None:
    name, parameter, case = CASES[key]
    with refusal(REFUSED[key]):
        made(name, {**case.base, parameter: case.on})


def test_no_option_is_tried_in_vain() -> None:
    tried = {key.rpartition("-")[0] for key in CASES.keys() - REFUSED.keys()}
    telling = {
        key.rpartition("-")[0]
        for key in CASES.keys() - REFUSED.keys()
        if on_and_off(key)[0] != on_and_off(key)[1]
    }
    assert tried - telling == WRITES_NOTHING.keys()


def test_each_key_without_an_off_value_is_explained_to_users() -> None:
    section = PAGE.read_text("utf-8").partition("## Options without an off value")[2]
    rows = section.partition("##")[0].splitlines()
    keys = {row.split("|")[2].strip(" `") for row in rows if row.startswith("| `")}
    assert keys == {key for _, key in NO_OFF_VALUE}


def test_no_key_is_listed_in_vain() -> None:
    found = [vanished(*on_and_off(key)) for key in CASES.keys() - REFUSED.keys()]
    assert set[tuple[str, str]]().union(*found) == NO_OFF_VALUE.keys()
