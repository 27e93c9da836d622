from __future__ import annotations

import ast
import importlib.util
import json
import sys
import time
from collections import Counter
from datetime import datetime, timedelta, timezone
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.exceptions import ConnectTimeoutError
from botocore.stub import Stubber

from privatelink_constructs.runtime.acceptance import index

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

    from botocore.awsrequest import AWSPreparedRequest
    from botocore.model import OperationModel
    from mypy_boto3_ec2 import EC2Client

SERVICE = "vpce-svc-0123456789abcdef0"
TRUSTED, UNWANTED, STRANGER = "111111111111", "222222222222", "333333333333"
RULES = {
    "accept_accounts": [TRUSTED],
    "accept_regions": ["eu-west-1"],
    "otherwise": "LEAVE_PENDING",
    "reject_accounts": [UNWANTED],
}
FIRST_PAGE = {
    "Filters": [{"Name": "service-id", "Values": [SERVICE]}],
    "MaxResults": index.PAGE_SIZE,
}
NOTIFICATION = json.dumps(
    {
        "Type": "Notification",
        "MessageId": "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324",
        "TopicArn": "arn:aws:sns:eu-west-1:999999999999:Connections",
        "Message": "whatever it says",
    }
)
SCHEDULED = '{"action": "reconcile"}'


class Ec2:
    """A stubbed client that counts its calls."""

    def __init__(self) -> None:
        self.client: EC2Client = boto3.client(  # pyright: ignore[reportUnknownMemberType]
            "ec2", region_name="eu-west-1", aws_access_key_id="key", aws_secret_access_key="none"
        )
        self.stubber = Stubber(self.client)
        self.calls: Counter[str] = Counter()
        self.client.meta.events.register("provide-client-params.ec2.*", self._count)

    def _count(self, model: OperationModel, **_: object) -> None:
        self.calls[model.name] += 1

    def describe(self, *items: dict[str, Any], token: str = "", following: str = "") -> None:
        response = {"VpcEndpointConnections": list(items)}
        if following:
            response["NextToken"] = following  # pyright: ignore[reportArgumentType]
        asked = {**FIRST_PAGE, "NextToken": token} if token else FIRST_PAGE
        self.stubber.add_response("describe_vpc_endpoint_connections", response, asked)

    def change(self, verb: str, ids: list[str], refused: dict[str, str] | None = None) -> None:
        items = [
            {"ResourceId": key, "Error": {"Code": code, "Message": "no"}}
            for key, code in (refused or {}).items()
        ]
        self.stubber.add_response(
            f"{verb}_vpc_endpoint_connections",
            {"Unsuccessful": items},
            {"ServiceId": SERVICE, "VpcEndpointIds": ids},
        )

    def refuse(self, operation: str, code: str, status: int = 400) -> None:
        self.stubber.add_client_error(operation, code, http_status_code=status)


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "AWS_ACCESS_KEY_ID": "key",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_REGION": "eu-west-1",
        "AWS_SECRET_ACCESS_KEY": "none",
        "RULES": json.dumps(RULES),
        "SERVICE_ID": SERVICE,
    }.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def ec2(monkeypatch: pytest.MonkeyPatch) -> Iterator[Ec2]:
    fake = Ec2()
    monkeypatch.setattr(index, "ec2", lambda: fake.client)
    with fake.stubber:
        yield fake
        fake.stubber.assert_no_pending_responses()


def connection(
    name: str,
    owner: str = TRUSTED,
    state: str = "pendingAcceptance",
    region: str | None = "eu-west-1",
    age: float = 60,
) -> dict[str, Any]:
    item: dict[str, Any] = {
        "ServiceId": SERVICE,
        "VpcEndpointId": name,
        "VpcEndpointOwner": owner,
        "VpcEndpointState": state,
        "CreationTimestamp": datetime.now(timezone.utc) - timedelta(seconds=age),
    }
    return item if region is None else {**item, "VpcEndpointRegion": region}


def messages(*bodies: str) -> dict[str, Any]:
    return {
        "Records": [{"messageId": f"m{number}", "body": body} for number, body in enumerate(bodies)]
    }


def failures(answer: dict[str, Any]) -> list[str]:
    return [item["itemIdentifier"] for item in answer["batchItemFailures"]]


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def metrics(capsys: pytest.CaptureFixture[str]) -> dict[str, float]:
    return {
        metric["Name"]: line[metric["Name"]]
        for line in lines(capsys)
        if "_aws" in line
        for metric in line["_aws"]["CloudWatchMetrics"][0]["Metrics"]
    }


