"""What the evaluator makes of intrinsic functions and conditions."""

from __future__ import annotations

import pytest
from tests.unit.cloudformation.subjects import CONDITIONS, PARAMETERS, value_of

MAPPINGS = {"Ports": {"eu-west-1": {"Https": 443, "Names": ["a", "b"]}}}
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
