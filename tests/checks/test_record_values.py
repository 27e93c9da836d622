"""Records, hosted zones, Profiles, shares, resources, and forwarding rules."""

from __future__ import annotations

from typing import Any

import pytest
from tests.checks.stacks import ref, resource, rules, with_resources

from privatelink_constructs import check_template

ZONE = resource("AWS::Route53::HostedZone", Name="example.com")
MISSING = "property-missing"


def record(**properties: Any) -> dict[str, Any]:
    given = {
        "HostedZoneId": ref("Zone"),
        "Name": "orders.example.com",
        "Type": "A",
        "TTL": "60",
        "ResourceRecords": ["10.0.0.1"],
        **properties,
    }
    listed = {name: value for name, value in given.items() if value is not None}
    return resource("AWS::Route53::RecordSet", **listed)


def found(**more: dict[str, Any]) -> set[str]:
    return rules(with_resources(Zone=ZONE, **more))


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        ({}, set[str]()),
        ({"Type": "AAAA", "ResourceRecords": ["fd00::1"]}, set[str]()),
        ({"Type": "CNAME", "ResourceRecords": ["lb.example.net"]}, set[str]()),
        ({"ResourceRecords": [ref("Address")]}, set[str]()),
        ({"Type": ref("Type"), "ResourceRecords": ["lb.example.net"]}, set[str]()),
        ({"ResourceRecords": ["lb.example.net"]}, {"record-value-not-valid"}),
        ({"Type": "AAAA"}, {"record-value-not-valid"}),
        ({"Type": "CNAME", "ResourceRecords": ["a:b"]}, {"record-value-not-valid"}),
        (
            {"Name": "Example.com.", "Type": "CNAME", "ResourceRecords": ["lb.example.net"]},
            {"record-type-conflict"},
        ),
    ],
)
def test_finds_wrong_values_of_records(properties: dict[str, Any], expected: set[str]) -> None:
    assert found(Record=record(**properties)) == expected


def test_fails_when_a_record_has_no_ttl() -> None:
    template = with_resources(Zone=ZONE, Record=record(TTL=None))
    assert [it.message for it in check_template(template)] == ["The record has no TTL."]


@pytest.mark.parametrize(
    ("again", "expected"),
    [
        ({"Name": "Orders.example.com."}, {"record-duplicate"}),
        ({"Type": "TXT", "ResourceRecords": ['"a"']}, set[str]()),
        ({"Name": "payments.example.com"}, set[str]()),
        ({"Name": ref("Name")}, set[str]()),
        ({"SetIdentifier": "b", "Weight": 1}, set[str]()),
        ({"HostedZoneId": "Z0123456789ABCDEFGHIJ"}, set[str]()),
        ({"HostedZoneId": ref("OtherZone")}, set[str]()),
    ],
)
def test_finds_a_second_record(again: dict[str, Any], expected: set[str]) -> None:
    assert found(Record=record(), Again=record(**again)) == expected


def test_takes_records_that_are_alternatives() -> None:
    template = with_resources(
        Zone=ZONE, One={**record(), "Condition": "A"}, Two={**record(), "Condition": "B"}
    )
    assert rules(template) == set()


@pytest.mark.parametrize(("kind", "wrong"), [("A", False), ("AAAA", False), ("CNAME", True)])
def test_finds_aliases_of_a_wrong_type(kind: str, *, wrong: bool) -> None:
    alias = {
        "DNSName": {"Fn::GetAtt": ["Nlb", "DNSName"]},
        "HostedZoneId": {"Fn::GetAtt": ["Nlb", "CanonicalHostedZoneID"]},
    }
    given = record(Type=kind, TTL=None, ResourceRecords=None, AliasTarget=alias)
    assert ("alias-type-not-supported" in found(Record=given)) is wrong


def private(name: object, *vpcs: object) -> dict[str, Any]:
    listed = [{"VPCId": vpc, "VPCRegion": "eu-west-1"} for vpc in vpcs]
    return resource("AWS::Route53::HostedZone", Name=name, VPCs=listed)


@pytest.mark.parametrize(
    ("other", "wrong"),
    [
        (private("orders.internal.", ref("Clients")), True),
        (private("payments.internal", ref("Clients")), False),
        (private("orders.internal", "vpc-0123456789abcdef0"), False),
        (private(ref("Name"), ref("Clients")), False),
        ({**private("orders.internal", ref("Clients")), "Condition": "Chosen"}, False),
    ],
)
def test_finds_two_zones_of_a_name(other: dict[str, Any], *, wrong: bool) -> None:
    clients = resource(
        "AWS::EC2::VPC", CidrBlock="10.1.0.0/16", EnableDnsHostnames=True, EnableDnsSupport=True
    )
    one = private("orders.internal", ref("Clients"))
    given = rules(with_resources(Clients=clients, One=one, Other=other))
    assert ("private-hosted-zone-duplicate" in given) is wrong


ENDPOINT_ARN = "arn:aws:ec2:eu-west-1:111111111111:vpc-endpoint/${Endpoint}"


