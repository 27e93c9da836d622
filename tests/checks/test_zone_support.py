from __future__ import annotations

from typing import Any

import pytest
from tests.checks.stacks import changed, findings, ref, resource, rules, with_resources

UNSUPPORTED = {
    "local": {"AvailabilityZone": "eu-west-1-dub-1a"},
    "wavelength": {"AvailabilityZone": "eu-west-2-wl1-lon-wlz-1"},
    "local id": {"AvailabilityZone": None, "AvailabilityZoneId": "euw1-dub1-az1"},
    "wavelength id": {"AvailabilityZone": None, "AvailabilityZoneId": "euw2-wl1-lon-wlz1"},
    "constrained": {"AvailabilityZone": None, "AvailabilityZoneId": "use1-az3"},
}
SUPPORTED = {
    "name": {"AvailabilityZone": "eu-west-1b"},
    "id": {"AvailabilityZone": None, "AvailabilityZoneId": "euw1-az2"},
    "parameter": {"AvailabilityZone": {"Ref": "Zone"}},
    "of the Region": {"AvailabilityZone": {"Fn::Sub": "${AWS::Region}b"}},
}
CUSTOM = "com.amazonaws.vpce.eu-west-1.vpce-svc-0123456789abcdef0"


@pytest.mark.parametrize("zone", sorted(UNSUPPORTED))
def test_fails_when_a_load_balancer_is_in_a_zone_without_them(zone: str) -> None:
    [finding] = findings(changed("SubnetB", **UNSUPPORTED[zone]))
    assert finding.rule == "zone-not-supported"
    assert (finding.logical_id, finding.property_path) == ("Nlb", "Properties.Subnets.1")


@pytest.mark.parametrize("zone", sorted(SUPPORTED))
def test_takes_load_balancers_in_other_zones(zone: str) -> None:
    assert rules(changed("SubnetB", **SUPPORTED[zone])) == set()


def test_subnet_mappings_are_looked_at() -> None:
    template = changed("SubnetB", **UNSUPPORTED["local"])
    balancer = template["Resources"]["Nlb"]["Properties"]
    balancer["SubnetMappings"] = [{"SubnetId": it} for it in balancer.pop("Subnets")]
    assert rules(template) == {"zone-not-supported"}


@pytest.mark.parametrize("zone", ["usw1-az2", "apne1-az3"])
def test_a_zone_that_is_perhaps_constrained_is_a_warning(zone: str) -> None:
    template = changed("SubnetB", AvailabilityZone=None, AvailabilityZoneId=zone)
    assert rules(template) == {"zone-undetermined"}


def endpoint(service: str, zone: dict[str, Any], **more: object) -> dict[str, Any]:
    template = with_resources(
        SubnetC=resource("AWS::EC2::Subnet", VpcId=ref("Vpc"), CidrBlock="10.0.2.0/24", **zone),
        Endpoint=resource(
            "AWS::EC2::VPCEndpoint",
            VpcEndpointType="Interface",
            ServiceName=service,
            VpcId=ref("Vpc"),
            SubnetIds=[ref("SubnetA"), ref("SubnetC")],
            SecurityGroupIds=[ref("Group")],
            **more,
        ),
    )
    subnet = template["Resources"]["SubnetC"]["Properties"]
    template["Resources"]["SubnetC"]["Properties"] = {k: v for k, v in subnet.items() if v}
    return template


@pytest.mark.parametrize("zone", sorted(UNSUPPORTED))
def test_fails_when_an_endpoint_is_where_its_service_cannot_be(zone: str) -> None:
    found = findings(endpoint(CUSTOM, UNSUPPORTED[zone]))
    [finding] = [it for it in found if it.rule == "zone-not-supported"]
    assert (finding.logical_id, finding.property_path) == ("Endpoint", "Properties.SubnetIds.1")
    assert "The endpoint is in" in finding.message


@pytest.mark.parametrize("zone", sorted(SUPPORTED))
def test_takes_an_endpoint_in_other_zones(zone: str) -> None:
    assert "zone-not-supported" not in rules(endpoint(CUSTOM, SUPPORTED[zone]))


def test_services_of_aws_are_left_to_aws() -> None:
    template = endpoint("com.amazonaws.eu-west-1.sqs", UNSUPPORTED["local"])
    assert "zone-not-supported" not in rules(template)


def test_another_rule_is_about_zones_without_cross_region_access() -> None:
    service = "com.amazonaws.vpce.us-east-1.vpce-svc-0123456789abcdef0"
    template = endpoint(service, UNSUPPORTED["constrained"], ServiceRegion="us-east-1")
    assert "endpoint-zone-cross-region-not-supported" in rules(template)
    assert "zone-not-supported" not in rules(template)


@pytest.mark.parametrize(
    ("native", "expected"),
    [
        (True, {"subnet-address-family-mismatch"}),
        (False, set[str]()),
        ({"Ref": "Native"}, set[str]()),
    ],
    ids=["only", "both", "parameter"],
)
def test_subnets_without_ipv4(native: object, expected: set[str]) -> None:
    assert rules(changed("SubnetB", Ipv6Native=native, Ipv6CidrBlock="2001:db8::/64")) == expected


@pytest.mark.parametrize(
    ("name", "zone", "right"),
    [
        ("AvailabilityZone", "us-east-1a", False),
        ("AvailabilityZone", "eu-west-1c", True),
        ("AvailabilityZone", "dummy1a", True),
        ("AvailabilityZoneId", "use1-az1", False),
        ("AvailabilityZoneId", "euw1-az3", True),
    ],
)
def test_fails_when_a_zone_is_of_another_region(name: str, zone: str, *, right: bool) -> None:
    template = changed("SubnetA", **{"AvailabilityZone": None, name: zone})
    assert rules(template) == (set[str]() if right else {"zone-region-mismatch"})
    assert rules(template, region=None) == set()


def both(zone: dict[str, Any]) -> set[str]:
    """Return what is found where a load balancer, and then an endpoint, is in a zone."""
    balanced = rules(changed("SubnetB", **zone))
    given = {name: it for name, it in zone.items() if it is not None}
    connected = rules(endpoint(CUSTOM, given, PrivateDnsEnabled=False))
    assert balanced == connected
    return balanced


@pytest.mark.parametrize("name", ["euw1-az1", "eu-west-1", "b"])
def test_fails_when_the_name_of_a_zone_is_none(name: str) -> None:
    assert both({"AvailabilityZone": name}) == {"zone-name-malformed"}


@pytest.mark.parametrize("zone", ["eu-west-1b", "az2"])
def test_fails_when_the_id_of_a_zone_is_none(zone: str) -> None:
    given = {"AvailabilityZone": None, "AvailabilityZoneId": zone}
    assert both(given) == {"zone-id-malformed"}


def test_fails_when_a_zone_is_in_another_region() -> None:
    assert both({"AvailabilityZone": "us-east-1b"}) == {"zone-region-mismatch"}
