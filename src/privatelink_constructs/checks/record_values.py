"""Checks of the types and the values of records, and of private hosted zones."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from privatelink_constructs.checks.findings import found
from privatelink_constructs.inventory.record_sets import records
from privatelink_constructs.inventory.types import ENDPOINT, HOSTED_ZONE, LOAD_BALANCER
from privatelink_constructs.rules import record_values as rules
from privatelink_constructs.rules.endpoint_names import hosted_zone_names_distinct
from privatelink_constructs.rules.resource_properties import property_present

if TYPE_CHECKING:
    from collections.abc import Iterator

    from privatelink_constructs.cloudformation.resource import Value
    from privatelink_constructs.inventory.inventory import Inventory
    from privatelink_constructs.inventory.record_sets import Record
    from privatelink_constructs.rules.core import Finding

_ROUTED = ("SetIdentifier", "Failover", "Weight", "Region", "GeoLocation", "MultiValueAnswer")


def check_values(inventory: Inventory) -> Iterator[Finding]:
    """Check the values of records, their TTL, and the types of aliases."""
    for record in records(inventory):
        kind = record.value.get("Type")
        values = record.values.items() or []
        for value in values:
            # The type of a record that verifies a name is reported by its own rule.
            text = None if "vpce:" in (value.text or "") else value.text
            yield from found(rules.record_value_valid(kind.text, text), value)
        if values and record.alias.absent:
            given = not record.value.get("TTL").absent
            problems = property_present("TTL", given=given, where="the record")
            yield from found(problems, record.value)
        for reference in record.alias.references():
            if reference.resource.type in {ENDPOINT, LOAD_BALANCER}:
                problems = rules.alias_of_address(kind.text, reference.resource.logical_id)
                yield from found(problems, kind)
                break


def check_names(inventory: Inventory) -> Iterator[Finding]:
    """Check that a CNAME isn't at the top of its zone, and that records are defined once."""
    seen: dict[tuple[str, str, str], list[Value]] = defaultdict(list)
    for record in records(inventory):
        kind, name = record.value.get("Type").text, record.name.text
        if name is None or kind is None:
            continue
        domain = record.domain.text
        if domain is not None and record.alias.absent:
            yield from found(rules.cname_below_hosted_zone(kind, name, domain), record.name)
        zone = record.zone_id.key or record.zone_name.key
        if zone is not None and _simple(record):
            others = seen[zone, name.lower().rstrip("."), kind]
            yield from _once(record.name, name, others)
            others.append(record.value)


def _simple(record: Record) -> bool:
    return all(record.value.get(name).absent for name in _ROUTED)


def _once(value: Value, name: str, others: list[Value]) -> Iterator[Finding]:
    together = (it.resource for it in others if it.resource.together_with(value.resource))
    other = next(together, None)
    yield from found(rules.record_defined_once(name, other.logical_id if other else None), value)


def check_hosted_zones(inventory: Inventory) -> Iterator[Finding]:
    """Check that the private hosted zones of a VPC have different names."""
    by_vpc: dict[str, list[tuple[str, Value]]] = defaultdict(list)
    for zone in inventory.of_type(HOSTED_ZONE):
        name = zone.get("Name").text
        keys = {item.get("VPCId").key: item for item in zone.get("VPCs").each()}
        for key, item in keys.items():
            if key is not None and name is not None and zone.exists:
                by_vpc[key].append((name, item))
    for zones in by_vpc.values():
        problems = hosted_zone_names_distinct([name for name, _ in zones])
        yield from found(problems, zones[-1][1])


CHECKS = (
    check_hosted_zones,
    check_names,
    check_values,
)
