"""The targets of a drawing: what is registered in the target groups behind load balancers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.drawing.live_nodes import tell_targets
from privatelink_constructs.drawing.picture import Kind, listed
from privatelink_constructs.drawing.whereabouts import zones_of
from privatelink_constructs.drawing.wordings import name_of, short, shown
from privatelink_constructs.inventory import types

if TYPE_CHECKING:
    from collections.abc import Iterator

    from privatelink_constructs.cloudformation.resource import Resource, Value
    from privatelink_constructs.drawing.draft import Draft
    from privatelink_constructs.drawing.picture import Node

_REGISTRARS = {
    types.ECS_SERVICE: "ECS service",
    types.AUTO_SCALING_GROUP: "Auto Scaling group",
}
_REGISTERED = {
    types.INSTANCE: "EC2 instance",
    types.LOAD_BALANCER: "Application Load Balancer",
    types.FUNCTION: "Lambda function",
}
_SUBNETS = {
    types.ECS_SERVICE: ("NetworkConfiguration", "AwsvpcConfiguration", "Subnets"),
    types.AUTO_SCALING_GROUP: ("VPCZoneIdentifier",),
    types.INSTANCE: ("SubnetId",),
    types.LOAD_BALANCER: ("Subnets",),
    types.FUNCTION: ("VpcConfig", "SubnetIds"),
}
_BY_TYPE = {"instance": "EC2 instances", "ip": "IP addresses", "alb": "Application Load Balancer"}


def targets_behind(draft: Draft, balancer: Node, named: Value) -> list[Node]:
    """Return the nodes of the targets in a target group.

    :param balancer: the load balancer in front of them.
    :param named: where a listener names the group.
    """
    if named.absent:
        # An action has one of two places for its groups.
        return []
    group = named.target(types.TARGET_GROUP)
    if group is None:
        key = (Kind.TARGETS, named.key or named.path, balancer)
        node = draft.node(key, Kind.TARGETS, "Target group", "", balancer.place)
        node.tell("not in the templates")
        return [node]
    found = [*_registrars(draft, group), *_registered(draft, group)]
    for node in found:
        node.stands_for(group)
    return found or [_elsewhere(draft, group)]


def _registrars(draft: Draft, group: Resource) -> Iterator[Node]:
    """Yield what registers its tasks or instances in a group."""
    for kind, title in _REGISTRARS.items():
        for value in draft.inventory.referrers(group, kind):
            yield _resource(draft, value.resource, title, group)


def _registered(draft: Draft, group: Resource) -> Iterator[Node]:
    others: list[Value] = []
    for target in group.get("Targets").each():
        resource = target.get("Id").target(*_REGISTERED)
        if resource is None:
            others.append(target)
        else:
            yield _resource(draft, resource, _REGISTERED[resource.type], group)
    if others:
        yield _addresses(draft, group, others)


def _resource(draft: Draft, resource: Resource, title: str, group: Resource) -> Node:
    subnets = resource.get(*_SUBNETS[resource.type]).each()
    place = draft.networks.place(resource, group.get("VpcId"), subnets)
    node = draft.resource(resource, Kind.TARGETS, title, place)
    node.zones = zones_of(subnets)
    return node


def _addresses(draft: Draft, group: Resource, targets: list[Value]) -> Node:
    """Return the node of targets that aren't in the templates: addresses and IDs."""
    title = _BY_TYPE.get(group.get("TargetType").text or "instance", Kind.TARGETS.value)
    place = draft.networks.place(group, group.get("VpcId"))
    given = (shown(target.get("Id")) or "known at deployment" for target in targets)
    ids = tuple(dict.fromkeys(given))
    # Several load balancers may each have a target group with the same ones.
    node = draft.node((title, place, ids), Kind.TARGETS, title, "", place)
    node.tell(listed(ids, 2))
    zones = [_zone(draft, place.vpc, target) for target in targets]
    known = {zone for zone in zones if zone}
    node.zones = tuple(sorted(known)) if None not in zones else ()
    return node


def _zone(draft: Draft, vpc: str | None, target: Value) -> str | None:
    """Return the Availability Zone of a target, None when it isn't known."""
    written = target.get("AvailabilityZone").text
    if written is not None and written != "all":
        return short(written)
    return draft.networks.zone_of_address(vpc, target.get("Id").text or "")


def _elsewhere(draft: Draft, group: Resource) -> Node:
    """Return the node of targets that are registered elsewhere."""
    title = _BY_TYPE.get(group.get("TargetType").text or "instance", Kind.TARGETS.value)
    node = draft.resource(
        group, Kind.TARGETS, title, draft.networks.place(group, group.get("VpcId"))
    )
    node.name = ""
    node.tell(f"target group {name_of(group)}")
    if not tell_targets(draft, node, group):
        node.tell("registered elsewhere")
    return node
