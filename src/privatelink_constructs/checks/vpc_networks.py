"""Checks of VPCs, subnets, and routes."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from privatelink_constructs.checks.findings import found
from privatelink_constructs.cloudformation.resource import earlier
from privatelink_constructs.inventory.types import (
    ENDPOINT,
    ROUTE,
    SUBNET,
    SUBNET_ROUTE_TABLE_ASSOCIATION,
    VPC,
    VPC_CIDR_BLOCK,
    VPC_PEERING_CONNECTION,
)
from privatelink_constructs.rules import vpc_networks as rules

if TYPE_CHECKING:
    from collections.abc import Iterator

    from privatelink_constructs.cloudformation.resource import Resource, Value
    from privatelink_constructs.inventory.inventory import Inventory
    from privatelink_constructs.rules.core import Finding

_DESTINATIONS = ("DestinationCidrBlock", "DestinationIpv6CidrBlock", "DestinationPrefixListId")


def check_sizes(inventory: Inventory) -> Iterator[Finding]:
    """Check the sizes of VPCs and subnets."""
    for resource in inventory.of_type(VPC, SUBNET):
        value = resource.get("CidrBlock")
        yield from found(rules.vpc_cidr_in_range(value.text), value)


def check_subnets(inventory: Inventory) -> Iterator[Finding]:
    """Check that subnets are in their VPC, and don't overlap."""
    by_vpc: dict[str, list[tuple[rules.IpNetwork, Resource]]] = defaultdict(list)
    cidrs: dict[Resource, list[str | None]] = {}
    for subnet in inventory.of_type(SUBNET):
        value, vpc = subnet.get("CidrBlock"), subnet.get("VpcId")
        resource, network = vpc.target(VPC), rules.as_network(value.text)
        if network and resource:
            if resource not in cidrs:
                cidrs[resource] = cidrs_of(inventory, resource)
            yield from found(rules.subnet_cidr_in_vpc(value.text, cidrs[resource]), value)
        if network and vpc.key is not None:
            by_vpc[vpc.key].append((network, subnet))
    for subnets in by_vpc.values():
        yield from _overlapping(subnets)


def _overlapping(subnets: list[tuple[rules.IpNetwork, Resource]]) -> Iterator[Finding]:
    """Find subnets within others. The larger ones come first, so that a look-up finds them."""
    seen: dict[rules.IpNetwork, list[Resource]] = {}
    lengths: set[int] = set()
    for network, subnet in sorted(subnets, key=lambda it: it[0].prefixlen):
        lengths.add(network.prefixlen)
        value = subnet.get("CidrBlock")
        for length in sorted(lengths):
            around = seen.get(network.supernet(new_prefix=length), [])
            other = next((it for it in around if it.together_with(subnet)), None)
            taken = [(other.logical_id, other.get("CidrBlock").text)] if other else []
            yield from found(rules.subnet_cidr_free(value.text, taken), value)
        seen.setdefault(network, []).append(subnet)


def cidrs_of(inventory: Inventory, vpc: Resource) -> list[str | None]:
    """Return the CIDR blocks of a VPC, with None among them when not all are known."""
    if not inventory.complete or inventory.handed_out(vpc):
        return [None]
    further = inventory.referrers(vpc, VPC_CIDR_BLOCK)
    return [vpc.get("CidrBlock").text, *(it.resource.get("CidrBlock").text for it in further)]


def check_routes(inventory: Inventory) -> Iterator[Finding]:
    """Check that a destination has one route, and which endpoints routes lead to."""
    seen: dict[tuple[str, str], list[Resource]] = {}
    for route in inventory.of_type(ROUTE):
        table = route.get("RouteTableId").key
        for value in map(route.get, _DESTINATIONS):
            if table is not None and value.key is not None:
                yield from _once(seen, (table, _destination(value)), value)
        value = route.get("VpcEndpointId")
        endpoint = value.target(ENDPOINT)
        if endpoint:
            kind = endpoint.get("VpcEndpointType")
            text = "Gateway" if kind.absent else kind.text
            name = endpoint.logical_id
            yield from found(rules.route_to_gateway_load_balancer(name, text), value)


def _destination(value: Value) -> str:
    network = rules.as_network(value.text)
    return str(network) if network else str(value.key)


def _once(
    seen: dict[tuple[str, str], list[Resource]], key: tuple[str, str], value: Value
) -> Iterator[Finding]:
    other = earlier(seen, key, value.resource)
    shown = value.text or "the same destination"
    yield from found(rules.route_defined_once(shown, other.logical_id if other else None), value)


def check_associations(inventory: Inventory) -> Iterator[Finding]:
    """Check that a subnet has one route table."""
    seen: dict[str, list[Resource]] = {}
    for association in inventory.of_type(SUBNET_ROUTE_TABLE_ASSOCIATION):
        value = association.get("SubnetId")
        other = earlier(seen, value.key, association) if value.key is not None else None
        subnet = value.target(SUBNET)
        name = subnet.logical_id if subnet else value.text or "the subnet"
        yield from found(
            rules.subnet_in_one_table(name, other.logical_id if other else None), value
        )


def check_peering(inventory: Inventory) -> Iterator[Finding]:
    """Check that peered VPCs have different addresses."""
    for connection in inventory.of_type(VPC_PEERING_CONNECTION):
        ours, value = connection.get("VpcId"), connection.get("PeerVpcId")
        same = ours.key is not None and ours.key == value.key
        cidrs = [
            it.get("CidrBlock").text if it else None for it in (ours.target(VPC), value.target(VPC))
        ]
        yield from found(rules.peering_apart(*cidrs, same=same), value)


CHECKS = (
    check_associations,
    check_peering,
    check_routes,
    check_sizes,
    check_subnets,
)
