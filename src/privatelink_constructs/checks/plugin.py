"""The checks as a plugin of the CDK, which runs them on all templates of an app."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import aws_cdk as cdk
import constructs
import jsii

from privatelink_constructs._cdk.plugin_identity import PluginIdentity
from privatelink_constructs.checks.checking import check_templates
from privatelink_constructs.cloudformation.assembly import read_assemblies
from privatelink_constructs.rules.catalog import rule_by_id
from privatelink_constructs.rules.core import Severity, sentence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from privatelink_constructs.rules.core import Finding

_PACKAGE = "privatelink_constructs"


@jsii.implements(cdk.IPolicyValidationPlugin)
class PrivateLinkChecks(PluginIdentity):
    """Checks all templates of an app together when it is synthesized.

    Errors fail the synthesis, warnings are reported. A finding is acknowledged with a reason by the
    id ``privatelink-constructs::<rule>``, on the resource's construct or on any above it::

        cdk.Validations.of(app).add_plugins(PrivateLinkChecks())
        cdk.Validations.of(service).acknowledge(
            cdk.Acknowledgment(
                id="privatelink-constructs::principal-open-to-world", reason="it is for the public"
            )
        )

    In an app the CDK prints the report. From tests ``app.synth()`` raises for errors.

    :see: https://docs.aws.amazon.com/cdk/v2/guide/policy-validation-synthesis.html
    """

    def validate(self, context: cdk.IPolicyValidationContext) -> cdk.PolicyValidationPluginReport:
        """Check the templates that the CDK wrote.

        :param context: the paths of the templates and their environments.
        """
        read = read_assemblies(Path(stack.template_path) for stack in context.stack_templates)
        found = check_templates(read.templates, environments=read.environments)
        findings = [finding for finding in found if finding.template in read.asked]
        return cdk.PolicyValidationPluginReport(
            success=all(finding.severity is Severity.WARNING for finding in findings),
            violations=_violations(findings, context),
            plugin_version=self.version,
        )


def _violations(
    findings: Sequence[Finding], context: cdk.IPolicyValidationContext
) -> list[cdk.PolicyViolation]:
    if not findings:
        return []
    definers = _definers(context.app_construct)
    return [
        _violation(finding, definers.get((Path(finding.template).name, finding.logical_id)))
        for finding in findings
    ]


def _definers(app: constructs.IConstruct) -> dict[tuple[str, str], str]:
    """Return which of this package's constructs defines a resource.

    Each resource takes several round trips, so this function is called only if there are findings.

    :return: the path of the construct, by the file of the template and the logical ID.
    """
    found: dict[tuple[str, str], str] = {}
    for construct in app.node.find_all(constructs.ConstructOrder.POSTORDER):
        # The outermost construct, which the user defines, comes last.
        if type(construct).__module__.startswith(f"{_PACKAGE}."):
            for resource in construct.node.find_all():
                if isinstance(resource, cdk.CfnResource):
                    stack = resource.stack
                    place = (stack.template_file, stack.get_logical_id(resource))
                    found[place] = construct.node.path
    return found


def _violation(finding: Finding, definer: str | None) -> cdk.PolicyViolation:
    """Report a finding. If a construct of this package is the cause, use the terms of Python."""
    place = f" It is at {definer}." if definer else ""
    return cdk.PolicyViolation(
        rule_name=finding.rule,
        description=f"{finding.message}{place} See {finding.url}",
        fix=sentence(rule_by_id(finding.rule).fix.code) if definer else finding.remedy,
        severity=finding.severity.value,
        violating_resources=[
            cdk.PolicyViolatingResource(
                resource_logical_id=finding.logical_id,
                template_path=finding.template,
                locations=[finding.property_path] if finding.property_path else [],
            )
        ],
    )
