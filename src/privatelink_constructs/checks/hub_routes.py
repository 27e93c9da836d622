"""Checks of the way between a hub and its spokes: routes, and what the endpoints allow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.checks.findings import found
from privatelink_constructs.facts.address_space import network_of
from privatelink_constructs.inventory.hubs import connections, members_of
from privatelink_constructs.inventory.networks import rules_of_groups
from privatelink_constructs.inventory.types import ENDPOINT, ROUTE, ROUTE_TABLE, VPC
from privatelink_constructs.rules import hub_spokes as rules

if TYPE_CHECKING:
    from collections.abc import Iterator

    from privatelink_constructs.cloudformation.resource import Resource, Value
    from privatelink_constructs.inventory.inventory import Inventory
    from privatelink_constructs.rules.core import Finding

_WAYS = ("VpcPeeringConnectionId", "TransitGatewayId", "CoreNetworkArn", "NetworkInterfaceId")
"""What a route to another VPC goes through."""
_DESTINATIONS = ("DestinationCidrBlock", "DestinationPrefixListId", "DestinationIpv6CidrBlock")


def check_routes(inventory: Inventory) -> Iterator[Finding]:
    """Check that a spoke has a route to its hub, and the hub one back."""
    pairs: dict[tuple[Resource, Resource], Value] = {}
    for connection in connections(inventory):
        spoke, profile = connection.vpc.target(VPC), connection.profile
        for hub in _hubs(inventory, profile) if profile is not None else ():
            if spoke is not None and hub is not spoke:
                pairs.setdefault((hub, spoke), connection.vpc)
    for (hub, spoke), value in pairs.items():
        ours, theirs = hub.get("CidrBlock").text, spoke.get("CidrBlock").text
        yield from found(rules.hub_cidr_apart(ours, theirs), value)
        for source, destination in ((spoke, ours), (hub, theirs)):
            if destination is not None:
                routed = _may_be_routed(inventory, source, destination)
                problems = rules.hub_routed(
                    source=source.logical_id, destination=destination, routed=routed
                )
                yield from found(problems, value)


def check_clients(inventory: Inventory) -> Iterator[Finding]:
    """Check that the endpoints of a hub allow the addresses of a spoke."""
    for connection in connections(inventory):
        spoke, profile = connection.vpc.target(VPC), connection.profile
        if spoke is not None and profile is not None:
            members = [it for it, _ in members_of(inventory, profile) if it.type == ENDPOINT]
            # A VPC routes its own addresses to its endpoints in any case.
            apart = [it for it in members if it.get("VpcId").target() is not spoke]
            cidr = spoke.get("CidrBlock").text
            for clients in dict.fromkeys(_clients(inventory, endpoint) for endpoint in apart):
                yield from found(rules.spoke_among_clients(cidr, clients), connection.vpc)


def _clients(inventory: Inventory, endpoint: Resource) -> tuple[str, ...]:
    """Return the CIDR blocks that an endpoint allows, none when one of its clients isn't known."""
    opened = rules_of_groups(inventory, endpoint.get("SecurityGroupIds")) or []
    cidrs = [rule.cidr for rule in opened]
    return () if None in cidrs else tuple(dict.fromkeys(it for it in cidrs if it))


def _hubs(inventory: Inventory, profile: Resource) -> list[Resource]:
    """Return the VPCs of the endpoints in a Profile."""
    endpoints = [it for it, _ in members_of(inventory, profile) if it.type == ENDPOINT]
    vpcs = [endpoint.get("VpcId").target(VPC) for endpoint in endpoints]
    return [vpc for vpc in dict.fromkeys(vpcs) if vpc is not None]


def _may_be_routed(inventory: Inventory, vpc: Resource, destination: str) -> bool:
    """Tell whether a VPC has a route to a CIDR block, or may have one that can't be seen."""
    tables = [
        value.resource
        for value in inventory.referrers(vpc, ROUTE_TABLE)
        if value.path == "Properties.VpcId"
    ]
    hidden = not inventory.complete or not tables or any(map(inventory.handed_out, tables))
    if hidden or inventory.handed_out(vpc):
        return True
    routes = [
        value.resource
        for table in tables
        for value in inventory.referrers(table, ROUTE)
        if any(not value.resource.get(way).absent for way in _WAYS)
    ]
    return any(_leads_to(route, destination) for route in routes)


def _leads_to(route: Resource, destination: str) -> bool:
    target = network_of(destination)
    texts = [route.get(name) for name in _DESTINATIONS]
    ranges = [network_of(value.text) for value in texts if not value.absent]
    # What isn't a literal CIDR block may be the right one.
    return target is None or any(it is None or rules.overlaps(it, target) for it in ranges)


CHECKS = (check_clients, check_routes)
