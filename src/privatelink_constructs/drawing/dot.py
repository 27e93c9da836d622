"""Writes a picture in DOT, the language of Graphviz.

:see: https://graphviz.org/doc/info/lang.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.drawing.picture import ELSEWHERE, EMPTY, Kind, State, Way, in_zones

if TYPE_CHECKING:
    from collections.abc import Iterator

    from privatelink_constructs.drawing.picture import Box, Edge, Node, Picture

_INDENT = "  "
_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "&": "&amp;"})
_HEAD = (
    'graph [rankdir=LR, bgcolor="white", color="#8c959f", style="rounded", newrank=true]',
    'node [shape=box, style="rounded,filled", fillcolor="#f6f8fa", color="#57606a"]',
    'edge [color="#57606a"]',
    *(f'{it} [fontname="Helvetica", fontsize=11]' for it in ("graph", "node")),
    'edge [fontname="Helvetica", fontsize=10]',
)
_WAYS = {Way.PRIVATELINK: "penwidth=2.5", Way.FORWARD: "", Way.NAME: "style=dashed"}
_FILLS = {State.WAITING: "#ddf4ff", State.WARNING: "#fff8c5", State.ERROR: "#ffebe9"}
_STROKES = {State.WAITING: "#0969da", State.WARNING: "#bf8700", State.ERROR: "#cf222e"}
_SHAPES = {
    Kind.SERVICE: "shape=component",
    **dict.fromkeys(ELSEWHERE, 'style="rounded,filled,dashed"'),
}


def as_dot(picture: Picture) -> str:
    """Return a picture in DOT."""
    lines = (f"{_INDENT}{line}" for line in (*_HEAD, *_lines(picture)))
    return "\n".join(["digraph privatelink {", *lines, "}", ""])


def _lines(picture: Picture) -> Iterator[str]:
    if not any(True for _ in picture.every_node()):
        yield f'nothing [label="{EMPTY}"]'
    for box in picture.boxes:
        yield from _box(box)
    for node in picture.outside:
        yield _node(node, zones=True)
    for edge in picture.edges:
        yield _edge(edge)


def _box(box: Box) -> Iterator[str]:
    yield f"subgraph cluster_{box.id} {{"
    stroke = f", color={_quoted(_STROKES[box.state])}" if box.state in _STROKES else ""
    yield f"{_INDENT}graph [label={_quoted(*box.captions)}{stroke}]"
    apart, lanes = in_zones(box)
    for node in apart:
        yield f"{_INDENT}{_node(node, zones=True)}"
    for number, (zone, nodes) in enumerate(lanes.items(), 1):
        yield f"{_INDENT}subgraph cluster_{box.id}_zone{number} {{"
        yield f'{_INDENT}{_INDENT}graph [label={_quoted(zone)}, style="rounded,dashed"]'
        for node in nodes:
            yield f"{_INDENT}{_INDENT}{_node(node, zones=False)}"
        yield f"{_INDENT}}}"
    for inner in box.boxes:
        yield from (f"{_INDENT}{line}" for line in _box(inner))
    yield "}"


def _node(node: Node, *, zones: bool) -> str:
    label = _quoted(*(line.text for line in node.lines(zones=zones)))
    parts = [f"label={label}", _SHAPES.get(node.kind, "")]
    if node.state in _FILLS:
        fill, stroke = _quoted(_FILLS[node.state]), _quoted(_STROKES[node.state])
        parts.append(f"fillcolor={fill}, color={stroke}, penwidth=2")
    return f"{node.id} [{', '.join(filter(None, parts))}]"


def _edge(edge: Edge) -> str:
    stroke = f"color={_quoted(_STROKES[edge.state])}" if edge.state in _STROKES else ""
    label = f"label={_quoted(edge.label)}" if edge.label else ""
    parts = ", ".join(filter(None, [label, _WAYS[edge.way], stroke]))
    return f"{edge.source.id} -> {edge.target.id}" + (f" [{parts}]" if parts else "")


def _quoted(*lines: str) -> str:
    return '"' + "\\n".join(line.translate(_ESCAPES) for line in lines) + '"'
