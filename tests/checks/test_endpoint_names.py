from __future__ import annotations

from typing import Any

import pytest
from tests.checks.estates import NAME, OWN_NAME, alias, broken, endpoint, entry, estate
from tests.checks.stacks import ref, resource, rules

from privatelink_constructs import check_template

ZONE = "AWS::Route53::HostedZone"


def zone(name: str, vpc: object, **more: object) -> dict[str, Any]:
    return resource(ZONE, Name=name, VPCs=[{"VPCId": vpc, "VPCRegion": "eu-west-1"}], **more)


def private(**changes: object) -> dict[str, Any]:
    """Return the estate with an endpoint that takes over its own service's private name."""
    return estate(
        {
            "Endpoint": {"ServiceName": OWN_NAME, "PrivateDnsEnabled": True},
            "Service": {"AcceptanceRequired": False, **changes},
        }
    )


def test_takes_a_private_name() -> None:
    assert rules(private()) == set()


def test_fails_when_the_service_has_no_private_name() -> None:
    template = private(PrivateDnsName=None)
    assert "private-dns-name-missing" in rules(template)


def test_takes_a_name_that_a_custom_resource_gives() -> None:
    template = private(PrivateDnsName=None)
    template["Resources"]["Named"] = resource("Custom::AWS", ServiceId=ref("Service"))
    del template["Resources"]["Proof"]
    assert rules(template) == set()


def test_warns_when_the_connection_waits_for_acceptance() -> None:
    assert rules(private(AcceptanceRequired="true")) == {"private-dns-acceptance-undetermined"}


def test_takes_a_name_whose_acceptance_is_acknowledged() -> None:
    template = private(AcceptanceRequired=True)
    template["Resources"]["Endpoint"]["Metadata"] = {
        "privatelink-constructs": {
            "acknowledged": {"private-dns-acceptance-undetermined": "the second deployment"}
        }
    }
    assert rules(template) == set()


@pytest.mark.parametrize(
    "attributes",
    [
        {"EnableDnsHostnames": None},
        {"EnableDnsHostnames": "false"},
        {"EnableDnsSupport": False},
    ],
)
def test_fails_when_the_vpc_has_dns_off(attributes: dict[str, object]) -> None:
    expected = {"vpc-dns-disabled", "private-hosted-zone-vpc-dns-disabled"}
    assert broken("Clients", **attributes) == expected


@pytest.mark.parametrize("attributes", [{"EnableDnsHostnames": {"Fn::If": ["On", True, False]}}])
def test_takes_attributes_that_are_unknown(attributes: dict[str, object]) -> None:
    assert broken("Clients", **attributes) == set()


def test_takes_a_vpc_that_is_elsewhere() -> None:
    vpc = "vpc-0123456789abcdef0"
    changes = {
        "Clients": {"EnableDnsHostnames": None},
        "Kms": {"VpcId": vpc, "SubnetIds": ["subnet-01234567", "subnet-12345678"]},
        "Private": {"VPCs": [{"VPCId": vpc, "VPCRegion": "eu-west-1"}]},
    }
    template = estate(changes)
    template["Resources"]["Kms"]["Properties"]["SecurityGroupIds"] = ["sg-01234567"]
    assert rules(template) == set()


@pytest.mark.parametrize("name", [{"Fn::Sub": "com.amazonaws.${AWS::Region}.kms"}, NAME])
def test_fails_when_two_endpoints_have_one_private_name(name: object) -> None:
    further = {f"More{index}": endpoint(name, PrivateDnsEnabled=True) for index in range(2)}
    for each in further.values():
        each["Properties"]["PolicyDocument"] = ref("Policy") if name != NAME else None
    template = estate({}, ("Kms",), **further)
    template["Parameters"] = {"Policy": {"Type": "String"}}
    assert rules(template) == {"private-dns-name-conflict"}


def test_takes_endpoints_that_are_alternatives() -> None:
    one, two = (endpoint(NAME, PrivateDnsEnabled=True) for _ in range(2))
    template = estate(
        One={**one, "Condition": "First"},
        Two={**two, "Condition": "Second"},
    )
    template["Parameters"] = {"Which": {"Type": "String"}}
    template["Conditions"] = {
        name: {"Fn::Equals": [ref("Which"), name]} for name in ("First", "Second")
    }
    assert rules(template) == set()


