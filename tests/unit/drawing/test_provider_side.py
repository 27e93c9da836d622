"""Services, load balancers, and targets of a drawing."""

from __future__ import annotations

from typing import Any

import pytest
from tests.checks.stacks import ref, resource, stack
from tests.unit.drawing.scenes import (
    LOAD_BALANCER,
    SUBNETS,
    consumer,
    drawn,
    provider,
    with_targets,
)

BALANCER = "Network Load Balancer Nlb"
ARN = "arn:aws:elasticloadbalancing:eu-west-1:111111111111:loadbalancer/net/ledger/50dc6c495c0c9188"


def test_draws_a_service_with_what_is_behind_it() -> None:
    found = drawn(stack(), region="eu-west-1", account="111111111111")
    assert "Account 111111111111, eu-west-1" in found.boxes
    assert "VPC Vpc 10.0.0.0/16" in found.boxes
    assert ("Endpoint service Service", BALANCER, "") in found.edges
    assert (BALANCER, "IP addresses 10.0.0.10, 10.0.1.10", "TCP 443") in found.edges
    assert found.node("Network Load Balancer").endswith("in AZ 1, AZ 2")


def test_tells_the_private_name_and_automatic_acceptance() -> None:
    given = provider(PrivateDnsName="pay.example.com", AcceptanceRequired=False)
    label = drawn(given).node("Endpoint service")
    assert "private DNS name pay.example.com" in label
    assert "accepts automatically" in label


def test_tells_a_private_name_that_only_the_deployment_knows() -> None:
    label = drawn(provider(PrivateDnsName=ref("Name"))).node("Endpoint service")
    assert "private DNS name known at deployment" in label


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("NetworkLoadBalancerArns", "Network Load Balancer"),
        ("GatewayLoadBalancerArns", "Gateway Load Balancer"),
    ],
)
def test_draws_load_balancers_that_exist_already(name: str, title: str) -> None:
    service = resource("AWS::EC2::VPCEndpointService", **{name: [ARN, ARN, ref("Other")]})
    found = drawn({"Resources": {"Service": service}})
    assert {edge[1] for edge in found.edges} == {f"{title} ledger", f"{title} known at deployment"}
    assert "not in the templates" in found.node(f"{title}<br/>ledger")


def test_draws_a_gateway_load_balancer() -> None:
    template = stack()
    template["Resources"]["Nlb"]["Properties"]["Type"] = "gateway"
    service = template["Resources"]["Service"]["Properties"]
    service["GatewayLoadBalancerArns"] = service.pop("NetworkLoadBalancerArns")
    assert ("Endpoint service Service", "Gateway Load Balancer Nlb", "") in drawn(template).edges


def test_draws_a_load_balancer_of_two_services_once() -> None:
    template = stack()
    template["Resources"]["Again"] = template["Resources"]["Service"]
    found = drawn(template)
    assert {start for start, end, _ in found.edges if end == BALANCER} == {
        "Endpoint service Service",
        "Endpoint service Again",
    }
    assert list(found.labels.values()).count(found.node("Network Load Balancer")) == 1


def test_a_load_balancer_in_one_zone_is_in_its_lane() -> None:
    template = stack()
    template["Resources"]["Nlb"]["Properties"]["Subnets"] = [ref("SubnetB")]
    found = drawn(template)
    assert "AZ 2" in found.boxes
    assert "in AZ" not in found.node("Network Load Balancer")


def test_a_load_balancer_with_addresses_of_its_own_has_zones() -> None:
    template = stack()
    del template["Resources"]["Nlb"]["Properties"]["Subnets"]
    mapping = [{"SubnetId": subnet, "PrivateIPv4Address": "10.0.0.9"} for subnet in SUBNETS]
    template["Resources"]["Nlb"]["Properties"]["SubnetMappings"] = mapping
    assert drawn(template).node("Network Load Balancer").endswith("in AZ 1, AZ 2")


