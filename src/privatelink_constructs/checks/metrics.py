"""Checks of the metrics that alarms watch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.checks.findings import found
from privatelink_constructs.facts import metric_tables as tables
from privatelink_constructs.inventory.networks import (
    is_literal_zone,
    subnets_of,
    zone_texts,
    zones_apart,
)
from privatelink_constructs.inventory.types import (
    ENDPOINT,
    LOAD_BALANCER,
    SERVICE,
    SUBNET,
    TARGET_GROUP,
)
from privatelink_constructs.inventory.watched_metrics import watched_metrics
from privatelink_constructs.rules import metrics as rules

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from privatelink_constructs.cloudformation.resource import Value
    from privatelink_constructs.inventory.inventory import Inventory
    from privatelink_constructs.rules.core import Finding, Problem

_FULL_NAMES = {"LoadBalancer": LOAD_BALANCER, "TargetGroup": TARGET_GROUP}


def check_dimensions(inventory: Inventory) -> Iterator[Finding]:
    """Check that AWS publishes each metric by its dimensions."""
    for watched in watched_metrics(inventory):
        problems = rules.dimensions_published(
            watched.dimensions, watched.published, metric=f"{watched.name} in {watched.namespace}"
        )
        yield from found(problems, watched.place)


def check_full_names(inventory: Inventory) -> Iterator[Finding]:
    """Check that dimensions name load balancers and target groups as CloudWatch does."""
    for watched in watched_metrics(inventory):
        for name, value in watched.dimensions.items():
            if watched.namespace == tables.LOAD_BALANCERS and name in _FULL_NAMES:
                resource = value.target(_FULL_NAMES[name])
                arn_of = None if resource is None else resource.logical_id
                problems = rules.dimension_is_full_name(name, _beginning(value), arn_of=arn_of)
                yield from found(problems, value)


def _beginning(value: Value) -> str | None:
    """Return the literal text that a value begins with, None if it begins with a gap."""
    first = next(iter(value.parts), value.text)
    return first if isinstance(first, str) else None


def check_services(inventory: Inventory) -> Iterator[Finding]:
    """Check that a service is in the zone, and has the load balancer, that a metric names."""
    for watched in watched_metrics(inventory):
        value = watched.dimensions.get(tables.SERVICE_ID)
        service = None if value is None else value.target(SERVICE)
        if service is not None:
            among = service.get("NetworkLoadBalancerArns")
            yield from _zone(among, watched.dimensions.get(tables.ZONE))
            balancer = watched.dimensions.get(tables.LOAD_BALANCER_ARN)
            yield from _outside(rules.load_balancer_of_service, balancer, among, LOAD_BALANCER)


def _zone(load_balancers: Value, zone: Value | None) -> Iterator[Finding]:
    name = None if zone is None else zone.text
    if zone is not None and name is not None and is_literal_zone(name):
        zones = _zones_of(load_balancers)
        if all(zones_apart(one, name) for one in zones):
            yield from found(rules.zone_of_service(name, zones), zone)


def _zones_of(load_balancers: Value) -> list[str]:
    """Return the zones of load balancers as they are written, none if one isn't known."""
    zones: list[str] = []
    for value in load_balancers.each():
        load_balancer = value.target(LOAD_BALANCER)
        subnets = None if load_balancer is None else subnets_of(load_balancer)
        texts = [zone_texts(subnet)[:1] for subnet in subnets or []]
        if not texts or [] in texts:
            return []
        zones += [text for one in texts for text in one]
    return list(dict.fromkeys(zones))


def check_endpoints(inventory: Inventory) -> Iterator[Finding]:
    """Check that an endpoint has metrics, and is in the subnet that a metric names."""
    for watched in watched_metrics(inventory):
        value = watched.dimensions.get(tables.VPC_ENDPOINT_ID)
        endpoint = None if value is None else value.target(ENDPOINT)
        if value is not None and endpoint is not None and watched.namespace == tables.ENDPOINTS:
            region, ours = endpoint.get("ServiceRegion").text, endpoint.template.region
            other = region if ours is not None and region != ours else None
            yield from found(rules.endpoint_in_region(other), value)
            subnet = watched.dimensions.get(tables.SUBNET_ID)
            among = endpoint.get("SubnetIds")
            yield from _outside(rules.subnet_of_endpoint, subnet, among, SUBNET)


def _outside(
    rule: Callable[[str, Sequence[str]], Iterator[Problem]],
    value: Value | None,
    among: Value,
    kind: str,
) -> Iterator[Finding]:
    """Find a resource that isn't among others of its type, as far as all of them are known."""
    ours = None if value is None else value.target(kind)
    theirs = [item.target(kind) for item in among.each()]
    names = [one.logical_id for one in theirs if one is not None]
    if value is not None and ours is not None and ours not in theirs:
        yield from found(rule(ours.logical_id, names if len(names) == len(theirs) else []), value)


CHECKS = (check_dimensions, check_endpoints, check_full_names, check_services)
