"""Service control policies in templates."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.checks.stacks import declared

from privatelink_constructs import check_template, check_templates
from privatelink_constructs.rules.core import sentence

CREATE = "ec2:CreateVpcEndpoint"
OWNER = "ec2:VpceServiceOwner"
ENDPOINTS = "arn:aws:ec2:*:*:vpc-endpoint/*"
DENY = {"Effect": "Deny", "Action": CREATE, "Resource": ENDPOINTS}
ENDPOINT: dict[str, Any] = {
    "Type": "AWS::EC2::VPCEndpoint",
    "Properties": {
        "VpcEndpointType": "Gateway",
        "ServiceName": {"Fn::Sub": "com.amazonaws.${AWS::Region}.s3"},
        "VpcId": "vpc-0123456789abcdef0",
        "RouteTableIds": ["rtb-0123456789abcdef0"],
    },
}


def policy(*statements: Any, content: Any = None, **properties: Any) -> dict[str, Any]:
    document = {"Version": "2012-10-17", "Statement": list(statements)}
    return {
        "Type": "AWS::Organizations::Policy",
        "Properties": {
            "Name": "PrivateLink",
            "Type": "SERVICE_CONTROL_POLICY",
            "Content": document if content is None else content,
            **properties,
        },
    }


def found(*statements: Any, **options: Any) -> list[tuple[str, str]]:
    template = declared({"Resources": {"Policy": policy(*statements, **options)}})
    findings = check_template(template)
    assert all(it.logical_id == "Policy" for it in findings)
    return [(it.rule, it.message) for it in findings]


def closing(condition: Any, **changes: Any) -> dict[str, Any]:
    return {**DENY, "Resource": "*", "Condition": condition, **changes}


@pytest.mark.parametrize(
    "statement",
    [
        {"Effect": "Allow", "Action": "*", "Resource": "*"},
        DENY,
        {**DENY, "Condition": {"StringNotEquals": {OWNER: "amazon"}}},
        {**DENY, "Condition": {"StringNotEquals": {OWNER: ["amazon", {"Ref": "Owner"}]}}},
        closing({"StringNotEquals": {OWNER: "amazon"}, "Null": {OWNER: "false"}}),
        closing({"StringNotEquals": {OWNER: "amazon"}, "Null": {OWNER: False}}),
        closing({"StringEquals": {OWNER: "333333333333"}}),
        closing({"StringNotEquals": {OWNER: "amazon", "aws:RequestedRegion": "eu-west-1"}}),
        closing({"ForAnyValue:StringNotLike": {"ec2:VpcePrivateDnsSpecifiedDomains": "a.b"}}),
        closing({"StringNotEquals": {OWNER: "amazon"}}, Action="ec2:DeleteVpcEndpoints"),
        closing({"StringNotEquals": {OWNER: "amazon"}}, Effect="Allow"),
        closing({"StringNotEquals": {OWNER: "amazon"}}, Resource={"Ref": "Resource"}),
        closing({"StringNotEquals": {"aws:PrincipalArn": "a"}}),
        closing({"Ref": "Condition"}),
        {"Effect": "Deny", "NotAction": "ec2:*", "NotResource": "*"},
        {"Fn::Transform": {"Name": "AWS::Include"}},
    ],
)
def test_takes_what_is_right(statement: dict[str, Any]) -> None:
    assert found(statement) == []


def test_takes_a_policy_that_only_the_deployment_knows() -> None:
    assert found(content={"Ref": "Content"}) == []


CLOSING = [
    closing({"StringNotEquals": {OWNER: "amazon"}}),
    closing({"StringNotEqualsIfExists": {OWNER: "amazon"}}),
    closing({"StringEqualsIfExists": {OWNER: "333333333333"}}),
    closing({"StringNotLike": {"ec2:vpceservicename": "com.amazonaws.*"}}),
    closing({"ForAllValues:StringNotLike": {"ec2:VpceServiceName": "com.amazonaws.*"}}),
    closing({"StringNotEquals": {"ec2:VpceServiceRegion": "eu-west-1"}}, Action="ec2:*"),
    closing({"StringNotEquals": {OWNER: "amazon"}}, Resource=[ENDPOINTS, "arn:aws:ec2:*:*:vpc/*"]),
    {
        "Effect": "Deny",
        "NotAction": "s3:*",
        "NotResource": ENDPOINTS,
        "Condition": {"StringNotEquals": {OWNER: "amazon"}},
    },
]


@pytest.mark.parametrize("statement", CLOSING)
def test_fails_when_no_endpoint_can_be_created(statement: dict[str, Any]) -> None:
    assert [rule for rule, _ in found(statement)] == ["guard-rail-condition-closed"]


@pytest.mark.parametrize("owner", ["*", "Amazon", "12345"])
def test_fails_when_an_owner_is_not_valid(owner: str) -> None:
    statement = {**DENY, "Condition": {"StringNotEquals": {OWNER: ["amazon", owner]}}}
    message = f"{owner!r} is not a valid owner of a service."
    assert found(statement) == [("guard-rail-owner-not-valid", message)]


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ({**DENY, "Effect": "deny"}, "statement 1 has the Effect 'deny'"),
        ({"Action": CREATE, "Resource": "*"}, "statement 1 has the Effect ''"),
        ({"Effect": "Deny", "Resource": "*"}, "statement 1 has no Action"),
        (
            {
                "Effect": "Deny",
                "Resource": "*",
                "Condition": {"StringNotEquals": {OWNER: "amazon"}},
            },
            "statement 1 has no Action",
        ),
        ({"Effect": "Deny", "Action": "*"}, "statement 1 has no Resource"),
        ({**DENY, "NotAction": "*"}, "statement 1 has Action and NotAction"),
        ({**DENY, "Actions": "*"}, "statement 1 has 'Actions'"),
        ("Deny", "statement 1 is 'Deny'"),
    ],
)
def test_fails_when_a_statement_is_malformed(statement: Any, message: str) -> None:
    assert ("service-control-policy-malformed", sentence(message)) in found(statement)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({"Version": "2012-10-17"}, "the policy has no Statement"),
        ({"Version": "2012-10-17", "Statement": []}, "the policy has no Statement"),
        ({"Version": "2026-01-01", "Statement": DENY}, "'2026-01-01' is not a version"),
        ("nothing", "the policy is not a JSON object"),
        ("[1]", "the policy is not a JSON object"),
    ],
)
def test_fails_when_a_policy_is_malformed(content: Any, message: str) -> None:
    ((rule, said),) = found(content=content)
    assert rule == "service-control-policy-malformed"
    assert said.startswith(sentence(message)[:-1])


@pytest.mark.parametrize("element", ["Principal", "NotPrincipal"])
def test_fails_when_there_are_principals(element: str) -> None:
    assert found({**DENY, element: "*"}) == [
        (
            "service-control-policy-principal-not-supported",
            f"Statement 1 has a {element}.",
        )
    ]


def test_reads_json_text() -> None:
    content = json.dumps({"Version": "2012-10-17", "Statement": [{**DENY, "Principal": "*"}]})
    assert [rule for rule, _ in found(content=content)] == [
        "service-control-policy-principal-not-supported"
    ]


@pytest.mark.parametrize(("length", "count"), [(5120, 0), (5121, 1)])
@pytest.mark.parametrize("as_text", [False, True])
def test_fails_when_a_policy_is_too_long(length: int, count: int, *, as_text: bool) -> None:
    empty = {"Version": "2012-10-17", "Statement": [{**DENY, "Action": ""}]}
    room = length - len(json.dumps(empty, separators=(",", ":")))
    full = {"Version": "2012-10-17", "Statement": [{**DENY, "Action": "a" * room}]}
    content = json.dumps(full, separators=(",", ":")) if as_text else full
    rules = [rule for rule, _ in found(content=content)]
    assert rules == ["service-control-policy-exceeded"] * count


def test_spaces_in_text_count() -> None:
    text = json.dumps({"Version": "2012-10-17", "Statement": [DENY]})
    assert [rule for rule, _ in found(content=text + " " * 5120)] == [
        "service-control-policy-exceeded"
    ]


@pytest.mark.parametrize(
    ("target", "count"),
    [("ou-abcd-12345678", 0), ("r-abcd", 0), ("111111111111", 0), ({"Ref": "X"}, 0), ("ou-1", 1)],
    ids=str,
)
def test_fails_when_a_target_is_malformed(target: Any, count: int) -> None:
    rules = [rule for rule, _ in found(DENY, TargetIds=[target])]
    assert rules == ["service-control-policy-target-malformed"] * count


def test_other_policies_are_left_alone() -> None:
    broken = {**DENY, "Principal": "*"}
    assert found(broken, Type="RESOURCE_CONTROL_POLICY") == []
    assert found(broken, Type={"Ref": "Type"}) == []


def owners(*allowed: Any, operator: str = "StringNotEquals") -> dict[str, Any]:
    return policy({**DENY, "Condition": {operator: {OWNER: list(allowed)}}})


def warned(guard_rail: dict[str, Any], **others: Any) -> list[str]:
    templates = {"a": {"Resources": {"Policy": guard_rail}}, "b": {"Resources": others}}
    rules = [it.rule for it in check_templates(templates, region="eu-west-1")]
    return [it for it in rules if it == "guard-rail-owner-missing"]


def test_warns_when_endpoints_to_aws_services_are_denied() -> None:
    assert warned(owners("222222222222"), Endpoint=ENDPOINT) == ["guard-rail-owner-missing"]


@pytest.mark.parametrize(
    "guard_rail",
    [
        owners("amazon", "222222222222"),
        owners({"Ref": "Owner"}),
        owners("222222222222", operator="StringEquals"),
        policy(DENY),
    ],
    ids=["amazon", "a parameter", "some owners", "no owners"],
)
def test_does_not_warn_when_they_are_allowed(guard_rail: dict[str, Any]) -> None:
    assert warned(guard_rail, Endpoint=ENDPOINT) == []


def test_does_not_warn_without_endpoints_to_aws_services() -> None:
    service = "com.amazonaws.vpce.eu-west-1.vpce-svc-0123456789abcdef0"
    custom = {
        **ENDPOINT,
        "Properties": {**ENDPOINT["Properties"], "ServiceName": service},
    }
    assert warned(owners("222222222222"), Endpoint=custom) == []


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"NotIpAddress": {"aws:SourceIp": ["203.0.113.0/33"]}}, ["guard-rail-address-malformed"]),
        ({"NotIpAddress": {"aws:SourceIp": ["203.0.113.0/24", {"Ref": "Office"}]}}, []),
        ({"StringNotEquals": {"aws:PrincipalOrgID": "o-1"}}, ["organization-id-malformed"]),
        ({"StringNotEquals": {"aws:PrincipalOrgID": "o-0123456789"}}, []),
    ],
)
def test_fails_when_what_a_condition_compares_cannot_be(
    condition: dict[str, Any], expected: list[str]
) -> None:
    statement = {**DENY, "Condition": condition}
    assert [rule for rule, _ in found(statement)] == expected
