"""What a live account adds to its templates: the states of resources, under their own key.

A live account is written down as templates. What CloudFormation has a property for is a property.
Everything else that AWS answers about a resource (its state, its health, its metrics) stands in the
``Metadata`` of the resource::

    Metadata: {"privatelink-constructs:state": {"Id": "vpce-...", "State": "available"}}
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.cloudformation.content import as_mapping
from privatelink_constructs.cloudformation.resource import Value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from privatelink_constructs.cloudformation.model import Model
    from privatelink_constructs.cloudformation.resource import Resource

STATE_KEY = "privatelink-constructs:state"


def state_of(resource: Resource) -> Value:
    """Return the state of a resource, an absent value for one that is only in a template."""
    raw = as_mapping(resource.raw.get("Metadata")).get(STATE_KEY)
    return Value(resource, f"Metadata.{STATE_KEY}", resource.template.evaluate(raw))


def place_of(template: Mapping[str, object]) -> tuple[str | None, str | None]:
    """Return the Region and the account of a live account's template, None for any other one."""
    note = as_mapping(as_mapping(template.get("Metadata")).get(STATE_KEY))
    region, account = note.get("Region"), note.get("Account")
    return (
        region if isinstance(region, str) else None,
        account if isinstance(account, str) else None,
    )


def is_live(template: Mapping[str, object]) -> bool:
    """Tell whether a template is a live account that was written down."""
    return STATE_KEY in as_mapping(template.get("Metadata"))


def with_state(model: Model, kind: str) -> list[tuple[Resource, Value]]:
    """Return the resources of a type that are in a live account, each with its state."""
    found = [(resource, state_of(resource)) for resource in model.of_type(kind)]
    return [(resource, state) for resource, state in found if not state.absent]


def texts_of(value: Value) -> list[str] | None:
    """Return the texts of a list, None for a list that couldn't be seen."""
    if value.absent:
        return None
    return [item.text for item in value.each() if item.text is not None]


def named(model: Model, kind: str, ids: list[str] | None) -> list[Resource]:
    """Return the resources of a type by their IDs, which are their logical IDs, too."""
    return [each for each in model.of_type(kind) if each.logical_id in (ids or [])]
