"""Data points that put alarms into ALARM."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_HEALTHY, _FLOWS = "healthy", "flows"


def write(
    cloudwatch: Any, metric: Mapping[str, Any], value: float, *, period: int, periods: int
) -> None:
    """Write a data point into each of the last periods."""
    now = time.time()
    for number in range(periods):
        cloudwatch.put_metric_data(
            Namespace=metric["Namespace"],
            MetricData=[
                {
                    "MetricName": metric["MetricName"],
                    "Dimensions": metric["Dimensions"],
                    "Value": value,
                    "Timestamp": now - number * period - period / 3,
                }
            ],
        )


def alarming(alarm: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], float, int]]:
    """Yield each metric of an alarm with a value that is beyond its threshold, and its period."""
    if "MetricName" in alarm:
        beyond = 1 if alarm["ComparisonOperator"].startswith("Greater") else -1
        yield alarm, alarm["Threshold"] + beyond, alarm["Period"]
        return
    parts = {it["Id"]: it["MetricStat"] for it in alarm["Metrics"] if "MetricStat" in it}
    of_targets = any(name.startswith(_HEALTHY) for name in parts)
    for name, part in parts.items():
        # One target has too many connections, or most connections fail.
        many = name == _FLOWS if of_targets else name != _FLOWS
        yield part["Metric"], 1_000_000.0 if many else 1.0, part["Period"]
