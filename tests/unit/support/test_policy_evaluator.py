"""The evaluator of policies gives the answers that AWS documents for its own examples."""

from __future__ import annotations

from typing import Any

import pytest
from tests.support.policy_evaluator import Request, allows, deployed

ANY: dict[str, Any] = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}
BUCKET = "arn:aws:s3:::amzn-s3-demo-bucket"
KEYS = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-"


def policy(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def on(condition: dict[str, Any], effect: str = "Allow") -> dict[str, Any]:
    return policy({**ANY, "Effect": effect, "Condition": condition})


def request(**context: Any) -> Request:
    return Request("s3:GetObject", f"{BUCKET}/a", context=context.pop("context", context))


def answer(document: dict[str, Any], context: dict[str, Any]) -> bool:
    return allows(document, request(context=context))


# reference_policies_evaluation-logic.html: the order of the decision.


def test_silence_denies() -> None:
    document = policy({**ANY, "Action": "s3:PutObject"})
    assert not allows(document, request())


def test_an_explicit_deny_wins() -> None:
    document = policy(ANY, {**ANY, "Effect": "Deny", "Action": "s3:*"})
    assert not allows(document, request())
    assert allows(document, Request("sqs:SendMessage", "arn:aws:sqs:eu-west-1:111111111111:q"))


# reference_policies_elements_action.html and _resource.html.


@pytest.mark.parametrize(
    ("pattern", "action", "expected"),
    [
        ("*", "s3:GetObject", True),
        ("s3:*", "s3:GetObject", True),
        ("s3:Get*", "s3:GetObject", True),
        ("S3:getobject", "s3:GetObject", True),
        ("iam:*AccessKey*", "iam:CreateAccessKey", True),
        ("iam:*AccessKey*", "iam:CreateUser", False),
        ("s3:GetObjec?", "s3:GetObject", True),
    ],
)
def test_actions(pattern: str, action: str, *, expected: bool) -> None:
    document = policy({**ANY, "Action": pattern})
    assert allows(document, Request(action, BUCKET)) is expected


@pytest.mark.parametrize(
    ("pattern", "resource", "expected"),
    [
        (f"{BUCKET}/*", f"{BUCKET}/a/b", True),
        (f"{BUCKET}/*", BUCKET, False),
        ("arn:aws:s3:::amzn-*", f"{BUCKET}/a", True),
        (f"{BUCKET}/*/test/*", f"{BUCKET}/1/2/test/object.jpg", True),
        (f"{BUCKET}/*/test/*", f"{BUCKET}/1/2/object.jpg", False),
        (BUCKET.upper(), BUCKET, False),
    ],
)
def test_resources(pattern: str, resource: str, *, expected: bool) -> None:
    document = policy({**ANY, "Resource": pattern})
    assert allows(document, Request("s3:GetObject", resource)) is expected


def test_not_action_and_not_resource() -> None:
    # reference_policies_elements_notaction.html: all but deletions of buckets.
    document = policy({"Effect": "Allow", "NotAction": "s3:DeleteBucket", "Resource": "*"})
    assert allows(document, Request("s3:GetObject", BUCKET))
    assert not allows(document, Request("s3:DeleteBucket", BUCKET))
    deny = {"Effect": "Deny", "Action": "s3:*", "NotResource": [BUCKET, f"{BUCKET}/*"]}
    assert allows(policy(ANY, deny), Request("s3:GetObject", f"{BUCKET}/a"))
    assert not allows(policy(ANY, deny), Request("s3:GetObject", "arn:aws:s3:::other/a"))


def test_principals() -> None:
    role = "arn:aws:iam::123456789012:role/role-name"
    document = policy({**ANY, "Principal": {"AWS": role}})
    assert allows(document, Request("s3:GetObject", BUCKET, role))
    assert not allows(document, Request("s3:GetObject", BUCKET))
    assert allows(policy({**ANY, "Principal": {"AWS": "*"}}), Request("s3:GetObject", BUCKET))


# reference_policies_condition-logic-multiple-context-keys-or-values.html.


@pytest.mark.parametrize(
    ("context", "expected"),
    [
        ({"aws:PrincipalTag/department": "finance", "aws:PrincipalTag/role": "audit"}, True),
        ({"aws:PrincipalTag/department": "hr", "aws:PrincipalTag/role": "audit"}, True),
        ({"aws:PrincipalTag/department": "legal", "aws:PrincipalTag/role": "audit"}, False),
        ({"aws:PrincipalTag/department": "hr", "aws:PrincipalTag/role": "pentest"}, False),
        ({"aws:PrincipalTag/department": "hr"}, False),
        ({}, False),
    ],
)
def test_keys_are_joined_by_and_and_values_by_or(
    context: dict[str, str], *, expected: bool
) -> None:
    condition = {
        "StringEquals": {
            "aws:PrincipalTag/department": ["finance", "hr", "legal-team"],
            "aws:PrincipalTag/role": ["audit", "security"],
        }
    }
    assert answer(on(condition), context) is expected


@pytest.mark.parametrize(
    ("context", "expected"),
    [
        ({"aws:SourceVpc": "vpc-111bbccc"}, False),
        ({"aws:SourceVpc": "vpc-222bbccc"}, True),
        ({}, True),
    ],
)
def test_a_negated_operator_holds_if_no_value_matches_and_if_the_key_is_absent(
    context: dict[str, str], *, expected: bool
) -> None:
    condition = {"StringNotEquals": {"aws:SourceVpc": ["vpc-111bbccc", "vpc-333bbccc"]}}
    assert answer(on(condition), context) is expected


# reference_policies_elements_condition_operators.html.


@pytest.mark.parametrize(
    ("condition", "context", "expected"),
    [
        ({"StringLike": {"s3:prefix": ["", "home/*"]}}, {"s3:prefix": "home/bob"}, True),
        ({"StringLike": {"s3:prefix": ["", "home/*"]}}, {"s3:prefix": "work"}, False),
        ({"StringEquals": {"aws:PrincipalOrgID": "o-*"}}, {"aws:PrincipalOrgID": "o-a"}, False),
        ({"StringEqualsIgnoreCase": {"aws:PrincipalOrgID": "O-A"}},
         {"aws:PrincipalOrgID": "o-a"}, True),
        ({"StringEquals": {"AWS:principalorgid": "o-a"}}, {"aws:PrincipalOrgID": "o-a"}, True),
        ({"Bool": {"aws:SecureTransport": "true"}}, {"aws:SecureTransport": "true"}, True),
        ({"Bool": {"aws:SecureTransport": "true"}}, {"aws:SecureTransport": "false"}, False),
        ({"Bool": {"aws:MultiFactorAuthPresent": "true"}}, {}, False),
        ({"BoolIfExists": {"aws:MultiFactorAuthPresent": "true"}}, {}, True),
        ({"Null": {"aws:TokenIssueTime": "true"}}, {}, True),
        ({"Null": {"aws:TokenIssueTime": "true"}}, {"aws:TokenIssueTime": "now"}, False),
        ({"Null": {"aws:TokenIssueTime": "false"}}, {"aws:TokenIssueTime": "now"}, True),
        ({"StringLikeIfExists": {"ec2:InstanceType": ["t1.*", "t2.*"]}}, {}, True),
        ({"StringLikeIfExists": {"ec2:InstanceType": ["t1.*", "t2.*"]}},
         {"ec2:InstanceType": "m3.large"}, False),
        ({"ArnLike": {"aws:SourceArn": "arn:aws:s3:*:*:a*"}},
         {"aws:SourceArn": "arn:aws:s3:eu-west-1:1:ab"}, True),
        ({"ArnNotLike": {"aws:SourceArn": "arn:aws:s3:::a"}},
         {"aws:SourceArn": "arn:aws:s3:::a"}, False),
        ({"StringNotLike": {"s3:prefix": "home/*"}}, {"s3:prefix": "work"}, True),
        ({"StringEquals": {"aws:ResourceAccount": "${aws:PrincipalAccount}"}},
         {"aws:ResourceAccount": "1", "aws:PrincipalAccount": "1"}, True),
    ],
)  # fmt: skip
def test_operators(condition: dict[str, Any], context: dict[str, str], *, expected: bool) -> None:
    assert answer(on(condition), context) is expected


# reference_policies_condition-single-vs-multi-valued-context-keys.html.


@pytest.mark.parametrize(
    ("tags", "all_values", "any_value"),
    [
        (["environment", "costcenter"], True, True),
        (["environment", "owner"], False, True),
        (["owner"], False, False),
        (None, True, False),
    ],
)
def test_set_operators(tags: list[str] | None, *, all_values: bool, any_value: bool) -> None:
    wanted = {"aws:TagKeys": ["environment", "costcenter"]}
    context = {} if tags is None else {"aws:TagKeys": tags}
    assert answer(on({"ForAllValues:StringEquals": wanted}), context) is all_values
    assert answer(on({"ForAnyValue:StringEquals": wanted}), context) is any_value


def test_fails_when_a_policy_has_what_the_evaluator_does_not_know() -> None:
    with pytest.raises(AssertionError, match="NotPrincipal"):
        allows(policy({**ANY, "NotPrincipal": "*"}), request())
    with pytest.raises(KeyError, match="NumericEquals"):
        answer(on({"NumericEquals": {"aws:SourceIp": "10.0.0.0/8"}}), {})


def test_intrinsic_functions_are_evaluated() -> None:
    dashes = {"Fn::Join": ["", {"Fn::Split": ["-", {"Ref": "AWS::Region"}]}]}
    document = {
        "a": {"Fn::Sub": "arn:${AWS::Partition}:s3:::b-${AWS::Region}/*"},
        "b": [{"Fn::Sub": ["c-${R}", {"R": dashes}]}, {"Ref": "AWS::AccountId"}],
    }
    found = deployed(document, region="us-gov-west-1", partition="aws-us-gov", account="1")
    assert found == {"a": "arn:aws-us-gov:s3:::b-us-gov-west-1/*", "b": ["c-usgovwest1", "1"]}


# reference_policies_condition_operators.html and reference_policies_condition-single-vs-multi...


@pytest.mark.parametrize(
    ("condition", "context", "expected"),
    [
        ({"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}, {"aws:SourceIp": "203.0.113.9"}, True),
        ({"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}, {"aws:SourceIp": "192.0.2.1"}, False),
        ({"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}}, {"aws:SourceIp": "192.0.2.1"}, True),
        ({"NotIpAddressIfExists": {"aws:SourceIp": "203.0.113.0/24"}}, {}, True),
        ({"ForAnyValue:StringNotLike": {"aws:TagKeys": ["a*"]}}, {"aws:TagKeys": ["a", "b"]}, True),
        ({"ForAnyValue:StringNotLike": {"aws:TagKeys": ["a*"]}}, {"aws:TagKeys": ["a"]}, False),
        ({"ForAnyValue:StringNotLike": {"aws:TagKeys": ["a*"]}}, {}, False),
    ],
)
def test_addresses_and_sets(
    condition: dict[str, Any], context: dict[str, Any], *, expected: bool
) -> None:
    assert answer(on(condition), context) == expected
