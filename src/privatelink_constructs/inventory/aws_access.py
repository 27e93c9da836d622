"""How the clients of a VPC reach AWS services: endpoints, and ways to the internet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.inventory.types import (
    CLOUD_WAN_VPC_ATTACHMENT,
    EGRESS_ONLY_INTERNET_GATEWAY,
    INTERNET_GATEWAY,
    NAT_GATEWAY,
    ROUTE,
    TRANSIT_GATEWAY_ATTACHMENT,
    TRANSIT_GATEWAY_VPC_ATTACHMENT,
    VPC,
    VPC_GATEWAY_ATTACHMENT,
    VPC_PEERING_CONNECTION,
)
from privatelink_constructs.inventory.vpc_endpoints import VpcEndpoints

if TYPE_CHECKING:
    from privatelink_constructs.cloudformation.model import Model
    from privatelink_constructs.cloudformation.resource import Resource, Value
    from privatelink_constructs.inventory.inventory import Inventory

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


def endpoints_in_vpc(inventory: Inventory, endpoint: Resource) -> list[Resource]:
    """Return the endpoints in the VPC of an endpoint, itself among them."""
    return _beside(inventory, endpoint).endpoints


def gateways_beside(inventory: Inventory, endpoint: Resource, service: str) -> list[Resource]:
    """Return the gateway endpoints of a service in the VPC of an endpoint."""
    return _beside(inventory, endpoint).gateways.get(service, [])


def has_gateway(inventory: Inventory, endpoint: Resource, service: str) -> bool | None:
    """Tell whether the VPC of an endpoint has a gateway endpoint, None if it can't be known.

    :param service: the service of the gateway endpoint.
    """
    if gateways_beside(inventory, endpoint, service):
        return True
    return False if sees_all_endpoints(inventory, endpoint) else None


def sees_all_endpoints(inventory: Inventory, endpoint: Resource) -> bool:
    """Tell whether all endpoints of the VPC of an endpoint are in the templates."""
    vpc = endpoint.get("VpcId").target(VPC)
    if vpc is None or not inventory.complete or inventory.handed_out(vpc):
        return False
    # An endpoint without a VPC that can be seen may be in this one.
    return None not in inventory.endpoints_by_vpc and not _beside(inventory, endpoint).hidden


def _beside(inventory: Inventory, endpoint: Resource) -> VpcEndpoints:
    key = endpoint.get("VpcId").key
    return VpcEndpoints() if key is None else inventory.endpoints_by_vpc[key]


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


def is_isolated(inventory: Inventory, endpoint: Resource) -> bool:
    """Tell whether clients in the VPC of an endpoint have endpoints only to reach AWS services."""
    return sees_all_endpoints(inventory, endpoint) and not inventory.of_type(*_WAYS_OUT)
