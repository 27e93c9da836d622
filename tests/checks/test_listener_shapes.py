"""Listeners, attributes, and names of each kind of load balancer."""

from __future__ import annotations

from typing import Any

import pytest
from tests.checks.stacks import changed, listener, ref, resource, rules, with_resources

from privatelink_constructs import check_template

BALANCER = "AWS::ElasticLoadBalancingV2::LoadBalancer"
GROUP = "AWS::ElasticLoadBalancingV2::TargetGroup"
LISTENER = "AWS::ElasticLoadBalancingV2::Listener"
CERTIFICATE = "AWS::ElasticLoadBalancingV2::ListenerCertificate"
ARN = "arn:aws:acm:eu-west-1:111111111111:certificate/12345678-1234-1234-1234-123456789012"
STORE = "arn:aws:elasticloadbalancing:eu-west-1:111111111111:truststore/a/0123456789abcdef"
TLS = {
    "Protocol": "TLS",
    "SslPolicy": "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09",
    "Certificates": [{"CertificateArn": ARN}],
}
FORWARD = {"Type": "forward", "TargetGroupArn": ref("Targets")}
MISSING = "property-missing"


def missing(template: dict[str, Any]) -> list[str]:
    return [it.message for it in check_template(template) if it.rule == MISSING]


@pytest.mark.parametrize(
    ("actions", "expected"),
    [
        ([FORWARD], set[str]()),
        ([FORWARD, FORWARD], {"listener-actions-exceeded"}),
        ([FORWARD, {"Fn::If": ["Two", FORWARD, ref("AWS::NoValue")]}], set[str]()),
        (
            [{"Type": "forward", "ForwardConfig": {"TargetGroups": [_group]}}]
            if (_group := {"TargetGroupArn": ref("Targets"), "Weight": 1000})
            else [],
            {"target-group-weight-out-of-range"},
        ),
    ],
)
def test_finds_wrong_actions(actions: object, expected: set[str]) -> None:
    assert rules(changed("Listener", DefaultActions=actions)) == expected


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        ({"DefaultActions": [{"Type": "forward"}]}, "forward action has no TargetGroupArn"),
        ({"DefaultActions": [{"TargetGroupArn": ref("Targets")}]}, "The action has no Type"),
        ({"Port": None}, "Network Load Balancer has no Port"),
        ({"Protocol": None}, "Network Load Balancer has no Protocol"),
    ],
)
def test_fails_when_a_listener_is_incomplete(properties: dict[str, Any], expected: str) -> None:
    [message] = missing(changed("Listener", **properties))
    assert expected in message


@pytest.mark.parametrize("port", ["https", True, 0, 65536])
def test_fails_when_a_port_is_none(port: object) -> None:
    assert "port-out-of-range" in rules(changed("Listener", Port=port))
    assert "port-out-of-range" in rules(changed("Targets", Port=port))


def further(count: int, of: object = None) -> dict[str, Any]:
    certificates = [{"CertificateArn": f"{ARN[:-1]}{index}"} for index in range(3, 3 + count)]
    return resource(CERTIFICATE, ListenerArn=of or ref("Listener"), Certificates=certificates)


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        (with_resources(changed("Listener", **TLS), More=further(1)), set[str]()),
        (
            with_resources(changed("Listener", **TLS), More=further(2)),
            {"listener-certificates-exceeded"},
        ),
        (
            changed("Listener", **{**TLS, "Certificates": [{"CertificateArn": ARN}] * 2}),
            {"listener-certificates-exceeded"},
        ),
        (with_resources(More=further(1)), {"listener-certificate-not-supported"}),
        (with_resources(More=further(1, ref("Elsewhere"))), set[str]()),
    ],
    ids=["one", "two", "two of a listener", "TCP", "elsewhere"],
)
def test_finds_wrong_certificates(template: dict[str, Any], expected: set[str]) -> None:
    assert rules(template) == expected


@pytest.mark.parametrize(
    ("options", "wrong"),
    [
        ({"Mode": "verify", "TrustStoreArn": STORE}, False),
        ({"Mode": "off"}, False),
        ({"Mode": ref("Mode")}, False),
        ({"Mode": "verify"}, True),
        ({"Mode": "passthrough"}, True),
    ],
)
def test_finds_wrong_mutual_authentication(options: dict[str, Any], *, wrong: bool) -> None:
    found = rules(changed("Listener", **TLS, MutualAuthentication=options))
    assert found == ({"mutual-authentication-not-supported"} if wrong else set())


