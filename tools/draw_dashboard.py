"""Draws the CloudWatch dashboards of an assembly as SVG, to look at them without an account.

Usage: draw_dashboard.py folder of the assembly [folder of the pictures]

There is one picture for each dashboard. Graphs have made-up lines, one for each line of the real
graph, with its color and its label: it is the layout that the picture shows, and what is too long.
"""

from __future__ import annotations

import json
import math
import sys
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

DASHBOARD = "AWS::CloudWatch::Dashboard"
UNIT_WIDTH, UNIT_HEIGHT = 60, 48
"""The size of CloudWatch's unit, in pixels of a window that is 1440 wide."""
_COLORS = ("#1f77b4", "#ff7f0e", "#2ca02c", "#d62728", "#9467bd", "#8c564b", "#e377c2")
_LETTER = 7.5
"""About how wide a letter is, in the wider fonts that browsers use."""
_ALARMS_IN_A_ROW = 6
_POINTS = 40
_FONT = 'font-family="Helvetica, Arial, sans-serif" font-size="12"'


def bodies(assembly: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the dashboards of an assembly: their names, and their bodies.

    :param assembly: the folder that ``cdk synth`` wrote.
    """
    for path in sorted(assembly.rglob("*.template.json")):
        template: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        for logical_id, resource in template.get("Resources", {}).items():
            if resource["Type"] == DASHBOARD:
                text = text_of(resource["Properties"]["DashboardBody"])
                name = path.name.removesuffix(".template.json")
                yield f"{name}-{logical_id}", json.loads(text)


def text_of(value: Any) -> str:  # noqa: ANN401 - anything in a template
    """Return a text of a template, with short stand-ins for what only the deployment knows."""
    match value:
        case {"Fn::Join": [delimiter, parts]}:
            return str(delimiter).join(map(text_of, parts))
        case {"Ref": str(name)}:
            return _STAND_INS.get(name, f"id-{name[-8:]}")
        case {"Fn::GetAtt": [name, "Arn"]}:
            return f"arn:aws:cloudwatch:eu-west-1:111111111111:alarm:{name}"
        case {"Fn::GetAtt": [name, attribute]}:
            return f"{attribute}-{name[-8:]}"
        case str():
            return value
        case _:
            return "deployed"


_STAND_INS = {"AWS::Region": "eu-west-1", "AWS::AccountId": "111111111111"}


def draw(body: Mapping[str, Any]) -> str:
    """Return the picture of a dashboard.

    :param body: its body.
    """
    widgets = cast("list[dict[str, Any]]", body["widgets"])
    height = max(it["y"] + it["height"] for it in widgets) * UNIT_HEIGHT
    width = 24 * UNIT_WIDTH
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" {_FONT}>',
            '<rect width="100%" height="100%" fill="#f2f3f3"/>',
            *(line for widget in widgets for line in _widget(widget)),
            "</svg>\n",
        ]
    )


def _widget(widget: Mapping[str, Any]) -> Iterator[str]:
    x, y = widget["x"] * UNIT_WIDTH + 4, widget["y"] * UNIT_HEIGHT + 4
    width, height = widget["width"] * UNIT_WIDTH - 8, widget["height"] * UNIT_HEIGHT - 8
    yield f'<svg x="{x}" y="{y}" width="{width}" height="{height}">'
    yield '<rect width="100%" height="100%" fill="white" stroke="#d5dbdb"/>'
    parts = {"alarm": _alarms, "metric": _graph, "text": _text}
    yield from parts[widget["type"]](widget["properties"], width, height)
    yield "</svg>"


def _text(properties: Mapping[str, Any], width: int, height: int) -> Iterator[str]:
    y = 8
    for paragraph in properties["markdown"].split("\n\n"):
        heading = paragraph.startswith("#")
        size = 20 if heading else 14
        plain = paragraph.lstrip("# ").replace("**", "").replace("`", "")
        for line in textwrap.wrap(plain, int(width / (_LETTER * size / 12))):
            y += size + 6
            weight = "bold" if heading else "normal"
            yield _label(12, y, line, f'font-size="{size}" font-weight="{weight}"')
        y += 6
    yield from _overflow(y > height)


def _alarms(properties: Mapping[str, Any], width: int, height: int) -> Iterator[str]:
    yield _label(12, 22, properties["title"], 'font-size="14" font-weight="bold"')
    tile = (width - 16) / _ALARMS_IN_A_ROW
    y = 0.0
    for number, arn in enumerate(properties["alarms"]):
        x, y = 8 + number % _ALARMS_IN_A_ROW * tile, 34 + number // _ALARMS_IN_A_ROW * 40
        size = f'width="{tile - 6:.0f}" height="34"'
        yield f'<rect x="{x:.0f}" y="{y}" {size} fill="#e9f7ef" stroke="#1d8102"/>'
        yield _label(x + 6, y + 21, _short(arn.rpartition(":")[2], tile - 18))
    yield from _overflow(y + 40 > height)


def _graph(properties: Mapping[str, Any], width: int, height: int) -> Iterator[str]:
    title = properties["title"]
    yield _label(12, 22, title, 'font-size="14" font-weight="bold"')
    yield from _overflow(len(title) * _LETTER * 14 / 12 > width - 24)
    labels = list(_labels(properties["metrics"]))
    rows = list(_legend(labels, width))
    bottom = height - 16 * len(rows) - 12
    yield f'<line x1="40" y1="{bottom}" x2="{width - 12}" y2="{bottom}" stroke="#879596"/>'
    yield _label(12, bottom, "0")
    for number, _ in enumerate(labels):
        yield _line(number, 40, width - 12, 40, bottom)
    for mark in properties.get("annotations", {}).get("horizontal", []):
        yield f'<line x1="40" y1="48" x2="{width - 12}" y2="48" stroke="#d13212"/>'
        yield _label(44, 44, mark["label"], 'fill="#d13212"')
    for number, row in enumerate(rows):
        yield from _legend_row(row, bottom + 20 + 16 * number)
    yield from _overflow(bottom < height / 3)


def _labels(lines: Sequence[Sequence[Any]]) -> Iterator[str]:
    """Yield what the visible lines of a graph are called."""
    for line in lines:
        options = cast("dict[str, Any]", line[-1] if isinstance(line[-1], dict) else {})
        if options.get("visible", True):
            expression = options.get("expression", "")
            label = str(options.get("label") or expression or line[1])
            many = "SEARCH(" in expression
            yield from (f"vpce-{number:017x}" for number in range(5)) if many else (label,)


def _legend(labels: Sequence[str], width: int) -> Iterator[list[tuple[int, str, float]]]:
    """Yield the rows of a legend: the number of each line, its label, and where it begins."""
    row: list[tuple[int, str, float]] = []
    x = 12.0
    for number, label in enumerate(labels):
        needed = len(label) * _LETTER + 26
        if row and x + needed > width - 12:
            yield row
            row, x = [], 12.0
        row.append((number, label, x))
        x += needed
    yield row


def _legend_row(row: Sequence[tuple[int, str, float]], y: float) -> Iterator[str]:
    for number, label, x in row:
        yield f'<rect x="{x:.0f}" y="{y - 9}" width="10" height="10" fill="{_color(number)}"/>'
        yield _label(x + 14, y, label)


def _line(number: int, left: int, right: int, top: int, bottom: int) -> str:
    """Return a made-up line, which differs from those of other numbers."""
    height = (bottom - top) * (0.35 + 0.5 / (number + 1.5))
    points = " ".join(
        f"{left + (right - left) * at / _POINTS:.0f},"
        f"{bottom - height * (0.7 + 0.3 * math.sin(at / 3 + number)):.0f}"
        for at in range(_POINTS + 1)
    )
    return f'<polyline points="{points}" fill="none" stroke="{_color(number)}" stroke-width="2"/>'


def _color(number: int) -> str:
    return _COLORS[number % len(_COLORS)]


def _label(x: float, y: float, text: str, style: str = "") -> str:
    return f'<text x="{x:.0f}" y="{y:.0f}" {style}>{escape(text)}</text>'


def _short(text: str, width: float) -> str:
    letters = int(width / _LETTER)
    return text if len(text) <= letters else f"{text[: letters - 1]}…"


def _overflow(too_long: bool) -> Iterator[str]:  # noqa: FBT001 - the one thing that it says
    """Yield a red frame around a widget whose content doesn't fit."""
    if too_long:
        yield '<rect width="100%" height="100%" fill="none" stroke="#d13212" stroke-width="6"/>'


def main(arguments: Sequence[str]) -> int:
    """Draw the dashboards.

    :param arguments: the folder of the assembly, and that of the pictures, or nothing for here.
    """
    assembly = Path(arguments[0])
    folder = Path(arguments[1]) if len(arguments) > 1 else Path()
    for name, body in bodies(assembly):
        path = folder / f"{name}.svg"
        path.write_text(draw(body), encoding="utf-8")
        sys.stdout.write(f"{path}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
