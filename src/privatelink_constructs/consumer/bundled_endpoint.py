"""An interface endpoint of a bundle, to an AWS service."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import aws_ec2 as ec2

from privatelink_constructs._cdk.reporting import Site, refuse
from privatelink_constructs._cdk.subnets import subnet_id, vpc_id
from privatelink_constructs.consumer.answered_names import Answers, keep_answers
from privatelink_constructs.consumer.defined_endpoint import DefinedEndpoint
from privatelink_constructs.facts.aws_service_endpoints import rule_label
from privatelink_constructs.rules.aws_endpoints import zonal_name_known

if TYPE_CHECKING:
    import constructs

    from privatelink_constructs.consumer.endpoint_plan import Planned


class BundledEndpoint(DefinedEndpoint):
    """An interface endpoint to an AWS service, which a bundle defines."""

    def __init__(
        self,
        scope: constructs.Construct,
        id: str,  # noqa: A002 - the CDK's name for it
        *,
        planned: Planned,
        service_name: str,
        vpc: ec2.IVpc,
        security_groups: tuple[ec2.ISecurityGroup, ...],
    ) -> None:
        """Define the endpoint.

        :param planned: what it is to be.
        :param service_name: the whole name of the service.
        :param vpc: the VPC.
        :param security_groups: the security groups, which other endpoints may share.
        """
        super().__init__(scope, id, ports=planned.entry.ports(), zones=planned.zone_names)
        self._name = planned.name
        self._mark = f".{rule_label(planned.name)}."
        self._security_groups = security_groups
        self._vpc_id = vpc_id(vpc)
        self._service_name = service_name
        self._subnet_ids = tuple(subnet_id(zone.subnet) for zone in planned.zones)
        self._resource = ec2.CfnVPCEndpoint(
            self,
            "Resource",
            dns_options=_dns_options(planned),
            ip_address_type=planned.address_type,
            policy_document=planned.document,
            private_dns_enabled=planned.private_dns,
            security_group_ids=list(security_groups),
            service_name=service_name,
            subnet_ids=list(self._subnet_ids),
            vpc_endpoint_type="Interface",
            vpc_id=self._vpc_id,
        )
        keep_answers(
            self,
            Answers(
                aws_service=planned.name,
                private_dns=planned.private_dns,
                ports=planned.entry.ports(),
                address_type=planned.address_type,
            ),
        )

    @property
    def resource(self) -> ec2.CfnVPCEndpoint:
        """The resource, for what the bundle adds to it."""
        return self._resource

    def zonal_dns_name(self, availability_zone: str) -> str:
        """Return the name that resolves to the network interface in one Availability Zone.

        :param availability_zone: the name of the zone in the endpoint's own account.
        :raises ValidationError: ``endpoint-zonal-name-mismatch`` for one that the endpoint isn't
            in, and ``endpoint-zonal-name-undetermined`` for a service whose zonal names don't
            follow from its own name.
        """
        refuse(zonal_name_known(self._name), Site(self))
        return super().zonal_dns_name(availability_zone)


def _dns_options(planned: Planned) -> ec2.CfnVPCEndpoint.DnsOptionsSpecificationProperty:
    """Return the DNS options, at their default too: CloudFormation keeps what you remove."""
    inbound_only = None
    if planned.name == "s3":
        asked = planned.entry.given.on_premises_only
        inbound_only = "OnlyInboundResolver" if asked else "AllResolvers"
    return ec2.CfnVPCEndpoint.DnsOptionsSpecificationProperty(
        dns_record_ip_type=planned.address_type,
        private_dns_only_for_inbound_resolver_endpoint=inbound_only,
    )
