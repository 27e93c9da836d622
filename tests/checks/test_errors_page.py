"""The pages of errors are current, and their examples are correct."""

from __future__ import annotations

import pytest

import errors_page
from privatelink_constructs import check_template
from privatelink_constructs.rules.catalog import rules_by_module

EXAMPLES = errors_page.examples()


def rules(example: str) -> set[str]:
    template = errors_page.template(example)
    findings = check_template(template, region=errors_page.REGION, account="111111111111")
    return {finding.rule for finding in findings}


def test_pages_are_current() -> None:
    written = {path: path.read_text(encoding="utf-8") for path in errors_page.pages()}
    assert written == errors_page.pages(), "run python tools/errors_page.py"
    assert not errors_page.outdated(), "run python tools/errors_page.py"


def test_what_the_command_explains_is_current() -> None:
    assert errors_page.DATA.read_text(encoding="utf-8") == errors_page.data(), (
        "run python tools/errors_page.py"
    )


def test_each_rule_is_on_one_page_and_in_the_index() -> None:
    ids = [rule.id for found in rules_by_module().values() for rule in found]
    text = "".join(errors_page.pages().values())
    for rule in ids:
        assert text.count(f"## `{rule}`\n") == 1
        assert f"[`{rule}`](errors/" in errors_page.index()
    assert set(EXAMPLES) | errors_page.UNSHOWN <= set(ids)
    assert not set(EXAMPLES) & errors_page.UNSHOWN


@pytest.mark.parametrize("rule", sorted(errors_page.UNSHOWN))
def test_a_rule_that_is_not_shown_is_found_in_templates(rule: str) -> None:
    text = "".join(errors_page.pages().values())
    section = text.partition(f"## `{rule}`\n")[2].partition("\n## ")[0]
    assert "Found in templates." in section


@pytest.mark.parametrize("rule", sorted(EXAMPLES))
def test_fails_when_the_example_is_wrong(rule: str) -> None:
    assert rule in rules(EXAMPLES[rule]["wrong"])


@pytest.mark.parametrize("rule", sorted(EXAMPLES))
def test_takes_the_right_example(rule: str) -> None:
    assert rules(EXAMPLES[rule]["right"]) == set()


def test_takes_the_stack_of_the_examples() -> None:
    assert rules("{}") == set()
