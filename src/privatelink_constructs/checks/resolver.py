"""Checks of Route 53 Resolver endpoints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.checks.findings import found
from privatelink_constructs.inventory.networks import inbound_rules
from privatelink_constructs.inventory.types import (
    RESOLVER_ENDPOINT,
    SECURITY_GROUP,
)
from privatelink_constructs.rules import resolver as rules

if TYPE_CHECKING:
    from collections.abc import Iterator

    from privatelink_constructs.cloudformation.resource import Resource
    from privatelink_constructs.inventory.inventory import Inventory
    from privatelink_constructs.rules.core import Finding

_INBOUND = frozenset({"INBOUND", "INBOUND_DELEGATION"})
_PLAIN_DNS = "Do53"


def check_addresses(inventory: Inventory) -> Iterator[Finding]:
    """Check how many addresses Resolver endpoints have."""
    for resolver in inventory.of_type(RESOLVER_ENDPOINT):
        value = resolver.get("IpAddresses")
        items = value.items()
        if items is not None and all(item.keys() for item in items):
            at = resolver if value.absent else value
            yield from found(rules.address_count_in_range(len(items)), at)


def check_ports(inventory: Inventory) -> Iterator[Finding]:
    """Check that DNS reaches the Resolver endpoints that take queries."""
    for resolver in inventory.of_type(RESOLVER_ENDPOINT):
        value = resolver.get("SecurityGroupIds")
        groups = [group.target(SECURITY_GROUP) for group in value.each()]
        known = [group for group in groups if group]
        if groups and len(known) == len(groups) and _takes_queries(resolver):
            opened = [inbound_rules(inventory, group) for group in known]
            if None not in opened:
                ranges = [
                    (rule.protocol, rule.first, rule.last) for each in opened for rule in each or []
                ]
                yield from found(rules.dns_port_open(ranges), value)


def _takes_queries(resolver: Resource) -> bool:
    """Tell whether an endpoint is certain to take queries over plain DNS."""
    protocols = resolver.get("Protocols")
    plain = protocols.absent or _PLAIN_DNS in [value.text for value in protocols.each()]
    return plain and resolver.get("Direction").text in _INBOUND


CHECKS = (
    check_addresses,
    check_ports,
)
