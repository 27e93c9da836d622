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
    about,
    by_rule,
    error,
    first_of,
    is_token,
    known,
    message_of,
    reworded,
    sentence,
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
    assert problem.message == "Port 4. Write it."


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("port 4 is not a valid port", "Port 4 is not a valid port."),
        ("the subnet's zone isn't known", "The subnet's zone isn't known."),
        ("Use a port. The default is 80.", "Use a port. The default is 80."),
        ("clients[1] is a list", "clients[1] is a list."),
        ("idle_timeout is set", "idle_timeout is set."),
        ("eu-west-1a is elsewhere", "eu-west-1a is elsewhere."),
        ("arn:aws:acm:::x isn't there", "arn:aws:acm:::x isn't there."),
        ("the reason: it is", "The reason: it is."),
        ("'x' is not a valid port", "'x' is not a valid port."),
        ("is a variable empty?", "Is a variable empty?"),
    ],
)
def test_sentences(text: str, expected: str) -> None:
    assert sentence(text) == expected


@pytest.mark.parametrize(
    ("what", "expected"),
    [
        ("'x' is not a valid port", "'x' is not a valid port for ports[1]."),
        ("the timeout is 1 second", "The timeout is 1 second in ports[1]."),
        ("'x' has host bits. It is y", "'x' has host bits in ports[1]. It is y."),
    ],
)
def test_a_statement_names_the_argument(what: str, expected: str) -> None:
    [problem] = about([Problem(describe(error), what)], "ports[1]")
    assert problem.statement == expected


def test_the_name_of_a_part_follows_the_name_of_the_whole() -> None:
    [problem] = about(about(describe(error)(4), "health_check"), "listeners[0]")
    assert problem.argument == "listeners[0].health_check"
    assert [it.argument for it in reworded(iter([problem]), "4", "5")] == [problem.argument]


def test_problems_of_one_rule_are_one_message() -> None:
    rule, other = describe(error), describe(warning)
    problems = [*rule(4), *rule(5), *rule(4)]
    assert message_of(problems) == "Port 4. Port 5. Write it."
    many = [it for port in range(4, 11) for it in rule(port)]
    assert message_of(many).endswith("Port 8. There are 2 more of these. Write it.")
    assert [len(group) for group in by_rule([*problems, *other(4)])] == [4]


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


PARTS = {"rule", "what", "argument"}


def makes_problems(text: str) -> bool:
    """Tell whether a file can make a problem, under whatever name, or a copy of one."""
    tree = ast.parse(text)
    for_checkers = {
        part
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for part in ast.walk(node)
    }
    return any(_makes(node) for node in ast.walk(tree) if node not in for_checkers)


def _makes(node: ast.AST) -> bool:
    if isinstance(node, ast.ImportFrom):
        return any(alias.name in {"Problem", "*"} for alias in node.names)
    if isinstance(node, ast.Attribute):
        return node.attr == "Problem"
    if not isinstance(node, ast.Call):
        return False
    called = ast.unparse(node.func)
    copies = called.endswith("replace") and any(it.arg in PARTS for it in node.keywords)
    by_class = re.fullmatch(r"type\(\w+\)", called) or called.endswith("__class__")
    return called == "Problem" or copies or bool(by_class)


def test_only_rules_make_problems() -> None:
    package = Path(str(privatelink_constructs.__file__)).parent
    makers = {
        str(path.relative_to(package))
        for path in package.rglob("*.py")
        if makes_problems(path.read_text(encoding="utf-8"))
    }
    assert makers == {"rules/core.py"}


@pytest.mark.parametrize(
    "text",
    [
        "Problem(rule, 'x')",
        "from a.rules.core import Problem as P\nP(rule, 'x')",
        "from a.rules.core import *",
        "def f():\n    from a.rules.core import Problem",
        "from a.rules import core\ncore.Problem(rule, 'x')",
        "from a.rules import core\nmake = core.Problem",
        "replace(problem, what='x')",
        "dataclasses.replace(problem, argument='x')",
        "type(problem)(rule, 'x')",
        "problem.__class__(rule, 'x')",
    ],
)
def test_every_way_to_make_a_problem_is_noticed(text: str) -> None:
    assert makes_problems(text)


@pytest.mark.parametrize(
    "text",
    [
        "if TYPE_CHECKING:\n    from a.rules.core import Problem\n\ndef f(it: Problem): ...",
        "replace(target, owner=None)",
        "type(problem)",
        "rule(4)",
    ],
)
def test_what_makes_no_problem_passes(text: str) -> None:
    assert not makes_problems(text)


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
    assert problem.message == "'<token>' and <token> and <token>. Add it."
