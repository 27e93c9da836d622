"""How values are joined, and when two values have one key."""

from __future__ import annotations

import pytest
from tests.unit.cloudformation.subjects import CONDITIONS, PARAMETERS, value_of

from privatelink_constructs.cloudformation.content import UNKNOWN, Expression, Text, join, key_of


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


def test_joined_text_keeps_its_gaps() -> None:
    gap = Expression("Ref", ("A",), "<A>")
    content = join(["a", join(["b", gap]), "c", ""])
    assert isinstance(content, Text)
    assert content.parts == ("ab", gap, "c")
    assert key_of(content) == "ab,<A>,c"
    assert join([gap]) is gap
    assert join([["a"]]) is UNKNOWN
