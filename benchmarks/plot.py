"""Draws the total times over the number of services, as SVG."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.report import Results

_COLORS = ("#1f77b4", "#ff7f0e", "#2ca02c", "#d62728", "#9467bd")
_LEFT, _TOP, _WIDTH, _HEIGHT = 50, 20, 480, 300
_SIZE = "720 370"
_FONT = 'font-family="sans-serif" font-size="12"'
_STEPS = 5


def draw(results: Results) -> str:
    """Return the plot."""
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_SIZE}" {_FONT}>',
            '<rect width="100%" height="100%" fill="white"/>',
            *_axes(results),
            *_lines(results),
            "</svg>\n",
        ]
    )


def _longest(results: Results) -> float:
    return max(it["total"]["median"] for by_name in results.values() for it in by_name.values())


def _x(results: Results, services: int) -> float:
    return round(_LEFT + _WIDTH * services / max(results), 1)


def _y(results: Results, seconds: float) -> float:
    return round(_TOP + _HEIGHT * (1 - seconds / _longest(results)), 1)


def _axes(results: Results) -> Iterator[str]:
    right, bottom = _LEFT + _WIDTH, _TOP + _HEIGHT
    for step in range(_STEPS + 1):
        seconds = _longest(results) * step / _STEPS
        y = _y(results, seconds)
        yield f'<path d="M{_LEFT} {y}H{right}" stroke="#ddd"/>'
        yield _text(_LEFT - 8, y + 4, f"{seconds:.1f}", anchor="end")
    for services in sorted(results):
        yield _text(_x(results, services), bottom + 18, str(services))
    yield _text(_LEFT + _WIDTH / 2, bottom + 40, "services (three zones, two consumers each)")
    yield _text(_LEFT, _TOP - 8, "seconds, from imports to templates", anchor="start")


def _lines(results: Results) -> Iterator[str]:
    names = list(results[min(results)])
    for color, name in zip(_COLORS, names, strict=True):
        points = [
            (_x(results, services), _y(results, results[services][name]["total"]["median"]))
            for services in sorted(results)
        ]
        path = " ".join(f"{x},{y}" for x, y in points)
        yield f'<polyline points="{path}" fill="none" stroke="{color}" stroke-width="2"/>'
        yield from (f'<circle cx="{x}" cy="{y}" r="3" fill="{color}"/>' for x, y in points)
        x, y = points[-1]
        yield _text(x + 8, y + 4, name, anchor="start", color=color)


def _text(x: float, y: float, text: str, *, anchor: str = "middle", color: str = "#333") -> str:
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}" fill="{color}">{text}</text>'
