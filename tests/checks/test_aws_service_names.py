"""The names of AWS services are compared with those that are known."""

from __future__ import annotations

from typing import Any

import pytest
from tests.checks.estates import ENDPOINT, endpoint, estate
from tests.checks.stacks import findings, ref, resource, rules

NOT_VALID, UNVERIFIED = "aws-service-name-not-valid", "aws-service-name-unverified"
OTHER_REGION = "aws-service-region-mismatch"


def template_with(service: object, **more: object) -> dict[str, Any]:
    other = endpoint(service, PrivateDnsEnabled=False, **more)
    template = estate({}, ("Kms",), Other=other)
    template["Parameters"] = {"Region": {"Type": "String"}, "Name": {"Type": "String"}}
    return template


def written(name: str) -> dict[str, object]:
    """Return the ways to write a name with a Region."""
    return {
        "literal": f"com.amazonaws.eu-west-1.{name}",
        "sub": {"Fn::Sub": f"com.amazonaws.${{AWS::Region}}.{name}"},
        "join": {"Fn::Join": [".", ["com.amazonaws", ref("AWS::Region"), name]]},
        "parameter": {"Fn::Sub": f"com.amazonaws.${{Region}}.{name}"},
        "mapping": {"Fn::Join": ["", ["com.amazonaws.", {"Fn::ImportValue": "r"}, f".{name}"]]},
    }


@pytest.mark.parametrize("region", ["eu-west-1", None])
@pytest.mark.parametrize("way", written("kms"))
@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("backup", None),
        ("tomorrow", None),
        ("secretsmanager-fips", None),
        ("kinesis", NOT_VALID),
        ("ecr-dkr", NOT_VALID),
        ("route53", NOT_VALID),
        ("secretmanager", UNVERIFIED),
        ("cloudformatoin", UNVERIFIED),
    ],
)
def test_names_are_looked_up(name: str, rule: str | None, way: str, region: str | None) -> None:
    assert rules(template_with(written(name)[way]), region) == ({rule} if rule else set())


@pytest.mark.parametrize("service", ["com.amazonaws.route53"])
def test_takes_services_without_a_region(service: str) -> None:
    assert rules(template_with(service)) == set()


def test_a_service_without_a_region_has_a_home() -> None:
    assert rules(template_with("com.amazonaws.iam")) == {"aws-service-home-region-mismatch"}


@pytest.mark.parametrize("service", ["com.amazonaws.backup", "com.amazonaws.us-east1.backup"])
def test_fails_when_the_region_is_missing_or_none(service: str) -> None:
    assert rules(template_with(service)) == {NOT_VALID}


@pytest.mark.parametrize(
    "service",
    [ref("Name"), {"Fn::Sub": "com.amazonaws.${AWS::Region}.${Name}"}, {"Fn::Sub": "${Name}.kms"}],
)
def test_says_nothing_of_names_that_are_not_known(service: object) -> None:
    assert rules(template_with(service)) == set()


def test_names_a_service_where_it_is_written() -> None:
    (finding,) = findings(template_with("com.amazonaws.eu-west-1.secretmanager-fips"))
    assert (finding.logical_id, finding.property_path) == ("Other", "Properties.ServiceName")
    assert "'secretsmanager'" in finding.message


def test_fails_when_the_region_of_a_gateway_endpoint_is_another() -> None:
    other = resource(
        ENDPOINT,
        VpcEndpointType="Gateway",
        ServiceName="com.amazonaws.us-east-1.s3",
        VpcId=ref("Clients"),
        RouteTableIds=["rtb-0123456789abcdef0"],
    )
    template = estate({}, (), Other=other)
    (finding,) = findings(template)
    assert (finding.rule, finding.property_path) == (OTHER_REGION, "Properties.ServiceName")
    assert "${AWS::Region}" in finding.remedy


def test_takes_another_region_that_is_stated() -> None:
    service = "com.amazonaws.us-east-1.backup"
    assert rules(template_with(service, ServiceRegion="us-east-1")) == set()


def test_fails_when_another_region_is_stated_than_the_name_has() -> None:
    service = "com.amazonaws.us-east-1.backup"
    found = rules(template_with(service, ServiceRegion="us-west-2"))
    assert found == {"service-region-mismatch"}
