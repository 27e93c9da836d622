"""The parsers of Mermaid and Graphviz, in one Node process for all tests of a worker."""

from __future__ import annotations

import atexit
import json
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

PROGRAM = Path(__file__).with_name("parse_drawings.mjs")


@cache
def _process() -> subprocess.Popen[str]:
    process = subprocess.Popen(
        ["node", str(PROGRAM)],  # noqa: S607 - the one of the project is first on the PATH
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )
    atexit.register(_end, process)
    return process


def _end(process: subprocess.Popen[str]) -> None:
    process.communicate()


def parsed(text: str, language: str = "mermaid") -> dict[str, Any]:
    """Return what a parser finds in a drawing, or what is wrong as ``error``."""
    process = _process()
    assert process.stdin
    assert process.stdout
    process.stdin.write(json.dumps({"language": language, "text": text}) + "\n")
    process.stdin.flush()
    answer: dict[str, Any] = json.loads(process.stdout.readline())
    return answer
