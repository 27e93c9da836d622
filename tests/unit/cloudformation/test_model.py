"""How the model follows values across stacks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from privatelink_constructs.cloudformation.model import Model
from privatelink_constructs.cloudformation.template import TemplateEnvironment

if TYPE_CHECKING:
    from tests.unit.cloudformation.subjects import Json

    from privatelink_constructs.cloudformation.resource import Value


def producer(**export: object) -> Json:
    return {
        "Resources": {"Topic": {"Type": "AWS::SNS::Topic"}, "Other": {"Type": "AWS::SNS::Topic"}},
        "Outputs": {
            "Arn": {"Value": {"Ref": "Topic"}, **export},
            "Names": {
                "Value": {"Fn::Join": ["||", [{"Ref": "Topic"}, {"Ref": "Other"}]]},
                "Export": {"Name": "names"},
            },
            "Entries": {
                "Value": {"Fn::Join": ["||", {"Fn::GetAtt": ["Other", "DnsEntries"]}]},
                "Export": {"Name": "entries"},
            },
        },
    }


def consumer(raw: object) -> Json:
    return {"Resources": {"Subject": {"Type": "Subject", "Properties": {"Value": raw}}}}


def two_stacks(
    raw: object,
    first: Json | None = None,
    environments: dict[str, TemplateEnvironment] | None = None,
) -> Model:
    templates = {
        "first.template.json": first or producer(Export={"Name": "arn"}),
        "second.json": consumer(raw),
    }
    return Model(templates, environments)


def across(
    raw: object,
    first: Json | None = None,
    environments: dict[str, TemplateEnvironment] | None = None,
) -> Value:
    return two_stacks(raw, first, environments).of_type("Subject")[0].get("Value")


def test_imports_are_followed() -> None:
    target = across({"Fn::ImportValue": "arn"}).target("AWS::SNS::Topic")
    assert target is not None
    assert target.template.name == "first.template.json"


def test_lists_are_followed_across_stacks() -> None:
    value = across({"Fn::Split": ["||", {"Fn::ImportValue": "names"}]})
    targets = [item.target() for item in value.each()]
    assert [target.logical_id for target in targets if target] == ["Topic", "Other"]


def test_attribute_lists_are_followed_across_stacks() -> None:
    value = across({"Fn::Select": [0, {"Fn::Split": ["||", {"Fn::ImportValue": "entries"}]}]})
    (reference,) = value.references()
    assert reference.attribute == "DnsEntries"


@pytest.mark.parametrize(
    "place", [TemplateEnvironment(region="us-east-1"), TemplateEnvironment(account="2" * 12)]
)
def test_exports_of_another_environment_are_others(place: TemplateEnvironment) -> None:
    home = TemplateEnvironment(region="eu-west-1", account="1" * 12)
    environments = {"first.template.json": home, "second.json": place}
    assert across({"Fn::ImportValue": "arn"}, environments=environments).unknown


def test_stack_outputs_are_followed() -> None:
    raw = {"Fn::GetStackOutput": {"StackName": "first", "OutputName": "Arn"}}
    assert across(raw).target("AWS::SNS::Topic") is not None


def test_stack_outputs_of_another_region_are_others() -> None:
    raw = {"Fn::GetStackOutput": {"StackName": "first", "OutputName": "Arn", "Region": "us-east-1"}}
    environments = {"first.template.json": TemplateEnvironment(region="eu-west-1")}
    assert across(raw, environments=environments).unknown


def test_exports_across_regions_are_followed() -> None:
    first = producer()
    exports = {"/cdk/exports/Second/Arn": {"Ref": "Topic"}}
    first["Resources"]["Writer"] = {
        "Type": "Custom::CrossRegionExportWriter",
        "Properties": {"WriterProps": {"exports": exports}},
    }
    second = consumer({"Fn::GetAtt": ["Reader", "/cdk/exports/Second/Arn"]})
    second["Resources"]["Reader"] = {"Type": "Custom::CrossRegionExportReader"}
    second["Resources"]["Subject"]["Properties"]["Lost"] = {
        "Fn::GetAtt": ["Reader", "/cdk/exports/Second/Lost"]
    }
    model = Model({"a": first, "b": second})
    subject = model.of_type("Subject")[0]
    assert subject.get("Value").target("AWS::SNS::Topic") is not None
    assert subject.get("Lost").target() is None
    assert model.exported_or_passed(model.of_type("AWS::SNS::Topic")[1])


def test_what_goes_to_another_region_is_not_handed_out() -> None:
    writer = {"Type": "Custom::CrossRegionExportWriter", "Properties": {"Arn": {"Ref": "Topic"}}}
    resources = {"Topic": {"Type": "AWS::SNS::Topic"}, "Writer": writer}
    model = Model({"": {"Resources": resources}})
    assert not model.handed_out(model.of_type("AWS::SNS::Topic")[0])


def nested(**stack: object) -> Model:
    parent = {
        "Resources": {
            "Topic": {"Type": "AWS::SNS::Topic"},
            "Nested": {"Type": "AWS::CloudFormation::Stack", **stack},
            "Subject": {
                "Type": "Subject",
                "Properties": {"Value": {"Fn::GetAtt": ["Nested", "Outputs.Queue"]}},
            },
        }
    }
    child = {
        "Parameters": {"Topic": {"Type": "String"}, "Other": {"Type": "String"}},
        "Resources": {
            "Queue": {"Type": "AWS::SQS::Queue"},
            "Inner": {
                "Type": "Inner",
                "Properties": {"Topic": {"Ref": "Topic"}, "Other": {"Ref": "Other"}},
            },
        },
        "Outputs": {"Queue": {"Value": {"Ref": "Queue"}}},
    }
    return Model({"out/parent.json": parent, "out/child.json": child})


PARAMETER = {"Parameters": {"Topic": {"Ref": "Topic"}}}


@pytest.mark.parametrize(
    "stack",
    [
        {"Properties": PARAMETER, "Metadata": {"aws:asset:path": "child.json"}},
        {"Properties": {"TemplateURL": "./child.json", **PARAMETER}},
    ],
)
def test_nested_stacks_are_followed_both_ways(stack: Json) -> None:
    model = nested(**stack)
    inner = model.of_type("Inner")[0]
    assert inner.get("Topic").target("AWS::SNS::Topic") is not None
    assert inner.get("Other").unknown
    assert model.of_type("Subject")[0].get("Value").target("AWS::SQS::Queue") is not None
    assert not model.handed_out(model.of_type("AWS::SNS::Topic")[0])


def test_nested_stacks_elsewhere_are_unknown() -> None:
    model = nested(Properties={"TemplateURL": "https://bucket/other.json", **PARAMETER})
    assert model.of_type("Inner")[0].get("Topic").unknown
    assert model.of_type("Subject")[0].get("Value").target() is None
    assert model.handed_out(model.of_type("AWS::SNS::Topic")[0])


@pytest.mark.parametrize("url", ["a.json", "b.json"])
def test_stacks_nested_in_each_other_end(url: str) -> None:
    first, second = nesting("b.json"), nesting(url)
    model = Model({"a.json": first, "b.json": second})
    assert model.templates[0].outputs["A"] is not None
    assert model.templates[0].parameter("A") is not None


def nesting(url: str) -> Json:
    return {
        "Parameters": {"A": {"Type": "String"}},
        "Resources": {
            "Self": {
                "Type": "AWS::CloudFormation::Stack",
                "Properties": {"TemplateURL": url, "Parameters": {"A": {"Ref": "A"}}},
            },
        },
        "Outputs": {"A": {"Value": {"Fn::GetAtt": ["Self", "Outputs.A"]}}},
    }


@pytest.mark.parametrize(("name", "handed_out"), [("arn", False), ("other", True)])
def test_outputs_that_the_app_reads_are_not_handed_out(name: str, *, handed_out: bool) -> None:
    first = producer(Export={"Name": "arn"})
    first["Outputs"] = {"Arn": first["Outputs"]["Arn"]}
    model = two_stacks({"Fn::ImportValue": name}, first)
    topic = model.templates[0].resources["Topic"]
    assert model.handed_out(topic) is handed_out
    assert model.exported_or_passed(topic) is handed_out


def test_names_of_exports_may_hold_pseudo_parameters() -> None:
    first = producer(Export={"Name": {"Fn::Sub": "${AWS::Region}-arn"}})
    places = {
        name: TemplateEnvironment(region="eu-west-1")
        for name in ("first.template.json", "second.json")
    }
    assert across({"Fn::ImportValue": "eu-west-1-arn"}, first, places).target() is not None


def test_exports_of_one_name_are_not_distinguished() -> None:
    model = Model(
        {
            "a": producer(Export={"Name": "arn"}),
            "b": producer(Export={"Name": "arn"}),
            "c": consumer({"Fn::ImportValue": "arn"}),
        }
    )
    assert model.of_type("Subject")[0].get("Value").unknown


def test_exports_named_after_imports_are_not_followed() -> None:
    first = producer(Export={"Name": {"Fn::ImportValue": "arn"}})
    assert across({"Fn::ImportValue": "arn"}, first).unknown


def stack_with(url: str) -> Json:
    return {
        "Resources": {
            "Nested": {
                "Type": "AWS::CloudFormation::Stack",
                "Properties": {"TemplateURL": url},
            }
        }
    }


def test_a_nested_stack_is_found_by_its_path() -> None:
    templates: dict[str, Json] = {
        "one/parent.json": stack_with("./nested/child.json"),
        "two/parent.json": stack_with("https://bucket/child.json"),
        "one/nested/child.json": {"Resources": {}},
        "two/nested/child.json": {"Resources": {}},
    }
    model = Model(templates)
    named = {template.name: template for template in model.templates}
    one, two = (named[f"{folder}/parent.json"].resources["Nested"] for folder in ("one", "two"))
    assert model.child_of(one) is named["one/nested/child.json"]
    assert model.child_of(two) is None


def importing() -> Json:
    properties = {"P": {"Fn::ImportValue": "e"}}
    return {"Resources": {"R": {"Type": "X", "Properties": properties}}}


def test_templates_are_connected_by_what_they_exchange() -> None:
    exporter: Json = {"Outputs": {"O": {"Value": "x", "Export": {"Name": "e"}}}}
    templates: dict[str, Json] = {
        "a.json": exporter,
        "b.json": importing(),
        "c.json": {"Transform": "Mine", **importing()},
        "d.json": stack_with("e.json"),
        "e.json": {"Resources": {}},
        "f.json": {"Resources": {}},
    }
    groups = [sorted(it.name for it in group) for group in Model(templates).connected]
    assert sorted(groups) == [["a.json", "b.json", "c.json"], ["d.json", "e.json"], ["f.json"]]


def test_an_export_next_to_the_importer_comes_first() -> None:
    def exporting(value: str) -> Json:
        return {"Outputs": {"O": {"Value": value, "Export": {"Name": "e"}}}}

    templates = {
        "dev/a.json": exporting("dev"),
        "dev/b.json": importing(),
        "prod/a.json": exporting("prod"),
        "elsewhere.json": importing(),
    }
    (near, far) = sorted(Model(templates).of_type("X"), key=lambda it: it.template_name)
    assert near.get("P").text == "dev"
    assert far.get("P").text is None
