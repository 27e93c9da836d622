"""One run, which applies the rules to the connections of a service.

It starts from the state in AWS, so a run can be repeated, and two runs can overlap.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from .calls import CallError, Kind, NoTimeError, cloudformation, ec2
from .journal import log, log_codes, log_connections
from .verdicts import Connection, Decision, Decisions, decide

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from mypy_boto3_ec2.type_defs import (
        DescribeVpcEndpointConnectionsRequestTypeDef,
        DescribeVpcEndpointConnectionsResultTypeDef,
        UnsuccessfulItemTypeDef,
        VpcEndpointConnectionTypeDef,
    )

    from .calls import Attempts
    from .verdicts import Rules

# The longest page that the API gives.
PAGE_SIZE = 1000
# No limit is published for the endpoints of one call. Its sibling in the same request,
# TransitGatewayAttachmentIds, takes 50, so 50 is a size that the API is built for.
# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AcceptVpcEndpointConnections.html
BATCH_SIZE = 50
ROUNDS = 3
"""How often connections are read and decided on while one of them can't be changed."""
SPLITS = 400
"""How many calls a run makes to find the endpoints because of which a batch fails."""

_READING_SHARE = 0.5
"""The part of the time after which a run decides on what it has read so far."""
_VANISHED = frozenset({"InvalidVpcEndpoint.NotFound", "InvalidVpcEndpointId.NotFound"})
_NOT_TRIED = "NotTried"
# Nothing that these stacks did last can be rolled back, or it has been.
# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html
_SETTLED = frozenset(
    {
        *("CREATE_COMPLETE", "IMPORT_COMPLETE", "IMPORT_ROLLBACK_COMPLETE", "ROLLBACK_COMPLETE"),
        *("UPDATE_COMPLETE", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"),
        *("UPDATE_ROLLBACK_COMPLETE", "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS"),
    }
)
_DESCRIBE = "ec2:DescribeVpcEndpointConnections"
_ACTIONS = {
    Decision.ACCEPT: "ec2:AcceptVpcEndpointConnections",
    Decision.REJECT: "ec2:RejectVpcEndpointConnections",
}


@dataclass
class Outcome:
    """What came of a run.

    ``failed`` has the error code of each connection that couldn't be decided.
    """

    decisions: Decisions = field(default_factory=Decisions)
    done: dict[Decision, int] = field(
        default_factory=lambda: {Decision.ACCEPT: 0, Decision.REJECT: 0}
    )
    failed: dict[str, str] = field(default_factory=dict[str, str])
    complete: bool = True
    cut_short: bool = False

    @property
    def finished(self) -> bool:
        """Whether nothing is left to do."""
        return self.complete and not self.failed

    @property
    def only_late(self) -> bool:
        """Whether the run made progress, and nothing but time was missing."""
        return self.cut_short and any(self.done.values())


class Reconciliation:
    """A run.

    :param service_id: the service.
    :param stack_id: the stack that defines the rules.
    :param rules: the rules.
    :param attempts: how AWS is called, and for how long.
    :param settling_seconds: how long to wait before connections are read again.
    """

    def __init__(
        self,
        service_id: str,
        stack_id: str,
        rules: Rules,
        attempts: Attempts,
        settling_seconds: float,
    ) -> None:
        """Prepare it."""
        self._service_id = service_id
        self._stack_id = stack_id
        self._rules = rules
        self._attempts = attempts
        self._settling_seconds = settling_seconds
        self._splits_left = SPLITS

    def run(self) -> Outcome:
        """Decide, and do it again for as long as a connection refuses, a few times.

        Somebody else can have decided in the meantime, or AWS has not applied its changes yet.

        :raises CallError: when the connections can't be read.
        """
        outcome = Outcome()
        settling = self._settling_seconds
        for number in range(ROUNDS):
            if number and not self._attempts.pause(settling * number):
                break
            self._run_once(outcome)
            if outcome.finished or outcome.cut_short:
                break
        return outcome

    def _run_once(self, outcome: Outcome) -> None:
        connections, outcome.complete = self._read()
        outcome.decisions = decide(connections, self._rules, datetime.now(timezone.utc))
        outcome.failed = {}
        disconnect, held = self._what_to_disconnect(outcome.decisions)
        reject = [it for it in outcome.decisions.reject if it.awaiting or it in disconnect]
        # Rejections come first: if there is time for only a part, it is the more important one.
        for decision, connections in (
            (Decision.REJECT, reject),
            (Decision.ACCEPT, outcome.decisions.accept),
        ):
            for start in range(0, len(connections), BATCH_SIZE):
                self._carry_out(outcome, decision, connections[start : start + BATCH_SIZE])
        outcome.failed |= held

    def _read(self) -> tuple[list[Connection], bool]:
        """Read the connections of the service, and tell whether these are all.

        Only the service is filtered for: the API's filter and its answers spell states differently.
        Each connection is decided on by itself, so a part of them is as good as all.
        """
        # A list that changes while it is paged through may show a connection twice.
        found: dict[str, Connection] = {}
        half = self._attempts.left * _READING_SHARE
        tokens: set[str] = set()
        token = ""
        while True:
            page = self._read_page(token)
            for item in page.get("VpcEndpointConnections") or ():
                if "VpcEndpointId" in item:
                    found[item["VpcEndpointId"]] = _connection(item)
            token = page.get("NextToken") or ""
            if not token:
                return list(found.values()), True
            if token in tokens or self._attempts.left < half:
                log("ERROR", "not all connections could be read", count=len(found))
                return list(found.values()), False
            tokens.add(token)

    def _read_page(self, token: str) -> DescribeVpcEndpointConnectionsResultTypeDef:
        request: DescribeVpcEndpointConnectionsRequestTypeDef = {
            "Filters": [{"Name": "service-id", "Values": [self._service_id]}],
            "MaxResults": PAGE_SIZE,
        }
        if token:
            request["NextToken"] = token
        return self._attempts.call(
            _DESCRIBE, lambda: ec2().describe_vpc_endpoint_connections(**request)
        )

    def _what_to_disconnect(
        self, decisions: Decisions
    ) -> tuple[frozenset[Connection], dict[str, str]]:
        """Return who is disconnected now, and the code of each who should be and can't.

        A rejection can't be undone. So as long as the stack can roll back the rules, rejections are
        left to a later run.
        """
        live = decisions.disconnect
        if not live:
            return frozenset(), {}
        obstacle, passes = self._obstacle()
        if obstacle is None:
            return frozenset(live), {}
        log_connections("WARNING", "live, to be rejected later", live, because=obstacle)
        return frozenset(), {} if passes else {it.vpc_endpoint_id: obstacle for it in live}

    def _obstacle(self) -> tuple[str | None, bool]:
        """Return why nobody is disconnected now, if so, and whether that passes by itself."""
        try:
            root, status = self._describe_stack(self._stack_id)
            if status in _SETTLED and root not in ("", self._stack_id):
                _, status = self._describe_stack(root)
        except CallError as error:
            return str(error), False
        except NoTimeError:
            return _NOT_TRIED, False
        if status in _SETTLED:
            return None, True
        return f"stack in {status}", status.endswith("_IN_PROGRESS")

    def _describe_stack(self, stack: str) -> tuple[str, str]:
        """Return the root of a stack, empty if it is one, and the status of the stack."""
        found = self._attempts.call(
            "cloudformation:DescribeStacks",
            lambda: cloudformation().describe_stacks(StackName=stack),
        )
        description = next(iter(found.get("Stacks") or ()), None)
        if description is None:
            return "", "unknown status"
        return description.get("RootId", ""), description.get("StackStatus", "unknown status")

    def _carry_out(self, outcome: Outcome, decision: Decision, batch: Sequence[Connection]) -> None:
        ids = [connection.vpc_endpoint_id for connection in batch]
        try:
            refused = self._send(decision, ids)
        except NoTimeError:
            outcome.cut_short = True
            outcome.failed |= dict.fromkeys(ids, _NOT_TRIED)
            return
        _take_note(outcome, decision, batch, refused)
        outcome.cut_short = outcome.cut_short or self._attempts.left <= 0

    def _send(self, decision: Decision, ids: Sequence[str]) -> dict[str, str]:
        """Carry out one decision, and return the error code of each endpoint that refused it."""
        client = ec2()
        change = (
            client.accept_vpc_endpoint_connections
            if decision is Decision.ACCEPT
            else client.reject_vpc_endpoint_connections
        )
        try:
            response = self._attempts.call(
                _ACTIONS[decision],
                lambda: change(ServiceId=self._service_id, VpcEndpointIds=ids),
                for_many=True,
            )
        except CallError as error:
            if len(ids) == 1 or not self._can_split(error):
                log("ERROR", "refused", error=str(error), count=len(ids))
                return dict.fromkeys(ids, error.code)
            # One endpoint must not keep the others of its batch from being changed.
            middle = len(ids) // 2
            return self._send_part(decision, ids[:middle]) | self._send_part(decision, ids[middle:])
        return dict(_refusals(response.get("Unsuccessful") or (), ids))

    def _send_part(self, decision: Decision, ids: Sequence[str]) -> dict[str, str]:
        self._splits_left -= 1
        try:
            return self._send(decision, ids)
        except NoTimeError:
            return dict.fromkeys(ids, _NOT_TRIED)

    def _can_split(self, error: CallError) -> bool:
        """Return whether a call may have failed because of one of its endpoints."""
        about_one = error.kind in (Kind.MALFORMED, Kind.NOT_FOUND, Kind.REFUSED)
        return about_one and self._splits_left > 0 and "ServiceId" not in error.code


def _connection(item: VpcEndpointConnectionTypeDef) -> Connection:
    return Connection(
        vpc_endpoint_id=item.get("VpcEndpointId", ""),
        owner=item.get("VpcEndpointOwner") or "",
        region=item.get("VpcEndpointRegion") or "",
        state=item.get("VpcEndpointState") or "",
        created=item.get("CreationTimestamp"),
    )


def _refusals(
    items: Sequence[UnsuccessfulItemTypeDef], ids: Sequence[str]
) -> Iterator[tuple[str, str]]:
    for item in items:
        code = item.get("Error", {}).get("Code") or "Unknown"
        # Without an ID, it can be any of them.
        named = item.get("ResourceId", "")
        for key in [named] if named in ids else ids:
            yield key, code


def _take_note(
    outcome: Outcome, decision: Decision, batch: Sequence[Connection], refused: Mapping[str, str]
) -> None:
    done = [it for it in batch if it.vpc_endpoint_id not in refused]
    gone = [it for it in batch if refused.get(it.vpc_endpoint_id) in _VANISHED]
    outcome.done[decision] += len(done)
    outcome.failed |= {key: code for key, code in refused.items() if code not in _VANISHED}
    if done:
        log_connections("INFO", "decided", done, decision=decision.value)
    if gone:
        log_connections("INFO", "gone before it was decided", gone, decision=decision.value)


def report(outcome: Outcome) -> None:
    """Write down what a run left as it was."""
    if outcome.decisions.untouched:
        log_connections("INFO", "live, and on no list", outcome.decisions.untouched)
    if outcome.failed:
        log_codes("ERROR", "could not be decided", outcome.failed)
