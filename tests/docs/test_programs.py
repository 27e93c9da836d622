"""The Python on each page runs as it stands there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import aws_cdk as cdk
import pytest
from tests.docs.pages import ROOT, pages, programs

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.docs.pages import Program

PROGRAMS = [program for page in pages() for program in programs(page)]


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path) -> Iterator[None]:
    original = cdk.App

    def app(**options: Any) -> cdk.App:
        return original(outdir=str(tmp_path), **options)

    with patch.object(cdk, "App", app):
        yield


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda it: it.name)
def test_a_program_runs(program: Program, tmp_path: Path) -> None:
    exec(compile(program.code, program.name, "exec"), {})  # noqa: S102 - our own pages

    assert "app = cdk.App(" not in program.code or list(tmp_path.glob("*.template.json"))


def test_the_first_stack_is_short_and_gives_no_warning(tmp_path: Path) -> None:
    first = programs(ROOT / "README.md")[0].code.partition("consumer = ")[0]
    lines = [line for line in first.splitlines() if line.strip()]
    assert len(lines) <= 25

    names: dict[str, Any] = {}
    exec(compile(f"{first}\napp.synth()", "README.md", "exec"), names)  # noqa: S102 - our own
    assembly = names["app"].synth()
    assert [it.entry.data for stack in assembly.stacks for it in stack.messages] == []
