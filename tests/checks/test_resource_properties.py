"""Resources have the properties and the values that AWS requires."""

from __future__ import annotations

from typing import Any

import pytest
from tests.checks.stacks import ref, resource, with_resources

from privatelink_constructs import check_template
from privatelink_constructs.facts import property_shapes as shapes

MISSING, VALUE, CONFLICT = "property-missing", "property-not-valid", "properties-conflict"
OPTIONAL = {"Fn::If": ["Chosen", "a", ref("AWS::NoValue")]}
UNKNOWN = ref("Given")


def found(kind: str, properties: object) -> list[tuple[str, str]]:
    template = with_resources(Other={"Type": kind, "Properties": properties})
    template["Parameters"] = {"Given": {"Type": "String"}}
    template["Conditions"] = {"Chosen": {"Fn::Equals": [UNKNOWN, "a"]}}
    findings = check_template(template, region="eu-west-1")
    rules = {MISSING, VALUE, CONFLICT}
    return [(it.rule, it.message) for it in findings if it.rule in rules]


def nested(path: str, value: object) -> dict[str, Any]:
    """Return properties with a value at a path, in which an asterisk is an item of a list."""
    first, _, rest = path.partition(".")
    if rest.startswith("*."):
        return {first: [nested(rest.removeprefix("*."), value)]}
    return {first: nested(rest, value) if rest else value}


VALUES = [
    (kind, path, valid) for kind, paths in shapes.VALUES.items() for path, valid in paths.items()
]
IDS = [f"{kind}-{path}" for kind, path, _ in VALUES]


@pytest.mark.parametrize(("kind", "path", "valid"), VALUES, ids=IDS)
def test_fails_when_a_value_is_not_valid(kind: str, path: str, valid: tuple[str, ...]) -> None:
    messages = [text for rule, text in found(kind, nested(path, "x!")) if rule == VALUE]
    assert len(messages) == 1
    assert f"'x!' is not a valid {path.rpartition('.')[2]}" in messages[0]
    other = valid[0].swapcase()
    assert VALUE in {rule for rule, _ in found(kind, nested(path, other))}


@pytest.mark.parametrize(("kind", "path", "valid"), VALUES, ids=IDS)
def test_takes_valid_values(kind: str, path: str, valid: tuple[str, ...]) -> None:
    for value in (*valid, UNKNOWN, OPTIONAL):
        assert VALUE not in {rule for rule, _ in found(kind, nested(path, value))}


def test_the_message_names_the_spelling_that_was_meant() -> None:
    [message] = [
        text
        for rule, text in found("AWS::Route53Resolver::ResolverRule", {"RuleType": "forward"})
        if rule == VALUE
    ]
    assert message == "'forward' is not a valid RuleType. Did you mean FORWARD?"


BOOLEANS = [(kind, name) for kind, names in shapes.BOOLEANS.items() for name in names]


@pytest.mark.parametrize(("kind", "name"), BOOLEANS)
def test_fails_when_a_value_is_not_true_or_false(kind: str, name: str) -> None:
    assert VALUE in {rule for rule, _ in found(kind, {name: "yes"})}
    for value in (True, False, "true", "False", UNKNOWN, OPTIONAL):
        assert VALUE not in {rule for rule, _ in found(kind, {name: value})}


REQUIRED = [(kind, path) for kind, paths in shapes.REQUIRED.items() for path in paths]


@pytest.mark.parametrize(("kind", "path"), REQUIRED)
def test_fails_when_a_required_property_is_missing(kind: str, path: str) -> None:
    outer, _, name = path.rpartition(".")
    without = nested(f"{outer}.Other" if outer else "Other", "a")
    texts = [text for rule, text in found(kind, without) if rule == MISSING]
    assert any(text.endswith(f"has no {name}.") for text in texts)
    for value in ("a", UNKNOWN, OPTIONAL):
        texts = [text for rule, text in found(kind, nested(path, value)) if rule == MISSING]
        assert not any(text.endswith(f"has no {name}.") for text in texts)


