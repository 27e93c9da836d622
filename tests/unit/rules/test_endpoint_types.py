from __future__ import annotations

import pytest

from privatelink_constructs.rules import endpoint_types as rules

TYPES = sorted(rules.TARGETS)
TAKES = {
    "Gateway": {"ServiceName", "RouteTableIds", "PolicyDocument", "DnsOptions"},
    "GatewayLoadBalancer": {"ServiceName", "SubnetIds"},
    "Interface": {
        *("ServiceName", "SubnetIds", "SecurityGroupIds", "PolicyDocument", "DnsOptions"),
        *("PrivateDnsEnabled", "DnsOptions.PrivateDnsOnlyForInboundResolverEndpoint"),
    },
    "Resource": {
        *("ResourceConfigurationArn", "SubnetIds", "SecurityGroupIds", "PolicyDocument"),
        *("DnsOptions", "DnsOptions.PrivateDnsPreference", "PrivateDnsEnabled"),
        "DnsOptions.PrivateDnsSpecifiedDomains",
    },
    "ServiceNetwork": {
        *("ServiceNetworkArn", "SubnetIds", "SecurityGroupIds", "PolicyDocument"),
        *("DnsOptions", "DnsOptions.PrivateDnsPreference", "PrivateDnsEnabled"),
        "DnsOptions.PrivateDnsSpecifiedDomains",
    },
    "Tunnel": {"ResourceConfigurationArn", "SubnetIds", "SecurityGroupIds", "PolicyDocument"},
}
"""What the user guide says of each type, written down a second time."""


@pytest.mark.parametrize("kind", [None, *TYPES])
def test_types_pass(kind: str | None) -> None:
    assert not list(rules.endpoint_type_valid(kind))


@pytest.mark.parametrize("kind", ["interface", "GatewayLoadbalancer", ""])
def test_fails_when_a_type_is_not_one(kind: str) -> None:
    (problem,) = rules.endpoint_type_valid(kind)
    assert problem.rule is rules.endpoint_type_valid
    assert repr(kind) in problem.what


@pytest.mark.parametrize("kind", TYPES)
def test_the_property_that_says_what_an_endpoint_is_for(kind: str) -> None:
    target = rules.TARGETS[kind]
    assert not list(rules.endpoint_target_present(kind, given=["VpcId", target]))
    (problem,) = rules.endpoint_target_present(kind, given=["VpcId"])
    assert problem.rule is rules.endpoint_target_present
    assert problem.what == f"the {kind} endpoint has no {target}"


def test_says_nothing_of_the_target_of_a_type_that_is_not_one() -> None:
    assert not list(rules.endpoint_target_present("interface", given=[]))


@pytest.mark.parametrize("name", rules.PROPERTIES)
@pytest.mark.parametrize("kind", TYPES)
def test_each_type_takes_its_properties(kind: str, name: str) -> None:
    problems = list(rules.endpoint_property_supported(kind, name))
    whole = name.partition(".")[0]
    expected = name not in TAKES[kind] and (whole == name or whole in TAKES[kind])
    assert bool(problems) is expected
    if problems:
        assert problems[0].rule is rules.endpoint_property_supported
        assert name in problems[0].what
        assert kind in problems[0].what


def test_fails_when_an_endpoint_without_a_type_has_subnets() -> None:
    (problem,) = rules.endpoint_property_supported(None, "SubnetIds")
    assert "of type Gateway (default)" in problem.what


def test_says_nothing_of_the_properties_of_a_type_that_is_not_one() -> None:
    assert not list(rules.endpoint_property_supported("interface", "RouteTableIds"))


@pytest.mark.parametrize("count", [None, 0, 1])
def test_one_subnet_passes(count: int | None) -> None:
    assert not list(rules.single_subnet(count))


def test_fails_when_there_are_two_subnets() -> None:
    (problem,) = rules.single_subnet(2)
    assert problem.rule is rules.single_subnet
    assert "2 subnets" in problem.what


def test_private_dns_that_is_set_passes() -> None:
    assert not list(rules.private_dns_set(given=True, service="kms"))


def test_warns_when_private_dns_is_not_set() -> None:
    (problem,) = rules.private_dns_set(given=False, service="kms")
    assert problem.rule is rules.private_dns_set
    assert problem.what.endswith("to kms")
