"""The lifecycle of a custom resource, from the event of CloudFormation to the response.

A function waits inside: it attempts its step until the step is done, fails permanently, or the
deadline has passed, and then answers CloudFormation itself. Shortly before Lambda would end the
invocation, the function invokes itself with the same event and its state, at most five times.
Lambda repeats an invocation that crashes, so each attempt can be made twice.

:see: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref.html
:see: https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html
"""

from __future__ import annotations

import functools
import json
import os
import traceback
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.client import HTTPException
from typing import TYPE_CHECKING, Any, Protocol, cast

import boto3
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from . import clock, logbook
from .logbook import log
from .patience import CONFIG, FinalError, Patience, RefusedError

if TYPE_CHECKING:
    from collections.abc import Callable

Event = Mapping[str, Any]

CONTINUATION = "Continuation"
MAX_HOPS = 5
"""How often a function invokes itself for one event. Lambda stops loops after about 16 times."""
LONGEST_TIMEOUT_SECONDS = 3300
"""CloudFormation waits for an hour at most, and its own message doesn't say for what."""
MAX_RESPONSE = 4096
"""In bytes: CloudFormation rejects a longer response."""

DEFAULT_MARGIN_SECONDS = 60.0
_LAST_SECONDS = 25.0
"""The time that is reserved for the response if the next invocation fails."""
_ANSWER_PAUSES = (0.5, 1.0, 2.0, 4.0, 8.0)


class Context(Protocol):
    """The context of an invocation, from Lambda."""

    aws_request_id: str
    function_name: str
    log_group_name: str

    def get_remaining_time_in_millis(self) -> int:
        """Return the time until Lambda ends the invocation."""
        ...


class StepError(Exception):
    """The step can't be done; the message is what CloudFormation shows."""


class OutOfTimeError(Exception):
    """This invocation has no time left; the next one goes on."""


@dataclass(frozen=True)
class Progress:
    """The result of an attempt.

    :param done: whether nothing is left to do.
    :param data: the attributes of the custom resource, if it is done.
    """

    done: bool
    data: Mapping[str, str] = field(default_factory=dict[str, str])


WAIT = Progress(done=False)
DONE = Progress(done=True)


class Invocation:
    """One invocation, and the state that is passed to the next one.

    :param context: the context of Lambda.
    :param passed: the state from the earlier invocation; empty for the first one.
    :param timeout: how long all invocations may take together, in seconds.
    """

    def __init__(self, context: Context, passed: Mapping[str, Any], timeout: float) -> None:
        """Begin, or continue."""
        self._context = context
        self._margin = float(os.environ.get("MARGIN_SECONDS", DEFAULT_MARGIN_SECONDS))
        self.hop: int = passed.get("Hop", 0)
        self.deadline: float = passed.get("Deadline", clock.now() + timeout)
        self.memory: dict[str, Any] = dict(passed.get("Memory", {}))
        self.patience = Patience(self.require_time, dict(passed.get("Refused", {})))
        self.last: str = passed.get("Last", "")

    def carry(self) -> dict[str, Any]:
        """Return what the next invocation needs."""
        return {
            "Hop": self.hop + 1,
            "Deadline": self.deadline,
            "Memory": self.memory,
            "Refused": self.patience.since,
            "Last": self.last,
        }

    @property
    def remaining(self) -> float:
        """The seconds until Lambda ends it."""
        return self._context.get_remaining_time_in_millis() / 1000

    def has_time_for(self, seconds: float) -> bool:
        """Return whether there is time for something before going on in the next invocation."""
        return self.remaining - self._margin > seconds

    def require_time(self) -> None:
        """Check that there is time for another call.

        :raises OutOfTimeError: if there is none.
        """
        if not self.has_time_for(0):
            raise OutOfTimeError

    @property
    def is_over(self) -> bool:
        """Whether the deadline has passed."""
        return clock.now() >= self.deadline


