from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.exceptions import EndpointConnectionError
from botocore.stub import Stubber

from privatelink_constructs.runtime.delegated_record import index

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from botocore.awsrequest import AWSPreparedRequest
    from mypy_boto3_route53 import Route53Client
    from mypy_boto3_sts import STSClient
    from mypy_boto3_sts.type_defs import CredentialsTypeDef

    Event = dict[str, Any]

ZONE = "Z0123456789ABCDEFGHIJ"
NAME = "_6e86v84tqgqubxbwii1m.payments.example.com"
VALUE = "vpce:l6p0ERxlTt45jevFwOCp"
QUOTED = f'"{VALUE}"'
THEIRS = '"vpce:theirs"'
ROLE = "arn:aws:iam::222222222222:role/dns-writer"
PROPERTIES = {
    "ServiceToken": "arn:aws:lambda:eu-west-1:111111111111:function:provider",
    "HostedZoneId": ZONE,
    "RecordName": NAME,
    "RecordValue": VALUE,
    "RoleArn": ROLE,
    "Ttl": "60",
}
CHANGE = "/change/C1"
SECRET = "a-secret-key"
LIST = "list_resource_record_sets"
WRITE = "change_resource_record_sets"


class Aws(NamedTuple):
    sts: Stubber
    route53: Stubber


class UnexpectedCallError(AssertionError):
    """Not a botocore error, unlike the Stubber's own: no handler takes it for an answer."""

    def __init__(self, **details: object) -> None:
        super().__init__(str(details))


