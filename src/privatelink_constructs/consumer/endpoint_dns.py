"""How clients name an endpoint."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING

from privatelink_constructs._cdk.reporting import refuse
from privatelink_constructs.rules.core import is_token
from privatelink_constructs.rules.private_dns import hosted_zone_name_well_formed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aws_cdk import aws_ec2 as ec2


class DnsKind(enum.Enum):
    """Which names an endpoint has."""

    ENDPOINT_NAMES = "endpoint-names"
    SERVICE_PRIVATE_NAME = "service-private-name"
    PRIVATE_HOSTED_ZONE = "private-hosted-zone"


@dataclass(frozen=True, kw_only=True)
class EndpointDns:
    """How clients name an endpoint.

    Made by :meth:`endpoint_names`, :meth:`service_private_name` and :meth:`private_hosted_zone`.
    The endpoint's own names, regional and zonal, are there in any case.

    Example::

        EndpointDns.private_hosted_zone("payments.example.com", vpcs=[peered_vpc])

    :see: https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-access-aws-services.html
    """

    kind: DnsKind = DnsKind.ENDPOINT_NAMES
    zone_name: str | None = None
    vpcs: tuple[ec2.IVpc, ...] = ()

    @staticmethod
    def endpoint_names() -> EndpointDns:
        """Use the endpoint's own names alone, which resolve everywhere to private addresses."""
        return EndpointDns()

    @staticmethod
    def service_private_name() -> EndpointDns:
        """Use the service's private DNS name, too, in the endpoint's VPC alone.

        The name has to be verified, and the connection accepted: either the service accepts
        automatically, or the endpoint is deployed with its own names first and, once it is
        accepted, with this and ``connection_accepted=True``.
        """
        return EndpointDns(kind=DnsKind.SERVICE_PRIVATE_NAME)

    @staticmethod
    def private_hosted_zone(name: str, *, vpcs: Sequence[ec2.IVpc] = ()) -> EndpointDns:
        """Use a name of the consumer's own choice, in a private hosted zone of exactly that name.

        The zone holds an alias to the endpoint and nothing else, so that no other name of the
        domain is hidden. It needs nothing of the provider.

        :param name: the name. Another one replaces the zone.
        :param vpcs: the VPCs where clients use it beside the endpoint's own, of the same account,
            any Region. Default: none.
        :raises ValidationError: ``hosted-zone-name-malformed``.
        :see: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-to-vpc-interface-endpoint.html
        """
        if not is_token(name):
            refuse(hosted_zone_name_well_formed(name or ""))
        return EndpointDns(kind=DnsKind.PRIVATE_HOSTED_ZONE, zone_name=name, vpcs=tuple(vpcs))
