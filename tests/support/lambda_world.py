"""Lambda and CloudFormation in memory, with a clock of their own, for the functions of the package.

Time passes only where a function waits, or where a call of AWS takes time. An invocation that takes
too long is killed and repeated, as Lambda does with asynchronous ones, and a function that invokes
itself is run again. Faults are given out by the second, so that every run is the same.
"""

from __future__ import annotations

import io
import json
import random
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from botocore.exceptions import (
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    ReadTimeoutError,
)
from botocore.parsers import ResponseParserError

from privatelink_constructs.runtime.custom_resources import clock, lifecycle

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from urllib.request import Request

    import pytest

    Event = dict[str, Any]
    Fault = Callable[["Call"], Exception | None]

START = 1_800_000_000.0
URL = "https://cloudformation.example.com/?X-Amz-Signature=secret"
LOG_GROUP = "Provider-Logs-1A2B3C"
SECRETS = ("X-Amz-Signature", URL)
_RETRIES = (60.0, 120.0)
"""How long Lambda waits before it repeats an invocation that died."""


class KilledError(BaseException):
    """Lambda ends an invocation; no handler sees that."""


@dataclass
class Call:
    """A call of AWS.

    :param action: such as ``ec2:DescribeVpcs``.
    :param seconds: how long after the beginning it is.
    :param number: how many calls of this action there were before.
    """

    action: str
    seconds: float
    number: int
    arguments: dict[str, Any] = field(default_factory=dict[str, Any])


class Context:
    """What Lambda tells a function, by the clock of the world."""

    function_name = "Provider-Function-1A2B3C"
    log_group_name = LOG_GROUP

    def __init__(self, world: World, number: int) -> None:
        self.aws_request_id = f"request-{number}"
        self._world = world

    def get_remaining_time_in_millis(self) -> int:
        return max(0, int((self._world.ends - self._world.time) * 1000))


class World:
    """One function, the CloudFormation that calls it, and the time.

    :param latency: how long each call of AWS takes, in seconds.
    :param timeout: the time-out of the function, in seconds.
    """

    def __init__(
        self, monkeypatch: pytest.MonkeyPatch, *, latency: float = 0.1, timeout: float = 900
    ) -> None:
        self.latency = latency
        self.timeout = timeout
        self.time = START
        self.ends = START
        self.faults: list[Fault] = []
        self.calls: list[Call] = []
        self.answers: list[dict[str, Any]] = []
        self.bodies: list[bytes] = []
        self.invocations = 0
        self.killed = 0
        self._waiting: deque[tuple[float, str]] = deque()
        monkeypatch.setattr(clock, "now", lambda: self.time)
        monkeypatch.setattr(clock, "pause", self.pass_time)
        monkeypatch.setattr(clock, "spread", float)
        monkeypatch.setattr(lifecycle, "lambda_client", lambda: self)
        monkeypatch.setattr("urllib.request.urlopen", self._put)

    @property
    def seconds(self) -> float:
        """How much time has passed."""
        return self.time - START

    def pass_time(self, seconds: float) -> None:
        self.time += seconds
        if self.time > self.ends:
            self.time = self.ends
            raise KilledError

    def call(self, action: str, **arguments: Any) -> None:
        """Let a call of AWS take its time, and fail if a fault says so."""
        number = sum(call.action == action for call in self.calls)
        call = Call(action, self.seconds, number, arguments)
        self.calls.append(call)
        self.pass_time(self.latency)
        for fault in self.faults:
            error = fault(call)
            if error is not None:
                raise error

    def called(self, action: str) -> list[Call]:
        return [call for call in self.calls if call.action == action]

    def invoke(self, **arguments: Any) -> None:
        """Take the function's call of itself."""
        self.call("lambda:InvokeFunction", **arguments)
        assert arguments["FunctionName"] == Context.function_name
        assert arguments["InvocationType"] == "Event"
        self._waiting.append((0.5, arguments["Payload"]))

    def _put(self, request: Request, timeout: float) -> io.BytesIO:
        assert timeout
        assert request.full_url == URL
        assert request.get_method() == "PUT"
        assert request.get_header("Content-type") == ""
        self.call("put")
        body = request.data
        assert isinstance(body, bytes)
        self.bodies.append(body)
        self.answers.append(json.loads(body))
        return io.BytesIO()

    def run(self, handler: Callable[[Any, Any], None], event: Event) -> dict[str, Any]:
        """Deliver an event, and return the one answer to it."""
        before = len(self.answers)
        for _ in self.deliver(handler, event):
            pass
        (answer,) = self.answers[before:]
        return answer

    def deliver(self, handler: Callable[[Any, Any], None], event: Event) -> Iterator[float]:
        """Deliver an event, with all that follows; yield the time after each invocation."""
        self._waiting.append((0.0, json.dumps(event)))
        while self._waiting:
            wait, payload = self._waiting.popleft()
            self.time += wait
            for retry in (*_RETRIES, None):
                if self.invocation_lives(handler, payload) or retry is None:
                    break
                self.time += retry
            yield self.time

    def invocation_lives(self, handler: Callable[[Any, Any], None], payload: str) -> bool:
        self.invocations += 1
        self.ends = self.time + self.timeout
        try:
            handler(json.loads(payload), Context(self, self.invocations))
        except (KilledError, OSError):
            self.killed += 1
            return False
        return True


