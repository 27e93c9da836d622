"""All rules, by module and by id."""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module
from typing import Any

from privatelink_constructs import rules
from privatelink_constructs.rules.core import Rule


@cache
def rules_by_module() -> dict[str, list[Rule[...]]]:
    """Return the rules of each module, both sorted; a rule is listed where it is defined."""
    found: dict[str, list[Rule[...]]] = {}
    taken: set[str] = set()
    for module in sorted(info.name for info in pkgutil.iter_modules(rules.__path__)):
        names: dict[str, Any] = vars(import_module(f"{rules.__name__}.{module}"))
        own = {rule.id: rule for rule in names.values() if _is_of(rule, module)}
        if own.keys() - taken:
            found[module] = [own[rule] for rule in sorted(own.keys() - taken)]
        taken |= own.keys()
    return found


def _is_of(value: object, module: str) -> bool:  # noqa: ARG001
    return isinstance(value, Rule)


@cache
def rule_by_id(rule: str) -> Rule[...]:
    """Return the rule with an id."""
    return next(each for found in rules_by_module().values() for each in found if each.id == rule)
