"""The IDs of what an endpoint refers to, and that it refers to each thing once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2
from tests.support.consumers import ENDPOINT, consumer_in, endpoint_in
from tests.support.published import only, template_of
from tests.support.refusals import refused, warning_codes
from tests.support.vpcs import imported_vpc, vpc_in

from privatelink_constructs import EndpointDns, check_template

if TYPE_CHECKING:
    from collections.abc import Callable

    Make = Callable[[cdk.Stack, str], dict[str, Any]]

MALFORMED = "resource-id-malformed"


def subnets_with(stack: cdk.Stack, *ids: str, zones: bool = False) -> ec2.SubnetSelection:
    names = "abc"
    return ec2.SubnetSelection(
        subnets=[
            ec2.Subnet.from_subnet_attributes(
                stack,
                f"Subnet{at}",
                subnet_id=each,
                availability_zone=f"eu-west-1{names[at]}" if zones else None,
            )
            for at, each in enumerate(ids)
        ]
    )


def group_with(stack: cdk.Stack, group_id: str, name: str = "Group") -> ec2.ISecurityGroup:
    return ec2.SecurityGroup.from_security_group_id(stack, name, group_id)


def vpc_with(stack: cdk.Stack, vpc_id: str, name: str = "Peer") -> ec2.IVpc:
    return ec2.Vpc.from_vpc_attributes(
        stack, name, vpc_id=vpc_id, availability_zones=["eu-west-1a"]
    )


PLACES: dict[str, tuple[Make, str, list[str]]] = {
    "subnet": (
        lambda stack, it: {"vpc": imported_vpc(stack), "subnets": subnets_with(stack, it)},
        "subnet-0123456789abcdef0",
        ["sg-0123456789abcdef0", "vpc-1", "10.0.0.0/24", "subnet-", "Subnet-1", "subnet 1"],
    ),
    "selected subnet": (
        lambda stack, it: {"vpc": imported_vpc(stack, private_subnet_ids=[it, "subnet-0b"])},
        "subnet-0123456789abcdef0",
        ["sg-0123456789abcdef0", "subnet_a"],
    ),
    "VPC": (
        lambda stack, it: {"vpc": imported_vpc(stack, vpc_id=it)},
        "vpc-0123456789abcdef0",
        ["subnet-0123456789abcdef0", "vpc-", "main"],
    ),
    "VPC of a hosted zone": (
        lambda stack, it: {
            "vpc": vpc_in(stack),
            "dns": EndpointDns.private_hosted_zone("a.example.com", vpcs=[vpc_with(stack, it)]),
        },
        "vpc-0123456789abcdef0",
        ["subnet-0123456789abcdef0", "vpc-xyz"],
    ),
    "security group": (
        lambda stack, it: {"vpc": imported_vpc(stack), "security_groups": [group_with(stack, it)]},
        "sg-0123456789abcdef0",
        ["subnet-0123456789abcdef0", "sg-xyz", "default"],
    ),
}
WRONG = [(name, value) for name, (_, _, values) in PLACES.items() for value in values]


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_fails_when_an_id_is_malformed(name: str, value: str) -> None:
    stack = consumer_in()
    given = PLACES[name][0](stack, value)
    with refused(stack, MALFORMED, f"{value!r} is not a valid "):
        endpoint_in(stack, **given)


@pytest.mark.parametrize("token", [False, True])
@pytest.mark.parametrize("name", PLACES)
def test_takes_an_id(name: str, *, token: bool) -> None:
    stack = consumer_in()
    make, right, _ = PLACES[name]
    endpoint_in(stack, **make(stack, cdk.Fn.import_value("Id") if token else right))
    assert only(template_of(stack), ENDPOINT)


@pytest.mark.parametrize("value", ["subnet-0123456789abcdef0", "token"])
@pytest.mark.parametrize("zones", [False, True])
def test_fails_when_a_subnet_is_listed_twice(value: str, *, zones: bool) -> None:
    stack = consumer_in()
    vpc = imported_vpc(stack)
    ids = [cdk.Fn.import_value("Id") if value == "token" else value for _ in range(2)]
    subnets = subnets_with(stack, *ids, zones=zones)
    with refused(stack, "subnet-zone-duplicate", "2 subnets are in "):
        endpoint_in(stack, vpc=vpc, subnets=subnets)


def test_takes_two_subnets() -> None:
    stack = consumer_in()
    vpc = imported_vpc(stack)
    endpoint_in(stack, vpc=vpc, subnets=subnets_with(stack, "subnet-0a", cdk.Fn.import_value("B")))
    assert only(template_of(stack), ENDPOINT)


@pytest.mark.parametrize("value", ["vpc-00000000000000001", "token", "own"])
def test_a_hosted_zone_has_a_vpc_once_that_is_imported_twice(value: str) -> None:
    stack = consumer_in()
    own = imported_vpc(stack)

    def vpc_id() -> str:
        return {"token": cdk.Fn.import_value("Vpc"), "own": own.vpc_id}.get(value, value)

    peers = [vpc_with(stack, vpc_id(), name) for name in ("A", "B")]
    endpoint_in(stack, vpc=own, dns=EndpointDns.private_hosted_zone("a.example.com", vpcs=peers))
    template = template_of(stack)
    zone = only(template, "AWS::Route53::HostedZone")["Properties"]
    assert len(zone["VPCs"]) == (1 if value == "own" else 2)
    assert not {it.rule for it in check_template(template) if "duplicate" in it.rule}


def twice_imported(stack: cdk.Stack, _: ec2.IVpc) -> list[ec2.ISecurityGroup]:
    return [group_with(stack, "sg-0123456789abcdef0", name) for name in ("A", "B")]


def twice_imported_by_tokens(stack: cdk.Stack, _: ec2.IVpc) -> list[ec2.ISecurityGroup]:
    return [group_with(stack, cdk.Fn.import_value("Group"), name) for name in ("A", "B")]


def twice_the_same(stack: cdk.Stack, vpc: ec2.IVpc) -> list[ec2.ISecurityGroup]:
    return [ec2.SecurityGroup(stack, "Group", vpc=vpc)] * 2


def group_and_reference(stack: cdk.Stack, vpc: ec2.IVpc) -> list[ec2.ISecurityGroup]:
    group = ec2.SecurityGroup(stack, "Group", vpc=vpc)
    return [group, group_with(stack, group.security_group_id, "Again")]


@pytest.mark.parametrize(
    "make", [twice_imported, twice_imported_by_tokens, twice_the_same, group_and_reference]
)
def test_fails_when_an_endpoint_has_a_security_group_twice(make: Callable[..., Any]) -> None:
    stack = consumer_in()
    vpc = vpc_in(stack)
    groups = make(stack, vpc)
    with refused(stack, "endpoint-security-group-duplicate", "is listed 2 times"):
        endpoint_in(stack, vpc=vpc, security_groups=groups)


@pytest.mark.parametrize(
    ("count", "expected"), [(5, []), (6, ["endpoint-security-groups-quota-exceeded"])]
)
def test_warns_when_an_endpoint_has_many_security_groups(count: int, expected: list[str]) -> None:
    stack = consumer_in()
    groups = [group_with(stack, f"sg-{it:x}", f"G{it}") for it in range(count)]
    endpoint = endpoint_in(stack, security_groups=groups)
    assert warning_codes(endpoint) == expected


def test_fails_when_an_endpoint_has_more_security_groups_than_aws_takes() -> None:
    stack = consumer_in()
    vpc = vpc_in(stack)
    groups = [group_with(stack, f"sg-{it:x}", f"G{it}") for it in range(17)]
    with refused(stack, "endpoint-security-groups-exceeded", "has 17 security groups"):
        endpoint_in(stack, vpc=vpc, security_groups=groups)
    endpoint_in(stack, vpc=vpc, security_groups=groups[:16])
