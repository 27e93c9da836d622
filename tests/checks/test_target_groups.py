from __future__ import annotations

from typing import Any

import pytest
from tests.checks.stacks import (
    changed,
    exported,
    findings,
    listener,
    ref,
    resource,
    rules,
    with_resources,
)

GROUP = "AWS::ElasticLoadBalancingV2::TargetGroup"


def both(first: object = "10.0.0.10", second: object = "10.0.1.10") -> list[dict[str, object]]:
    """Return a target in each zone."""
    return [{"Id": first}, {"Id": second}]


def attribute(key: str, value: object, **more: object) -> dict[str, Any]:
    attributes = [{"Key": "stickiness.enabled", "Value": "true"}, {"Key": key, "Value": value}]
    return changed("Targets", TargetGroupAttributes=attributes, **more)


@pytest.mark.parametrize(
    "check",
    [
        {"HealthCheckIntervalSeconds": 5, "HealthCheckTimeoutSeconds": "5"},
        {"HealthCheckProtocol": "HTTP", "HealthCheckPath": "/", "Matcher": {"HttpCode": "200"}},
        {"HealthCheckProtocol": "HTTP", "HealthCheckPath": {"Fn::Sub": "/${AWS::Region}"}},
        {"HealthCheckProtocol": "HTTP", "HealthCheckPath": ref("Path")},
        {"HealthCheckProtocol": "HTTP", "Matcher": {"HttpCode": ref("Codes")}},
        {"HealthCheckProtocol": ref("Protocol"), "HealthCheckPath": "/", "Matcher": ref("Matcher")},
        {"HealthCheckPort": "traffic-port", "HealthyThresholdCount": 2},
        {"HealthCheckEnabled": True},
        {"HealthCheckPort": "8080", "UnhealthyThresholdCount": "10"},
        {"HealthCheckIntervalSeconds": ref("Interval"), "HealthCheckTimeoutSeconds": 120},
        {"HealthCheckProtocol": ref("Protocol"), "HealthCheckPath": "/"},
        {"TargetType": ref("Type"), "HealthCheckPath": "/"},
        {"HealthCheckIntervalSeconds": 10},
        {"HealthCheckIntervalSeconds": 20, "HealthCheckTimeoutSeconds": 20},
        {"HealthCheckIntervalSeconds": 6, "HealthCheckProtocol": "HTTP"},
        {"HealthCheckIntervalSeconds": 10, "HealthCheckProtocol": "HTTPS"},
        {"HealthCheckIntervalSeconds": 5, "HealthCheckTimeoutSeconds": ref("Timeout")},
        {"HealthCheckIntervalSeconds": 6, "HealthCheckProtocol": ref("Protocol")},
        {"HealthCheckTimeoutSeconds": 30},
    ],
)
def test_takes_health_checks(check: dict[str, object]) -> None:
    assert rules(changed("Targets", **check)) == set()


@pytest.mark.parametrize(
    ("check", "rule"),
    [
        ({"HealthCheckIntervalSeconds": "4"}, "health-check-out-of-range"),
        ({"HealthCheckTimeoutSeconds": 121}, "health-check-out-of-range"),
        ({"HealthyThresholdCount": 1}, "health-check-out-of-range"),
        ({"UnhealthyThresholdCount": 11}, "health-check-out-of-range"),
        (
            {"HealthCheckIntervalSeconds": 5, "HealthCheckTimeoutSeconds": 10},
            "health-check-timeout-mismatch",
        ),
        ({"HealthCheckIntervalSeconds": 9}, "health-check-timeout-mismatch"),
        (
            {"HealthCheckIntervalSeconds": 9, "HealthCheckProtocol": "HTTPS"},
            "health-check-timeout-mismatch",
        ),
        (
            {"HealthCheckIntervalSeconds": 5, "HealthCheckProtocol": "HTTP"},
            "health-check-timeout-mismatch",
        ),
        (
            {"HealthCheckIntervalSeconds": 5, "HealthCheckProtocol": ref("Protocol")},
            "health-check-timeout-mismatch",
        ),
        ({"HealthCheckProtocol": "UDP"}, "health-check-protocol-not-supported"),
        ({"HealthCheckEnabled": "false"}, "health-check-disabled"),
        (
            {"HealthCheckProtocol": "HTTP", "HealthCheckPath": "health"},
            "health-check-path-malformed",
        ),
        ({"HealthCheckPath": "/"}, "health-check-http-option-not-supported"),
        (
            {"HealthCheckProtocol": "TCP", "Matcher": {"HttpCode": "200"}},
            "health-check-http-option-not-supported",
        ),
        (
            {"HealthCheckProtocol": "HTTP", "HealthCheckPath": f"/{'a' * 1024}"},
            "health-check-path-malformed",
        ),
        ({"HealthCheckProtocol": "HTTP", "HealthCheckPath": ""}, "health-check-path-malformed"),
        (
            {
                "HealthCheckProtocol": "HTTP",
                "HealthCheckPath": {"Fn::Sub": "health/${AWS::Region}"},
            },
            "health-check-path-malformed",
        ),
        ({"HealthCheckPath": ref("Path")}, "health-check-http-option-not-supported"),
        (
            {"HealthCheckProtocol": "HTTP", "Matcher": {"HttpCode": "200-600"}},
            "health-check-codes-malformed",
        ),
        (
            {"HealthCheckProtocol": ref("Protocol"), "Matcher": {"HttpCode": 99}},
            "health-check-codes-malformed",
        ),
        (
            {"HealthCheckProtocol": "HTTP", "Matcher": {"GrpcCode": "0"}},
            "health-check-grpc-codes-not-supported",
        ),
        ({"HealthCheckPort": "70000"}, "port-out-of-range"),
        ({"HealthCheckPort": "9" * 5000}, "port-out-of-range"),
    ],
)
def test_fails_when_the_health_check_is_wrong(check: dict[str, object], rule: str) -> None:
    assert rules(changed("Targets", **check)) == {rule}


