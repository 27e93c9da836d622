"""Services stay out of zones without Network Load Balancers, and in the VPC that they are given."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from tests.support.load_balanced import address, listener, new_stack, service_in
from tests.support.published import stack_in, template_of
from tests.support.refusals import refusal, refused, warnings_of
from tests.support.vpcs import imported_vpc, vpc_in
from tests.support.zone_kinds import EDGES, ENVIRONMENT, FORMS, A, B, context_of_vpc, subnet

from privatelink_constructs import (
    AllowedPrincipal,
    EndpointService,
    EndpointServiceContract,
    LoadBalancerTopology,
)

if TYPE_CHECKING:
    from privatelink_constructs import NetworkLoadBalancedEndpointService

REGIONAL = LoadBalancerTopology.REGIONAL
LISTENERS = [listener(targets=[address("10.1.1.1")])]
ELSEWHERE = listener(targets=(), registered_elsewhere=True)
ISOLATED = ec2.SubnetType.PRIVATE_ISOLATED
NAME = "com.amazonaws.vpce.us-west-2.vpce-svc-0123456789abcdef0"


@pytest.fixture(params=sorted(EDGES))
def edge(request: pytest.FixtureRequest) -> str:
    return EDGES[request.param][0]


@pytest.fixture(params=sorted(FORMS))
def form(request: pytest.FixtureRequest) -> Any:
    return FORMS[request.param]


@pytest.mark.parametrize("topology", list(LoadBalancerTopology))
def test_the_default_selection_leaves_a_zone_out(
    form: Any, edge: str, topology: LoadBalancerTopology
) -> None:
    stack, vpc = form(A, B, edge)
    service = service_in(stack, vpc=vpc, topology=topology, listeners=[ELSEWHERE])
    assert service.availability_zones == (A, B)
    assert edge in warnings_of(service)["zone-ineffective"]


def test_the_default_selection_has_no_warning_without_such_a_zone(form: Any) -> None:
    stack, vpc = form(A, B)
    service = service_in(stack, vpc=vpc, listeners=[ELSEWHERE])
    assert service.availability_zones == (A, B)
    assert "zone-ineffective" not in warnings_of(service)


def test_fails_when_there_is_no_other_zone(form: Any, edge: str) -> None:
    stack, vpc = form(edge)
    with refused(stack, "zone-not-supported", f"The load balancer is in {edge}, which is a"):
        service_in(stack, vpc=vpc, listeners=LISTENERS)


def test_fails_when_a_zone_is_selected(form: Any, edge: str) -> None:
    stack, vpc = form(A, B, edge)
    chosen = ec2.SubnetSelection(availability_zones=[A, edge])
    with refused(stack, "zone-not-supported", edge):
        service_in(stack, vpc=vpc, subnets=chosen, listeners=LISTENERS)


def test_takes_the_other_zones_when_they_are_selected(form: Any, edge: str) -> None:
    stack, vpc = form(A, B, edge)
    chosen = ec2.SubnetSelection(availability_zones=[A, B])
    service = service_in(stack, vpc=vpc, subnets=chosen, listeners=[ELSEWHERE])
    assert service.availability_zones == (A, B)


def service_in_region(region: str, *zone_ids: str) -> NetworkLoadBalancedEndpointService:
    """Return a service in zones of a Region with some IDs."""
    env = cdk.Environment(account="111111111111", region=region)
    stack = stack_in(env=env)
    names = [f"{region}{letter}" for letter in "abc"[: len(zone_ids)]]
    return service_in(
        stack,
        vpc=vpc_in(stack, zones=names),
        availability_zone_ids=dict(zip(names, zone_ids, strict=True)),
        listeners=[ELSEWHERE],
    )


@pytest.mark.parametrize("zone_id", ["use1-az3", "usw2-lax1-az1", "usw2-wl1-las-wlz-az1"])
def test_ids_of_zones_tell_as_much(zone_id: str) -> None:
    region = "us-east-1" if zone_id.startswith("use1") else "us-west-2"
    service = service_in_region(region, f"{zone_id[:4]}-az1", zone_id)
    assert service.availability_zones == (f"{region}a",)
    warnings = warnings_of(service)
    assert zone_id in warnings["zone-ineffective"]
    assert "service-zone-ids-ineffective" not in warnings


@pytest.mark.parametrize(
    "zone_id", ["usw2-az2", cdk.Token.as_string({"Ref": "Zone"})], ids=str.isascii
)
def test_takes_ids_of_other_zones(zone_id: str) -> None:
    stack, vpc = FORMS["own"](A, B)
    service = service_in(
        stack,
        vpc=vpc,
        availability_zone_ids={A: "usw2-az1", B: zone_id},
        listeners=[ELSEWHERE],
    )
    assert service.availability_zones == (A, B)


def test_a_zone_that_is_perhaps_constrained_is_a_warning() -> None:
    service = service_in_region("us-west-1", "usw1-az2", "usw1-az1")
    assert service.availability_zones == ("us-west-1a", "us-west-1b")
    assert "usw1-az2" in warnings_of(service)["zone-undetermined"]


def test_fails_when_a_listed_subnet_of_the_app_is_in_a_constrained_zone() -> None:
    stack, vpc = FORMS["own"](A, B)
    wrong = subnet(stack, vpc, "Wrong", availability_zone_id="use1-az3")
    with refused(stack, "zone-not-supported", "use1-az3"):
        service_in(
            stack,
            vpc=vpc,
            subnets=ec2.SubnetSelection(subnets=[wrong]),
            listeners=LISTENERS,
        )


def test_zones_that_only_the_deployment_knows_pass() -> None:
    stack = new_stack(agnostic=True)
    vpc = vpc_in(stack, zones=None)
    assert service_in(stack, vpc=vpc, listeners=[ELSEWHERE])


# Load balancers that exist already.


def load_balancer(stack: cdk.Stack, vpc: ec2.IVpc) -> elbv2.NetworkLoadBalancer:
    return elbv2.NetworkLoadBalancer(
        stack, "Nlb", vpc=vpc, vpc_subnets=ec2.SubnetSelection(subnet_type=ISOLATED)
    )


def published(stack: cdk.Stack, balancer: Any, **options: Any) -> EndpointService:
    return EndpointService(
        stack,
        "Service",
        load_balancers=[balancer],
        allowed_principals=[AllowedPrincipal.account("222222222222")],
        **options,
    )


def test_fails_when_an_existing_load_balancer_is_in_such_a_zone(edge: str) -> None:
    stack, vpc = FORMS["own"](A, edge)
    balancer = load_balancer(stack, vpc)
    with refused(stack, "zone-not-supported", edge):
        published(stack, balancer)


@pytest.mark.parametrize(
    "ids", [{"us-east-1e": "use1-az3"}, {"us-west-2-lax-1a": "usw2-lax1-az1"}], ids=["e", "lax"]
)
def test_fails_when_the_ids_of_an_imported_load_balancer_are_of_such_zones(
    ids: dict[str, str],
) -> None:
    stack = new_stack()
    balancer = elbv2.NetworkLoadBalancer.from_network_load_balancer_attributes(
        stack,
        "Nlb",
        load_balancer_arn="arn:aws:elasticloadbalancing:eu-west-1:111111111111:loadbalancer/net/a/1",
    )
    with refused(stack, "zone-not-supported"):
        published(stack, balancer, availability_zone_ids=ids)


def test_takes_an_existing_load_balancer_in_other_zones() -> None:
    stack, vpc = FORMS["own"](A, B)
    service = published(stack, load_balancer(stack, vpc), availability_zone_ids={A: "usw2-az1"})
    assert service.availability_zones == (A, B)


# Contracts.


def test_fails_when_a_contract_names_such_a_zone(edge: str) -> None:
    with refusal("zone-not-supported", f"The service is in {edge}"):
        EndpointServiceContract.from_service_name(NAME, ports=[443], availability_zones=[A, edge])


@pytest.mark.parametrize("zone_id", ["use1-az3", "usw2-lax1-az1"])
def test_fails_when_a_contract_has_the_id_of_such_a_zone(zone_id: str) -> None:
    with refusal("zone-not-supported", zone_id):
        EndpointServiceContract.from_service_name(
            NAME, ports=[443], availability_zone_ids=[zone_id]
        )


@pytest.mark.parametrize(
    "zones",
    [[A, B], [A, cdk.Token.as_string({"Ref": "Zone"})], cdk.Token.as_list({"Ref": "Zones"})],
    ids=["names", "token", "list"],
)
def test_takes_a_contract_with_other_zones(zones: list[str]) -> None:
    contract = EndpointServiceContract.from_service_name(
        NAME, ports=[443], availability_zones=zones
    )
    assert contract.ports == (443,)


# VPCs and subnets of another place.


def test_fails_when_a_subnet_is_of_another_vpc() -> None:
    stack, vpc = FORMS["own"](A, B)
    other = vpc_in(stack, "Other", zones=(A, B))
    with refused(
        stack, "subnet-vpc-mismatch", "belongs to Stack/Other/Resource, but the load balancer is in"
    ):
        service_in(
            stack,
            vpc=vpc,
            subnets=ec2.SubnetSelection(subnets=list(other.isolated_subnets)),
            listeners=LISTENERS,
        )


@pytest.mark.parametrize("foreign", [True, False])
def test_a_subnet_is_known_by_its_reference(*, foreign: bool) -> None:
    stack, vpc = FORMS["own"](A, B)
    other = vpc_in(stack, "Other", zones=(A, B))
    listed = subnet(stack, other if foreign else vpc, "Listed", availability_zone=A)
    options: dict[str, Any] = {
        "vpc": vpc,
        "subnets": ec2.SubnetSelection(subnets=[listed]),
        "listeners": [ELSEWHERE],
    }
    if foreign:
        with refused(stack, "subnet-vpc-mismatch"):
            service_in(stack, **options)
    else:
        assert service_in(stack, **options).availability_zones == (A,)


@pytest.mark.parametrize("literal", ["vpc-0123456789abcdef9", "vpc-0123456789abcdef0"])
def test_a_subnet_of_an_imported_vpc_is_known_by_the_id(literal: str) -> None:
    stack = stack_in(cdk.App(), "Stack", env=ENVIRONMENT)
    vpc = imported_vpc(stack)
    listed = ec2.CfnSubnet(stack, "Subnet", vpc_id=literal, cidr_block="10.0.0.0/24")
    chosen = ec2.Subnet.from_subnet_attributes(
        stack, "Chosen", subnet_id=listed.ref, availability_zone=A, ipv4_cidr_block="10.0.0.0/24"
    )
    options: dict[str, Any] = {
        "vpc": vpc,
        "subnets": ec2.SubnetSelection(subnets=[chosen]),
        "listeners": [ELSEWHERE],
    }
    if literal != vpc.vpc_id:
        with refused(stack, "subnet-vpc-mismatch", literal):
            service_in(stack, **options)
    else:
        assert service_in(stack, **options)


def of_region(region: str) -> tuple[cdk.Stack, ec2.IVpc]:
    app = cdk.App()
    network = stack_in(app, "Network", env=cdk.Environment(account="111111111111", region=region))
    return stack_in(app, "Stack", env=ENVIRONMENT), vpc_in(network)


def looked_up_in(region: str) -> tuple[cdk.Stack, ec2.IVpc]:
    context = context_of_vpc(region=region)
    stack = stack_in(cdk.App(context=context), "Stack", env=ENVIRONMENT)
    return stack, ec2.Vpc.from_lookup(stack, "Vpc", vpc_id="vpc-12345678", region=region)


def imported_in(region: str) -> tuple[cdk.Stack, ec2.IVpc]:
    stack = stack_in(cdk.App(), "Stack", env=ENVIRONMENT)
    return stack, imported_vpc(stack, region=region)


PLACES = {"of another stack": of_region, "looked up": looked_up_in, "imported": imported_in}


@pytest.mark.parametrize("place", sorted(PLACES))
def test_fails_when_the_vpc_is_in_another_region(place: str) -> None:
    stack, vpc = PLACES[place]("us-east-2")
    with refused(
        stack, "vpc-region-mismatch", "The VPC is in us-east-2, but the load balancer is in us-w"
    ):
        service_in(stack, vpc=vpc, listeners=LISTENERS)


@pytest.mark.parametrize("place", sorted(PLACES))
def test_takes_a_vpc_of_the_same_region(place: str) -> None:
    stack, vpc = PLACES[place]("us-west-2")
    assert service_in(stack, vpc=vpc, listeners=[ELSEWHERE])


def test_an_agnostic_stack_knows_no_region() -> None:
    stack = new_stack(agnostic=True)
    assert service_in(
        stack,
        vpc=imported_vpc(stack, region="us-east-2"),
        listeners=[ELSEWHERE],
    )


# IPv6.


@pytest.mark.parametrize("address_type", [elbv2.IpAddressType.IPV4, elbv2.IpAddressType.DUAL_STACK])
def test_fails_when_a_subnet_has_no_ipv4(address_type: elbv2.IpAddressType) -> None:
    stack, vpc = FORMS["own"](A, B)
    native = subnet(
        stack,
        vpc,
        "Native",
        availability_zone=A,
        ipv6_native=True,
        ipv6_cidr_block="2001:db8::/64",
        cidr_block=None,
    )
    with refused(stack, "subnet-address-family-mismatch", f"The subnet in {A} has no IPv4"):
        service_in(
            stack,
            vpc=vpc,
            subnets=ec2.SubnetSelection(subnets=[native]),
            ip_address_type=address_type,
            listeners=LISTENERS,
        )


def test_takes_a_subnet_with_both_families() -> None:
    stack, vpc = FORMS["own"](A, B)
    both = subnet(stack, vpc, "Both", availability_zone=A, ipv6_cidr_block="2001:db8::/64")
    service_in(
        stack,
        vpc=vpc,
        subnets=ec2.SubnetSelection(subnets=[both]),
        ip_address_type=elbv2.IpAddressType.DUAL_STACK,
        listeners=[ELSEWHERE],
    )
    assert template_of(stack)


def test_fails_when_a_referenced_subnet_has_no_ipv6() -> None:
    stack, vpc = FORMS["own"](A, B)
    plain = subnet(stack, vpc, "Plain", availability_zone=A)
    with refused(stack, "service-address-family-mismatch"):
        service_in(
            stack,
            vpc=vpc,
            subnets=ec2.SubnetSelection(subnets=[plain]),
            ip_address_type=elbv2.IpAddressType.DUAL_STACK,
            listeners=LISTENERS,
        )
