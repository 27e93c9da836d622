from __future__ import annotations

from typing import Any

import pytest
from tests.checks.stacks import changed, findings, listener, ref, resource, rules, with_resources

TLS_1_2 = "ELBSecurityPolicy-TLS13-1-2-2021-06"


def tls(**more: object) -> dict[str, Any]:
    properties = {
        "Certificates": [{"CertificateArn": ref("Certificate")}],
        "SslPolicy": TLS_1_2,
        **more,
    }
    return changed("Listener", Protocol="TLS", **properties)


def second(port: object = 443, load_balancer: object = None) -> dict[str, Any]:
    other = listener("Nlb", port, "Targets")
    if load_balancer is not None:
        other["Properties"]["LoadBalancerArn"] = load_balancer
    return with_resources(Other=other)


@pytest.mark.parametrize("port", [443, "443", 443.0])
def test_fails_when_two_listeners_have_one_port(port: object) -> None:
    assert rules(second(port)) == {"listener-port-duplicate"}


def test_fails_when_two_listeners_have_one_port_whatever_the_reference() -> None:
    arn = {"Fn::GetAtt": ["Nlb", "LoadBalancerArn"]}
    assert rules(second(load_balancer=arn)) == {"listener-port-duplicate"}


def test_takes_two_ports() -> None:
    template = second(8443)
    rule = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 8443, "CidrIp": "10.0.0.0/8"}
    template["Resources"]["Group"]["Properties"]["SecurityGroupIngress"] = [rule]
    assert rules(template) == set()


@pytest.mark.parametrize("port", [ref("Port"), [443]])
def test_says_nothing_of_ports_that_are_not_known(port: object) -> None:
    assert rules(second(port)) == set()


def test_takes_listeners_that_are_alternatives() -> None:
    template = second()
    template["Resources"]["Listener"]["Condition"] = "A"
    template["Resources"]["Other"]["Condition"] = "B"
    assert rules(template) == set()


def test_fails_when_two_alternatives_to_a_listener_have_one_port() -> None:
    template = second()
    template["Resources"]["Listener"]["Condition"] = "A"
    for logical_id in ("Other", "Third"):
        template["Resources"][logical_id] = {**listener("Nlb", 443, "Targets"), "Condition": "B"}
    (finding,) = findings(template)
    assert (finding.rule, finding.logical_id) == ("listener-port-duplicate", "Third")
    assert finding.message == "Other also listens on port 443."


@pytest.mark.parametrize("port", [0, "65536", -1])
def test_fails_when_the_port_is_none(port: object) -> None:
    assert "port-out-of-range" in rules(changed("Listener", Port=port))


@pytest.mark.parametrize("protocol", ["HTTP", "HTTPS"])
def test_fails_when_the_protocol_is_that_of_an_application_load_balancer(protocol: str) -> None:
    template = changed("Listener", Protocol=protocol)
    assert rules(template) == {"listener-protocol-not-supported"}


def test_says_nothing_of_listeners_of_application_load_balancers() -> None:
    web = resource("AWS::ElasticLoadBalancingV2::LoadBalancer", Subnets=[ref("SubnetA")])
    group = resource("AWS::ElasticLoadBalancingV2::TargetGroup", Protocol="HTTP", Port=80)
    template = with_resources(
        Web=web,
        WebTargets=group,
        One=listener("Web", 443, "WebTargets", "HTTPS"),
        Two=listener("Web", 443, "WebTargets", "HTTPS"),
    )
    assert rules(template) == set()


@pytest.mark.parametrize(
    ("protocol", "target"),
    [("TCP", "TCP"), ("TCP", "TCP_UDP"), ("UDP", "TCP_UDP"), ("TCP_UDP", "TCP_UDP")],
)
def test_takes_protocol_pairs(protocol: str, target: str) -> None:
    template = changed("Targets", Protocol=target)
    template["Resources"]["Listener"]["Properties"]["Protocol"] = protocol
    assert "target-protocol-mismatch" not in rules(template)


@pytest.mark.parametrize(
    ("protocol", "target"), [("TCP", "TLS"), ("TCP", "HTTP"), ("UDP", "TCP"), ("TCP_UDP", "UDP")]
)
def test_fails_when_protocols_do_not_match(protocol: str, target: str) -> None:
    template = changed("Targets", Protocol=target)
    template["Resources"]["Listener"]["Properties"]["Protocol"] = protocol
    assert "target-protocol-mismatch" in rules(template)