def be_strict(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("StubResponseError", "UnStubbedResponseError"):
        monkeypatch.setattr(f"botocore.stub.{name}", UnexpectedCallError)


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[Aws]:
    be_strict(monkeypatch)
    sts: STSClient = boto3.client(  # pyright: ignore[reportUnknownMemberType]
        "sts", region_name="eu-west-1", aws_access_key_id="x", aws_secret_access_key="x"
    )
    route53: Route53Client = boto3.client(  # pyright: ignore[reportUnknownMemberType]
        "route53", aws_access_key_id="x", aws_secret_access_key="x"
    )
    monkeypatch.setattr(index, "sts_client", lambda: sts)

    def client_of(credentials: CredentialsTypeDef) -> Route53Client:
        assert credentials["SecretAccessKey"] == SECRET
        return route53

    monkeypatch.setattr(index, "route53_client", client_of)
    monkeypatch.setattr("botocore.waiter.time.sleep", list[float]().append)
    with Stubber(sts) as sts_stubber, Stubber(route53) as route53_stubber:
        yield Aws(sts_stubber, route53_stubber)
        sts_stubber.assert_no_pending_responses()
        route53_stubber.assert_no_pending_responses()


def event_of(request_type: str, **properties: str) -> Event:
    event: Event = {
        "RequestType": request_type,
        "ResponseURL": "https://cloudformation.example.com/?X-Amz-Signature=secret",
        "StackId": "arn:aws:cloudformation:eu-west-1:111111111111:stack/payments/1",
        "LogicalResourceId": "Record",
        "ResourceProperties": {**PROPERTIES, **properties},
    }
    if request_type != "Create":
        event["PhysicalResourceId"] = f"{ZONE}/{NAME}/{VALUE}"
    return event


def record_of(**properties: str) -> index.Record:
    return index.Record.from_properties({**PROPERTIES, **properties})


def record_set(*values: str, ttl: int = 60, name: str = f"{NAME}.", kind: str = "TXT") -> Any:
    return {
        "Name": name,
        "Type": kind,
        "TTL": ttl,
        "ResourceRecords": [{"Value": value} for value in values],
    }


def assume(aws: Aws, **more: str) -> None:
    credentials = {
        "AccessKeyId": "an-access-key-id",
        "SecretAccessKey": SECRET,
        "SessionToken": "a-token",
        "Expiration": "2026-09-01T12:15:00Z",
    }
    request = {
        "RoleArn": ROLE,
        "RoleSessionName": "privatelink-constructs-record",
        "DurationSeconds": 900,
        **more,
    }
    aws.sts.add_response("assume_role", {"Credentials": credentials}, request)


def find(aws: Aws, *found: Event, zone: str = ZONE, name: str = NAME) -> None:
    answer: Event = {"ResourceRecordSets": list(found), "IsTruncated": False, "MaxItems": "1"}
    request = {
        "HostedZoneId": zone,
        "StartRecordName": name,
        "StartRecordType": "TXT",
        "MaxItems": "1",
    }
    aws.route53.add_response(LIST, answer, request)


def expect_change(
    aws: Aws, action: str, wanted: Event, *, zone: str = ZONE, in_sync: bool = True
) -> None:
    changes = [{"Action": action, "ResourceRecordSet": wanted}]
    info = {"Id": CHANGE, "Status": "PENDING", "SubmittedAt": "2026-09-01T12:00:00Z"}
    request = {
        "HostedZoneId": zone,
        "ChangeBatch": {"Comment": "privatelink-constructs", "Changes": changes},
    }
    aws.route53.add_response(WRITE, {"ChangeInfo": info}, request)
    if in_sync:
        sync(aws, "INSYNC")


def sync(aws: Aws, status: str) -> None:
    info = {"Id": CHANGE, "Status": status, "SubmittedAt": "2026-09-01T12:00:00Z"}
    aws.route53.add_response("get_change", {"ChangeInfo": info}, {"Id": CHANGE})


def logged(capsys: pytest.CaptureFixture[str]) -> list[Event]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


# --- Create and Update ------------------------------------------------------------------------


@pytest.mark.parametrize("request_type", ["Create", "Update"])
def test_writes_the_record_quoted_once(aws: Aws, request_type: str) -> None:
    assume(aws)
    find(aws)
    expect_change(aws, "UPSERT", record_set(QUOTED, name=NAME))
    assert index.on_event(event_of(request_type), None) == {
        "PhysicalResourceId": f"{ZONE}/{NAME}/{VALUE}",
        "Data": {"HostedZoneId": ZONE, "RecordName": NAME},
    }


@pytest.mark.parametrize(
    "other",
    [
        record_set('"x"', name="_other.example.com."),
        record_set("192.0.2.1", kind="A"),
    ],
    ids=["next name", "other type"],
)
def test_what_the_listing_goes_on_with_is_not_the_record(aws: Aws, other: Event) -> None:
    assume(aws)
    find(aws, other)
    expect_change(aws, "UPSERT", record_set(QUOTED, name=NAME))
    index.on_event(event_of("Create"), None)


def test_an_event_that_arrives_twice_changes_nothing_more(aws: Aws) -> None:
    assume(aws)
    find(aws)
    expect_change(aws, "UPSERT", record_set(QUOTED, name=NAME))
    first = index.on_event(event_of("Create"), None)
    assume(aws)
    find(aws, record_set(QUOTED))
    assert index.on_event(event_of("Create"), None) == first


def test_keeps_the_values_and_the_ttl_of_others(aws: Aws) -> None:
    assume(aws)
    find(aws, record_set(THEIRS, ttl=300))
    expect_change(aws, "UPSERT", record_set(THEIRS, QUOTED, ttl=300))
    index.on_event(event_of("Create"), None)


def test_changes_nothing_where_the_value_is_among_others(aws: Aws) -> None:
    assume(aws)
    find(aws, record_set(QUOTED, THEIRS, ttl=300))
    assert index.on_event(event_of("Create"), None)["PhysicalResourceId"]


def test_a_record_that_is_ours_alone_gets_the_new_ttl(aws: Aws) -> None:
    assume(aws)
    find(aws, record_set(QUOTED))
    expect_change(aws, "UPSERT", record_set(QUOTED, ttl=1800))
    event = event_of("Update", Ttl="1800")
    assert index.on_event(event, None)["PhysicalResourceId"] == event["PhysicalResourceId"]


def test_a_record_is_found_in_any_letter_case(aws: Aws) -> None:
    assume(aws)
    find(aws, record_set(QUOTED, name=f"{NAME.upper()}."))
    event = event_of("Update", RecordName=f"{NAME.upper()}.")
    assert index.on_event(event, None)["PhysicalResourceId"] == event["PhysicalResourceId"]


def test_a_changed_zone_is_another_resource(aws: Aws) -> None:
    assume(aws)
    find(aws, zone="ZOTHER")
    expect_change(aws, "UPSERT", record_set(QUOTED, name=NAME), zone="ZOTHER")
    event = event_of("Update", HostedZoneId="/hostedzone/ZOTHER")
    assert index.on_event(event, None)["PhysicalResourceId"] == f"ZOTHER/{NAME}/{VALUE}"


def test_a_changed_name_is_another_resource(aws: Aws) -> None:
    name = "_abc.billing.example.com"
    assume(aws)
    find(aws, name=name)
    expect_change(aws, "UPSERT", record_set(QUOTED, name=name))
    answer = index.on_event(event_of("Update", RecordName=name), None)
    assert answer["PhysicalResourceId"] == f"{ZONE}/{name}/{VALUE}"


def test_a_changed_value_stands_beside_the_old_one_until_that_is_deleted(aws: Aws) -> None:
    assume(aws)
    find(aws, record_set(QUOTED))
    expect_change(aws, "UPSERT", record_set(QUOTED, '"vpce:new"'))
    answer = index.on_event(event_of("Update", RecordValue="vpce:new"), None)
    assert answer["PhysicalResourceId"] == f"{ZONE}/{NAME}/vpce:new"
    assume(aws)
    find(aws, record_set(QUOTED, '"vpce:new"'))
    expect_change(aws, "UPSERT", record_set('"vpce:new"'), in_sync=False)
    index.on_event(event_of("Delete"), None)


def test_the_external_id_is_passed_on(aws: Aws) -> None:
    assume(aws, ExternalId="payments")
    find(aws, record_set(QUOTED))
    index.on_event(event_of("Create", ExternalId="payments"), None)


def test_waits_until_the_name_servers_have_the_record(aws: Aws) -> None:
    assume(aws)
    find(aws)
    expect_change(aws, "UPSERT", record_set(QUOTED, name=NAME), in_sync=False)
    for status in ("PENDING", "PENDING", "INSYNC"):
        sync(aws, status)
    assert index.on_event(event_of("Create"), None)["PhysicalResourceId"]


def test_goes_on_where_the_role_may_not_look_at_the_change(
    aws: Aws, capsys: pytest.CaptureFixture[str]
) -> None:
    assume(aws)
    find(aws)
    expect_change(aws, "UPSERT", record_set(QUOTED, name=NAME), in_sync=False)
    aws.route53.add_client_error("get_change", "AccessDenied", "Not this one.")
    index.on_event(event_of("Create"), None)
    first, second = logged(capsys)
    assert (first["level"], first["message"]) == ("WARNING", "not known to be in sync")
    assert second["message"] == "written"


# --- Delete -----------------------------------------------------------------------------------


def test_delete_removes_the_record_that_was_ours_alone(aws: Aws) -> None:
    assume(aws)
    find(aws, record_set(QUOTED, ttl=300))
    expect_change(aws, "DELETE", record_set(QUOTED, ttl=300), in_sync=False)
    event = event_of("Delete")
    assert index.on_event(event, None) == {"PhysicalResourceId": event["PhysicalResourceId"]}


def test_delete_leaves_the_values_of_others(aws: Aws) -> None:
    assume(aws)
    find(aws, record_set(THEIRS, QUOTED, ttl=300))
    expect_change(aws, "UPSERT", record_set(THEIRS, ttl=300), in_sync=False)
    index.on_event(event_of("Delete"), None)


@pytest.mark.parametrize(
    "found",
    [
        [],
        [record_set(THEIRS)],
        [{**record_set(QUOTED), "SetIdentifier": "a", "Weight": 1}],
    ],
    ids=["no record", "other values", "routing policy"],
)
def test_delete_leaves_alone_what_is_not_ours(
    aws: Aws, capsys: pytest.CaptureFixture[str], found: list[Event]
) -> None:
    assume(aws)
    find(aws, *found)
    index.on_event(event_of("Delete"), None)
    assert [line["message"] for line in logged(capsys)] == ["not there"]


def test_delete_that_arrives_twice_succeeds_twice(aws: Aws) -> None:
    assume(aws)
    find(aws, record_set(QUOTED))
    expect_change(aws, "DELETE", record_set(QUOTED), in_sync=False)
    assume(aws)
    find(aws)
    event = event_of("Delete")
    assert index.on_event(event, None) == index.on_event(event, None)


def test_delete_succeeds_when_the_role_is_gone(
    aws: Aws, capsys: pytest.CaptureFixture[str]
) -> None:
    aws.sts.add_client_error("assume_role", "AccessDenied")
    event = event_of("Delete")
    assert index.on_event(event, None) == {"PhysicalResourceId": event["PhysicalResourceId"]}
    (line,) = logged(capsys)
    assert (line["level"], line["message"]) == ("WARNING", "record left behind")
    assert line["id"] == event["PhysicalResourceId"]


@pytest.mark.parametrize("code", ["AccessDenied", "NoSuchHostedZone", "Throttling"])
def test_delete_succeeds_whatever_the_zone_answers(aws: Aws, code: str) -> None:
    assume(aws)
    aws.route53.add_client_error(LIST, code)
    assert index.on_event(event_of("Delete"), None)["PhysicalResourceId"]


def test_delete_succeeds_when_another_was_faster(aws: Aws) -> None:
    assume(aws)
    find(aws, record_set(QUOTED))
    aws.route53.add_client_error(WRITE, "InvalidChangeBatch", "it was not found")
    assert index.on_event(event_of("Delete"), None)["PhysicalResourceId"]


def test_delete_succeeds_when_the_properties_are_of_no_use(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert index.on_event(event_of("Delete", RoleArn=""), None)["PhysicalResourceId"]
    assert "RoleArn" in logged(capsys)[0]["reason"]


# --- what can't be written --------------------------------------------------------------------


@pytest.mark.parametrize("external_id", ["", "payments"])
def test_fails_when_the_role_can_not_be_assumed(aws: Aws, external_id: str) -> None:
    aws.sts.add_client_error("assume_role", "AccessDenied", "Not authorized.")
    given = "with" if external_id else "without"
    said = rf"may not assume {ROLE} \({given} an external ID\).*AccessDenied: Not authorized"
    with pytest.raises(index.RecordError, match=said):
        index.on_event(event_of("Create", ExternalId=external_id), None)


def test_fails_when_the_role_may_not_list(aws: Aws) -> None:
    assume(aws)
    aws.route53.add_client_error(LIST, "AccessDenied", "Not authorized.")
    said = f"{NAME} .* zone {ZONE}: {ROLE} may not call route53:ListResourceRecordSets"
    with pytest.raises(index.RecordError, match=said):
        index.on_event(event_of("Create"), None)


def test_fails_when_the_role_may_not_write(aws: Aws) -> None:
    assume(aws)
    find(aws)
    aws.route53.add_client_error(WRITE, "AccessDenied", "Not authorized.")
    with pytest.raises(index.RecordError, match="may not call route53:ChangeResourceRecordSets"):
        index.on_event(event_of("Update"), None)


def test_fails_when_the_zone_is_not_there(aws: Aws) -> None:
    assume(aws)
    aws.route53.add_client_error(LIST, "NoSuchHostedZone")
    with pytest.raises(index.RecordError, match=f"account of {ROLE} has no such zone"):
        index.on_event(event_of("Create"), None)


def test_fails_when_the_name_is_outside_the_zone(aws: Aws) -> None:
    assume(aws)
    find(aws)
    aws.route53.add_client_error(WRITE, "InvalidChangeBatch", "not permitted in zone example.org")
    said = "ChangeResourceRecordSets failed.*InvalidChangeBatch: not permitted in zone example.org"
    with pytest.raises(index.RecordError, match=said):
        index.on_event(event_of("Create"), None)


@pytest.mark.parametrize(
    "found",
    [
        {**record_set(THEIRS), "SetIdentifier": "a", "Weight": 1},
        {
            "Name": f"{NAME}.",
            "Type": "TXT",
            "AliasTarget": {
                "HostedZoneId": ZONE,
                "DNSName": "other.example.com.",
                "EvaluateTargetHealth": False,
            },
        },
    ],
    ids=["routing policy", "alias"],
)
def test_fails_when_no_value_can_be_added(aws: Aws, found: Event) -> None:
    assume(aws)
    find(aws, found)
    with pytest.raises(index.RecordError, match="is an alias or has a routing policy"):
        index.on_event(event_of("Create"), None)


def test_fails_when_the_service_can_not_be_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable() -> STSClient:
        raise EndpointConnectionError(endpoint_url="https://sts.example.com")

    monkeypatch.setattr(index, "sts_client", unreachable)
    with pytest.raises(index.RecordError, match=r"can't be written .*sts\.example\.com"):
        index.on_event(event_of("Create"), None)


@pytest.mark.parametrize("name", ["HostedZoneId", "RecordName", "RecordValue", "RoleArn"])
def test_fails_when_a_property_is_missing(name: str) -> None:
    with pytest.raises(index.RecordError, match=f"property {name} .* is missing"):
        index.on_event(event_of("Create", **{name: ""}), None)


@pytest.mark.parametrize("ttl", ["", "-1", "2147483648", "a minute"])
def test_fails_when_the_ttl_is_out_of_range(ttl: str) -> None:
    with pytest.raises(index.RecordError, match=r"property Ttl is .* from 0 to 2147483647"):
        index.on_event(event_of("Create", Ttl=ttl), None)


def test_an_error_message_fits_into_the_response(aws: Aws) -> None:
    aws.sts.add_client_error("assume_role", "AccessDenied", "x" * 5000)
    with pytest.raises(index.RecordError) as caught:
        index.on_event(event_of("Create"), None)
    assert len(str(caught.value)) < 1200


# --- values -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("vpce:abc", '"vpce:abc"'),
        ('"vpce:abc"', '"vpce:abc"'),
        ('a"b', r'"a\"b"'),
        ("a\\b", r'"a\\b"'),
        ('"', r'"\""'),
        ("x" * 255, f'"{"x" * 255}"'),
        ("x" * 256, f'"{"x" * 255}" "x"'),
    ],
)
def test_a_value_is_quoted_once(value: str, expected: str) -> None:
    assert index.quoted(value) == expected