def event_of(
    request_type: str,
    properties: Mapping[str, Any],
    *,
    old: Mapping[str, Any] | None = None,
    physical_id: str | None = None,
    **more: Any,
) -> Event:
    """Return an event as CloudFormation sends it: all properties are text."""
    event: Event = {
        "RequestType": request_type,
        "RequestId": "request",
        "ResponseURL": URL,
        "StackId": "arn:aws:cloudformation:eu-west-1:111111111111:stack/Provider/1",
        "LogicalResourceId": "Step",
        "ResourceProperties": dict(properties),
        **more,
    }
    if request_type != "Create":
        event["PhysicalResourceId"] = physical_id or "Step"
    if request_type == "Update":
        event["OldResourceProperties"] = dict(old if old is not None else properties)
    return event


# --- faults -----------------------------------------------------------------------------------


def refusal(code: str, message: str = "No.", operation: str = "Operation") -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}}, operation)


def failing(
    code: str, *, seconds: float = float("inf"), action: str = "", message: str = "No."
) -> Fault:
    """Fail every call, or those of one action, for a while."""

    def fault(call: Call) -> Exception | None:
        meant = call.action != "put" and call.action.startswith(action)
        return made(code, message) if meant and call.seconds < seconds else None

    return fault


def failing_sometimes(code: str, share: float, *, seed: int = 1) -> Fault:
    """Fail a share of all calls, the same ones in each run."""
    chance = random.Random(seed)  # noqa: S311 - the same in each run

    def fault(call: Call) -> Exception | None:
        return made(code) if call.action != "put" and chance.random() < share else None

    return fault


def made(code: str, message: str = "No.") -> Exception:
    """Make an error from a code of AWS, or from the name of an exception of botocore."""
    url = "https://aws.example.com"
    others: dict[str, Callable[[], Exception]] = {
        "ConnectTimeoutError": lambda: ConnectTimeoutError(endpoint_url=url),
        "ConnectionResetError": ConnectionResetError,
        "EndpointConnectionError": lambda: EndpointConnectionError(endpoint_url=url),
        "ReadTimeoutError": lambda: ReadTimeoutError(endpoint_url=url),
        "ResponseParserError": lambda: ResponseParserError("Unable to parse response"),
    }
    return others[code]() if code in others else refusal(code, message)


PASSING = (
    "500",
    "502",
    "503",
    "BandwidthLimitExceeded",
    "ConnectTimeoutError",
    "ConnectionResetError",
    "EC2ThrottledException",
    "EndpointConnectionError",
    "InternalError",
    "InternalFailure",
    "PriorRequestNotComplete",
    "ReadTimeoutError",
    "RequestLimitExceeded",
    "RequestTimeout",
    "ResponseParserError",
    "ServiceUnavailable",
    "SlowDown",
    "SomethingThatAwsAdds",
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
    "Unavailable",
)
"""Errors that pass."""
