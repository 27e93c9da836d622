"""Checks of the DNS around endpoints: Resolver endpoints, and records."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.checks.findings import found
from privatelink_constructs.checks.service_names import HOSTED_ZONE, RESOLVER_ENDPOINT
from privatelink_constructs.cloudformation.values import (
    Expression,
    Reference,
    Text,
    comparable_names,
)
from privatelink_constructs.inventory.destinations import ENDPOINT
from privatelink_constructs.inventory.networks import SECURITY_GROUP, inbound_rules
from privatelink_constructs.inventory.record_sets import records
from privatelink_constructs.rules import resolver as rules

if TYPE_CHECKING:
    from collections.abc import Iterator

    from privatelink_constructs.checks.findings import Finding
    from privatelink_constructs.cloudformation.model import Model
    from privatelink_constructs.cloudformation.template import Resource
    from privatelink_constructs.cloudformation.values import Content
    from privatelink_constructs.inventory.record_sets import Record

_INBOUND = frozenset({"INBOUND", "INBOUND_DELEGATION"})
_PLAIN_DNS = "Do53"
_HALVES = (0, 1)
# What may stand before and behind a name that means the same name.
_AROUND_NAMES = (".", "dualstack.")
# What load balancers give, by the half that it belongs to.
_ATTRIBUTES = {"CanonicalHostedZoneID": 0, "CanonicalHostedZoneNameID": 0, "DNSName": 1}


def addresses(model: Model) -> Iterator[Finding]:
    """Check how many addresses Resolver endpoints have."""
    for resolver in model.of_type(RESOLVER_ENDPOINT):
        value = resolver.get("IpAddresses")
        items = value.items()
        if items is not None and all(item.keys() for item in items):
            at = resolver if value.absent else value
            yield from found(rules.check_address_count(len(items)), at)


def alias_halves(model: Model) -> Iterator[Finding]:
    """Check that aliases have a DNS name and the id of its zone, not the other way round."""
    for record in records(model):
        name, zone = record.alias.get("DNSName"), record.alias.get("HostedZoneId")
        yield from found(rules.check_alias(name.text, zone.text), record.alias)
        parts = (_part(name.content), _part(zone.content))
        yield from found(rules.check_alias_parts(*parts), record.alias)


def _part(content: Content) -> int | None:
    """Return what is taken of an endpoint's or a load balancer's name, None for anything else."""
    if isinstance(content, Text):
        gaps = [part for part in content.parts if part not in _AROUND_NAMES]
        return _part(gaps[0]) if len(gaps) == 1 else None
    if isinstance(content, Reference):
        return _part_of_reference(content)
    if _is_entry(content):
        return rules.WHOLE_ENTRY
    index, split = _selected(content)
    if not isinstance(split, Expression) or split.function != "Fn::Split" or index not in _HALVES:
        return None
    return index if split.arguments[0] == ":" and _is_entry(split.arguments[1]) else None


def _part_of_reference(reference: Reference) -> int | None:
    if _is_zone_id(reference):
        return rules.OWN_ZONE
    if reference.resource.type == ENDPOINT:
        return {None: rules.ID, "Id": rules.ID, "DnsEntries": rules.ALL_ENTRIES}.get(
            reference.attribute
        )
    return _ATTRIBUTES.get(reference.attribute or "")


def _is_entry(content: Content) -> bool:
    _, entries = _selected(content)
    return (
        isinstance(entries, Reference)
        and entries.resource.type == ENDPOINT
        and entries.attribute == "DnsEntries"
    )


def _selected(content: Content) -> tuple[int | None, Content]:
    if not isinstance(content, Expression) or content.function != "Fn::Select":
        return None, None
    index, items = content.arguments
    return (index if isinstance(index, int) else None), items


def alias_settings(model: Model) -> Iterator[Finding]:
    """Check that aliases have no TTL and no values."""
    for record in records(model):
        ttl = record.value.get("TTL")
        given, values = ttl.key is not None, bool(record.values.each())
        if record.alias.keys() and (given or values):
            problems = rules.check_alias_without_ttl(ttl=given, values=values)
            yield from found(problems, ttl if given else record.values)


def ports(model: Model) -> Iterator[Finding]:
    """Check that DNS reaches the Resolver endpoints that take queries."""
    for resolver in model.of_type(RESOLVER_ENDPOINT):
        value = resolver.get("SecurityGroupIds")
        groups = [group.target(SECURITY_GROUP) for group in value.each()]
        known = [group for group in groups if group]
        if groups and len(known) == len(groups) and _takes_queries(resolver):
            opened = [inbound_rules(model, group) for group in known]
            if None not in opened:
                ranges = [
                    (rule.protocol, rule.first, rule.last) for each in opened for rule in each or []
                ]
                yield from found(rules.check_dns_ports(ranges), value)


def _takes_queries(resolver: Resource) -> bool:
    """Tell whether an endpoint is certain to take queries over plain DNS."""
    protocols = resolver.get("Protocols")
    plain = protocols.absent or _PLAIN_DNS in [value.text for value in protocols.each()]
    return plain and resolver.get("Direction").text in _INBOUND


def zones(model: Model) -> Iterator[Finding]:
    """Check that records are in the domains of their hosted zones."""
    for record in records(model):
        texts = None if _proves(record) else comparable_names(record.name, record.domain)
        last = record.name.parts[-1:]
        if last and _is_zone_id(last[0]):
            # The id of a zone, where the zone's name belongs.
            texts = record.name.filled("{id}") or "", record.domain.text or "{name}"
        if texts:
            yield from found(rules.check_record_in_zone(*texts), record.name)


def _is_zone_id(content: Content) -> bool:
    if not isinstance(content, Reference) or not content.identifies:
        return False
    return content.resource.type == HOSTED_ZONE


def _proves(record: Record) -> bool:
    """Tell whether it is to prove a private DNS name, of which other checks say more."""
    attributes = [reference.attribute or "" for reference in record.name.references()]
    return any(attribute.startswith("PrivateDnsNameConfiguration") for attribute in attributes)


CHECKS = (addresses, alias_halves, alias_settings, ports, zones)
