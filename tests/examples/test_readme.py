"""The programs in the README run as they stand there."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import aws_cdk as cdk
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

README = Path(__file__).parents[2] / "README.md"
PROGRAMS = re.findall(r"```python\n(.*?)```", README.read_text(), re.DOTALL)


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path) -> Iterator[None]:
    original = cdk.App

    def app(**options: Any) -> cdk.App:
        return original(outdir=str(tmp_path), **options)

    with patch.object(cdk, "App", app):
        yield


def test_there_is_a_program() -> None:
    assert PROGRAMS


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_program_of_the_readme_synthesizes(program: str, tmp_path: Path) -> None:
    exec(compile(program, str(README), "exec"), {})  # noqa: S102 - our own README

    assert list(tmp_path.glob("*.template.json"))


def test_the_first_program_is_short() -> None:
    lines = [line for line in PROGRAMS[0].splitlines() if line.strip()]

    assert len(lines) <= 15
