"""Which findings hold for a live account, of which not everything is written down."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, cast

from privatelink_constructs.cloudformation.content import as_list, as_mapping
from privatelink_constructs.inventory.states import is_live
from privatelink_constructs.rules import (
    live_connections,
    live_names,
    live_networks,
    live_services,
    live_targets,
    live_traffic,
)
from privatelink_constructs.rules.core import Rule
from privatelink_constructs.rules.listeners import listener_present

if TYPE_CHECKING:
    from collections.abc import Mapping

    from privatelink_constructs.rules.core import Finding

_MODULES = (
    live_connections,
    live_names,
    live_networks,
    live_services,
    live_targets,
    live_traffic,
)


@cache
def _of_states() -> frozenset[str]:
    """Return the rules that read what a live account has, or that all of it is written down for."""
    found: list[object] = [it for module in _MODULES for it in vars(module).values()]
    return frozenset(it.id for it in [*found, listener_present] if isinstance(it, Rule))


def holds(finding: Finding, templates: Mapping[str, Mapping[str, object]]) -> bool:
    """Tell whether a finding is certain where it was found.

    A template contains all properties of its resources, and a live account is written down only as
    far as a diagnosis needs it. So, there, a property that is missing says nothing.
    """
    template = templates[finding.template]
    if finding.rule in _of_states() or not is_live(template):
        return True
    resource = as_mapping(template.get("Resources")).get(finding.logical_id)
    return bool(finding.property_path) and _is_there(resource, finding.property_path)


def _is_there(found: object, path: str) -> bool:
    for key in path.split("."):
        if isinstance(found, list):
            items = as_list(cast("object", found))
            found = items[int(key)] if key.isdigit() and int(key) < len(items) else None
        else:
            found = as_mapping(found).get(key)
    return found is not None
