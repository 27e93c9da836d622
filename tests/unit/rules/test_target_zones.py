from __future__ import annotations

from ipaddress import ip_address

import pytest

from privatelink_constructs.rules import target_zones as rules

A, B = "eu-west-1a", "eu-west-1b"


def test_a_target_in_its_own_zone() -> None:
    assert not list(rules.target_in_own_zone("'i'", zone=A, zones=[A], same=True))


@pytest.mark.parametrize(
    ("zone", "zones", "message"),
    [
        (A, [B], f"target 'i' is in {B}, but is specified for {A}"),
        (
            None,
            [None],
            (
                "target 'i' is in another Availability Zone, but is specified for another "
                "Availability Zone"
            ),
        ),
    ],
    ids=["names", "tokens"],
)
def test_fails_when_a_target_is_in_another_zone(
    zone: str | None, zones: list[str | None], message: str
) -> None:
    [problem] = rules.target_in_own_zone("'i'", zone=zone, zones=zones, same=False)
    assert (problem.rule, problem.what) == (rules.target_in_own_zone, message)


@pytest.mark.parametrize("zones", [[], [A], [None]], ids=["none", "one", "token"])
def test_a_target_of_one_zone(zones: list[str | None]) -> None:
    assert not list(rules.target_of_one_zone("'i'", zones))


@pytest.mark.parametrize(
    ("zones", "message"),
    [([B, A], f"for 2 Availability Zones ({A}, {B})"), ([A, None], "for 2 Availability Zones")],
    ids=["names", "token"],
)
def test_fails_when_a_target_is_specified_for_two_zones(
    zones: list[str | None], message: str
) -> None:
    [problem] = rules.target_of_one_zone("'i'", zones)
    assert problem.rule is rules.target_of_one_zone
    assert problem.what.endswith(message)


@pytest.mark.parametrize(("targets", "balancers"), [([], 2), (["'i'"], 1)], ids=["none", "one"])
def test_zones_of_targets_that_do_not_matter(targets: list[str], balancers: int) -> None:
    assert not list(rules.target_zone_known(targets, balancers=balancers))


def test_warns_when_the_zone_of_a_target_is_not_known() -> None:
    [problem] = rules.target_zone_known(["'j'", "'i'", "'i'"], balancers=3)
    assert problem.rule is rules.target_zone_known
    assert "'i', 'j'" in problem.what


def test_targets_in_each_zone() -> None:
    assert not list(rules.targets_in_each_zone_expected("port 80", {A: 1, B: 2}))


def test_warns_when_a_zone_seems_to_have_no_target() -> None:
    [problem] = rules.targets_in_each_zone_expected("port 80", {A: 1, B: 0})
    assert problem.what == f"port 80 has no target in {B}"


@pytest.mark.parametrize("same", [True, None])
def test_a_target_in_the_vpc(*, same: bool | None) -> None:
    assert not list(rules.target_in_vpc("'i'", same=same))


def test_fails_when_a_target_is_in_another_vpc() -> None:
    [problem] = rules.target_in_vpc("'i'", same=False)
    assert problem.rule is rules.target_in_vpc


@pytest.mark.parametrize("inside", [True, None])
def test_an_address_in_a_subnet(*, inside: bool | None) -> None:
    assert not list(rules.target_address_in_subnet(ip_address("10.0.0.1"), inside=inside))


def test_fails_when_an_address_is_in_no_subnet() -> None:
    [problem] = rules.target_address_in_subnet(ip_address("10.0.0.1"), inside=False)
    assert problem.what.startswith("'10.0.0.1' is in the VPC")


def test_a_single_target() -> None:
    assert not list(rules.target_single(lists=False))


def test_fails_when_a_target_is_a_list() -> None:
    [problem] = rules.target_single(lists=True)
    assert problem.rule is rules.target_single


@pytest.mark.parametrize("shared", [True, None])
def test_an_alb_that_shares_a_zone(*, shared: bool | None) -> None:
    assert not list(rules.alb_target_shares_zone("it", zones=[A], shared=shared))


@pytest.mark.parametrize(("zones", "named"), [([A], A), ([None], "other zones")], ids=["a", "b"])
def test_fails_when_an_alb_shares_no_zone(zones: list[str | None], named: str) -> None:
    [problem] = rules.alb_target_shares_zone("the load balancer", zones=zones, shared=False)
    assert problem.what.startswith(f"the Application Load Balancer is in {named}")
