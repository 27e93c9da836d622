"""What a page writes like the ID of a rule is the ID of a rule."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from tests.docs.pages import ROOT, pages

from privatelink_constructs.rules.catalog import rules_by_module

if TYPE_CHECKING:
    from pathlib import Path

IDS = {rule.id for rules in rules_by_module().values() for rule in rules}
# The faults of docs/decisions/0014: an ID ends in one of them.
FAULTS = re.findall(
    r"^\| `([a-z-]+)` \|",
    (ROOT / "docs" / "decisions" / "0014-ids-of-rules.md").read_text(encoding="utf-8"),
    re.MULTILINE,
)
_ID = re.compile(
    rf"`(?:privatelink-constructs:)?([a-z0-9]+(?:-[a-z0-9]+)*-(?:{'|'.join(FAULTS)}))`"
)


def mentioned(page: Path) -> set[str]:
    return set(_ID.findall(page.read_text(encoding="utf-8")))


@pytest.mark.parametrize("page", pages(), ids=lambda it: str(it.relative_to(ROOT)))
def test_a_rule_that_a_page_names_exists(page: Path) -> None:
    assert mentioned(page) <= IDS


def test_a_wrong_id_is_noticed(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("`port-out-of-range`, `no-such-rule-missing`, `hyphenated-word`")
    assert mentioned(page) - IDS == {"no-such-rule-missing"}
