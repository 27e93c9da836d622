"""The limit of costs as a plugin: a warning in the app that goes beyond it."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2
from tests.support.refusals import refusal

from privatelink_constructs import CostLimit, PriceList, PrivateLinkChecks

RULE = "cost-limit-exceeded"
SERVICE = "com.amazonaws.vpce.eu-west-1.vpce-svc-0123456789abcdef0"


def app_with(folder: Path, limit: CostLimit, *names: str) -> cdk.App:
    """Return an app with stacks that have an endpoint in two Availability Zones each."""
    app = cdk.App(outdir=str(folder / "out"))
    cdk.Validations.of(app).add_plugins(limit)
    for name in names:
        ec2.CfnVPCEndpoint(
            cdk.Stack(app, name),
            "Payments",
            vpc_id="vpc-0123456789abcdef0",
            vpc_endpoint_type="Interface",
            service_name=SERVICE,
            subnet_ids=["subnet-1", "subnet-2"],
        )
    return app


def reported(app: cdk.App, key: str = "violations") -> list[dict[str, Any]]:
    app.synth()
    report = json.loads((Path(app.outdir) / "validation-report.json").read_text(encoding="utf-8"))
    return [it for plugin in report["pluginReports"] for it in plugin.get(key, [])]


# Two stacks with an endpoint in two Availability Zones: 2 x 2 x 730 x 0.01 = 29.20 USD.
def test_warns_once_for_the_whole_app(tmp_path: Path) -> None:
    app = app_with(tmp_path, CostLimit(monthly_usd=29.19), "One", "Two")
    (warning,) = reported(app)
    assert (warning["ruleName"], warning["severity"]) == (RULE, "warning")
    assert warning["description"].startswith(
        "The estimate is 29.20 USD per month, above the limit of 29.19 USD (estimate with AWS list "
        "prices of US East (N. Virginia), 2026-11-28). The most is for Payments (14.60), Payments "
        "(14.60)"
    )
    assert "raise monthly_usd of CostLimit" in warning["suggestedFix"]
    assert [it["constructPath"] for it in warning["violatingConstructs"]] == ["One/Payments"]


def test_takes_an_app_within_the_limit(tmp_path: Path) -> None:
    assert reported(app_with(tmp_path, CostLimit(monthly_usd=29.2), "One", "Two")) == []


def test_traffic_and_prices_count(tmp_path: Path) -> None:
    # 2 x 730 x 0.02 = 29.20, and 100 x 0.1 = 10 USD.
    prices = PriceList(
        name="ours",
        date="2026-11-01",
        prices={"eu-west-1": {"VpcEndpoint-Hours": 0.02, "VpcEndpoint-Bytes": 0.1}},
    )
    limit = CostLimit(monthly_usd=30, prices=prices, traffic_gb={"*": 100})
    (warning,) = reported(app_with(tmp_path, limit, "One"))
    assert "The estimate is 39.20 USD per month" in warning["description"]
    assert "(estimate with ours, 2026-11-01)" in warning["description"]


def test_is_acknowledged_by_its_id(tmp_path: Path) -> None:
    app = app_with(tmp_path, CostLimit(monthly_usd=1), "One")
    acknowledgment = cdk.Acknowledgment(id=f"privatelink-constructs::{RULE}", reason="approved")
    cdk.Validations.of(app).acknowledge(acknowledgment)
    (known,) = reported(app, "suppressedViolations")
    assert known["ruleName"] == RULE


def test_works_with_the_checks(tmp_path: Path) -> None:
    app = app_with(tmp_path, CostLimit(monthly_usd=1), "One")
    cdk.Validations.of(app).add_plugins(PrivateLinkChecks())
    assert RULE in {it["ruleName"] for it in reported(app)}


def test_leaves_out_what_is_still_to_be_looked_up(tmp_path: Path) -> None:
    app = app_with(tmp_path, CostLimit(monthly_usd=1), "One")
    stack = cdk.Stack(app, "Two", env=cdk.Environment(account="111111111111", region="eu-west-1"))
    ec2.Vpc.from_lookup(stack, "Vpc", is_default=True)
    assert reported(app) == []


def test_reports_where_it_is_asked(tmp_path: Path) -> None:
    # Early versions of the CDK ask for the stacks of one environment at a time.
    app = app_with(tmp_path, CostLimit(monthly_usd=1), "One", "Two")
    app.synth()
    found = {
        name: violations(Path(app.outdir) / f"{name}.template.json") for name in ("One", "Two")
    }
    assert found == {"One": [RULE], "Two": []}


def violations(template: Path) -> list[str]:
    report = validate(template)
    assert report.success
    return [violation.rule_name for violation in report.violations]


def validate(template: Path, **options: Any) -> cdk.PolicyValidationPluginReport:
    stack = cdk.PolicyValidationStack(stack_construct_path="", template_path=str(template))
    context: Any = SimpleNamespace(app_construct=cdk.App(), stack_templates=[stack])
    return CostLimit(monthly_usd=1, **options).validate(context)


def test_reports_no_rules_to_aws() -> None:
    assert CostLimit(monthly_usd=1).rule_ids is None


@pytest.mark.parametrize("amount", [0, -5])
def test_fails_when_the_limit_is_not_positive(amount: float) -> None:
    with refusal("cost-limit-out-of-range", f"{amount} USD per month is not a valid limit"):
        CostLimit(monthly_usd=amount)


def test_fails_at_synthesis_when_traffic_is_for_an_endpoint_that_is_not_there(
    tmp_path: Path,
) -> None:
    app = app_with(tmp_path, CostLimit(monthly_usd=100, traffic_gb={"Payments": 1}), "One")
    assert reported(app) == []
    message = "There is no endpoint 'Other' in traffic_gb. The endpoints with traffic are: Payments"
    with refusal("traffic-endpoint-missing", message):
        validate(Path(app.outdir) / "One.template.json", traffic_gb={"Other": 1})


def test_plugins_have_one_identity() -> None:
    plugins = (CostLimit(monthly_usd=1), PrivateLinkChecks())
    assert {(it.name, it.rule_ids) for it in plugins} == {("privatelink-constructs", None)}
    assert len({it.version for it in plugins}) == 1
