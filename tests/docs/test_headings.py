"""The pages of the constructs have the same headings, and each public name is on a page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from tests.docs.pages import ROOT, pages

import privatelink_constructs

if TYPE_CHECKING:
    from pathlib import Path

HEADINGS = [
    "What it defines",
    "Minimal example",
    "Parameters and defaults",
    "What it refuses",
    "Permissions and functions",
    "What an update does",
    "Cost",
]
PAGES = sorted(ROOT.glob("docs/constructs/*.md"))
EXAMPLES = sorted(ROOT.glob("examples/*/app.py"))
PROSE = "\n".join(page.read_text(encoding="utf-8") for page in pages())
_DRAWING = re.compile(r"^<!-- drawing .*?^<!-- end -->\n", re.DOTALL | re.MULTILINE)
_HEADING = re.compile(r"^## (.*)$", re.MULTILINE)
_CODE = re.compile(r"^```.*?^```$", re.DOTALL | re.MULTILINE)


def headings(page: Path) -> list[str]:
    return _HEADING.findall(_CODE.sub("", page.read_text(encoding="utf-8")))


@pytest.mark.parametrize("page", PAGES, ids=lambda it: it.stem)
def test_a_page_has_the_headings_in_order(page: Path) -> None:
    assert [it for it in headings(page) if it in HEADINGS] == HEADINGS


@pytest.mark.parametrize("page", PAGES, ids=lambda it: it.stem)
def test_a_page_begins_with_what_it_is_about(page: Path) -> None:
    title, blank, sentence, *_ = page.read_text(encoding="utf-8").splitlines()
    assert title.startswith("# ")
    assert not blank
    assert sentence.endswith((".", ")"))


@pytest.mark.parametrize("app", EXAMPLES, ids=lambda it: it.parent.name)
def test_an_example_says_what_it_deploys_costs_and_needs_changed(app: Path) -> None:
    text = (app.parent / "README.md").read_text(encoding="utf-8")
    lines = _DRAWING.sub("", text).splitlines()
    bold = [line.partition("**")[2].partition("**")[0] for line in lines if line.startswith("- ")]
    assert bold == ["Deploys", "Costs", "To change it"]
    assert len([line for line in lines if line]) <= 10


@pytest.mark.parametrize("name", privatelink_constructs.__all__)
def test_a_public_name_is_on_a_page(name: str) -> None:
    assert re.search(rf"\b{name}\b", PROSE)
