"""The metrics of a service's load balancers, by Availability Zone where it matters."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from privatelink_constructs._values import internal_value
from privatelink_constructs.contract.metric_making import make_expression, make_metric
from privatelink_constructs.facts import metric_tables as tables
from privatelink_constructs.rules.core import is_token

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import aws_cdk as cdk
    from aws_cdk import aws_cloudwatch as cloudwatch

    from privatelink_constructs.contract.metric_making import MetricHome
    from privatelink_constructs.contract.watched_services import WatchedBalancer, WatchedGroup

_TLS_FAILURES = "SUM([client, target]) / MAX([SUM([client, target]), flows])"
"""The part of TLS connections that fail.

Without failures there is no data. Whether failed handshakes are part of the flows isn't documented:
if they aren't, and none succeeds, the result is 1.
"""


@internal_value(kw_only=True)
class Place:
    """An Availability Zone of a load balancer, or all of them together.

    :param suffix: what ids of constructs end in for it.
    :param zone: the zone of its targets, None for all of them, or where it isn't known.
    :param flow_zone: the zone of its connections, None for all of them.
    """

    suffix: str = ""
    zone: str | None = None
    flow_zone: str | None = None


@internal_value(kw_only=True)
class BalancerMetrics:
    """The metrics of a load balancer.

    :param balancer: the load balancer.
    :param home: where its metrics are.
    :param stack: the stack that asks.
    """

    balancer: WatchedBalancer
    home: MetricHome
    stack: cdk.Stack

    def places(self) -> Iterator[Place]:
        """Yield the zones of the load balancer that are looked at one by one.

        With cross-zone load balancing, a zone may be without healthy targets, and connections
        of one zone go to the targets of all.
        """
        zones = self.balancer.zones
        if self.balancer.cross_zone or not zones:
            yield Place()
        elif len(zones) == 1:
            yield Place(zone=zones[0])
        else:
            for zone in zones:
                yield Place(suffix=f"-{self._id_of(zone)}", zone=zone, flow_zone=zone)

    def _id_of(self, zone: str) -> str:
        """Return what represents a zone in ids: what a token resolves to, never the token."""
        if not is_token(zone):
            return zone
        return "".join(filter(str.isalnum, json.dumps(self.stack.resolve(zone))))

    @property
    def counted(self) -> list[WatchedGroup]:
        """The target groups whose healthy targets CloudWatch counts."""
        return [group for group in self.balancer.groups if group.counted]

    def metric(
        self,
        name: str,
        period: cdk.Duration,
        *,
        statistic: str = "Sum",
        zone: str | None = None,
        group: WatchedGroup | None = None,
        label: str | None = None,
    ) -> cloudwatch.Metric:
        """Return a metric of the load balancer.

        :param zone: one of its zones. Default: all.
        :param group: one of its target groups. Default: all.
        """
        given = {
            "AvailabilityZone": zone,
            "LoadBalancer": self.balancer.full_name,
            "TargetGroup": None if group is None else group.full_name,
        }
        dimensions = {key: it for key, it in given.items() if it is not None}
        return make_metric(
            tables.LOAD_BALANCERS,
            name,
            dimensions,
            self.home,
            {"period": period, "statistic": statistic, "label": label},
        )

    def healthy(
        self, group: WatchedGroup, place: Place, period: cdk.Duration, label: str | None = None
    ) -> cloudwatch.Metric:
        """Return how many targets of a group are healthy."""
        return self.metric(
            "HealthyHostCount",
            period,
            statistic="Minimum",
            zone=place.zone,
            group=group,
            label=label,
        )

    def connection_use(
        self, place: Place, period: cdk.Duration, label: str, mark: str = ""
    ) -> cloudwatch.MathExpression:
        """Return which part of the connections that healthy targets can serve there are.

        :param mark: what the names of its metrics end in, to tell those of one graph apart.
        """
        healthy = {
            f"healthy{number}{mark}": self.healthy(group, place, period)
            for number, group in enumerate(self.counted)
        }
        flows = self.metric("ActiveFlowCount", period, statistic="Maximum", zone=place.flow_zone)
        targets = " + ".join(healthy)
        expression = f"flows{mark} / ({tables.CONNECTIONS_PER_TARGET} * ({targets}))"
        return self._computed(expression, {f"flows{mark}": flows, **healthy}, period, label)

    def tls_failures(self, period: cdk.Duration, label: str) -> cloudwatch.MathExpression:
        """Return which part of TLS connections fails."""
        metrics = {
            "client": self.metric("ClientTLSNegotiationErrorCount", period),
            "target": self.metric("TargetTLSNegotiationErrorCount", period),
            "flows": self.metric("NewFlowCount_TLS", period),
        }
        return self._computed(_TLS_FAILURES, metrics, period, label)

    def _computed(
        self,
        expression: str,
        metrics: Mapping[str, cloudwatch.Metric],
        period: cdk.Duration,
        label: str,
    ) -> cloudwatch.MathExpression:
        return make_expression(expression, metrics, label=label, period=period)