@pytest.mark.parametrize("removed", ["SecurityGroups", "Listener", "all"])
def test_the_vpc_of_a_load_balancer_is_told_by_what_is_there(removed: str) -> None:
    template = stack()
    balancer = template["Resources"]["Nlb"]["Properties"]
    balancer["Subnets"] = ["subnet-0123456789abcdef0"]
    if removed != "Listener":
        del balancer["SecurityGroups"]
    if removed != "SecurityGroups":
        del template["Resources"]["Listener"]
    boxes = drawn(template).boxes
    assert ("VPC Vpc 10.0.0.0/16" in boxes) is (removed != "all")
    assert ("subnet-0123456789abcdef0" in boxes) is (removed != "all")


def test_the_kind_of_a_load_balancer_may_not_be_known() -> None:
    template = stack()
    template["Resources"]["Nlb"]["Properties"]["Type"] = ref("Kind")
    assert drawn(template).node("Load balancer<br/>Nlb")


def test_a_listener_may_forward_to_several_groups_and_ports() -> None:
    template = stack()
    there = template["Resources"]
    for port in (8000, 8001, 8002):
        there[f"Listener{port}"] = resource(
            "AWS::ElasticLoadBalancingV2::Listener",
            LoadBalancerArn=ref("Nlb"),
            Port=port,
            Protocol="TCP",
            DefaultActions=[{"Type": "forward", "TargetGroupArn": ref(f"Targets{port}")}],
        )
        there[f"Targets{port}"] = {
            **there["Targets"],
            "Properties": {**there["Targets"]["Properties"], "Port": port + 1000},
        }
    (label,) = (edge[2] for edge in drawn(template).edges if edge[0] == BALANCER)
    assert label == "TCP 443, TCP 8000-8002 to 9000-9002"


def test_a_listener_may_name_its_group_in_a_configuration() -> None:
    template = stack()
    action = {
        "Type": "forward",
        "ForwardConfig": {"TargetGroups": [{"TargetGroupArn": ref("Targets")}]},
    }
    template["Resources"]["Listener"]["Properties"]["DefaultActions"] = [action]
    targets = [edge[1] for edge in drawn(template).edges if edge[0] == BALANCER]
    assert targets == ["IP addresses 10.0.0.10, 10.0.1.10"]


def test_what_is_not_known_of_a_listener_is_left_out() -> None:
    template = stack()
    listener = template["Resources"]["Listener"]["Properties"]
    listener["Port"], listener["DefaultActions"][0]["TargetGroupArn"] = ref("Port"), ref("Group")
    found = drawn(template)
    assert (BALANCER, "Target group not in the templates", "TCP") in found.edges


@pytest.mark.parametrize(
    ("kind", "properties", "title"),
    [
        (
            "AWS::ECS::Service",
            {
                "LoadBalancers": [{"TargetGroupArn": ref("Targets")}],
                "NetworkConfiguration": {"AwsvpcConfiguration": {"Subnets": [ref("SubnetB")]}},
            },
            "ECS service",
        ),
        (
            "AWS::AutoScaling::AutoScalingGroup",
            {"TargetGroupARNs": [ref("Targets")], "VPCZoneIdentifier": [ref("SubnetB")]},
            "Auto Scaling group",
        ),
    ],
)
def test_draws_what_registers_its_targets(
    kind: str, properties: dict[str, Any], title: str
) -> None:
    template = with_targets()
    template["Resources"]["Fleet"] = resource(kind, **properties)
    found = drawn(template)
    assert (BALANCER, f"{title} Fleet", "TCP 443") in found.edges
    assert "AZ 2" in found.boxes


@pytest.mark.parametrize(
    ("kind", "properties", "title"),
    [
        ("AWS::EC2::Instance", {"SubnetId": ref("SubnetA")}, "EC2 instance"),
        (LOAD_BALANCER, {"Subnets": [ref("SubnetA")]}, "Application Load Balancer"),
        ("AWS::Lambda::Function", {}, "Lambda function"),
    ],
)
def test_draws_targets_of_the_templates(kind: str, properties: dict[str, Any], title: str) -> None:
    template = with_targets({"Id": ref("Target")}, {"Id": "10.0.1.20"})
    template["Resources"]["Target"] = resource(kind, **properties)
    found = drawn(template)
    targets = {edge[1] for edge in found.edges if edge[0] == BALANCER}
    assert targets == {f"{title} Target", "IP addresses 10.0.1.20"}


