"""What a rule is, and that all of them are well-formed."""

from __future__ import annotations

import pkgutil
import re
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest

from privatelink_constructs import rules
from privatelink_constructs.rules.core import (
    Fix,
    Problem,
    Rule,
    Severity,
    error,
    first_of,
    is_token,
    known,
    warning,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

ALL = {
    f"{module.name}.{name}": value
    for module in pkgutil.iter_modules(rules.__path__)
    for name, value in vars(import_module(f"privatelink_constructs.rules.{module.name}")).items()
    if isinstance(value, Rule)
}
every_rule = pytest.mark.parametrize("rule", ALL.values(), ids=list(ALL))


def describe(rule: Any) -> Any:
    @rule("port-out-of-range", "Title.", why="Why.", fix=FIX, url="https://example.com")
    def small(port: int) -> Iterator[str]:
        if port > 3:
            yield f"port {port}"

    return small


FIX = Fix(code="write it", template="set It")


@pytest.mark.parametrize(
    ("decorator", "severity"), [(error, Severity.ERROR), (warning, Severity.WARNING)]
)
def test_a_rule_is_its_predicate(decorator: Any, severity: Severity) -> None:
    rule = describe(decorator)
    assert (rule.id, rule.severity, rule.title) == ("port-out-of-range", severity, "Title.")
    assert list(rule(4)) == [Problem(rule, "port 4")]
    assert list(rule(3)) == []


def test_a_message_says_what_is_wrong_and_what_to_change_in_python() -> None:
    [problem] = describe(error)(4)
    assert problem.message == "port 4: write it"


def test_only_the_first_broken_rule_is_asked() -> None:
    rule = describe(error)
    asked: list[int] = []

    def later() -> Iterator[Problem]:
        asked.append(1)
        yield from rule(6)

    assert [it.what for it in first_of(rule(3), rule(4), later())] == ["port 4"]
    assert asked == []
    assert list(first_of(rule(1), rule(2))) == []


@every_rule
def test_an_id_is_stable_and_plain(rule: Rule[...]) -> None:
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", rule.id)


@every_rule
def test_texts_are_complete(rule: Rule[...]) -> None:
    assert rule.title.endswith(".")
    assert rule.why.endswith(".")
    for text in (rule.fix.code, rule.fix.template):
        assert text
        assert not re.search(r"[^.]\.$", text)
    assert rule.url.startswith("https://")


def test_no_id_is_given_twice() -> None:
    by_id: dict[str, Rule[...]] = {}
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
