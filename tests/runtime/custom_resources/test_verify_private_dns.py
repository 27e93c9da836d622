"""What the function behind a private DNS name does, second by second."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests.support.lambda_fakes import LABEL, NAME, SERVICE, VALUE
from tests.support.lambda_fakes import VerifiedService as Ec2
from tests.support.lambda_world import LOG_GROUP, World, event_of, failing

from privatelink_constructs.runtime.custom_resources import verify_private_dns as step

if TYPE_CHECKING:
    from collections.abc import Callable

PROPERTIES = {
    "ServiceToken": "arn:aws:lambda:eu-west-1:111111111111:function:step",
    "ServiceId": SERVICE,
    "PrivateDnsName": NAME,
    "RecordName": f"{LABEL}.{NAME}",
    "RecordValue": VALUE,
    "TimeoutSeconds": "1800",
}
ID = f"{SERVICE}/{NAME}/{VALUE}"


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    return World(monkeypatch)


@pytest.fixture
def ec2(world: World, monkeypatch: pytest.MonkeyPatch) -> Ec2:
    return Ec2(world, monkeypatch)


def run(world: World, request_type: str = "Create", **properties: str) -> dict[str, Any]:
    event = event_of(request_type, {**PROPERTIES, **properties}, physical_id=ID)
    return world.run(step.handler, event)


# --- the way to a verified name ---------------------------------------------------------------


@pytest.mark.parametrize("request_type", ["Create", "Update"])
def test_starts_the_verification_and_waits(world: World, ec2: Ec2, request_type: str) -> None:
    answer = run(world, request_type)

    assert answer["Status"] == "SUCCESS"
    assert answer["PhysicalResourceId"] == ID
    assert len(world.called(step.START)) == 1
    assert ec2.takes <= world.seconds < ec2.takes + 20


def test_answers_to_the_request_with_the_attributes(world: World, ec2: Ec2) -> None:
    ec2.state = "verified"
    answer = run(world)

    assert answer["Data"].pop("VerifiedAt").startswith("2027-01-15T08:00:00")
    assert answer == {
        "StackId": "arn:aws:cloudformation:eu-west-1:111111111111:stack/Provider/1",
        "RequestId": "request",
        "LogicalResourceId": "Step",
        "Status": "SUCCESS",
        "PhysicalResourceId": ID,
        "Data": {
            "PrivateDnsName": NAME,
            "RecordName": f"{LABEL}.{NAME}",
            "RecordValue": VALUE,
            "ServiceId": SERVICE,
            "State": "verified",
        },
    }


@pytest.mark.parametrize("state", ["verified", "Verified", "VERIFIED"])
def test_leaves_a_verified_name_alone(world: World, ec2: Ec2, state: str) -> None:
    ec2.state = state
    run(world, "Update")
    assert not world.called(step.START)


@pytest.mark.parametrize("state", [None, "failed", "Failed"])
def test_starts_whatever_was_not_started_here(world: World, ec2: Ec2, state: str | None) -> None:
    ec2.state = state
    assert run(world)["Status"] == "SUCCESS"


def test_starts_again_when_a_verification_fails(world: World, ec2: Ec2) -> None:
    ec2.outcome = "failed"

    def publish(call: object) -> None:
        if world.seconds > 300:
            ec2.outcome = "verified"

    world.faults.append(publish)
    answer = run(world)
    assert answer["Status"] == "SUCCESS"
    assert 2 < len(world.called(step.START)) < 20


def test_is_not_started_twice_while_it_is_under_way(world: World, ec2: Ec2) -> None:
    ec2.takes = 1000
    run(world)
    assert len(world.called(step.START)) == 1


@pytest.mark.parametrize("stale", [{"name": "old.example.com"}, {"value": "vpce:old"}])
def test_waits_until_the_service_is_described_as_it_should_be(
    world: World, ec2: Ec2, stale: dict[str, str]
) -> None:
    ec2.state = "verified"
    wanted = {key: getattr(ec2, key) for key in stale}
    for key, value in stale.items():
        setattr(ec2, key, value)

    def settle(call: object) -> None:
        if world.seconds > 40:
            for key, value in wanted.items():
                setattr(ec2, key, value)

    world.faults.append(settle)
    assert run(world, "Update")["Status"] == "SUCCESS"
    assert world.seconds > 40
    assert not world.called(step.START)


def test_deletes_without_a_call(world: World, ec2: Ec2) -> None:
    event = event_of("Delete", {}, physical_id="whatever")
    answer = world.run(step.handler, event)
    assert (answer["Status"], answer["PhysicalResourceId"]) == ("SUCCESS", "whatever")
    assert [call.action for call in world.calls] == ["put"]


# --- the ID -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "same"),
    [
        ({"TimeoutSeconds": "60"}, True),
        ({"PrivateDnsName": "Payments.Example.com."}, True),
        ({"RecordValue": f'"{VALUE}"'}, True),
        ({"PrivateDnsName": "billing.example.com"}, False),
        ({"RecordValue": "vpce:other"}, False),
    ],
)
def test_the_id_follows_the_name_and_the_value(
    world: World, ec2: Ec2, changed: dict[str, str], *, same: bool
) -> None:
    ec2.state = "verified"
    ec2.name = changed.get("PrivateDnsName", NAME)
    ec2.value = changed.get("RecordValue", VALUE).strip('"')
    assert (run(world, "Update", **changed)["PhysicalResourceId"] == ID) is same


# --- several invocations ----------------------------------------------------------------------


def test_goes_on_in_further_invocations(world: World, ec2: Ec2) -> None:
    ec2.takes = 3000
    answer = run(world, TimeoutSeconds="3300")

    assert answer["Status"] == "SUCCESS"
    assert len(world.called("lambda:InvokeFunction")) == 3
    assert len(world.called(step.START)) == 1
    assert world.killed == 0


def test_each_invocation_ends_in_time(world: World, ec2: Ec2) -> None:
    ec2.takes = 3000
    event = event_of("Create", {**PROPERTIES, "TimeoutSeconds": "3300"})
    ends = list(world.deliver(step.handler, event))
    lengths = [after - before for before, after in zip([world.time - world.seconds, *ends], ends)]  # noqa: B905
    assert all(700 < length < 850 for length in lengths[:-1])


def test_fails_when_it_invoked_itself_too_often(world: World, ec2: Ec2) -> None:
    world.timeout = 100
    ec2.takes = 10000
    answer = run(world)
    assert answer["Status"] == "FAILED"
    assert "has invoked itself 5 times" in answer["Reason"]
    assert len(world.called("lambda:InvokeFunction")) == 5


@pytest.mark.parametrize("code", ["AccessDeniedException", "TooManyRequestsException", "503"])
def test_fails_when_it_cannot_invoke_itself(world: World, ec2: Ec2, code: str) -> None:
    ec2.takes = 3000
    world.faults.append(failing(code, action="lambda"))
    answer = run(world, TimeoutSeconds="3300")
    assert answer["Status"] == "FAILED"
    assert f"can't invoke itself to go on: An error occurred ({code})" in answer["Reason"]
    assert world.killed == 0


def test_keeps_time_for_the_answer_when_it_cannot_invoke_itself(world: World, ec2: Ec2) -> None:
    world.latency = 12
    ec2.takes = 3000
    world.faults.append(failing("503", action="lambda"))
    assert "can't invoke itself" in run(world, TimeoutSeconds="3300")["Reason"]
    assert world.killed == 0


def test_invokes_itself_when_that_fails_for_a_moment(world: World, ec2: Ec2) -> None:
    ec2.takes = 1000
    world.faults.append(
        lambda call: OSError() if call.action.startswith("lambda") and call.number < 2 else None
    )
    assert run(world)["Status"] == "SUCCESS"


@pytest.mark.parametrize("dies_in", [0, 1, 2])
def test_an_invocation_that_dies_is_repeated(
    world: World, ec2: Ec2, dies_in: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    ec2.takes = 2000
    died: list[bool] = []

    def die(call: Any) -> None:
        hops = len(world.called("lambda:InvokeFunction"))
        if hops == dies_in and not died and world.seconds > dies_in * 900 + 100:
            died.append(True)
            world.pass_time(10_000)

    world.faults.append(die)
    answer = run(world, TimeoutSeconds="3300")
    assert (answer["Status"], world.killed) == ("SUCCESS", 1)


def test_poll_interval_and_margin_come_from_the_environment(
    world: World, ec2: Ec2, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POLL_SECONDS", "1")
    monkeypatch.setenv("MARGIN_SECONDS", "5")
    world.timeout = 20
    ec2.takes = 50
    run(world)
    assert world.seconds < 55
    assert len(world.called("lambda:InvokeFunction")) == 3


# --- the answer -------------------------------------------------------------------------------


def test_the_answer_is_sent_again_while_that_fails(world: World, ec2: Ec2) -> None:
    world.faults.append(
        lambda call: OSError() if call.action == "put" and call.number < 4 else None
    )
    assert run(world)["Status"] == "SUCCESS"


def test_an_answer_that_cannot_be_sent_is_left_to_lambda(world: World, ec2: Ec2) -> None:
    ec2.state = "verified"
    world.faults.append(
        lambda call: OSError() if call.action == "put" and call.seconds < 30 else None
    )
    assert run(world)["Status"] == "SUCCESS"
    assert world.killed == 1


# --- failures ---------------------------------------------------------------------------------


def test_fails_when_the_time_is_up(world: World, ec2: Ec2) -> None:
    ec2.outcome = "failed"
    answer = run(world, "Update")

    assert answer["Status"] == "FAILED"
    assert answer["PhysicalResourceId"] == ID
    assert answer["Reason"].startswith(
        f"{NAME} of {SERVICE} is not verified after 1800 seconds. There should be a public record "
        f'{LABEL}.{NAME} of type TXT with the value "{VALUE}". Seen: state '
    )
    assert LOG_GROUP in answer["Reason"]
    assert 1800 <= world.seconds < 1820


def test_a_failed_update_leaves_the_id(world: World, ec2: Ec2) -> None:
    answer = run(world, "Update", PrivateDnsName="billing.example.com", TimeoutSeconds="30")
    assert (answer["Status"], answer["PhysicalResourceId"]) == ("FAILED", ID)
    assert "private DNS name of the service payments.example.com" in answer["Reason"]


@pytest.mark.parametrize("state", ["Deleted", "Deleting", "Failed"])
def test_fails_when_the_service_is_gone(world: World, ec2: Ec2, state: str) -> None:
    ec2.service_state = state
    answer = run(world)
    assert f"no endpoint service {SERVICE} any more" in answer["Reason"]
    assert f"the state of the service is {state}" in answer["Reason"]
    assert 60 <= world.seconds < 90


def test_fails_when_no_service_is_listed(world: World, ec2: Ec2) -> None:
    ec2.listed = False
    assert "AWS lists no such service" in run(world)["Reason"]
    assert 60 <= world.seconds < 90


def test_a_service_that_is_listed_late_is_waited_for(world: World, ec2: Ec2) -> None:
    ec2.listed = False

    def appear(call: object) -> None:
        ec2.listed = world.seconds > 40

    world.faults.append(appear)
    assert run(world)["Status"] == "SUCCESS"


@pytest.mark.parametrize("name", sorted(PROPERTIES.keys() - {"ServiceToken", "TimeoutSeconds"}))
def test_fails_when_a_property_is_missing(world: World, ec2: Ec2, name: str) -> None:
    answer = run(world, **{name: " "})
    assert answer["Reason"].startswith(f"The property {name} of the custom resource is missing.")
    assert [call.action for call in world.calls] == ["put"]


@pytest.mark.parametrize("text", ["0", "3301", "-1", "1.5", "soon", "\u0663"])
def test_fails_when_the_timeout_is_out_of_range(world: World, ec2: Ec2, text: str) -> None:
    answer = run(world, TimeoutSeconds=text)
    assert "Use a whole number from 1 to 3300." in answer["Reason"]


def test_waits_for_half_an_hour_by_default(world: World, ec2: Ec2) -> None:
    ec2.outcome = "failed"
    event = event_of("Create", {k: v for k, v in PROPERTIES.items() if k != "TimeoutSeconds"})
    world.run(step.handler, event)
    assert 1800 <= world.seconds < 1820


def test_a_client_is_made_once() -> None:
    step.ec2_client.cache_clear()
    clients: list[Callable[[], object]] = [step.ec2_client]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
        assert clients[0]() is step.ec2_client()
    step.ec2_client.cache_clear()
