"""What the function does with messages and with requests of CloudFormation, when AWS works."""

from __future__ import annotations

import ast
import importlib
import json
import shutil
import sys
import urllib.error
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from tests.runtime.acceptance.acceptor_world import (
    ACCEPT,
    DESCRIBE,
    HOME,
    LOG_GROUP,
    NOTIFICATION,
    REJECT,
    ROOT,
    RULES,
    SCHEDULED,
    SERVICE,
    STACK,
    STACKS,
    STRANGER,
    TRUSTED,
    UNWANTED,
    VERSION,
    client_error,
    lines,
    metrics,
    while_,
)

from privatelink_constructs.runtime.acceptance import index, reconciling

if TYPE_CHECKING:
    from types import ModuleType

    from tests.runtime.acceptance.acceptor_world import World

FOLDER = Path(str(index.__file__)).parent


def test_a_notification_is_answered(world: World) -> None:
    world.connect("vpce-1")
    world.connect("vpce-2", STRANGER)
    world.connect("vpce-3", UNWANTED)
    world.drain(NOTIFICATION)
    assert world.states() == {
        "vpce-1": "available",
        "vpce-2": "pendingAcceptance",
        "vpce-3": "rejected",
    }
    assert (len(world.called(DESCRIBE)), world.dead) == (1, [])


@pytest.mark.parametrize("body", [NOTIFICATION, SCHEDULED, "{}"], ids=["SNS", "schedule", "empty"])
def test_each_kind_of_message_is_a_run(world: World, body: str) -> None:
    world.connect("vpce-1")
    world.drain(body)
    assert world.states() == {"vpce-1": "available"}


def test_many_messages_are_one_run(world: World) -> None:
    world.connect("vpce-1")
    world.drain(*[NOTIFICATION] * 99, SCHEDULED)
    assert (len(world.called(DESCRIBE)), len(world.called(ACCEPT))) == (1, 1)


def test_rejections_come_first(world: World) -> None:
    world.connect("vpce-1")
    world.connect("vpce-2", UNWANTED)
    world.drain(NOTIFICATION)
    changes = [call.action for call in world.calls if call.action in (ACCEPT, REJECT)]
    assert changes == [REJECT, ACCEPT]


def test_a_region_left_out_is_not_taken_for_an_accepted_one(world: World) -> None:
    world.connect("vpce-1", region=None)
    world.drain(NOTIFICATION)
    assert world.called(ACCEPT) == []


def test_an_owner_left_out_is_nobody(world: World) -> None:
    world.connect("vpce-1", owner=None)
    world.drain(NOTIFICATION)
    assert (world.called(ACCEPT), world.called(REJECT)) == ([], [])


def test_what_is_no_endpoint_is_passed_over(world: World) -> None:
    world.connections["nameless"] = {"VpcEndpointState": "pendingAcceptance"}

    def shown(**_: object) -> dict[str, Any]:
        return {"VpcEndpointConnections": list(world.connections.values())}

    world.describe_vpc_endpoint_connections = shown
    world.drain(NOTIFICATION)
    assert world.called(ACCEPT) == []


@pytest.mark.parametrize("page", [1000, 300, 100])
def test_calls_for_a_thousand_pending_connections(world: World, page: int) -> None:
    world.page_size = page
    world.connect_many(1000)
    world.drain(NOTIFICATION, SCHEDULED)
    assert len(world.called(DESCRIBE)) == ceil(1000 / page)
    assert len(world.called(ACCEPT)) == ceil(1000 / 50)
    assert world.count("available") == 1000


def test_a_connection_listed_on_two_pages_is_decided_once(world: World) -> None:
    world.connect("vpce-1")
    pages = iter([{"NextToken": "more"}, {}])

    def shown(**_: object) -> dict[str, Any]:
        return {"VpcEndpointConnections": list(world.connections.values()), **next(pages)}

    world.describe_vpc_endpoint_connections = shown
    world.drain(NOTIFICATION)
    assert [call.ids for call in world.called(ACCEPT)] == [("vpce-1",)]


def test_a_message_delivered_twice_changes_nothing_the_second_time(world: World) -> None:
    world.connect("vpce-1")
    world.drain(NOTIFICATION)
    world.drain(NOTIFICATION)
    assert len(world.called(ACCEPT)) == 1


# --- who is disconnected, and when --------------------------------------------------------------

