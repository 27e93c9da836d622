"""What a resource and the values of its properties say of themselves."""

from __future__ import annotations

import pytest
from tests.unit.cloudformation.subjects import value_of

from privatelink_constructs.cloudformation.model import Model


def test_leaves_properties_that_a_macro_adds_to() -> None:
    subject = {"Type": "Subject", "Properties": {"A": 1}, "Fn::Transform": {"Name": "AWS::Include"}}
    model = Model({"a.json": {"Resources": {"Subject": subject}}})
    assert model.of_type("Subject")[0].get("B").unknown


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


def test_resources_show_what_they_are() -> None:
    assert "AWS::SNS::Topic, 'Other'" in repr(value_of({"Ref": "Other"}).target())
