"""What the constructs acknowledge by themselves, so that the apps of users stay clean."""

from __future__ import annotations

import re
import sys
from functools import partial
from typing import TYPE_CHECKING, Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticloadbalancingv2_targets as targets
from aws_cdk.assertions import Template
from cdk_nag import AwsSolutionsChecks, HIPAASecurityChecks, NIST80053R5Checks

from privatelink_constructs import (
    AcceptancePolicy,
    AllowedPrincipal,
    Listener,
    LoadBalancerTopology,
    NetworkLoadBalancedEndpointService,
    check_template,
)
from privatelink_constructs._cdk import acknowledgments as _acknowledged

if TYPE_CHECKING:
    from collections.abc import Callable

    from cdk_nag import NagPack

    Define = Callable[[cdk.Stack, ec2.Vpc], object]

PACKS = (AwsSolutionsChecks, HIPAASecurityChecks, NIST80053R5Checks)
CERTIFICATE = "arn:aws:acm:eu-west-1:111111111111:certificate/11111111-2222-3333-4444-555555555555"


def said_by_nag(define: Define, *, agnostic: bool = False) -> set[str]:
    """Return what cdk-nag says, but for the VPC, as ``<path> <rule>``."""
    env = cdk.Environment(account="111111111111", region="eu-west-1")
    scope = cdk.Stack(cdk.App(), "Stack", env=None if agnostic else env)
    vpc = ec2.Vpc(scope, "Vpc", max_azs=2, restrict_default_security_group=False)
    define(scope, vpc)
    return {finding for pack in PACKS for finding in findings_of(pack(), scope)}


def findings_of(pack: NagPack, scope: cdk.Stack) -> set[str]:
    return {
        f"{(resource.construct_path or '').removeprefix('Stack/')} {violation.rule_name}"
        for violation in pack.validate_scope(scope).violations
        for resource in violation.violating_resources
        if not (resource.construct_path or "").startswith("Stack/Vpc/")
    }


def with_tls(scope: cdk.Stack, vpc: ec2.Vpc, **options: Any) -> None:
    certificate = acm.Certificate.from_certificate_arn(scope, "Certificate", CERTIFICATE)
    found = [targets.IpTarget(it) for it in ("10.0.1.5", "10.0.65.5")]
    service(scope, vpc, [Listener.tls(443, certificates=[certificate], targets=found)], options)


def with_tcp(scope: cdk.Stack, vpc: ec2.Vpc, **options: Any) -> None:
    service(scope, vpc, [Listener.tcp(80, targets=[targets.IpTarget("10.0.1.5")])], options)


def service(
    scope: cdk.Stack, vpc: ec2.Vpc, listeners: list[Listener], options: dict[str, Any]
) -> None:
    NetworkLoadBalancedEndpointService(
        scope,
        "Service",
        vpc=vpc,
        listeners=listeners,
        topology=LoadBalancerTopology.REGIONAL,
        **options,
    )


@pytest.mark.parametrize("agnostic", [False, True])
@pytest.mark.parametrize(
    "define",
    [
        with_tls,
        partial(with_tls, access_logs_enabled=True),
        partial(with_tls, deletion_protection=True),
        partial(with_tls, access_logs_enabled=True, deletion_protection=True),
        partial(with_tls, client_cidrs=["10.0.0.0/8"]),
    ],
)
def test_a_service_is_clean(define: Define, *, agnostic: bool) -> None:
    assert said_by_nag(define, agnostic=agnostic) == set()


def test_nothing_is_acknowledged_where_nobody_reads_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_acknowledged, "has_cdk_nag", lambda: False)
    balancer = "Service/LoadBalancer/Resource"
    assert f"{balancer} AwsSolutions-ELB2" in said_by_nag(with_tls)


@pytest.mark.parametrize("installed", [True, False])
def test_cdk_nag_need_not_be_imported_yet(
    monkeypatch: pytest.MonkeyPatch, *, installed: bool
) -> None:
    if installed:
        monkeypatch.delitem(sys.modules, "cdk_nag")
    else:
        # What Python itself takes for a module that can't be imported.
        monkeypatch.setitem(sys.modules, "cdk_nag", None)
    assert _acknowledged.has_cdk_nag.__wrapped__() is installed


def test_a_listener_without_tls_is_for_the_user_to_acknowledge() -> None:
    listener = "Service/LoadBalancer/Listener80/Resource"

    assert said_by_nag(with_tcp) == {
        f"{listener} HIPAA.Security-ELBv2ACMCertificateRequired",
        f"{listener} NIST.800.53.R5-ELBv2ACMCertificateRequired",
    }


def test_clients_from_everywhere_are_for_the_user_to_acknowledge() -> None:
    everywhere = partial(with_tls, client_cidrs=["0.0.0.0/0"])

    [found] = said_by_nag(everywhere)
    assert re.fullmatch(r"Service/InboundRule[0-9a-f]+ AwsSolutions-EC23", found)


@pytest.mark.parametrize(
    "acceptance",
    [AcceptancePolicy.manual(), AcceptancePolicy.automatic(acknowledge_public=True)],
)
def test_everyone_as_a_principal_is_not_a_finding(acceptance: AcceptancePolicy) -> None:
    scope = cdk.Stack(cdk.App(), "Stack")
    vpc = ec2.Vpc(scope, "Vpc", max_azs=2, restrict_default_security_group=False)
    with_tls(scope, vpc, acceptance=acceptance, allowed_principals=[AllowedPrincipal.everyone()])

    assert check_template(Template.from_stack(scope).to_json()) == []


def stored(scope: cdk.Stack) -> dict[str, object]:
    """Return what is acknowledged for a scope, by the IDs that the CDK and cdk-nag compare."""
    key = cdk.Validations.ACKNOWLEDGED_RULES_METADATA_KEY
    return {
        rule: reason
        for entry in scope.node.metadata
        if entry.type == key
        for rule, reason in entry.data.items()
    }


def test_reasons_are_stored_as_the_cdk_stores_them() -> None:
    ours, theirs = (cdk.Stack(cdk.App(), "Stack") for _ in range(2))
    _acknowledged.acknowledge_inline_policy(ours)
    for rule, reason in stored(ours).items():
        given = cdk.Acknowledgment(id=rule.removeprefix("Annotation::"), reason=str(reason))
        cdk.Validations.of(theirs).acknowledge(given)

    assert len(stored(ours)) == 4
    assert stored(ours) == stored(theirs)


def test_an_id_that_the_oldest_cdk_refuses_is_stored() -> None:
    scope = cdk.Stack(cdk.App(), "Stack")
    pattern = f"arn:{cdk.Aws.PARTITION}:ec2:{cdk.Aws.REGION}:{cdk.Aws.ACCOUNT_ID}:vpc-endpoint/*"
    _acknowledged.acknowledge_pattern(scope, pattern)

    named = "arn:<AWS::Partition>:ec2:<AWS::Region>:<AWS::AccountId>:vpc-endpoint/*"
    assert list(stored(scope)) == [f"Annotation::AwsSolutions-IAM5[Resource::{named}]"]
