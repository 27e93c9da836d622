"""Load balancers of services can connect to their targets."""

from __future__ import annotations

from typing import Any

import pytest
from tests.checks.stacks import changed, findings, ref, resource, rules, with_resources

OUT, IN = "load-balancer-target-closed", "target-closed"
ENFORCE = "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic"


def outbound(*rules_: dict[str, Any], **targets: Any) -> dict[str, Any]:
    template = changed("Group", SecurityGroupEgress=list(rules_))
    template["Resources"]["Targets"]["Properties"].update(targets)
    return template


def to(cidr: object, first: object = 443, last: object = None) -> dict[str, Any]:
    ports = {"FromPort": first, "ToPort": first if last is None else last}
    return {"IpProtocol": "tcp", **ports, "CidrIp": cidr}


@pytest.mark.parametrize(
    ("template", "closed"),
    [
        (outbound(to("10.0.0.0/16")), False),
        (outbound(to("10.0.0.10/32"), to("10.0.1.10/32")), False),
        (outbound({"IpProtocol": "-1", "CidrIp": "0.0.0.0/0"}), False),
        (outbound(), False),
        (outbound(to(ref("Cidr"))), False),
        (outbound({**to("10.9.0.0/16"), "DestinationPrefixListId": "pl-0"}), False),
        (outbound(to("10.0.0.0/16", ref("Port"))), False),
        (outbound(to("10.0.0.0/16", 80)), True),
        (outbound(to("10.9.0.0/16")), True),
        (outbound(to("10.0.0.0/16"), HealthCheckPort="8080"), True),
        (outbound(to("10.0.0.0/16", 443, 8080), HealthCheckPort="8080"), False),
        (outbound(to("10.0.0.0/16"), HealthCheckPort=ref("Port")), False),
        (outbound(to("10.0.0.0/16", 80), Port=ref("Port")), False),
        (outbound(to("10.0.0.0/16", 80), Targets=[{"Id": "10.0.0.1", "Port": 80}]), False),
        (outbound(to("10.0.0.0/16", 80), Targets=[{"Id": ref("Address")}]), False),
    ],
)
def test_finds_outbound_rules_that_keep_targets_out(
    template: dict[str, Any], *, closed: bool
) -> None:
    assert (OUT in rules(template)) is closed


def test_says_nothing_of_load_balancers_without_services_or_known_subnets() -> None:
    template = outbound(to("10.0.0.0/16", 80))
    del template["Resources"]["Service"], template["Resources"]["Permissions"]
    assert OUT not in rules(template)
    template = outbound(to("10.0.0.0/16", 80))
    template["Resources"]["SubnetA"]["Properties"]["CidrBlock"] = ref("Cidr")
    assert OUT not in rules(template)
    template = outbound(to("10.0.0.0/16", 80))
    template["Resources"]["Nlb"]["Properties"]["Subnets"] = ref("Subnets")
    assert OUT not in rules(template)


def inbound(**rule: Any) -> dict[str, Any]:
    ports = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443}
    given = {**ports, "SourceSecurityGroupId": ref("Group"), **rule}
    listed = {name: value for name, value in given.items() if value is not None}
    return resource(
        "AWS::EC2::SecurityGroup",
        GroupDescription="targets",
        VpcId=ref("Vpc"),
        SecurityGroupIngress=[listed],
    )


def instances(group: dict[str, Any], **balancer: Any) -> dict[str, Any]:
    template = changed("Nlb", **balancer)
    targets = [{"Id": ref("Instance")}, {"Id": ref("Elsewhere")}]
    template["Resources"]["Targets"]["Properties"].update(TargetType="instance", Targets=targets)
    instance = resource(
        "AWS::EC2::Instance", SubnetId=ref("SubnetA"), SecurityGroupIds=[ref("Own")]
    )
    return with_resources(template, Instance=instance, Own=group)


def tasks(group: dict[str, Any], **balancer: Any) -> dict[str, Any]:
    template = changed("Nlb", **balancer)
    del template["Resources"]["Targets"]["Properties"]["Targets"]
    entries = [
        {"ContainerName": "a", "ContainerPort": 443, "TargetGroupArn": ref("Targets")},
        {"ContainerName": "a", "ContainerPort": 80, "TargetGroupArn": ref("Elsewhere")},
    ]
    network = {"Subnets": [ref("SubnetA"), ref("SubnetB")], "SecurityGroups": [ref("Own")]}
    service = resource(
        "AWS::ECS::Service",
        LoadBalancers=entries,
        NetworkConfiguration={"AwsvpcConfiguration": network},
    )
    return with_resources(template, Tasks=service, Own=group)


@pytest.mark.parametrize("make", [instances, tasks])
@pytest.mark.parametrize(
    ("group", "balancer", "closed"),
    [
        (inbound(), {}, False),
        (inbound(), {ENFORCE: "on"}, False),
        (inbound(), {ENFORCE: ref("Enforce")}, False),
        (inbound(), {ENFORCE: "off"}, True),
        (inbound(SourceSecurityGroupId=None, CidrIp="10.0.0.0/16"), {ENFORCE: "off"}, False),
        (inbound(SourceSecurityGroupId=None, CidrIp="10.0.0.0/16"), {}, False),
        (inbound(SourceSecurityGroupId=None, CidrIp="10.1.0.0/16"), {}, True),
        (inbound(SourceSecurityGroupId="sg-0123456789abcdef0"), {}, True),
        (inbound(FromPort=80, ToPort=80), {}, True),
        (inbound(SourceSecurityGroupId=None, SourcePrefixListId="pl-0"), {}, False),
        (inbound(), {"SecurityGroups": ref("Groups")}, False),
        (inbound(), {"SecurityGroups": None}, True),
    ],
)
def test_finds_targets_that_keep_the_load_balancer_out(
    make: Any, group: dict[str, Any], balancer: dict[str, Any], *, closed: bool
) -> None:
    assert (IN in rules(make(group, **balancer))) is closed


def test_the_message_names_the_load_balancer_and_the_port() -> None:
    [finding] = [it for it in findings(tasks(inbound(FromPort=80, ToPort=80))) if it.rule == IN][:1]
    assert finding.message == "No inbound rule of the target allows Nlb on port 443."
    assert finding.property_path == "Properties.LoadBalancers.0.TargetGroupArn"


def test_says_nothing_of_targets_and_load_balancers_under_conditions() -> None:
    for name in ("Instance", "Nlb"):
        template = instances(inbound(FromPort=80, ToPort=80))
        template["Resources"][name]["Condition"] = "Chosen"
        assert IN not in rules(template)


def test_says_nothing_of_checks_that_are_off() -> None:
    template = outbound(to("10.0.0.0/16"), HealthCheckPort="8080", HealthCheckEnabled=False)
    assert OUT not in rules(template)
