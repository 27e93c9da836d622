"""The rules for properties that AWS requires, and for the values that it accepts."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from privatelink_constructs.rules.core import Fix, error

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

_TYPES = "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html"
_MOST_SHOWN = 7


@error(
    "property-missing",
    "A resource must have the properties that AWS requires.",
    why="AWS can't create the resource without the property.",
    fix=Fix(code="pass the argument that sets the property", template="set the property"),
    url=_TYPES,
)
def property_present(name: str, *, given: bool, where: str) -> Iterator[str]:
    """Find a required property that isn't set.

    :param name: the name of the property.
    :param given: whether it is, or might be, set.
    :param where: what the message should say of where it is required.
    """
    if not given:
        yield f"{where} has no {name}"


@error(
    "property-not-valid",
    "A property must have a value that AWS accepts.",
    why="AWS rejects other values. Values are case-sensitive.",
    fix=Fix(
        code="use a member of the enumeration that the argument takes",
        template="use one of the valid values, in exactly this spelling",
    ),
    url=_TYPES,
)
def property_value_valid(name: str, value: str | None, valid: Collection[str]) -> Iterator[str]:
    """Find a value that AWS doesn't have; None for what isn't known.

    :param name: the name of the property.
    :param value: the value.
    :param valid: the values that AWS has.
    """
    if value is None or value in valid:
        return
    near = get_close_matches(value.upper(), [each.upper() for each in valid], 1)
    meant = [each for each in sorted(valid) if each.upper() in near]
    shown = meant or sorted(valid)
    few = ", ".join(shown) if len(shown) <= _MOST_SHOWN else ""
    hint = f". Did you mean {few}?" if meant else f". Valid values are {few}" if few else ""
    yield f"{value!r} is not a valid {name}{hint}"


@error(
    "properties-conflict",
    "Properties that exclude each other must not be set together.",
    why="AWS rejects the resource, because the properties contradict each other.",
    fix=Fix(code="pass only one of the arguments", template="set only one of the properties"),
    url=_TYPES,
)
def properties_exclusive(given: Sequence[str]) -> Iterator[str]:
    """Find properties that exclude each other.

    :param given: those of them that are set.
    """
    if len(given) > 1:
        yield f"{', '.join(given[:-1])} and {given[-1]} are set, but AWS accepts only one of them"
