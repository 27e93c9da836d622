from __future__ import annotations

import pytest

from privatelink_constructs.rules import acceptance, principals, regions

ONE, TWO = "111122223333", "444455556666"


def test_rules_pass() -> None:
    assert not list(
        acceptance.valid_acceptance_rules(
            accept_accounts=[ONE], reject_accounts=[TWO], accept_regions=["eu-west-1"]
        )
    )


def test_rejecting_the_rest_is_a_rule() -> None:
    assert not list(
        acceptance.valid_acceptance_rules(
            accept_accounts=[], reject_accounts=[], rejects_others=True
        )
    )


def test_regions_of_a_newer_cdk_pass() -> None:
    assert not list(
        acceptance.valid_acceptance_rules(
            accept_accounts=[ONE],
            reject_accounts=[],
            accept_regions=["xx-new-1"],
            further_regions=["xx-new-1"],
        )
    )


def test_fails_when_the_rules_say_nothing() -> None:
    (problem,) = acceptance.valid_acceptance_rules(accept_accounts=[], reject_accounts=[])
    assert problem.rule is acceptance.acceptance_rules_present


def test_fails_when_an_account_is_on_both_lists() -> None:
    (problem,) = acceptance.valid_acceptance_rules(accept_accounts=[ONE], reject_accounts=[ONE])
    assert problem.rule is acceptance.acceptance_lists_disjoint


@pytest.mark.parametrize("account", ["1", "arn:aws:iam::111122223333:root"])
def test_fails_when_an_account_is_none(account: str) -> None:
    (problem,) = acceptance.valid_acceptance_rules(accept_accounts=[account], reject_accounts=[])
    assert problem.rule is principals.account_id_valid


def test_fails_when_no_region_is_accepted() -> None:
    (problem,) = acceptance.valid_acceptance_rules(
        accept_accounts=[ONE], reject_accounts=[], accept_regions=[]
    )
    assert problem.rule is acceptance.accepted_regions_present


def test_fails_when_a_region_is_none() -> None:
    (problem,) = acceptance.valid_acceptance_rules(
        accept_accounts=[ONE], reject_accounts=[], accept_regions=["ireland"]
    )
    assert problem.rule is regions.region_valid


@pytest.mark.parametrize(
    ("accepted", "host"),
    [
        (None, "eu-west-1"),
        (["eu-west-1", "us-east-1"], "eu-west-1"),
        (["eu-west-1", "us-east-1"], None),
    ],
)
def test_supported_regions_pass(accepted: list[str] | None, host: str | None) -> None:
    assert not list(
        acceptance.accepted_regions_supported(accepted, host=host, supported=["us-east-1"])
    )


@pytest.mark.parametrize(
    ("accepted", "host"), [(["us-east-2"], "eu-west-1"), (["us-east-2", "us-east-2"], "eu-west-1")]
)
def test_fails_when_a_region_is_not_supported(accepted: list[str], host: str) -> None:
    problems = list(
        acceptance.accepted_regions_supported(accepted, host=host, supported=["us-east-1"])
    )
    assert {problem.rule for problem in problems} == {acceptance.accepted_regions_supported}


def test_fails_when_two_regions_cannot_both_be_the_unknown_host() -> None:
    problems = list(
        acceptance.accepted_regions_supported(["us-east-1", "us-east-2"], host=None, supported=[])
    )
    assert {problem.rule for problem in problems} == {acceptance.accepted_regions_supported}


@pytest.mark.parametrize(
    "allowed",
    [
        [f"arn:aws:iam::{ONE}:root"],
        [f"arn:aws:iam::{ONE}:role/reader", "appflow.amazonaws.com"],
        ["*"],
        [None],
    ],
)
def test_permitted_accounts_pass(allowed: list[str | None]) -> None:
    assert not list(acceptance.accepted_accounts_permitted([ONE], allowed))


@pytest.mark.parametrize("allowed", [[], [f"arn:aws:iam::{TWO}:root"], ["appflow.amazonaws.com"]])
def test_fails_when_an_accepted_account_is_not_permitted(allowed: list[str | None]) -> None:
    (problem,) = acceptance.accepted_accounts_permitted([ONE], allowed)
    assert problem.rule is acceptance.accepted_accounts_permitted


def test_an_account_that_is_none_is_left_to_its_own_rule() -> None:
    assert not list(acceptance.accepted_accounts_permitted(["1"], []))


def test_manual_acceptance_passes() -> None:
    assert not list(acceptance.acceptance_manual(automatic=False))


def test_fails_when_acceptance_is_automatic() -> None:
    (problem,) = acceptance.acceptance_manual(automatic=True)
    assert problem.rule is acceptance.acceptance_manual


@pytest.mark.parametrize("seconds", [None, 60, 900])
def test_intervals_pass(seconds: float | None) -> None:
    assert not list(acceptance.valid_interval(seconds))


def test_fails_when_the_interval_is_below_a_minute() -> None:
    (problem,) = acceptance.valid_interval(59)
    assert problem.rule is acceptance.interval_long_enough


@pytest.mark.parametrize("seconds", [61, 90.5])
def test_fails_when_the_interval_is_no_whole_number_of_minutes(seconds: float) -> None:
    (problem,) = acceptance.valid_interval(seconds)
    assert problem.rule is acceptance.interval_in_minutes


def test_rules_of_a_megabyte_pass() -> None:
    assert not list(acceptance.rules_in_template(1_000_000, accounts=1))


def test_fails_when_rules_are_longer_than_a_template() -> None:
    (problem,) = acceptance.rules_in_template(1_000_001, accounts=60_000)
    assert problem.rule is acceptance.rules_in_template
    assert "60000 accounts, which take 1000001 bytes" in problem.message
