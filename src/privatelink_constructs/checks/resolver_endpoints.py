"""Checks of the addresses and the clients of Resolver endpoints, and of forwarding rules."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from privatelink_constructs.checks.findings import found
from privatelink_constructs.inventory.networks import visible_rules, zone_key
from privatelink_constructs.inventory.types import (
    RESOLVER_ENDPOINT,
    RESOLVER_RULE,
    RESOLVER_RULE_ASSOCIATION,
    SECURITY_GROUP,
    SUBNET,
    VPC,
)
from privatelink_constructs.rules import resolver_endpoints as rules
from privatelink_constructs.rules.hub_spokes import as_range

if TYPE_CHECKING:
    from collections.abc import Iterator

    from privatelink_constructs.cloudformation.resource import Value
    from privatelink_constructs.inventory.inventory import Inventory
    from privatelink_constructs.rules.core import Finding

_DNS_PORTS = (53, 443)


def check_addresses(inventory: Inventory) -> Iterator[Finding]:
    """Check the fixed addresses of Resolver endpoints, and their Availability Zones."""
    for resolver in inventory.of_type(RESOLVER_ENDPOINT):
        value = resolver.get("IpAddresses")
        items = value.each()
        texts = [text for text in (item.get("Ip").text for item in items) if text is not None]
        yield from found(rules.resolver_addresses_distinct(texts), value)
        for item in items:
            yield from _check_address(item)
        zones = [zone_key(item.get("SubnetId")) for item in items]
        if len(zones) > 1 and None not in zones:
            yield from found(rules.resolver_zones_sufficient(len(set(zones))), value)


def _check_address(item: Value) -> Iterator[Finding]:
    value = item.get("Ip")
    subnet = item.get("SubnetId").target(SUBNET)
    cidr = subnet.get("CidrBlock").text if subnet else None
    known = [] if cidr is None or as_range(cidr) is None else [cidr]
    if value.text is not None:
        yield from found(rules.resolver_address_well_formed(value.text), value)
        yield from found(rules.resolver_address_in_subnet(value.text, known), value)
        yield from found(rules.resolver_address_free(value.text, known), value)


def check_clients(inventory: Inventory) -> Iterator[Finding]:
    """Check that not everyone can query an inbound endpoint."""
    for resolver in inventory.of_type(RESOLVER_ENDPOINT):
        if resolver.get("Direction").text != "INBOUND":
            continue
        for value in resolver.get("SecurityGroupIds").each():
            group = value.target(SECURITY_GROUP)
            for rule in visible_rules(inventory, group) if group else ():
                dns = any(rule.first <= port <= rule.last for port in _DNS_PORTS)
                if dns and rule.cidr is not None:
                    yield from found(rules.resolver_clients_narrow([rule.cidr]), rule.value)


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
        for item in items or ():
            address, port = item.get("Ip"), item.get("Port")
            if address.text is not None:
                shown = ":".join(each for each in (address.text, port.text) if each is not None)
                yield from found(rules.forwarding_target_well_formed(shown), address)
        value = rule.get("ResolverEndpointId")
        endpoint = value.target(RESOLVER_ENDPOINT)
        if endpoint:
            direction = endpoint.get("Direction").text
            problems = rules.forwarding_endpoint_outbound(endpoint.logical_id, direction)
            yield from found(problems, value)


def check_associations(inventory: Inventory) -> Iterator[Finding]:
    """Check that a VPC is in the account of its rules, and has one for a domain."""
    domains: dict[str, list[str]] = defaultdict(list)
    for association in inventory.of_type(RESOLVER_RULE_ASSOCIATION):
        value, key = association.get("ResolverRuleId"), association.get("VPCId").key
        rule = value.target(RESOLVER_RULE)
        domain = rule.get("DomainName").text if rule else None
        vpc = association.get("VPCId").target(VPC)
        if vpc is not None:
            problems = rules.forwarding_vpc_in_account(
                vpc.template.account, association.template.account
            )
            yield from found(problems, association.get("VPCId"))
        if key is not None and domain is not None and association.exists:
            yield from found(rules.forwarding_domain_free(domain, domains[key]), value)
            domains[key].append(domain)


CHECKS = (
    check_addresses,
    check_associations,
    check_clients,
    check_rules,
)
