"""Colors what findings are about."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from privatelink_constructs.cloudformation.resource import resource_of
from privatelink_constructs.drawing.picture import Kind, State
from privatelink_constructs.inventory.types import VPC
from privatelink_constructs.rules.core import Severity

if TYPE_CHECKING:
    from collections.abc import Iterable

    from privatelink_constructs.cloudformation.resource import Resource
    from privatelink_constructs.drawing.draft import Draft
    from privatelink_constructs.drawing.picture import Node
    from privatelink_constructs.rules.core import Finding

_STATES = {Severity.ERROR: State.ERROR, Severity.WARNING: State.WARNING}
_FARTHEST = 3
"""How many references away from a resource something is colored for a finding about it."""


def color(draft: Draft, findings: Iterable[Finding]) -> dict[str, list[Finding]]:
    """Color the nodes that findings are about.

    A finding about something that isn't drawn, such as a security group, is about the nearest
    things that are: those that refer to it, or that it refers to.

    :return: the findings about VPCs, by the keys of the VPCs.
    """
    owners: dict[Resource, list[Node]] = defaultdict(list)
    for node in draft.nodes.values():
        for resource in node.resources:
            owners[resource].append(node)
    by_id = {(it.template.name, it.logical_id): it for it in draft.inventory.resources}
    drawn = {node.place.vpc for node in draft.nodes.values() if node.place}
    networks = draft.networks.resources.items()
    vpcs = {resource: key for key, resource in networks if key in drawn}
    about_vpcs: dict[str, list[Finding]] = defaultdict(list)
    for finding in sorted(findings, key=lambda it: (it.rule, it.template, it.logical_id)):
        resource = by_id.get((finding.template, finding.logical_id))
        if resource in vpcs:
            about_vpcs[vpcs[resource]].append(finding)
            continue
        nodes = _nearest(draft, resource, owners) if resource else []
        for node in nodes or [_elsewhere(draft)]:
            node.mark(_STATES[finding.severity], f"{finding.severity.value}: {finding.rule}")
    return about_vpcs


def _nearest(draft: Draft, resource: Resource, owners: dict[Resource, list[Node]]) -> list[Node]:
    """Return the nodes that are the fewest references away from a resource."""
    seen, ring = {resource}, [resource]
    for _ in range(_FARTHEST + 1):
        found = [node for each in ring for node in owners.get(each, ())]
        if found:
            return list(dict.fromkeys(found))
        around = dict.fromkeys(it for each in ring for it in _around(draft, each))
        # Everything is near a VPC, which connects nothing.
        ring = [it for it in around if it not in seen and it.type != VPC]
        seen.update(ring)
    return []


def _around(draft: Draft, resource: Resource) -> list[Resource]:
    own = [resource_of(reference) for reference in resource.value.references()]
    return [*own, *(value.resource for value in draft.inventory.referrers(resource))]


def _elsewhere(draft: Draft) -> Node:
    return draft.node(Kind.NOTE, Kind.NOTE, Kind.NOTE.value, "", None)
