"""Calls of the checks that pyright strict has to refuse. Nothing here is run.

Each is marked: a mark that isn't needed is an error of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import aws_cdk as cdk

from privatelink_constructs import (
    DrawingFormat,
    PrivateLinkChecks,
    Severity,
    TemplateEnvironment,
    check_template,
    check_templates,
    draw,
)

if TYPE_CHECKING:
    from pathlib import Path

    from aws_cdk import assertions

    from privatelink_constructs import Finding


def one_template(path: Path, text: str, synthesized: assertions.Template) -> None:
    check_template()  # pyright: ignore[reportCallIssue]
    check_template(path)  # pyright: ignore[reportArgumentType]
    check_template(text)  # pyright: ignore[reportArgumentType]
    check_template(synthesized)  # pyright: ignore[reportArgumentType]
    check_template({}, "eu-west-1")  # pyright: ignore[reportCallIssue]
    check_template({}, account=111111111111)  # pyright: ignore[reportArgumentType]
    check_template({}, environments={})  # pyright: ignore[reportCallIssue]


def many_templates(read: dict[str, object]) -> None:
    check_templates(read)  # pyright: ignore[reportArgumentType]
    check_templates([{}])  # pyright: ignore[reportArgumentType]
    check_templates({}, region=["eu-west-1"])  # pyright: ignore[reportArgumentType]
    check_templates({}, environments={"a.json": "eu-west-1"})  # pyright: ignore[reportArgumentType]
    check_templates({}, environments=TemplateEnvironment())  # pyright: ignore[reportArgumentType]
    check_templates({}, environment={})  # pyright: ignore[reportCallIssue]


def environments() -> None:
    TemplateEnvironment(parameters={"Port": 443})  # pyright: ignore[reportArgumentType]
    TemplateEnvironment(region=1)  # pyright: ignore[reportArgumentType]
    TemplateEnvironment(account=111111111111)  # pyright: ignore[reportArgumentType]
    TemplateEnvironment(stack="Consumer")  # pyright: ignore[reportCallIssue]
    TemplateEnvironment().region = "eu-west-1"  # pyright: ignore[reportAttributeAccessIssue]


def findings(finding: Finding) -> bool:
    finding.severity = Severity.WARNING  # pyright: ignore[reportAttributeAccessIssue]
    Severity.INFO  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType] # noqa: B018
    return finding.severity == "error"  # pyright: ignore[reportUnnecessaryComparison]


def plugins(app: cdk.App) -> None:
    PrivateLinkChecks(app)  # pyright: ignore[reportCallIssue]
    cdk.Validations.of(app).add_plugins(PrivateLinkChecks)  # pyright: ignore[reportArgumentType]
    PrivateLinkChecks().validate({})  # pyright: ignore[reportArgumentType]


def drawings(read: dict[str, dict[str, object]]) -> None:
    draw()  # pyright: ignore[reportCallIssue]
    draw([read])  # pyright: ignore[reportArgumentType]
    draw(read, DrawingFormat.SVG)  # pyright: ignore[reportCallIssue]
    draw(read, format="svg")  # pyright: ignore[reportArgumentType]
    draw(read, findings=["port-out-of-range"])  # pyright: ignore[reportArgumentType]
    DrawingFormat.PNG  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType] # noqa: B018
