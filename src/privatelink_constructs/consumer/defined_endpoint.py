"""Interface endpoints that the app defines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.consumer import dns_names as names
from privatelink_constructs.consumer.endpoint_base import EndpointBase

if TYPE_CHECKING:
    from collections.abc import Sequence

    import constructs
    from aws_cdk import aws_ec2 as ec2


class DefinedEndpoint(EndpointBase):
    """What all interface endpoints that the app defines have in common.

    Subclasses set ``_resource``, ``_vpc_id``, ``_service_name``, and ``_subnet_ids``.
    """

    _resource: ec2.CfnVPCEndpoint
    _vpc_id: str
    _service_name: str
    _subnet_ids: tuple[str, ...]

    def __init__(
        self,
        scope: constructs.Construct,
        id: str,  # noqa: A002 - the CDK's name for it
        *,
        ports: Sequence[int | str],
        zones: frozenset[str],
    ) -> None:
        """Add the construct to the tree; parameters as those of all endpoints."""
        super().__init__(scope, id, ports=ports, zones=zones)
        self._network_interface_ids: Sequence[str] | None = None
        self._regional_entry: dict[str, object] | None = None
        self._regional_dns_name: str | None = None
        self._regional_hosted_zone_id: str | None = None
        self._vpc_endpoint_id: str | None = None

    @property
    def vpc_endpoint_id(self) -> str:
        """The ID of the endpoint, ``vpce-...``, known only at deployment."""
        if self._vpc_endpoint_id is None:
            self._vpc_endpoint_id = self._resource.ref
        return self._vpc_endpoint_id

    @property
    def regional_dns_name(self) -> str:
        """The DNS name that resolves to all healthy network interfaces of the endpoint."""
        if self._regional_dns_name is None:
            self._regional_dns_name = names.part(self._entry, 1)
        return self._regional_dns_name

    @property
    def regional_hosted_zone_id(self) -> str:
        """The ID of the hosted zone of the regional name, for alias records."""
        if self._regional_hosted_zone_id is None:
            self._regional_hosted_zone_id = names.part(self._entry, 0)
        return self._regional_hosted_zone_id

    @property
    def vpc_id(self) -> str:
        """The ID of the endpoint's VPC."""
        return self._vpc_id

    @property
    def service_name(self) -> str:
        """The name of the service, which can be a token."""
        return self._service_name

    @property
    def subnet_ids(self) -> Sequence[str]:
        """The IDs of the endpoint's subnets, in the order of the VPC."""
        return self._subnet_ids

    @property
    def network_interface_ids(self) -> Sequence[str]:
        """The IDs of the endpoint's network interfaces, a list known only at deployment."""
        if self._network_interface_ids is None:
            self._network_interface_ids = self._resource.attr_network_interface_ids
        return self._network_interface_ids

    @property
    def _entry(self) -> dict[str, object]:
        if self._regional_entry is None:
            self._regional_entry = names.regional_entry(self._resource.attr_dns_entries)
        return self._regional_entry