SETTLED = [
    *("CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", "ROLLBACK_COMPLETE"),
    *("IMPORT_COMPLETE", "IMPORT_ROLLBACK_COMPLETE"),
    *("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS"),
]
PASSING = [
    *("CREATE_IN_PROGRESS", "DELETE_IN_PROGRESS", "IMPORT_IN_PROGRESS", "REVIEW_IN_PROGRESS"),
    *("ROLLBACK_IN_PROGRESS", "UPDATE_IN_PROGRESS", "UPDATE_ROLLBACK_IN_PROGRESS"),
    *("IMPORT_ROLLBACK_IN_PROGRESS", "ADDED_LATER_IN_PROGRESS"),
]
STUCK = ["CREATE_FAILED", "UPDATE_FAILED", "UPDATE_ROLLBACK_FAILED", "ADDED_LATER"]


@pytest.mark.parametrize("state", ["available", "pending", "partial", "quarantined"])
@pytest.mark.parametrize("status", SETTLED)
def test_live_connections_are_rejected_when_the_stack_is_done(
    world: World, status: str, state: str
) -> None:
    world.statuses[STACK] = status
    world.connect("vpce-1", UNWANTED, state)
    world.drain(SCHEDULED)
    assert world.states() == {"vpce-1": "rejected"}


@pytest.mark.parametrize("state", ["available", "pending", "partial", "quarantined"])
@pytest.mark.parametrize("status", PASSING + STUCK)
def test_nobody_is_disconnected_by_rules_that_may_be_rolled_back(
    world: World, status: str, state: str
) -> None:
    world.statuses[STACK] = status
    world.connect("vpce-1", UNWANTED, state)
    world.connect("vpce-2", UNWANTED)
    world.connect("vpce-3")
    world.drain(SCHEDULED)
    assert world.states() == {"vpce-1": state, "vpce-2": "rejected", "vpce-3": "available"}


@pytest.mark.parametrize("status", PASSING)
def test_an_update_that_goes_on_is_no_failure(
    world: World, status: str, capsys: pytest.CaptureFixture[str]
) -> None:
    world.statuses[STACK] = status
    world.connect("vpce-1", UNWANTED, "available")
    world.drain(SCHEDULED)
    output = capsys.readouterr().out
    assert (world.dead, metrics(output)["Failures"]) == ([], [0])
    [warning] = [line for line in lines(output) if line.get("level") == "WARNING"]
    assert warning["because"] == f"stack in {status}"
    assert warning["connections"] == [{"id": "vpce-1", "owner": UNWANTED, "region": HOME}]


@pytest.mark.parametrize("status", STUCK)
def test_a_stack_that_is_stuck_is_one(
    world: World, status: str, capsys: pytest.CaptureFixture[str]
) -> None:
    world.statuses[STACK] = status
    world.connect("vpce-1", UNWANTED, "available")
    world.drain(SCHEDULED)
    assert len(world.dead) == 1
    assert metrics(capsys.readouterr().out)["Failures"] == [1] * 4


