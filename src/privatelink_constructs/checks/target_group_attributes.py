"""Checks of the attributes of target groups, by their protocols."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.checks.findings import found
from privatelink_constructs.inventory.types import TARGET_GROUP
from privatelink_constructs.rules import target_group_attributes as rules

if TYPE_CHECKING:
    from collections.abc import Iterator

    from privatelink_constructs.cloudformation.resource import Value
    from privatelink_constructs.inventory.inventory import Inventory
    from privatelink_constructs.rules.core import Finding

_ATTRIBUTES = "TargetGroupAttributes"
_FAILOVER = "target_failover.on_"
_DEFAULT_FAILOVER = "no_rebalance"


def check_supported(inventory: Inventory) -> Iterator[Finding]:
    """Check that a target group has only attributes that its protocol takes."""
    for group in inventory.of_type(TARGET_GROUP):
        protocol = group.get("Protocol").text
        for attribute in group.get(_ATTRIBUTES).each() if protocol else ():
            name, value = attribute.get("Key").text or "", attribute.get("Value").text
            problems = rules.attribute_supported(protocol or "", name, value)
            yield from found(problems, attribute.get("Key"))


def check_failover(inventory: Inventory) -> Iterator[Finding]:
    """Check that flows of deregistered and of unhealthy targets fail over alike."""
    for group in inventory.of_type(TARGET_GROUP):
        attributes = group.get(_ATTRIBUTES)
        if group.get("Protocol").text == "GENEVE":
            values = [
                _or_default(attributes.attribute(f"{_FAILOVER}{event}"))
                for event in ("deregistration", "unhealthy")
            ]
            yield from found(rules.failover_alike(*values), attributes)


def _or_default(value: Value) -> str | None:
    return _DEFAULT_FAILOVER if value.absent else value.text


CHECKS = (
    check_failover,
    check_supported,
)
