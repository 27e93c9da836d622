"""Checks of the names and the attributes of load balancers, listeners, and target groups."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.checks.findings import found
from privatelink_constructs.facts import load_balancer_attributes as facts
from privatelink_constructs.inventory.inventory import kind_of
from privatelink_constructs.inventory.types import LISTENER, LOAD_BALANCER, TARGET_GROUP
from privatelink_constructs.rules import balancer_attributes as rules
from privatelink_constructs.rules.target_group_attributes import attribute_supported

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from privatelink_constructs.cloudformation.resource import Resource, Value
    from privatelink_constructs.inventory.inventory import Inventory
    from privatelink_constructs.rules.core import Finding

_LISTS = {
    LISTENER: ("ListenerAttributes", tuple(facts.LISTENERS)),
    LOAD_BALANCER: ("LoadBalancerAttributes", tuple(facts.LOAD_BALANCERS)),
    TARGET_GROUP: ("TargetGroupAttributes", facts.TARGET_GROUPS),
}
_CROSS_ZONE = "load_balancing.cross_zone.enabled"
_OF_OTHERS = (
    *("EnablePrefixForIpv6SourceNat", "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic"),
    *("Scheme", "SecurityGroups"),
)
_OF_OTHER_LISTENERS = ("Certificates", "Port", "Protocol", "SslPolicy")


def check_attributes(inventory: Inventory) -> Iterator[Finding]:
    """Check the names and the values of attributes, each of which is listed once."""
    for kind, (name, known) in _LISTS.items():
        for resource in inventory.of_type(kind):
            seen: set[str] = set()
            for attribute in resource.get(name).each():
                yield from _attribute(attribute, known, seen)


def _attribute(attribute: Value, known: Collection[str], seen: set[str]) -> Iterator[Finding]:
    key, value = attribute.get("Key"), attribute.get("Value")
    name = key.text
    if name is None:
        return
    yield from found(rules.attribute_listed_once(name, again=name in seen), key)
    seen.add(name)
    if not name.startswith(facts.LISTENERS_OF_HTTP):
        yield from found(rules.attribute_named(name, known), key)
    valid = facts.VALUES.get(name, facts.TRUTH if name.endswith(".enabled") else ())
    if name == _CROSS_ZONE and attribute.resource.type == TARGET_GROUP:
        valid = facts.CROSS_ZONE_OF_GROUPS
    if valid and name in known and not _reported(attribute, name):
        yield from found(rules.attribute_value_valid(name, value.text, valid), value)


def _reported(attribute: Value, name: str) -> bool:
    """Tell whether another check reports that the target group can't have the attribute."""
    protocol = attribute.resource.get("Protocol").text or ""
    group = attribute.resource.type == TARGET_GROUP
    return group and any(attribute_supported(protocol, name, None))


def check_types(inventory: Inventory) -> Iterator[Finding]:
    """Check that load balancers and listeners have only attributes that their type supports."""
    for balancer in inventory.of_type(LOAD_BALANCER):
        kind = kind_of(balancer)
        if kind not in facts.LOAD_BALANCERS[_CROSS_ZONE]:
            continue
        for attribute in balancer.get("LoadBalancerAttributes").each():
            yield from _supported(attribute, kind, facts.LOAD_BALANCERS)
        for listener in inventory.listeners_of(balancer):
            for attribute in listener.get("ListenerAttributes").each():
                yield from _supported(attribute, kind, facts.LISTENERS)


def _supported(
    attribute: Value, kind: str, supported: dict[str, frozenset[str]]
) -> Iterator[Finding]:
    key = attribute.get("Key")
    name = key.text or ""
    http = frozenset({"application"}) if name.startswith(facts.LISTENERS_OF_HTTP) else None
    types = supported.get(name, http)
    if types is not None:
        yield from found(rules.attribute_of_type(name, kind, types=types), key)


def check_gateways(inventory: Inventory) -> Iterator[Finding]:
    """Check that Gateway Load Balancers and their listeners have only their own options."""
    for balancer in inventory.of_type(LOAD_BALANCER):
        if kind_of(balancer) == "gateway":
            yield from _options(balancer, _OF_OTHERS)
            for listener in inventory.listeners_of(balancer):
                yield from _options(listener, _OF_OTHER_LISTENERS)


def _options(resource: Resource, names: Collection[str]) -> Iterator[Finding]:
    for name in names:
        value = resource.get(name)
        given = value.text is not None or bool(value.each() and value.key)
        yield from found(rules.gateway_option_supported(name, given=given), value)


def check_names(inventory: Inventory) -> Iterator[Finding]:
    """Check the names of load balancers and target groups."""
    for resource in inventory.of_type(LOAD_BALANCER, TARGET_GROUP):
        value = resource.get("Name")
        internal = resource.type == LOAD_BALANCER
        # A gap represents at least one character.
        name = value.filled("x")
        if name is not None:
            yield from found(rules.balancer_name_well_formed(name, internal=internal), value)


CHECKS = (
    check_attributes,
    check_gateways,
    check_names,
    check_types,
)
