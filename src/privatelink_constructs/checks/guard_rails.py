"""Checks of service control policies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.checks.findings import found
from privatelink_constructs.inventory.inline_policies import least_length
from privatelink_constructs.inventory.resource_policies import as_plain
from privatelink_constructs.inventory.types import ENDPOINT, ORGANIZATION_POLICY
from privatelink_constructs.inventory.vpc_endpoints import service_of
from privatelink_constructs.rules import guard_rails as rules

if TYPE_CHECKING:
    from collections.abc import Iterator

    from privatelink_constructs.cloudformation.resource import Resource, Value
    from privatelink_constructs.inventory.inventory import Inventory
    from privatelink_constructs.rules.core import Finding

_KIND = "SERVICE_CONTROL_POLICY"


def check_policies(inventory: Inventory) -> Iterator[Finding]:
    """Check the statements, the length, and the targets of service control policies."""
    for policy in _policies(inventory):
        content = policy.get("Content")
        yield from found(rules.valid_policy(as_plain(content.content)), content)
        yield from found(rules.policy_in_limit(_length(content)), content)
        for target in policy.get("TargetIds").each():
            if target.text is not None:
                yield from found(rules.target_well_formed(target.text), target)


def check_owners(inventory: Inventory) -> Iterator[Finding]:
    """Check that a guard rail on the owners of services allows the endpoints of the templates."""
    endpoint = next((it for it in inventory.of_type(ENDPOINT) if service_of(it)), None)
    for policy in _policies(inventory) if endpoint else ():
        content = policy.get("Content")
        owners = rules.owners_in(as_plain(content.content))
        if owners is not None and endpoint is not None:
            name = endpoint.logical_id
            yield from found(rules.amazon_allowed(owners, endpoint=name), content)


def _policies(inventory: Inventory) -> list[Resource]:
    every = inventory.of_type(ORGANIZATION_POLICY)
    return [it for it in every if it.get("Type").text == _KIND]


def _length(content: Value) -> int:
    """Return how many characters a policy has at least; text is sent as it is."""
    return len(content.text) if content.text is not None else least_length(content.content)


CHECKS = (check_policies, check_owners)
