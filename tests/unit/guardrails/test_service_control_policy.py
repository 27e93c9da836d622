"""A service control policy: what is deployed, and what is refused before."""

from __future__ import annotations

from typing import Any, cast

import aws_cdk as cdk
import pytest
from aws_cdk import assertions
from aws_cdk import aws_iam as iam
from tests.support.refusals import refused

from privatelink_constructs import GuardRails, ServiceControlPolicy

CREATE = "ec2:CreateVpcEndpoint"
OWNERS = GuardRails.only_service_owners


def stack_in(app: cdk.App | None = None, name: str = "Stack") -> cdk.Stack:
    return cdk.Stack(app or cdk.App(), name)


def policy_in(
    scope: cdk.Stack, *statements: iam.PolicyStatement, **options: Any
) -> ServiceControlPolicy:
    found = list(statements) or [GuardRails.no_cross_region()]
    return ServiceControlPolicy(scope, "PrivateLink", statements=found, **options)


def properties(stack: cdk.Stack) -> dict[str, Any]:
    found = assertions.Template.from_stack(stack).find_resources("AWS::Organizations::Policy")
    (resource,) = found.values()
    return resource["Properties"]


def deny(**options: Any) -> iam.PolicyStatement:
    return iam.PolicyStatement(effect=iam.Effect.DENY, **options)


def test_defines_a_policy() -> None:
    stack = stack_in()
    policy = policy_in(
        stack,
        OWNERS("amazon"),
        GuardRails.no_cross_region(),
        targets=["ou-abcd-12345678", "111111111111", "111111111111"],
        description="what accounts can do with PrivateLink",
    )
    found = properties(stack)
    assert found.pop("Name").startswith("Stack-PrivateLink-")
    assert found == {
        "Type": "SERVICE_CONTROL_POLICY",
        "Description": "what accounts can do with PrivateLink",
        "TargetIds": ["111111111111", "ou-abcd-12345678"],
        "Content": {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Sid": "OnlyServiceOwners",
                    "Effect": "Deny",
                    "Action": CREATE,
                    "Resource": "arn:*:ec2:*:*:vpc-endpoint/*",
                    "Condition": {
                        "StringNotEquals": {"ec2:VpceServiceOwner": ["amazon"]},
                        "Null": {"ec2:VpceServiceOwner": "false"},
                    },
                },
                {
                    "Sid": "NoCrossRegion",
                    "Effect": "Deny",
                    "Action": "vpce:AllowMultiRegion",
                    "Resource": "*",
                },
            ],
        },
    }
    assert cdk.Token.is_unresolved(policy.policy_id)


def test_has_no_targets_and_no_description_by_default() -> None:
    stack = stack_in()
    policy_in(stack)
    # CloudFormation would leave them as they were if they weren't there.
    assert (properties(stack)["TargetIds"], properties(stack)["Description"]) == ([], "")


def test_the_paths_of_its_constructs_are_pinned() -> None:
    stack = stack_in()
    policy = policy_in(stack)
    assert [it.node.path for it in policy.node.find_all()] == [
        "Stack/PrivateLink",
        "Stack/PrivateLink/Resource",
    ]


def test_two_in_one_stack_and_in_two_apps() -> None:
    names: list[str] = []
    for _ in range(2):
        stack = stack_in()
        policy_in(stack)
        ServiceControlPolicy(stack, "Other", statements=[OWNERS("amazon")])
        template = assertions.Template.from_stack(stack)
        found = template.find_resources("AWS::Organizations::Policy")
        names += sorted(it["Properties"]["Name"] for it in found.values())
    assert len(set(names)) == 2
    assert names[:2] == names[2:]


def test_tells_how_long_it_is() -> None:
    statement = deny(actions=["a:b"], resources=["*"])
    text = '{"Version":"2012-10-17","Statement":[]}'
    one = '{"Action":"a:b","Effect":"Deny","Resource":"*"}'
    assert policy_in(stack_in(), statement).length == len(text) + len(one)


def test_tokens_count_as_one_character() -> None:
    statement = deny(actions=["a:b"], resources=[cdk.Aws.PARTITION])
    one = '{"Action":"a:b","Effect":"Deny","Resource":"?"}'
    text = '{"Version":"2012-10-17","Statement":[]}'
    assert policy_in(stack_in(), statement).length == len(text) + len(one)


