"""The rules for the names of endpoint services, and for the Regions that can use them."""

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
from privatelink_constructs.rules.core import Fix, error, first_of
from privatelink_constructs.rules.regions import partition_shared

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from privatelink_constructs.rules.core import Problem


@error(
    "service-name-malformed",
    "The service name of an endpoint must be well formed.",
    why="AWS doesn't find a service with that name and rejects the endpoint.",
    fix=Fix.same(
        "use the name from the provider, such as "
        "com.amazonaws.vpce.eu-west-1.vpce-svc-0123456789abcdef0"
    ),
    url=core.CREATE_ENDPOINT,
)
def service_name_well_formed(name: str) -> Iterator[str]:
    """Find a name that is valid neither for an endpoint service nor for an AWS service.

    :param name: the name, a literal.
    """
    parsed = parse_service_name(name)
    if parsed is None and not is_aws_service_name(name):
        yield f"{name!r} is not a valid name of an endpoint service"
    if parsed is not None and parsed.partition is None:
        yield f"{name!r} doesn't contain a valid Region ({parsed.region!r})"


@error(
    "service-name-not-supported",
    "An InterfaceEndpoint must be for an endpoint service, not for an AWS service.",
    why=(
        "Endpoints for AWS services have policies and their own private DNS names, which "
        "AwsServiceEndpoints manages."
    ),
    fix=Fix(
        code=(
            "use AwsServiceEndpoints with AwsService.interface(...), or for Amazon S3 and DynamoDB "
            "with AwsService.gateway(...)"
        ),
        template="use a service name such as com.amazonaws.vpce.eu-west-1.vpce-svc-...",
    ),
    url="https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-access-aws-services.html",
)
def service_name_not_of_aws(name: str, *, of_aws: bool = False) -> Iterator[str]:
    """Find the name of an AWS service in place of an endpoint service's.

    :param name: the name.
    :param of_aws: whether it is known to be of an AWS service.
    """
    if of_aws or is_aws_service_name(name):
        yield f"{name!r} is an AWS service"


@error(
    "service-name-partition-mismatch",
    "The name of a service must begin with the prefix of its partition.",
    why="AWS doesn't find a service with that name and rejects the endpoint.",
    fix=Fix.same(
        "use the prefix com.amazonaws.vpce. In the China Regions, use cn.com.amazonaws.vpce. In "
        "the AWS European Sovereign Cloud, use eu.amazonaws.vpce"
    ),
    url=core.CREATE_ENDPOINT,
)
def service_name_prefixed(name: str) -> Iterator[str]:
    """Find the name of an endpoint service that begins as those of another partition do."""
    parsed = parse_service_name(name)
    found = parsed.partition if parsed else None
    expected = service_name_prefix(found.dns_suffix) if found else None
    if parsed and found and parsed.prefix != expected:
        yield f"{name!r} is in the partition {found.name}, where names begin with {expected}"


def valid_service_name(name: str, *, partition: str | None = None) -> Iterator[Problem]:
    """Check the name of an endpoint service, as providers publish them.

    :param name: the name, a literal.
    :param partition: the partition of the endpoint, None when it isn't known.
    """
    yield from first_of(
        service_name_not_of_aws(name), valid_any_service_name(name, partition=partition)
    )


def valid_any_service_name(name: str, *, partition: str | None = None) -> Iterator[Problem]:
    """Check the name of an endpoint service or of an AWS service.

    :param name: the name, a literal.
    :param partition: the partition of the endpoint, None when it isn't known.
    """
    yield from first_of(
        service_name_well_formed(name),
        service_name_prefixed(name),
        _in_partition(name, partition),
    )


def _in_partition(name: str, partition: str | None) -> Iterator[Problem]:
    parsed = parse_service_name(name)
    found = parsed.partition if parsed else None
    if found and partition:
        said = f"{name!r} is in {found.name}, but the endpoint is in {partition}"
        yield from partition_shared(found.name, partition, said=said)


@error(
    "service-region-mismatch",
    "The Region of a service must match the Region in its name.",
    why="AWS looks for the service in the Region that you specify and doesn't find it.",
    fix=Fix(
        code="use the Region of the service both in service_region and in the name",
        template="use the Region of the service both in ServiceRegion and in ServiceName",
    ),
    url=core.CREATE_ENDPOINT,
)
def service_region_matching(
    service: str | None, *, stated: str | None = None, actual: str | None = None
) -> Iterator[str]:
    """Find a Region that doesn't match a service's name; None for what isn't known.

    :param service: the Region in the name of the service.
    :param stated: the Region that is specified (``ServiceRegion``).
    :param actual: the Region that the service is in, if its own template shows it.
    """
    if service is None:
        return
    if actual is not None and actual != service:
        yield f"the service name contains {service!r}, but the service is in {actual}"
    elif stated is not None and stated != service:
        yield f"the service name contains {service}, but the specified Region is {stated!r}"


@error(
    "service-region-missing",
    "An endpoint to a service in another Region must specify that Region.",
    why="AWS looks for the service in the endpoint's own Region and doesn't find it.",
    fix=Fix(
        code="set service_region to the service's Region",
        template="set ServiceRegion to the service's Region",
    ),
    url=core.CREATE_ENDPOINT,
)
def service_region_present(
    service: str | None, *, endpoint: str | None, stated: str | None
) -> Iterator[str]:
    """Find a service in another Region that isn't specified; None for what isn't known.

    :param service: the Region that the service is in.
    :param endpoint: the Region that the endpoint is in.
    :param stated: the Region that is specified (``ServiceRegion``), None if it isn't.
    """
    if None not in (service, endpoint) and stated is None and endpoint != service:
        yield f"the service is in {service}, but the endpoint is in {endpoint}"


def valid_service_region(
    service: str | None, *, endpoint: str | None, stated: str | None
) -> Iterator[Problem]:
    """Check the Region that an endpoint specifies for its service.

    :param service: the Region that the service is in, as its name says; None when it isn't known.
    :param endpoint: the Region that the endpoint is in, None when it isn't known.
    :param stated: the Region that is specified (``ServiceRegion``), None if it isn't.
    """
    yield from service_region_matching(service, stated=stated)
    yield from service_region_present(service, endpoint=endpoint, stated=stated)
    if service is not None and endpoint is not None:
        said = f"the service is in {service}, but the endpoint is in {endpoint}"
        yield from partition_shared(_partition(service), _partition(endpoint), said=said)


def _partition(region: str) -> str | None:
    partition = partition_of(region)
    return partition.name if partition else None


@error(
    "endpoint-region-not-supported",
    "An endpoint must be in a Region that the service supports.",
    why="AWS rejects endpoints in other Regions.",
    fix=Fix(
        code=(
            "ask the provider to add the Region to supported_regions of the service, or use a "
            "supported Region"
        ),
        template=(
            "ask the provider to add the Region to SupportedRegions of the service, or use a "
            "supported Region"
        ),
    ),
    url=core.SHARE_SERVICE,
)
def endpoint_region_supported(
    endpoint: str | None, *, service: str | None, supported: Sequence[str]
) -> Iterator[str]:
    """Find an endpoint in a Region that a service can't be used from.

    :param endpoint: the Region that the endpoint is in, None when it isn't known.
    :param service: the Region that the service is in, None when it isn't known.
    :param supported: the further Regions that the service supports, literals only.
    """
    if endpoint is None or service is None or endpoint == service or endpoint in supported:
        return
    offered = ", ".join(sorted({service, *supported}))
    yield f"the service doesn't support the Region {endpoint!r}. It supports {offered}"
