"""What a private DNS name is, and what proves it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from privatelink_constructs.rules import core
from privatelink_constructs.rules.core import Problem, error, warning

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

DEFAULT_TIMEOUT_SECONDS = 1800
TIMEOUT_SECONDS = range(60, 3301)
LONGEST_NAME = 255
_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")
_ZONE_LABEL = re.compile(r"[A-Za-z0-9_-]{1,63}")
_OCTAL = re.compile(r"\\([0-3][0-7]{2})")
_ROLE_ARN = re.compile(r"arn:aws[a-z-]*:iam::[0-9]{12}:role/[\w+=,.@/-]+", re.ASCII)
_HOSTED_ZONE_NAMES = (
    "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DomainNameFormat.html"
)

_SUFFIXES = {
    "ar": "com gob org",
    "at": "ac co gv or",
    "au": "com edu gov id net org",
    "bd": "com",
    "bo": "com",
    "br": "com edu gov net nom org",
    "cn": "com edu gov net org",
    "co": "com nom org",
    "cy": "com",
    "do": "com",
    "ec": "com",
    "eg": "com",
    "es": "com gob nom org",
    "gh": "com",
    "gr": "com",
    "gt": "com",
    "hk": "com edu gov net org",
    "id": "co or",
    "il": "co gov net org",
    "in": "ac co edu firm gen gov ind net org",
    "jp": "ac co go lg ne or",
    "ke": "co",
    "kr": "ac co go or",
    "kw": "com",
    "lb": "com",
    "ly": "com",
    "mt": "com",
    "mx": "com edu gob net org",
    "my": "com gov org",
    "na": "com",
    "ng": "com",
    "ni": "com",
    "np": "com",
    "nz": "ac co govt net org school",
    "pa": "com",
    "pe": "com",
    "ph": "com",
    "pk": "com",
    "pl": "com edu gov net org",
    "pt": "com",
    "py": "com",
    "qa": "com",
    "sa": "com",
    "sg": "com edu gov net org",
    "sv": "com",
    "th": "co go or",
    "tr": "com edu gov net org",
    "tw": "com edu gov net org",
    "tz": "co",
    "ua": "com",
    "ug": "co",
    "uk": "ac co gov ltd me net nhs org plc police sch",
    "uy": "com",
    "ve": "co com",
    "vn": "com",
    "za": "ac co gov net org web",
}
PUBLIC_SUFFIXES = frozenset(
    f"{label}.{country}" for country, labels in _SUFFIXES.items() for label in labels.split()
)
"""Common suffixes of two labels under which names are registered.

They belong to a registry, so nobody can prove one. The list is short on purpose and no dependency:
it catches a forgotten label, and what it doesn't hold is left to AWS.

