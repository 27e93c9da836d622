"""Which subnets an endpoint gets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2
from tests.support.consumers import (
    ACCOUNT,
    ENDPOINT,
    OTHER_ACCOUNT,
    ZONE_IDS,
    app_with_zones,
    consumer_in,
    contract_with,
    endpoint_in,
)
from tests.support.intrinsics import token
from tests.support.published import only, service_with, stack_in, template_of
from tests.support.refusals import refusal, refused, warning_codes
from tests.support.vpcs import imported_vpc, vpc_in

if TYPE_CHECKING:
    from privatelink_constructs import InterfaceEndpoint

A, B, C = ZONE_IDS
CUSTOMER = cdk.Environment(account=OTHER_ACCOUNT, region="eu-west-1")


def placed(stack: cdk.Stack, vpc: ec2.Vpc) -> list[str]:
    """Return the names of the zones that the endpoint's subnets are in."""
    zones = {str(stack.resolve(it.subnet_id)): it.availability_zone for it in vpc.isolated_subnets}
    ids = only(template_of(stack), ENDPOINT)["Properties"]["SubnetIds"]
    return [zones[str(it)] for it in ids]


def define(
    stack: cdk.Stack, zones: tuple[str, ...] = (A, B, C), **options: Any
) -> tuple[InterfaceEndpoint, list[str]]:
    """Define an endpoint in a VPC with some zones, and return where it is put."""
    vpc = vpc_in(stack, zones=zones)
    contract = {
        key: options.pop(key)
        for key in list(options)
        if key in {"availability_zones", "availability_zone_ids", "owner_account", "service_name"}
    }
    endpoint = endpoint_in(stack, vpc=vpc, service=contract_with(**contract), **_ids(options))
    return endpoint, placed(stack, vpc)


def _ids(options: dict[str, Any]) -> dict[str, Any]:
    ids = options.pop("own_ids", None)
    return {**options, "availability_zone_ids": ids} if ids else options


def test_ids_are_matched_across_accounts() -> None:
    endpoint, zones = define(
        consumer_in(env=CUSTOMER),
        own_ids={A: "euw1-az3", B: "euw1-az1", C: "euw1-az2"},
        availability_zone_ids=["euw1-az1", "euw1-az2"],
    )

    assert zones == [B, C]
    assert warning_codes(endpoint) == ["endpoint-subnet-ineffective"]


def test_ids_of_subnets_of_the_app_are_known() -> None:
    stack = consumer_in(env=CUSTOMER)
    vpc = vpc_in(stack, zones=(A, B))
    for subnet, zone in zip(vpc.isolated_subnets, ("euw1-az2", "euw1-az3"), strict=True):
        resource = subnet.node.default_child
        assert isinstance(resource, ec2.CfnSubnet)
        resource.availability_zone_id = zone
    endpoint_in(stack, vpc=vpc, service=contract_with(availability_zone_ids=["euw1-az3"]))

    assert placed(stack, vpc) == [B]


def test_names_are_matched_within_an_account() -> None:
    endpoint, zones = define(consumer_in(), availability_zones=[C, A])

    assert zones == [A, C]
    assert warning_codes(endpoint) == ["endpoint-subnet-ineffective"]


def test_names_are_matched_between_two_agnostic_stacks() -> None:
    app = app_with_zones()
    service = service_with(
        stack_in(app, env=None), None, availability_zone_ids={A: "euw1-az1", B: "euw1-az2"}
    )
    stack = consumer_in(app, env=None)
    # An agnostic stack knows zones by name where a look-up or a person gave them.
    vpc = imported_vpc(stack)
    endpoint = endpoint_in(stack, vpc=vpc, service=service.contract)

    assert warning_codes(endpoint) == []


def test_names_across_accounts_are_a_warning_where_they_differ() -> None:
    endpoint, zones = define(consumer_in(env=CUSTOMER), availability_zones=[A])

    assert zones == [A, B, C]
    assert warning_codes(endpoint) == ["endpoint-zone-ids-missing"]


@pytest.mark.parametrize("ids", [(), (token(),)])
def test_zones_that_nobody_knows_are_a_warning(ids: tuple[str, ...]) -> None:
    endpoint, zones = define(
        consumer_in(env=CUSTOMER), availability_zones=(), availability_zone_ids=ids
    )

    assert zones == [A, B, C]
    assert warning_codes(endpoint) == ["endpoint-zones-undetermined"]


def test_a_token_among_the_ids_of_the_consumer_is_unknown() -> None:
    endpoint, zones = define(
        consumer_in(env=CUSTOMER),
        own_ids={A: token(), B: "euw1-az1", C: "euw1-az2"},
        availability_zones=(),
        availability_zone_ids=["euw1-az1"],
    )

    assert zones == [A, B, C]
    assert warning_codes(endpoint) == ["endpoint-zones-undetermined"]


def test_one_zone_is_a_warning() -> None:
    endpoint, zones = define(consumer_in(), (A,), availability_zones=[A, B])

    assert zones == [A]
    assert warning_codes(endpoint) == ["endpoint-zones-insufficient"]


