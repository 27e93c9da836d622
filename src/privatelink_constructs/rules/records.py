"""The rules for DNS records: aliases, and names in their hosted zones."""

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
    ID: "the endpoint ID",
    OWN_ZONE: "the ID of a hosted zone",
}


@error(
    "alias-target-mismatch",
    "An alias must have a DNS name and the ID of the hosted zone of that name.",
    why=(
        "Route 53 rejects the record. DnsEntries of an endpoint contain <hosted zone id>:<DNS "
        "name>."
    ),
    fix=Fix(
        code="use RecordTarget.from_alias(...) with the endpoint",
        template=(
            "use the first entry of DnsEntries. Set HostedZoneId to the part before the colon, "
            "and DNSName to the part after it"
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
    """Find an alias whose values are swapped or not separated; None for what isn't known.

    :param dns_name: the DNS name, a literal.
    :param hosted_zone_id: the id of the hosted zone, a literal.
    :param parts: for DNS name and id, which part of an entry in ``DnsEntries`` they are: 0 for the
        part before the colon, 1 for the one after it, or what else, such as :data:`WHOLE_ENTRY`.
    """
    yield from _misplaced_texts(dns_name, hosted_zone_id)
    yield from _misplaced_parts(*parts)


def _misplaced_texts(dns_name: str | None, zone_id: str | None) -> Iterator[str]:
    if dns_name is not None and _ENTRY.fullmatch(dns_name):
        yield f"the DNS name {dns_name!r} also contains a hosted zone ID"
    elif dns_name is not None and _ZONE_ID.fullmatch(dns_name):
        yield f"the DNS name {dns_name!r} is a hosted zone ID"
    elif zone_id is not None and _ENTRY.fullmatch(zone_id):
        yield f"the hosted zone ID {zone_id!r} also contains a DNS name"
    elif zone_id is not None and not _ZONE_ID.fullmatch(zone_id) and _DOMAIN.fullmatch(zone_id):
        yield f"the hosted zone ID {zone_id!r} is a DNS name"


def _misplaced_parts(dns_name: int | None, zone_id: int | None) -> Iterator[str]:
    if dns_name in _PARTS and dns_name != NAME_PART:
        yield f"the DNS name is {_PARTS[dns_name]}"
    if zone_id in _PARTS and zone_id not in {ZONE_PART, OWN_ZONE}:
        yield f"the hosted zone ID is {_PARTS[zone_id]}"
    if zone_id == OWN_ZONE and dns_name == NAME_PART:
        yield (
            "the hosted zone ID is the ID of your own hosted zone, not of the DNS name's hosted "
            "zone"
        )


@error(
    "alias-ttl-not-supported",
    "An alias record must not have a TTL or values.",
    why="Route 53 rejects the record, because an alias uses the TTL and the values of its target.",
    fix=Fix(
        code="omit the TTL and the values",
        template="omit TTL and ResourceRecords",
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
    why="Route 53 rejects records outside the domain of the hosted zone.",
    fix=Fix(
        code=(
            "use a record name that ends with the hosted zone's name, or the hosted zone of its "
            "domain"
        ),
        template=(
            "set Name to a name that ends with the hosted zone's name, or set HostedZoneId to "
            "the hosted zone of its domain"
        ),
    ),
    url=f"{_GUIDE}/resource-record-sets-values-shared.html",
)
def record_in_hosted_zone(record: str | None, hosted_zone: str | None) -> Iterator[str]:
    """Find a record outside its hosted zone; None for a name that isn't known."""
    if record is not None and hosted_zone is not None and not is_in_domain(record, hosted_zone):
        yield f"the record {record!r} isn't in the hosted zone {hosted_zone!r}"
