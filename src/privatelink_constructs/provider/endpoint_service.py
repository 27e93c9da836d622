"""A published service over Network Load Balancers that exist already."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from privatelink_constructs._cdk.asking import environment_of, stack_of
from privatelink_constructs._cdk.reporting import Site, refuse, warn
from privatelink_constructs.provider.acceptance_policy import AcceptancePolicy
from privatelink_constructs.provider.allowed_principal import as_principals
from privatelink_constructs.provider.balancing import existing
from privatelink_constructs.provider.balancing.existing_checks import ExistingChecks
from privatelink_constructs.provider.balancing.existing_zones import ExistingZones
from privatelink_constructs.provider.imported_service import (
    ImportedEndpointService,
    ServiceAttributes,
)
from privatelink_constructs.provider.published import PublishedEndpointService, ServiceOptions
from privatelink_constructs.rules import contracts as contract_rules
from privatelink_constructs.rules import service_ports as port_rules
from privatelink_constructs.rules.arguments import checked
from privatelink_constructs.rules.zone_support import valid_zone_places

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import constructs
    from aws_cdk import aws_elasticloadbalancingv2 as elbv2
    from aws_cdk import aws_iam as iam
    from constructs import IValidation

    from privatelink_constructs.contract.interfaces import IEndpointService
    from privatelink_constructs.provider.allowed_principal import AllowedPrincipal
    from privatelink_constructs.provider.private_dns_name import PrivateDnsName


_JUDGED = "Sequence[elbv2.INetworkLoadBalancer | elbv2.ILoadBalancerV2 | elbv2.CfnLoadBalancer]"
"""What a load balancer can be taken for: a rule refuses those of other kinds by their kind."""


class EndpointService(PublishedEndpointService):
    """A service over AWS PrivateLink, over Network Load Balancers that exist already.

    The load balancers, their listeners and their security groups stay as they are. With several of
    them, each network interface of an endpoint is bound to one at random, so all need the same
    listeners.

    So the clients have to be admitted there. The CDK's load balancers come with a group without
    inbound rules, which hold for PrivateLink traffic unless
    ``enforce_security_group_inbound_rules_on_private_link_traffic`` is False: every connection is
    dropped. That is a warning at synthesis, and so is a target group without targets.

    Example::

        EndpointService(
            self,
            "Payments",
            load_balancers=[load_balancer],
            ports=[443],
            allowed_principals=[AllowedPrincipal.account("222222222222")],
        )

    :param load_balancers: Network Load Balancers of the account and Region of the service, defined
        in the app or imported, at least one. Each is for this service alone: neither another
        service nor the VPC link of a REST API can use it.
    :param ports: what consumers can connect to: ``443`` for TCP, ``"53/udp"``. Default: the ports
        of the listeners, for load balancers of the app; not known for imported ones.
    :param acceptance: how requests are answered. Default: a person accepts each.
    :param allowed_principals: who may create endpoints: each an ``AllowedPrincipal``, the 12 digits
        of an account ID, or the CDK's ``ArnPrincipal`` or ``AccountPrincipal``. Default: nobody.
    :param availability_zone_ids: the AZ ID for each name of a zone, such as
        ``{"us-east-1a": "use1-az4"}``, all of the service's Region. Load balancers whose
        Availability Zones aren't known, such as imported ones, are taken to be in these. Without
        them, the contract contains no zones.
        After an imported load balancer has gained a zone, call
        ``ModifyVpcEndpointServiceConfiguration``. Default: not known.
    :param contributor_insights_enabled: whether CloudWatch ranks endpoints by traffic, for which it
        charges. False turns it off. None leaves the setting as it is, which is off for a new
        service. Default: None.
    :param ip_address_types: ``ipv4``, ``ipv6`` or both; IPv6 needs dualstack load balancers.
        Default: IPv4.
    :param payer_responsibility: ``"ServiceOwner"`` to pay for the consumers' endpoints, for good.
        Default: the consumers pay.
    :param reject_connections_on_delete: whether the connections are rejected when the stack is
        deleted, as AWS deletes no service that has some. Meant for tests and retired services. An
        error at synthesis for a service whose removal policy keeps it, and with load balancers of
        the stack that have deletion protection. Default: False.
    :param private_dns_name: the name that consumers keep using, and how it is proven. Default:
        none.
    :param supported_regions: other Regions whose consumers may connect. Default: none.
    :param zone_refresh_enabled: whether a Lambda function asks AWS to offer the Availability Zones
        that load balancers of the app gain. Without it, consumers can't use a new zone until you
        call ``ModifyVpcEndpointServiceConfiguration``. Load balancers in a single zone and imported
        ones have no such function. Default: True.
    :raises ValidationError: for what AWS would reject; ``privatelink explain`` has the rules.
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
        warnings += refuse(port_rules.valid_ports(ports or ()), site)
        refuse(contract_rules.valid_zone_ids(availability_zone_ids or {}), site)
        zones = ExistingZones(existing.in_order(load_balancers), availability_zone_ids or {})
        warnings += refuse(options.problems(environment, zones.count), site)
        warnings += refuse(zones.problems(), site)
        refuse(valid_zone_places(availability_zone_ids or {}, environment.region), site)

        super().__init__(scope, id, options)
        self._zone_ids = dict(availability_zone_ids or {})
        self._zones = zones.names
        self._load_balancers = tuple(load_balancers)
        self._ports = None if ports is None else port_rules.normalise(ports)
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
        """Use an endpoint service that is defined elsewhere, for its metrics or its contract.

        No resource is defined, and nothing of the service is changed.

        Example::

            EndpointService.from_endpoint_service_attributes(
                self, "Payments", endpoint_service_id="vpce-svc-0123456789abcdef0", ports=[443]
            )

        :param scope: where to define the construct.
        :param id: its id.
        :param endpoint_service_id: the ID of the service, ``vpce-svc-...``; it may be a token.
        :param load_balancers: its Network Load Balancers. Default: not known.
        :param target_groups: the target groups behind them. Default: not known.
        :param ports: what clients connect to: ``443`` for TCP, ``"53/udp"``. Default: not known,
            and ``contract`` is an error.
        :param service_region: the Region that the service is in. Default: the stack's.
        :param acceptance_required: whether the provider accepts each connection. Default: True.
        :param availability_zones: the names of the Availability Zones that the service is in.
            Default: not known.
        :param availability_zone_ids: their IDs, such as ``euw1-az1``. Default: not known.
        :param ip_address_types: ``ipv4``, ``ipv6``, or both. Default: IPv4.
        :param owner_account: the account of the provider. Default: not known.
        :param private_dns_name: the private DNS name of the service. Default: none.
        :param private_dns_verified: whether that name is verified. Default: False.
        :param supported_regions: other Regions that the service can be used from. Default: none.
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
        """The load balancers, as they were specified."""
        return self._load_balancers

    @property
    def target_groups(self) -> tuple[elbv2.INetworkTargetGroup, ...]:
        """The target groups that the load balancers' listeners of the app forward to by default.

        Listeners and target groups may be defined at any time, so they are searched each time.
        """
        return existing.target_groups_of(self._load_balancers)

    @property
    def availability_zones(self) -> tuple[str, ...]:
        """The names of the zones that the load balancers are known to be in, tokens included."""
        return self._zones

    def _contract_ports(self) -> tuple[int | str, ...]:
        if self._ports is not None:
            return self._ports
        # Listeners may come at any time, so they are looked up each time.
        listeners = existing.listeners_of(self._load_balancers).values()
        names = sorted(set[str]().union(*listeners))
        site = Site(self)
        refuse(contract_rules.contract_literal(ports=existing.some_unknown(names)), site)
        refuse(port_rules.valid_ports(names), site)
        refuse(contract_rules.contract_ports_present(names, from_listeners=True), site)
        return port_rules.normalise(names)