@pytest.mark.parametrize(
    ("own", "root", "rejected"),
    [
        ("UPDATE_COMPLETE", "UPDATE_COMPLETE", True),
        ("UPDATE_COMPLETE", "UPDATE_IN_PROGRESS", False),
        ("UPDATE_COMPLETE", "UPDATE_ROLLBACK_FAILED", False),
        ("UPDATE_IN_PROGRESS", "UPDATE_COMPLETE", False),
        ("UPDATE_COMPLETE", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", True),
    ],
)
def test_the_root_of_a_nested_stack_counts_as_well(
    world: World, own: str, root: str, *, rejected: bool
) -> None:
    world.root = ROOT
    world.statuses = {STACK: own, ROOT: root}
    world.connect("vpce-1", UNWANTED, "available")
    world.drain(SCHEDULED)
    assert (world.states()["vpce-1"] == "rejected") is rejected


def test_an_update_that_is_rolled_back_disconnects_nobody(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.connect_many(3, owner=UNWANTED, state="available")
    world.statuses[STACK] = "UPDATE_IN_PROGRESS"
    world.request("Update", PhysicalResourceId="before")
    world.drain(SCHEDULED)
    world.statuses[STACK] = "UPDATE_ROLLBACK_IN_PROGRESS"
    monkeypatch.setenv("RULES", json.dumps({**RULES, "reject_accounts": []}))
    world.request("Update", PhysicalResourceId="before")
    world.statuses[STACK] = "UPDATE_ROLLBACK_COMPLETE"
    world.drain(SCHEDULED)
    assert world.count("available") == 3


def test_an_update_that_ends_disconnects_with_the_next_run(world: World) -> None:
    world.connect("vpce-1", UNWANTED, "available")
    world.statuses[STACK] = "UPDATE_IN_PROGRESS"
    assert world.request("Update")["Status"] == "SUCCESS"
    assert world.states() == {"vpce-1": "available"}
    world.statuses[STACK] = "UPDATE_COMPLETE"
    world.drain(SCHEDULED)
    assert world.states() == {"vpce-1": "rejected"}


def test_the_stack_is_read_only_if_somebody_is_live(world: World) -> None:
    world.connect("vpce-1", UNWANTED)
    world.connect("vpce-2")
    world.drain(SCHEDULED)
    assert world.called(STACKS) == []


def test_nobody_is_disconnected_without_a_stack_to_ask(world: World) -> None:
    def nothing(**_: object) -> dict[str, Any]:
        return {}

    world.describe_stacks = nothing
    world.connect("vpce-1", UNWANTED, "available")
    world.drain(SCHEDULED)
    assert world.states() == {"vpce-1": "available"}


# --- messages -----------------------------------------------------------------------------------

MALFORMED: list[Any] = [
    *("", "no json", "[]", "null", '"reconcile"', '{"action": "delete"}', "NaN", "1e999"),
    '{"action": "reconcile", "service": "vpce-svc-1"}',
    '{"Type": "Notification"}',
    '{"Type": "Notification", "Message": {}}',
    '{"Type": "SubscriptionConfirmation", "Message": "confirm"}',
    *("[" * 100_000, "9" * 100_000, "x" * 256_000, None, 5, [], {}, ["{}"]),
]


@pytest.mark.parametrize("body", MALFORMED, ids=range(len(MALFORMED)))
def test_fails_when_a_message_is_malformed_and_loses_no_other(world: World, body: Any) -> None:
    world.connect("vpce-1")
    world.drain(NOTIFICATION, body, SCHEDULED)
    assert [it.name for it in world.dead] == ["m1"]
    assert world.states() == {"vpce-1": "available"}
    # The queue is rid of it at once, and its age is no reason for an alarm.
    assert world.time < 60


@pytest.mark.parametrize(
    "records",
    [
        None,
        {},
        "m0",
        [None],
        ["m0"],
        [{}],
        [{"body": "{}"}],
        [{"messageId": 5, "body": "{}"}],
        [{"messageId": None}],
    ],
    ids=range(9),
)
def test_what_sqs_never_sends_fails_nothing(world: World, records: Any) -> None:
    assert world.invoke({"Records": records}) == {"batchItemFailures": []}
    assert world.called(DESCRIBE) == []


@pytest.mark.parametrize("event", [None, [], "x", {}], ids=str)
def test_an_event_of_no_kind_fails_nothing(world: World, event: Any) -> None:
    assert world.invoke(event) == {"batchItemFailures": []}


@pytest.mark.parametrize(
    "attributes",
    [None, [], {}, {"ApproximateReceiveCount": None}, {"ApproximateReceiveCount": "9" * 5000}],
    ids=range(5),
)
def test_a_count_that_is_none_is_the_first(world: World, attributes: Any) -> None:
    world.faults.append(while_(DESCRIBE, 1e9, lambda: client_error("AuthFailure")))
    record = {"messageId": "m0", "body": "{}", "attributes": attributes}
    failures = world.invoke({"Records": [record]})
    assert failures == {"batchItemFailures": [{"itemIdentifier": "m0"}]}


def test_a_good_record_next_to_garbage_is_done(world: World) -> None:
    world.connect("vpce-1")
    record = {"messageId": "m0", "body": "{}"}
    assert world.invoke({"Records": [None, record, {"body": "{}"}]}) == {"batchItemFailures": []}
    assert world.states() == {"vpce-1": "available"}


def test_malformed_messages_start_no_run(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.send("no json", "[]")
    world.receive()
    assert world.called(DESCRIBE) == []
    assert metrics(capsys.readouterr().out) == {"MalformedMessages": [2]}


def test_a_malformed_message_is_logged_only_by_its_id(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    world.drain("password=hunter2")
    output = capsys.readouterr().out
    assert '"m0"' in output
    assert "hunter2" not in output


def test_a_flood_of_malformed_messages_is_a_short_line(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    world.send(*["no json"] * 1000)
    world.receive()
    output = capsys.readouterr().out
    assert metrics(output) == {"MalformedMessages": [1000]}
    assert len(world.called("sqs:ChangeMessageVisibility")) == 100


# --- metrics and logs ---------------------------------------------------------------------------


def test_metrics_say_what_was_decided(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.connect("vpce-1")
    world.connect("vpce-2", UNWANTED, "available")
    world.connect("vpce-3", STRANGER, age=3600)
    world.connect("vpce-4", STRANGER, "available")
    world.drain(NOTIFICATION)
    found = metrics(capsys.readouterr().out)
    assert found.pop("OldestPendingAge") == [pytest.approx(3600, abs=60)]
    assert found == {
        "Accepted": [1],
        "Failures": [0],
        "LeftPending": [1],
        "Rejected": [1],
        "UntouchedConnections": [1],
    }


def test_metrics_are_in_the_embedded_format(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    world.drain(NOTIFICATION)
    (report,) = [line for line in lines(capsys.readouterr().out) if "LeftPending" in line]
    (directive,) = report["_aws"]["CloudWatchMetrics"]
    assert report["_aws"]["Timestamp"] > 1_700_000_000_000
    assert report["ServiceId"] == SERVICE
    assert directive["Dimensions"] == [["ServiceId"]]
    assert {"Name": "OldestPendingAge", "Unit": "Seconds"} in directive["Metrics"]
    assert {"Name": "Accepted", "Unit": "Count"} in directive["Metrics"]


def test_decisions_are_logged_with_whom_they_concern(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    world.connect("vpce-1")
    world.drain(NOTIFICATION)
    output = capsys.readouterr().out
    (line,) = [line for line in lines(output) if line.get("message") == "decided"]
    assert (line["decision"], line["requestId"]) == ("accept", "request-1")
    assert line["connections"] == [{"id": "vpce-1", "owner": TRUSTED, "region": HOME}]


def test_all_decisions_are_logged(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.connect_many(1234)
    world.drain(NOTIFICATION)
    decided = [it for it in lines(capsys.readouterr().out) if it.get("message") == "decided"]
    assert len({shown["id"] for line in decided for shown in line["connections"]}) == 1234


@pytest.mark.parametrize("owner", [STRANGER, UNWANTED])
def test_lines_have_a_bounded_size(
    world: World, owner: str, capsys: pytest.CaptureFixture[str]
) -> None:
    world.statuses[STACK] = "UPDATE_IN_PROGRESS"
    world.connect_many(5000, owner=owner, state="available")
    world.drain(SCHEDULED)
    # Reading the lines checks their size.
    [line] = [it for it in lines(capsys.readouterr().out) if it.get("count") == 5000]
    assert len(line["connections"]) == 50


# --- CloudFormation -----------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["Create", "Update"])
def test_new_rules_are_a_run(world: World, kind: str) -> None:
    world.connect("vpce-1")
    assert world.request(kind) == {
        "LogicalResourceId": "RulesApplied",
        "PhysicalResourceId": "RulesApplied",
        "RequestId": "request",
        "StackId": STACK,
        "Status": "SUCCESS",
    }
    assert world.states() == {"vpce-1": "available"}


def test_the_physical_id_stays(world: World) -> None:
    assert world.request("Update", PhysicalResourceId="before")["PhysicalResourceId"] == "before"


def test_deleting_the_rules_touches_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RULES", "not even rules")
    world.connect("vpce-1")
    answer = world.request("Delete", PhysicalResourceId="before")
    assert (answer["Status"], answer["PhysicalResourceId"]) == ("SUCCESS", "before")
    assert {call.action for call in world.calls} == {"put"}


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"accept_accounts": ["22 22"]}, "accept_accounts: not a 12-digit account ID: '22 22'"),
        ({"reject_accounts": "222222222222"}, "reject_accounts is not a list"),
        ({"accept_regions": [""]}, "accept_regions is empty"),
        ({"reject_accounts": [TRUSTED]}, f"accepted and rejected at once: '{TRUSTED}'"),
    ],
    ids=range(4),
)
def test_fails_when_values_of_the_deployment_are_wrong(
    world: World, monkeypatch: pytest.MonkeyPatch, wrong: dict[str, Any], reason: str
) -> None:
    monkeypatch.setenv("RULES", json.dumps({**RULES, **wrong}))
    world.connect("vpce-1")
    answer = world.request("Create")
    assert answer["Status"] == "FAILED"
    assert reason in answer["Reason"]
    assert answer["Reason"].endswith(f"Logs: {LOG_GROUP}")
    assert world.called(DESCRIBE) == []


def test_rules_that_are_wrong_decide_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("RULES", json.dumps({**RULES, "reject_accounts": ["5"]}))
    world.connect("vpce-1")
    world.drain(SCHEDULED)
    assert world.states() == {"vpce-1": "pendingAcceptance"}
    assert (len(world.dead), metrics(capsys.readouterr().out)) == (1, {"Failures": [1] * 4})


def test_fails_in_words_when_the_environment_is_wrong(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("RULES")
    answer = world.request("Create")
    assert answer["Status"] == "FAILED"
    assert "KeyError: 'RULES_APPLICATION'" in answer["Reason"]


def test_a_reason_fits_into_an_answer(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = ["\x00\U0001f600" * 2000 + str(number) for number in range(9)]
    monkeypatch.setenv("RULES", json.dumps({**RULES, "accept_accounts": wrong}))
    monkeypatch.setenv("AWS_LAMBDA_LOG_GROUP_NAME", LOG_GROUP)
    answer = world.request("Create", StackId=STACK + "x" * 2500)
    assert answer["Status"] == "FAILED"
    assert world.answer_sizes[-1] <= 4096
    assert LOG_GROUP in answer["Reason"]


def test_secrets_are_in_no_log(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.faults.append(while_("put", 5, lambda: urllib.error.URLError("X-Amz-Signature=secret")))
    world.request("Create")
    assert "secret" not in capsys.readouterr().out


# --- rules in AppConfig -------------------------------------------------------------------------


@pytest.fixture
def stored(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """Rules that are too long for the environment."""
    monkeypatch.delenv("RULES")
    monkeypatch.setenv("RULES_APPLICATION", "app1234")
    monkeypatch.setenv("RULES_PROFILE", "prof123")
    monkeypatch.setenv("RULES_VERSION", "7")
    accounts = [f"{number:012}" for number in range(10_000)]
    world.stored = json.dumps({**RULES, "accept_accounts": accounts}).encode()
    return world


def test_ten_thousand_accounts_are_read_once_for_all_runs(stored: World) -> None:
    for number in range(0, 10_000, 500):
        stored.connect(f"vpce-{number}", f"{number:012}")
    stored.connect("vpce-stranger", "999999999999")
    assert stored.request("Create")["Status"] == "SUCCESS"
    stored.drain(SCHEDULED)
    assert stored.count("available") == 20
    assert stored.states()["vpce-stranger"] == "pendingAcceptance"
    assert len(stored.called(VERSION)) == 1


def test_fails_when_stored_rules_are_wrong(stored: World) -> None:
    stored.stored = b"\xff"
    answer = stored.request("Create")
    assert (answer["Status"], "can't be applied" in answer["Reason"]) == ("FAILED", True)


def test_fails_when_the_version_is_none(stored: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RULES_VERSION", "latest")
    assert stored.request("Create")["Status"] == "FAILED"


# --- the files ----------------------------------------------------------------------------------


def loaded_as_lambda_does(folder: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    target = folder / "acceptance"
    target.mkdir()
    for path in FOLDER.glob("*.py"):
        if path.name != "__init__.py":
            shutil.copy(path, target)
    monkeypatch.syspath_prepend(folder)  # pyright: ignore[reportUnknownMemberType]
    for name in [it for it in sys.modules if it.partition(".")[0] == "acceptance"]:
        monkeypatch.delitem(sys.modules, name)
    return importlib.import_module("acceptance.index")


def test_the_files_are_a_package_of_their_own_and_make_no_client_on_import(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []

    def make(service: str, **_: object) -> str:
        made.append(service)
        return service

    monkeypatch.setattr(boto3, "client", make)
    module = loaded_as_lambda_does(tmp_path, monkeypatch)
    assert made == []
    calls = importlib.import_module("acceptance.calls")
    clients = [calls.appconfig, calls.cloudformation, calls.ec2, calls.sqs]
    assert [client() for client in clients] == [client() for client in clients] == made
    assert callable(module.handler)


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.py")), ids=lambda path: path.name)
def test_the_files_import_the_standard_library_and_boto3_alone(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    body = [node for node in tree.body if isinstance(node, (ast.Import, ast.ImportFrom))]
    names = [
        name.split(".")[0]
        for node in body
        if not isinstance(node, ast.ImportFrom) or not node.level
        for name in (
            [str(node.module)]
            if isinstance(node, ast.ImportFrom)
            else [alias.name for alias in node.names]
        )
    ]
    assert {*names} <= {*sys.stdlib_module_names, "boto3", "botocore"}


def test_the_sizes_are_those_of_the_api() -> None:
    assert (reconciling.PAGE_SIZE, reconciling.BATCH_SIZE) == (1000, 50)
