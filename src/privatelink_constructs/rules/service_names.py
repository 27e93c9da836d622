"""What endpoint services are called, and where their names can be used from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.facts.endpoint_service_names import (
    is_aws_service_name,
    parse_service_name,
)
from privatelink_constructs.facts.partitions import (
    partition_of,
    service_name_prefix,
)
from privatelink_constructs.rules import core
from privatelink_constructs.rules.core import Problem, error
from privatelink_constructs.rules.regions import partition_shared

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from privatelink_constructs.facts.endpoint_service_names import (
        ServiceName,
    )


MALFORMED = error(
    "service-name-malformed",
    "An endpoint is for a service that has a name.",
    why="AWS finds no service of that name, and refuses the endpoint.",
    remedy=(
        "use the name that the provider gives, such as "
        "com.amazonaws.vpce.eu-west-1.vpce-svc-0123456789abcdef0"
    ),
    url=core.CREATE_ENDPOINT,
)
AWS_SERVICE = error(
    "service-name-of-aws-service",
    "This construct is for endpoint services, not for services of AWS.",
    why=(
        "Endpoints of AWS services have a policy and a private name of their own, which it doesn't "
        "handle."
    ),
    remedy="use aws_ec2.InterfaceVpcEndpoint with an InterfaceVpcEndpointAwsService",
    url="https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-access-aws-services.html",
)
PREFIX = error(
    "service-name-prefix",
    "A service's name begins as its partition's names do.",
    why="AWS finds no service of that name, and refuses the endpoint.",
    remedy=(
        "begin with com.amazonaws.vpce, in China with cn.com.amazonaws.vpce, in the European "
        "Sovereign Cloud with eu.amazonaws.vpce"
    ),
    url=core.CREATE_ENDPOINT,
)
REGION_MISMATCH = error(
    "service-region-mismatch",
    "The Region of a service is the one in its name.",
    why="AWS looks for the service in the Region that is stated, and doesn't find it.",
    remedy="let ServiceRegion and the name both hold the Region that the service is in",
    url=core.CREATE_ENDPOINT,
)
REGION_MISSING = error(
    "service-region-missing",
    "An endpoint to a service in another Region states that Region.",
    why="AWS looks for the service in the endpoint's own Region, and doesn't find it.",
    remedy="set ServiceRegion to the service's Region",
    url=core.CREATE_ENDPOINT,
)
REGION_NOT_SUPPORTED = error(
    "service-region-not-supported",
    "An endpoint is in a Region that the service supports.",
    why="AWS refuses endpoints from any other Region.",
    remedy=(
        "have the provider add the Region to SupportedRegions of the service (supported_regions of "
        "the construct), or use one that is there"
    ),
    url=core.SHARE_SERVICE,
)


def check_service_name(name: str, *, partition: str | None = None) -> Iterator[Problem]:
    """Check the name of an endpoint service, as providers publish them.

    :param name: the name, a literal.
    :param partition: the partition of the endpoint, None when it isn't known.
    """
    parsed = parse_service_name(name)
    if parsed:
        yield from _check_partition(name, parsed, partition)
    elif is_aws_service_name(name):
        yield Problem(AWS_SERVICE, f"{name!r} is a service of AWS")
    else:
        yield Problem(MALFORMED, f"{name!r} is no name of an endpoint service")


def check_any_service_name(name: str, *, partition: str | None = None) -> Iterator[Problem]:
    """Check the name of a service, an endpoint service's or one of AWS's own."""
    yield from (
        problem
        for problem in check_service_name(name, partition=partition)
        if problem.rule is not AWS_SERVICE
    )


def _check_partition(name: str, parsed: ServiceName, partition: str | None) -> Iterator[Problem]:
    found = parsed.partition
    if found is None:
        yield Problem(MALFORMED, f"{name!r} holds no Region ({parsed.region!r})")
    elif parsed.prefix != service_name_prefix(found.dns_suffix):
        expected = service_name_prefix(found.dns_suffix)
        yield Problem(PREFIX, f"{name!r} is in {found.name}, whose names begin with {expected}")
    elif partition:
        said = f"{name!r} is in {found.name}, the endpoint in {partition}"
        yield from partition_shared(found.name, partition, said=said)


def check_service_region(
    service: str | None, *, endpoint: str | None, stated: str | None
) -> Iterator[Problem]:
    """Check the Region that an endpoint states for its service.

    :param service: the Region that the service is in, as its name says; None when it isn't known.
    :param endpoint: the Region that the endpoint is in, None when it isn't known.
    :param stated: the Region that is stated (``ServiceRegion``), None when none is.
    """
    if service is None:
        return
    if stated is not None and stated != service:
        yield Problem(REGION_MISMATCH, f"Region {stated!r} is stated for a service in {service}")
    elif stated is None and endpoint is not None and endpoint != service:
        yield Problem(REGION_MISSING, f"the service is in {service}, the endpoint in {endpoint}")
    if endpoint is not None:
        said = f"the service is in {service}, the endpoint in {endpoint}"
        yield from partition_shared(_partition(service), _partition(endpoint), said=said)


def _partition(region: str) -> str | None:
    partition = partition_of(region)
    return partition.name if partition else None


def check_named_region(named: str, actual: str) -> Iterator[Problem]:
    """Report a name with another Region than the one that the service is in."""
    yield Problem(REGION_MISMATCH, f"the name is of {named!r}, the service is in {actual}")


def check_region_supported(
    endpoint: str | None, *, service: str | None, supported: Sequence[str]
) -> Iterator[Problem]:
    """Check that a service can be used from a Region.

    :param endpoint: the Region that the endpoint is in, None when it isn't known.
    :param service: the Region that the service is in, None when it isn't known.
    :param supported: the further Regions that the service supports, literals only.
    """
    if endpoint is None or service is None or endpoint == service or endpoint in supported:
        return
    offered = ", ".join(sorted({service, *supported}))
    yield Problem(REGION_NOT_SUPPORTED, f"{endpoint} is no Region of the service ({offered})")
