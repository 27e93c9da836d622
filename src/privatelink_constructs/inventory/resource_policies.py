"""Reads resource policies: of buckets, topics and keys."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from privatelink_constructs.cloudformation.content import Reference, Text
from privatelink_constructs.cloudformation.resource import resource_of
from privatelink_constructs.inventory.types import KEY, KEY_ALIAS, REPLICA_KEY

if TYPE_CHECKING:
    from privatelink_constructs.cloudformation.content import Content
    from privatelink_constructs.cloudformation.model import Model
    from privatelink_constructs.cloudformation.resource import Resource, Value

_KEYS = (KEY, REPLICA_KEY)


def key_in(model: Model, value: Value) -> Resource | None:
    """Return the key that a value gives by its id, its ARN or an alias."""
    alias = next((each for each in model.of_type(KEY_ALIAS) if _is_alias(value, each)), None)
    last = _last(alias.get("TargetKeyId") if alias else value)
    if not isinstance(last, Reference) or last.resource.type not in _KEYS:
        return None
    return resource_of(last) if last.identifies or last.attribute == "KeyId" else None


def _is_alias(value: Value, alias: Resource) -> bool:
    name = alias.get("AliasName").text
    if value.sample is not None:
        return name is not None and (value.sample == name or value.sample.endswith(f":{name}"))
    last = _last(value)
    return isinstance(last, Reference) and last.resource is alias


def _last(value: Value) -> Content:
    return value.content.parts[-1] if isinstance(value.content, Text) else value.content


def statements(document: Value) -> list[Value] | None:
    """Return the statements of a policy, None when they aren't known."""
    if document.keys() is None:
        return None
    statement = document.get("Statement")
    return [statement] if statement.keys() else statement.items()


def admits(document: Value, service: str, action: str) -> bool | None:
    """Tell whether a policy lets an AWS service do something, None when it isn't known.

    Conditions aren't looked at, and neither are statements that deny.

    :param service: such as ``delivery.logs.amazonaws.com``.
    :param action: such as ``s3:PutObject``.
    """
    found = statements(document)
    if found is None:
        return None
    answers = [_admits(statement, service, action) for statement in found]
    return True if True in answers else None if None in answers else False


def _admits(statement: Value, service: str, action: str) -> bool | None:
    effect = statement.get("Effect")
    if effect.text is not None and effect.text != "Allow":
        return False
    answers = [principal_matches(statement, service), action_matches(statement, action)]
    if effect.text is None and False not in answers:
        return None
    return False if False in answers else None if None in answers else True


def denies(statement: Value, service: str, action: str) -> bool:
    """Tell whether a statement keeps an AWS service from doing something in any case.

    :param service: such as ``vpce.amazonaws.com``.
    :param action: such as ``SNS:Publish``.
    """
    unconditional = statement.get("Effect").text == "Deny" and statement.get("Condition").absent
    matches = principal_matches(statement, service) and action_matches(statement, action)
    return unconditional and matches is True


def principal_matches(statement: Value, service: str) -> bool | None:
    """Tell whether a statement is for an AWS service, None when it isn't known."""
    principal = statement.get("Principal")
    if principal.text == "*":
        return True
    if principal.absent:
        return False if statement.get("NotPrincipal").absent else None
    if principal.keys() is None:
        return None
    answers = [
        _any_matches(principal.get("Service"), service),
        _any_matches(principal.get("AWS"), "*"),
    ]
    return True if True in answers else None if None in answers else False


def action_matches(statement: Value, action: str) -> bool | None:
    """Tell whether a statement is about an action, None when it isn't known."""
    actions = statement.get("Action")
    if actions.absent and not statement.get("NotAction").absent:
        return None
    values = actions.items()
    if values is None:
        return None
    patterns = [value.text for value in values]
    if any(pattern is not None and _matches(pattern, action) for pattern in patterns):
        return True
    return None if None in patterns else False


def _matches(pattern: str, action: str) -> bool:
    expression = re.escape(pattern.lower()).replace(r"\*", ".*").replace(r"\?", ".")
    return re.fullmatch(expression, action.lower()) is not None


def _any_matches(value: Value, wanted: str) -> bool | None:
    items = value.items()
    if items is None:
        return None
    if any(item.sample == wanted for item in items):
        return True
    return None if any(item.sample is None and not item.reference for item in items) else False


def as_plain(content: Content) -> object:
    """Return a policy with None in place of what isn't known, and without what is absent."""
    if isinstance(content, dict):
        return {key: as_plain(value) for key, value in content.items() if value is not None}
    if isinstance(content, list):
        return [as_plain(item) for item in content if item is not None]
    return content if isinstance(content, (bool, float, int, str)) else None
