"""Checks of the DNS around endpoints: Resolver endpoints, and records."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.checks.destinations import ENDPOINT
from privatelink_constructs.checks.findings import found
from privatelink_constructs.checks.names import RESOLVER_ENDPOINT
from privatelink_constructs.checks.network import SECURITY_GROUP, inbound_rules
from privatelink_constructs.checks.records import records
from privatelink_constructs.checks.values import Expression, Reference, Text
from privatelink_constructs.rules import resolver as rules

if TYPE_CHECKING:
    from collections.abc import Iterator

    from privatelink_constructs.checks.findings import Finding
    from privatelink_constructs.checks.records import Record
    from privatelink_constructs.checks.template import Model, Resource
    from privatelink_constructs.checks.values import Content, Value

_INBOUND = frozenset({"INBOUND", "INBOUND_DELEGATION"})
_PLAIN_DNS = "Do53"
_WHOLE = -1
_HALVES = (0, 1)
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
    """Return the part of an entry in ``DnsEntries`` that is taken, None for anything else."""
    if isinstance(content, Reference):
        return _ATTRIBUTES.get(content.attribute or "")
    if _is_entry(content):
        return _WHOLE
    index, split = _selected(content)
    if not isinstance(split, Expression) or split.function != "Fn::Split" or index not in _HALVES:
        return None
    return index if split.arguments[0] == ":" and _is_entry(split.arguments[1]) else None


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
        domain = record.domain
        name = record.name.text
        if name is None and domain is not None and not _proves(record):
            name = _with_gaps(record.name, domain)
        yield from found(rules.check_record_in_zone(name, domain), record.name)


def _proves(record: Record) -> bool:
    """Tell whether it is to prove a private DNS name, of which other checks say more."""
    attributes = [reference.attribute or "" for reference in record.name.references()]
    return any(attribute.startswith("PrivateDnsNameConfiguration") for attribute in attributes)


def _with_gaps(name: Value, domain: str) -> str | None:
    """Return a name with ``...`` in place of a gap, None when its end doesn't tell its domain."""
    last = name.content.parts[-1] if isinstance(name.content, Text) else None
    if not isinstance(last, str):
        return None
    tail, zone = (f"{text.lower().rstrip('.')}." for text in (last, f".{domain}"))
    return None if zone.endswith(tail) else f"...{last}"


CHECKS = (addresses, alias_halves, alias_settings, ports, zones)
