from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.exceptions import EndpointConnectionError
from botocore.stub import Stubber

from privatelink_constructs.runtime.private_dns import index

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from botocore.awsrequest import AWSPreparedRequest
    from mypy_boto3_ec2 import EC2Client

    Event = dict[str, Any]
    Handler = Callable[[Event, object], dict[str, Any]]

SERVICE = "vpce-svc-0123456789abcdef0"
NAME = "payments.example.com"
LABEL = "_6e86v84tqgqubxbwii1m"
VALUE = "vpce:l6p0ERxlTt45jevFwOCp"
START = datetime(2026, 9, 1, 12, 0, tzinfo=timezone.utc)
PROPERTIES = {
    "ServiceToken": "arn:aws:lambda:eu-west-1:111111111111:function:provider",
    "ServiceId": SERVICE,
    "PrivateDnsName": NAME,
    "RecordName": f"{LABEL}.{NAME}",
    "RecordValue": VALUE,
    "TimeoutSeconds": "1800",
}
ACTION = "DescribeVpcEndpointServiceConfigurations"
DESCRIBE = "describe_vpc_endpoint_service_configurations"
REQUEST = "start_vpc_endpoint_service_private_dns_verification"


class Clock:
    def __init__(self) -> None:
        self.time = START

    def __call__(self) -> datetime:
        return self.time

    def advance(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(index, "now", clock)
    return clock


class UnexpectedCallError(AssertionError):
    """Not a botocore error, unlike the Stubber's own: no handler takes it for an answer."""

    def __init__(self, **details: object) -> None:
        super().__init__(str(details))


def be_strict(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("StubResponseError", "UnStubbedResponseError"):
        monkeypatch.setattr(f"botocore.stub.{name}", UnexpectedCallError)


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> Iterator[Stubber]:
    _ = clock
    be_strict(monkeypatch)
    client: EC2Client = boto3.client(  # pyright: ignore[reportUnknownMemberType]
        "ec2",
        region_name="eu-west-1",
        aws_access_key_id="x",
        aws_secret_access_key="x",
    )
    monkeypatch.setattr(index, "ec2_client", lambda: client)
    with Stubber(client) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


def event_of(request_type: str, **properties: str) -> Event:
    event: Event = {
        "RequestType": request_type,
        "ResponseURL": "https://cloudformation.example.com/?X-Amz-Signature=secret",
        "StackId": "arn:aws:cloudformation:eu-west-1:111111111111:stack/payments/1",
        "LogicalResourceId": "Verification",
        "ResourceProperties": {**PROPERTIES, **properties},
    }
    if request_type != "Create":
        event["PhysicalResourceId"] = f"{SERVICE}/{NAME}/{VALUE}"
    return event


def poll_of(*, requested: bool = True, request_type: str = "Create", **properties: str) -> Event:
    answer = {
        "PhysicalResourceId": f"{SERVICE}/{NAME}/{VALUE}",
        "Verification": {"Requested": requested, "Since": START.isoformat()},
    }
    return {**event_of(request_type, **properties), **answer}


def polled_after(event: Event) -> Event:
    """What the provider framework makes of an event and the answer of ``on_event``."""
    return json.loads(json.dumps({**event, **index.on_event(event, None)}))


def see(
    aws: Stubber,
    state: str | None = "pendingVerification",
    *,
    name: str | None = NAME,
    value: str = VALUE,
    service_state: str = "Available",
) -> None:
    configuration: dict[str, Any] = {"ServiceId": SERVICE, "ServiceState": service_state}
    if name is not None:
        configuration["PrivateDnsName"] = name
    if state is not None:
        configuration["PrivateDnsNameConfiguration"] = {
            "Name": LABEL,
            "State": state,
            "Type": "TXT",
            "Value": value,
        }
    aws.add_response(
        DESCRIBE, {"ServiceConfigurations": [configuration]}, {"ServiceIds": [SERVICE]}
    )


def accept_request(aws: Stubber) -> None:
    aws.add_response(REQUEST, {"ReturnValue": True}, {"ServiceId": SERVICE})


def refuse(aws: Stubber, method: str, code: str, message: str = "No.") -> None:
    aws.add_client_error(method, code, message)


# --- on_event ---------------------------------------------------------------------------------


@pytest.mark.parametrize("request_type", ["Create", "Update"])
def test_starts_the_verification(aws: Stubber, request_type: str) -> None:
    see(aws)
    accept_request(aws)
    assert index.on_event(event_of(request_type), None) == {
        "PhysicalResourceId": f"{SERVICE}/{NAME}/{VALUE}",
        "Verification": {"Requested": True, "Since": START.isoformat()},
    }


@pytest.mark.parametrize("request_type", ["Create", "Update"])
@pytest.mark.parametrize("state", ["verified", "Verified", "VERIFIED"])
def test_leaves_a_verified_name_alone(aws: Stubber, request_type: str, state: str) -> None:
    see(aws, state)
    answer = index.on_event(event_of(request_type), None)
    assert answer["Verification"]["Requested"] is False


def test_starts_a_failed_verification_again_on_update(aws: Stubber) -> None:
    see(aws, "failed")
    accept_request(aws)
    assert index.on_event(event_of("Update"), None)["Verification"]["Requested"] is True


def test_starts_where_no_state_is_given_yet(aws: Stubber) -> None:
    see(aws, None)
    accept_request(aws)
    assert index.on_event(event_of("Create"), None)["Verification"]["Requested"] is True


def test_an_event_that_arrives_twice_gets_the_same_id(aws: Stubber) -> None:
    for _ in range(2):
        see(aws)
        accept_request(aws)
    first, second = (index.on_event(event_of("Create"), None) for _ in range(2))
    assert first == second


def test_a_repeated_event_leaves_what_was_verified_meanwhile_alone(aws: Stubber) -> None:
    see(aws)
    accept_request(aws)
    first = index.on_event(event_of("Create"), None)
    see(aws, "verified")
    assert (
        index.on_event(event_of("Create"), None)["PhysicalResourceId"]
        == (first["PhysicalResourceId"])
    )


def test_a_rename_verifies_again_under_another_id(aws: Stubber) -> None:
    see(aws, name="billing.example.com")
    accept_request(aws)
    event = event_of("Update", PrivateDnsName="billing.example.com")
    answer = index.on_event(event, None)
    assert answer["Verification"]["Requested"] is True
    assert answer["PhysicalResourceId"] != event["PhysicalResourceId"]


def test_a_changed_value_verifies_again_under_another_id(aws: Stubber) -> None:
    see(aws, value="vpce:other")
    accept_request(aws)
    event = event_of("Update", RecordValue="vpce:other")
    answer = index.on_event(event, None)
    assert answer["Verification"]["Requested"] is True
    assert answer["PhysicalResourceId"] != event["PhysicalResourceId"]


@pytest.mark.parametrize(
    "changed",
    [{"TimeoutSeconds": "60"}, {"PrivateDnsName": "Payments.Example.com."}],
    ids=["timeout", "letter case"],
)
def test_the_id_stays_when_nothing_else_changes(aws: Stubber, changed: dict[str, str]) -> None:
    see(aws, "verified")
    event = event_of("Update", **changed)
    assert index.on_event(event, None)["PhysicalResourceId"] == event["PhysicalResourceId"]


def test_a_value_in_quotes_is_the_value(aws: Stubber) -> None:
    see(aws, "verified")
    answer = index.on_event(event_of("Create", RecordValue=f'"{VALUE}"'), None)
    assert answer["PhysicalResourceId"] == f"{SERVICE}/{NAME}/{VALUE}"


@pytest.mark.parametrize("seen", [{"name": "old.example.com"}, {"value": "vpce:old"}])
def test_verifies_nothing_else_than_what_is_wanted(aws: Stubber, seen: dict[str, str]) -> None:
    see(aws, "failed", **seen)
    assert index.on_event(event_of("Update"), None)["Verification"]["Requested"] is False


@pytest.mark.parametrize("code", ["RequestLimitExceeded", "InternalError", "IncorrectState"])
def test_a_refused_start_is_left_to_the_polls(aws: Stubber, code: str) -> None:
    see(aws)
    refuse(aws, REQUEST, code)
    assert index.on_event(event_of("Create"), None)["Verification"]["Requested"] is False


def test_a_throttled_look_is_left_to_the_polls(aws: Stubber) -> None:
    refuse(aws, DESCRIBE, "RequestLimitExceeded")
    assert index.on_event(event_of("Create"), None)["Verification"]["Requested"] is False


def test_delete_calls_nothing_and_keeps_the_id() -> None:
    event = event_of("Delete")
    event["ResourceProperties"] = {}
    answers = [index.on_event(event, None) for _ in range(2)]
    assert answers == [{"PhysicalResourceId": event["PhysicalResourceId"]}] * 2


@pytest.mark.parametrize("name", ["PrivateDnsName", "RecordName", "RecordValue", "ServiceId"])
def test_fails_when_a_property_is_missing(name: str) -> None:
    with pytest.raises(index.VerificationError, match=f"property {name} .* is missing"):
        index.on_event(event_of("Create", **{name: " "}), None)


@pytest.mark.parametrize("timeout", ["0", "3301", "-1", "half an hour", "1.5", ""])
def test_fails_when_the_timeout_is_out_of_range(timeout: str) -> None:
    with pytest.raises(index.VerificationError, match=r"TimeoutSeconds is .* from 1 to 3300"):
        index.on_event(event_of("Create", TimeoutSeconds=timeout), None)


@pytest.mark.parametrize("timeout", ["1", "3300"])
def test_takes_the_outermost_timeouts(timeout: str) -> None:
    expected = index.Expected.from_properties({**PROPERTIES, "TimeoutSeconds": timeout})
    assert expected.timeout == timedelta(seconds=int(timeout))


def test_the_timeout_is_half_an_hour_unless_given() -> None:
    properties = {name: PROPERTIES[name] for name in PROPERTIES if name != "TimeoutSeconds"}
    assert index.Expected.from_properties(properties).timeout == timedelta(minutes=30)


# --- is_complete ------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["verified", "Verified"])
def test_is_complete_when_verified(aws: Stubber, clock: Clock, state: str) -> None:
    clock.advance(75)
    see(aws, state)
    assert index.is_complete(poll_of(), None) == {
        "IsComplete": True,
        "Data": {
            "PrivateDnsName": NAME,
            "RecordName": f"{LABEL}.{NAME}",
            "RecordValue": VALUE,
            "ServiceId": SERVICE,
            "State": "verified",
            "VerifiedAt": "2026-09-01T12:01:15+00:00",
        },
    }


@pytest.mark.parametrize("state", ["pendingVerification", "PendingVerification", "unheard of"])
def test_waits_while_pending_and_gives_no_data(aws: Stubber, state: str) -> None:
    see(aws, state)
    assert index.is_complete(poll_of(), None) == {"IsComplete": False}


def test_the_first_verification_succeeds(aws: Stubber, clock: Clock) -> None:
    see(aws)
    accept_request(aws)
    event = polled_after(event_of("Create"))
    clock.advance(5)
    see(aws, "verified")
    assert index.is_complete(event, None)["IsComplete"] is True


def test_pending_then_verified(aws: Stubber, clock: Clock) -> None:
    see(aws)
    accept_request(aws)
    event = polled_after(event_of("Create"))
    answers: list[bool] = []
    for state in ("pendingVerification", "pendingVerification", "verified"):
        clock.advance(15)
        see(aws, state)
        answers.append(index.is_complete(event, None)["IsComplete"])
    assert answers == [False, False, True]


@pytest.mark.parametrize("state", ["failed", "Failed"])
def test_failed_is_started_again(aws: Stubber, clock: Clock, state: str) -> None:
    clock.advance(120)
    see(aws, state)
    accept_request(aws)
    assert index.is_complete(poll_of(), None) == {"IsComplete": False}


def test_failed_then_started_again_then_verified(aws: Stubber, clock: Clock) -> None:
    see(aws, "failed")
    accept_request(aws)
    assert index.is_complete(poll_of(), None)["IsComplete"] is False
    clock.advance(15)
    see(aws, "verified")
    assert index.is_complete(poll_of(), None)["IsComplete"] is True


@pytest.mark.parametrize("seconds", [0, 89, 300, 1589])
def test_starts_what_could_not_be_started_before(
    aws: Stubber, clock: Clock, seconds: float
) -> None:
    clock.advance(seconds)
    see(aws)
    accept_request(aws)
    assert index.is_complete(poll_of(requested=False), None) == {"IsComplete": False}


@pytest.mark.parametrize("seconds", [90, 299, 390, 1590])
def test_does_not_ask_for_the_same_all_the_time(aws: Stubber, clock: Clock, seconds: float) -> None:
    clock.advance(seconds)
    see(aws)
    assert index.is_complete(poll_of(requested=False), None) == {"IsComplete": False}


@pytest.mark.parametrize("code", ["RequestLimitExceeded", "Throttling", "Unavailable"])
def test_a_refused_poll_is_not_the_end(aws: Stubber, code: str) -> None:
    refuse(aws, DESCRIBE, code)
    assert index.is_complete(poll_of(), None) == {"IsComplete": False}


def test_a_refused_restart_is_not_the_end(aws: Stubber) -> None:
    see(aws, "failed")
    refuse(aws, REQUEST, "RequestLimitExceeded")
    assert index.is_complete(poll_of(), None) == {"IsComplete": False}


def test_an_unreachable_service_is_not_the_end(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreachable() -> EC2Client:
        raise EndpointConnectionError(endpoint_url="https://ec2.example.com")

    _ = clock
    monkeypatch.setattr(index, "ec2_client", unreachable)
    assert index.is_complete(poll_of(), None) == {"IsComplete": False}


def test_is_complete_on_delete_without_a_call() -> None:
    assert index.is_complete(event_of("Delete"), None) == {"IsComplete": True}


def test_is_complete_for_a_name_without_a_value_in_the_answer(aws: Stubber) -> None:
    see(aws, "verified", value="")
    assert index.is_complete(poll_of(), None)["IsComplete"] is True


@pytest.mark.parametrize("seen", [{"name": "old.example.com"}, {"value": "vpce:old"}])
def test_a_verified_name_of_before_is_not_the_wanted_one(
    aws: Stubber, seen: dict[str, str]
) -> None:
    see(aws, "verified", **seen)
    assert index.is_complete(poll_of(), None) == {"IsComplete": False}


def test_the_name_is_compared_without_regard_to_case(aws: Stubber) -> None:
    see(aws, "verified", name="Payments.Example.COM")
    assert index.is_complete(poll_of(), None)["IsComplete"] is True


def test_waits_until_just_before_the_deadline(aws: Stubber, clock: Clock) -> None:
    clock.advance(1799)
    see(aws)
    assert index.is_complete(poll_of(), None) == {"IsComplete": False}


def test_is_complete_when_verified_at_the_last_moment(aws: Stubber, clock: Clock) -> None:
    clock.advance(1800)
    see(aws, "verified")
    assert index.is_complete(poll_of(), None)["IsComplete"] is True


def test_fails_when_the_time_is_up(aws: Stubber, clock: Clock) -> None:
    clock.advance(1800)
    see(aws)
    with pytest.raises(index.VerificationError) as caught:
        index.is_complete(poll_of(), None)
    assert str(caught.value) == (
        f"{NAME} of {SERVICE} is not verified after 1800 seconds. There should be a public record "
        f'{LABEL}.{NAME} of type TXT with the value "{VALUE}". Seen: state pendingVerification, '
        f"private DNS name of the service {NAME}, record label {LABEL}, record value {VALUE}. "
        "Check what public resolvers answer for the record, then deploy again."
    )


def test_fails_when_the_time_of_this_one_name_is_up(aws: Stubber, clock: Clock) -> None:
    clock.advance(60)
    see(aws)
    see(aws)
    assert index.is_complete(poll_of(TimeoutSeconds="61"), None) == {"IsComplete": False}
    with pytest.raises(index.VerificationError, match="after 60 seconds"):
        index.is_complete(poll_of(TimeoutSeconds="60"), None)


def test_fails_when_the_last_restart_is_refused_and_says_so(aws: Stubber, clock: Clock) -> None:
    clock.advance(1800)
    see(aws, "failed")
    refuse(aws, REQUEST, "RequestLimitExceeded", "Request limit exceeded.")
    said = (
        "state failed, .*; last error: ec2:StartVpcEndpointServicePrivateDnsVerification: "
        "RequestLimitExceeded: Request limit exceeded"
    )
    with pytest.raises(index.VerificationError, match=said):
        index.is_complete(poll_of(), None)


def test_fails_when_nothing_can_be_seen_at_the_deadline(aws: Stubber, clock: Clock) -> None:
    clock.advance(1800)
    refuse(aws, DESCRIBE, "RequestLimitExceeded")
    with pytest.raises(index.VerificationError, match="Seen: nothing; last error: ec2:Describe"):
        index.is_complete(poll_of(), None)


def test_fails_when_the_service_has_another_name_and_says_which(aws: Stubber, clock: Clock) -> None:
    clock.advance(1800)
    see(aws, "verified", name="old.example.com")
    with pytest.raises(
        index.VerificationError, match=r"private DNS name of the service old\.example\.com"
    ):
        index.is_complete(poll_of(), None)


def test_fails_when_the_service_has_no_name_and_says_so(aws: Stubber, clock: Clock) -> None:
    clock.advance(1800)
    see(aws, None, name=None)
    said = "state none, private DNS name of the service none, record label none, record value none"
    with pytest.raises(index.VerificationError, match=said):
        index.is_complete(poll_of(), None)


# --- what waiting can't mend, in both handlers ------------------------------------------------

BOTH = pytest.mark.parametrize(
    ("handler", "event"),
    [(index.on_event, event_of("Create")), (index.is_complete, poll_of())],
    ids=["on_event", "is_complete"],
)


@BOTH
@pytest.mark.parametrize(
    "code",
    [
        "InvalidVpcEndpointService.NotFound",
        "InvalidVpcEndpointServiceId.Malformed",
        "InvalidVpcEndpointServiceId.NotFound",
    ],
)
def test_fails_when_the_service_is_not_found(
    aws: Stubber, handler: Handler, event: Event, code: str
) -> None:
    refuse(aws, DESCRIBE, code)
    with pytest.raises(index.VerificationError, match=f"no endpoint service {SERVICE} .*{code}"):
        handler(event, None)


@BOTH
def test_fails_when_the_service_vanishes_in_between(
    aws: Stubber, handler: Handler, event: Event
) -> None:
    see(aws, "failed")
    refuse(aws, REQUEST, "InvalidVpcEndpointServiceId.NotFound")
    with pytest.raises(index.VerificationError, match="no endpoint service"):
        handler(event, None)


@BOTH
def test_fails_when_the_service_is_not_listed(aws: Stubber, handler: Handler, event: Event) -> None:
    aws.add_response(DESCRIBE, {"ServiceConfigurations": []}, {"ServiceIds": [SERVICE]})
    with pytest.raises(index.VerificationError, match="AWS lists no such service"):
        handler(event, None)


@BOTH
@pytest.mark.parametrize("state", ["Deleted", "deleting", "Failed"])
def test_fails_when_the_service_is_on_its_way_out(
    aws: Stubber, handler: Handler, event: Event, state: str
) -> None:
    see(aws, "verified", service_state=state)
    with pytest.raises(index.VerificationError, match=f"its state is {state}"):
        handler(event, None)


def test_a_refusal_at_first_is_waited_out(aws: Stubber) -> None:
    see(aws)
    refuse(aws, REQUEST, "UnauthorizedOperation")
    answer = index.on_event(event_of("Create"), None)
    assert answer["Verification"]["Requested"] is False


def test_a_permission_may_take_a_minute_to_be_known(aws: Stubber, clock: Clock) -> None:
    clock.advance(59)
    see(aws)
    refuse(aws, REQUEST, "UnauthorizedOperation")
    assert index.is_complete(poll_of(requested=False), None) == {"IsComplete": False}


@pytest.mark.parametrize("code", ["UnauthorizedOperation", "AccessDenied", "AuthFailure"])
def test_fails_when_looking_is_not_allowed(aws: Stubber, clock: Clock, code: str) -> None:
    clock.advance(60)
    refuse(aws, DESCRIBE, code)
    said = f"may not call ec2:DescribeVpcEndpointServiceConfigurations for {SERVICE}.*{code}"
    with pytest.raises(index.VerificationError, match=said):
        index.is_complete(poll_of(), None)


def test_fails_when_starting_is_not_allowed(aws: Stubber, clock: Clock) -> None:
    clock.advance(60)
    see(aws)
    refuse(aws, REQUEST, "UnauthorizedOperation", "You are not authorized to do this.")
    said = (
        "may not call ec2:StartVpcEndpointServicePrivateDnsVerification .* You are not authorized"
    )
    with pytest.raises(index.VerificationError, match=said):
        index.is_complete(poll_of(requested=False), None)


def test_an_error_message_fits_into_the_response(aws: Stubber, clock: Clock) -> None:
    clock.advance(60)
    refuse(aws, DESCRIBE, "UnauthorizedOperation", "You are not authorized. " + "x" * 5000)
    with pytest.raises(index.VerificationError) as caught:
        index.is_complete(poll_of(), None)
    assert len(str(caught.value)) < 1000


def test_the_encoded_part_of_a_refusal_is_left_out(aws: Stubber, clock: Clock) -> None:
    clock.advance(60)
    message = "Not authorized. Encoded authorization failure message: AbCdEf"
    refuse(aws, DESCRIBE, "UnauthorizedOperation", message)
    with pytest.raises(index.VerificationError, match=r"Not authorized\.$"):
        index.is_complete(poll_of(), None)


# --- logs, clients, imports -------------------------------------------------------------------


def test_logs_one_line_of_json_without_the_response_url(
    aws: Stubber, capsys: pytest.CaptureFixture[str]
) -> None:
    see(aws)
    index.is_complete(poll_of(), None)
    output = capsys.readouterr().out
    assert json.loads(output) == {
        "level": "INFO",
        "logical_id": "Verification",
        "message": "private DNS name looked at",
        "private_dns_name": NAME,
        "record_name": f"{LABEL}.{NAME}",
        "request_type": "Create",
        "seen": (
            f"state pendingVerification, private DNS name of the service {NAME}, "
            f"record label {LABEL}, record value {VALUE}"
        ),
        "service_id": SERVICE,
        "stack_id": "arn:aws:cloudformation:eu-west-1:111111111111:stack/payments/1",
        "step": "wait",
    }
    assert "Signature" not in output


def test_logs_a_refused_call_as_a_warning(aws: Stubber, capsys: pytest.CaptureFixture[str]) -> None:
    refuse(aws, DESCRIBE, "RequestLimitExceeded")
    index.is_complete(poll_of(), None)
    line = json.loads(capsys.readouterr().out)
    assert (line["level"], line["seen"]) == (
        "WARNING",
        f"nothing; last error: ec2:{ACTION}: RequestLimitExceeded: No.",
    )


def test_the_clock_gives_utc() -> None:
    assert index.now().utcoffset() == timedelta(0)


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Iterator[EC2Client]:
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    index.ec2_client.cache_clear()
    yield index.ec2_client()
    index.ec2_client.cache_clear()


def test_the_client_is_made_once(client: EC2Client) -> None:
    assert index.ec2_client() is client


def test_throttling_is_retried_by_the_client_itself(
    client: EC2Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    error = (
        b"<Response><Errors><Error><Code>RequestLimitExceeded</Code><Message>Slow</Message>"
        b"</Error></Errors></Response>"
    )
    answers = [(503, error), (503, error), (200, b"<Response/>")]

    def answer(request: AWSPreparedRequest, **_: object) -> AWSResponse:
        status, body = answers.pop(0)
        return AWSResponse(str(request.url), status, HTTPHeaders(), _Streamed(body))

    monkeypatch.setattr("botocore.endpoint.time.sleep", list[float]().append)
    register: Callable[..., None] = client.meta.events.register
    register("before-send.ec2", answer)
    client.describe_vpc_endpoint_service_configurations(ServiceIds=[SERVICE])
    assert answers == []


class _Streamed:
    def __init__(self, body: bytes) -> None:
        self._body = body

    def stream(self) -> Iterator[bytes]:
        yield self._body


def test_imports_boto3_alone_and_makes_no_client(tmp_path: Path) -> None:
    asset = tmp_path / "asset"
    shutil.copytree(Path(index.__file__).parent, asset, ignore=shutil.ignore_patterns("__pyc*"))
    code = (
        "import sys, boto3, index\n"
        "unwanted = {'aws_cdk', 'constructs', 'jsii', 'mypy_boto3_ec2', 'privatelink_constructs'}\n"
        "print(sorted(unwanted & set(sys.modules)), boto3.DEFAULT_SESSION,\n"
        "      callable(index.on_event), callable(index.is_complete))"
    )
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        check=True,
        cwd=asset,
        env={**environment, "PYTHONDONTWRITEBYTECODE": "1"},
        text=True,
    )
    assert done.stdout.strip() == "[] None True True"
