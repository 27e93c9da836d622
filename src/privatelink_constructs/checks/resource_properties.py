"""Checks of properties that AWS requires, and of the values that it accepts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.checks.findings import found
from privatelink_constructs.cloudformation.resource import values_at
from privatelink_constructs.facts import property_shapes as shapes
from privatelink_constructs.rules import resource_properties as rules

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from privatelink_constructs.cloudformation.resource import Resource, Value
    from privatelink_constructs.inventory.inventory import Inventory
    from privatelink_constructs.rules.core import Finding

_PAIR = 2
_TRUTH = ("false", "true")


def check_required(inventory: Inventory) -> Iterator[Finding]:
    """Check that resources have the properties that AWS requires."""
    for kind, paths in shapes.REQUIRED.items():
        for resource in inventory.of_type(kind):
            for path in paths:
                yield from _required(resource, path)
    for kind, conditions in shapes.REQUIRED_WITH.items():
        for resource in inventory.of_type(kind):
            for name, texts, paths in conditions:
                value = resource.get(name)
                text = shapes.DEFAULTS.get((kind, name)) if value.absent else value.text
                for path in paths if text in texts else ():
                    yield from _required(resource, path)


def _required(resource: Resource, path: str) -> Iterator[Finding]:
    *outer, name = path.split(".")
    for holder in values_at(resource.value, outer):
        if outer and holder.absent:
            continue
        given = holder.get(name).items() != []
        where = outer[-1] if outer else f"the {_noun(resource)}"
        where = f"an item of {outer[0]}" if where == "*" else where
        problems = rules.property_present(name, given=given, where=where)
        yield from found(problems, holder if outer else resource)


def _noun(resource: Resource) -> str:
    return f"{resource.type.rpartition(':')[2]} resource"


def check_values(inventory: Inventory) -> Iterator[Finding]:
    """Check the properties that take one of a few values, and those that are true or false."""
    for kind, paths in shapes.VALUES.items():
        for resource in inventory.of_type(kind):
            for path, valid in paths.items():
                for value in values_at(resource.value, path.split(".")):
                    yield from _valid(value, path, value.text, valid)
    for kind, names in shapes.BOOLEANS.items():
        for resource in inventory.of_type(kind):
            for name in names:
                value = resource.get(name)
                yield from _valid(value, name, (value.text or "true").lower(), _TRUTH)


def _valid(value: Value, path: str, text: str | None, valid: Sequence[str]) -> Iterator[Finding]:
    name = path.rpartition(".")[2]
    yield from found(rules.property_value_valid(name, text, valid), value)


def check_alternatives(inventory: Inventory) -> Iterator[Finding]:
    """Check that one of several properties is set where they exclude each other."""
    for kind, alternatives in shapes.ONE_OF.items():
        for resource in inventory.of_type(kind):
            for path, names in alternatives:
                for holder in values_at(resource.value, path.split(".") if path else ()):
                    where = path.removesuffix(".*") or f"the {_noun(resource)}"
                    yield from _one_of(
                        holder, names, f"an item of {where}" if "*" in path else where
                    )
    for kind, several in shapes.AT_MOST_ONE.items():
        for resource in inventory.of_type(kind):
            for names in several:
                yield from _exclusive(resource.value, names)


def _one_of(holder: Value, names: Sequence[str], where: str) -> Iterator[Finding]:
    if names not in shapes.EXCLUSIVE_ELSEWHERE:
        yield from _exclusive(holder, names)
    if holder.keys() and all(holder.get(name).absent for name in names):
        comma = "," if len(names) > _PAIR else ""
        what = f"{', '.join(names[:-1])}{comma} or {names[-1]}"
        problems = rules.property_present(what, given=False, where=where)
        yield from found(problems, holder)


def _exclusive(holder: Value, names: Sequence[str]) -> Iterator[Finding]:
    # With a condition, a value might be absent.
    given = [name for name in names if _certain(holder.get(name))]
    yield from found(rules.properties_exclusive(given), holder)


def _certain(value: Value) -> bool:
    return not value.absent and (value.key is not None or value.keys() not in (None, []))


CHECKS = (
    check_alternatives,
    check_required,
    check_values,
)
