"""Checks of endpoint services, and of how their load balancers fit together."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from privatelink_constructs.checks.findings import described, found
from privatelink_constructs.cloudformation.content import texts_in
from privatelink_constructs.cloudformation.resource import earlier
from privatelink_constructs.facts.arns import UNKNOWN, parse_arn
from privatelink_constructs.inventory.inventory import kind_of
from privatelink_constructs.inventory.networks import subnets_of, zone_key
from privatelink_constructs.inventory.types import (
    CLASSIC_LOAD_BALANCER,
    ENDPOINT,
    LISTENER,
    LOAD_BALANCER,
    PERMISSIONS,
    SECURITY_GROUP,
    SERVICE,
    SUBNET,
    TARGET_GROUP,
    VPC,
    VPC_LINK,
)
from privatelink_constructs.rules import address_families as family_rules
from privatelink_constructs.rules import load_balancers as rules
from privatelink_constructs.rules.availability_zones import several_zones
from privatelink_constructs.rules.listeners import listener_present
from privatelink_constructs.rules.payment import payer_known
from privatelink_constructs.rules.principals import somebody_permitted
from privatelink_constructs.rules.regions import valid_supported_regions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from privatelink_constructs.cloudformation.resource import Resource, Value
    from privatelink_constructs.inventory.inventory import Inventory
    from privatelink_constructs.rules.core import Finding

_NETWORK = "NetworkLoadBalancerArns"
_GATEWAY = "GatewayLoadBalancerArns"
# What people put where a load balancer belongs; as to load balancers, what isn't their ARN.
_NO_LOAD_BALANCER = frozenset(
    {
        *(LISTENER, LOAD_BALANCER, SERVICE, SUBNET, TARGET_GROUP),
        *(SECURITY_GROUP, VPC, ENDPOINT),
        CLASSIC_LOAD_BALANCER,
    }
)


def check_address_families(inventory: Inventory) -> Iterator[Finding]:
    """Check that the load balancers and subnets have the families that a service offers."""
    for service in inventory.services:
        types = service.get("SupportedIpAddressTypes")
        items = types.items()
        if items is None or types.absent:
            continue
        names = [item.text for item in items]
        if None not in names:
            yield from found(
                family_rules.service_address_families([name for name in names if name]), types
            )
        if "ipv6" in names:
            yield from _without_ipv6(inventory, service)


def _without_ipv6(inventory: Inventory, service: Resource) -> Iterator[Finding]:
    for load_balancer in inventory.load_balancers_of(service):
        value = load_balancer.get("IpAddressType")
        dualstack = None if value.unknown else value.text == "dualstack"
        name = load_balancer.logical_id
        yield from found(family_rules.ipv6_available(name, available=dualstack), value)


def check_load_balancer_lists(inventory: Inventory) -> Iterator[Finding]:
    """Check that a service has load balancers, all of one kind and each once."""
    for service in inventory.services:
        gateway = service.get(_GATEWAY)
        lists = (service.get(_NETWORK).items(), gateway.items())
        yield from found(rules.load_balancer_present(_count(*lists)), service)
        named = zip(("network", "gateway"), lists, strict=True)
        kinds = [kind for kind, values in named if _filled(values)]
        wanted = "network" not in kinds
        yield from found(rules.load_balancer_kind("the service", *kinds, gateway=wanted), gateway)
        for value in lists[0] or []:
            yield from _kinds(value, gateway=False)
        for value in lists[1] or []:
            yield from _kinds(value, gateway=True)
        yield from _listed_twice(lists[0] or [])


def _count(network: list[Value] | None, gateway: list[Value] | None) -> int | None:
    return None if network is None or gateway is None else len(network) + len(gateway)


def _filled(values: list[Value] | None) -> bool:
    return any(value.key is not None for value in values or [])


def _kinds(value: Value, *, gateway: bool) -> Iterator[Finding]:
    load_balancer, reference = value.target(LOAD_BALANCER), value.reference
    if load_balancer:
        kind, name = kind_of(load_balancer), load_balancer.logical_id
        yield from found(rules.load_balancer_kind(name, kind, gateway=gateway), value)
    elif reference and reference.resource.type in _NO_LOAD_BALANCER:
        yield from found(rules.load_balancer_kind(described(reference), "other"), value)
    else:
        # The kind stands in the ARN before anything that only the deployment knows.
        arn = value.shown
        kind = rules.kind_in_arn(arn)
        yield from found(rules.load_balancer_kind(repr(arn), kind, gateway=gateway), value)


def _listed_twice(values: list[Value]) -> Iterator[Finding]:
    keys = Counter(value.key for value in values)
    seen: set[str] = set()
    for value in values:
        if value.key is not None and value.key in seen:
            yield from found(rules.load_balancer_listed_once(_name(value), keys[value.key]), value)
        seen |= {value.key} if value.key else set()


def _name(value: Value) -> str:
    reference = value.reference
    return reference.resource.logical_id if reference else value.text or "a load balancer"


def check_listeners(inventory: Inventory) -> Iterator[Finding]:
    """Check that all load balancers of a service have the same listeners."""
    for load_balancer in inventory.serving:
        there = inventory.all_listeners_of(load_balancer)
        if there is not None:
            problems = listener_present(there, load_balancer=load_balancer.logical_id)
            yield from found(problems, load_balancer)
    for service in inventory.services:
        ports = {
            load_balancer.logical_id: _ports(inventory, load_balancer)
            for load_balancer in inventory.load_balancers_of(service)
        }
        known = {name: entries for name, entries in ports.items() if entries}
        if len(known) == len(ports):
            yield from found(rules.listeners_the_same(known), service.get(_NETWORK))


def _ports(inventory: Inventory, load_balancer: Resource) -> frozenset[str] | None:
    ports: set[str] = set()
    for listener in inventory.all_listeners_of(load_balancer) or []:
        protocol, port = listener.get("Protocol").text, listener.get("Port").number
        if protocol is None or port is None or not listener.exists:
            return None
        ports.add(f"{protocol} {port}")
    return frozenset(ports)


def check_load_balancer_places(inventory: Inventory) -> Iterator[Finding]:
    """Check that the load balancers of a service are in its account and Region."""
    for service in inventory.services:
        here = service.template
        for value in [*service.get(_NETWORK).each(), *service.get(_GATEWAY).each()]:
            arn, load_balancer = parse_arn(value.shown) or UNKNOWN, value.target(LOAD_BALANCER)
            there = load_balancer.template if load_balancer else None
            problems = rules.load_balancer_in_region(
                _name(value),
                arn.region or (there.region if there else None),
                region=here.region,
                partition=arn.partition,
            )
            yield from found(problems, value)
            account = arn.account or (there.account if there else None)
            problems = rules.load_balancer_in_account(_name(value), account, account=here.account)
            yield from found(problems, value)


def check_load_balancers_in_one_service(inventory: Inventory) -> Iterator[Finding]:
    """Check that a Network Load Balancer is in one service only.

    Of Gateway Load Balancers AWS says nothing.
    """
    seen: dict[str, list[Resource]] = {}
    for service in inventory.services:
        for value in service.get(_NETWORK).each():
            other = earlier(seen, value.key, service) if value.key else None
            name = other.logical_id if other else None
            yield from found(rules.load_balancer_in_one_service(_name(value), name), value)
    for link in inventory.of_type(VPC_LINK):
        for value in link.get("TargetArns").each():
            services = seen.get(value.key or "", [])
            names = [it.logical_id for it in services if it.together_with(link)]
            yield from found(
                rules.load_balancer_in_one_service(_name(value), names[0] if names else None), value
            )


def check_payer(inventory: Inventory) -> Iterator[Finding]:
    """Check who pays for the endpoints."""
    for service in inventory.services:
        value = service.get("PayerResponsibility")
        # That it can't be taken back is said when it is written, not on every template.
        yield from found(payer_known(value.text), value)


def check_permissions(inventory: Inventory) -> Iterator[Finding]:
    """Check that a service has allowed principals.

    Appliances behind a Gateway Load Balancer mostly serve the owner's own account, which needs no
    permission.
    """
    if not inventory.complete:
        return
    for service in inventory.services:
        network = service.get(_GATEWAY).items() == []
        if network and not inventory.exported_or_passed(service):
            permitted = any(_may_permit(value.resource) for value in inventory.referrers(service))
            yield from found(somebody_permitted(permitted=permitted), service)


def _may_permit(resource: Resource) -> bool:
    if resource.type == PERMISSIONS:
        return resource.get("AllowedPrincipals").items() != []
    # The owner's own account needs no permission.
    own = resource.type == ENDPOINT
    texts = (resource.type, *texts_in(resource.value.content))
    return own or any("VpcEndpointServicePermissions" in text for text in texts)


def check_regions(inventory: Inventory) -> Iterator[Finding]:
    """Check the other Regions that a service supports."""
    for service in inventory.services:
        host = service.template.region
        zones = zones_of(inventory, service)
        for value in service.get("SupportedRegions").each():
            if value.text is not None:
                problems = valid_supported_regions([value.text], host=host, zones=zones)
                yield from found(problems, value)


def check_availability_zones(inventory: Inventory) -> Iterator[Finding]:
    """Check that a service is in several Availability Zones."""
    for service in inventory.services:
        count = zones_of(inventory, service)
        yield from found(several_zones(count), service.get(_NETWORK))


def zones_of(inventory: Inventory, service: Resource) -> int | None:
    """Return in how many Availability Zones a service is, None when it isn't known."""
    values = service.get(_NETWORK).items()
    load_balancers = inventory.load_balancers_of(service)
    if not values or len(load_balancers) < len({value.key for value in values}):
        return None
    lists = [subnets_of(load_balancer) for load_balancer in load_balancers]
    most = max((len(subnets) for subnets in lists if subnets is not None), default=0)
    if most > 1:
        return most
    if any(not subnets for subnets in lists):
        return None
    if len(lists) == 1:
        return 1
    keys = {zone_key(value) or value.key for subnets in lists for value in subnets or []}
    # Two subnets whose zones can't be compared may be in one zone, or in two.
    certain = all(zone_key(value) for subnets in lists for value in subnets or [])
    return len(keys) if certain or len(keys) == 1 else None


CHECKS = (
    check_address_families,
    check_availability_zones,
    check_listeners,
    check_load_balancer_lists,
    check_load_balancer_places,
    check_load_balancers_in_one_service,
    check_payer,
    check_permissions,
    check_regions,
)
