"""The widgets of an endpoint service."""

from __future__ import annotations

from typing import TYPE_CHECKING

import aws_cdk as cdk

from privatelink_constructs._cdk.asking import stack_of
from privatelink_constructs.contract.metric_making import make_expression
from privatelink_constructs.contract.service_metrics import watched_service
from privatelink_constructs.facts import metric_tables as tables
from privatelink_constructs.observability.balancer_alarms import blockable
from privatelink_constructs.observability.balancer_metrics import BalancerMetrics
from privatelink_constructs.observability.metric_places import region_of
from privatelink_constructs.observability.service_alarms import EndpointServiceAlarms
from privatelink_constructs.observability.widgets import (
    WIDTH,
    alarm_states,
    find_all,
    graph,
    late_text,
    name_of,
)
from privatelink_constructs.rules.arguments import checked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aws_cdk import aws_cloudwatch as cloudwatch

    from privatelink_constructs.contract.interfaces import IEndpointService
    from privatelink_constructs.observability.balancer_metrics import Place

_TOP = 10
_SHOWN = 10
"""How many principals the text names."""
_OF_ENDPOINTS = '{AWS/PrivateLinkServices,"Service Id","VPC Endpoint Id"}'
_ENDPOINT = "${PROP('Dim.VPC Endpoint Id')}"
"""What a line of a search is called: the endpoint that it is of."""


