"""The alarms on the load balancers of a service."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import aws_cloudwatch as cloudwatch

from privatelink_constructs._values import internal_value
from privatelink_constructs.observability.alarm_plans import AlarmPlan

if TYPE_CHECKING:
    from collections.abc import Iterator

    import aws_cdk as cdk

    from privatelink_constructs.observability.balancer_metrics import BalancerMetrics, Place
    from privatelink_constructs.observability.thresholds import EndpointServiceThresholds

_PORTS = (
    "A load balancer of the endpoint service has no ports left for new connections to its targets, "
    "and drops them. Look at ActiveFlowCount and HealthyHostCount of the load balancer. Add "
    "targets; if you can't, add secondary IP addresses to the load balancer."
)
_USE = (
    "The connections through a load balancer of the endpoint service approach 55,000 for each "
    "healthy target, beyond which it drops new ones. Look at ActiveFlowCount and HealthyHostCount "
    "of the load balancer. Add targets, or find the client that opens the connections."
)
_TARGETS = (
    "Too few targets of the endpoint service are healthy in an Availability Zone, or no targets "
    "report there. Consumers whose traffic enters in this zone can't connect, or reach unhealthy "
    "targets. Look at the health of the targets in the target group and at their logs. Repair or "
    "replace the targets, or shift traffic away from the zone."
)
_FAIL_OPEN = (
    "All targets of a load balancer of the endpoint service are unhealthy, so it sends connections "
    "to unhealthy targets. Look at the health checks and at the targets. Correct the health check "
    "if the targets work, and repair the targets if they don't."
)
_BLOCKED = (
    "The security group of a load balancer of the endpoint service blocks {protocol} connections. "
    "Look at its inbound rules, and at flow logs for the addresses. Add the addresses of the "
    "clients to client_cidrs, or ask the consumer who else tries to connect."
)
_TLS = (
    "TLS handshakes with a load balancer of the endpoint service, or between it and its targets, "
    "fail. Look at the access logs of the load balancer, and at ClientTLSNegotiationErrorCount and "
    "TargetTLSNegotiationErrorCount. Check the certificates and their expiry, the security policy "
    "of the listener, and what changed at clients or targets."
)


@internal_value(kw_only=True)
class BalancerAlarms:
    """The alarms on a load balancer.

    :param metrics: its metrics.
    :param thresholds: their thresholds.
    :param minute: a minute.
    :param five_minutes: five minutes.
    """

    metrics: BalancerMetrics
    thresholds: EndpointServiceThresholds
    minute: cdk.Duration
    five_minutes: cdk.Duration

    def plans(self) -> Iterator[AlarmPlan]:
        """Yield them."""
        for place in self.metrics.places():
            yield from self._of_place(place)
        yield from self._fail_open()
        yield from self._blocked()
        yield from self._tls()

    def _of_place(self, place: Place) -> Iterator[AlarmPlan]:
        thresholds, metrics = self.thresholds, self.metrics
        if thresholds.port_allocation_errors is not None:
            errors = "PortAllocationErrorCount"
            yield AlarmPlan(
                id=self._id("PortAllocationErrors", place.suffix),
                metric=metrics.metric(errors, self.minute, zone=place.flow_zone),
                threshold=thresholds.port_allocation_errors,
                description=_PORTS,
            )
        if thresholds.connection_use is not None and metrics.counted:
            yield AlarmPlan(
                id=self._id("ConnectionUse", place.suffix),
                metric=metrics.connection_use(place, self.five_minutes, "Connection use"),
                threshold=thresholds.connection_use,
                description=_USE,
                periods=3,
                missing=cloudwatch.TreatMissingData.IGNORE,
            )
        if thresholds.healthy_targets is not None:
            for group in metrics.counted:
                yield AlarmPlan(
                    id=self._id(f"HealthyTargets-{group.id}", place.suffix),
                    metric=metrics.healthy(group, place, self.minute),
                    threshold=thresholds.healthy_targets,
                    description=_TARGETS,
                    below=True,
                    periods=3,
                    missing=cloudwatch.TreatMissingData.BREACHING,
                )

    def _fail_open(self) -> Iterator[AlarmPlan]:
        threshold, protocols = self.thresholds.fail_open_connections, self._protocols
        # AWS doesn't count this for TLS listeners.
        if threshold is not None and protocols != frozenset({"tls"}):
            yield AlarmPlan(
                id=self._id("FailOpen"),
                metric=self.metrics.metric("UnhealthyRoutingFlowCount", self.minute),
                threshold=threshold,
                description=_FAIL_OPEN,
                periods=3,
                datapoints=2,
            )

    def _blocked(self) -> Iterator[AlarmPlan]:
        threshold = self.thresholds.blocked_connections
        if threshold is None or self.metrics.balancer.enforces is False:
            return
        for protocol in blockable(self._protocols):
            name = f"SecurityGroupBlockedFlowCount_Inbound_{protocol}"
            yield AlarmPlan(
                id=self._id(f"Blocked{protocol.capitalize()}"),
                metric=self.metrics.metric(name, self.five_minutes),
                threshold=threshold,
                description=_BLOCKED.format(protocol=protocol),
                periods=3,
                datapoints=2,
            )

    def _tls(self) -> Iterator[AlarmPlan]:
        threshold = self.thresholds.tls_failures
        if threshold is not None and "tls" in self._protocols:
            yield AlarmPlan(
                id=self._id("TlsFailures"),
                metric=self.metrics.tls_failures(self.five_minutes, "TLS failures"),
                threshold=threshold,
                description=_TLS,
                periods=3,
            )

    def _id(self, name: str, suffix: str = "") -> str:
        # What the alarm is about comes first: names of alarms are cut off where they are shown.
        return f"{name}-{self.metrics.balancer.id}{suffix}"

    @property
    def _protocols(self) -> frozenset[str]:
        return self.metrics.balancer.protocols


def blockable(protocols: frozenset[str]) -> list[str]:
    """Return what CloudWatch counts blocked connections of, for what listeners speak.

    :param protocols: empty if it isn't known.
    """
    found = {"UDP" if it == "udp" else "TCP" for it in protocols}
    return sorted(found) or ["TCP"]
