from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from tests.checks.stacks import findings, ref, resource, rules, with_resources
from tests.support.published import template_of
from tests.unit.provider.test_many_services import MANY, stack_with

from privatelink_constructs import check_template
from privatelink_constructs.rules.role_policies import MAX_INLINE_POLICIES, role_policies_in_limit

if TYPE_CHECKING:
    from collections.abc import Callable

SERVICE_ARN = "arn:aws:ec2:eu-west-1:111111111111:vpc-endpoint-service/"
ROLE = "Role"


def document(length: int, arn: str = SERVICE_ARN) -> dict[str, Any]:
    """Return a policy of a length, counted as IAM does."""
    statement = {"Effect": "Allow", "Action": "ec2:Reject*", "Resource": arn}
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    rest = length - len(json.dumps(policy, separators=(",", ":")))
    statement["Resource"] += "x" * rest
    return policy


def within(length: int) -> dict[str, Any]:
    half = length // 2
    policies = [
        {"PolicyName": name, "PolicyDocument": document(part)}
        for name, part in (("One", half), ("Other", length - half))
    ]
    return {ROLE: resource("AWS::IAM::Role", Policies=policies)}


def attached(length: int) -> dict[str, Any]:
    policy = resource(
        "AWS::IAM::Policy", PolicyName="P", Roles=[ref(ROLE)], PolicyDocument=document(length)
    )
    return {ROLE: resource("AWS::IAM::Role"), "Policy": policy}


def of_its_own(length: int) -> dict[str, Any]:
    policy = resource(
        "AWS::IAM::RolePolicy", PolicyName="P", RoleName=ref(ROLE), PolicyDocument=document(length)
    )
    return {ROLE: resource("AWS::IAM::Role"), "Policy": policy}


def in_both(length: int) -> dict[str, Any]:
    return {**attached(length - 300), ROLE: within(300)[ROLE]}


FORMS: dict[str, Callable[[int], dict[str, Any]]] = {
    "within": within,
    "attached": attached,
    "of its own": of_its_own,
    "in both": in_both,
}


@pytest.mark.parametrize("form", sorted(FORMS))
def test_fails_when_a_role_has_too_much(form: str) -> None:
    [finding] = findings(with_resources(**FORMS[form](MAX_INLINE_POLICIES + 1)))
    assert (finding.rule, finding.logical_id) == ("role-policies-exceeded", ROLE)
    assert finding.message == "The inline policies of Role have at least 10,241 characters."


@pytest.mark.parametrize("form", sorted(FORMS))
def test_takes_as_much_as_a_role_can_have(form: str) -> None:
    assert rules(with_resources(**FORMS[form](MAX_INLINE_POLICIES))) == set()


def test_white_space_does_not_count() -> None:
    template = with_resources(**within(MAX_INLINE_POLICIES))
    [policy, _] = template["Resources"][ROLE]["Properties"]["Policies"]
    policy["PolicyDocument"]["Statement"][0]["Resource"] += " \n" * 100
    assert rules(template) == set()


def test_roles_for_anything_else_are_left_to_others() -> None:
    policy = {"PolicyName": "P", "PolicyDocument": document(20_000, "arn:aws:s3:::bucket")}
    assert rules(with_resources(Role=resource("AWS::IAM::Role", Policies=[policy]))) == set()


def test_a_policy_that_only_mentions_a_role_is_not_its_own() -> None:
    mentioned = document(20_000)
    mentioned["Statement"][0]["Resource"] = [{"Fn::GetAtt": [ROLE, "Arn"]}, "x" * 20_000]
    policy = resource("AWS::IAM::Policy", PolicyName="P", PolicyDocument=mentioned)
    assert rules(with_resources(**within(300), Policy=policy)) == set()


def test_a_role_that_may_not_be_there_is_left_out() -> None:
    template = with_resources(**within(20_000))
    template["Conditions"] = {"Wanted": {"Fn::Equals": [ref("Wish"), "yes"]}}
    template["Parameters"] = {"Wish": {"Type": "String"}}
    template["Resources"][ROLE]["Condition"] = "Wanted"
    assert rules(template) == set()


@pytest.mark.parametrize(
    ("arn", "length"),
    [
        (ref("AWS::AccountId"), 12),
        (ref("AWS::Region"), 9),
        (ref("Service"), 26),
        (ref("Anything"), 1),
        ({"Fn::GetAtt": ["Nlb", "LoadBalancerFullName"]}, 1),
        (7, -1),
        (True, 2),
        ([ref("AWS::NoValue")], 0),
    ],
    ids=["account", "region", "service", "parameter", "attribute", "number", "boolean", "list"],
)
def test_what_only_the_deployment_knows_counts_as_little_as_possible(
    arn: object, length: int
) -> None:
    # Without the quotation marks, a value of one digit has a length of -1.
    for further, expected in ((0, set[str]()), (1, {"role-policies-exceeded"})):
        policy = document(MAX_INLINE_POLICIES - length + further, "vpc-endpoint")
        text = policy["Statement"][0]["Resource"]
        policy["Statement"][0].update(Resource=arn, Action=f"ec2:Reject*{text}")
        template = with_resources(
            Role=resource(
                "AWS::IAM::Role", Policies=[{"PolicyName": "P", "PolicyDocument": policy}]
            )
        )
        assert rules(template) == expected


def test_many_services_of_one_stack_are_taken() -> None:
    found = check_template(template_of(stack_with(MANY)))
    assert not [it for it in found if it.rule == "role-policies-exceeded"]


def test_the_limit_itself_is_no_problem() -> None:
    assert not list(role_policies_in_limit("r", MAX_INLINE_POLICIES))
