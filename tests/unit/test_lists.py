"""What a list doesn't mention any more goes, and what it still mentions stays as it is.

For every list that a public construct takes, the tests make templates with three of its items: in
another order, without one of them, and with a further one at each place. Logical ids and properties
of what stays are the same.
"""

from __future__ import annotations

import enum
import inspect
from dataclasses import dataclass
from itertools import permutations
from typing import TYPE_CHECKING, Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticloadbalancingv2_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sns as sns
from constructs import Construct
from tests.support.consumers import contract_with, endpoint_in
from tests.support.load_balanced import (
    address,
    both_zones,
    certificate,
    fargate_in,
    fleet_in,
    instance_in,
    listener,
    new_stack,
    service_in,
)
from tests.support.published import imported_load_balancer, template_of
from tests.support.replacement import compare
from tests.support.vpcs import imported_vpc, vpc_in

import privatelink_constructs
from privatelink_constructs import (
    AcceptancePolicy,
    AllowedPrincipal,
    AwsService,
    AwsServiceEndpoints,
    Decision,
    EndpointDns,
    EndpointHub,
    EndpointHubContract,
    EndpointPolicy,
    EndpointService,
    EndpointServiceAlarms,
    EndpointServiceContract,
    GuardRails,
    HubNaming,
    InterfaceEndpoint,
    InterfaceEndpointAlarms,
    Listener,
    LoadBalancerTopology,
    PrivateLinkDashboard,
    ResolverInboundEndpoint,
    ResolverOutboundEndpoint,
    ResolverProtocol,
    ServiceControlPolicy,
    SharePrincipal,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from aws_cdk import aws_elasticloadbalancingv2 as elbv2

    Define = Callable[[cdk.Stack, Sequence[int]], object]
    Item = Callable[[cdk.Stack, int], Any]

ZONES = tuple(f"eu-west-1{it}" for it in "abcd")
ZONE_IDS = tuple(f"euw1-az{it}" for it in (1, 2, 3, 4))
REGIONS = ("us-east-1", "eu-central-1", "ap-south-1", "ca-central-1")
ACCOUNTS = tuple(str(it) * 12 for it in (2, 3, 4, 5))
CIDRS = ("10.3.0.0/16", "10.1.0.0/16", "192.168.0.0/24", "10.2.0.0/16")
PORTS = (443, 80, 8443, 81)
BASE = (0, 1, 2)
REGIONAL = LoadBalancerTopology.REGIONAL

ALARM = "AWS::CloudWatch::Alarm"
DASHBOARD = "AWS::CloudWatch::Dashboard"
GROUP = "AWS::EC2::SecurityGroup"
INGRESS = "AWS::EC2::SecurityGroupIngress"
EGRESS = "AWS::EC2::SecurityGroupEgress"
SERVICE = "AWS::EC2::VPCEndpointService"
PERMISSIONS = "AWS::EC2::VPCEndpointServicePermissions"
ENDPOINT = "AWS::EC2::VPCEndpoint"


def policy(stack: cdk.Stack, *statements: iam.PolicyStatement, **options: Any) -> None:
    given = statements or (GuardRails.no_cross_region(),)
    ServiceControlPolicy(stack, "Policy", statements=given, **options)


def rails(method: Callable[..., iam.PolicyStatement], items: Sequence[str]) -> Case:
    """Return the case of a guard rail that takes items."""
    return Case(lambda it, chosen: policy(it, method(*picked(items, chosen))), (POLICY,), (POLICY,))


def networks(stack: cdk.Stack, **options: Any) -> None:
    given: dict[str, Any] = {"services": ["s3"], "source_ips": ["203.0.113.0/24"], **options}
    statement = GuardRails.only_organization_networks("o-abcdefghij", **given)
    policy(stack, statement)


POLICY = "AWS::Organizations::Policy"
ROLES = ("Network", "Deployer", "Platform", "Audit")
BALANCER = "AWS::ElasticLoadBalancingV2::LoadBalancer"
TARGETS = "AWS::ElasticLoadBalancingV2::TargetGroup"
PARAMETER = "AWS::SSM::Parameter"
SHARE = "AWS::RAM::ResourceShare"
REFRESH = "Custom::PrivateLinkZoneRefresh"


@dataclass(frozen=True)
class Case:
    """A list, and what of a template depends on all of its items.

    :param define: defines a construct with the items of some numbers, 0 to 3.
    :param together: the types of the resources whose properties list the items.
    :param ordered: the types of those that list them in the order of the list.
    """

    define: Define
    together: tuple[str, ...] = ()
    ordered: tuple[str, ...] = ()

    def template(self, chosen: Sequence[int]) -> dict[str, Any]:
        stack = new_stack()
        self.define(stack, chosen)
        return template_of(stack)


def service(stack: cdk.Stack, **options: Any) -> EndpointService:
    if "load_balancers" not in options:
        options["load_balancers"] = [imported_load_balancer(stack, "One")]
    options.setdefault("ports", [443])
    return EndpointService(stack, "Service", **options)


def balanced(stack: cdk.Stack, **options: Any) -> Any:
    if "vpc" not in options:
        options["vpc"] = vpc_in(stack, zones=ZONES)
    options.setdefault("listeners", [_to_anywhere(80)])
    return service_in(stack, **options)


def _to_anywhere(port: int) -> Listener:
    return Listener.tcp(port, target_port=8080, targets=[address("192.168.0.1")])


def endpoint(stack: cdk.Stack, **options: Any) -> InterfaceEndpoint:
    if "vpc" not in options:
        options["vpc"] = vpc_in(stack, zones=ZONES)
    options.setdefault("service", contract_with(availability_zones=ZONES))
    return InterfaceEndpoint(stack, "Endpoint", **options)


def picked(values: Sequence[Any], chosen: Sequence[int]) -> list[Any]:
    return [values[it] for it in chosen]


def made(stack: cdk.Stack, item: Item, chosen: Sequence[int]) -> list[Any]:
    """Make all items in one order, and return the chosen ones in another."""
    return picked([item(stack, number) for number in range(4)], chosen)


def token(stack: cdk.Stack, number: int) -> str:
    return cdk.CfnParameter(stack, f"Parameter{number}").value_as_string


def group(stack: cdk.Stack, number: int) -> ec2.ISecurityGroup:
    name = f"Group{number}"
    return ec2.SecurityGroup.from_security_group_id(stack, name, f"sg-{number}")


def topic_of_one_name(stack: cdk.Stack, number: int) -> sns.Topic:
    return sns.Topic(Construct(stack, f"Scope{number}"), "Topic")


def unnamed_subnet(stack: cdk.Stack, number: int) -> ec2.ISubnet:
    scope = Construct(stack, f"Scope{number}")
    return ec2.Subnet.from_subnet_id(scope, "Subnet", f"subnet-{number}")


def wrapped_certificate(stack: cdk.Stack, number: int) -> elbv2.IListenerCertificate:
    return certificate(Construct(stack, f"Scope{number}"), f"Certificate{number}")


def principals(chosen: Sequence[int]) -> list[AllowedPrincipal]:
    return [AllowedPrincipal.account(it) for it in picked(ACCOUNTS, chosen)]


def in_zones(vpc: ec2.IVpc, chosen: Sequence[int]) -> ec2.SubnetSelection:
    subnets = sorted(vpc.isolated_subnets, key=lambda it: it.availability_zone)
    return ec2.SubnetSelection(subnets=picked(subnets, chosen))


# What each list of a construct is tested with.


def zones_of_a_service(stack: cdk.Stack, chosen: Sequence[int]) -> None:
    vpc = vpc_in(stack, zones=ZONES)
    balanced(stack, vpc=vpc, subnets=in_zones(vpc, chosen))


def zones_with_access_logs(stack: cdk.Stack, chosen: Sequence[int]) -> None:
    vpc = vpc_in(stack, zones=ZONES)
    given = Listener.tls(443, certificates=[certificate(stack)], targets=[address("192.168.0.1")])
    subnets = in_zones(vpc, chosen)
    balanced(stack, vpc=vpc, listeners=[given], subnets=subnets, access_logs_enabled=True)


def zones_of_one_load_balancer(stack: cdk.Stack, chosen: Sequence[int]) -> None:
    vpc = vpc_in(stack, zones=ZONES)
    balanced(stack, vpc=vpc, subnets=in_zones(vpc, chosen), topology=REGIONAL)


def unnamed_zones(stack: cdk.Stack, chosen: Sequence[int]) -> None:
    subnets = ec2.SubnetSelection(subnets=made(stack, unnamed_subnet, chosen))
    balanced(stack, vpc=imported_vpc(stack), subnets=subnets)


def zones_of_an_endpoint(stack: cdk.Stack, chosen: Sequence[int]) -> None:
    vpc = vpc_in(stack, zones=ZONES)
    endpoint(stack, vpc=vpc, subnets=in_zones(vpc, chosen))


def zones_of_a_contract(stack: cdk.Stack, chosen: Sequence[int]) -> None:
    endpoint(stack, service=contract_with(availability_zones=picked(ZONES, chosen)))


def zone_ids_of_a_contract(stack: cdk.Stack, chosen: Sequence[int]) -> None:
    ids = dict(zip(ZONES, ZONE_IDS, strict=True))
    theirs = contract_with(availability_zones=(), availability_zone_ids=picked(ZONE_IDS, chosen))
    endpoint(stack, service=theirs, availability_zone_ids=ids)


def zone_ids_of_an_endpoint(stack: cdk.Stack, chosen: Sequence[int]) -> None:
    ids = {ZONES[it]: ZONE_IDS[it] for it in chosen}
    theirs = contract_with(availability_zones=(), availability_zone_ids=ZONE_IDS)
    vpc = vpc_in(stack, zones=ZONES)
    endpoint(
        stack,
        vpc=vpc,
        service=theirs,
        availability_zone_ids=ids,
        subnets=ec2.SubnetSelection(availability_zones=sorted(ids)),
    )


def zone_ids_of_a_service(stack: cdk.Stack, chosen: Sequence[int]) -> None:
    ids = {ZONES[it]: ZONE_IDS[it] for it in chosen}
    vpc = vpc_in(stack, zones=ZONES)
    theirs = balanced(stack, vpc=vpc, availability_zone_ids=ids).contract
    endpoint(stack, vpc=vpc, service=theirs)


def zone_ids_over_load_balancers(stack: cdk.Stack, chosen: Sequence[int]) -> None:
    ids = {ZONES[it]: ZONE_IDS[it] for it in chosen}
    endpoint(stack, service=service(stack, availability_zone_ids=ids).contract)


def ports_of_a_parameter(stack: cdk.Stack, chosen: Sequence[int]) -> None:
    endpoint(stack, service=_read(stack, ports=picked(PORTS, chosen)))


def _read(stack: cdk.Stack, **options: Any) -> EndpointServiceContract:
    given: dict[str, Any] = {"ports": [443], "service_region": "eu-west-1", **options}
    return EndpointServiceContract.from_ssm_parameters(
        stack, "Read", parameter_prefix="/a/b", **given
    )


def one_target_of_each_kind(stack: cdk.Stack, chosen: Sequence[int]) -> None:
    vpc = vpc_in(stack, zones=ZONES)
    of_the_zones = [address(f"10.0.{64 * it}.10") for it in range(4)]
    balanced(
        stack,
        vpc=vpc,
        listeners=[listener(80, targets=picked(of_the_zones, chosen))],
        topology=REGIONAL,
    )


def instances(stack: cdk.Stack, chosen: Sequence[int]) -> None:
    vpc = vpc_in(stack, zones=ZONES)
    given = [
        targets.InstanceTarget(
            instance_in(vpc, f"Instance{it}", zones=[ZONES[it]], security_group=group(stack, it))
        )
        for it in range(4)
    ]
    balanced(
        stack,
        vpc=vpc,
        listeners=[listener(80, targets=picked(given, chosen))],
        topology=REGIONAL,
    )


def listeners_with_a_fleet(stack: cdk.Stack, chosen: Sequence[int]) -> None:
    vpc = vpc_in(stack, zones=ZONES)
    fleet = fleet_in(vpc)
    given = [listener(PORTS[it], targets=[fleet]) for it in chosen]
    balanced(stack, vpc=vpc, listeners=given, topology=REGIONAL)


def listeners_with_tasks(stack: cdk.Stack, chosen: Sequence[int]) -> None:
    vpc = vpc_in(stack, zones=ZONES)
    tasks = fargate_in(vpc)
    given = [listener(PORTS[it], targets=[tasks]) for it in chosen]
    balanced(stack, vpc=vpc, listeners=given, topology=REGIONAL)


def ports_that_are_tokens(stack: cdk.Stack, chosen: Sequence[int]) -> None:
    vpc = vpc_in(stack, zones=ZONES)
    instance = instance_in(vpc, zones=ZONES[:1], security_group=group(stack, 9))
    ports = [cdk.CfnParameter(stack, f"Port{it}", type="Number") for it in range(4)]
    given = [
        listener(int(ports[it].value_as_number), targets=[targets.InstanceTarget(instance)])
        for it in chosen
    ]
    balanced(stack, vpc=vpc, listeners=given, topology=REGIONAL)


def groups_of_targets(stack: cdk.Stack, chosen: Sequence[int]) -> None:
    groups = [group(stack, it) for it in chosen]
    given = [listener(80, target_security_groups=groups)]
    balanced(stack, listeners=given, topology=REGIONAL)


def tasks_by_zone(stack: cdk.Stack, chosen: Sequence[int]) -> None:
    vpc = vpc_in(stack, zones=ZONES)
    given = {ZONES[it]: [fargate_in(vpc, f"Tasks{it}", zones=[ZONES[it]])] for it in chosen}
    chosen_zones = in_zones(vpc, sorted(chosen))
    found = [listener(80, targets_by_zone=given)]
    balanced(stack, vpc=vpc, listeners=found, subnets=chosen_zones)


def certificates(stack: cdk.Stack, chosen: Sequence[int]) -> None:
    further = made(stack, wrapped_certificate, chosen)
    given = [certificate(stack), *further]
    service_in(stack, listeners=[Listener.tls(443, certificates=given, targets=both_zones())])


def calls_of_notify(stack: cdk.Stack, chosen: Sequence[int]) -> None:
    published = service(stack)
    for topic in made(stack, topic_of_one_name, chosen):
        published.notify(topic)


def events(stack: cdk.Stack, chosen: Sequence[int]) -> None:
    names = picked(("Reject", "Accept", "Delete", "Connect"), chosen)
    service(stack).notify(sns.Topic(stack, "Topic"), events=names)


def calls_of_add_targets(stack: cdk.Stack, chosen: Sequence[int]) -> None:
    published = balanced(stack, topology=REGIONAL)
    for it in chosen:
        published.add_targets(80, address(f"192.168.0.{it + 10}"))


def calls_of_add_principals(stack: cdk.Stack, chosen: Sequence[int]) -> None:
    published = service(stack)
    for it in principals(chosen):
        published.add_allowed_principals(it)


def topics_of_alarms(stack: cdk.Stack, chosen: Sequence[int]) -> None:
    topics = made(stack, topic_of_one_name, chosen)
    EndpointServiceAlarms(stack, "Alarms", service=service(stack), actions=topics)


def topics_of_endpoint_alarms(stack: cdk.Stack, chosen: Sequence[int]) -> None:
    topics = made(stack, topic_of_one_name, chosen)
    InterfaceEndpointAlarms(stack, "Alarms", endpoint=endpoint(stack), actions=topics)


def services_of_a_dashboard(stack: cdk.Stack, chosen: Sequence[int]) -> None:
    services = made(stack, lambda scope, n: service_over(scope, f"Service{n}"), chosen)
    PrivateLinkDashboard(stack, "Dashboard", services=services)


def service_over(stack: cdk.Stack, name: str) -> EndpointService:
    balancers = [imported_load_balancer(stack, name)]
    return EndpointService(stack, name, load_balancers=balancers, ports=[443])


def endpoints_of_a_dashboard(stack: cdk.Stack, chosen: Sequence[int]) -> None:
    endpoints = made(stack, lambda scope, n: endpoint_in(scope, f"Endpoint{n}"), chosen)
    PrivateLinkDashboard(stack, "Dashboard", endpoints=endpoints)


def _by_rules(**options: Any) -> AcceptancePolicy:
    return AcceptancePolicy.by_rules(**options)


def rules(name: str, values: Sequence[str]) -> Define:
    def define(stack: cdk.Stack, chosen: Sequence[int]) -> None:
        service(
            stack,
            acceptance=_by_rules(**{"otherwise": Decision.REJECT, name: picked(values, chosen)}),
            allowed_principals=principals((0, 1, 2, 3)),
            supported_regions=REGIONS,
        )

    return define


def clients(*, own: bool, tokens: bool, groups: bool = False) -> Define:
    """Define an endpoint with clients, in a group of its own or in an imported one."""

    def define(stack: cdk.Stack, chosen: Sequence[int]) -> None:
        item: Item = group if groups else token if tokens else lambda _, it: CIDRS[it]
        given = made(stack, item, chosen)
        own_groups = None if own else [group(stack, 9)]
        endpoint(stack, clients=given, security_groups=own_groups)

    return define


def prefix_lists(stack: cdk.Stack, chosen: Sequence[int]) -> None:
    given = made(stack, lambda it, number: ec2.Peer.prefix_list(token(it, number)), chosen)
    endpoint(stack, clients=given, security_groups=[group(stack, 9)])


def vpcs(stack: cdk.Stack, chosen: Sequence[int]) -> None:
    given = made(
        stack, lambda it, number: imported_vpc(it, f"Vpc{number}", vpc_id=f"vpc-{number}"), chosen
    )
    endpoint(stack, dns=EndpointDns.private_hosted_zone("pay.example.com", vpcs=given))


def published_contract(stack: cdk.Stack, chosen: Sequence[int]) -> None:
    contract = contract_with(availability_zones=picked(ZONES, chosen), ports=picked(PORTS, chosen))
    contract.publish(stack, "Published", parameter_prefix="/a/b")


def shared_contract(stack: cdk.Stack, chosen: Sequence[int]) -> None:
    principals = [SharePrincipal.account(it) for it in picked(ACCOUNTS, chosen)]
    contract_with().publish(stack, "Published", parameter_prefix="/a/b", share_with=principals)


HOSTED_ZONES = ("a.example.com", "*.b.example.com", "c.example.com", "*.d.example.com")


def hosted_zone_names(stack: cdk.Stack, chosen: Sequence[int]) -> None:
    # The first name is one of them: its hosted zone has an ID from its name, too.
    dns = EndpointDns.private_hosted_zone(*picked(HOSTED_ZONES, chosen), zonal_records=True)
    ids = dict(zip(ZONES, ZONE_IDS, strict=True))
    endpoint(stack, clients=["10.0.0.0/8"], availability_zone_ids=ids, dns=dns)


def hosted_zone_tokens(stack: cdk.Stack, chosen: Sequence[int]) -> None:
    dns = EndpointDns.private_hosted_zone(*made(stack, token, chosen))
    endpoint(stack, clients=["10.0.0.0/8"], dns=dns)


RULES = ("AWS::Lambda::Function", "Custom::PrivateLinkReconciliation")

SERVICE_NAMES = ("sqs", "kms", "sns", "logs")
PATTERNS = tuple(f"arn:aws:s3:::bucket-{it}/*" for it in "dbca")


def bundle(stack: cdk.Stack, **options: Any) -> AwsServiceEndpoints:
    if "vpc" not in options:
        options["vpc"] = vpc_in(stack, zones=ZONES)
    options.setdefault("policy", EndpointPolicy.account())
    options.setdefault("services", [AwsService.interface("logs"), AwsService.gateway("s3")])
    return AwsServiceEndpoints(stack, "Aws", **options)


def aws_services(stack: cdk.Stack, chosen: Sequence[int]) -> None:
    bundle(stack, services=[AwsService.interface(it) for it in picked(SERVICE_NAMES, chosen)])


def ports_of_an_aws_service(stack: cdk.Stack, chosen: Sequence[int]) -> None:
    ports = sorted(picked(PORTS, chosen))
    # Other ports are those of another group, so they are tried in one that the user has.
    groups = [group(stack, 1)]
    given = [AwsService.interface("logs", ports=ports)]
    bundle(stack, services=given, security_groups=groups, clients=["10.1.0.0/16"])


def statements(make: Callable[..., EndpointPolicy]) -> Define:
    def define(stack: cdk.Stack, chosen: Sequence[int]) -> None:
        given = [
            iam.PolicyStatement.from_json(
                {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": it}
            )
            for it in picked(PATTERNS, chosen)
        ]
        bundle(stack, policy=make(statements=given))

    return define


def of_an_organization(**options: Any) -> EndpointPolicy:
    return EndpointPolicy.organization("o-abcdefghij", **options)


def document(stack: cdk.Stack, chosen: Sequence[int]) -> None:
    resources = picked(PATTERNS, chosen)
    statement = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": resources}
    given = {"Version": "2012-10-17", "Statement": [statement]}
    bundle(stack, policy=EndpointPolicy.from_document(given))


def hub(stack: cdk.Stack, services: Sequence[str] = ("sqs",), **options: Any) -> None:
    vpc = vpc_in(stack, zones=ZONES)
    endpoints = [
        InterfaceEndpoint(stack, it.title(), vpc=vpc, service=contract_with(), clients=[CIDRS[0]])
        if it == "own"
        else AwsServiceEndpoints(
            stack,
            it.title(),
            vpc=vpc,
            services=[AwsService.interface(it)],
            policy=EndpointPolicy.account(),
            private_dns_enabled="naming" not in options,
        )
        for it in services
    ]
    given: dict[str, Any] = {"clients": ["10.9.0.0/16"], **options}
    EndpointHub(stack, "Hub", vpc=vpc, endpoints=endpoints, **given)


def hub_with_names(stack: cdk.Stack, chosen: Sequence[int]) -> None:
    names = [f"sqs{it}.example.com" for it in chosen]
    hub(stack, naming=HubNaming.private_hosted_zones(private_dns_names={"sqs": names}))


def hub_with_vpcs(stack: cdk.Stack, chosen: Sequence[int]) -> None:
    vpcs = [vpc_in(stack, f"Spoke{it}") for it in range(4)]
    hub(stack, naming=HubNaming.private_hosted_zones(vpcs=picked(vpcs, chosen)))


def inbound(stack: cdk.Stack, **options: Any) -> None:
    given: dict[str, Any] = {"clients": ["192.168.0.0/16"], **options}
    ResolverInboundEndpoint(stack, "Inbound", vpc=vpc_in(stack, zones=ZONES), **given)


def outbound(stack: cdk.Stack, **options: Any) -> None:
    given: dict[str, Any] = {"targets": ["192.168.0.10"], **options}
    endpoint = ResolverOutboundEndpoint(stack, "Outbound", vpc=vpc_in(stack, zones=ZONES))
    endpoint.forward("corp.example.com", **given)


def hub_contract(stack: cdk.Stack, **options: Any) -> None:
    contract = EndpointHubContract.from_profile_id("rp-0123456789abcdef", **options)
    contract.publish(stack, "Published", parameter_prefix="/a/b")


def sharing(chosen: Sequence[int]) -> list[SharePrincipal]:
    return [SharePrincipal.account(it) for it in picked(ACCOUNTS, chosen)]


def shared_hub_contract(stack: cdk.Stack, chosen: Sequence[int]) -> None:
    contract = EndpointHubContract.from_profile_id("rp-0123456789abcdef")
    contract.publish(stack, "Hub", parameter_prefix="/a/b", share_with=sharing(chosen))


RESOLVER = "AWS::Route53Resolver::ResolverEndpoint"
RULE = "AWS::Route53Resolver::ResolverRule"
HOSTED_ZONE = "AWS::Route53::HostedZone"
HUB_NAMES = tuple(f"{it}.eu-west-1.amazonaws.com" for it in ("sqs", "kms", "sns", "sts"))
QUERIED = tuple(f"10.0.{it}.10" for it in (0, 64, 128, 192))
DO53, DOH = ResolverProtocol.DO53, ResolverProtocol.DOH


CASES: dict[str, list[Case]] = {
    "AcceptancePolicy.accept_accounts": [Case(rules("accept_accounts", ACCOUNTS), RULES)],
    "AcceptancePolicy.accept_regions": [Case(rules("accept_regions", REGIONS), RULES)],
    "AcceptancePolicy.reject_accounts": [Case(rules("reject_accounts", ACCOUNTS), RULES)],
    "AwsService.ports": [Case(ports_of_an_aws_service)],
    "AwsServiceEndpoints.clients": [
        Case(lambda it, chosen: bundle(it, clients=picked(CIDRS, chosen)), (GROUP,), (GROUP,)),
    ],
    "AwsServiceEndpoints.security_groups": [
        Case(
            lambda it, chosen: bundle(
                it, security_groups=made(it, group, chosen), clients=["10.1.0.0/16"]
            ),
            (ENDPOINT,),
            (ENDPOINT,),
        )
    ],
    "AwsServiceEndpoints.services": [Case(aws_services)],
    "EndpointDns.more_names": [Case(hosted_zone_names), Case(hosted_zone_tokens)],
    "EndpointDns.vpcs": [Case(vpcs, ("AWS::Route53::HostedZone",))],
    "EndpointPolicy.document": [Case(document, (ENDPOINT,), (ENDPOINT,))],
    "EndpointPolicy.statements": [
        Case(statements(EndpointPolicy.account), (ENDPOINT,), (ENDPOINT,)),
        Case(statements(of_an_organization), (ENDPOINT,), (ENDPOINT,)),
    ],
    "EndpointService.allowed_principals": [
        Case(lambda it, chosen: service(it, allowed_principals=principals(chosen)), (PERMISSIONS,))
    ],
    "EndpointService.availability_zone_ids": [Case(zone_ids_over_load_balancers, (ENDPOINT,))],
    "EndpointService.events": [
        Case(events, ("AWS::EC2::VPCEndpointConnectionNotification",)),
        Case(calls_of_notify),
    ],
    "EndpointService.ip_address_types": [
        Case(
            lambda it, chosen: service(
                it, ip_address_types=["ipv4", "ipv6"][:: 1 if chosen[0] < chosen[-1] else -1]
            ),
            (SERVICE,),
        )
    ],
    "EndpointService.load_balancers": [
        Case(
            lambda it, chosen: service(
                it,
                load_balancers=made(
                    it, lambda scope, n: imported_load_balancer(scope, f"Nlb{n}"), chosen
                ),
            ),
            (SERVICE,),
        )
    ],
    "EndpointService.ports": [
        Case(
            lambda it, chosen: endpoint(
                it, service=service(it, ports=picked(PORTS, chosen)).contract
            ),
            (GROUP,),
        )
    ],
    "EndpointService.principals": [Case(calls_of_add_principals, (PERMISSIONS,))],
    "EndpointService.supported_regions": [
        Case(lambda it, chosen: service(it, supported_regions=picked(REGIONS, chosen)), (SERVICE,))
    ],
    "EndpointServiceAlarms.actions": [Case(topics_of_alarms, (ALARM,), (ALARM,))],
    "EndpointServiceContract.availability_zone_ids": [Case(zone_ids_of_a_contract, (ENDPOINT,))],
    "EndpointServiceContract.availability_zones": [Case(zones_of_a_contract, (ENDPOINT,))],
    "EndpointServiceContract.ip_address_types": [
        Case(
            lambda it, chosen: endpoint(
                it,
                service=contract_with(ip_address_types=["ipv4", "ipv6"][:: -1 if chosen[0] else 1]),
            )
        )
    ],
    "EndpointServiceContract.ports": [
        Case(
            lambda it, chosen: endpoint(it, service=contract_with(ports=picked(PORTS, chosen))),
            (GROUP,),
        ),
        Case(ports_of_a_parameter, (GROUP,)),
    ],
    "GuardRails.domains": [
        rails(GuardRails.only_resource_names, [f"d{it}.example.com" for it in range(4)]),
    ],
    "GuardRails.exempt_roles": [
        Case(
            lambda it, chosen: networks(it, exempt_roles=picked(ROLES, chosen)),
            (POLICY,),
            (POLICY,),
        ),
    ],
    "GuardRails.names": [
        rails(GuardRails.only_private_names, [f"d{it}.example.com" for it in range(4)]),
        rails(
            GuardRails.only_services,
            [f"com.amazonaws.eu-west-1.{it}" for it in ("sqs", "kms", "sts", "logs")],
        ),
    ],
    "GuardRails.owners": [rails(GuardRails.only_service_owners, ["amazon", *ACCOUNTS[:3]])],
    "GuardRails.regions": [
        rails(GuardRails.only_service_regions, REGIONS),
        rails(GuardRails.only_supported_regions, REGIONS),
    ],
    "GuardRails.roles": [
        rails(GuardRails.only_roles_may_accept, ROLES),
        rails(GuardRails.only_roles_may_permit, ROLES),
        rails(GuardRails.only_roles_may_publish, ROLES),
    ],
    "GuardRails.services": [
        Case(
            lambda it, chosen: networks(it, services=picked(("s3", "sqs", "kms", "sts"), chosen)),
            (POLICY,),
            (POLICY,),
        ),
    ],
    "GuardRails.source_ips": [
        Case(
            lambda it, chosen: networks(
                it, source_ips=picked([f"203.0.113.{16 * n}/28" for n in range(4)], chosen)
            ),
            (POLICY,),
            (POLICY,),
        ),
    ],
    "ServiceControlPolicy.statements": [
        Case(
            lambda it, chosen: policy(
                it,
                *picked(
                    [
                        GuardRails.no_cross_region(),
                        GuardRails.no_external_shares(),
                        GuardRails.no_unverified_resource_names(),
                        GuardRails.only_private_names("*.example.com"),
                    ],
                    chosen,
                ),
            ),
            (POLICY,),
            (POLICY,),
        ),
    ],
    "ServiceControlPolicy.targets": [
        Case(lambda it, chosen: policy(it, targets=picked(ACCOUNTS, chosen)), (POLICY,)),
    ],
    "EndpointHub.clients": [
        Case(lambda it, chosen: hub(it, clients=picked(CIDRS, chosen)), (GROUP,), (GROUP,)),
    ],
    "EndpointHub.endpoints": [
        Case(lambda it, chosen: hub(it, picked(("sqs", "kms", "own", "sts"), chosen))),
    ],
    "EndpointHub.share_with": [
        Case(lambda it, chosen: hub(it, share_with=sharing(chosen)), (SHARE,)),
    ],
    "EndpointHubContract.client_cidrs": [
        Case(
            lambda it, chosen: hub_contract(it, client_cidrs=picked(CIDRS, chosen)),
            (PARAMETER,),
            (PARAMETER,),
        ),
    ],
    "EndpointHubContract.names": [
        Case(lambda it, chosen: hub_contract(it, names=picked(HUB_NAMES, chosen)), (PARAMETER,)),
    ],
    "EndpointHubContract.share_with": [Case(shared_hub_contract, (SHARE,))],
    "HubNaming.private_dns_names": [Case(hub_with_names)],
    "HubNaming.vpcs": [Case(hub_with_vpcs, (HOSTED_ZONE,), (HOSTED_ZONE,))],
    "ResolverInboundEndpoint.clients": [
        Case(lambda it, chosen: inbound(it, clients=picked(CIDRS, chosen)), (GROUP,), (GROUP,)),
    ],
    "ResolverInboundEndpoint.ip_addresses": [
        Case(
            lambda it, chosen: inbound(it, ip_addresses=picked(QUERIED, chosen)),
            (RESOLVER,),
            (RESOLVER,),
        ),
    ],
    "ResolverInboundEndpoint.protocols": [
        Case(
            lambda it, chosen: inbound(it, protocols=picked((DO53, DOH, DO53, DOH), chosen)),
            (RESOLVER, GROUP),
        ),
    ],
    "ResolverOutboundEndpoint.share_with": [
        Case(lambda it, chosen: outbound(it, share_with=sharing(chosen)), (SHARE,)),
    ],
    "ResolverOutboundEndpoint.targets": [
        Case(
            lambda it, chosen: outbound(it, targets=picked(QUERIED, chosen)),
            (RULE, GROUP),
            (RULE, GROUP),
        ),
    ],
    "ResolverOutboundEndpoint.vpcs": [
        Case(
            lambda it, chosen: outbound(
                it, vpcs=picked([vpc_in(it, f"Spoke{n}") for n in range(4)], chosen)
            )
        ),
    ],
    "EndpointServiceContract.share_with": [Case(shared_contract, (SHARE,))],
    "EndpointServiceContract.supported_regions": [
        Case(
            lambda it, chosen: endpoint(
                it, service=contract_with(supported_regions=picked(REGIONS, chosen))
            )
        )
    ],
    "InterfaceEndpointAlarms.actions": [Case(topics_of_endpoint_alarms, (ALARM,), (ALARM,))],
    "PrivateLinkDashboard.endpoints": [Case(endpoints_of_a_dashboard, (DASHBOARD,), (DASHBOARD,))],
    "PrivateLinkDashboard.services": [Case(services_of_a_dashboard, (DASHBOARD,), (DASHBOARD,))],
    "InterfaceEndpoint.availability_zone_ids": [Case(zone_ids_of_an_endpoint, (ENDPOINT,))],
    "InterfaceEndpoint.clients": [
        Case(clients(own=True, tokens=False), (GROUP,)),
        Case(clients(own=True, tokens=True), (GROUP,)),
        Case(clients(own=False, tokens=False)),
        Case(clients(own=False, tokens=True)),
        Case(clients(own=True, tokens=False, groups=True)),
        Case(prefix_lists),
    ],
    "InterfaceEndpoint.security_groups": [
        Case(
            lambda it, chosen: endpoint(
                it, security_groups=made(it, group, chosen), clients=["10.1.0.0/16", token(it, 9)]
            ),
            (ENDPOINT,),
        )
    ],
    "InterfaceEndpoint.subnets": [Case(zones_of_an_endpoint, (ENDPOINT,))],
    "Listener.certificates": [Case(certificates)],
    "Listener.target_security_groups": [Case(groups_of_targets)],
    "Listener.targets": [
        Case(one_target_of_each_kind, (GROUP, TARGETS)),
        Case(instances, (TARGETS,)),
    ],
    "Listener.targets_by_zone": [Case(tasks_by_zone, (GROUP, SERVICE))],
    "NetworkLoadBalancedEndpointService.allowed_principals": [
        Case(lambda it, chosen: balanced(it, allowed_principals=principals(chosen)), (PERMISSIONS,))
    ],
    "NetworkLoadBalancedEndpointService.availability_zone_ids": [Case(zone_ids_of_a_service)],
    "NetworkLoadBalancedEndpointService.client_cidrs": [
        Case(lambda it, chosen: balanced(it, client_cidrs=picked(CIDRS, chosen))),
        Case(lambda it, chosen: balanced(it, client_cidrs=made(it, token, chosen))),
    ],
    "NetworkLoadBalancedEndpointService.events": [
        Case(events, ("AWS::EC2::VPCEndpointConnectionNotification",))
    ],
    "NetworkLoadBalancedEndpointService.listeners": [
        Case(
            lambda it, chosen: balanced(
                it, listeners=[_to_anywhere(PORTS[each]) for each in chosen]
            ),
            (GROUP,),
        ),
        Case(listeners_with_a_fleet, ("AWS::AutoScaling::AutoScalingGroup", GROUP)),
        Case(listeners_with_tasks, ("AWS::ECS::Service", GROUP)),
        Case(ports_that_are_tokens),
    ],
    "NetworkLoadBalancedEndpointService.principals": [
        Case(calls_of_add_principals, (PERMISSIONS,))
    ],
    "NetworkLoadBalancedEndpointService.subnets": [
        Case(zones_of_a_service, (SERVICE,)),
        Case(zones_with_access_logs, (SERVICE, "AWS::S3::BucketPolicy")),
        Case(zones_of_one_load_balancer, (BALANCER, REFRESH)),
        Case(unnamed_zones, (SERVICE,)),
    ],
    "NetworkLoadBalancedEndpointService.supported_regions": [
        Case(lambda it, chosen: balanced(it, supported_regions=picked(REGIONS, chosen)), (SERVICE,))
    ],
    "NetworkLoadBalancedEndpointService.targets": [Case(calls_of_add_targets, (GROUP, TARGETS))],
    "PublishedContract.fields": [Case(published_contract, (PARAMETER,), (PARAMETER,))],
    "PublishedContract.share_with": [Case(shared_contract, (SHARE,))],
}

# Selections of subnets are no lists to Python, and what imports something defines nothing.
FURTHER = {"InterfaceEndpoint.subnets", "NetworkLoadBalancedEndpointService.subnets"}
OF_CHECKS = {
    "CostLimit.traffic_gb",
    "PriceList.prices",
    "TemplateEnvironment.parameters",
    *(f"Diagnosis.{it}" for it in ("causes", "looked_at", "names", "templates", "traffic")),
    "Diagnosis.unseen",
}
IMPORTS = ("from_endpoint_service_attributes", "from_interface_endpoint_attributes")


def lists() -> Iterator[str]:
    """Yield every parameter of the public classes that takes several items."""
    for name in privatelink_constructs.__all__:
        found = getattr(privatelink_constructs, name)
        if (
            not inspect.isclass(found)
            or issubclass(found, enum.Enum | Exception)
            or (name.startswith("I") and not name.startswith("InterfaceEndpoint"))
        ):
            continue
        for method, function in inspect.getmembers(found, inspect.isroutine):
            if (method.startswith("_") and method != "__init__") or method in {*IMPORTS, "with_"}:
                continue
            for parameter in inspect.signature(function).parameters.values():
                several = parameter.kind is inspect.Parameter.VAR_POSITIONAL
                text = str(parameter.annotation)
                if (
                    (several and parameter.name != "args")
                    or "Sequence[" in text
                    or "Mapping[" in text
                ):
                    yield f"{name}.{parameter.name}"


def test_every_list_is_tested() -> None:
    assert set(CASES) - FURTHER == set(lists()) - OF_CHECKS


EVERY = {
    f"{name}{number or ''}": case
    for name, cases in CASES.items()
    for number, case in enumerate(cases)
}
every_case = pytest.mark.parametrize("case", EVERY.values(), ids=EVERY)


@every_case
def test_order_and_length_change_nothing_that_stays(case: Case) -> None:
    base = case.template(BASE)
    for order in [*permutations(BASE)][1::2]:
        found = compare(base, case.template(order))
        assert (found.added, found.removed, found.replaced) == ((), (), ()), str(found)
        assert {found.types[it] for it in found.changed} <= set(case.ordered), str(found)
    for left_out in BASE:
        rest = [it for it in BASE if it != left_out]
        assert_others_stay(case, base, case.template(rest))
    for place in range(len(BASE) + 1):
        longer = [*BASE[:place], 3, *BASE[place:]]
        assert_others_stay(case, case.template(longer), base)


def unordered(template: dict[str, Any]) -> dict[str, Any]:
    """Return a template whose load balancers wait for no rules, which changes nothing of them."""
    resources = {
        name: {k: v for k, v in it.items() if k != "DependsOn" or it["Type"] != BALANCER}
        for name, it in template["Resources"].items()
    }
    return {**template, "Resources": resources}


def assert_others_stay(case: Case, longer: dict[str, Any], shorter: dict[str, Any]) -> None:
    found = compare(unordered(longer), unordered(shorter))
    assert not found.added, str(found)
    assert not found.replaced, str(found)
    assert {found.types[it] for it in found.changed} <= set(case.together), str(found)
