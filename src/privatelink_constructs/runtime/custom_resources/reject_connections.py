"""Rejects the connections of a service that is deleted with its stack.

AWS doesn't delete an endpoint service while connections are live. A Delete also arrives when the
option is disabled, when an ID changes, and when an update is rolled back. In these cases, the
service and its customers stay. So the function reads the status of the stack: it rejects
connections only while the stack is being deleted, or its own creation is rolled back, and only if
the service is one of its resources. If the status contradicts a Delete, it waits.

A nested stack is deleted while its root stack removes it. While the root stack does something that
can be rolled back, nobody is disconnected.

:see: https://docs.aws.amazon.com/vpc/latest/privatelink/delete-endpoint-service.html
:see: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

import boto3

from .lifecycle import DONE, WAIT, Nothing, serve
from .logbook import log
from .patience import CONFIG, Kind, RefusedError, kind_of
from .properties import required, timeout_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_ec2 import EC2Client
    from mypy_boto3_ec2.type_defs import (
        DescribeVpcEndpointConnectionsRequestTypeDef,
        DescribeVpcEndpointConnectionsResultTypeDef,
        VpcEndpointConnectionTypeDef,
    )

    from .lifecycle import Context, Event, Invocation, Progress, Step

DESCRIBE = "ec2:DescribeVpcEndpointConnections"
REJECT = "ec2:RejectVpcEndpointConnections"
DESCRIBE_STACKS = "cloudformation:DescribeStacks"
DESCRIBE_RESOURCE = "cloudformation:DescribeStackResource"

# ROLLBACK_IN_PROGRESS is a failed creation; a failed update is UPDATE_ROLLBACK_IN_PROGRESS.
STACK_GOES = frozenset({"DELETE_IN_PROGRESS", "ROLLBACK_IN_PROGRESS"})
STACK_STAYS = frozenset(
    {
        "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS",
        "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS",
        "UPDATE_ROLLBACK_IN_PROGRESS",
    }
)
CAN_ROLL_BACK = frozenset({"CREATE_IN_PROGRESS", "IMPORT_IN_PROGRESS", "UPDATE_IN_PROGRESS"})
"""What a root stack does that may be undone."""

GONE = frozenset({"deleted", "deleting", "failed", "rejected", "expired"})
"""The states of connections that AWS deletes a service with. Any other one counts as live."""

PAGE_SIZE = 1000
# No limit is published for the endpoints of one call. Its sibling in the same request,
# TransitGatewayAttachmentIds, takes 50, so 50 is a size that the API is built for.
# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RejectVpcEndpointConnections.html
BATCH_SIZE = 50
NAMED_AT_MOST = 20

_NOT_IN_STACK = frozenset({"DELETE_COMPLETE", "DELETE_SKIPPED"})
_GOES = "Goes"


def handler(event: Event, context: Context) -> None:
    """Serve an event of CloudFormation."""
    serve(event, context, begin)


def begin(event: Event) -> Step:
    """Return what an event asks for: nothing on Create and Update.

    :raises StepError: if a property is missing or wrong.
    """
    return Rejection(event) if event["RequestType"] == "Delete" else Nothing(event)


@functools.cache
def ec2_client() -> EC2Client:
    """Create the client when it is first needed, and keep it for the lifetime of the process."""
    return boto3.client("ec2", config=CONFIG)  # pyright: ignore[reportUnknownMemberType] stubs of a few services only


@functools.cache
def cloudformation_client() -> CloudFormationClient:
    """Create the client when it is first needed, and keep it for the lifetime of the process."""
    return boto3.client("cloudformation", config=CONFIG)  # pyright: ignore[reportUnknownMemberType] stubs of a few services only


def _stack_kind(code: str) -> Kind:
    """Return what an error code means when stacks and their resources are read."""
    # "Resource ... does not exist for stack ..." has this code.
    return Kind.NOT_FOUND if code == "ValidationError" else kind_of(code)


class Rejection:
    """The connections of one service whose custom resource is deleted.

    :param event: the event, with the properties ``ServiceId``, ``ServiceLogicalId``, and
        ``TimeoutSeconds``.
    """

    poll_seconds = 15.0

    def __init__(self, event: Event) -> None:
        """Begin without having seen anything."""
        properties = event["ResourceProperties"]
        self.physical_resource_id = str(event["PhysicalResourceId"])
        self.timeout = float(timeout_of(properties))
        self._stack_id = str(event["StackId"])
        self._service_id = required(properties, "ServiceId")
        self._logical_id = required(properties, "ServiceLogicalId")
        self._live: list[VpcEndpointConnectionTypeDef] = []
        self._refused: dict[str, str] = {}
        self._contradiction = ""

    def attempt(self, invocation: Invocation) -> Progress:
        """Find out whether the service goes, and then reject what is live until nothing is."""
        if _GOES not in invocation.memory:
            goes = self._service_goes(invocation)
            if goes is None:
                return WAIT
            invocation.memory[_GOES] = goes
        if not invocation.memory[_GOES]:
            return DONE
        self._live = self._live_unless_gone(invocation)
        if not self._live:
            return DONE
        self._reject_all(invocation, [item.get("VpcEndpointId", "") for item in self._live])
        return WAIT

    # --- whether the service goes ---

    def _service_goes(self, invocation: Invocation) -> bool | None:
        """Return whether the service is being deleted, None if that isn't known yet."""
        status, root_id = self._status_of(invocation, self._stack_id)
        if status in STACK_STAYS:
            log("INFO", "no connection is touched: the stack stays", status=status)
            return False
        if status not in STACK_GOES:
            return self._wait_out(f"the stack is in {status} while it deletes a resource")
        if status == "DELETE_IN_PROGRESS" and root_id not in {"", self._stack_id}:
            root_status, _ = self._status_of(invocation, root_id)
            if root_status in CAN_ROLL_BACK:
                return self._wait_out(f"its root stack is in {root_status}")
        return self._is_in_stack(invocation)

    def _wait_out(self, contradiction: str) -> None:
        self._contradiction = contradiction
        log("WARNING", "no connection is touched yet", reason=contradiction)

    def _status_of(self, invocation: Invocation, stack_id: str) -> tuple[str, str]:
        answer = invocation.patience.ask(
            DESCRIBE_STACKS, lambda: cloudformation_client().describe_stacks(StackName=stack_id)
        )
        (stack,) = answer["Stacks"]
        return stack["StackStatus"], stack.get("RootId", "")

    def _is_in_stack(self, invocation: Invocation) -> bool:
        """Return whether the service is one of the resources that the stack deletes."""
        try:
            answer = invocation.patience.ask(
                DESCRIBE_RESOURCE,
                lambda: cloudformation_client().describe_stack_resource(
                    StackName=self._stack_id, LogicalResourceId=self._logical_id
                ),
                kinds=_stack_kind,
            )
        except RefusedError as error:
            if error.kind is not Kind.NOT_FOUND or not error.is_final:
                raise
            log("WARNING", "no connection is touched: the stack has no such service")
            return False
        found = answer["StackResourceDetail"]
        same = found.get("PhysicalResourceId") == self._service_id
        goes = same and found["ResourceStatus"] not in _NOT_IN_STACK
        log("INFO", "connections are rejected" if goes else "no connection is touched", same=same)
        return goes

    # --- what is live ---

    def _live_unless_gone(self, invocation: Invocation) -> list[VpcEndpointConnectionTypeDef]:
        try:
            return self._live_connections(invocation)
        except RefusedError as error:
            if error.kind is not Kind.NOT_FOUND or not error.is_final:
                raise
            log("INFO", "the service is gone already", said=error.said)
            return []

    def _live_connections(self, invocation: Invocation) -> list[VpcEndpointConnectionTypeDef]:
        live: dict[str, VpcEndpointConnectionTypeDef] = {}
        token = ""
        while True:
            page = invocation.patience.ask(DESCRIBE, functools.partial(self._describe, token))
            for item in page.get("VpcEndpointConnections", ()):
                if "VpcEndpointId" in item and _is_live(item):
                    live[item["VpcEndpointId"]] = item
            token = page.get("NextToken", "")
            if not token:
                return [live[key] for key in sorted(live)]

    def _describe(self, token: str) -> DescribeVpcEndpointConnectionsResultTypeDef:
        request: DescribeVpcEndpointConnectionsRequestTypeDef = {
            "Filters": [{"Name": "service-id", "Values": [self._service_id]}],
            "MaxResults": PAGE_SIZE,
        }
        if token:
            request["NextToken"] = token
        return ec2_client().describe_vpc_endpoint_connections(**request)

    # --- rejecting ---

    def _reject_all(self, invocation: Invocation, ids: Sequence[str]) -> None:
        """Reject connections, those that were refused before last."""
        ordered = sorted(ids, key=lambda key: (key in self._refused, key))
        for start in range(0, len(ordered), BATCH_SIZE):
            self._reject(invocation, ordered[start : start + BATCH_SIZE])

    def _reject(self, invocation: Invocation, ids: Sequence[str]) -> None:
        """Reject a batch; where the call fails, find the one that makes it fail."""
        try:
            answer = invocation.patience.ask(
                REJECT,
                lambda: ec2_client().reject_vpc_endpoint_connections(
                    ServiceId=self._service_id, VpcEndpointIds=ids
                ),
                kinds=_reject_kind,
            )
        except RefusedError as error:
            if error.kind is not Kind.OTHER:
                raise
            self._split(invocation, ids, error)
            return
        for key in ids:
            self._refused.pop(key, None)
        for item in answer.get("Unsuccessful", ()):
            code = item.get("Error", {}).get("Code", "Unknown")
            self._refused[item.get("ResourceId", "")] = code
        log("INFO", "rejected", connections=[key for key in ids if key not in self._refused])

    def _split(self, invocation: Invocation, ids: Sequence[str], error: RefusedError) -> None:
        if len(ids) == 1:
            self._refused[ids[0]] = error.code
            log("WARNING", "not rejected this time", connection=ids[0], said=error.said)
            return
        middle = len(ids) // 2
        self._reject(invocation, ids[:middle])
        self._reject(invocation, ids[middle:])

    # --- what to say ---

    def refused(self, error: RefusedError) -> str:
        """Say why the connections can't be rejected."""
        return (
            f"The connections of {self._service_id} can't be rejected: the function may not call "
            f"{error.action}. Allow it in the function's role, and look for a service control "
            "policy that denies it (a service with further Regions needs vpce:AllowMultiRegion "
            f"too). AWS says: {error.said}"
        )

    def too_late(self, last: str) -> str:
        """Name the connections that are left, each with what AWS says of it."""
        last_error = f" Last error: {last}." if last else ""
        if not self._live:
            reason = f": {self._contradiction}" if self._contradiction else ""
            return (
                f"It isn't known whether {self._service_id} is deleted{reason}.{last_error} No "
                "connection was touched. Delete the stack again."
            )
        named = [self._named(item) for item in self._live[:NAMED_AT_MOST]]
        more = len(self._live) - len(named)
        rest = f" and {more} more" if more else ""
        return (
            f"Connections of {self._service_id} are still live: {', '.join(named)}{rest}."
            f"{last_error} Reject them, then delete the stack again."
        )

    def _named(self, item: VpcEndpointConnectionTypeDef) -> str:
        key = item.get("VpcEndpointId", "")
        details = [f"account {item.get('VpcEndpointOwner')}", str(item.get("VpcEndpointState"))]
        if key in self._refused:
            details.append(self._refused[key])
        return f"{key} ({', '.join(details)})"


def _reject_kind(code: str) -> Kind:
    """Return what an error code means for a batch, in which a deleted endpoint isn't an error."""
    found = kind_of(code)
    return found if found in {Kind.BUSY, Kind.DENIED} else Kind.OTHER


def _is_live(item: VpcEndpointConnectionTypeDef) -> bool:
    # The letter case of states differs between the API's answers and its documentation.
    return item.get("VpcEndpointState", "").lower() not in GONE
