"""Checks of targets in a live account: their health, and the zones that it leaves out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.checks.findings import found
from privatelink_constructs.inventory.states import state_of, texts_of, with_state
from privatelink_constructs.inventory.types import TARGET_GROUP
from privatelink_constructs.rules import live_targets as rules
from privatelink_constructs.rules.core import first_of
from privatelink_constructs.rules.live_targets import TargetHealth

if TYPE_CHECKING:
    from collections.abc import Iterator

    from privatelink_constructs.cloudformation.resource import Resource, Value
    from privatelink_constructs.inventory.inventory import Inventory
    from privatelink_constructs.rules.core import Finding

_CROSS_ZONE = "load_balancing.cross_zone.enabled"


def check_health(inventory: Inventory) -> Iterator[Finding]:
    """Check that each target group has targets, and that they are healthy."""
    for _, state in with_state(inventory, TARGET_GROUP):
        value = state.get("Targets")
        targets = targets_in(value)
        problems = first_of(
            rules.group_filled(targets),
            rules.group_healthy(targets),
            rules.targets_healthy(targets),
        )
        yield from found(problems, value)
        yield from found(rules.targets_used(targets), value)


def targets_in(value: Value) -> list[TargetHealth] | None:
    """Return the targets of a group with their health, None for what couldn't be seen."""
    return None if value.absent else [_target(each) for each in value.each()]


def _target(value: Value) -> TargetHealth:
    place, port, state, reason, zone = (
        value.get(key).text or "" for key in ("Id", "Port", "State", "Reason", "AvailabilityZone")
    )
    return TargetHealth(f"{place}:{port}" if port else place, state, reason, zone)


def check_zones(inventory: Inventory) -> Iterator[Finding]:
    """Check that each zone of a load balancer has a healthy target, or is served by others."""
    for listener, group, _ in inventory.forwards:
        load_balancer = listener.get("LoadBalancerArn").target()
        value = state_of(group).get("Targets")
        if load_balancer and not value.absent:
            zones = texts_of(state_of(load_balancer).get("ZoneNames")) or []
            problems = rules.zones_served(
                zones, targets_in(value), cross_zone=_cross_zone(load_balancer, group)
            )
            yield from found(problems, value)


def _cross_zone(load_balancer: Resource, group: Resource) -> bool | None:
    """Tell whether cross-zone load balancing is on: what the group sets counts first."""
    own = group.get("TargetGroupAttributes").attribute(_CROSS_ZONE).boolean
    if own is not None:
        return own
    return load_balancer.get("LoadBalancerAttributes").attribute(_CROSS_ZONE).boolean


CHECKS = (
    check_health,
    check_zones,
)
