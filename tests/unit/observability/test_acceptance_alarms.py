"""The alarms on what accepts connections by rules."""

from __future__ import annotations

from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk.assertions import Match, Template
from tests.unit.provider.acceptance_stacks import CUSTOMER, OTHER, of_type, service, stack

from privatelink_constructs import (
    AcceptancePolicy,
    EndpointServiceAlarms,
    EndpointServiceThresholds,
)

POLICY = AcceptancePolicy.by_rules(accept_accounts=[CUSTOMER], reject_accounts=[OTHER])
ACCEPTANCE_ONLY = EndpointServiceThresholds(
    port_allocation_errors=None, fail_open_connections=None, blocked_connections=None
)


def alarms_in(scope: cdk.Stack, thresholds: EndpointServiceThresholds = ACCEPTANCE_ONLY) -> None:
    """Define a service with rules, and its alarms."""
    published = service(scope, acceptance=POLICY)
    EndpointServiceAlarms(scope, "Alarms", service=published, thresholds=thresholds)


def referring(template: Template, kind: str, **properties: Any) -> str:
    """Return the logical id of the one resource that is like this."""
    (logical_id,) = template.find_resources(
        kind, {"Properties": Match.object_like(properties)} if properties else {}
    )
    return logical_id


def alarms_of(scope: cdk.Stack) -> dict[str, dict[str, Any]]:
    """Return the alarms of a stack by the end of their metric's name."""
    found = [it["Properties"] for it in of_type(scope, "AWS::CloudWatch::Alarm").values()]
    return {it["MetricName"]: it for it in found}


def test_alarms_watch_failures_and_an_acceptor_that_does_not_run() -> None:
    scope = stack()
    alarms_in(scope)

    found = alarms_of(scope)
    seen = {
        name: (
            it["Namespace"],
            it["Statistic"],
            it["Period"],
            it["EvaluationPeriods"],
            it["Threshold"],
            it["TreatMissingData"],
        )
        for name, it in found.items()
    }
    assert seen == {
        "ApproximateAgeOfOldestMessage": ("AWS/SQS", "Maximum", 300, 1, 3600, "notBreaching"),
        "ApproximateNumberOfMessagesVisible": ("AWS/SQS", "Maximum", 300, 1, 0, "notBreaching"),
        "Errors": ("AWS/Lambda", "Sum", 900, 2, 0, "notBreaching"),
        "Failures": ("PrivateLinkConstructs", "Sum", 300, 1, 0, "ignore"),
    }
    assert all(it["ComparisonOperator"] == "GreaterThanThreshold" for it in found.values())
    assert not [it for it in found.values() if "AlarmActions" in it]

    template = Template.from_stack(scope)
    queue = referring(template, "AWS::SQS::Queue", VisibilityTimeout=1800)
    dead = referring(template, "AWS::SQS::Queue", MessageRetentionPeriod=14 * 24 * 3600)
    assert {name: it["Dimensions"] for name, it in found.items()} == {
        "ApproximateAgeOfOldestMessage": [
            {"Name": "QueueName", "Value": {"Fn::GetAtt": [queue, "QueueName"]}}
        ],
        "ApproximateNumberOfMessagesVisible": [
            {"Name": "QueueName", "Value": {"Fn::GetAtt": [dead, "QueueName"]}}
        ],
        "Errors": [
            {"Name": "FunctionName", "Value": {"Ref": referring(template, "AWS::Lambda::Function")}}
        ],
        "Failures": [
            {
                "Name": "ServiceId",
                "Value": {"Ref": referring(template, "AWS::EC2::VPCEndpointService")},
            }
        ],
    }


@pytest.mark.parametrize(
    ("every", "period", "age"),
    [
        (cdk.Duration.minutes(1), 300, 3600),
        (cdk.Duration.minutes(7), 420, 3600),
        (cdk.Duration.hours(6), 6 * 3600, 12 * 3600),
        (cdk.Duration.days(3), 24 * 3600, 6 * 24 * 3600),
        (cdk.Duration.minutes(cdk.Token.as_number({"Ref": "Minutes"})), 900, 3600),
    ],
    ids=["a minute", "seven minutes", "six hours", "three days", "token"],
)
def test_alarms_look_at_periods_with_a_run(every: cdk.Duration, period: int, age: int) -> None:
    scope = stack()
    policy = AcceptancePolicy.by_rules(accept_accounts=[CUSTOMER], reconcile_every=every)
    published = service(scope, acceptance=policy)
    assert published.acceptor is not None
    if every.is_unresolved():
        # The CDK writes no schedule of a token.
        published.acceptor.node.try_remove_child("Schedule")
    EndpointServiceAlarms(scope, "Alarms", service=published, thresholds=ACCEPTANCE_ONLY)

    found = alarms_of(scope)
    assert found["Errors"]["Period"] == period
    assert found["ApproximateAgeOfOldestMessage"]["Threshold"] == age
    # CloudWatch looks back no further than a day, or a week with periods of an hour and more.
    for alarm in found.values():
        most = 7 * 86_400 if alarm["Period"] >= 3600 else 86_400
        assert alarm["Period"] * alarm["EvaluationPeriods"] <= most


def test_each_alarm_can_be_left_out_and_tuned() -> None:
    scope = stack()
    thresholds = EndpointServiceThresholds(
        port_allocation_errors=None,
        fail_open_connections=None,
        blocked_connections=None,
        acceptance_failures=5,
        acceptance_dead_letters=None,
        acceptance_missed_runs=8,
        acceptance_errors=None,
    )
    alarms_in(scope, thresholds)
    assert {name: it["Threshold"] for name, it in alarms_of(scope).items()} == {
        "ApproximateAgeOfOldestMessage": 8 * 900,
        "Failures": 5,
    }


@pytest.mark.parametrize(
    "left", ["acceptance_failures", "acceptance_missed_runs"], ids=["failures", "missed runs"]
)
def test_the_others_stay_when_one_is_left_out(left: str) -> None:
    scope = stack()
    options: dict[str, Any] = {left: None}
    thresholds = EndpointServiceThresholds(
        port_allocation_errors=None, fail_open_connections=None, blocked_connections=None, **options
    )
    alarms_in(scope, thresholds)
    assert len(alarms_of(scope)) == 3
