"""Links between pages lead somewhere, headings included."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote

import pytest
from tests.docs.pages import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("examples/*/README.md")])
_CODE = re.compile(r"^```.*?^```$|`[^`\n]*`", re.DOTALL | re.MULTILINE)
_BLOCK = re.compile(r"^```.*?^```$", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"\]\(([^)\s]+)\)|^\[[^\]]+\]: (\S+)", re.MULTILINE)
_HEADING = re.compile(r"^#+ (.*)$", re.MULTILINE)


def links(page: Path) -> Iterator[str]:
    for inline, reference in _LINK.findall(_CODE.sub("", page.read_text(encoding="utf-8"))):
        yield inline or reference


def anchors(page: Path) -> set[str]:
    """Return what GitHub calls the headings of a page."""
    text = _BLOCK.sub("", page.read_text(encoding="utf-8"))
    found = (re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", it).lower() for it in _HEADING.findall(text))
    return {re.sub(r"[^\w\- ]", "", it).strip().replace(" ", "-") for it in found}


@pytest.mark.parametrize("page", PAGES, ids=lambda it: str(it.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    broken: list[str] = []
    for link in links(page):
        if link.startswith(("https://", "mailto:")):
            continue
        path, _, anchor = unquote(link).partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(link)
    assert not broken


def test_a_broken_link_is_noticed(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# One two, `three_four`\n\n[here](#one-two-three_four) `[no](link.md)`\n")
    assert list(links(page)) == ["#one-two-three_four"]
    assert anchors(page) == {"one-two-three_four"}


def test_every_page_is_reached_from_the_readme() -> None:
    reached, waiting = set[str](), [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if str(page) in reached:
            continue
        reached.add(str(page))
        for link in links(page):
            target = (page.parent / link.partition("#")[0]).resolve()
            target = target / "README.md" if target.is_dir() else target
            if not link.startswith("https://") and target.suffix == ".md" and target.exists():
                waiting.append(target)
    assert {str(page) for page in PAGES} <= reached
