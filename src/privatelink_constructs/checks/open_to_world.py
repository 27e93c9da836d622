"""Inbound rules that allow everyone on a port of an endpoint or of a service."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from privatelink_constructs.checks.findings import found
from privatelink_constructs.checks.listening import known_ports, ports_of, where
from privatelink_constructs.inventory.destinations import destination_of, interface_endpoints
from privatelink_constructs.inventory.networks import visible_rules
from privatelink_constructs.inventory.types import SECURITY_GROUP
from privatelink_constructs.rules.endpoints import sources_narrow
from privatelink_constructs.rules.security_groups import client_cidr_narrow

if TYPE_CHECKING:
    from collections.abc import Iterator

    from privatelink_constructs.checks.listening import Way
    from privatelink_constructs.cloudformation.resource import Resource, Value
    from privatelink_constructs.inventory.inventory import Inventory
    from privatelink_constructs.rules.core import Finding

    Holders = dict[Resource, list[tuple[str, list[Way]]]]


def check_endpoints(inventory: Inventory) -> Iterator[Finding]:
    """Check that the security groups of endpoints don't allow the world on a service's port."""
    holders: Holders = defaultdict(list)
    for endpoint in interface_endpoints(inventory):
        destination = destination_of(endpoint)
        name = _named(endpoint.logical_id, destination.label)
        _add(holders, endpoint.get("SecurityGroupIds"), name, known_ports(inventory, destination))
    for group, users in holders.items():
        for rule in visible_rules(inventory, group):
            place = where(rule, users)
            if rule.cidr is not None and place:
                yield from found(sources_narrow([rule.cidr], where=place), rule.value)


def check_load_balancers(inventory: Inventory) -> Iterator[Finding]:
    """Check that the security groups of services don't allow the world on a listener's port."""
    holders: Holders = defaultdict(list)
    for load_balancer in inventory.serving:
        groups, name = load_balancer.get("SecurityGroups"), load_balancer.logical_id
        _add(holders, groups, name, ports_of(inventory, load_balancer))
    for group, users in holders.items():
        for rule in visible_rules(inventory, group):
            place = where(rule, users)
            if rule.cidr is not None and place:
                yield from found(client_cidr_narrow(rule.cidr, where=place), rule.value)


def _named(logical_id: str, service: str) -> str:
    return f"{logical_id} ({service})" if service else logical_id


def _add(holders: Holders, groups: Value, name: str, ways: list[Way]) -> None:
    for group in dict.fromkeys(value.target(SECURITY_GROUP) for value in groups.each()):
        if group:
            holders[group].append((name, ways))


CHECKS = (
    check_endpoints,
    check_load_balancers,
)
