"""Checks of where targets are, and of the Application Load Balancers among them."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from privatelink_constructs.checks.findings import found
from privatelink_constructs.inventory.inventory import kind_of
from privatelink_constructs.inventory.networks import (
    ZONE_BY_POSITION,
    comparable,
    is_literal_zone,
    subnets_of,
    zone_label,
    zone_of,
    zones_apart,
)
from privatelink_constructs.inventory.registered_targets import (
    EVERY_ZONE,
    RegisteredTargets,
    balancer_zones,
)
from privatelink_constructs.inventory.types import ECS_SERVICE, INSTANCE, LOAD_BALANCER, SUBNET
from privatelink_constructs.rules import availability_zones as zone_rules
from privatelink_constructs.rules import health_checks as health_rules
from privatelink_constructs.rules import target_groups as group_rules
from privatelink_constructs.rules import target_zones as rules

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from privatelink_constructs.cloudformation.resource import Resource, Value
    from privatelink_constructs.inventory.inventory import Inventory
    from privatelink_constructs.inventory.registered_targets import (
        Registered,
    )
    from privatelink_constructs.rules.core import Finding

    Zones = frozenset[str]

_CROSS_ZONE = "load_balancing.cross_zone.enabled"


def check_target_vpcs(inventory: Inventory) -> Iterator[Finding]:
    """Check that instances and Application Load Balancers are in the VPC of their target group."""
    for group in inventory.network_groups:
        own = group.get("VpcId")
        for target in group.get("Targets").each():
            value = target.get("Id")
            other = _vpc_of(value)
            if other is not None and comparable(own, other):
                name = repr(value.text) if value.text else _name(value)
                yield from found(rules.target_in_vpc(name, same=own.key == other.key), value)


def _name(value: Value) -> str:
    resource = value.target()
    return resource.logical_id if resource else "of the group"


def _vpc_of(value: Value) -> Value | None:
    """Return the VPC of a target, None when it isn't known."""
    instance, balancer = value.target(INSTANCE), value.target(LOAD_BALANCER)
    places = [instance.get("SubnetId")] if instance else []
    if balancer and kind_of(balancer) == "application":
        places = subnets_of(balancer) or []
    subnet = places[0].target(SUBNET) if places else None
    return subnet.get("VpcId") if subnet else None


def check_alb_listeners(inventory: Inventory) -> Iterator[Finding]:
    """Check that an Application Load Balancer listens, and is checked over its own protocol."""
    for group in inventory.network_groups:
        for target in group.get("Targets").each():
            balancer = target.get("Id").target(LOAD_BALANCER)
            if balancer is None or kind_of(balancer) != "application":
                continue
            listeners = inventory.all_listeners_of(balancer)
            if listeners == []:
                problems = group_rules.alb_target_listener_present(group.get("Port").number, [])
                yield from found(problems, group.get("Port"))
            yield from _check_protocol(group, listeners or [])


def _check_protocol(group: Resource, listeners: list[Resource]) -> Iterator[Finding]:
    given, port = group.get("HealthCheckProtocol"), group.get("HealthCheckPort")
    own = port.absent or port.text == "traffic-port"
    number = group.get("Port").number if own else port.number
    there = [it for it in listeners if it.get("Port").number == number and number is not None]
    protocols = [text for it in there if (text := it.get("Protocol").text) is not None]
    if given.text is not None and not group.get("Matcher").keys():
        yield from found(health_rules.alb_health_check_matching(given.text, protocols), given)


def check_own_zones(inventory: Inventory) -> Iterator[Finding]:
    """Check that a target is where its load balancer sends traffic."""
    targets = RegisteredTargets(inventory)
    for balancer, group in _served(inventory):
        zones = balancer_zones(balancer)
        for target in targets.of(group) if zones else ():
            if zones and target.zones and not _is_balancer(target):
                yield from _check_own_zone(inventory, balancer, zones, target)