def test_a_notification_has_the_pending_connection_accepted(ec2: Ec2) -> None:
    ec2.describe(connection("vpce-1"))
    ec2.change("accept", ["vpce-1"])
    assert failures(index.handler(messages(NOTIFICATION), None)) == []


@pytest.mark.parametrize("body", [SCHEDULED, "{}"])
def test_a_scheduled_message_runs_the_same_reconciliation(ec2: Ec2, body: str) -> None:
    ec2.describe(connection("vpce-1"))
    ec2.change("accept", ["vpce-1"])
    assert failures(index.handler(messages(body), None)) == []


def test_the_message_is_never_trusted(ec2: Ec2) -> None:
    claim = json.dumps({"VpcEndpointId": "vpce-9", "State": "PendingAcceptance", "Owner": TRUSTED})
    ec2.describe(connection("vpce-9", owner=STRANGER))
    body = json.dumps({"Type": "Notification", "Message": claim})
    index.handler(messages(body), None)
    assert ec2.calls == {"DescribeVpcEndpointConnections": 1}


def test_several_messages_run_one_reconciliation(ec2: Ec2) -> None:
    ec2.describe()
    index.handler(messages(NOTIFICATION, SCHEDULED, NOTIFICATION), None)
    assert ec2.calls == {"DescribeVpcEndpointConnections": 1}


def test_rejections_come_first(ec2: Ec2) -> None:
    ec2.describe(
        connection("vpce-1"),
        connection("vpce-2", owner=UNWANTED, state="available"),
        connection("vpce-3", owner=UNWANTED),
    )
    ec2.change("reject", ["vpce-2", "vpce-3"])
    ec2.change("accept", ["vpce-1"])
    assert failures(index.handler(messages(NOTIFICATION), None)) == []


def test_a_region_left_out_is_the_services_own(ec2: Ec2) -> None:
    ec2.describe(connection("vpce-1", region=None))
    ec2.change("accept", ["vpce-1"])
    index.handler(messages(NOTIFICATION), None)


