"""The rules for which subnets are chosen, on plain values."""

from __future__ import annotations

import pytest

from privatelink_constructs.rules import subnet_choice as rules


def test_private_subnets() -> None:
    assert not list(rules.private_subnet_present(public=False))


def test_warns_when_public_subnets_are_used() -> None:
    [problem] = rules.private_subnet_present(public=True)
    assert problem.rule is rules.private_subnet_present


@pytest.mark.parametrize(("lists", "zonal"), [(False, True), (True, False), (False, False)])
def test_subnets_that_can_be_counted_or_need_not_be(*, lists: bool, zonal: bool) -> None:
    assert not list(rules.subnets_countable(lists=lists, zonal=zonal))


def test_fails_when_a_list_is_to_be_split() -> None:
    [problem] = rules.subnets_countable(lists=True, zonal=True)
    assert problem.rule is rules.subnets_countable
