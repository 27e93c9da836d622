"""One drawing per example, to be read when it changes, and the pages that show them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode
from tests.examples.running import EXAMPLES, NAMES
from tests.support.drawing_parsers import parsed

import drawings

if TYPE_CHECKING:
    from pathlib import Path

    from syrupy.assertion import SnapshotAssertion

PAGES = [path for path in drawings.pages() if "<!-- drawing of " in path.read_text("utf-8")]
AGAIN = "run `python tools/drawings.py`"
WITHOUT_PICTURE = frozenset({"guard_rails"})
"""The examples that define nothing that is drawn."""

pytestmark = pytest.mark.snapshot


class MermaidSnapshotExtension(SingleFileSnapshotExtension):
    """Writes each drawing into a file of its own."""

    file_extension = "mmd"
    _write_mode = WriteMode.TEXT


@pytest.mark.parametrize("example", NAMES)
def test_example_drawings(example: str, snapshot: SnapshotAssertion) -> None:
    text = drawings.drawing(example)
    found = parsed(text)
    assert found.get("nodes"), found
    assert text == snapshot(name=example, extension_class=MermaidSnapshotExtension)


@pytest.mark.parametrize("page", PAGES, ids=lambda it: str(it.relative_to(drawings.ROOT)))
def test_a_page_shows_the_drawing_of_its_example(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert text == drawings.written(text), AGAIN


def test_every_example_shows_its_drawing() -> None:
    shown = {
        page.parent.name: f"<!-- drawing of {page.parent.name} -->" in page.read_text("utf-8")
        for page in EXAMPLES.glob("*/README.md")
    }
    assert shown == {name: name not in WITHOUT_PICTURE for name in NAMES}


def test_pictures_are_those_of_the_examples() -> None:
    for path, text in drawings.pictures().items():
        assert path.read_text(encoding="utf-8") == text, AGAIN
