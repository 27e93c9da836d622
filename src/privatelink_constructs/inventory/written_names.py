"""The names that a template refers to, as they are written."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from privatelink_constructs.cloudformation.content import as_list, as_mapping, key_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from privatelink_constructs.cloudformation.resource import Resource

_VARIABLE = re.compile(r"\$\{([^!{}][^{}]*)\}")
_HIDING = ("Fn::ForEach", "Fn::Transform")
"""Functions within which names are not those of the template."""
_PAIR = 2


@dataclass(frozen=True)
class Named:
    """A name that a resource refers to.

    :param kind: ``condition``, ``mapping``, ``name`` of a resource or a parameter, or ``resource``.
    :param name: the name.
    :param path: where it is written.
    :param attribute: the attribute of the resource. Default: None, the resource itself.
    """

    kind: str
    name: str
    path: str
    attribute: str | None = None


def names_in(resource: Resource) -> Iterator[Named]:
    """Yield the names that a resource refers to, each once per place."""
    if resource.condition:
        yield Named("condition", resource.condition, "Condition")
    depends: object = resource.raw.get("DependsOn")
    for each in as_list(depends) or [depends]:
        if isinstance(each, str):
            yield Named("resource", each, "DependsOn")
    yield from _within(resource.raw.get("Properties"), "Properties")


def _within(root: object, path: str) -> Iterator[Named]:
    """Yield the names within a value, whose collections may contain themselves and one another."""
    seen: set[int] = set()
    # What a function takes stands where the function does.
    waiting: list[tuple[object, str, bool]] = [(root, path, False)]
    while waiting:
        raw, place, taken = waiting.pop()
        if not isinstance(raw, (dict, list)) or id(cast("object", raw)) in seen:
            continue
        seen.add(id(cast("object", raw)))
        if isinstance(raw, list):
            items = enumerate(cast("list[object]", raw))
            waiting += [
                (item, place if taken else f"{place}.{index}", taken) for index, item in items
            ]
            continue
        mapping = as_mapping(cast("object", raw))
        yield from _named(mapping, place)
        waiting += [
            (
                value,
                place if taken or _is_function(key) else f"{place}.{key_text(key)}",
                taken or _is_function(key),
            )
            for key, value in mapping.items()
            if not key_text(key).startswith(_HIDING)
        ]


def _is_function(key: object) -> bool:
    return isinstance(key, str) and (key == "Ref" or key.startswith("Fn::"))


def _named(mapping: dict[str, object], path: str) -> Iterator[Named]:
    if len(mapping) != 1:
        return
    ((function, argument),) = mapping.items()
    items = as_list(argument)
    first = items[0] if items else argument
    if not isinstance(first, str):
        return
    if function == "Ref":
        yield Named("name", first, path)
    elif function == "Fn::GetAtt":
        name, _, attribute = first.partition(".")
        second = items[1] if len(items) == _PAIR else attribute
        yield Named("resource", name, path, second if isinstance(second, str) else None)
    elif function == "Fn::If":
        yield Named("condition", first, path)
    elif function == "Fn::FindInMap" and len(items) > _PAIR:
        yield Named("mapping", first, path)
    elif function == "Fn::Sub":
        yield from _variables(first, as_mapping(items[1] if len(items) > 1 else None), path)


def _variables(text: str, given: dict[str, object], path: str) -> Iterator[Named]:
    for match in _VARIABLE.finditer(text):
        name, _, attribute = match[1].strip().partition(".")
        if match[1].strip() not in given:
            kind = "resource" if attribute else "name"
            yield Named(kind, name, path, attribute or None)
