"""The rules for private DNS names, and for the hosted zones that they are verified in."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from privatelink_constructs.facts.arns import may_begin_with, parse_arn
from privatelink_constructs.facts.domain_names import (
    PRIVATE_DOMAINS,
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
    why="AWS stores names in lower case, so the template would differ from the deployed service.",
    fix=Fix.same("write the name in lower case"),
    url=core.MANAGE_DNS_NAMES,
)
def private_dns_name_lower_case(name: str) -> Iterator[str]:
    """Find a private DNS name with upper-case letters."""
    if name != name.lower():
        yield f"the private DNS name {name!r} contains upper-case letters"


@error(
    "private-dns-name-malformed",
    "A private DNS name must be a domain name in lower case with at least two labels.",
    why="AWS rejects the name.",
    fix=Fix.same(
        "use a name such as payments.example.com or *.example.com. Labels can have 1 to 63 "
        "characters from a-z, 0-9, and -. The name can have up to 255 characters and a wildcard "
        "only as the first label"
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
        yield f"the private DNS name {name!r} has only one label"
    elif not all(map(_LABEL.fullmatch, labels)) or labels[-1].isdecimal():
        yield f"{name!r} is not a valid domain name"


def _domain(name: str, gap: str | None) -> str:
    domain = without_wildcard(name.lower())
    return domain.replace(gap, "any.name") if gap else domain


@error(
    "private-dns-public-suffix-not-supported",
    "A private DNS name must not be a public suffix.",
    why="A public suffix belongs to a registry, so you can't verify its ownership.",
    fix=Fix.same("add the domain that you own, as in payments.example.co.uk"),
    url=core.MANAGE_DNS_NAMES,
)
def private_dns_name_owned(name: str, *, gap: str | None = None) -> Iterator[str]:
    """Find a public suffix in place of a private DNS name.

    :param gap: what stands in the name for text that isn't known. Default: all of it is known.
    """
    if _domain(name, gap) in PUBLIC_SUFFIXES:
        yield f"{name!r} is a public suffix"


@error(
    "private-dns-domain-not-supported",
    "A private DNS name must be in a public domain.",
    why=(
        "AWS verifies the name with a record in public DNS, which doesn't have this top-level "
        "domain. Without verification, no endpoint can use the name."
    ),
    fix=Fix(
        code="use a domain that you own. Consumers can use any other name with "
        "EndpointDns.private_hosted_zone(...)",
        template="use a domain that you own. Consumers can use any other name with a private "
        "hosted zone of their own",
    ),
    url=core.MANAGE_DNS_NAMES,
)
def private_dns_name_public(name: str) -> Iterator[str]:
    """Find a private DNS name in a domain that public DNS doesn't have."""
    domain = next((it for it in PRIVATE_DOMAINS if is_in_domain(name, it)), None)
    if domain is not None:
        yield f"{name!r} is in the domain {domain}, which isn't in public DNS"


def valid_private_dns_name(name: str, *, gap: str | None = None) -> Iterator[Problem]:
    """Check a private DNS name.

    :param gap: what stands in the name for text that isn't known. Default: all of it is known.
    """
    yield from private_dns_name_lower_case(name)
    yield from private_dns_name_well_formed(name, gap=gap)
    yield from private_dns_name_owned(name, gap=gap)
    yield from private_dns_name_public(name)


@error(
    "private-dns-not-supported",
    "A service with Gateway Load Balancers must have no private DNS name.",
    why="AWS rejects the name.",
    fix=Fix.same("omit the private DNS name"),
    url=core.MANAGE_DNS_NAMES,
)
def private_dns_without_gateway(name: str, *, gateway: bool) -> Iterator[str]:
    """Find a private DNS name on a service with Gateway Load Balancers."""
    if gateway:
        yield f"the service has Gateway Load Balancers and the private DNS name {name!r}"


