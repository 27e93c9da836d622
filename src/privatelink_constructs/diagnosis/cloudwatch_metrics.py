"""Reads the sums of metrics over the last hour."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

from privatelink_constructs._values import internal_value
from privatelink_constructs.cloudformation.content import as_list
from privatelink_constructs.diagnosis.album import text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from privatelink_constructs.diagnosis.reader import Reader

_PERIOD = 3600
"""In seconds."""


@internal_value
class Metrics:
    """Metrics of one kind of resource.

    :param namespace: their namespace.
    :param names: their names.
    """

    namespace: str
    names: tuple[str, ...]


LOAD_BALANCER_METRICS = Metrics(
    "AWS/NetworkELB",
    (
        *("NewFlowCount", "PortAllocationErrorCount", "RejectedFlowCount"),
        *("SecurityGroupBlockedFlowCount_Inbound_TCP", "TCP_ELB_Reset_Count"),
    ),
)
ENDPOINT_METRICS = Metrics(
    "AWS/PrivateLinkEndpoints", ("NewConnections", "PacketsDropped", "RstPacketsReceived")
)


def sums_of(
    reader: Reader, metrics: Metrics, dimensions: Mapping[str, str]
) -> dict[str, object] | None:
    """Return the sum of each metric over the last hour, None if they couldn't be seen.

    A metric without data points isn't among them.
    """
    now = datetime.now(timezone.utc)
    of = [{"Name": name, "Value": value} for name, value in dimensions.items()]
    queries = [
        {
            "Id": f"m{index}",
            "MetricStat": {
                "Metric": {"Namespace": metrics.namespace, "MetricName": name, "Dimensions": of},
                "Period": _PERIOD,
                "Stat": "Sum",
            },
        }
        for index, name in enumerate(metrics.names)
    ]
    start = now - timedelta(seconds=_PERIOD)
    found = reader.ask("GetMetricData", MetricDataQueries=queries, StartTime=start, EndTime=now)
    sums: dict[str, object] = {}
    for result in found.each:
        name = metrics.names[int(text(result, "Id")[1:])]
        values = [float(str(value)) for value in as_list(result.get("Values"))]
        if values:
            sums[name] = sum(values) + float(str(sums.get(name, 0)))
    return sums or None
