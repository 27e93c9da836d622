"""A stack has room for as many services as CloudFormation takes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

import aws_cdk as cdk
import cdk_nag
import pytest
from tests.support.published import (
    ENVIRONMENT,
    imported_zone,
    resources_of,
    service_with,
    stack_in,
    template_of,
)
from tests.support.refusals import paths_in

from privatelink_constructs import PrivateDnsName
from privatelink_constructs._cdk.granting import OWN_POLICIES
from privatelink_constructs.rules.role_policies import MAX_INLINE_POLICIES

if TYPE_CHECKING:
    from aws_cdk import aws_route53 as route53

MANY = 60
SERVICE_ID = "vpce-svc-0123456789abcdef0"
VERIFY = "ec2:StartVpcEndpointServicePrivateDnsVerification"
REJECT = "ec2:RejectVpcEndpointConnections"


def define(stack: cdk.Stack, zone: route53.IHostedZone, name: str, **options: Any) -> None:
    service_with(
        stack,
        PrivateDnsName.in_hosted_zone(f"{name.lower()}.example.com", zone),
        name,
        reject_connections_on_delete=True,
        **options,
    )


def stack_with(
    count: int, *, env: cdk.Environment | None = ENVIRONMENT, **options: Any
) -> cdk.Stack:
    stack = stack_in(env=env)
    zone = imported_zone(stack)
    for index in range(count):
        define(stack, zone, f"Service{index}", **options)
    return stack


def filled(value: Any) -> Any:
    """Return a policy as IAM has it, with plausible texts for what only the deployment knows."""
    if isinstance(value, list):
        return [filled(it) for it in cast("list[Any]", value)]
    if not isinstance(value, dict):
        return value
    content = cast("dict[str, Any]", value)
    if "Fn::Join" in content:
        return "".join(map(str, filled(content["Fn::Join"][1])))
    if "Fn::GetAtt" in content:
        return f"arn:aws:logs:eu-west-1:111111111111:log-group:{'x' * 64}:*"
    if "Ref" in content:
        texts = {"AWS::Partition": "aws", "AWS::Region": "ap-southeast-1"}
        return texts.get(content["Ref"], SERVICE_ID if "Service" in content["Ref"] else "1" * 26)
    return {key: filled(it) for key, it in content.items()}


def inline_policies(template: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Return the inline policies of each role."""
    found: dict[str, list[dict[str, Any]]] = {}
    for policy in resources_of(template, "AWS::IAM::Policy"):
        for role in policy["Properties"]["Roles"]:
            document = filled(policy["Properties"]["PolicyDocument"])
            found.setdefault(role["Ref"], []).append(document)
    return found


def length(documents: list[dict[str, Any]]) -> int:
    return sum(len(json.dumps(it, separators=(",", ":"))) for it in documents)


@pytest.mark.parametrize("options", [{}, {"supported_regions": ["us-east-1"]}], ids=["one", "two"])
@pytest.mark.parametrize("env", [ENVIRONMENT, None], ids=["specific", "agnostic"])
def test_roles_have_room_for_the_policies_of_many_services(
    env: cdk.Environment | None, options: dict[str, Any]
) -> None:
    template = template_of(stack_with(MANY, env=env, **options))
    assert len(template["Resources"]) <= 500
    lengths = [length(it) for it in inline_policies(template).values()]
    assert max(lengths) < MAX_INLINE_POLICIES
    assert len(lengths) == 2


def test_every_service_is_allowed_for() -> None:
    template = template_of(stack_with(OWN_POLICIES + 5))
    services = [
        key
        for key, it in template["Resources"].items()
        if it["Type"] == "AWS::EC2::VPCEndpointService"
    ]
    for action in (VERIFY, REJECT):
        statements = [
            statement
            for policy in resources_of(template, "AWS::IAM::Policy")
            for statement in policy["Properties"]["PolicyDocument"]["Statement"]
            if statement["Action"] == action
        ]
        texts = [json.dumps(it["Resource"]) for it in statements]
        own = [service for service in services if any(f'"{service}"' in it for it in texts)]
        assert len(own) == OWN_POLICIES
        [pattern] = [it for it in texts if it.endswith('vpc-endpoint-service/*"')]
        assert pattern == '"arn:aws:ec2:eu-west-1:111111111111:vpc-endpoint-service/*"'


@pytest.mark.parametrize("kind", ["PrivateDnsVerification", "RejectOnDelete"])
def test_the_shared_policy_is_there_before_the_custom_resource(kind: str) -> None:
    template = template_of(stack_with(OWN_POLICIES + 2))
    waits = [
        it["DependsOn"]
        for key, it in template["Resources"].items()
        if it["Type"] == f"Custom::PrivateLink{kind}"
        and key.startswith(f"Service{OWN_POLICIES + 1}")
    ]
    assert len(waits) == 1
    assert any("FurtherPolicy" in it for it in waits[0])


def test_the_first_services_keep_what_they_have() -> None:
    few = template_of(stack_with(2))["Resources"]
    many = template_of(stack_with(OWN_POLICIES + 2))["Resources"]
    assert not few.keys() - many.keys()
    assert not [key for key in few if "FurtherPolicy" in key]


def test_each_stack_counts_for_itself() -> None:
    app = cdk.App()
    for name in ("One", "Other"):
        stack = stack_in(app, name)
        zone = imported_zone(stack)
        for index in range(OWN_POLICIES // 2 + 1):
            define(stack, zone, f"{name}{index}")
    assert not [path for path in paths_in(app) if "FurtherPolicy" in path]


def delegated(count: int, role: str) -> cdk.Stack:
    stack = stack_in()
    for index in range(count):
        name = PrivateDnsName.in_delegated_zone(
            f"service{index}.example.com",
            hosted_zone_id="Z0123456789ABCDEFGHIJ",
            zone_name="example.com",
            role_arn=role.format(index),
        )
        service_with(stack, name, f"Service{index}")
    return stack


ROLE = "arn:aws:iam::222222222222:role/dns"


def test_services_with_one_delegated_role_share_a_statement() -> None:
    template = template_of(delegated(OWN_POLICIES + 5, ROLE))
    further = [
        it["Properties"]["PolicyDocument"]["Statement"]
        for key, it in template["Resources"].items()
        if "DelegatedRecordFurtherPolicy" in key
    ]
    assert [[it["Resource"] for it in statements] for statements in further] == [[ROLE]]


def test_several_roles_are_listed_one_by_one() -> None:
    template = template_of(delegated(OWN_POLICIES + 5, f"{ROLE}/writer-{{}}"))
    [further] = [
        it["Properties"]["PolicyDocument"]["Statement"]
        for key, it in template["Resources"].items()
        if "DelegatedRecordFurtherPolicy" in key
    ]
    assert len(json.dumps(further).split("writer-")) == 6


def test_fails_when_the_roles_are_too_many_for_one_role() -> None:
    stack = delegated(MANY, f"{ROLE}/{'long-path-of-roles/' * 8}writer-{{}}")
    with pytest.raises(
        RuntimeError, match=r"PrivateLinkDelegatedRecord/Role have at least 1\d,"
    ) as it:
        template_of(stack)
    assert "[role-policies-exceeded]" in str(it.value)


@pytest.mark.parametrize("env", [ENVIRONMENT, None], ids=["specific", "agnostic"])
def test_cdk_nag_has_nothing_to_say(env: cdk.Environment | None) -> None:
    stack = stack_with(OWN_POLICIES + 2, env=env)
    app = stack.node.root
    found = cdk_nag.AwsSolutionsChecks(app).validate_scope(app).violations
    assert [it.rule_name for it in found] == []
