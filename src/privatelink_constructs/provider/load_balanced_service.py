"""An endpoint service, and the Network Load Balancers that it defines for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import jsii
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from constructs import IValidation

from privatelink_constructs._cdk.acknowledgments import acknowledge_load_balancers
from privatelink_constructs._cdk.late import as_errors
from privatelink_constructs._cdk.reporting import Site, refuse, warn
from privatelink_constructs._cdk.subnet_selection import choose_subnets
from privatelink_constructs.contract.service_metrics import ServiceMetrics
from privatelink_constructs.provider.acceptance_policy import AcceptancePolicy
from privatelink_constructs.provider.allowed_principal import as_principals
from privatelink_constructs.provider.balancing.access_log_options import AccessLogs, has_tls
from privatelink_constructs.provider.balancing.balancers import (
    define_listener,
    define_load_balancers,
)
from privatelink_constructs.provider.balancing.counting import (
    remember_albs,
    remember_load_balancers,
    target_quotas,
)
from privatelink_constructs.provider.balancing.existing import remember_service
from privatelink_constructs.provider.balancing.port import (
    place_of_port,
    remember_ecs_services,
)
from privatelink_constructs.provider.balancing.security import SecurityRules
from privatelink_constructs.provider.balancing.target_group_options import settle, write_family
from privatelink_constructs.provider.balancing.targets import every_target
from privatelink_constructs.provider.balancing.topology import LoadBalancerTopology
from privatelink_constructs.provider.published import PublishedEndpointService
from privatelink_constructs.provider.service_blueprint import ADDRESS_FAMILIES, ServiceBlueprint
from privatelink_constructs.provider.service_options import ServiceOptions
from privatelink_constructs.rules import contracts as contract_rules
from privatelink_constructs.rules import listeners as listener_rules
from privatelink_constructs.rules import service_ports as port_rules
from privatelink_constructs.rules.arguments import checked
from privatelink_constructs.rules.client_sources import SourceKind
from privatelink_constructs.rules.core import is_token, known

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import constructs
    from aws_cdk import aws_iam as iam
    from aws_cdk import aws_s3 as s3

    from privatelink_constructs.contract.watched_services import WatchedService
    from privatelink_constructs.provider.allowed_principal import AllowedPrincipal
    from privatelink_constructs.provider.balancing.listener import Listener
    from privatelink_constructs.provider.balancing.port import (
        Port,
    )
    from privatelink_constructs.provider.balancing.targets import Placed
    from privatelink_constructs.provider.private_dns_name import PrivateDnsName
    from privatelink_constructs.rules.core import Problem


@jsii.implements(ec2.IConnectable)
class NetworkLoadBalancedEndpointService(ServiceMetrics, PublishedEndpointService):
    """An endpoint service over AWS PrivateLink, with its Network Load Balancers.

    The construct defines a Network Load Balancer per Availability Zone, a security group for all of
    them, a target group and a listener per port, the endpoint service, and its permissions.

    Example::

        NetworkLoadBalancedEndpointService(
            self,
            "Payments",
            vpc=vpc,
            listeners=[Listener.tls(443, certificates=[certificate], targets_by_zone=fleets)],
            allowed_principals=[AllowedPrincipal.account("222222222222")],
        )

    Construct IDs contain the names of the Availability Zones, so you can add and remove one without
    changing the others. If the names are known only at deployment, the IDs contain the IDs of the
    subnets instead. A change from one to the other replaces the load balancers, which AWS rejects
    while endpoints are connected: set ``env`` of the stack before the first deployment.
    ``privatelink explain zone-name-undetermined`` describes this.

    AWS doesn't delete a load balancer that belongs to a service, and doesn't delete a service that
    has connections. To protect them further, use the termination protection of the stack.

    :param scope: the scope of the construct.
    :param id: the ID of the construct.
    :param vpc: the VPC of the load balancers.
    :param listeners: the ports of the service, and where their traffic goes. At least one.
    :param acceptance: how connection requests are answered. Default: you accept each request
        manually.
    :param access_logs_bucket: the bucket for access logs. Default: a new bucket, if access logs are
        enabled.
    :param access_logs_enabled: whether the load balancers log TLS requests. Default: True with a
        bucket, otherwise False.
    :param allowed_principals: who can create endpoints: ``AllowedPrincipal``, the 12 digits of an
        account ID, or the CDK's ``ArnPrincipal`` or ``AccountPrincipal``. Default: none.
    :param availability_zone_ids: the AZ ID for each name of an Availability Zone, such as
        ``{"us-east-1a": "use1-az4"}``, all in the Region of the VPC. Subnets that are imported
        without an Availability Zone are assumed to be in these, if there are as many. The contract
        contains AZ IDs only if each Availability Zone of the service has one. Default: not known.
    :param client_cidrs: the addresses that can send traffic to the load balancers, at least one for
        each address family of the service: CIDR blocks such as ``10.0.0.0/16``, the CDK's peers, or
        prefix lists. The load balancers allow these and no others. They are addresses in the
        consumers' networks, so no security group of yours contains them. A token in text is an IPv4
        CIDR block; for IPv6, use ``ec2.Peer.ipv6(token)``. An empty list is an error. Default:
        None, so that inbound rules aren't enforced, and only allowed principals and acceptance
        decide who connects.
    :param contributor_insights_enabled: whether CloudWatch Contributor Insights ranks the endpoints
        by traffic, which AWS charges for. False turns it off. None leaves the setting as it is,
        which is off for a new service. Default: None.
    :param cross_zone_enabled: whether a regional load balancer also sends traffic to targets in its
        other Availability Zones. AWS charges for data transfer between Availability Zones. Default:
        False.
    :param deletion_protection: whether AWS rejects to delete the load balancers. CloudFormation can
        then neither roll back nor remove an Availability Zone. It is an error with
        ``reject_connections_on_delete``. Default: False.
    :param ip_address_type: IPv4, or dualstack for consumers with IPv6. Default: IPv4.
    :param payer_responsibility: ``"ServiceOwner"`` if you pay for the consumers' endpoints, which
        you can't undo. Default: the consumers pay.
    :param reject_connections_on_delete: whether a Lambda function rejects all connections when the
        stack is deleted, because AWS doesn't delete a service that has connections. Use it for
        tests and for services that you retire. It is an error with ``deletion_protection``, and, at
        synthesis, with a removal policy that keeps the service. Default: False.
    :param private_dns_name: the private DNS name of the service, and how it is verified. Default:
        none.
    :param secondary_ips_per_subnet: the number of additional addresses of each load balancer per
        subnet, 0 to 7, for more connections to each target. You can't lower the number. Default: 0.
    :param subnets: the subnets of the load balancers, one per Availability Zone, with IPv4
        addresses. AWS rejects another subnet of the same Availability Zone later, so select a
        subnet group if the VPC has several. A list that is known only at deployment needs
        ``LoadBalancerTopology.REGIONAL``. Default: the VPC's private subnets, one per Availability
        Zone; its public subnets if it has no others, with a warning. Local Zones, Wavelength Zones,
        and constrained Availability Zones have no Network Load Balancers, and are left out.
    :param supported_regions: the other Regions that consumers can connect from. Default: none.
    :param topology: one load balancer per Availability Zone, or one for all. AWS rejects a change
        while endpoints are connected. Default: one per Availability Zone.
    :param zone_refresh_enabled: whether a Lambda function asks AWS to offer the Availability Zones
        that a regional load balancer gains. Without it, consumers can't use a new Availability Zone
        until you call ``ModifyVpcEndpointServiceConfiguration``. False is an error with one load
        balancer per Availability Zone, which needs no such function. Default: True.
    :raises ValidationError: for what AWS would reject, and for a service that no traffic could
        pass. ``privatelink explain`` describes each error by its code.
    :see: https://docs.aws.amazon.com/vpc/latest/privatelink/create-endpoint-service.html
    """

    @checked()
    def __init__(
        self,
        scope: constructs.Construct,
        id: str,  # noqa: A002 - the CDK's name for it
        *,
        vpc: ec2.IVpc,
        listeners: Sequence[Listener],
        acceptance: AcceptancePolicy = AcceptancePolicy.manual(),  # noqa: B008 - frozen
        access_logs_bucket: s3.IBucket | None = None,
        access_logs_enabled: bool = False,
        allowed_principals: Sequence[AllowedPrincipal | iam.ArnPrincipal | str] = (),
        availability_zone_ids: Mapping[str, str] | None = None,
        client_cidrs: Sequence[str | ec2.IPeer] | None = None,
        contributor_insights_enabled: bool | None = None,
        cross_zone_enabled: bool = False,
        deletion_protection: bool = False,
        ip_address_type: elbv2.IpAddressType = elbv2.IpAddressType.IPV4,
        payer_responsibility: str | None = None,
        private_dns_name: PrivateDnsName | None = None,
        reject_connections_on_delete: bool = False,
        secondary_ips_per_subnet: int = 0,
        subnets: ec2.SubnetSelection | None = None,
        supported_regions: Sequence[str] = (),
        topology: LoadBalancerTopology = LoadBalancerTopology.PER_AVAILABILITY_ZONE,
        zone_refresh_enabled: bool = True,
    ) -> None:
        """Define the service."""
        site = Site(scope, id)
        blueprint = ServiceBlueprint(
            vpc=vpc,
            subnets=choose_subnets(vpc, subnets, availability_zone_ids or {}, site),
            zonal=LoadBalancerTopology(topology) is LoadBalancerTopology.PER_AVAILABILITY_ZONE,
            listeners=listeners,
            client_cidrs=client_cidrs,
            cross_zone_enabled=cross_zone_enabled,
            deletion_protection=deletion_protection,
            ip_address_type=ip_address_type,
            secondary_ips_per_subnet=secondary_ips_per_subnet,
            access_logs=AccessLogs(
                access_logs_enabled or access_logs_bucket is not None, access_logs_bucket
            ),
            zone_ids=availability_zone_ids or {},
            zone_refresh_enabled=zone_refresh_enabled,
            service=ServiceOptions(
                acceptance=acceptance,
                allowed_principals=as_principals(allowed_principals),
                contributor_insights_enabled=contributor_insights_enabled,
                ip_address_types=ADDRESS_FAMILIES.get(ip_address_type, ("ipv4",)),
                payer_responsibility=payer_responsibility,
                private_dns_name=private_dns_name,
                reject_connections_on_delete=reject_connections_on_delete,
                supported_regions=supported_regions,
            ),
        )
        warnings = blueprint.check(site)
        ports, about_targets = blueprint.place_targets(site)

        super().__init__(scope, id, blueprint.service)
        self._zone_ids = dict(blueprint.zone_ids)
        self._zones = blueprint.zone_names
        self._cross_zone_enabled = cross_zone_enabled
        self._more_addresses = secondary_ips_per_subnet != 0
        self._ports = {port.listener.port: port for port in ports}
        self._acknowledge(blueprint)
        about_targets += self._define_load_balancers(blueprint)
        about_logs = blueprint.access_logs.define(self, self.load_balancers)
        # In an order that the order of the subnets doesn't change.
        self._publish([found for _, found in sorted(self._balancers.load_balancers.items())])
        if zone_refresh_enabled and not blueprint.zonal:
            self._refresh_zones(dict.fromkeys(self.load_balancers, self.availability_zones))
        warn(self, [*warnings, *about_targets, *about_logs, *self._security.problems()])
        if any(True for port in ports for _ in (*port.lacking(), *port.doubtful())):
            self.node.add_validation(cast("IValidation", _TargetsPresent(self, ports)))
        remember_service(self.load_balancers, self)
        remember_ecs_services((port.placed for port in ports), site)
        remember_albs((port.placed for port in ports), site)
        remember_load_balancers(len(self.load_balancers), site)

    def _acknowledge(self, blueprint: ServiceBlueprint) -> None:
        acknowledge_load_balancers(
            self,
            logged=blueprint.access_logs.enabled,
            protected=blueprint.deletion_protection,
            tls=has_tls(blueprint.listeners),
        )

    def _define_load_balancers(self, blueprint: ServiceBlueprint) -> list[Problem]:
        """Define the load balancers with their security group, listeners, and target groups."""
        warnings: list[Problem] = []
        ports = self._ports.values()
        self._security = SecurityRules(self, self._stack, blueprint.vpc, blueprint.clients)
        for port in ports:
            self._security.let_out(port, every_target(port.placed))
        self._security.define(blueprint.listeners)
        self._balancers = define_load_balancers(
            self,
            blueprint.sites,
            self._security.group,
            blueprint.listeners,
            blueprint.balancing,
        )
        # An ECS service or an Auto Scaling group lists its target groups in the order of this.
        for port in sorted(ports, key=place_of_port):
            warnings += define_listener(self._balancers, port, blueprint.balancing)
            self._open(port, port.placed)
        self._security.keep_order(self.load_balancers)
        return warnings

    def _open(self, port: Port, placed: Placed) -> None:
        self._security.look_at_groups(every_target(placed))
        for target in every_target(placed):
            sites = [it for it in port.layout.sites if target in placed[it.id]]
            zones = [zone for site in sites for zone in site.zones]
            groups = self._balancers.target_groups
            self._security.open_target(
                port, target, zones, [groups[site.id, port.listener.port] for site in sites]
            )

    @property
    def load_balancers(self) -> tuple[elbv2.NetworkLoadBalancer, ...]:
        """The load balancers, in the order of the Availability Zones."""
        return tuple(self._balancers.load_balancers.values())

    @property
    def target_groups(self) -> tuple[elbv2.NetworkTargetGroup, ...]:
        """The target groups, in the order of the listeners, and then of the Availability Zones."""
        groups = self._balancers.target_groups
        sites = self._balancers.load_balancers
        return tuple(groups[site, number] for number in self._ports for site in sites)

    @property
    def availability_zones(self) -> tuple[str, ...]:
        """The names of the Availability Zones of the service, which can be tokens.

        Empty if one of them isn't known, for example that of a subnet that is imported without it.
        """
        return self._zones

    def _watched(self) -> WatchedService:
        from privatelink_constructs.provider.watching import watched_load_balanced  # noqa: PLC0415 - few apps have metrics

        return watched_load_balanced(
            self,
            self._options,
            self._principals,
            self._balancers,
            tuple(self._ports.values()),
            more_addresses=self._more_addresses,
        )

    def _contract_ports(self) -> tuple[int | str, ...]:
        refuse(contract_rules.contract_literal(ports=is_token(tuple(self._ports))), Site(self))
        return port_rules.normalize(
            f"{number}/{port.listener.protocol.value.lower()}"
            for number, port in self._ports.items()
        )

    @property
    def connections(self) -> ec2.Connections:
        """The security group of the load balancers.

        Its inbound rules are enforced on PrivateLink traffic only if ``client_cidrs`` is set.
        """
        return self._security.connections

    def _allowed_clients(self) -> Sequence[str]:
        # Once the connections are in use, they can allow further clients.
        sources = () if "connections" in vars(self._security) else self._security.clients or ()
        known_blocks = [known(it.value) for it in sources if it.kind is SourceKind.CIDR]
        blocks = [it for it in known_blocks if it is not None]
        return blocks if len(blocks) == len(sources) else ()

    @checked(targets="object")
    def add_targets(
        self,
        port: int,
        *targets: elbv2.INetworkLoadBalancerTarget,
        availability_zone: str | None = None,
    ) -> None:
        """Forward a port to further targets.

        :param port: the port of one of the listeners.
        :param targets: the CDK's targets, ECS services, or Auto Scaling groups, as in
            ``Listener.tcp``.
        :param availability_zone: the name of the Availability Zone of the targets. Default: each
            target is registered in its own Availability Zone.
        :raises ValidationError: ``target-listener-missing``, and for targets that AWS would reject
            or that no traffic could reach. ``privatelink explain`` describes each error by its
            code.
        :see: https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-target-groups.html
        """
        site = Site(self)
        refuse(listener_rules.port_with_listener(port, self._ports), site)
        found = self._ports[port]
        ipv4 = not found.ipv6
        placed, warnings = found.place_further(targets, availability_zone, site)
        if ipv4 and found.ipv6:
            write_family(found, self._balancers.target_groups_of(port))
        placements = [(port.listener, port.placed) for port in self._ports.values()]
        cross_zone = self._cross_zone_enabled
        warnings += target_quotas(placements, found.layout.sites, cross_zone=cross_zone)
        for key, new in placed.items():
            resources = [target.resource for target in new if target.resource is not None]
            if resources:
                self._balancers.target_groups[key, port].add_target(*resources)
        warnings += settle(found, self._balancers.target_groups_of(port))
        self._security.let_out(found, every_target(placed))
        self._open(found, placed)
        self._security.keep_order(self.load_balancers)
        warn(self, [*warnings, *self._security.problems()])


@jsii.implements(IValidation)
class _TargetsPresent:
    """Checks at synthesis that every port has targets by then."""

    def __init__(self, service: constructs.Construct, ports: Sequence[Port]) -> None:
        self._service, self._ports = service, ports

    def validate(self) -> list[str]:
        """Return what is missing, and warn of what may be missing."""
        warn(self._service, [it for port in self._ports for it in port.doubtful()])
        return as_errors(problem for port in self._ports for problem in port.lacking())
