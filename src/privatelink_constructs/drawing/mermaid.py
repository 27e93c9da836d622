"""Writes a picture as a flowchart of Mermaid, which GitHub and GitLab show in Markdown.

:see: https://mermaid.js.org/syntax/flowchart.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.drawing.picture import ELSEWHERE, EMPTY, Kind, State, Way, in_zones

if TYPE_CHECKING:
    from collections.abc import Iterator

    from privatelink_constructs.drawing.picture import Box, Edge, Node, Picture

MOST_EDGES = 500
"""Mermaid doesn't draw more, unless its ``maxEdges`` is set."""
MOST_TEXT = 50_000
"""Mermaid doesn't draw longer texts, unless its ``maxTextSize`` is set."""
_INDENT = "    "
_ESCAPES = str.maketrans(
    {
        '"': "#quot;",
        "&": "#amp;",
        "<": "#lt;",
        ">": "#gt;",
        **{each: f"#{ord(each)};" for each in "#$%`\\"},
    }
)
"""What would end a text, or begin an entity, a directive, a formula, or Markdown."""
_SHAPES = {
    Kind.SERVICE: ("[[", "]]"),
    Kind.HOSTED_ZONE: ("(", ")"),
    Kind.PROFILE: ("(", ")"),
    Kind.ASSOCIATION: ("(", ")"),
    **dict.fromkeys(ELSEWHERE, ("([", "])")),
}
_ARROWS = {Way.PRIVATELINK: ("==", "==>"), Way.FORWARD: ("--", "-->"), Way.NAME: ("-.", ".->")}
_PLAIN_ARROWS = {Way.NAME: "-.->"}
_CLASSES = {
    State.WAITING: "fill:#ddf4ff,stroke:#0969da,stroke-width:2px,color:#1f2328",
    State.WARNING: "fill:#fff8c5,stroke:#bf8700,stroke-width:2px,color:#1f2328",
    State.ERROR: "fill:#ffebe9,stroke:#cf222e,stroke-width:2px,color:#1f2328",
}
"""Readable on a light and on a dark page: everything else is of the reader's own theme."""
_LINES = {State.WAITING: "#0969da", State.WARNING: "#bf8700", State.ERROR: "#cf222e"}


def as_mermaid(picture: Picture) -> str:
    """Return a picture as Mermaid."""
    return "\n".join(["flowchart LR", *(f"{_INDENT}{line}" for line in _lines(picture)), ""])


def _lines(picture: Picture) -> Iterator[str]:
    nodes = list(picture.every_node())
    if not nodes:
        yield f'nothing["{EMPTY}"]'
    for box in picture.boxes:
        yield from _box(box)
    for node in picture.outside:
        yield _node(node, zones=True)
    for edge in picture.edges:
        yield _edge(edge)
    yield from _styles(picture, nodes)


def _box(box: Box) -> Iterator[str]:
    yield f"subgraph {box.id}[{_quoted(*box.captions)}]"
    apart, lanes = in_zones(box)
    for node in apart:
        yield f"{_INDENT}{_node(node, zones=True)}"
    for number, (zone, nodes) in enumerate(lanes.items(), 1):
        yield f"{_INDENT}subgraph {box.id}_zone{number}[{_quoted(zone)}]"
        for node in nodes:
            yield f"{_INDENT}{_INDENT}{_node(node, zones=False)}"
        yield f"{_INDENT}end"
    for inner in box.boxes:
        yield from (f"{_INDENT}{line}" for line in _box(inner))
    yield "end"


def _node(node: Node, *, zones: bool) -> str:
    opened, closed = _SHAPES.get(node.kind, ("[", "]"))
    return f"{node.id}{opened}{_quoted(*(line.text for line in node.lines(zones=zones)))}{closed}"


def _edge(edge: Edge) -> str:
    tail, head = _ARROWS[edge.way]
    if edge.label:
        return f"{edge.source.id} {tail} {_quoted(edge.label)} {head} {edge.target.id}"
    return f"{edge.source.id} {_PLAIN_ARROWS.get(edge.way, head)} {edge.target.id}"


def _quoted(*lines: str) -> str:
    return '"' + "<br/>".join(line.translate(_ESCAPES) for line in lines) + '"'


def _styles(picture: Picture, nodes: list[Node]) -> Iterator[str]:
    """Color what has a state: nodes and boxes by classes, edges by their numbers."""
    boxes = [each for box in picture.boxes for each in box.every_box()]
    for state in picture.states:
        colored = [each.id for each in (*boxes, *nodes) if each.state is state]
        if colored:
            yield f"classDef {state.word} {_CLASSES[state]}"
            yield f"class {','.join(colored)} {state.word}"
        numbers = [str(i) for i, edge in enumerate(picture.edges) if edge.state is state]
        if numbers:
            yield f"linkStyle {','.join(numbers)} stroke:{_LINES[state]}"
