"""Whom the function disconnects that rejects the connections of a service, and when."""

from __future__ import annotations

from typing import Any

import pytest
from tests.support.lambda_fakes import ROOT, SERVICE, STACK, Connections
from tests.support.lambda_world import World, event_of, failing

from privatelink_constructs.runtime.custom_resources import reject_connections as step

PROPERTIES = {"ServiceId": SERVICE, "ServiceLogicalId": "Service", "TimeoutSeconds": "1800"}
STATES = ["available", "Available", "partial", "pending", "pendingAcceptance", "paused", ""]
GONE = ["deleted", "deleting", "expired", "failed", "Rejected"]


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    return World(monkeypatch)


@pytest.fixture
def aws(world: World, monkeypatch: pytest.MonkeyPatch) -> Connections:
    return Connections(world, monkeypatch)


def run(world: World, request_type: str = "Delete", **properties: str) -> dict[str, Any]:
    event = event_of(request_type, {**PROPERTIES, **properties}, physical_id="Rejected")
    return world.run(step.handler, event)


# --- whether anybody is disconnected ----------------------------------------------------------


@pytest.mark.parametrize("request_type", ["Create", "Update"])
def test_touches_nobody_unless_it_is_deleted(
    world: World, aws: Connections, request_type: str
) -> None:
    aws.connect(3)
    answer = run(world, request_type)
    assert answer["Status"] == "SUCCESS"
    assert answer["PhysicalResourceId"] == ("Step" if request_type == "Create" else "Rejected")
    assert [call.action for call in world.calls] == ["put"]


@pytest.mark.parametrize("status", sorted(step.STACK_GOES))
def test_rejects_while_the_stack_goes(world: World, aws: Connections, status: str) -> None:
    aws.status = status
    ids = aws.connect(3)
    answer = run(world)
    assert (answer["Status"], answer["PhysicalResourceId"]) == ("SUCCESS", "Rejected")
    assert aws.rejected == ids


@pytest.mark.parametrize("status", sorted(step.STACK_STAYS))
def test_touches_nobody_while_the_stack_stays(world: World, aws: Connections, status: str) -> None:
    aws.status = status
    aws.connect(3)
    assert run(world)["Status"] == "SUCCESS"
    assert aws.rejected == []
    assert world.seconds < 5


CONTRADICTIONS = [
    "CREATE_COMPLETE",
    "CREATE_FAILED",
    "CREATE_IN_PROGRESS",
    "DELETE_FAILED",
    "IMPORT_IN_PROGRESS",
    "IMPORT_ROLLBACK_IN_PROGRESS",
    "REVIEW_IN_PROGRESS",
    "ROLLBACK_COMPLETE",
    "SOMETHING_NEW",
    "UPDATE_COMPLETE",
    "UPDATE_FAILED",
    "UPDATE_IN_PROGRESS",
    "UPDATE_ROLLBACK_COMPLETE",
    "UPDATE_ROLLBACK_FAILED",
]


@pytest.mark.parametrize("status", CONTRADICTIONS)
def test_a_status_that_contradicts_the_delete_is_waited_out(
    world: World, aws: Connections, status: str
) -> None:
    aws.status = status
    ids = aws.connect(3)

    def settle(call: object) -> None:
        if world.seconds > 200:
            aws.status = "DELETE_IN_PROGRESS"

    world.faults.append(settle)
    assert run(world)["Status"] == "SUCCESS"
    assert world.seconds > 200
    assert aws.rejected == ids


@pytest.mark.parametrize("status", CONTRADICTIONS)
def test_fails_when_the_status_contradicts_the_delete_permanently(
    world: World, aws: Connections, status: str
) -> None:
    aws.status = status
    aws.connect(3)
    answer = run(world)
    assert answer["Status"] == "FAILED"
    assert f"the stack is in {status} while it deletes a resource" in answer["Reason"]
    assert "No connection was touched." in answer["Reason"]
    assert aws.rejected == []


