"""Checks of the zones of subnets that load balancers and endpoints are in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.checks.findings import found
from privatelink_constructs.facts.zone_names import kind_of_zone
from privatelink_constructs.inventory.destinations import interface_endpoints
from privatelink_constructs.inventory.networks import subnets_of, zone_texts
from privatelink_constructs.inventory.types import SUBNET, VPC
from privatelink_constructs.rules import zone_support as rules
from privatelink_constructs.rules.contracts import zone_ids_valid
from privatelink_constructs.rules.regions import vpc_in_region

if TYPE_CHECKING:
    from collections.abc import Iterator

    from privatelink_constructs.cloudformation.resource import Resource, Value
    from privatelink_constructs.inventory.inventory import Inventory
    from privatelink_constructs.rules.core import Finding


def check_names(inventory: Inventory) -> Iterator[Finding]:
    """Check that a subnet names its zone as AWS does."""
    used = [
        *(it for each in interface_endpoints(inventory) for it in _subnets(each)),
        *(it for each in inventory.network_load_balancers for it in subnets_of(each) or []),
    ]
    for subnet in dict.fromkeys(value.target(SUBNET) for value in used):
        if subnet is not None:
            name, zone_id = subnet.get("AvailabilityZone"), subnet.get("AvailabilityZoneId")
            yield from found(rules.zone_names_valid(_written(name)), name)
            yield from found(zone_ids_valid(_written(zone_id)), zone_id)


def _subnets(endpoint: Resource) -> list[Value]:
    return endpoint.get("SubnetIds").each()


def _written(value: Value) -> list[str]:
    """Return a zone as it is written, nothing for a kind of zone that has a rule of its own."""
    return [] if value.text is None or kind_of_zone(value.text) else [value.text]


def check_endpoint_zones(inventory: Inventory) -> Iterator[Finding]:
    """Check that the zones of an endpoint are in its Region."""
    for endpoint in interface_endpoints(inventory):
        for subnet in _subnets(endpoint):
            zones = zone_texts(subnet)
            yield from found(rules.zones_in_region(zones, endpoint.template.region), subnet)


def check_regions(inventory: Inventory) -> Iterator[Finding]:
    """Check that endpoints and load balancers are in the Region of their VPC."""
    for endpoint in interface_endpoints(inventory):
        yield from _in_region(endpoint, endpoint.get("VpcId"), VPC, "endpoint")
    for load_balancer in inventory.network_load_balancers:
        for subnet in subnets_of(load_balancer) or []:
            yield from _in_region(load_balancer, subnet, SUBNET, "load balancer")


def _in_region(resource: Resource, value: Value, kind: str, holder: str) -> Iterator[Finding]:
    region, place = resource.template.region, value.target(kind)
    if region is not None and place is not None:
        problems = vpc_in_region(place.template.region, region=region, holder=holder)
        yield from found(problems, value)


CHECKS = (
    check_endpoint_zones,
    check_names,
    check_regions,
)
