"""Accept and reject the connections of one endpoint service by rules.

``handler`` serves two callers: a queue, whose messages (connection notifications, and those of a
schedule) only say that it is time to look at the connections, and the CDK's custom-resource
provider, when a stack update changes the rules. The environment has ``SERVICE_ID`` and ``RULES``, a
JSON object with ``accept_accounts``, ``accept_regions`` (null for all), ``reject_accounts``, and
``otherwise`` (``LEAVE_PENDING`` or ``REJECT``).

:see: https://docs.aws.amazon.com/vpc/latest/privatelink/configure-endpoint-service.html
"""

from __future__ import annotations

import enum
import functools
import json
import os
import sys
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, cast

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from mypy_boto3_ec2 import EC2Client
    from mypy_boto3_ec2.type_defs import VpcEndpointConnectionTypeDef

# The longest page that the API gives.
PAGE_SIZE = 1000
# No limit is published for the endpoints of one call. Its sibling in the same request,
# TransitGatewayAttachmentIds, takes 50, so 50 is a size that the API is built for.
# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AcceptVpcEndpointConnections.html
BATCH_SIZE = 50
METRIC_NAMESPACE = "PrivateLinkConstructs"
RECONCILE_MESSAGE: dict[str, object] = {"action": "reconcile"}

AWAITING = "pendingacceptance"
# Accepted and coming up, up, or up in part.
LIVE = frozenset({"available", "partial", "pending"})

_VANISHED = frozenset({"InvalidVpcEndpoint.NotFound", "InvalidVpcEndpointId.NotFound"})
_NOT_TRIED = "NotTried"
# After one of these, or without any answer, the rest of the run is left to the queue, whose pause
# is longer than ours.
_OVERLOADED = frozenset(
    {
        *("RequestLimitExceeded", "ServiceUnavailable"),
        *("Throttling", "ThrottlingException", "Unavailable"),
    }
)
_UNITS = {"OldestPendingAge": "Seconds"}


class Decision(enum.Enum):
    """What happens to a connection; ``UNTOUCHED`` is a live one that no rule speaks of."""

    ACCEPT = "accept"
    REJECT = "reject"
    LEAVE_PENDING = "leave_pending"
    UNTOUCHED = "untouched"


@dataclass(frozen=True)
class Connection:
    """A connection of the service, as far as the rules look at it."""

    vpc_endpoint_id: str
    owner: str
    region: str
    state: str
    created: datetime | None = None


@dataclass(frozen=True)
class Rules:
    """Who gets in. An account on both lists is rejected."""

    accept_accounts: frozenset[str] = frozenset()
    accept_regions: frozenset[str] | None = None
    reject_accounts: frozenset[str] = frozenset()
    otherwise: Decision = Decision.LEAVE_PENDING

    @classmethod
    def from_json(cls, text: str) -> Rules:
        """Read the rules; a ``KeyError`` or ``ValueError`` for anything but all of them."""
        raw = json.loads(text)
        regions = raw["accept_regions"]
        choices = {choice.name: choice for choice in (Decision.LEAVE_PENDING, Decision.REJECT)}
        if raw["otherwise"] not in choices:
            message = f"otherwise is {raw['otherwise']!r}, not one of {sorted(choices)}"
            raise ValueError(message)
        return cls(
            accept_accounts=frozenset(raw["accept_accounts"]),
            accept_regions=None if regions is None else frozenset(regions),
            reject_accounts=frozenset(raw["reject_accounts"]),
            otherwise=choices[raw["otherwise"]],
        )

    def accept(self, connection: Connection) -> bool:
        """Whether a pending connection is accepted, unless its account is rejected."""
        in_region = self.accept_regions is None or connection.region in self.accept_regions
        return in_region and connection.owner in self.accept_accounts

    def decide_one(self, connection: Connection) -> Decision | None:
        """Decide on one connection; None where there is nothing to do or to report."""
        awaiting = connection.state.lower() == AWAITING
        if not awaiting and connection.state.lower() not in LIVE:
            return None
        if connection.owner in self.reject_accounts:
            return Decision.REJECT
        if awaiting:
            return Decision.ACCEPT if self.accept(connection) else self.otherwise
        return None if connection.owner in self.accept_accounts else Decision.UNTOUCHED


