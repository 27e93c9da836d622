"""What a private DNS name must be, and the hosted zone that it is verified in."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from privatelink_constructs.facts.arns import may_begin_with, parse_arn
from privatelink_constructs.facts.domain_names import (
    PUBLIC_SUFFIXES,
    is_in_domain,
    without_wildcard,
)
from privatelink_constructs.rules import core
from privatelink_constructs.rules.core import Fix, error, warning

if TYPE_CHECKING:
    from collections.abc import Iterator

    from privatelink_constructs.rules.core import Problem

DEFAULT_TIMEOUT_SECONDS = 1800
TIMEOUT_SECONDS = range(60, 3301)
LONGEST_NAME = 255
_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")
_HOSTED_ZONE_LABEL = re.compile(r"[A-Za-z0-9_-]{1,63}")
_ROLE_ARN = r"arn:aws[a-z-]*:iam::[0-9]{12}:role/[\w+=,.@/-]+"


@error(
    "private-dns-name-case-not-supported",
    "A private DNS name must be in lower case.",
    why="AWS keeps names in lower case, so the template never agrees with what is deployed.",
    fix=Fix.same("write the name in lower case"),
    url=core.MANAGE_DNS_NAMES,
)
def private_dns_name_lower_case(name: str) -> Iterator[str]:
    """Find a private DNS name with upper-case letters."""
    if name != name.lower():
        yield f"{name!r} is not in lower case"


@error(
    "private-dns-name-malformed",
    "A private DNS name must be a lower-case domain name of two or more labels.",
    why="AWS rejects the name.",
    fix=Fix.same(
        "use a name such as payments.example.com or *.example.com: labels of 1 to 63 characters "
        "from a-z, 0-9, and -, at most 255 characters, a wildcard only in front"
    ),
    url=core.MANAGE_DNS_NAMES,
)
def private_dns_name_well_formed(name: str, *, gap: str | None = None) -> Iterator[str]:
    """Find a name that AWS rejects, whatever the case of its letters; a wildcard may be in front.

    :param gap: what stands in the name for text that isn't known. Default: all of it is known.
    """
    labels = _domain(name, gap).split(".")
    if len(name) > LONGEST_NAME:
        yield f"{name!r} has {len(name)} characters"
    elif len(labels) < 2:  # noqa: PLR2004 - a domain and what it is under
        yield f"{name!r} has a single label"
    elif not all(map(_LABEL.fullmatch, labels)) or labels[-1].isdecimal():
        yield f"{name!r} is no domain name"


def _domain(name: str, gap: str | None) -> str:
    domain = without_wildcard(name.lower())
    return domain.replace(gap, "any.name") if gap else domain


@error(
    "private-dns-public-suffix-not-supported",
    "A private DNS name must be under a domain that somebody can own.",
    why="A public suffix belongs to a registry, so its ownership can't be verified.",
    fix=Fix.same("put the domain you own in front, as in payments.example.co.uk"),
    url=core.MANAGE_DNS_NAMES,
)
def private_dns_name_owned(name: str, *, gap: str | None = None) -> Iterator[str]:
    """Find a public suffix in place of a private DNS name.

    :param gap: what stands in the name for text that isn't known. Default: all of it is known.
    """
    if _domain(name, gap) in PUBLIC_SUFFIXES:
        yield f"{name!r} is a public suffix"


def valid_private_dns_name(name: str, *, gap: str | None = None) -> Iterator[Problem]:
    """Check a private DNS name.

    :param gap: what stands in the name for text that isn't known. Default: all of it is known.
    """
    yield from private_dns_name_lower_case(name)
    yield from private_dns_name_well_formed(name, gap=gap)
    yield from private_dns_name_owned(name, gap=gap)


@error(
    "private-dns-not-supported",
    "A service with Gateway Load Balancers must have no private DNS name.",
    why="AWS rejects the name.",
    fix=Fix.same("leave the private DNS name out"),
    url=core.MANAGE_DNS_NAMES,
)
def private_dns_without_gateway(name: str, *, gateway: bool) -> Iterator[str]:
    """Find a private DNS name on a service with Gateway Load Balancers."""
    if gateway:
        yield f"{name!r} on a service with Gateway Load Balancers"


@error(
    "verification-hosted-zone-mismatch",
    "A private DNS name must be in the hosted zone that it is verified in.",
    why=(
        "Route 53 rejects records outside a hosted zone, and AWS looks for the record under the "
        "name."
    ),
    fix=Fix(
        code="pass the hosted zone of the name or of a domain above it",
        template="set HostedZoneId to the hosted zone of the name or of a domain above it",
    ),
    url=core.MANAGE_DNS_NAMES,
)
def private_dns_name_in_hosted_zone(name: str, hosted_zone: str | None) -> Iterator[str]:
    """Find a private DNS name outside a hosted zone.

    :param hosted_zone: the name of the hosted zone, None when it isn't known.
    """
    if hosted_zone is not None and not is_in_domain(without_wildcard(name), hosted_zone):
        yield f"{name!r} is not in the zone {hosted_zone!r}"


@error(
    "verification-hosted-zone-type-mismatch",
    "The hosted zone that a private DNS name is verified in must be public.",
    why=(
        "AWS looks for the record on the public internet, and never finds it in a private hosted "
        "zone."
    ),
    fix=Fix(
        code="pass the public hosted zone of the domain, one without VPCs",
        template="set HostedZoneId to the public hosted zone of the domain, one without VPCs",
    ),
    url=core.MANAGE_DNS_NAMES,
)
def hosted_zone_public(hosted_zone: str, *, private: bool | None) -> Iterator[str]:
    """Find a private hosted zone.

    :param hosted_zone: the hosted zone as the message should name it.
    :param private: whether it is private, None when it isn't known.
    """
    if private:
        yield f"the hosted zone {hosted_zone!r} is private"


@error(
    "verification-hosted-zone-undetermined",
    "The name of the hosted zone that a private DNS name is verified in must be known.",
    why=(
        "Without it nothing can tell the record's name, nor whether the private DNS name is in "
        "the hosted zone."
    ),
    fix=Fix(
        code="import the hosted zone with HostedZone.from_hosted_zone_attributes(...)",
        template="set HostedZoneName instead of HostedZoneId",
    ),
    url=core.MANAGE_DNS_NAMES,
)
def hosted_zone_name_known(name: str | None, *, path: str) -> Iterator[str]:
    """Find a hosted zone whose name isn't known.

    :param path: the path of the hosted zone, for the message.
    """
    if name is None:
        yield f"the hosted zone {path} has no name"


@error(
    "verification-hosted-zone-account-mismatch",
    "The hosted zone that a stack writes the record to must be in the stack's account.",
    why="CloudFormation writes records only in its own account.",
    fix=Fix(
        code="use PrivateDnsName.in_delegated_zone(...) with a role of the hosted zone's account",
        template="define the record in a stack of the hosted zone's account",
    ),
    url=core.MANAGE_DNS_NAMES,
)
def hosted_zone_in_stack_account(hosted_zone: str | None, stack: str | None) -> Iterator[str]:
    """Find a hosted zone of another account than the stack's; None for what isn't known."""
    if hosted_zone is not None and stack is not None and hosted_zone != stack:
        yield f"the hosted zone is in {hosted_zone}, the service in {stack}"


@error(
    "verification-role-malformed",
    "The role that writes to a delegated hosted zone must be specified by its ARN.",
    why="AWS STS takes only the ARN of a role to assume.",
    fix=Fix.same("use an ARN such as arn:aws:iam::222222222222:role/DnsVerification"),
    url="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-arns",
)
def role_arn_well_formed(arn: str) -> Iterator[str]:
    """Find what is not the ARN of a role; a path is allowed.

    :param arn: the ARN, with ``${...}`` for what only the deployment knows.
    """
    if not _may_be_role(arn):
        yield f"{arn!r} is no ARN of a role"


def _may_be_role(text: str) -> bool:
    arn = parse_arn(text)
    if arn is None or (arn.complete and None not in arn):
        return re.fullmatch(_ROLE_ARN, text, re.ASCII) is not None
    return arn.service in {None, "iam"} and may_begin_with(arn, "role/")


@error(
    "verification-timeout-out-of-range",
    "The timeout of a verification must be 1 to 55 minutes.",
    why="CloudFormation ends a custom resource after an hour.",
    fix=Fix.same("use 1 to 55 minutes; the default is 30"),
    url=core.MANAGE_DNS_NAMES,
)
def timeout_in_range(seconds: float | None, *, unit: str = "seconds") -> Iterator[str]:
    """Find a timeout that is too short, too long, or not to be had in seconds.

    :param seconds: the timeout, None when it isn't set or only the deployment knows it.
    :param unit: the unit of a timeout that only the deployment knows.
    """
    if seconds is not None and not TIMEOUT_SECONDS.start <= seconds < TIMEOUT_SECONDS.stop:
        yield f"a timeout of {seconds:g} seconds"
    elif unit != "seconds":
        what = f"a timeout in {unit} that only the deployment knows"
        yield f"{what}, not in Duration.seconds(...)"


@error(
    "hosted-zone-name-malformed",
    "The name of a hosted zone must be a domain name.",
    why="Route 53 rejects the hosted zone.",
    fix=Fix.same(
        "use a domain such as payments.example.com: labels of 1 to 63 characters, no wildcard"
    ),
    url="https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DomainNameFormat.html",
)
def hosted_zone_name_well_formed(name: str) -> Iterator[str]:
    """Find a name that no hosted zone can have, such as one that a consumer defines."""
    labels = name.removesuffix(".").split(".")
    if len(name) > LONGEST_NAME:
        yield f"{name!r} has {len(name)} characters"
    elif labels[0] == "*":
        yield f"{name!r} has a wildcard"
    elif not all(map(_HOSTED_ZONE_LABEL.fullmatch, labels)):
        yield f"{name!r} is no domain name"


@warning(
    "private-dns-removal-conflict",
    "A private DNS name should stay when the custom resource that set it is deleted.",
    why=(
        "Deleting the custom resource removes the name from the service, also after something else "
        "has set the name: the deployment succeeds, and consumers can't resolve the name anymore."
    ),
    fix=Fix(
        code=(
            "before you replace VpcEndpointServiceDomainName, keep what sets the name: apply "
            "RemovalPolicy.RETAIN to the default child of its EnableDns/Resource, and deploy"
        ),
        template="set DeletionPolicy and UpdateReplacePolicy of the custom resource to Retain",
    ),
    url=core.MANAGE_DNS_NAMES,
)
def private_dns_name_kept(*, removes: bool, policy: str | None) -> Iterator[str]:
    """Find a custom resource that removes the private DNS name of a service when it is deleted.

    :param removes: whether its deletion removes the name.
    :param policy: its deletion policy, None if it has none or it isn't known.
    """
    if removes and policy not in {"Retain", "RetainExceptOnCreate"}:
        yield "deleting the custom resource removes the private DNS name of the service"