@pytest.mark.parametrize("status", sorted(step.CAN_ROLL_BACK))
def test_a_root_stack_that_can_roll_back_is_waited_for(
    world: World, aws: Connections, status: str
) -> None:
    aws.root, aws.root_status = ROOT, status
    aws.connect(3)

    def settle(call: object) -> None:
        if world.seconds > 200:
            aws.root_status = "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"

    world.faults.append(settle)
    run(world)
    assert min(call.seconds for call in world.called(step.REJECT)) > 200


@pytest.mark.parametrize(
    "status",
    [
        "DELETE_IN_PROGRESS",
        "ROLLBACK_IN_PROGRESS",
        "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS",
        "UPDATE_ROLLBACK_IN_PROGRESS",
    ],
)
def test_a_nested_stack_that_its_root_removes_goes(
    world: World, aws: Connections, status: str
) -> None:
    aws.root, aws.root_status = ROOT, status
    ids = aws.connect(3)
    run(world)
    assert aws.rejected == ids


def test_a_nested_stack_that_could_not_be_created_goes_whatever_its_root_does(
    world: World, aws: Connections
) -> None:
    aws.status, aws.root, aws.root_status = "ROLLBACK_IN_PROGRESS", ROOT, "CREATE_IN_PROGRESS"
    ids = aws.connect(3)
    run(world)
    assert aws.rejected == ids


def test_a_stack_that_is_its_own_root_is_asked_once(world: World, aws: Connections) -> None:
    aws.root = STACK
    run(world)
    assert len(world.called(step.DESCRIBE_STACKS)) == 1


@pytest.mark.parametrize(
    "resource",
    [
        None,
        {"PhysicalResourceId": "vpce-svc-other", "ResourceStatus": "CREATE_COMPLETE"},
        {"PhysicalResourceId": SERVICE, "ResourceStatus": "DELETE_SKIPPED"},
        {"PhysicalResourceId": SERVICE, "ResourceStatus": "DELETE_COMPLETE"},
    ],
    ids=["not in the stack", "another", "skipped", "deleted"],
)
def test_touches_nobody_of_a_service_that_the_stack_does_not_delete(
    world: World, aws: Connections, resource: dict[str, str] | None
) -> None:
    aws.resource = resource
    aws.connect(3)
    assert run(world)["Status"] == "SUCCESS"
    assert aws.rejected == []


def test_a_service_that_is_found_late_is_waited_for(world: World, aws: Connections) -> None:
    resource, aws.resource = aws.resource, None
    ids = aws.connect(3)

    def appear(call: object) -> None:
        if world.seconds > 40:
            aws.resource = resource

    world.faults.append(appear)
    run(world)
    assert aws.rejected == ids


# --- who is disconnected ----------------------------------------------------------------------


@pytest.mark.parametrize("state", STATES)
def test_every_state_that_is_not_known_to_be_over_is_live(
    world: World, aws: Connections, state: str
) -> None:
    aws.connect(1, state)
    run(world)
    assert aws.rejected == ["vpce-00000"]


@pytest.mark.parametrize("state", GONE)
def test_connections_that_are_over_are_not_changed(
    world: World, aws: Connections, state: str
) -> None:
    aws.connect(1, state)
    assert run(world)["Status"] == "SUCCESS"
    assert aws.rejected == []


def test_five_thousand_connections_take_a_hundred_calls(world: World, aws: Connections) -> None:
    aws.connect(5000)
    assert run(world)["Status"] == "SUCCESS"
    assert not aws.live
    assert len(world.called(step.REJECT)) == 100


def test_five_thousand_connections_that_take_three_seconds_a_call(
    world: World, aws: Connections
) -> None:
    world.latency = 3
    world.timeout = 300
    aws.connect(5000)
    assert run(world)["Status"] == "SUCCESS"
    assert not aws.live
    assert world.killed == 0
    assert len(world.called("lambda:InvokeFunction")) >= 1


def test_one_that_makes_the_call_fail_holds_up_no_other(world: World, aws: Connections) -> None:
    ids = aws.connect(120)
    aws.refused_calls = {ids[60]: "InvalidState"}
    answer = run(world, TimeoutSeconds="60")
    assert answer["Status"] == "FAILED"
    assert aws.live == {ids[60]}
    assert f"{ids[60]} (account 222222222222, available, InvalidState)" in answer["Reason"]


