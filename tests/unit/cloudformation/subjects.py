"""What the tests of templates share: a property to evaluate, and what it can refer to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

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
