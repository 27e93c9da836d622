"""The first pass of a look-up: everything passes, so that the CLI can make it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import constructs
import pytest
from aws_cdk import aws_ec2 as ec2
from tests.support.consumers import (
    ENDPOINT,
    app_with_zones,
    consumer_in,
    contract_with,
    endpoint_in,
)
from tests.support.load_balanced import service_in
from tests.support.lookups import SELECTIONS, looked_up, missing_lookups, pending_vpc
from tests.support.published import resources_of, template_of
from tests.support.refusals import refused, warnings_of
from tests.support.vpcs import ZONES, imported_vpc, vpc_in

from privatelink_constructs import EndpointDns

if TYPE_CHECKING:
    import aws_cdk as cdk

LOOK_UP = {"vpc-provider"}
APP = ec2.SubnetSelection(subnet_group_name="App")
each_kind = pytest.mark.parametrize("kind", sorted(SELECTIONS))


def app_of(stack: cdk.Stack) -> cdk.App:
    return cast("cdk.App", stack.node.root)


# Selections.


@each_kind
def test_selections_as_the_cdk_takes_them(kind: str) -> None:
    stack = consumer_in()
    vpc = pending_vpc(stack)
    for name, selection in SELECTIONS[kind].items():
        scope = constructs.Construct(stack, name)
        ec2.InterfaceVpcEndpoint(
            scope,
            "Endpoint",
            vpc=vpc,
            service=ec2.InterfaceVpcEndpointService(
                "com.amazonaws.vpce.eu-west-1.vpce-svc-0123456789abcdef0", 443
            ),
            subnets=selection(scope, vpc),
        )
    assert missing_lookups(app_of(stack)) == LOOK_UP


@each_kind
def test_selections(kind: str) -> None:
    stack = consumer_in()
    vpc = pending_vpc(stack)
    for name, selection in SELECTIONS[kind].items():
        scope = constructs.Construct(stack, name)
        endpoint = endpoint_in(
            stack, f"{name}Endpoint", vpc=vpc, subnets=selection(scope, vpc), clients=["10.0.0.0/8"]
        )
        assert endpoint.subnet_ids
        assert endpoint.zonal_dns_name(ZONES[0])
    assert missing_lookups(app_of(stack)) == LOOK_UP
    assert warnings_of(stack) == {}


# What is known of the second pass only.


@pytest.mark.parametrize(
    "options",
    [
        {"service": contract_with(availability_zones=["eu-west-1c"])},
        {
            "service": contract_with(availability_zone_ids=["euw1-az3"]),
            "availability_zone_ids": {"eu-west-1a": "euw1-az1"},
        },
        {"ip_address_type": ec2.VpcEndpointIpAddressType.DUALSTACK},
        {"dns": EndpointDns.private_hosted_zone("payments.example.com")},
    ],
    ids=["zones", "zone ids", "families", "names"],
)
def test_options_that_depend_on_the_subnets(options: dict[str, Any]) -> None:
    stack = consumer_in()
    options.setdefault("service", contract_with(ip_address_types=["ipv4", "ipv6"]))
    endpoint_in(stack, vpc=pending_vpc(stack), subnets=APP, **options)
    assert missing_lookups(app_of(stack)) == LOOK_UP


def test_one_name_in_two_vpcs() -> None:
    stack = consumer_in()
    for name in ("One", "Two"):
        vpc = pending_vpc(stack, f"{name}Vpc", f"vpc-{name.lower()}")
        dns = EndpointDns.private_hosted_zone("payments.example.com")
        endpoint_in(stack, name, vpc=vpc, subnets=APP, dns=dns)
    assert missing_lookups(app_of(stack)) == LOOK_UP


def test_the_private_name_of_a_service_in_two_vpcs() -> None:
    stack = consumer_in()
    service = contract_with(
        private_dns_name="payments.example.com",
        private_dns_verified=True,
        acceptance_required=False,
    )
    for name in ("One", "Two"):
        vpc = pending_vpc(stack, f"{name}Vpc", f"vpc-{name.lower()}")
        endpoint_in(stack, name, vpc=vpc, service=service, dns=EndpointDns.service_private_name())
    assert missing_lookups(app_of(stack)) == LOOK_UP


def test_security_groups_and_subnets_of_a_vpc_that_is_looked_up_again() -> None:
    stack = consumer_in()
    group = ec2.SecurityGroup(stack, "Group", vpc=pending_vpc(stack, "Again"))
    literal = ec2.CfnSecurityGroup(
        stack, "Literal", group_description="Clients", vpc_id="vpc-0abcdef0123456789"
    )
    imported = ec2.SecurityGroup.from_security_group_id(stack, "Ref", literal.attr_group_id)
    endpoint_in(stack, vpc=pending_vpc(stack), subnets=APP, security_groups=[group, imported])
    endpoint_in(stack, "Other", vpc=imported_vpc(stack), security_groups=[group])
    assert missing_lookups(app_of(stack)) == LOOK_UP


def test_a_contract_with_the_zones_of_a_vpc_that_is_looked_up() -> None:
    stack = consumer_in()
    zones = pending_vpc(stack).availability_zones
    service = contract_with(availability_zones=zones)
    endpoint_in(stack, vpc=vpc_in(stack, "Other"), service=service)
    assert missing_lookups(app_of(stack)) >= LOOK_UP


def test_provider_and_consumer_in_vpcs_that_are_looked_up() -> None:
    stack = consumer_in()
    service = service_in(stack, vpc=pending_vpc(stack), subnets=APP)
    vpc = pending_vpc(stack, "Other", "vpc-other")
    endpoint_in(stack, vpc=vpc, subnets=APP, service=service.contract)
    assert missing_lookups(app_of(stack)) == LOOK_UP


# The second pass.


def test_the_second_pass_is_as_usual() -> None:
    stack = consumer_in(app_with_zones(**looked_up()))
    endpoint_in(stack, vpc=pending_vpc(stack), subnets=APP)
    [endpoint] = resources_of(template_of(stack), ENDPOINT)
    assert endpoint["Properties"]["SubnetIds"] == [f"subnet-app-{zone}" for zone in ZONES]


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (
            {"subnets": ec2.SubnetSelection(subnet_group_name="Db")},
            "endpoint-subnet-missing",
        ),
        (
            {"subnets": ec2.SubnetSelection(availability_zones=["eu-west-1c"])},
            "endpoint-subnet-missing",
        ),
        ({"service": contract_with(availability_zones=["eu-west-1c"])}, "endpoint-zones-mismatch"),
    ],
    ids=["group", "zone", "zones of the service"],
)
def test_fails_on_the_second_pass(options: dict[str, Any], code: str) -> None:
    stack = consumer_in(app_with_zones(**looked_up()))
    vpc = pending_vpc(stack)
    with refused(stack, code):
        endpoint_in(stack, vpc=vpc, **options)


def test_fails_on_the_second_pass_when_one_name_is_in_a_vpc_twice() -> None:
    stack = consumer_in(app_with_zones(**looked_up()))
    dns = EndpointDns.private_hosted_zone("payments.example.com")
    endpoint_in(stack, vpc=pending_vpc(stack), dns=dns)
    again = pending_vpc(stack, "Again")
    with refused(stack, "private-hosted-zone-duplicate"):
        endpoint_in(stack, "Second", vpc=again, dns=dns)