def test_takes_tokens_and_references_to_other_stacks() -> None:
    app = cdk.App()
    other = stack_in(app, "Other")
    role = iam.Role(
        other, "Admin", assumed_by=cast("iam.IPrincipal", iam.ServicePrincipal("ec2.amazonaws.com"))
    )
    unit = cdk.CfnParameter(other, "Unit")
    stack = stack_in(app)
    policy_in(
        stack,
        GuardRails.only_roles_may_accept(role.role_arn),
        OWNERS(cdk.Aws.ACCOUNT_ID),
        targets=[unit.value_as_string, cdk.Fn.import_value("Root")],
    )
    assert len(properties(stack)["TargetIds"]) == 2


def test_takes_as_many_characters_as_aws() -> None:
    length = 5120 - len('{"Version":"2012-10-17","Statement":[]}')
    length -= len('{"Action":"a:","Effect":"Deny","Resource":"*"}')
    assert (
        policy_in(stack_in(), deny(actions=["a:" + "b" * length], resources=["*"])).length == 5120
    )


def test_fails_when_it_is_too_long() -> None:
    names = [f"com.amazonaws.vpce.eu-west-1.vpce-svc-{number:017x}" for number in range(90)]
    stack = stack_in()
    with refused(stack, "service-control-policy-exceeded", r"The policy has [5-6],\d+ characters"):
        policy_in(stack, GuardRails.only_services(*names))


def test_fails_when_there_are_no_statements() -> None:
    stack = stack_in()
    with refused(stack, "guard-rail-value-missing", "There is no value in statements"):
        ServiceControlPolicy(stack, "PrivateLink", statements=[])


def test_fails_when_a_statement_allows() -> None:
    stack = stack_in()
    allow = iam.PolicyStatement(actions=[CREATE], resources=["*"])
    with refused(stack, "guard-rail-effect-not-supported", "[Ss]tatement 2 has the Effect 'Allow'"):
        policy_in(stack, OWNERS("amazon"), allow)


@pytest.mark.parametrize("element", ["principals", "not_principals"])
def test_fails_when_a_statement_has_principals(element: str) -> None:
    stack = stack_in()
    statement = deny(actions=[CREATE], resources=["*"], **{element: [iam.AnyPrincipal()]})
    code = "service-control-policy-principal-not-supported"
    with refused(stack, code, "[Ss]tatement 1 has a (Not)?Principal"):
        policy_in(stack, statement)


def test_fails_when_a_statement_has_no_resource() -> None:
    stack = stack_in()
    with refused(stack, "service-control-policy-malformed", "[Ss]tatement 1 has no Resource"):
        policy_in(stack, deny(actions=[CREATE]))


def test_fails_when_a_statement_denies_all_endpoints() -> None:
    stack = stack_in()
    condition = {"StringNotEquals": {"ec2:VpceServiceOwner": "amazon"}}
    statement = deny(actions=[CREATE], resources=["*"], conditions=condition)
    with refused(stack, "guard-rail-condition-closed", "Statement 1 compares ec2:VpceS"):
        policy_in(stack, statement)


def test_fails_when_a_statement_has_an_owner_that_is_not_valid() -> None:
    stack = stack_in()
    condition = {"StringNotEquals": {"ec2:VpceServiceOwner": ["amazon", "*"]}}
    statement = deny(
        actions=[CREATE], resources=["arn:*:ec2:*:*:vpc-endpoint/*"], conditions=condition
    )
    with refused(stack, "guard-rail-owner-not-valid", "'[*]' is not a valid owner"):
        policy_in(stack, statement)


@pytest.mark.parametrize("target", ["", "root", "ou-abcd", "r-ab", "12345", "o-abcdefghij"])
def test_fails_when_a_target_is_malformed(target: str) -> None:
    stack = stack_in()
    with refused(stack, "service-control-policy-target-malformed", f"'{target}' is not the ID"):
        policy_in(stack, targets=[target])


@pytest.mark.parametrize("target", ["r-abcd", "ou-abcd-12345678", "111111111111"])
def test_takes_the_ids_of_targets(target: str) -> None:
    stack = stack_in()
    policy_in(stack, targets=[target])
    assert properties(stack)["TargetIds"] == [target]
