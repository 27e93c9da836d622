"""The metrics of an endpoint service.

There are data points for minutes with traffic only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from privatelink_constructs.contract.metric_making import MetricOptions, ServicePart, make_metric
from privatelink_constructs.rules.arguments import checked

if TYPE_CHECKING:
    import aws_cdk as cdk
    from aws_cdk import aws_cloudwatch as cloudwatch
    from aws_cdk import aws_elasticloadbalancingv2 as elbv2

    from privatelink_constructs.contract.interfaces import IEndpointService
    from privatelink_constructs.contract.watched_services import WatchedService


_ALL = ServicePart()


class ServiceMetrics:
    """The metrics of an endpoint service; part of every service of this library."""

    def _watched(self) -> WatchedService:
        """Return the facts about the service that alarms and dashboards use."""
        from privatelink_constructs.contract.watched_services import plainly_watched  # noqa: PLC0415 - few apps have metrics

        return plainly_watched(cast("IEndpointService", self))

    @checked()
    def metric_active_connections(
        self,
        *,
        availability_zone: str | None = None,
        load_balancer: elbv2.INetworkLoadBalancer | None = None,
        vpc_endpoint_id: str | None = None,
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
        """Return the number of connections that endpoints have to the service.

        :param availability_zone: only what goes through this Availability Zone, such as
            ``eu-west-1a``. Default: all of them.
        :param load_balancer: only what goes through this load balancer of the service. Default: all
            of them.
        :param vpc_endpoint_id: only what comes through this endpoint of a consumer. AWS has no
            metrics of an endpoint by Availability Zone or load balancer. Default: all of them.
        :param account: the account of the metric. Default: that of the service.
        :param color: its color in graphs, such as ``#1f77b4``. Default: CloudWatch chooses.
        :param id: what expressions in graphs call it. Default: none.
        :param label: its name in graphs. Default: CloudWatch's.
        :param period: the time that a data point represents. Default: five minutes.
        :param region: the Region of the metric. Default: that of the service.
        :param stack_account: the account that a graph or an alarm compares it with. Default: that
            of the stack.
        :param stack_region: the Region that a graph or an alarm compares it with. Default: that of
            the stack.
        :param statistic: how values are aggregated. Default: ``Average``.
        :param unit: the unit that values are filtered by. Default: none.
        :param visible: whether graphs show it. Default: they do.
        :raises ValidationError: ``metric-dimensions-not-supported``, ``metric-zone-mismatch``,
            ``metric-load-balancer-mismatch``.
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
        part = ServicePart(availability_zone, load_balancer, vpc_endpoint_id)
        return _metric(self, "ActiveConnections", options, part)

    @checked()
    def metric_bytes_processed(
        self,
        *,
        availability_zone: str | None = None,
        load_balancer: elbv2.INetworkLoadBalancer | None = None,
        vpc_endpoint_id: str | None = None,
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
        """Return the number of bytes that the service and its endpoints exchange, both ways.

        :param availability_zone: only what goes through this Availability Zone, such as
            ``eu-west-1a``. Default: all of them.
        :param load_balancer: only what goes through this load balancer of the service. Default: all
            of them.
        :param vpc_endpoint_id: only what comes through this endpoint of a consumer. AWS has no
            metrics of an endpoint by Availability Zone or load balancer. Default: all of them.
        :param account: the account of the metric. Default: that of the service.
        :param color: its color in graphs, such as ``#1f77b4``. Default: CloudWatch chooses.
        :param id: what expressions in graphs call it. Default: none.
        :param label: its name in graphs. Default: CloudWatch's.
        :param period: the time that a data point represents. Default: five minutes.
        :param region: the Region of the metric. Default: that of the service.
        :param stack_account: the account that a graph or an alarm compares it with. Default: that
            of the stack.
        :param stack_region: the Region that a graph or an alarm compares it with. Default: that of
            the stack.
        :param statistic: how values are aggregated. Default: ``Sum``.
        :param unit: the unit that values are filtered by. Default: none.
        :param visible: whether graphs show it. Default: they do.
        :raises ValidationError: ``metric-dimensions-not-supported``, ``metric-zone-mismatch``,
            ``metric-load-balancer-mismatch``.
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
        part = ServicePart(availability_zone, load_balancer, vpc_endpoint_id)
        return _metric(self, "BytesProcessed", options, part)

    @checked()
    def metric_endpoints_count(
        self,
        *,
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
        """Return the number of endpoints of the service, of which there is a value every 5 minutes.

        :param account: the account of the metric. Default: that of the service.
        :param color: its color in graphs, such as ``#1f77b4``. Default: CloudWatch chooses.
        :param id: what expressions in graphs call it. Default: none.
        :param label: its name in graphs. Default: CloudWatch's.
        :param period: the time that a data point represents. Default: five minutes.
        :param region: the Region of the metric. Default: that of the service.
        :param stack_account: the account that a graph or an alarm compares it with. Default: that
            of the stack.
        :param stack_region: the Region that a graph or an alarm compares it with. Default: that of
            the stack.
        :param statistic: how values are aggregated. Default: ``Average``.
        :param unit: the unit that values are filtered by. Default: none.
        :param visible: whether graphs show it. Default: they do.
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
        return _metric(self, "EndpointsCount", options)

    @checked()
    def metric_new_connections(
        self,
        *,
        availability_zone: str | None = None,
        load_balancer: elbv2.INetworkLoadBalancer | None = None,
        vpc_endpoint_id: str | None = None,
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
        """Return the number of connections that endpoints open to the service.

        :param availability_zone: only what goes through this Availability Zone, such as
            ``eu-west-1a``. Default: all of them.
        :param load_balancer: only what goes through this load balancer of the service. Default: all
            of them.
        :param vpc_endpoint_id: only what comes through this endpoint of a consumer. AWS has no
            metrics of an endpoint by Availability Zone or load balancer. Default: all of them.
        :param account: the account of the metric. Default: that of the service.
        :param color: its color in graphs, such as ``#1f77b4``. Default: CloudWatch chooses.
        :param id: what expressions in graphs call it. Default: none.
        :param label: its name in graphs. Default: CloudWatch's.
        :param period: the time that a data point represents. Default: five minutes.
        :param region: the Region of the metric. Default: that of the service.
        :param stack_account: the account that a graph or an alarm compares it with. Default: that
            of the stack.
        :param stack_region: the Region that a graph or an alarm compares it with. Default: that of
            the stack.
        :param statistic: how values are aggregated. Default: ``Sum``.
        :param unit: the unit that values are filtered by. Default: none.
        :param visible: whether graphs show it. Default: they do.
        :raises ValidationError: ``metric-dimensions-not-supported``, ``metric-zone-mismatch``,
            ``metric-load-balancer-mismatch``.
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
        part = ServicePart(availability_zone, load_balancer, vpc_endpoint_id)
        return _metric(self, "NewConnections", options, part)

    @checked()
    def metric_rst_packets_sent(
        self,
        *,
        availability_zone: str | None = None,
        load_balancer: elbv2.INetworkLoadBalancer | None = None,
        vpc_endpoint_id: str | None = None,
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
        """Return the number of RST packets that the service sends to endpoints.

        :param availability_zone: only what goes through this Availability Zone, such as
            ``eu-west-1a``. Default: all of them.
        :param load_balancer: only what goes through this load balancer of the service. Default: all
            of them.
        :param vpc_endpoint_id: only what comes through this endpoint of a consumer. AWS has no
            metrics of an endpoint by Availability Zone or load balancer. Default: all of them.
        :param account: the account of the metric. Default: that of the service.
        :param color: its color in graphs, such as ``#1f77b4``. Default: CloudWatch chooses.
        :param id: what expressions in graphs call it. Default: none.
        :param label: its name in graphs. Default: CloudWatch's.
        :param period: the time that a data point represents. Default: five minutes.
        :param region: the Region of the metric. Default: that of the service.
        :param stack_account: the account that a graph or an alarm compares it with. Default: that
            of the stack.
        :param stack_region: the Region that a graph or an alarm compares it with. Default: that of
            the stack.
        :param statistic: how values are aggregated. Default: ``Sum``.
        :param unit: the unit that values are filtered by. Default: none.
        :param visible: whether graphs show it. Default: they do.
        :raises ValidationError: ``metric-dimensions-not-supported``, ``metric-zone-mismatch``,
            ``metric-load-balancer-mismatch``.
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
        part = ServicePart(availability_zone, load_balancer, vpc_endpoint_id)
        return _metric(self, "RstPacketsSent", options, part)


def watched_service(service: IEndpointService) -> WatchedService:
    """Return the facts about a service that alarms and dashboards use."""
    if isinstance(service, ServiceMetrics):
        return service._watched()  # noqa: SLF001 - of the class above  # pyright: ignore[reportPrivateUsage]
    from privatelink_constructs.contract.watched_services import plainly_watched  # noqa: PLC0415 - few apps have metrics

    return plainly_watched(service)


def _metric(
    service: ServiceMetrics, name: str, options: MetricOptions, part: ServicePart = _ALL
) -> cloudwatch.Metric:
    from privatelink_constructs.contract.service_parts import dimensions_of  # noqa: PLC0415 - few apps have metrics

    found = cast("IEndpointService", service)
    watched = watched_service(found)
    dimensions = dimensions_of(found, watched, part)
    return make_metric("AWS/PrivateLinkServices", name, dimensions, watched.home, options)
