from __future__ import annotations

import itertools

import pytest

from privatelink_constructs.facts.partitions import REGIONS
from privatelink_constructs.facts.zone_names import CONSTRAINED_ZONES, kind_of_zone
from privatelink_constructs.rules import zone_support as rules

REGIONAL_SUFFIXES = ("a", "b", "f")
LOCAL_SUFFIXES = ("-lax-1a", "-bos-1a", "-atl-2b")
WAVELENGTH_SUFFIXES = ("-wl1-bos-wlz-1", "-wl2-man-wlz1", "-wl1-nrt-wlz-1")
IDS = {
    "use1-az3": "a constrained Availability Zone",
    "use1-az1": None,
    "euw1-az1": None,
    "usgw1-az1": None,
    "usw2-lax1-az1": "a Local Zone",
    "use1-atl2-az1": "a Local Zone",
    "use1-wl1-bos-wlz1": "a Wavelength Zone",
    "apne1-wl1-nrt-wlz1": "a Wavelength Zone",
}


def names(suffixes: tuple[str, ...]) -> list[str]:
    return [f"{region}{suffix}" for region, suffix in itertools.product(sorted(REGIONS), suffixes)]


@pytest.mark.parametrize("zone", names(REGIONAL_SUFFIXES))
def test_an_availability_zone_is_supported(zone: str) -> None:
    assert kind_of_zone(zone) is None
    assert not list(rules.valid_zone_kinds([zone]))


@pytest.mark.parametrize(
    ("zone", "kind"),
    [
        *((zone, "a Local Zone") for zone in names(LOCAL_SUFFIXES)),
        *((zone, "a Wavelength Zone") for zone in names(WAVELENGTH_SUFFIXES)),
    ],
)
def test_fails_when_a_zone_is_at_the_edge(zone: str, kind: str) -> None:
    [problem] = rules.valid_zone_kinds([zone, None], holder="endpoint")
    assert problem.rule is rules.zones_supported
    assert problem.what == f"the endpoint is in {zone}, which is {kind}"


@pytest.mark.parametrize(("zone", "kind"), sorted(IDS.items(), key=str))
def test_ids_of_zones(zone: str, kind: str | None) -> None:
    assert kind_of_zone(zone) == kind


@pytest.mark.parametrize("zone", sorted(CONSTRAINED_ZONES))
def test_fails_when_a_zone_is_constrained(zone: str) -> None:
    [problem] = rules.valid_zone_kinds([zone])
    assert problem.rule is rules.zones_supported


@pytest.mark.parametrize("zone", ["apne1-az3", "usw1-az2"])
def test_a_zone_that_is_perhaps_constrained_is_a_warning(zone: str) -> None:
    [problem] = rules.valid_zone_kinds([zone, "euw1-az1"])
    assert problem.rule is rules.zones_unconstrained
    assert problem.what == f"the load balancer is in {zone}"


def test_zones_that_are_left_out_are_named() -> None:
    [problem] = rules.zones_left_out(["us-west-2-lax-1a", "us-west-2-lax-1a"])
    assert problem.what == (
        "the subnet in us-west-2-lax-1a is omitted, because us-west-2-lax-1a is a Local Zone"
    )


@pytest.mark.parametrize("zone", ["", "dummy1a", "LOCAL", "somewhere", "us-west-2", "None"])
def test_what_is_no_zone_is_left_to_others(zone: str) -> None:
    assert kind_of_zone(zone) is None
