"""Lays out a picture: consumers on the left, and what they connect to on the right of them."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from privatelink_constructs.drawing.picture import WIDEST, Kind, Level, Way
from privatelink_constructs.drawing.svg_lanes import framed_vpc
from privatelink_constructs.drawing.svg_shapes import Card, Frame

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from privatelink_constructs.drawing.picture import Box, Edge, Node, Picture
    from privatelink_constructs.drawing.svg_shapes import Shape

MARGIN = 20
_PAD = 16
_GUTTER = 40
"""Left of everything in an account, where the lines to names are."""
_BETWEEN = 150
"""Between columns of accounts, where lines have their labels."""
_INNER = 56
"""Between the columns within an account."""
_GAP = 22
_PROVIDING = frozenset({Kind.BALANCER, Kind.TARGETS})
_LEFT, _MIDDLE, _RIGHT = range(3)


class Layout:
    """Where everything is.

    :param picture: what there is to lay out.
    """

    def __init__(self, picture: Picture) -> None:
        self._edges = picture.edges
        units: list[Card | Frame] = [self._frame(box) for box in picture.boxes]
        units += [Card(node, WIDEST, zones=True) for node in picture.outside]
        self.frames = [it for it in units if isinstance(it, Frame)]
        self.outside = [it for it in units if isinstance(it, Card)]
        homes = {node: it for it in self.frames for node in it.box.every_node()}
        homes |= {it.node: it for it in self.outside}
        self.cards = {card.node: card for card in self._every_card()}
        self._place(units, homes)
        self.width = max((it.right for it in units), default=0) + MARGIN
        self.height = max((it.bottom for it in units), default=0) + MARGIN

    def _every_card(self) -> Iterable[Card]:
        for frame in self.frames:
            yield from frame.every_card()
        yield from self.outside

    def _frame(self, box: Box) -> Frame:
        """Return a box with everything in its place, seen from its own corner."""
        if box.level is Level.VPC:
            return framed_vpc(box, self._edges)
        frame = Frame(box)
        if any(inner.level is Level.REGION for inner in box.boxes):
            self._fill(frame, self._regions(frame), _BETWEEN)
        else:
            self._fill(frame, self._columns(frame), _INNER)
        return frame

    def _regions(self, frame: Frame) -> list[list[Shape]]:
        """Return the Regions of an account, each right of those that lead to it."""
        frame.frames = [self._frame(inner) for inner in frame.box.boxes]
        homes = {node: it for it in frame.frames for node in it.box.every_node()}
        ranks = _ranks(frame.frames, _towards(self._edges, homes))
        columns: dict[int, list[Shape]] = defaultdict(list)
        for region in frame.frames:
            columns[ranks[region]].append(region)
        return [columns[rank] for rank in sorted(columns)]

    def _columns(self, frame: Frame) -> list[list[Shape]]:
        """Return what is in a Region: names and consumers, services, and what is behind them."""
        columns: list[list[Shape]] = [[], [], []]
        for node in frame.box.nodes:
            card = Card(node, WIDEST, zones=True)
            frame.cards.append(card)
            column = {Kind.SERVICE: _MIDDLE, Kind.BALANCER: _RIGHT, Kind.TARGETS: _RIGHT}
            columns[column.get(node.kind, _LEFT)].append(card)
        for inner in frame.box.boxes:
            vpc = self._frame(inner)
            frame.frames.append(vpc)
            providing = any(node.kind in _PROVIDING for node in inner.nodes)
            columns[_RIGHT if providing else _LEFT].append(vpc)
        return columns

    def _fill(self, frame: Frame, columns: Sequence[Sequence[Shape]], between: float) -> None:
        inside = set(frame.box.every_node())
        names = any(it.source in inside and _is_beside(it) for it in self._edges)
        x, bottom = _GUTTER if names else _PAD, frame.top
        for column in columns:
            y = frame.top
            for shape in column:
                shape.move(x, y)
                y = shape.bottom + _GAP
            if column:
                x = max(shape.right for shape in column) + between
        if frame.cards:
            self._level_services(frame, columns[_MIDDLE], columns[_RIGHT])
        if between == _INNER and self._leads_past(frame, columns):
            below = max(shape.bottom for column in columns[_MIDDLE:] for shape in column)
            for shape in columns[_LEFT]:
                shape.move(0, below + _GAP - frame.top)
        bottom = max(shape.bottom for column in columns for shape in column)
        frame.width = max(x - between + _PAD, frame.title_width + _PAD)
        frame.height = bottom + _PAD

    def _leads_past(self, frame: Frame, columns: Sequence[Sequence[Shape]]) -> bool:
        """Tell whether lines would lead through consumers to services, or through services."""
        inside = set(frame.box.every_node())
        if not columns[_LEFT] or not any(columns[_MIDDLE:]):
            return False
        services = {card.node for card in columns[_MIDDLE] if isinstance(card, Card)}
        return any(
            (edge.source in inside) is not (edge.target in inside)
            and (edge.source in inside or edge.target in services)
            for edge in self._edges
        )

    def _level_services(
        self, frame: Frame, services: Sequence[Shape], behind: Sequence[Shape]
    ) -> None:
        """Move services down to their load balancers."""
        cards = {card.node: card for card in frame.every_card()}
        below = min((shape.y for shape in behind), default=frame.top)
        for service in sorted(
            (it for it in services if isinstance(it, Card)),
            key=lambda it: self._first_behind(it, cards) or 0,
        ):
            wanted = (self._first_behind(service, cards) or below) - service.height / 2
            service.y = max(below, wanted)
            below = service.bottom + _GAP

    def _first_behind(self, service: Card, cards: Mapping[Node, Card]) -> float | None:
        """Return where the first load balancer of a service is, None where there is none."""
        found = [
            cards[edge.target].middle[1]
            for edge in self._edges
            if edge.source is service.node and edge.target in cards
        ]
        return min(found, default=None)

    def _place(self, units: Sequence[Shape], homes: Mapping[Node, Shape]) -> None:
        """Put accounts, and what is outside of them, into columns."""
        ranks = _ranks(units, _towards(self._edges, homes))
        columns: dict[int, list[Shape]] = defaultdict(list)
        for unit in units:
            columns[ranks[unit]].append(unit)
        x = float(MARGIN)
        for rank in sorted(columns):
            column = columns[rank]
            self._stack(column, homes, x)
            right = max(unit.right for unit in column)
            for unit in column if rank == 0 else ():
                # So that no line begins behind what is below or above.
                unit.move(right - unit.right, 0)
            x = right + _BETWEEN
        lowest = min((unit.y for unit in units), default=0.0)
        for unit in units:
            unit.move(0, MARGIN - lowest)

    def _stack(self, column: list[Shape], homes: Mapping[Node, Shape], x: float) -> None:
        """Put a column below each other, each thing next to what leads to it."""
        sources: dict[Shape, list[float]] = defaultdict(list)
        for edge in self._edges:
            if homes[edge.source] is not homes[edge.target]:
                sources[homes[edge.target]].append(self.cards[edge.source].middle[1])
        levels = {it: sum(sources[it]) / max(len(sources[it]), 1) for it in column}
        column.sort(key=lambda it: levels[it])
        y: float | None = None
        for unit in column:
            wanted = levels[unit] - unit.height / 2
            unit.move(x, wanted if y is None else max(y, wanted))
            y = unit.bottom + _GAP


def _towards(edges: Iterable[Edge], homes: Mapping[Node, Shape]) -> dict[Shape, set[Shape]]:
    """Return which accounts, and things outside of them, lead to which others."""
    found: dict[Shape, set[Shape]] = defaultdict(set)
    for edge in edges:
        source, target = homes.get(edge.source), homes.get(edge.target)
        if source is not None and target is not None and source is not target:
            found[source].add(target)
    return found


def _is_beside(edge: Edge) -> bool:
    """Tell whether a line leads to a name along the border of an account."""
    source, target = edge.source.place, edge.target.place
    return edge.way is Way.NAME and source != target and target is not None


def _ranks(units: Sequence[Shape], towards: Mapping[Shape, set[Shape]]) -> dict[Shape, int]:
    """Return the column of each unit: right of everything that leads to it, but for circles."""
    ranks = dict.fromkeys(units, 0)
    for _ in range(min(len(units), 12)):
        before = dict(ranks)
        for source, targets in towards.items():
            for target in targets:
                ranks[target] = max(ranks[target], ranks[source] + 1)
        if ranks == before:
            return ranks
    return ranks
