"""How the clients of a VPC reach AWS services: endpoints, and ways to the internet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.facts.aws_service_endpoints import without_region
from privatelink_constructs.inventory.destinations import destination_of
from privatelink_constructs.inventory.types import (
    CLOUD_WAN_VPC_ATTACHMENT,
    EGRESS_ONLY_INTERNET_GATEWAY,
    ENDPOINT,
    INTERNET_GATEWAY,
    NAT_GATEWAY,
    ROUTE,
    TRANSIT_GATEWAY_ATTACHMENT,
    TRANSIT_GATEWAY_VPC_ATTACHMENT,
    VPC,
    VPC_GATEWAY_ATTACHMENT,
    VPC_PEERING_CONNECTION,
)

if TYPE_CHECKING:
    from privatelink_constructs.cloudformation.model import Model
    from privatelink_constructs.cloudformation.resource import Resource, Value

_WAYS_OUT = (
    EGRESS_ONLY_INTERNET_GATEWAY,
    INTERNET_GATEWAY,
    NAT_GATEWAY,
    ROUTE,
    VPC_GATEWAY_ATTACHMENT,
    CLOUD_WAN_VPC_ATTACHMENT,
    TRANSIT_GATEWAY_ATTACHMENT,
    TRANSIT_GATEWAY_VPC_ATTACHMENT,
    VPC_PEERING_CONNECTION,
)
"""With any of these in the templates, a VPC may have a way to AWS services without endpoints."""


def service_of(endpoint: Resource) -> str | None:
    """Return the name of the AWS service of an endpoint, None for others or if it isn't known."""
    name = destination_of(endpoint).aws
    return None if name is None else without_region(name, None) or name


def is_gateway(endpoint: Resource) -> bool:
    """Tell whether an endpoint is certain to be a gateway endpoint."""
    kind = endpoint.get("VpcEndpointType")
    return kind.absent or kind.text == "Gateway"


def endpoints_in_vpc(model: Model, endpoint: Resource) -> list[Resource]:
    """Return the endpoints in the VPC of an endpoint, itself among them."""
    key = endpoint.get("VpcId").key
    return [it for it in model.of_type(ENDPOINT) if key is not None and it.get("VpcId").key == key]


def gateways_beside(model: Model, endpoint: Resource, service: str) -> list[Resource]:
    """Return the gateway endpoints of a service in the VPC of an endpoint."""
    beside = endpoints_in_vpc(model, endpoint)
    return [it for it in beside if is_gateway(it) and service_of(it) == service]


def has_gateway(model: Model, endpoint: Resource, service: str) -> bool | None:
    """Tell whether the VPC of an endpoint has a gateway endpoint, None if it can't be known.

    :param service: the service of the gateway endpoint.
    """
    if gateways_beside(model, endpoint, service):
        return True
    return False if sees_all_endpoints(model, endpoint) else None


def sees_all_endpoints(model: Model, endpoint: Resource) -> bool:
    """Tell whether all endpoints of the VPC of an endpoint are in the templates."""
    value = endpoint.get("VpcId")
    vpc = value.target(VPC)
    if vpc is None or not model.complete or model.handed_out(vpc):
        return False
    return not any(_may_be_any(it, value) for it in model.of_type(ENDPOINT))


def _may_be_any(endpoint: Resource, vpc: Value) -> bool:
    """Tell whether an endpoint may be in a VPC without being seen, or be for any service there."""
    key, destination = endpoint.get("VpcId").key, destination_of(endpoint)
    hidden = not destination.custom and destination.aws is None
    return key is None or (key == vpc.key and hidden)


def is_public(model: Model, route_table: Resource) -> bool | None:
    """Tell whether a route table leads to an internet gateway, None if it can't be known."""
    routes = [value.resource for value in model.referrers(route_table, ROUTE)]
    gateways = [route.get("GatewayId") for route in routes]
    if any(_is_internet_gateway(value) for value in gateways):
        return True
    hidden = not model.complete or model.handed_out(route_table)
    unknown = any(value.unknown and value.target() is None for value in gateways)
    return None if hidden or unknown else False


def _is_internet_gateway(value: Value) -> bool:
    return value.target(INTERNET_GATEWAY) is not None or (value.text or "").startswith("igw-")


def is_isolated(model: Model, endpoint: Resource) -> bool:
    """Tell whether clients in the VPC of an endpoint have endpoints only to reach AWS services."""
    return sees_all_endpoints(model, endpoint) and not model.of_type(*_WAYS_OUT)
