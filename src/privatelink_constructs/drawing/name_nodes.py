"""The names of a drawing: hosted zones, Route 53 Profiles, and Resolver endpoints."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from privatelink_constructs.cloudformation.resource import resource_of
from privatelink_constructs.drawing.picture import Kind, Way, listed
from privatelink_constructs.drawing.whereabouts import zones_of
from privatelink_constructs.drawing.wordings import shown
from privatelink_constructs.inventory import types
from privatelink_constructs.inventory.record_sets import records

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from privatelink_constructs.cloudformation.resource import Resource, Value
    from privatelink_constructs.drawing.draft import Draft
    from privatelink_constructs.drawing.picture import Node, Place
    from privatelink_constructs.inventory.record_sets import Record

_DIRECTIONS = {
    "INBOUND": "Resolver inbound endpoint",
    "OUTBOUND": "Resolver outbound endpoint",
}


def draw_names(draft: Draft) -> None:
    """Draw what gives endpoints their names, once all endpoints are drawn."""
    _draw_hosted_zones(draft)
    _draw_profiles(draft)
    _draw_other_vpcs(draft)
    _move_into_vpcs(draft)
    _draw_resolver(draft)
    _draw_shares(draft)


def _draw_hosted_zones(draft: Draft) -> None:
    names: dict[Node, list[str]] = defaultdict(list)
    for record in records(draft.inventory):
        endpoints = list(dict.fromkeys(_endpoints_of(draft, record)))
        if endpoints:
            node = _hosted_zone_of(draft, record)
            names[node].append(_below(shown(record.name), node.name))
            for endpoint in endpoints:
                draft.join(node, endpoint, Way.NAME)

    for node, found in names.items():
        others = [name for name in dict.fromkeys(found) if name]
        if others:
            node.tell(f"with {listed(others, 4)}")


def _below(name: str | None, hosted_zone: str) -> str:
    """Return what is in front of the name of a hosted zone, such as ``*``."""
    if name is None:
        return "a name known at deployment"
    return "" if name == hosted_zone else name.removesuffix(f".{hosted_zone}")


def _endpoints_of(draft: Draft, record: Record) -> Iterator[Node]:
    for value in (record.alias, record.values):
        for reference in value.references():
            if reference.resource.type == types.ENDPOINT:
                yield draft.nodes[reference.resource]


def _hosted_zone_of(draft: Draft, record: Record) -> Node:
    owner = record.value.resource
    if record.zone is not None:
        node = _hosted_zone(draft, record.zone)
    else:
        # It exists already, or only the deployment knows it.
        given = record.zone_id if record.zone_name.absent else record.zone_name
        place = draft.networks.place(owner)
        key = (Kind.HOSTED_ZONE, place, given.key or owner)
        node = draft.node(key, Kind.HOSTED_ZONE, Kind.HOSTED_ZONE.value, shown(given) or "", place)
    node.stands_for(owner)
    return node


def _hosted_zone(draft: Draft, hosted_zone: Resource) -> Node:
    vpcs = hosted_zone.get("VPCs")
    title = "Public hosted zone" if vpcs.absent else "Private hosted zone"
    place = draft.networks.place(hosted_zone)
    node = draft.resource(hosted_zone, Kind.HOSTED_ZONE, title, place)
    node.name = shown(hosted_zone.get("Name")) or node.name
    return node


def _draw_other_vpcs(draft: Draft) -> None:
    """Draw those VPCs of hosted zones that have none of the endpoints that the names are for."""
    for hosted_zone in draft.inventory.of_type(types.HOSTED_ZONE):
        node = draft.drawn(hosted_zone)
        if node is not None:
            own = {edge.target.place for edge in draft.edges.values() if edge.source is node}
            for vpc in hosted_zone.get("VPCs").each():
                _associate(draft, vpc.get("VPCId"), node, f"resolves {node.name}", own)


def _move_into_vpcs(draft: Draft) -> None:
    """Draw those hosted zones in a VPC that nothing else has to do with."""
    beside: dict[Node, set[Place | None]] = defaultdict(set)
    for edge in draft.edges.values():
        beside[edge.source].add(edge.target.place)
        beside[edge.target].add(edge.source.place)
    for node in draft.nodes.values():
        if node.kind is Kind.HOSTED_ZONE and len(beside[node]) == 1:
            (place,) = beside[node]
            if place is not None and place.vpc is not None:
                node.place = place


def _associate(
    draft: Draft, vpc: Value, target: Node, detail: str, own: Collection[Place | None] = ()
) -> Node | None:
    """Draw that names resolve in a VPC, unless it is one that needn't be said of."""
    key = draft.networks.key_of(vpc)
    place = draft.networks.place(vpc.target(types.VPC) or vpc.resource, vpc)
    if key is None or place in own:
        return None
    node = draft.node((Kind.ASSOCIATION, place, target), Kind.ASSOCIATION, "DNS", "", place)
    node.tell(detail)
    draft.join(node, target, Way.NAME)
    return node


