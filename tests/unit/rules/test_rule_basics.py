"""What a rule is, and that all of them are well-formed."""

from __future__ import annotations

import pkgutil
import re
from importlib import import_module

import pytest

from privatelink_constructs import rules
from privatelink_constructs.rules.core import (
    Problem,
    Rule,
    Severity,
    error,
    is_token,
    known,
    warning,
)

ALL = {
    f"{module.name}.{name}": value
    for module in pkgutil.iter_modules(rules.__path__)
    for name, value in vars(import_module(f"privatelink_constructs.rules.{module.name}")).items()
    if isinstance(value, Rule)
}
every_rule = pytest.mark.parametrize("rule", ALL.values(), ids=list(ALL))


def test_an_error() -> None:
    rule = error("some-rule", "Title.", why="Why.", remedy="do this", url="https://example.com")
    assert rule == Rule(
        "some-rule", Severity.ERROR, "Title.", "Why.", "do this", "https://example.com"
    )


def test_a_warning() -> None:
    rule = warning("some-rule", "Title.", why="Why.", remedy="do this", url="https://example.com")
    assert rule.severity is Severity.WARNING


def test_a_message_says_what_is_wrong_and_what_to_change() -> None:
    rule = error("some-rule", "Title.", why="Why.", remedy="do this", url="https://example.com")
    assert Problem(rule, "that is wrong").message == "that is wrong: do this"


@every_rule
def test_an_id_is_stable_and_plain(rule: Rule) -> None:
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", rule.id)


@every_rule
def test_texts_are_complete(rule: Rule) -> None:
    assert rule.title.endswith(".")
    assert rule.why.endswith(".")
    assert not re.search(r"[^.]\.$", rule.remedy)
    assert rule.url.startswith("https://")


def test_no_id_is_given_twice() -> None:
    by_id: dict[str, Rule] = {}
    for rule in ALL.values():
        assert by_id.setdefault(rule.id, rule) == rule


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("${Token[TOKEN.12]}", True),
        ("prefix-${Token[AWS.Region.3]}", True),
        ("#{Token[TOKEN.5]}", True),
        (-1.8881545897087e289, True),
        (["a", "#{Token[TOKEN.5]}"], True),
        (("${Token[TOKEN.5]}",), True),
        (object(), True),
        ("Token[", False),
        ("", False),
        (0, False),
        (-1, False),
        (True, False),
        (None, False),
        ([], False),
        ({}, False),
        (b"", False),
    ],
)
def test_tokens(value: object, *, expected: bool) -> None:
    assert is_token(value) is expected
    assert known(value) is (None if expected else value)
