"""Which subnets an endpoint is in, where some of a VPC's can't be used."""

from __future__ import annotations

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2
from tests.support.consumers import app_with_zones, consumer_in, contract_with, endpoint_in
from tests.support.refusals import refused, warnings_of
from tests.support.vpcs import ZONES, imported_vpc, vpc_in

ISOLATED = ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED)
OTHERS = {"eu-west-1-lhr-1a": "a Local Zone", "eu-west-1-wl1-lon-wlz-1": "a Wavelength Zone"}


@pytest.mark.parametrize("zone", sorted(OTHERS))
def test_other_zones_are_left_out_by_default(zone: str) -> None:
    stack = consumer_in(cdk.App())
    endpoint = endpoint_in(stack, vpc=vpc_in(stack, zones=(*ZONES, zone)))
    assert len(endpoint.subnet_ids) == 2
    assert f"The subnet in {zone} is omitted" in warnings_of(stack)["zone-ineffective"]


@pytest.mark.parametrize("zone", sorted(OTHERS))
def test_fails_when_another_zone_is_selected(zone: str) -> None:
    stack = consumer_in(cdk.App())
    vpc = vpc_in(stack, zones=(*ZONES, zone))
    with refused(
        stack, "zone-not-supported", f"The endpoint is in {zone}, which is {OTHERS[zone]}"
    ):
        endpoint_in(stack, vpc=vpc, subnets=ISOLATED)


def test_the_same_selection_of_availability_zones() -> None:
    stack = consumer_in()
    endpoint = endpoint_in(stack, vpc=vpc_in(stack), subnets=ISOLATED)
    assert len(endpoint.subnet_ids) == 2
    assert warnings_of(stack) == {}


def test_public_subnets_for_want_of_private_ones_get_a_warning() -> None:
    stack = consumer_in()
    public = [ec2.SubnetConfiguration(name="Public", subnet_type=ec2.SubnetType.PUBLIC)]
    endpoint_in(stack, vpc=vpc_in(stack, subnet_configuration=public))
    assert "private-subnet-missing" in warnings_of(stack)


def test_public_subnets_that_are_selected_get_no_warning() -> None:
    stack = consumer_in()
    public = [ec2.SubnetConfiguration(name="Public", subnet_type=ec2.SubnetType.PUBLIC)]
    vpc = vpc_in(stack, subnet_configuration=public)
    endpoint_in(stack, vpc=vpc, subnets=ec2.SubnetSelection(subnet_type=ec2.SubnetType.PUBLIC))
    assert "private-subnet-missing" not in warnings_of(stack)


def test_fails_when_two_subnets_are_in_a_zone_that_is_a_token() -> None:
    stack = consumer_in(app_with_zones(), env=None)
    configuration = [
        ec2.SubnetConfiguration(name=name, subnet_type=ec2.SubnetType.PRIVATE_ISOLATED)
        for name in ("App", "Data")
    ]
    vpc = vpc_in(stack, zones=None, subnet_configuration=configuration)
    with refused(stack, "subnet-zone-duplicate", "^2 subnets are in one Availability Zone. "):
        endpoint_in(stack, vpc=vpc, subnets=ISOLATED)


def test_fails_when_two_tokens_are_one_zone_of_the_region() -> None:
    stack = consumer_in()
    vpc = imported_vpc(stack)
    subnets = [
        ec2.Subnet.from_subnet_attributes(
            stack,
            name,
            subnet_id=f"subnet-{name.lower()}",
            availability_zone=cdk.Fn.select(0, cdk.Fn.get_azs()),
        )
        for name in ("First", "Second")
    ]
    with refused(stack, "subnet-zone-duplicate", "^2 subnets are in one Availability Zone. "):
        endpoint_in(stack, vpc=vpc, subnets=ec2.SubnetSelection(subnets=subnets))


def test_imported_subnets_of_the_app_are_matched() -> None:
    stack = consumer_in()
    vpc = vpc_in(stack)
    subnets = [
        ec2.Subnet.from_subnet_id(stack, f"Imported{index}", it.subnet_id)
        for index, it in enumerate(vpc.isolated_subnets)
    ]
    service = contract_with(availability_zones=ZONES[:1])
    endpoint = endpoint_in(
        stack, vpc=vpc, service=service, subnets=ec2.SubnetSelection(subnets=subnets)
    )
    assert len(endpoint.subnet_ids) == 1
