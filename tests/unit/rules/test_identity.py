from __future__ import annotations

import pytest

from privatelink_constructs.rules.identity import (
    listener_port_known,
    subnet_group_selected,
    zone_names_known,
)


def test_warns_of_subnets_that_come_first() -> None:
    [problem] = subnet_group_selected(["AppSubnet1", "AppSubnet2"], candidates=4)
    assert problem.rule.id == "subnet-group-missing"
    assert "4 subnets that match" in problem.what
    assert "AppSubnet1, AppSubnet2" in problem.what
    assert "subnets=" in problem.message


def test_all_subnets_are_no_choice() -> None:
    assert list(subnet_group_selected(["AppSubnet1", "AppSubnet2"], candidates=2)) == []


@pytest.mark.parametrize(("names", "count"), [((None, "eu-west-1b"), 1), ((None, None), 2)])
def test_warns_of_zones_without_a_name(names: tuple[str | None, ...], count: int) -> None:
    [problem] = zone_names_known(names)
    assert problem.rule.id == "zone-name-undetermined"
    assert f"{count} of 2" in problem.what


@pytest.mark.parametrize("names", [(), ("eu-west-1a", "eu-west-1b")])
def test_zones_with_names_are_right(names: tuple[str, ...]) -> None:
    assert list(zone_names_known(names)) == []


def test_warns_of_a_port_that_is_not_known() -> None:
    [problem] = listener_port_known(None)
    assert problem.rule.id == "listener-port-undetermined"


def test_a_literal_port_is_right() -> None:
    assert list(listener_port_known(443)) == []
