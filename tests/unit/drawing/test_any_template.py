"""Whatever is in a template, its drawing is valid in each language."""

from __future__ import annotations

import copy
from typing import Any
from xml.etree import ElementTree as ET

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.checks.estates import estate
from tests.checks.stacks import changed, resource
from tests.checks.test_properties import NAMES, TYPES, values
from tests.support.drawing_parsers import parsed
from tests.unit.drawing.scenes import finding, provider
from tests.unit.drawing.test_names_in_drawings import hub, named

from privatelink_constructs import DrawingFormat, Severity, draw

DRAWN = [
    *TYPES,
    "AWS::AutoScaling::AutoScalingGroup",
    "AWS::EC2::Instance",
    "AWS::ECS::Service",
    "AWS::RAM::ResourceShare",
    "AWS::Route53Profiles::Profile",
    "AWS::Route53Profiles::ProfileAssociation",
    "AWS::Route53Profiles::ProfileResourceAssociation",
]
SCENES = [estate(), provider(), hub(), named()]
texts = st.text(max_size=12) | st.sampled_from(
    ['"', "]]", "<br/>", "%%{init}%%", "end", "`", "\\", "#35;", "subgraph", "-->", "&amp;", "1. x"]
)
relaxed = settings(
    max_examples=120,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def must_be_valid(templates: dict[str, Any]) -> None:
    """Fail unless all drawings are valid, and the same twice."""
    findings = [
        finding(name, severity, template)
        for template, content in templates.items()
        for name, severity in zip(content["Resources"], [*Severity] * 3, strict=False)
    ]
    written = {form: draw(templates, format=form, findings=findings) for form in DrawingFormat}
    mermaid = parsed(written[DrawingFormat.MERMAID])
    assert "error" not in mermaid, (mermaid, written[DrawingFormat.MERMAID])
    dot = parsed(written[DrawingFormat.DOT], "dot")
    assert "error" not in dot, (dot, written[DrawingFormat.DOT])
    assert len(mermaid["nodes"]) == len(dot["nodes"])
    assert len(mermaid["edges"]) == dot["edges"]
    root = ET.fromstring(written[DrawingFormat.SVG])  # noqa: S314 - our own
    cards = [it for it in root.iter() if it.get("class", "").startswith("card ")]
    assert len(cards) >= len(mermaid["nodes"]) - 1
    assert written == {
        form: draw(templates, format=form, findings=findings) for form in DrawingFormat
    }


@relaxed
@given(
    st.dictionaries(
        texts,
        st.fixed_dictionaries(
            {"Type": st.sampled_from(DRAWN)},
            optional={"Properties": values, "Metadata": values, "Condition": values},
        )
        | values,
        max_size=6,
    ),
    st.fixed_dictionaries(
        {},
        optional={
            "Conditions": st.dictionaries(st.sampled_from(NAMES), values),
            "Outputs": st.dictionaries(st.sampled_from(NAMES), values),
            "Parameters": st.dictionaries(st.sampled_from(NAMES), values),
        },
    ),
)
def test_any_resources_can_be_drawn(resources: dict[str, Any], sections: dict[str, Any]) -> None:
    template = {"Resources": resources, **sections}
    must_be_valid({"a": template, "b": template})


@relaxed
@given(st.data())
def test_any_value_can_be_anywhere(data: st.DataObject) -> None:
    template = copy.deepcopy(data.draw(st.sampled_from(SCENES)))
    resources = template["Resources"]
    for _ in range(data.draw(st.integers(1, 4))):
        there = resources[data.draw(st.sampled_from(sorted(resources)))]
        key = data.draw(st.sampled_from(sorted(there.get("Properties", {})) or ["Name"]))
        there.setdefault("Properties", {})[key] = data.draw(values | texts)
    must_be_valid({"a": template})


@relaxed
@given(st.dictionaries(texts, texts, min_size=1, max_size=5))
def test_any_texts_can_be_names(names: dict[str, str]) -> None:
    template = changed("Service", PrivateDnsName=next(iter(names.values())))
    for logical_id, name in names.items():
        template["Resources"][logical_id] = resource("AWS::EC2::VPC", CidrBlock=name)
        template["Resources"][f"{logical_id} endpoint"] = resource(
            "AWS::EC2::VPCEndpoint",
            VpcEndpointType="Interface",
            VpcId={"Ref": logical_id},
            ServiceName=f"com.amazonaws.vpce.eu-west-1.vpce-svc-{name}",
            SubnetIds=[name],
        )
    must_be_valid({"a": template})