class Step(Protocol):
    """What a custom resource does for one event."""

    @property
    def physical_resource_id(self) -> str:
        """The ID of what the event is about."""
        ...

    @property
    def timeout(self) -> float:
        """How long it may take, in seconds."""
        ...

    @property
    def poll_seconds(self) -> float:
        """How long to wait before another attempt."""
        ...

    def attempt(self, invocation: Invocation) -> Progress:
        """Read the state, and do what is missing. It can be called again at any time."""
        ...

    def refused(self, error: RefusedError) -> str:
        """Return the reason why the step failed permanently."""
        ...

    def too_late(self, last: str) -> str:
        """Say what is missing at the deadline.

        :param last: what AWS said last, empty if it refused nothing.
        """
        ...


class Nothing:
    """A step with nothing to do.

    :param event: the event.
    :param physical_resource_id: the ID. Default: the one that the resource has.
    """

    timeout = 300.0
    poll_seconds = 1.0

    def __init__(self, event: Event, physical_resource_id: str | None = None) -> None:
        """Keep the ID."""
        self.physical_resource_id = physical_resource_id or _current_id(event)

    def attempt(self, invocation: Invocation) -> Progress:
        """Do nothing."""
        del invocation
        return DONE

    def refused(self, error: RefusedError) -> str:
        """Pass the error on."""
        return str(error)

    def too_late(self, last: str) -> str:
        """Pass the last error on."""
        return last


def serve(event: Event, context: Context, begin: Callable[[Event], Step]) -> None:
    """Handle an event, and answer it, or continue in another invocation.

    :param begin: makes the step of an event, or raises StepError.
    """
    passed: Mapping[str, Any] = event.get(CONTINUATION, {})
    logbook.begin(
        hop=passed.get("Hop", 0),
        logical_id=event.get("LogicalResourceId"),
        request_id=context.aws_request_id,
        request_type=event.get("RequestType"),
        stack_id=event.get("StackId"),
    )
    try:
        step = _begun(event, begin)
        _serve_step(event, context, step, Invocation(context, passed, step.timeout))
    except StepError as error:
        _fail(event, context, str(error))


def _begun(event: Event, begin: Callable[[Event], Step]) -> Step:
    try:
        return begin(event)
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        raise StepError(f"The event can't be read: {type(error).__name__}: {error}.") from error


def _serve_step(event: Event, context: Context, step: Step, invocation: Invocation) -> None:
    try:
        outcome = _work(step, invocation)
    except OutOfTimeError:
        _hand_over(event, context, step, invocation)
    else:
        _succeed(event, context, step, outcome)


def _work(step: Step, invocation: Invocation) -> Progress:
    """Attempt the step until it is done."""
    while True:
        outcome = _attempt(step, invocation)
        if outcome.done:
            return outcome
        if invocation.is_over:
            raise StepError(step.too_late(invocation.last))
        poll = float(os.environ.get("POLL_SECONDS", step.poll_seconds))
        pause = min(clock.spread(poll), max(0.0, invocation.deadline - clock.now()))
        if not invocation.has_time_for(pause):
            raise OutOfTimeError
        clock.pause(pause)


def _attempt(step: Step, invocation: Invocation) -> Progress:
    try:
        outcome = step.attempt(invocation)
    except (OutOfTimeError, StepError):
        raise
    except FinalError as error:
        raise StepError(step.refused(error)) from error
    except RefusedError as error:
        log("WARNING", "waiting for the next attempt", action=error.action, said=error.said)
        invocation.last = str(error)
        return WAIT
    except Exception as error:  # noqa: BLE001 - no stack may wait for an answer that never comes
        # An incomplete answer can lack anything, so the call is repeated.
        invocation.last = f"{type(error).__name__}: {error}"
        log("ERROR", "waiting for the next attempt", said=traceback.format_exc()[-900:])
        return WAIT
    invocation.last = ""
    return outcome


# --- the next invocation ----------------------------------------------------------------------


