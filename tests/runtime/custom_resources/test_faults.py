"""What no fault of AWS, Lambda, or the network changes: every function answers, once, in time.

Each scenario is one function at work on the longest thing it does. The faults come by the second,
from a clock that stands still otherwise, so each run is the same.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from tests.support.lambda_fakes import (
    LABEL,
    NAME,
    ROLE,
    SERVICE,
    VALUE,
    ZONE_ID,
    Connections,
    HostedZones,
    RegionalService,
    VerifiedService,
)
from tests.support.lambda_world import (
    LOG_GROUP,
    PASSING,
    SECRETS,
    KilledError,
    World,
    event_of,
    failing,
    failing_sometimes,
    made,
)

from privatelink_constructs.runtime.custom_resources import (
    clock,
    lifecycle,
    logbook,
    patience,
    refresh_zones,
    reject_connections,
    verify_private_dns,
    write_delegated_record,
)

if TYPE_CHECKING:
    from tests.support.lambda_world import Call, Event

Done = Callable[[], bool]


@dataclass
class Scenario:
    """A function at work.

    :param done: whether everything is as it should be.
    """

    handler: Callable[[Any, Any], None]
    event: Event
    done: Done
    actions: tuple[str, ...]
    timeout: float

    def run(self, world: World) -> dict[str, Any]:
        return world.run(self.handler, self.event)


def verifying(world: World, monkeypatch: pytest.MonkeyPatch) -> Scenario:
    ec2 = VerifiedService(world, monkeypatch)
    ec2.takes = 60
    properties = {
        "ServiceId": SERVICE,
        "PrivateDnsName": NAME,
        "RecordName": f"{LABEL}.{NAME}",
        "RecordValue": VALUE,
        "TimeoutSeconds": "1800",
    }
    return Scenario(
        verify_private_dns.handler,
        event_of("Create", properties),
        lambda: ec2.current_state() == "verified",
        (verify_private_dns.DESCRIBE, verify_private_dns.START),
        1800,
    )


def refreshing(world: World, monkeypatch: pytest.MonkeyPatch) -> Scenario:
    ec2 = RegionalService(world, monkeypatch)
    properties = {
        "ServiceId": SERVICE,
        "LoadBalancerArns": ["arn:lb/a"],
        "AvailabilityZones": ["eu-west-1a", "eu-west-1b"],
        "TimeoutSeconds": "1800",
    }
    return Scenario(
        refresh_zones.handler,
        event_of("Create", properties),
        lambda: "eu-west-1b" in ec2.offered,
        (refresh_zones.DESCRIBE, refresh_zones.MODIFY),
        1800,
    )


def rejecting(world: World, monkeypatch: pytest.MonkeyPatch) -> Scenario:
    aws = Connections(world, monkeypatch)
    aws.page_size = 30
    aws.connect(120)
    properties = {"ServiceId": SERVICE, "ServiceLogicalId": "Service", "TimeoutSeconds": "1800"}
    return Scenario(
        reject_connections.handler,
        event_of("Delete", properties),
        lambda: not aws.live,
        (
            reject_connections.DESCRIBE_STACKS,
            reject_connections.DESCRIBE_RESOURCE,
            reject_connections.DESCRIBE,
            reject_connections.REJECT,
        ),
        1800,
    )


def delegating(world: World, monkeypatch: pytest.MonkeyPatch) -> Scenario:
    dns = HostedZones(world, monkeypatch)
    properties = {
        "HostedZoneId": ZONE_ID,
        "RecordName": f"{LABEL}.{NAME}",
        "RecordValue": VALUE,
        "RoleArn": ROLE,
        "TimeoutSeconds": "600",
    }
    return Scenario(
        write_delegated_record.handler,
        event_of("Create", properties),
        lambda: dns.values() == [VALUE],
        (
            write_delegated_record.ASSUME,
            write_delegated_record.LIST,
            write_delegated_record.CHANGE,
        ),
        600,
    )


SCENARIOS = [verifying, refreshing, rejecting, delegating]


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    return World(monkeypatch)


@pytest.fixture(params=SCENARIOS, ids=[it.__name__ for it in SCENARIOS])
def scenario(
    request: pytest.FixtureRequest, world: World, monkeypatch: pytest.MonkeyPatch
) -> Scenario:
    return request.param(world, monkeypatch)


def succeeds(world: World, scenario: Scenario) -> None:
    answer = scenario.run(world)
    assert answer["Status"] == "SUCCESS", answer
    assert scenario.done()
    assert world.seconds <= scenario.timeout + 60


# --- what passes ------------------------------------------------------------------------------


@pytest.mark.parametrize("code", PASSING)
def test_what_passes_is_waited_out(world: World, scenario: Scenario, code: str) -> None:
    world.faults.append(failing(code, seconds=300))
    succeeds(world, scenario)


@pytest.mark.parametrize("share", [0.3, 0.5, 0.7])
@pytest.mark.parametrize("seed", range(5))
def test_a_share_of_failing_calls_is_waited_out(
    world: World, scenario: Scenario, share: float, seed: int
) -> None:
    world.faults.append(failing_sometimes("RequestLimitExceeded", share, seed=seed))
    succeeds(world, scenario)


@pytest.mark.parametrize("code", ["AccessDenied", "UnauthorizedOperation", "AuthFailure"])
def test_what_is_denied_for_a_while_is_waited_out(
    world: World, scenario: Scenario, code: str
) -> None:
    world.faults.append(failing(code, seconds=100))
    succeeds(world, scenario)


@pytest.mark.parametrize("code", ["InvalidVpcEndpointServiceId.NotFound", "NoSuchHostedZone"])
def test_what_is_not_found_for_a_while_is_waited_out(
    world: World, scenario: Scenario, code: str
) -> None:
    world.faults.append(failing(code, seconds=50))
    succeeds(world, scenario)


def test_what_is_denied_again_later_has_its_time_again(world: World, scenario: Scenario) -> None:
    # 100 seconds of it, a good moment, and 100 seconds more.
    def fault(call: Call) -> Exception | None:
        bad = call.seconds % 130 < 100 and call.seconds < 260
        return made("AccessDenied") if bad and call.action != "put" else None

    world.faults.append(fault)
    succeeds(world, scenario)


@pytest.mark.parametrize(
    "error", [KeyError, TypeError, IndexError, ValueError, AttributeError, RuntimeError]
)
def test_answers_that_are_incomplete_are_requested_again(
    world: World, scenario: Scenario, error: type[Exception]
) -> None:
    def fault(call: Call) -> Exception | None:
        return error("cut off") if call.seconds < 100 and call.action != "put" else None

    world.faults.append(fault)
    succeeds(world, scenario)


@pytest.mark.parametrize("latency", [1, 5, 12])
def test_slow_calls_end_no_invocation(world: World, scenario: Scenario, latency: float) -> None:
    world.latency = latency
    world.timeout = 300
    succeeds(world, scenario)
    assert world.killed == 0


def test_fails_when_an_event_cannot_be_read(world: World, scenario: Scenario) -> None:
    scenario.event["ResourceProperties"] = None
    answer = scenario.run(world)
    assert answer["Status"] == "FAILED"
    assert "The event can't be read: " in answer["Reason"]
    assert [call.action for call in world.calls] == ["put"]


# --- Lambda -----------------------------------------------------------------------------------


@pytest.mark.parametrize("number", range(8))
def test_an_invocation_that_dies_at_any_call_is_repeated(
    world: World, scenario: Scenario, number: int
) -> None:
    def die(call: Call) -> None:
        if len(world.calls) == number + 1 and world.killed == 0:
            raise KilledError

    world.faults.append(die)
    succeeds(world, scenario)
    assert world.invocations == world.killed + 1 + len(world.called("lambda:InvokeFunction"))


def test_an_event_that_comes_twice_is_answered_alike(world: World, scenario: Scenario) -> None:
    first, second = scenario.run(world), scenario.run(world)
    for answer in (first, second):
        answer.get("Data", {}).pop("VerifiedAt", None)
    assert first == second
    assert scenario.done()


def test_two_invocations_at_the_same_time_agree(world: World, scenario: Scenario) -> None:
    """The second one runs whole while the first one waits for its third call."""
    answers: list[dict[str, Any]] = []

    def interrupt(call: Call) -> None:
        if len(world.calls) == 3 and not answers:
            answers.append({})
            ends = world.ends
            world.invocation_lives(scenario.handler, json.dumps(scenario.event))
            world.ends = max(ends, world.ends)

    world.faults.append(interrupt)
    for _ in world.deliver(scenario.handler, scenario.event):
        pass
    assert {answer["Status"] for answer in world.answers} == {"SUCCESS"}
    assert len({answer["PhysicalResourceId"] for answer in world.answers}) == 1
    assert scenario.done()


def test_five_thousand_connections_half_of_whose_calls_fail(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    scenario = rejecting(world, monkeypatch)
    aws = Connections(world, monkeypatch)
    aws.connect(5000)
    world.faults.append(failing_sometimes("RequestLimitExceeded", 0.5))
    answer = scenario.run(world)
    assert answer["Status"] == "SUCCESS"
    assert not aws.live


# --- what is final ----------------------------------------------------------------------------


@pytest.mark.parametrize("number", range(4))
def test_fails_when_an_action_is_denied_permanently(
    world: World, scenario: Scenario, number: int
) -> None:
    action = scenario.actions[number % len(scenario.actions)]
    world.faults.append(
        failing("UnauthorizedOperation", action=action, message=f"No. {BLOB} x" + "y" * 3000)
    )
    answer = scenario.run(world)
    assert answer["Status"] == "FAILED"
    assert action in answer["Reason"] or "may not assume" in answer["Reason"]
    assert "UnauthorizedOperation: No." in answer["Reason"]
    assert 120 <= world.seconds < 190 + 300


BLOB = "Encoded authorization failure message: " + "x" * 3600


@pytest.mark.parametrize("code", ["InvalidVpcEndpointServiceId.Malformed", "InvalidInput"])
@pytest.mark.parametrize("make", [verifying, refreshing, delegating])
def test_fails_at_once_when_the_request_is_malformed(
    world: World,
    monkeypatch: pytest.MonkeyPatch,
    make: Callable[[World, pytest.MonkeyPatch], Scenario],
    code: str,
) -> None:
    scenario = make(world, monkeypatch)
    world.faults.append(failing(code))
    assert code in scenario.run(world)["Reason"]
    assert world.seconds < 1


@pytest.mark.parametrize("code", PASSING)
def test_fails_at_the_deadline_with_the_code(world: World, scenario: Scenario, code: str) -> None:
    world.faults.append(
        lambda call: None if call.action.startswith("lambda") else failing(code)(call)
    )
    answer = scenario.run(world)
    assert answer["Status"] == "FAILED"
    assert code in answer["Reason"]
    assert LOG_GROUP in answer["Reason"]
    assert scenario.timeout <= world.seconds < scenario.timeout + 60
    assert world.killed == 0


@pytest.mark.parametrize("length", [10, 400, 4000, 40_000])
@pytest.mark.parametrize("letter", ["x", "\u00e9", "\U0001f600", '"', "\n"])
def test_no_answer_is_longer_than_cloudformation_takes(
    world: World, scenario: Scenario, length: int, letter: str
) -> None:
    scenario.event["LogicalResourceId"] = "L" * 255
    properties = scenario.event["ResourceProperties"]
    for name in ("ServiceId", "HostedZoneId"):
        if name in properties:
            properties[name] = letter.join(["s"] * (length // 10))
    world.faults.append(failing("InvalidState", message=letter * length))
    scenario.run(world)
    (body,) = world.bodies
    assert len(body) <= lifecycle.MAX_RESPONSE
    if world.answers[0]["Status"] == "FAILED":
        assert LOG_GROUP in world.answers[0]["Reason"]


def test_no_secret_is_written(
    world: World, scenario: Scenario, capsys: pytest.CaptureFixture[str]
) -> None:
    world.faults.append(failing("UnauthorizedOperation", seconds=500, message=BLOB))
    scenario.event["ResourceProperties"]["ExternalId"] = "external-secret"
    scenario.run(world)
    said = capsys.readouterr().out + json.dumps(world.answers)
    for secret in (*SECRETS, "x" * 50, "external-secret"):
        assert secret not in said


def test_log_lines_are_json_with_the_request(
    world: World, scenario: Scenario, capsys: pytest.CaptureFixture[str]
) -> None:
    world.faults.append(failing("Throttling", seconds=60))
    scenario.run(world)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert lines
    for line in lines:
        assert line["request_id"].startswith("request-")
        assert line["logical_id"] == "Step"
        assert line["hop"] in range(6)
        assert len(json.dumps(line)) < 10_000


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("x" * 5000, "x" * 1000),
        (["a"] * 25, [*["a"] * 20, "and 5 more"]),
        ({"a": 1}, ["a: 1"]),
        (7, 7),
    ],
    ids=["text", "list", "mapping", "number"],
)
def test_log_lines_are_bounded(
    value: object, shown: object, capsys: pytest.CaptureFixture[str]
) -> None:
    logbook.begin()
    logbook.log("INFO", "said", value=value)
    assert json.loads(capsys.readouterr().out)["value"] == shown


# --- the parts --------------------------------------------------------------------------------


def test_the_real_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []
    monkeypatch.setattr("time.sleep", waited.append)
    clock.pause(3)
    assert waited == [3]
    assert clock.now() > 1_700_000_000
    pauses = {clock.spread(10) for _ in range(50)}
    assert len(pauses) > 1
    assert all(8 <= pause <= 12 for pause in pauses)


def test_the_client_of_lambda_is_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    lifecycle.lambda_client.cache_clear()
    assert lifecycle.lambda_client() is lifecycle.lambda_client()
    lifecycle.lambda_client.cache_clear()


def test_a_step_with_nothing_to_do_passes_errors_on() -> None:
    nothing = lifecycle.Nothing({"LogicalResourceId": "Step"})
    error = patience.RefusedError("a:B", "Code", "", patience.Kind.OTHER)
    assert nothing.physical_resource_id == "Step"
    assert nothing.refused(error) == "a:B: Code"
    assert nothing.too_late("last") == "last"


def test_a_removal_passes_errors_on() -> None:
    properties = {"HostedZoneId": "Z", "RecordName": "r", "RecordValue": "v", "RoleArn": "a"}
    removal = write_delegated_record.Removal(event_of("Delete", properties))
    error = patience.RefusedError("a:B", "Code", "No.", patience.Kind.OTHER)
    assert removal.refused(error) == "a:B: Code: No."
    assert removal.too_late("") == "r was left behind. Last error: none."