def test_says_nothing_of_groups_behind_application_load_balancers() -> None:
    group = resource(GROUP, Protocol="HTTP", Port=80, HealthCheckTimeoutSeconds=1)
    assert rules(with_resources(Web=group)) == set()


@pytest.mark.parametrize("delay", ["0", 3600])
def test_takes_deregistration_delays(delay: object) -> None:
    assert rules(attribute("deregistration_delay.timeout_seconds", delay)) == set()


def test_fails_when_the_deregistration_delay_is_out_of_range() -> None:
    template = attribute("deregistration_delay.timeout_seconds", "3601")
    assert rules(template) == {"deregistration-delay-out-of-range"}


def test_fails_when_client_addresses_are_preserved() -> None:
    assert rules(attribute("preserve_client_ip.enabled", "true")) == {
        "client-ip-preservation-ineffective"
    }


@pytest.mark.parametrize("kind", ["instance", None, ref("Type")])
def test_takes_preservation_that_is_the_default(kind: object) -> None:
    template = attribute(
        "preserve_client_ip.enabled", "true", TargetType=kind, Targets=[{"Id": ref("Instance")}]
    )
    assert rules(with_resources(template, Instance=resource("AWS::EC2::Instance"))) == set()


@pytest.mark.parametrize("kind", ["ip", "instance"])
def test_takes_defaults_that_are_spelled_out(kind: str) -> None:
    defaults = {
        "deregistration_delay.timeout_seconds": "300",
        "preserve_client_ip.enabled": "true" if kind == "instance" else "false",
        "proxy_protocol_v2.enabled": "false",
    }
    template = changed(
        "Targets",
        TargetType=kind,
        Targets=both() if kind == "ip" else [{"Id": "i-0123456789abcdef0"}],
        HealthCheckIntervalSeconds=30,
        HealthCheckPort="traffic-port",
        HealthCheckProtocol="TCP",
        HealthCheckTimeoutSeconds=10,
        HealthyThresholdCount=5,
        UnhealthyThresholdCount=2,
        TargetGroupAttributes=[{"Key": k, "Value": it} for k, it in defaults.items()],
    )
    assert rules(template) == set()


@pytest.mark.parametrize("protocol", ["UDP", "QUIC"])
def test_takes_preservation_that_cannot_be_switched_off(protocol: str) -> None:
    template = attribute("preserve_client_ip.enabled", "true", Protocol=protocol)
    template["Resources"]["Listener"]["Properties"]["Protocol"] = protocol
    template["Resources"]["Nlb"]["Properties"]["SecurityGroups"] = None
    assert rules(template) == set()


def test_fails_when_preservation_is_switched_off_for_udp() -> None:
    template = attribute("preserve_client_ip.enabled", "false", Protocol="UDP")
    template["Resources"]["Listener"]["Properties"]["Protocol"] = "UDP"
    template["Resources"]["Nlb"]["Properties"]["SecurityGroups"] = None
    assert rules(template) == {"client-ip-preservation-disabled"}


