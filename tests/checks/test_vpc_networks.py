"""VPCs, subnets, routes, and what is in a VPC."""

from __future__ import annotations

from typing import Any

import pytest
from tests.checks.stacks import changed, findings, ref, resource, rules, with_resources

from privatelink_constructs.rules.vpc_networks import subnet_cidr_free

VPC, SUBNET = "AWS::EC2::VPC", "AWS::EC2::Subnet"
TABLE, ROUTE = "AWS::EC2::RouteTable", "AWS::EC2::Route"
ENDPOINT = "AWS::EC2::VPCEndpoint"
SERVICE_NAME = "com.amazonaws.vpce.eu-west-1.vpce-svc-0123456789abcdef0"
OTHER = {
    "Other": resource(VPC, CidrBlock="10.1.0.0/16"),
    "OtherSubnet": resource(SUBNET, VpcId=ref("Other"), CidrBlock="10.1.0.0/24"),
    "OtherTable": resource(TABLE, VpcId=ref("Other")),
    "OtherGroup": resource("AWS::EC2::SecurityGroup", GroupDescription="other", VpcId=ref("Other")),
    "Table": resource(TABLE, VpcId=ref("Vpc")),
}


def estate(**more: Any) -> set[str]:
    return rules(with_resources(**OTHER, **more))


def endpoint(kind: str = "GatewayLoadBalancer", **more: Any) -> dict[str, Any]:
    given = {"SubnetIds": [ref("SubnetA")], **more}
    return resource(
        ENDPOINT, VpcEndpointType=kind, ServiceName=SERVICE_NAME, VpcId=ref("Vpc"), **given
    )


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        ("10.0.5.0/24", set[str]()),
        ("10.2.0.0/24", {"subnet-cidr-mismatch"}),
        ("10.0.0.0/25", {"subnet-cidr-conflict"}),
        ("10.0.0.0/23", {"subnet-cidr-conflict"}),
        ("10.0.5.0/29", {"vpc-cidr-out-of-range"}),
        (ref("Block"), set[str]()),
        ("elsewhere", set[str]()),
    ],
)
def test_finds_where_a_subnet_cannot_be(block: object, expected: set[str]) -> None:
    assert estate(More=resource(SUBNET, VpcId=ref("Vpc"), CidrBlock=block)) == expected


def test_takes_subnets_in_further_blocks_of_the_vpc() -> None:
    further = resource("AWS::EC2::VPCCidrBlock", VpcId=ref("Vpc"), CidrBlock="10.2.0.0/16")
    subnet = resource(SUBNET, VpcId=ref("Vpc"), CidrBlock="10.2.0.0/24")
    assert estate(More=subnet, Further=further) == set()
    further["Properties"]["CidrBlock"] = ref("Block")
    assert estate(More=subnet, Further=further) == set()


def test_takes_subnets_that_are_alternatives() -> None:
    template = changed("SubnetB")
    template["Conditions"] = {"A": {"Fn::Equals": [ref("P"), "a"]}}
    template["Parameters"] = {"P": {"Type": "String"}}
    one = {**resource(SUBNET, VpcId=ref("Vpc"), CidrBlock="10.0.7.0/24"), "Condition": "A"}
    template["Conditions"]["B"] = {"Fn::Not": [{"Condition": "A"}]}
    two = {**one, "Condition": "B"}
    assert rules(with_resources(template, One=one, Two=two)) == set()


def test_takes_a_vpc_whose_blocks_others_may_add() -> None:
    template = with_resources(More=resource(SUBNET, VpcId=ref("Vpc"), CidrBlock="10.2.0.0/24"))
    template["Outputs"] = {"Vpc": {"Value": ref("Vpc"), "Export": {"Name": "vpc"}}}
    assert rules(template) == set()


@pytest.mark.parametrize(
    ("again", "expected"),
    [
        ({"DestinationCidrBlock": "172.16.0.0/12"}, {"route-duplicate"}),
        ({"DestinationCidrBlock": "172.16.3.4/12"}, {"route-duplicate"}),
        ({"DestinationCidrBlock": ref("To")}, set[str]()),
        ({"DestinationPrefixListId": "pl-0123456789abcdef0"}, set[str]()),
    ],
)
def test_finds_a_second_route(again: dict[str, object], expected: set[str]) -> None:
    way = {"RouteTableId": ref("Table"), "VpcEndpointId": ref("Endpoint")}
    found = estate(
        Endpoint=endpoint(),
        Route=resource(ROUTE, DestinationCidrBlock="172.16.0.0/12", **way),
        Again=resource(ROUTE, **way, **again),
    )
    assert found == expected


