"""The metrics that the alarms of a template watch."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from privatelink_constructs.facts import metric_tables as tables
from privatelink_constructs.inventory.types import ALARM, ANOMALY_DETECTOR

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from privatelink_constructs.cloudformation.model import Model
    from privatelink_constructs.cloudformation.resource import Resource, Value
    from privatelink_constructs.facts.metric_tables import DimensionSet

NAMESPACES = frozenset({tables.ENDPOINTS, tables.LOAD_BALANCERS, tables.SERVICES})
"""The namespaces whose tables are complete. The other tables are only of what we use."""


class WatchedMetric(NamedTuple):
    """A metric in a namespace whose dimensions are known.

    :param namespace: the namespace.
    :param name: its name.
    :param dimensions: the values of its dimensions, by their names.
    :param place: where its dimensions are written, or the metric if it has none.
    """

    namespace: str
    name: str
    dimensions: Mapping[str, Value]
    place: Value

    @property
    def published(self) -> tuple[DimensionSet, ...]:
        """The sets of dimensions that AWS publishes.

        For a metric that isn't in the table, such as a new one, those of all metrics of its
        namespace.
        """
        metrics = tables.METRIC_TABLES[self.namespace].metrics
        every = dict.fromkeys(one for sets in metrics.values() for one in sets)
        return metrics.get(self.name) or tuple(every)


def watched_metrics(model: Model) -> Iterator[WatchedMetric]:
    """Yield the metrics of alarms and anomaly detectors, as far as they can be seen."""
    for resource in model.of_type(ALARM, ANOMALY_DETECTOR):
        for value in _metrics(resource):
            namespace, name = value.get("Namespace").text, value.get("MetricName").text
            dimensions = _dimensions(value)
            if namespace in NAMESPACES and name is not None and dimensions is not None:
                place = value.get("Dimensions")
                yield WatchedMetric(namespace, name, dimensions, value if place.absent else place)


def _metrics(resource: Resource) -> Iterator[Value]:
    """Yield each place where an alarm or a detector can have a metric."""
    yield resource.value
    yield resource.get("SingleMetricAnomalyDetector")
    for queries in (("Metrics",), ("MetricMathAnomalyDetector", "MetricDataQueries")):
        for query in resource.get(*queries).each():
            yield query.get("MetricStat", "Metric")


def _dimensions(metric: Value) -> dict[str, Value] | None:
    """Return the dimensions of a metric, None if one isn't known."""
    items = metric.get("Dimensions").items()
    if items is None:
        return None
    named = [(item.get("Name").text, item.get("Value")) for item in items]
    found = {name: value for name, value in named if name is not None}
    return found if len(found) == len(named) else None
