"""Targets that are specified per Availability Zone."""

from __future__ import annotations

import aws_cdk as cdk
import pytest
from tests.support.load_balanced import (
    IN_A,
    IN_B,
    TARGET_GROUP,
    address,
    listener,
    new_stack,
    service_in,
)
from tests.support.published import resources_of, template_of
from tests.support.refusals import refused
from tests.support.vpcs import vpc_in
from tests.unit.provider.target_placement.placement import REGIONAL, A, B, registered

from privatelink_constructs import Listener, LoadBalancerTopology


def test_targets_are_given_by_zone() -> None:
    stack = new_stack()
    given = {A: [address("10.0.0.1"), address("10.0.0.2")], B: [address("10.0.128.1")]}
    service_in(stack, listeners=[listener(80, targets_by_zone=given)])
    assert registered(stack) == {
        A: [{"Id": "10.0.0.1"}, {"Id": "10.0.0.2"}],
        B: [{"Id": "10.0.128.1"}],
    }


def test_targets_are_given_by_zone_and_for_all() -> None:
    stack = new_stack()
    given = Listener.tcp(80, targets=[address(IN_A)], targets_by_zone={B: [address(IN_B)]})
    service_in(stack, listeners=[given])
    assert registered(stack) == {A: [{"Id": IN_A}], B: [{"Id": IN_B}]}


def test_targets_by_zone_are_all_behind_one_load_balancer() -> None:
    stack = new_stack()
    given = {A: [address(IN_A)], B: [address(IN_B)]}
    service_in(stack, listeners=[listener(80, targets_by_zone=given)], topology=REGIONAL)
    assert registered(stack) == {"": [{"Id": IN_A}, {"Id": IN_B}]}


def test_zones_that_only_the_deployment_knows_are_named_by_their_token_or_subnet() -> None:
    stack = new_stack(agnostic=True)
    vpc = vpc_in(stack, zones=None)
    given = {vpc.availability_zones[0]: [address(IN_A)], "PrivateSubnet2": [address(IN_B)]}
    service_in(stack, vpc=vpc, listeners=[listener(80, targets_by_zone=given)])
    found = [it["Properties"]["Targets"] for it in resources_of(template_of(stack), TARGET_GROUP)]
    assert found == [[{"Id": IN_A}], [{"Id": IN_B}]]


@pytest.mark.parametrize("topology", LoadBalancerTopology)
def test_fails_when_targets_are_given_for_another_zone(topology: LoadBalancerTopology) -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    given = {"eu-west-1c": [address()]}
    message = f"Targets are specified for 'eu-west-1c', but the service is in {A}, {B}"
    with refused(stack, "target-zone-mismatch", message):
        service_in(
            stack, vpc=vpc, listeners=[listener(80, targets_by_zone=given)], topology=topology
        )


def test_fails_when_targets_are_given_by_names_that_only_the_deployment_knows() -> None:
    stack = new_stack(agnostic=True)
    vpc = vpc_in(stack, zones=None)
    given = {A: [address()]}
    message = (
        r"'eu-west-1a', but the service is in PrivateSubnet1, PrivateSubnet2, whose names are "
        r"known only at deployment. Use vpc.availability_zones, or set env on the stack\."
    )
    with refused(stack, "target-zone-mismatch", message):
        service_in(stack, vpc=vpc, listeners=[listener(80, targets_by_zone=given)])


def test_fails_when_a_name_that_only_the_deployment_knows_is_none_of_the_vpc() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    given = {cdk.Fn.select(0, cdk.Fn.get_azs()): [address()]}
    with refused(stack, "target-zone-mismatch", "specified for 'a zone only known at deployment'"):
        service_in(stack, vpc=vpc, listeners=[listener(80, targets_by_zone=given)])