def _check_own_zone(
    inventory: Inventory, balancer: Resource, zones: Zones, target: Registered
) -> Iterator[Finding]:
    own = target.zones or frozenset()
    if target.placed is not None and len(zones) == 1:
        ecs_service = target.placed.type == ECS_SERVICE
        problems = zone_rules.target_in_one_zone(_labels(own), ecs_service=ecs_service)
        yield from found(problems, target.value)
    if not _all_apart(own, zones):
        return
    others = _zones_of_service(inventory, balancer)
    if others is not None and _all_apart(own, others):
        where = ", ".join(_names(own))
        problems = zone_rules.zone_in_service(
            where, served=False, zones=_names(others), named=True, target=target.name
        )
    else:
        where = ", ".join(_names(zones))
        problems = rules.target_in_own_zone(target.name, zone=where, zones=_labels(own), same=False)
    yield from found(problems, target.value)


def _zones_of_service(inventory: Inventory, balancer: Resource) -> Zones | None:
    """Return the zones of the services of a load balancer, None when one isn't known."""
    together = [
        balancer_zones(other)
        for service in inventory.serving[balancer]
        for other in inventory.load_balancers_of(service)
    ]
    return None if None in together else frozenset[str]().union(*filter(None, together))


def check_named_zones(inventory: Inventory) -> Iterator[Finding]:
    """Check the Availability Zones that targets name against those of their subnets."""
    targets = RegisteredTargets(inventory)
    for group in inventory.network_groups:
        for target in group.get("Targets").each():
            named, address = target.get("AvailabilityZone"), target.get("Id").text
            own = targets.address_zone(group, address)
            if own and named.key and named.text != EVERY_ZONE:
                problems = rules.target_in_own_zone(
                    repr(address),
                    zone=_label(named.key),
                    zones=[_label(own)],
                    same=not zones_apart(own, named.key),
                )
                yield from found(problems, named)


def check_repeated_targets(inventory: Inventory) -> Iterator[Finding]:
    """Check that what is in an unknown zone isn't behind the load balancers of several zones."""
    targets = RegisteredTargets(inventory)
    behind: dict[str, dict[str, Registered]] = defaultdict(dict)
    for balancer, group in _served(inventory):
        zones = balancer_zones(balancer) or ()
        for target in targets.of(group) if len(zones) == 1 else ():
            key = _identity(target, group)
            if target.zones is None and not _is_balancer(target) and key is not None:
                behind[key].update(dict.fromkeys(zones, target))
    for places in behind.values():
        target, zones = list(places.values())[-1], sorted(places)
        if _distinct(zones):
            one = target.placed is not None or target.instance
            problems = (
                rules.target_of_one_zone(target.name, _labels(zones))
                if one
                else rules.target_zone_known([target.name], balancers=len(zones))
            )
            yield from found(problems, target.value)


def _identity(target: Registered, group: Resource) -> str | None:
    """Return what tells a target from others, None for one that is in every zone."""
    if target.placed is not None:
        return f"{target.placed.template_name}#{target.placed.logical_id}"
    entries = {it.get("Id").path: it for it in group.get("Targets").each()}
    anywhere = entries[target.value.path].get("AvailabilityZone").text == EVERY_ZONE
    return None if anywhere else target.value.key


def check_empty_zones(inventory: Inventory) -> Iterator[Finding]:
    """Check that each zone has targets where no traffic goes from one zone to another."""
    targets = RegisteredTargets(inventory)
    balancers = dict(inventory.network_listeners)
    groups: dict[Resource, list[Resource]] = defaultdict(list)
    for listener, group, _ in inventory.forwards:
        groups[listener].append(group)
    for listener, behind in groups.items():
        balancer = balancers[listener]
        zones = balancer_zones(balancer)
        shared = any(_cross_zone(balancer, group) is not False for group in behind)
        if balancer in inventory.serving and zones and len(zones) > 1 and not shared:
            yield from _check_empty_zones(targets, behind, _named_zones(balancer))