def test_fails_when_a_tcp_listener_has_mutual_authentication() -> None:
    options = {"Mode": "verify", "TrustStoreArn": STORE}
    found = rules(changed("Listener", MutualAuthentication=options))
    assert found == {"mutual-authentication-not-supported"}


def gateway(**more: Any) -> dict[str, Any]:
    """Return the stack with a Gateway Load Balancer, changed by its parts."""
    parts = {
        "Gateway": resource(BALANCER, Type="gateway", Subnets=[ref("SubnetA"), ref("SubnetB")]),
        "Appliances": resource(
            GROUP, Protocol="GENEVE", Port=6081, VpcId=ref("Vpc"), Targets=[{"Id": "i-0"}]
        ),
        "Inspection": resource(
            LISTENER,
            LoadBalancerArn=ref("Gateway"),
            DefaultActions=[{"Type": "forward", "TargetGroupArn": ref("Appliances")}],
        ),
    }
    for name, properties in more.items():
        parts[name]["Properties"].update(properties)
    return with_resources(**parts)


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ({}, set[str]()),
        ({"Gateway": {"Scheme": "internal"}}, {"gateway-load-balancer-option-not-supported"}),
        (
            {"Gateway": {"SecurityGroups": [ref("Group")]}},
            {"gateway-load-balancer-option-not-supported"},
        ),
        ({"Gateway": {"SecurityGroups": ref("Groups")}}, set[str]()),
        ({"Inspection": {"Port": 6081}}, {"gateway-load-balancer-option-not-supported"}),
        ({"Appliances": {"Port": 443}}, {"gateway-target-group-mismatch"}),
        ({"Appliances": {"Protocol": "TCP", "Port": 443}}, {"gateway-target-group-mismatch"}),
        ({"Appliances": {"Port": ref("Port")}}, set[str]()),
    ],
)
def test_finds_what_a_gateway_cannot_have(parts: dict[str, Any], expected: set[str]) -> None:
    assert rules(gateway(**parts)) == expected


def test_fails_when_a_gateway_has_two_listeners() -> None:
    template = gateway()
    template["Resources"]["Again"] = template["Resources"]["Inspection"]
    assert rules(template) == {"gateway-listener-duplicate"}


def test_says_nothing_of_groups_of_a_gateway_that_are_elsewhere() -> None:
    action = {"Type": "forward", "TargetGroupArn": ref("Elsewhere")}
    assert rules(gateway(Inspection={"DefaultActions": [action]})) == set()


@pytest.mark.parametrize(
    ("family", "field", "wrong"),
    [
        ("ipv4", "source-ip", True),
        (None, "path-pattern", True),
        ("dualstack", "source-ip", False),
        (ref("Family"), "source-ip", False),
        (ref("Family"), "host-header", True),
        ("dualstack", ref("Field"), False),
    ],
)
def test_finds_wrong_rules_of_listeners(family: object, field: object, *, wrong: bool) -> None:
    rule = resource(
        "AWS::ElasticLoadBalancingV2::ListenerRule",
        ListenerArn=ref("Listener"),
        Conditions=[{"Field": field}],
        Actions=[FORWARD],
    )
    template = with_resources(changed("Nlb", IpAddressType=family), Rule=rule)
    assert ("listener-rule-not-supported" in rules(template)) is wrong


def test_takes_rules_of_application_load_balancers() -> None:
    rule = resource(
        "AWS::ElasticLoadBalancingV2::ListenerRule",
        ListenerArn=ref("WebListener"),
        Conditions=[{"Field": "path-pattern"}],
    )
    web = resource(BALANCER, Subnets=[ref("SubnetA"), ref("SubnetB")])
    template = with_resources(
        Web=web, WebListener=listener("Web", 80, "Answers", "HTTP"), Rule=rule
    )
    assert "listener-rule-not-supported" not in rules(template)


def balanced(*attributes: tuple[object, object]) -> dict[str, Any]:
    listed = [{"Key": key, "Value": value} for key, value in attributes]
    return changed("Nlb", LoadBalancerAttributes=listed)


