"""Endpoint services that are defined elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import constructs

from privatelink_constructs._cdk.asking import environment_of, stack_of
from privatelink_constructs._cdk.naming import service_name
from privatelink_constructs._cdk.reporting import Site, refuse
from privatelink_constructs._values import internal_value
from privatelink_constructs.contract.contract import EndpointServiceContract
from privatelink_constructs.contract.service_metrics import ServiceMetrics
from privatelink_constructs.rules.contracts import contract_ports_present
from privatelink_constructs.rules.core import is_token, known
from privatelink_constructs.rules.identifiers import id_well_formed
from privatelink_constructs.rules.regions import region_valid
from privatelink_constructs.rules.zone_support import zones_in_region

if TYPE_CHECKING:
    from aws_cdk import aws_elasticloadbalancingv2 as elbv2

    from privatelink_constructs.contract.watched_services import WatchedService


@internal_value(kw_only=True)
class ServiceAttributes:
    """The attributes of an imported service, as ``EndpointService`` takes them."""

    endpoint_service_id: str
    service_region: str | None
    load_balancers: tuple[elbv2.INetworkLoadBalancer, ...]
    target_groups: tuple[elbv2.INetworkTargetGroup, ...]
    ports: tuple[int | str, ...]
    acceptance_required: bool
    availability_zones: tuple[str, ...]
    availability_zone_ids: tuple[str, ...]
    ip_address_types: tuple[str, ...]
    owner_account: str | None
    private_dns_name: str | None
    private_dns_verified: bool
    supported_regions: tuple[str, ...]


class ImportedEndpointService(ServiceMetrics, constructs.Construct):
    """An endpoint service that is defined elsewhere; no resource is defined for it."""

    def __init__(
        self,
        scope: constructs.Construct,
        id: str,  # noqa: A002 - the CDK's name for it
        attributes: ServiceAttributes,
    ) -> None:
        """Add the construct to the tree."""
        site = Site(scope, id)
        if not is_token(attributes.endpoint_service_id):
            refuse(id_well_formed(attributes.endpoint_service_id, "vpce-svc"), site)
        if attributes.service_region is not None and not is_token(attributes.service_region):
            # The code that uses the contract warns of a Region that isn't known.
            refuse(region_valid(attributes.service_region), site)
        stack = stack_of(scope)
        region = attributes.service_region or environment_of(stack).region or stack.region
        zones = (*attributes.availability_zones, *attributes.availability_zone_ids)
        refuse(zones_in_region(map(known, zones), known(region)), site)
        self._name = service_name(known(region), attributes.endpoint_service_id)
        # Without ports, there is no contract, and the other values are checked all the same.
        contract = _contract(attributes, self._name, region)
        self._contract = contract if attributes.ports else None
        super().__init__(scope, id)
        self._attributes = attributes

    @property
    def endpoint_service_id(self) -> str:
        """The ID of the service, ``vpce-svc-...``."""
        return self._attributes.endpoint_service_id

    @property
    def endpoint_service_name(self) -> str:
        """The name that consumers connect to."""
        return self._name

    @property
    def availability_zones(self) -> tuple[str, ...]:
        """The names of the Availability Zones that the service is in, empty if not specified."""
        return self._attributes.availability_zones

    @property
    def load_balancers(self) -> tuple[elbv2.INetworkLoadBalancer, ...]:
        """The load balancers of the service, empty if not specified."""
        return self._attributes.load_balancers

    @property
    def target_groups(self) -> tuple[elbv2.INetworkTargetGroup, ...]:
        """The target groups behind the load balancers, empty if not specified."""
        return self._attributes.target_groups

    @property
    def acceptor(self) -> None:
        """None, because the acceptor is defined elsewhere."""
        return

    def _watched(self) -> WatchedService:
        from privatelink_constructs.provider.watching import watched_imported  # noqa: PLC0415 - few apps have metrics

        given = self._attributes
        return watched_imported(
            self,
            account=given.owner_account,
            region=given.service_region,
            private_dns_name=given.private_dns_name,
        )

    @property
    def contract(self) -> EndpointServiceContract:
        """The information that consumers need.

        :raises ValidationError: ``contract-port-missing`` when no ports are specified.
        """
        if self._contract is None:
            refuse(contract_ports_present(()), Site(self))
        return cast("EndpointServiceContract", self._contract)


_ANY_PORTS = (443,)


def _contract(given: ServiceAttributes, name: str, region: str) -> EndpointServiceContract:
    return EndpointServiceContract(
        service_name=name,
        service_region=region,
        ports=given.ports or _ANY_PORTS,
        acceptance_required=given.acceptance_required,
        availability_zones=given.availability_zones,
        availability_zone_ids=given.availability_zone_ids,
        ip_address_types=given.ip_address_types,
        owner_account=given.owner_account,
        private_dns_name=given.private_dns_name,
        private_dns_verified=given.private_dns_verified,
        supported_regions=given.supported_regions,
    )
