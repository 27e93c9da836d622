"""Measures this package against the same stacks written in other ways, side by side in one run.

    python -m benchmarks.bench [--services 1 10 100 200] [--typical-services 1 15 60]
        [--repetitions 5] [--results benchmarks/results]

There are two workloads: the best case, and typical use. Either is left out with no number of
services. For each, the templates are compared first. Then all implementations run in turn, each run
in a process of its own, after a warm-up. The tables and the plot go into ``benchmarks/results``.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks import counting, implementations, plot, report, sameness, workload
from benchmarks.workload import BEST_CASE, TYPICAL_USE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.workload import Workload

    Runs = dict[str, list[dict[str, Any]]]
    """The figures of each run, by implementation, in the order of the turns."""

ROOT = Path(__file__).parent
RESULTS = ROOT / "results"


@dataclass(frozen=True)
class Implementation:
    """One way to write the stacks.

    :param name: what the table calls it.
    :param key: a short name for folders.
    """

    name: str
    key: str

    def command(self, work: Workload, services: int, folder: Path) -> tuple[list[str], str]:
        """Return the command of a run, and what it reads."""
        if self.key == "typescript":
            program = str(ROOT / "typescript" / "app.ts")
            return ["node", "--disable-warning=ExperimentalWarning", program, str(folder)], _work(
                services
            )
        if self.key == "troposphere":
            module = [sys.executable, "-m", "benchmarks.troposphere_run"]
            return [*module, str(services), str(folder)], ""
        return [
            *[sys.executable, "-m", "benchmarks.one_run", work.key, self.key],
            *[str(services), str(folder)],
        ], ""

    def run(self, work: Workload, services: int, *, keep: Path | None = None) -> dict[str, Any]:
        """Run once, and return the figures."""
        with tempfile.TemporaryDirectory() as temporary:
            folder = keep or Path(temporary)
            command, text = self.command(work, services, folder)
            done = subprocess.run(
                command,
                input=text,
                cwd=ROOT.parent,
                env=_environment(),
                check=True,
                capture_output=True,
                text=True,
            )
        figures: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return figures


def _environment() -> dict[str, str]:
    # With bytecode, as every installation has it; the warm-up writes what is missing.
    kept = {it: value for it, value in os.environ.items() if it != "PYTHONDONTWRITEBYTECODE"}
    return kept | {"CDK_VALIDATION": "false"}


def _work(services: int) -> str:
    zones = range(len(workload.ZONES))
    return json.dumps(
        {
            "account": workload.ACCOUNT,
            "clients": workload.CLIENTS,
            "consumer": workload.CONSUMER,
            "consumers": workload.CONSUMERS,
            "context": workload.CONTEXT,
            "port": workload.PORT,
            "region": workload.REGION,
            "stacks": [
                [
                    {"number": n, "addresses": [workload.address(n, zone) for zone in zones]}
                    for n in numbers
                ]
                for numbers in BEST_CASE.stacks(services)
            ],
            "zones": workload.ZONES,
        }
    )


BASELINE = Implementation("Python L2, by hand", "l2")
LIBRARY = Implementation("this library", "library")
IMPLEMENTATIONS = (
    LIBRARY,
    BASELINE,
    Implementation("Python L1, by hand", "l1"),
    Implementation("TypeScript L2, by hand", "typescript"),
    Implementation("troposphere", "troposphere"),
)


def implementations_in(work: Workload) -> list[Implementation]:
    """Return the implementations that a workload has: in typical use, those of the Python CDK."""
    return [
        it
        for it in IMPLEMENTATIONS
        if not work.typical or it.key in implementations.IMPLEMENTATIONS
    ]


def compare(work: Workload, services: int = 2) -> list[str]:
    """Return how the templates of the implementations differ from the library's."""
    with tempfile.TemporaryDirectory() as temporary:
        folders = {it: Path(temporary) / it.key for it in implementations_in(work)}
        for implementation, folder in folders.items():
            implementation.run(work, services, keep=folder)
        return [
            line
            for implementation, folder in folders.items()
            if implementation is not LIBRARY
            for line in sameness.difference(folders[LIBRARY], folder)
        ]


def measure(work: Workload, services: int, repetitions: int) -> Runs:
    """Run all implementations in turn, once to warm up and then as often as told.

    Every second turn is the other way around, so that none always runs after the same one.
    """
    order = implementations_in(work)
    runs: Runs = {it.name: [] for it in order}
    for repetition in range(repetitions + 1):
        for implementation in order if repetition % 2 else reversed(order):
            figures = implementation.run(work, services)
            if repetition:
                runs[implementation.name].append(figures)
    return runs


def summaries(runs: Runs) -> dict[str, dict[str, dict[str, float]]]:
    """Return median, minimum and maximum of each figure, by implementation."""
    return {name: _summary(own, runs[BASELINE.name]) for name, own in runs.items()}


def _summary(
    runs: list[dict[str, Any]], baseline: list[dict[str, Any]]
) -> dict[str, dict[str, float]]:
    found = {name: _spread([run[name] for run in runs]) for name in report.TIMES}
    for name in report.RATIOS:
        # Of the same turn: what else the machine does slows both down.
        pairs = zip(runs, baseline, strict=True)
        found[f"{name} ratio"] = _spread([run[name] / other[name] for run, other in pairs])
    memories = [run["memory"] for run in runs if run["memory"]]
    for process in sorted({process for memory in memories for process in memory}):
        found[f"memory {process}"] = _spread([memory[process] for memory in memories])
    return found


def _spread(values: list[float]) -> dict[str, float]:
    return {"median": statistics.median(values), "min": min(values), "max": max(values)}


def trips_of(work: Workload) -> report.Trips:
    """Count the round trips of each implementation that has some, by kind."""
    counted = [it for it in IMPLEMENTATIONS if it.key in implementations.IMPLEMENTATIONS]
    if work.typical:
        return {it.name: counting.of_typical_use(it.key).by_kind() for it in counted}
    return {it.name: counting.of_service(it.key)[-1].by_kind() for it in counted}


def figures_of(work: Workload, sizes: Sequence[int], repetitions: int) -> report.Figures:
    """Measure a workload."""
    return report.Figures(
        title=work.title,
        results={size: summaries(measure(work, size, repetitions)) for size in sizes},
        trips=trips_of(work),
        # The services of a stack in typical use aren't all alike: the first learns about the VPCs.
        services_counted=work.per_stack if work.typical else 1,
    )


def main() -> int:
    """Measure everything, print the table, write the results."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--services", type=int, nargs="*", default=[1, 10, 100, 200])
    parser.add_argument("--typical-services", type=int, nargs="*", default=[1, 15, 60])
    parser.add_argument("--repetitions", type=int, default=5)
    parser.add_argument("--results", type=Path, default=RESULTS)
    arguments = parser.parse_args()
    sizes = {BEST_CASE: arguments.services, TYPICAL_USE: arguments.typical_services}
    wanted = {work: counts for work, counts in sizes.items() if counts}
    differences = [line for work in wanted for line in compare(work)]
    if differences:
        print("the templates differ:", *differences, sep="\n")  # noqa: T201 - a command
        return 1
    figures = {
        work.key: figures_of(work, counts, arguments.repetitions) for work, counts in wanted.items()
    }
    text = report.write(arguments.results, figures, baseline=BASELINE.name)
    if BEST_CASE.key in figures:
        drawn = plot.draw(figures[BEST_CASE.key].results)
        (arguments.results / "results.svg").write_text(drawn, "utf-8")
    print(text)  # noqa: T201 - a command
    return 0


if __name__ == "__main__":
    sys.exit(main())
