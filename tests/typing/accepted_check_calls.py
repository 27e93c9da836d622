"""Calls of the checks that pyright strict has to accept. Nothing here is run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import aws_cdk as cdk
from typing_extensions import assert_type

from privatelink_constructs import (
    DrawingFormat,
    Finding,
    PrivateLinkChecks,
    Severity,
    TemplateEnvironment,
    check_template,
    check_templates,
    draw,
)

if TYPE_CHECKING:
    from aws_cdk import assertions


def one_template(
    read: dict[str, Any], typed: Mapping[str, object], synthesized: assertions.Template
) -> list[Finding]:
    findings = check_template(read)
    assert_type(findings, list[Finding])
    return [
        *findings,
        *check_template(typed, region="eu-west-1", account=None),
        *check_template(synthesized.to_json(), region=None, account="111111111111"),
    ]


def environments(stack: cdk.Stack) -> dict[str, TemplateEnvironment]:
    return {
        "a.json": TemplateEnvironment(),
        "d.json": TemplateEnvironment(parameters={"Stage": "prod"}),
        "b.json": TemplateEnvironment(region="eu-west-1", account=stack.account),
        "c.json": TemplateEnvironment(
            region=None, account="111111111111", stack_name=stack.stack_name
        ),
    }


def many_templates(
    read: dict[str, dict[str, Any]],
    typed: Mapping[str, Mapping[str, object]],
    given: dict[str, TemplateEnvironment],
) -> list[Finding]:
    findings = check_templates(read, environments=given)
    assert_type(findings, list[Finding])
    return [
        *findings,
        *check_templates({"a.json": {"Resources": {}}}),
        *check_templates(typed, region="eu-west-1", account="111111111111", environments=None),
        *check_templates(read, environments={"a.json": TemplateEnvironment(region="eu-west-1")}),
    ]


def fields(finding: Finding, environment: TemplateEnvironment) -> None:
    assert_type(finding.rule, str)
    assert_type(finding.severity, Severity)
    assert_type(finding.logical_id, str)
    assert_type(finding.property_path, str)
    assert_type(finding.message, str)
    assert_type(finding.remedy, str)
    assert_type(finding.url, str)
    assert_type(finding.template, str)
    assert_type(environment.region, str | None)
    assert_type(environment.account, str | None)
    assert_type(environment.stack_name, str | None)
    assert_type(environment.parameters, Mapping[str, str] | None)


def fails(findings: list[Finding]) -> bool:
    worst = {Severity.ERROR: True, Severity.WARNING: False}
    return any(worst[finding.severity] for finding in findings)


def plugin(app: cdk.App, context: cdk.IPolicyValidationContext) -> cdk.IPolicyValidationPlugin:
    checks = PrivateLinkChecks()
    cdk.Validations.of(app).add_plugins(checks, PrivateLinkChecks())
    assert_type(checks.name, str)
    assert_type(checks.version, str)
    assert_type(checks.rule_ids, list[str] | None)
    assert_type(checks.validate(context), cdk.PolicyValidationPluginReport)
    return checks


def drawings(
    read: dict[str, dict[str, Any]],
    typed: Mapping[str, Mapping[str, object]],
    given: dict[str, TemplateEnvironment],
) -> list[str]:
    text = draw(read)
    assert_type(text, str)
    return [
        text,
        draw(typed, format=DrawingFormat.MERMAID),
        draw(typed, format=DrawingFormat.DOT),
        draw(typed, format=DrawingFormat.SVG, findings=check_templates(typed)),
        draw(typed, findings=(), region="eu-west-1", account=None, environments=given),
        draw({}, format=DrawingFormat("dot"), region=None, account="111111111111"),
    ]
