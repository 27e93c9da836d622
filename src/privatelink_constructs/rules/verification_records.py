"""The rules for the TXT record that verifies a private DNS name."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from privatelink_constructs.facts.domain_names import is_in_domain, normal_name, without_wildcard
from privatelink_constructs.rules import core
from privatelink_constructs.rules.core import Fix, error, warning

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SAMPLE_LABEL = "_label"
"""Represents the label of a record, which only AWS knows."""


def record_name(label: str, name: str) -> str:
    """Return the name of the record that verifies a name.

    :param label: the label from AWS (``PrivateDnsNameConfiguration.Name``), usually a token.
    :param name: the private DNS name, or the domain above it that the record is put in.
    """
    return f"{label}.{without_wildcard(name)}"


def txt_value(value: str) -> str:
    """Return the value of a TXT record, in one pair of double quotes.

    The CDK's ``TxtRecord`` adds quotes itself. Use this function for other records.
    """
    return value if value.startswith('"') and value.endswith('"') else f'"{value}"'


@error(
    "verification-record-service-conflict",
    "Each service must verify its private DNS name with its own record.",
    why="AWS generates a different value for each service, so one record verifies only one "
    "service.",
    fix=Fix.same("define a record for each service, or use different names"),
    url=core.MANAGE_DNS_NAMES,
)
def records_distinct(records: Sequence[tuple[str, str]]) -> Iterator[str]:
    """Find services that share the record of one name.

    :param records: for each service the hosted zone and the name of its record, as text that is
        the same for the same ones.
    """
    for (_, name), count in sorted(Counter(records).items()):
        if count > 1:
            yield f"{count} services share the record {name!r}"


@warning(
    "verification-record-missing",
    "The record that verifies a private DNS name should be published.",
    why="Otherwise, the name stays unverified, and consumers can't use it.",
    fix=Fix(
        code=(
            "define the record with PrivateDnsName.in_hosted_zone(...), or add "
            "private_dns_verification of the service to the outputs if the hosted zone is "
            "elsewhere"
        ),
        template=(
            "define a TXT record from PrivateDnsNameConfiguration.Name and .Value, or add both "
            "to Outputs if the hosted zone is elsewhere"
        ),
    ),
    url=core.MANAGE_DNS_NAMES,
)
def record_published(name: str, *, published: bool) -> Iterator[str]:
    """Find a private DNS name whose record isn't published.

    :param published: whether anything reads the value from AWS.
    """
    if not published:
        yield f"no resource or output publishes the record that verifies {name!r}"


@error(
    "verification-record-name-mismatch",
    "The name of the record that verifies a private DNS name must be its label and the domain.",
    why="AWS returns only the label and looks for the record in the domain.",
    fix=Fix(
        code="use record_name of private_dns_verification as the name of the record",
        template=(
            "set the record's Name to {PrivateDnsNameConfiguration.Name}.{domain}, the domain "
            "without a '*.'"
        ),
    ),
    url=core.MANAGE_DNS_NAMES,
)
def record_name_matching(name: str | None, *, private_name: str | None) -> Iterator[str]:
    """Find a record with another name than the one that verifies a private DNS name.

    :param name: the record's name with :data:`SAMPLE_LABEL` in place of AWS's label, None when it
        isn't known.
    :param private_name: the private DNS name, None when it isn't known.
    """
    if name is None:
        return
    label, _, domain = normal_name(name).partition(".")
    expected = f"{{Name}}.{without_wildcard(private_name) if private_name else '{domain}'}"
    shown = normal_name(name).replace(SAMPLE_LABEL, "{Name}")
    wrong = label != SAMPLE_LABEL or not domain or domain.startswith("*.")
    elsewhere = private_name and not is_in_domain(without_wildcard(private_name), domain)
    if wrong or elsewhere:
        yield f"the name of the record is {shown!r}, not {expected}"


@error(
    "verification-record-type-mismatch",
    "The record that verifies a private DNS name must be of type TXT.",
    why="AWS looks only for a TXT record.",
    fix=Fix(code="define a TXT record", template="set Type to TXT"),
    url=core.MANAGE_DNS_NAMES,
)
def record_type_txt(record_type: str | None) -> Iterator[str]:
    """Find a record of another type; None when it isn't known."""
    if record_type is not None and record_type != "TXT":
        yield f"the record is of type {record_type}"


@error(
    "verification-record-value-mismatch",
    "The record that verifies a private DNS name must contain the value from AWS.",
    why="AWS looks for PrivateDnsNameConfiguration.Value and finds another value.",
    fix=Fix(
        code="use record_value of private_dns_verification as the only value of the record",
        template=(
            "set ResourceRecords to PrivateDnsNameConfiguration.Value in double quotes, as the "
            "only value"
        ),
    ),
    url=core.MANAGE_DNS_NAMES,
)
def record_value_matching(*, value: bool) -> Iterator[str]:
    """Find a record without the value from AWS.

    :param value: whether the record contains it.
    """
    if not value:
        yield "the record doesn't contain PrivateDnsNameConfiguration.Value"


@error(
    "txt-value-malformed",
    "The value of a TXT record must be in one pair of double quotes.",
    why="Route 53 rejects a value without quotes and treats additional quotes as part of the "
    "value.",
    fix=Fix(
        code="put the value in one pair of double quotes that are part of the text",
        template=(
            "put the value in one pair of double quotes that are part of the text, as in "
            """!Sub '"${Service.PrivateDnsNameConfiguration.Value}"'"""
        ),
    ),
    url="https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/ResourceRecordTypes.html#TXTFormat",
)
def txt_value_quoted(value: str) -> Iterator[str]:
    """Find a value of a TXT record that isn't quoted or is quoted twice."""
    inner = value[1:-1]
    if not re.fullmatch(r'"(?:[^"\\]|\\.)*"(?:\s+"(?:[^"\\]|\\.)*")*', value):
        yield f"{value!r} isn't in double quotes"
    elif inner.startswith(r"\"") and inner.endswith(r"\""):
        yield f"{value!r} is in two pairs of double quotes"
