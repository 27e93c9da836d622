"""Endpoints stay out of zones without Network Load Balancers, and in their own VPC."""

from __future__ import annotations

from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2
from tests.support.consumers import contract_with, endpoint_in
from tests.support.refusals import refused, warnings_of
from tests.support.vpcs import imported_vpc
from tests.support.zone_kinds import EDGES, ENVIRONMENT, FORMS, A, B, context_of_vpc, subnet

from privatelink_constructs import EndpointDns

NAME = "com.amazonaws.vpce.us-west-2.vpce-svc-0123456789abcdef0"
DNS = EndpointDns.private_hosted_zone("q.example.com")


def service(**options: Any) -> Any:
    return contract_with(service_name=NAME, **{"availability_zones": (), **options})


@pytest.fixture(params=sorted(EDGES))
def edge(request: pytest.FixtureRequest) -> str:
    return EDGES[request.param][0]


@pytest.fixture(params=sorted(FORMS))
def form(request: pytest.FixtureRequest) -> Any:
    return FORMS[request.param]


def test_the_default_selection_leaves_a_zone_out(form: Any, edge: str) -> None:
    stack, vpc = form(A, B, edge)
    endpoint = endpoint_in(stack, vpc=vpc, service=service())
    assert len(endpoint.subnet_ids) == 2
    assert edge in warnings_of(endpoint)["zone-ineffective"]


def test_fails_when_a_zone_is_selected(form: Any, edge: str) -> None:
    stack, vpc = form(A, B, edge)
    with refused(stack, "zone-not-supported", f"The endpoint is in {edge}"):
        endpoint_in(
            stack,
            vpc=vpc,
            service=service(),
            subnets=ec2.SubnetSelection(availability_zones=[A, edge]),
        )


def test_takes_the_other_zones_when_they_are_selected(form: Any, edge: str) -> None:
    stack, vpc = form(A, B, edge)
    chosen = ec2.SubnetSelection(availability_zones=[A, B])
    endpoint = endpoint_in(stack, vpc=vpc, service=service(), subnets=chosen)
    assert len(endpoint.subnet_ids) == 2
    assert "zone-ineffective" not in warnings_of(endpoint)


def test_a_constrained_zone_is_left_out() -> None:
    stack, vpc = FORMS["own"](A, B)
    ids = {A: "use1-az3", B: "usw2-az1"}
    endpoint = endpoint_in(stack, vpc=vpc, service=service(), availability_zone_ids=ids)
    assert len(endpoint.subnet_ids) == 1
    assert "use1-az3" in warnings_of(endpoint)["zone-ineffective"]


@pytest.mark.parametrize("address_type", [None, *ec2.VpcEndpointIpAddressType])
def test_fails_when_a_subnet_has_no_ipv4(
    address_type: ec2.VpcEndpointIpAddressType | None,
) -> None:
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
    options: dict[str, Any] = {
        "vpc": vpc,
        "service": service(ip_address_types=["ipv4", "ipv6"]),
        "subnets": ec2.SubnetSelection(subnets=[native]),
        "ip_address_type": address_type,
    }
    if address_type is ec2.VpcEndpointIpAddressType.IPV6:
        assert len(endpoint_in(stack, **options).subnet_ids) == 1
    else:
        with refused(stack, "endpoint-subnet-address-family-mismatch", "subnet 1 has ipv6"):
            endpoint_in(stack, **options)


@pytest.mark.parametrize("region", ["us-east-2", "us-west-2"])
def test_a_vpc_of_another_region(region: str) -> None:
    stack = cdk.Stack(cdk.App(), "Stack", env=ENVIRONMENT)
    vpc = imported_vpc(stack, region=region)
    if region == ENVIRONMENT.region:
        assert endpoint_in(stack, vpc=vpc, service=service())
    else:
        with refused(
            stack, "vpc-region-mismatch", "The VPC is in us-east-2, but the endpoint is in us-w"
        ):
            endpoint_in(stack, vpc=vpc, service=service())


# Private hosted zones of VPCs that another account owns.


def shared_vpc(owner: str, *, looked_up: bool) -> tuple[cdk.Stack, ec2.IVpc]:
    if not looked_up:
        app = cdk.App()
        owners = cdk.Environment(account=owner, region="us-west-2")
        network = cdk.Stack(app, "Network", env=owners)
        return cdk.Stack(app, "Stack", env=ENVIRONMENT), imported_vpc(network)
    stack = cdk.Stack(
        cdk.App(context=context_of_vpc(ownerAccountId=owner)), "Stack", env=ENVIRONMENT
    )
    return stack, ec2.Vpc.from_lookup(stack, "Vpc", vpc_id="vpc-12345678")


@pytest.mark.parametrize("looked_up", [True, False])
def test_fails_when_another_account_owns_the_vpc_of_a_hosted_zone(*, looked_up: bool) -> None:
    stack, vpc = shared_vpc("999999999999", looked_up=looked_up)
    with refused(stack, "private-hosted-zone-account-mismatch", "is in account 999999999999"):
        endpoint_in(stack, vpc=vpc, service=service(), dns=DNS)


@pytest.mark.parametrize("looked_up", [True, False])
def test_takes_a_shared_vpc_without_a_hosted_zone(*, looked_up: bool) -> None:
    stack, vpc = shared_vpc("999999999999", looked_up=looked_up)
    assert endpoint_in(stack, vpc=vpc, service=service()).hosted_zone is None


@pytest.mark.parametrize("looked_up", [True, False])
def test_takes_a_hosted_zone_in_the_accounts_own_vpc(*, looked_up: bool) -> None:
    stack, vpc = shared_vpc("111111111111", looked_up=looked_up)
    assert endpoint_in(stack, vpc=vpc, service=service(), dns=DNS).hosted_zone


def test_an_agnostic_stack_knows_no_account() -> None:
    stack = cdk.Stack(cdk.App(), "Stack")
    endpoint = endpoint_in(stack, vpc=imported_vpc(stack), service=service(), dns=DNS)
    assert endpoint.hosted_zone


@pytest.mark.parametrize(
    "ids", [{A: "euw1-az1"}, {"eu-west-1a": "euw1-az1"}], ids=["zone ID", "zone name"]
)
def test_fails_when_a_zone_is_of_another_region(ids: dict[str, str]) -> None:
    stack, vpc = FORMS["own"](A, B)
    with refused(stack, "zone-region-mismatch", "is not an Availability Zone of us-west-2"):
        endpoint_in(stack, vpc=vpc, service=service(), availability_zone_ids=ids)


def test_takes_zones_of_its_region_and_tokens() -> None:
    stack, vpc = FORMS["own"](A, B)
    unknown = cdk.CfnParameter(stack, "Zone").value_as_string
    ids = {A: "usw2-az1", B: unknown}
    endpoint = endpoint_in(stack, vpc=vpc, service=service(), availability_zone_ids=ids)
    assert len(endpoint.subnet_ids) == 2
