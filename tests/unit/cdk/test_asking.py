"""What the constructs ask the CDK."""

from __future__ import annotations

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2
from tests.support.round_trips import count_round_trips
from tests.support.vpcs import VPC_ID, imported_vpc, vpc_in

from privatelink_constructs._cdk.asking import environment_of, text_of


def test_a_property_of_an_imported_object_is_one_round_trip() -> None:
    vpc = imported_vpc(cdk.Stack(cdk.App(), "Stack"))
    with count_round_trips() as trips:
        assert text_of(vpc, "vpc_id") == VPC_ID
    assert trips.total == 1, trips.by_line()


def test_a_property_of_an_object_of_the_app_is_read_too() -> None:
    vpc = vpc_in(cdk.Stack(cdk.App(), "Stack"))
    assert text_of(vpc, "vpc_id") == vpc.vpc_id


def test_a_property_that_was_not_imported_raises_what_the_cdk_raises() -> None:
    stack = cdk.Stack(cdk.App(), "Stack")
    subnet = ec2.Subnet.from_subnet_id(stack, "Subnet", "subnet-0123456789abcdef0")
    with pytest.raises(RuntimeError, match="cannot reference an imported Subnet"):
        text_of(subnet, "ipv4_cidr_block")


@pytest.mark.parametrize(
    "account", ["111111111111", None, cdk.Aws.ACCOUNT_ID], ids=["literal", "none", "token"]
)
@pytest.mark.parametrize(
    "region", ["eu-west-1", None, cdk.Aws.REGION], ids=["literal", "none", "token"]
)
def test_the_environment_of_a_stack(account: str | None, region: str | None) -> None:
    environment = cdk.Environment(account=account, region=region)
    stack = cdk.Stack(cdk.App(), "Stack", env=environment)
    found = environment_of(stack)
    literal_account = None if account == cdk.Aws.ACCOUNT_ID else account
    literal_region = None if region == cdk.Aws.REGION else region
    assert (found.account, found.region) == (literal_account, literal_region)
