"""What is defined here and what is imported implements the same interfaces, and is used alike."""

from __future__ import annotations

import inspect
import sys
from typing import TYPE_CHECKING, Any

import jsii
import pytest
from aws_cdk import assertions
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_route53 as route53
from tests.support.aws_services import bundle_in
from tests.support.consumers import NAME, contract_with, endpoint_in
from tests.support.hubs import hub_in
from tests.support.load_balanced import fargate_in, new_stack, service_in
from tests.support.published import imported_load_balancer, imported_zone, template_of
from tests.support.vpcs import VPC_ID, imported_vpc, vpc_in

import privatelink_constructs
from privatelink_constructs import (
    AcceptancePolicy,
    AwsService,
    EndpointDns,
    EndpointService,
    EndpointServiceAlarms,
    IEndpointService,
    IInterfaceEndpoint,
    InterfaceEndpoint,
    InterfaceEndpointAlarms,
    LoadBalancerTopology,
    PrivateLinkDashboard,
    ResolverInboundEndpoint,
    ResolverOutboundEndpoint,
)
from privatelink_constructs.contract.interfaces import IConnectionAcceptor
from privatelink_constructs.rules.annotations import expectation_of, fits

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import aws_cdk as cdk

SERVICE_ID = "vpce-svc-0123456789abcdef0"
ENDPOINT_ID = "vpce-0123456789abcdef0"
NAMED = contract_with(
    private_dns_name="payments.example.com", private_dns_verified=True, acceptance_required=False
)


def imported_service(stack: cdk.Stack, **options: Any) -> IEndpointService:
    return EndpointService.from_endpoint_service_attributes(
        stack, "Service", endpoint_service_id=SERVICE_ID, ports=[443], **options
    )


def imported_endpoint(stack: cdk.Stack, **options: Any) -> IInterfaceEndpoint:
    return InterfaceEndpoint.from_interface_endpoint_attributes(
        stack,
        "Endpoint",
        vpc_endpoint_id=ENDPOINT_ID,
        regional_dns_name=f"{ENDPOINT_ID}.vpce-svc-0.eu-west-1.vpce.amazonaws.com",
        regional_hosted_zone_id="Z0123456789ABCDEFGHIJ",
        service_name=NAME,
        vpc_id=VPC_ID,
        ports=[443],
        security_groups=[ec2.SecurityGroup.from_security_group_id(stack, "Group", "sg-1")],
        **options,
    )


def accepting(stack: cdk.Stack) -> IEndpointService:
    rules = AcceptancePolicy.by_rules(accept_accounts=["222222222222"])
    return service_in(stack, acceptance=rules, allowed_principals=["222222222222"])


def with_existing(stack: cdk.Stack) -> IEndpointService:
    balancers = [imported_load_balancer(stack, "Nlb")]
    return EndpointService(stack, "Service", load_balancers=balancers, ports=[443])


SERVICES: dict[str, Callable[[cdk.Stack], IEndpointService]] = {
    "with load balancers": service_in,
    "with one load balancer": lambda it: service_in(it, topology=LoadBalancerTopology.REGIONAL),
    "with acceptance rules": accepting,
    "with existing load balancers": with_existing,
    "imported": imported_service,
    "imported with everything": lambda it: imported_service(
        it,
        availability_zones=["eu-west-1a"],
        load_balancers=[imported_load_balancer(it, "Nlb")],
    ),
}
ENDPOINTS: dict[str, Callable[[cdk.Stack], IInterfaceEndpoint]] = {
    "defined": endpoint_in,
    "defined in an imported VPC": lambda it: endpoint_in(it, vpc=imported_vpc(it)),
    "to an imported service": lambda it: InterfaceEndpoint(
        it, "Endpoint", vpc=vpc_in(it), service=imported_service(it), clients=["10.0.0.0/16"]
    ),
    "of a bundle": lambda it: bundle_in(it, AwsService.interface("sqs")).interface_endpoint("sqs"),
    "each of a bundle": lambda it: bundle_in(it, AwsService.interface("sqs")).interface_endpoints[
        0
    ],
    "imported": imported_endpoint,
    "imported with everything": lambda it: imported_endpoint(
        it, subnet_ids=["subnet-1"], network_interface_ids=["eni-1"]
    ),
}
CONNECTABLE: dict[str, Callable[[cdk.Stack], Any]] = {
    **{f"endpoint {name}": make for name, make in ENDPOINTS.items()},
    "service with load balancers": service_in,
    "bundle": lambda it: bundle_in(it, AwsService.interface("sqs")),
    "inbound Resolver endpoint": lambda it: ResolverInboundEndpoint(
        it, "Inbound", vpc=vpc_in(it), clients=["192.168.0.0/16"]
    ),
    "outbound Resolver endpoint": lambda it: ResolverOutboundEndpoint(
        it, "Outbound", vpc=vpc_in(it)
    ),
}


