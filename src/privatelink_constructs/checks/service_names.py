"""Checks of the names of services, and of their Regions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.checks.findings import found
from privatelink_constructs.facts.partitions import is_region_form
from privatelink_constructs.inventory.destinations import destination_of
from privatelink_constructs.inventory.types import (
    ENDPOINT,
)
from privatelink_constructs.rules import service_names as rules
from privatelink_constructs.rules.aws_service_names import (
    aws_service_in_region,
    valid_aws_service_name,
)
from privatelink_constructs.rules.regions import valid_region

if TYPE_CHECKING:
    from collections.abc import Iterator

    from privatelink_constructs.cloudformation.resource import Resource
    from privatelink_constructs.inventory.destinations import Destination
    from privatelink_constructs.inventory.inventory import Inventory
    from privatelink_constructs.rules.core import Finding


_NAMED = frozenset({None, "Gateway", "GatewayLoadBalancer", "Interface"})


def check_service_names(inventory: Inventory) -> Iterator[Finding]:
    """Check that an endpoint's service has a name that services have."""
    for endpoint in _endpoints_with_service(inventory):
        value = endpoint.get("ServiceName")
        destination = destination_of(endpoint)
        name = destination.name
        partition = endpoint.template.partition
        if name is not None:
            problems = rules.valid_any_service_name(
                name, partition=partition.name if partition else None
            )
            yield from found(problems, value)
        elif destination.sample is not None:
            # A plausible Region says nothing of the real one's partition.
            yield from found(rules.service_name_well_formed(destination.sample), value)
        if destination.aws is not None:
            problems = valid_aws_service_name(destination.aws, prefix=destination.prefix)
            yield from found(problems, value)


def _endpoints_with_service(inventory: Inventory) -> list[Resource]:
    return [
        endpoint
        for endpoint in inventory.of_type(ENDPOINT)
        if not endpoint.get("ServiceName").absent and endpoint.get("VpcEndpointType").text in _NAMED
    ]


def check_service_regions(inventory: Inventory) -> Iterator[Finding]:
    """Check that an endpoint states the Region of a service elsewhere, and may be in its own."""
    for endpoint in _endpoints_with_service(inventory):
        destination = destination_of(endpoint)
        stated = endpoint.get("ServiceRegion")
        service = destination.service
        name = endpoint.get("ServiceName")
        own = service.template.region if service else None
        if stated.text is not None:
            yield from found(valid_region(stated.text), stated)
        if destination.region is not None:
            yield from found(valid_region(destination.region), name)
        other = list(found(rules.service_region_matching(destination.region, actual=own), name))
        yield from other
        if not other and is_region_form(destination.region or "") and not stated.unknown:
            yield from _other_region(endpoint, destination)
        if service:
            yield from _supported(endpoint, service)


def _other_region(endpoint: Resource, destination: Destination) -> Iterator[Finding]:
    """Check the Region that a name contains for certain."""
    stated, region, own = (
        endpoint.get("ServiceRegion"),
        destination.region,
        endpoint.template.region,
    )
    if destination.aws is None:
        problems = rules.valid_service_region(region, endpoint=own, stated=stated.text)
        yield from found(problems, stated)
    else:
        problems = aws_service_in_region(region, endpoint=own, stated=stated.text)
        yield from found(problems, endpoint.get("ServiceName"))
        yield from found(rules.service_region_matching(region, stated=stated.text), stated)


def _supported(endpoint: Resource, service: Resource) -> Iterator[Finding]:
    values = service.get("SupportedRegions").items()
    regions = [value.text for value in values or []]
    if values is not None and None not in regions:
        problems = rules.endpoint_region_supported(
            endpoint.template.region,
            service=service.template.region,
            supported=[region for region in regions if region],
        )
        yield from found(problems, endpoint.get("ServiceName"))


CHECKS = (
    check_service_names,
    check_service_regions,
)