class EndpointServiceWidgets:
    """The widgets of an endpoint service, for a dashboard that you have already.

    Each property is a row of widgets; it is empty if nothing is known that it could show.

    Example::

        widgets = EndpointServiceWidgets(service)
        dashboard.add_widgets(*widgets.traffic)
        dashboard.add_widgets(*widgets.zones)

    :param service: the service, defined in the app or imported. Of an imported service, specify the
        load balancers, the target groups, and the Availability Zones to see their metrics.
    :see: https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-cloudwatch-metrics.html
    """

    @checked()
    def __init__(self, service: IEndpointService) -> None:
        """Keep the service."""
        self._service = service
        self._watched = watched_service(service)
        self._period = cdk.Duration.minutes(5)

    @property
    def rows(self) -> tuple[tuple[cloudwatch.IWidget, ...], ...]:
        """All rows, from top to bottom."""
        found = (self.overview, self.traffic, self.zones, self.security, self.consumers)
        return tuple(row for row in found if row)

    @property
    def overview(self) -> tuple[cloudwatch.IWidget, ...]:
        """What the service is, and the state of the alarms that the app defines for it."""
        return (
            late_text(self._text, height=3),
            alarm_states("Alarms of the service", self._alarms),
        )

    def _text(self) -> str:
        watched = self._watched
        region = region_of(watched.home) or cdk.Aws.REGION
        facts = [
            f"Region **{region}**",
            f"acceptance **{watched.acceptance or 'not known'}**",
            f"private DNS name **{watched.private_dns_name or 'none'}**",
        ]
        heading = f"## Endpoint service {name_of(watched.home.construct, 'of another app')}"
        name = f"`{self._service.endpoint_service_name}`"
        return "\n\n".join([heading, name, ", ".join(facts), self._principals()])

    def _principals(self) -> str:
        ask = self._watched.principals
        if ask is None:
            return "It isn't known who can create endpoints."
        found = list(ask())
        if not found:
            return "Nobody can create endpoints."
        shown = ", ".join(f"`{it}`" for it in found[:_SHOWN])
        more = f", and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
        return f"Who can create endpoints: {shown}{more}"

    def _alarms(self) -> list[cloudwatch.Alarm]:
        found: list[EndpointServiceAlarms] = find_all(
            self._watched.home.construct, EndpointServiceAlarms
        )
        return [alarm for it in found if it.service is self._service for alarm in it.alarms]

    @property
    def traffic(self) -> tuple[cloudwatch.IWidget, ...]:
        """Connections, bytes, and resets of the service."""
        service, period = self._service, self._period
        active = service.metric_active_connections(
            label="Active connections", period=period, statistic="Maximum"
        )
        new = service.metric_new_connections(label="New connections", period=period)
        sent = service.metric_bytes_processed(label="Bytes", period=period)
        resets = service.metric_rst_packets_sent(label="RST packets", period=period)
        return (
            graph("Active connections", [active], width=6),
            graph("New connections per 5 minutes", [new], width=6),
            graph("Bytes per 5 minutes", [sent], width=6),
            graph("RST packets per 5 minutes", [resets], width=6),
        )

    @property
    def _balancers(self) -> list[BalancerMetrics]:
        home = self._watched.home
        stack = stack_of(home.construct) if home.construct is not None else cdk.Stack()
        return [
            BalancerMetrics(balancer=it, home=home, stack=stack) for it in self._watched.balancers()
        ]

    @property
    def zones(self) -> tuple[cloudwatch.IWidget, ...]:
        """Healthy targets, the use of connections, and port allocation errors by zone."""
        balancers = self._balancers
        places = [(balancer, place) for balancer in balancers for place in balancer.places()]
        if not places:
            return ()
        healthy = [line for at in places for line in self._healthy(*at, ports=_ports(balancers))]
        use = [
            balancer.connection_use(place, self._period, _label(balancer, place), f"_{number}")
            for number, (balancer, place) in enumerate(places)
            if balancer.counted
        ]
        errors = [
            balancer.metric(
                "PortAllocationErrorCount",
                self._period,
                zone=place.flow_zone,
                label=_label(balancer, place),
            )
            for balancer, place in places
        ]
        graphs = [
            ("Healthy targets by zone", healthy, None),
            ("Used part of 55,000 connections per healthy target", use, "Limit"),
            ("Port allocation errors per 5 minutes", errors, None),
        ]
        shown = [it for it in graphs if it[1]]
        width = WIDTH // len(shown)
        return tuple(graph(title, lines, width=width, limit=limit) for title, lines, limit in shown)

    def _healthy(
        self, balancer: BalancerMetrics, place: Place, *, ports: int
    ) -> Iterator[cloudwatch.Metric]:
        for group in balancer.counted:
            label = _label(balancer, place)
            if ports > 1:
                label = f"{label} {group.id}"
            yield balancer.healthy(group, place, self._period, label)

    @property
    def security(self) -> tuple[cloudwatch.IWidget, ...]:
        """Blocked connections, failed TLS handshakes, and rejected connections."""
        balancers = self._balancers
        if not balancers:
            return ()
        graphs = [
            ("Blocked by security groups, per 5 minutes", list(self._blocked(balancers))),
            ("Failed TLS handshakes per 5 minutes", list(self._tls(balancers))),
            (
                "Rejected connections per 5 minutes",
                [self._line(it, "RejectedFlowCount", "") for it in balancers],
            ),
        ]
        shown = [it for it in graphs if it[1]]
        width = WIDTH // len(shown)
        return tuple(graph(title, lines, width=width) for title, lines in shown)

    def _blocked(self, balancers: list[BalancerMetrics]) -> Iterator[cloudwatch.Metric]:
        for it in balancers:
            directions = ("Outbound",) if it.balancer.enforces is False else ("Inbound", "Outbound")
            for direction in directions:
                for protocol in blockable(it.balancer.protocols):
                    name = f"SecurityGroupBlockedFlowCount_{direction}_{protocol}"
                    yield self._line(it, name, f" {direction.lower()} {protocol}")

    def _tls(self, balancers: list[BalancerMetrics]) -> Iterator[cloudwatch.Metric]:
        for it in balancers:
            protocols = it.balancer.protocols
            if "tls" in protocols or not protocols:
                yield self._line(it, "ClientTLSNegotiationErrorCount", " clients")
                yield self._line(it, "TargetTLSNegotiationErrorCount", " targets")

    def _line(self, balancer: BalancerMetrics, name: str, what: str) -> cloudwatch.Metric:
        [first, *_] = balancer.places()
        place = first if first.flow_zone is None else None
        label = balancer.balancer.id if place is None else _label(balancer, place)
        return balancer.metric(name, self._period, label=f"{label}{what}")

    @property
    def consumers(self) -> tuple[cloudwatch.IWidget, ...]:
        """How many endpoints there are, and which have the most bytes and connections."""
        count = self._service.metric_endpoints_count(
            label="Endpoints", period=self._period, statistic="Maximum"
        )
        insights = self._insights() if self._watched.contributor_insights else []
        width = 8 if not insights else 6
        tops = (("BytesProcessed", "bytes"), ("NewConnections", "new connections"))
        return (
            graph("Endpoints", [count], width=width),
            *(
                graph(f"The {_TOP} endpoints with most {words}", [self._top(name)], width=width)
                for name, words in tops
            ),
            *insights,
        )

    def _top(self, name: str) -> cloudwatch.MathExpression:
        # Which endpoints there are, only CloudWatch knows.
        terms = f'{_OF_ENDPOINTS} MetricName="{name}" "{self._watched.id}"'
        return make_expression(
            f"SORT(SEARCH('{terms}', 'Sum', 300), SUM, DESC, {_TOP})",
            {},
            label=_ENDPOINT,
            period=self._period,
            home=self._watched.home,
        )

    def _insights(self) -> list[cloudwatch.IWidget]:
        lines = [
            make_expression(
                f'INSIGHT_RULE_METRIC("{rule}", "MaxContributorValue")',
                {},
                label=rule.removeprefix("VpcEndpointService-").removesuffix("ByEndpointId-v1"),
                period=self._period,
                home=self._watched.home,
            )
            for rule in tables.INSIGHT_RULES
        ]
        return [graph("Largest endpoint, by Contributor Insights", lines, width=6)]


def _ports(balancers: list[BalancerMetrics]) -> int:
    return max(len(it.counted) for it in balancers)


def _label(balancer: BalancerMetrics, place: Place) -> str:
    """Return what a line is called: its zone, or the load balancer where it has several."""
    return place.zone or balancer.balancer.id
