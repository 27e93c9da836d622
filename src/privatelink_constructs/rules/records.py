"""What records must be: aliases, and names in their hosted zones."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from privatelink_constructs.facts.domain_names import is_in_domain
from privatelink_constructs.rules.core import Fix, error

if TYPE_CHECKING:
    from collections.abc import Iterator

_GUIDE = "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide"
ZONE_PART, NAME_PART = 0, 1
WHOLE_ENTRY, ALL_ENTRIES, ID, OWN_ZONE = -1, -2, -3, -4
_ZONE_ID = re.compile(r"Z[A-Z0-9]{5,31}")

_DOMAIN = re.compile(r"[A-Za-z0-9_*-]+(\.[A-Za-z0-9_*-]+)+\.?")

_ENTRY = re.compile(rf"{_ZONE_ID.pattern}:.+")

_PARTS = {
    ZONE_PART: "the part before the colon",
    NAME_PART: "the part after it",
    WHOLE_ENTRY: "the whole entry",
    ALL_ENTRIES: "the list of all entries",
    ID: "the endpoint's id",
    OWN_ZONE: "the id of a zone",
}


@error(
    "alias-target-mismatch",
    "An alias must have a DNS name and the id of that name's hosted zone.",
    why=(
        "Route 53 rejects the record. DnsEntries of an endpoint contain <hosted zone id>:<DNS "
        "name>."
    ),
    fix=Fix(
        code="use RecordTarget.from_alias(...) with the endpoint",
        template=(
            "take the first of DnsEntries: the part before its colon as HostedZoneId, and the one "
            "after it as DNSName"
        ),
    ),
    url=f"{_GUIDE}/routing-to-vpc-interface-endpoint.html",
)
def alias_halves_in_place(
    dns_name: str | None,
    hosted_zone_id: str | None,
    *,
    parts: tuple[int | None, int | None] = (None, None),
) -> Iterator[str]:
    """Find an alias whose halves are swapped or not taken apart; None for what isn't known.

    :param dns_name: the DNS name, a literal.
    :param hosted_zone_id: the id of the hosted zone, a literal.
    :param parts: for DNS name and id, which part of an entry in ``DnsEntries`` they are: 0 for the
        part before the colon, 1 for the one after it, or what else, such as :data:`WHOLE_ENTRY`.
    """
    yield from _misplaced_texts(dns_name, hosted_zone_id)
    yield from _misplaced_parts(*parts)


def _misplaced_texts(dns_name: str | None, zone_id: str | None) -> Iterator[str]:
    if dns_name is not None and _ENTRY.fullmatch(dns_name):
        yield f"the DNS name {dns_name!r} holds the id of a zone, too"
    elif dns_name is not None and _ZONE_ID.fullmatch(dns_name):
        yield f"the DNS name {dns_name!r} is the id of a zone"
    elif zone_id is not None and _ENTRY.fullmatch(zone_id):
        yield f"the zone id {zone_id!r} holds a DNS name, too"
    elif zone_id is not None and not _ZONE_ID.fullmatch(zone_id) and _DOMAIN.fullmatch(zone_id):
        yield f"the zone id {zone_id!r} is a DNS name"


def _misplaced_parts(dns_name: int | None, zone_id: int | None) -> Iterator[str]:
    if dns_name in _PARTS and dns_name != NAME_PART:
        yield f"the DNS name is {_PARTS[dns_name]}"
    if zone_id in _PARTS and zone_id not in {ZONE_PART, OWN_ZONE}:
        yield f"the zone id is {_PARTS[zone_id]}"
    if zone_id == OWN_ZONE and dns_name == NAME_PART:
        yield "the zone id is that of your own zone, not of the DNS name's"


@error(
    "alias-ttl-not-supported",
    "An alias record must have no TTL and no values of its own.",
    why="Route 53 rejects the record: an alias takes both from its target.",
    fix=Fix(
        code="leave the TTL and the values out",
        template="leave TTL and ResourceRecords out",
    ),
    url=f"{_GUIDE}/resource-record-sets-choosing-alias-non-alias.html",
)
def alias_without_ttl(*, ttl: bool, values: bool = False) -> Iterator[str]:
    """Find an alias that has a TTL or values."""
    if ttl or values:
        found = " and ".join(name for name, set_ in (("a TTL", ttl), ("values", values)) if set_)
        yield f"an alias record has {found}"


@error(
    "record-hosted-zone-mismatch",
    "A record must be in the domain of its hosted zone.",
    why="Route 53 rejects any other record.",
    fix=Fix(
        code=(
            "use a record name that ends with the hosted zone's name, or the hosted zone of its "
            "domain"
        ),
        template=(
            "set Name to one that ends with the hosted zone's name, or HostedZoneId to the hosted "
            "zone of its domain"
        ),
    ),
    url=f"{_GUIDE}/resource-record-sets-values-shared.html",
)
def record_in_hosted_zone(record: str | None, hosted_zone: str | None) -> Iterator[str]:
    """Find a record outside its hosted zone; None for a name that isn't known."""
    if record is not None and hosted_zone is not None and not is_in_domain(record, hosted_zone):
        yield f"the record {record!r} is not in the zone {hosted_zone!r}"
