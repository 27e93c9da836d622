"""What a template refers to is defined in it."""

from __future__ import annotations

from typing import Any

import pytest
from tests.checks.stacks import ref, resource, stack, with_resources

from privatelink_constructs import check_template

MISSING, ATTRIBUTE = "reference-missing", "reference-attribute-not-valid"
TYPE = "resource-type-not-valid"


def found(template: dict[str, Any]) -> list[tuple[str, str]]:
    findings = check_template(template, region="eu-west-1", account="111111111111")
    return [(it.rule, it.property_path) for it in findings if it.rule in {MISSING, ATTRIBUTE, TYPE}]


def using(value: object, **sections: Any) -> dict[str, Any]:
    """Return the stack with a value in a property that no check reads."""
    user = resource("AWS::SSM::Parameter", Value=value, Type="String", Name="a")
    return {**with_resources(User=user), **sections}


@pytest.mark.parametrize(
    "value",
    [
        ref("Nowhere"),
        ref("AWS::Regions"),
        {"Fn::GetAtt": ["Nowhere", "Arn"]},
        {"Fn::GetAtt": "Nowhere.Arn"},
        {"Fn::Sub": "a-${Nowhere}"},
        {"Fn::Sub": "a-${Nowhere.Arn}"},
        {"Fn::Sub": ["${Own}-${Nowhere}", {"Own": "a"}]},
        {"Fn::Join": ["", ["a", ref("Nowhere")]]},
        {"Fn::If": ["Nowhere", "a", "b"]},
        {"Fn::FindInMap": ["Nowhere", "a", "b"]},
        {"Fn::Sub": ["${Own}", {"Own": ref("Nowhere")}]},
    ],
)
def test_fails_when_a_name_is_not_defined(value: object) -> None:
    assert found(using(value)) == [(MISSING, "Properties.Value")]


def test_the_place_is_the_item_of_a_list() -> None:
    template = using(["a", {"b": ref("Nowhere")}])
    assert found(template) == [(MISSING, "Properties.Value.1.b")]


@pytest.mark.parametrize("depends", ["Nowhere", ["Vpc", "Nowhere"]])
def test_fails_when_a_dependency_is_not_defined(depends: object) -> None:
    template = using("a")
    template["Resources"]["User"]["DependsOn"] = depends
    assert found(template) == [(MISSING, "DependsOn")]


def test_fails_when_a_condition_is_not_defined() -> None:
    template = using("a")
    template["Resources"]["User"]["Condition"] = "Nowhere"
    assert found(template) == [(MISSING, "Condition")]


def test_the_message_names_what_was_probably_meant() -> None:
    findings = check_template(using(ref("Servic")))
    [message] = [it.message for it in findings if it.rule == MISSING]
    assert message == (
        "The template defines no resource or parameter 'Servic'. The template defines 'Service'."
    )


@pytest.mark.parametrize(
    "value",
    [
        ref("Service"),
        ref("Given"),
        *(ref(f"AWS::{name}") for name in ("Region", "NoValue", "StackName", "URLSuffix")),
        {"Fn::GetAtt": ["Service", "ServiceId"]},
        {"Fn::GetAtt": ["Service", ref("Given")]},
        {"Fn::Sub": "${Service}-${Given}-${AWS::Region}-${!Literal}-${Nlb.DNSName}"},
        {"Fn::Sub": ["${Own}", {"Own": "a"}]},
        {"Fn::Sub": {"a": "b"}},
        {"Fn::If": ["Chosen", "a", "b"]},
        {"Fn::FindInMap": ["Table", "a", "b"]},
        {"Fn::FindInMap": [ref("Given"), "a", "b"]},
        {"Fn::Transform": {"Name": "AWS::Include", "Parameters": {"Location": ref("Nowhere")}}},
        {"Fn::ForEach::Loop": ["Each", ["a"], {"${Each}": ref("Each")}]},
    ],
)
def test_takes_names_that_are_defined(value: object) -> None:
    template = using(
        value,
        Parameters={"Given": {"Type": "String"}},
        Conditions={"Chosen": {"Fn::Equals": [ref("Given"), "a"]}},
        Mappings={"Table": {"a": {"b": "c"}}},
    )
    assert found(template) == []


def test_takes_a_resource_under_a_condition_that_is_false() -> None:
    template = using(ref("Other"), Conditions={"Never": {"Fn::Equals": ["a", "b"]}})
    template["Resources"]["Other"] = {**resource("AWS::SNS::Topic"), "Condition": "Never"}
    assert found(template) == []


@pytest.mark.parametrize(
    ("transform", "expected"),
    [
        ("AWS::Serverless-2016-10-31", []),
        (["AWS::LanguageExtensions", "AWS::Serverless-2016-10-31"], []),
        ("AWS::LanguageExtensions", [(MISSING, "Properties.Value")]),
    ],
)
def test_takes_names_that_a_transform_may_define(
    transform: object, expected: list[tuple[str, str]]
) -> None:
    assert found(using(ref("Nowhere"), Transform=transform)) == expected


def test_takes_names_that_a_loop_or_a_module_may_define() -> None:
    template = using(ref("Nowhere"))
    template["Resources"]["Fn::ForEach::Loop"] = ["Each", ["a"], {"${Each}": {}}]
    assert found(template) == []
    template = using(ref("Nowhere"))
    template["Resources"]["Module"] = resource("My::Own::Thing::MODULE")
    assert found(template) == []


def test_reads_a_value_that_contains_itself() -> None:
    value: list[object] = [ref("Nowhere")]
    value.append(value)
    assert found(using(value)) == [(MISSING, "Properties.Value.0")]


@pytest.mark.parametrize(
    "value",
    [
        {"Fn::GetAtt": ["Service", "ServiceName"]},
        {"Fn::GetAtt": "Nlb.Arn"},
        {"Fn::Sub": "${Targets.FullName}"},
    ],
)
def test_fails_when_a_type_does_not_return_an_attribute(value: object) -> None:
    assert found(using(value)) == [(ATTRIBUTE, "Properties.Value")]


@pytest.mark.parametrize("kind", ["AWS::EC2::VpcEndpoint", "aws::sns::topic", None])
def test_fails_when_a_type_is_not_one(kind: str | None) -> None:
    template = stack()
    template["Resources"]["Other"] = {"Properties": {}, **({"Type": kind} if kind else {})}
    assert found(template) == [(TYPE, "")]


@pytest.mark.parametrize("raw", [{"Type": "AWS::New::Thing"}, {"Type": 1}, {}, None, []])
def test_takes_types_that_may_be_some(raw: object) -> None:
    template = stack()
    template["Resources"]["Other"] = raw
    assert found(template) == []
