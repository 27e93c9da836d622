"""The connections of a live account, as the provider sees them, and the targets that it has."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from privatelink_constructs.drawing.draft import color_of
from privatelink_constructs.drawing.picture import Kind, Place, State, Way, listed
from privatelink_constructs.drawing.wordings import short
from privatelink_constructs.inventory.states import state_of
from privatelink_constructs.inventory.types import ENDPOINT

if TYPE_CHECKING:
    from privatelink_constructs.cloudformation.resource import Resource, Value
    from privatelink_constructs.drawing.draft import Draft
    from privatelink_constructs.drawing.picture import Node

_MOST = 2
"""How many addresses are listed."""


def draw_connections(draft: Draft) -> None:
    """Draw the endpoints that are connected to a service, or wait for it."""
    drawn = {it.logical_id: draft.nodes[it] for it in draft.inventory.of_type(ENDPOINT)}
    for service in draft.inventory.services:
        for connection in state_of(service).get("Connections").each():
            endpoint = connection.get("VpcEndpointId").text
            if endpoint is not None:
                node = drawn.get(endpoint) or _endpoint(draft, endpoint, connection)
                _join(draft, node, draft.nodes[service], connection)


def owner_of(service: Resource) -> tuple[str | None, bool]:
    """Return the account of a service that only its consumer has seen, and whether that is so."""
    owner = state_of(service).get("Owner")
    return owner.text or None, not owner.absent


def tell_targets(draft: Draft, node: Node, group: Resource) -> bool:
    """Write the targets that a target group has in a live account on its node.

    :return: whether it is known which ones it has.
    """
    targets = state_of(group).get("Targets")
    if targets.absent:
        return False
    each = targets.each()
    ids = dict.fromkeys(short(it) for it in (target.get("Id").text for target in each) if it)
    node.tell(listed(ids, _MOST) or "no target is registered")
    words = [it for it in (target.get("State").text for target in each) if it]
    for state, number in sorted(Counter(words).items()):
        node.tell(f"{number} {short(state)}")
    node.mark(_color(words))
    vpc = node.place.vpc if node.place else None
    zones = {draft.networks.zone_of_address(vpc, _address(target)) for target in each}
    node.zones = () if None in zones else tuple(sorted(filter(None, zones)))
    return True


def _address(target: Value) -> str:
    return target.get("Address").text or ""


def _color(states: list[str]) -> State:
    """Return the color of targets: an error if none of them serves, a warning if some don't."""
    colors = set(map(color_of, states))
    if State.ERROR in colors and State.PLAIN in colors:
        return State.WARNING
    return max(colors, default=State.PLAIN)


def _endpoint(draft: Draft, endpoint: str, connection: Value) -> Node:
    """Return the node of an endpoint whose own account wasn't seen."""
    owner, region = (connection.get(it).text for it in ("VpcEndpointOwner", "VpcEndpointRegion"))
    place = Place(owner, region or connection.resource.template.region) if owner else None
    key = (Kind.ENDPOINT, endpoint)
    return draft.node(key, Kind.ENDPOINT, Kind.ENDPOINT.value, short(endpoint), place)


def _join(draft: Draft, node: Node, service: Node, connection: Value) -> None:
    word = connection.get("VpcEndpointState").text or ""
    color = color_of(word)
    label = short(word) if color is not State.PLAIN else ""
    draft.join(node, service, Way.PRIVATELINK, label, color)
    edge = draft.edges[node, service, Way.PRIVATELINK]
    edge.label = edge.label or label