def test_the_same_zones_are_no_warning() -> None:
    endpoint, zones = define(consumer_in(), (A, B), availability_zones=[A, B])

    assert zones == [A, B]
    assert warning_codes(endpoint) == []


def test_zones_of_another_region_do_not_matter() -> None:
    stack = consumer_in(env=cdk.Environment(account=ACCOUNT, region="eu-central-1"))
    endpoint = endpoint_in(stack, service=contract_with(supported_regions=["eu-central-1"]))

    assert len(only(template_of(stack), ENDPOINT)["Properties"]["SubnetIds"]) == 2
    assert warning_codes(endpoint) == []


def test_a_selection_of_subnets_is_kept() -> None:
    _, zones = define(
        consumer_in(),
        availability_zones=[A, B, C],
        subnets=ec2.SubnetSelection(availability_zones=[A, C]),
    )

    assert zones == [A, C]


def test_a_list_that_only_the_deployment_knows_is_not_taken_for_one_zone() -> None:
    stack = consumer_in()
    listed = cdk.CfnParameter(stack, "Subnets", type="List<AWS::EC2::Subnet::Id>").value_as_list
    vpc = imported_vpc(stack, availability_zones=cdk.Fn.get_azs(), private_subnet_ids=listed)
    endpoint = endpoint_in(stack, vpc=vpc)

    assert only(template_of(stack), ENDPOINT)["Properties"]["SubnetIds"] == {"Ref": "Subnets"}
    assert "endpoint-zones-insufficient" not in warning_codes(endpoint)


def test_listed_subnets_are_kept() -> None:
    stack = consumer_in()
    vpc = vpc_in(stack)
    endpoint_in(stack, vpc=vpc, subnets=ec2.SubnetSelection(subnets=vpc.isolated_subnets))

    assert placed(stack, vpc) == [A, B]


def test_listed_subnets_that_are_imported_are_believed() -> None:
    stack = consumer_in()
    subnet = ec2.Subnet.from_subnet_attributes(
        stack, "Listed", subnet_id="subnet-0123456789abcdef9", availability_zone=A
    )
    endpoint = endpoint_in(stack, subnets=ec2.SubnetSelection(subnets=[subnet]))

    assert endpoint.zonal_dns_name(A)


def test_fails_when_no_zone_is_common() -> None:
    stack = consumer_in(env=CUSTOMER)
    vpc = vpc_in(stack)
    message = r"in euw1-az3, .* in euw1-az1, euw1-az2"
    with refused(stack, "endpoint-zones-mismatch", message):
        endpoint_in(
            stack,
            vpc=vpc,
            service=contract_with(availability_zone_ids=["euw1-az3"]),
            availability_zone_ids=ZONE_IDS,
        )


def test_fails_when_two_subnets_are_in_one_zone() -> None:
    stack = consumer_in()
    vpc = vpc_in(
        stack,
        subnet_configuration=[
            ec2.SubnetConfiguration(
                name=name, subnet_type=ec2.SubnetType.PRIVATE_ISOLATED, cidr_mask=24
            )
            for name in ("One", "Two")
        ],
    )
    selection = ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED)

    with refusal("subnet-zone-duplicate", "2 subnets are in eu-west-1a"):
        endpoint_in(stack, vpc=vpc, subnets=selection)


def test_fails_when_two_subnets_of_one_zone_have_different_ids() -> None:
    stack = consumer_in()
    vpc = vpc_in(stack)
    first = vpc.isolated_subnets[0]
    other = ec2.Subnet.from_subnet_attributes(
        stack, "Listed", subnet_id="subnet-0123456789abcdef9", availability_zone=A
    )

    with refusal("subnet-zone-duplicate", "2 subnets are in"):
        endpoint_in(
            stack,
            vpc=vpc,
            subnets=ec2.SubnetSelection(subnets=[first, other]),
            service=contract_with(availability_zone_ids=["euw1-az1"]),
            availability_zone_ids=ZONE_IDS,
        )


def test_fails_when_a_subnet_is_of_another_vpc() -> None:
    stack = consumer_in()
    other = vpc_in(stack, "Other")

    with refusal("subnet-vpc-mismatch", "belongs to Consumer/Other/Resource"):
        endpoint_in(stack, subnets=ec2.SubnetSelection(subnets=other.isolated_subnets))


def test_fails_when_names_are_given_for_ids() -> None:
    with refusal("zone-id-malformed", "'eu-west-1a' is not a valid AZ ID"):
        define(consumer_in(), own_ids={A: A})


def test_fails_when_a_zone_is_not_reached_from_another_region() -> None:
    stack = consumer_in(env=cdk.Environment(account=ACCOUNT, region="us-east-1"))
    vpc = vpc_in(stack)

    with refusal(
        "endpoint-zone-cross-region-not-supported",
        "Availability Zone use1-az3 doesn't support cross-Region access",
    ):
        endpoint_in(
            stack,
            vpc=vpc,
            service=contract_with(supported_regions=["us-east-1"]),
            availability_zone_ids={"us-east-1a": "use1-az3", "us-east-1b": "use1-az1"},
        )
