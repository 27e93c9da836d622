"""Rules about the world count only where they open a port of a service."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests.checks.estates import NAME, OWN_NAME, endpoint, estate
from tests.checks.stacks import changed, findings, listener, ref, resource, rules

if TYPE_CHECKING:
    from tests.checks.stacks import Template

    from privatelink_constructs import Finding

WORLD = {"CidrIp": "0.0.0.0/0"}
ENDPOINT, BALANCER = "endpoint-open-to-world", "client-cidr-open-to-world"
INSIDE = {"IpProtocol": "-1", "CidrIp": "10.0.0.0/8"}
OTHERS: dict[str, Template] = {
    "ssh": {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22},
    "rdp": {"IpProtocol": "6", "FromPort": "3389", "ToPort": "3389"},
    "http": {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80},
    "dns": {"IpProtocol": "udp", "FromPort": 53, "ToPort": 53},
    "udp": {"IpProtocol": "17", "FromPort": 443, "ToPort": 443},
    "ping": {"IpProtocol": "icmp", "FromPort": -1, "ToPort": -1},
    "ping by number": {"IpProtocol": 1, "FromPort": 8, "ToPort": 0},
    "ping6": {"IpProtocol": "58", "FromPort": -1, "ToPort": -1},
    "esp": {"IpProtocol": "50", "FromPort": -1, "ToPort": -1},
}
ITS_OWN: dict[str, Template] = {
    "https": {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443},
    "by number": {"IpProtocol": "6", "FromPort": "443", "ToPort": "443"},
    "range": {"IpProtocol": "tcp", "FromPort": 0, "ToPort": 65535},
    "all": {"IpProtocol": -1},
}
SERVICES = {
    "aws": {"Fn::Sub": "com.amazonaws.${AWS::Region}.backup"},
    "own": OWN_NAME,
}


def template_with(rule: Template, service: object) -> Template:
    template = estate({}, ("Kms",))
    group = template["Resources"]["ClientGroup"]["Properties"]
    group["SecurityGroupIngress"] = [INSIDE, {**rule, **WORLD}]
    template["Resources"]["Endpoint"] = endpoint(service, PrivateDnsEnabled=False)
    return template


def the_only(template: Template) -> Finding:
    (finding,) = findings(template)
    return finding


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("rule", OTHERS)
def test_takes_rules_for_other_ports(rule: str, service: str) -> None:
    assert rules(template_with(OTHERS[rule], SERVICES[service])) == set()


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("rule", ITS_OWN)
def test_warns_when_the_port_of_the_service_is_open(rule: str, service: str) -> None:
    finding = the_only(template_with(ITS_OWN[rule], SERVICES[service]))
    assert finding.rule == ENDPOINT
    assert finding.property_path == "Properties.SecurityGroupIngress.1"
    assert "TCP port 443 of Endpoint (" in finding.message


@pytest.mark.parametrize("rule", ["ping", "ping by number", "ping6", "esp"])
def test_takes_ping_of_a_service_whose_ports_are_not_known(rule: str) -> None:
    assert rules(template_with(OTHERS[rule], NAME)) == set()


@pytest.mark.parametrize(
    ("rule", "shown"),
    [
        (OTHERS["ssh"], "TCP port 22 of Endpoint"),
        (OTHERS["dns"], "UDP port 53 of Endpoint"),
        ({"IpProtocol": "tcp", "FromPort": 1, "ToPort": 99}, "TCP ports 1-99 of Endpoint"),
        ({"IpProtocol": "tcp", "FromPort": 0, "ToPort": 65535}, "every TCP port of Endpoint"),
        (ITS_OWN["all"], "every port of Endpoint"),
    ],
)
def test_warns_of_any_port_where_none_is_known(rule: Template, shown: str) -> None:
    finding = the_only(template_with(rule, NAME))
    assert finding.rule == ENDPOINT
    assert shown in finding.message


@pytest.mark.parametrize(
    ("service", "port"),
    [("cassandra", 9142), ("email-smtp", 587), ("backup", 443)],
)
def test_knows_the_ports_of_aws_services(service: str, port: int) -> None:
    rule = {"IpProtocol": "tcp", "FromPort": port, "ToPort": port}
    name = f"com.amazonaws.eu-west-1.{service}"
    assert the_only(template_with(rule, name)).message.endswith(f"of Endpoint ({service}).")
    assert rules(template_with({**rule, "FromPort": 8443, "ToPort": 8443}, name)) == set()


def test_says_once_what_endpoints_share_a_group() -> None:
    template = template_with(ITS_OWN["https"], SERVICES["aws"])
    for position in range(4):
        other = endpoint(
            f"com.amazonaws.eu-west-1.{['ec2messages', 'eks', 'events', 'sms'][position]}"
        )
        other["Properties"]["PrivateDnsEnabled"] = False
        template["Resources"][f"More{position}"] = other
    message = the_only(template).message
    assert message == (
        "'0.0.0.0/0' allows every address on TCP port 443 of Endpoint (backup), "
        "More0 (ec2messages), "
        "More1 (eks) and 2 more."
    )


def test_names_two_endpoints() -> None:
    template = template_with(ITS_OWN["https"], SERVICES["aws"])
    template["Resources"]["More"] = endpoint(OWN_NAME, PrivateDnsEnabled=False)
    assert the_only(template).message.endswith("of Endpoint (backup) and More (Service).")


def balanced(rule: Template, **nlb: object) -> Template:
    template = changed("Group", SecurityGroupIngress=[INSIDE, {**rule, **WORLD}])
    template["Resources"]["Nlb"]["Properties"].update(nlb)
    return template


@pytest.mark.parametrize("rule", OTHERS)
def test_takes_rules_for_ports_without_a_listener(rule: str) -> None:
    assert rules(balanced(OTHERS[rule])) == set()


@pytest.mark.parametrize("rule", ITS_OWN)
def test_warns_when_the_port_of_a_listener_is_open(rule: str) -> None:
    finding = the_only(balanced(ITS_OWN[rule]))
    assert finding.rule == BALANCER
    assert finding.message.endswith("on TCP port 443 of Nlb.")


def test_warns_of_each_transport_of_a_listener() -> None:
    template = balanced({"IpProtocol": "udp", "FromPort": 53, "ToPort": 53})
    template["Resources"]["Dns"] = listener("Nlb", 53, "Queries", "TCP_UDP")
    template["Resources"]["Queries"] = resource(
        "AWS::ElasticLoadBalancingV2::TargetGroup",
        Port=53,
        Protocol="TCP_UDP",
        Targets=[{"Id": "i-0123456789abcdef0"}],
        VpcId=ref("Vpc"),
    )
    assert the_only(template).message.endswith("on UDP port 53 of Nlb.")


def test_warns_of_any_port_where_the_listeners_are_elsewhere() -> None:
    template = balanced(OTHERS["ssh"])
    resources: dict[str, Any] = template["Resources"]
    del resources["Listener"], resources["Targets"]
    template["Outputs"] = {"Nlb": {"Value": ref("Nlb"), "Export": {"Name": "nlb"}}}
    assert the_only(template).rule == BALANCER


@pytest.mark.parametrize("port", [443, "443"])
def test_warns_of_clients_by_group_only_on_the_ports_of_listeners(port: object) -> None:
    rule = {"IpProtocol": "tcp", "FromPort": port, "ToPort": port}
    by_group = {"SourceSecurityGroupId": ref("Apps")}
    apps = resource("AWS::EC2::SecurityGroup", GroupDescription="apps", VpcId=ref("Vpc"))
    template = changed("Group", SecurityGroupIngress=[INSIDE, {**rule, **by_group}])
    template["Resources"]["Apps"] = apps
    finding = the_only(template)
    assert finding.rule == "client-security-group-ineffective"
    assert "Apps" in finding.message
    template = changed("Group", SecurityGroupIngress=[INSIDE, {**OTHERS["ssh"], **by_group}])
    template["Resources"]["Apps"] = apps
    assert rules(template) == set()


@pytest.mark.parametrize(
    "source",
    [
        {"SourceSecurityGroupId": "sg-0123456789abcdef0"},
        {"SourceSecurityGroupId": ref("Parameter")},
        {"SourceSecurityGroupId": {"Fn::ImportValue": "group"}},
        {"SourceSecurityGroupName": "apps"},
    ],
    ids=["literal", "parameter", "imported", "name"],
)
def test_warns_of_clients_by_any_group(source: Template) -> None:
    template = changed("Group", SecurityGroupIngress=[INSIDE, {**ITS_OWN["https"], **source}])
    template["Parameters"] = {"Parameter": {"Type": "String"}}
    assert rules(template) == {"client-security-group-ineffective"}


def test_takes_clients_by_group_where_rules_are_not_enforced() -> None:
    source = {"SourceSecurityGroupId": "sg-0123456789abcdef0"}
    template = changed("Group", SecurityGroupIngress=[{**ITS_OWN["https"], **source}])
    enforce = "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic"
    template["Resources"]["Nlb"]["Properties"][enforce] = "off"
    assert rules(template) == set()
