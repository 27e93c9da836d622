from __future__ import annotations

import pytest

from privatelink_constructs.rules import lambda_functions as rules


def test_settings_that_come_first_pass() -> None:
    assert not list(rules.settings_set_once("Stack", again=False))
    assert not list(rules.settings_set_in_time("Stack", late=False))


def test_fails_when_settings_are_set_again() -> None:
    (problem,) = rules.settings_set_once("Stack", again=True)
    assert problem.rule is rules.settings_set_once
    assert "Stack" in problem.message


def test_fails_when_settings_come_after_a_function() -> None:
    (problem,) = rules.settings_set_in_time("Stack", late=True)
    assert problem.rule is rules.settings_set_in_time
    assert "Stack" in problem.message


@pytest.mark.parametrize("snapshot", [True, False])
def test_fails_when_logs_have_a_snapshot(*, snapshot: bool) -> None:
    assert bool(list(rules.logs_removable(snapshot=snapshot))) is snapshot


@pytest.mark.parametrize(
    ("key", "region", "wrong"),
    [
        ("eu-west-1", "eu-west-1", False),
        (None, "eu-west-1", False),
        ("eu-west-1", None, False),
        ("us-east-1", "eu-west-1", True),
    ],
)
def test_fails_when_the_key_is_elsewhere(
    key: str | None, region: str | None, *, wrong: bool
) -> None:
    assert bool(list(rules.key_in_region(key, region=region))) is wrong


@pytest.mark.parametrize("added", [True, False])
def test_warns_of_a_key_whose_policy_is_not_known(*, added: bool) -> None:
    assert bool(list(rules.key_policy_changed(added=added))) is not added