@dataclass(frozen=True)
class Decisions:
    """What to do, each list in the order of endpoint ids, and since when somebody waits."""

    accept: tuple[Connection, ...]
    reject: tuple[Connection, ...]
    leave_pending: tuple[Connection, ...]
    untouched: tuple[Connection, ...]
    oldest_pending_age: float


@dataclass
class Outcome:
    """What came of the decisions: how many were done, and the error code of each that wasn't."""

    done: dict[Decision, int] = field(
        default_factory=lambda: {Decision.ACCEPT: 0, Decision.REJECT: 0}
    )
    failed: dict[str, str] = field(default_factory=dict[str, str])
    cut_short: bool = False


def decide(connections: Iterable[Connection], rules: Rules, now: datetime) -> Decisions:
    """Decide on each connection, the same whatever their order; nothing is asked or changed.

    :param now: the time against which waiting is measured
    """
    ordered = sorted(connections, key=lambda connection: connection.vpc_endpoint_id)
    sorted_out: dict[Decision | None, list[Connection]] = {}
    for connection in ordered:
        sorted_out.setdefault(rules.decide_one(connection), []).append(connection)
    return Decisions(
        accept=tuple(sorted_out.get(Decision.ACCEPT, ())),
        reject=tuple(sorted_out.get(Decision.REJECT, ())),
        leave_pending=tuple(sorted_out.get(Decision.LEAVE_PENDING, ())),
        untouched=tuple(sorted_out.get(Decision.UNTOUCHED, ())),
        oldest_pending_age=_oldest_pending_age(ordered, now),
    )


def _oldest_pending_age(connections: Iterable[Connection], now: datetime) -> float:
    ages = (
        (now - connection.created).total_seconds()
        for connection in connections
        if connection.created is not None and connection.state.lower() == AWAITING
    )
    return max(0.0, max(ages, default=0.0))


@functools.cache
def ec2() -> EC2Client:
    """Give the one client of this process, made when it is first needed."""
    config = Config(
        connect_timeout=5, read_timeout=20, retries={"mode": "standard", "total_max_attempts": 6}
    )
    return boto3.client("ec2", config=config)  # pyright: ignore[reportUnknownMemberType] stubs of a few services only


def read_connections(service_id: str, home_region: str) -> list[Connection]:
    """Read all connections of the service.

    Only the service is filtered for: the API's filter and its answers spell states differently.

    :param home_region: the service's own Region, which a response may leave out
    """
    pages = ec2().get_paginator("describe_vpc_endpoint_connections")
    found = pages.paginate(
        Filters=[{"Name": "service-id", "Values": [service_id]}],
        PaginationConfig={"PageSize": PAGE_SIZE},
    )
    # A list that changes while it is paged through may show a connection twice.
    by_id = {
        item["VpcEndpointId"]: _connection(item, home_region)
        for page in found
        for item in page.get("VpcEndpointConnections", ())
        if "VpcEndpointId" in item
    }
    return list(by_id.values())


def _connection(item: VpcEndpointConnectionTypeDef, home_region: str) -> Connection:
    return Connection(
        vpc_endpoint_id=item.get("VpcEndpointId", ""),
        owner=item.get("VpcEndpointOwner", ""),
        region=item.get("VpcEndpointRegion") or home_region,
        state=item.get("VpcEndpointState", ""),
        created=item.get("CreationTimestamp"),
    )


