"""Checks of where targets are, and of the Application Load Balancers among them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.checks.findings import found
from privatelink_constructs.inventory.inventory import kind_of
from privatelink_constructs.inventory.networks import comparable, subnets_of
from privatelink_constructs.inventory.types import INSTANCE, LOAD_BALANCER, SUBNET
from privatelink_constructs.rules import health_checks as health_rules
from privatelink_constructs.rules import target_groups as group_rules
from privatelink_constructs.rules.target_zones import target_in_vpc

if TYPE_CHECKING:
    from collections.abc import Iterator

    from privatelink_constructs.cloudformation.resource import Resource, Value
    from privatelink_constructs.inventory.inventory import Inventory
    from privatelink_constructs.rules.core import Finding


def check_target_vpcs(inventory: Inventory) -> Iterator[Finding]:
    """Check that instances and Application Load Balancers are in the VPC of their target group."""
    for group in inventory.network_groups:
        own = group.get("VpcId")
        for target in group.get("Targets").each():
            value = target.get("Id")
            other = _vpc_of(value)
            if other is not None and comparable(own, other):
                name = repr(value.text) if value.text else _name(value)
                yield from found(target_in_vpc(name, same=own.key == other.key), value)


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


CHECKS = (check_alb_listeners, check_target_vpcs)
