"""The security groups of endpoints in templates, and the sources in their rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests.checks.stacks import ref, resource, rules, stack

from privatelink_constructs.rules import endpoint_groups

if TYPE_CHECKING:
    from tests.checks.stacks import Template

NAME = "com.amazonaws.vpce.eu-west-1.vpce-svc-0123456789abcdef0"
TCP: dict[str, Any] = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443}
MALFORMED, WRONG = {"resource-id-malformed"}, {"reference-type-mismatch"}
QUOTA, UNKNOWN = {"security-group-rules-exceeded"}, {"security-group-rules-undetermined"}
LIST = "pl-0123456789abcdef0"


def endpoint_with(groups: object, *sources: Template, **more: Template) -> Template:
    template = stack()
    template["Resources"].update(more)
    template["Resources"]["Clients"] = resource(
        "AWS::EC2::SecurityGroup",
        GroupDescription="clients",
        VpcId=ref("Vpc"),
        SecurityGroupIngress=[{**TCP, **it} for it in sources] or [{**TCP, "CidrIp": "10.0.0.0/8"}],
    )
    template["Resources"]["Endpoint"] = resource(
        "AWS::EC2::VPCEndpoint",
        VpcEndpointType="Interface",
        ServiceName=NAME,
        VpcId=ref("Vpc"),
        SubnetIds=[ref("SubnetA"), ref("SubnetB")],
        SecurityGroupIds=groups,
    )
    return template


def list_of(entries: int, family: str = "IPv4") -> Template:
    return resource(
        "AWS::EC2::PrefixList", PrefixListName="a", AddressFamily=family, MaxEntries=entries
    )


ATTRIBUTE = {"Fn::GetAtt": ["Clients", "GroupId"]}
IMPORT = {"Fn::ImportValue": "Group"}


@pytest.mark.parametrize(
    "groups",
    [[ref("Clients"), ATTRIBUTE], ["sg-0a", "sg-0b", "sg-0a"]],
    ids=["references", "literals"],
)
def test_fails_when_a_group_is_listed_twice(groups: object) -> None:
    assert rules(endpoint_with(groups)) == {"endpoint-security-group-duplicate"}


@pytest.mark.parametrize(
    "groups",
    [[ref("Clients"), "sg-0a"], [ref("Clients"), IMPORT], {"Fn::Split": [",", IMPORT]}],
    ids=["two", "import", "list"],
)
def test_takes_groups_that_differ_or_may_differ(groups: object) -> None:
    assert rules(endpoint_with(groups)) == set()


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (5, set[str]()),
        (6, {"endpoint-security-groups-quota-exceeded"}),
        (16, {"endpoint-security-groups-quota-exceeded"}),
        (17, {"endpoint-security-groups-exceeded"}),
    ],
)
def test_groups_are_counted(count: int, expected: set[str]) -> None:
    assert rules(endpoint_with([f"sg-{it:x}" for it in range(count)])) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ({"SourcePrefixListId": LIST}, set[str]()),
        ({"SourcePrefixListId": {"Fn::GetAtt": ["List", "PrefixListId"]}}, set[str]()),
        ({"SourcePrefixListId": ref("List")}, set[str]()),
        ({"SourceSecurityGroupId": "sg-0a"}, set[str]()),
        ({"SourceSecurityGroupId": ref("Group")}, set[str]()),
        ({"SourcePrefixListId": IMPORT}, set[str]()),
        ({"SourcePrefixListId": "sg-0a"}, MALFORMED),
        ({"SourceSecurityGroupId": "default"}, MALFORMED),
        ({"SourcePrefixListId": ref("Group")}, WRONG),
        ({"SourceSecurityGroupId": ref("List")}, WRONG),
    ],
)
def test_sources_are_what_their_property_says(source: Template, expected: set[str]) -> None:
    template = endpoint_with([ref("Clients")], source, List=list_of(20))
    assert rules(template) == expected


@pytest.mark.parametrize(
    ("entries", "sources", "expected"),
    [
        (60, [{"SourcePrefixListId": ref("List")}], set[str]()),
        (61, [{"SourcePrefixListId": ref("List")}], QUOTA),
        (60, [{"SourcePrefixListId": ref("List")}, {"CidrIp": "10.0.0.0/8"}], QUOTA),
        (60, [{"SourcePrefixListId": ref("List")}, {"CidrIpv6": "fd00::/8"}], set[str]()),
        (5, [{"SourcePrefixListId": ref("List")}, {"SourcePrefixListId": LIST}], set[str]()),
        (6, [{"SourcePrefixListId": ref("List")}, {"SourcePrefixListId": LIST}], UNKNOWN),
        (61, [{"SourcePrefixListId": ref("List")}, {"SourcePrefixListId": LIST}], QUOTA),
    ],
)
def test_prefix_lists_count_as_often_as_they_can_have_entries(
    entries: int, sources: list[Template], expected: set[str]
) -> None:
    template = endpoint_with([ref("Clients")], *sources, List=list_of(entries))
    assert rules(template) == expected


def test_lists_of_each_family_are_counted_by_themselves() -> None:
    sources = [{"SourcePrefixListId": ref("List")}, {"SourcePrefixListId": ref("List6")}]
    lists = {"List": list_of(60), "List6": list_of(60, "IPv6")}
    assert rules(endpoint_with([ref("Clients")], *sources, **lists)) == set()


def test_lists_in_outbound_rules_count_too() -> None:
    template = endpoint_with([ref("Clients")], List=list_of(61))
    outbound = [{**TCP, "DestinationPrefixListId": ref("List")}]
    template["Resources"]["Clients"]["Properties"]["SecurityGroupEgress"] = outbound
    assert rules(template) == QUOTA


def test_a_group_that_is_not_known_is_no_duplicate() -> None:
    assert not list(endpoint_groups.groups_distinct([None, None, "sg-0a"]))
