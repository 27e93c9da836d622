"""All rules, by module and by id."""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module

from privatelink_constructs import rules
from privatelink_constructs.rules.core import Rule


@cache
def rules_by_module() -> dict[str, list[Rule[...]]]:
    """Return the rules of each module, sorted."""
    found: dict[str, list[Rule[...]]] = {}
    for module in sorted(
        f"{rules.__name__}.{it.name}" for it in pkgutil.iter_modules(rules.__path__)
    ):
        values: list[object] = list(vars(import_module(module)).values())
        # Some modules import rules of other modules to combine them.
        own = [it for it in values if isinstance(it, Rule) and it.find.__module__ == module]
        if own:
            found[module.rpartition(".")[2]] = sorted(own, key=lambda rule: rule.id)
    return found


@cache
def rule_by_id(rule: str) -> Rule[...]:
    """Return the rule with an id."""
    return next(each for found in rules_by_module().values() for each in found if each.id == rule)
