"""Each way to break a connection is named: alone, with any other one, and from either side."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import pytest
from tests.support.live_worlds import working
from tests.unit.diagnosis.scenarios import SCENARIOS

from privatelink_constructs import Finding, Severity
from privatelink_constructs.diagnosis.causes import RANKS, STEPS, seen_by
from privatelink_constructs.rules.catalog import rules_by_module

if TYPE_CHECKING:
    from tests.unit.diagnosis.scenarios import Scenario

    from privatelink_constructs import Diagnosis

NAMES = [scenario.name for scenario in SCENARIOS]


def rules(found: Diagnosis) -> list[str]:
    return list(dict.fromkeys(cause.finding.rule for cause in found.causes))


def can_be_told_apart(one: Scenario, other: Scenario) -> bool:
    hidden = one.hides & other.facts or other.hides & one.facts
    shared = {
        key for key in one.options if other.options.get(key, one.options[key]) != one.options[key]
    }
    return not (one.facts & other.facts or hidden or shared)


# One way for each answer is enough in pairs.
DISTINCT = [*{scenario.rules: scenario for scenario in SCENARIOS}.values()]
PAIRS = [pair for pair in combinations(DISTINCT, 2) if can_be_told_apart(*pair)]


def test_there_are_enough_of_them() -> None:
    assert len(SCENARIOS) > 40
    assert len({rule for scenario in SCENARIOS for rule in scenario.rules}) >= 25
    assert len(PAIRS) > len(DISTINCT) * 10
    assert len(set(NAMES)) == len(NAMES)


@pytest.mark.parametrize("sides", ["both", "provider", "consumer"])
def test_nothing_is_found_where_everything_works(sides: str) -> None:
    found = working().diagnosed(sides=sides)
    assert found.healthy
    assert rules(found) == []


@pytest.mark.parametrize("scenario", SCENARIOS, ids=NAMES)
def test_a_cause_is_named(scenario: Scenario) -> None:
    world = working()
    scenario.apply(world)
    found = world.diagnosed(**scenario.options)
    assert rules(found) == list(scenario.rules)
    assert not found.healthy
    assert all(cause.seen and cause.why and cause.finding.remedy for cause in found.causes)


@pytest.mark.parametrize("first", DISTINCT, ids=[it.name for it in DISTINCT])
def test_two_causes_are_both_named(first: Scenario) -> None:
    pairs = [pair for pair in PAIRS if pair[0] is first]
    for one, other in pairs:
        world = working()
        one.apply(world)
        other.apply(world)
        found = world.diagnosed(**one.options, **other.options)
        expected = {*one.rules, *other.rules}
        assert rules(found) == sorted(expected, key=RANKS.__getitem__), (one.name, other.name)


def test_each_step_is_about_rules_that_there_are() -> None:
    known = {rule.id for found in rules_by_module().values() for rule in found}
    assert set(STEPS) <= known


ENDPOINT = {
    "Type": "AWS::EC2::VPCEndpoint",
    "Properties": {
        "VpcId": {"Ref": "Vpc"},
        "SubnetIds": [{"Ref": "SubnetA"}, "subnet-1"],
        "DnsOptions": {"DnsRecordIpType": "ipv4", "HostedZones": [{"Ref": "Zone"}]},
        "Long": "x" * 301,
        "Longest": ["x" * 296],
        "Longer": ["x" * 297],
    },
}


@pytest.mark.parametrize(
    ("place", "shown"),
    [
        ("VpcId", "Vpc"),
        ("SubnetIds", '["SubnetA", "subnet-1"]'),
        ("SubnetIds.0", "SubnetA"),
        ("SubnetIds.1", "subnet-1"),
        ("SubnetIds.2", "null"),
        ("SubnetIds.x", "null"),
        ("DnsOptions", '{"DnsRecordIpType": "ipv4", "HostedZones": ["Zone"]}'),
        ("DnsOptions.DnsRecordIpType", "ipv4"),
        ("Long", "x" * 301),
        ("Longest", f'["{"x" * 296}"]'),
        ("Longer", f'["{"x" * 297}"...'),
    ],
)
def test_a_cause_shows_the_value_that_was_seen(place: str, shown: str) -> None:
    finding = Finding(
        rule="endpoint-closed",
        severity=Severity.ERROR,
        message="",
        remedy="",
        url="",
        template="",
        logical_id="Endpoint",
        property_path=f"Properties.{place}",
    )

    seen = seen_by({"Resources": {"Endpoint": ENDPOINT}}, finding)
    assert seen == f"DescribeVpcEndpoints: {place} = {shown}"
