"""Targets that are added after the service, and what is missing at synthesis."""

from __future__ import annotations

import pytest
from tests.support.load_balanced import (
    IN_A,
    IN_B,
    TARGET_GROUP,
    address,
    both_zones,
    listener,
    new_stack,
    service_in,
    synthesize,
)
from tests.support.published import resources_of, template_of
from tests.support.refusals import refused
from tests.unit.provider.target_placement.placement import A, B, registered

from privatelink_constructs import Listener


def test_targets_are_added_later() -> None:
    stack = new_stack()
    service = service_in(stack, listeners=[Listener.tcp(80), listener(81)])
    service.add_targets(80, address(IN_A), address("10.0.0.11"))
    service.add_targets(80, address("192.168.0.9"), availability_zone=B)
    groups = resources_of(template_of(stack), TARGET_GROUP)
    found = [it["Properties"]["Targets"] for it in groups if it["Properties"]["Port"] == 80]
    assert found == [
        [{"Id": IN_A}, {"Id": "10.0.0.11"}],
        [{"AvailabilityZone": "all", "Id": "192.168.0.9"}],
    ]


def test_fails_when_targets_are_added_to_a_port_without_a_listener() -> None:
    stack = new_stack()
    service = service_in(stack, listeners=[listener(80), listener(443)])
    with refused(
        stack, "target-listener-missing", "Port 81 has no listener. The listeners use 80, 443"
    ):
        service.add_targets(81, address())


def test_fails_when_targets_are_added_to_another_zone() -> None:
    stack = new_stack()
    service = service_in(stack)
    with refused(stack, "target-zone-mismatch", "eu-west-1c"):
        service.add_targets(80, address(), availability_zone="eu-west-1c")


def test_fails_when_a_port_has_no_target_at_synthesis() -> None:
    stack = new_stack()
    service_in(stack, listeners=[listener(80), Listener.tcp(443)])
    with pytest.raises(RuntimeError, match=r"Port 443 has no target\. .* \[target-missing\]"):
        synthesize(stack)


def test_fails_when_a_zone_has_no_target_at_synthesis() -> None:
    stack = new_stack()
    service_in(stack, listeners=[listener(80, targets=[address(IN_A)])])
    message = rf"Port 80 has no target in {B}\. .*subnets=Subnet.*\[zone-target-missing\]"
    with pytest.raises(RuntimeError, match=message):
        synthesize(stack)


def test_fails_when_a_zone_is_empty_at_synthesis() -> None:
    stack = new_stack()
    service_in(stack, listeners=[listener(80, targets_by_zone={A: [address()], B: []})])
    with pytest.raises(RuntimeError, match="zone-target-missing"):
        synthesize(stack)


def test_targets_that_came_by_synthesis_are_no_error() -> None:
    stack = new_stack()
    service = service_in(stack, listeners=[Listener.tcp(80)])
    service.add_targets(80, *both_zones())
    synthesize(stack)
    assert registered(stack) == {A: [{"Id": IN_A}], B: [{"Id": IN_B}]}
