"""Checks of how much there is behind Network Load Balancers."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from privatelink_constructs.checks.findings import found
from privatelink_constructs.inventory.networks import subnets_of
from privatelink_constructs.inventory.types import TARGET_GROUP
from privatelink_constructs.rules import quotas as rules

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator

    from privatelink_constructs.cloudformation.resource import Resource, Value
    from privatelink_constructs.inventory.inventory import Inventory
    from privatelink_constructs.rules.core import Finding


def check_listeners(inventory: Inventory) -> Iterator[Finding]:
    """Check the number of listeners and certificates of each load balancer."""
    for load_balancer in inventory.network_load_balancers:
        name = load_balancer.logical_id
        listeners = [each for each in inventory.listeners_of(load_balancer) if each.exists]
        yield from found(rules.listeners_in_quota(len(listeners), name=name), load_balancer)
        certificates = sum(len(inventory.certificates_of(each)) for each in listeners)
        yield from found(rules.certificates_in_quota(certificates, name=name), load_balancer)


def check_targets(inventory: Inventory) -> Iterator[Finding]:
    """Check the number of targets of each group, and of each load balancer."""
    for group in inventory.network_groups:
        targets = group.get("Targets")
        count = len(targets.each())
        yield from found(rules.group_targets_in_quota(count, name=group.logical_id), targets)
    for load_balancer, groups in _groups(inventory).items():
        attributes = load_balancer.get("LoadBalancerAttributes")
        cross_zone = attributes.attribute("load_balancing.cross_zone.enabled").boolean is True
        subnets = subnets_of(load_balancer)
        problems = rules.targets_in_quota(
            sum(_weight(group, cross_zone=cross_zone) for group in groups),
            name=load_balancer.logical_id,
            zones=len(subnets) if subnets else None,
            cross_zone=cross_zone,
        )
        yield from found(problems, load_balancer)


def _groups(inventory: Inventory) -> dict[Resource, list[Resource]]:
    """Return the target groups of each load balancer that are certain to be there."""
    balancers = dict(inventory.network_listeners)
    groups: dict[Resource, dict[Resource, None]] = defaultdict(dict)
    for listener, group, _ in inventory.forwards:
        if listener.exists and group.exists:
            groups[balancers[listener]][group] = None
    return {load_balancer: list(each) for load_balancer, each in groups.items()}


def _weight(group: Resource, *, cross_zone: bool) -> int:
    one = rules.weight_of_target(group.get("TargetType").text, cross_zone=cross_zone)
    return one * len(group.get("Targets").each())


def check_application_load_balancers(inventory: Inventory) -> Iterator[Finding]:
    """Check that an Application Load Balancer is behind two Network Load Balancers at most."""
    behind: dict[str, dict[Resource, Value]] = defaultdict(dict)
    for load_balancer, groups in _groups(inventory).items():
        for group in groups:
            for target in group.get("Targets").each():
                value = target.get("Id")
                if group.get("TargetType").text == "alb" and value.key is not None:
                    behind[value.key].setdefault(load_balancer, value)
    for places in behind.values():
        last = list(places.values())[-1]
        yield from found(rules.alb_target_of_two(len(places)), last)


def check_regions(inventory: Inventory) -> Iterator[Finding]:
    """Check how many load balancers and target groups a Region has."""
    for balancers in _by_place(inventory.network_load_balancers):
        yield from found(rules.load_balancers_in_quota(len(balancers)), balancers[-1])
    for groups in _by_place(inventory.of_type(TARGET_GROUP)):
        yield from found(rules.target_groups_in_quota(len(groups)), groups[-1])


def _by_place(resources: Iterable[Resource]) -> list[list[Resource]]:
    places: dict[Hashable, list[Resource]] = defaultdict(list)
    for resource in resources:
        template = resource.template
        known = template.account is not None and template.region is not None
        if resource.exists:
            key = (template.account, template.region) if known else template.name
            places[key].append(resource)
    return list(places.values())


CHECKS = (
    check_application_load_balancers,
    check_listeners,
    check_regions,
    check_targets,
)