@pytest.mark.parametrize("code", ["InvalidVpcEndpointId.NotFound", "InvalidVpcEndpoint.NotFound"])
def test_one_that_went_meanwhile_holds_up_no_other(
    world: World, aws: Connections, code: str
) -> None:
    ids = aws.connect(60)
    aws.refused_calls = {ids[7]: code}

    def go(call: object) -> None:
        if world.called(step.REJECT):
            aws.states[ids[7]] = "deleted"

    world.faults.append(go)
    assert run(world)["Status"] == "SUCCESS"
    assert len(aws.rejected) == 59


def test_what_the_answer_refuses_is_tried_again(world: World, aws: Connections) -> None:
    ids = aws.connect(60)
    aws.refused_items = {ids[3]: "InvalidState"}

    def settle(call: object) -> None:
        if world.seconds > 60:
            aws.refused_items.clear()

    world.faults.append(settle)
    assert run(world)["Status"] == "SUCCESS"
    assert not aws.live


def test_fails_when_connections_outlive_the_time(world: World, aws: Connections) -> None:
    ids = aws.connect(30)
    aws.refused_items = dict.fromkeys(ids, "InvalidState")
    answer = run(world)
    assert f"Connections of {SERVICE} are still live: {ids[0]} (account" in answer["Reason"]
    assert "and 10 more" in answer["Reason"]
    assert 1800 <= world.seconds < 1830


def test_fails_when_a_connection_that_was_rejected_stays_live(
    world: World, aws: Connections
) -> None:
    aws.connect(1)

    def stay(call: object) -> None:
        aws.states["vpce-00000"] = "available"

    world.faults.append(stay)
    assert "vpce-00000 (account 222222222222, available)." in run(world)["Reason"]


@pytest.mark.parametrize("page_size", [1, 7])
def test_all_pages_are_read(world: World, aws: Connections, page_size: int) -> None:
    aws.page_size = page_size
    aws.connect(30)
    run(world)
    assert not aws.live


def test_pages_without_an_end_end_with_the_time(world: World, aws: Connections) -> None:
    aws.connect(1)
    world.latency = 5
    # Always one more page.
    describe = aws.describe_vpc_endpoint_connections
    aws.describe_vpc_endpoint_connections = lambda **arguments: {
        **describe(**{**arguments, "NextToken": "0"}),
        "NextToken": "0",
    }
    assert run(world)["Status"] == "FAILED"
    assert world.killed == 0


def test_a_service_that_is_gone_has_no_connections(world: World, aws: Connections) -> None:
    world.faults.append(failing("InvalidVpcEndpointServiceId.NotFound", action=step.DESCRIBE))
    assert run(world)["Status"] == "SUCCESS"
    assert 60 <= world.seconds < 90


@pytest.mark.parametrize("action", [step.DESCRIBE_STACKS, step.DESCRIBE_RESOURCE, step.REJECT])
def test_fails_when_a_call_is_denied(world: World, aws: Connections, action: str) -> None:
    aws.connect(1)
    world.faults.append(failing("AccessDenied", action=action))
    answer = run(world)
    assert f"may not call {action}." in answer["Reason"]
    assert aws.rejected == []


@pytest.mark.parametrize("name", ["ServiceId", "ServiceLogicalId"])
def test_fails_when_a_property_is_missing(world: World, aws: Connections, name: str) -> None:
    assert f"property {name}" in run(world, **{name: ""})["Reason"]


def test_says_the_last_error_when_the_stack_was_never_described(
    world: World, aws: Connections
) -> None:
    world.faults.append(failing("Throttling", action=step.DESCRIBE_STACKS))
    assert "Last error: cloudformation:DescribeStacks: Throttling: No." in run(world)["Reason"]


def test_clients_are_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    for make in (step.ec2_client, step.cloudformation_client):
        make.cache_clear()
        assert make() is make()
        make.cache_clear()
