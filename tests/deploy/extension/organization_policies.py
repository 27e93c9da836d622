"""CloudFormation's resource type for policies, by way of the actions of Organizations."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.deploy.extension import emulated
from tests.deploy.extension.wire import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable

Properties = dict[str, Any]


def handlers() -> dict[str, dict[str, Callable[..., Any]]]:
    """Return the resource type by name."""
    return {"AWS::Organizations::Policy": {"create": _create, "update": _update, "delete": _delete}}


def _create(_logical_id: str, properties: Properties, _stack: str) -> tuple[str, dict[str, Any]]:
    made = _call("CreatePolicy", {**_content(properties), "Type": properties["Type"]})
    summary = made["Policy"]["PolicySummary"]
    for target in _targets(properties):
        _call("AttachPolicy", {"PolicyId": summary["Id"], "TargetId": target})
    return summary["Id"], {"Id": summary["Id"], "Arn": summary["Arn"], "AwsManaged": False}


def _update(
    policy_id: str, old: Properties, new: Properties, _stack: str
) -> tuple[str, dict[str, Any]]:
    _call("UpdatePolicy", {"PolicyId": policy_id, **_content(new)})
    before, after = set(_targets(old)), set(_targets(new))
    for action, targets in (("AttachPolicy", after - before), ("DetachPolicy", before - after)):
        for target in sorted(targets):
            _call(action, {"PolicyId": policy_id, "TargetId": target})
    return policy_id, {"Id": policy_id}


def _delete(policy_id: str, properties: Properties) -> None:
    for target in _targets(properties):
        _call("DetachPolicy", {"PolicyId": policy_id, "TargetId": target})
    _call("DeletePolicy", {"PolicyId": policy_id})


def _targets(properties: Properties) -> list[str]:
    return properties.get("TargetIds") or []


def _content(properties: Properties) -> dict[str, Any]:
    content = properties["Content"]
    text = content if isinstance(content, str) else json.dumps(content, separators=(",", ":"))
    if len(text) > 5120:
        raise Refusal("PolicySizeLimitExceededException", "You have exceeded the allowed size")
    description = properties.get("Description", "")
    return {"Name": properties["Name"], "Description": description, "Content": text}


def _call(action: str, request: dict[str, Any]) -> dict[str, Any]:
    status, _, body = emulated.organizations._DISPATCH[action](request)
    answer: dict[str, Any] = json.loads(body)
    if status != 200:
        raise Refusal(answer["__type"], answer.get("message") or answer.get("Message", ""))
    return answer
