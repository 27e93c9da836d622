"""The output of a run: lines of JSON, and metrics that CloudWatch reads from them."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from .verdicts import Connection

METRIC_NAMESPACE = "PrivateLinkConstructs"
SHOWN = 50
"""How many connections a line names, because CloudWatch Logs accepts lines of up to 1 MB."""
_UNITS = {"OldestPendingAge": "Seconds"}
_request = {"requestId": ""}


def begin(request_id: str) -> None:
    """Have all lines from now on name an invocation."""
    _request["requestId"] = request_id


def log(level: str, message: str, **details: object) -> None:
    """Write a line."""
    _write({**_request, "level": level, "message": message, **details})


def log_connections(
    level: str, message: str, connections: Sequence[Connection], **details: object
) -> None:
    """Write a line about connections: how many, and the first of them."""
    shown = [
        {"id": it.vpc_endpoint_id, "owner": it.owner, "region": it.region}
        for it in connections[:SHOWN]
    ]
    log(level, message, connections=shown, count=len(connections), **details)


def log_codes(level: str, message: str, codes: Mapping[str, str]) -> None:
    """Write a line about connections, each with what AWS said of it."""
    shown = dict(sorted(codes.items())[:SHOWN])
    log(level, message, connections=shown, count=len(codes))


def measure(service_id: str, now: datetime, metrics: Mapping[str, float]) -> None:
    """Write metrics in the form that CloudWatch takes from a log.

    :see: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
    """
    definitions = [{"Name": name, "Unit": _UNITS.get(name, "Count")} for name in sorted(metrics)]
    directive = {
        "Dimensions": [["ServiceId"]],
        "Metrics": definitions,
        "Namespace": METRIC_NAMESPACE,
    }
    timestamp = int(now.timestamp() * 1000)
    head = {"CloudWatchMetrics": [directive], "Timestamp": timestamp}
    _write({**_request, "_aws": head, "ServiceId": service_id, **metrics})


def _write(record: Mapping[str, object]) -> None:
    # Not through logging: its prefix would keep CloudWatch from seeing the metrics.
    sys.stdout.write(json.dumps(record, sort_keys=True) + "\n")
