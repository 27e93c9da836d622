from __future__ import annotations

import ast
import importlib.util
import json
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.exceptions import ConnectTimeoutError
from botocore.stub import Stubber

from privatelink_constructs.runtime.reject_on_delete import index

if TYPE_CHECKING:
    from collections.abc import Iterator

    from botocore.exceptions import ClientError
    from botocore.model import OperationModel
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_ec2 import EC2Client

SERVICE = "vpce-svc-0123456789abcdef0"
STACK = "arn:aws:cloudformation:eu-west-1:999999999999:stack/Payments/0a1b"
NOW = 1_000_000.0
FIRST_PAGE = {
    "Filters": [{"Name": "service-id", "Values": [SERVICE]}],
    "MaxResults": index.PAGE_SIZE,
}


class Aws:
    """Stubbed clients that count their calls."""

    def __init__(self) -> None:
        self.ec2: EC2Client = boto3.client(  # pyright: ignore[reportUnknownMemberType] stubs of a few services only
            "ec2",
            region_name="eu-west-1",
            aws_access_key_id="key",
            aws_secret_access_key="none",
        )
        self.cloudformation: CloudFormationClient = boto3.client(  # pyright: ignore[reportUnknownMemberType] stubs of a few services only
            "cloudformation",
            region_name="eu-west-1",
            aws_access_key_id="key",
            aws_secret_access_key="none",
        )
        self.calls: Counter[str] = Counter()
        self.stubs = [Stubber(self.ec2), Stubber(self.cloudformation)]
        for client in (self.ec2, self.cloudformation):
            client.meta.events.register("provide-client-params.*.*", self._count)

    def _count(self, model: OperationModel, **_: object) -> None:
        self.calls[model.name] += 1

    def stack(self, status: str) -> None:
        stack = {"StackName": "Payments", "CreationTime": 0, "StackStatus": status}
        self.stubs[1].add_response("describe_stacks", {"Stacks": [stack]}, {"StackName": STACK})

    def describe(self, *items: dict[str, Any], token: str = "", following: str = "") -> None:
        response: dict[str, Any] = {"VpcEndpointConnections": list(items)}
        if following:
            response["NextToken"] = following
        asked = {**FIRST_PAGE, "NextToken": token} if token else FIRST_PAGE
        self.stubs[0].add_response("describe_vpc_endpoint_connections", response, asked)

    def reject(self, ids: list[str], refused: dict[str, str] | None = None) -> None:
        items = [
            {"ResourceId": key, "Error": {"Code": code, "Message": "no"}}
            for key, code in (refused or {}).items()
        ]
        self.stubs[0].add_response(
            "reject_vpc_endpoint_connections",
            {"Unsuccessful": items},
            {"ServiceId": SERVICE, "VpcEndpointIds": ids},
        )

    def refuse(self, operation: str, code: str, status: int = 400) -> None:
        self.stubs[0].add_client_error(operation, code, http_status_code=status)


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[Aws]:
    fake = Aws()
    monkeypatch.setattr(index, "ec2", lambda: fake.ec2)
    monkeypatch.setattr(index, "cloudformation", lambda: fake.cloudformation)
    monkeypatch.setattr(index, "now", lambda: NOW)
    with fake.stubs[0], fake.stubs[1]:
        yield fake
        for stub in fake.stubs:
            stub.assert_no_pending_responses()


def connection(name: str, state: str = "available") -> dict[str, Any]:
    return {
        "ServiceId": SERVICE,
        "VpcEndpointId": name,
        "VpcEndpointOwner": "222222222222",
        "VpcEndpointState": state,
    }


def event(kind: str, **more: object) -> dict[str, Any]:
    known = {} if kind == "Create" else {"PhysicalResourceId": "before"}
    return {
        "RequestType": kind,
        "StackId": STACK,
        "LogicalResourceId": "RejectConnections",
        "ResourceProperties": {"ServiceId": SERVICE, "TimeoutSeconds": "600"},
        **known,
        **more,
    }


