"""Checks of endpoint services in a live account: they are there, available, and permit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.checks.findings import found
from privatelink_constructs.inventory.inventory import kind_of
from privatelink_constructs.inventory.states import state_of, texts_of, with_state
from privatelink_constructs.inventory.types import (
    ENDPOINT,
    LOAD_BALANCER,
    PERMISSIONS,
    SERVICE,
    SUBNET,
)
from privatelink_constructs.rules import live_services as rules
from privatelink_constructs.rules.endpoint_zones import zones_in_common
from privatelink_constructs.rules.live_targets import load_balancer_active, port_listened
from privatelink_constructs.rules.service_names import endpoint_region_supported

if TYPE_CHECKING:
    from collections.abc import Iterator

    from privatelink_constructs.cloudformation.resource import Resource, Value
    from privatelink_constructs.inventory.inventory import Inventory
    from privatelink_constructs.rules.core import Finding


def check_services(inventory: Inventory) -> Iterator[Finding]:
    """Check that services are there and available, for the Region of the consumer, too."""
    for service, state in with_state(inventory, SERVICE):
        value = state.get("ErrorCode")
        yield from found(rules.service_there(service.logical_id, value.text), value)
        value = state.get("ServiceState")
        yield from found(rules.service_available(value.text), value)
        yield from _regions(service, state)


def _regions(service: Resource, state: Value) -> Iterator[Finding]:
    region = state.get("Consumer", "Region").text
    offered = state.get("SupportedRegions")
    if region is None or offered.absent:
        return
    supported = {it.get("Region").text or "": it for it in offered.each()}
    own = service.template.region
    problems = endpoint_region_supported(region, service=own, supported=[*supported])
    yield from found(problems, offered)
    if region in supported:
        value = supported[region].get("ServiceState")
        yield from found(rules.service_region_available(region, value.text), value)


def check_permissions(inventory: Inventory) -> Iterator[Finding]:
    """Check that the consumer is permitted, as the provider sees it or as the consumer does."""
    seen_by_provider = False
    for permissions, state in with_state(inventory, PERMISSIONS):
        service = permissions.get("ServiceId").target(SERVICE)
        account = state_of(service).get("Consumer", "Account").text if service else None
        own = account is not None and account == permissions.template.account
        value = permissions.get("AllowedPrincipals")
        principals = None if state.get("Unseen").boolean else texts_of(value) or []
        problems = rules.consumer_permitted(None if own else account, principals)
        found_here = [*found(problems, value if principals else permissions)]
        seen_by_provider |= bool(found_here)
        yield from found_here
    if not seen_by_provider:
        yield from _as_the_consumer_sees_it(inventory)


def _as_the_consumer_sees_it(inventory: Inventory) -> Iterator[Finding]:
    for service, state in with_state(inventory, SERVICE):
        value = state.get("ConsumerErrorCode")
        name = state.get("ServiceName").text or service.logical_id
        yield from found(rules.service_visible(name, value.text), value)


def check_zones(inventory: Inventory) -> Iterator[Finding]:
    """Check that services offer the zones of their load balancers, and those of endpoints."""
    for service, state in with_state(inventory, SERVICE):
        value = state.get("AvailabilityZoneIds")
        offered = texts_of(value) or []
        for load_balancer in inventory.load_balancers_of(service):
            zones = texts_of(state_of(load_balancer).get("ZoneIds")) or []
            problems = rules.zones_of_balancer_offered(
                zones, offered, load_balancer=load_balancer.logical_id
            )
            yield from found(problems, value)
        if offered:
            yield from _zones_of_endpoints(inventory, service, offered)


def _zones_of_endpoints(
    inventory: Inventory, service: Resource, offered: list[str]
) -> Iterator[Finding]:
    for endpoint, _ in with_state(inventory, ENDPOINT):
        # Zones of both sides need to agree within one Region only.
        if endpoint.template.region == service_region(service):
            value = endpoint.get("SubnetIds")
            subnets = [each.target(SUBNET) for each in value.each()]
            zones = [it.get("AvailabilityZoneId").text if it else None for it in subnets]
            yield from found(zones_in_common(zones, list(offered)), value)


def service_region(service: Resource) -> str | None:
    """Return the Region that a service is in."""
    return state_of(service).get("Region").text or service.template.region


def check_load_balancers(inventory: Inventory) -> Iterator[Finding]:
    """Check that the load balancers of services are there and active, and listen."""
    for _, state in with_state(inventory, LOAD_BALANCER):
        value = state.get("State")
        problems = load_balancer_active(value.text, reason=state.get("Reason").text)
        yield from found(problems, value)
    for service, state in with_state(inventory, SERVICE):
        for value in state.get("MissingLoadBalancers").each():
            yield from found(rules.load_balancer_there(value.text or "", there=False), value)
        yield from _ports(inventory, service, state.get("Consumer", "Port"))


def _ports(inventory: Inventory, service: Resource, port: Value) -> Iterator[Finding]:
    ports: list[int] = []
    for load_balancer in inventory.load_balancers_of(service):
        listeners = inventory.all_listeners_of(load_balancer)
        if listeners is None or kind_of(load_balancer) != "network":
            return
        ports += [int(each.get("Port").number or 0) for each in listeners]
    wanted = None if port.number is None else int(port.number)
    yield from found(port_listened(wanted, ports), port)


CHECKS = (
    check_load_balancers,
    check_permissions,
    check_services,
    check_zones,
)