def _batches(decisions: Decisions) -> Iterator[tuple[Decision, Sequence[Connection]]]:
    # Rejections first: when only a part can be done, it is the part that keeps somebody out.
    for decision, connections in (
        (Decision.REJECT, decisions.reject),
        (Decision.ACCEPT, decisions.accept),
    ):
        for start in range(0, len(connections), BATCH_SIZE):
            yield decision, connections[start : start + BATCH_SIZE]


def _send(service_id: str, decision: Decision, ids: Sequence[str]) -> dict[str, str]:
    """Carry out one decision, and give the error code of each endpoint that refused it."""
    client = ec2()
    call = (
        client.accept_vpc_endpoint_connections
        if decision is Decision.ACCEPT
        else client.reject_vpc_endpoint_connections
    )
    try:
        response = call(ServiceId=service_id, VpcEndpointIds=ids)
    except ClientError as error:
        if _error_code(error) not in _VANISHED:
            raise
        if len(ids) == 1:
            return {ids[0]: _error_code(error)}
        # One that is gone must not hold up the others of its batch.
        halves = (ids[: len(ids) // 2], ids[len(ids) // 2 :])
        return {
            key: code for half in halves for key, code in _send(service_id, decision, half).items()
        }
    return {
        item.get("ResourceId", ""): item.get("Error", {}).get("Code", "Unknown")
        for item in response.get("Unsuccessful", ())
    }


def _error_code(error: BotoCoreError | ClientError) -> str:
    if isinstance(error, ClientError):
        return error.response.get("Error", {}).get("Code", "Unknown")
    return type(error).__name__


def _carry_out(service_id: str, decisions: Decisions) -> Outcome:
    outcome = Outcome()
    for decision, batch in _batches(decisions):
        ids = [connection.vpc_endpoint_id for connection in batch]
        if outcome.cut_short:
            outcome.failed |= dict.fromkeys(ids, _NOT_TRIED)
            continue
        try:
            refused = _send(service_id, decision, ids)
        except (BotoCoreError, ClientError) as error:
            refused = dict.fromkeys(ids, _error_code(error))
            outcome.cut_short = (
                isinstance(error, BotoCoreError) or _error_code(error) in _OVERLOADED
            )
        _take_note(outcome, decision, batch, refused)
    return outcome


def _take_note(
    outcome: Outcome, decision: Decision, batch: Sequence[Connection], refused: Mapping[str, str]
) -> None:
    done = [connection for connection in batch if connection.vpc_endpoint_id not in refused]
    vanished = sorted(key for key, code in refused.items() if code in _VANISHED)
    outcome.done[decision] += len(done)
    outcome.failed |= {key: code for key, code in refused.items() if code not in _VANISHED}
    if done:
        _log("INFO", "decided", decision=decision.value, connections=[_shown(c) for c in done])
    if vanished:
        _log("INFO", "gone before it was decided", decision=decision.value, connections=vanished)


def _shown(found: Connection) -> dict[str, str]:
    return {"id": found.vpc_endpoint_id, "owner": found.owner, "region": found.region}


def reconcile(service_id: str, home_region: str, rules: Rules, now: datetime) -> bool:
    """Make the connections of the service what the rules say, and tell whether nothing is left.

    It starts from what AWS says, so repeating it is harmless, and so is running it twice at once.
    The errors of boto3 pass through when the connections can't be read.
    """
    decisions = decide(read_connections(service_id, home_region), rules, now)
    outcome = _carry_out(service_id, decisions)
    if outcome.failed and not outcome.cut_short:
        # Somebody else may have decided in between: then it is done, and no failure.
        again = decide(read_connections(service_id, home_region), rules, now)
        due = {connection.vpc_endpoint_id for connection in (*again.accept, *again.reject)}
        outcome.failed = {key: code for key, code in outcome.failed.items() if key in due}
    if outcome.failed:
        _log("ERROR", "could not be decided", connections=outcome.failed)
    _report(service_id, now, decisions, outcome)
    return not outcome.failed


def _report(service_id: str, now: datetime, decisions: Decisions, outcome: Outcome) -> None:
    if decisions.untouched:
        _log("INFO", "live, and on no list", connections=[_shown(c) for c in decisions.untouched])
    metrics = {
        "Accepted": outcome.done[Decision.ACCEPT],
        "Failures": len(outcome.failed),
        "LeftPending": len(decisions.leave_pending),
        "OldestPendingAge": decisions.oldest_pending_age,
        "Rejected": outcome.done[Decision.REJECT],
        "UntouchedConnections": len(decisions.untouched),
    }
    _measure(service_id, now, metrics)


def _log(level: str, message: str, **details: object) -> None:
    _write({"level": level, "message": message, **details})


def _measure(service_id: str, now: datetime, metrics: Mapping[str, float]) -> None:
    """Write metrics in the form that CloudWatch takes from a log.

    :see: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
    """
    definitions = [{"Name": name, "Unit": _UNITS.get(name, "Count")} for name in sorted(metrics)]
    directive = {
        "Dimensions": [["ServiceId"]],
        "Metrics": definitions,
        "Namespace": METRIC_NAMESPACE,
    }
    timestamp = int(now.timestamp() * 1000)
    head = {"CloudWatchMetrics": [directive], "Timestamp": timestamp}
    _write({"_aws": head, "ServiceId": service_id, **metrics})


def _write(record: Mapping[str, object]) -> None:
    # Not through logging: its prefix would keep CloudWatch from seeing the metrics.
    sys.stdout.write(json.dumps(record, sort_keys=True) + "\n")


def _run() -> bool:
    """Reconcile once with what the environment says, and tell whether nothing is left to do."""
    service_id = os.environ["SERVICE_ID"]
    rules = Rules.from_json(os.environ["RULES"])
    now = datetime.now(timezone.utc)
    try:
        return reconcile(service_id, os.environ["AWS_REGION"], rules, now)
    except (BotoCoreError, ClientError) as error:
        _log("ERROR", "the connections could not be read", code=_error_code(error))
        _measure(service_id, now, {"Failures": 1})
        return False


def is_wake_up(body: str) -> bool:
    """Tell whether a message is a notification of SNS, of the schedule, or an empty object."""
    try:
        message = json.loads(body)
    except (ValueError, RecursionError):
        return False
    if not isinstance(message, dict):
        return False
    content = cast("dict[str, object]", message)
    if content.get("Type") == "Notification":
        return isinstance(content.get("Message"), str)
    return content in ({}, RECONCILE_MESSAGE)


def _on_messages(records: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Reconcile once for all messages, and give back the ones that have to come again."""
    malformed = [item["messageId"] for item in records if not is_wake_up(item.get("body", ""))]
    understood = [item["messageId"] for item in records if item["messageId"] not in malformed]
    # The text itself stays out of the log: nobody knows what is in it.
    for message_id in malformed:
        _log("ERROR", "malformed message", messageId=message_id)
    now = datetime.now(timezone.utc)
    _measure(os.environ["SERVICE_ID"], now, {"MalformedMessages": len(malformed)})
    failed = [] if not understood or _run() else understood
    return {"batchItemFailures": [{"itemIdentifier": item} for item in (*malformed, *failed)]}


def _on_event(event: Mapping[str, Any]) -> dict[str, Any]:
    # What can't be done now is logged, measured and done by the next scheduled run: a throttled
    # call is no reason to roll a stack back, and a stack that goes needs no decision any more.
    if event["RequestType"] != "Delete":
        _run()
    return {"PhysicalResourceId": event.get("PhysicalResourceId") or event["LogicalResourceId"]}


def handler(event: Mapping[str, Any], _context: object) -> dict[str, Any]:
    """Serve the queue (with partial batch responses), and the custom resource."""
    if "RequestType" in event:
        return _on_event(event)
    return _on_messages(event["Records"])
