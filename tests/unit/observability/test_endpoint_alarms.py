"""The alarms of an interface endpoint."""

from __future__ import annotations

from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_sns as sns
from tests.support.consumers import app_with_zones, consumer_in, contract_with, endpoint_in
from tests.support.published import template_of
from tests.support.refusals import refusal, refused, warnings_of
from tests.unit.contract.test_endpoint_metrics import ELSEWHERE, imported
from tests.unit.observability.used_metrics import ALARM, resources

from privatelink_constructs import InterfaceEndpointAlarms, InterfaceEndpointThresholds

NAME = "com.amazonaws.vpce.eu-west-1.vpce-svc-0123456789abcdef0"


def test_dropped_packets_have_an_alarm_by_default() -> None:
    stack = consumer_in()
    topic = sns.Topic(stack, "Topic")
    endpoint = endpoint_in(stack)
    alarms = InterfaceEndpointAlarms(stack, "Alarms", endpoint=endpoint, actions=[topic])
    [alarm] = resources(template_of(stack), ALARM).values()
    assert alarm["MetricName"] == "PacketsDropped"
    assert (alarm["Statistic"], alarm["Period"], alarm["Threshold"]) == ("Sum", 300, 0)
    assert (alarm["DatapointsToAlarm"], alarm["EvaluationPeriods"]) == (3, 5)
    assert alarm["TreatMissingData"] == "notBreaching"
    assert len(alarm["AlarmActions"]) == 1
    assert "Look at " in alarm["AlarmDescription"]
    assert {it["Name"] for it in alarm["Dimensions"]} == {
        *("Endpoint Type", "Service Name", "VPC Endpoint Id", "VPC Id")
    }
    assert alarms.endpoint is endpoint
    assert len(alarms.alarms) == 1


def test_each_alarm_can_be_left_out_and_tuned() -> None:
    stack = consumer_in()
    thresholds = InterfaceEndpointThresholds(packets_dropped=None, resets_received=100)
    InterfaceEndpointAlarms(stack, "Alarms", endpoint=endpoint_in(stack), thresholds=thresholds)
    [alarm] = resources(template_of(stack), ALARM).values()
    assert (alarm["MetricName"], alarm["Threshold"]) == ("RstPacketsReceived", 100)
    assert (alarm["DatapointsToAlarm"], alarm["EvaluationPeriods"]) == (2, 3)


@pytest.mark.parametrize(("dropped", "codes"), [(None, ["alarms-missing"]), (0, [])])
def test_warns_about_alarms_of_which_each_is_left_out(
    dropped: float | None, codes: list[str]
) -> None:
    stack = consumer_in()
    thresholds = InterfaceEndpointThresholds(packets_dropped=dropped)
    alarms = InterfaceEndpointAlarms(
        stack, "Alarms", endpoint=endpoint_in(stack), thresholds=thresholds
    )
    assert [*warnings_of(alarms)] == codes


def test_an_imported_endpoint_that_specifies_everything_has_alarms() -> None:
    stack = consumer_in()
    endpoint = imported(stack, service_name=NAME, vpc_id="vpc-0123456789abcdef0")
    InterfaceEndpointAlarms(stack, "Alarms", endpoint=endpoint)
    assert len(resources(template_of(stack), ALARM)) == 1


def test_fails_when_an_import_does_not_know_its_dimensions() -> None:
    stack = consumer_in()
    endpoint = imported(stack)
    with refused(stack, "endpoint-metrics-undetermined"):
        InterfaceEndpointAlarms(stack, "Alarms", endpoint=endpoint)


def test_fails_when_the_service_is_in_another_region() -> None:
    stack = consumer_in(app_with_zones())
    endpoint = endpoint_in(stack, service=ELSEWHERE)
    with refused(stack, "endpoint-metrics-not-supported", "us-east-1"):
        InterfaceEndpointAlarms(stack, "Alarms", endpoint=endpoint)


def test_an_agnostic_stack_passes() -> None:
    stack = consumer_in(cdk.App(), env=None)
    contract = contract_with(availability_zones=[], availability_zone_ids=[])
    InterfaceEndpointAlarms(stack, "Alarms", endpoint=endpoint_in(stack, service=contract))
    assert len(resources(template_of(stack), ALARM)) == 1


def test_fails_when_the_alarms_are_in_another_region() -> None:
    app = app_with_zones()
    endpoint = endpoint_in(consumer_in(app))
    there = cdk.Stack(app, "There", env=cdk.Environment(account="111111111111", region="us-east-1"))
    with refused(there, "alarm-region-mismatch"):
        InterfaceEndpointAlarms(there, "Alarms", endpoint=endpoint)


def test_fails_when_a_topic_is_in_another_region() -> None:
    stack = consumer_in()
    endpoint = endpoint_in(stack)
    topic = sns.Topic.from_topic_arn(stack, "Topic", "arn:aws:sns:us-east-1:111111111111:a")
    with refused(stack, "alarm-topic-region-mismatch"):
        InterfaceEndpointAlarms(stack, "Alarms", endpoint=endpoint, actions=[topic])


@pytest.mark.parametrize("name", ["packets_dropped", "resets_received"])
def test_fails_when_a_threshold_is_negative(name: str) -> None:
    given: dict[str, Any] = {name: -1}
    with refusal("alarm-threshold-out-of-range", f"{name} is -1"):
        InterfaceEndpointThresholds(**given)
