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
    rules_across,
    stack,
    with_resources,
    without,
)

from privatelink_constructs import Severity

LOAD_BALANCER = "AWS::ElasticLoadBalancingV2::LoadBalancer"
SERVICE = "AWS::EC2::VPCEndpointService"
ALB_ARN = "arn:aws:elasticloadbalancing:eu-west-1:111111111111:loadbalancer/app/web/0123456789"
NLB_ARN = "arn:aws:elasticloadbalancing:eu-west-1:111111111111:loadbalancer/net/web/0123456789"


def nlb(*subnets: str, **more: object) -> dict[str, Any]:
    return resource(
        LOAD_BALANCER,
        Type="network",
        Scheme="internal",
        Subnets=[ref(subnet) for subnet in subnets],
        **more,
    )


def two_load_balancers(port: object = 443, protocol: str = "TCP") -> dict[str, Any]:
    """Return the stack with a second load balancer behind the service."""
    targets = resource(
        "AWS::ElasticLoadBalancingV2::TargetGroup",
        Port=443,
        Protocol=protocol,
        TargetType="ip",
        Targets=[{"Id": "10.0.0.10"}, {"Id": "10.0.1.10"}],
        VpcId=ref("Vpc"),
    )
    template = changed("Service", NetworkLoadBalancerArns=[ref("Nlb"), ref("Second")])
    return with_resources(
        template,
        Second=nlb("SubnetA", "SubnetB"),
        Others=targets,
        Other=listener("Second", port, "Others", protocol),
    )


def test_takes_the_correct_stack() -> None:
    assert findings(stack()) == []


def test_takes_two_load_balancers_with_the_same_listeners() -> None:
    assert rules(two_load_balancers("443")) == set()


def test_fails_when_ports_differ() -> None:
    assert rules(two_load_balancers(8443)) == {"load-balancer-listeners-mismatch"}


def test_fails_when_protocols_differ() -> None:
    assert rules(two_load_balancers(443, "UDP")) == {"load-balancer-listeners-mismatch"}


def test_says_nothing_of_ports_that_are_parameters() -> None:
    assert rules(two_load_balancers(ref("Port"))) == set()


def test_fails_when_there_is_no_load_balancer() -> None:
    assert rules(changed("Service", NetworkLoadBalancerArns=None)) >= {"load-balancer-missing"}


def test_fails_when_the_list_is_empty() -> None:
    assert rules(changed("Service", NetworkLoadBalancerArns=[])) >= {"load-balancer-missing"}


@pytest.mark.parametrize("value", [ref("Arns"), {"Fn::Split": [",", ref("Arns")]}, {"a": 1}])
def test_says_nothing_of_lists_that_are_not_known(value: object) -> None:
    assert "load-balancer-missing" not in rules(changed("Service", NetworkLoadBalancerArns=value))


@pytest.mark.parametrize("kind", [None, "application", "gateway"])
def test_fails_when_it_is_no_network_load_balancer(kind: str | None) -> None:
    template = with_resources(
        changed("Service", NetworkLoadBalancerArns=[ref("Nlb"), ref("Other")]),
        Other=nlb("SubnetA", "SubnetB"),
    )
    other = template["Resources"]["Other"]["Properties"]
    other["Type"] = kind
    if kind == "gateway":
        other.pop("Scheme", None)
    assert rules(template) == {"load-balancer-type-not-supported"}


def test_fails_when_the_arn_is_that_of_an_application_load_balancer() -> None:
    assert "load-balancer-type-not-supported" in rules(
        changed("Service", NetworkLoadBalancerArns=[ALB_ARN])
    )


def test_fails_when_network_and_gateway_load_balancers_are_mixed() -> None:
    template = changed("Service", GatewayLoadBalancerArns=[NLB_ARN.replace("net", "gwy")])
    assert rules(template) == {"load-balancer-type-not-supported"}


def test_fails_when_a_network_load_balancer_is_given_as_gateway() -> None:
    template = changed(
        "Service", NetworkLoadBalancerArns=None, GatewayLoadBalancerArns=[ref("Nlb")]
    )
    assert rules(template) == {"load-balancer-type-not-supported"}


def test_takes_gateway_load_balancers() -> None:
    template = with_resources(
        changed("Service", NetworkLoadBalancerArns=None, GatewayLoadBalancerArns=[ref("Gateway")]),
        Gateway=resource(LOAD_BALANCER, Type="gateway", Subnets=[ref("SubnetA")]),
    )
    assert rules(template) == set()


