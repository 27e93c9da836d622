"""Interface endpoints that exist already."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs._cdk.reporting import Site, refuse
from privatelink_constructs.consumer.answered_names import answers_of_name, keep_answers
from privatelink_constructs.consumer.endpoint_base import EndpointBase
from privatelink_constructs.rules.core import about, is_token, items_of
from privatelink_constructs.rules.identifiers import id_well_formed
from privatelink_constructs.rules.private_dns import hosted_zone_name_well_formed
from privatelink_constructs.rules.service_names import valid_any_service_name
from privatelink_constructs.rules.service_ports import normalize, valid_ports

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import constructs
    from aws_cdk import aws_ec2 as ec2

    from privatelink_constructs.rules.core import Problem


class ImportedInterfaceEndpoint(EndpointBase):
    """An interface endpoint that exists already."""

    def __init__(
        self,
        scope: constructs.Construct,
        id: str,  # noqa: A002 - the CDK's name for it
        *,
        vpc_endpoint_id: str,
        regional_dns_name: str,
        regional_hosted_zone_id: str,
        ports: Sequence[int | str],
        security_groups: Sequence[ec2.ISecurityGroup],
        vpc_id: str | None = None,
        service_name: str | None = None,
        subnet_ids: Sequence[str] = (),
        network_interface_ids: Sequence[str] = (),
    ) -> None:
        """Add the construct to the tree, without any resource."""
        site = Site(scope, id)
        refuse(_id_problem("vpce", vpc_endpoint_id), site)
        refuse(_id_problem("vpc", vpc_id), site)
        for name, each in items_of(subnet_ids, "subnet_ids"):
            refuse(about(_id_problem("subnet", each), name), site)
        for name, each in items_of(network_interface_ids, "network_interface_ids"):
            refuse(about(_id_problem("eni", each), name), site)
        refuse(_name_problems(regional_dns_name, service_name), site)
        refuse(valid_ports(ports, "ports"), site)
        super().__init__(scope, id, ports=normalize(ports), zones=frozenset())
        self._vpc_endpoint_id = vpc_endpoint_id
        self._regional_dns_name = regional_dns_name
        self._regional_hosted_zone_id = regional_hosted_zone_id
        self._security_groups = tuple(security_groups)
        self._vpc_id = vpc_id
        self._service_name = service_name
        self._subnet_ids = tuple(subnet_ids)
        self._network_interface_ids = tuple(network_interface_ids)
        keep_answers(self, answers_of_name(service_name, self._ports))

    @property
    def vpc_endpoint_id(self) -> str:
        """The ID of the endpoint, ``vpce-...``."""
        return self._vpc_endpoint_id

    @property
    def regional_dns_name(self) -> str:
        """The name that resolves to all healthy network interfaces of the endpoint."""
        return self._regional_dns_name

    @property
    def regional_hosted_zone_id(self) -> str:
        """The ID of the hosted zone of that name, for alias records."""
        return self._regional_hosted_zone_id

    @property
    def vpc_id(self) -> str | None:
        """The ID of the endpoint's VPC, None if it isn't known."""
        return self._vpc_id

    @property
    def service_name(self) -> str | None:
        """The name of the service, None if it isn't known."""
        return self._service_name

    @property
    def subnet_ids(self) -> Sequence[str]:
        """The IDs of the endpoint's subnets, empty if they aren't known."""
        return self._subnet_ids

    @property
    def network_interface_ids(self) -> Sequence[str]:
        """The IDs of the endpoint's network interfaces, empty if they aren't known."""
        return self._network_interface_ids


def _id_problem(kind: str, value: str | None) -> Iterator[Problem]:
    if value is not None and not is_token(value):
        yield from id_well_formed(value, kind)


def _name_problems(regional_dns_name: str, service_name: str | None) -> Iterator[Problem]:
    if not is_token(regional_dns_name):
        yield from hosted_zone_name_well_formed(regional_dns_name)
    if service_name is not None and not is_token(service_name):
        yield from valid_any_service_name(service_name)
