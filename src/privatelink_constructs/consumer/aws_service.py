"""An AWS service that a VPC gets an endpoint for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from privatelink_constructs._cdk.reporting import refuse
from privatelink_constructs.rules.arguments import checked, checked_fields
from privatelink_constructs.rules.service_ports import valid_ports

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aws_cdk import aws_ec2 as ec2

    from privatelink_constructs.consumer.endpoint_policy import EndpointPolicy


@checked_fields()
@dataclass(frozen=True, kw_only=True)
class AwsService:
    """An AWS service, with the options of its endpoint.

    Use :meth:`interface` or :meth:`gateway` to create one.

    Example::

        AwsService.interface("logs", policy=EndpointPolicy.account())

    :param service: the service, as the CDK has it, or by its short name, such as ``logs`` for
        ``com.amazonaws.eu-west-1.logs``.
    :param is_gateway: whether the endpoint is a gateway endpoint. Default: False, an interface
        endpoint.
    :param policy: the policy of the endpoint. Default: that of the bundle.
    :param on_premises_only: whether only on-premises clients use the private DNS names of Amazon
        S3. Default: False.
    :param ip_address_type: the addresses of the endpoint. Default: that of the bundle.
    :param ports: the TCP ports of the service. Default: those that AWS documents, otherwise 443.
    :param private_dns_enabled: whether the endpoint has private DNS. Default: as the bundle, unless
        the service has no private DNS name.
    :param subnets: the subnets of the endpoint; for a gateway endpoint, the subnets whose route
        tables it is in. Default: the subnets of the bundle; for a gateway endpoint, all subnets of
        the VPC.
    :see: https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html
    """

    service: str | ec2.InterfaceVpcEndpointAwsService | ec2.GatewayVpcEndpointAwsService
    is_gateway: bool = False
    policy: EndpointPolicy | None = None
    on_premises_only: bool = False
    ip_address_type: ec2.VpcEndpointIpAddressType | None = None
    ports: tuple[int, ...] | None = None
    private_dns_enabled: bool | None = None
    subnets: ec2.SubnetSelection | None = None

    def __post_init__(self) -> None:
        """Refuse what isn't a port."""
        refuse(valid_ports(self.ports or (), "ports"))

    @staticmethod
    @checked()
    def interface(
        service: str | ec2.InterfaceVpcEndpointAwsService,
        *,
        policy: EndpointPolicy | None = None,
        on_premises_only: bool = False,
        ip_address_type: ec2.VpcEndpointIpAddressType | None = None,
        ports: Sequence[int] | None = None,
        private_dns_enabled: bool | None = None,
        subnets: ec2.SubnetSelection | None = None,
    ) -> AwsService:
        """Return a service with an interface endpoint.

        :param service: the service, as the CDK has it
            (``ec2.InterfaceVpcEndpointAwsService.SECRETS_MANAGER``), or by its short name
            (``secretsmanager``).
        :param policy: the policy of the endpoint. It is written even if the service supports no
            policies as far as this version knows, with a warning. Default: the policy of the
            bundle, if the service supports policies.
        :param on_premises_only: for Amazon S3, whether the private DNS names resolve to this
            endpoint only for on-premises clients, through an inbound Resolver endpoint. Clients in
            the VPC use the S3 gateway endpoint, which the VPC must have. Default: False.
        :param ip_address_type: IPv4, IPv6, or dualstack; the service must support it. Default: that
            of the bundle.
        :param ports: the TCP ports that clients connect to. Default: those that AWS documents: 9142
            for Amazon Keyspaces, the SMTP ports for ``email-smtp``, several ports for ``iot.data``
            and ``storagegateway``, and 443 for all others.
        :param private_dns_enabled: whether the usual name of the service resolves to the endpoint
            in the VPC. Default: as the bundle, but not for a service that has no private DNS name
            as far as this version knows, with a note.
        :param subnets: the subnets of the endpoint, one per Availability Zone. Default: the subnets
            of the bundle.
        """
        return AwsService(
            service=service,
            policy=policy,
            on_premises_only=on_premises_only,
            ip_address_type=ip_address_type,
            ports=None if ports is None else tuple(ports),
            private_dns_enabled=private_dns_enabled,
            subnets=subnets,
        )

    @staticmethod
    @checked()
    def gateway(
        service: str | ec2.GatewayVpcEndpointAwsService,
        *,
        policy: EndpointPolicy | None = None,
        ip_address_type: ec2.VpcEndpointIpAddressType | None = None,
        subnets: ec2.SubnetSelection | None = None,
    ) -> AwsService:
        """Return a service with a gateway endpoint, which is free: Amazon S3 or DynamoDB.

        :param service: the service, as the CDK has it (``ec2.GatewayVpcEndpointAwsService.S3``), or
            by its short name: ``s3``, ``dynamodb``, or ``s3express``.
        :param policy: the policy of the endpoint. Default: the policy of the bundle; without one,
            the endpoint is refused, because a gateway endpoint has no security group.
        :param ip_address_type: IPv4, IPv6, or dualstack, for the routes and the DNS records.
            Default: that of the bundle.
        :param subnets: the subnets whose route tables get the route. Default: all subnets of the
            VPC.
        """
        return AwsService(
            service=service,
            is_gateway=True,
            policy=policy,
            ip_address_type=ip_address_type,
            subnets=subnets,
        )


class SetMember(AwsService):
    """A service that a set brings: an entry of a user's own takes precedence over it."""
