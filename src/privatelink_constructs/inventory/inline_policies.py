"""The inline policies of roles, and how long they are at least."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from privatelink_constructs.cloudformation.content import Reference, Text, texts_in
from privatelink_constructs.cloudformation.resource import resource_of
from privatelink_constructs.inventory.types import INLINE_POLICIES, ROLE, SERVICE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from privatelink_constructs.cloudformation.content import Content, Expression
    from privatelink_constructs.cloudformation.model import Model
    from privatelink_constructs.cloudformation.resource import Resource, Value

_SPACE = re.compile(r"\s+")
_ABOUT_ENDPOINTS = re.compile("vpc-?endpoint", re.IGNORECASE)
_LENGTHS = {"AWS::AccountId": 12, "AWS::Partition": 3, "AWS::Region": 9, "AWS::URLSuffix": 13}
"""The minimum lengths of the values of pseudo parameters."""
_ID_OF_SERVICE = len("vpce-svc-0123456789abcdef0")


def inline_policies(model: Model) -> dict[Resource, list[Value]]:
    """Return the documents of the inline policies of roles that deal with endpoints."""
    found: dict[Resource, list[Value]] = {}
    for role in model.of_type(ROLE):
        if role.exists:
            attached = (value.resource for value in _attached(model, role))
            own = [each.get("PolicyDocument") for each in role.get("Policies").each()]
            documents = [*own, *(each.get("PolicyDocument") for each in attached if each.exists)]
            if any(map(_about_endpoints, documents)):
                found[role] = documents
    return found


def _attached(model: Model, role: Resource) -> Iterator[Value]:
    for kind in INLINE_POLICIES:
        for value in model.referrers(role, kind):
            # Not those that only mention the role.
            if value.target() is role and value.path.startswith("Properties.Role"):
                yield value


def _about_endpoints(document: Value) -> bool:
    return any(map(_ABOUT_ENDPOINTS.search, texts_in(document.content)))


def least_length(content: Content) -> int:
    """Return how many characters a policy has at least as JSON, without white space."""
    if isinstance(content, dict):
        items = [len(key) + 3 + least_length(it) for key, it in content.items() if it is not None]
        return 2 + sum(items) + max(len(items) - 1, 0)
    if isinstance(content, list):
        lengths = [least_length(it) for it in content if it is not None]
        return 2 + sum(lengths) + max(len(lengths) - 1, 0)
    if isinstance(content, (bool, int, float)):
        return len(str(content))
    parts = content.parts if isinstance(content, Text) else (content,)
    return 2 + sum(_length(part) for part in parts if part is not None)


def _length(part: str | Reference | Expression) -> int:
    if isinstance(part, str):
        return len(_SPACE.sub("", part))
    if isinstance(part, Reference):
        own = resource_of(part).type == SERVICE and part.identifies
        return _ID_OF_SERVICE if own else 1
    return _LENGTHS.get(part.pseudo or "", 1)
