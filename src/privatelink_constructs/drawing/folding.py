"""Makes large pictures readable: what looks the same is drawn once, with how often it is there."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from privatelink_constructs.drawing.picture import Edge, Kind, Node, listed

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Mapping

    from privatelink_constructs.drawing.picture import Box

MOST_ALIKE = 6
"""How many boxes of one look are drawn one by one."""
_MOST_NAMES = 8
_GROUPED = {
    Kind.ENDPOINT: "interface endpoints",
    Kind.GATEWAY_ENDPOINT: "gateway endpoints",
}


def fold_nodes(nodes: Iterable[Node], edges: Iterable[Edge]) -> tuple[list[Node], list[Edge]]:
    """Draw those endpoints to AWS services as one that differ only in their service."""
    every, lines = list(nodes), list(edges)
    groups: dict[Hashable, list[Node]] = defaultdict(list)
    around = _around(lines)
    for node in every:
        if node.kind in _GROUPED and any(edge.target.kind is Kind.AWS for edge in around[node]):
            others = {id(edge.source) for edge in around[node] if edge.target is node}
            look = (node.kind, node.place, node.zones, node.state, tuple(node.rules))
            groups[look, tuple(node.details), frozenset(others)].append(node)
    merged = {
        node: whole
        for group in groups.values()
        if len(group) > 1
        for whole in [_merged(group)]
        for node in group
    }
    kept = list(dict.fromkeys(merged.get(node, node) for node in every))
    return kept, _redirected(lines, merged)


def _around(edges: Iterable[Edge]) -> Mapping[Node, list[Edge]]:
    found: dict[Node, list[Edge]] = defaultdict(list)
    for edge in edges:
        found[edge.source].append(edge)
        found[edge.target].append(edge)
    return found


def _merged(group: list[Node]) -> Node:
    first = group[0]
    title = f"{len(group)} {_GROUPED[first.kind]}"
    whole = Node(
        first.kind, title, listed(sorted(it.name for it in group), _MOST_NAMES), first.place
    )
    whole.zones, whole.details, whole.rules = first.zones, first.details, first.rules
    whole.state = first.state
    return whole


def _redirected(edges: Iterable[Edge], merged: Mapping[Node, Node]) -> list[Edge]:
    found: dict[Hashable, Edge] = {}
    for edge in edges:
        source, target = (merged.get(it, it) for it in (edge.source, edge.target))
        new = Edge(source, target, edge.way, edge.label, edge.state)
        found.setdefault((source, target, edge.way, edge.label), new)
    return list(found.values())


def fold_boxes(boxes: list[Box], edges: list[Edge]) -> tuple[list[Box], list[Edge]]:
    """Draw many boxes that look the same as one, such as the accounts of fifty consumers."""
    around = _around(edges)
    kept = _folded(boxes, around)
    drawn = {id(node) for box in kept for node in box.every_node()}
    gone = {id(node) for node in around if node.place is not None} - drawn
    return kept, [it for it in edges if not gone & {id(it.source), id(it.target)}]


def _folded(boxes: list[Box], around: Mapping[Node, list[Edge]]) -> list[Box]:
    """Return boxes with those that look the same as one, in their order, however deep."""
    for box in boxes:
        box.boxes = _folded(box.boxes, around)
    looks: dict[Hashable, list[Box]] = defaultdict(list)
    for box in boxes:
        inside = {id(node) for node in box.every_node()}
        looks[_look(box, around, inside)].append(box)
    many = [alike for alike in looks.values() if len(alike) > MOST_ALIKE]
    for first, *others in many:
        first.alike = [box.title for box in others]
    gone = {id(box) for _, *others in many for box in others}
    return [box for box in boxes if id(box) not in gone]


def _look(box: Box, around: Mapping[Node, list[Edge]], inside: set[int]) -> Hashable:
    """Return what is equal for boxes that differ in names only.

    :param inside: the nodes of the box that is compared, which this one is or is in.
    """
    nodes = sorted(repr(_node_look(node, around, inside)) for node in box.nodes)
    within = sorted(repr(_look(each, around, inside)) for each in box.boxes)
    return (box.level, box.state, len(box.alike), tuple(box.rules), tuple(nodes), tuple(within))


def _node_look(node: Node, around: Mapping[Node, list[Edge]], inside: set[int]) -> Hashable:
    lines = sorted(
        (
            edge.way.value,
            edge.label,
            int(edge.state),
            edge.source is node,
            *_end(edge.target if edge.source is node else edge.source, inside),
        )
        for edge in around.get(node, ())
    )
    return (node.kind.value, node.title, len(node.zones), int(node.state), node.rules, lines)


def _end(node: Node, inside: set[int]) -> tuple[str, str, int]:
    """Return what the other end of an edge is: the same thing, or one of the same kind."""
    return node.kind.value, node.title, 0 if id(node) in inside else id(node)
