from __future__ import annotations

import pytest

from privatelink_constructs.rules import availability_zones, endpoint_zones
from privatelink_constructs.rules.endpoint_zones import ZoneMatch, Zones

A, B, C = "eu-central-1a", "eu-central-1b", "eu-central-1c"
ID1, ID2, ID3 = "euc1-az1", "euc1-az2", "euc1-az3"
PER_ACCOUNT = "eu-west-1"
UNIFORM = "eu-central-1"


def match(
    subnets: Zones,
    service: Zones,
    *,
    same_account: bool | None = None,
    region: str | None = UNIFORM,
    cross_region: bool = False,
) -> ZoneMatch:
    return endpoint_zones.match_zones(
        subnets, service, same_account=same_account, region=region, cross_region=cross_region
    )


def rules(match: ZoneMatch) -> list[str]:
    return [problem.rule.id for problem in match.problems]


def test_ids_are_matched_first() -> None:
    found = match(Zones([A, B], [ID1, ID2]), Zones([B, A], [ID1, ID2]), region=PER_ACCOUNT)
    assert found == ZoneMatch((0, 1))


def test_names_are_matched_within_an_account() -> None:
    found = match(Zones([A, B]), Zones([A, B]), same_account=True, region=PER_ACCOUNT)
    assert found == ZoneMatch((0, 1))


def test_names_are_matched_across_accounts_where_they_are_uniform() -> None:
    assert match(Zones([A, B]), Zones([A, B]), same_account=False) == ZoneMatch((0, 1))


@pytest.mark.parametrize("region", [PER_ACCOUNT, None])
def test_warns_when_names_are_all_there_is_across_accounts(region: str | None) -> None:
    found = match(Zones([A, B]), Zones([B, C]), same_account=False, region=region)
    assert found.positions == (0, 1)
    assert rules(found) == ["endpoint-zone-ids-missing"]


def test_subnets_in_other_zones_are_left_out_with_a_warning() -> None:
    found = match(Zones(ids=[ID1, ID2, ID3]), Zones(ids=[ID3, ID1]))
    assert found.positions == (0, 2)
    assert rules(found) == ["endpoint-subnet-ineffective"]
    assert ID2 in found.problems[0].what


def test_fails_when_no_zone_is_common() -> None:
    found = match(Zones(ids=[ID1, ID2]), Zones(ids=[ID3]))
    assert found.positions == ()
    assert rules(found) == ["endpoint-zones-mismatch"]
    assert "service is in euc1-az3" in found.problems[0].what
    assert "subnets are in euc1-az1, euc1-az2" in found.problems[0].what


def test_warns_when_one_zone_is_left() -> None:
    found = match(Zones(ids=[ID1, ID2]), Zones(ids=[ID1]))
    assert rules(found) == ["endpoint-subnet-ineffective", "endpoint-zones-insufficient"]


def test_fails_when_two_subnets_are_in_one_zone() -> None:
    found = match(Zones(ids=[ID1, ID1, ID2]), Zones(ids=[ID1, ID2]))
    assert rules(found) == [availability_zones.zones_distinct.id]


@pytest.mark.parametrize("service", [Zones(), Zones([A, None], [ID1, None])])
def test_warns_when_zones_are_unknown(service: Zones) -> None:
    found = match(Zones([A, B], [None, None]), service, same_account=True)
    assert found.positions == (0, 1)
    assert rules(found) == ["endpoint-zones-undetermined"]


def test_fails_when_all_subnets_of_unknown_match_share_a_zone() -> None:
    found = match(Zones([A, A, B]), Zones())
    assert rules(found) == ["endpoint-zones-undetermined", availability_zones.zones_distinct.id]


def test_warns_when_the_only_subnet_has_an_unknown_zone() -> None:
    found = match(Zones([None]), Zones([A]))
    assert rules(found) == ["endpoint-zones-undetermined", "endpoint-zones-insufficient"]


def test_one_unknown_zone_among_several_says_nothing_of_their_number() -> None:
    assert rules(match(Zones([A, None]), Zones())) == ["endpoint-zones-undetermined"]


def test_zones_do_not_matter_across_regions() -> None:
    found = match(Zones([A, B], [ID1, ID2]), Zones([C], [ID3]), cross_region=True)
    assert found == ZoneMatch((0, 1))


def test_fails_when_a_zone_has_no_cross_region_access() -> None:
    found = match(Zones(ids=["use1-az3", "use1-az4"]), Zones(), cross_region=True)
    assert rules(found) == ["endpoint-zone-cross-region-not-supported"]
    assert "use1-az3" in found.problems[0].what


def test_two_zones_pass() -> None:
    assert not list(endpoint_zones.several_zones(2))


@pytest.mark.parametrize(
    ("zones", "offered"),
    [([A, B], [A, B, C]), ([A, None], [A]), ([A], []), ([A], [None, B]), ([], [A])],
)
def test_zones_that_are_offered_or_unknown_pass(
    zones: list[str | None], offered: list[str | None]
) -> None:
    assert not list(endpoint_zones.valid_zones(zones, offered))


def test_fails_when_a_zone_is_not_offered() -> None:
    (problem,) = endpoint_zones.valid_zones([A, C], [A, B])
    assert problem.rule is endpoint_zones.zones_offered
    assert C in problem.what


def test_fails_when_none_of_the_zones_is_offered() -> None:
    (problem,) = endpoint_zones.valid_zones([C], [A, B])
    assert problem.rule is endpoint_zones.zones_in_common


def test_warns_when_an_endpoint_is_in_one_zone() -> None:
    (problem,) = endpoint_zones.several_zones(1)
    assert problem.rule is endpoint_zones.several_zones


def test_a_zone_of_the_endpoint_passes() -> None:
    assert not list(endpoint_zones.zone_of_endpoint(A, [B, A]))


def test_fails_when_a_zone_is_not_the_endpoints() -> None:
    (problem,) = endpoint_zones.zone_of_endpoint(C, [B, A])
    assert problem.rule is endpoint_zones.zone_of_endpoint
    assert problem.what == (
        "the endpoint isn't in the Availability Zone 'eu-central-1c'. It is in "
        "eu-central-1a, eu-central-1b"
    )


@pytest.mark.parametrize("subnets", [["subnet-0123456789abcdef0"], None])
def test_subnets_pass(subnets: list[str] | None) -> None:
    assert not list(endpoint_zones.endpoint_subnet_present(subnets))


def test_fails_when_there_is_no_subnet() -> None:
    (problem,) = endpoint_zones.endpoint_subnet_present([])
    assert problem.rule is endpoint_zones.endpoint_subnet_present
    assert problem.what == "the endpoint has no subnet"
