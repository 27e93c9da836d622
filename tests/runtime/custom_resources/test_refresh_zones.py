"""What the function does that makes a service offer the zones of its load balancers."""

from __future__ import annotations

from typing import Any

import pytest
from tests.support.lambda_fakes import SERVICE, RegionalService
from tests.support.lambda_world import World, event_of, failing

from privatelink_constructs.runtime.custom_resources import refresh_zones as step

PROPERTIES: dict[str, Any] = {
    "ServiceId": SERVICE,
    "LoadBalancerArns": ["arn:lb/a", "arn:lb/b"],
    "AvailabilityZones": ["eu-west-1a", "eu-west-1b"],
    "TimeoutSeconds": "1800",
}
BEFORE = {**PROPERTIES, "AvailabilityZones": ["eu-west-1a"]}


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    return World(monkeypatch)


@pytest.fixture
def ec2(world: World, monkeypatch: pytest.MonkeyPatch) -> RegionalService:
    return RegionalService(world, monkeypatch)


def run(world: World, request_type: str = "Update", **properties: Any) -> dict[str, Any]:
    event = event_of(request_type, {**PROPERTIES, **properties}, old=BEFORE, physical_id="Zones")
    return world.run(step.handler, event)


def test_asks_until_the_zones_are_offered(world: World, ec2: RegionalService) -> None:
    answer = run(world)

    assert (answer["Status"], answer["PhysicalResourceId"]) == ("SUCCESS", "Zones")
    assert ec2.takes <= world.seconds < ec2.takes + 130
    assert len(world.called(step.MODIFY)) == 6


def test_names_only_load_balancers_that_are_attached(world: World, ec2: RegionalService) -> None:
    ec2.attached = ["arn:lb/b", "arn:lb/c"]
    run(world)
    (found,) = {str(it) for it in ec2.modified}
    assert found == str({"ServiceId": SERVICE, "AddNetworkLoadBalancerArns": ["arn:lb/b"]})


def test_asks_for_nothing_while_no_load_balancer_is_attached(
    world: World, ec2: RegionalService
) -> None:
    ec2.attached = []

    def attach(call: object) -> None:
        if world.seconds > 150:
            ec2.attached = ["arn:lb/a"]

    world.faults.append(attach)
    assert run(world)["Status"] == "SUCCESS"
    assert min(call.seconds for call in world.called(step.MODIFY)) > 150


@pytest.mark.parametrize(
    ("request_type", "zones"),
    [("Create", ["eu-west-1a"]), ("Update", ["eu-west-1a"]), ("Create", ["euw1-az1"])],
)
def test_zones_that_are_offered_need_no_call(
    world: World, ec2: RegionalService, request_type: str, zones: list[str]
) -> None:
    answer = run(world, request_type, AvailabilityZones=zones)
    assert answer["Status"] == "SUCCESS"
    assert not world.called(step.MODIFY)


def test_a_lost_zone_needs_no_call(world: World, ec2: RegionalService) -> None:
    event = event_of("Update", BEFORE, old=PROPERTIES, physical_id="Zones")
    assert world.run(step.handler, event)["PhysicalResourceId"] == "Zones"
    assert [call.action for call in world.calls] == ["put"]


def test_deletes_without_a_call(world: World, ec2: RegionalService) -> None:
    assert run(world, "Delete")["Status"] == "SUCCESS"
    assert [call.action for call in world.calls] == ["put"]


@pytest.mark.parametrize("acceptance", [True, False])
def test_sends_the_acceptance_setting_again_where_adding_is_refused(
    world: World, ec2: RegionalService, *, acceptance: bool
) -> None:
    ec2.adds = False
    ec2.acceptance = acceptance
    assert run(world)["Status"] == "SUCCESS"
    assert {str(it) for it in ec2.modified} == {
        str({"ServiceId": SERVICE, "AcceptanceRequired": acceptance})
    }


def test_never_makes_an_acceptance_setting_up(world: World, ec2: RegionalService) -> None:
    ec2.adds = False
    ec2.acceptance = None
    answer = run(world)
    assert "Last error: ec2:ModifyVpcEndpointServiceConfiguration: InvalidP" in answer["Reason"]
    assert ec2.modified == []


def test_fails_when_a_zone_is_never_offered(world: World, ec2: RegionalService) -> None:
    ec2.takes = 1e9
    answer = run(world)
    assert answer["Reason"].startswith(
        f"{SERVICE} does not offer eu-west-1b after 1800 seconds, although"
    )
    assert len(world.called("lambda:InvokeFunction")) == 2


@pytest.mark.parametrize("gone", [{"listed": False}, {"service_state": "Deleting"}])
def test_fails_when_the_service_is_gone(
    world: World, ec2: RegionalService, gone: dict[str, Any]
) -> None:
    for name, value in gone.items():
        setattr(ec2, name, value)
    assert "there is no such endpoint service any more" in run(world)["Reason"]
    assert 60 <= world.seconds < 130


def test_fails_when_the_call_is_denied(world: World, ec2: RegionalService) -> None:
    world.faults.append(failing("UnauthorizedOperation", action=step.MODIFY))
    assert f"the function may not call {step.MODIFY}." in run(world)["Reason"]
    assert 120 <= world.seconds < 190


def test_fails_when_the_zones_are_no_list(world: World, ec2: RegionalService) -> None:
    answer = run(world, AvailabilityZones="eu-west-1a")
    assert "AvailabilityZones of the custom resource is not a list" in answer["Reason"]


def test_a_client_is_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    step.ec2_client.cache_clear()
    assert step.ec2_client() is step.ec2_client()
    step.ec2_client.cache_clear()
