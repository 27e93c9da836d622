"""How clients name an endpoint."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from privatelink_constructs._cdk.reporting import refuse
from privatelink_constructs.rules.arguments import checked, checked_fields
from privatelink_constructs.rules.core import is_token
from privatelink_constructs.rules.private_dns import hosted_zone_name_well_formed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aws_cdk import aws_ec2 as ec2


@checked_fields()
@dataclass(frozen=True, kw_only=True)
class EndpointDns:
    """The DNS names that clients use for an endpoint.

    Use :meth:`endpoint_names`, :meth:`service_private_name`, or :meth:`private_hosted_zone` to
    create one. The endpoint's own names, regional and zonal, work in every case.

    Example::

        EndpointDns.private_hosted_zone("payments.example.com", vpcs=[peered_vpc])

    :param private_dns_enabled: whether the service's private DNS name resolves to the endpoint in
        the endpoint's VPC. Default: False.
    :param hosted_zone_name: the name of a private hosted zone for the endpoint. Default: None, no
        hosted zone.
    :param vpcs: the VPCs in addition to the endpoint's VPC where the hosted zone is used. Default:
        none.
    :see: https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-access-aws-services.html
    """

    private_dns_enabled: bool = False
    hosted_zone_name: str | None = None
    vpcs: tuple[ec2.IVpc, ...] = ()

    @staticmethod
    @checked()
    def endpoint_names() -> EndpointDns:
        """Use only the endpoint's own names, which resolve everywhere to private addresses."""
        return EndpointDns()

    @staticmethod
    @checked()
    def service_private_name() -> EndpointDns:
        """Use the service's private DNS name as well, only in the endpoint's VPC.

        The name must be verified and the connection accepted. If the service doesn't accept
        connections automatically, deploy the endpoint with its own names first. When the connection
        is accepted, deploy it with this and ``connection_accepted=True``. If the endpoint has a
        private hosted zone of the same name, deploy it without the hosted zone first.

        :see: https://docs.aws.amazon.com/vpc/latest/privatelink/manage-dns-names.html
        """
        return EndpointDns(private_dns_enabled=True)

    @staticmethod
    @checked()
    def private_hosted_zone(name: str, *, vpcs: Sequence[ec2.IVpc] = ()) -> EndpointDns:
        """Use a name of your own choice, in a private hosted zone with exactly that name.

        The hosted zone contains only an alias to the endpoint, so it doesn't hide any other name of
        the domain. The provider doesn't have to do anything.

        :param name: the name. If you change it, the hosted zone is replaced.
        :param vpcs: the VPCs in addition to the endpoint's VPC where clients use the name, of the
            same account in any Region. Default: none.
        :raises ValidationError: ``hosted-zone-name-malformed``.
        :see: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-to-vpc-interface-endpoint.html
        """
        if not is_token(name):
            refuse(hosted_zone_name_well_formed(name))
        return EndpointDns(hosted_zone_name=name, vpcs=tuple(vpcs))
