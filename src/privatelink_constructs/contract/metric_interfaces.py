"""The interfaces of services and endpoints with metrics."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import aws_cdk as cdk
    from aws_cdk import aws_cloudwatch as cloudwatch
    from aws_cdk import aws_elasticloadbalancingv2 as elbv2


class IServiceMetrics(Protocol):
    """The metrics of an endpoint service."""

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

        :param availability_zone: only this Availability Zone. Default: all.
        :param load_balancer: only this load balancer. Default: all.
        :param vpc_endpoint_id: only this endpoint of a consumer. Default: all.
        :param account: the account of the metric. Default: that of the stack.
        :param color: its color in graphs. Default: CloudWatch chooses.
        :param id: what expressions in graphs call it. Default: none.
        :param label: its name in graphs. Default: CloudWatch's.
        :param period: the time that a data point represents. Default: five minutes.
        :param region: the Region of the metric. Default: that of the stack.
        :param stack_account: the account that it is compared with. Default: that of the stack.
        :param stack_region: the Region that it is compared with. Default: that of the stack.
        :param statistic: how values are aggregated. Default: Average for levels, otherwise Sum.
        :param unit: the unit that values are filtered by. Default: none.
        :param visible: whether graphs show it. Default: they do.
        """
        ...

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
        """Return the number of bytes that the service and its endpoints exchange.

        :param availability_zone: only this Availability Zone. Default: all.
        :param load_balancer: only this load balancer. Default: all.
        :param vpc_endpoint_id: only this endpoint of a consumer. Default: all.
        :param account: the account of the metric. Default: that of the stack.
        :param color: its color in graphs. Default: CloudWatch chooses.
        :param id: what expressions in graphs call it. Default: none.
        :param label: its name in graphs. Default: CloudWatch's.
        :param period: the time that a data point represents. Default: five minutes.
        :param region: the Region of the metric. Default: that of the stack.
        :param stack_account: the account that it is compared with. Default: that of the stack.
        :param stack_region: the Region that it is compared with. Default: that of the stack.
        :param statistic: how values are aggregated. Default: Average for levels, otherwise Sum.
        :param unit: the unit that values are filtered by. Default: none.
        :param visible: whether graphs show it. Default: they do.
        """
        ...

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
        """Return the number of endpoints of the service.

        :param account: the account of the metric. Default: that of the stack.
        :param color: its color in graphs. Default: CloudWatch chooses.
        :param id: what expressions in graphs call it. Default: none.
        :param label: its name in graphs. Default: CloudWatch's.
        :param period: the time that a data point represents. Default: five minutes.
        :param region: the Region of the metric. Default: that of the stack.
        :param stack_account: the account that it is compared with. Default: that of the stack.
        :param stack_region: the Region that it is compared with. Default: that of the stack.
        :param statistic: how values are aggregated. Default: Average for levels, otherwise Sum.
        :param unit: the unit that values are filtered by. Default: none.
        :param visible: whether graphs show it. Default: they do.
        """
        ...

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

        :param availability_zone: only this Availability Zone. Default: all.
        :param load_balancer: only this load balancer. Default: all.
        :param vpc_endpoint_id: only this endpoint of a consumer. Default: all.
        :param account: the account of the metric. Default: that of the stack.
        :param color: its color in graphs. Default: CloudWatch chooses.
        :param id: what expressions in graphs call it. Default: none.
        :param label: its name in graphs. Default: CloudWatch's.
        :param period: the time that a data point represents. Default: five minutes.
        :param region: the Region of the metric. Default: that of the stack.
        :param stack_account: the account that it is compared with. Default: that of the stack.
        :param stack_region: the Region that it is compared with. Default: that of the stack.
        :param statistic: how values are aggregated. Default: Average for levels, otherwise Sum.
        :param unit: the unit that values are filtered by. Default: none.
        :param visible: whether graphs show it. Default: they do.
        """
        ...

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

        :param availability_zone: only this Availability Zone. Default: all.
        :param load_balancer: only this load balancer. Default: all.
        :param vpc_endpoint_id: only this endpoint of a consumer. Default: all.
        :param account: the account of the metric. Default: that of the stack.
        :param color: its color in graphs. Default: CloudWatch chooses.
        :param id: what expressions in graphs call it. Default: none.
        :param label: its name in graphs. Default: CloudWatch's.
        :param period: the time that a data point represents. Default: five minutes.
        :param region: the Region of the metric. Default: that of the stack.
        :param stack_account: the account that it is compared with. Default: that of the stack.
        :param stack_region: the Region that it is compared with. Default: that of the stack.
        :param statistic: how values are aggregated. Default: Average for levels, otherwise Sum.
        :param unit: the unit that values are filtered by. Default: none.
        :param visible: whether graphs show it. Default: they do.
        """
        ...


