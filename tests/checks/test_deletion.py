"""Services that stay when their stack is deleted, in templates."""

from __future__ import annotations

from typing import Any, cast

import aws_cdk as cdk
import pytest
from aws_cdk.aws_elasticloadbalancingv2_targets import IpTarget
from tests.support.published import template_of
from tests.support.vpcs import vpc_in
from tests.unit.provider.acceptance_stacks import service, stack

from privatelink_constructs import (
    Listener,
    NetworkLoadBalancedEndpointService,
    check_template,
)

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


PROTECTED = "deletion-protection-ineffective"


def protected_template(
    *, protected: bool = True, reject: bool = True, rejection_policy: str | None = None
) -> dict[str, Any]:
    scope = stack()
    published = NetworkLoadBalancedEndpointService(
        scope,
        "Service",
        vpc=vpc_in(scope),
        listeners=[Listener.tcp(443, targets=[IpTarget("10.0.0.5"), IpTarget("10.0.128.5")])],
        deletion_protection=protected,
        reject_connections_on_delete=reject,
    )
    if rejection_policy is not None:
        child = published.node.find_child("RejectedConnections").node.default_child
        cast("cdk.CfnResource", child).add_override("DeletionPolicy", rejection_policy)
    return template_of(scope)


def test_warns_of_protected_load_balancers_behind_rejected_connections() -> None:
    found = protected_template()
    [*ids] = [it.logical_id for it in check_template(found) if it.rule == PROTECTED]
    balancers = "AWS::ElasticLoadBalancingV2::LoadBalancer"
    assert {found["Resources"][it]["Type"] for it in ids} == {balancers}
    assert len(ids) == 2


@pytest.mark.parametrize(
    "options",
    [{"protected": False}, {"reject": False}, {"rejection_policy": "Retain"}],
    ids=["not protected", "nobody rejected", "what rejects kept"],
)
def test_protected_load_balancers_are_right(options: dict[str, Any]) -> None:
    found = check_template(protected_template(**options))
    assert PROTECTED not in {it.rule for it in found}


def test_load_balancers_of_a_service_elsewhere_are_not_judged() -> None:
    found = protected_template()
    [rejection] = [
        it for it in found["Resources"].values() if it["Type"].startswith("Custom::PrivateLinkRej")
    ]
    rejection["Properties"]["ServiceId"] = "vpce-svc-0123456789abcdef0"
    assert PROTECTED not in {it.rule for it in check_template(found)}