def test_a_region_left_out_is_not_taken_for_an_accepted_one(
    ec2: Ec2, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    ec2.describe(connection("vpce-1", region=None))
    index.handler(messages(NOTIFICATION), None)
    assert ec2.calls == {"DescribeVpcEndpointConnections": 1}


def test_what_is_no_endpoint_is_passed_over(ec2: Ec2) -> None:
    ec2.describe({"ServiceId": SERVICE, "VpcEndpointState": "pendingAcceptance"})
    assert failures(index.handler(messages(NOTIFICATION), None)) == []


def test_a_connection_listed_on_two_pages_is_decided_once(ec2: Ec2) -> None:
    ec2.describe(connection("vpce-1"), following="more")
    ec2.describe(connection("vpce-1"), token="more")
    ec2.change("accept", ["vpce-1"])
    assert failures(index.handler(messages(NOTIFICATION), None)) == []


@pytest.mark.parametrize("page", [1000, 300, 100])
def test_calls_for_a_thousand_pending_connections(ec2: Ec2, page: int) -> None:
    names = [f"vpce-{number:04}" for number in range(1000)]
    for start in range(0, 1000, page):
        following = str(start + page) if start + page < 1000 else ""
        items = [connection(name) for name in names[start : start + page]]
        ec2.describe(*items, token=str(start) if start else "", following=following)
    for start in range(0, 1000, index.BATCH_SIZE):
        ec2.change("accept", names[start : start + index.BATCH_SIZE])

    assert failures(index.handler(messages(NOTIFICATION, SCHEDULED), None)) == []

    assert ec2.calls["DescribeVpcEndpointConnections"] <= 1 + ceil(1000 / page)
    assert ec2.calls["AcceptVpcEndpointConnections"] == ceil(1000 / 50)
    assert ec2.calls["RejectVpcEndpointConnections"] == 0


def test_fails_when_an_endpoint_refuses_in_a_response_of_200(
    ec2: Ec2, capsys: pytest.CaptureFixture[str]
) -> None:
    ec2.describe(connection("vpce-1"), connection("vpce-2"))
    ec2.change("accept", ["vpce-1", "vpce-2"], {"vpce-2": "InternalError"})
    ec2.describe(connection("vpce-1", state="pending"), connection("vpce-2"))
    assert failures(index.handler(messages(NOTIFICATION, SCHEDULED), None)) == ["m0", "m1"]
    found = metrics(capsys)
    assert (found["Accepted"], found["Failures"]) == (1, 1)


@pytest.mark.parametrize("code", ["InvalidVpcEndpointId.NotFound", "InvalidVpcEndpoint.NotFound"])
def test_a_connection_that_vanished_is_no_failure(
    ec2: Ec2, code: str, capsys: pytest.CaptureFixture[str]
) -> None:
    ec2.describe(connection("vpce-1"), connection("vpce-2"))
    ec2.change("accept", ["vpce-1", "vpce-2"], {"vpce-1": code})
    assert failures(index.handler(messages(NOTIFICATION), None)) == []
    logged = [line for line in lines(capsys) if line.get("message", "").startswith("gone")]
    assert [line["connections"] for line in logged] == [["vpce-1"]]


def test_one_that_vanished_does_not_hold_up_its_batch(
    ec2: Ec2, capsys: pytest.CaptureFixture[str]
) -> None:
    ec2.describe(*(connection(f"vpce-{number}") for number in range(3)))
    gone = "InvalidVpcEndpointId.NotFound"
    ec2.refuse("accept_vpc_endpoint_connections", gone)
    ec2.refuse("accept_vpc_endpoint_connections", gone)
    ec2.change("accept", ["vpce-1", "vpce-2"])
    assert failures(index.handler(messages(NOTIFICATION), None)) == []
    assert metrics(capsys)["Accepted"] == 2


def test_two_runs_at_once_are_harmless(ec2: Ec2, capsys: pytest.CaptureFixture[str]) -> None:
    ec2.describe(connection("vpce-1"), connection("vpce-2"))
    # The other run was quicker, and the endpoints are no longer in a state to accept.
    refused = dict.fromkeys(["vpce-1", "vpce-2"], "InvalidState")
    ec2.change("accept", ["vpce-1", "vpce-2"], refused)
    ec2.describe(connection("vpce-1", state="Pending"), connection("vpce-2", state="available"))
    assert failures(index.handler(messages(NOTIFICATION), None)) == []
    assert metrics(capsys)["Failures"] == 0


def test_a_message_delivered_twice_changes_nothing_the_second_time(ec2: Ec2) -> None:
    ec2.describe(connection("vpce-1"))
    ec2.change("accept", ["vpce-1"])
    ec2.describe(connection("vpce-1", state="pending"))
    for _ in range(2):
        assert failures(index.handler(messages(NOTIFICATION), None)) == []
    assert ec2.calls["AcceptVpcEndpointConnections"] == 1


def test_fails_when_one_batch_is_refused_but_the_others_are_carried_out(
    ec2: Ec2, capsys: pytest.CaptureFixture[str]
) -> None:
    ec2.describe(connection("vpce-1"), connection("vpce-2", owner=UNWANTED))
    ec2.refuse("reject_vpc_endpoint_connections", "UnauthorizedOperation", 403)
    ec2.change("accept", ["vpce-1"])
    ec2.describe(connection("vpce-1", state="pending"), connection("vpce-2", owner=UNWANTED))
    assert failures(index.handler(messages(NOTIFICATION), None)) == ["m0"]
    errors = [line for line in lines(capsys) if line.get("level") == "ERROR"]
    assert [line["connections"] for line in errors] == [{"vpce-2": "UnauthorizedOperation"}]


def test_fails_when_throttled_and_leaves_the_rest_to_the_queue(
    ec2: Ec2, capsys: pytest.CaptureFixture[str]
) -> None:
    names = [f"vpce-{number:03}" for number in range(2 * index.BATCH_SIZE)]
    ec2.describe(*(connection(name) for name in names))
    ec2.refuse("accept_vpc_endpoint_connections", "RequestLimitExceeded", 503)
    assert failures(index.handler(messages(NOTIFICATION), None)) == ["m0"]
    assert ec2.calls["AcceptVpcEndpointConnections"] == 1
    assert metrics(capsys)["Failures"] == len(names)


def test_fails_when_nothing_answers(ec2: Ec2, capsys: pytest.CaptureFixture[str]) -> None:
    def hang(**_: object) -> None:
        raise ConnectTimeoutError(endpoint_url="https://ec2.eu-west-1.amazonaws.com")

    ec2.client.meta.events.register_first("before-call.ec2.AcceptVpcEndpointConnections", hang)
    ec2.describe(connection("vpce-1"))
    assert failures(index.handler(messages(NOTIFICATION), None)) == ["m0"]
    assert metrics(capsys)["Failures"] == 1


def test_fails_when_the_connections_cannot_be_read(
    ec2: Ec2, capsys: pytest.CaptureFixture[str]
) -> None:
    ec2.refuse("describe_vpc_endpoint_connections", "UnauthorizedOperation", 403)
    assert failures(index.handler(messages(NOTIFICATION, "no json"), None)) == ["m1", "m0"]
    assert metrics(capsys) == {"Failures": 1, "MalformedMessages": 1}


THROTTLED = (
    b"<Response><Errors><Error><Code>RequestLimitExceeded</Code><Message>slow down</Message>"
    b"</Error></Errors><RequestID>1</RequestID></Response>"
)
NOTHING = (
    b"<DescribeVpcEndpointConnectionsResponse><requestId>1</requestId>"
    b"<vpcEndpointConnectionSet/></DescribeVpcEndpointConnectionsResponse>"
)


class Raw:
    def __init__(self, body: bytes) -> None:
        self.body = body

    def stream(self) -> Iterator[bytes]:
        yield self.body


def answering(
    monkeypatch: pytest.MonkeyPatch, *answers: tuple[int, bytes]
) -> tuple[list[int], list[float]]:
    """Answer the wire of the real client, and record what was answered and how it waited."""
    waits: list[float] = []
    sent: list[int] = []
    coming = iter(answers)

    def answer(request: AWSPreparedRequest, **_: object) -> AWSResponse:
        status, body = next(coming)
        sent.append(status)
        return AWSResponse(str(request.url), status, HTTPHeaders(), Raw(body))

    monkeypatch.setattr(time, "sleep", waits.append)
    index.ec2.cache_clear()
    events = index.ec2().meta.events
    events.register("before-send.ec2.*", answer)  # pyright: ignore[reportArgumentType] may answer
    return sent, waits


def test_throttled_calls_are_repeated_with_backoff(monkeypatch: pytest.MonkeyPatch) -> None:
    sent, waits = answering(
        monkeypatch, (503, THROTTLED), (503, THROTTLED), (503, THROTTLED), (200, NOTHING)
    )
    assert failures(index.handler(messages(NOTIFICATION), None)) == []
    assert sent == [503, 503, 503, 200]
    assert [0 < wait <= 2**number for number, wait in enumerate(waits)] == [True] * 3


def test_fails_when_throttling_outlasts_the_backoff(monkeypatch: pytest.MonkeyPatch) -> None:
    sent, waits = answering(monkeypatch, *[(503, THROTTLED)] * 6)
    assert failures(index.handler(messages(NOTIFICATION), None)) == ["m0"]
    assert (len(sent), len(waits)) == (6, 5)


MALFORMED = [
    "",
    "no json",
    "[]",
    "null",
    '"reconcile"',
    '{"action": "delete"}',
    '{"action": "reconcile", "service": "vpce-svc-1"}',
    '{"Type": "Notification"}',
    '{"Type": "Notification", "Message": {}}',
    '{"Type": "SubscriptionConfirmation", "Message": "confirm"}',
    "[" * 100_000,
]


@pytest.mark.parametrize("body", MALFORMED, ids=range(len(MALFORMED)))
def test_fails_when_a_message_is_malformed_and_loses_no_other(ec2: Ec2, body: str) -> None:
    ec2.describe(connection("vpce-1"))
    ec2.change("accept", ["vpce-1"])
    assert failures(index.handler(messages(NOTIFICATION, body, SCHEDULED), None)) == ["m1"]


def test_fails_when_a_message_has_no_body(ec2: Ec2) -> None:
    event = {"Records": [{"messageId": "m0"}]}
    assert failures(index.handler(event, None)) == ["m0"]
    assert ec2.calls == {}


def test_malformed_messages_alone_run_nothing(ec2: Ec2, capsys: pytest.CaptureFixture[str]) -> None:
    assert failures(index.handler(messages("no json", "[]"), None)) == ["m0", "m1"]
    assert ec2.calls == {}
    assert metrics(capsys) == {"MalformedMessages": 2}


def test_a_malformed_message_is_logged_by_its_id_alone(
    ec2: Ec2, capsys: pytest.CaptureFixture[str]
) -> None:
    index.handler(messages("password=hunter2"), None)
    output = capsys.readouterr().out
    assert "m0" in output
    assert "hunter2" not in output


def test_metrics_say_what_was_decided(ec2: Ec2, capsys: pytest.CaptureFixture[str]) -> None:
    ec2.describe(
        connection("vpce-1"),
        connection("vpce-2", owner=UNWANTED, state="available"),
        connection("vpce-3", owner=STRANGER, age=3600),
        connection("vpce-4", owner=STRANGER, state="available"),
    )
    ec2.change("reject", ["vpce-2"])
    ec2.change("accept", ["vpce-1"])
    index.handler(messages(NOTIFICATION), None)
    found = metrics(capsys)
    assert found.pop("OldestPendingAge") == pytest.approx(3600, abs=60)
    assert found == {
        "Accepted": 1,
        "Failures": 0,
        "LeftPending": 1,
        "MalformedMessages": 0,
        "Rejected": 1,
        "UntouchedConnections": 1,
    }


def test_metrics_are_in_the_embedded_format(ec2: Ec2, capsys: pytest.CaptureFixture[str]) -> None:
    ec2.describe()
    index.handler(messages(NOTIFICATION), None)
    (report,) = [line for line in lines(capsys) if "LeftPending" in line]
    (directive,) = report["_aws"]["CloudWatchMetrics"]
    assert report["_aws"]["Timestamp"] == pytest.approx(time.time() * 1000, abs=60_000)
    assert report["ServiceId"] == SERVICE
    assert (directive["Namespace"], directive["Dimensions"]) == (
        "PrivateLinkConstructs",
        [["ServiceId"]],
    )
    assert {"Name": "OldestPendingAge", "Unit": "Seconds"} in directive["Metrics"]
    assert {"Name": "Accepted", "Unit": "Count"} in directive["Metrics"]


def test_decisions_are_logged_with_whom_they_concern(
    ec2: Ec2, capsys: pytest.CaptureFixture[str]
) -> None:
    ec2.describe(connection("vpce-1"))
    ec2.change("accept", ["vpce-1"])
    index.handler(messages(NOTIFICATION), None)
    (line,) = [line for line in lines(capsys) if line.get("message") == "decided"]
    assert line["decision"] == "accept"
    assert line["connections"] == [{"id": "vpce-1", "owner": TRUSTED, "region": "eu-west-1"}]


def custom_resource(kind: str, **more: str) -> dict[str, Any]:
    return {"RequestType": kind, "LogicalResourceId": "Reconcile", **more}


def test_creating_the_rules_runs_a_reconciliation(ec2: Ec2) -> None:
    ec2.describe(connection("vpce-1"))
    ec2.change("accept", ["vpce-1"])
    answer = index.handler(custom_resource("Create"), None)
    assert answer == {"PhysicalResourceId": "Reconcile"}


def test_changing_the_rules_runs_a_reconciliation_and_keeps_the_id(ec2: Ec2) -> None:
    ec2.describe(connection("vpce-1", owner=UNWANTED, state="available"))
    ec2.change("reject", ["vpce-1"])
    answer = index.handler(custom_resource("Update", PhysicalResourceId="before"), None)
    assert answer == {"PhysicalResourceId": "before"}


def test_deleting_the_rules_touches_nothing(ec2: Ec2) -> None:
    answer = index.handler(custom_resource("Delete", PhysicalResourceId="before"), None)
    assert answer == {"PhysicalResourceId": "before"}
    assert ec2.calls == {}


def test_a_throttled_reconciliation_does_not_fail_the_stack(
    ec2: Ec2, capsys: pytest.CaptureFixture[str]
) -> None:
    ec2.refuse("describe_vpc_endpoint_connections", "RequestLimitExceeded", 503)
    answer = index.handler(custom_resource("Update", PhysicalResourceId="before"), None)
    assert answer == {"PhysicalResourceId": "before"}
    assert metrics(capsys) == {"Failures": 1}


def test_fails_when_the_rules_are_unreadable(ec2: Ec2, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RULES", "{}")
    with pytest.raises(KeyError, match="accept_regions"):
        index.handler(custom_resource("Create"), None)


def loaded_as_lambda_does(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    path = Path(str(index.__file__))
    spec = importlib.util.spec_from_file_location("index", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "index", module)
    spec.loader.exec_module(module)
    return module


def test_the_file_is_an_index_of_its_own_and_makes_no_client_on_import(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made: list[str] = []

    def make(service: str, **_: object) -> None:
        made.append(service)

    monkeypatch.setattr(boto3, "client", make)
    module = loaded_as_lambda_does(monkeypatch)
    assert made == []
    module.ec2()
    module.ec2()
    assert made == ["ec2"]


def test_the_file_imports_the_standard_library_and_boto3_alone() -> None:
    tree = ast.parse(Path(str(index.__file__)).read_text(encoding="utf-8"))
    body = [node for node in tree.body if isinstance(node, (ast.Import, ast.ImportFrom))]
    names = [
        name.split(".")[0]
        for node in body
        for name in (
            [str(node.module)]
            if isinstance(node, ast.ImportFrom)
            else [alias.name for alias in node.names]
        )
    ]
    assert {*names} <= {*sys.stdlib_module_names, "boto3", "botocore"}