def _check_empty_zones(
    targets: RegisteredTargets, groups: list[Resource], names: dict[str, str]
) -> Iterator[Finding]:
    known = [target.zones for group in groups for target in targets.of(group)]
    taken = frozenset[str]().union(*filter(None, known))
    if not taken & names.keys() or None in known or not all(map(targets.complete, groups)):
        return
    # A zone that is none of the load balancer's may be any of them, unless it is identified.
    if not _all_apart(taken - names.keys(), names):
        return
    counts = {name: int(zone in taken) for zone, name in sorted(names.items())}
    literal = all(map(is_literal_zone, {*names, *taken}))
    rule = zone_rules.targets_in_each_zone if literal else rules.targets_in_each_zone_expected
    together = ", ".join(it.logical_id for it in groups)
    yield from found(rule(together, counts), groups[-1].get("Targets"))


def _named_zones(balancer: Resource) -> dict[str, str]:
    """Return how messages name the zones of a load balancer, by their keys."""
    subnets = (value.target(SUBNET) for value in subnets_of(balancer) or ())
    known = {zone_of(it): it.logical_id for it in subnets if it}
    return {key: _label(key) or f"the zone of {name}" for key, name in known.items() if key}


def _cross_zone(balancer: Resource, group: Resource) -> bool | None:
    """Tell whether traffic goes from zone to zone, None when it isn't known."""
    own = group.get("TargetGroupAttributes").attribute(_CROSS_ZONE)
    if own.absent or own.text == "use_load_balancer_configuration":
        own = balancer.get("LoadBalancerAttributes").attribute(_CROSS_ZONE)
    return False if own.absent else own.boolean


def check_alb_zones(inventory: Inventory) -> Iterator[Finding]:
    """Check that an Application Load Balancer shares a zone with each one in front of it."""
    balancers = dict(inventory.network_listeners)
    targets = RegisteredTargets(inventory)
    for listener, group, _ in inventory.forwards:
        zones = balancer_zones(balancers[listener])
        for target in targets.of(group) if zones else ():
            if zones and target.zones and _is_balancer(target):
                problems = rules.alb_target_shares_zone(
                    balancers[listener].logical_id,
                    zones=_labels(target.zones),
                    shared=not _all_apart(target.zones, zones),
                )
                yield from found(problems, target.value)


def _served(inventory: Inventory) -> list[tuple[Resource, Resource]]:
    """Return the load balancers of services with the target groups behind them."""
    balancers = dict(inventory.network_listeners)
    pairs = ((balancers[listener], group) for listener, group, _ in inventory.forwards)
    return list(dict.fromkeys(pair for pair in pairs if pair[0] in inventory.serving))


def _is_balancer(target: Registered) -> bool:
    balancer = target.value.target(LOAD_BALANCER)
    return balancer is not None and kind_of(balancer) == "application"


def _all_apart(left: Iterable[str], right: Iterable[str]) -> bool:
    others = list(right)
    return all(zones_apart(one, other) for one in left for other in others)


def _distinct(zones: list[str]) -> bool:
    return len(zones) > 1 and all(
        zones_apart(one, other) for one in zones for other in zones if one != other
    )


def _label(key: str) -> str | None:
    """Return a zone as a message names it, None for one that only the deployment knows."""
    shown = is_literal_zone(key) or ZONE_BY_POSITION.fullmatch(key)
    return zone_label(key) if shown else None


def _labels(zones: Iterable[str]) -> list[str | None]:
    return sorted(map(_label, zones), key=lambda name: name or "")


def _names(zones: Iterable[str]) -> list[str]:
    return [name or "a zone only known at deployment" for name in _labels(zones)]


CHECKS = (
    check_alb_listeners,
    check_alb_zones,
    check_empty_zones,
    check_named_zones,
    check_own_zones,
    check_repeated_targets,
    check_target_vpcs,
)
