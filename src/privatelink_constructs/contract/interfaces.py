"""The interfaces of services, endpoints, and acceptors, whether defined in the app or imported.

They are structural: a class that has these members implements the interface, without inheriting
from it. A class that inherits from ``Construct`` can't also inherit from a protocol.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from privatelink_constructs.contract.metric_interfaces import IEndpointMetrics, IServiceMetrics

if TYPE_CHECKING:
    from collections.abc import Sequence

    import aws_cdk as cdk
    from aws_cdk import aws_cloudwatch as cloudwatch
    from aws_cdk import aws_ec2 as ec2
    from aws_cdk import aws_elasticloadbalancingv2 as elbv2
    from aws_cdk import aws_lambda as lambda_
    from aws_cdk import aws_route53 as route53
    from aws_cdk import aws_sqs as sqs

    from privatelink_constructs.contract.contract import EndpointServiceContract


class IConnectionAcceptor(Protocol):
    """The acceptor of a service with acceptance rules."""

    @property
    def queue(self) -> sqs.Queue:
        """The queue of messages that start a run."""
        ...

    @property
    def dead_letter_queue(self) -> sqs.Queue:
        """The queue of messages that failed repeatedly."""
        ...

    @property
    def function(self) -> lambda_.Function:
        """The function that accepts and rejects."""
        ...

    @property
    def reconcile_every(self) -> cdk.Duration | None:
        """How often all connections are checked, None for every 15 minutes."""
        ...

    def metric_failures(self) -> cloudwatch.Metric:
        """Return the number of connections that couldn't be accepted or rejected."""
        ...

    def metric_oldest_pending_age(self) -> cloudwatch.Metric:
        """Return the number of seconds that the oldest pending connection has been waiting."""
        ...


class IEndpointService(IServiceMetrics, Protocol):
    """An endpoint service, defined in the app or imported.

    Example::

        def publish(service: IEndpointService) -> None:
            cdk.CfnOutput(stack, "ServiceName", value=service.endpoint_service_name)

    :see: https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-share-your-services.html
    """

    @property
    def endpoint_service_id(self) -> str:
        """The ID of the service, ``vpce-svc-...``."""
        ...

    @property
    def endpoint_service_name(self) -> str:
        """The name that consumers connect to."""
        ...

    @property
    def contract(self) -> EndpointServiceContract:
        """The information that consumers need."""
        ...

    @property
    def availability_zones(self) -> tuple[str, ...]:
        """The names of the Availability Zones that the service is known to be in."""
        ...

    @property
    def load_balancers(self) -> tuple[elbv2.INetworkLoadBalancer, ...]:
        """The load balancers of the service, as far as they are known."""
        ...

    @property
    def target_groups(self) -> tuple[elbv2.INetworkTargetGroup, ...]:
        """The target groups behind the load balancers, as far as they are known."""
        ...

    @property
    def acceptor(self) -> IConnectionAcceptor | None:
        """The acceptor, None for a service without acceptance rules."""
        ...


class IInterfaceEndpoint(IEndpointMetrics, Protocol):
    """An interface endpoint, defined in the app or imported.

    You can use it as the alias target of a record, and as a peer of any construct that has
    connections.

    Example::

        def name(endpoint: IInterfaceEndpoint) -> None:
            target = route53.RecordTarget.from_alias(endpoint)
            route53.ARecord(stack, "Name", zone=hosted_zone, target=target)

    :see: https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html
    """

    @property
    def vpc_endpoint_id(self) -> str:
        """The ID of the endpoint, ``vpce-...``."""
        ...

    @property
    def regional_dns_name(self) -> str:
        """The name that resolves to all healthy network interfaces."""
        ...

    @property
    def regional_hosted_zone_id(self) -> str:
        """The ID of the hosted zone of that name, for alias records."""
        ...

    @property
    def vpc_id(self) -> str | None:
        """The ID of the endpoint's VPC, None if an imported endpoint doesn't specify it."""
        ...

    @property
    def service_name(self) -> str | None:
        """The name of the service, None if an imported endpoint doesn't specify it."""
        ...

    @property
    def subnet_ids(self) -> Sequence[str]:
        """The IDs of the endpoint's subnets, empty if they aren't known."""
        ...

    @property
    def network_interface_ids(self) -> Sequence[str]:
        """The IDs of the endpoint's network interfaces, empty if they aren't known."""
        ...

    @property
    def connections(self) -> ec2.Connections:
        """The security groups of the endpoint."""
        ...

    def zonal_dns_name(self, availability_zone: str) -> str:
        """Return the name that resolves to the network interface in one Availability Zone.

        :param availability_zone: the name of the Availability Zone in the endpoint's account.
        """
        ...

    def bind(
        self, record: route53.IRecordSet, zone: route53.IHostedZone | None = None
    ) -> route53.AliasRecordTargetConfig:
        """Return the alias target, for ``RecordTarget.from_alias(endpoint)``.

        :param record: the record.
        :param zone: the hosted zone of the record. Default: not needed.
        """
        ...
