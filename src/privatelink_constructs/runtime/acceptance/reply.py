"""The response to CloudFormation for a custom resource."""

from __future__ import annotations

import json
import os
import urllib.request
from typing import TYPE_CHECKING, Any

from .calls import quotable
from .journal import log

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .calls import Attempts

LONGEST = 4096
"""How many bytes CloudFormation reads.

:see: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-responses.html
"""
_PAUSE = 2.0
_SECONDS = 10.0


def reply(event: Mapping[str, Any], problem: str | None, attempts: Attempts) -> None:
    """Tell CloudFormation whether a request was carried out.

    :param problem: why it wasn't, None if it was.
    :raises OSError: when CloudFormation can't be reached as long as there is time. Lambda then
        repeats the invocation.
    """
    body = _body(event, problem)
    request = urllib.request.Request(  # noqa: S310 - the URL is CloudFormation's
        event["ResponseURL"], data=body, headers={"Content-Type": ""}, method="PUT"
    )
    while True:
        try:
            urllib.request.urlopen(request, timeout=_SECONDS).close()  # noqa: S310
        except OSError as error:  # noqa: PERF203 - it waits
            # Its text has the URL, which is a secret as long as it can be used.
            log("ERROR", "CloudFormation could not be answered", error=type(error).__name__)
            if not attempts.pause(_PAUSE):
                raise
        else:
            return


def _body(event: Mapping[str, Any], problem: str | None) -> bytes:
    answer = {
        "LogicalResourceId": event["LogicalResourceId"],
        "PhysicalResourceId": event.get("PhysicalResourceId") or event["LogicalResourceId"],
        "RequestId": event["RequestId"],
        "StackId": event["StackId"],
        "Status": "SUCCESS" if problem is None else "FAILED",
    }
    if problem is None:
        return json.dumps(answer).encode()
    where = f" Logs: {os.environ.get('AWS_LAMBDA_LOG_GROUP_NAME', '')}"
    room = LONGEST - len(json.dumps({**answer, "Reason": where}).encode())
    return json.dumps({**answer, "Reason": _cut(quotable(problem), room) + where}).encode()


def _cut(text: str, room: int) -> str:
    """Return as much of a text as fits, written as JSON."""
    while len(json.dumps(text)) - 2 > room:
        text = text[:-1]
    return text
