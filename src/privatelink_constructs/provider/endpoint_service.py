"""An endpoint service with Network Load Balancers that exist already."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from privatelink_constructs._cdk.asking import environment_of, stack_of
from privatelink_constructs._cdk.reporting import Site, refuse, warn
from privatelink_constructs.contract.service_metrics import ServiceMetrics
from privatelink_constructs.provider.acceptance_policy import AcceptancePolicy
from privatelink_constructs.provider.allowed_principal import as_principals
from privatelink_constructs.provider.balancing import existing
from privatelink_constructs.provider.balancing.existing_checks import ExistingChecks
from privatelink_constructs.provider.balancing.existing_zones import ExistingZones
from privatelink_constructs.provider.imported_service import (
    ImportedEndpointService,
    ServiceAttributes,
)
from privatelink_constructs.provider.published import PublishedEndpointService
from privatelink_constructs.provider.service_options import ServiceOptions
from privatelink_constructs.rules import contracts as contract_rules
from privatelink_constructs.rules import service_ports as port_rules
from privatelink_constructs.rules.arguments import checked
from privatelink_constructs.rules.core import about
from privatelink_constructs.rules.zone_support import valid_zone_places

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import constructs
    from aws_cdk import aws_elasticloadbalancingv2 as elbv2
    from aws_cdk import aws_iam as iam
    from constructs import IValidation

    from privatelink_constructs.contract.interfaces import IEndpointService
    from privatelink_constructs.contract.watched_services import WatchedService
    from privatelink_constructs.provider.allowed_principal import AllowedPrincipal
    from privatelink_constructs.provider.private_dns_name import PrivateDnsName


_JUDGED = "Sequence[elbv2.INetworkLoadBalancer | elbv2.ILoadBalancerV2 | elbv2.CfnLoadBalancer]"
"""A wider annotation, because a rule refuses load balancers of other types by their type."""


class EndpointService(ServiceMetrics, PublishedEndpointService):
    """An endpoint service over AWS PrivateLink, with Network Load Balancers that exist already.

    The construct doesn't change the load balancers, their listeners, or their security groups. AWS
    connects each network interface of an endpoint to one of the load balancers in its Availability
    Zone, so all of them need the same listeners.

    The security groups of the load balancers must allow the clients. A load balancer of the CDK has
    a security group without inbound rules, and enforces it on PrivateLink traffic, so that every
    connection is dropped. Allow the clients there, or set
    ``enforce_security_group_inbound_rules_on_private_link_traffic`` of the load balancer to False.
    Otherwise, there is a warning at synthesis, and so there is for a target group without targets.

    Example::

        EndpointService(
            self,
            "Payments",
            load_balancers=[load_balancer],
            ports=[443],
            allowed_principals=[AllowedPrincipal.account("222222222222")],
        )

    :param scope: the scope of the construct.
    :param id: the ID of the construct.
    :param load_balancers: the Network Load Balancers, in the account and Region of the service,
        defined in the app or imported. At least one. Neither another service nor the VPC link of a
        REST API can use them.
    :param ports: the ports that consumers connect to: ``443`` for TCP, ``"53/udp"`` for UDP.
        Default: the ports of the listeners, for load balancers of the app; not known for imported
        ones.
    :param acceptance: how connection requests are answered. Default: you accept each request
        manually.
    :param allowed_principals: who can create endpoints: ``AllowedPrincipal``, the 12 digits of an
        account ID, or the CDK's ``ArnPrincipal`` or ``AccountPrincipal``. Default: none.
    :param availability_zone_ids: the AZ ID for each name of an Availability Zone, such as
        ``{"us-east-1a": "use1-az4"}``, all in the Region of the service. Load balancers whose
        Availability Zones aren't known, such as imported ones, are assumed to be in these. Without
        it, the contract doesn't contain their Availability Zones. When an imported load balancer
        has gained an Availability Zone, call ``ModifyVpcEndpointServiceConfiguration``. Default:
        not known.
    :param contributor_insights_enabled: whether CloudWatch Contributor Insights ranks the endpoints
        by traffic, which AWS charges for. False turns it off. None leaves the setting as it is,
        which is off for a new service. Default: None.
    :param ip_address_types: ``ipv4``, ``ipv6``, or both. IPv6 needs dualstack load balancers.
        Default: IPv4.
    :param payer_responsibility: ``"ServiceOwner"`` if you pay for the consumers' endpoints, which
        you can't undo. Default: the consumers pay.
    :param reject_connections_on_delete: whether a Lambda function rejects all connections when the
        stack is deleted, because AWS doesn't delete a service that has connections. Use it for
        tests and for services that you retire. At synthesis, it is an error with a removal policy
        that keeps the service, and with load balancers of the stack that have deletion protection.
        Default: False.
    :param private_dns_name: the private DNS name of the service, and how it is verified. Default:
        none.
    :param supported_regions: the other Regions that consumers can connect from. Default: none.
    :param zone_refresh_enabled: whether a Lambda function asks AWS to offer the Availability Zones
        that load balancers of the app gain. Without it, consumers can't use a new Availability Zone
        until you call ``ModifyVpcEndpointServiceConfiguration``. Load balancers in a single
        Availability Zone and imported ones don't need the function. Default: True.
    :raises ValidationError: for what AWS would reject. ``privatelink explain`` describes each error
        by its code.
    :see: https://docs.aws.amazon.com/vpc/latest/privatelink/create-endpoint-service.html
    """

    @checked(load_balancers=_JUDGED)
    def __init__(
        self,
        scope: constructs.Construct,
        id: str,  # noqa: A002 - the CDK's name for it
        *,
        load_balancers: Sequence[elbv2.INetworkLoadBalancer],
        ports: Sequence[int | str] | None = None,
        acceptance: AcceptancePolicy = AcceptancePolicy.manual(),  # noqa: B008 - frozen
        allowed_principals: Sequence[AllowedPrincipal | iam.ArnPrincipal | str] = (),
        availability_zone_ids: Mapping[str, str] | None = None,
        contributor_insights_enabled: bool | None = None,
        ip_address_types: Sequence[str] = ("ipv4",),
        payer_responsibility: str | None = None,
        private_dns_name: PrivateDnsName | None = None,
        reject_connections_on_delete: bool = False,
        supported_regions: Sequence[str] = (),
        zone_refresh_enabled: bool = True,
    ) -> None:
        """Define the service."""
        options = ServiceOptions(
            acceptance=acceptance,
            allowed_principals=as_principals(allowed_principals),
            contributor_insights_enabled=contributor_insights_enabled,
            ip_address_types=tuple(ip_address_types),
            payer_responsibility=payer_responsibility,
            private_dns_name=private_dns_name,
            reject_connections_on_delete=reject_connections_on_delete,
            supported_regions=supported_regions,
        )
        site = Site(scope, id)
        environment = environment_of(stack_of(scope))
        problems = existing.check_load_balancers(load_balancers, ip_address_types, environment)
        warnings = refuse(problems, site)
        warnings += refuse(port_rules.valid_ports(ports or (), "ports"), site)
        zone_ids = contract_rules.valid_zone_ids(availability_zone_ids or {})
        refuse(about(zone_ids, "availability_zone_ids"), site)
        zones = ExistingZones(existing.in_order(load_balancers), availability_zone_ids or {})
        warnings += refuse(options.problems(environment, zones.count), site)
        warnings += refuse(zones.problems(), site)
        refuse(valid_zone_places(availability_zone_ids or {}, environment.region), site)

        super().__init__(scope, id, options)
        self._zone_ids = dict(availability_zone_ids or {})
        self._zones = zones.names
        self._existing_zones = zones
        self._load_balancers = tuple(load_balancers)
        self._ports = None if ports is None else port_rules.normalize(ports)
        existing.remember_service(load_balancers, self)
        self._publish(zones.load_balancers)
        if zone_refresh_enabled:
            self._refresh_zones(zones.to_refresh)
        warn(self, warnings)
        if any(map(existing.is_defined_here, load_balancers)):
            late = ExistingChecks(
                self, load_balancers, self._ports, rejects=reject_connections_on_delete
            )
            self.node.add_validation(cast("IValidation", late))

    @staticmethod
    @checked()
    def from_endpoint_service_attributes(
        scope: constructs.Construct,
        id: str,  # noqa: A002 - the CDK's name for it
        *,
        endpoint_service_id: str,
        load_balancers: Sequence[elbv2.INetworkLoadBalancer] = (),
        target_groups: Sequence[elbv2.INetworkTargetGroup] = (),
        ports: Sequence[int | str] = (),
        service_region: str | None = None,
        acceptance_required: bool = True,
        availability_zones: Sequence[str] = (),
        availability_zone_ids: Sequence[str] = (),
        ip_address_types: Sequence[str] = ("ipv4",),
        owner_account: str | None = None,
        private_dns_name: str | None = None,
        private_dns_verified: bool = False,
        supported_regions: Sequence[str] = (),
    ) -> IEndpointService:
        """Import an endpoint service that is defined elsewhere, for its metrics or its contract.

        This defines no resources, and doesn't change the service.

        Example::

            EndpointService.from_endpoint_service_attributes(
                self, "Payments", endpoint_service_id="vpce-svc-0123456789abcdef0", ports=[443]
            )

        :param scope: the scope of the construct.
        :param id: the ID of the construct.
        :param endpoint_service_id: the ID of the service, ``vpce-svc-...``, which can be a token.
        :param load_balancers: the Network Load Balancers of the service. Default: not known.
        :param target_groups: the target groups of the load balancers. Default: not known.
        :param ports: the ports that clients connect to: ``443`` for TCP, ``"53/udp"`` for UDP.
            Default: not known, so that ``contract`` is an error.
        :param service_region: the Region of the service. Default: the Region of the stack.
        :param acceptance_required: whether the provider accepts each connection. Default: True.
        :param availability_zones: the names of the Availability Zones of the service. Default: not
            known.
        :param availability_zone_ids: the AZ IDs of the service, such as ``euw1-az1``. Default: not
            known.
        :param ip_address_types: ``ipv4``, ``ipv6``, or both. Default: IPv4.
        :param owner_account: the account ID of the provider. Default: not known.
        :param private_dns_name: the private DNS name of the service. Default: none.
        :param private_dns_verified: whether the private DNS name is verified. Default: False.
        :param supported_regions: the other Regions that consumers can connect from. Default: none.
        :return: the service.
        :raises ValidationError: ``resource-id-malformed``, and with ports for the same reasons as
            ``EndpointServiceContract``.
        :see: https://docs.aws.amazon.com/vpc/latest/privatelink/create-endpoint-service.html
        """
        return ImportedEndpointService(
            scope,
            id,
            ServiceAttributes(
                endpoint_service_id=endpoint_service_id,
                service_region=service_region,
                load_balancers=tuple(load_balancers),
                target_groups=tuple(target_groups),
                ports=tuple(ports),
                acceptance_required=acceptance_required,
                availability_zones=tuple(availability_zones),
                availability_zone_ids=tuple(availability_zone_ids),
                ip_address_types=tuple(ip_address_types),
                owner_account=owner_account,
                private_dns_name=private_dns_name,
                private_dns_verified=private_dns_verified,
                supported_regions=tuple(supported_regions),
            ),
        )

    @property
    def load_balancers(self) -> tuple[elbv2.INetworkLoadBalancer, ...]:
        """The load balancers that you passed."""
        return self._load_balancers

    @property
    def target_groups(self) -> tuple[elbv2.INetworkTargetGroup, ...]:
        """The target groups that the listeners of the app forward to by default.

        You can define listeners and target groups at any time, so each access searches for them.
        """
        return existing.target_groups_of(self._load_balancers)

    @property
    def availability_zones(self) -> tuple[str, ...]:
        """The names of the load balancers' Availability Zones, which can be tokens.

        Those that aren't known are left out.
        """
        return self._zones

    def _watched(self) -> WatchedService:
        from privatelink_constructs.provider.watching import watched_existing  # noqa: PLC0415 - few apps have metrics

        return watched_existing(self, self._options, self._principals, self._existing_zones)

    def _contract_ports(self) -> tuple[int | str, ...]:
        if self._ports is not None:
            return self._ports
        # Listeners can be defined at any time, so each access searches for them.
        listeners = existing.listeners_of(self._load_balancers).values()
        names = sorted(set[str]().union(*listeners))
        site = Site(self)
        refuse(contract_rules.contract_literal(ports=existing.some_unknown(names)), site)
        refuse(port_rules.valid_ports(names), site)
        refuse(contract_rules.contract_ports_present(names, from_listeners=True), site)
        return port_rules.normalize(names)
