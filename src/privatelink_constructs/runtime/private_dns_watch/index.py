"""Looks at the state of a service's private DNS name, and writes it as a metric.

AWS looks at the TXT record of a name again later. When it is gone, the state changes, and new
endpoints can't use the name. There is no metric and no event of that.

:see: https://docs.aws.amazon.com/vpc/latest/privatelink/manage-dns-names.html
"""

from __future__ import annotations

import functools
import json
import sys
import time
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mypy_boto3_ec2 import EC2Client

METRIC_NAMESPACE = "PrivateLinkConstructs"
METRIC = "PrivateDnsNameVerified"
DESCRIBE = "ec2:DescribeVpcEndpointServiceConfigurations"
_VERIFIED = "verified"


@functools.cache
def ec2_client() -> EC2Client:
    """Make the client when it is first needed, and keep it for as long as the process lives."""
    config = Config(retries={"mode": "standard", "max_attempts": 8})
    return boto3.client("ec2", config=config)  # pyright: ignore[reportUnknownMemberType] stubs of a few services only


def handler(event: Mapping[str, str], context: object) -> None:
    """Write 1 if the private DNS name of a service is verified, and 0 otherwise.

    When the state can't be read, nothing is written, and the alarm goes off for want of data.

    :param event: ``ServiceId``, the ID of the service.
    """
    service_id = event["ServiceId"]
    answer = ec2_client().describe_vpc_endpoint_service_configurations(ServiceIds=[service_id])
    (service,) = answer["ServiceConfigurations"]
    state = service.get("PrivateDnsNameConfiguration", {}).get("State", "none")
    verified = state.lower() == _VERIFIED
    line = {
        "level": "INFO" if verified else "ERROR",
        "message": "The private DNS name is verified"
        if verified
        else "The private DNS name is not verified",
        "privateDnsName": service.get("PrivateDnsName", ""),
        "requestId": str(getattr(context, "aws_request_id", "")),
        "serviceId": service_id,
        "state": state,
    }
    _write(line)
    _measure(service_id, float(verified))


def _measure(service_id: str, value: float) -> None:
    """Write the metric in the form that CloudWatch takes from a log.

    :see: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
    """
    directive = {
        "Dimensions": [["ServiceId"]],
        "Metrics": [{"Name": METRIC, "Unit": "Count"}],
        "Namespace": METRIC_NAMESPACE,
    }
    head = {"CloudWatchMetrics": [directive], "Timestamp": int(time.time() * 1000)}
    _write({"_aws": head, "ServiceId": service_id, METRIC: value})


def _write(record: Mapping[str, object]) -> None:
    # Not through logging: its prefix would keep CloudWatch from seeing the metrics.
    sys.stdout.write(json.dumps(record, sort_keys=True) + "\n")
