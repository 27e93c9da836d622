"""Every drawing on a page is one that Mermaid understands."""

from __future__ import annotations

import re

import pytest
from tests.docs.pages import ROOT
from tests.support.drawing_parsers import parsed

PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("examples/*/README.md")])
_BLOCK = re.compile(r"^```mermaid\n(.*?)^```$", re.DOTALL | re.MULTILINE)
DRAWINGS = {
    f"{page.relative_to(ROOT)}:{number}": text
    for page in PAGES
    for number, text in enumerate(_BLOCK.findall(page.read_text("utf-8")), 1)
}


@pytest.mark.parametrize("name", DRAWINGS)
def test_a_drawing_is_understood(name: str) -> None:
    found = parsed(DRAWINGS[name])
    assert "error" not in found, found
    assert found["type"]


def test_there_are_drawings() -> None:
    assert len(DRAWINGS) > 3


@pytest.mark.parametrize("text", ["", "flowchart LR\n    a[x\n", "flowchart LR\n    a --> \n"])
def test_fails_when_a_drawing_is_not_valid(text: str) -> None:
    assert "error" in parsed(text)
