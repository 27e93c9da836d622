"""Handlers of the custom resource that rejects a service's connections when its stack goes.

AWS deletes no endpoint service while connections are live. The file is complete in itself, so
that it works as the ``index`` of a Lambda asset and as a module of the package alike.
``on_event`` and ``is_complete`` follow the contract of the CDK's provider framework: what
``on_event`` returns is merged into the event that ``is_complete`` gets.

A Delete also comes when the option is switched off, when an id changes and when an update is
rolled back, all of which leave the service and its customers in place. So the stack is asked:
only while it is being deleted, or its own creation rolled back, is anything rejected.

:see: https://docs.aws.amazon.com/vpc/latest/privatelink/delete-endpoint-service.html
"""

from __future__ import annotations

import functools
import json
import sys
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_ec2 import EC2Client
    from mypy_boto3_ec2.type_defs import VpcEndpointConnectionTypeDef

# ROLLBACK_IN_PROGRESS is a failed creation; a failed update is UPDATE_ROLLBACK_IN_PROGRESS.
# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html
STACK_GOES = frozenset({"DELETE_IN_PROGRESS", "ROLLBACK_IN_PROGRESS"})
LIVE = frozenset({"available", "partial", "pending", "pendingacceptance"})
PAGE_SIZE = 1000
# No limit is published for the endpoints of one call. Its sibling in the same request,
# TransitGatewayAttachmentIds, takes 50, so 50 is a size that the API is built for.
# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RejectVpcEndpointConnections.html
BATCH_SIZE = 50
# CloudFormation refuses a response of more than 4 KiB.
NAMED_AT_MOST = 20

_SERVICE_GONE = frozenset(
    {"InvalidVpcEndpointService.NotFound", "InvalidVpcEndpointServiceId.NotFound"}
)
_VANISHED = frozenset({"InvalidVpcEndpoint.NotFound", "InvalidVpcEndpointId.NotFound"})
_TRY_AGAIN = frozenset(
    {
        "RequestLimitExceeded",
        "ServiceUnavailable",
        "Throttling",
        "ThrottlingException",
        "Unavailable",
    }
)
_DENIED = frozenset(
    {"AccessDenied", "AccessDeniedException", "AuthFailure", "UnauthorizedOperation"}
)
# A permission that was given a moment ago isn't known everywhere yet: a stack whose creation fails
# goes as soon as it has come.
_GRANT_SECONDS = 120
_CONFIG = Config(
    connect_timeout=5, read_timeout=20, retries={"mode": "standard", "total_max_attempts": 6}
)


class StillConnectedError(Exception):
    """Connections outlived the time; the message is what CloudFormation shows."""


@functools.cache
def ec2() -> EC2Client:
    """Give the one client of this process, made when it is first needed."""
    return boto3.client("ec2", config=_CONFIG)  # pyright: ignore[reportUnknownMemberType] stubs of a few services only


@functools.cache
def cloudformation() -> CloudFormationClient:
    """Give the one client of this process, made when it is first needed."""
    return boto3.client("cloudformation", config=_CONFIG)  # pyright: ignore[reportUnknownMemberType] stubs of a few services only


def now() -> float:
    """Read the clock, in seconds of the epoch."""
    return datetime.now(timezone.utc).timestamp()


def _log(level: str, message: str, **details: object) -> None:
    sys.stdout.write(json.dumps({"level": level, "message": message, **details}) + "\n")


def on_event(event: Mapping[str, Any], _context: object = None) -> dict[str, Any]:
    """Decide whether this event is the end of the stack; ``is_complete`` does the work.

    :param event: properties ``ServiceId`` and ``TimeoutSeconds``
    :returns: ``Reject``, and until when (``Deadline``, in seconds of the epoch)
    """
    properties = event["ResourceProperties"]
    # Always the same id: another one would be answered by a Delete for the old one.
    answer: dict[str, Any] = {
        "PhysicalResourceId": event.get("PhysicalResourceId") or event["LogicalResourceId"],
        "Deadline": now() + int(properties["TimeoutSeconds"]),
        "Reject": False,
    }
    if event["RequestType"] == "Delete":
        answer["Reject"] = _stack_goes(event["StackId"])
    return answer


