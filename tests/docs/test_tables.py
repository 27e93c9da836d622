"""The tables of parameters are those of the docstrings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.docs.pages import ROOT

import parameter_tables

if TYPE_CHECKING:
    from pathlib import Path

PAGES = sorted(ROOT.glob("docs/**/*.md"))


@pytest.mark.parametrize("page", PAGES, ids=lambda it: str(it.relative_to(ROOT)))
def test_the_tables_are_as_the_docstrings(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert text == parameter_tables.written(text), "run `python tools/parameter_tables.py`"


def test_a_parameter_without_a_default_is_required() -> None:
    table = parameter_tables.table("InterfaceEndpoint")
    assert "| `vpc` | The VPC of the clients. | required |" in table.splitlines()
