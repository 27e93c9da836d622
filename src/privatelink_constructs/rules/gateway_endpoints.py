"""The rules for gateway endpoints, and for interface endpoints that need a gateway endpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.rules.core import Fix, error, warning

if TYPE_CHECKING:
    from collections.abc import Iterator

_GATEWAY = "https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html"
_S3 = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/privatelink-interface-endpoints.html"
_OPTION = "PrivateDnsOnlyForInboundResolverEndpoint"


@warning(
    "endpoint-route-table-missing",
    "A gateway endpoint should be in a route table.",
    why="Without a route table, AWS creates no route, so no traffic uses the endpoint.",
    fix=Fix(
        code="pass the subnets whose route tables get the route",
        template="list the route tables of the clients' subnets in RouteTableIds",
    ),
    url=_GATEWAY,
)
def route_table_present(route_tables: int | None) -> Iterator[str]:
    """Find a gateway endpoint without a route table; None when their number isn't known."""
    if route_tables == 0:
        yield "the gateway endpoint has no route table"


@error(
    "gateway-endpoint-duplicate",
    "A route table must be in only one gateway endpoint per service.",
    why=(
        "A route table can have only one route to the addresses of a service, so AWS rejects the "
        "second endpoint: RouteAlreadyExists."
    ),
    fix=Fix(
        code="use the gateway endpoint that is there, or select subnets with other route tables, "
        "for example with AwsService.gateway(..., subnets=...)",
        template="remove one of the endpoints, or list other route tables in RouteTableIds",
    ),
    url=_GATEWAY,
)
def gateway_endpoint_distinct(service: str, other: str | None) -> Iterator[str]:
    """Find a gateway endpoint with a route table of another one.

    :param service: the service of both, such as ``s3``.
    :param other: the other endpoint, None if there is none.
    """
    if other is not None:
        yield f"{other} is a gateway endpoint for {service!r} in the same route table"


@warning(
    "s3-gateway-endpoint-missing",
    "A VPC with an interface endpoint for S3 that uses private DNS should have a gateway endpoint.",
    why=(
        "The private DNS of Amazon S3 is for on-premises clients. AWS can reject it in a VPC "
        "without a gateway endpoint for Amazon S3."
    ),
    fix=Fix(
        code="add a gateway endpoint for S3 to the VPC",
        template=(
            f"add a gateway endpoint for S3 to the VPC, or set DnsOptions.{_OPTION} to AllResolvers"
        ),
    ),
    url=_S3,
)
def s3_gateway_present(*, present: bool | None) -> Iterator[str]:
    """Find private DNS of S3 without a gateway endpoint, where nothing says for which resolvers.

    :param present: whether the VPC has a gateway endpoint for S3, None when it isn't known.
    """
    if present is False:
        yield "the VPC has no gateway endpoint for S3"


@error(
    "inbound-resolver-gateway-endpoint-missing",
    "An endpoint with private DNS for inbound Resolver endpoints only must have a gateway "
    "endpoint in its VPC.",
    why="AWS rejects the endpoint, because clients in the VPC couldn't connect to the service.",
    fix=Fix(
        code="add a gateway endpoint for the service to the VPC",
        template=(
            "add a gateway endpoint for the service to the VPC, or set "
            f"DnsOptions.{_OPTION} to AllResolvers"
        ),
    ),
    url=_S3,
)
def inbound_resolver_gateway_present(*, present: bool | None) -> Iterator[str]:
    """Find private DNS for on-premises clients only, without a gateway endpoint for the others.

    :param present: whether the VPC has a gateway endpoint, None when it isn't known.
    """
    if present is False:
        yield f"{_OPTION} is OnlyInboundResolver, but the VPC has no gateway endpoint"


@error(
    "inbound-resolver-option-not-supported",
    "An endpoint with private DNS for inbound Resolver endpoints only must be for a service with "
    "gateway endpoints.",
    why="AWS rejects it for other services, because clients in the VPC couldn't connect to them.",
    fix=Fix(
        code="omit the option",
        template=f"remove DnsOptions.{_OPTION}, or set it to AllResolvers",
    ),
    url=_S3,
)
def inbound_resolver_supported(*, service: str, gateway: bool | None) -> Iterator[str]:
    """Find private DNS for on-premises clients only, of a service without gateway endpoints.

    :param service: how the message should name the service.
    :param gateway: whether the service has gateway endpoints, None when it isn't known.
    """
    if gateway is False:
        yield f"{_OPTION} is OnlyInboundResolver, but {service} has no gateway endpoints"


@warning(
    "gateway-endpoint-dependency-missing",
    "An interface endpoint that needs a gateway endpoint should be created after it.",
    why="AWS rejects the interface endpoint if the gateway endpoint doesn't exist yet.",
    fix=Fix(
        code="add a dependency on the gateway endpoint",
        template="list the gateway endpoint in DependsOn of the interface endpoint",
    ),
    url=_S3,
)
def gateway_created_first(gateway: str | None) -> Iterator[str]:
    """Find an interface endpoint that may be created before its gateway endpoint.

    :param gateway: the gateway endpoint that it doesn't depend on, None for none.
    """
    if gateway is not None:
        yield f"the interface endpoint doesn't depend on the gateway endpoint {gateway}"
