"""Texts that people read are plain English: no phrase of the table in ``phrases.py``."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from typing import TYPE_CHECKING

import pytest
from tests.docs.pages import ROOT
from tests.docs.phrases import ALLOWED, PHRASES, found_in

from privatelink_constructs.rules.catalog import rules_by_module

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from privatelink_constructs.rules.core import Rule

SOURCE = ROOT / "src" / "privatelink_constructs"
_CODE = re.compile(r"^```.*?^```$|`[^`\n]*`|\]\([^)]*\)", re.DOTALL | re.MULTILINE)
_DATA = re.compile(r"[\w:/.*<>{}\[\]$,-]*")
"""Strings without spaces are names and values, not texts."""


def pages() -> Iterator[Path]:
    found = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("examples/*/README.md")]
    yield from sorted(found)


def modules() -> Iterator[Path]:
    yield from sorted(SOURCE.rglob("*.py"))


def texts(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the comments, docstrings, and messages of a module, with their lines.

    Strings in a row are one text.
    """
    source = path.read_text(encoding="utf-8")
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.JoinedStr):
            parts = [str(it.value) if isinstance(it, ast.Constant) else "x" for it in node.values]
            yield node.lineno, "".join(parts)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value
    comments = [
        (it.start[0], it.string.lstrip("# "))
        for it in tokenize.generate_tokens(io.StringIO(source).readline)
        if it.type == tokenize.COMMENT
    ]
    yield from comments


def texts_of(rule: Rule[...]) -> dict[str, str]:
    return {
        "title": rule.title,
        "why": rule.why,
        "remedy in Python": rule.fix.code,
        "remedy in a template": rule.fix.template,
    }


RULES = [rule for found in rules_by_module().values() for rule in found]


@pytest.mark.parametrize("page", [*pages()], ids=lambda it: it.relative_to(ROOT).as_posix())
def test_pages_are_plain_english(page: Path) -> None:
    text = _CODE.sub(" ", page.read_text(encoding="utf-8"))
    assert [found for it in text.split("\n\n") for found in found_in(it)] == []


@pytest.mark.parametrize("module", [*modules()], ids=lambda it: it.relative_to(SOURCE).as_posix())
def test_modules_are_plain_english(module: Path) -> None:
    found = {
        f"line {line}: {phrase}"
        for line, text in texts(module)
        if not _DATA.fullmatch(text)
        for phrase in found_in(text)
    }
    assert sorted(found) == []


@pytest.mark.parametrize("rule", RULES, ids=[rule.id for rule in RULES])
def test_rules_are_plain_english(rule: Rule[...]) -> None:
    assert {name: found_in(text) for name, text in texts_of(rule).items() if found_in(text)} == {}


@pytest.mark.parametrize(
    "text",
    [
        "'x' is no port",
        "one load balancer a zone",
        "the group admits its members",
        "the record that proves the name",
        "the connection is asked for",
        "the text is carried by the queue",
        "everything that the page says so",
        "an alarm goes off nevertheless",
        "whoever stands for the account",
    ],
)
def test_a_phrase_is_noticed(text: str) -> None:
    assert found_in(text)


@pytest.mark.parametrize(
    "text", ["'x' is not a valid port", "one load balancer per Availability Zone", "omit it"]
)
def test_plain_english_passes(text: str) -> None:
    assert found_in(text) == []


def test_exceptions_have_a_reason_and_a_phrase() -> None:
    for allowed in ALLOWED:
        assert allowed.reason
        assert any(re.search(pattern, allowed.text) for pattern in PHRASES)