def test_an_empty_list_is_a_missing_property() -> None:
    kind = "AWS::Route53Resolver::ResolverEndpoint"
    texts = [text for _, text in found(kind, {"SecurityGroupIds": []})]
    assert any("has no SecurityGroupIds" in text for text in texts)


@pytest.mark.parametrize(
    ("kind", "properties", "expected"),
    [
        ("AWS::ElasticLoadBalancingV2::TargetGroup", {}, {"Port", "Protocol", "VpcId"}),
        ("AWS::ElasticLoadBalancingV2::TargetGroup", {"TargetType": "lambda"}, set[str]()),
        ("AWS::ElasticLoadBalancingV2::TargetGroup", {"TargetType": UNKNOWN}, set[str]()),
        (
            "AWS::Route53Resolver::ResolverRule",
            {"RuleType": "FORWARD"},
            {"DomainName", "ResolverEndpointId"},
        ),
        ("AWS::Route53Resolver::ResolverRule", {"RuleType": "SYSTEM"}, set[str]()),
        ("AWS::Route53::RecordSet", {"Name": "a", "Type": "A"}, {"HostedZoneName", "Records"}),
    ],
)
def test_finds_what_other_properties_require(
    kind: str, properties: dict[str, object], expected: set[str]
) -> None:
    texts = [text for rule, text in found(kind, properties) if rule == MISSING]
    assert len(texts) == len(expected)
    assert all(any(name in text for text in texts) for name in expected)


def test_says_nothing_of_properties_that_are_not_known() -> None:
    macro = {"Fn::Transform": {"Name": "Mine"}}
    for kind in (*shapes.REQUIRED, *shapes.VALUES, *shapes.BOOLEANS, *shapes.ONE_OF):
        assert found(kind, macro) == []


@pytest.mark.parametrize(
    "given",
    [
        {"CidrIp": "10.0.0.0/16", "SourceSecurityGroupId": "sg-0123456789abcdef0"},
        {"CidrIp": "10.0.0.0/16", "CidrIpv6": "fd00::/64"},
    ],
)
def test_fails_when_properties_exclude_each_other(given: dict[str, object]) -> None:
    rule = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, **given}
    kind = "AWS::EC2::SecurityGroup"
    group = {"GroupDescription": "a", "SecurityGroupIngress": [rule]}
    assert [each for each, _ in found(kind, group)] == [CONFLICT]


@pytest.mark.parametrize(
    "given",
    [
        {"CidrIp": "10.0.0.0/16", "CidrIpv6": ref("AWS::NoValue")},
        {"CidrIp": OPTIONAL, "CidrIpv6": OPTIONAL},
        {"SourcePrefixListId": UNKNOWN},
    ],
)
def test_takes_one_of_several_properties(given: dict[str, object]) -> None:
    rule = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, **given}
    group = {"GroupDescription": "a", "SecurityGroupIngress": [rule]}
    assert found("AWS::EC2::SecurityGroup", group) == []


def test_fails_when_two_subnet_lists_are_set() -> None:
    subnets = {"Subnets": [ref("SubnetA")], "SubnetMappings": [{"SubnetId": ref("SubnetB")}]}
    kind = "AWS::ElasticLoadBalancingV2::LoadBalancer"
    assert [each for each, _ in found(kind, {"Type": "network", **subnets})] == [CONFLICT]


def test_fails_when_a_resource_configuration_has_two_definitions() -> None:
    given = {
        "Name": "a",
        "ResourceConfigurationType": "SINGLE",
        "ResourceGatewayId": "rgw-0123456789abcdef0",
        "PortRanges": ["443"],
        "ResourceConfigurationDefinition": {
            "IpResource": "10.0.0.1",
            "DnsResource": {"DomainName": "a.example.com", "IpAddressType": "IPV4"},
        },
    }
    kind = "AWS::VpcLattice::ResourceConfiguration"
    assert [each for each, _ in found(kind, given)] == [CONFLICT]


def test_finds_nothing_in_the_correct_stack() -> None:
    assert check_template(with_resources(Topic=resource("AWS::SNS::Topic"))) == []
