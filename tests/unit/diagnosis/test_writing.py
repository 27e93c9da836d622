"""What of an account is written down, and how it is read again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests.support.live_accounts import (
    ENDPOINT_DNS,
    NAME,
    REGION,
    SERVICE,
    balancer_arn,
    group_arn,
    rule,
)
from tests.support.live_worlds import CONSUMER_VPC, listener, working
from tests.unit.diagnosis.scenarios import alias, forwarding, hosted_zone

from privatelink_constructs.diagnosis.album import Album
from privatelink_constructs.diagnosis.next_steps import next_step

if TYPE_CHECKING:
    from tests.support.live_worlds import World

    from privatelink_constructs import Diagnosis


def rules(found: Diagnosis) -> list[str]:
    return list(dict.fromkeys(cause.finding.rule for cause in found.causes))


def profile(world: World, *arns: str, zone: str = "") -> None:
    association = {
        "Id": "rpassoc-1",
        "ProfileId": "rp-1",
        "ResourceId": CONSUMER_VPC,
        "Name": "hub",
    }
    world.consumer.items["ListProfileAssociations"] = [association]
    world.consumer.items["ListProfileResourceAssociations"] = [
        {"Id": f"rpr-{number}", "ProfileId": "rp-1", "Name": "it", "ResourceArn": arn}
        for number, arn in enumerate(arns)
    ]
    if zone:
        world.consumer.items["GetHostedZone"]["Z0HUB"] = zone


def answer(world: World, name: str = NAME) -> str:
    found = world.diagnosed(name=name).names
    return next(it.answered_by for it in found if it.name == name)


def test_a_rule_from_a_profile_answers() -> None:
    world = working()
    forwarding(world, "corp.example.com")
    world.consumer.items["ListResolverRuleAssociations"] = []
    profile(world, f"arn:aws:route53resolver:{REGION}:1:resolver-rule/rslvr-rr-1")
    assert answer(world, "a.corp.example.com") == (
        "the forwarding rule rslvr-rr-1 for corp.example.com from Profile rp-1"
    )


def test_the_own_setting_of_a_vpc_answers_before_a_profile() -> None:
    world = working()
    forwarding(world, "corp.example.com")
    profile(world, f"arn:aws:route53resolver:{REGION}:1:resolver-rule/rslvr-rr-1")
    answered = answer(world, "a.corp.example.com")
    assert answered == "the forwarding rule rslvr-rr-1 for corp.example.com"


def test_a_system_rule_leaves_the_name_to_others() -> None:
    world = working()
    forwarding(world, NAME, "SYSTEM")
    assert answer(world).startswith("private DNS of")
    assert world.diagnosed().healthy


def test_an_endpoint_in_a_profile_answers_for_itself() -> None:
    world = working()
    profile(world, f"arn:aws:ec2:{REGION}:1:vpc-endpoint/vpce-0123456789abcdef0")
    assert answer(world).startswith("private DNS of vpce-0123456789abcdef0")


def test_a_hosted_zone_of_a_profile_that_nobody_finds_is_left_out() -> None:
    world = working()
    profile(world, "arn:aws:route53:::hostedzone/Z0HUB", "arn:aws:other:::thing/one")
    assert world.diagnosed().healthy


def test_public_dns_answers_for_other_names() -> None:
    assert answer(working(), "www.example.org") == "public DNS"


def test_a_wildcard_record_answers() -> None:
    world = working()
    record = alias("*.internal.example.com", ENDPOINT_DNS)
    hosted_zone(world, "internal.example.com", record, {"Name": "x.", "Type": "TXT", "TTL": 1})
    assert world.diagnosed(name="api.internal.example.com").healthy


def test_a_canonical_name_answers() -> None:
    world = working()
    name = "api.internal.example.com"
    values = [{"Value": ENDPOINT_DNS}]
    record = {"Name": f"{name}.", "Type": "CNAME", "TTL": 60, "ResourceRecords": values}
    hosted_zone(world, "internal.example.com", record)
    assert world.diagnosed(name=name).healthy


def test_a_record_is_enough_without_private_dns() -> None:
    world = working()
    world.consumer.change("DescribeVpcEndpoints", 0, PrivateDnsEnabled=False)
    hosted_zone(world, "internal.example.com", alias("api.internal.example.com", ENDPOINT_DNS))
    assert world.diagnosed().healthy


def allowing(world: World, *inbound: Any) -> World:
    world.provider.change("DescribeSecurityGroups", 0, IpPermissions=list(inbound))
    return world


def test_a_prefix_list_may_allow_the_clients() -> None:
    listed = {**rule(443, 443), "PrefixListIds": [{"PrefixListId": "pl-1"}]}
    assert allowing(working(), listed).diagnosed().healthy


@pytest.mark.parametrize("cidr", ["2001:db8::/32", "not a CIDR block"])
def test_fails_when_clients_are_of_another_kind(cidr: str) -> None:
    other = {**rule(443, 443), "Ipv6Ranges": [{"CidrIpv6": cidr}]}
    assert "load-balancer-client-closed" in rules(allowing(working(), other).diagnosed())


def test_clients_of_ipv6_are_allowed() -> None:
    world = allowing(working(), {**rule(443, 443), "Ipv6Ranges": [{"CidrIpv6": "2001:db8::/32"}]})
    blocks = [{"CidrBlock": "2001:db8:1::/48"}]
    world.consumer.change("DescribeVpcs", 0, CidrBlockAssociationSet=blocks)
    assert "load-balancer-client-closed" not in rules(world.diagnosed())


def acl(world: World, *entries: Any) -> Diagnosis:
    outbound = {"RuleNumber": 1, "RuleAction": "allow", "Protocol": "-1", "Egress": True}
    found = [{**outbound, "CidrBlock": "0.0.0.0/0"}, *({"Egress": False, **it} for it in entries)]
    world.consumer.change("DescribeNetworkAcls", 0, Entries=found)
    return world.diagnosed()


ONE_PORT: dict[str, Any] = {
    "RuleNumber": 1,
    "RuleAction": "allow",
    "Protocol": "6",
    "PortRange": {"From": 443, "To": 443},
    "CidrBlock": "10.1.0.0/16",
}


def test_a_network_acl_may_allow_one_port() -> None:
    denied = {**ONE_PORT, "RuleNumber": 0, "RuleAction": "deny", "CidrBlock": "10.9.0.0/16"}
    assert acl(working(), denied, ONE_PORT).healthy


@pytest.mark.parametrize(
    "change", [{"Protocol": "17"}, {"PortRange": {"From": 80, "To": 80}}], ids=["udp", "port"]
)
def test_fails_when_a_network_acl_allows_something_else(change: dict[str, Any]) -> None:
    assert rules(acl(working(), {**ONE_PORT, **change})) == ["network-acl-closed"]


def test_targets_by_instance_are_found() -> None:
    world = working()
    for zone in ("a", "b"):
        world.provider.items["DescribeTargetGroups"][balancer_arn(zone)][0]["TargetType"] = (
            "instance"
        )
        [target] = world.provider.items["DescribeTargetHealth"][group_arn(zone)]
        target["Target"] = {"Id": f"i-0a{zone}", "Port": 8080}
    assert world.diagnosed().healthy
    world.provider.change("DescribeSecurityGroups", 1, IpPermissions=[])
    assert rules(world.diagnosed()) == ["target-closed"]


def test_a_load_balancer_as_target_has_no_group_of_its_own() -> None:
    world = working()
    for zone in ("a", "b"):
        world.provider.items["DescribeTargetGroups"][balancer_arn(zone)][0]["TargetType"] = "alb"
    assert world.diagnosed().healthy


def test_a_group_may_turn_on_cross_zone_load_balancing() -> None:
    world = working()
    there = world.provider.items["DescribeTargetHealth"]
    there[group_arn("a")] = [*there[group_arn("b")]]
    assert rules(world.diagnosed()) == ["zone-target-unhealthy"]
    on = [{"Key": "load_balancing.cross_zone.enabled", "Value": "true"}]
    world.provider.items["DescribeTargetGroupAttributes"][group_arn("a")] = on
    assert world.diagnosed().healthy


def test_an_action_with_a_single_group_is_followed() -> None:
    world = working()
    for zone in ("a", "b"):
        [action] = listener(zone)["DefaultActions"]
        del action["ForwardConfig"]
        there = world.provider.items["DescribeListeners"][balancer_arn(zone)]
        there[0]["DefaultActions"] = [action]
    assert world.diagnosed().healthy


def test_an_endpoint_without_subnets_or_groups_is_read() -> None:
    world = working()
    world.consumer.change("DescribeVpcEndpoints", 0, SubnetIds=[], Groups=[])
    assert world.diagnosed().service_id == SERVICE


def test_an_album_knows_what_is_written_down() -> None:
    album = Album()
    album.add("AWS::EC2::VPC", "vpc-1", {})
    assert album.has("vpc-1")
    assert not album.has("vpc-2")


def test_two_kinds_of_one_name_stay_apart() -> None:
    album = Album()
    assert album.add("AWS::EC2::VPC", "payments", {}) == "payments"
    assert album.add("AWS::EC2::Subnet", "payments", {"VpcId": "vpc"}) == "Subnet/payments"
    assert len(album.resources) == 2


def test_a_command_needs_everything_that_it_names() -> None:
    assert next_step("connection-pending", {"region": REGION}) == ""
    assert next_step("idle-timeout-exceeded", {}) == ""