:see: https://publicsuffix.org/list/
"""

MALFORMED = error(
    "private-dns-name-malformed",
    "A private DNS name is a lower-case domain name of two labels or more.",
    why="AWS refuses the name.",
    remedy=(
        "use a name such as payments.example.com or *.example.com: labels of 1 to 63 of a-z, 0-9 "
        "and -, at most 255 characters, a wildcard only in front"
    ),
    url=core.MANAGE_DNS_NAMES,
)
UPPER_CASE = error(
    "private-dns-name-upper-case",
    "A private DNS name is in lower case.",
    why="AWS keeps names in lower case, so the template never agrees with what is there.",
    remedy="write the name in lower case",
    url=core.MANAGE_DNS_NAMES,
)
PUBLIC_SUFFIX = error(
    "private-dns-name-public-suffix",
    "A private DNS name is under a domain that somebody can own.",
    why="A public suffix belongs to a registry, so its ownership can't be proven.",
    remedy="put the domain you own in front, as in payments.example.co.uk",
    url=core.MANAGE_DNS_NAMES,
)
OUTSIDE_ZONE = error(
    "private-dns-name-outside-zone",
    "A private DNS name is in the hosted zone that proves it.",
    why="Route 53 refuses records outside a zone, and AWS looks for the proof under the name.",
    remedy="give the hosted zone of the name or of a domain above it",
    url=core.MANAGE_DNS_NAMES,
)
PRIVATE_ZONE = error(
    "private-dns-zone-private",
    "The hosted zone that proves a private DNS name is public.",
    why="AWS looks for the proof on the public Internet, and never finds it in a private zone.",
    remedy="give the public hosted zone of the domain, one without VPCs",
    url=core.MANAGE_DNS_NAMES,
)
ZONE_WITHOUT_NAME = error(
    "private-dns-zone-without-name",
    "The name of the hosted zone that proves a private DNS name is known.",
    why="Without it the record's name can't be told, nor whether the name is in the zone.",
    remedy="import the zone with HostedZone.from_hosted_zone_attributes(...)",
    url=core.MANAGE_DNS_NAMES,
)
ZONE_ACCOUNT = error(
    "private-dns-zone-in-other-account",
    "The hosted zone that a stack writes the proof to is in the stack's account.",
    why="CloudFormation writes records in its own account alone.",
    remedy="use PrivateDnsName.in_delegated_zone(...) with a role of the zone's account",
    url=core.MANAGE_DNS_NAMES,
)
ROLE = error(
    "private-dns-role-malformed",
    "The role that writes to a delegated zone is given by its ARN.",
    why="Nothing else can be assumed.",
    remedy="use an ARN such as arn:aws:iam::222222222222:role/DnsProof",
    url="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-arns",
)
GATEWAY = error(
    "private-dns-with-gateway-load-balancer",
    "A service with Gateway Load Balancers has no private DNS name.",
    why="AWS refuses the name.",
    remedy="leave the private DNS name out",
    url=core.MANAGE_DNS_NAMES,
)
DUPLICATE_PROOF = error(
    "private-dns-proof-shared",
    "Each service proves its private DNS name with a record of its own.",
    why="AWS gives each service another value, so one record proves only one of them.",
    remedy="define a record for each service, or give them different names",
    url=core.MANAGE_DNS_NAMES,
)
RECORD_MISSING = warning(
    "private-dns-record-missing",
    "The record that proves a private DNS name is published.",
    why="The name stays unverified, and consumers can't use it.",
    remedy=(
        "define a TXT record from PrivateDnsNameConfiguration.Name and .Value, or put both into "
        "Outputs when the zone is elsewhere"
    ),
    url=core.MANAGE_DNS_NAMES,
)
RECORD_NAME = error(
    "private-dns-record-name",
    "The record that proves a private DNS name is called by its label and the domain.",
    why="AWS gives only the label, and looks for the record in the domain.",
    remedy=(
        "call the record {PrivateDnsNameConfiguration.Name}.{domain}, the domain without a '*.'"
    ),
    url=core.MANAGE_DNS_NAMES,
)
RECORD_VALUE = error(
    "private-dns-record-value",
    "The record that proves a private DNS name holds the value that AWS gives.",
    why="AWS looks for PrivateDnsNameConfiguration.Value, and finds something else.",
    remedy="let the record's only value be PrivateDnsNameConfiguration.Value in double quotes",
    url=core.MANAGE_DNS_NAMES,
)
RECORD_TYPE = error(
    "private-dns-record-type",
    "The record that proves a private DNS name is of type TXT.",
    why="AWS looks for a TXT record and no other.",
    remedy="use the type TXT",
    url=core.MANAGE_DNS_NAMES,
)
TXT_VALUE = error(
    "txt-value-not-quoted",
    "The value of a TXT record is in double quotes, once.",
    why="Route 53 refuses a value without quotes, and takes further ones as part of the value.",
    remedy=(
        "write the value in one pair of double quotes that are part of the text, as in "
        """!Sub '"${Service.PrivateDnsNameConfiguration.Value}"'"""
    ),
    url="https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/ResourceRecordTypes.html#TXTFormat",
)
TIMEOUT = error(
    "private-dns-timeout-out-of-range",
    "The wait for a verification is 1 to 55 minutes.",
    why="CloudFormation ends a custom resource after an hour.",
    remedy="use 1 to 55 minutes; the default is 30",
    url=core.MANAGE_DNS_NAMES,
)
ZONE_NAME = error(
    "hosted-zone-name-malformed",
    "A hosted zone has the name of a domain.",
    why="Route 53 refuses the zone.",
    remedy="use a domain such as payments.example.com: labels of 1 to 63 characters, no wildcard",
    url=_HOSTED_ZONE_NAMES,
)


def check_private_dns_name(name: str, *, gap: str | None = None) -> Iterator[Problem]:
    """Check a private DNS name as AWS takes it, a wildcard in front included.

    :param gap: what stands in the name for text that isn't known. Default: all of it is known.
    """
    if name != name.lower():
        yield Problem(UPPER_CASE, f"{name!r} is not in lower case")
    domain = without_wildcard(name.lower())
    if gap:
        domain = domain.replace(gap, "any.name")
    labels = domain.split(".")
    if len(name) > LONGEST_NAME:
        yield Problem(MALFORMED, f"{name!r} has {len(name)} characters")
    elif len(labels) < 2:  # noqa: PLR2004 - a domain and what it is under
        yield Problem(MALFORMED, f"{name!r} has a single label")
    elif not all(map(_LABEL.fullmatch, labels)) or labels[-1].isdecimal():
        yield Problem(MALFORMED, f"{name!r} is no domain name")
    elif domain in PUBLIC_SUFFIXES:
        yield Problem(PUBLIC_SUFFIX, f"{name!r} is a public suffix")


def without_wildcard(name: str) -> str:
    """Return the domain of a private DNS name, without the ``*.`` in front."""
    return name.removeprefix("*.")


def normal_name(name: str) -> str:
    r"""Return a domain name as Route 53 compares it: lower case, without the last dot.

    A character may be written by its octal code, ``\052`` for an asterisk.
    """
    plain = _OCTAL.sub(lambda match: chr(int(match[1], 8)), name)
    return plain.lower().removesuffix(".")


def is_in_domain(name: str, domain: str) -> bool:
    """Tell whether a name is a domain or under it; letter case and a last dot don't matter."""
    name, domain = normal_name(name), normal_name(domain)
    return name == domain or name.endswith(f".{domain}")


