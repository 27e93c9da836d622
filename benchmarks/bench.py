"""Measures this package against the same stacks written in other ways, side by side in one run.

    python -m benchmarks.bench [--services 1 10 100 200] [--repetitions 5]

The templates are compared first. Then all implementations run in turn, each run in a process of
its own, after a warm-up. The tables and the plot go into ``benchmarks/results``.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import counting, implementations, plot, report, sameness, workload

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

    def command(self, services: int, folder: Path) -> tuple[list[str], str]:
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
            *[sys.executable, "-m", "benchmarks.one_run", self.key],
            *[str(services), str(folder)],
        ], ""

    def run(self, services: int, *, keep: Path | None = None) -> dict[str, Any]:
        """Run once, and return the figures."""
        with tempfile.TemporaryDirectory() as temporary:
            folder = keep or Path(temporary)
            command, text = self.command(services, folder)
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
                for numbers in workload.stacks(services)
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


def compare(services: int = 2) -> list[str]:
    """Return how the templates of the implementations differ from the library's."""
    with tempfile.TemporaryDirectory() as temporary:
        folders = {it.key: Path(temporary) / it.key for it in IMPLEMENTATIONS}
        for implementation in IMPLEMENTATIONS:
            implementation.run(services, keep=folders[implementation.key])
        return [
            line
            for implementation in IMPLEMENTATIONS[1:]
            for line in sameness.difference(folders[LIBRARY.key], folders[implementation.key])
        ]


def measure(services: int, repetitions: int) -> dict[str, list[dict[str, Any]]]:
    """Run all implementations in turn, once to warm up and then as often as told."""
    runs: dict[str, list[dict[str, Any]]] = {it.name: [] for it in IMPLEMENTATIONS}
    for repetition in range(repetitions + 1):
        for implementation in IMPLEMENTATIONS:
            figures = implementation.run(services)
            if repetition:
                runs[implementation.name].append(figures)
    return runs


def summary(runs: list[dict[str, Any]]) -> dict[str, dict[str, float]]:
    """Return median, minimum and maximum of each figure."""
    found = {name: _spread([run[name] for run in runs]) for name in report.TIMES}
    memories = [run["memory"] for run in runs if run["memory"]]
    for process in sorted({process for memory in memories for process in memory}):
        found[f"memory {process}"] = _spread([memory[process] for memory in memories])
    return found


def _spread(values: list[float]) -> dict[str, float]:
    return {"median": statistics.median(values), "min": min(values), "max": max(values)}


def main() -> int:
    """Measure everything, print the table, write the results."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--services", type=int, nargs="+", default=[1, 10, 100, 200])
    parser.add_argument("--repetitions", type=int, default=5)
    arguments = parser.parse_args()
    differences = compare()
    if differences:
        print("the templates differ:", *differences, sep="\n")  # noqa: T201 - a command
        return 1
    results = {
        services: {
            name: summary(runs) for name, runs in measure(services, arguments.repetitions).items()
        }
        for services in arguments.services
    }
    trips = {
        it.name: counting.of_service(it.key)[-1].by_kind()
        for it in IMPLEMENTATIONS
        if it.key in implementations.IMPLEMENTATIONS
    }
    shutil.rmtree(RESULTS, ignore_errors=True)
    RESULTS.mkdir()
    (RESULTS / "results.svg").write_text(plot.draw(results), "utf-8")
    text = report.write(RESULTS, results, trips, baseline=BASELINE.name)
    print(text)  # noqa: T201 - a command
    return 0


if __name__ == "__main__":
    sys.exit(main())
