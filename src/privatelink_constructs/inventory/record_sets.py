"""The record sets of templates, each on its own or in a group."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs._values import internal_value
from privatelink_constructs.cloudformation.content import GAP
from privatelink_constructs.cloudformation.resource import resource_of
from privatelink_constructs.inventory.types import (
    ENDPOINT,
    HOSTED_ZONE,
    RECORD_SET,
    RECORD_SET_GROUP,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from privatelink_constructs.cloudformation.model import Model
    from privatelink_constructs.cloudformation.resource import Resource, Value


@internal_value
class Record:
    """A record set.

    :param value: all of it.
    :param zone_id: the id of its hosted zone.
    :param zone_name: the name of its hosted zone, if it is specified instead of the ID.
    """

    value: Value
    zone_id: Value
    zone_name: Value

    @property
    def name(self) -> Value:
        """The name of the record."""
        return self.value.get("Name")

    @property
    def alias(self) -> Value:
        """The target of an alias."""
        return self.value.get("AliasTarget")

    @property
    def values(self) -> Value:
        """The values of the record, if it isn't an alias."""
        return self.value.get("ResourceRecords")

    @property
    def zone(self) -> Resource | None:
        """Its hosted zone, None when that isn't in the templates."""
        return self.zone_id.target(HOSTED_ZONE)

    @property
    def domain(self) -> Value:
        """The name of its hosted zone, as far as it is known."""
        return self.zone.get("Name") if self.zone else self.zone_name


def records(model: Model) -> Iterator[Record]:
    """Yield all record sets."""
    for resource in model.of_type(RECORD_SET):
        whole = resource.value
        yield Record(whole, whole.get("HostedZoneId"), whole.get("HostedZoneName"))
    for group in model.of_type(RECORD_SET_GROUP):
        for item in group.get("RecordSets").each():
            own = not item.get("HostedZoneId").absent or not item.get("HostedZoneName").absent
            holder = item if own else group.value
            yield Record(item, holder.get("HostedZoneId"), holder.get("HostedZoneName"))


def comparable_names(name: Value, domain: Value) -> tuple[str, str] | None:
    """Return a name and a domain with ``{...}`` for gaps, None where they can't be compared.

    They can where both have the same gaps and end alike, and where their ends contradict each other
    whatever is in the gaps.
    """
    texts = name.filled(GAP), domain.filled(GAP)
    if texts[0] is None or texts[1] is None:
        return None
    ends = [f".{text}".lower().rstrip(".").rpartition(GAP)[2] for text in texts if text]
    same = name.gaps == domain.gaps and None not in name.gaps
    if same and (not name.gaps or len(set(ends)) == 1):
        return texts[0], texts[1]
    contradict = not ends[0].endswith(ends[-1]) and not ends[-1].endswith(ends[0])
    return (texts[0], texts[1]) if contradict else None


def endpoint_aliases(model: Model) -> Iterator[tuple[Resource, Resource]]:
    """Find private hosted zones that have an alias to an endpoint, each with the endpoint."""
    for record in records(model):
        zone = record.zone
        if zone is None or not zone.get("VPCs").each():
            continue
        for reference in record.alias.references():
            endpoint = resource_of(reference)
            if endpoint.type == ENDPOINT:
                yield zone, endpoint
