from __future__ import annotations

import pytest

from privatelink_constructs.rules import availability_zones as rules

A, B = "eu-west-1a", "eu-west-1b"
TOKEN = "${Token[TOKEN.1]}"


def test_zones_of_subnets() -> None:
    assert not list(rules.subnet_zones([A, B, None, None]))


@pytest.mark.parametrize(
    ("zones", "rule"), [([], rules.subnet_present), ([A, B, A], rules.zones_distinct)]
)
def test_fails_when_zones_are_missing_or_double(zones: list[str | None], rule: object) -> None:
    [problem] = rules.subnet_zones(zones)
    assert problem.rule is rule


def test_a_subnet_is_there() -> None:
    assert not list(rules.subnet_present(["subnet"], reason="none is asked for"))


@pytest.mark.parametrize("reason", ["no subnet is selected", "there is no such group"])
def test_fails_when_no_subnet_is_there(reason: str) -> None:
    [problem] = rules.subnet_present([], reason=reason)
    assert (problem.rule, problem.what) == (rules.subnet_present, reason)


def test_zones_of_one_subnet_each() -> None:
    assert not list(rules.zones_distinct([]))
    assert not list(rules.zones_distinct([B, A, None, None]))


def test_fails_when_zones_have_several_subnets() -> None:
    found = [problem.what for problem in rules.zones_distinct([B, A, B, A, B])]
    assert found == [f"2 subnets are in {A}", f"3 subnets are in {B}"]


@pytest.mark.parametrize("zones", [None, 0, 2])
def test_several_zones_or_an_unknown_number(zones: int | None) -> None:
    assert not list(rules.several_zones(zones))


def test_warns_when_a_service_is_in_one_zone() -> None:
    [problem] = rules.several_zones(1)
    assert problem.rule is rules.several_zones


@pytest.mark.parametrize(("enabled", "zonal"), [(False, True), (True, False)])
def test_cross_zone_load_balancing_where_it_can_be(*, enabled: bool, zonal: bool) -> None:
    assert not list(rules.cross_zone_effective(enabled=enabled, zonal=zonal))


def test_fails_when_cross_zone_load_balancing_has_one_zone() -> None:
    [problem] = rules.cross_zone_effective(enabled=True, zonal=True)
    assert problem.rule is rules.cross_zone_effective


@pytest.mark.parametrize("served", [True, None])
def test_targets_in_a_zone_of_the_service(*, served: bool | None) -> None:
    assert not list(rules.zone_in_service(A, served=served, zones=[A], named=True))


def test_fails_when_targets_are_in_another_zone() -> None:
    [problem] = rules.zone_in_service("'x'", served=False, zones=[A, B], named=True)
    assert problem.rule is rules.zone_in_service
    assert problem.what == f"targets are specified for 'x', but the service is in {A}, {B}"


def test_fails_when_a_target_is_in_another_zone_than_those_without_names() -> None:
    [problem] = rules.zone_in_service(A, served=False, zones=["S"], named=False, target="'x'")
    assert problem.what.startswith(f"target 'x' is in {A}, but the service is in S, whose names")


def test_each_zone_has_targets() -> None:
    assert not list(rules.targets_in_each_zone("port 80", {A: 1, B: 2}))
    assert not list(rules.targets_in_each_zone("port 80", {}))


def test_fails_when_a_zone_has_no_target() -> None:
    [problem] = rules.targets_in_each_zone("port 80", {A: 1, B: 0})
    assert problem.rule is rules.targets_in_each_zone
    assert problem.what == f"port 80 has no target in {B}"


@pytest.mark.parametrize("zones", [[], [A], [None]])
def test_a_target_in_one_zone(zones: list[str | None]) -> None:
    assert not list(rules.target_in_one_zone(zones, ecs_service=False))


@pytest.mark.parametrize(
    ("zones", "ecs_service", "message"),
    [
        ([A, None], False, f"spans 2 Availability Zones ({A}, ...)"),
        ([], True, "an ECS service is a target in all Availability Zones at once"),
    ],
)
def test_fails_when_a_target_is_in_several_zones(
    zones: list[str | None], message: str, *, ecs_service: bool
) -> None:
    [problem] = rules.target_in_one_zone(zones, ecs_service=ecs_service)
    assert problem.rule is rules.target_in_one_zone
    assert message in problem.what


def test_fails_when_equal_tokens_name_two_zones() -> None:
    [problem] = rules.zones_distinct([TOKEN, A, TOKEN, "${Token[TOKEN.2]}"])
    assert problem.what == "2 subnets are in one Availability Zone"


def test_zones_of_a_service_that_are_known() -> None:
    assert not list(rules.service_zones_known([]))


@pytest.mark.parametrize("zonal", [True, False])
def test_warns_when_the_zones_of_a_service_are_not_known(*, zonal: bool) -> None:
    [problem] = rules.service_zones_known(["First", "Second"], zonal=zonal)
    assert problem.what.startswith("the Availability Zones of First, Second aren't known, so ")
    assert ("only after a call to" in problem.what) is not zonal


@pytest.mark.parametrize(
    ("zones", "ids"),
    [
        ([A, B], {}),
        ([A], {A: "euw1-az1", B: "euw1-az2"}),
        ([], {A: "euw1-az1"}),
        ([TOKEN], {TOKEN: "euw1-az1"}),
    ],
)
def test_zones_with_az_ids(zones: list[str], ids: dict[str, str]) -> None:
    assert not list(rules.zone_ids_complete(zones, ids))


def test_warns_when_zones_have_no_az_id() -> None:
    [problem] = rules.zone_ids_complete([A, B, TOKEN], {A: "euw1-az1"})
    assert "for eu-west-1b, one known only at deployment, so" in problem.what