@pytest.mark.parametrize("value", [ref("Nlb"), {"Fn::GetAtt": ["Nlb", "LoadBalancerArn"]}])
def test_fails_when_a_load_balancer_is_listed_twice(value: object) -> None:
    template = changed("Service", NetworkLoadBalancerArns=[ref("Nlb"), value])
    assert rules(template) == {"load-balancer-duplicate"}


def test_fails_when_an_arn_is_listed_twice() -> None:
    template = changed("Service", NetworkLoadBalancerArns=[NLB_ARN, NLB_ARN])
    assert rules(template) == {"load-balancer-duplicate"}


def second_service(arn: object) -> dict[str, Any]:
    return {
        "Two": resource(SERVICE, NetworkLoadBalancerArns=[arn]),
        "TwoPermissions": resource(
            "AWS::EC2::VPCEndpointServicePermissions",
            ServiceId=ref("Two"),
            AllowedPrincipals=["arn:aws:iam::222222222222:root"],
        ),
    }


def test_fails_when_a_load_balancer_is_in_two_services() -> None:
    template = with_resources(**second_service(ref("Nlb")))
    assert rules(template) == {"load-balancer-service-conflict"}


def test_fails_when_a_load_balancer_is_in_services_of_two_stacks() -> None:
    first = stack()
    first["Outputs"] = {"Arn": {"Value": ref("Nlb"), "Export": {"Name": {"Fn::Sub": "nlb-arn"}}}}
    second = {"Resources": second_service({"Fn::ImportValue": "nlb-arn"})}
    assert rules_across(first, second) == {"load-balancer-service-conflict"}


LINK = "AWS::ApiGateway::VpcLink"


def test_fails_when_a_vpc_link_uses_the_load_balancer() -> None:
    link = resource(LINK, Name="link", TargetArns=[ref("Nlb")])
    [found] = findings(with_resources(Link=link))
    assert (found.rule, found.logical_id) == ("load-balancer-service-conflict", "Link")
    assert found.message == "Nlb already belongs to Service."


def test_takes_vpc_links_of_other_load_balancers_and_of_http_apis() -> None:
    arn = "arn:aws:elasticloadbalancing:eu-west-1:111111111111:loadbalancer/net/other/1"
    template = with_resources(
        Link=resource(LINK, Name="link", TargetArns=[arn]),
        Other=resource(LINK, Name="link", TargetArns=ref("Targets")),
        Http=resource("AWS::ApiGatewayV2::VpcLink", Name="link", SubnetIds=[ref("SubnetA")]),
    )
    assert rules(template) == set()


def test_takes_a_gateway_load_balancer_in_two_services() -> None:
    arns = {"GatewayLoadBalancerArns": [ref("Gateway")], "NetworkLoadBalancerArns": None}
    more = second_service(ref("Gateway")) | {"Two": resource(SERVICE, **arns)}
    gateway = resource(LOAD_BALANCER, Type="gateway", Subnets=[ref("SubnetA")])
    changes = changed("Service", **arns)
    assert rules(with_resources(changes, Gateway=gateway, **more)) == set()


def test_takes_services_that_are_alternatives() -> None:
    template = with_resources(**second_service(ref("Nlb")))
    template["Resources"]["Service"]["Condition"] = "A"
    template["Resources"]["Two"]["Condition"] = "B"
    assert rules(template) == set()
    template["Resources"]["Zwei"] = template["Resources"]["Two"]
    assert "load-balancer-service-conflict" in rules(template)


def test_says_nothing_of_listeners_of_one_of_several_load_balancers() -> None:
    template = changed("Listener", LoadBalancerArn={"Fn::If": ["A", ref("Nlb"), "arn"]})
    assert rules(template) == set()


def test_fails_when_a_load_balancer_has_no_listener() -> None:
    assert rules(without("Listener")) == {"listener-missing"}


@pytest.mark.parametrize("outputs", [{"Arn": exported(ref("Nlb"))}])
def test_takes_listeners_that_may_be_elsewhere(outputs: object) -> None:
    template = without("Listener")
    template["Outputs"] = outputs
    assert rules(template) == set()


@pytest.mark.parametrize("scheme", [None, "internet-facing"])
def test_fails_when_the_load_balancer_is_internet_facing(scheme: str | None) -> None:
    assert rules(changed("Nlb", Scheme=scheme)) == {"load-balancer-open-to-world"}


def test_says_nothing_of_a_scheme_that_is_a_parameter() -> None:
    assert rules(changed("Nlb", Scheme=ref("Scheme"))) == set()