def test_fails_when_a_weighted_group_does_not_match() -> None:
    groups = [{"TargetGroupArn": ref("Targets"), "Weight": 1}]
    actions = [{"Type": "forward", "ForwardConfig": {"TargetGroups": groups}}]
    template = changed("Listener", DefaultActions=actions)
    template["Resources"]["Targets"]["Properties"]["Protocol"] = "UDP"
    (finding,) = findings(template)
    assert finding.rule == "target-protocol-mismatch"
    assert finding.property_path == (
        "Properties.DefaultActions.0.ForwardConfig.TargetGroups.0.TargetGroupArn"
    )


@pytest.mark.parametrize("value", [ref("Protocol"), None])
def test_says_nothing_of_protocols_that_are_not_known(value: object) -> None:
    template = changed("Targets", Protocol="UDP")
    template["Resources"]["Listener"]["Properties"]["Protocol"] = value
    assert rules(template) == set()
    template = changed("Targets", Protocol=value)
    template["Resources"]["Listener"]["Properties"]["Protocol"] = "UDP"
    assert "target-protocol-mismatch" not in rules(template)


@pytest.mark.parametrize(
    "policy",
    [TLS_1_2, "ELBSecurityPolicy-TLS13-1-3-2021-06", "ELBSecurityPolicy-FS-1-2-2019-08", ref("P")],
)
def test_takes_tls_policies(policy: object) -> None:
    assert rules(tls(SslPolicy=policy)) == set()


@pytest.mark.parametrize(
    "policy", [None, "ELBSecurityPolicy-2016-08", "ELBSecurityPolicy-TLS13-1-0-2021-06"]
)
def test_fails_when_the_tls_policy_is_too_old(policy: str | None) -> None:
    (finding,) = findings(tls(SslPolicy=policy))
    assert finding.rule == "tls-policy-outdated"
    assert finding.severity.value == "warning"
    assert finding.property_path == "Properties.SslPolicy"


@pytest.mark.parametrize("certificates", [None, []])
def test_fails_when_tls_has_no_certificate(certificates: object) -> None:
    assert rules(tls(Certificates=certificates)) == {"tls-certificate-missing"}


def test_says_nothing_of_certificates_that_are_not_known() -> None:
    assert rules(tls(Certificates=ref("Certificates"))) == set()


@pytest.mark.parametrize(
    "option",
    [
        {"Certificates": [{"CertificateArn": "arn"}]},
        {"SslPolicy": TLS_1_2},
        {"AlpnPolicy": ["HTTP2Only"]},
    ],
)
def test_fails_when_tcp_has_an_option_of_tls(option: dict[str, object]) -> None:
    assert rules(changed("Listener", **option)) == {"tls-option-not-supported"}


@pytest.mark.parametrize("policy", ["HTTP2Preferred", "None", ref("Policy")])
def test_takes_alpn_policies(policy: object) -> None:
    assert rules(tls(AlpnPolicy=[policy])) == set()


@pytest.mark.parametrize("policy", ["TLS_V1_2_2018", "h2"])
def test_fails_when_an_alpn_policy_is_not_one(policy: str) -> None:
    (finding,) = findings(tls(AlpnPolicy=[policy]))
    assert finding.rule == "alpn-policy-not-valid"
    assert finding.property_path == "Properties.AlpnPolicy.0"


def idle(seconds: object, **more: object) -> dict[str, Any]:
    attributes = [{"Key": "tcp.idle_timeout.seconds", "Value": seconds}]
    return changed("Listener", ListenerAttributes=attributes, **more)


def test_takes_idle_timeout() -> None:
    assert rules(idle("600")) == set()


@pytest.mark.parametrize("seconds", ["59", 6001])
def test_fails_when_the_idle_timeout_is_out_of_range(seconds: object) -> None:
    assert rules(idle(seconds)) == {"idle-timeout-out-of-range"}


def test_fails_when_the_idle_timeout_is_not_for_tcp() -> None:
    template = tls(ListenerAttributes=[{"Key": "tcp.idle_timeout.seconds", "Value": "600"}])
    assert rules(template) == {"idle-timeout-not-supported"}


@pytest.mark.parametrize(
    ("seconds", "expected"), [("600", {"idle-timeout-cross-region-conflict"}), ("350", set[str]())]
)
def test_fails_when_a_custom_idle_timeout_meets_other_regions(
    seconds: str, expected: set[str]
) -> None:
    template = idle(seconds)
    template["Resources"]["Service"]["Properties"]["SupportedRegions"] = ["us-east-1"]
    assert rules(template) == expected


def test_takes_the_own_region_with_an_idle_timeout() -> None:
    template = idle("600")
    template["Resources"]["Service"]["Properties"]["SupportedRegions"] = ["eu-west-1"]
    assert rules(template) == set()