@functools.cache
def lambda_client() -> Any:  # noqa: ANN401 stubs of a few services only
    """Create the client when it is first needed, and keep it for the lifetime of the process."""
    return cast("Any", boto3).client("lambda", config=CONFIG)


def _hand_over(event: Event, context: Context, step: Step, invocation: Invocation) -> None:
    """Continue in another invocation, or return why that isn't possible."""
    if invocation.is_over:
        _fail(event, context, step.too_late(invocation.last))
    elif invocation.hop >= MAX_HOPS:
        said = f"{step.too_late(invocation.last)} The function has invoked itself {MAX_HOPS} times."
        _fail(event, context, said)
    else:
        error = _invoke_itself({**event, CONTINUATION: invocation.carry()}, context)
        if error:
            _fail(event, context, f"The function can't invoke itself to go on: {error}.")


def _invoke_itself(event: Event, context: Context) -> str:
    """Invoke the function again, and return the last error, empty if there is none."""
    payload = json.dumps(event)
    error = ""
    for wait in (0.0, *_ANSWER_PAUSES):
        if context.get_remaining_time_in_millis() / 1000 < _LAST_SECONDS + wait and error:
            break
        clock.pause(wait)
        try:
            lambda_client().invoke(
                FunctionName=context.function_name, InvocationType="Event", Payload=payload
            )
        except (BotoCoreError, ClientError, OSError, ResponseParserError) as failed:
            error = str(failed)[:400]
            log("WARNING", "can't invoke itself", said=error)
        else:
            log("INFO", "going on in another invocation")
            return ""
    return error


# --- the answer -------------------------------------------------------------------------------


def _succeed(event: Event, context: Context, step: Step, outcome: Progress) -> None:
    log("INFO", "done", physical_resource_id=step.physical_resource_id)
    answer = {
        "Status": "SUCCESS",
        "PhysicalResourceId": step.physical_resource_id,
        "Data": dict(outcome.data),
    }
    _put(event, context, json.dumps({**_addressed(event), **answer}))


def _fail(event: Event, context: Context, reason: str) -> None:
    log("ERROR", "failed", reason=reason)
    # A failed update doesn't change the resource.
    answer = {"Status": "FAILED", "PhysicalResourceId": _current_id(event)}
    where = f" Logs: {context.log_group_name}, request {context.aws_request_id}."
    _put(event, context, _fitted({**_addressed(event), **answer}, reason, where))


def _fitted(answer: Mapping[str, Any], reason: str, where: str) -> str:
    """Return a response that CloudFormation takes, with as much of the reason as there is room."""
    while True:
        body = json.dumps({**answer, "Reason": reason + where})
        if len(body) <= MAX_RESPONSE or not reason:
            return body
        # Each character is at most twelve bytes of JSON.
        reason = reason[: max(0, len(reason) - max(1, (len(body) - MAX_RESPONSE) // 12))]


def _addressed(event: Event) -> dict[str, Any]:
    return {name: event.get(name) for name in ("StackId", "RequestId", "LogicalResourceId")}


def _current_id(event: Event) -> str:
    return str(event.get("PhysicalResourceId") or event.get("LogicalResourceId") or "none")


def _put(event: Event, context: Context, body: str) -> None:
    """Send an answer, again and again while there is time.

    :raises OSError: if it can't be sent; Lambda then repeats the invocation.
    """
    request = urllib.request.Request(  # noqa: S310 - the URL is CloudFormation's
        event["ResponseURL"],
        data=body.encode(),
        # The signature of the URL is for no content type.
        headers={"Content-Type": ""},
        method="PUT",
    )
    pauses = iter(_ANSWER_PAUSES)
    while True:
        try:
            with urllib.request.urlopen(request, timeout=10):  # noqa: S310 - see above
                return
        except (HTTPException, OSError) as error:
            log("ERROR", "can't answer CloudFormation", said=type(error).__name__)
            wait = next(pauses, None)
            if wait is None or context.get_remaining_time_in_millis() / 1000 < wait + 1:
                raise
        clock.pause(wait)
