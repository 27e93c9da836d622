"""Hosted zones, Route 53 Profiles, and Resolver endpoints of a drawing."""

from __future__ import annotations

from typing import Any

import pytest
from tests.checks.estates import alias, entry, estate
from tests.checks.stacks import ref, resource
from tests.unit.drawing.scenes import UNKNOWN, consumer, drawn, located

ENDPOINT = "Interface endpoint Endpoint"
PRIVATE = "Private hosted zone orders.example.net"
SPOKE = resource("AWS::EC2::VPC", CidrBlock="10.9.0.0/16")
Template = dict[str, Any]


def named(**resources: Template) -> Template:
    """Return an endpoint with a name in a private hosted zone."""
    template = consumer()
    parts = {name: estate()["Resources"][name] for name in ("Private", "Alias")}
    template["Resources"] |= {**parts, **resources}
    return template


def test_a_private_hosted_zone_is_in_the_vpc_of_its_endpoint() -> None:
    found = drawn(named())
    assert (PRIVATE, ENDPOINT, "") in found.edges
    lines = found.text.splitlines()
    assert lines.index(next(it for it in lines if "hosted_zone_orders" in it)) > lines.index(
        next(it for it in lines if "VPC Clients" in it)
    )


def test_other_names_in_a_hosted_zone_are_listed() -> None:
    more = {
        "Zonal": alias(Name="*.orders.example.net"),
        "Same": alias(Name="orders.example.net", Type="AAAA"),
        "Unknown": alias(Name={"Fn::GetAtt": ["Other", "Name"]}),
    }
    label = drawn(named(**more)).node("Private hosted zone").replace("<br/>", " ")
    assert label.endswith("orders.example.net with a name known at deployment, *")


def test_a_hosted_zone_of_several_vpcs_is_beside_them() -> None:
    template = named(Spoke=SPOKE)
    template["Resources"]["Private"]["Properties"]["VPCs"] += [
        {"VPCId": ref("Spoke")},
        {"VPCId": UNKNOWN},
    ]
    found = drawn(template)
    assert ("DNS resolves orders.example.net", PRIVATE, "") in found.edges
    assert "VPC Spoke 10.9.0.0/16" in found.boxes


def test_a_hosted_zone_may_exist_already() -> None:
    template = named()
    del template["Resources"]["Private"]
    template["Resources"]["Alias"] = alias(HostedZoneId="Z0123456789ABCDEFGHIJ")
    template["Resources"]["Group"] = resource(
        "AWS::Route53::RecordSetGroup",
        HostedZoneName="example.org.",
        RecordSets=[
            {"Name": "a.example.org", "Type": "CNAME", "ResourceRecords": [entry("Endpoint", 1)]}
        ],
    )
    found = drawn(template)
    names = {edge[0] for edge in found.edges if edge[1] == ENDPOINT}
    assert names == {"Hosted zone Z0123456789ABCDEFGHIJ", "Hosted zone example.org"}


def test_a_hosted_zone_without_vpcs_is_public() -> None:
    template = named()
    del template["Resources"]["Private"]["Properties"]["VPCs"]
    assert ("Public hosted zone orders.example.net", ENDPOINT, "") in drawn(template).edges


def test_hosted_zones_of_other_things_are_not_drawn() -> None:
    template = named()
    template["Resources"]["Other"] = resource("AWS::Route53::HostedZone", Name="example.org")
    assert "example.org" not in drawn(template).text