class IEndpointMetrics(Protocol):
    """The metrics of an interface endpoint."""

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

        :param subnet_id: only this subnet. Default: all.
        :param account: the account of the metric. Default: that of the stack.
        :param color: its color in graphs. Default: CloudWatch chooses.
        :param id: what expressions in graphs call it. Default: none.
        :param label: its name in graphs. Default: CloudWatch's.
        :param period: the time that a data point represents. Default: five minutes.
        :param region: the Region of the metric. Default: that of the stack.
        :param stack_account: the account that it is compared with. Default: that of the stack.
        :param stack_region: the Region that it is compared with. Default: that of the stack.
        :param statistic: how values are aggregated. Default: Average for levels, otherwise Sum.
        :param unit: the unit that values are filtered by. Default: none.
        :param visible: whether graphs show it. Default: they do.
        """
        ...

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
        """Return the number of bytes that pass the endpoint.

        :param subnet_id: only this subnet. Default: all.
        :param account: the account of the metric. Default: that of the stack.
        :param color: its color in graphs. Default: CloudWatch chooses.
        :param id: what expressions in graphs call it. Default: none.
        :param label: its name in graphs. Default: CloudWatch's.
        :param period: the time that a data point represents. Default: five minutes.
        :param region: the Region of the metric. Default: that of the stack.
        :param stack_account: the account that it is compared with. Default: that of the stack.
        :param stack_region: the Region that it is compared with. Default: that of the stack.
        :param statistic: how values are aggregated. Default: Average for levels, otherwise Sum.
        :param unit: the unit that values are filtered by. Default: none.
        :param visible: whether graphs show it. Default: they do.
        """
        ...

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

        :param subnet_id: only this subnet. Default: all.
        :param account: the account of the metric. Default: that of the stack.
        :param color: its color in graphs. Default: CloudWatch chooses.
        :param id: what expressions in graphs call it. Default: none.
        :param label: its name in graphs. Default: CloudWatch's.
        :param period: the time that a data point represents. Default: five minutes.
        :param region: the Region of the metric. Default: that of the stack.
        :param stack_account: the account that it is compared with. Default: that of the stack.
        :param stack_region: the Region that it is compared with. Default: that of the stack.
        :param statistic: how values are aggregated. Default: Average for levels, otherwise Sum.
        :param unit: the unit that values are filtered by. Default: none.
        :param visible: whether graphs show it. Default: they do.
        """
        ...

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

        :param subnet_id: only this subnet. Default: all.
        :param account: the account of the metric. Default: that of the stack.
        :param color: its color in graphs. Default: CloudWatch chooses.
        :param id: what expressions in graphs call it. Default: none.
        :param label: its name in graphs. Default: CloudWatch's.
        :param period: the time that a data point represents. Default: five minutes.
        :param region: the Region of the metric. Default: that of the stack.
        :param stack_account: the account that it is compared with. Default: that of the stack.
        :param stack_region: the Region that it is compared with. Default: that of the stack.
        :param statistic: how values are aggregated. Default: Average for levels, otherwise Sum.
        :param unit: the unit that values are filtered by. Default: none.
        :param visible: whether graphs show it. Default: they do.
        """
        ...

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

        :param subnet_id: only this subnet. Default: all.
        :param account: the account of the metric. Default: that of the stack.
        :param color: its color in graphs. Default: CloudWatch chooses.
        :param id: what expressions in graphs call it. Default: none.
        :param label: its name in graphs. Default: CloudWatch's.
        :param period: the time that a data point represents. Default: five minutes.
        :param region: the Region of the metric. Default: that of the stack.
        :param stack_account: the account that it is compared with. Default: that of the stack.
        :param stack_region: the Region that it is compared with. Default: that of the stack.
        :param statistic: how values are aggregated. Default: Average for levels, otherwise Sum.
        :param unit: the unit that values are filtered by. Default: none.
        :param visible: whether graphs show it. Default: they do.
        """
        ...