def _draw_profiles(draft: Draft) -> None:
    for profile in draft.inventory.of_type(types.PROFILE):
        place = draft.networks.place(profile)
        draft.resource(profile, Kind.PROFILE, Kind.PROFILE.value, place)
    for association in draft.inventory.of_type(types.PROFILE_RESOURCE_ASSOCIATION):
        profile = _profile_of(draft, association)
        profile.stands_for(association)
        for reference in association.get("ResourceArn").references():
            resource = resource_of(reference)
            if resource.type == types.HOSTED_ZONE:
                _hosted_zone(draft, resource)
            target = draft.drawn(resource)
            if target is not None:
                draft.join(profile, target, Way.NAME)
    for association in draft.inventory.of_type(types.PROFILE_ASSOCIATION):
        profile = _profile_of(draft, association)
        detail = f"uses Route 53 Profile {profile.name}"
        node = _associate(draft, association.get("ResourceId"), profile, detail)
        (node or profile).stands_for(association)


def _profile_of(draft: Draft, association: Resource) -> Node:
    value = association.get("ProfileId")
    resource = value.target(types.PROFILE)
    if resource is not None:
        return draft.nodes[resource]
    words = shown(value) or "known at deployment"
    key = (Kind.PROFILE, value.key or association)
    return draft.node(key, Kind.FOREIGN, Kind.PROFILE.value, words, None)


def _draw_resolver(draft: Draft) -> None:
    for endpoint in draft.inventory.of_type(types.RESOLVER_ENDPOINT):
        subnets = [each.get("SubnetId") for each in endpoint.get("IpAddresses").each()]
        members = [*subnets, *endpoint.get("SecurityGroupIds").each()]
        place = draft.networks.place(endpoint, None, members)
        title = _DIRECTIONS.get(endpoint.get("Direction").text or "", Kind.RESOLVER.value)
        node = draft.resource(endpoint, Kind.RESOLVER, title, place)
        node.zones = zones_of(subnets)
        rules = draft.inventory.referrers(endpoint, types.RESOLVER_RULE)
        names = [shown(value.resource.get("DomainName")) or "a domain" for value in rules]
        if names:
            node.tell(f"forwards {listed(dict.fromkeys(names), 2)}")
            node.stands_for(*(value.resource for value in rules))


def _draw_shares(draft: Draft) -> None:
    """Tell of what is drawn with whom AWS RAM shares it."""
    for share in draft.inventory.of_type(types.RESOURCE_SHARE):
        whom = [shown(each) or "known at deployment" for each in share.get("Principals").each()]
        for reference in share.get("ResourceArns").references():
            node = draft.drawn(resource_of(reference))
            if node is not None and whom:
                node.tell(f"shared with {listed(dict.fromkeys(whom), 2)}")
                node.stands_for(share)
