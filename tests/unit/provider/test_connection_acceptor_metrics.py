"""Does the construct ask for the metrics that its function writes?"""

from __future__ import annotations

import json
from itertools import count
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, TypeAlias

import boto3
import pytest
from botocore.stub import Stubber
from tests.support.intrinsics import evaluate
from tests.unit.provider.acceptance_stacks import (
    CUSTOMER,
    OTHER,
    REGION,
    acceptor_of,
    of_type,
    stack,
)

from privatelink_constructs import AcceptancePolicy
from privatelink_constructs.runtime.acceptance import calls, index

if TYPE_CHECKING:
    from collections.abc import Iterator

    import aws_cdk as cdk
    from aws_cdk import aws_cloudwatch as cloudwatch
    from mypy_boto3_ec2 import EC2Client

POLICY = AcceptancePolicy.by_rules(accept_accounts=[CUSTOMER], reject_accounts=[OTHER])
DESCRIBE = "describe_vpc_endpoint_connections"

Metric: TypeAlias = "tuple[str, str, frozenset[tuple[str, str]]]"
"""What identifies a metric in CloudWatch: its namespace, name, and dimensions."""


class Deployed(dict[str, str]):
    """What each Ref of a template stands for once it is deployed."""

    def __missing__(self, logical_id: str) -> str:
        return f"id-of-{logical_id}"


@pytest.fixture
def scope() -> cdk.Stack:
    return stack()


@pytest.fixture
def metrics(scope: cdk.Stack) -> dict[str, cloudwatch.Metric]:
    """Return what every ``metric_*`` method of the construct returns, by the method's name."""
    acceptor = acceptor_of(scope, acceptance=POLICY)
    methods = [name for name in dir(type(acceptor)) if name.startswith("metric_")]
    return {name: getattr(acceptor, name)() for name in methods}


@pytest.fixture
def function(
    scope: cdk.Stack, metrics: dict[str, cloudwatch.Metric], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Stubber]:
    """Give the function the environment that the construct defines, and a stubbed client."""
    clock = count(step=60.0)
    [variables] = [
        it["Properties"]["Environment"]["Variables"]
        for it in of_type(scope, "AWS::Lambda::Function").values()
        if "RULES" in it["Properties"].get("Environment", {}).get("Variables", {})
    ]
    for name, value in variables.items():
        monkeypatch.setenv(name, evaluate(value, Deployed()))
    monkeypatch.setattr(calls, "time", SimpleNamespace(monotonic=clock.__next__, sleep=str))
    client: EC2Client = boto3.client(  # pyright: ignore[reportUnknownMemberType]
        "ec2", region_name=REGION, aws_access_key_id="key", aws_secret_access_key="none"
    )

    def client_of(*_: object, **__: object) -> EC2Client:
        return client

    monkeypatch.setattr(boto3, "client", client_of)
    calls.ec2.cache_clear()
    calls.sqs.cache_clear()
    with Stubber(client) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


def asked_for(scope: cdk.Stack, metric: cloudwatch.Metric) -> Metric:
    dimensions: dict[str, Any] = scope.resolve(metric.dimensions)
    values = {name: str(evaluate(value, Deployed())) for name, value in dimensions.items()}
    return metric.namespace, metric.metric_name, frozenset(values.items())


def written_by_run(capsys: pytest.CaptureFixture[str]) -> set[Metric]:
    """Run the function on one message of the queue, and read the metrics that it prints.

    :see: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
    """
    again = {"messageId": "m0", "body": "{}", "attributes": {"ApproximateReceiveCount": "2"}}
    index.handler({"Records": [again, {"messageId": "m1", "body": "malformed"}]}, None)
    records = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    return {
        (
            directive["Namespace"],
            metric["Name"],
            frozenset((name, record[name]) for name in dimensions),
        )
        for record in records
        for directive in record.get("_aws", {}).get("CloudWatchMetrics", [])
        for dimensions in directive["Dimensions"]
        for metric in directive["Metrics"]
        if metric["Name"] in record
    }


def test_metrics_are_those_that_the_function_writes(
    scope: cdk.Stack,
    metrics: dict[str, cloudwatch.Metric],
    function: Stubber,
    capsys: pytest.CaptureFixture[str],
) -> None:
    function.add_response(DESCRIBE, {"VpcEndpointConnections": []})
    assert {asked_for(scope, it) for it in metrics.values()} == written_by_run(capsys)


def test_metrics_of_a_run_that_fails_are_among_them(
    scope: cdk.Stack,
    metrics: dict[str, cloudwatch.Metric],
    function: Stubber,
    capsys: pytest.CaptureFixture[str],
) -> None:
    function.add_client_error(DESCRIBE, "ServiceId.Malformed", http_status_code=400)
    written = written_by_run(capsys)
    assert asked_for(scope, metrics["metric_failures"]) in written
    assert written < {asked_for(scope, it) for it in metrics.values()}


def test_metrics_are_summed_unless_they_are_levels(metrics: dict[str, cloudwatch.Metric]) -> None:
    assert {(it.metric_name, it.statistic) for it in metrics.values()} == {
        ("Accepted", "Sum"),
        ("Failures", "Sum"),
        ("LeftPending", "Maximum"),
        ("MalformedMessages", "Sum"),
        ("OldestPendingAge", "Maximum"),
        ("Rejected", "Sum"),
        ("UntouchedConnections", "Maximum"),
    }
