"""Checks of the clients and the addresses of Resolver endpoints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.checks.findings import found
from privatelink_constructs.facts.address_space import network_of
from privatelink_constructs.inventory.networks import has_ipv6, visible_rules, zone_key
from privatelink_constructs.inventory.types import RESOLVER_ENDPOINT, SECURITY_GROUP, SUBNET
from privatelink_constructs.rules import resolver_endpoints as rules

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from privatelink_constructs.cloudformation.resource import Resource, Value
    from privatelink_constructs.inventory.inventory import Inventory
    from privatelink_constructs.rules.core import Finding

_DNS_PORTS = (53, 443)
_FAMILIES = {"Ip": "ipv4", "Ipv6": "ipv6"}
_BLOCKS = {"Ip": "CidrBlock", "Ipv6": "Ipv6CidrBlock"}


def families_of(resolver: Resource) -> tuple[str, ...]:
    """Return the address families of a Resolver endpoint, none if they aren't known."""
    value = resolver.get("ResolverEndpointType")
    return rules.families_of_type("ipv4" if value.absent else value.text)


def check_addresses(inventory: Inventory) -> Iterator[Finding]:
    """Check the fixed addresses of Resolver endpoints, and their Availability Zones."""
    for resolver in inventory.of_type(RESOLVER_ENDPOINT):
        value, families = resolver.get("IpAddresses"), families_of(resolver)
        items = value.each()
        given = [item.get(name).text for item in items for name in _FAMILIES]
        texts = [text for text in given if text is not None]
        yield from found(rules.resolver_addresses_distinct(texts), value)
        for item in items:
            for name in _FAMILIES:
                yield from _check_address(item, name, families)
            yield from _check_subnet(inventory, item.get("SubnetId"), families)
        zones = [zone_key(item.get("SubnetId")) for item in items]
        if len(zones) > 1 and None not in zones:
            yield from found(rules.resolver_zones_sufficient(len(set(zones))), value)


def _check_address(item: Value, name: str, families: Collection[str]) -> Iterator[Finding]:
    value = item.get(name)
    subnet = item.get("SubnetId").target(SUBNET)
    cidr = subnet.get(_BLOCKS[name]).text if subnet else None
    known = [] if cidr is None or network_of(cidr) is None else [cidr]
    if value.text is not None:
        family = _FAMILIES[name]
        yield from found(rules.resolver_address_well_formed(value.text, family=family), value)
        yield from found(rules.resolver_address_in_subnet(value.text, known), value)
        yield from found(rules.resolver_address_free(value.text, known), value)
        if families:
            yield from found(rules.resolver_address_of_type(value.text, families), value)


def _check_subnet(
    inventory: Inventory, value: Value, families: Collection[str]
) -> Iterator[Finding]:
    subnet = value.target(SUBNET)
    if subnet is None:
        return
    lacking = {"ipv4"} if subnet.get("Ipv6Native").boolean else set[str]()
    lacking |= {"ipv6"} if has_ipv6(inventory, subnet) is False else set[str]()
    offered = {"ipv4", "ipv6"} - lacking
    yield from found(rules.resolver_subnet_of_type(subnet.logical_id, families, offered), value)


def check_clients(inventory: Inventory) -> Iterator[Finding]:
    """Check that not everyone can query an inbound endpoint."""
    for resolver in inventory.of_type(RESOLVER_ENDPOINT):
        if resolver.get("Direction").text != "INBOUND":
            continue
        # A CIDR block that several ports are open to is one cause.
        opened = dict(reversed(list(_opened(inventory, resolver))))
        whole = [it for cidr, value in reversed(opened.items()) for it in _narrow([cidr], value)]
        yield from whole or _narrow(list(opened), resolver.get("SecurityGroupIds"))


def _opened(inventory: Inventory, resolver: Resource) -> Iterator[tuple[str, Value]]:
    """Yield the CIDR blocks that can query an endpoint, each with its rule."""
    for value in resolver.get("SecurityGroupIds").each():
        group = value.target(SECURITY_GROUP)
        for rule in visible_rules(inventory, group) if group else ():
            dns = any(rule.first <= port <= rule.last for port in _DNS_PORTS)
            if dns and rule.cidr is not None:
                yield rule.cidr, rule.value


def _narrow(cidrs: list[str], at: Value) -> Iterator[Finding]:
    return found(rules.resolver_clients_narrow(cidrs), at)


CHECKS = (
    check_addresses,
    check_clients,
)
