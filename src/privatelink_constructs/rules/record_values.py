"""The rules for the types and the values of records."""

from __future__ import annotations

from ipaddress import AddressValueError, IPv4Address, IPv6Address
from typing import TYPE_CHECKING

from privatelink_constructs.rules.core import Fix, error

if TYPE_CHECKING:
    from collections.abc import Iterator

_GUIDE = "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide"
_TYPES = f"{_GUIDE}/ResourceRecordTypes.html"
_ADDRESSES = {"A": IPv4Address, "AAAA": IPv6Address}
_NO_ALIASES = frozenset({"CNAME", "MX", "NS", "PTR", "SOA", "SRV", "TXT"})


@error(
    "record-value-not-valid",
    "The values of a record must be of its type.",
    why="Route 53 rejects a name in an A or AAAA record, and anything but one name in a CNAME "
    "record.",
    fix=Fix(
        code="use a CnameRecord for a name, or an alias for an endpoint",
        template="set Type to CNAME for a name, or use an AliasTarget for an endpoint",
    ),
    url=_TYPES,
)
def record_value_valid(kind: str | None, value: str | None) -> Iterator[str]:
    """Find a value that a record of a type can't have; None for what isn't known."""
    addresses = _ADDRESSES.get(kind or "")
    if value is None:
        return
    if addresses:
        try:
            addresses(value)
        except AddressValueError:
            yield f"{value!r} is not a valid value of a record of type {kind}"
    elif kind == "CNAME" and (":" in value or "/" in value):
        yield f"{value!r} is not a domain name"


@error(
    "record-type-conflict",
    "A CNAME record must have its own name, and not the name of its hosted zone.",
    why="Route 53 rejects a CNAME record with the name of the hosted zone.",
    fix=Fix(
        code="use an alias record",
        template="use an AliasTarget and Type A, or another name",
    ),
    url=f"{_GUIDE}/resource-record-sets-choosing-alias-non-alias.html",
)
def cname_below_hosted_zone(kind: str | None, name: str, hosted_zone: str) -> Iterator[str]:
    """Find a CNAME record at the top of a hosted zone.

    :param kind: the type of the record, None when it isn't known.
    :param name: its name.
    :param hosted_zone: the name of the hosted zone.
    """
    if kind == "CNAME" and name.lower().rstrip(".") == hosted_zone.lower().rstrip("."):
        yield f"{name} is the name of the hosted zone"


@error(
    "record-duplicate",
    "A hosted zone must have only one record for a name and a type.",
    why="Route 53 rejects the second record, because it already exists.",
    fix=Fix.same("remove one of the records, or list all values in one record"),
    url=_TYPES,
)
def record_defined_once(name: str, other: str | None) -> Iterator[str]:
    """Find a second record.

    :param name: the name of the record.
    :param other: the first record, as the message should name it, None when there isn't one.
    """
    if other is not None:
        yield f"{other} also defines a record of this type for {name}"


@error(
    "alias-type-not-supported",
    "An alias to an endpoint or a load balancer must be of type A or AAAA.",
    why="Route 53 rejects other types.",
    fix=Fix(code="use an ARecord or an AaaaRecord", template="set Type to A or AAAA"),
    url=f"{_GUIDE}/resource-record-sets-choosing-alias-non-alias.html",
)
def alias_of_address(kind: str | None, target: str) -> Iterator[str]:
    """Find an alias that can't be one.

    :param kind: the type of the record, None when it isn't known.
    :param target: the name of the endpoint or the load balancer.
    """
    if kind in _NO_ALIASES:
        yield f"the alias to {target} is of type {kind}"