def test_says_nothing_of_client_addresses_without_a_service() -> None:
    template = attribute("preserve_client_ip.enabled", "true")
    for name in ("Service", "Permissions"):
        del template["Resources"][name]
    assert rules(template) == set()


def alb(
    port: int = 443, listens: int = 443, protocol: str = "TCP", **more: object
) -> dict[str, Any]:
    """Return the stack with an Application Load Balancer as the target."""
    template = changed(
        "Targets",
        TargetType="alb",
        Port=port,
        Protocol=protocol,
        **{"HealthCheckPath": "/", "Targets": [{"Id": ref("Web")}], **more},
    )
    template["Resources"]["Listener"]["Properties"]["Protocol"] = protocol
    web = resource(
        "AWS::ElasticLoadBalancingV2::LoadBalancer", Subnets=[ref("SubnetA"), ref("SubnetB")]
    )
    group = resource(GROUP, Protocol="HTTP", Port=80)
    return with_resources(
        template, Web=web, WebTargets=group, WebListener=listener("Web", listens, "WebTargets")
    )


def test_takes_an_application_load_balancer() -> None:
    assert rules(alb()) == set()


def test_fails_when_the_application_load_balancer_listens_elsewhere() -> None:
    (finding,) = findings(alb(port=443, listens=8443))
    assert finding.rule == "alb-target-port-mismatch"
    assert finding.property_path == "Properties.Port"


def test_takes_one_of_several_ports() -> None:
    template = with_resources(
        alb(port=8443, listens=443), Second=listener("Web", 8443, "WebTargets", "HTTPS")
    )
    assert rules(template) == set()


def test_says_nothing_of_ports_elsewhere() -> None:
    assert rules(alb(port=1, Targets=[{"Id": "arn:elsewhere"}])) == set()


def test_says_nothing_of_ports_that_are_parameters() -> None:
    template = alb(port=1)
    template["Resources"]["WebListener"]["Properties"]["Port"] = ref("Port")
    assert rules(template) == set()


def test_fails_when_the_application_load_balancer_is_behind_tls() -> None:
    template = alb(protocol="TLS")
    assert "alb-target-protocol-not-supported" in rules(template)


def test_fails_when_the_application_load_balancer_is_not_alone() -> None:
    template = alb(Targets=[{"Id": ref("Web")}, {"Id": "10.0.0.1"}])
    assert rules(template) == {"alb-target-conflict"}


def test_fails_when_the_application_load_balancer_gets_proxy_protocol() -> None:
    template = alb(TargetGroupAttributes=[{"Key": "proxy_protocol_v2.enabled", "Value": "true"}])
    assert rules(template) == {"alb-target-proxy-protocol-not-supported"}


@pytest.mark.parametrize(
    ("key", "value"),
    [("deregistration_delay.timeout_seconds", "60"), ("preserve_client_ip.enabled", "true")],
)
def test_fails_when_the_application_load_balancer_gets_attributes(key: str, value: str) -> None:
    (finding,) = findings(alb(TargetGroupAttributes=[{"Key": key, "Value": value}]))
    assert finding.rule == "alb-target-attribute-not-supported"
    assert key in finding.message


def test_fails_when_the_application_load_balancer_is_checked_over_tcp() -> None:
    template = alb(HealthCheckProtocol="TCP", HealthCheckPath=None)
    (finding,) = findings(template)
    assert finding.rule == "alb-target-health-check-not-supported"
    assert finding.property_path == "Properties.HealthCheckProtocol"


@pytest.mark.parametrize(
    "check",
    [
        {"HealthCheckIntervalSeconds": 6},
        {"HealthCheckProtocol": "HTTPS", "HealthCheckIntervalSeconds": 10},
        {"HealthCheckProtocol": ref("Protocol")},
    ],
)
def test_takes_health_checks_of_the_application_load_balancer(check: dict[str, Any]) -> None:
    assert rules(alb(**check)) == set()


def test_fails_when_the_interval_is_shorter_than_the_timeout_over_http() -> None:
    assert rules(alb(HealthCheckIntervalSeconds=5)) == {"health-check-timeout-mismatch"}


def second_load_balancer() -> dict[str, Any]:
    return with_resources(
        Second=resource(
            "AWS::ElasticLoadBalancingV2::LoadBalancer", Type="network", Subnets=[ref("SubnetA")]
        ),
        Other=listener("Second", 443, "Targets"),
    )


