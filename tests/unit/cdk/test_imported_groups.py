"""What distinguishes security groups from each other."""

from __future__ import annotations

from aws_cdk import aws_ec2 as ec2
from tests.support.load_balanced import new_stack
from tests.support.vpcs import vpc_in

from privatelink_constructs._cdk.imported_groups import address_of, learn_addresses


def test_groups_have_the_addresses_that_are_asked_for_together() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    one, other, late = (ec2.SecurityGroup(stack, it, vpc=vpc) for it in ("One", "Other", "Late"))
    learn_addresses([one, other], stack)
    assert "One" in address_of(one)
    assert "Other" in address_of(other)
    assert "Late" in address_of(late)