@pytest.mark.parametrize("ttl", ["0", "2147483647"])
def test_takes_the_outermost_ttls(ttl: str) -> None:
    assert record_of(Ttl=ttl).ttl == int(ttl)


def test_the_ttl_is_a_minute_unless_given() -> None:
    properties = {name: PROPERTIES[name] for name in PROPERTIES if name != "Ttl"}
    assert index.Record.from_properties(properties).ttl == 60


# --- logs, clients, imports -------------------------------------------------------------------


def test_logs_one_line_of_json_without_credentials(
    aws: Aws, capsys: pytest.CaptureFixture[str]
) -> None:
    assume(aws)
    find(aws, record_set(QUOTED))
    index.on_event(event_of("Create"), None)
    output = capsys.readouterr().out
    assert json.loads(output) == {
        "hosted_zone_id": ZONE,
        "level": "INFO",
        "logical_id": "Record",
        "message": "already there",
        "record_name": NAME,
        "request_type": "Create",
        "stack_id": "arn:aws:cloudformation:eu-west-1:111111111111:stack/payments/1",
    }
    assert SECRET not in output
    assert "Signature" not in output


@pytest.fixture
def credentials(monkeypatch: pytest.MonkeyPatch) -> Iterator[CredentialsTypeDef]:
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    index.sts_client.cache_clear()
    yield {
        "AccessKeyId": "an-access-key-id",
        "SecretAccessKey": SECRET,
        "SessionToken": "a-token",
        "Expiration": datetime(2026, 9, 1, 12, 15, tzinfo=timezone.utc),
    }
    index.sts_client.cache_clear()


