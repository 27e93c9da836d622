"""Alarms go off by data with the right dimensions, and by no other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticloadbalancingv2_targets as targets
from aws_cdk import aws_sns as sns
from tests.deploy.apps import ADDRESSES, ZONES, template
from tests.deploy.extension.alarms import computed
from tests.deploy.metric_data import write
from tests.deploy.stacks import Stack

from privatelink_constructs import (
    EndpointServiceAlarms,
    EndpointServiceThresholds,
    InterfaceEndpoint,
    InterfaceEndpointAlarms,
    InterfaceEndpointThresholds,
    Listener,
    NetworkLoadBalancedEndpointService,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import aws_cdk as cdk
    from tests.deploy.accounts import Account

CERTIFICATE = "11111111-2222-3333-4444-555555555555"
# What another library writes: AWS's names have spaces.
MISSPELLED = {
    "Service Id": "ServiceId",
    "VPC Endpoint Id": "VpcEndpointId",
    "LoadBalancer": "LoadBalancerName",
}


def define(stack: cdk.Stack, vpc: ec2.IVpc) -> None:
    """Define a service and an endpoint with every alarm that can be without a function."""
    arn = f"arn:aws:acm:eu-west-1:{stack.account}:certificate/{CERTIFICATE}"
    certificate = acm.Certificate.from_certificate_arn(stack, "Certificate", arn)
    service = NetworkLoadBalancedEndpointService(
        stack,
        "Payments",
        vpc=vpc,
        listeners=[
            Listener.tls(
                443,
                certificates=[certificate],
                targets=[targets.IpTarget(address) for address in ADDRESSES],
            ),
            Listener.tcp(80, targets=[targets.IpTarget(ADDRESSES[0])]),
        ],
        allowed_principals=[stack.account],
        client_cidrs=["10.0.0.0/8"],
        subnets=ec2.SubnetSelection(availability_zones=[*ZONES[:2]]),
    )
    topic = sns.Topic(stack, "Topic")
    EndpointServiceAlarms(
        stack,
        "Alarms",
        service=service,
        actions=[topic],
        thresholds=EndpointServiceThresholds(resets_sent=0),
    )
    endpoint = InterfaceEndpoint(
        stack, "Endpoint", vpc=vpc, service=service, clients=["10.0.0.0/8"]
    )
    InterfaceEndpointAlarms(
        stack,
        "EndpointAlarms",
        endpoint=endpoint,
        thresholds=InterfaceEndpointThresholds(resets_received=0),
    )


class Deployed:
    """The alarms of a deployed stack."""

    def __init__(self, account: Account, folder: Path) -> None:
        self.cloudwatch = account.client("cloudwatch")
        self.ids = Stack(account).deploy(template(define, folder, account.account_id))

    def alarm(self, part: str) -> dict[str, Any]:
        """Return the one alarm whose logical id contains some text."""
        [name] = [name for key, name in self.ids.items() if part in key]
        [found] = self.cloudwatch.describe_alarms(AlarmNames=[name])["MetricAlarms"]
        return found

    def state(self, part: str) -> str:
        return self.alarm(part)["StateValue"]

    def write(
        self,
        metric: dict[str, Any],
        value: float,
        *,
        period: int,
        periods: int,
        renamed: bool = False,
    ) -> None:
        """Write a data point into each of the last periods."""
        names = MISSPELLED if renamed else {}
        dimensions = [
            {**it, "Name": names.get(it["Name"], it["Name"])} for it in metric["Dimensions"]
        ]
        written = {**metric, "Dimensions": dimensions}
        write(self.cloudwatch, written, value, period=period, periods=periods)


@pytest.fixture
def deployed(provider: Account, tmp_path: Path) -> Deployed:
    return Deployed(provider, tmp_path)


PLAIN = (
    "AlarmsPortAllocationErrorsLoadBalancereuwest1a",
    "AlarmsFailOpenLoadBalancereuwest1a",
    "AlarmsBlockedTcpLoadBalancereuwest1a",
    "AlarmsResetsSent",
    "EndpointAlarmsPacketsDropped",
    "EndpointAlarmsResetsReceived",
)
HEALTHY = "AlarmsHealthyTargetsTargetGroup443LoadBalancereuwest1a"
USE = "AlarmsConnectionUseLoadBalancereuwest1a"
TLS = "AlarmsTlsFailuresLoadBalancereuwest1a"


def test_alarms_go_off_by_data_with_their_own_dimensions(deployed: Deployed) -> None:
    for part in PLAIN:
        alarm = deployed.alarm(part)
        span: dict[str, Any] = {
            "period": alarm["Period"],
            "periods": alarm["EvaluationPeriods"],
        }
        assert alarm["StateValue"] == "OK", part
        deployed.write(alarm, 5, **span, renamed=True)
        assert deployed.state(part) == "OK", part
        deployed.write(alarm, 5, **span)
        assert deployed.state(part) == "ALARM", part


def test_the_other_zone_is_another_alarm(deployed: Deployed) -> None:
    errors = "PortAllocationErrors"
    one = deployed.alarm(f"Alarms{errors}LoadBalancereuwest1a")
    deployed.write(one, 1, period=60, periods=1)
    assert deployed.state(f"Alarms{errors}LoadBalancereuwest1a") == "ALARM"
    assert deployed.state(f"Alarms{errors}LoadBalancereuwest1b") == "OK"


def test_a_zone_whose_targets_do_not_report_is_an_alarm(deployed: Deployed) -> None:
    alarm = deployed.alarm(HEALTHY)
    assert alarm["StateValue"] == "ALARM"
    deployed.write(alarm, 2, period=60, periods=3, renamed=True)
    assert deployed.state(HEALTHY) == "ALARM"
    deployed.write(alarm, 2, period=60, periods=3)
    assert deployed.state(HEALTHY) == "OK"
    deployed.write(alarm, 0, period=60, periods=3)
    assert deployed.state(HEALTHY) == "ALARM"


def metrics_of(alarm: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for entry in alarm["Metrics"]:
        if "MetricStat" in entry:
            yield entry["Id"], entry["MetricStat"]["Metric"]


def test_connections_are_compared_with_55000_for_each_healthy_target(deployed: Deployed) -> None:
    alarm = deployed.alarm(USE)
    # Without data it keeps the state that it was made with.
    assert alarm["StateValue"] == "INSUFFICIENT_DATA"
    metrics = dict(metrics_of(alarm))
    for name, value in (("healthy0", 2.0), ("healthy1", 1.0), ("flows", 115_000.0)):
        deployed.write(metrics[name], value, period=300, periods=3)
    assert deployed.state(USE) == "OK"
    # The highest number of connections of a period counts, and the lowest of targets.
    deployed.write(metrics["flows"], 116_000, period=300, periods=3)
    assert deployed.state(USE) == "ALARM"
    assert deployed.state(USE.replace("1a", "1b")) == "INSUFFICIENT_DATA"


def test_tls_failures_are_compared_with_new_connections(deployed: Deployed) -> None:
    metrics = dict(metrics_of(deployed.alarm(TLS)))
    assert deployed.state(TLS) == "OK"
    deployed.write(metrics["flows"], 1000, period=300, periods=3)
    deployed.write(metrics["client"], 40, period=300, periods=3)
    assert deployed.state(TLS) == "OK"
    deployed.write(metrics["target"], 20, period=300, periods=3)
    assert deployed.state(TLS) == "ALARM"


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"client": 1.0, "target": None, "flows": None}, 1.0),
        ({"client": 1.0, "target": 1.0, "flows": 8.0}, 0.25),
        ({"client": None, "target": None, "flows": 8.0}, None),
        ({"client": 0.0, "target": None, "flows": 0.0}, None),
    ],
    ids=["no connection succeeds", "some fail", "none fails", "nothing happens"],
)
def test_the_part_of_failures(values: dict[str, float | None], expected: float | None) -> None:
    expression = "SUM([client, target]) / MAX([SUM([client, target]), flows])"
    assert computed(expression, values) == expected


def test_fails_when_an_expression_is_not_known() -> None:
    with pytest.raises(ValueError, match="doesn't know"):
        computed("FILL(m, 0)", {"m": None})
