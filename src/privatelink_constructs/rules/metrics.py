"""What metrics of endpoint services and endpoints there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.rules.core import Fix, error

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

METRICS = "https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-cloudwatch-metrics.html"
_NEVER = "There would never be a data point."


@error(
    "metric-dimensions-not-supported",
    "A metric must have a set of dimensions that AWS publishes.",
    why=f"CloudWatch finds a metric by its exact set of dimensions. {_NEVER}",
    fix=Fix(
        code="leave out availability_zone and load_balancer, or leave out vpc_endpoint_id",
        template="use the dimensions that the page of the metric lists, with spaces in their names",
    ),
    url=METRICS,
)
def service_part_measured(parts: Sequence[str]) -> Iterator[str]:
    """Find a part of an endpoint service that AWS doesn't measure.

    :param parts: what the part is chosen by.
    """
    if "vpc_endpoint_id" in parts and len(parts) > 1:
        others = " and ".join(sorted({*parts} - {"vpc_endpoint_id"}))
        yield f"AWS has no metrics by vpc_endpoint_id together with {others}"


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

    :param service_name: the name of its service, None if nobody specified it.
    :param vpc_id: the ID of its VPC, None if nobody specified it.
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