def hub() -> Template:
    """Return a hub with a Route 53 Profile."""
    profiles = "AWS::Route53Profiles"
    arn = {"Fn::Sub": "arn:aws:ec2:eu-west-1:111111111111:vpc-endpoint/${Endpoint}"}
    template = consumer("com.amazonaws.eu-west-1.kms")
    template["Resources"] |= {
        "Hub": resource(f"{profiles}::Profile", Name="hub"),
        "Shared": resource(
            f"{profiles}::ProfileResourceAssociation", ProfileId=ref("Hub"), ResourceArn=arn
        ),
        "Zone": resource(
            f"{profiles}::ProfileResourceAssociation",
            ProfileId=ref("Hub"),
            ResourceArn={"Fn::GetAtt": ["Private", "Arn"]},
        ),
        "Odd": resource(
            f"{profiles}::ProfileResourceAssociation",
            ProfileId=ref("Hub"),
            ResourceArn=ref("Clients"),
        ),
        "Private": resource(
            "AWS::Route53::HostedZone", Name="example.org", VPCs=[{"VPCId": ref("Clients")}]
        ),
        "Share": resource(
            "AWS::RAM::ResourceShare",
            ResourceArns=[{"Fn::GetAtt": ["Hub", "Arn"]}, ref("Clients")],
            Principals=["222222222222", ref("Organization")],
        ),
        "Nobody": resource(
            "AWS::RAM::ResourceShare", ResourceArns=[{"Fn::GetAtt": ["Hub", "Arn"]}]
        ),
    }
    template["Outputs"] = {"Hub": {"Value": ref("Hub"), "Export": {"Name": "hub"}}}
    return template


def spoke(profile: object, vpc: object = ref("Spoke")) -> Template:
    association = resource(
        "AWS::Route53Profiles::ProfileAssociation", ProfileId=profile, ResourceId=vpc
    )
    return {"Resources": {"Spoke": SPOKE, "Association": association}}


def test_draws_a_hub_and_its_spokes() -> None:
    here = located("111111111111")
    found = drawn(hub(), spoke({"Fn::ImportValue": "hub"}), environments={"a": here, "b": here})
    profile = "Route 53 Profile Hub"
    assert (profile, "Interface endpoint kms", "") in found.edges
    assert (profile, "Private hosted zone example.org", "") in found.edges
    assert ("DNS uses Route 53 Profile Hub", profile, "") in found.edges
    assert (
        found.node("Route 53 Profile")
        .replace("<br/>", " ")
        .endswith("shared with 222222222222, known at deployment")
    )


def test_a_hosted_zone_that_only_a_profile_has_is_beside_the_vpcs() -> None:
    template = hub()
    del template["Resources"]["Private"]["Properties"]["VPCs"]
    found = drawn(template)
    assert ("Route 53 Profile Hub", "Public hosted zone example.org", "") in found.edges


@pytest.mark.parametrize(
    ("profile", "name"),
    [("rp-0123456789abcdef", "rp-0123456789abcdef"), (ref("P"), "known at deployment")],
)
def test_a_profile_may_be_of_another_account(profile: object, name: str) -> None:
    found = drawn(spoke(profile))
    ((source, target, _),) = found.edges
    assert source.startswith("DNS uses Route 53 Profile")
    assert target == f"Route 53 Profile {name}"


def test_an_association_of_an_unknown_vpc_is_not_drawn() -> None:
    found = drawn(spoke("rp-0123456789abcdef", UNKNOWN))
    assert found.edges == []
    assert found.node("Route 53 Profile")


def test_draws_resolver_endpoints_with_what_they_forward() -> None:
    template = estate()
    there = template["Resources"]
    there["Outbound"] = {
        **there["Inbound"],
        "Properties": {**there["Inbound"]["Properties"], "Direction": "OUTBOUND"},
    }
    there["Odd"] = {
        **there["Inbound"],
        "Properties": {**there["Inbound"]["Properties"], "Direction": ref("Direction")},
    }
    rule = "AWS::Route53Resolver::ResolverRule"
    there["Rule"] = resource(rule, DomainName="corp.example.", ResolverEndpointId=ref("Outbound"))
    there["More"] = resource(rule, DomainName=["x"], ResolverEndpointId=ref("Outbound"))
    found = drawn(template)
    assert found.node("Resolver inbound endpoint").endswith("in AZ 1, AZ 2")
    assert "forwards a domain, corp.example" in found.node("Resolver outbound endpoint")
    assert found.node("Resolver endpoint")
