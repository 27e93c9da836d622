"""Texts of a kilobyte that stand for gigabytes end after a number of steps, on every machine."""

from __future__ import annotations

import time
import tracemalloc
from typing import TYPE_CHECKING, Any

import pytest
from tests.checks.stacks import resource, stack

from privatelink_constructs import TemplateEnvironment, check_template, check_templates
from privatelink_constructs.checks.report import report_on
from privatelink_constructs.cloudformation.loading import as_source
from privatelink_constructs.cloudformation.model import Model

if TYPE_CHECKING:
    from collections.abc import Callable

Json = dict[str, Any]
STACK_ID = {"Ref": "AWS::StackId"}


def nested_sub(levels: int, uses: int, inner: object) -> object:
    for _ in range(levels):
        inner = {"Fn::Sub": ["${A}" * uses, {"A": inner}]}
    return inner


def with_value(value: object, **sections: object) -> Json:
    service = resource("AWS::EC2::VPCEndpointService", NetworkLoadBalancerArns=[value])
    return {"Resources": {"Service": service}, **sections}


def maps() -> Json:
    found: Json = {"M0": {"a": {"a": ["x"]}}}
    for level in range(1, 7):
        before = {"Fn::FindInMap": [f"M{level - 1}", "a", "a"]}
        found[f"M{level}"] = {"a": {"a": [before] * 10}}
    return with_value({"Fn::FindInMap": ["M6", "a", "a"]}, Mappings=found)


def aliases() -> Json:
    lines = ["L0: &l0 [x, x, x, x, x, x, x, x, x]"]
    for level in range(1, 10):
        uses = ", ".join([f"*l{level - 1}"] * 9)
        lines.append(f"L{level}: &l{level} [{uses}]")
    lines.append("Resources: {S: {Type: AWS::EC2::VPCEndpointService, Properties: {Tags: *l9}}}")
    return as_source("a.yaml", "\n".join(lines)).template


def conditions() -> Json:
    lines = ["Conditions:", "  C0: &c0 {'Fn::Equals': [{Ref: 'AWS::StackId'}, b]}"]
    for level in range(1, 19):
        uses = ", ".join([f"*c{level - 1}"] * 4)
        lines.append(f"  C{level}: &c{level} {{'Fn::And': [{uses}]}}")
    lines.append("Resources: {S: {Type: AWS::EC2::VPCEndpointService, Condition: C18}}")
    return as_source("a.yaml", "\n".join(lines)).template


def text_parameter(text: str, value: object) -> Json:
    return with_value(value, Parameters={"P": {"Type": "String", "AllowedValues": [text]}})


def exports(first: object, step: Callable[[object], object]) -> Json:
    """Return outputs each of which uses the one before twice, as if it were another stack's."""
    outputs: Json = {"O0": {"Value": first, "Export": {"Name": "e0"}}}
    for level in range(1, 50):
        value = step({"Fn::ImportValue": f"e{level - 1}"})
        outputs[f"O{level}"] = {"Value": value, "Export": {"Name": f"e{level}"}}
    return with_value({"Fn::ImportValue": "e49"}, Outputs=outputs)


HOSTILE: dict[str, Callable[[], Json]] = {
    "sub of a text": lambda: with_value(nested_sub(24, 2, "x")),
    "wide sub": lambda: with_value(nested_sub(7, 10, "x")),
    "sub of a gap": lambda: with_value(nested_sub(24, 2, STACK_ID)),
    "mappings": maps,
    "aliases": aliases,
    "conditions": conditions,
    "join of a parameter": lambda: text_parameter(
        "y" * 900_000, {"Fn::Join": ["", [{"Ref": "P"}] * 1500]}
    ),
    "delimiter": lambda: with_value({"Fn::Join": ["y" * 900_000, ["a"] * 1500]}),
    "split": lambda: text_parameter("a" * 3_000_000, {"Fn::Split": ["a", {"Ref": "P"}]}),
    "exported texts": lambda: exports("abc", lambda it: {"Fn::Join": [",", [it, it]]}),
    "exported gaps": lambda: exports(STACK_ID, lambda it: {"Fn::Join": [",", [it, it]]}),
    "exported lists": lambda: exports(["a"], lambda it: [it, it]),
    "exported mappings": lambda: exports({"a": "b"}, lambda it: {"a": it, "b": it}),
    "exported choices": lambda: exports(STACK_ID, lambda it: {"Fn::If": ["X", it, [it]]}),
    "exported expressions": lambda: exports(STACK_ID, lambda it: {"Fn::Cidr": [it, it]}),
}


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_hostile_templates_end(name: str) -> None:
    template = HOSTILE[name]()
    start = time.process_time()
    report = report_on({"a": template, "b": stack()}, {})
    assert report.exhausted == ["a"]
    # About half a second alone; nobody else's work counts.
    assert time.process_time() - start < 10


def test_hostile_templates_take_little_memory() -> None:
    template = HOSTILE["join of a parameter"]()
    tracemalloc.start()
    report_on({"a": template}, {})
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 50_000_000


def test_long_chains_end() -> None:
    count = 3000
    conditions = {
        f"C{number}": {"Fn::Not": [{"Condition": f"C{number + 1}"}]} for number in range(count)
    }
    parameters = {
        f"P{number}": {"Type": "String", "AllowedValues": [{"Ref": f"P{number + 1}"}]}
        for number in range(count)
    }
    template = with_value({"Ref": "P0"}, Conditions=conditions, Parameters=parameters)
    template["Resources"]["Service"]["Condition"] = "C0"
    assert report_on({"a": template}, {}).exhausted == []


def test_a_template_that_is_too_much_is_not_complete() -> None:
    template = with_value(nested_sub(24, 2, "x"))
    template["Resources"]["Other"] = resource("AWS::EC2::VPCEndpointService")
    found = report_on({"a": template}, {"a": TemplateEnvironment(region="eu-west-1")}).findings
    assert "permissions-missing" not in {finding.rule for finding in found}


def test_the_largest_template_of_cloudformation_is_evaluated() -> None:
    properties = {
        f"P{number}": {"Fn::Sub": "arn:${AWS::Partition}:x:${AWS::Region}:a" + "b" * 20}
        for number in range(50)
    }
    resources = {f"R{number}": resource("Custom::X", **properties) for number in range(500)}
    model = Model({"a": {"Resources": resources}})
    for each in model.resources:
        each.get()
    (template,) = model.templates
    assert not template.exhausted
    assert template.complete


def test_warns_when_a_template_is_too_much_to_evaluate() -> None:
    too_much = with_value(nested_sub(20, 20, STACK_ID))
    with pytest.warns(UserWarning, match=r"the template is too much to evaluate"):
        check_template(too_much)
    with pytest.warns(UserWarning, match=r"b\.json is too much to evaluate") as warned:
        check_templates({"a.json": stack(), "b.json": too_much})
    assert len(warned) == 1
