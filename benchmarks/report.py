"""Writes the figures of a benchmark as a table and as a plot."""

from __future__ import annotations

import datetime as dt
import json
import os
import platform
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    Figures = Mapping[str, Mapping[str, float]]
    Results = Mapping[int, Mapping[str, Figures]]

_COLUMNS = ("import", "build", "synth", "total")


def write(folder: Path, results: Results, *, baseline: str) -> str:
    """Write ``results.json``, ``results.md`` and ``results.svg``, and return the table."""
    (folder / "results.json").write_text(json.dumps(results, indent=2) + "\n")
    text = f"{_machine()}\n\n{_table(results, baseline)}\n"
    (folder / "results.md").write_text(text)
    _plot(folder / "results.svg", results)
    return text


def _machine() -> str:
    packages = ", ".join(f"{name} {version(name)}" for name in ("aws-cdk-lib", "jsii"))
    today = dt.datetime.now(tz=dt.timezone.utc).date()
    return (
        f"{today}, {platform.system()} {platform.machine()}, {os.cpu_count()} cores, {_processor()}, "
        f"Python {platform.python_version()}, {packages}. Seconds are medians, with the range; "
        "memory is the peak of both processes in MiB; template validation is off."
    )


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    if not info.exists():
        return platform.processor() or "processor not known"
    lines = [line for line in info.read_text().splitlines() if line.startswith("model name")]
    return lines[0].partition(":")[2].strip() if lines else "processor not known"


def _table(results: Results, baseline: str) -> str:
    head = f"| services | implementation | {' | '.join(_COLUMNS)} | of {baseline} | memory |"
    rows = [head, "|---" * (head.count("|") - 1) + "|"]
    for services, by_name in results.items():
        whole = by_name[baseline]["total"]["median"]
        for name, figures in by_name.items():
            cells = [_cell(figures[column]) for column in _COLUMNS]
            ratio = figures["total"]["median"] / whole
            memory = sum(
                spread["median"] for key, spread in figures.items() if key.startswith("memory")
            )
            rows.append(
                f"| {services} | {name} | {' | '.join(cells)} | {ratio:.2f} | {memory:.0f} |"
            )
    return "\n".join(rows)


def _cell(spread: Mapping[str, float]) -> str:
    return f"{spread['median']:.2f} ({spread['min']:.2f} to {spread['max']:.2f})"


def _plot(path: Path, results: Results) -> None:
    import matplotlib as mpl  # noqa: PLC0415 - for the plot alone

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "privatelink-constructs"
    from matplotlib import pyplot as plt  # noqa: PLC0415

    figure, axes = plt.subplots(figsize=(7, 4.5), layout="constrained")
    services = sorted(results)
    for name in results[services[0]]:
        axes.plot(
            services,
            [results[count][name]["total"]["median"] for count in services],
            marker="o",
            label=name,
        )
    axes.set_xlabel("services (three zones, two consumers each)")
    axes.set_ylabel("seconds, import to templates")
    axes.set_ylim(bottom=0)
    axes.grid(visible=True, alpha=0.3)
    axes.legend()
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)
