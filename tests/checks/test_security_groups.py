from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.checks.estates import estate
from tests.checks.stacks import findings, ref, resource, rules, stack

from privatelink_constructs import Severity, check_template

if TYPE_CHECKING:
    from tests.checks.stacks import Template

CLOSED = {"load-balancer-target-closed"}
"""Outbound rules of these tests lead elsewhere than to the targets."""
EXCEEDED = {"security-group-rules-exceeded"}
DIRECTIONS = ["SecurityGroupIngress", "SecurityGroupEgress"]


def inbound(count: int) -> list[Template]:
    return [
        {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "CidrIp": f"10.1.{it}.0/24"}
        for it in range(count)
    ]


def with_rules(**properties: object) -> Template:
    template = stack()
    template["Resources"]["Group"]["Properties"].update(properties)
    return template


@pytest.mark.parametrize(
    "properties",
    [
        {"SecurityGroupIngress": inbound(61)},
        {"SecurityGroupIngress": inbound(1), "SecurityGroupEgress": inbound(61)},
    ],
)
def test_warns_when_there_are_more_rules_than_aws_takes(properties: Template) -> None:
    assert rules(with_rules(**properties)) - CLOSED == EXCEEDED


def test_takes_as_many_rules_as_aws_takes() -> None:
    assert rules(with_rules(SecurityGroupIngress=inbound(60))) == set()


def test_takes_as_many_rules_of_each_address_family() -> None:
    ipv6 = [
        {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "CidrIpv6": f"2001:db8:{it}::/48"}
        for it in range(60)
    ]
    template = with_rules(SecurityGroupIngress=[*inbound(60), *ipv6])
    enforce = "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic"
    template["Resources"]["Nlb"]["Properties"][enforce] = "off"
    assert rules(template) == set()


def test_counts_rules_that_are_resources_of_their_own_once() -> None:
    template = with_rules(SecurityGroupIngress=inbound(59))
    itself = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "GroupId": ref("Group")}
    template["Resources"]["Own"] = resource(
        "AWS::EC2::SecurityGroupIngress", SourceSecurityGroupId=ref("Group"), **itself
    )
    by_group = {"client-security-group-ineffective"}
    assert rules(template) == by_group
    template["Resources"]["Other"] = resource(
        "AWS::EC2::SecurityGroupIngress", CidrIp="10.2.0.0/16", **itself
    )
    assert rules(template) == EXCEEDED | by_group


def test_looks_at_the_groups_of_endpoints() -> None:
    template = estate()
    [name] = {
        each["Ref"] if "Ref" in each else each["Fn::GetAtt"][0]
        for each in template["Resources"]["Endpoint"]["Properties"]["SecurityGroupIds"]
    }
    template["Resources"][name]["Properties"]["SecurityGroupIngress"] += inbound(60)
    assert rules(template) == EXCEEDED


@pytest.mark.parametrize(
    "sources",
    [
        {"CidrIp": "10.1.0.0"},
        {"CidrIp": "10.1.0.0/33"},
        {"CidrIp": "2001:db8::/48"},
        {"CidrIpv6": "10.1.0.0/16"},
    ],
)
@pytest.mark.parametrize("direction", DIRECTIONS)
def test_fails_when_a_range_is_none(sources: Template, direction: str) -> None:
    ways = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443}
    given = {"SecurityGroupIngress": inbound(1), direction: [*inbound(1), {**ways, **sources}]}
    assert rules(with_rules(**given)) - CLOSED == {"cidr-malformed"}


@pytest.mark.parametrize("cidr", ["10.1.0.5/16", "10.1.128.0/16", "10.0.0.0/0"])
@pytest.mark.parametrize("direction", DIRECTIONS)
def test_warns_when_a_range_has_host_bits(cidr: str, direction: str) -> None:
    rule = {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "CidrIp": cidr}
    template = with_rules(**{"SecurityGroupIngress": inbound(1), direction: [*inbound(1), rule]})
    # AWS takes it, and cuts the bits off.
    [severity] = {
        it.severity for it in findings(template) if it.rule == "cidr-prefix-length-mismatch"
    }
    assert severity is Severity.WARNING


