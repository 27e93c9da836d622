"""No template, however odd, makes a check raise."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.checks.stacks import stack
from tests.support.refusals import refusal

from privatelink_constructs import check_template, check_templates
from privatelink_constructs.cloudformation.loading import load_yaml

if TYPE_CHECKING:
    from privatelink_constructs import Finding

CORPUS = Path(__file__).parent / "corpus"
TYPES = [
    "AWS::CertificateManager::Certificate",
    "AWS::CloudFormation::Stack",
    "AWS::EC2::Route",
    "AWS::EC2::RouteTable",
    "AWS::EC2::SecurityGroup",
    "AWS::EC2::SecurityGroupEgress",
    "AWS::EC2::SecurityGroupIngress",
    "AWS::EC2::Subnet",
    "AWS::EC2::VPC",
    "AWS::EC2::VPCEndpoint",
    "AWS::EC2::VPCEndpointConnectionNotification",
    "AWS::EC2::VPCEndpointService",
    "AWS::EC2::VPCEndpointServicePermissions",
    "AWS::ElasticLoadBalancingV2::Listener",
    "AWS::ElasticLoadBalancingV2::LoadBalancer",
    "AWS::ElasticLoadBalancingV2::TargetGroup",
    "AWS::KMS::Key",
    "AWS::Route53::HostedZone",
    "AWS::Route53::RecordSet",
    "AWS::Route53::RecordSetGroup",
    "AWS::Route53Resolver::ResolverEndpoint",
    "AWS::Route53Resolver::ResolverRule",
    "AWS::Route53Resolver::ResolverRuleAssociation",
    "AWS::S3::Bucket",
    "AWS::S3::BucketPolicy",
    "AWS::SNS::Topic",
    "AWS::SNS::TopicPolicy",
]
FUNCTIONS = [
    "Condition",
    "Fn::And",
    "Fn::Cidr",
    "Fn::Equals",
    "Fn::FindInMap",
    "Fn::GetAZs",
    "Fn::GetAtt",
    "Fn::GetStackOutput",
    "Fn::If",
    "Fn::ImportValue",
    "Fn::Join",
    "Fn::Length",
    "Fn::Not",
    "Fn::Or",
    "Fn::Select",
    "Fn::Split",
    "Fn::Sub",
    "Fn::Transform",
    "Ref",
]
NAMES = ["A", "B", "AWS::NoValue", "AWS::Region", "A.Arn", "${A}", "${A.B}", "network", "TLS", "*"]
MORE = ["443", "true", "ipv6", "dualstack", "arn:aws:iam::1:root", "{{resolve:x}}", "::/0"]
scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(NAMES + MORE)
)
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(FUNCTIONS), inner, min_size=1, max_size=1)
        | st.dictionaries(
            st.text(max_size=3) | st.sampled_from(["Key", "Value"]), inner, max_size=3
        )
    ),
    max_leaves=12,
)


def _paths(node: object, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path] if path else []
    if isinstance(node, dict):
        for key in node:  # pyright: ignore[reportUnknownVariableType]
            found += _paths(node[key], (*path, key))  # pyright: ignore[reportUnknownArgumentType]
    elif isinstance(node, list):
        for index, item in enumerate(node):  # pyright: ignore[reportUnknownVariableType,reportUnknownArgumentType]
            found += _paths(item, (*path, index))  # pyright: ignore[reportUnknownArgumentType]
    return found


def _set(template: dict[str, Any], path: tuple[Any, ...], value: object) -> None:
    node: Any = template
    for key in path[:-1]:
        node = node[key]
    node[path[-1]] = value


def _corpus() -> list[Any]:
    files = [path for path in sorted(CORPUS.rglob("*")) if path.suffix in {".json", ".yaml"}]
    return [load_yaml(path.read_text(encoding="utf-8")) for path in files]


REAL: list[Any] = [stack(), *_corpus()]
PLACES = [(template, _paths(template)) for template in REAL]
relaxed = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def check(template: Any) -> list[Finding]:
    return check_template(template, region="eu-west-1", account="111111111111")


@relaxed
@given(values)
def test_takes_any_mapping_and_nothing_else(template: object) -> None:
    if isinstance(template, dict):
        assert isinstance(check(template), list)
    else:
        with refusal("argument-type-mismatch", "template must be a mapping"):
            check(template)


@relaxed
@given(
    st.dictionaries(
        st.sampled_from(["A", "B", "C"]),
        st.fixed_dictionaries(
            {"Type": st.sampled_from(TYPES)},
            optional={"Properties": values, "Metadata": values, "Condition": scalars},
        )
        | values,
    ),
    st.fixed_dictionaries(
        {},
        optional={
            "Conditions": st.dictionaries(st.sampled_from(NAMES), values),
            "Mappings": values,
            "Outputs": st.dictionaries(st.sampled_from(NAMES), values),
            "Parameters": st.dictionaries(st.sampled_from(NAMES), values),
            "Transform": values,
        },
    ),
)
def test_takes_any_resources(resources: dict[str, Any], sections: dict[str, Any]) -> None:
    template = {"Resources": resources, **sections}
    assert isinstance(check_templates({"a": template, "b": template}), list)


@relaxed
@given(st.data())
def test_takes_any_value_anywhere(data: st.DataObject) -> None:
    original, paths = data.draw(st.sampled_from(PLACES))
    template = copy.deepcopy(original)
    for _ in range(data.draw(st.integers(1, 3))):
        path = data.draw(st.sampled_from(paths))
        try:
            _set(template, path, data.draw(values))
        except (KeyError, IndexError, TypeError):
            continue
    assert isinstance(check(template), list)


@pytest.mark.parametrize(
    "value",
    [10**5000, {10**5000: 1}, {"Fn::If": [10**5000, 1, 2]}],
    ids=["number", "key", "condition"],
)
def test_takes_numbers_that_python_does_not_write(value: object) -> None:
    for path in (("Type",), ("Properties",), ("Properties", "NetworkLoadBalancerArns")):
        template = stack()
        del template["Resources"]["Permissions"]
        _set(template, ("Resources", "Service", *path), value)
        assert isinstance(check(template), list)
    assert isinstance(check({"Resources": {10**5000: {}}}), list)


def test_takes_collections_that_hold_themselves() -> None:
    service = (
        "{Type: AWS::EC2::VPCEndpointService, Properties: {Tags: *a, More: [*a, *a, {A: *a}]}}"
    )
    template = load_yaml(f"Resources: {{Service: &a {service}}}")
    assert isinstance(check(template), list)
    both = "&a {Fn::And: [*a, *a]}"
    template = load_yaml(f"{{Conditions: {{A: {both}}}, Resources: {{A: {{Condition: A}}}}}}")
    assert isinstance(check(template), list)
