"""Resource types that are recorded and do nothing."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from tests.deploy.extension import emulated
from tests.support.registry import replacement_rules

if TYPE_CHECKING:
    from tests.deploy.extension.resources import Handlers, Made, Properties
    from tests.support.registry import ReplacementRules


def handlers(types: tuple[str, ...]) -> dict[str, Handlers]:
    """Return handlers for types that the emulator doesn't have itself."""
    known = emulated.provisioners._RESOURCE_HANDLERS
    return {name: _handlers(name) for name in types if name not in known}


def _handlers(resource_type: str) -> Handlers:
    rules = replacement_rules(resource_type)
    if rules is None:
        raise ValueError(f"{resource_type} is not in AWS's registry")

    def create(_logical_id: str, properties: Properties, _stack: str) -> Made:
        token = secrets.token_hex(9)[:17]
        name = resource_type.rpartition("::")[2].lower()
        return f"{name}-{token}", _attributes(rules, properties, f"{name}-{token}")

    def update(physical_id: str, _old: Properties, new: Properties, _stack: str) -> Made:
        return physical_id, _attributes(rules, new, physical_id)

    def delete(_physical_id: str, _properties: Properties) -> None:
        pass

    return {"create": create, "update": update, "delete": delete}


def _attributes(rules: ReplacementRules, properties: Properties, token: str) -> dict[str, Any]:
    """Repeat what was given, and make up what only AWS could tell."""
    made_up = {
        ".".join(part for part in pointer.split("/")[2:]): token
        for pointer in rules.schema.get("readOnlyProperties", [])
    }
    return {**made_up, **properties}