def test_the_client_that_assumes_is_made_once(credentials: CredentialsTypeDef) -> None:
    assert index.sts_client() is index.sts_client()


class _Streamed:
    def __init__(self, body: bytes) -> None:
        self._body = body

    def stream(self) -> Iterator[bytes]:
        yield self._body


@pytest.mark.parametrize("code", [b"Throttling", b"PriorRequestNotComplete"])
def test_busy_zones_are_retried_with_the_credentials_of_the_role(
    credentials: CredentialsTypeDef, monkeypatch: pytest.MonkeyPatch, code: bytes
) -> None:
    error = b"<ErrorResponse><Error><Code>" + code + b"</Code></Error></ErrorResponse>"
    answers = [(400, error)] * 7 + [(200, b"<ListResourceRecordSetsResponse/>")]
    tokens: set[str] = set()

    def answer(request: AWSPreparedRequest, **_: object) -> AWSResponse:
        tokens.add(str(request.headers["X-Amz-Security-Token"]))
        status, body = answers.pop(0)
        return AWSResponse(str(request.url), status, HTTPHeaders(), _Streamed(body))

    monkeypatch.setattr("botocore.endpoint.time.sleep", list[float]().append)
    client = index.route53_client(credentials)
    register: Callable[..., None] = client.meta.events.register
    register("before-send.route-53", answer)
    client.list_resource_record_sets(HostedZoneId=ZONE)
    assert answers == []
    assert len(tokens) == 1


def test_imports_boto3_alone_and_makes_no_client(tmp_path: Path) -> None:
    asset = tmp_path / "asset"
    shutil.copytree(Path(index.__file__).parent, asset, ignore=shutil.ignore_patterns("__pyc*"))
    code = (
        "import sys, boto3, index\n"
        "unwanted = {'aws_cdk', 'constructs', 'jsii', 'mypy_boto3_sts', 'privatelink_constructs'}\n"
        "print(sorted(unwanted & set(sys.modules)), boto3.DEFAULT_SESSION,\n"
        "      callable(index.on_event))"
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
    assert done.stdout.strip() == "[] None True"
