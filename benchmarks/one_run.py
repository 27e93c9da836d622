"""Builds and synthesizes the workload once, in a process of its own, and prints the figures.

python -m benchmarks.one_run typical-use library 15 <folder>
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

STARTED = time.perf_counter()


def main() -> None:
    """Measure one run."""
    parser = argparse.ArgumentParser()
    parser.add_argument("workload")
    parser.add_argument("implementation")
    parser.add_argument("services", type=int)
    parser.add_argument("folder", type=Path)
    arguments = parser.parse_args()

    import aws_cdk as cdk  # noqa: PLC0415 - its import is part of what is measured

    from benchmarks import memory, workload  # noqa: PLC0415
    from benchmarks.implementations import implementations_of, vpcs_of  # noqa: PLC0415

    work = workload.WORKLOADS[arguments.workload]
    define = implementations_of(work)[arguments.implementation]
    if arguments.implementation == "library":
        _provide_cdk_nag(installed=work.typical)
        import_module("privatelink_constructs.consumer.interface_endpoint")
        import_module("privatelink_constructs.provider.load_balanced_service")
    app = cdk.App(outdir=str(arguments.folder), context=workload.CONTEXT, analytics_reporting=False)
    imported = time.perf_counter()
    environment = cdk.Environment(account=workload.ACCOUNT, region=workload.REGION)
    for number, services in enumerate(work.stacks(arguments.services)):
        stack = cdk.Stack(app, f"Stack{number}", env=environment)
        vpc, consumer_vpc = vpcs_of(stack, number, work)
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


def _provide_cdk_nag(*, installed: bool) -> None:
    """Have the library find cdk-nag, or not; it then acknowledges what cdk-nag reports."""
    if not installed:
        sys.modules["cdk_nag"] = None  # pyright: ignore[reportArgumentType]
    elif find_spec("cdk_nag") is None:
        sys.exit("typical use is measured with cdk-nag, which isn't installed")


if __name__ == "__main__":
    main()
