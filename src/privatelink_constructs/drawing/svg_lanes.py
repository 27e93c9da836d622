"""Lays out a VPC: a lane for each Availability Zone, and rows of what is in one lane or several."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.drawing.picture import Kind, Way
from privatelink_constructs.drawing.svg_shapes import LINE, Card, Frame, Lane, text_width

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from privatelink_constructs.drawing.picture import Box, Edge, Node

_SIDE = 14
"""Between the border of a lane and what is in it."""
_GAP = 12
_GAPS = {Kind.BALANCER: 46.0, Kind.HOSTED_ZONE: 24.0}
"""Below what has an arrow down, with a label or without one."""
_ABOVE = 20
"""Above load balancers, where the line of their service branches."""
_NARROWEST = 96
_IN_ONE, _IN_SEVERAL = 24, 36
"""How many characters a line has."""
_BEHIND = frozenset({Kind.BALANCER, Kind.TARGETS})


class _Row:
    """Things next to each other.

    :param gap: the room below them.
    """

    def __init__(self, gap: float) -> None:
        self.gap = gap
        self.cards: list[tuple[Card, int, int]] = []

    @property
    def height(self) -> float:
        """The height of its tallest card."""
        return max(card.height for card, _, _ in self.cards)

    def has_room(self, first: int, last: int) -> bool:
        """Tell whether lanes are empty in this row."""
        return all(last < begin or end < first for _, begin, end in self.cards)


def framed_vpc(box: Box, edges: Iterable[Edge]) -> Frame:
    """Return a VPC with everything in its place, seen from its own corner.

    :param box: the VPC.
    :param edges: all edges.
    """
    return _Grid(box).frame(list(edges))


class _Grid:
    def __init__(self, box: Box) -> None:
        self._box = box
        self._zones = box.zones or ("",)
        self._rows: list[_Row] = []

    def frame(self, edges: Sequence[Edge]) -> Frame:
        """Return the frame."""
        for nodes in _stages(self._box.nodes, edges):
            self._add(nodes)
        frame = Frame(self._box)
        width = max(self._lane_width(), (frame.title_width - 2 * _GAP) / len(self._zones))
        top = frame.top + (LINE + 10 if self._box.zones else 0)
        bottom = self._place(frame, width, top)
        if self._box.zones:
            self._add_lanes(frame, width, bottom)
        frame.width, frame.height = len(self._zones) * width + 2 * _GAP, bottom + _GAP
        return frame

    def _add(self, nodes: Iterable[Node]) -> None:
        """Put nodes of one stage into new rows, next to each other where they have room."""
        begin = len(self._rows)
        for node in nodes:
            first, last = self._span(node)
            card = Card(node, _IN_ONE if first == last else _IN_SEVERAL, zones=False)
            rows = (row for row in self._rows[begin:] if row.has_room(first, last))
            row = next(rows, None)
            if row is None:
                row = _Row(_GAPS.get(node.kind, _GAP))
                self._rows.append(row)
            row.cards.append((card, first, last))

    def _span(self, node: Node) -> tuple[int, int]:
        """Return the first and the last lane that a node is in; all when that isn't known."""
        lanes = [self._zones.index(zone) for zone in node.zones] or [0, len(self._zones) - 1]
        return min(lanes), max(lanes)

    def _lane_width(self) -> float:
        needed = [
            (card.width + 2 * _SIDE) / (last - first + 1)
            for row in self._rows
            for card, first, last in row.cards
        ]
        titles = [text_width(zone, 12) + 2 * _SIDE for zone in self._zones]
        return max([_NARROWEST, *needed, *titles])

    def _place(self, frame: Frame, width: float, y: float) -> float:
        """Put all cards into their places, and return where the last row ends."""
        for row in self._rows:
            y += _ABOVE if row.cards[0][0].node.kind is Kind.BALANCER else 0
            for card, first, last in row.cards:
                card.width = (last - first + 1) * width - 2 * _SIDE
                card.height = row.height
                card.ports = self._ports(card.node, width)
                card.x, card.y = _GAP + first * width + _SIDE, y
                frame.cards.append(card)
            y += row.height + row.gap
        return y

    def _ports(self, node: Node, width: float) -> list[float]:
        if len(node.zones) < 2:  # noqa: PLR2004 - in one lane, there is nothing to tell
            return []
        return [_GAP + (self._zones.index(zone) + 0.5) * width for zone in node.zones]

    def _add_lanes(self, frame: Frame, width: float, bottom: float) -> None:
        for number, zone in enumerate(self._zones):
            lane = Lane(zone, width - 8, bottom - frame.top)
            lane.move(_GAP + number * width + 4, frame.top)
            frame.lanes.append(lane)


def _names_first(nodes: Sequence[Node], named: Mapping[Node, Node]) -> Iterable[Node]:
    """Yield nodes, each behind its hosted zones."""
    zones = [node for node in nodes if node.kind is Kind.HOSTED_ZONE]
    for node in nodes:
        if node not in zones:
            yield from (zone for zone in zones if named.get(zone) is node)
            yield node
    yield from (zone for zone in zones if named.get(zone) not in nodes)


def _stages(nodes: Sequence[Node], edges: Iterable[Edge]) -> Iterable[list[Node]]:
    """Yield nodes in the order of their rows: endpoints first, and targets below load balancers."""
    inside, lines = set(nodes), list(edges)
    front = [node for node in nodes if node.kind not in _BEHIND]
    named = {edge.source: edge.target for edge in lines if edge.way is Way.NAME}
    yield from ([node] for node in _names_first(front, named))
    balancers = [node for node in nodes if node.kind is Kind.BALANCER]
    fronts = {edge.target: edge.source.id for edge in lines if edge.target in set(balancers)}
    done: set[Node] = set()
    for front in dict.fromkeys(fronts.get(node, "") for node in balancers):
        strip = [node for node in balancers if fronts.get(node, "") == front and node not in done]
        behind = [edge.target for edge in lines if edge.source in strip and edge.target in inside]
        targets = [it for it in dict.fromkeys(behind) if it not in done and it not in strip]
        done.update(strip, targets)
        yield strip
        yield targets
    yield [node for node in nodes if node.kind is Kind.TARGETS and node not in done]
