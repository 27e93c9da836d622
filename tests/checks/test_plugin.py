from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticloadbalancingv2 as elbv2

from privatelink_constructs import EndpointService
from privatelink_constructs.checks.plugin import PrivateLinkChecks
from privatelink_constructs.rules.catalog import rule_by_id
from privatelink_constructs.rules.core import sentence

if TYPE_CHECKING:
    from constructs import Construct

ARN = "arn:aws:elasticloadbalancing:eu-west-1:111111111111:loadbalancer/net/web/0123456789"
HOME = cdk.Environment(account="111111111111", region="eu-west-1")
AWAY = cdk.Environment(account="111111111111", region="us-east-1")
MALFORMED = "private-dns-name-malformed"
GOOD = "arn:aws:iam::222222222222:root"


@pytest.fixture
def app(tmp_path: Path) -> cdk.App:
    app = cdk.App(outdir=str(tmp_path / "out"))
    cdk.Validations.of(app).add_plugins(PrivateLinkChecks())
    return app


def report(app: cdk.App) -> dict[str, list[str]]:
    """Synthesize, and return the ids of what is reported and of what is acknowledged."""
    path = Path(app.outdir) / "validation-report.json"
    app.synth()
    return read(path)


def read(path: Path) -> dict[str, list[str]]:
    plugins: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["pluginReports"]
    return {
        key: [each["ruleName"] for plugin in plugins for each in plugin.get(key, [])]
        for key in ("violations", "suppressedViolations")
    }


def service(scope: Construct, *principals: str, **more: Any) -> ec2.CfnVPCEndpointService:
    more.setdefault("network_load_balancer_arns", [ARN])
    service = ec2.CfnVPCEndpointService(scope, "Service", **more)
    ec2.CfnVPCEndpointServicePermissions(
        scope, "Permissions", service_id=service.ref, allowed_principals=list(principals)
    )
    return service


def test_takes_a_correct_app(app: cdk.App) -> None:
    service(cdk.Stack(app, "Stack"), GOOD)
    assert report(app)["violations"] == []


def test_fails_when_there_is_an_error(app: cdk.App) -> None:
    service(cdk.Stack(app, "Stack"), "*", acceptance_required=False)
    with pytest.raises(RuntimeError, match="privatelink-constructs"):
        app.synth()
    assert read(Path(app.outdir) / "validation-report.json")["violations"] == [
        "service-open-to-world"
    ]


def test_reports_warnings_without_failing(app: cdk.App) -> None:
    service(cdk.Stack(app, "Stack"), "*")
    assert report(app)["violations"] == ["principal-open-to-world"]


def test_takes_what_is_acknowledged(app: cdk.App) -> None:
    stack = cdk.Stack(app, "Stack")
    service(stack, "*", acceptance_required=False)
    acknowledgment = cdk.Acknowledgment(
        id="privatelink-constructs::service-open-to-world", reason="an open API"
    )
    cdk.Validations.of(stack).acknowledge(acknowledgment)
    assert report(app) == {"violations": [], "suppressedViolations": ["service-open-to-world"]}


def test_takes_what_is_acknowledged_in_the_template(app: cdk.App) -> None:
    published = service(cdk.Stack(app, "Stack"), "*", acceptance_required=False)
    published.add_metadata(
        "privatelink-constructs", {"acknowledged": {"service-open-to-world": "an open API"}}
    )
    assert report(app)["violations"] == []


def reported(app: cdk.App) -> list[str]:
    with pytest.raises(RuntimeError, match="privatelink-constructs"):
        app.synth()
    return read(Path(app.outdir) / "validation-report.json")["violations"]


def test_fails_when_the_fault_is_across_stacks(app: cdk.App) -> None:
    vpc = ec2.CfnVPC(cdk.Stack(app, "Network", env=HOME), "Vpc", cidr_block="10.0.0.0/16")
    ec2.CfnVPCEndpointServicePermissions(
        cdk.Stack(app, "Stack", env=HOME), "Permissions", service_id=vpc.ref
    )
    assert reported(app) == ["permissions-service-mismatch"]


@pytest.mark.parametrize("strength", ["weak", "strong"])
def test_fails_when_the_fault_is_across_regions(tmp_path: Path, strength: str) -> None:
    context = {"@aws-cdk/core:defaultCrossStackReferences": strength}
    app = cdk.App(outdir=str(tmp_path / "out"), context=context)
    cdk.Validations.of(app).add_plugins(PrivateLinkChecks())
    near = cdk.Stack(app, "Near", env=HOME, cross_region_references=True, stack_name="renamed")
    far = cdk.Stack(app, "Far", env=AWAY, cross_region_references=True)
    vpc = ec2.CfnVPC(near, "Vpc", cidr_block="10.0.0.0/16")
    ec2.CfnVPCEndpointServicePermissions(far, "Permissions", service_id=vpc.ref)
    assert reported(app) == ["permissions-service-mismatch"]