def _stack_goes(stack_id: str) -> bool:
    status = cloudformation().describe_stacks(StackName=stack_id)["Stacks"][0]["StackStatus"]
    goes = status in STACK_GOES
    outcome = "connections will be rejected" if goes else "no connection is touched"
    _log("INFO", f"{outcome}: the stack is in {status}", stack=stack_id, status=status)
    return goes


def is_complete(event: Mapping[str, Any], _context: object = None) -> dict[str, Any]:
    """Reject what is live, until nothing is.

    :raises StillConnectedError: when the time is over; it names the connections
    """
    if not event["Reject"]:
        return {"IsComplete": True}
    service_id: str = event["ResourceProperties"]["ServiceId"]
    try:
        left = _reject_live(service_id)
    except (BotoCoreError, ClientError) as error:
        return _after_error(error, event)
    if left and now() > event["Deadline"]:
        raise StillConnectedError(_still_connected(service_id, left))
    return {"IsComplete": not left}


def _after_error(error: BotoCoreError | ClientError, event: Mapping[str, Any]) -> dict[str, Any]:
    """Wait where that may help; an exception would fail the deletion at once."""
    code = _error_code(error)
    if code in _SERVICE_GONE:
        _log("INFO", "the service is gone already", code=code)
        return {"IsComplete": True}
    lasting = isinstance(error, ClientError) and not _may_pass(code, event)
    if lasting or now() > event["Deadline"]:
        raise error
    _log("WARNING", "asking again later", code=code)
    return {"IsComplete": False}


def _may_pass(code: str, event: Mapping[str, Any]) -> bool:
    since = event["Deadline"] - int(event["ResourceProperties"]["TimeoutSeconds"])
    return code in _TRY_AGAIN or (code in _DENIED and now() - since < _GRANT_SECONDS)


def _error_code(error: BotoCoreError | ClientError) -> str:
    if isinstance(error, ClientError):
        return error.response.get("Error", {}).get("Code", "Unknown")
    return type(error).__name__


def _reject_live(service_id: str) -> list[VpcEndpointConnectionTypeDef]:
    """Reject all live connections, and give those found live."""
    live = _live_connections(service_id)
    ids = [item.get("VpcEndpointId", "") for item in live]
    for start in range(0, len(ids), BATCH_SIZE):
        _reject(service_id, ids[start : start + BATCH_SIZE])
    return live


def _live_connections(service_id: str) -> list[VpcEndpointConnectionTypeDef]:
    pages = (
        ec2()
        .get_paginator("describe_vpc_endpoint_connections")
        .paginate(
            Filters=[{"Name": "service-id", "Values": [service_id]}],
            PaginationConfig={"PageSize": PAGE_SIZE},
        )
    )
    # The letter case of states differs between the API's answers and its documentation.
    live = {
        item["VpcEndpointId"]: item
        for page in pages
        for item in page.get("VpcEndpointConnections", ())
        if "VpcEndpointId" in item and item.get("VpcEndpointState", "").lower() in LIVE
    }
    return [live[key] for key in sorted(live)]


def _reject(service_id: str, ids: Sequence[str]) -> None:
    """Ask for one batch; what it refuses is looked at again with the next poll."""
    try:
        response = ec2().reject_vpc_endpoint_connections(ServiceId=service_id, VpcEndpointIds=ids)
    except ClientError as error:
        if _error_code(error) not in _VANISHED:
            raise
        # The next poll doesn't find the one that is gone, and asks for the others again.
        _log("INFO", "a connection went meanwhile", connections=list(ids))
        return
    refused = {
        item.get("ResourceId", ""): item.get("Error", {}).get("Code", "Unknown")
        for item in response.get("Unsuccessful", ())
    }
    done = [key for key in ids if key not in refused]
    _log("INFO", "rejected", connections=done)
    if refused:
        _log("WARNING", "not rejected this time", connections=refused)


def _still_connected(service_id: str, live: Sequence[VpcEndpointConnectionTypeDef]) -> str:
    named = [
        f"{item.get('VpcEndpointId')} (account {item.get('VpcEndpointOwner')},"
        f" {item.get('VpcEndpointState')})"
        for item in live[:NAMED_AT_MOST]
    ]
    more = len(live) - len(named)
    rest = f" and {more} more" if more else ""
    return (
        f"connections of {service_id} are still live: {', '.join(named)}{rest};"
        " reject them, then delete the stack again"
    )
