"""The rules for the metrics of endpoint services and endpoints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.rules.core import Fix, error

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

METRICS = "https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-cloudwatch-metrics.html"
NETWORK_METRICS = (
    "https://docs.aws.amazon.com/elasticloadbalancing/latest/network/"
    "load-balancer-cloudwatch-metrics.html"
)
_NEVER = "There would never be a data point."


@error(
    "metric-dimensions-not-supported",
    "A metric must have a set of dimensions that AWS publishes.",
    why=f"CloudWatch finds a metric by its exact set of dimensions. {_NEVER}",
    fix=Fix(
        code="leave out availability_zone and load_balancer, or leave out vpc_endpoint_id",
        template="use a set of dimensions that AWS lists for the metric, with the spaces in their "
        "names",
    ),
    url=METRICS,
)
def dimensions_published(
    given: Collection[str], published: Sequence[Collection[str]], *, metric: str
) -> Iterator[str]:
    """Find a set of dimensions by which AWS doesn't publish a metric.

    :param given: the names of the dimensions, or of the arguments that they are chosen by.
    :param published: the sets that AWS publishes.
    :param metric: how the message should name the metric.
    """
    if {*given} not in [{*one} for one in published]:
        closest = min(published, key=lambda one: len(_folded(one) ^ _folded(given)))
        yield f"AWS has no {metric} {_by(given)}, but {_by(closest)}"


def _folded(names: Collection[str]) -> set[str]:
    """Return names as they are often misspelled: without their spaces."""
    return {name.replace(" ", "").lower() for name in names}


def _by(names: Collection[str]) -> str:
    return f"by {' and '.join(map(repr, sorted(names)))}" if names else "without dimensions"


@error(
    "metric-dimension-malformed",
    "The dimensions LoadBalancer and TargetGroup must be the end of an ARN.",
    why=f"CloudWatch compares the values of dimensions literally. {_NEVER}",
    fix=Fix(
        code="use load_balancer_full_name or target_group_full_name",
        template="use LoadBalancerFullName or TargetGroupFullName of Fn::GetAtt, such as "
        "net/payments/0123456789abcdef",
    ),
    url=NETWORK_METRICS,
)
def dimension_is_full_name(
    dimension: str, value: str | None, *, arn_of: str | None = None
) -> Iterator[str]:
    """Find an ARN, or a plain name, where CloudWatch has the end of an ARN.

    :param dimension: the name of the dimension.
    :param value: the literal text that the value begins with, None if it isn't known.
    :param arn_of: the logical ID of the resource if the value is its ARN, None otherwise.
    """
    start = {"LoadBalancer": "net/", "TargetGroup": "targetgroup/"}.get(dimension, "")
    if arn_of is not None:
        yield f"dimension {dimension} is the ARN of {arn_of}, but must begin with {start!r}"
    elif value is not None and not value.startswith(start):
        yield f"dimension {dimension} is {value!r}, but must begin with {start!r}"


@error(
    "metric-zone-mismatch",
    "The Availability Zone of a metric must be one of the service's.",
    why=_NEVER,
    fix=Fix(
        code="use one of service.availability_zones",
        template="use an Availability Zone of a load balancer of the service",
    ),
    url=METRICS,
)
def zone_of_service(zone: str, zones: Sequence[str]) -> Iterator[str]:
    """Find an Availability Zone that a service isn't in.

    :param zones: the names of those that it is in, empty if they aren't known.
    """
    if zones and zone not in zones:
        yield f"the service is not in availability_zone {zone!r}, but in {', '.join(sorted(zones))}"


@error(
    "metric-load-balancer-mismatch",
    "The load balancer of a metric must be one of the service's.",
    why=_NEVER,
    fix=Fix(
        code="use one of service.load_balancers",
        template="use the ARN of a load balancer of the service",
    ),
    url=METRICS,
)
def load_balancer_of_service(arn: str, arns: Sequence[str]) -> Iterator[str]:
    """Find a load balancer that a service doesn't have.

    :param arn: its ARN.
    :param arns: the ARNs of those that it has, empty if they aren't known.
    """
    if arns and arn not in arns:
        yield f"load_balancer {arn!r} is not a load balancer of the service"


@error(
    "metric-subnet-mismatch",
    "The subnet of a metric must be one of the endpoint's.",
    why=_NEVER,
    fix=Fix(
        code="use one of endpoint.subnet_ids",
        template="use the ID of a subnet of the endpoint",
    ),
    url=METRICS,
)
def subnet_of_endpoint(subnet_id: str | None, subnet_ids: Sequence[str]) -> Iterator[str]:
    """Find a subnet that an endpoint isn't in.

    :param subnet_id: the ID of the subnet, None if it isn't known.
    :param subnet_ids: the IDs of those that it is in, empty if one isn't known.
    """
    if subnet_id is not None and subnet_ids and subnet_id not in subnet_ids:
        yield f"the endpoint is not in subnet_id {subnet_id!r}, but in {', '.join(subnet_ids)}"


@error(
    "endpoint-metrics-undetermined",
    "An endpoint with metrics must have a known VPC and a known service.",
    why="CloudWatch finds the metrics of an endpoint only by all of its dimensions.",
    fix=Fix(
        code="specify service_name and vpc_id in InterfaceEndpoint."
        "from_interface_endpoint_attributes(...)",
        template="add the dimensions Service Name and VPC Id",
    ),
    url=METRICS,
)
def endpoint_known(*, service_name: str | None, vpc_id: str | None) -> Iterator[str]:
    """Find an endpoint of which not all dimensions are known.

    :param service_name: the name of its service, None if it isn't specified.
    :param vpc_id: the ID of its VPC, None if it isn't specified.
    """
    given = {"service_name": service_name, "vpc_id": vpc_id}
    missing = [name for name, value in given.items() if value is None]
    if missing:
        yield f"the imported endpoint doesn't specify {' and '.join(missing)}"


@error(
    "endpoint-metrics-not-supported",
    "An endpoint with metrics must be in the Region of its service.",
    why="AWS publishes no metrics for endpoints that connect to a service in another Region.",
    fix=Fix.same("use the metrics of the service, in its own Region"),
    url=METRICS,
)
def endpoint_in_region(region: str | None) -> Iterator[str]:
    """Find an endpoint that has no metrics.

    :param region: the Region of its service if it is another one, None otherwise.
    """
    if region is not None:
        yield f"the service is in {region}, and such an endpoint has no metrics"
