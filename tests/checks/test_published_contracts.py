"""Contracts in the parameters of Systems Manager, in templates."""

from __future__ import annotations

from typing import Any

import pytest

from privatelink_constructs import check_template

NAME = "com.amazonaws.vpce.eu-west-1.vpce-svc-0123456789abcdef0"
PREFIX = "/payments/contract"
EXCEEDED = "ssm-parameter-value-exceeded"
MALFORMED = "ssm-parameter-prefix-malformed"


def parameter(name: Any, value: Any, **properties: Any) -> dict[str, Any]:
    given = {"Type": "String", "Name": name, "Value": value, **properties}
    return {"Type": "AWS::SSM::Parameter", "Properties": given}


def findings(**resources: dict[str, Any]) -> list[tuple[str, str, str]]:
    found = check_template({"Resources": resources}, region="eu-west-1", account="1" * 12)
    return [(it.rule, it.severity.value, f"{it.logical_id}.{it.property_path}") for it in found]


def published(**further: dict[str, Any]) -> list[tuple[str, str, str]]:
    return findings(Published=parameter(f"{PREFIX}/service-name", NAME), **further)


@pytest.mark.parametrize("length", [4096, 4097])
def test_a_value_fits_into_the_standard_tier(length: int) -> None:
    found = published(Zones=parameter(f"{PREFIX}/availability-zones", "a" * length))
    wrong = [(EXCEEDED, "warning", "Zones.Properties.Value")]
    assert found == (wrong if length > 4096 else [])


@pytest.mark.parametrize(
    "tier", ["Advanced", "Intelligent-Tiering", {"Ref": "Tier"}], ids=["one", "two", "three"]
)
@pytest.mark.parametrize("length", [8192, 8193])
def test_a_value_fits_into_another_tier(tier: Any, length: int) -> None:
    found = published(Zones=parameter(f"{PREFIX}/zones", "a" * length, Tier=tier))
    wrong = [(EXCEEDED, "warning", "Zones.Properties.Value")]
    assert [it for it in found if it[0] == EXCEEDED] == (wrong if length > 8192 else [])


@pytest.mark.parametrize("value", ["", " "])
def test_a_value_is_not_empty(value: str) -> None:
    found = published(Ports=parameter(f"{PREFIX}/ports", value))
    assert found == [("ssm-parameter-value-missing", "error", "Ports.Properties.Value")]


def test_a_value_that_is_not_known_passes() -> None:
    assert published(Ports=parameter(f"{PREFIX}/ports", {"Fn::ImportValue": "Ports"})) == []


@pytest.mark.parametrize("prefix", ["/aws/payments", "/SSM", "/pay ments", "/a" * 15, "/" * 3])
def test_a_name_is_one_that_systems_manager_takes(prefix: str) -> None:
    found = findings(Published=parameter(f"{prefix}/service-name", NAME))
    assert found == [(MALFORMED, "error", "Published.Properties.Name")]


def test_a_name_is_as_long_as_its_arn_allows() -> None:
    arn = "arn:aws:ssm:eu-west-1:111111111111:parameter"
    longest = "/" + "a" * (1011 - len(f"{arn}//service-name"))
    assert findings(Published=parameter(f"{longest}/service-name", NAME)) == []
    assert findings(Published=parameter(f"{longest}a/service-name", NAME)) == [
        (MALFORMED, "error", "Published.Properties.Name")
    ]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("/payments/other-name", NAME),
        ("/payments/service-name", "payments"),
        ("/network/profile-id", "payments"),
        ("service-name", NAME),
        ({"Fn::ImportValue": "Name"}, NAME),
    ],
    ids=[*"12345"],
)
def test_other_parameters_are_not_of_a_contract(name: Any, value: Any) -> None:
    path = str(name).rpartition("/")[0]
    found = findings(Other=parameter(name, value), Empty=parameter(f"{path}/names", ""))
    assert found == []


def test_the_contract_of_a_hub_is_known_by_its_profile() -> None:
    profile = {"Type": "AWS::Route53Profiles::Profile", "Properties": {"Name": "hub"}}
    empty = parameter("/network/hub/names", "")
    wrong = [("ssm-parameter-value-missing", "error", "Names.Properties.Value")]
    for value in ({"Fn::GetAtt": ["Hub", "Id"]}, "rp-0123456789abcdef"):
        identity = parameter("/network/hub/profile-id", value)
        assert findings(Hub=profile, Identity=identity, Names=empty) == wrong


def test_the_name_of_a_service_of_the_template_makes_a_contract() -> None:
    service = {
        "Type": "AWS::EC2::VPCEndpointService",
        "Properties": {"AcceptanceRequired": True, "NetworkLoadBalancerArns": ["*"]},
    }
    name = {"Fn::Sub": "com.amazonaws.vpce.eu-west-1.${Service}"}
    found = findings(
        Service=service,
        Identity=parameter(f"{PREFIX}/service-name", name),
        Ports=parameter(f"{PREFIX}/ports", ""),
    )
    assert ("ssm-parameter-value-missing", "error", "Ports.Properties.Value") in found