def test_fails_when_a_group_is_behind_two_load_balancers() -> None:
    assert rules(second_load_balancer()) == {"target-group-load-balancer-conflict"}


def test_takes_load_balancers_that_are_alternatives() -> None:
    template = second_load_balancer()
    template["Resources"]["Nlb"]["Condition"] = "A"
    template["Resources"]["Second"]["Condition"] = "B"
    assert rules(template) == set()


def test_takes_listeners_that_are_alternatives() -> None:
    template = second_load_balancer()
    template["Resources"]["Listener"]["Condition"] = "A"
    template["Resources"]["Other"]["Condition"] = "B"
    assert rules(template) == set()


def test_takes_a_group_behind_two_listeners() -> None:
    template = with_resources(Other=listener("Nlb", 444, "Targets"))
    rule = {"IpProtocol": "-1", "CidrIp": "10.0.0.0/8"}
    template["Resources"]["Group"]["Properties"]["SecurityGroupIngress"] = [rule]
    assert rules(template) == set()


@pytest.mark.parametrize("targets", [None, []])
def test_fails_when_there_is_no_target(targets: object) -> None:
    (finding,) = findings(changed("Targets", Targets=targets))
    # Something else may register them.
    assert (finding.rule, finding.severity.value) == ("target-missing", "warning")


@pytest.mark.parametrize(
    "registering",
    [
        resource("AWS::ECS::Service", LoadBalancers=[{"TargetGroupArn": ref("Targets")}]),
        resource("AWS::AutoScaling::AutoScalingGroup", TargetGroupARNs=[ref("Targets")]),
        resource("Custom::Register", Group=ref("Targets")),
    ],
)
def test_takes_targets_that_others_register(registering: dict[str, Any]) -> None:
    template = with_resources(changed("Targets", Targets=None), Registering=registering)
    assert rules(template) == set()


def test_takes_targets_that_may_come_from_elsewhere() -> None:
    template = changed("Targets", Targets=None)
    template["Outputs"] = {"Group": exported(ref("Targets"))}
    assert rules(template) == set()


@pytest.mark.parametrize(
    "targets", [ref("Targets"), [{"Fn::If": ["A", {"Id": "i-1"}, ref("AWS::NoValue")]}]]
)
def test_says_nothing_of_targets_that_are_not_known(targets: object) -> None:
    assert rules(changed("Targets", Targets=targets)) == set()


def test_says_nothing_of_missing_targets_without_a_service() -> None:
    template = changed("Targets", Targets=None)
    for name in ("Service", "Permissions"):
        del template["Resources"][name]
    assert rules(template) == set()


@pytest.mark.parametrize(
    ("kind", "target", "rule"),
    [
        ("ip", "backend.example.com", "target-address-malformed"),
        ("ip", ref("Instance"), "target-address-malformed"),
        ("instance", "10.0.0.10", "target-type-mismatch"),
        (None, "10.0.0.10", "target-type-mismatch"),
        (
            "lambda",
            "arn:aws:lambda:eu-west-1:111111111111:function:api",
            "target-type-not-supported",
        ),
    ],
)
def test_fails_when_targets_are_of_another_type(kind: object, target: object, rule: str) -> None:
    template = with_resources(
        changed("Targets", TargetType=kind, Targets=[{"Id": target}]),
        Instance=resource("AWS::EC2::Instance"),
    )
    assert rules(template) == {rule}


@pytest.mark.parametrize(
    ("kind", "target"),
    [
        ("ip", "10.0.0.11"),
        ("ip", {"Fn::GetAtt": ["Instance", "PrivateIp"]}),
        (ref("Kind"), "10.0.0.10"),
    ],
)
def test_takes_targets_of_the_type(kind: object, target: object) -> None:
    template = with_resources(
        changed("Targets", TargetType=kind, Targets=both(target)),
        Instance=resource("AWS::EC2::Instance"),
    )
    assert rules(template) == set()


@pytest.mark.parametrize(
    ("kind", "target"), [("instance", ref("Instance")), (None, "i-0123456789abcdef0")]
)
def test_takes_instances(kind: object, target: object) -> None:
    template = with_resources(
        changed("Targets", TargetType=kind, Targets=[{"Id": target}]),
        Instance=resource("AWS::EC2::Instance"),
    )
    assert rules(template) == set()


def test_fails_when_the_port_is_none() -> None:
    assert rules(changed("Targets", Port=0)) == {"port-out-of-range"}


def test_fails_when_the_timeout_is_longer_than_the_default_interval() -> None:
    template = changed("Targets", HealthCheckTimeoutSeconds=31)
    assert rules(template) == {"health-check-timeout-mismatch"}


