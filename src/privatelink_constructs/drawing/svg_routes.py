"""The ways that the lines of an SVG drawing take."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from privatelink_constructs.drawing.picture import Kind, Way

if TYPE_CHECKING:
    from collections.abc import Mapping

    from privatelink_constructs.drawing.picture import Edge, Node
    from privatelink_constructs.drawing.svg_shapes import Card

_BUS = 12
"""Above load balancers, where the line of a service branches."""
_ASIDE = 7
"""Beside a card, where a line passes another card."""
_GUTTER = 30


class Route(NamedTuple):
    """The way of a line.

    :param path: as SVG writes it.
    :param label: where its label begins, or has its middle.
    :param from_start: whether the label begins there.
    """

    path: str
    label: tuple[float, float]
    from_start: bool = False


def route_of(edge: Edge, cards: Mapping[Node, Card]) -> Route:
    """Return the way of a line.

    :param edge: what it connects.
    :param cards: where everything is.
    """
    source, target = cards[edge.source], cards[edge.target]
    if edge.way is Way.FORWARD and edge.source.kind is Kind.SERVICE:
        return _bus(source, target)
    if edge.way is Way.FORWARD or _is_right_below(edge, cards):
        return _down(source, target, cards)
    if source.right <= target.x:
        return _across((source.right, source.middle[1]), (target.x, target.middle[1]), 1, 1)
    if target.right <= source.x:
        return _across((source.x, source.middle[1]), (target.right, target.middle[1]), -1, -1)
    return _across((source.x, source.middle[1]), (target.x, target.middle[1]), -1, 1)


def _across(begin: tuple[float, float], end: tuple[float, float], out: int, into: int) -> Route:
    """Return a curve between two sides.

    :param out: to which side it leaves, 1 for the right one.
    :param into: in which direction it arrives, 1 for the right one.
    """
    (x1, y1), (x2, y2) = begin, end
    reach = _GUTTER if out != into else max(abs(x2 - x1) / 2, _GUTTER)
    left, right = x1 + out * reach, x2 - into * reach
    path = f"M{_n(x1)} {_n(y1)}C{_n(left)} {_n(y1)} {_n(right)} {_n(y2)} {_n(x2)} {_n(y2)}"
    return Route(path, ((x1 + 3 * left + 3 * right + x2) / 8, (y1 + y2) / 2))


def _bus(source: Card, target: Card) -> Route:
    """Return the way from a service to a load balancer: along above its row, and down to it."""
    y, x = source.middle[1], target.middle[0]
    above, turn = target.y - _BUS, source.right + (target.x - source.right) / 3
    turn = min(turn, source.right + 24)
    path = f"M{_n(source.right)} {_n(y)}H{_n(turn)}V{_n(above)}H{_n(x)}V{_n(target.y)}"
    return Route(path, (x, above))


def _down(source: Card, target: Card, cards: Mapping[Node, Card]) -> Route:
    """Return the way from a load balancer to targets, past those that are between them."""
    left, right = max(source.x, target.x), min(source.right, target.right)
    if left >= right or target.y < source.bottom:
        start = (source.middle[0], source.bottom)
        return _curve_down(start, target)
    x = (left + right) / 2
    between = (
        it for it in cards.values() if source.bottom <= it.y < target.y and it.x <= x <= it.right
    )
    if next(between, None) is None:
        path = f"M{_n(x)} {_n(source.bottom)}V{_n(target.y)}"
        return Route(path, (x + 6, target.y - 15), from_start=True)
    # The border of the narrower card is next to the gap between lanes.
    # Its label is in the gap below the load balancer.
    x = right + _ASIDE
    path = f"M{_n(source.right)} {_n(source.middle[1])}H{_n(x)}V{_n(target.middle[1])}"
    return Route(f"{path}H{_n(target.right)}", (x - 45, source.bottom + 11))


def _is_right_below(edge: Edge, cards: Mapping[Node, Card]) -> bool:
    """Tell whether two things of a VPC are one below the other, with nothing between them."""
    source, target = cards[edge.source], cards[edge.target]
    x = target.middle[0]
    if edge.source.place != edge.target.place or not (
        source.x <= x <= source.right and source.bottom < target.y
    ):
        return False
    return not any(
        source.bottom <= it.y < target.y and it.x <= x <= it.right for it in cards.values()
    )


def _curve_down(start: tuple[float, float], target: Card) -> Route:
    (x1, y1), (x2, y2) = start, (target.middle[0], target.y)
    half = (y1 + y2) / 2
    path = f"M{_n(x1)} {_n(y1)}C{_n(x1)} {_n(half)} {_n(x2)} {_n(half)} {_n(x2)} {_n(y2)}"
    return Route(path, (x1 + (x2 - x1) / 4, y1 + 11))


def _n(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")
