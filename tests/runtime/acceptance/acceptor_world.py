"""AWS in memory, with a clock of its own, for the function that accepts and rejects.

Time passes only where the function waits, or where a call takes time. A function that takes too
long is killed. Faults are given out by the action and the second, so that every run is the same.
"""

# ruff: noqa: N803 - parameters have the names that AWS gives them

from __future__ import annotations

import io
import json
import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import boto3
from botocore.exceptions import ClientError, ConnectTimeoutError, ReadTimeoutError
from botocore.parsers import ResponseParserError

from privatelink_constructs.runtime.acceptance import calls, index, journal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from urllib.request import Request

    import pytest

    Fault = Callable[["Call"], Exception | None]

SERVICE = "vpce-svc-0123456789abcdef0"
STACK = "arn:aws:cloudformation:eu-west-1:999999999999:stack/Ledger/1"
ROOT = "arn:aws:cloudformation:eu-west-1:999999999999:stack/Root/1"
QUEUE = "https://sqs.eu-west-1.amazonaws.com/999999999999/Queue"
URL = "https://cloudformation.example.com/?X-Amz-Signature=secret"
LOG_GROUP = "Ledger-Acceptor-Logs-1A2B3C"
TRUSTED, UNWANTED, STRANGER = "111111111111", "222222222222", "333333333333"
HOME = "eu-west-1"
RULES: dict[str, Any] = {
    "accept_accounts": [TRUSTED],
    "accept_regions": [HOME],
    "otherwise": "LEAVE_PENDING",
    "reject_accounts": [UNWANTED],
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
BLOB = "Encoded authorization failure message: " + "x" * 4000
VISIBILITY = 1800.0
MAX_RECEIVE_COUNT = 5
TIMEOUT = 300.0

DESCRIBE = "ec2:DescribeVpcEndpointConnections"
ACCEPT = "ec2:AcceptVpcEndpointConnections"
REJECT = "ec2:RejectVpcEndpointConnections"
STACKS = "cloudformation:DescribeStacks"
VERSION = "appconfig:GetHostedConfigurationVersion"


class KilledError(BaseException):
    """Lambda ends an invocation; no handler sees that."""


@dataclass(frozen=True)
class Call:
    """A call of AWS: its action, when it was, and how many of it there were before."""

    action: str
    seconds: float
    number: int
    ids: tuple[str, ...] = ()


@dataclass
class Message:
    """A message of the queue."""

    name: str
    body: Any
    visible: float = 0.0
    received: int = 0


def client_error(code: str, status: int = 400, text: str = "no") -> ClientError:
    metadata: Any = {"HTTPStatusCode": status}
    response: Any = {"Error": {"Code": code, "Message": text}, "ResponseMetadata": metadata}
    return ClientError(response, "Operation")


PASSING: dict[str, Callable[[], Exception]] = {
    "500": lambda: client_error("InternalError", 500),
    "502": lambda: client_error("502", 502),
    "503": lambda: client_error("Unavailable", 503),
    "throttled": lambda: client_error("RequestLimitExceeded", 503),
    "throttled with 400": lambda: client_error("ThrottlingException"),
    "too many": lambda: client_error("TooMany", 429),
    "EC2": lambda: client_error("EC2ThrottledException"),
    "truncated": lambda: ResponseParserError("Unable to parse response (no element found)"),
    "no connection": lambda: ConnectTimeoutError(endpoint_url="https://ec2.amazonaws.com"),
    "no answer": lambda: ReadTimeoutError(endpoint_url="https://ec2.amazonaws.com"),
}
"""What passes by itself, by its name."""


def while_(action: str, until: float, error: Callable[[], Exception], since: float = 0.0) -> Fault:
    """Have an action fail for some time."""

    def fault(call: Call) -> Exception | None:
        return error() if call.action == action and since <= call.seconds < until else None

    return fault


def always(action: str, error: Callable[[], Exception]) -> Fault:
    return while_(action, float("inf"), error)


def poison(action: str, name: str, code: str) -> Fault:
    """Have each call fail that names an endpoint."""

    def fault(call: Call) -> Exception | None:
        return client_error(code) if call.action == action and name in call.ids else None

    return fault


@dataclass
class World:
    """The function, AWS around it, and the time."""

    time: float = 0.0
    latency: float = 0.1
    page_size: int = 1000
    # How long EC2 shows what it was before a change.
    settling: float = 0.0
    connections: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    statuses: dict[str, str] = field(default_factory=lambda: {STACK: "UPDATE_COMPLETE"})
    root: str = ""
    stored: bytes = b""
    faults: list[Any] = field(default_factory=list[Any])
    calls: list[Call] = field(default_factory=list[Call])
    answers: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    answer_sizes: list[int] = field(default_factory=list[int])
    queue: list[Message] = field(default_factory=list[Message])
    dead: list[Message] = field(default_factory=list[Message])
    results: list[Any] = field(default_factory=list[Any])
    killed: int = 0
    ends: float = TIMEOUT
    _seen: dict[str, tuple[float, str]] = field(default_factory=dict[str, tuple[float, str]])
    _invocations: int = 0

    def install(self, monkeypatch: pytest.MonkeyPatch, rules: dict[str, Any] = RULES) -> None:
        """Be what the function sees of AWS."""
        for name, value in {
            "AWS_LAMBDA_LOG_GROUP_NAME": LOG_GROUP,
            "QUEUE_URL": QUEUE,
            "RULES": json.dumps(rules),
            "SERVICE_ID": SERVICE,
            "STACK_ID": STACK,
        }.items():
            monkeypatch.setenv(name, value)
        clock = SimpleNamespace(monotonic=lambda: self.time, sleep=self.pass_time)
        monkeypatch.setattr(calls, "time", clock)
        monkeypatch.setattr(calls, "random", random.Random(0))  # noqa: S311 - no secret
        monkeypatch.setattr(boto3, "client", self._client)
        monkeypatch.setattr("urllib.request.urlopen", self._put)
        for client in (calls.appconfig, calls.cloudformation, calls.ec2, calls.sqs):
            client.cache_clear()
        vars(index)["_stored"].cache_clear()

    def _client(self, *_: object, **__: object) -> World:
        return self

    # --- what happens in the world ------------------------------------------------------------

    def connect(
        self,
        name: str,
        owner: str | None = TRUSTED,
        state: str = "pendingAcceptance",
        region: str | None = HOME,
        age: float = 60,
    ) -> None:
        created = datetime.now(timezone.utc) - timedelta(seconds=age)
        self.connections[name] = {
            "ServiceId": SERVICE,
            "VpcEndpointId": name,
            "VpcEndpointState": state,
            "CreationTimestamp": created,
            **({} if owner is None else {"VpcEndpointOwner": owner}),
            **({} if region is None else {"VpcEndpointRegion": region}),
        }

    def connect_many(self, count: int, **options: Any) -> None:
        for number in range(count):
            self.connect(f"vpce-{number:05}", **options)

    def states(self) -> dict[str, str]:
        return {name: it["VpcEndpointState"] for name, it in self.connections.items()}

    def count(self, state: str) -> int:
        return sum(it == state for it in self.states().values())

    def called(self, action: str) -> list[Call]:
        return [call for call in self.calls if call.action == action]

    def pass_time(self, seconds: float) -> None:
        self.time += seconds
        if self.time > self.ends:
            raise KilledError

    # --- Lambda -------------------------------------------------------------------------------

    def invoke(self, event: Any, timeout: float = TIMEOUT) -> Any:
        """Run the function once; None where it is killed."""
        self._invocations += 1
        self.ends = self.time + timeout
        context = SimpleNamespace(
            aws_request_id=f"request-{self._invocations}",
            get_remaining_time_in_millis=lambda: int((self.ends - self.time) * 1000),
        )
        try:
            found = index.handler(event, context)
        except KilledError:
            self.killed += 1
            found = None
        self.ends = float("inf")
        self.results.append(found)
        return found

    def send(self, *bodies: Any) -> None:
        for body in bodies:
            self.queue.append(Message(f"m{len(self.queue)}", body, self.time))

    def drain(self, *bodies: Any, timeout: float = TIMEOUT) -> None:
        """Run the function until nothing is in the queue any more."""
        self.send(*bodies)
        while self.queue:
            self.time = max(self.time, min(it.visible for it in self.queue))
            self.receive(timeout)

    def receive(self, timeout: float = TIMEOUT) -> None:
        """Deliver what is visible, as one batch."""
        batch = [it for it in self.queue if it.visible <= self.time]
        gone = [it for it in batch if it.received >= MAX_RECEIVE_COUNT]
        self.dead += gone
        batch = [it for it in batch if it not in gone]
        self.queue = [it for it in self.queue if it not in gone]
        if not batch:
            return
        for message in batch:
            message.received += 1
            message.visible = self.time + VISIBILITY
        found = self.invoke({"Records": [self._record(it) for it in batch]}, timeout)
        if found is not None:
            failed = {it["itemIdentifier"] for it in found["batchItemFailures"]}
            assert failed <= {it.name for it in batch}
            done = [it for it in batch if it.name not in failed]
            self.queue = [it for it in self.queue if it not in done]

    @staticmethod
    def _record(message: Message) -> dict[str, Any]:
        return {
            "messageId": message.name,
            "receiptHandle": message.name,
            "body": message.body,
            "attributes": {"ApproximateReceiveCount": str(message.received)},
            "eventSource": "aws:sqs",
        }

    def request(self, kind: str, timeout: float = TIMEOUT, **more: Any) -> dict[str, Any]:
        """Have CloudFormation call, and return what it is answered."""
        event = {
            "RequestType": kind,
            "LogicalResourceId": "RulesApplied",
            "RequestId": "request",
            "ResourceType": "Custom::PrivateLinkReconciliation",
            "ResponseURL": URL,
            "StackId": STACK,
            **more,
        }
        self.invoke(event, timeout)
        return self.answers[-1]

    def _put(self, request: Request, timeout: float) -> io.BytesIO:
        assert timeout
        assert request.full_url == URL
        assert request.get_method() == "PUT"
        self._call("put")
        assert isinstance(request.data, bytes)
        self.answer_sizes.append(len(request.data))
        self.answers.append(json.loads(request.data))
        return io.BytesIO()

    # --- AWS ----------------------------------------------------------------------------------

    def _call(self, action: str, ids: Iterable[str] = ()) -> None:
        call = Call(action, self.time, len(self.called(action)), tuple(ids))
        self.calls.append(call)
        self.pass_time(self.latency)
        for fault in self.faults:
            error = fault(call)
            if error is not None:
                raise error

    def describe_vpc_endpoint_connections(
        self, *, Filters: Any, MaxResults: int, NextToken: str = "0"
    ) -> dict[str, Any]:
        assert Filters == [{"Name": "service-id", "Values": [SERVICE]}]
        self._call(DESCRIBE)
        start, size = int(NextToken), min(MaxResults, self.page_size)
        items = [self._shown(it) for it in list(self.connections.values())[start : start + size]]
        if start + size < len(self.connections):
            return {"VpcEndpointConnections": items, "NextToken": str(start + size)}
        return {"VpcEndpointConnections": items}

    def _shown(self, item: dict[str, Any]) -> dict[str, Any]:
        until, state = self._seen.get(item["VpcEndpointId"], (0.0, ""))
        return {**item, "VpcEndpointState": state} if self.time < until else item

    def accept_vpc_endpoint_connections(
        self, *, ServiceId: str, VpcEndpointIds: list[str]
    ) -> dict[str, Any]:
        return self._change(ACCEPT, ServiceId, VpcEndpointIds, ("pendingAcceptance",), "available")

    def reject_vpc_endpoint_connections(
        self, *, ServiceId: str, VpcEndpointIds: list[str]
    ) -> dict[str, Any]:
        states = ("pendingAcceptance", "pending", "available", "partial", "quarantined")
        return self._change(REJECT, ServiceId, VpcEndpointIds, states, "rejected")

    def _change(
        self, action: str, service: str, ids: list[str], states: tuple[str, ...], state: str
    ) -> dict[str, Any]:
        assert service == SERVICE
        assert 0 < len(ids) <= 50
        self._call(action, ids)
        if not {*ids} <= self.connections.keys():
            raise client_error("InvalidVpcEndpointId.NotFound")
        refused: list[dict[str, Any]] = []
        for name in ids:
            item = self.connections[name]
            if item["VpcEndpointState"] not in states:
                refused.append({"ResourceId": name, "Error": {"Code": "InvalidState"}})
                continue
            self._seen[name] = (self.time + self.settling, item["VpcEndpointState"])
            item["VpcEndpointState"] = state
        return {"Unsuccessful": refused}

    def describe_stacks(self, *, StackName: str) -> dict[str, Any]:
        self._call(STACKS)
        root = {"RootId": self.root} if self.root and StackName != self.root else {}
        return {"Stacks": [{"StackStatus": self.statuses[StackName], **root}]}

    def change_message_visibility_batch(self, *, QueueUrl: str, Entries: Any) -> None:
        assert QueueUrl == QUEUE
        assert 0 < len(Entries) <= 10
        self._call("sqs:ChangeMessageVisibility")
        for entry in Entries:
            for message in self.queue:
                if message.name == entry["ReceiptHandle"]:
                    message.visible = self.time + entry["VisibilityTimeout"]

    def get_hosted_configuration_version(self, **arguments: Any) -> dict[str, Any]:
        assert arguments == {
            "ApplicationId": "app1234",
            "ConfigurationProfileId": "prof123",
            "VersionNumber": 7,
        }
        self._call(VERSION)
        return {"Content": io.BytesIO(self.stored)}


def lines(output: str) -> list[dict[str, Any]]:
    """Return the lines that the function wrote: objects of JSON of a bounded size."""
    found = [json.loads(line) for line in output.splitlines()]
    assert all(len(line) < 20_000 for line in output.splitlines())
    assert all(line["requestId"].startswith("request-") for line in found)
    return found


def metrics(output: str) -> dict[str, list[float]]:
    """Return the values of each metric, in the order in which they were written."""
    found: dict[str, list[float]] = {}
    for record in lines(output):
        for directive in record.get("_aws", {}).get("CloudWatchMetrics", []):
            assert directive["Namespace"] == journal.METRIC_NAMESPACE
            for metric in directive["Metrics"]:
                found.setdefault(metric["Name"], []).append(record[metric["Name"]])
    return found
