"""Writes the figures of a benchmark as tables and as a plot."""

from __future__ import annotations

import datetime as dt
import json
import os
import platform
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    Spread = Mapping[str, float]
    Results = Mapping[int, Mapping[str, Mapping[str, Spread]]]
    """By number of services, implementation and figure."""
    Trips = Mapping[str, Mapping[str, int]]
    """Round trips by implementation and kind."""

TIMES = ("import", "build", "synth", "total")
RATIOS = ("build", "total")
MEMORY = ("memory python", "memory node")
_KINDS = {
    "create": ("create",),
    "read": ("get", "sget"),
    "call": ("invoke", "sinvoke"),
}


@dataclass(frozen=True, kw_only=True)
class Figures:
    """What was measured of a workload.

    :param title: the workload, in words.
    :param results: times and memory.
    :param trips: round trips.
    :param services_counted: how many services the round trips are of.
    """

    title: str
    results: Results
    trips: Trips
    services_counted: int


def write(folder: Path, figures: Mapping[str, Figures], *, baseline: str) -> str:
    """Write ``results.json`` and ``results.md``, and return the text."""
    folder.mkdir(parents=True, exist_ok=True)
    content = {
        key: {"round trips": it.trips, "services": it.results} for key, it in figures.items()
    }
    (folder / "results.json").write_text(json.dumps(content, indent=2) + "\n", "utf-8")
    parts = [machine(), *(_section(it, baseline) for it in figures.values())]
    text = "\n\n".join(parts) + "\n"
    (folder / "results.md").write_text(text, "utf-8")
    return text


def _section(figures: Figures, baseline: str) -> str:
    parts = [f"## {figures.title}", times(figures.results), growth(figures.results)]
    parts.append(round_trips(figures, baseline))
    return "\n\n".join(parts)


def machine() -> str:
    """Say when, where and with what it was measured."""
    packages = ("aws-cdk-lib", "constructs", "jsii", "troposphere")
    versions = ", ".join(f"{name} {version(name)}" for name in packages)
    today = dt.datetime.now(tz=dt.timezone.utc).date()
    return (
        f"{today}: {platform.system()} {platform.machine()}, {os.cpu_count()} cores, "
        f"{_processor()}, Python {platform.python_version()}, {versions}. Seconds are medians, "
        "with the range; ratios are medians of those in each turn, with the range; memory is the "
        "peak in MiB; template validation is off."
    )


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text("utf-8").splitlines() if info.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()


def times(results: Results) -> str:
    """Return the table of times and memory."""
    rows: list[list[str]] = []
    for services, by_name in results.items():
        for name, figures in by_name.items():
            seconds = [_cell(figures[column]) for column in TIMES]
            ratios = [_cell(figures[f"{column} ratio"]) for column in RATIOS]
            memory = [f"{figures[it]['median']:.0f}" if it in figures else "-" for it in MEMORY]
            rows.append([str(services), name, *seconds, *ratios, *memory])
    head = ["services", "implementation", *TIMES, *(f"{it}, of L2" for it in RATIOS), *MEMORY]
    return table(head, rows)


def growth(results: Results) -> str:
    """Return the table of the milliseconds that it takes to build one of so many services."""
    counts = sorted(results)[1:]
    rows: list[list[str]] = []
    for name in results[counts[0]] if counts else ():
        each = [1000 * results[it][name]["build"]["median"] / it for it in counts]
        rows.append([name, *(f"{it:.1f}" for it in each), f"{each[-1] / each[0]:.2f}"])
    return table(["build, ms a service", *(f"of {it}" for it in counts), "last of first"], rows)


def round_trips(figures: Figures, baseline: str) -> str:
    """Return the table of the round trips of services with their consumers."""
    trips, services = figures.trips, figures.services_counted
    whole = sum(trips[baseline].values())
    rows = [
        [
            name,
            *(str(sum(found.get(kind, 0) for kind in kinds)) for kinds in _KINDS.values()),
            str(sum(found.values())),
            f"{sum(found.values()) / services:.1f}",
            f"{sum(found.values()) / whole:.3f}",
        ]
        for name, found in trips.items()
    ]
    what = "a service" if services == 1 else f"{services} services"
    return table([f"round trips of {what}", *_KINDS, "total", "per service", "of L2"], rows)


def table(head: list[str], rows: Iterable[list[str]]) -> str:
    """Return a table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(spread: Spread) -> str:
    return f"{spread['median']:.2f} ({spread['min']:.2f} to {spread['max']:.2f})"