def deleting(*, deadline: float = NOW + 600) -> dict[str, Any]:
    return event("Delete", Reject=True, Deadline=deadline)


def logged(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


@pytest.mark.parametrize("kind", ["Create", "Update"])
def test_create_and_update_do_nothing(aws: Aws, kind: str) -> None:
    answer = index.on_event(event(kind))
    assert answer["Reject"] is False
    assert index.is_complete({**event(kind), **answer}) == {"IsComplete": True}
    assert aws.calls == {}


def test_the_physical_id_is_the_logical_one_at_first(aws: Aws) -> None:
    assert index.on_event(event("Create"))["PhysicalResourceId"] == "RejectConnections"


@pytest.mark.usefixtures("aws")
def test_the_physical_id_stays_when_the_service_changes() -> None:
    changed = {"ServiceId": "vpce-svc-2", "TimeoutSeconds": "600"}
    answer = index.on_event(event("Update", ResourceProperties=changed))
    assert answer["PhysicalResourceId"] == "before"


@pytest.mark.parametrize(
    "status",
    [
        pytest.param("DELETE_IN_PROGRESS", id="the stack is deleted"),
        pytest.param("ROLLBACK_IN_PROGRESS", id="its creation is rolled back"),
    ],
)
def test_acts_when_the_stack_goes(aws: Aws, status: str) -> None:
    aws.stack(status)
    answer = index.on_event(event("Delete"))
    assert answer == {"PhysicalResourceId": "before", "Deadline": NOW + 600, "Reject": True}


@pytest.mark.parametrize(
    "status",
    [
        pytest.param("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", id="option off or id changed"),
        pytest.param("UPDATE_ROLLBACK_IN_PROGRESS", id="update rolled back"),
        pytest.param("UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS", id="cleanup of a rollback"),
        pytest.param("UPDATE_IN_PROGRESS", id="update"),
        pytest.param("IMPORT_ROLLBACK_IN_PROGRESS", id="import rolled back"),
        pytest.param("CREATE_IN_PROGRESS", id="creation"),
        pytest.param("DELETE_FAILED", id="stale"),
        pytest.param("ROLLBACK_FAILED", id="stuck"),
    ],
)
def test_does_nothing_for_any_other_reason_and_says_so(
    aws: Aws, status: str, capsys: pytest.CaptureFixture[str]
) -> None:
    aws.stack(status)
    answer = index.on_event(event("Delete"))
    assert index.is_complete({**event("Delete"), **answer}) == {"IsComplete": True}
    assert aws.calls == {"DescribeStacks": 1}
    (line,) = logged(capsys)
    assert line["message"] == f"no connection is touched: the stack is in {status}"


def test_fails_when_the_stack_cannot_be_asked(aws: Aws) -> None:
    aws.stubs[1].add_client_error("describe_stacks", "AccessDenied", http_status_code=403)
    with pytest.raises(aws.cloudformation.exceptions.ClientError, match="AccessDenied"):
        index.on_event(event("Delete"))


def test_everything_live_is_rejected_whatever_the_letter_case(aws: Aws) -> None:
    states = ["available", "Pending", "PendingAcceptance", "pendingAcceptance", "partial"]
    aws.describe(*(connection(f"vpce-{n}", state) for n, state in enumerate(states)))
    aws.reject([f"vpce-{n}" for n in range(len(states))])
    assert index.is_complete(deleting()) == {"IsComplete": False}


@pytest.mark.parametrize(
    "state", ["rejected", "Rejected", "deleted", "deleting", "failed", "Expired"]
)
def test_is_complete_when_nothing_is_live(aws: Aws, state: str) -> None:
    aws.describe(connection("vpce-1", state))
    assert index.is_complete(deleting()) == {"IsComplete": True}
    assert aws.calls == {"DescribeVpcEndpointConnections": 1}


def test_waits_until_the_connections_are_gone(aws: Aws) -> None:
    aws.describe(connection("vpce-1"))
    aws.reject(["vpce-1"])
    aws.describe(connection("vpce-1", "rejected"))
    answers = [index.is_complete(deleting())["IsComplete"] for _ in range(2)]
    assert answers == [False, True]


def test_a_thousand_connections_are_rejected_page_by_page_and_in_batches(aws: Aws) -> None:
    names = [f"vpce-{number:04}" for number in range(1000)]
    for start in range(0, 1000, 250):
        items = [connection(name) for name in names[start : start + 250]]
        following = str(start + 250) if start < 750 else ""
        aws.describe(*items, token=str(start) if start else "", following=following)
    for start in range(0, 1000, index.BATCH_SIZE):
        aws.reject(names[start : start + index.BATCH_SIZE])
    assert index.is_complete(deleting()) == {"IsComplete": False}
    assert aws.calls == {
        "DescribeVpcEndpointConnections": 4,
        "RejectVpcEndpointConnections": 1000 // index.BATCH_SIZE,
    }


def test_what_is_no_endpoint_is_passed_over(aws: Aws) -> None:
    aws.describe({"ServiceId": SERVICE, "VpcEndpointState": "available"})
    assert index.is_complete(deleting()) == {"IsComplete": True}


def test_a_refusal_in_a_response_of_200_is_logged_and_asked_for_again(
    aws: Aws, capsys: pytest.CaptureFixture[str]
) -> None:
    both = [connection("vpce-1"), connection("vpce-2")]
    aws.describe(*both)
    aws.reject(["vpce-1", "vpce-2"], {"vpce-2": "InternalError"})
    aws.describe(connection("vpce-1", "rejected"), both[1])
    aws.reject(["vpce-2"])
    answers = [index.is_complete(deleting())["IsComplete"] for _ in range(2)]
    assert answers == [False, False]
    refusals = [line["connections"] for line in logged(capsys) if line["level"] == "WARNING"]
    assert refusals == [{"vpce-2": "InternalError"}]


@pytest.mark.parametrize("code", ["InvalidVpcEndpointId.NotFound", "InvalidVpcEndpoint.NotFound"])
def test_a_connection_that_vanished_is_no_failure(aws: Aws, code: str) -> None:
    aws.describe(connection("vpce-1"))
    aws.refuse("reject_vpc_endpoint_connections", code)
    aws.describe()
    answers = [index.is_complete(deleting())["IsComplete"] for _ in range(2)]
    assert answers == [False, True]


@pytest.mark.parametrize(
    "code", ["InvalidVpcEndpointService.NotFound", "InvalidVpcEndpointServiceId.NotFound"]
)
@pytest.mark.parametrize("operation", ["describe", "reject"])
def test_a_service_that_is_gone_is_done(aws: Aws, code: str, operation: str) -> None:
    if operation == "reject":
        aws.describe(connection("vpce-1"))
    aws.refuse(f"{operation}_vpc_endpoint_connections", code)
    assert index.is_complete(deleting()) == {"IsComplete": True}


@pytest.mark.parametrize("code", ["RequestLimitExceeded", "Throttling", "Unavailable"])
def test_a_throttled_call_is_asked_again_with_the_next_poll(aws: Aws, code: str) -> None:
    aws.describe(connection("vpce-1"))
    aws.refuse("reject_vpc_endpoint_connections", code, 503)
    assert index.is_complete(deleting()) == {"IsComplete": False}


def test_without_an_answer_it_asks_again_with_the_next_poll(aws: Aws) -> None:
    def hang(**_: object) -> None:
        raise ConnectTimeoutError(endpoint_url="https://ec2.eu-west-1.amazonaws.com")

    aws.ec2.meta.events.register_first("before-call.ec2.*", hang)
    assert index.is_complete(deleting()) == {"IsComplete": False}


def client_error(aws: Aws) -> type[ClientError]:
    return aws.ec2.exceptions.ClientError


def test_fails_when_throttled_past_the_time(aws: Aws) -> None:
    aws.refuse("describe_vpc_endpoint_connections", "RequestLimitExceeded", 503)
    with pytest.raises(client_error(aws), match="RequestLimitExceeded"):
        index.is_complete(deleting(deadline=NOW - 1))


def test_fails_when_it_may_not_reject(aws: Aws) -> None:
    aws.describe(connection("vpce-1"))
    aws.refuse("reject_vpc_endpoint_connections", "UnauthorizedOperation", 403)
    with pytest.raises(client_error(aws), match="UnauthorizedOperation"):
        index.is_complete(deleting(deadline=NOW + 600 - 120))


def test_a_permission_may_take_two_minutes_to_be_known(aws: Aws) -> None:
    aws.describe(connection("vpce-1"))
    aws.refuse("reject_vpc_endpoint_connections", "UnauthorizedOperation", 403)
    assert index.is_complete(deleting(deadline=NOW + 600 - 119)) == {"IsComplete": False}


def test_fails_when_the_time_is_over_and_names_the_connections(aws: Aws) -> None:
    aws.describe(connection("vpce-1"), connection("vpce-2", "pendingAcceptance"))
    aws.reject(["vpce-1", "vpce-2"])
    with pytest.raises(index.StillConnectedError) as raised:
        index.is_complete(deleting(deadline=NOW - 1))
    assert str(raised.value) == (
        f"connections of {SERVICE} are still live: vpce-1 (account 222222222222, available),"
        " vpce-2 (account 222222222222, pendingAcceptance); reject them, then delete the stack"
        " again"
    )


def test_fails_when_the_time_is_over_with_a_message_that_cloudformation_takes(aws: Aws) -> None:
    names = [f"vpce-{number:017}" for number in range(50)]
    aws.describe(*(connection(name) for name in names))
    aws.reject(names)
    with pytest.raises(index.StillConnectedError, match="and 30 more;") as raised:
        index.is_complete(deleting(deadline=NOW - 1))
    assert len(str(raised.value)) < 2048


def test_a_last_look_after_the_time_may_still_find_it_done(aws: Aws) -> None:
    aws.describe()
    assert index.is_complete(deleting(deadline=NOW - 1)) == {"IsComplete": True}


def test_deleting_twice_is_harmless(aws: Aws) -> None:
    for _ in range(2):
        aws.describe(connection("vpce-1", "rejected"))
        assert index.is_complete(deleting()) == {"IsComplete": True}
    assert "RejectVpcEndpointConnections" not in aws.calls


def test_the_clock_counts_in_seconds_of_the_epoch() -> None:
    assert index.now() > 1_700_000_000


def test_the_response_url_is_never_logged(aws: Aws, capsys: pytest.CaptureFixture[str]) -> None:
    aws.stack("DELETE_IN_PROGRESS")
    aws.describe(connection("vpce-1"))
    aws.reject(["vpce-1"])
    secret = {"ResponseURL": "https://example.com/?signature=hunter2"}
    index.on_event({**event("Delete"), **secret})
    index.is_complete({**deleting(), **secret})
    assert "hunter2" not in capsys.readouterr().out


def test_the_file_is_an_index_of_its_own_and_makes_no_client_on_import(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made: list[str] = []

    def make(service: str, **_: object) -> None:
        made.append(service)

    monkeypatch.setattr(boto3, "client", make)
    spec = importlib.util.spec_from_file_location("index", Path(str(index.__file__)))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert made == []
    for _ in range(2):
        module.ec2()
        module.cloudformation()
    assert made == ["ec2", "cloudformation"]


def test_the_file_imports_the_standard_library_and_boto3_alone() -> None:
    tree = ast.parse(Path(str(index.__file__)).read_text(encoding="utf-8"))
    names = {
        name.split(".")[0]
        for node in tree.body
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for name in (
            [str(node.module)]
            if isinstance(node, ast.ImportFrom)
            else [alias.name for alias in node.names]
        )
    }
    assert names <= {*sys.stdlib_module_names, "boto3", "botocore"}
