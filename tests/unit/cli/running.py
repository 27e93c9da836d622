"""What the tests of the command share: files to check, and what comes out."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from privatelink_constructs.cli.main import main

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


class Run(NamedTuple):
    status: int
    out: str
    err: str

    @property
    def last(self) -> str:
        return self.out.splitlines()[-1]


def check(capsys: pytest.CaptureFixture[str], *arguments: object) -> Run:
    """Run ``privatelink check``."""
    status = main(["check", *map(str, arguments)])
    captured = capsys.readouterr()
    return Run(status, captured.out, captured.err)


def found(capsys: pytest.CaptureFixture[str], *arguments: object) -> list[dict[str, Any]]:
    """Return the findings of ``privatelink check``."""
    found: list[dict[str, Any]] = json.loads(check(capsys, *arguments, "--format", "json").out)
    return found


def line_of(path: str, *texts: str) -> int:
    """Return the line on which the last of several texts is, each after the one before."""
    with open(path, encoding="utf-8") as file:  # noqa: PTH123 - a name, as the command takes it
        content = file.read()
    place = 0
    for text in texts:
        place = content.index(text, place)
    return content.count("\n", 0, place) + 1


def write(path: Path, template: object) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    text = template if isinstance(template, str) else json.dumps(template, indent=2)
    path.write_text(text, encoding="utf-8")
    return str(path)