def test_says_nothing_of_internet_facing_load_balancers_without_a_service() -> None:
    template = with_resources(Public=nlb("SubnetA", "SubnetB"))
    template["Resources"]["Public"]["Properties"]["Scheme"] = "internet-facing"
    assert rules(template) == set()


def dual_stack() -> dict[str, Any]:
    template = changed("Service", SupportedIpAddressTypes=["ipv4", "ipv6"])
    template["Resources"]["Nlb"]["Properties"]["IpAddressType"] = "dualstack"
    for name in ("SubnetA", "SubnetB"):
        template["Resources"][name]["Properties"]["Ipv6CidrBlock"] = {"Fn::Select": [0, ref("X")]}
    template["Resources"]["Group"]["Properties"]["SecurityGroupIngress"].append(
        {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "CidrIpv6": "2001:db8::/32"}
    )
    return template


def test_takes_ipv6_on_dualstack_load_balancers() -> None:
    assert rules(dual_stack()) == set()


def test_takes_ranges_that_are_attached_to_subnets() -> None:
    template = dual_stack()
    del template["Resources"]["SubnetA"]["Properties"]["Ipv6CidrBlock"]
    block = resource("AWS::EC2::SubnetCidrBlock", SubnetId=ref("SubnetA"), Ipv6CidrBlock=ref("X"))
    assert rules(with_resources(template, Block=block)) == set()


@pytest.mark.parametrize("address_type", [None, "ipv4"])
def test_fails_when_the_load_balancer_has_no_ipv6(address_type: str | None) -> None:
    template = dual_stack()
    template["Resources"]["Nlb"]["Properties"]["IpAddressType"] = address_type
    del template["Resources"]["Group"]["Properties"]["SecurityGroupIngress"][1]
    assert rules(template) == {"service-address-family-mismatch"}


def test_fails_when_a_subnet_has_no_ipv6() -> None:
    template = dual_stack()
    del template["Resources"]["SubnetA"]["Properties"]["Ipv6CidrBlock"]
    assert rules(template) == {"service-address-family-mismatch"}


def test_says_nothing_of_subnets_that_others_may_change() -> None:
    template = dual_stack()
    del template["Resources"]["SubnetA"]["Properties"]["Ipv6CidrBlock"]
    template["Outputs"] = {"Subnet": exported(ref("SubnetA"))}
    assert rules(template) == set()


def test_fails_when_a_family_is_none() -> None:
    template = changed("Service", SupportedIpAddressTypes=["dualstack"])
    assert rules(template) == {"service-address-family-not-valid"}


def test_says_nothing_of_families_that_are_parameters() -> None:
    assert rules(changed("Service", SupportedIpAddressTypes=[ref("Family")])) == set()


def test_fails_when_the_payer_is_unknown() -> None:
    assert rules(changed("Service", PayerResponsibility="Consumer")) == {"payer-not-valid"}


def test_takes_the_owner_as_payer() -> None:
    assert rules(changed("Service", PayerResponsibility="ServiceOwner")) == set()


@pytest.mark.parametrize("subnets", [[ref("SubnetA")], [ref("Elsewhere")]])
def test_fails_when_there_is_one_zone(subnets: list[object]) -> None:
    template = in_zone(changed("Nlb", Subnets=subnets), "10.0.0.10")
    assert rules(template) == {"service-zones-insufficient"}


def in_zone(template: dict[str, Any], address: str, group: str = "Targets") -> dict[str, Any]:
    """Return a stack with a single target in a target group."""
    template["Resources"][group]["Properties"]["Targets"] = [{"Id": address}]
    return template


def zonal(second: str) -> dict[str, Any]:
    template = in_zone(two_load_balancers(), "10.0.0.10")
    in_zone(template, "10.0.0.11" if second == "SubnetA" else "10.0.1.10", "Others")
    template["Resources"]["Nlb"]["Properties"]["Subnets"] = [ref("SubnetA")]
    template["Resources"]["Second"]["Properties"]["Subnets"] = [ref(second)]
    return template


def test_takes_a_load_balancer_in_each_zone() -> None:
    assert rules(zonal("SubnetB")) == set()


def test_fails_when_both_load_balancers_are_in_one_zone() -> None:
    assert rules(zonal("SubnetA")) == {"service-zones-insufficient"}


def test_says_nothing_of_zones_that_cannot_be_compared() -> None:
    assert rules(zonal("Elsewhere")) == set()


