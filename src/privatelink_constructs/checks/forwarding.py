"""Checks of forwarding rules of Route 53 Resolver."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from privatelink_constructs.checks.findings import found
from privatelink_constructs.checks.resolver_endpoints import families_of
from privatelink_constructs.inventory.types import (
    RESOLVER_ENDPOINT,
    RESOLVER_RULE,
    RESOLVER_RULE_ASSOCIATION,
    SUBNET,
    VPC,
)
from privatelink_constructs.rules import forwarding as rules

if TYPE_CHECKING:
    from collections.abc import Iterator

    from privatelink_constructs.cloudformation.resource import Resource, Value
    from privatelink_constructs.inventory.inventory import Inventory
    from privatelink_constructs.rules.core import Finding

_FAMILIES = {"Ip": "ipv4", "Ipv6": "ipv6"}


def check_rules(inventory: Inventory) -> Iterator[Finding]:
    """Check the domains and the targets of forwarding rules."""
    for rule in inventory.of_type(RESOLVER_RULE):
        if rule.get("RuleType").text != "FORWARD":
            continue
        domain, targets = rule.get("DomainName"), rule.get("TargetIps")
        if domain.text is not None:
            yield from found(rules.forwarding_domain_well_formed(domain.text), domain)
        items = targets.items()
        count = None if items is None else len(items)
        yield from found(
            rules.forwarding_target_present(count), rule if targets.absent else targets
        )
        yield from _check_targets(rule, targets)
        yield from _check_endpoint(rule.get("ResolverEndpointId"))


def _check_targets(rule: Resource, targets: Value) -> Iterator[Finding]:
    endpoint = rule.get("ResolverEndpointId").target(RESOLVER_ENDPOINT)
    families = families_of(endpoint) if endpoint else ()
    addresses = list(_addresses(targets))
    for name, item, text in addresses:
        value = item.get(name)
        malformed = list(rules.forwarding_target_well_formed(text, family=_FAMILIES[name]))
        port = item.get("Port").number
        if port is not None and not malformed:
            joined = rules.joined_target(text, port)
            malformed = list(rules.forwarding_target_well_formed(joined))
        yield from found(malformed, value)
        yield from found(rules.forwarding_target_of_type(text, families), value)
        yield from found(rules.forwarding_target_effective(text, None), value)
    yield from found(rules.forwarding_targets_alike([text for _, _, text in addresses]), targets)


def _check_endpoint(value: Value) -> Iterator[Finding]:
    endpoint = value.target(RESOLVER_ENDPOINT)
    if endpoint:
        direction = endpoint.get("Direction").text
        yield from found(rules.forwarding_endpoint_outbound(endpoint.logical_id, direction), value)


def _addresses(targets: Value) -> Iterator[tuple[str, Value, str]]:
    """Yield the literal addresses of targets: the property, the target, and the address."""
    for item in targets.each():
        for name in _FAMILIES:
            text = item.get(name).text
            if text is not None:
                yield name, item, text


def check_associations(inventory: Inventory) -> Iterator[Finding]:
    """Check that a VPC is in the account of its rules, and what they are for."""
    domains: dict[str, list[str]] = defaultdict(list)
    inbound = _inbound_addresses(inventory)
    for association in inventory.of_type(RESOLVER_RULE_ASSOCIATION):
        value, vpc = association.get("ResolverRuleId"), association.get("VPCId")
        resource = vpc.target(VPC)
        theirs = resource.template.account if resource else None
        yield from found(rules.forwarding_vpc_in_account(theirs, association.template.account), vpc)
        rule, key = value.target(RESOLVER_RULE), vpc.key
        if rule is None or key is None or not association.exists:
            continue
        domain = rule.get("DomainName").text
        if domain is not None:
            yield from found(rules.forwarding_domain_free(domain, domains[key]), value)
            domains[key].append(domain)
        targets = [text for _, _, text in _addresses(rule.get("TargetIps"))]
        yield from found(rules.forwarding_target_elsewhere(targets, inbound.get(key, [])), value)
        cidr = resource.get("CidrBlock").text if resource else None
        for target in targets if cidr is not None else ():
            if not any(rules.forwarding_target_effective(target, None)):
                yield from found(rules.forwarding_target_effective(target, cidr), value)


def _inbound_addresses(inventory: Inventory) -> dict[str, list[str]]:
    """Return the fixed addresses of inbound endpoints, by the key of their VPC."""
    addresses: dict[str, list[str]] = defaultdict(list)
    for resolver in inventory.of_type(RESOLVER_ENDPOINT):
        items = resolver.get("IpAddresses").each()
        if (resolver.get("Direction").text or "").startswith("INBOUND"):
            for item in items:
                subnet = item.get("SubnetId").target(SUBNET)
                key = subnet.get("VpcId").key if subnet else None
                texts = [item.get(name).text for name in _FAMILIES]
                if key is not None:
                    addresses[key] += [text for text in texts if text is not None]
    return addresses


CHECKS = (
    check_associations,
    check_rules,
)
