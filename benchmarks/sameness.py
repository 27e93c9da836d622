"""Tells whether two sets of templates define the same resources, whatever these are called."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from benchmarks.workload import REGION

if TYPE_CHECKING:
    from pathlib import Path

_NEUTRAL = {
    # Only the words differ, or what a default would be.
    "Description",
    "GroupDescription",
    "Tags",
}


def fingerprints(folder: Path) -> Counter[str]:
    """Return what each resource in a folder of templates is, with how often it is there.

    Names of resources, metadata, dependencies and descriptions are left out; a reference stands for
    the type that it points to.
    """
    found: Counter[str] = Counter()
    for path in sorted(folder.rglob("*.template.json")):
        resources: dict[str, Any] = json.loads(path.read_text())["Resources"]
        types = {name: resource["Type"] for name, resource in resources.items()}
        for resource in resources.values():
            if resource["Type"] == "AWS::CDK::Metadata":
                continue
            properties = _plain(resource.get("Properties", {}), types)
            found[f"{resource['Type']} {json.dumps(properties, sort_keys=True)}"] += 1
    return found


def _plain(value: Any, types: dict[str, str]) -> Any:  # noqa: PLR0911 - a way for each form
    if isinstance(value, list):
        items: list[Any] = value  # pyright: ignore[reportUnknownVariableType]
        return [_plain(item, types) for item in items]
    if not isinstance(value, dict):
        return value
    entries: dict[str, Any] = value  # pyright: ignore[reportUnknownVariableType]
    match entries:
        case {"Ref": "AWS::Region"}:
            return REGION
        case {"Fn::GetAtt": [str(name), "GroupId"]} if name in types:
            return f"ref {types[name]}"
        case {"Ref": str(name)} if name in types:
            return f"ref {types[name]}"
        case {"Fn::GetAtt": [str(name), str(attribute)]} if name in types:
            return f"{attribute} of {types[name]}"
        case {"Fn::Join": [str(delimiter), parts]}:
            return delimiter.join(map(str, _plain(parts, types)))
        case _:
            return {
                key: _plain(item, types) for key, item in entries.items() if key not in _NEUTRAL
            }


def difference(first: Path, second: Path) -> list[str]:
    """Return what only one of two folders defines, in words; nothing when they are the same."""
    left, right = fingerprints(first), fingerprints(second)
    return [
        *(f"only {first.name}, {n} times: {what}" for what, n in sorted((left - right).items())),
        *(f"only {second.name}, {n} times: {what}" for what, n in sorted((right - left).items())),
    ]