def members(protocol: type) -> Iterator[tuple[str, Any, dict[str, Any]]]:
    """Yield each member of a protocol, and the names of the module that it stands in."""
    for base in protocol.__mro__:
        if base.__module__.startswith("privatelink_constructs."):
            names = vars(sys.modules[base.__module__])
            yield from ((key, it, names) for key, it in vars(base).items() if key[0] != "_")


def assert_implements(value: object, protocol: type) -> None:
    """Check that each property is what the protocol says, and each method takes the same."""
    assert fits(value, protocol)
    for name, member, names in members(protocol):
        found = getattr(value, name)
        if isinstance(member, property):
            expected = expectation_of(member.fget.__annotations__["return"], names)
            assert expected.misfit(found, name) is None
        else:
            taken = list(inspect.signature(member).parameters.values())[1:]
            assert [(it.name, it.kind, it.default) for it in taken] == [
                (it.name, it.kind, it.default)
                for it in inspect.signature(found).parameters.values()
            ]


def test_the_protocols_have_the_members_that_others_rely_on() -> None:
    assert {name for name, *_ in members(IEndpointService)} >= {
        *("endpoint_service_id", "endpoint_service_name", "contract", "availability_zones"),
        *("load_balancers", "target_groups", "acceptor", "metric_active_connections"),
    }
    assert {name for name, *_ in members(IInterfaceEndpoint)} >= {
        *("vpc_endpoint_id", "regional_dns_name", "zonal_dns_name", "vpc_id", "service_name"),
        *("subnet_ids", "network_interface_ids", "connections", "metric_active_connections"),
    }


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_implements_its_interface(name: str) -> None:
    service = SERVICES[name](new_stack())

    assert_implements(service, IEndpointService)
    assert not fits(service, IInterfaceEndpoint)


@pytest.mark.parametrize("name", ENDPOINTS)
def test_an_endpoint_implements_its_interface(name: str) -> None:
    endpoint = ENDPOINTS[name](new_stack())

    assert_implements(endpoint, IInterfaceEndpoint)
    assert not fits(endpoint, IEndpointService)


def test_the_acceptor_of_a_service_implements_its_interface() -> None:
    acceptor = accepting(new_stack()).acceptor

    assert acceptor is not None
    assert_implements(acceptor, IConnectionAcceptor)


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_is_connected_to_and_watched(name: str) -> None:
    stack = new_stack()
    service = SERVICES[name](stack)

    endpoint = InterfaceEndpoint(
        stack, "To", vpc=vpc_in(stack, "ToVpc"), service=service, clients=["10.0.0.0/16"]
    )
    alarms = EndpointServiceAlarms(stack, "Alarms", service=service)
    PrivateLinkDashboard(stack, "Dashboard", services=[service], endpoints=[endpoint])

    assert alarms.service is service
    template = assertions.Template.from_stack(stack)
    template.resource_count_is("AWS::EC2::VPCEndpoint", 1)
    template.resource_count_is("AWS::CloudWatch::Dashboard", 1)


