"""Writes a picture as SVG, for light and dark pages.

What a browser needs is in the file: no font, no script, and no other file is loaded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from privatelink_constructs.drawing.picture import ELSEWHERE, EMPTY, Kind, State, Way
from privatelink_constructs.drawing.svg_layout import MARGIN, Layout
from privatelink_constructs.drawing.svg_routes import route_of
from privatelink_constructs.drawing.svg_shapes import LINE, text_width
from privatelink_constructs.drawing.svg_style import STYLE
from privatelink_constructs.drawing.wordings import plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from privatelink_constructs.drawing.picture import Edge, Node, Picture
    from privatelink_constructs.drawing.svg_shapes import Card, Frame, Lane, Shape

_LEGEND = {
    State.WAITING: "waits for acceptance, or isn't ready",
    State.WARNING: "warning",
    State.ERROR: "error, or doesn't work",
}
_WAYS = {
    Way.PRIVATELINK: "AWS PrivateLink",
    Way.FORWARD: "forwards traffic",
    Way.NAME: "gives a name",
}
_TITLE = "AWS PrivateLink: who connects to what"
_KINDS = {
    Kind.SERVICE: "service",
    Kind.ENDPOINT: "endpoint",
    Kind.OTHER_ENDPOINT: "endpoint",
    Kind.GATEWAY_ENDPOINT: "endpoint",
    Kind.BALANCER: "balancer",
    Kind.TARGETS: "targets",
    Kind.HOSTED_ZONE: "names",
    Kind.PROFILE: "names",
    Kind.ASSOCIATION: "names",
    Kind.RESOLVER: "names",
    **dict.fromkeys(ELSEWHERE, "outside"),
}
_EMPTY_SIZE = (420, 80)


def as_svg(picture: Picture) -> str:
    """Return a picture as SVG."""
    layout = Layout(picture)
    legend = list(_legend(picture, layout.height)) if layout.cards else [_nothing()]
    legend_width = 40 + 185 * (len(_used_ways(picture)) + len(picture.states))
    width = max(layout.width, legend_width if layout.cards else _EMPTY_SIZE[0])
    height = layout.height + 2 * LINE if layout.cards else _EMPTY_SIZE[1]
    parts = [
        *_head(width, height, picture),
        *(line for frame in layout.frames for line in _frames(frame)),
        *(line for edge in picture.edges for line in _line(edge, layout)),
        *(line for card in layout.cards.values() for line in _card(card)),
        *(line for edge in picture.edges for line in _label(edge, layout)),
        *legend,
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _head(width: float, height: float, picture: Picture) -> Iterator[str]:
    size = f'width="{width:.0f}" height="{height:.0f}" viewBox="0 0 {width:.0f} {height:.0f}"'
    yield f'<svg xmlns="http://www.w3.org/2000/svg" {size} class="pl" role="img">'
    yield f"<title>{_TITLE}</title>"
    yield f"<desc>{escape(_described(picture))}</desc>"
    yield f"<style>{STYLE}</style>"
    yield "<defs>"
    for word in (*(way.value for way in Way), *(state.word for state in State if state)):
        yield (
            f'<marker id="pl-{word}" viewBox="0 0 8 8" refX="7" refY="4" '
            'markerWidth="8" markerHeight="8" markerUnits="userSpaceOnUse" orient="auto">'
            f'<path d="M0 0L8 4L0 8z" class="head {word}"/></marker>'
        )
    yield "</defs>"
    yield f'<rect class="page" width="{width:.0f}" height="{height:.0f}"/>'


def _described(picture: Picture) -> str:
    """Return the connections in words, for those who don't see the drawing."""
    said = [
        " ".join(filter(None, [_called(edge.source), "to", _called(edge.target), _noted(edge)]))
        for edge in picture.edges
        if edge.way is Way.PRIVATELINK
    ]
    return "; ".join(said) or EMPTY


def _called(node: Node) -> str:
    return f"{node.title} {node.name}".strip()


def _noted(edge: Edge) -> str:
    return f"({edge.label})" if edge.label else ""


