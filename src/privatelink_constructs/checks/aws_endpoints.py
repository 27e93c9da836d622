"""Checks of endpoints to AWS services: policies, Regions, zones, and what they need."""

from __future__ import annotations

import ipaddress
from collections import Counter
from contextlib import suppress
from typing import TYPE_CHECKING

from privatelink_constructs.checks.findings import found
from privatelink_constructs.facts.aws_service_companions import COMPANIONS
from privatelink_constructs.inventory.aws_access import endpoints_in_vpc, is_isolated
from privatelink_constructs.inventory.destinations import interface_endpoints
from privatelink_constructs.inventory.networks import zone_key
from privatelink_constructs.inventory.types import SUBNET
from privatelink_constructs.inventory.vpc_endpoints import service_of
from privatelink_constructs.rules import aws_endpoints as rules

if TYPE_CHECKING:
    from collections.abc import Iterator

    from privatelink_constructs.cloudformation.resource import Resource
    from privatelink_constructs.inventory.inventory import Inventory
    from privatelink_constructs.rules.core import Finding


def _of_aws(inventory: Inventory) -> Iterator[tuple[Resource, str]]:
    """Yield the interface endpoints to AWS services, each with the name of its service."""
    for endpoint in interface_endpoints(inventory):
        service = service_of(endpoint)
        if service is not None:
            yield endpoint, service


def check_policy_support(inventory: Inventory) -> Iterator[Finding]:
    """Check that services with policies support them."""
    for endpoint, service in _of_aws(inventory):
        value = endpoint.get("PolicyDocument")
        given = value.content not in (None, {}) and not value.parts
        yield from found(rules.policy_supported(service, given=given), value)


def check_home_regions(inventory: Inventory) -> Iterator[Finding]:
    """Check that global services have endpoints where AWS offers them."""
    for endpoint, service in _of_aws(inventory):
        elsewhere = endpoint.get("ServiceRegion")
        region = endpoint.template.region if elsewhere.absent else elsewhere.text
        problems = rules.service_at_home(service, region)
        yield from found(problems, endpoint.get("ServiceName"))


def check_service_zones(inventory: Inventory) -> Iterator[Finding]:
    """Check that an endpoint isn't in more zones than its service."""
    for endpoint, service in _of_aws(inventory):
        value = endpoint.get("SubnetIds")
        zones = {zone_key(item) for item in value.each()}
        problems = rules.zones_of_aws_service(
            service, region=endpoint.template.region, zones=len(zones - {None})
        )
        yield from found(problems, value)


def check_companions(inventory: Inventory) -> Iterator[Finding]:
    """Check that the services of a VPC without internet access have what they need."""
    for endpoint, service in _of_aws(inventory):
        if service not in COMPANIONS:
            continue
        beside = {service_of(it) or "" for it in endpoints_in_vpc(inventory, endpoint)}
        problems = list(rules.companions_present(service, beside))
        if problems and is_isolated(inventory, endpoint):
            yield from found(problems, endpoint.get("ServiceName"))


def check_subnet_sizes(inventory: Inventory) -> Iterator[Finding]:
    """Check that the endpoints leave addresses of their subnets to others."""
    counts = Counter(
        subnet
        for endpoint in interface_endpoints(inventory)
        if endpoint.exists
        for subnet in dict.fromkeys(it.target(SUBNET) for it in endpoint.get("SubnetIds").each())
        if subnet is not None
    )
    for subnet, count in counts.items():
        value = subnet.get("CidrBlock")
        problems = rules.subnet_large_enough(
            subnet.logical_id, prefix=_prefix(value.text), endpoints=count
        )
        yield from found(problems, value)


def _prefix(cidr: str | None) -> int | None:
    with suppress(ValueError):
        return ipaddress.IPv4Network(cidr or "", strict=False).prefixlen
    return None


CHECKS = (
    check_companions,
    check_home_regions,
    check_policy_support,
    check_service_zones,
    check_subnet_sizes,
)
