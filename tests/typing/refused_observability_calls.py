"""Calls of metrics, alarms, and dashboards that a type checker must reject."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs import (
    EndpointServiceAlarms,
    EndpointServiceThresholds,
    InterfaceEndpointAlarms,
    PrivateLinkDashboard,
)

if TYPE_CHECKING:
    import aws_cdk as cdk
    from aws_cdk import aws_sns as sns

    from privatelink_constructs import EndpointService, InterfaceEndpoint


def metrics(service: EndpointService, endpoint: InterfaceEndpoint) -> None:
    service.metric_new_connections("eu-west-1a")  # pyright: ignore[reportCallIssue]
    service.metric_new_connections(dimensions_map={})  # pyright: ignore[reportCallIssue]
    service.metric_new_connections(period=60)  # pyright: ignore[reportArgumentType]
    service.metric_endpoints_count(vpc_endpoint_id="vpce-1")  # pyright: ignore[reportCallIssue]
    endpoint.metric_packets_dropped(subnet_id=1)  # pyright: ignore[reportArgumentType]


def alarms(
    stack: cdk.Stack, service: EndpointService, endpoint: InterfaceEndpoint, topic: sns.Topic
) -> None:
    EndpointServiceAlarms(stack, "A", service=endpoint)  # pyright: ignore[reportArgumentType]
    EndpointServiceAlarms(stack, "B", service=service, actions=topic)  # pyright: ignore[reportArgumentType]
    EndpointServiceAlarms(stack, "C", service=service, actions=["arn"])  # pyright: ignore[reportArgumentType]
    InterfaceEndpointAlarms(stack, "D", endpoint=service)  # pyright: ignore[reportArgumentType]
    PrivateLinkDashboard(stack, "E", services=service)  # pyright: ignore[reportArgumentType]
    EndpointServiceThresholds(connection_use="0.5")  # pyright: ignore[reportArgumentType]
    EndpointServiceThresholds().resets_sent = 1  # pyright: ignore[reportAttributeAccessIssue]