CROSS_ZONE = "load_balancing.cross_zone.enabled"


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ([(CROSS_ZONE, "true")], set[str]()),
        ([(CROSS_ZONE, True)], set[str]()),
        ([(CROSS_ZONE, ref("Value"))], set[str]()),
        ([(ref("Key"), "x")], set[str]()),
        ([("an.attribute.of.tomorrow", "x")], set[str]()),
        ([(CROSS_ZONE, "yes")], {"attribute-value-not-valid"}),
        ([(CROSS_ZONE, "true"), (CROSS_ZONE, "false")], {"attribute-duplicate"}),
        ([("cross_zone.enabled", "true")], {"attribute-not-valid"}),
        ([("load_balancing.crosszone.enabled", "true")], {"attribute-not-valid"}),
        ([("load-balancing.cross-zone.enabled", "true")], {"attribute-not-valid"}),
        ([("idle_timeout.timeout_seconds", "60")], {"load-balancer-attribute-not-supported"}),
        ([("routing.http2.enabled", "true")], {"load-balancer-attribute-not-supported"}),
        ([("dns_record.client_routing_policy", "x")], {"attribute-value-not-valid"}),
    ],
)
def test_finds_wrong_attributes(attributes: Any, expected: set[str]) -> None:
    assert rules(balanced(*attributes)) == expected


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("tcp.idle_timeout.seconds", "60", set[str]()),
        ("idle_timeout.seconds", "60", {"attribute-not-valid"}),
        (
            "routing.http.response.server.enabled",
            "true",
            {"load-balancer-attribute-not-supported"},
        ),
        ("routing.http.of.tomorrow", "x", {"load-balancer-attribute-not-supported"}),
    ],
)
def test_finds_wrong_attributes_of_listeners(key: str, value: str, expected: set[str]) -> None:
    given = [{"Key": key, "Value": value}]
    assert rules(changed("Listener", ListenerAttributes=given)) == expected


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        (CROSS_ZONE, "use_load_balancer_configuration", set[str]()),
        (CROSS_ZONE, "use_lb", {"attribute-value-not-valid"}),
        ("proxy_protocol_v2.enabled", "on", {"attribute-value-not-valid"}),
        ("proxy_protocol.v2.enabled", "true", {"attribute-not-valid"}),
        ("lambda.multi_value_headers.enabled", "1", {"target-group-attribute-not-supported"}),
    ],
)
def test_finds_wrong_attributes_of_groups(key: str, value: str, expected: set[str]) -> None:
    given = [{"Key": key, "Value": value}]
    assert rules(changed("Targets", TargetGroupAttributes=given)) == expected


def test_takes_attributes_of_load_balancers_whose_type_is_not_known() -> None:
    attributes = [{"Key": "idle_timeout.timeout_seconds", "Value": "60"}]
    other = resource(BALANCER, Type=ref("Type"), LoadBalancerAttributes=attributes)
    assert rules(with_resources(Other=other)) == set()


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("orders", False),
        ("a" * 32, False),
        ({"Fn::Sub": "${AWS::StackName}-orders"}, False),
        (ref("Name"), False),
        ("a" * 33, True),
        ("my_orders", True),
        ("-orders", True),
        ("orders-", True),
        ("internal-orders", True),
        ({"Fn::Sub": "${AWS::StackName}_orders"}, True),
    ],
)
def test_finds_wrong_names(name: object, *, wrong: bool) -> None:
    found = rules(changed("Nlb", Name=name))
    assert ("load-balancer-name-malformed" in found) is wrong


def test_takes_a_target_group_that_is_internal() -> None:
    assert rules(changed("Targets", Name="internal-orders")) == set()


@pytest.mark.parametrize(
    ("rule", "wrong"),
    [
        ({"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443}, False),
        ({"IpProtocol": "6", "FromPort": "443", "ToPort": "444"}, False),
        ({"IpProtocol": "-1"}, False),
        ({"IpProtocol": "icmp", "FromPort": 8, "ToPort": -1}, False),
        ({"IpProtocol": "tcp", "FromPort": ref("Port"), "ToPort": ref("Port")}, False),
        ({"IpProtocol": ref("Protocol")}, False),
        ({"IpProtocol": "tcp"}, True),
        ({"IpProtocol": "udp", "FromPort": 53}, True),
        ({"IpProtocol": "tcp", "FromPort": 444, "ToPort": 443}, True),
        ({"IpProtocol": "tcp", "FromPort": 1, "ToPort": 70000}, True),
    ],
)
def test_finds_wrong_ports_of_rules(rule: dict[str, Any], *, wrong: bool) -> None:
    egress = [{**rule, "CidrIp": "0.0.0.0/0"}]
    found = rules(changed("Group", SecurityGroupEgress=egress))
    assert ("security-group-ports-not-valid" in found) is wrong


@pytest.mark.parametrize("source", [ref("Vpc"), ref("SubnetA"), ref("Group")])
def test_fails_when_a_resource_is_used_as_a_cidr_block(source: object) -> None:
    rule = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "CidrIp": source}
    assert "cidr-malformed" in rules(changed("Group", SecurityGroupIngress=[rule]))
