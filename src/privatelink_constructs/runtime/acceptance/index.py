"""Accept and reject the connections of one endpoint service by rules.

``handler`` serves two callers: a queue, whose messages (connection notifications, and those of a
schedule) only say that it is time to look at the connections, and CloudFormation, when a stack
update changes the rules. The environment has ``SERVICE_ID``, ``STACK_ID``, ``QUEUE_URL``, and the
rules: ``RULES``, a JSON object with ``accept_accounts``, ``accept_regions`` (null for all),
``reject_accounts``, and ``otherwise`` (``LEAVE_PENDING`` or ``REJECT``), or the version of a
configuration of AWS AppConfig with it: ``RULES_APPLICATION``, ``RULES_PROFILE``, ``RULES_VERSION``.

``SAFETY_MARGIN_SECONDS`` and ``SETTLING_SECONDS`` are for tests.

:see: https://docs.aws.amazon.com/vpc/latest/privatelink/configure-endpoint-service.html
"""

from __future__ import annotations

import functools
import json
import os
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, cast

from . import journal
from .calls import Attempts, CallError, NoTimeError, appconfig, jittered, sqs
from .reconciling import Reconciliation, report
from .reply import reply
from .verdicts import Decision, Rules

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .reconciling import Outcome

RECONCILE_MESSAGE: dict[str, object] = {"action": "reconcile"}
LASTING = 2
"""How often a message must be received before a failure counts as lasting."""
ATTEMPTS = 5
"""How often the queue delivers a message."""

_FIRST_DELAY = 60.0
_LONGEST_DELAY = 900.0
_AT_ONCE = 10
"""How many messages one call of SQS takes."""
_MARGIN = "30"
_SETTLING = "5"
_WITHOUT_CONTEXT = 300.0


def handler(event: object, context: Any) -> dict[str, Any]:  # noqa: ANN401 - Lambda's own
    """Serve the queue, with partial batch responses, and CloudFormation."""
    journal.begin(str(getattr(context, "aws_request_id", "")))
    attempts = Attempts(_seconds_left(context) - _setting("SAFETY_MARGIN_SECONDS", _MARGIN))
    content = cast("dict[str, Any]", event) if isinstance(event, dict) else {}
    if "RequestType" in content:
        _on_request(content, attempts)
        return {}
    records = content.get("Records")
    items = cast("list[object]", records) if isinstance(records, list) else []
    return _on_messages(items, attempts)


def _seconds_left(context: Any) -> float:  # noqa: ANN401 - Lambda's own
    remaining = getattr(context, "get_remaining_time_in_millis", None)
    return remaining() / 1000 if remaining else _WITHOUT_CONTEXT


def _setting(name: str, default: str) -> float:
    return float(os.environ.get(name, default))


# --- CloudFormation ---------------------------------------------------------------------------


def _on_request(event: Mapping[str, Any], attempts: Attempts) -> None:
    # The next scheduled run does what can't be done now. A throttled call isn't a reason to roll a
    # stack back, and a stack that is deleted needs no decision. But rules that can't be read, or
    # are wrong, would never have an effect.
    try:
        problem = None if event["RequestType"] == "Delete" else _apply(attempts)
    except Exception as error:  # noqa: BLE001 - whatever it is, CloudFormation waits for an answer
        problem = f"{type(error).__name__}: {error}"
    if problem is not None:
        journal.log("ERROR", "the rules can't be applied", problem=problem)
    reply(event, problem, Attempts(_setting("SAFETY_MARGIN_SECONDS", _MARGIN)))


def _apply(attempts: Attempts) -> str | None:
    """Apply new rules, and return what is wrong with them."""
    try:
        rules = _read_rules(attempts)
    except (CallError, ValueError) as error:
        return f"The acceptance rules can't be applied: {error}."
    except NoTimeError:
        return "The acceptance rules can't be read in time."
    try:
        _run(rules, attempts, lasting=False)
    except (CallError, NoTimeError) as error:
        _log_unread(error)
    return None


def _read_rules(attempts: Attempts) -> Rules:
    """Read the rules.

    :raises CallError: when AppConfig doesn't answer.
    :raises ValueError: for rules that aren't valid.
    """
    if "RULES" in os.environ:
        return Rules.from_json(os.environ["RULES"])
    where = (os.environ["RULES_APPLICATION"], os.environ["RULES_PROFILE"])
    version = int(os.environ["RULES_VERSION"])
    text = attempts.call(
        "appconfig:GetHostedConfigurationVersion", lambda: _stored(*where, version)
    )
    return Rules.from_json(text)


@functools.lru_cache(maxsize=1)
def _stored(application: str, profile: str, version: int) -> str:
    """Return a version of a configuration, which never changes."""
    found = appconfig().get_hosted_configuration_version(
        ApplicationId=application, ConfigurationProfileId=profile, VersionNumber=version
    )
    return found["Content"].read().decode()


# --- the queue --------------------------------------------------------------------------------


