"""The metrics of an interface endpoint.

There are data points for minutes with traffic only, and none for an endpoint that connects to a
service in another Region.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from privatelink_constructs.contract.metric_making import MetricOptions, make_metric
from privatelink_constructs.rules.arguments import checked

if TYPE_CHECKING:
    import aws_cdk as cdk
    from aws_cdk import aws_cloudwatch as cloudwatch

    from privatelink_constructs.contract.interfaces import IInterfaceEndpoint
    from privatelink_constructs.contract.watched_endpoints import WatchedEndpoint


class EndpointMetrics:
    """The metrics of an interface endpoint; part of every endpoint of this library."""

    def _watched(self) -> WatchedEndpoint:
        """Return the facts about the endpoint that alarms and dashboards use."""
        from privatelink_constructs.contract.watched_endpoints import plainly_watched_endpoint  # noqa: PLC0415 - few apps have metrics

        return plainly_watched_endpoint(cast("IInterfaceEndpoint", self))

    @checked()
    def metric_active_connections(
        self,
        *,
        subnet_id: str | None = None,
        account: str | None = None,
        color: str | None = None,
        id: str | None = None,  # noqa: A002 - the CDK's name for it
        label: str | None = None,
        period: cdk.Duration | None = None,
        region: str | None = None,
        stack_account: str | None = None,
        stack_region: str | None = None,
        statistic: str | None = None,
        unit: cloudwatch.Unit | None = None,
        visible: bool | None = None,
    ) -> cloudwatch.Metric:
        """Return the number of connections that clients have through the endpoint.

        :param subnet_id: only what goes through the network interface in this subnet. Default: all
            of them.
        :param account: the account of the metric. Default: that of the endpoint.
        :param color: its color in graphs, such as ``#1f77b4``. Default: CloudWatch chooses.
        :param id: what expressions in graphs call it. Default: none.
        :param label: its name in graphs. Default: CloudWatch's.
        :param period: the time that a data point represents. Default: five minutes.
        :param region: the Region of the metric. Default: that of the endpoint.
        :param stack_account: the account that a graph or an alarm compares it with. Default: that
            of the stack.
        :param stack_region: the Region that a graph or an alarm compares it with. Default: that of
            the stack.
        :param statistic: how values are aggregated. Default: ``Average``.
        :param unit: the unit that values are filtered by. Default: none.
        :param visible: whether graphs show it. Default: they do.
        :raises ValidationError: ``endpoint-metrics-not-supported`` for a service in another Region,
            ``endpoint-metrics-undetermined`` for an imported endpoint that doesn't specify its VPC
            and its service, ``metric-subnet-mismatch``.
        :see: https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-cloudwatch-metrics.html
        """
        options = MetricOptions(
            account=account,
            color=color,
            id=id,
            label=label,
            period=period,
            region=region,
            stack_account=stack_account,
            stack_region=stack_region,
            statistic=statistic,
            unit=unit,
            visible=visible,
        )
        return _metric(self, "ActiveConnections", options, subnet_id)

    @checked()
    def metric_bytes_processed(
        self,
        *,
        subnet_id: str | None = None,
        account: str | None = None,
        color: str | None = None,
        id: str | None = None,  # noqa: A002 - the CDK's name for it
        label: str | None = None,
        period: cdk.Duration | None = None,
        region: str | None = None,
        stack_account: str | None = None,
        stack_region: str | None = None,
        statistic: str | None = None,
        unit: cloudwatch.Unit | None = None,
        visible: bool | None = None,
    ) -> cloudwatch.Metric:
        """Return the number of bytes that pass the endpoint, both ways.

        :param subnet_id: only what goes through the network interface in this subnet. Default: all
            of them.
        :param account: the account of the metric. Default: that of the endpoint.
        :param color: its color in graphs, such as ``#1f77b4``. Default: CloudWatch chooses.
        :param id: what expressions in graphs call it. Default: none.
        :param label: its name in graphs. Default: CloudWatch's.
        :param period: the time that a data point represents. Default: five minutes.
        :param region: the Region of the metric. Default: that of the endpoint.
        :param stack_account: the account that a graph or an alarm compares it with. Default: that
            of the stack.
        :param stack_region: the Region that a graph or an alarm compares it with. Default: that of
            the stack.
        :param statistic: how values are aggregated. Default: ``Sum``.
        :param unit: the unit that values are filtered by. Default: none.
        :param visible: whether graphs show it. Default: they do.
        :raises ValidationError: ``endpoint-metrics-not-supported`` for a service in another Region,
            ``endpoint-metrics-undetermined`` for an imported endpoint that doesn't specify its VPC
            and its service, ``metric-subnet-mismatch``.
        :see: https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-cloudwatch-metrics.html
        """
        options = MetricOptions(
            account=account,
            color=color,
            id=id,
            label=label,
            period=period,
            region=region,
            stack_account=stack_account,
            stack_region=stack_region,
            statistic=statistic,
            unit=unit,
            visible=visible,
        )
        return _metric(self, "BytesProcessed", options, subnet_id)

    @checked()
    def metric_new_connections(
        self,
        *,
        subnet_id: str | None = None,
        account: str | None = None,
        color: str | None = None,
        id: str | None = None,  # noqa: A002 - the CDK's name for it
        label: str | None = None,
        period: cdk.Duration | None = None,
        region: str | None = None,
        stack_account: str | None = None,
        stack_region: str | None = None,
        statistic: str | None = None,
        unit: cloudwatch.Unit | None = None,
        visible: bool | None = None,
    ) -> cloudwatch.Metric:
        """Return the number of connections that clients open through the endpoint.

        :param subnet_id: only what goes through the network interface in this subnet. Default: all
            of them.
        :param account: the account of the metric. Default: that of the endpoint.
        :param color: its color in graphs, such as ``#1f77b4``. Default: CloudWatch chooses.
        :param id: what expressions in graphs call it. Default: none.
        :param label: its name in graphs. Default: CloudWatch's.
        :param period: the time that a data point represents. Default: five minutes.
        :param region: the Region of the metric. Default: that of the endpoint.
        :param stack_account: the account that a graph or an alarm compares it with. Default: that
            of the stack.
        :param stack_region: the Region that a graph or an alarm compares it with. Default: that of
            the stack.
        :param statistic: how values are aggregated. Default: ``Sum``.
        :param unit: the unit that values are filtered by. Default: none.
        :param visible: whether graphs show it. Default: they do.
        :raises ValidationError: ``endpoint-metrics-not-supported`` for a service in another Region,
            ``endpoint-metrics-undetermined`` for an imported endpoint that doesn't specify its VPC
            and its service, ``metric-subnet-mismatch``.
        :see: https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-cloudwatch-metrics.html
        """
        options = MetricOptions(
            account=account,
            color=color,
            id=id,
            label=label,
            period=period,
            region=region,
            stack_account=stack_account,
            stack_region=stack_region,
            statistic=statistic,
            unit=unit,
            visible=visible,
        )
        return _metric(self, "NewConnections", options, subnet_id)

    @checked()
    def metric_packets_dropped(
        self,
        *,
        subnet_id: str | None = None,
        account: str | None = None,
        color: str | None = None,
        id: str | None = None,  # noqa: A002 - the CDK's name for it
        label: str | None = None,
        period: cdk.Duration | None = None,
        region: str | None = None,
        stack_account: str | None = None,
        stack_region: str | None = None,
        statistic: str | None = None,
        unit: cloudwatch.Unit | None = None,
        visible: bool | None = None,
    ) -> cloudwatch.Metric:
        """Return the number of packets that the endpoint drops.

        AWS may not count all of them. If they increase, the endpoint or the service is unhealthy.

        :param subnet_id: only what goes through the network interface in this subnet. Default: all
            of them.
        :param account: the account of the metric. Default: that of the endpoint.
        :param color: its color in graphs, such as ``#1f77b4``. Default: CloudWatch chooses.
        :param id: what expressions in graphs call it. Default: none.
        :param label: its name in graphs. Default: CloudWatch's.
        :param period: the time that a data point represents. Default: five minutes.
        :param region: the Region of the metric. Default: that of the endpoint.
        :param stack_account: the account that a graph or an alarm compares it with. Default: that
            of the stack.
        :param stack_region: the Region that a graph or an alarm compares it with. Default: that of
            the stack.
        :param statistic: how values are aggregated. Default: ``Sum``.
        :param unit: the unit that values are filtered by. Default: none.
        :param visible: whether graphs show it. Default: they do.
        :raises ValidationError: ``endpoint-metrics-not-supported`` for a service in another Region,
            ``endpoint-metrics-undetermined`` for an imported endpoint that doesn't specify its VPC
            and its service, ``metric-subnet-mismatch``.
        :see: https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-cloudwatch-metrics.html
        """
        options = MetricOptions(
            account=account,
            color=color,
            id=id,
            label=label,
            period=period,
            region=region,
            stack_account=stack_account,
            stack_region=stack_region,
            statistic=statistic,
            unit=unit,
            visible=visible,
        )
        return _metric(self, "PacketsDropped", options, subnet_id)

    @checked()
    def metric_rst_packets_received(
        self,
        *,
        subnet_id: str | None = None,
        account: str | None = None,
        color: str | None = None,
        id: str | None = None,  # noqa: A002 - the CDK's name for it
        label: str | None = None,
        period: cdk.Duration | None = None,
        region: str | None = None,
        stack_account: str | None = None,
        stack_region: str | None = None,
        statistic: str | None = None,
        unit: cloudwatch.Unit | None = None,
        visible: bool | None = None,
    ) -> cloudwatch.Metric:
        """Return the number of RST packets that the endpoint receives from the service.

        :param subnet_id: only what goes through the network interface in this subnet. Default: all
            of them.
        :param account: the account of the metric. Default: that of the endpoint.
        :param color: its color in graphs, such as ``#1f77b4``. Default: CloudWatch chooses.
        :param id: what expressions in graphs call it. Default: none.
        :param label: its name in graphs. Default: CloudWatch's.
        :param period: the time that a data point represents. Default: five minutes.
        :param region: the Region of the metric. Default: that of the endpoint.
        :param stack_account: the account that a graph or an alarm compares it with. Default: that
            of the stack.
        :param stack_region: the Region that a graph or an alarm compares it with. Default: that of
            the stack.
        :param statistic: how values are aggregated. Default: ``Sum``.
        :param unit: the unit that values are filtered by. Default: none.
        :param visible: whether graphs show it. Default: they do.
        :raises ValidationError: ``endpoint-metrics-not-supported`` for a service in another Region,
            ``endpoint-metrics-undetermined`` for an imported endpoint that doesn't specify its VPC
            and its service, ``metric-subnet-mismatch``.
        :see: https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-cloudwatch-metrics.html
        """
        options = MetricOptions(
            account=account,
            color=color,
            id=id,
            label=label,
            period=period,
            region=region,
            stack_account=stack_account,
            stack_region=stack_region,
            statistic=statistic,
            unit=unit,
            visible=visible,
        )
        return _metric(self, "RstPacketsReceived", options, subnet_id)


def watched_endpoint(endpoint: IInterfaceEndpoint) -> WatchedEndpoint:
    """Return the facts about an endpoint that alarms and dashboards use."""
    if isinstance(endpoint, EndpointMetrics):
        return endpoint._watched()  # noqa: SLF001 - of the class above  # pyright: ignore[reportPrivateUsage]
    from privatelink_constructs.contract.watched_endpoints import plainly_watched_endpoint  # noqa: PLC0415 - few apps have metrics

    return plainly_watched_endpoint(endpoint)


def _metric(
    endpoint: EndpointMetrics, name: str, options: MetricOptions, subnet_id: str | None
) -> cloudwatch.Metric:
    watched = watched_endpoint(cast("IInterfaceEndpoint", endpoint))
    watched.refuse(subnet_id)
    dimensions = watched.dimensions(subnet_id)
    return make_metric("AWS/PrivateLinkEndpoints", name, dimensions, watched.home, options)
