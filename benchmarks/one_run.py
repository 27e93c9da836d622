"""Builds and synthesizes the workload once, in a process of its own, and prints the figures.

python -m benchmarks.one_run library 10 <folder>
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from importlib import import_module
from pathlib import Path

STARTED = time.perf_counter()


def main() -> None:
    """Measure one run."""
    parser = argparse.ArgumentParser()
    parser.add_argument("implementation")
    parser.add_argument("services", type=int)
    parser.add_argument("folder", type=Path)
    arguments = parser.parse_args()

    import aws_cdk as cdk  # noqa: PLC0415 - its import is part of what is measured

    from benchmarks import memory, workload  # noqa: PLC0415
    from benchmarks.implementations import IMPLEMENTATIONS, vpc_of  # noqa: PLC0415

    define = IMPLEMENTATIONS[arguments.implementation]
    if arguments.implementation == "library":
        # Not installed: the stacks by hand acknowledge nothing for it either.
        sys.modules["cdk_nag"] = None  # pyright: ignore[reportArgumentType]
        import_module("privatelink_constructs.consumer.interface_endpoint")
        import_module("privatelink_constructs.provider.load_balanced_service")
    app = cdk.App(outdir=str(arguments.folder), context=workload.CONTEXT, analytics_reporting=False)
    imported = time.perf_counter()
    environment = cdk.Environment(account=workload.ACCOUNT, region=workload.REGION)
    for number, services in enumerate(workload.stacks(arguments.services)):
        stack = cdk.Stack(app, f"Stack{number}", env=environment)
        vpc, consumer_vpc = vpc_of(stack, "Vpc"), vpc_of(stack, "ConsumerVpc")
        for service in services:
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
                "memory": memory.peak(),
            }
        )
    )


if __name__ == "__main__":
    main()
