"""Builds and synthesizes the workload once, in a process of its own, and prints the figures as JSON.

    python -m benchmarks.one_run library 10 <folder> [--round-trips]
"""

from __future__ import annotations

import argparse
import json
import os
import time
from pathlib import Path

STARTED = time.perf_counter()


def main() -> None:
    """Measure one run."""
    parser = argparse.ArgumentParser()
    parser.add_argument("implementation")
    parser.add_argument("services", type=int)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--round-trips", action="store_true")
    arguments = parser.parse_args()

    import aws_cdk as cdk  # noqa: PLC0415 - its import is part of what is measured

    from benchmarks import round_trips, workload  # noqa: PLC0415
    from benchmarks.implementations import IMPLEMENTATIONS, vpc_of  # noqa: PLC0415

    define = IMPLEMENTATIONS[arguments.implementation]
    if arguments.implementation == "library":
        import privatelink_constructs.consumer.interface_endpoint
        import privatelink_constructs.provider.load_balanced_service  # noqa: F401, PLC0415
    app = cdk.App(
        outdir=str(arguments.folder), context=workload.CONTEXT, analytics_reporting=False
    )
    imported = time.perf_counter()
    counts: list[int] = []
    environment = cdk.Environment(account=workload.ACCOUNT, region=workload.REGION)
    for number, services in enumerate(workload.stacks(arguments.services)):
        stack = cdk.Stack(app, f"Stack{number}", env=environment)
        vpc, consumer_vpc = vpc_of(stack, "Vpc"), vpc_of(stack, "ConsumerVpc")
        for service in services:
            if arguments.round_trips:
                with round_trips.counted() as trips:
                    define(stack, service, vpc, consumer_vpc)
                counts.append(len(trips))
            else:
                define(stack, service, vpc, consumer_vpc)
    built = time.perf_counter()
    app.synth()
    synthesized = time.perf_counter()
    print(  # noqa: T201 - the figures
        json.dumps(
            {
                "import": imported - STARTED,
                "build": built - imported,
                "synth": synthesized - built,
                "total": synthesized - STARTED,
                "memory": _peak_memory(),
                "round_trips": counts,
            }
        )
    )


def _peak_memory() -> dict[str, float] | None:
    """Return the peak memory of this process and of the Node process, in MiB, on Linux."""
    own = Path("/proc/self/status")
    if not own.exists():
        return None
    children = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split()
    node = sum(_high_water(Path(f"/proc/{child}/status")) for child in children)
    return {"python": _high_water(own), "node": node}


def _high_water(status: Path) -> float:
    for line in status.read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return 0.0


if __name__ == "__main__":
    main()
