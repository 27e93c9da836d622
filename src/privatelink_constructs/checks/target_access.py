"""Checks that the security groups of load balancers and of their targets let each other through."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from privatelink_constructs.checks.allowing import Peers, allowed, rules_of_groups
from privatelink_constructs.checks.findings import found
from privatelink_constructs.inventory.networks import subnets_of
from privatelink_constructs.inventory.states import state_of
from privatelink_constructs.inventory.types import (
    ECS_SERVICE,
    INSTANCE,
    SECURITY_GROUP,
    SUBNET,
)
from privatelink_constructs.rules import live_networks as rules
from privatelink_constructs.rules.listeners import PORTS, TRANSPORTS
from privatelink_constructs.rules.security_groups import is_enforced

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from privatelink_constructs.cloudformation.resource import Resource, Value
    from privatelink_constructs.inventory.inventory import Inventory
    from privatelink_constructs.rules.core import Finding

_ENFORCE = "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic"
_HEALTH = "HealthCheckPort"
_TRAFFIC = "traffic-port"


class _Way(NamedTuple):
    """A port on which a load balancer connects to targets.

    :param transport: ``tcp`` or ``udp``.
    :param port: the port.
    :param health: whether it is for health checks.
    """

    transport: str
    port: int
    health: bool


class _Host(NamedTuple):
    """A target with security groups of its own.

    :param place: where it is registered.
    :param name: how messages name it.
    :param groups: its security groups.
    :param port: the port that it is registered with, None for the one of the target group.
    """

    place: Value
    name: str
    groups: list[Resource]
    port: Value | None = None


def check_targets(inventory: Inventory) -> Iterator[Finding]:
    """Check that load balancers of services can connect to their targets."""
    balancers = dict(inventory.network_listeners)
    for listener, group, _ in inventory.forwards:
        balancer = balancers[listener]
        networks = _networks(balancer)
        live = not state_of(group).absent
        if live or balancer not in inventory.serving or not networks:
            continue
        groups = _known_groups(balancer.get("SecurityGroups"))
        outbound = rules_of_groups(inventory, groups, "Egress") if groups else None
        protocol = listener.get("Protocol").text or ""
        for target in _addresses(group):
            peers = Peers([target.get("Id").text or ""], None)
            for way in _ways(protocol, group, target.get("Port")):
                answer = allowed(outbound, way.transport, way.port, peers)
                name = repr(target.get("Id").text)
                yield from found(rules.targets_allowed(way.port, name, allowed=answer), target)
        for host in _hosts(inventory, group):
            yield from _inbound(inventory, (balancer, groups, networks), host, protocol, group)


def _networks(balancer: Resource) -> list[str]:
    """Return the CIDR blocks of the subnets of a load balancer, none if not all are known."""
    subnets = [value.target(SUBNET) for value in subnets_of(balancer) or []]
    texts = [subnet.get("CidrBlock").text if subnet else None for subnet in subnets]
    return [] if None in texts else [text for text in texts if text]


def _known_groups(value: Value) -> list[Resource] | None:
    """Return security groups, None when not all of them are in the templates."""
    items = value.items()
    groups = [item.target(SECURITY_GROUP) for item in items or []]
    return None if items is None or None in groups else [group for group in groups if group]


def _addresses(group: Resource) -> list[Value]:
    """Return the targets of a group that are registered by their addresses."""
    if group.get("TargetType").text != "ip":
        return []
    return [target for target in group.get("Targets").each() if target.get("Id").text is not None]


def _ways(protocol: str, group: Resource, port: Value | None) -> Iterator[_Way]:
    own = group.get("Port").number if port is None or port.absent else port.number
    if own in PORTS:
        for transport in TRANSPORTS.get(protocol, ()):
            yield _Way(transport, int(own or 0), health=False)
    checked = group.get(_HEALTH)
    health = own if checked.absent or checked.text == _TRAFFIC else checked.number
    if health in PORTS and group.get("HealthCheckEnabled").boolean is not False:
        yield _Way("tcp", int(health or 0), health=True)


def _hosts(inventory: Inventory, group: Resource) -> Iterator[_Host]:
    for target in group.get("Targets").each():
        instance = target.get("Id").target(INSTANCE)
        if instance and instance.exists:
            groups = _known_groups(instance.get("SecurityGroupIds"))
            if groups:
                place = target.get("Id")
                yield _Host(place, instance.logical_id, groups, target.get("Port"))
    for value in inventory.referrers(group, ECS_SERVICE):
        service = value.resource
        network = service.get("NetworkConfiguration", "AwsvpcConfiguration")
        groups = _known_groups(network.get("SecurityGroups"))
        for entry in service.get("LoadBalancers").each() if groups and service.exists else ():
            place = entry.get("TargetGroupArn")
            if place.target() is group:
                port = entry.get("ContainerPort")
                yield _Host(place, service.logical_id, groups or [], port)


def _inbound(
    inventory: Inventory,
    source: tuple[Resource, list[Resource] | None, Sequence[str]],
    host: _Host,
    protocol: str,
    group: Resource,
) -> Iterator[Finding]:
    balancer, groups, networks = source
    if not balancer.exists or groups is None:
        return
    enforce = balancer.get(_ENFORCE)
    # Without enforcement, traffic comes from addresses that aren't in the security groups.
    apart = bool(groups) and not enforce.absent and not enforce.unknown
    apart = apart and not is_enforced(enforce.text)
    ids = [each.logical_id for each in groups]
    inbound = rules_of_groups(inventory, host.groups, "Ingress")
    for way in _ways(protocol, group, host.port):
        peers = Peers(networks, () if apart and not way.health else ids)
        answer = allowed(inbound, way.transport, way.port, peers)
        problems = rules.balancer_allowed(way.port, balancer.logical_id, allowed=answer)
        yield from found(problems, host.place)


CHECKS = (check_targets,)
