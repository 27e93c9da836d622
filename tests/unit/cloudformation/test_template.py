"""What a template defines: its resources, and the parameters of a nested stack."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from privatelink_constructs.cloudformation.model import Model
from privatelink_constructs.cloudformation.template import TemplateEnvironment

if TYPE_CHECKING:
    from tests.unit.cloudformation.subjects import Json

    from privatelink_constructs.cloudformation.resource import Value


def test_resources_under_a_condition_that_does_not_hold_are_not_there() -> None:
    template = {
        "Conditions": {"Never": {"Fn::Equals": ["a", "b"]}},
        "Resources": {
            "Gone": {"Type": "A", "Condition": "Never"},
            "There": {"Type": "B", "Properties": {"Value": {"Ref": "Gone"}}},
        },
    }
    model = Model({"": template})
    assert [resource.logical_id for resource in model.resources] == ["There"]
    assert model.resources[0].get("Value").reference is None


def test_macros_of_the_user_hide_everything() -> None:
    model = Model({"": {"Transform": ["Mine"], "Resources": {"A": {"Type": "A"}}}})
    assert model.resources == ()
    assert not model.complete


LOOP: Json = {"Fn::ForEach::A": ["B", ["c"], {}]}


@pytest.mark.parametrize("extra", [LOOP, {"M": {"Type": "My::Own::Thing::MODULE"}}])
def test_loops_and_modules_may_define_more(extra: Json) -> None:
    resources = {"A": {"Type": "A"}, **extra}
    model = Model({"": {"Transform": "AWS::LanguageExtensions", "Resources": resources}})
    assert not model.complete
    assert len(model.of_type("A")) == 1


@pytest.mark.parametrize("kind", ["CommaDelimitedList", "List<AWS::EC2::Subnet::Id>"])
@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("a, b", ["a", "b"]),
        ({"Fn::Join": [",", ["a", "b"]]}, ["a", "b"]),
        ({"Fn::Join": [",", [{"Ref": "Topic"}, "b,c"]]}, ["Topic", "b", "c"]),
        ({"Ref": "Topic"}, ["Topic"]),
    ],
)
def test_nested_stacks_take_lists_as_text(kind: str, given: object, expected: list[str]) -> None:
    items = passed(given, kind).items()
    assert items is not None
    assert [each.text or each.reference.resource.logical_id for each in items] == expected  # pyright: ignore[reportOptionalMemberAccess]


@pytest.mark.parametrize(
    "given",
    [
        {"Fn::Join": [",", ["a", {"Ref": "Unknown"}]]},
        {"Fn::GetAtt": ["Topic", "Names"]},
        ["a", "b"],
    ],
)
def test_nested_stacks_take_lists_that_are_unknown(given: object) -> None:
    assert passed(given, "CommaDelimitedList").items() is None


@pytest.mark.parametrize(
    "kind",
    ["AWS::SSM::Parameter::Value<String>", "AWS::SSM::Parameter::Value<List<AWS::EC2::VPC::Id>>"],
)
def test_nested_stacks_take_names_of_parameters(kind: str) -> None:
    assert passed("/name", kind).unknown


def passed(given: object, kind: str) -> Value:
    """Return what a nested stack makes of what its parent gives."""
    nested = {"TemplateURL": "b.json", "Parameters": {"A": given}}
    parent = {
        "Resources": {
            "Topic": {"Type": "AWS::SNS::Topic"},
            "Nested": {"Type": "AWS::CloudFormation::Stack", "Properties": nested},
        }
    }
    inner = {"Type": "Inner", "Properties": {"Value": {"Ref": "A"}}}
    child = {"Parameters": {"A": {"Type": kind}}, "Resources": {"Inner": inner}}
    return Model({"a.json": parent, "b.json": child}).of_type("Inner")[0].get("Value")


@pytest.mark.parametrize("template", [[], "text", None, {"Resources": []}, {"Resources": {"A": 1}}])
def test_what_is_no_template_is_empty(template: object) -> None:
    model = Model({"": template})
    assert [resource.type for resource in model.resources if resource.type] == []


@pytest.mark.parametrize(
    ("kind", "given", "value"),
    [("String", "a,b", "a,b"), ("Number", "1", "1"), ("List<String>", "a, b", ["a", "b"])],
)
def test_a_parameter_is_what_the_deployment_gives(kind: str, given: str, value: object) -> None:
    template = {"Parameters": {"P": {"Type": kind}}}
    place = TemplateEnvironment(parameters={"P": given, "Other": "x"})
    (found,) = Model({"a": template}, {"a": place}).templates
    assert found.parameter("P") == value


def test_a_nested_stack_is_given_parameters_by_its_parent() -> None:
    nested = {
        "Type": "AWS::CloudFormation::Stack",
        "Properties": {"TemplateURL": "child.json", "Parameters": {"P": "parent"}},
    }
    templates = {
        "parent.json": {"Resources": {"Nested": nested}},
        "child.json": {"Parameters": {"P": {"Type": "String"}}},
    }
    places = dict.fromkeys(templates, TemplateEnvironment(parameters={"P": "given"}))
    child, _ = Model(templates, places).templates
    assert child.parameter("P") == "parent"


def test_macros_have_names() -> None:
    transforms = ["AWS::Serverless-2016-10-31", "Mine", {"Name": "AWS::Include"}, {}]
    (template,) = Model({"a": {"Transform": transforms}}).templates
    assert template.macros == ["Mine", "AWS::Include", "Transform"]