@error(
    "verification-hosted-zone-mismatch",
    "A private DNS name must be in the hosted zone that it is verified in.",
    why=(
        "AWS looks for the record under the private DNS name, and Route 53 rejects records "
        "outside a hosted zone."
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
        yield f"the private DNS name {name!r} isn't in the hosted zone {hosted_zone!r}"


@error(
    "verification-hosted-zone-type-mismatch",
    "The hosted zone that a private DNS name is verified in must be public.",
    why=(
        "AWS looks up the record on the public internet and doesn't find it in a private hosted "
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
        "Without the name, the library can't determine the name of the record, or whether the "
        "private DNS name is in the hosted zone."
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
        yield f"the hosted zone {path} has no known name"


@error(
    "verification-hosted-zone-account-mismatch",
    "The hosted zone of a verification record must be in the account of the stack.",
    why="CloudFormation can create records only in the account of the stack.",
    fix=Fix(
        code="use PrivateDnsName.in_delegated_zone(...) with a role of the hosted zone's account",
        template="define the record in a stack of the hosted zone's account",
    ),
    url=core.MANAGE_DNS_NAMES,
)
def hosted_zone_in_stack_account(hosted_zone: str | None, stack: str | None) -> Iterator[str]:
    """Find a hosted zone of another account than the stack's; None for what isn't known."""
    if hosted_zone is not None and stack is not None and hosted_zone != stack:
        yield (
            f"the hosted zone is in account {hosted_zone}, but the service is in account {stack}"
        )


@error(
    "verification-role-malformed",
    "The role for a delegated hosted zone must be specified by its ARN.",
    why="AWS STS accepts only the ARN of a role.",
    fix=Fix.same("use an ARN such as arn:aws:iam::222222222222:role/DnsVerification"),
    url="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-arns",
)
def role_arn_well_formed(arn: str) -> Iterator[str]:
    """Find a value that isn't the ARN of a role. The ARN can have a path.

    :param arn: the ARN, with ``${...}`` for what only the deployment knows.
    """
    if not _may_be_role(arn):
        yield f"{arn!r} is not the ARN of a role"


def _may_be_role(text: str) -> bool:
    arn = parse_arn(text)
    if arn is None or (arn.complete and None not in arn):
        return re.fullmatch(_ROLE_ARN, text, re.ASCII) is not None
    return arn.service in {None, "iam"} and may_begin_with(arn, "role/")


@error(
    "verification-timeout-out-of-range",
    "The timeout of a verification must be from 1 to 55 minutes.",
    why="CloudFormation stops a custom resource after one hour.",
    fix=Fix.same("use 1 to 55 minutes. The default is 30 minutes"),
    url=core.MANAGE_DNS_NAMES,
)
def timeout_in_range(seconds: float | None, *, unit: str = "seconds") -> Iterator[str]:
    """Find a timeout that is too short, too long, or can't be converted to seconds.

    :param seconds: the timeout, None when it isn't set or only the deployment knows it.
    :param unit: the unit of a timeout that is known only at deployment.
    """
    if seconds is not None and not TIMEOUT_SECONDS.start <= seconds < TIMEOUT_SECONDS.stop:
        yield f"the timeout is {seconds:g} seconds"
    elif unit != "seconds":
        yield f"the timeout is in {unit} and known only at deployment, so it can't be converted"


@error(
    "hosted-zone-name-malformed",
    "The name of a hosted zone must be a domain name.",
    why="Route 53 rejects the hosted zone.",
    fix=Fix.same(
        "use a domain such as payments.example.com, with labels of 1 to 63 characters and "
        "without a wildcard"
    ),
    url="https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DomainNameFormat.html",
)
def hosted_zone_name_well_formed(name: str) -> Iterator[str]:
    """Find a name that isn't valid for a hosted zone, such as one that a consumer defines."""
    labels = name.removesuffix(".").split(".")
    if len(name) > LONGEST_NAME:
        yield f"{name!r} has {len(name)} characters"
    elif labels[0] == "*":
        yield f"{name!r} has a wildcard"
    elif not all(map(_HOSTED_ZONE_LABEL.fullmatch, labels)):
        yield f"{name!r} is not a valid domain name"


@warning(
    "private-dns-removal-conflict",
    "A private DNS name should remain when you delete the custom resource that sets it.",
    why=(
        "Deleting the custom resource removes the name from the service, even if something else "
        "has set the name since. The deployment succeeds, but consumers can no longer resolve "
        "the name."
    ),
    fix=Fix(
        code=(
            "before you replace VpcEndpointServiceDomainName, apply RemovalPolicy.RETAIN to the "
            "default child of its EnableDns/Resource, and deploy"
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
