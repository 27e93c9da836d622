"""Services that stay when their stack is deleted, in templates."""

from __future__ import annotations

from typing import Any, cast

import aws_cdk as cdk
import pytest
from tests.checks.stacks import changed, ref, resource, rules, with_resources
from tests.support.published import template_of
from tests.unit.provider.acceptance_stacks import service, stack

from privatelink_constructs import check_template

CODE = "rejection-on-delete-conflict"


def template(service_policy: Any = None, rejection_policy: Any = None) -> dict[str, Any]:
    """Return a template whose deletion policies were set where the constructs don't see it."""
    published = service(stack(), reject_connections_on_delete=True)
    rejection = published.node.find_child("RejectedConnections").node.default_child
    for child, policy in (
        (published.node.find_child("Resource"), service_policy),
        (rejection, rejection_policy),
    ):
        if policy is not None:
            cast("cdk.CfnResource", child).add_override("DeletionPolicy", policy)
    return template_of(cdk.Stack.of(published))


def findings(found: dict[str, Any]) -> list[str]:
    return [it.logical_id for it in check_template(found) if it.rule == CODE]


@pytest.mark.parametrize("policy", ["Retain", "RetainExceptOnCreate"])
@pytest.mark.parametrize("rejection", [None, "Delete"])
def test_fails_when_the_service_stays(policy: str, rejection: str | None) -> None:
    found = template(policy, rejection)
    [logical_id] = findings(found)
    assert found["Resources"][logical_id]["Type"] == "AWS::EC2::VPCEndpointService"


@pytest.mark.parametrize(
    ("service_policy", "rejection_policy"),
    [
        (None, None),
        ("Delete", None),
        ("Retain", "Retain"),
        (None, "Retain"),
        ({"Ref": "Policy"}, None),
    ],
    ids=["nothing", "deleted", "both kept", "what rejects kept", "not known"],
)
def test_a_service_that_goes_or_keeps_its_connections_is_right(
    service_policy: Any, rejection_policy: Any
) -> None:
    assert findings(template(service_policy, rejection_policy)) == []


def test_a_service_that_is_defined_elsewhere_is_not_judged() -> None:
    found = template("Retain")
    [rejection] = [
        it for it in found["Resources"].values() if it["Type"].startswith("Custom::PrivateLinkRej")
    ]
    rejection["Properties"]["ServiceId"] = "vpce-svc-0123456789abcdef0"
    assert findings(found) == []


def test_a_service_that_stays_without_rejection_is_right() -> None:
    published = service(stack())
    cast("cdk.CfnResource", published.node.find_child("Resource")).apply_removal_policy(
        cdk.RemovalPolicy.RETAIN
    )
    assert findings(template_of(cdk.Stack.of(published))) == []


PROTECTION = "rejection-on-delete-protection-conflict"


@pytest.mark.parametrize(
    ("protected", "kept", "rejection", "right"),
    [
        ("true", None, None, False),
        (True, None, None, False),
        ("false", None, None, True),
        (None, None, None, True),
        ({"Ref": "Protected"}, None, None, True),
        ("true", "Retain", None, True),
        ("true", None, "Retain", True),
    ],
)
def test_fails_when_a_load_balancer_is_protected(
    protected: object, kept: str | None, rejection: str | None, *, right: bool
) -> None:
    value = {"Key": "deletion_protection.enabled", "Value": protected}
    found = changed("Nlb", LoadBalancerAttributes=[value] if protected is not None else [])
    found = with_resources(
        found, Rejection=resource("Custom::PrivateLinkRejectOnDelete", ServiceId=ref("Service"))
    )
    for name, policy in (("Nlb", kept), ("Rejection", rejection)):
        if policy:
            found["Resources"][name]["DeletionPolicy"] = policy
    assert rules(found) == (set[str]() if right else {PROTECTION})