def test_finds_a_second_route_to_one_parameter() -> None:
    way = {"RouteTableId": ref("Table"), "VpcEndpointId": ref("Endpoint")}
    route = resource(ROUTE, DestinationCidrBlock=ref("To"), **way)
    assert estate(Endpoint=endpoint(), Route=route, Again=route) == {"route-duplicate"}


@pytest.mark.parametrize("kind", ["Interface", "Gateway", None])
def test_fails_when_a_route_is_to_another_endpoint(kind: str | None) -> None:
    there = resource(ENDPOINT, VpcId=ref("Vpc"), **({"VpcEndpointType": kind} if kind else {}))
    way = {"RouteTableId": ref("Table"), "VpcEndpointId": ref("Endpoint")}
    route = resource(ROUTE, DestinationCidrBlock="172.16.0.0/12", **way)
    assert "route-endpoint-not-supported" in estate(Endpoint=there, Route=route)


def associated(subnet: object, table: str) -> dict[str, Any]:
    return resource(
        "AWS::EC2::SubnetRouteTableAssociation", RouteTableId=ref(table), SubnetId=subnet
    )


def test_fails_when_a_subnet_has_two_tables() -> None:
    one = associated(ref("SubnetA"), "Table")
    assert estate(One=one, Two=one) == {"subnet-route-table-conflict"}
    imported = associated("subnet-0123456789abcdef0", "Table")
    assert estate(One=imported, Two=imported) == {"subnet-route-table-conflict"}
    assert estate(One=one, Two=associated(ref("SubnetB"), "Table")) == set()


@pytest.mark.parametrize(
    "more",
    [
        {"One": associated(ref("SubnetA"), "OtherTable")},
        {"S3": resource(ENDPOINT, VpcId=ref("Vpc"), RouteTableIds=[ref("OtherTable")])},
        {
            "Endpoint": endpoint(),
            "Route": resource(
                ROUTE,
                RouteTableId=ref("OtherTable"),
                DestinationCidrBlock="172.16.0.0/12",
                VpcEndpointId=ref("Endpoint"),
            ),
        },
    ],
    ids=["subnet", "gateway endpoint", "route"],
)
def test_fails_when_a_route_table_is_of_another_vpc(more: dict[str, Any]) -> None:
    assert "route-table-vpc-mismatch" in estate(**more)


def test_takes_a_route_table_that_is_elsewhere() -> None:
    tables = ["rtb-0123456789abcdef0", ref("Tables")]
    found = estate(S3=resource(ENDPOINT, VpcId=ref("Vpc"), RouteTableIds=tables))
    assert "route-table-vpc-mismatch" not in found


@pytest.mark.parametrize(
    "user",
    [
        endpoint(SubnetIds=[ref("OtherSubnet")]),
        endpoint("Resource", SubnetIds=[ref("OtherSubnet")]),
        resource(
            "AWS::VpcLattice::ResourceGateway",
            VpcIdentifier=ref("Vpc"),
            SubnetIds=[ref("OtherSubnet")],
        ),
        resource(
            "AWS::EC2::TransitGatewayAttachment", VpcId=ref("Vpc"), SubnetIds=[ref("OtherSubnet")]
        ),
    ],
    ids=["endpoint", "resource endpoint", "resource gateway", "attachment"],
)
def test_fails_when_a_subnet_is_of_another_vpc(user: dict[str, Any]) -> None:
    assert "subnet-vpc-mismatch" in estate(User=user)


def test_fails_when_a_security_group_is_of_another_vpc() -> None:
    gateway = resource(
        "AWS::VpcLattice::ResourceGateway",
        VpcIdentifier=ref("Vpc"),
        SecurityGroupIds=[ref("OtherGroup")],
    )
    assert estate(User=gateway) == {"security-group-vpc-mismatch"}


def test_fails_when_a_target_group_is_of_another_vpc() -> None:
    template = with_resources(
        changed("Targets", VpcId=ref("Other"), Targets=[{"Id": "10.1.0.9"}]), **OTHER
    )
    [finding] = findings(template)
    assert finding.rule == "target-group-vpc-mismatch"
    assert finding.property_path == "Properties.DefaultActions.0.TargetGroupArn"


@pytest.mark.parametrize("vpc", [ref("Parameter"), "vpc-0123456789abcdef0"])
def test_takes_a_target_group_whose_vpc_is_not_known(vpc: object) -> None:
    assert "target-group-vpc-mismatch" not in rules(changed("Targets", VpcId=vpc))


