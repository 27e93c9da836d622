"""The function that accepts and rejects, while AWS fails in all the ways it has."""

from __future__ import annotations

import itertools
import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ParamValidationError
from tests.runtime.acceptance.acceptor_world import (
    ACCEPT,
    BLOB,
    DESCRIBE,
    LOG_GROUP,
    NOTIFICATION,
    PASSING,
    REJECT,
    RULES,
    SCHEDULED,
    STACKS,
    STRANGER,
    TRUSTED,
    UNWANTED,
    VERSION,
    always,
    client_error,
    lines,
    metrics,
    poison,
    while_,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.runtime.acceptance.acceptor_world import World

    Error = Callable[[], Exception]

ACTIONS = (DESCRIBE, ACCEPT, REJECT, STACKS)
DENIED = "UnauthorizedOperation"


def denied() -> Exception:
    return client_error(DENIED, 403, f"You are not authorized. {BLOB}")


def some_of_each(world: World) -> None:
    """Connect what needs each kind of call."""
    world.connect("vpce-1")
    world.connect("vpce-2", UNWANTED)
    world.connect("vpce-3", UNWANTED, "available")
    world.connect("vpce-4", STRANGER)


DONE = {
    "vpce-1": "available",
    "vpce-2": "rejected",
    "vpce-3": "rejected",
    "vpce-4": "pendingAcceptance",
}


# --- what passes --------------------------------------------------------------------------------


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("name", PASSING)
@pytest.mark.parametrize("seconds", [1, 100])
def test_what_passes_is_waited_out(
    world: World, action: str, name: str, seconds: float, capsys: pytest.CaptureFixture[str]
) -> None:
    some_of_each(world)
    world.faults.append(while_(action, seconds, PASSING[name]))
    world.drain(NOTIFICATION)
    assert world.states() == DONE
    # One invocation, and nobody is woken up for it.
    assert (len(world.results), world.dead) == (1, [])
    assert metrics(capsys.readouterr().out)["Failures"] == [0]


@pytest.mark.parametrize("action", ACTIONS)
def test_denied_is_waited_out_for_two_minutes(world: World, action: str) -> None:
    some_of_each(world)
    world.faults.append(while_(action, 100, denied))
    world.drain(NOTIFICATION)
    assert (world.states(), len(world.results)) == (DONE, 1)


@pytest.mark.parametrize("name", PASSING)
def test_calls_are_not_made_more_often_than_is_polite(world: World, name: str) -> None:
    world.faults.append(always(DESCRIBE, PASSING[name]))
    world.send(NOTIFICATION)
    world.receive()
    assert 10 < len(world.called(DESCRIBE)) < 40
    pauses = [b.seconds - a.seconds for a, b in itertools.pairwise(world.called(DESCRIBE))]
    # Jitter: no two pauses are the same, and they get longer.
    assert len({*pauses}) == len(pauses)
    assert min(pauses[5:]) > max(pauses[:2])


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("name", PASSING)
def test_fails_when_it_lasts_and_is_done_once_it_is_over(
    world: World, action: str, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    some_of_each(world)
    world.faults.append(while_(action, 500, PASSING[name]))
    world.drain(NOTIFICATION)
    assert (world.states(), world.dead, world.killed) == (DONE, [], 0)
    # The last word is that nothing is wrong.
    assert metrics(capsys.readouterr().out)["Failures"][-1] == 0


@pytest.mark.parametrize("action", ACTIONS)
def test_half_of_the_calls_may_fail(world: World, action: str) -> None:
    world.connect_many(1000)
    world.connect("vpce-2", UNWANTED, "available")

    def every_second(call: Any) -> Exception | None:
        failing = call.action == action and call.number % 2 == 0
        return PASSING["throttled"]() if failing else None

    world.faults.append(every_second)
    world.drain(NOTIFICATION)
    assert (world.count("available"), world.count("rejected"), world.dead) == (1000, 1, [])


# --- what doesn't -------------------------------------------------------------------------------


def test_fails_when_denied_permanently(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    some_of_each(world)
    world.faults.append(always(DESCRIBE, denied))
    world.drain(NOTIFICATION)
    output = capsys.readouterr().out
    assert (len(world.dead), world.killed) == (1, 0)
    # The first run says nothing: it may have been IAM, which needs time.
    assert metrics(output) == {"Failures": [1] * 4}
    assert "xxxx" not in output
    [error] = {line["error"] for line in lines(output) if "error" in line}
    assert error.startswith(f"{DESCRIBE}: {DENIED}: ")


def test_fails_when_one_action_is_denied_and_the_other_is_done(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    some_of_each(world)
    world.faults.append(always(REJECT, denied))
    world.drain(NOTIFICATION)
    assert world.states() == {
        "vpce-1": "available",
        "vpce-2": "pendingAcceptance",
        "vpce-3": "available",
        "vpce-4": "pendingAcceptance",
    }
    output = capsys.readouterr().out
    assert metrics(output)["Failures"] == [2] * 4
    failed = [it for it in lines(output) if it.get("message") == "could not be decided"]
    assert failed[-1]["connections"] == {"vpce-2": DENIED, "vpce-3": DENIED}


@pytest.mark.parametrize(
    "code", ["InvalidVpcEndpointServiceId.NotFound", "InvalidVpcEndpointServiceId.Malformed"]
)
def test_fails_when_the_service_is_not_there(world: World, code: str) -> None:
    world.connect_many(120)
    for action in (DESCRIBE, ACCEPT):
        world.faults.append(while_(action, 1e9, lambda: client_error(code), 0.05))
    world.drain(NOTIFICATION)
    assert len(world.dead) == 1
    # It is a few calls for each run: nobody looks for one endpoint that is the cause.
    assert len(world.calls) < 150


def test_a_malformed_request_is_made_once(world: World) -> None:
    report = "Unknown parameter"
    world.faults.append(always(DESCRIBE, lambda: ParamValidationError(report=report)))
    world.send(NOTIFICATION)
    world.receive()
    assert len(world.called(DESCRIBE)) == 1


def test_not_found_is_final_after_a_minute(world: World) -> None:
    gone = "InvalidVpcEndpointService.NotFound"
    world.faults.append(always(DESCRIBE, lambda: client_error(gone)))
    world.send(NOTIFICATION)
    world.receive()
    assert 60 <= world.time < 100


def test_whoever_cannot_ask_for_the_stack_disconnects_nobody(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    some_of_each(world)
    world.faults.append(always(STACKS, denied))
    world.drain(NOTIFICATION)
    assert world.states() == {**DONE, "vpce-3": "available"}
    assert metrics(capsys.readouterr().out)["Failures"] == [1] * 4


# --- one of a batch -----------------------------------------------------------------------------

CODES = [
    *("InvalidState", "OperationNotPermitted", "UnsupportedOperation", "InvalidParameterValue"),
    *("InvalidVpcEndpointId.Malformed", "InvalidVpcEndpointId.NotFound", "AddedLater"),
]


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("poisoned", [1, 3])
def test_one_that_makes_the_call_fail_holds_up_nobody(
    world: World, code: str, poisoned: int
) -> None:
    world.connect_many(120)
    for number in range(poisoned):
        world.faults.append(poison(ACCEPT, f"vpce-{number * 7:05}", code))
    world.send(NOTIFICATION)
    world.receive()
    assert world.count("available") == 120 - poisoned


@pytest.mark.parametrize("code", CODES)
def test_the_same_holds_for_those_who_are_disconnected(world: World, code: str) -> None:
    world.connect_many(60, owner=UNWANTED, state="available")
    world.faults.append(poison(REJECT, "vpce-00031", code))
    world.send(NOTIFICATION)
    world.receive()
    assert world.states().pop("vpce-00031") == "available"
    assert world.count("rejected") == 59


def test_looking_for_the_cause_has_an_end(world: World) -> None:
    world.connect_many(5000)
    world.faults.append(always(ACCEPT, lambda: client_error("UnsupportedOperation")))
    world.send(NOTIFICATION)
    world.receive()
    assert len(world.called(ACCEPT)) < 1000
    assert world.killed == 0


@pytest.mark.parametrize("code", ["InvalidVpcEndpointId.NotFound", "InvalidVpcEndpoint.NotFound"])
def test_a_connection_that_vanished_is_no_failure(
    world: World, code: str, capsys: pytest.CaptureFixture[str]
) -> None:
    world.connect_many(3)
    world.faults.append(poison(ACCEPT, "vpce-00001", code))
    world.drain(NOTIFICATION)
    output = capsys.readouterr().out
    assert (world.dead, metrics(output)["Failures"]) == ([], [0])
    [gone] = [line for line in lines(output) if line.get("message", "").startswith("gone")]
    assert [it["id"] for it in gone["connections"]] == ["vpce-00001"]


def partial(world: World, *items: dict[str, Any]) -> None:
    """Have the next acceptance done in part."""
    accept = world.accept_vpc_endpoint_connections

    def once(**arguments: Any) -> dict[str, Any]:
        world.accept_vpc_endpoint_connections = accept
        world.calls.append(world.calls[0])
        refused = {str(it.get("ResourceId")) for it in items}
        for name in {*arguments["VpcEndpointIds"]} - refused:
            world.connections[name]["VpcEndpointState"] = "available"
        return {"Unsuccessful": [*items]}

    world.accept_vpc_endpoint_connections = once


@pytest.mark.parametrize(
    "item",
    [
        {"ResourceId": "vpce-00001", "Error": {"Code": "InternalError"}},
        {"ResourceId": "vpce-00001"},
        {"ResourceId": "vpce-00001", "Error": {}},
        {"Error": {"Code": "InternalError"}},
        {"ResourceId": "vpce-of-nobody", "Error": {"Code": "InternalError"}},
        {},
    ],
    ids=range(6),
)
def test_a_partial_result_is_finished(world: World, item: dict[str, Any]) -> None:
    world.connect_many(3)
    partial(world, item)
    world.drain(NOTIFICATION)
    assert (world.count("available"), world.dead, len(world.results)) == (3, [], 1)


@pytest.mark.parametrize("answer", [{}, {"Unsuccessful": None}], ids=str)
def test_an_answer_without_refusals_is_taken(world: World, answer: dict[str, Any]) -> None:
    world.connect("vpce-1")
    accept = world.accept_vpc_endpoint_connections

    def accepted(**arguments: Any) -> dict[str, Any]:
        accept(**arguments)
        return answer

    world.accept_vpc_endpoint_connections = accepted
    world.drain(NOTIFICATION)
    assert world.states() == {"vpce-1": "available"}


def test_a_change_whose_answer_is_lost_is_done_once(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    world.connect_many(3)
    accept = world.accept_vpc_endpoint_connections
    lost = iter([True])

    def answer(**arguments: Any) -> dict[str, Any]:
        found = accept(**arguments)
        if next(lost, False):
            error = PASSING["truncated"]()
            raise error
        return found

    world.accept_vpc_endpoint_connections = answer
    world.drain(NOTIFICATION)
    assert (world.count("available"), world.dead, len(world.results)) == (3, [], 1)
    assert metrics(capsys.readouterr().out)["Failures"] == [0]


# --- pages --------------------------------------------------------------------------------------


def test_a_page_that_fails_decides_nothing_and_comes_again(world: World) -> None:
    world.page_size = 100
    world.connect_many(300)

    def second_page(call: Any) -> Exception | None:
        failing = call.action == DESCRIBE and call.number % 2 == 1 and call.seconds < 200
        return denied() if failing else None

    world.faults.append(second_page)
    world.drain(NOTIFICATION)
    assert (world.count("available"), world.dead) == (300, [])


@pytest.mark.parametrize("fresh", [True, False], ids=["new tokens", "the same token"])
def test_pages_without_an_end_have_one(
    world: World, capsys: pytest.CaptureFixture[str], *, fresh: bool
) -> None:
    world.connect("vpce-1")
    describe = world.describe_vpc_endpoint_connections
    tokens = (str(number) if fresh else "same" for number in itertools.count())

    def pages(**arguments: Any) -> dict[str, Any]:
        arguments["NextToken"] = "0"
        found = describe(**arguments)
        return {**found, "NextToken": next(tokens)}

    world.describe_vpc_endpoint_connections = pages
    world.drain(NOTIFICATION)
    # Who was seen is decided on, and it is no secret that there may be more.
    assert (world.states(), world.killed) == ({"vpce-1": "available"}, 0)
    found = metrics(capsys.readouterr().out)
    assert found["Failures"] == [1] * 4
    assert "OldestPendingAge" not in found


# --- time ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("latency", [0.2, 3, 20])
@pytest.mark.parametrize("owner", [TRUSTED, UNWANTED])
def test_five_thousand_connections_are_decided_whatever_a_call_takes(
    world: World, owner: str, latency: float, capsys: pytest.CaptureFixture[str]
) -> None:
    world.latency = latency
    world.connect_many(5000, owner=owner)
    runs = 0
    while world.count("pendingAcceptance"):
        world.drain(SCHEDULED)
        runs += 1
    assert world.killed == 0
    assert world.dead == []
    # 105 calls, of which an invocation has time for some 90 at 3 seconds, and 13 at 20.
    assert runs <= {0.2: 1, 3: 1, 20: 3}[latency]
    # It is late, and no failure.
    assert {*metrics(capsys.readouterr().out)["Failures"]} == {0}


def test_a_hundred_thousand_connections_are_decided(world: World) -> None:
    world.latency = 1
    world.connect_many(100_000, owner=STRANGER, state="rejected")
    world.connect_many(100)
    world.drain(SCHEDULED)
    assert (world.count("available"), world.killed) == (100, 0)


@pytest.mark.parametrize("seconds", [10, 29, 31, 40, 60])
def test_an_invocation_with_little_time_does_what_it_can(world: World, seconds: float) -> None:
    world.connect_many(200)
    world.latency = 2
    world.drain(NOTIFICATION, timeout=seconds)
    world.drain(SCHEDULED)
    assert (world.count("available"), world.killed) == (200, 0)


MARGIN = 30


def test_nobody_waits_for_a_round_without_time_for_it(world: World) -> None:
    world.connect_many(2)
    world.latency = 2
    world.faults.append(poison(ACCEPT, "vpce-00000", "InvalidState"))
    world.send(NOTIFICATION)
    world.receive(timeout=MARGIN + 10.5)
    assert (len(world.called(DESCRIBE)), world.count("available")) == (1, 1)


def test_nobody_is_disconnected_without_time_to_ask(world: World) -> None:
    some_of_each(world)
    world.send(NOTIFICATION)
    world.receive(timeout=MARGIN + 0.05)
    assert (world.called(STACKS), world.states()["vpce-3"]) == ([], "available")


def test_looking_for_the_cause_ends_with_the_time(world: World) -> None:
    world.connect_many(4)
    world.faults.append(poison(ACCEPT, "vpce-00000", "InvalidState"))
    world.send(NOTIFICATION)
    world.receive(timeout=MARGIN + 0.15)
    assert (len(world.called(ACCEPT)), world.killed) == (1, 0)


def test_a_function_that_is_killed_loses_nothing(world: World) -> None:
    world.connect_many(100)
    # A call that hangs for longer than the client of AWS allows.
    hanging = iter([400.0])

    def hang(call: Any) -> None:
        if call.action == ACCEPT:
            world.pass_time(next(hanging, 0.0))

    world.faults.append(hang)
    world.drain(NOTIFICATION)
    assert (world.killed, world.count("available"), world.dead) == (1, 100, [])


# --- others at work, and replays ----------------------------------------------------------------


@pytest.mark.parametrize("settling", [1, 4, 30])
def test_what_ec2_does_not_know_yet_is_no_failure(
    world: World, settling: float, capsys: pytest.CaptureFixture[str]
) -> None:
    world.settling = settling
    world.connect_many(3)
    world.send(NOTIFICATION)
    world.receive()
    # The second notification comes while the first one's work isn't visible.
    world.drain(NOTIFICATION)
    assert (world.count("available"), world.dead) == (3, [])
    assert {*metrics(capsys.readouterr().out)["Failures"]} == {0}


def test_two_runs_at_once_are_harmless(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.connect_many(120)
    other = iter([True])

    def quicker(call: Any) -> None:
        # The other run is between our reading and our first change.
        if call.action == ACCEPT and next(other, False):
            ends, world.ends = world.ends, float("inf")
            world.invoke({"Records": [{"messageId": "other", "body": "{}"}]})
            world.ends = ends

    world.faults.append(quicker)
    world.drain(NOTIFICATION)
    assert (world.count("available"), world.dead) == (120, [])
    assert {*metrics(capsys.readouterr().out)["Failures"]} == {0}


@pytest.mark.parametrize(
    "order", [*itertools.permutations(["Create", "Update", "message"])], ids=str
)
def test_events_may_come_in_any_order_and_twice(world: World, order: tuple[str, ...]) -> None:
    some_of_each(world)
    for kind in (*order, *order):
        if kind == "message":
            world.drain(NOTIFICATION)
        else:
            assert world.request(kind)["Status"] == "SUCCESS"
    assert world.states() == DONE
    assert len(world.called(ACCEPT)) == 1


def test_a_person_who_rejects_meanwhile_is_right(world: World) -> None:
    world.connect_many(3)

    def person(call: Any) -> None:
        if call.action == ACCEPT:
            world.connections["vpce-00001"]["VpcEndpointState"] = "rejected"

    world.faults.append(person)
    world.drain(NOTIFICATION)
    assert (world.count("available"), world.count("rejected"), world.dead) == (2, 1, [])


# --- failures that last -------------------------------------------------------------------------


def test_failures_count_when_they_last(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.connect_many(2)
    world.faults.append(poison(ACCEPT, "vpce-00000", "InvalidState"))
    world.send(NOTIFICATION)
    world.receive()
    # Not with the first run, which doesn't say that all is well, either.
    assert "Failures" not in metrics(capsys.readouterr().out)
    world.time = world.queue[0].visible
    assert world.time < 120
    world.receive()
    assert metrics(capsys.readouterr().out)["Failures"] == [1]


def test_fails_when_it_lasts_and_comes_less_and_less_often(world: World) -> None:
    world.connect("vpce-1")
    world.faults.append(poison(ACCEPT, "vpce-1", "InvalidState"))
    world.drain(NOTIFICATION)
    assert (len(world.results), len(world.dead)) == (5, 1)
    assert 600 < world.time < 2400


def test_a_queue_that_does_not_answer_is_waited_for(world: World) -> None:
    world.connect("vpce-1")
    world.faults.append(while_(ACCEPT, 300, denied))
    world.faults.append(always("sqs:ChangeMessageVisibility", denied))
    world.drain(NOTIFICATION)
    assert world.states() == {"vpce-1": "available"}
    assert world.time > 1800


# --- CloudFormation -----------------------------------------------------------------------------


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("kind", ["Create", "Update", "Delete"])
@pytest.mark.parametrize("name", [*PASSING, "denied"])
def test_a_stack_does_not_fail_for_what_a_later_run_does(
    world: World, action: str, kind: str, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    some_of_each(world)
    world.faults.append(always(action, PASSING.get(name, denied)))
    assert world.request(kind)["Status"] == "SUCCESS"
    assert world.time < 300
    # A deployment is no time for alarms.
    assert {*metrics(capsys.readouterr().out).get("Failures", [0])} == {0}


@pytest.mark.parametrize("name", PASSING)
def test_an_answer_that_does_not_arrive_is_repeated(world: World, name: str) -> None:
    failed = {"500": OSError("500"), "truncated": ConnectionResetError()}.get(name, TimeoutError())
    world.faults.append(while_("put", 10, lambda: failed))
    assert world.request("Create")["Status"] == "SUCCESS"
    assert len(world.answers) == 1


def test_fails_when_cloudformation_cannot_be_reached(world: World) -> None:
    world.faults.append(always("put", TimeoutError))
    with pytest.raises(TimeoutError):
        world.invoke(
            {
                "RequestType": "Create",
                "LogicalResourceId": "RulesApplied",
                "RequestId": "request",
                "ResponseURL": "https://cloudformation.example.com/?X-Amz-Signature=secret",
                "StackId": "stack",
            }
        )
    # Lambda repeats the invocation: it ends before it is killed.
    assert (world.time < 300, world.killed) == (True, 0)


@pytest.fixture
def stored(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.delenv("RULES")
    monkeypatch.setenv("RULES_APPLICATION", "app1234")
    monkeypatch.setenv("RULES_PROFILE", "prof123")
    monkeypatch.setenv("RULES_VERSION", "7")
    world.stored = json.dumps(RULES).encode()
    return world


@pytest.mark.parametrize("name", [*PASSING, "denied"])
def test_rules_that_cannot_be_read_for_a_while_are_waited_for(stored: World, name: str) -> None:
    stored.connect("vpce-1")
    stored.faults.append(while_(VERSION, 100, PASSING.get(name, denied)))
    assert stored.request("Create")["Status"] == "SUCCESS"
    assert stored.states() == {"vpce-1": "available"}


@pytest.mark.parametrize(
    ("error", "code", "seconds"),
    [
        (denied, DENIED, 120),
        (lambda: client_error("ResourceNotFoundException", 404), "ResourceNotFoundException", 60),
        (lambda: client_error("BadRequestException"), "BadRequestException", 0),
        (PASSING["throttled"], "RequestLimitExceeded", 200),
        (PASSING["truncated"], "ResponseParserError", 200),
    ],
    ids=["denied", "not found", "malformed", "throttled", "truncated"],
)
def test_fails_with_a_reason_when_rules_cannot_be_read(
    stored: World, error: Error, code: str, seconds: float
) -> None:
    stored.faults.append(always(VERSION, error))
    answer = stored.request("Create")
    assert answer["Status"] == "FAILED"
    assert f"can't be applied: {VERSION}: {code}" in answer["Reason"]
    assert answer["Reason"].endswith(f"Logs: {LOG_GROUP}")
    assert "xxxx" not in answer["Reason"]
    assert stored.answer_sizes[-1] <= 4096
    assert seconds <= stored.time < 300


def test_fails_when_there_is_no_time_to_read_rules(stored: World) -> None:
    answer = stored.request("Create", timeout=29)
    assert answer["Status"] == "FAILED"
    assert "can't be read in time" in answer["Reason"]


def test_no_time_to_apply_rules_is_no_failure(world: World) -> None:
    world.connect("vpce-1")
    assert world.request("Create", timeout=29)["Status"] == "SUCCESS"
    assert world.states() == {"vpce-1": "pendingAcceptance"}


def test_rules_that_cannot_be_read_decide_nothing(stored: World) -> None:
    stored.connect("vpce-1")
    stored.faults.append(always(VERSION, denied))
    stored.drain(SCHEDULED)
    assert (len(stored.dead), stored.called(DESCRIBE)) == (1, [])


@pytest.mark.parametrize("seed", range(20))
def test_any_mix_of_faults_ends_well(
    world: World, seed: int, capsys: pytest.CaptureFixture[str]
) -> None:
    names = sorted(PASSING)
    world.connect_many(300)
    world.connect("vpce-unwanted", UNWANTED, "available")
    world.connect("vpce-stranger", STRANGER)

    def mixed(call: Any) -> Exception | None:
        # Not at random, but as if.
        number = (len(world.calls) * 2654435761 + seed * 40503) % 97
        return PASSING[names[number % len(names)]]() if number < 48 else None

    world.faults.append(mixed)
    for _ in range(3):
        world.drain(SCHEDULED)
    states = world.states()
    assert states.pop("vpce-unwanted") == "rejected"
    assert states.pop("vpce-stranger") == "pendingAcceptance"
    assert {*states.values()} == {"available"}
    assert world.killed == 0
    assert metrics(capsys.readouterr().out)["Failures"][-1] == 0
