"""Checks of Route 53 Resolver endpoints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.checks.findings import found
from privatelink_constructs.inventory.networks import inbound_rules, outbound_rules
from privatelink_constructs.inventory.types import (
    RESOLVER_ENDPOINT,
    RESOLVER_RULE,
    SECURITY_GROUP,
)
from privatelink_constructs.rules import resolver as rules

if TYPE_CHECKING:
    from collections.abc import Iterator

    from privatelink_constructs.cloudformation.resource import Resource, Value
    from privatelink_constructs.inventory.inventory import Inventory
    from privatelink_constructs.rules.core import Finding

_INBOUND = frozenset({"INBOUND", "INBOUND_DELEGATION"})
_PLAIN_DNS = "Do53"
_ENDPOINT = "Properties.ResolverEndpointId"


def check_addresses(inventory: Inventory) -> Iterator[Finding]:
    """Check how many addresses Resolver endpoints have."""
    for resolver in inventory.of_type(RESOLVER_ENDPOINT):
        value = resolver.get("IpAddresses")
        items = value.items()
        if items is not None and all(item.keys() for item in items):
            at = resolver if value.absent else value
            yield from found(rules.address_count_in_range(len(items)), at)


def check_ports(inventory: Inventory) -> Iterator[Finding]:
    """Check that queries reach the Resolver endpoints that take them, and leave the others."""
    for resolver in inventory.of_type(RESOLVER_ENDPOINT):
        value = resolver.get("SecurityGroupIds")
        inbound = resolver.get("Direction").text in _INBOUND
        needed = _inbound_ports(resolver) if inbound else _outbound_ports(inventory, resolver)
        opened = _opened(inventory, value, inbound=inbound) if needed else None
        if opened is not None:
            direction = "inbound" if inbound else "outbound"
            yield from found(rules.dns_port_open(opened, needed, direction=direction), value)


def _opened(
    inventory: Inventory, value: Value, *, inbound: bool
) -> list[tuple[str, int, int]] | None:
    """Return what security groups open, None when not all of it can be known."""
    find = inbound_rules if inbound else outbound_rules
    groups = [group.target(SECURITY_GROUP) for group in value.each()]
    opened = [find(inventory, group) if group else None for group in groups]
    if not opened or None in opened:
        return None
    return [(rule.protocol, rule.first, rule.last) for each in opened for rule in each or []]


def _protocols(resolver: Resource) -> list[str] | None:
    """Return the protocols of an endpoint, None when not all of them are known."""
    value = resolver.get("Protocols")
    names = [_PLAIN_DNS] if value.absent else [each.text for each in value.items() or [value]]
    known = [name for name in names if name is not None]
    return known if len(known) == len(names) else None


def _inbound_ports(resolver: Resource) -> list[tuple[str, int]]:
    """Return the ports that queries come in on for certain."""
    value = resolver.get("Protocols")
    names = [_PLAIN_DNS] if value.absent else [each.text for each in value.each()]
    return rules.ports_of([name for name in names if name])


def _outbound_ports(inventory: Inventory, resolver: Resource) -> list[tuple[str, int]]:
    """Return the ports that queries go out to, as the rules of the endpoint say."""
    if resolver.get("Direction").text != "OUTBOUND":
        return []
    targets = [
        target
        for value in inventory.referrers(resolver, RESOLVER_RULE)
        if value.path == _ENDPOINT
        for target in value.resource.get("TargetIps").each()
    ]
    return sorted({way for target in targets for way in _ways_to(target)})


def _ways_to(target: Value) -> list[tuple[str, int]]:
    protocol, port = target.get("Protocol"), target.get("Port")
    ways = rules.ports_of([_PLAIN_DNS if protocol.absent else protocol.text or ""])
    if port.absent:
        return ways
    number = port.number
    return [] if number is None else [(transport, int(number)) for transport, _ in ways]


def check_protocols(inventory: Inventory) -> Iterator[Finding]:
    """Check that Resolver endpoints use protocols that their direction supports."""
    for resolver in inventory.of_type(RESOLVER_ENDPOINT):
        direction, protocols = resolver.get("Direction").text, _protocols(resolver)
        listed = resolver.get("Protocols")
        if not listed.absent and listed.items() == []:
            yield from found(rules.protocols_present(0), listed)
        if direction is not None and protocols:
            problems = rules.protocols_supported(direction, protocols)
            yield from found(problems, resolver.get("Protocols"))


CHECKS = (
    check_addresses,
    check_ports,
    check_protocols,
)
