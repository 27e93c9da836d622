"""The peak memory of this process and of those that it started, on Linux."""

from __future__ import annotations

from pathlib import Path


def peak() -> dict[str, float]:
    """Return the peaks in MiB: this process, and its Node if it has one.

    jsii's Node is two processes: one hands over what the other answers.
    """
    own = Path("/proc/self")
    if not own.exists():
        return {}
    children = _descendants(own.resolve())
    found = {"python": _high_water(own)}
    return found | ({"node": sum(map(_high_water, children))} if children else {})


def _descendants(process: Path) -> list[Path]:
    found: list[Path] = []
    for children in process.glob("task/*/children"):
        for child in map(Path("/proc").joinpath, children.read_text("utf-8").split()):
            found += [child, *_descendants(child)]
    return found


def _high_water(process: Path) -> float:
    lines = (process / "status").read_text("utf-8").splitlines()
    sizes = (line.split()[1] for line in lines if line.startswith("VmHWM:"))
    return int(next(sizes, "0")) / 1024