@pytest.mark.parametrize("name", [ref("Name"), {"Fn::Sub": "com.amazonaws.${AWS::Region}.${Name}"}])
def test_takes_endpoints_in_vpcs_of_their_own(name: object) -> None:
    other = resource("AWS::EC2::VPC", CidrBlock="10.2.0.0/16", EnableDnsHostnames=True)
    further = {
        "One": endpoint(name, PrivateDnsEnabled=True),
        "Two": endpoint(
            name,
            PrivateDnsEnabled=True,
            VpcId=ref("Other"),
            SubnetIds=ref("Subnets"),
            SecurityGroupIds=ref("Groups"),
        ),
    }
    template = estate({}, (), Other=other, **further)
    template["Parameters"] = {
        "Groups": {"Type": "List<AWS::EC2::SecurityGroup::Id>"},
        "Name": {"Type": "String"},
        "Subnets": {"Type": "List<AWS::EC2::Subnet::Id>"},
    }
    assert rules(template) == set()


@pytest.mark.parametrize("name", ["kms.eu-west-1.amazonaws.com", "KMS.eu-west-1.amazonaws.com."])
def test_fails_when_a_zone_has_an_aws_services_name(name: str) -> None:
    assert rules(estate(Shadow=zone(name, ref("Clients")))) == {
        "private-hosted-zone-private-dns-conflict"
    }


def test_fails_when_a_zone_has_the_services_name() -> None:
    template = private()
    template["Resources"]["Shadow"] = zone("payments.example.com", ref("Clients"))
    assert rules(template) == {"private-hosted-zone-private-dns-conflict"}


def test_takes_a_zone_of_another_vpc() -> None:
    assert rules(estate(Shadow=zone("kms.eu-west-1.amazonaws.com", ref("Vpc")))) == set()


def test_fails_when_a_zone_for_an_endpoint_is_malformed() -> None:
    template = estate({"Private": {"Name": "orders..example.net"}, "Alias": {"Name": ref("Name")}})
    template["Parameters"] = {"Name": {"Type": "String"}}
    assert rules(template) == {"hosted-zone-name-malformed"}


def far_zone(**more: dict[str, Any]) -> dict[str, Any]:
    """Return the estate with the endpoint's zone in the provider's VPC alone."""
    return estate(
        {
            "Private": {"VPCs": [{"VPCId": ref("Vpc"), "VPCRegion": "eu-west-1"}]},
            "Vpc": {"EnableDnsHostnames": True},
        },
        **more,
    )


def test_warns_when_a_zone_is_of_another_vpc() -> None:
    assert rules(far_zone()) == {"private-hosted-zone-vpc-mismatch"}


def test_takes_a_zone_of_a_peered_vpc() -> None:
    peering = resource("AWS::EC2::VPCPeeringConnection", VpcId=ref("Vpc"), PeerVpcId=ref("Clients"))
    assert rules(far_zone(Peering=peering)) == set()


def test_takes_a_public_zone_for_an_endpoint() -> None:
    names = {"Name": "orders.example.net"}
    record = alias(HostedZoneId=ref("Private"), Name="orders.example.net")
    template = estate({"Private": {**names, "VPCs": None}}, Alias=record)
    assert rules(template) == set()


def test_reads_the_records_of_a_group() -> None:
    group = resource(
        "AWS::Route53::RecordSetGroup",
        HostedZoneId=ref("Private"),
        RecordSets=[
            {
                "Name": "orders.example.net",
                "Type": "A",
                "AliasTarget": {
                    "DNSName": entry("Endpoint", 1),
                    "HostedZoneId": entry("Endpoint", 0),
                },
            }
        ],
    )
    template = far_zone(Alias=group)
    assert rules(template) == {"private-hosted-zone-vpc-mismatch"}


EITHER = {"Fn::If": ["Known", "one", "two"]}


@pytest.mark.parametrize(
    "changes",
    [
        {"Kms": {"ServiceName": EITHER, "PolicyDocument": None}},
        {"Kms": {"VpcId": EITHER}},
        {"Private": {"VPCs": [{"VPCId": EITHER, "VPCRegion": "eu-west-1"}]}},
        {"Private": {"Name": EITHER}},
    ],
)
def test_takes_names_and_vpcs_that_are_unknown(changes: dict[str, Any]) -> None:
    assert rules(estate(changes)) == set()


@pytest.mark.parametrize(
    "name", ["kms.${AWS::Region}.amazonaws.com", "KMS.${AWS::Region}.amazonaws.com."]
)
def test_fails_when_a_zone_has_the_name_in_any_region(name: str) -> None:
    shadow = zone("", ref("Clients"))
    shadow["Properties"]["Name"] = {"Fn::Sub": name}
    found = check_template(estate(Shadow=shadow))
    assert {each.rule for each in found} == {"private-hosted-zone-private-dns-conflict"}


def test_takes_a_zone_of_an_unknown_region() -> None:
    assert check_template(estate(Shadow=zone("kms.us-east-1.amazonaws.com", ref("Clients")))) == []
