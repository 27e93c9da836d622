"""The function that looks at private DNS names on a schedule."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import aws_cdk as cdk
import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber
from tests.support.published import service_with, stack_in, template_of

from privatelink_constructs import EndpointServiceAlarms, PrivateDnsName
from privatelink_constructs.runtime.private_dns_watch import index

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_ec2 import EC2Client

SERVICE_ID = "vpce-svc-0123456789abcdef0"
DESCRIBE = "describe_vpc_endpoint_service_configurations"


@pytest.fixture
def ec2(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stubber]:
    client: EC2Client = boto3.client(  # pyright: ignore[reportUnknownMemberType]
        "ec2", region_name="eu-west-1", aws_access_key_id="key", aws_secret_access_key="none"
    )

    def client_of(*_: object, **__: object) -> EC2Client:
        return client

    monkeypatch.setattr(boto3, "client", client_of)
    index.ec2_client.cache_clear()
    with Stubber(client) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()
    index.ec2_client.cache_clear()


def answer(**private_dns: Any) -> dict[str, Any]:
    return {"ServiceConfigurations": [{"ServiceId": SERVICE_ID, **private_dns}]}


def lines_of(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    index.handler({"ServiceId": SERVICE_ID}, SimpleNamespace(aws_request_id="request"))
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


@pytest.mark.parametrize(
    ("state", "value"),
    [
        ("verified", 1),
        ("Verified", 1),
        ("failed", 0),
        ("pendingVerification", 0),
        ("somethingNew", 0),
    ],
)
def test_the_state_is_a_metric(
    state: str, value: int, ec2: Stubber, capsys: pytest.CaptureFixture[str]
) -> None:
    private = {"PrivateDnsName": "a.b.c", "PrivateDnsNameConfiguration": {"State": state}}
    ec2.add_response(DESCRIBE, answer(**private), {"ServiceIds": [SERVICE_ID]})
    said, measured = lines_of(capsys)
    assert measured["PrivateDnsNameVerified"] == value
    assert measured["ServiceId"] == SERVICE_ID
    assert said["state"] == state
    assert said["level"] == ("INFO" if value else "ERROR")
    assert said["requestId"] == "request"


def test_a_service_without_a_name_is_not_verified(
    ec2: Stubber, capsys: pytest.CaptureFixture[str]
) -> None:
    ec2.add_response(DESCRIBE, answer(), {"ServiceIds": [SERVICE_ID]})
    said, measured = lines_of(capsys)
    assert measured["PrivateDnsNameVerified"] == 0
    assert said["state"] == "none"


def test_fails_when_the_state_can_not_be_read(
    ec2: Stubber, capsys: pytest.CaptureFixture[str]
) -> None:
    ec2.add_client_error(DESCRIBE, "InvalidVpcEndpointServiceId.NotFound", http_status_code=400)
    with pytest.raises(ClientError):
        index.handler({"ServiceId": SERVICE_ID}, None)
    assert capsys.readouterr().out == ""


def test_the_alarm_watches_the_metric_that_the_function_writes(
    ec2: Stubber, capsys: pytest.CaptureFixture[str]
) -> None:
    ec2.add_response(DESCRIBE, answer(), {"ServiceIds": [SERVICE_ID]})
    [directive] = lines_of(capsys)[1]["_aws"]["CloudWatchMetrics"]
    stack = stack_in()
    service = service_with(stack, PrivateDnsName.external("pay.example.com"))
    EndpointServiceAlarms(
        stack, "Alarms", service=service, private_dns_check_every=cdk.Duration.hours(1)
    )
    [alarm] = [
        it["Properties"]
        for it in template_of(stack)["Resources"].values()
        if it["Type"] == "AWS::CloudWatch::Alarm"
        and it["Properties"]["Namespace"] == directive["Namespace"]
    ]
    assert [it["Name"] for it in directive["Metrics"]] == [alarm["MetricName"]]
    assert directive["Dimensions"] == [[it["Name"] for it in alarm["Dimensions"]]]
