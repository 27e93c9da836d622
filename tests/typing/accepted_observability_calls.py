"""Calls of metrics, alarms, and dashboards that a type checker accepts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from typing_extensions import assert_type

from privatelink_constructs import (
    EndpointServiceAlarms,
    EndpointServiceThresholds,
    EndpointServiceWidgets,
    InterfaceEndpointAlarms,
    InterfaceEndpointThresholds,
    InterfaceEndpointWidgets,
    PrivateLinkDashboard,
)

if TYPE_CHECKING:
    from aws_cdk import aws_elasticloadbalancingv2 as elbv2
    from aws_cdk import aws_sns as sns

    from privatelink_constructs import (
        EndpointService,
        IEndpointService,
        IInterfaceEndpoint,
        InterfaceEndpoint,
        NetworkLoadBalancedEndpointService,
    )


def alarms(
    stack: cdk.Stack,
    service: NetworkLoadBalancedEndpointService,
    imported: IEndpointService,
    topic: sns.Topic,
    *,
    other: sns.ITopic,
    action: cloudwatch.IAlarmAction,
) -> None:
    EndpointServiceAlarms(stack, "Default", service=imported)
    found = EndpointServiceAlarms(
        scope=stack,
        id="Alarms",
        service=service,
        actions=[topic, other, action],
        thresholds=EndpointServiceThresholds(
            port_allocation_errors=1,
            connection_use=0.5,
            healthy_targets=2,
            fail_open_connections=None,
            blocked_connections=10,
            tls_failures=0.1,
            resets_sent=100,
            acceptance_failures=1,
            acceptance_dead_letters=1,
            acceptance_missed_runs=4,
            acceptance_errors=None,
        ),
        private_dns_check_every=cdk.Duration.hours(1),
        expected_connections=100_000,
    )
    assert_type(found.alarms, tuple[cloudwatch.Alarm, ...])
    assert_type(found.service, "IEndpointService")


def thresholds(service: EndpointServiceThresholds, endpoint: InterfaceEndpointThresholds) -> None:
    assert_type(service.port_allocation_errors, float | None)
    assert_type(service.connection_use, float | None)
    assert_type(service.healthy_targets, float | None)
    assert_type(service.fail_open_connections, float | None)
    assert_type(service.blocked_connections, float | None)
    assert_type(service.tls_failures, float | None)
    assert_type(service.resets_sent, float | None)
    assert_type(service.acceptance_failures, float | None)
    assert_type(service.acceptance_dead_letters, float | None)
    assert_type(service.acceptance_missed_runs, float | None)
    assert_type(service.acceptance_errors, float | None)
    assert_type(endpoint.packets_dropped, float | None)
    assert_type(endpoint.resets_received, float | None)
    EndpointServiceThresholds()
    InterfaceEndpointThresholds()


def endpoint_alarms(
    stack: cdk.Stack, endpoint: InterfaceEndpoint, imported: IInterfaceEndpoint, topic: sns.Topic
) -> None:
    InterfaceEndpointAlarms(stack, "Default", endpoint=imported)
    found = InterfaceEndpointAlarms(
        scope=stack,
        id="Alarms",
        endpoint=endpoint,
        actions=[topic],
        thresholds=InterfaceEndpointThresholds(packets_dropped=10, resets_received=None),
    )
    assert_type(found.alarms, tuple[cloudwatch.Alarm, ...])
    assert_type(found.endpoint, "IInterfaceEndpoint")


def dashboards(stack: cdk.Stack, service: EndpointService, endpoint: InterfaceEndpoint) -> None:
    found = PrivateLinkDashboard(
        scope=stack,
        id="Dashboard",
        services=[service],
        endpoints=[endpoint],
        dashboard_name="PrivateLink",
    )
    assert_type(found.dashboard, cloudwatch.Dashboard)
    PrivateLinkDashboard(stack, "Services", services=(service,))


def widgets(service: EndpointService, endpoint: InterfaceEndpoint) -> None:
    of_service = EndpointServiceWidgets(service=service)
    assert_type(of_service.rows, tuple[tuple[cloudwatch.IWidget, ...], ...])
    assert_type(of_service.overview, tuple[cloudwatch.IWidget, ...])
    assert_type(of_service.traffic, tuple[cloudwatch.IWidget, ...])
    assert_type(of_service.zones, tuple[cloudwatch.IWidget, ...])
    assert_type(of_service.security, tuple[cloudwatch.IWidget, ...])
    assert_type(of_service.consumers, tuple[cloudwatch.IWidget, ...])
    of_endpoint = InterfaceEndpointWidgets(endpoint=endpoint)
    assert_type(of_endpoint.rows, tuple[tuple[cloudwatch.IWidget, ...], ...])
    assert_type(of_endpoint.overview, tuple[cloudwatch.IWidget, ...])
    assert_type(of_endpoint.traffic, tuple[cloudwatch.IWidget, ...])
    assert_type(of_endpoint.subnets, tuple[cloudwatch.IWidget, ...])
    EndpointServiceWidgets(service)
    InterfaceEndpointWidgets(endpoint)


def of_balanced(
    service: NetworkLoadBalancedEndpointService, balancer: elbv2.INetworkLoadBalancer
) -> None:
    assert_type(
        service.metric_active_connections(
            availability_zone="eu-west-1a",
            load_balancer=balancer,
            vpc_endpoint_id="vpce-0123456789abcdef0",
            account="111111111111",
            color="#1f77b4",
            id="m1",
            label="label",
            period=cdk.Duration.minutes(1),
            region="eu-west-1",
            stack_account="111111111111",
            stack_region="eu-west-1",
            statistic="Maximum",
            unit=cloudwatch.Unit.COUNT,
            visible=False,
        ),
        cloudwatch.Metric,
    )
    service.metric_active_connections()
    assert_type(
        service.metric_bytes_processed(
            availability_zone="eu-west-1a",
            load_balancer=balancer,
            vpc_endpoint_id="vpce-0123456789abcdef0",
            account="111111111111",
            color="#1f77b4",
            id="m1",
            label="label",
            period=cdk.Duration.minutes(1),
            region="eu-west-1",
            stack_account="111111111111",
            stack_region="eu-west-1",
            statistic="Maximum",
            unit=cloudwatch.Unit.COUNT,
            visible=False,
        ),
        cloudwatch.Metric,
    )
    service.metric_bytes_processed()
    assert_type(
        service.metric_endpoints_count(
            account="111111111111",
            color="#1f77b4",
            id="m1",
            label="label",
            period=cdk.Duration.minutes(1),
            region="eu-west-1",
            stack_account="111111111111",
            stack_region="eu-west-1",
            statistic="Maximum",
            unit=cloudwatch.Unit.COUNT,
            visible=False,
        ),
        cloudwatch.Metric,
    )
    service.metric_endpoints_count()
    assert_type(
        service.metric_new_connections(
            availability_zone="eu-west-1a",
            load_balancer=balancer,
            vpc_endpoint_id="vpce-0123456789abcdef0",
            account="111111111111",
            color="#1f77b4",
            id="m1",
            label="label",
            period=cdk.Duration.minutes(1),
            region="eu-west-1",
            stack_account="111111111111",
            stack_region="eu-west-1",
            statistic="Maximum",
            unit=cloudwatch.Unit.COUNT,
            visible=False,
        ),
        cloudwatch.Metric,
    )
    service.metric_new_connections()
    assert_type(
        service.metric_rst_packets_sent(
            availability_zone="eu-west-1a",
            load_balancer=balancer,
            vpc_endpoint_id="vpce-0123456789abcdef0",
            account="111111111111",
            color="#1f77b4",
            id="m1",
            label="label",
            period=cdk.Duration.minutes(1),
            region="eu-west-1",
            stack_account="111111111111",
            stack_region="eu-west-1",
            statistic="Maximum",
            unit=cloudwatch.Unit.COUNT,
            visible=False,
        ),
        cloudwatch.Metric,
    )
    service.metric_rst_packets_sent()


def of_existing(service: EndpointService, balancer: elbv2.INetworkLoadBalancer) -> None:
    assert_type(
        service.metric_active_connections(
            availability_zone="eu-west-1a",
            load_balancer=balancer,
            vpc_endpoint_id="vpce-0123456789abcdef0",
            account="111111111111",
            color="#1f77b4",
            id="m1",
            label="label",
            period=cdk.Duration.minutes(1),
            region="eu-west-1",
            stack_account="111111111111",
            stack_region="eu-west-1",
            statistic="Maximum",
            unit=cloudwatch.Unit.COUNT,
            visible=False,
        ),
        cloudwatch.Metric,
    )
    service.metric_active_connections()
    assert_type(
        service.metric_bytes_processed(
            availability_zone="eu-west-1a",
            load_balancer=balancer,
            vpc_endpoint_id="vpce-0123456789abcdef0",
            account="111111111111",
            color="#1f77b4",
            id="m1",
            label="label",
            period=cdk.Duration.minutes(1),
            region="eu-west-1",
            stack_account="111111111111",
            stack_region="eu-west-1",
            statistic="Maximum",
            unit=cloudwatch.Unit.COUNT,
            visible=False,
        ),
        cloudwatch.Metric,
    )
    service.metric_bytes_processed()
    assert_type(
        service.metric_endpoints_count(
            account="111111111111",
            color="#1f77b4",
            id="m1",
            label="label",
            period=cdk.Duration.minutes(1),
            region="eu-west-1",
            stack_account="111111111111",
            stack_region="eu-west-1",
            statistic="Maximum",
            unit=cloudwatch.Unit.COUNT,
            visible=False,
        ),
        cloudwatch.Metric,
    )
    service.metric_endpoints_count()
    assert_type(
        service.metric_new_connections(
            availability_zone="eu-west-1a",
            load_balancer=balancer,
            vpc_endpoint_id="vpce-0123456789abcdef0",
            account="111111111111",
            color="#1f77b4",
            id="m1",
            label="label",
            period=cdk.Duration.minutes(1),
            region="eu-west-1",
            stack_account="111111111111",
            stack_region="eu-west-1",
            statistic="Maximum",
            unit=cloudwatch.Unit.COUNT,
            visible=False,
        ),
        cloudwatch.Metric,
    )
    service.metric_new_connections()
    assert_type(
        service.metric_rst_packets_sent(
            availability_zone="eu-west-1a",
            load_balancer=balancer,
            vpc_endpoint_id="vpce-0123456789abcdef0",
            account="111111111111",
            color="#1f77b4",
            id="m1",
            label="label",
            period=cdk.Duration.minutes(1),
            region="eu-west-1",
            stack_account="111111111111",
            stack_region="eu-west-1",
            statistic="Maximum",
            unit=cloudwatch.Unit.COUNT,
            visible=False,
        ),
        cloudwatch.Metric,
    )
    service.metric_rst_packets_sent()


def of_imported(service: IEndpointService, balancer: elbv2.INetworkLoadBalancer) -> None:
    assert_type(
        service.metric_active_connections(
            availability_zone="eu-west-1a",
            load_balancer=balancer,
            vpc_endpoint_id="vpce-0123456789abcdef0",
            account="111111111111",
            color="#1f77b4",
            id="m1",
            label="label",
            period=cdk.Duration.minutes(1),
            region="eu-west-1",
            stack_account="111111111111",
            stack_region="eu-west-1",
            statistic="Maximum",
            unit=cloudwatch.Unit.COUNT,
            visible=False,
        ),
        cloudwatch.Metric,
    )
    service.metric_active_connections()
    assert_type(
        service.metric_bytes_processed(
            availability_zone="eu-west-1a",
            load_balancer=balancer,
            vpc_endpoint_id="vpce-0123456789abcdef0",
            account="111111111111",
            color="#1f77b4",
            id="m1",
            label="label",
            period=cdk.Duration.minutes(1),
            region="eu-west-1",
            stack_account="111111111111",
            stack_region="eu-west-1",
            statistic="Maximum",
            unit=cloudwatch.Unit.COUNT,
            visible=False,
        ),
        cloudwatch.Metric,
    )
    service.metric_bytes_processed()
    assert_type(
        service.metric_endpoints_count(
            account="111111111111",
            color="#1f77b4",
            id="m1",
            label="label",
            period=cdk.Duration.minutes(1),
            region="eu-west-1",
            stack_account="111111111111",
            stack_region="eu-west-1",
            statistic="Maximum",
            unit=cloudwatch.Unit.COUNT,
            visible=False,
        ),
        cloudwatch.Metric,
    )
    service.metric_endpoints_count()
    assert_type(
        service.metric_new_connections(
            availability_zone="eu-west-1a",
            load_balancer=balancer,
            vpc_endpoint_id="vpce-0123456789abcdef0",
            account="111111111111",
            color="#1f77b4",
            id="m1",
            label="label",
            period=cdk.Duration.minutes(1),
            region="eu-west-1",
            stack_account="111111111111",
            stack_region="eu-west-1",
            statistic="Maximum",
            unit=cloudwatch.Unit.COUNT,
            visible=False,
        ),
        cloudwatch.Metric,
    )
    service.metric_new_connections()
    assert_type(
        service.metric_rst_packets_sent(
            availability_zone="eu-west-1a",
            load_balancer=balancer,
            vpc_endpoint_id="vpce-0123456789abcdef0",
            account="111111111111",
            color="#1f77b4",
            id="m1",
            label="label",
            period=cdk.Duration.minutes(1),
            region="eu-west-1",
            stack_account="111111111111",
            stack_region="eu-west-1",
            statistic="Maximum",
            unit=cloudwatch.Unit.COUNT,
            visible=False,
        ),
        cloudwatch.Metric,
    )
    service.metric_rst_packets_sent()


def of_endpoint(endpoint: InterfaceEndpoint) -> None:
    assert_type(
        endpoint.metric_active_connections(
            subnet_id="subnet-0123456789abcdef0",
            account="111111111111",
            color="#1f77b4",
            id="m1",
            label="label",
            period=cdk.Duration.minutes(1),
            region="eu-west-1",
            stack_account="111111111111",
            stack_region="eu-west-1",
            statistic="Maximum",
            unit=cloudwatch.Unit.COUNT,
            visible=False,
        ),
        cloudwatch.Metric,
    )
    endpoint.metric_active_connections()
    assert_type(
        endpoint.metric_bytes_processed(
            subnet_id="subnet-0123456789abcdef0",
            account="111111111111",
            color="#1f77b4",
            id="m1",
            label="label",
            period=cdk.Duration.minutes(1),
            region="eu-west-1",
            stack_account="111111111111",
            stack_region="eu-west-1",
            statistic="Maximum",
            unit=cloudwatch.Unit.COUNT,
            visible=False,
        ),
        cloudwatch.Metric,
    )
    endpoint.metric_bytes_processed()
    assert_type(
        endpoint.metric_new_connections(
            subnet_id="subnet-0123456789abcdef0",
            account="111111111111",
            color="#1f77b4",
            id="m1",
            label="label",
            period=cdk.Duration.minutes(1),
            region="eu-west-1",
            stack_account="111111111111",
            stack_region="eu-west-1",
            statistic="Maximum",
            unit=cloudwatch.Unit.COUNT,
            visible=False,
        ),
        cloudwatch.Metric,
    )
    endpoint.metric_new_connections()
    assert_type(
        endpoint.metric_packets_dropped(
            subnet_id="subnet-0123456789abcdef0",
            account="111111111111",
            color="#1f77b4",
            id="m1",
            label="label",
            period=cdk.Duration.minutes(1),
            region="eu-west-1",
            stack_account="111111111111",
            stack_region="eu-west-1",
            statistic="Maximum",
            unit=cloudwatch.Unit.COUNT,
            visible=False,
        ),
        cloudwatch.Metric,
    )
    endpoint.metric_packets_dropped()
    assert_type(
        endpoint.metric_rst_packets_received(
            subnet_id="subnet-0123456789abcdef0",
            account="111111111111",
            color="#1f77b4",
            id="m1",
            label="label",
            period=cdk.Duration.minutes(1),
            region="eu-west-1",
            stack_account="111111111111",
            stack_region="eu-west-1",
            statistic="Maximum",
            unit=cloudwatch.Unit.COUNT,
            visible=False,
        ),
        cloudwatch.Metric,
    )
    endpoint.metric_rst_packets_received()


def of_imported_endpoint(endpoint: IInterfaceEndpoint) -> None:
    assert_type(
        endpoint.metric_active_connections(
            subnet_id="subnet-0123456789abcdef0",
            account="111111111111",
            color="#1f77b4",
            id="m1",
            label="label",
            period=cdk.Duration.minutes(1),
            region="eu-west-1",
            stack_account="111111111111",
            stack_region="eu-west-1",
            statistic="Maximum",
            unit=cloudwatch.Unit.COUNT,
            visible=False,
        ),
        cloudwatch.Metric,
    )
    endpoint.metric_active_connections()
    assert_type(
        endpoint.metric_bytes_processed(
            subnet_id="subnet-0123456789abcdef0",
            account="111111111111",
            color="#1f77b4",
            id="m1",
            label="label",
            period=cdk.Duration.minutes(1),
            region="eu-west-1",
            stack_account="111111111111",
            stack_region="eu-west-1",
            statistic="Maximum",
            unit=cloudwatch.Unit.COUNT,
            visible=False,
        ),
        cloudwatch.Metric,
    )
    endpoint.metric_bytes_processed()
    assert_type(
        endpoint.metric_new_connections(
            subnet_id="subnet-0123456789abcdef0",
            account="111111111111",
            color="#1f77b4",
            id="m1",
            label="label",
            period=cdk.Duration.minutes(1),
            region="eu-west-1",
            stack_account="111111111111",
            stack_region="eu-west-1",
            statistic="Maximum",
            unit=cloudwatch.Unit.COUNT,
            visible=False,
        ),
        cloudwatch.Metric,
    )
    endpoint.metric_new_connections()
    assert_type(
        endpoint.metric_packets_dropped(
            subnet_id="subnet-0123456789abcdef0",
            account="111111111111",
            color="#1f77b4",
            id="m1",
            label="label",
            period=cdk.Duration.minutes(1),
            region="eu-west-1",
            stack_account="111111111111",
            stack_region="eu-west-1",
            statistic="Maximum",
            unit=cloudwatch.Unit.COUNT,
            visible=False,
        ),
        cloudwatch.Metric,
    )
    endpoint.metric_packets_dropped()
    assert_type(
        endpoint.metric_rst_packets_received(
            subnet_id="subnet-0123456789abcdef0",
            account="111111111111",
            color="#1f77b4",
            id="m1",
            label="label",
            period=cdk.Duration.minutes(1),
            region="eu-west-1",
            stack_account="111111111111",
            stack_region="eu-west-1",
            statistic="Maximum",
            unit=cloudwatch.Unit.COUNT,
            visible=False,
        ),
        cloudwatch.Metric,
    )
    endpoint.metric_rst_packets_received()
