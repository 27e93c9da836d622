"""Checks of the names that templates refer to."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from privatelink_constructs.checks.findings import found
from privatelink_constructs.cloudformation.resource import Value
from privatelink_constructs.facts.resource_attributes import MISTAKEN_ATTRIBUTES
from privatelink_constructs.inventory import types
from privatelink_constructs.inventory.written_names import names_in
from privatelink_constructs.rules import references as rules

if TYPE_CHECKING:
    from collections.abc import Iterator

    from privatelink_constructs.cloudformation.resource import Resource
    from privatelink_constructs.inventory.inventory import Inventory
    from privatelink_constructs.inventory.written_names import Named
    from privatelink_constructs.rules.core import Finding

_SPELLED = {
    value.lower(): value
    for value in vars(types).values()
    if isinstance(value, str) and value.startswith("AWS::")
}
"""The types that the checks know, by their names in lower case."""
_WORDS = {"name": "resource or parameter"}
_PSEUDO_PARAMETERS = frozenset(
    f"AWS::{name}"
    for name in (
        *("AccountId", "NoValue", "NotificationARNs", "Partition", "Region"),
        *("StackId", "StackName", "URLSuffix"),
    )
)


def check_names(inventory: Inventory) -> Iterator[Finding]:
    """Check that what a template refers to is defined in it, and has the attributes."""
    for template in inventory.templates:
        if template.as_written:
            for resource in template.resources.values():
                for named in names_in(resource):
                    yield from _defined(resource, named, template.names[named.kind])
                    yield from _attribute(resource, named, template.resources)


def _defined(resource: Resource, named: Named, defined: set[str]) -> Iterator[Finding]:
    if named.name in defined or (named.kind == "name" and named.name in _PSEUDO_PARAMETERS):
        return
    near = get_close_matches(named.name, sorted(defined), 1)
    problems = rules.reference_defined(
        named.name, kind=_WORDS.get(named.kind, named.kind), near=near[0] if near else None
    )
    yield from found(problems, Value(resource, named.path, None))


def _attribute(
    resource: Resource, named: Named, resources: dict[str, Resource]
) -> Iterator[Finding]:
    target = resources.get(named.name)
    if target and named.attribute:
        instead = MISTAKEN_ATTRIBUTES.get(target.type, {}).get(named.attribute)
        shown = f"{named.name} ({target.type})"
        problems = rules.attribute_returned(named.attribute, resource=shown, instead=instead)
        yield from found(problems, Value(resource, named.path, None))


def check_types(inventory: Inventory) -> Iterator[Finding]:
    """Check that resources have types, in the spelling of AWS."""
    for template in inventory.templates:
        for resource in template.resources.values() if template.as_written else ():
            raw = resource.raw.get("Type")
            if not isinstance(raw, str) and (raw is not None or not resource.raw):
                continue
            meant = _SPELLED.get(resource.type.lower())
            if raw is None or meant != resource.type:
                problems = rules.resource_type_valid(raw, meant)
                yield from found(problems, resource)


CHECKS = (check_names, check_types)
