"""What is known of the subnets of a VPC."""

from __future__ import annotations

import pytest
from aws_cdk import aws_ec2 as ec2
from tests.support.load_balanced import new_stack
from tests.support.vpcs import vpc_in

from privatelink_constructs._cdk.subnets import lacks_private_subnets


@pytest.mark.parametrize("kind", [ec2.SubnetType.PUBLIC, ec2.SubnetType.PRIVATE_ISOLATED])
def test_a_vpc_with_public_subnets_only_lacks_private_ones(kind: ec2.SubnetType) -> None:
    configuration = [ec2.SubnetConfiguration(name="Only", subnet_type=kind)]
    vpc = vpc_in(new_stack(), subnet_configuration=configuration)
    assert lacks_private_subnets(vpc) is (kind is ec2.SubnetType.PUBLIC)