@pytest.mark.parametrize("attribute", ["TargetGroupFullName", "TargetGroupArn"])
def test_an_alarm_registers_no_targets(attribute: str) -> None:
    template = with_resources(
        changed("Targets", Targets=None),
        Alarm=resource(
            "AWS::CloudWatch::Alarm",
            Dimensions=[{"Name": "TargetGroup", "Value": {"Fn::GetAtt": ["Targets", attribute]}}],
        ),
    )
    assert rules(template) == {"target-missing"}


@pytest.mark.parametrize("group", ["arn:aws:elasticloadbalancing:eu-west-1:1:x", ref("Group")])
def test_fails_when_a_group_elsewhere_is_behind_two_load_balancers(group: object) -> None:
    second = listener("Second", 443, "Targets")
    template = with_resources(
        Second=resource(
            "AWS::ElasticLoadBalancingV2::LoadBalancer", Type="network", Subnets=["subnet-1"]
        ),
        SecondListener=second,
    )
    for name in ("Listener", "SecondListener"):
        action = template["Resources"][name]["Properties"]["DefaultActions"][0]
        action["TargetGroupArn"] = group
    assert "target-group-load-balancer-conflict" in rules(template)


@pytest.mark.parametrize("split", [{"Fn::Split": [",", ref("Groups")]}, [ref("Groups")]])
def test_takes_groups_that_cannot_be_compared(split: object) -> None:
    either = {"Fn::If": ["Some", ref("Targets"), {"Fn::Select": [0, split]}]}
    action = {"Type": "forward", "TargetGroupArn": either}
    assert rules(changed("Listener", DefaultActions=[action])) == set()


# Address families.

IPV6 = "2001:db8::10"
IPV6_TARGETS = both(IPV6, "2001:db8:0:1::10")
PRIMARY = {
    "launch template": resource(
        "AWS::EC2::LaunchTemplate",
        LaunchTemplateData={"NetworkInterfaces": [{"DeviceIndex": 0, "PrimaryIpv6": True}]},
    ),
    "network interface": resource("AWS::EC2::NetworkInterface", EnablePrimaryIpv6="true"),
    "parameter": resource("AWS::EC2::NetworkInterface", EnablePrimaryIpv6=ref("Wish")),
}


def dualstack(**group: object) -> dict[str, Any]:
    template = changed("Targets", IpAddressType="ipv6", **group)
    template["Resources"]["Nlb"]["Properties"]["IpAddressType"] = "dualstack"
    for name, cidr in (("SubnetA", "2001:db8::/64"), ("SubnetB", "2001:db8:0:1::/64")):
        template["Resources"][name]["Properties"]["Ipv6CidrBlock"] = cidr
    return template


@pytest.mark.parametrize(
    ("family", "target", "wrong"),
    [
        (None, IPV6, True),
        ("ipv4", IPV6, True),
        ("ipv4", "10.0.0.10", False),
        ("ipv4", ref("Address"), False),
        (ref("Family"), IPV6, False),
    ],
)
def test_fails_when_targets_are_of_another_family(
    family: object, target: object, *, wrong: bool
) -> None:
    template = changed("Targets", IpAddressType=family, Targets=both(target))
    assert rules(template) == ({"target-address-family-mismatch"} if wrong else set())


def test_fails_when_an_ipv6_group_has_ipv4_targets() -> None:
    assert rules(dualstack()) == {"target-address-family-mismatch"}
    assert rules(dualstack(Targets=IPV6_TARGETS)) == set()


@pytest.mark.parametrize("address_type", [None, "ipv4", ref("Type")])
def test_fails_when_an_ipv6_group_is_behind_ipv4(address_type: object) -> None:
    template = dualstack(Targets=IPV6_TARGETS)
    template["Resources"]["Nlb"]["Properties"]["IpAddressType"] = address_type
    if address_type is None:
        del template["Resources"]["Nlb"]["Properties"]["IpAddressType"]
    known = not isinstance(address_type, dict)
    assert rules(template) == ({"target-group-address-family-mismatch"} if known else set())


@pytest.mark.parametrize("kind", ["instance", None])
def test_instances_in_an_ipv6_group_are_a_warning(kind: str | None) -> None:
    template = dualstack(TargetType=kind, Targets=[{"Id": "i-0123456789abcdef0"}])
    assert rules(template) == {"target-ipv6-address-undetermined"}


