"""AWS's own word on what an update replaces: the registry schemas that cfn-lint ships."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import Any, cast

from cfnlint.schema import (  # pyright: ignore[reportMissingTypeStubs]
    PROVIDER_SCHEMA_MANAGER,
    ResourceNotFoundError,
)

PropertyPath = tuple[str, ...]

# Types come to some Regions later than to others; what replaces them is the same everywhere.
REFERENCE_REGION = "us-east-1"


@dataclass(frozen=True, kw_only=True)
class ReplacementRules:
    """What the registry schema of one resource type says about updates.

    :param create_only: properties that replace the resource when they change.
    :param conditional: properties that may replace it, depending on their values.
    :param writable: properties that a template can set.
    :param schema: the registry schema itself.
    """

    create_only: tuple[PropertyPath, ...]
    conditional: tuple[PropertyPath, ...]
    writable: frozenset[str]
    schema: dict[str, Any] = field(repr=False, compare=False)

    def normalized(self, properties: dict[str, Any]) -> dict[str, Any]:
        """Return the properties with every list whose order means nothing sorted."""
        return cast("dict[str, Any]", _normalized(properties, self.schema, self.schema))


@cache
def replacement_rules(
    resource_type: str, region: str = REFERENCE_REGION
) -> ReplacementRules | None:
    """Return the rules of a resource type.

    :returns: None for a type that the registry does not know.
    """
    schema = _schema(resource_type, region) or _schema(resource_type, REFERENCE_REGION)
    if schema is None:
        return None
    read_only = set(_paths(schema, "readOnlyProperties"))
    create_only = _paths(schema, "createOnlyProperties")
    # What identifies a resource cannot be changed in place, but a few schemas (record sets)
    # leave parts of the identifier out of createOnlyProperties.
    identifying = set(_paths(schema, "primaryIdentifier")) - read_only - set(create_only)
    return ReplacementRules(
        create_only=create_only,
        conditional=tuple(
            sorted({*_paths(schema, "conditionalCreateOnlyProperties"), *identifying})
        ),
        writable=frozenset(name for name in schema["properties"] if (name,) not in read_only),
        schema=schema,
    )


def _schema(resource_type: str, region: str) -> dict[str, Any] | None:
    try:
        found = PROVIDER_SCHEMA_MANAGER.get_resource_schema(region, resource_type)
    except (ResourceNotFoundError, KeyError):
        return None
    return cast("dict[str, Any]", found.schema)  # pyright: ignore[reportUnknownMemberType]


def _paths(schema: dict[str, Any], keyword: str) -> tuple[PropertyPath, ...]:
    pointers = cast("list[str]", schema.get(keyword, []))
    # "/properties/A/items/B" and "/properties/A/*/B" both mean B of every element of A.
    return tuple(
        sorted(
            tuple(part for part in pointer.split("/")[2:] if part not in {"*", "items"})
            for pointer in pointers
        )
    )


def _normalized(value: Any, schema: dict[str, Any], root: dict[str, Any]) -> Any:
    schema = _dereferenced(schema, root)
    if isinstance(value, dict):
        parts = schema.get("properties", {})
        entries = cast("dict[str, Any]", value).items()
        return {key: _normalized(item, parts.get(key, {}), root) for key, item in entries}
    if isinstance(value, list):
        elements = [
            _normalized(item, schema.get("items", {}), root) for item in cast("list[Any]", value)
        ]
        return elements if schema.get("insertionOrder", True) else sorted(elements, key=repr)
    return value


def _dereferenced(schema: dict[str, Any], root: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in schema:
        target: Any = root
        for part in schema["$ref"].removeprefix("#/").split("/"):
            target = target.get(part, {})
        schema = {**{key: item for key, item in schema.items() if key != "$ref"}, **target}
    return schema