def test_fails_when_the_fault_is_in_a_nested_stack(app: cdk.App) -> None:
    stack = cdk.Stack(app, "Stack")
    vpc = ec2.CfnVPC(stack, "Vpc", cidr_block="10.0.0.0/16")
    nested = cdk.NestedStack(cdk.NestedStack(stack, "Outer"), "Inner")
    ec2.CfnVPCEndpointServicePermissions(nested, "Permissions", service_id=vpc.ref)
    assert reported(app) == ["permissions-service-mismatch"]


def test_fails_when_the_fault_is_in_a_stage(app: cdk.App) -> None:
    stage = cdk.Stage(app, "Prod")
    service(cdk.Stack(stage, "Stack"), "nobody")
    assert reported(app) == ["principal-malformed"]


def test_knows_the_partition_of_each_stack(app: cdk.App) -> None:
    china = cdk.Environment(account="111111111111", region="cn-north-1")
    other = ARN.replace("aws", "aws-cn", 1).replace("eu-west-1", "cn-north-1")
    service(cdk.Stack(app, "Stack", env=HOME), GOOD)
    service(cdk.Stack(app, "China", env=china), GOOD, network_load_balancer_arns=[other])
    assert reported(app) == ["principal-partition-mismatch"]


def reported_in_full(app: cdk.App, rule: str) -> dict[str, Any]:
    path = Path(app.outdir) / "validation-report.json"
    with pytest.raises(RuntimeError, match="privatelink-constructs"):
        app.synth()
    [plugin] = json.loads(path.read_text(encoding="utf-8"))["pluginReports"]
    [violation] = [it for it in plugin["violations"] if it["ruleName"] == rule]
    return violation


@pytest.mark.parametrize("nested", [False, True])
def test_findings_on_what_a_construct_defines_speak_of_the_construct(
    app: cdk.App, *, nested: bool
) -> None:
    stack = cdk.Stack(app, "Stack", env=HOME)
    scope = cdk.NestedStack(stack, "Nested") if nested else stack
    published = EndpointService(
        scope,
        "Payments",
        load_balancers=[
            elbv2.NetworkLoadBalancer.from_network_load_balancer_attributes(
                stack, "Nlb", load_balancer_arn=ARN
            )
        ],
        ports=[443],
    )
    resource = published.node.find_child("Resource")
    assert isinstance(resource, ec2.CfnVPCEndpointService)
    resource.private_dns_name = "payments"
    violation = reported_in_full(app, MALFORMED)
    path = "Stack/Nested/Payments" if nested else "Stack/Payments"
    rule = rule_by_id(MALFORMED)
    assert f" It is at {path}. See https://" in violation["description"]
    assert violation["suggestedFix"] == sentence(rule.fix.code)


def test_findings_on_what_others_define_speak_of_the_template(app: cdk.App) -> None:
    service(cdk.Stack(app, "Stack", env=HOME), GOOD, private_dns_name="payments")
    violation = reported_in_full(app, MALFORMED)
    assert " at Stack" not in violation["description"]
    assert violation["suggestedFix"] == sentence(rule_by_id(MALFORMED).fix.template)


def test_reports_no_rules_to_aws() -> None:
    assert PrivateLinkChecks().rule_ids is None


def test_works_without_a_manifest(tmp_path: Path) -> None:
    path = tmp_path / "Stack.template.json"
    path.write_text(json.dumps({"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}))
    stack = cdk.PolicyValidationStack(stack_construct_path="Stack", template_path=str(path))
    context = SimpleNamespace(app_construct=cdk.App(), stack_templates=[stack])
    assert PrivateLinkChecks().validate(context).success  # pyright: ignore[reportArgumentType]


def test_reports_on_what_it_is_asked_of_and_reads_the_rest(app: cdk.App) -> None:
    # Early versions of the CDK ask for the stacks of one environment at a time.
    vpc = ec2.CfnVPC(cdk.Stack(app, "Network", env=HOME), "Vpc", cidr_block="10.0.0.0/16")
    stack = cdk.Stack(app, "Stack", env=HOME)
    ec2.CfnVPCEndpointServicePermissions(stack, "Permissions", service_id=vpc.ref)
    with pytest.raises(RuntimeError):
        app.synth()
    assert violations(Path(app.outdir) / "Stack.template.json") == ["permissions-service-mismatch"]
    assert violations(Path(app.outdir) / "Network.template.json") == []


def violations(template: Path) -> list[str]:
    stack = cdk.PolicyValidationStack(stack_construct_path="", template_path=str(template))
    context = SimpleNamespace(app_construct=cdk.App(), stack_templates=[stack])
    report = PrivateLinkChecks().validate(context)  # pyright: ignore[reportArgumentType]
    return [violation.rule_name for violation in report.violations]


def test_leaves_out_what_is_still_to_be_looked_up(app: cdk.App) -> None:
    stack = cdk.Stack(app, "Stack", env=HOME)
    ec2.Vpc.from_lookup(stack, "Vpc", is_default=True)
    service(stack, "*", acceptance_required=False)
    assert report(app)["violations"] == []
