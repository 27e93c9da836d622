"""Alarms and dashboards that can't work are found in templates."""

from __future__ import annotations

from typing import Any

import pytest
from tests.checks.stacks import REGION, SERVICE, findings, ref, resource, with_resources

from privatelink_constructs import Severity, TemplateEnvironment, check_templates

THERE = "us-east-1"
TOPIC_ELSEWHERE, ALARM_ELSEWHERE = "alarm-topic-region-mismatch", "alarm-region-mismatch"
THRESHOLD, DASHBOARD = "alarm-threshold-out-of-range", "dashboard-name-malformed"
OURS = {TOPIC_ELSEWHERE, ALARM_ELSEWHERE, THRESHOLD, DASHBOARD}
BODY = '{"widgets": [{"properties": {"metrics": [["AWS/PrivateLinkServices", "BytesProcessed"]]}}]}'


def alarm(service: object = None, **more: object) -> dict[str, Any]:
    given = {
        "Namespace": "AWS/PrivateLinkServices",
        "MetricName": "BytesProcessed",
        "Dimensions": [{"Name": "Service Id", "Value": service or ref(SERVICE)}],
        "Threshold": 1,
        **more,
    }
    return resource("AWS::CloudWatch::Alarm", **{name: it for name, it in given.items() if it})


def found(**resources: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Return our rules that resources next to a service break, and where."""
    every = findings(with_resources(**resources))
    return [(it.rule, it.logical_id, it.property_path) for it in every if it.rule in OURS]


def topic(region: str, service: str = "sns") -> str:
    return f"arn:aws:{service}:{region}:111111111111:alarms"


@pytest.mark.parametrize("actions", ["AlarmActions", "OKActions", "InsufficientDataActions"])
def test_fails_when_a_topic_is_in_another_region(actions: str) -> None:
    given = {actions: [topic(REGION), topic(THERE)]}
    assert found(Alarm=alarm(**given)) == [(TOPIC_ELSEWHERE, "Alarm", f"Properties.{actions}.1")]


@pytest.mark.parametrize(
    "action", [topic(REGION), topic(THERE, "lambda"), ref("Topic"), ref("Other"), "no ARN"]
)
def test_takes_other_actions(action: object) -> None:
    resources = {"Topic": resource("AWS::SNS::Topic"), "Other": resource("AWS::SQS::Queue")}
    assert found(Alarm=alarm(AlarmActions=[action]), **resources) == []


def test_says_nothing_of_alarms_on_other_metrics() -> None:
    other = alarm(Namespace="AWS/SQS", AlarmActions=[topic(THERE)], Threshold=-1)
    assert found(Alarm=other) == []


@pytest.mark.parametrize("region", [REGION, THERE, None])
def test_fails_when_an_alarm_is_in_another_region(region: str | None) -> None:
    service = {
        "Fn::GetStackOutput": {"StackName": "here", "OutputName": "Id", "Region": REGION},
    }
    there = {"Resources": {"Alarm": alarm(service)}}
    here = {**with_resources(), "Outputs": {"Id": {"Value": ref(SERVICE)}}}
    every = check_templates(
        {"here": here, "there": there},
        environments={
            "here": TemplateEnvironment(region=REGION, account="111111111111", stack_name="here"),
            "there": TemplateEnvironment(region=region, account="111111111111"),
        },
    )
    ours = [it for it in every if it.rule == ALARM_ELSEWHERE]
    assert [(it.logical_id, it.severity) for it in ours] == (
        [("Alarm", Severity.WARNING)] if region == THERE else []
    )


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"Threshold": -1}, [(THRESHOLD, "Alarm", "Properties.Threshold")]),
        ({"Threshold": "0"}, []),
        ({"Threshold": ref("Least")}, []),
        ({"Threshold": None}, []),
        ({"Threshold": -1, "MetricName": None}, []),
    ],
)
def test_fails_when_a_threshold_is_always_or_never_passed(
    given: dict[str, Any], expected: list[tuple[str, str, str]]
) -> None:
    assert found(Alarm=alarm(**given)) == expected


def test_says_nothing_of_the_threshold_of_an_expression() -> None:
    simple = alarm()["Properties"]
    metric = {name: simple[name] for name in ("Namespace", "MetricName", "Dimensions")}
    queries = [{"Id": "one", "MetricStat": {"Metric": metric}}]
    computed = resource("AWS::CloudWatch::Alarm", Metrics=queries, Threshold=-1)
    assert found(Alarm=computed) == []


@pytest.mark.parametrize(
    ("name", "body", "fails"),
    [
        ("the service", BODY, True),
        ("the service", {"Fn::Sub": BODY}, True),
        ("the service", "{}", False),
        ("the-service", BODY, False),
        (ref("Name"), BODY, False),
        (None, BODY, False),
    ],
)
def test_fails_when_the_name_of_a_dashboard_is_malformed(
    name: object, body: object, *, fails: bool
) -> None:
    given = {"DashboardBody": body, "DashboardName": name}
    board = resource("AWS::CloudWatch::Dashboard", **{k: it for k, it in given.items() if it})
    expected = [(DASHBOARD, "Board", "Properties.DashboardName")] if fails else []
    assert found(Board=board) == expected
