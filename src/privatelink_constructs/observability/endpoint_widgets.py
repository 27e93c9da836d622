"""The widgets of an interface endpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING

import aws_cdk as cdk

from privatelink_constructs._cdk.reporting import refuse
from privatelink_constructs.contract.endpoint_metrics import watched_endpoint
from privatelink_constructs.contract.metric_making import make_expression
from privatelink_constructs.observability.endpoint_alarms import InterfaceEndpointAlarms
from privatelink_constructs.observability.metric_places import region_of
from privatelink_constructs.observability.widgets import (
    alarm_states,
    find_all,
    graph,
    late_text,
    name_of,
)
from privatelink_constructs.rules.arguments import checked
from privatelink_constructs.rules.metrics import endpoint_known

if TYPE_CHECKING:
    from collections.abc import Callable

    from aws_cdk import aws_cloudwatch as cloudwatch

    from privatelink_constructs.contract.interfaces import IInterfaceEndpoint

_BY_SUBNET = (
    '{AWS/PrivateLinkEndpoints,"Endpoint Type","Service Name","Subnet Id","VPC Endpoint Id",'
    '"VPC Id"}'
)
_SUBNET = "${PROP('Dim.Subnet Id')}"
"""What a line of a search is called: the subnet that it is of."""


class InterfaceEndpointWidgets:
    """The widgets of an interface endpoint, for a dashboard that you have already.

    Each property is a row of widgets. An endpoint to a service in another Region has no metrics, so
    there is only the overview, with a note.

    Example::

        widgets = InterfaceEndpointWidgets(endpoint)
        dashboard.add_widgets(*widgets.traffic)

    :param endpoint: the endpoint, defined in the app or imported. An imported one must specify its
        VPC and its service.
    :raises ValidationError: ``endpoint-metrics-undetermined``.
    :see: https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-cloudwatch-metrics.html
    """

    @checked()
    def __init__(self, endpoint: IInterfaceEndpoint) -> None:
        """Keep the endpoint."""
        watched = watched_endpoint(endpoint)
        known = endpoint_known(service_name=watched.service_name, vpc_id=watched.vpc_id)
        refuse(known, watched.site)
        self._endpoint = endpoint
        self._watched = watched
        self._period = cdk.Duration.minutes(5)

    @property
    def rows(self) -> tuple[tuple[cloudwatch.IWidget, ...], ...]:
        """All rows, from top to bottom."""
        return tuple(row for row in (self.overview, self.traffic, self.subnets) if row)

    @property
    def overview(self) -> tuple[cloudwatch.IWidget, ...]:
        """What the endpoint is, and the state of the alarms that the app defines for it."""
        text = late_text(self._text, height=3)
        if self._watched.other_region is not None:
            return (text,)
        return (text, alarm_states("Alarms of the endpoint", self._alarms))

    def _text(self) -> str:
        watched = self._watched
        region = region_of(watched.home) or cdk.Aws.REGION
        heading = f"## Interface endpoint {name_of(watched.home.construct, 'of another app')}"
        facts = f"`{watched.id}` in `{watched.vpc_id}`, Region **{region}**"
        service = f"Service `{watched.service_name}`"
        if watched.other_region is not None:
            service += f" in **{watched.other_region}**: AWS publishes no metrics across Regions."
        return f"{heading}\n\n{facts}\n\n{service}"

    def _alarms(self) -> list[cloudwatch.Alarm]:
        found: list[InterfaceEndpointAlarms] = find_all(
            self._watched.home.construct, InterfaceEndpointAlarms
        )
        return [alarm for it in found if it.endpoint is self._endpoint for alarm in it.alarms]

    @property
    def traffic(self) -> tuple[cloudwatch.IWidget, ...]:
        """Connections, bytes, dropped packets, and resets of the endpoint."""
        if self._watched.other_region is not None:
            return ()
        endpoint, period = self._endpoint, self._period
        active = endpoint.metric_active_connections(
            label="Active connections", period=period, statistic="Maximum"
        )
        new = endpoint.metric_new_connections(label="New connections", period=period)
        sent = endpoint.metric_bytes_processed(label="Bytes", period=period)
        dropped = endpoint.metric_packets_dropped(label="Dropped packets", period=period)
        resets = endpoint.metric_rst_packets_received(label="RST packets", period=period)
        return (
            graph("Active connections", [active], width=6),
            graph("New connections per 5 minutes", [new], width=6),
            graph("Bytes per 5 minutes", [sent], width=6),
            graph("Dropped and RST packets per 5 minutes", [dropped, resets], width=6),
        )

    @property
    def subnets(self) -> tuple[cloudwatch.IWidget, ...]:
        """Connections, bytes, and dropped packets by subnet."""
        if self._watched.other_region is not None:
            return ()
        endpoint = self._endpoint

        def active(subnet_id: str) -> cloudwatch.Metric:
            return endpoint.metric_active_connections(
                subnet_id=subnet_id, label=subnet_id, period=self._period, statistic="Maximum"
            )

        def sent(subnet_id: str) -> cloudwatch.Metric:
            return endpoint.metric_bytes_processed(
                subnet_id=subnet_id, label=subnet_id, period=self._period
            )

        def dropped(subnet_id: str) -> cloudwatch.Metric:
            return endpoint.metric_packets_dropped(
                subnet_id=subnet_id, label=subnet_id, period=self._period
            )

        return (
            self._by_subnet("Active connections by subnet", "ActiveConnections", active),
            self._by_subnet("Bytes by subnet, per 5 minutes", "BytesProcessed", sent),
            self._by_subnet("Dropped packets by subnet, per 5 minutes", "PacketsDropped", dropped),
        )

    def _by_subnet(
        self, title: str, name: str, metric: Callable[[str], cloudwatch.Metric]
    ) -> cloudwatch.IWidget:
        """Return a graph with a line for each subnet, which a search finds if they aren't known."""
        subnets = list(self._watched.subnet_ids)
        if subnets:
            return graph(title, [metric(it) for it in subnets], width=8)
        statistic = "Maximum" if name == "ActiveConnections" else "Sum"
        terms = f'{_BY_SUBNET} MetricName="{name}" "{self._watched.id}"'
        search = make_expression(
            f"SEARCH('{terms}', '{statistic}', 300)",
            {},
            label=_SUBNET,
            period=self._period,
            home=self._watched.home,
        )
        return graph(title, [search], width=8)
