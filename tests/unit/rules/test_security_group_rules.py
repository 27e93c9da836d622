from __future__ import annotations

import pytest

from privatelink_constructs.rules import security_group_rules as rules


def test_fails_when_a_rule_is_elsewhere_already() -> None:
    [problem] = rules.rule_defined_once("the rule", "Group")
    assert problem.rule is rules.rule_defined_once
    assert problem.what == "the rule already exists in Group"
    assert not list(rules.rule_defined_once("the rule", None))


def test_warns_when_a_rule_is_listed_twice() -> None:
    [problem] = rules.rule_listed_once("the rule", again=True)
    assert problem.rule is rules.rule_listed_once
    assert not list(rules.rule_listed_once("the rule", again=False))


@pytest.mark.parametrize("text", ["", "a" * 255, "a-Z 0_9.:/()#,@[]+=&;{}!$*"])
def test_descriptions(text: str) -> None:
    assert not list(rules.valid_description(text))


def test_fails_when_a_description_is_too_long() -> None:
    [problem] = rules.valid_description("a" * 256)
    assert problem.rule is rules.description_in_limit
    assert problem.what == "the description has 256 characters"


def test_fails_when_a_description_has_other_characters() -> None:
    [problem] = rules.valid_description("the client's <b>")
    assert problem.rule is rules.description_well_formed
    assert problem.what == "the description contains \"'\" '<' '>'"
