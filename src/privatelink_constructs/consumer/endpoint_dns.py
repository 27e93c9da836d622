"""The DNS names that clients use for an endpoint."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from privatelink_constructs._cdk.reporting import refuse
from privatelink_constructs.facts.domain_names import without_wildcard
from privatelink_constructs.rules.arguments import checked, checked_fields
from privatelink_constructs.rules.core import about, is_token, items_of
from privatelink_constructs.rules.endpoint_names import hosted_zone_named
from privatelink_constructs.rules.private_dns import hosted_zone_name_well_formed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from aws_cdk import aws_ec2 as ec2

    from privatelink_constructs.rules.core import Problem


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
    :param hosted_zone_name: the name of a private hosted zone for the endpoint, or a wildcard such
        as ``*.example.com``. Default: None, no hosted zone.
    :param vpcs: the VPCs in addition to the endpoint's VPC where the hosted zones are used.
        Default: none.
    :param more_hosted_zone_names: the names of further hosted zones. Default: none.
    :param zonal_records: whether the hosted zones have records for each Availability Zone. Default:
        False.
    :raises ValidationError: ``hosted-zone-name-malformed``, ``private-hosted-zone-name-missing``.
    :see: https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-access-aws-services.html
    """

    private_dns_enabled: bool = False
    hosted_zone_name: str | None = None
    vpcs: tuple[ec2.IVpc, ...] = ()
    more_hosted_zone_names: tuple[str, ...] = ()
    zonal_records: bool = False

    def __post_init__(self) -> None:
        """Check the names."""
        refuse(self._problems())
        object.__setattr__(self, "vpcs", tuple(self.vpcs))
        object.__setattr__(self, "more_hosted_zone_names", tuple(self.more_hosted_zone_names))

    def _problems(self) -> Iterator[Problem]:
        yield from hosted_zone_named(
            self.hosted_zone_name,
            vpcs=bool(self.vpcs),
            more_hosted_zone_names=bool(self.more_hosted_zone_names),
            zonal_records=self.zonal_records,
        )
        further = items_of(self.more_hosted_zone_names, "more_names")
        for place, name in (("name", self.hosted_zone_name), *further):
            # The fields of a user's own class that extends this one are checked later.
            if isinstance(name, str) and not is_token(name):
                found = hosted_zone_name_well_formed(without_wildcard(name))
                yield from about(found, place)

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
    def private_hosted_zone(
        name: str,
        *more_names: str,
        vpcs: Sequence[ec2.IVpc] = (),
        zonal_records: bool = False,
    ) -> EndpointDns:
        """Use names that you choose, or that a vendor requires, in private hosted zones.

        Each name has a hosted zone with exactly that name, which contains only an alias to the
        endpoint, so it doesn't hide any other name of the domain. The provider doesn't have to do
        anything. A wildcard such as ``*.db.example.com`` has a hosted zone for ``db.example.com``
        with an alias for that name, and one for all names below it, so it hides all of these.

        Example::

            EndpointDns.private_hosted_zone("*.db.example.com", zonal_records=True)

        :param name: the name, or a wildcard. Each hosted zone is identified by its name: if you
            change a name, its hosted zone is replaced, and the others stay.
        :param more_names: further names and wildcards. Default: none.
        :param vpcs: the VPCs in addition to the endpoint's VPC where clients use the names, of the
            same account in any Region. Default: none.
        :param zonal_records: whether each hosted zone has records for the Availability Zones of the
            endpoint as well, such as ``use1-az1.db.example.com``, and ``*.use1-az1.db.example.com``
            for a wildcard. The AZ IDs must be known, for example from ``availability_zone_ids`` of
            the endpoint. Default: False.
        :raises ValidationError: ``hosted-zone-name-malformed``.
        :see: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-to-vpc-interface-endpoint.html
        """
        return EndpointDns(
            hosted_zone_name=name,
            vpcs=tuple(vpcs),
            more_hosted_zone_names=more_names,
            zonal_records=zonal_records,
        )