@pytest.mark.parametrize(
    "subnets",
    [ref("Subnets"), [ref("SubnetA"), {"Fn::If": ["Two", ref("SubnetB"), ref("AWS::NoValue")]}]],
)
def test_says_nothing_of_subnets_that_are_not_known(subnets: object) -> None:
    assert rules(changed("Nlb", Subnets=subnets)) == set()


def test_takes_subnet_mappings() -> None:
    mappings = [{"SubnetId": ref("SubnetA")}, {"SubnetId": ref("SubnetB")}]
    assert rules(changed("Nlb", Subnets=None, SubnetMappings=mappings)) == set()


def test_says_nothing_of_zones_of_imported_load_balancers() -> None:
    assert rules(changed("Service", NetworkLoadBalancerArns=[NLB_ARN])) == set()


def test_takes_other_regions() -> None:
    assert rules(changed("Service", SupportedRegions=["us-east-1", ref("Region")])) == set()


def test_fails_when_a_region_is_none() -> None:
    assert rules(changed("Service", SupportedRegions=["eu-wst-1"])) == {"region-not-valid"}


def test_warns_of_a_region_that_is_unknown() -> None:
    template = changed("Service", SupportedRegions=["eu-west-9"])
    [finding] = findings(template)
    assert (finding.rule, finding.severity) == ("region-unverified", Severity.WARNING)
    assert finding.property_path == "Properties.SupportedRegions.0"


def test_a_region_that_is_unknown_can_be_acknowledged() -> None:
    template = changed("Service", SupportedRegions=["eu-west-9"])
    template["Resources"]["Service"]["Metadata"] = {
        "privatelink-constructs": {"acknowledged": {"region-unverified": "it is new"}}
    }
    assert rules(template) == set()


def test_fails_when_a_region_that_is_unknown_is_in_another_partition() -> None:
    template = changed("Service", SupportedRegions=["cn-west-1"])
    assert rules(template) == {"region-unverified", "region-partition-mismatch"}


def test_fails_when_a_region_is_in_another_partition() -> None:
    template = changed("Service", SupportedRegions=["cn-north-1"])
    assert rules(template) == {"region-partition-mismatch"}


def test_fails_when_other_regions_meet_a_single_zone() -> None:
    template = in_zone(changed("Service", SupportedRegions=["us-east-1"]), "10.0.0.10")
    template["Resources"]["Nlb"]["Properties"]["Subnets"] = [ref("SubnetA")]
    assert rules(template) == {"cross-region-zones-insufficient", "service-zones-insufficient"}


GATEWAY_ARN = NLB_ARN.replace("/net/", "/gwy/")


@pytest.mark.parametrize(
    "value",
    [
        "web",
        NLB_ARN.replace(":loadbalancer/net", ":targetgroup"),
        GATEWAY_ARN,
        {"Fn::Sub": "arn:aws:elasticloadbalancing:eu-west-1:${Id}:loadbalancer/app/${Name}"},
        ref("Targets"),
        ref("Classic"),
        {"Fn::GetAtt": ["Nlb", "DNSName"]},
    ],
)
def test_fails_when_something_else_is_listed(value: object) -> None:
    template = with_resources(
        changed("Service", NetworkLoadBalancerArns=[ref("Nlb"), value]),
        Classic=resource("AWS::ElasticLoadBalancing::LoadBalancer"),
    )
    assert rules(template) == {"load-balancer-type-not-supported"}


def test_fails_when_a_gateway_service_has_a_network_load_balancer() -> None:
    template = changed("Service", NetworkLoadBalancerArns=None, GatewayLoadBalancerArns=[NLB_ARN])
    assert rules(template) == {"load-balancer-type-not-supported"}


@pytest.mark.parametrize(
    "value",
    [
        {"Fn::Sub": "arn:aws:elasticloadbalancing:eu-west-1:${Id}:loadbalancer/${Name}"},
        {"Fn::GetAtt": ["Custom", "LoadBalancerArn"]},
        "{{resolve:ssm:/nlb}}",
    ],
)
def test_takes_load_balancers_that_may_be_right(value: object) -> None:
    template = with_resources(
        changed("Service", NetworkLoadBalancerArns=[ref("Custom"), value]),
        Custom=resource("Custom::LoadBalancer"),
    )
    assert rules(template) == set()


def test_a_reference_stands_for_a_list_of_one() -> None:
    template = with_resources(Other=resource(SERVICE, NetworkLoadBalancerArns=ref("Nlb")))
    assert rules(template) == {"load-balancer-service-conflict", "permissions-missing"}