@pytest.mark.parametrize("name", ENDPOINTS)
def test_an_endpoint_is_named_and_watched(name: str) -> None:
    stack = new_stack()
    endpoint = ENDPOINTS[name](stack)

    alarms = InterfaceEndpointAlarms(stack, "Alarms", endpoint=endpoint)
    PrivateLinkDashboard(stack, "Dashboard", endpoints=[endpoint])
    target = route53.RecordTarget.from_alias(endpoint)
    route53.ARecord(stack, "Name", zone=imported_zone(stack), target=target)

    assert alarms.endpoint is endpoint
    dns_name = stack.resolve(endpoint.regional_dns_name)
    assertions.Template.from_stack(stack).has_resource_properties(
        "AWS::Route53::RecordSet", {"AliasTarget": {"DNSName": dns_name}}
    )


@pytest.mark.parametrize("kind", ["defined", "of a bundle", "imported"])
def test_a_hub_shares_an_endpoint(kind: str) -> None:
    stack = new_stack()
    vpc = imported_vpc(stack, "HubVpc", vpc_cidr_block="10.0.0.0/16")
    make: dict[str, Callable[[], IInterfaceEndpoint]] = {
        "defined": lambda: InterfaceEndpoint(
            stack, "Endpoint", vpc=vpc, service=NAMED, dns=EndpointDns.service_private_name()
        ),
        "of a bundle": lambda: bundle_in(
            stack, AwsService.interface("sqs"), vpc=vpc, clients=[]
        ).interface_endpoint("sqs"),
        "imported": lambda: imported_endpoint(stack),
    }

    hub_in(stack, vpc=vpc, endpoints=[make[kind]()])

    kinds = [it["Type"] for it in template_of(stack)["Resources"].values()]
    assert "AWS::Route53Profiles::ProfileResourceAssociation" in kinds


@pytest.mark.parametrize("name", CONNECTABLE)
def test_what_has_security_groups_is_a_peer_wherever_the_cdk_takes_one(name: str) -> None:
    stack = new_stack()
    ours = CONNECTABLE[name](stack)
    vpc = vpc_in(stack, "PeersVpc")
    group = ec2.SecurityGroup(stack, "Peer", vpc=vpc, allow_all_outbound=False)
    tasks = fargate_in(vpc)

    group.connections.allow_from(ours, ec2.Port.tcp(1001))
    group.connections.allow_to(ours, ec2.Port.tcp(1002))
    tasks.connections.allow_from(ours, ec2.Port.tcp(1003))
    ours.connections.allow_from(group, ec2.Port.tcp(1004))

    assert fits(ours, ec2.IConnectable)
    assert {*ports_with_groups(template_of(stack))} >= {1001, 1002, 1003, 1004}


def ports_with_groups(template: dict[str, Any]) -> Iterator[int]:
    """Yield the first port of each rule that allows another security group."""
    for resource in template["Resources"].values():
        rules = [resource.get("Properties", {})]
        rules += rules[0].get("SecurityGroupIngress", []) + rules[0].get("SecurityGroupEgress", [])
        yield from (
            it["FromPort"]
            for it in rules
            if "SourceSecurityGroupId" in it or "DestinationSecurityGroupId" in it
        )


def test_every_public_class_with_connections_is_a_peer_for_the_cdk() -> None:
    classes = [getattr(privatelink_constructs, it) for it in privatelink_constructs.__all__]
    connected = {
        it.__name__
        for it in classes
        if isinstance(it, jsii.JSIIMeta) and isinstance(vars_of(it).get("connections"), property)
    }

    assert connected == {
        *("AwsServiceEndpoints", "InterfaceEndpoint", "NetworkLoadBalancedEndpointService"),
        *("ResolverInboundEndpoint", "ResolverOutboundEndpoint"),
    }


def vars_of(cls: type) -> dict[str, Any]:
    return {key: it for base in reversed(cls.__mro__) for key, it in vars(base).items()}
