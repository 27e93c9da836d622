"""The rules for the names of AWS services."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.facts.aws_service_table import (
    MISNOMERS,
    REGION,
    aws_service,
    aws_services,
    is_known_service,
    nearest_service,
    written_alike,
)
from privatelink_constructs.rules.core import Fix, error, first_of, warning

if TYPE_CHECKING:
    from collections.abc import Iterator

    from privatelink_constructs.rules.core import Problem

_LIST = "https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html"
_OTHER_REGIONS = "https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-cross-region-privatelink-support.html"
_DESCRIBE = "To list all names in a Region, run aws ec2 describe-vpc-endpoint-services"
_USUAL = "com.amazonaws"


@error(
    "aws-service-name-not-valid",
    "The name of an AWS service must be a valid AWS service name.",
    why="AWS doesn't find a service with that name and rejects the endpoint.",
    fix=Fix.same(f"use the name of the service. {_DESCRIBE}"),
    url=_LIST,
)
def aws_service_name_valid(name: str, *, prefix: str | None) -> Iterator[str]:
    """Find a name that is known not to exist.

    :param name: what is behind the Region in the name, or the whole name where it has no Region.
    :param prefix: what is before the Region, None where the name has no Region.
    """
    if prefix is None:
        yield from _without_region(name)
        return
    facts = aws_service(name)
    right = None if is_known_service(name) else MISNOMERS.get(name) or written_alike(name)
    if facts and not facts.regional:
        yield f"{name!r} has no endpoints for a single Region. The name is {facts.pattern}"
    elif right:
        yield f"AWS has no service named {name!r}. The name is {aws_services()[right].pattern}"


def _without_region(name: str) -> Iterator[str]:
    behind = name.removeprefix(f"{_USUAL}.")
    first, _, rest = behind.partition(".")
    if aws_service(name) or behind == name:
        return
    if is_known_service(behind):
        yield f"{name!r} doesn't contain a Region. The name is {_USUAL}.{REGION}.{behind}"
    elif is_known_service(rest):
        yield f"{first!r} in {name!r} is not a valid Region"


@warning(
    "aws-service-name-unverified",
    "The name of an AWS service should be a known name.",
    why=(
        "A name that differs slightly from a known name is rarely a new service. AWS rejects an "
        "endpoint for a service that it doesn't find."
    ),
    fix=Fix.same(
        "use the name of the service, or acknowledge this warning if the name is correct. "
        f"{_DESCRIBE}"
    ),
    url=_LIST,
)
def aws_service_name_known(name: str, *, prefix: str | None) -> Iterator[str]:
    """Find a name that is near a known one; parameters as of ``aws_service_name_valid``."""
    facts = aws_service(name)
    if prefix is None:
        return
    if facts and facts.regional and not _begins_like(facts.pattern, prefix):
        yield f"'{prefix}...{name}' is not a known service. The name is {facts.pattern}"
    near = None if is_known_service(name) else nearest_service(name)
    if near:
        yield f"{name!r} is not a known service. The closest name is {near!r}"


def _begins_like(pattern: str, prefix: str) -> bool:
    """Tell whether a service begins with a prefix; those of other partitions vary by service."""
    expected = pattern.partition(f".{REGION}")[0]
    return prefix == expected or (expected == _USUAL and not prefix.startswith(("aws.", "api.")))


def valid_aws_service_name(name: str, *, prefix: str | None) -> Iterator[Problem]:
    """Check the name of an AWS service; parameters as of ``aws_service_name_valid``."""
    yield from first_of(
        aws_service_name_valid(name.removesuffix(".cn"), prefix=prefix),
        aws_service_name_known(name.removesuffix(".cn"), prefix=prefix),
    )


@error(
    "aws-service-region-mismatch",
    "An endpoint for an AWS service must be in the Region that the service name contains.",
    why="AWS looks for the service in the endpoint's own Region and doesn't find it.",
    fix=Fix(
        code=(
            "use the Region of the stack in the name, or define the endpoint in a VPC of the other "
            "Region and connect the VPCs"
        ),
        template=(
            "use ${AWS::Region} in ServiceName. For an interface endpoint to a service that "
            "supports access from other Regions, set ServiceRegion instead"
        ),
    ),
    url=_OTHER_REGIONS,
)
def aws_service_in_region(
    service: str | None, *, endpoint: str | None, stated: str | None
) -> Iterator[str]:
    """Find an AWS service of another Region that isn't stated; None for what isn't known.

    :param service: the Region in the name of the service.
    :param endpoint: the Region that the endpoint is in.
    :param stated: the Region that is stated (``ServiceRegion``), None when none is.
    """
    if None not in (service, endpoint) and stated is None and endpoint != service:
        yield f"the service name is for {service}, but the endpoint is in {endpoint}"