@pytest.mark.parametrize("form", sorted(PRIMARY))
def test_takes_instances_that_may_have_a_primary_address(form: str) -> None:
    template = dualstack(TargetType="instance", Targets=[{"Id": "i-0123456789abcdef0"}])
    assert rules(with_resources(template, More=PRIMARY[form])) == set()


# What registers targets by the name of their group.

PAIRS: dict[str, Any] = {
    "attribute": {"Fn::GetAtt": ["Targets", "TargetGroupName"]},
    "full name": {"Fn::Sub": "${Targets.TargetGroupFullName}"},
    "literal": "targets",
}


def deployments(name: object) -> dict[str, Any]:
    pair = {"TargetGroups": [{"Name": "blue"}, {"Name": name}]}
    return resource(
        "AWS::CodeDeploy::DeploymentGroup",
        LoadBalancerInfo={"TargetGroupPairInfoList": [pair]},
    )


@pytest.mark.parametrize("name", PAIRS)
def test_takes_target_groups_that_code_deploy_fills(name: str) -> None:
    template = changed("Targets", Targets=None, Name="targets")
    assert rules(with_resources(template, Deployments=deployments(PAIRS[name]))) == set()


def test_takes_a_target_group_of_a_list_of_code_deploy() -> None:
    template = changed("Targets", Targets=None, Name="targets")
    own = resource(
        "AWS::CodeDeploy::DeploymentGroup",
        LoadBalancerInfo={"TargetGroupInfoList": [{"Name": "targets"}]},
    )
    assert rules(with_resources(template, Deployments=own)) == set()


@pytest.mark.parametrize(
    "kind",
    ["AWS::CloudWatch::Alarm", "AWS::CloudWatch::Dashboard", "AWS::AutoScaling::ScalingPolicy"],
)
def test_fails_when_a_target_group_is_only_watched(kind: str) -> None:
    template = changed("Targets", Targets=None)
    body = {"Fn::GetAtt": ["Targets", "TargetGroupFullName"]}
    assert rules(with_resources(template, Watching=resource(kind, Body=body))) == {"target-missing"}


def test_fails_when_code_deploy_fills_another_target_group() -> None:
    template = changed("Targets", Targets=None, Name="targets")
    template = with_resources(template, Deployments=deployments("green"))
    assert rules(template) == {"target-missing"}


def outside(address: object, network: object = None, **more: dict[str, Any]) -> set[str]:
    targets = [{"Id": "10.0.0.10"}, {"Id": address, "AvailabilityZone": "all"}]
    template = with_resources(changed("Targets", Targets=targets), **more)
    if network:
        template["Resources"]["Vpc"]["Properties"]["CidrBlock"] = network
    return rules(template) & {"target-address-not-supported"}


@pytest.mark.parametrize("address", ["203.0.113.10", "11.0.0.10"])
def test_fails_when_a_target_outside_the_vpc_is_public(address: str) -> None:
    assert outside(address) == {"target-address-not-supported"}


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("10.9.0.10", None),
        ("100.64.0.10", None),
        ("11.0.0.10", "11.0.0.0/16"),
        ("11.0.0.10", ref("Network")),
        (ref("Address"), None),
        ("2001:db8::10", None),
        ("db.example.com", None),
    ],
)
def test_takes_a_target_that_aws_may_register(address: object, network: object) -> None:
    assert outside(address, network) == set()


def test_takes_an_address_that_may_be_in_another_block_of_the_vpc() -> None:
    further = resource("AWS::EC2::VPCCidrBlock", VpcId=ref("Vpc"), CidrBlock="11.0.0.0/16")
    assert outside("11.0.0.10", Further=further) == set()


@pytest.mark.parametrize(("count", "fails"), [(5, False), (6, True)])
def test_fails_when_an_ecs_service_is_in_too_many_target_groups(count: int, *, fails: bool) -> None:
    balanced = [
        {"ContainerName": "app", "ContainerPort": 8000 + port, "TargetGroupArn": ref(f"T{port}")}
        for port in range(count)
    ]
    other = {"ContainerName": "app", "ContainerPort": 80, "LoadBalancerName": "classic"}
    groups = {
        f"T{port}": resource(
            "AWS::ElasticLoadBalancingV2::TargetGroup", TargetType="ip", Port=8000 + port
        )
        for port in range(count)
    }
    service = resource("AWS::ECS::Service", LoadBalancers=[*balanced, other])
    found = rules(with_resources(Ecs=service, **groups))
    assert ("ecs-target-groups-exceeded" in found) is fails
