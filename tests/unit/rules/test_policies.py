from __future__ import annotations

import json
from typing import Any

import pytest

from privatelink_constructs.rules import policies

STATEMENT = {"Effect": "Allow", "Principal": "*", "Action": "s3:Get*", "Resource": "*"}


def policy(**changed: object) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": [{**STATEMENT, **changed}]}


@pytest.mark.parametrize(
    "document",
    [
        None,
        policy(),
        json.dumps(policy()),
        {"Statement": STATEMENT},
        {"Statement": [None]},
        {"Statement": None, "Id": "x"},
        policy(Action=["s3:GetObject", "sts:*", None, "*"]),
        policy(
            Effect=None,
            Condition={"StringEquals": {"aws:PrincipalOrgID": "o-0123456789"}},
            Sid="Org",
        ),
        policy(
            Principal=None, Condition={"StringEquals": None, "Bool": {"aws:ViaAWSService": True}}
        ),
        policy(Principal={"AWS": ["111111111111"]}, Condition={"Null": {"aws:SourceVpc": [None]}}),
        policy(Condition={"StringLike": {"aws:PrincipalOrgPaths": ["o-1/*"]}}),
        {
            "Statement": {
                "Effect": "Deny",
                "NotPrincipal": {"AWS": "*"},
                "NotAction": "s3:Put?",
                "NotResource": "*",
            }
        },
    ],
)
def test_policies_pass(document: object) -> None:
    assert not list(policies.valid_endpoint_policy(document))


@pytest.mark.parametrize(
    ("document", "found"),
    [
        ("{", "not valid JSON"),
        ([], "list"),
        ("[]", "list"),
        ('"{"', "str"),
        ({}, "no Statement"),
        ({"Version": "2012-10-18", "Statement": []}, "2012-10-18"),
        ({"Statements": [], "Statement": []}, "Statements"),
        ({"Statement": ["Allow"]}, "'Allow'"),
        (policy(Effect="allow"), "'allow'"),
        ({"Statement": {k: v for k, v in STATEMENT.items() if k != "Effect"}}, "''"),
        ({"Statement": {k: v for k, v in STATEMENT.items() if k != "Principal"}}, "no Principal"),
        ({"Statement": {k: v for k, v in STATEMENT.items() if k != "Action"}}, "no Action"),
        ({"Statement": {k: v for k, v in STATEMENT.items() if k != "Resource"}}, "no Resource"),
        (policy(Actions="s3:*"), "'Actions'"),
        (policy(Action="GetObject"), "'GetObject'"),
        (policy(NotAction="s3:*"), "Action and NotAction"),
        (policy(Principal="arn:aws:iam::111111111111:root"), "the Principal 'arn"),
        (policy(Principal={"Aws": "*"}), "'Aws'"),
        (policy(Condition={"aws:PrincipalOrgID": "o-0123456789"}), "'aws:PrincipalOrgID'"),
        (policy(Condition={"StringLike": {"aws:PrincipalOrgID": "o-*"}}), "'o-*'"),
        (policy(Condition={"StringLike": {"aws:SourceVpc": ["vpc-1", "vpc-?"]}}), "'vpc-?'"),
    ],
)
def test_fails_when_a_policy_is_malformed(document: object, found: str) -> None:
    (problem,) = policies.valid_endpoint_policy(document)
    assert problem.rule is policies.endpoint_policy_well_formed
    assert found in problem.what


def test_fails_when_a_policy_is_too_long() -> None:
    (problem,) = policies.valid_endpoint_policy(policy(Resource=["a" * 20_480]))
    assert problem.rule is policies.endpoint_policy_short


def test_takes_every_action_of_every_service() -> None:
    assert not list(policies.valid_endpoint_policy(policy(Action=["*", "*:*"])))


def test_a_given_policy_passes() -> None:
    assert not list(policies.endpoint_policy_present(given=True))


def test_warns_when_there_is_no_policy() -> None:
    (problem,) = policies.endpoint_policy_present(given=False)
    assert problem.rule is policies.endpoint_policy_present