@pytest.mark.parametrize(
    ("target", "lane"),
    [
        ({"Id": "10.0.1.20"}, "AZ 2"),
        ({"Id": "10.0.1.20", "AvailabilityZone": "eu-west-1c"}, "eu-west-1c"),
        ({"Id": "10.0.0.20", "AvailabilityZone": "all"}, "AZ 1"),
        ({"Id": "192.168.0.1"}, None),
        ({"Id": ref("Address")}, None),
        ({"Id": "i-0123456789abcdef0"}, None),
    ],
)
def test_the_zone_of_a_target_follows_from_its_address(
    target: dict[str, Any], lane: str | None
) -> None:
    template = with_targets(target)
    template["Resources"]["Odd"] = resource("AWS::EC2::Subnet", CidrBlock="wrong")
    lanes = [it for it in drawn(template).boxes if not it.startswith(("VPC", "AWS"))]
    assert lanes == ([lane] if lane else [])


def test_load_balancers_with_the_same_addresses_share_a_node() -> None:
    template = with_targets({"Id": "10.0.0.1"}, {"Id": "10.0.0.2"}, {"Id": ref("More")})
    there = template["Resources"]
    for name in ("Nlb", "Listener", "Targets"):
        there[f"{name}2"] = there[name]
    there["Listener2"] = {
        **there["Listener"],
        "Properties": {
            **there["Listener"]["Properties"],
            "LoadBalancerArn": ref("Nlb2"),
            "DefaultActions": [{"Type": "forward", "TargetGroupArn": ref("Targets2")}],
        },
    }
    arns = [ref("Nlb"), ref("Nlb2")]
    there["Service"] = resource("AWS::EC2::VPCEndpointService", NetworkLoadBalancerArns=arns)
    found = drawn(template)
    assert found.node("IP addresses").split("<br/>")[1:] == [
        "10.0.0.1, 10.0.0.2, known at",
        "deployment",
    ]


@pytest.mark.parametrize(
    ("kind", "title"),
    [("ip", "IP addresses"), ("alb", "Application Load Balancer"), (None, "EC2 instances")],
)
def test_draws_targets_that_somebody_else_registers(kind: str | None, title: str) -> None:
    template = with_targets(TargetType=kind)
    assert drawn(template).node(title).endswith("target group Targets<br/>registered elsewhere")


def test_the_other_side_is_drawn_where_it_is_not_in_the_templates() -> None:
    found = drawn(provider())
    assert ("Consumers 222222222222", "Endpoint service Service", "waits for acceptance") in (
        found.edges
    )
    assert "linkStyle" in found.text


def test_says_whom_a_service_allows() -> None:
    template = stack()
    template["Resources"]["Permissions"]["Properties"]["AllowedPrincipals"] = [
        "arn:aws:iam::333333333333:role/team/Network",
        "arn:aws:iam::333333333333:user/jane",
        "*",
        ref("Principal"),
        {"Fn::Sub": "arn:aws:iam::${Account}:root"},
        "odd",
    ]
    label = drawn(template).node("Consumers").replace("<br/>", " ")
    whom = "role team/Network of 333333333333, user jane of 333333333333, everyone, and 3 more"
    assert label == f"Consumers {whom}"


def test_two_services_for_the_same_consumers_have_one_node_for_them() -> None:
    template = stack()
    there = template["Resources"]
    there["Again"] = there["Service"]
    there["More"] = resource(
        "AWS::EC2::VPCEndpointServicePermissions",
        ServiceId=ref("Again"),
        AllowedPrincipals=["arn:aws:iam::222222222222:root"],
    )
    found = drawn(template)
    assert [edge[0] for edge in found.edges].count("Consumers 222222222222") == 2


def test_consumers_of_the_templates_are_not_drawn_twice() -> None:
    found = drawn(
        provider(),
        consumer({"Fn::ImportValue": "service"}),
        account="222222222222",
        region="eu-west-1",
    )
    assert not [edge for edge in found.edges if edge[0].startswith("Consumers")]


def test_connections_that_rules_accept_do_not_wait() -> None:
    template = provider()
    template["Resources"]["Rules"] = resource(
        "Custom::PrivateLinkReconciliation", ServiceId=ref("Service")
    )
    found = drawn(template)
    assert (
        "Consumers 222222222222",
        "Endpoint service Service",
        "accepted by rules",
    ) in found.edges
    assert "linkStyle" not in found.text
