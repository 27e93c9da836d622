"""What the model makes of intrinsic functions, conditions and several stacks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from privatelink_constructs.cloudformation.content import UNKNOWN, Expression, Text, join, key_of
from privatelink_constructs.cloudformation.model import Model
from privatelink_constructs.cloudformation.template import TemplateEnvironment

if TYPE_CHECKING:
    from privatelink_constructs.cloudformation.resource import Value

Json = dict[str, Any]


def value_of(raw: object, region: str | None = None, **sections: object) -> Value:
    """Return a property of a resource called Subject, evaluated."""
    subject = {"Type": "Custom::Subject", "Properties": {"Value": raw}}
    other = {"Type": "AWS::SNS::Topic"}
    template = {"Resources": {"Subject": subject, "Other": other}, **sections}
    places = {
        "a.json": TemplateEnvironment(region=region, account="111111111111" if region else None)
    }
    return Model({"a.json": template}, places).templates[0].resources["Subject"].get("Value")


MAPPINGS = {"Ports": {"eu-west-1": {"Https": 443, "Names": ["a", "b"]}}}
PARAMETERS = {
    "Fixed": {"Type": "String", "AllowedValues": ["only"]},
    "Free": {"Type": "String", "Default": "default"},
    "Choice": {"Type": "String", "AllowedValues": ["a", "b"]},
    "Parameter": {"Type": "AWS::SSM::Parameter::Value<String>", "AllowedValues": ["/name"]},
    "Broken": "text",
}
CONDITIONS: Json = {
    "Yes": {"Fn::Equals": [{"Ref": "Fixed"}, "only"]},
    "No": {"Fn::Not": [{"Condition": "Yes"}]},
    "Maybe": {"Fn::Equals": [{"Ref": "Free"}, "x"]},
    "Same": {"Fn::Equals": [{"Ref": "Free"}, {"Ref": "Free"}]},
    "And": {"Fn::And": [{"Condition": "Yes"}, {"Condition": "No"}]},
    "AndMaybe": {"Fn::And": [{"Condition": "Yes"}, {"Condition": "Maybe"}]},
    "Or": {"Fn::Or": [{"Condition": "Maybe"}, {"Condition": "Yes"}]},
    "OrNot": {"Fn::Or": [{"Condition": "No"}, {"Condition": "No"}]},
    "NotMaybe": {"Fn::Not": [{"Condition": "Maybe"}]},
    "Cycle": {"Condition": "Cycle"},
    "Text": "text",
    "Odd": {"Fn::Odd": ["a"]},
    "OddEquals": {"Fn::Equals": ["a"]},
    "OddName": {"Condition": ["Yes"]},
    "Empty": {"Fn::And": []},
}


EVALUATED: list[tuple[object, object]] = [
    ("text", "text"),
    (443, 443),
    (None, None),
    ({"Ref": "AWS::NoValue"}, None),
    ({"Ref": "AWS::Region"}, "eu-west-1"),
    ({"Ref": "AWS::AccountId"}, "111111111111"),
    ({"Ref": "Fixed"}, "only"),
    ({"Fn::Sub": "${AWS::Partition}.${AWS::URLSuffix}"}, "aws.amazonaws.com"),
    ({"Fn::Sub": ["${a}-${!b}-${ Fixed }", {"a": 1}]}, "1-${b}-only"),
    ({"Fn::Join": ["-", ["a", {"Ref": "AWS::NoValue"}, 1, True]]}, "a-1-true"),
    ({"Fn::Join": ["", []]}, ""),
    ({"Fn::Split": [",", "a,b"]}, ["a", "b"]),
    ({"Fn::Select": ["1", {"Fn::Split": [",", "a,b"]}]}, "b"),
    ({"Fn::Select": [0, [{"Ref": "AWS::NoValue"}, "a"]]}, "a"),
    ({"Fn::FindInMap": ["Ports", {"Ref": "AWS::Region"}, "Https"]}, 443),
    ({"Fn::FindInMap": ["Ports", "eu-west-1", "Names"]}, ["a", "b"]),
    ({"Fn::Length": ["a", {"Ref": "AWS::NoValue"}]}, 1),
    ({"Fn::If": ["Yes", "a", "b"]}, "a"),
    ({"Fn::If": ["No", "a", "b"]}, "b"),
    ({"Fn::If": ["Maybe", "a", "a"]}, "a"),
    ({"Fn::If": ["Same", "a", "b"]}, "a"),
    ({"Fn::If": ["And", "a", "b"]}, "b"),
    ({"Fn::If": ["Or", "a", "b"]}, "a"),
    ({"Fn::If": ["OrNot", "a", "b"]}, "b"),
    ({"a": {"Ref": "Fixed"}, "b": [1]}, {"a": "only", "b": [1]}),
    (("a", "b"), ["a", "b"]),
]


@pytest.mark.parametrize(("raw", "expected"), EVALUATED)
def test_evaluates(raw: object, expected: object) -> None:
    value = value_of(
        raw, "eu-west-1", Mappings=MAPPINGS, Parameters=PARAMETERS, Conditions=CONDITIONS
    )
    assert value.content == expected


@pytest.mark.parametrize(
    "raw",
    [
        {"Ref": "Free"},
        {"Ref": "Choice"},
        {"Ref": "Parameter"},
        {"Ref": "Broken"},
        {"Ref": "Nowhere"},
        {"Ref": ["Fixed"]},
        {"Ref": "AWS::StackName"},
        {"Fn::GetAtt": "Nowhere.Arn"},
        {"Fn::GetAtt": ["Nowhere"]},
        {"Fn::GetAtt": ["Subject", {"Ref": "Free"}]},
        {"Fn::GetAtt": [1, "Arn"]},
        {"Fn::If": ["Maybe", "a", "b"]},
        {"Fn::If": ["AndMaybe", "a", "b"]},
        {"Fn::If": ["NotMaybe", "a", "b"]},
        {"Fn::If": ["Cycle", "a", "b"]},
        {"Fn::If": ["Text", "a", "b"]},
        {"Fn::If": ["Odd", "a", "b"]},
        {"Fn::If": ["OddEquals", "a", "b"]},
        {"Fn::If": ["OddName", "a", "b"]},
        {"Fn::If": ["Empty", "a", "b"]},
        {"Fn::If": ["Nowhere", "a", "b"]},
        {"Fn::If": [1, "a", "b"]},
        {"Fn::If": ["Yes"]},
        {"Fn::Join": ["", {"Ref": "Free"}]},
        {"Fn::Join": ["", ["a", {"Ref": "Free"}]]},
        {"Fn::Join": ["", ["a", ["b"]]]},
        {"Fn::Join": [["a"], ["b"]]},
        {"Fn::Join": "a"},
        {"Fn::Split": ["", "a"]},
        {"Fn::Split": [",", {"Ref": "Free"}]},
        {"Fn::Split": [",", {"Fn::Join": ["|", {"Ref": "Free"}]}]},
        {"Fn::Split": "a"},
        {"Fn::Select": [5, ["a"]]},
        {"Fn::Select": [{"Ref": "Free"}, ["a"]]},
        {"Fn::Select": [0, {"Ref": "Free"}]},
        {"Fn::Select": [1, [{"Fn::If": ["Maybe", "a", "b"]}, "c"]]},
        {"Fn::Select": 0},
        {"Fn::FindInMap": ["Ports", "nowhere", "Https"]},
        {"Fn::FindInMap": ["Ports", {"Ref": "Free"}, "Https"]},
        {"Fn::FindInMap": "Ports"},
        {"Fn::Length": {"Ref": "Free"}},
        {"Fn::Length": [{"Fn::If": ["Maybe", "a", "b"]}]},
        {"Fn::Sub": "a-${Free}"},
        {"Fn::Sub": {"a": "b"}},
        {"Fn::ImportValue": "nowhere"},
        {"Fn::GetStackOutput": {"StackName": "s", "OutputName": "o"}},
        {"Fn::GetStackOutput": {"StackName": {"Ref": "Free"}, "OutputName": "o"}},
        {"Fn::GetStackOutput": "text"},
        {"Fn::Transform": {"Name": "AWS::Include"}, "a": 1},
        {"Fn::Base64": "a"},
        {"Fn::Sub": "{{resolve:ssm:/${AWS::Region}}}"},
        "{{resolve:ssm:/name}}",
        object(),
    ],
)
def test_leaves_what_cannot_be_known(raw: object) -> None:
    value = value_of(
        raw, "eu-west-1", Mappings=MAPPINGS, Parameters=PARAMETERS, Conditions=CONDITIONS
    )
    assert value.unknown
    assert (value.text, value.number, value.boolean) == (None, None, None)
    # A string with gaps stands for a list of one.
    assert [item.content for item in value.each()] in ([], [value.content])


@pytest.mark.parametrize(
    "raw",
    [
        {"Fn::Join": ["", ["{{resolve:ssm:", "/name}}"]]},
        {"Fn::Sub": "{{resolve:ssm:/${AWS::Region}}}"},
        {"Fn::Sub": "arn:aws:iam::{{resolve:ssm:/${Free}}}:root"},
    ],
)
def test_leaves_dynamic_references(raw: object) -> None:
    value = value_of(raw, Parameters=PARAMETERS)
    assert value.unknown
    assert value.sample is None


def test_leaves_properties_that_a_macro_adds_to() -> None:
    subject = {"Type": "Subject", "Properties": {"A": 1}, "Fn::Transform": {"Name": "AWS::Include"}}
    model = Model({"a.json": {"Resources": {"Subject": subject}}})
    assert model.of_type("Subject")[0].get("B").unknown


def test_leaves_what_is_too_deep() -> None:
    raw: object = "bottom"
    for _ in range(500):
        raw = {"Fn::Join": ["", [raw]]}
    assert value_of(raw).unknown


def test_leaves_conditions_that_are_too_deep() -> None:
    condition: object = {"Fn::Equals": ["a", "a"]}
    for _ in range(500):
        condition = {"Fn::Not": [condition]}
    assert value_of({"Fn::If": ["Deep", 1, 2]}, Conditions={"Deep": condition}).unknown


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"Ref": "Free"}, {"Fn::Sub": "${Free}"}),
        ({"Ref": "Other"}, {"Fn::GetAtt": ["Other", "TopicArn"]}),
        ({"Fn::GetAZs": ""}, {"Fn::GetAZs": {"Ref": "AWS::Region"}}),
        ({"Fn::Select": [0, {"Fn::GetAZs": ""}]}, {"Fn::Select": ["0", {"Fn::GetAZs": ""}]}),
        ("443", 443),
        (True, "true"),
        (["a"], {"Fn::Split": [",", "a"]}),
        ({"a": 1}, {"a": "1"}),
    ],
)
def test_equal_values_have_one_key(one: object, other: object) -> None:
    value = value_of({"One": one, "Other": other})
    assert value.get("One").key == value.get("Other").key is not None


@pytest.mark.parametrize(
    "raw",
    [{"Fn::If": ["Maybe", 1, 2]}, [{"Fn::If": ["Maybe", 1, 2]}], {"a": {"Fn::Sub": []}}, None],
)
def test_values_that_may_differ_have_no_key(raw: object) -> None:
    assert value_of(raw, Conditions=CONDITIONS, Parameters=PARAMETERS).key is None


def test_availability_zones_of_another_region_are_others() -> None:
    value = value_of({"One": {"Fn::GetAZs": ""}, "Other": {"Fn::GetAZs": "us-east-1"}})
    assert value.get("One").key != value.get("Other").key


def test_samples_stand_for_pseudo_parameters() -> None:
    value = value_of({"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:root"})
    assert value.sample == "arn:aws:iam::111122223333:root"


def test_samples_know_the_partition() -> None:
    value = value_of({"Fn::Sub": "${AWS::StackName}"}, "cn-north-1")
    assert value.sample is None


def test_samples_of_references_are_not_known() -> None:
    assert value_of({"Fn::Sub": "${Other}-${AWS::Region}"}).sample is None


def test_samples_without_a_region_are_of_the_first_partition() -> None:
    value = value_of({"Fn::Sub": "${AWS::URLSuffix}-${AWS::Region}"}, None)
    assert value.sample == "amazonaws.com-us-east-1"


def test_samples_with_no_regions_name() -> None:
    value = value_of({"Fn::Sub": "${AWS::URLSuffix}-${AWS::Partition}"}, "nowhere")
    assert value.sample == "amazonaws.com-aws"


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("443", 443),
        (443.0, 443),
        ("0.5", 0.5),
        (True, None),
        ("", None),
        ("4 43", None),
        (10**30, None),
        (float("nan"), None),
        ("9" * 40, None),
        (["443"], None),
    ],
)
def test_numbers_are_numbers_or_text(raw: object, expected: float | None) -> None:
    assert value_of(raw).number == expected


@pytest.mark.parametrize(
    ("raw", "expected"), [(True, True), ("False", False), ("yes", None), (1, None)]
)
def test_booleans_are_booleans_or_text(raw: object, expected: bool | None) -> None:  # noqa: FBT001
    assert value_of(raw).boolean is expected


def test_references_name_their_target() -> None:
    value = value_of({"Ref": "Other"})
    target = value.target("AWS::SNS::Topic")
    assert target is not None
    assert target.logical_id == "Other"
    assert value.target("AWS::SQS::Queue") is None


def test_attributes_are_no_target() -> None:
    value = value_of({"Fn::GetAtt": ["Other", "TopicName"]})
    assert value.target() is None
    assert value.reference is not None


def test_items_know_their_place() -> None:
    items = value_of(["a", {"Ref": "AWS::NoValue"}, "b"]).each()
    assert [(item.path, item.text) for item in items] == [
        ("Properties.Value.0", "a"),
        ("Properties.Value.2", "b"),
    ]


def test_a_single_text_is_a_list_of_one() -> None:
    assert [item.path for item in value_of("a").each()] == ["Properties.Value"]


def test_an_absent_list_has_no_items() -> None:
    assert value_of(None).items() == []


def test_keys_leave_out_what_is_absent() -> None:
    assert value_of({"a": 1, "b": {"Ref": "AWS::NoValue"}}).keys() == ["a"]
    assert value_of(None).keys() == []
    assert value_of("text").keys() is None


def test_what_is_within_something_else_is_unknown() -> None:
    assert value_of("text").get("a").unknown
    assert value_of(None).get("a", "b").absent


def test_attributes_are_found_in_any_order() -> None:
    value = value_of([{"Value": 2, "Key": "b"}, {"Key": "a", "Value": 1}])
    assert value.attribute("a").number == 1
    assert value.attribute("c").absent


@pytest.mark.parametrize("raw", [{"Ref": "Free"}, [{"Key": {"Ref": "Free"}, "Value": 1}]])
def test_attributes_that_are_not_known_are_not_absent(raw: object) -> None:
    assert value_of(raw).attribute("a").unknown


def test_joined_text_keeps_its_gaps() -> None:
    gap = Expression("Ref", ("A",), "<A>")
    content = join(["a", join(["b", gap]), "c", ""])
    assert isinstance(content, Text)
    assert content.parts == ("ab", gap, "c")
    assert key_of(content) == "ab,<A>,c"
    assert join([gap]) is gap
    assert join([["a"]]) is UNKNOWN


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


def test_exports_of_one_name_are_not_told_apart() -> None:
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


@pytest.mark.parametrize("template", [[], "text", None, {"Resources": []}, {"Resources": {"A": 1}}])
def test_what_is_no_template_is_empty(template: object) -> None:
    model = Model({"": template})
    assert [resource.type for resource in model.resources if resource.type] == []


def test_resources_show_what_they_are() -> None:
    assert "AWS::SNS::Topic, 'Other'" in repr(value_of({"Ref": "Other"}).target())
