from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.checks.estates import estate
from tests.checks.stacks import findings, ref, resource, rules, stack

from privatelink_constructs import Severity

if TYPE_CHECKING:
    from tests.checks.stacks import Template

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
    assert rules(with_rules(**properties)) == EXCEEDED


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
    assert rules(template) == set()
    template["Resources"]["Other"] = resource(
        "AWS::EC2::SecurityGroupIngress", CidrIp="10.2.0.0/16", **itself
    )
    assert rules(template) == EXCEEDED


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
    assert rules(with_rules(**given)) == {"cidr-malformed"}


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
