"""What records are: aliases, and names in their hosted zones."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from privatelink_constructs.rules.core import Problem, error
from privatelink_constructs.rules.private_dns import is_in_domain

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

_ALIAS = f"{_GUIDE}/resource-record-sets-choosing-alias-non-alias.html"

ALIAS_SWAPPED = error(
    "alias-halves-swapped",
    "An alias has a DNS name and the id of that name's hosted zone.",
    why="Route 53 refuses the record. DnsEntries of an endpoint hold <zone id>:<DNS name>.",
    remedy=(
        "take the first of DnsEntries: the part before its colon as HostedZoneId, and the one "
        "after it as DNSName"
    ),
    url=f"{_GUIDE}/routing-to-vpc-interface-endpoint.html",
)

ALIAS_WITH_TTL = error(
    "alias-with-ttl",
    "An alias record has no TTL and no values of its own.",
    why="Route 53 refuses the record: an alias takes both from its target.",
    remedy="leave TTL and ResourceRecords out",
    url=_ALIAS,
)

RECORD_OUTSIDE_ZONE = error(
    "record-outside-zone",
    "A record is in the domain of its hosted zone.",
    why="Route 53 refuses any other record.",
    remedy="let the record's name end with the zone's name, or use the zone of its domain",
    url=f"{_GUIDE}/resource-record-sets-values-shared.html",
)


def check_alias(dns_name: str | None, zone_id: str | None) -> Iterator[Problem]:
    """Check the two halves of an alias; None for what isn't known."""
    if dns_name is not None and _ENTRY.fullmatch(dns_name):
        yield Problem(ALIAS_SWAPPED, f"the DNS name {dns_name!r} holds the id of a zone, too")
    elif dns_name is not None and _ZONE_ID.fullmatch(dns_name):
        yield Problem(ALIAS_SWAPPED, f"the DNS name {dns_name!r} is the id of a zone")
    elif zone_id is not None and _ENTRY.fullmatch(zone_id):
        yield Problem(ALIAS_SWAPPED, f"the zone id {zone_id!r} holds a DNS name, too")
    elif zone_id is not None and not _ZONE_ID.fullmatch(zone_id) and _DOMAIN.fullmatch(zone_id):
        yield Problem(ALIAS_SWAPPED, f"the zone id {zone_id!r} is a DNS name")


def check_alias_parts(dns_name: int | None, zone_id: int | None) -> Iterator[Problem]:
    """Check which parts of an entry in ``DnsEntries`` an alias takes; None when it isn't known.

    :param dns_name: 0 for the part before the colon, 1 for the one after it, or what else it is,
        such as :data:`WHOLE_ENTRY`.
    :param zone_id: the same for the zone's id.
    """
    if dns_name in _PARTS and dns_name != NAME_PART:
        yield Problem(ALIAS_SWAPPED, f"the DNS name is {_PARTS[dns_name]}")
    if zone_id in _PARTS and zone_id not in {ZONE_PART, OWN_ZONE}:
        yield Problem(ALIAS_SWAPPED, f"the zone id is {_PARTS[zone_id]}")
    if zone_id == OWN_ZONE and dns_name == NAME_PART:
        yield Problem(ALIAS_SWAPPED, "the zone id is that of your own zone, not of the DNS name's")


def check_alias_without_ttl(*, ttl: bool, values: bool = False) -> Iterator[Problem]:
    """Check that an alias has neither a TTL nor values."""
    if ttl or values:
        found = " and ".join(name for name, set_ in (("a TTL", ttl), ("values", values)) if set_)
        yield Problem(ALIAS_WITH_TTL, f"an alias record has {found}")


def check_record_in_zone(record: str | None, zone: str | None) -> Iterator[Problem]:
    """Check that a record is in its hosted zone; None for a name that isn't known."""
    if record is not None and zone is not None and not is_in_domain(record, zone):
        yield Problem(RECORD_OUTSIDE_ZONE, f"the record {record!r} is not in the zone {zone!r}")
