"""The CloudWatch metrics of endpoint services, endpoints, and load balancers.

A metric is found by its namespace, its name, and its exact set of dimensions. With any other set
there is never a data point, and no error. Several names of dimensions contain spaces.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

SERVICES = "AWS/PrivateLinkServices"
ENDPOINTS = "AWS/PrivateLinkEndpoints"
LOAD_BALANCERS = "AWS/NetworkELB"
OWN = "PrivateLinkConstructs"
"""The namespace of the metrics that the Lambda functions of this library write."""
QUEUES = "AWS/SQS"
FUNCTIONS = "AWS/Lambda"

SERVICE_ID = "Service Id"
ZONE = "Az"
LOAD_BALANCER_ARN = "Load Balancer Arn"
VPC_ENDPOINT_ID = "VPC Endpoint Id"
ENDPOINT_TYPE = "Endpoint Type"
SERVICE_NAME = "Service Name"
VPC_ID = "VPC Id"
SUBNET_ID = "Subnet Id"

DimensionSet = frozenset[str]


class MetricTable(NamedTuple):
    """The metrics of a namespace.

    :param url: the source.
    :param metrics: the sets of dimensions that each metric has, by its name.
    """

    url: str
    metrics: Mapping[str, tuple[DimensionSet, ...]]


def _sets(*given: str) -> tuple[DimensionSet, ...]:
    return tuple(frozenset(one.split(", ")) for one in given)


_PRIVATELINK = (
    "https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-cloudwatch-metrics.html"
)
_NLB = (
    "https://docs.aws.amazon.com/elasticloadbalancing/latest/network/"
    "load-balancer-cloudwatch-metrics.html"
)
_OF_SERVICES = _sets(
    "Service Id",
    "Az, Service Id",
    "Load Balancer Arn, Service Id",
    "Az, Load Balancer Arn, Service Id",
    "Service Id, VPC Endpoint Id",
)
_OF_ENDPOINTS = _sets(
    "Endpoint Type, Service Name, VPC Endpoint Id, VPC Id",
    "Endpoint Type, Service Name, Subnet Id, VPC Endpoint Id, VPC Id",
)
_OF_BALANCERS = _sets("LoadBalancer", "AvailabilityZone, LoadBalancer")
_OF_TARGETS = _sets("LoadBalancer, TargetGroup", "AvailabilityZone, LoadBalancer, TargetGroup")
_OF_FLOWS = (*_OF_BALANCERS, *_sets("TargetGroup"))

METRIC_TABLES: Mapping[str, MetricTable] = {
    SERVICES: MetricTable(
        _PRIVATELINK,
        {
            "ActiveConnections": _OF_SERVICES,
            "BytesProcessed": _OF_SERVICES,
            "EndpointsCount": _sets("Service Id"),
            "NewConnections": _OF_SERVICES,
            "RstPacketsSent": _OF_SERVICES,
        },
    ),
    ENDPOINTS: MetricTable(
        _PRIVATELINK,
        {
            "ActiveConnections": _OF_ENDPOINTS,
            "BytesProcessed": _OF_ENDPOINTS,
            "NewConnections": _OF_ENDPOINTS,
            "PacketsDropped": _OF_ENDPOINTS,
            "RstPacketsReceived": _OF_ENDPOINTS,
        },
    ),
    LOAD_BALANCERS: MetricTable(
        _NLB,
        {
            "ActiveFlowCount": _OF_FLOWS,
            "ActiveFlowCount_TCP": _OF_FLOWS,
            "ActiveFlowCount_TLS": _OF_FLOWS,
            "ActiveFlowCount_UDP": _OF_FLOWS,
            "ActiveZonalShiftHostCount": _OF_TARGETS,
            "ClientTLSNegotiationErrorCount": _sets("LoadBalancer"),
            "ConsumedLCUs": _sets("LoadBalancer"),
            "ConsumedLCUs_TCP": _sets("LoadBalancer"),
            "ConsumedLCUs_TLS": _sets("LoadBalancer"),
            "ConsumedLCUs_UDP": _sets("LoadBalancer"),
            "HealthyHostCount": _OF_TARGETS,
            "NewFlowCount": _OF_FLOWS,
            "NewFlowCount_QUIC": _OF_BALANCERS,
            "NewFlowCount_TCP": _OF_FLOWS,
            "NewFlowCount_TLS": _OF_FLOWS,
            "NewFlowCount_UDP": _OF_FLOWS,
            "PeakBytesPerSecond": _OF_BALANCERS,
            "PeakPacketsPerSecond": _OF_BALANCERS,
            "PortAllocationErrorCount": _OF_BALANCERS,
            "ProcessedBytes": _OF_BALANCERS,
            "ProcessedBytes_QUIC": _OF_BALANCERS,
            "ProcessedBytes_TCP": _OF_BALANCERS,
            "ProcessedBytes_TLS": _OF_BALANCERS,
            "ProcessedBytes_UDP": _OF_BALANCERS,
            "ProcessedPackets": _OF_BALANCERS,
            "QUIC_Unknown_Server_ID_Packet_Drop_Count": _OF_BALANCERS,
            "RejectedFlowCount": _OF_BALANCERS,
            "RejectedFlowCount_TCP": _OF_BALANCERS,
            "ReservedLCUs": _sets("LoadBalancer"),
            "SecurityGroupBlockedFlowCount_Inbound_ICMP": _OF_BALANCERS,
            "SecurityGroupBlockedFlowCount_Inbound_TCP": _OF_BALANCERS,
            "SecurityGroupBlockedFlowCount_Inbound_UDP": _OF_BALANCERS,
            "SecurityGroupBlockedFlowCount_Outbound_ICMP": _OF_BALANCERS,
            "SecurityGroupBlockedFlowCount_Outbound_TCP": _OF_BALANCERS,
            "SecurityGroupBlockedFlowCount_Outbound_UDP": _OF_BALANCERS,
            "TargetTLSNegotiationErrorCount": _sets("LoadBalancer"),
            "TCP_Client_Reset_Count": _OF_BALANCERS,
            "TCP_ELB_Reset_Count": _OF_BALANCERS,
            "TCP_Target_Reset_Count": _OF_BALANCERS,
            "UnHealthyHostCount": _OF_TARGETS,
            "UnhealthyRoutingFlowCount": _OF_BALANCERS,
            "ZonalHealthStatus": _OF_BALANCERS,
        },
    ),
    QUEUES: MetricTable(
        "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/"
        "sqs-available-cloudwatch-metrics.html",
        {
            "ApproximateAgeOfOldestMessage": _sets("QueueName"),
            "ApproximateNumberOfMessagesVisible": _sets("QueueName"),
        },
    ),
    FUNCTIONS: MetricTable(
        "https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html",
        {"Errors": _sets("FunctionName")},
    ),
    OWN: MetricTable(
        # Not of AWS: what runtime/acceptance and runtime/private_dns_watch write.
        "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/"
        "CloudWatch_Embedded_Metric_Format_Specification.html",
        {
            "Accepted": _sets("ServiceId"),
            "Failures": _sets("ServiceId"),
            "LeftPending": _sets("ServiceId"),
            "MalformedMessages": _sets("ServiceId"),
            "OldestPendingAge": _sets("ServiceId"),
            "PrivateDnsNameVerified": _sets("ServiceId"),
            "Rejected": _sets("ServiceId"),
            "UntouchedConnections": _sets("ServiceId"),
        },
    ),
}

INSIGHT_RULES = (
    "VpcEndpointService-ActiveConnectionsByEndpointId-v1",
    "VpcEndpointService-BytesByEndpointId-v1",
    "VpcEndpointService-NewConnectionsByEndpointId-v1",
    "VpcEndpointService-RstPacketsByEndpointId-v1",
)
"""The managed rules that Contributor Insights creates for an endpoint service."""
CONNECTIONS_PER_TARGET = 55_000
"""The largest number of connections of a load balancer to a target, at once or per minute.

:see: https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-troubleshooting.html
"""


def dimension_sets(namespace: str, name: str) -> tuple[DimensionSet, ...] | None:
    """Return the sets of dimensions that a metric has.

    :return: empty for a metric that the namespace doesn't have, None for any other namespace.
    """
    table = METRIC_TABLES.get(namespace)
    return None if table is None else table.metrics.get(name, ())
