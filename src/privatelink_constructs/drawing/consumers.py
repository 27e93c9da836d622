"""The consumer's side of a drawing: endpoints, and who else can connect."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.drawing.draft import color_of, live_state
from privatelink_constructs.drawing.picture import Kind, State, Way, listed
from privatelink_constructs.drawing.providers import acceptance_of
from privatelink_constructs.drawing.whereabouts import zones_of
from privatelink_constructs.drawing.wordings import (
    account_of,
    name_of,
    principal_words,
    short,
    shown,
)
from privatelink_constructs.inventory import types
from privatelink_constructs.inventory.destinations import destination_of

if TYPE_CHECKING:
    from privatelink_constructs.cloudformation.resource import Resource, Value
    from privatelink_constructs.drawing.draft import Draft
    from privatelink_constructs.drawing.picture import Node
    from privatelink_constructs.inventory.destinations import Destination

_KINDS = {
    "Gateway": Kind.GATEWAY_ENDPOINT,
    "Interface": Kind.ENDPOINT,
}
_TITLES = {
    "GatewayLoadBalancer": "Gateway Load Balancer endpoint",
    "Resource": "Resource endpoint",
    "ServiceNetwork": "Service network endpoint",
}
_LATTICE = {
    "ResourceConfigurationArn": "Resource configuration",
    "ServiceNetworkArn": "Service network",
}
_MOST = 3
"""How many principals are listed."""


def draw_endpoints(draft: Draft) -> None:
    """Draw the VPC endpoints, each with a line to what it is for."""
    for endpoint in draft.inventory.of_type(types.ENDPOINT):
        node = _endpoint(draft, endpoint)
        destination = destination_of(endpoint)
        if destination.aws is not None:
            node.name = short(destination.aws)
            _join_aws(draft, node)
        else:
            service = destination.service
            target = draft.nodes[service] if service else _foreign(draft, endpoint, destination)
            label, state = _connection(draft, endpoint, service)
            draft.join(node, target, Way.PRIVATELINK, label, state)
            _tell_private_name(node, endpoint, service)


def draw_others(draft: Draft) -> None:
    """Draw whom services allow, as far as their endpoints aren't in the templates."""
    connected = {
        (edge.target, edge.source.place.account)
        for edge in draft.edges.values()
        if edge.source.place is not None
    }
    for service in draft.inventory.services:
        node = draft.nodes[service]
        principals = _principals(draft, service)
        others = [it for it in principals if (node, account_of(it)) not in connected]
        words = dict.fromkeys(map(principal_words, others))
        if words:
            key = (Kind.CONSUMERS, tuple(words))
            consumers = draft.node(key, Kind.CONSUMERS, Kind.CONSUMERS.value, "", None)
            consumers.tell(listed(words, _MOST))
            draft.join(consumers, node, Way.PRIVATELINK, *acceptance_of(draft, service))


def _endpoint(draft: Draft, endpoint: Resource) -> Node:
    given = endpoint.get("VpcEndpointType")
    word = "Gateway" if given.absent else given.text or ""
    kind = _KINDS.get(word, Kind.OTHER_ENDPOINT)
    subnets = endpoint.get("SubnetIds").each()
    members = [*subnets, *endpoint.get("SecurityGroupIds").each()]
    place = draft.networks.place(endpoint, endpoint.get("VpcId"), members)
    node = draft.resource(endpoint, kind, _TITLES.get(word, kind.value), place)
    node.zones = zones_of(subnets)
    return node


def _join_aws(draft: Draft, node: Node) -> None:
    aws = draft.node(Kind.AWS, Kind.AWS, Kind.AWS.value, "", None)
    draft.join(node, aws, Way.PRIVATELINK)


def _connection(draft: Draft, endpoint: Resource, service: Resource | None) -> tuple[str, State]:
    """Return what is written on the line from an endpoint to a service, and its color."""
    state = live_state(endpoint)
    if state is not None and color_of(state) is not State.PLAIN:
        return short(state), color_of(state)
    label, color = acceptance_of(draft, service) if service else ("", State.PLAIN)
    if state is not None:
        label, color = "", State.PLAIN
    return ", ".join(filter(None, [_across(endpoint, service), label])), color


def _across(endpoint: Resource, service: Resource | None) -> str:
    """Return that an endpoint and its service are in two Regions, nothing otherwise."""
    own = endpoint.template.region
    other = endpoint.get("ServiceRegion").text or (service.template.region if service else None)
    return f"from {own} to {other}" if own and other and own != other else ""


def _foreign(draft: Draft, endpoint: Resource, destination: Destination) -> Node:
    """Return the node of something that isn't in the templates."""
    for name, title in _LATTICE.items():
        value = endpoint.get(name)
        if not value.absent:
            words = _lattice_name(value)
            return draft.node((name, value.key or endpoint), Kind.FOREIGN, title, words, None)
    if destination.name is None:
        key, title = (Kind.FOREIGN, None), "Endpoint services"
        return draft.node(key, Kind.FOREIGN, title, "known at deployment", None)
    # The last part of its name is its ID, and the rest says in which Region it is.
    words = short(destination.name.rpartition(".")[2])
    key = (Kind.FOREIGN, destination.name)
    node = draft.node(key, Kind.FOREIGN, Kind.SERVICE.value, words, None)
    region = endpoint.get("ServiceRegion").text or destination.region
    node.tell(f"in {short(region)}" if region else "")
    return node


def _lattice_name(value: Value) -> str:
    resource = value.target()
    if resource is not None:
        return name_of(resource)
    text = shown(value)
    return text.rpartition("/")[2] if text else "known at deployment"


def _tell_private_name(node: Node, endpoint: Resource, service: Resource | None) -> None:
    if endpoint.get("PrivateDnsEnabled").boolean is not True:
        return
    name = shown(service.get("PrivateDnsName")) if service else None
    node.tell(f"private DNS name {name}" if name else "private DNS name")


def _principals(draft: Draft, service: Resource) -> list[Value]:
    values = draft.inventory.referrers(service, types.PERMISSIONS)
    owners = dict.fromkeys(it.resource for it in values if it.path == "Properties.ServiceId")
    return [it for owner in owners for it in owner.get("AllowedPrincipals").each()]