@pytest.mark.parametrize(
    ("arn", "kind", "wrong"),
    [
        ({"Fn::Sub": ENDPOINT_ARN}, "Interface", False),
        ({"Fn::Sub": ENDPOINT_ARN}, ref("Kind"), False),
        ({"Fn::Sub": ENDPOINT_ARN}, "GatewayLoadBalancer", True),
        ({"Fn::Sub": ENDPOINT_ARN}, None, True),
        (ref("Endpoint"), "Interface", True),
        ({"Fn::Sub": "arn:aws:route53:::hostedzone/${Zone}"}, "Interface", True),
        ({"Fn::Sub": "arn:aws:route53:::hostedzone/${Private}"}, "Interface", False),
        (ref("Topic"), "Interface", False),
    ],
)
def test_finds_what_a_profile_cannot_contain(arn: object, kind: object, *, wrong: bool) -> None:
    endpoint = resource("AWS::EC2::VPCEndpoint", VpcId=ref("Vpc"))
    if kind is not None:
        endpoint["Properties"]["VpcEndpointType"] = kind
    association = resource(
        "AWS::Route53Profiles::ProfileResourceAssociation",
        Name="a",
        ProfileId="rp-0123456789abcdef0",
        ResourceArn=arn,
    )
    given = found(
        Endpoint=endpoint,
        Association=association,
        Private=private("a.internal", ref("Vpc")),
        Topic=resource("AWS::SNS::Topic"),
    )
    assert ("profile-resource-not-supported" in given) is wrong


@pytest.mark.parametrize(
    ("name", "wrong"), [("hub", False), (ref("Name"), False), ("hub.main", True), ("123", True)]
)
def test_finds_wrong_names_of_profiles(name: object, *, wrong: bool) -> None:
    profile = resource("AWS::Route53Profiles::Profile", Name=name)
    assert ("profile-name-malformed" in found(Profile=profile)) is wrong


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        ({"Principals": ["222222222222", "arn:aws:iam::222222222222:role/a"]}, set[str]()),
        ({"Principals": [ref("Principal")]}, set[str]()),
        ({"Principals": ["2222"]}, {"share-principal-malformed"}),
        ({"Principals": ["o-abcdefghij"]}, {"share-principal-malformed"}),
        (
            {"ResourceArns": ["arn:aws:ec2:eu-west-1:1:vpc-endpoint-service/vpce-svc-0"]},
            {"share-resource-not-supported"},
        ),
        ({"ResourceArns": [ref("Service")]}, {"share-resource-not-supported"}),
        ({"ResourceArns": [ref("Zone")]}, {"share-resource-not-supported"}),
        ({"ResourceArns": [ref("Rule")]}, {"share-resource-not-supported"}),
        ({"ResourceArns": [{"Fn::GetAtt": ["Rule", "Arn"]}]}, set[str]()),
        ({"ResourceArns": [ref("Arn")]}, set[str]()),
    ],
)
def test_finds_what_cannot_be_shared(properties: dict[str, Any], expected: set[str]) -> None:
    share = resource("AWS::RAM::ResourceShare", Name="a", **properties)
    rule = resource("AWS::Route53Resolver::ResolverRule", RuleType="SYSTEM", DomainName="a.b")
    assert found(Share=share, Rule=rule) - {"permissions-missing"} == expected


@pytest.mark.parametrize(
    ("address", "ports", "expected"),
    [
        ("10.0.0.1", "443", set[str]()),
        ("100.64.0.1", "1-65535", set[str]()),
        ("fd00::1", "443", set[str]()),
        (ref("Address"), ref("Ports"), set[str]()),
        ("203.0.113.1", "443", {"resource-address-not-supported"}),
        ("database", "443", {"resource-address-not-supported"}),
        ("10.0.0.1", "0", {"resource-port-malformed"}),
        ("10.0.0.1", "443-80", {"resource-port-malformed"}),
        ("10.0.0.1", "70000", {"resource-port-malformed"}),
        ("10.0.0.1", "https", {"resource-port-malformed"}),
    ],
)
def test_finds_wrong_resources(address: object, ports: object, expected: set[str]) -> None:
    configuration = resource(
        "AWS::VpcLattice::ResourceConfiguration",
        Name="a",
        ResourceConfigurationType="SINGLE",
        ResourceGatewayId="rgw-0123456789abcdef0",
        PortRanges=[ports],
        ResourceConfigurationDefinition={"IpResource": address},
    )
    assert found(Configuration=configuration) == expected


@pytest.mark.parametrize(
    ("direction", "port", "expected"),
    [
        ("OUTBOUND", "53", set[str]()),
        (ref("Direction"), ref("Port"), set[str]()),
        ("INBOUND", "53", {"forwarding-endpoint-not-supported"}),
        ("OUTBOUND", "0", {"forwarding-target-malformed"}),
        ("OUTBOUND", 70000, {"forwarding-target-malformed"}),
    ],
)
def test_finds_wrong_forwarding_rules(direction: object, port: object, expected: set[str]) -> None:
    endpoint = resource("AWS::Route53Resolver::ResolverEndpoint", Direction=direction)
    rule = resource(
        "AWS::Route53Resolver::ResolverRule",
        RuleType="FORWARD",
        DomainName="corp.example.com",
        ResolverEndpointId=ref("Endpoint"),
        TargetIps=[{"Ip": "192.168.0.1", "Port": port}],
    )
    given = found(Endpoint=endpoint, Rule=rule)
    assert given - {"resolver-address-count-out-of-range"} == expected