DUPLICATE, LISTED = "security-group-rule-duplicate", "security-group-inline-rule-duplicate"
WAYS = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443}
GROUPS: dict[str, tuple[object, object]] = {
    "literal": ("sg-0123456789abcdef0", "sg-0123456789abcdef0"),
    "parameter": (ref("Parameter"), ref("Parameter")),
    "imported": ({"Fn::ImportValue": "Group"}, {"Fn::ImportValue": "Group"}),
    "resource": (ref("Other"), {"Fn::GetAtt": ["Other", "GroupId"]}),
}
PEERS: dict[str, tuple[Template, Template]] = {
    "ipv4": ({"CidrIp": "10.2.0.0/16"}, {"CidrIp": "10.2.0.1/16"}),
    "ipv6": ({"CidrIpv6": "2001:DB8::/32"}, {"CidrIpv6": "2001:db8::/32"}),
    "parameter": ({"CidrIp": ref("Range")}, {"CidrIp": ref("Range")}),
    "group": (
        {"SourceSecurityGroupId": ref("Group")},
        {"SourceSecurityGroupId": {"Fn::GetAtt": "Group.GroupId"}},
    ),
    "list": ({"SourcePrefixListId": "pl-1"}, {"SourcePrefixListId": "pl-1"}),
}


def apart(group: object, direction: str = "Ingress", **rule: object) -> Template:
    if direction == "Egress":
        rule = {name.replace("Source", "Destination"): value for name, value in rule.items()}
    return resource(f"AWS::EC2::SecurityGroup{direction}", **{"GroupId": group, **WAYS, **rule})


def duplicates(template: Template) -> set[str]:
    return rules(template) & {DUPLICATE, LISTED}


def with_two(first: Template, second: Template) -> Template:
    template = stack()
    other = resource("AWS::EC2::SecurityGroup", GroupDescription="other", VpcId=ref("Vpc"))
    template["Resources"].update(Other=other, First=first, Second=second)
    return template


@pytest.mark.parametrize("direction", ["Ingress", "Egress"])
@pytest.mark.parametrize("peer", PEERS)
@pytest.mark.parametrize("group", GROUPS)
def test_fails_when_a_rule_is_defined_twice(group: str, peer: str, direction: str) -> None:
    (left, right), (source, same) = GROUPS[group], PEERS[peer]
    first, second = apart(left, direction, **source), apart(right, direction, **same)
    assert duplicates(with_two(first, second)) == {DUPLICATE}


@pytest.mark.parametrize(
    "other",
    [
        {"CidrIp": "10.3.0.0/16"},
        {"CidrIp": ref("Range")},
        {"CidrIp": "10.2.0.0/16", "FromPort": 444, "ToPort": 444},
        {"CidrIp": "10.2.0.0/16", "IpProtocol": "udp"},
        {"CidrIp": "10.2.0.0/16", "IpProtocol": ref("Protocol")},
        {"CidrIp": "10.2.0.0/16", "GroupId": ref("Group")},
        {"CidrIp": "10.2.0.0/16", "GroupId": {"Fn::If": ["A", ref("Other"), ref("Group")]}},
        {"CidrIp": {"Fn::If": ["A", "10.2.0.0/16", "10.3.0.0/16"]}},
        {},
    ],
    ids=[
        "range",
        "parameter",
        "port",
        "protocol",
        "any protocol",
        "group",
        "either",
        "choice",
        "no",
    ],
)
def test_takes_rules_that_differ(other: Template) -> None:
    first = apart(ref("Other"), CidrIp="10.2.0.0/16")
    assert duplicates(with_two(first, apart(ref("Other"), **other))) == set()


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"IpProtocol": "6"}, {"FromPort": "443"}),
        ({"IpProtocol": "-1"}, {"IpProtocol": -1, "FromPort": 1}),
        ({"Description": "a"}, {"Description": "b"}),
        ({"FromPort": ref("Port")}, {"FromPort": ref("Port")}),
        ({"IpProtocol": "UDP"}, {"IpProtocol": 17}),
        ({"IpProtocol": "icmp"}, {"IpProtocol": "1"}),
        ({"IpProtocol": "icmpv6"}, {"IpProtocol": "58"}),
    ],
    ids=["protocol", "all", "description", "port", "udp", "icmp", "icmpv6"],
)
def test_fails_when_two_rules_are_written_in_two_ways(first: Template, second: Template) -> None:
    shared = {"CidrIp": "10.2.0.0/16"}
    rules_ = [apart(ref("Other"), **{**shared, **it}) for it in (first, second)]
    assert duplicates(with_two(*rules_)) == {DUPLICATE}