def record_name(label: str, name: str) -> str:
    """Return the name of the record that proves a name.

    :param label: the label that AWS gives (``PrivateDnsNameConfiguration.Name``), a token usually.
    :param name: the private DNS name, or the domain above it that the record is put in.
    """
    return f"{label}.{without_wildcard(name)}"


def txt_value(value: str) -> str:
    """Return the value of a TXT record, in one pair of double quotes.

    The CDK's ``TxtRecord`` quotes by itself: this is for records that are written as they are.
    """
    return value if value.startswith('"') and value.endswith('"') else f'"{value}"'


def check_txt_value(value: str) -> Iterator[Problem]:
    """Check that the value of a TXT record is quoted once."""
    inner = value[1:-1]
    if not re.fullmatch(r'"(?:[^"\\]|\\.)*"(?:\s+"(?:[^"\\]|\\.)*")*', value):
        yield Problem(TXT_VALUE, f"{value!r} is not in double quotes")
    elif inner.startswith(r"\"") and inner.endswith(r"\""):
        yield Problem(TXT_VALUE, f"{value!r} is in double quotes twice")


def check_in_zone(name: str, zone: str | None) -> Iterator[Problem]:
    """Check that a private DNS name is in a hosted zone.

    :param zone: the zone's name, None when it isn't known.
    """
    if zone is not None and not is_in_domain(without_wildcard(name), zone):
        yield Problem(OUTSIDE_ZONE, f"{name!r} is not in the zone {zone!r}")


def check_public_zone(zone: str, *, private: bool | None) -> Iterator[Problem]:
    """Check that a hosted zone is public.

    :param zone: the zone as the message should name it.
    :param private: whether it is private, None when it isn't known.
    """
    if private:
        yield Problem(PRIVATE_ZONE, f"the hosted zone {zone!r} is private")


def check_zone_account(zone: str | None, stack: str | None) -> Iterator[Problem]:
    """Check that a stack writes to a hosted zone of its own account; None when it isn't known."""
    if zone is not None and stack is not None and zone != stack:
        yield Problem(ZONE_ACCOUNT, f"the hosted zone is in {zone}, the service in {stack}")


def check_role_arn(arn: str) -> Iterator[Problem]:
    """Check the ARN of a role that is to be assumed; a path is allowed."""
    if not _ROLE_ARN.fullmatch(arn):
        yield Problem(ROLE, f"{arn!r} is no ARN of a role")


def check_load_balancer_kind(name: str, *, gateway: bool) -> Iterator[Problem]:
    """Check that a service with a private DNS name has no Gateway Load Balancers."""
    if gateway:
        yield Problem(GATEWAY, f"{name!r} on a service with Gateway Load Balancers")


def check_timeout(seconds: float | None) -> Iterator[Problem]:
    """Check how long to wait for a verification; None when it isn't set or isn't known."""
    if seconds is not None and not TIMEOUT_SECONDS.start <= seconds < TIMEOUT_SECONDS.stop:
        yield Problem(TIMEOUT, f"a timeout of {seconds:g} seconds")


def check_record_names(records: Sequence[tuple[str, str]]) -> Iterator[Problem]:
    """Check that no two services share the record of one name.

    :param records: for each service the zone and the name of its record, as text that tells equal
        ones from different ones.
    """
    for zone, name in sorted(set(records)):
        count = records.count((zone, name))
        if count > 1:
            yield Problem(DUPLICATE_PROOF, f"{count} services share the record {name!r}")


def check_zone_name(name: str) -> Iterator[Problem]:
    """Check the name of a hosted zone, such as the one a consumer defines for an endpoint."""
    bare = name.removesuffix(".")
    labels = bare.split(".")
    if len(name) > LONGEST_NAME:
        yield Problem(ZONE_NAME, f"{name!r} has {len(name)} characters")
    elif labels[0] == "*":
        yield Problem(ZONE_NAME, f"{name!r} has a wildcard")
    elif not all(map(_ZONE_LABEL.fullmatch, labels)):
        yield Problem(ZONE_NAME, f"{name!r} is no domain name")


SAMPLE_LABEL = "_label"
"""Stands for the label of a record, which only AWS knows."""


def check_record(name: str | None, *, private_name: str | None) -> Iterator[Problem]:
    """Check what the record is called that proves a private DNS name.

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
        yield Problem(RECORD_NAME, f"the record is called {shown!r}, not {expected}")


def check_record_type(record_type: str | None) -> Iterator[Problem]:
    """Check the type of the record that proves a private DNS name; None when it isn't known."""
    if record_type is not None and record_type != "TXT":
        yield Problem(RECORD_TYPE, f"the record is of type {record_type}")


def check_record_value(*, value: bool) -> Iterator[Problem]:
    """Check that the record that proves a private DNS name holds AWS's value."""
    if not value:
        yield Problem(RECORD_VALUE, "the record does not hold PrivateDnsNameConfiguration.Value")


def check_published(name: str, *, published: bool) -> Iterator[Problem]:
    """Check that anything reads the value that proves a private DNS name."""
    if not published:
        yield Problem(RECORD_MISSING, f"nothing publishes the record that proves {name!r}")
