"""The provider's side of a drawing: services, load balancers, and targets."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from privatelink_constructs.drawing.live_nodes import owner_of
from privatelink_constructs.drawing.picture import Kind, State, Way
from privatelink_constructs.drawing.target_nodes import targets_behind
from privatelink_constructs.drawing.whereabouts import zones_of
from privatelink_constructs.drawing.wordings import balancer_words, port_words, shown
from privatelink_constructs.inventory import types
from privatelink_constructs.inventory.inventory import groups_of, kind_of

if TYPE_CHECKING:
    from privatelink_constructs.cloudformation.resource import Resource, Value
    from privatelink_constructs.drawing.draft import Draft
    from privatelink_constructs.drawing.picture import Node

_TITLES = {
    "application": "Application Load Balancer",
    "gateway": "Gateway Load Balancer",
    "network": "Network Load Balancer",
}
_LISTS = {
    "NetworkLoadBalancerArns": _TITLES["network"],
    "GatewayLoadBalancerArns": _TITLES["gateway"],
}
_ABOUT_SERVICES = (
    types.PERMISSIONS,
    types.NOTIFICATION,
    types.REJECTION,
    types.RECONCILIATION,
)


def draw_providers(draft: Draft) -> None:
    """Draw the endpoint services, and what is behind them."""
    for service in draft.inventory.services:
        node = _service(draft, service)
        for name, title in _LISTS.items():
            for value in service.get(name).each():
                draft.join(node, _balancer(draft, node, value, title), Way.FORWARD)


def acceptance_of(draft: Draft, service: Resource) -> tuple[str, State]:
    """Return what is written on a connection to a service that isn't accepted yet, and its color.

    Nothing where the template doesn't say that the provider has to accept it.
    """
    if service.get("AcceptanceRequired").boolean is not True:
        return "", State.PLAIN
    if draft.inventory.referrers(service, types.RECONCILIATION):
        return "accepted by rules", State.PLAIN
    return "waits for acceptance", State.WAITING


def _service(draft: Draft, service: Resource) -> Node:
    place = draft.networks.place(service)
    owner, seen_by_consumer = owner_of(service)
    if seen_by_consumer:
        place = place._replace(account=owner)
    node = draft.resource(service, Kind.SERVICE, Kind.SERVICE.value, place)
    name = service.get("PrivateDnsName")
    if not name.absent:
        node.tell(f"private DNS name {shown(name) or 'known at deployment'}")
    if service.get("AcceptanceRequired").boolean is False:
        node.tell("accepts automatically")
    for kind in _ABOUT_SERVICES:
        node.stands_for(*(value.resource for value in draft.inventory.referrers(service, kind)))
    return node


def _balancer(draft: Draft, service: Node, value: Value, title: str) -> Node:
    """Return the node of a load balancer of a service, with everything behind it."""
    balancer = value.target(types.LOAD_BALANCER)
    if balancer is None:
        # It exists already, or only the deployment knows it: it belongs to this account.
        key = (title, service.place, value.key or value.path)
        node = draft.node(key, Kind.BALANCER, title, balancer_words(value), service.place)
        node.tell("not in the templates")
        return node
    if (drawn := draft.drawn(balancer)) is not None:
        return drawn
    node = _balancer_in_vpc(draft, balancer)
    ports: dict[Node, list[tuple[str, int | None, int | None]]] = defaultdict(list)
    for listener in draft.inventory.listeners_of(balancer):
        node.stands_for(listener)
        for named in groups_of(listener):
            for target in targets_behind(draft, node, named):
                ports[target].append(_ports(listener, named))
    for target, found in ports.items():
        draft.join(node, target, Way.FORWARD, port_words(found))
    return node


def _balancer_in_vpc(draft: Draft, balancer: Resource) -> Node:
    subnets = [
        *balancer.get("Subnets").each(),
        *(mapping.get("SubnetId") for mapping in balancer.get("SubnetMappings").each()),
    ]
    listeners = draft.inventory.listeners_of(balancer)
    groups = [each.target(types.TARGET_GROUP) for it in listeners for each in groups_of(it)]
    vpc = next((group.get("VpcId") for group in groups if group), None)
    members = [*subnets, *balancer.get("SecurityGroups").each()]
    place = draft.networks.place(balancer, vpc, members)
    title = _TITLES.get(kind_of(balancer) or "", Kind.BALANCER.value)
    node = draft.resource(balancer, Kind.BALANCER, title, place)
    node.zones = zones_of(subnets)
    return node


def _ports(listener: Resource, named: Value) -> tuple[str, int | None, int | None]:
    """Return the protocol of a listener, its port, and that of the target group."""
    protocol = shown(listener.get("Protocol")) or ""
    group = named.target(types.TARGET_GROUP)
    port = listener.get("Port").number
    target = group.get("Port").number if group else None
    return protocol, None if port is None else int(port), None if target is None else int(target)