@pytest.mark.parametrize(
    ("peer", "expected"),
    [
        (ref("Other"), set[str]()),
        (ref("Vpc"), {"peering-cidr-conflict"}),
        (ref("Inside"), {"peering-cidr-conflict"}),
        ("vpc-0123456789abcdef0", set[str]()),
        (ref("Parameter"), set[str]()),
    ],
)
def test_finds_vpcs_that_cannot_be_peered(peer: object, expected: set[str]) -> None:
    inside = resource(VPC, CidrBlock="10.0.16.0/20")
    peering = resource("AWS::EC2::VPCPeeringConnection", VpcId=ref("Vpc"), PeerVpcId=peer)
    assert estate(Inside=inside, Peering=peering) == expected


@pytest.mark.parametrize(
    ("targets", "expected"),
    [
        ([{"Id": "192.168.0.1"}], {"outside-target-zone-missing"}),
        ([{"Id": "192.168.0.1", "AvailabilityZone": "all"}], set[str]()),
        ([{"Id": "192.168.0.1", "AvailabilityZone": ref("Zone")}], set[str]()),
        ([{"Id": "8.8.8.8", "AvailabilityZone": "all"}], {"target-address-not-supported"}),
        ([{"Id": "10.0.200.1"}], set[str]()),
        ([{"Id": ref("Address")}], set[str]()),
        ([{"Id": "10.0.0.1", "Port": 70000}], {"port-out-of-range"}),
        ([{"Id": "10.0.0.1", "Port": ref("Port")}], set[str]()),
    ],
)
def test_finds_addresses_that_are_not_targets(targets: object, expected: set[str]) -> None:
    found = rules(changed("Targets", Targets=targets))
    assert found - {"zone-target-insufficient"} == expected


def test_takes_addresses_outside_a_vpc_that_others_may_extend() -> None:
    template = changed("Targets", Targets=[{"Id": "192.168.0.1"}])
    template["Outputs"] = {"Vpc": {"Value": ref("Vpc"), "Export": {"Name": "vpc"}}}
    assert rules(template) == set()


def test_takes_ipv6_addresses() -> None:
    found = rules(changed("Targets", IpAddressType="ipv6", Targets=[{"Id": "fd00::1"}]))
    assert "target-address-not-supported" not in found


@pytest.mark.parametrize(
    ("arn", "expected"),
    [
        ("arn:aws:elasticloadbalancing:eu-west-1:111111111111:targetgroup/a/0123", set[str]()),
        ({"Fn::Sub": "arn:aws:elasticloadbalancing:${Given}"}, set[str]()),
        ({"Fn::Sub": "${Given}:targetgroup/a"}, set[str]()),
        ({"Fn::Sub": "targetgroup/${Given}"}, {"resource-arn-malformed"}),
        ("arn:aws:elasticloadbalancing:eu-west-1:1:loadbalancer/a", {"resource-arn-malformed"}),
        ("arn:aws", {"resource-arn-malformed"}),
        (ref("Nlb"), {"reference-type-mismatch"}),
        ({"Fn::GetAtt": ["Targets", "TargetGroupName"]}, {"reference-type-mismatch"}),
        ({"Fn::GetAtt": ["Targets", "TargetGroupArn"]}, set[str]()),
    ],
)
def test_finds_what_is_not_the_arn_of_a_target_group(arn: object, expected: set[str]) -> None:
    actions = [{"Type": "forward", "TargetGroupArn": arn}]
    found = rules(changed("Listener", DefaultActions=actions))
    assert found & {"resource-arn-malformed", "reference-type-mismatch"} == expected


@pytest.mark.parametrize(("attribute", "right"), [("ResolverRuleId", True), ("Arn", False)])
def test_an_arn_is_not_an_id(attribute: str, *, right: bool) -> None:
    association = resource(
        "AWS::Route53Resolver::ResolverRuleAssociation",
        VPCId=ref("Vpc"),
        ResolverRuleId={"Fn::GetAtt": ["Rule", attribute]},
    )
    rule = resource("AWS::Route53Resolver::ResolverRule", RuleType="SYSTEM", DomainName="a.b")
    found = rules(with_resources(Association=association, Rule=rule))
    assert ("reference-type-mismatch" in found) is not right


def test_a_subnet_is_compared_with_each_of_the_others() -> None:
    taken = [("A", "10.0.0.0/24"), ("B", "10.0.1.0/25"), ("C", None)]
    found = [problem.what for problem in subnet_cidr_free("10.0.1.0/24", taken)]
    assert found == ["10.0.1.0/24 overlaps 10.0.1.0/25 of B"]
