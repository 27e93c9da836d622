"""Checks of the names of hubs: what hides them, and what their hosted zones lack."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from privatelink_constructs.checks.findings import found
from privatelink_constructs.facts.domain_names import normal_name
from privatelink_constructs.inventory.hubs import (
    connections,
    members_of,
    names_of_endpoint,
    names_of_profile,
    own_names,
)
from privatelink_constructs.inventory.record_sets import endpoint_aliases, records
from privatelink_constructs.inventory.types import (
    HOSTED_ZONE,
    RESOLVER_RULE,
    RESOLVER_RULE_ASSOCIATION,
)
from privatelink_constructs.rules.forwarding import forwarded_names_unshadowed
from privatelink_constructs.rules.hub import wildcard_record_present
from privatelink_constructs.rules.hub_spokes import hub_names_unshadowed
from privatelink_constructs.rules.private_dns import hosted_zone_name_well_formed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from privatelink_constructs.cloudformation.resource import Resource
    from privatelink_constructs.inventory.inventory import Inventory
    from privatelink_constructs.rules.core import Finding


def check_shadows(inventory: Inventory) -> Iterator[Finding]:
    """Check that a VPC has no name of its own that a hub answers, too."""
    own = own_names(inventory)
    for connection in connections(inventory):
        key, profile = connection.vpc.key, connection.profile
        if key is None or profile is None:
            continue
        members = {member for member, _ in members_of(inventory, profile)}
        names = [name for name, resource in own.get(key, []) if resource not in members]
        problems = hub_names_unshadowed(names_of_profile(inventory, profile), names)
        yield from found(problems, connection.vpc)


def check_forwarding(inventory: Inventory) -> Iterator[Finding]:
    """Check that no forwarding rule hides a name of an endpoint, or of a hub."""
    names = _endpoint_names(inventory)
    for association in inventory.of_type(RESOLVER_RULE_ASSOCIATION):
        key, value = association.get("VPCId").key, association.get("ResolverRuleId")
        rule = value.target(RESOLVER_RULE)
        domain = rule.get("DomainName").text if rule else None
        forwards = rule is not None and rule.get("RuleType").text == "FORWARD"
        if key is not None and domain is not None and forwards:
            yield from found(forwarded_names_unshadowed(domain, names.get(key, [])), value)


def _endpoint_names(inventory: Inventory) -> dict[str, list[str]]:
    """Return the names of endpoints that a VPC resolves, by its key."""
    aliased = {zone for zone, _ in endpoint_aliases(inventory)}
    found: dict[str, list[str]] = defaultdict(list)
    for key, names in own_names(inventory).items():
        found[key] += [name for name, it in names if it.type != HOSTED_ZONE or it in aliased]
    for connection in connections(inventory):
        if connection.vpc.key is not None and connection.profile is not None:
            found[connection.vpc.key] += names_of_profile(inventory, connection.profile)
    return found


def check_wildcards(inventory: Inventory) -> Iterator[Finding]:
    """Check that no hosted zone has the name of a wildcard, and that its records have it."""
    aliased = {zone for zone, _ in endpoint_aliases(inventory)}
    for zone in inventory.of_type(HOSTED_ZONE):
        value = zone.get("Name")
        # Those with an alias to an endpoint are checked among the names of endpoints.
        if zone not in aliased and (value.text or "").startswith(("*.", r"\052.")):
            yield from found(hosted_zone_name_well_formed(value.text or ""), value)
    yield from _wildcard_records(inventory)


def _wildcard_records(inventory: Inventory) -> Iterator[Finding]:
    """Check that the hosted zone for a wildcard of an AWS service has a record for it."""
    present: dict[Resource, set[str | None]] = defaultdict(set)
    for record in records(inventory):
        if record.zone is not None:
            name = record.name.text
            present[record.zone].add(None if name is None else normal_name(name))
    for zone, endpoint in dict.fromkeys(endpoint_aliases(inventory)):
        if inventory.complete and not inventory.handed_out(zone) and None not in present[zone]:
            names = [name for name in present[zone] if name is not None]
            value = zone.get("Name")
            problems = wildcard_record_present(value.text, names, names_of_endpoint(endpoint))
            yield from found(problems, value)


CHECKS = (
    check_forwarding,
    check_shadows,
    check_wildcards,
)
