from __future__ import annotations

import pytest

from privatelink_constructs.rules.payment import payer_confirmed, payer_known, valid_payer

OWNER = "ServiceOwner"


@pytest.mark.parametrize("payer", [None, OWNER])
def test_payers_that_there_are(payer: str | None) -> None:
    assert not list(payer_known(payer))


def test_fails_when_a_payer_is_not_known() -> None:
    [problem] = payer_known("Consumer")
    assert problem.rule is payer_known
    assert problem.what == "'Consumer' is not a valid payer"


@pytest.mark.parametrize("payer", [None, "Consumer"])
def test_the_owner_does_not_pay(payer: str | None) -> None:
    assert not list(payer_confirmed(payer))


def test_warns_when_the_owner_pays() -> None:
    [problem] = payer_confirmed(OWNER)
    assert problem.rule is payer_confirmed


@pytest.mark.parametrize(
    ("payer", "rules"), [(None, []), ("Consumer", [payer_known]), (OWNER, [payer_confirmed])]
)
def test_a_payer_breaks_one_rule_at_most(payer: str | None, rules: list[object]) -> None:
    assert [problem.rule for problem in valid_payer(payer)] == rules