def udp(*, source_nat: object = "on", family: object = "ipv6") -> dict[str, Any]:
    template = changed(
        "Nlb",
        IpAddressType="dualstack",
        EnablePrefixForIpv6SourceNat=source_nat,
        SecurityGroups=None,
    )
    template["Resources"]["SubnetA"]["Properties"]["Ipv6CidrBlock"] = "2001:db8::/64"
    template["Resources"]["SubnetB"]["Properties"]["Ipv6CidrBlock"] = "2001:db8:0:1::/64"
    template["Resources"]["Listener"]["Properties"]["Protocol"] = "UDP"
    template["Resources"]["Targets"]["Properties"] |= {"Protocol": "UDP", "IpAddressType": family}
    if family == "ipv6":
        template["Resources"]["Targets"]["Properties"]["Targets"] = [
            {"Id": "2001:db8::10"},
            {"Id": "2001:db8:0:1::10"},
        ]
    return template


@pytest.mark.parametrize("source_nat", ["on", True, ref("Nat")])
def test_takes_udp_on_dualstack(source_nat: object) -> None:
    assert rules(udp(source_nat=source_nat)) == set()


@pytest.mark.parametrize("source_nat", [None, "off"])
def test_fails_when_udp_has_no_source_nat(source_nat: object) -> None:
    assert rules(udp(source_nat=source_nat)) == {"source-nat-prefix-disabled"}


@pytest.mark.parametrize("family", [None, "ipv4"])
def test_fails_when_udp_targets_on_dualstack_are_ipv4(family: object) -> None:
    assert rules(udp(family=family)) == {"udp-target-address-family-mismatch"}


def test_takes_udp_on_ipv4() -> None:
    template = udp(source_nat=None, family=None)
    template["Resources"]["Nlb"]["Properties"]["IpAddressType"] = "ipv4"
    assert rules(template) == set()


def test_takes_a_listener_of_a_load_balancer_elsewhere() -> None:
    account = "arn:aws:elasticloadbalancing:eu-west-1:111111111111"
    arn = f"{account}:loadbalancer/net/other/50dc6c495c0c9188"
    assert rules(changed("Listener", LoadBalancerArn=arn)) <= {"listener-missing", "target-missing"}


def test_fails_when_two_listeners_have_the_port_of_one_parameter() -> None:
    template = with_resources(
        changed("Listener", Port=ref("Port")), Second=listener("Nlb", ref("Port"), "Targets")
    )
    (finding,) = findings(template)
    assert finding.rule == "listener-port-duplicate"
    assert finding.logical_id == "Second"


def test_says_nothing_of_rules_for_a_port_that_is_none() -> None:
    assert rules(changed("Listener", Port=70000)) == {"port-out-of-range"}


@pytest.mark.parametrize("action", ["redirect", "fixed-response", "Forward"])
def test_fails_when_a_listener_does_anything_but_forward(action: str) -> None:
    assert "listener-action-not-supported" in rules(
        changed("Listener", DefaultActions=[{"Type": action, "TargetGroupArn": ref("Targets")}])
    )


@pytest.mark.parametrize(
    ("arn", "expected"),
    [
        ("arn:aws:acm:us-east-1:111111111111:certificate/0", {"certificate-region-mismatch"}),
        ("arn:aws:acm:eu-west-1:111111111111:certificate/0", set[str]()),
        ("arn:aws:iam::111111111111:server-certificate/shop", set[str]()),
        ({"Fn::Sub": "arn:aws:acm:${Other}:111111111111:certificate/0"}, set[str]()),
    ],
)
def test_knows_where_certificates_are(arn: object, expected: set[str]) -> None:
    assert rules(tls(Certificates=[{"CertificateArn": arn}])) == expected


@pytest.mark.parametrize(
    ("balancer", "expected"),
    [
        ({"SecurityGroups": None}, set[str]()),
        ({}, {"quic-conflict"}),
        ({"SecurityGroups": None, "IpAddressType": "dualstack"}, {"quic-conflict"}),
        ({"SecurityGroups": ref("Groups")}, set[str]()),
    ],
)
@pytest.mark.parametrize("protocol", ["QUIC", "TCP_QUIC"])
def test_knows_what_quic_needs(
    protocol: str, balancer: dict[str, object], expected: set[str]
) -> None:
    template = changed("Nlb", **balancer)
    template["Resources"]["Listener"]["Properties"]["Protocol"] = protocol
    template["Resources"]["Targets"]["Properties"]["Protocol"] = protocol
    assert rules(template) & {"quic-conflict"} == expected
