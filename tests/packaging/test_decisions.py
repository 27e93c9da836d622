"""The decision records are complete, and the index lists them all."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "decisions"
RECORDS = sorted(FOLDER.glob("[0-9]*.md"))


def test_the_index_lists_every_record_by_its_title() -> None:
    index = (FOLDER / "README.md").read_text(encoding="utf-8")
    titles = {path.name: path.read_text(encoding="utf-8").splitlines()[0] for path in RECORDS}

    rows = re.findall(r"^\| (\d+) \| \[(.+)\]\((.+)\) \|", index, re.MULTILINE)

    assert {name: f"# {number}. {title}" for number, title, name in rows} == titles


@pytest.mark.parametrize("path", RECORDS, ids=[path.stem[:4] for path in RECORDS])
def test_a_record_has_all_its_parts(path: Path) -> None:
    text = path.read_text(encoding="utf-8")

    assert re.search(r"^Status: (accepted|superseded by \d{4})$", text, re.MULTILINE)
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == [
        "Context",
        "Positions",
        "Decision",
        "Consequences",
    ]
