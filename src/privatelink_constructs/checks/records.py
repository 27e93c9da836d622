"""Checks of record sets: aliases, and names in their hosted zones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.checks.findings import found
from privatelink_constructs.cloudformation.content import Expression, Reference, Text
from privatelink_constructs.inventory.record_sets import comparable_names, records
from privatelink_constructs.inventory.types import (
    ENDPOINT,
    HOSTED_ZONE,
)
from privatelink_constructs.rules import records as rules

if TYPE_CHECKING:
    from collections.abc import Iterator

    from privatelink_constructs.cloudformation.content import Content
    from privatelink_constructs.inventory.inventory import Inventory
    from privatelink_constructs.inventory.record_sets import Record
    from privatelink_constructs.rules.core import Finding

_HALVES = (0, 1)

# What may stand before and behind a name that means the same name.
_AROUND_NAMES = (".", "dualstack.")

# What load balancers give, by the half that it belongs to.
_ATTRIBUTES = {"CanonicalHostedZoneID": 0, "CanonicalHostedZoneNameID": 0, "DNSName": 1}


def check_alias_halves(inventory: Inventory) -> Iterator[Finding]:
    """Check that aliases have a DNS name and the id of its zone, not the other way round."""
    for record in records(inventory):
        name, zone = record.alias.get("DNSName"), record.alias.get("HostedZoneId")
        parts = (_part(name.content), _part(zone.content))
        problems = rules.alias_halves_in_place(name.text, zone.text, parts=parts)
        yield from found(problems, record.alias)


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


def check_alias_settings(inventory: Inventory) -> Iterator[Finding]:
    """Check that aliases have no TTL and no values."""
    for record in records(inventory):
        ttl = record.value.get("TTL")
        given, values = ttl.key is not None, bool(record.values.each())
        if record.alias.keys() and (given or values):
            problems = rules.alias_without_ttl(ttl=given, values=values)
            yield from found(problems, ttl if given else record.values)


def check_hosted_zones(inventory: Inventory) -> Iterator[Finding]:
    """Check that records are in the domains of their hosted zones."""
    for record in records(inventory):
        texts = None if _proves(record) else comparable_names(record.name, record.domain)
        last = record.name.parts[-1:]
        if last and _is_zone_id(last[0]):
            # The ID of a hosted zone in place of its name.
            texts = record.name.filled("{id}") or "", record.domain.text or "{name}"
        if texts:
            yield from found(rules.record_in_hosted_zone(*texts), record.name)


def _is_zone_id(content: Content) -> bool:
    if not isinstance(content, Reference) or not content.identifies:
        return False
    return content.resource.type == HOSTED_ZONE


def _proves(record: Record) -> bool:
    """Tell whether it verifies a private DNS name, which other checks cover."""
    attributes = [reference.attribute or "" for reference in record.name.references()]
    return any(attribute.startswith("PrivateDnsNameConfiguration") for attribute in attributes)


CHECKS = (
    check_alias_halves,
    check_alias_settings,
    check_hosted_zones,
)