def _frames(frame: Frame) -> Iterator[str]:
    for each in frame.every_frame():
        yield f'<g class="{each.box.level.value} {each.state.word}">'
        if each.box.alike:
            yield _rect(each, 10, shift=5)
        yield _rect(each, 10)
        for number, caption in enumerate(each.captions):
            wrong = "rule" if caption in each.box.rules else "caption"
            yield _text(each.x + 12, each.y + 20 + number * LINE, wrong, caption)
        for lane in each.lanes:
            yield from _lane(lane)
        yield "</g>"


def _lane(lane: Lane) -> Iterator[str]:
    yield f'<g class="lane">{_rect(lane, 6)}'
    yield _text(lane.middle[0], lane.y + LINE + 1, "zone middle", lane.title)
    yield "</g>"


def _card(card: Card) -> Iterator[str]:
    node = card.node
    yield f'<g class="card {_KINDS[node.kind]} {node.state.word}">'
    yield f"<title>{escape(_origin(node))}</title>"
    yield _rect(card, 6)
    x, top = card.middle[0], card.y + (card.height - len(card.lines) * LINE) / 2
    for number, line in enumerate(card.lines):
        yield _text(x, top + number * LINE + 12, f"{line.role.value} middle", line.text)
    for port in card.ports:
        yield f'<circle class="port" cx="{port:.1f}" cy="{card.bottom:.1f}" r="3.5"/>'
    yield "</g>"


def _origin(node: Node) -> str:
    """Return where a node is in the templates, which browsers show when the pointer is on it."""
    places = [f"{it.template.name} {it.logical_id} ({it.type})" for it in node.resources]
    return "\n".join([node.title, *map(plain, places)])


def _line(edge: Edge, layout: Layout) -> Iterator[str]:
    route = route_of(edge, layout.cards)
    yield (
        f'<path class="way {edge.way.value} {edge.state.word}" d="{route.path}" '
        f'marker-end="url(#pl-{edge.state.word if edge.state else edge.way.value})"/>'
    )


def _label(edge: Edge, layout: Layout) -> Iterator[str]:
    if edge.label:
        route = route_of(edge, layout.cards)
        x, y = route.label
        width = text_width(edge.label, 11) + 10
        left = x - 2 if route.from_start else x - width / 2
        yield f'<g class="label {edge.state.word}">'
        yield (f'<rect x="{left:.1f}" y="{y - 9:.1f}" width="{width:.1f}" height="17" rx="4"/>')
        anchor = "" if route.from_start else " middle"
        yield _text(left + 5 if route.from_start else x, y + 4, f"on{anchor}", edge.label)
        yield "</g>"


def _legend(picture: Picture, y: float) -> Iterator[str]:
    x = float(MARGIN)
    yield '<g class="legend">'
    for way in _used_ways(picture):
        yield f'<path class="way {way.value} plain" d="M{x} {y}h28"/>'
        yield _text(x + 36, y + 4, "detail", _WAYS[way])
        x += 185
    for state in picture.states:
        yield f'<g class="card {state.word}"><rect x="{x}" y="{y - 7}" width="16" height="14"/></g>'
        yield _text(x + 24, y + 4, "detail", _LEGEND[state])
        x += 60 + text_width(_LEGEND[state], 12)
    yield "</g>"


def _used_ways(picture: Picture) -> Sequence[Way]:
    used = {edge.way for edge in picture.edges}
    return [way for way in Way if way in used]


def _nothing() -> str:
    width, height = _EMPTY_SIZE
    return _text(width / 2, height / 2, "detail middle", EMPTY)


def _rect(shape: Shape, radius: int, shift: float = 0) -> str:
    return (
        f'<rect x="{shape.x + shift:.1f}" y="{shape.y + shift:.1f}" width="{shape.width:.1f}" '
        f'height="{shape.height:.1f}" rx="{radius}"/>'
    )


def _text(x: float, y: float, kind: str, text: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" class={quoteattr(kind)}>{escape(text)}</text>'
