"""The rules of Regions and partitions, on plain values."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from privatelink_constructs.facts.partitions import (
    PARTITIONS,
    REGIONS,
    is_region_form,
    partition_of,
)
from privatelink_constructs.rules import regions

if TYPE_CHECKING:
    from collections.abc import Callable

    from privatelink_constructs.facts.partitions import Partition
    from privatelink_constructs.rules.core import Rule


@pytest.mark.parametrize(
    ("region", "name"),
    [
        ("eu-west-1", "aws"),
        ("us-gov-west-1", "aws-us-gov"),
        ("cn-north-1", "aws-cn"),
        ("eusc-de-east-1", "aws-eusc"),
        ("us-iso-east-1", "aws-iso"),
        ("us-isob-east-1", "aws-iso-b"),
        ("eu-isoe-west-1", "aws-iso-e"),
        ("us-isof-south-1", "aws-iso-f"),
        ("ap-newest-9", "aws"),
        ("eusc-fr-west-1", "aws-eusc"),
    ],
)
def test_partitions(region: str, name: str) -> None:
    partition = partition_of(region)
    assert partition is not None
    assert partition.name == name


@pytest.mark.parametrize("region", ["", "ireland", "eu-west", "EU-WEST-1", "global"])
def test_no_partition(region: str) -> None:
    assert partition_of(region) is None


@pytest.mark.parametrize("partition", PARTITIONS, ids=lambda it: it.name)
def test_regions_are_of_their_partition(partition: Partition) -> None:
    for region in partition.regions:
        assert partition_of(region) is partition


@pytest.mark.parametrize("host", ["eu-west-1", None])
@pytest.mark.parametrize("zones", [2, None])
def test_supported_regions(host: str | None, zones: int | None) -> None:
    found = regions.valid_supported_regions(["us-east-1", "eu-west-1"], host=host, zones=zones)
    assert not list(found)


def test_the_services_own_region_needs_no_second_zone() -> None:
    found = regions.valid_supported_regions(["eu-west-1"], host="eu-west-1", zones=1)
    assert not list(found)


@pytest.mark.parametrize(
    ("region", "rule"),
    [
        ("eu-wst-1", regions.region_valid),
        ("eu-west-9", regions.region_listed),
        ("cn-north-1", regions.partition_shared),
    ],
)
def test_fails_when_a_region_can_not_be_supported(region: str, rule: Rule[...]) -> None:
    (problem,) = regions.valid_supported_regions([region], host="eu-west-1", zones=2)
    assert problem.rule is rule


def test_a_region_that_a_newer_cdk_knows() -> None:
    found = regions.valid_supported_regions(
        ["eu-west-9"], host="eu-west-1", zones=2, further=["eu-west-9"]
    )
    assert not list(found)


def test_fails_when_a_newer_cdks_region_is_in_no_partition_that_is_known() -> None:
    (problem,) = regions.valid_supported_regions(
        ["moon-1"], host="eu-west-1", zones=2, further=["moon-1"]
    )
    assert problem.rule is regions.partition_shared


@pytest.mark.parametrize("zones", [0, 1])
def test_fails_when_other_regions_get_too_few_zones(zones: int) -> None:
    (problem,) = regions.valid_supported_regions(["us-east-1"], host="eu-west-1", zones=zones)
    assert problem.rule is regions.zones_enough_for_other_regions


def test_a_region_of_aws_passes() -> None:
    assert not list(regions.region_valid("eu-west-1"))


def test_fails_when_there_is_no_such_region() -> None:
    (problem,) = regions.region_valid("ireland")
    assert problem.rule is regions.region_valid
    assert "'ireland'" in problem.what


@pytest.mark.parametrize("region", sorted(REGIONS))
def test_every_region_has_the_form_of_a_region(region: str) -> None:
    assert is_region_form(region)
    assert not list(regions.valid_region(region))


MISSPELLED: dict[str, Callable[[str], str]] = {
    "upper": str.upper,
    "joined": lambda it: it.replace("-", ""),
    "zone": lambda it: it + "a",
    "cut": lambda it: it.rpartition("-")[0],
    "zero": lambda it: it.rpartition("-")[0] + "-0",
    "typo": lambda it: it.replace("st-", "t-").replace("th-", "t-").replace("al-", "l-"),
    "space": lambda it: f" {it}",
    "newline": lambda it: it + "\n",
}


@pytest.mark.parametrize("region", sorted(REGIONS))
@pytest.mark.parametrize("change", MISSPELLED)
def test_fails_when_a_region_is_misspelled(region: str, change: str) -> None:
    (problem,) = regions.valid_region(MISSPELLED[change](region))
    assert problem.rule is regions.region_valid


@pytest.mark.parametrize("region", sorted(REGIONS))
def test_warns_of_a_region_that_is_not_listed(region: str) -> None:
    unknown = region.rpartition("-")[0] + "-98"
    (problem,) = regions.valid_region(unknown)
    assert problem.rule is regions.region_listed
    assert f"{unknown!r} is not a Region that this version knows" in problem.what
    assert not list(regions.valid_region(unknown, further=[unknown]))


def test_one_partition_passes() -> None:
    assert not list(regions.partition_shared("aws", "aws", said="both are in aws"))


@pytest.mark.parametrize("theirs", ["aws-cn", None])
def test_fails_when_partitions_differ(theirs: str | None) -> None:
    (problem,) = regions.partition_shared(theirs, "aws", said="one is elsewhere")
    assert problem.rule is regions.partition_shared
    assert problem.what == "one is elsewhere"