def _on_messages(records: Sequence[object], attempts: Attempts) -> dict[str, Any]:
    """Reconcile once for all messages, and return those that must be delivered again."""
    items = [cast("dict[str, Any]", it) for it in records if isinstance(it, dict)]
    named = [it for it in items if isinstance(it.get("messageId"), str)]
    understood = [it for it in named if is_wake_up(it.get("body"))]
    malformed = [it for it in named if it not in understood]
    if len(records) > len(understood):
        _reject_malformed(malformed, count=len(records) - len(understood))
    failed = understood if understood and not _wake_up(understood, attempts) else []
    again = [*malformed, *failed]
    return {"batchItemFailures": [{"itemIdentifier": it["messageId"]} for it in again]}


def is_wake_up(body: object) -> bool:
    """Return whether a message is a notification of SNS, of the schedule, or an empty object."""
    try:
        message = json.loads(body) if isinstance(body, str) else None
    except (ValueError, RecursionError):
        return False
    if not isinstance(message, dict):
        return False
    content = cast("dict[str, object]", message)
    if content.get("Type") == "Notification":
        return isinstance(content.get("Message"), str)
    return content in ({}, RECONCILE_MESSAGE)


def _reject_malformed(messages: Sequence[Mapping[str, Any]], *, count: int) -> None:
    # The text isn't logged, because it can contain anything.
    ids = [it["messageId"] for it in messages]
    journal.log("ERROR", "malformed messages", messageIds=ids[: journal.SHOWN], count=count)
    journal.measure(os.environ["SERVICE_ID"], _now(), {"MalformedMessages": count})
    # A repeated delivery doesn't help, and moves them to the dead-letter queue.
    _deliver_after(0, messages)


def _wake_up(messages: Sequence[Mapping[str, Any]], attempts: Attempts) -> bool:
    """Reconcile, and return whether the messages are finished."""
    received = max(map(_receive_count, messages))
    delay = jittered(min(_FIRST_DELAY * 2 ** (received - 1), _LONGEST_DELAY))
    try:
        outcome = _run(_read_rules(attempts), attempts, lasting=received >= LASTING)
    except (CallError, NoTimeError, ValueError) as error:
        _log_unread(error)
        if received >= LASTING:
            journal.measure(os.environ["SERVICE_ID"], _now(), {"Failures": 1})
        # One message is enough, because a run reads all connections.
        _deliver_after(delay, messages[:1])
        return False
    if outcome.finished:
        return True
    # A run without enough time continues immediately, and after several times with the schedule.
    _deliver_after(0 if outcome.only_late else delay, messages[:1])
    return outcome.only_late and received >= ATTEMPTS


def _log_unread(error: Exception) -> None:
    text = str(error) or type(error).__name__
    journal.log("ERROR", "the connections could not be read", error=text)


def _receive_count(message: Mapping[str, Any]) -> int:
    attributes = message.get("attributes")
    if not isinstance(attributes, dict):
        return 1
    count = cast("dict[str, object]", attributes).get("ApproximateReceiveCount")
    known = isinstance(count, str) and count.isdecimal() and len(count) <= len(str(ATTEMPTS))
    return int(str(count)) if known else 1


def _deliver_after(seconds: float, messages: Sequence[Mapping[str, Any]]) -> None:
    """Have the queue deliver messages again earlier than it would."""
    entries = [
        {"Id": str(n), "ReceiptHandle": it.get("receiptHandle"), "VisibilityTimeout": int(seconds)}
        for n, it in enumerate(messages)
    ]
    queue = os.environ.get("QUEUE_URL", "")
    try:
        for start in range(0, len(entries), _AT_ONCE):
            batch = cast("Any", entries[start : start + _AT_ONCE])
            sqs().change_message_visibility_batch(QueueUrl=queue, Entries=batch)
    except Exception as error:  # noqa: BLE001 - they come in any case, only later
        journal.log("WARNING", "messages come later", error=type(error).__name__)


def _run(rules: Rules, attempts: Attempts, *, lasting: bool) -> Outcome:
    """Reconcile once, and write down what came of it.

    :param lasting: whether what fails counts: it failed before.
    """
    service_id = os.environ["SERVICE_ID"]
    outcome = Reconciliation(
        service_id,
        os.environ.get("STACK_ID", ""),
        rules,
        attempts,
        _setting("SETTLING_SECONDS", _SETTLING),
    ).run()
    report(outcome)
    metrics: dict[str, float] = {
        "Accepted": outcome.done[Decision.ACCEPT],
        "Rejected": outcome.done[Decision.REJECT],
    }
    if outcome.complete:
        metrics["LeftPending"] = len(outcome.decisions.leave_pending)
        metrics["OldestPendingAge"] = outcome.decisions.oldest_pending_age
        metrics["UntouchedConnections"] = len(outcome.decisions.untouched)
    if outcome.finished or (lasting and not outcome.only_late):
        metrics["Failures"] = len(outcome.failed) or int(not outcome.complete)
    journal.measure(service_id, _now(), metrics)
    return outcome


def _now() -> datetime:
    return datetime.now(timezone.utc)
