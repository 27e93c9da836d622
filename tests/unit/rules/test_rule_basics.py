"""What a rule is, and that all of them are well-formed."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import aws_cdk as cdk
import pytest

import privatelink_constructs
from privatelink_constructs.rules.catalog import rule_by_id, rules_by_module
from privatelink_constructs.rules.core import (
    Fix,
    Problem,
    Severity,
    error,
    first_of,
    is_token,
    known,
    warning,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from privatelink_constructs.rules.core import (
        Rule,
    )

RECORD = Path(__file__).parents[3] / "docs" / "decisions" / "0014-ids-of-rules.md"
TEMPLATE = re.compile(r"AWS::\w+::|Fn::|!Ref|!Sub|!GetAtt|\b[A-Z][a-z]+[A-Z]\w*: ")
PYTHON = re.compile(r"\b(?!rate\()\w+\([^)]*\)|\b[a-z]+_[a-z_]+=|\bTrue\b|\bFalse\b|cdk\.")
ALL = {rule.id: rule for found in rules_by_module().values() for rule in found}
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
def test_an_id_ends_with_a_fault_of_the_list(rule: Rule[...]) -> None:
    faults = re.findall(r"^\| `([a-z-]+)` \|", RECORD.read_text(encoding="utf-8"), re.MULTILINE)
    assert any(rule.id.endswith(f"-{fault}") for fault in faults)


@every_rule
def test_texts_are_complete(rule: Rule[...]) -> None:
    assert rule.title.endswith(".")
    assert rule.why.endswith(".")
    for text in (rule.fix.code, rule.fix.template):
        assert text
        assert not re.search(r"[^.]\.$", text)
    assert rule.url.startswith("https://")


@every_rule
def test_a_title_states_a_norm(rule: Rule[...]) -> None:
    norm = {Severity.ERROR: "must", Severity.WARNING: "should"}[rule.severity]
    assert f" {norm} " in rule.title


@every_rule
def test_what_to_change_is_said_in_the_readers_world(rule: Rule[...]) -> None:
    assert not TEMPLATE.search(rule.fix.code)
    assert not PYTHON.search(rule.fix.template)


@every_rule
def test_a_rule_is_found_by_its_id(rule: Rule[...]) -> None:
    assert rule_by_id(rule.id) is rule


def test_no_id_is_given_twice() -> None:
    ids = [rule.id for found in rules_by_module().values() for rule in found]
    assert len(ids) == len(set(ids))


def test_only_rules_make_problems() -> None:
    package = Path(str(privatelink_constructs.__file__)).parent
    makers = {
        str(path.relative_to(package))
        for path in package.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] == "Problem"
    }
    assert makers == {"rules/core.py"}


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


def test_messages_have_no_tokens() -> None:
    texts = (cdk.Aws.REGION, cdk.Token.as_list({"Ref": "List"})[0])
    number = cdk.Token.as_number({"Ref": "Number"})

    @warning("x-missing", "X should be there.", why="", fix=Fix.same("add it"), url="")
    def rule(*values: object) -> Iterator[str]:
        yield f"{values[0]!r} and {values[1]} and {values[2]}"

    (problem,) = rule(*texts, number)
    assert problem.message == "'<token>' and <token> and <token>: add it"