@pytest.mark.parametrize("account", [None, "111111111111"])
@pytest.mark.parametrize("owner", [ref("AWS::AccountId"), "111111111111", ref("Owner")])
def test_the_own_account_is_the_owner_without_being_named(
    owner: object, account: str | None
) -> None:
    source = {"SourceSecurityGroupId": "sg-0123456789abcdef0"}
    first = apart(ref("Other"), **source)
    template = with_two(first, apart(ref("Other"), SourceSecurityGroupOwnerId=owner, **source))
    found = {each.rule for each in check_template(template, account=account)}
    # Another account may be any where the own one isn't known.
    same = owner == ref("AWS::AccountId") or (account is not None and account == owner)
    assert (DUPLICATE in found) is same


def test_takes_two_groups_of_two_accounts() -> None:
    source = {"SourceSecurityGroupId": "sg-0123456789abcdef0"}
    first = apart(ref("Other"), **source)
    other = apart(ref("Other"), SourceSecurityGroupOwnerId="222222222222", **source)
    assert duplicates(with_two(first, other)) == set()


def test_takes_rules_of_which_one_is_there() -> None:
    template = with_two(*[apart(ref("Other"), CidrIp="10.2.0.0/16")] * 2)
    template["Conditions"] = {name: {"Fn::Equals": [ref("Stage"), name]} for name in "AB"}
    for name, condition in (("First", "A"), ("Second", "B")):
        changed = {**template["Resources"][name], "Condition": condition}
        template["Resources"][name] = changed
    assert duplicates(template) == set()


def test_fails_when_an_inline_rule_is_defined_again() -> None:
    template = stack()
    template["Resources"]["Rule"] = apart(ref("Group"), CidrIp="10.1.0.0/16")
    (finding,) = findings(template)
    assert (finding.rule, finding.logical_id) == (DUPLICATE, "Rule")
    assert finding.message == "The inbound rule for tcp 443 already exists in Group."


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_warns_when_a_rule_is_listed_twice(direction: str) -> None:
    twice = {"SecurityGroupIngress": inbound(1), direction: inbound(1) * 2}
    assert rules(with_rules(**twice)) - CLOSED == {LISTED}


def test_takes_one_rule_in_both_directions() -> None:
    both = {"SecurityGroupIngress": inbound(1), "SecurityGroupEgress": inbound(1)}
    assert rules(with_rules(**both)) == CLOSED


def described(where: str, text: object) -> Template:
    if where == "group":
        return with_rules(GroupDescription=text)
    if where == "inline":
        return with_rules(SecurityGroupIngress=[{**inbound(1)[0], "Description": text}])
    template = stack()
    template["Resources"]["Rule"] = apart(ref("Group"), CidrIp="10.9.0.0/16", Description=text)
    return template


WHERE = pytest.mark.parametrize("where", ["group", "inline", "apart"])


@WHERE
@pytest.mark.parametrize(
    "text", ["a" * 256, {"Fn::Sub": "${AWS::StackName}" + "a" * 256}], ids=["text", "gap"]
)
def test_fails_when_a_description_is_too_long(where: str, text: object) -> None:
    assert rules(described(where, text)) == {"security-group-description-exceeded"}


@WHERE
@pytest.mark.parametrize("text", ["the client's", "a\nb", "größer", "a < b"], ids=repr)
def test_fails_when_a_description_has_other_characters(where: str, text: str) -> None:
    assert rules(described(where, text)) == {"security-group-description-malformed"}


@WHERE
@pytest.mark.parametrize(
    "text",
    ["a" * 255, "a-Z 0_9.:/()#,@[]+=&;{}!$*", ref("Text"), {"Fn::Sub": "of ${AWS::StackName}"}],
    ids=["longest", "all characters", "parameter", "gap"],
)
def test_takes_descriptions(where: str, text: object) -> None:
    assert rules(described(where, text)) == set()
