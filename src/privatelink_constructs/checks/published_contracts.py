"""Checks of the parameters of Systems Manager that contain a contract."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.checks.findings import found
from privatelink_constructs.inventory.contract_parameters import contract_parameters
from privatelink_constructs.rules import contracts as rules

if TYPE_CHECKING:
    from collections.abc import Iterator

    from privatelink_constructs.inventory.inventory import Inventory
    from privatelink_constructs.rules.core import Finding

_ADVANCED = frozenset({"Advanced", "Intelligent-Tiering"})


def check_names(inventory: Inventory) -> Iterator[Finding]:
    """Check that Systems Manager takes the names of a contract's parameters."""
    for path, parameter in contract_parameters(inventory):
        name = parameter.get("Name")
        last = (name.text or "").rpartition("/")[2]
        problems = rules.parameter_prefix_valid(path, last, region=parameter.template.region)
        yield from found(problems, name)


def check_values(inventory: Inventory) -> Iterator[Finding]:
    """Check that the values of a contract's parameters aren't empty, and not too long."""
    for _, parameter in contract_parameters(inventory):
        value, tier = parameter.get("Value"), parameter.get("Tier")
        name = parameter.get("Name").text or ""
        yield from found(rules.parameter_value_present(name, value.text), value)
        # A tier that isn't known can be one that takes more.
        advanced = not tier.absent and (tier.text is None or tier.text in _ADVANCED)
        problems = rules.parameter_value_in_limit(name, value.text, advanced=advanced)
        yield from found(problems, value)


CHECKS = (
    check_names,
    check_values,
)
