"""The consumer's endpoint to an endpoint service."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_route53 as route53

from privatelink_constructs._cdk.asking import environment_of, peer_of, reference, stack_of
from privatelink_constructs._cdk.register import deploy_after
from privatelink_constructs._cdk.reporting import Site, acknowledge, refuse, warn
from privatelink_constructs._cdk.subnets import subnet_id, vpc_id
from privatelink_constructs.consumer import dns_names as names
from privatelink_constructs.consumer.endpoint_base import EndpointBase
from privatelink_constructs.consumer.endpoint_dns import DnsKind, EndpointDns
from privatelink_constructs.consumer.hosted_zones import ZonesBeside
from privatelink_constructs.consumer.imported_endpoint import ImportedInterfaceEndpoint
from privatelink_constructs.consumer.subnet_matching import Placer, families_of
from privatelink_constructs.consumer.vpcs import account_of, describe_other, dns_of, record_of
from privatelink_constructs.contract.contract import reach_problems
from privatelink_constructs.rules import endpoint_names as dns_rules
from privatelink_constructs.rules import endpoints as rules
from privatelink_constructs.rules import service_names as name_rules
from privatelink_constructs.rules.core import is_token, known

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import constructs
    from constructs import IValidation

    from privatelink_constructs._cdk.asking import StackEnvironment
    from privatelink_constructs.consumer.subnet_matching import Placement
    from privatelink_constructs.contract.contract import EndpointServiceContract
    from privatelink_constructs.contract.interfaces import IInterfaceEndpoint
    from privatelink_constructs.rules.core import Problem


class InterfaceEndpoint(EndpointBase):
    """An interface endpoint to an endpoint service, with its security group and its names.

    It has no policy, since endpoint services ignore one. Another service (another name or Region in
    the contract) replaces it, and so does another VPC; nothing else does.

    Example::

        InterfaceEndpoint(
            self,
            "Payments",
            vpc=vpc,
            service=payments.contract,
            clients=[fleet],
            dns=EndpointDns.private_hosted_zone("payments.example.com"),
        )

    It can be the target of an alias record (``RecordTarget.from_alias(endpoint)``) and has
    ``connections`` as any construct of the CDK.

    :param vpc: the VPC of the clients.
    :param service: the contract of the service.
    :param availability_zone_ids: the AZ ID for each name of a zone in this account, such as
        ``{"us-east-1a": "use1-az4"}``. With the service's, it decides which subnets are used.
        Default: known where the app's own subnets have one.
    :param clients: who may connect, on each port of the service: CIDRs such as ``10.0.0.0/16``, the
        CDK's peers, or any construct that has connections. Clients in peered VPCs and on premises
        are CIDRs or prefix lists. Default: nobody.
    :param connection_accepted: whether the provider has accepted this endpoint's connection, for
        the service's private DNS name. Default: False.
    :param dns: how clients name the endpoint. Default: by the endpoint's own names.
    :param ip_address_type: IPv4, IPv6 or dualstack; the endpoint's names resolve to the same.
        Default: IPv4.
    :param security_groups: groups to use instead of one of its own. Default: one of its own, which
        lets in the clients alone.
    :param subnets: the subnets of the endpoint, one a zone. Those in zones that the service isn't
        in are left out, where that is known. Default: the VPC's private subnets, one in each zone.
    :raises ValidationError: for what AWS would refuse or no traffic could pass, see
        ``docs/errors.md``.
    :see: https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html
    """

    def __init__(
        self,
        scope: constructs.Construct,
        id: str,  # noqa: A002 - the CDK's name for it
        *,
        vpc: ec2.IVpc,
        service: EndpointServiceContract,
        availability_zone_ids: Mapping[str, str] | None = None,
        clients: Sequence[str | ec2.IPeer | ec2.IConnectable] = (),
        connection_accepted: bool = False,
        dns: EndpointDns = EndpointDns.endpoint_names(),  # noqa: B008 - frozen
        ip_address_type: ec2.VpcEndpointIpAddressType | None = None,
        security_groups: Sequence[ec2.ISecurityGroup] | None = None,
        subnets: ec2.SubnetSelection | None = None,
    ) -> None:
        """Define the endpoint."""
        site = Site(scope, id)
        stack = stack_of(scope)
        environment = environment_of(stack)
        placer = Placer(
            vpc=vpc,
            selection=subnets,
            zone_ids=availability_zone_ids or {},
            contract=service,
            environment=environment,
            site=site,
        )
        blueprint = _Blueprint(
            vpc=vpc,
            contract=service,
            environment=environment,
            dns=dns,
            connection_accepted=connection_accepted,
            ip_address_type=_ADDRESS_TYPES[ip_address_type] if ip_address_type else None,
            security_groups=tuple(security_groups or ()),
            clients=clients,
        )
        warnings = refuse(reach_problems(service, stack), site)
        placement = placer.place()
        warnings += refuse(blueprint.problems(placement), site)

        super().__init__(scope, id, ports=service.ports, zones=placement.names)
        self._hosted_zone: route53.PrivateHostedZone | None = None
        self._security_groups = blueprint.security_groups or (
            ec2.SecurityGroup(
                self,
                "SecurityGroup",
                vpc=vpc,
                allow_all_outbound=False,
                description="Who may connect through the endpoint",
            ),
        )
        self._open(clients, own_group=not blueprint.security_groups)
        self._vpc_id = vpc_id(vpc)
        self._service_name = service.service_name
        self._subnet_ids = tuple(subnet_id(zone.subnet) for zone in placement.zones)
        self._network_interface_ids: Sequence[str] | None = None
        self._resource = self._define(blueprint)
        if blueprint.says_accepted:
            accepted = dns_rules.private_name_after_acceptance
            acknowledge(self._resource, accepted, "connection_accepted=True")
        self._wait_for(service, stack, private_name=blueprint.uses_private_name)
        self._regional_entry: dict[str, object] | None = None
        self._regional_dns_name: str | None = None
        self._regional_hosted_zone_id: str | None = None
        self._vpc_endpoint_id: str | None = None
        blueprint.remember()
        if dns.kind is DnsKind.PRIVATE_HOSTED_ZONE:
            self._hosted_zone = self._define_zone(blueprint)
        if blueprint.watched_name is not None:
            beside = ZonesBeside(blueprint.watched_name, vpc, stack, self._hosted_zone)
            self.node.add_validation(cast("IValidation", beside))
        warn(self, warnings)

    @staticmethod
    def from_interface_endpoint_attributes(
        scope: constructs.Construct,
        id: str,  # noqa: A002 - the CDK's name for it
        *,
        vpc_endpoint_id: str,
        regional_dns_name: str,
        regional_hosted_zone_id: str,
        ports: Sequence[int | str] = (),
        security_groups: Sequence[ec2.ISecurityGroup] = (),
        vpc_id: str | None = None,
        service_name: str | None = None,
        subnet_ids: Sequence[str] = (),
        network_interface_ids: Sequence[str] = (),
    ) -> IInterfaceEndpoint:
        """Use an interface endpoint that exists already, for alias records and security groups.

        :param vpc_endpoint_id: its id, ``vpce-...``.
        :param regional_dns_name: its regional name.
        :param regional_hosted_zone_id: the id of the hosted zone of that name.
        :param ports: the ports of the service; a single one becomes the default port of
            ``connections``. Default: not known.
        :param security_groups: its security groups. Default: none, and ``connections`` opens
            nothing.
        :param vpc_id: the ID of its VPC, ``vpc-...``. Default: not known.
        :param service_name: the name of its service. Default: not known.
        :param subnet_ids: the IDs of its subnets. Default: not known.
        :param network_interface_ids: the IDs of its network interfaces. Default: not known.
        :raises ValidationError: ``resource-id-malformed``, ``hosted-zone-name-malformed``,
            ``port-malformed``.
        """
        return ImportedInterfaceEndpoint(
            scope,
            id,
            vpc_endpoint_id=vpc_endpoint_id,
            regional_dns_name=regional_dns_name,
            regional_hosted_zone_id=regional_hosted_zone_id,
            ports=ports,
            security_groups=security_groups,
            vpc_id=vpc_id,
            service_name=service_name,
            subnet_ids=subnet_ids,
            network_interface_ids=network_interface_ids,
        )

    @property
    def vpc_endpoint_id(self) -> str:
        """The id of the endpoint, ``vpce-...``, known at deployment."""
        if self._vpc_endpoint_id is None:
            self._vpc_endpoint_id = self._resource.ref
        return self._vpc_endpoint_id

    @property
    def regional_dns_name(self) -> str:
        """The name that resolves, everywhere, to all healthy network interfaces."""
        if self._regional_dns_name is None:
            self._regional_dns_name = names.part(self._entry, 1)
        return self._regional_dns_name

    @property
    def regional_hosted_zone_id(self) -> str:
        """The id of the hosted zone of the regional name, for alias records."""
        if self._regional_hosted_zone_id is None:
            self._regional_hosted_zone_id = names.part(self._entry, 0)
        return self._regional_hosted_zone_id

    @property
    def vpc_id(self) -> str:
        """The ID of the endpoint's VPC."""
        return self._vpc_id

    @property
    def service_name(self) -> str:
        """The name of the service, perhaps known only at deployment."""
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

    @property
    def hosted_zone(self) -> route53.IPrivateHostedZone | None:
        """The zone of ``EndpointDns.private_hosted_zone``, None without one."""
        return self._hosted_zone

    def _open(
        self, clients: Sequence[str | ec2.IPeer | ec2.IConnectable], *, own_group: bool
    ) -> None:
        if not clients:
            return
        ports = [self._port(port) for port in self._ports]
        for given in clients:
            client = self._peer(given) if isinstance(given, str) else given
            for port in ports:
                if own_group and _is_address(client):
                    peer = cast("ec2.IPeer", client)
                    self._security_groups[0].add_ingress_rule(peer, port)
                else:
                    self.connections.allow_from(client, port)

    def _peer(self, cidr: str) -> ec2.IPeer:
        return peer_of(stack_of(self._scope), cidr, ipv6=":" in cidr and not is_token(cidr))

    def _define(self, blueprint: _Blueprint) -> ec2.CfnVPCEndpoint:
        contract, address_type = blueprint.contract, blueprint.ip_address_type
        return ec2.CfnVPCEndpoint(
            self,
            "Resource",
            dns_options=ec2.CfnVPCEndpoint.DnsOptionsSpecificationProperty(
                dns_record_ip_type=address_type
            )
            if address_type
            else None,
            ip_address_type=address_type,
            private_dns_enabled=blueprint.uses_private_name,
            security_group_ids=list(self._security_groups),
            service_name=self._service_name,
            service_region=self._service_region(contract, blueprint.environment.region),
            subnet_ids=list(self._subnet_ids),
            vpc_endpoint_type="Interface",
            vpc_id=self._vpc_id,
        )

    def _service_region(self, contract: EndpointServiceContract, ours: str | None) -> str | None:
        """Return the Region to state, None for a service in the endpoint's own.

        Whoever states it later, or no longer, replaces the endpoint. So where only the deployment
        knows one of the Regions, it decides, and giving the stack an environment changes nothing.
        """
        theirs = contract.service_region
        literal = known(theirs)
        if literal is not None and ours is not None:
            return None if literal == ours else literal
        if literal is None and contract.dependencies:
            # A stack without an environment: the CDK holds the consumer's to the same Region.
            return None
        same = cdk.CfnCondition(
            self, "SameRegion", expression=cdk.Fn.condition_equals(cdk.Aws.REGION, theirs)
        )
        choice = {"Fn::If": [same.logical_id, {"Ref": "AWS::NoValue"}, theirs]}
        return cdk.Token.as_string(choice)

    def _wait_for(
        self, contract: EndpointServiceContract, stack: cdk.Stack, *, private_name: bool
    ) -> None:
        dependencies = list(contract.dependencies)
        if private_name:
            dependencies += contract.private_dns_dependencies
        for dependency in dependencies:
            if isinstance(dependency, cdk.CfnResource):
                self._resource.add_resource_dependency(dependency)
            else:
                self._resource.node.add_dependency(dependency)
        theirs = stack_of(contract.origin) if contract.origin is not None else stack
        if environment_of(theirs) != environment_of(stack):
            # Across accounts the CDK writes the reference without a dependency between the stacks.
            deploy_after(stack, theirs)

    def _define_zone(self, blueprint: _Blueprint) -> route53.PrivateHostedZone:
        name = str(blueprint.dns.zone_name)
        zone = route53.PrivateHostedZone(self, "HostedZone", zone_name=name, vpc=blueprint.vpc)
        for vpc in blueprint.zone_vpcs[1:]:
            zone.add_vpc(vpc)
        zone_id = zone.hosted_zone_id
        for record_type in blueprint.record_types:
            route53.CfnRecordSet(
                self,
                f"Record{record_type.capitalize()}",
                name=name,
                type=record_type,
                hosted_zone_id=zone_id,
                alias_target=route53.CfnRecordSet.AliasTargetProperty(
                    dns_name=self.regional_dns_name,
                    hosted_zone_id=self.regional_hosted_zone_id,
                    evaluate_target_health=False,
                ),
            )
        return zone


def _is_address(client: object) -> bool:
    """Tell whether a client is a range or a prefix list, which has no group to open as well."""
    return hasattr(client, "to_ingress_rule_config") and not hasattr(client, "node")


_ADDRESS_TYPES = {
    ec2.VpcEndpointIpAddressType.IPV4: "ipv4",
    ec2.VpcEndpointIpAddressType.IPV6: "ipv6",
    ec2.VpcEndpointIpAddressType.DUALSTACK: "dualstack",
}
_RECORD_TYPES = {"ipv4": ("A",), "ipv6": ("AAAA",), "dualstack": ("A", "AAAA")}


@dataclass(frozen=True, kw_only=True)
class _Blueprint:
    """All that was asked for, to be checked before anything is defined."""

    vpc: ec2.IVpc
    contract: EndpointServiceContract
    environment: StackEnvironment
    dns: EndpointDns
    connection_accepted: bool
    ip_address_type: str | None
    security_groups: tuple[ec2.ISecurityGroup, ...]
    clients: Sequence[str | ec2.IPeer | ec2.IConnectable]

    @property
    def uses_private_name(self) -> bool:
        """Whether the endpoint takes over the service's private DNS name."""
        return self.dns.kind is DnsKind.SERVICE_PRIVATE_NAME

    @property
    def says_accepted(self) -> bool:
        """Whether the checks, which see the app's own service, can't know of the acceptance."""
        known_here = self.contract.origin is not None and self.contract.acceptance_required
        return self.uses_private_name and self.connection_accepted and known_here

    @property
    def record_types(self) -> tuple[str, ...]:
        """The types of the alias records."""
        return _RECORD_TYPES[self.ip_address_type or "ipv4"]

    @property
    def watched_name(self) -> str | None:
        """The name that no private hosted zone of somebody else may have in the VPC."""
        name = self.contract.private_dns_name if self.uses_private_name else self.dns.zone_name
        return known(name)

    @property
    def zone_vpcs(self) -> tuple[ec2.IVpc, ...]:
        """The VPCs of the private hosted zone, each once: Route 53 refuses the second."""
        if self.dns.zone_name is None:
            return ()
        return tuple({reference(vpc): vpc for vpc in (self.vpc, *self.dns.vpcs)}.values())

    def problems(self, placement: Placement) -> Iterator[Problem]:
        """Check everything."""
        yield from self._region_problems()
        yield from placement.problems
        yield from self._address_problems(placement)
        yield from rules.endpoint_count(record_of(self.vpc).endpoints + 1)
        for group in self.security_groups:
            yield from self._group_problems(group)
        for client in self.clients:
            if isinstance(client, str) and not is_token(client):
                yield from rules.valid_client(client)
        if self.uses_private_name:
            yield from self._private_name_problems()
        yield from self._zone_problems()

    def _region_problems(self) -> Iterator[Problem]:
        ours, theirs = self.environment.region, known(self.contract.service_region)
        stated = theirs if theirs != ours else None
        yield from name_rules.valid_service_region(theirs, endpoint=ours, stated=stated)
        yield from name_rules.endpoint_region_supported(
            ours, service=theirs, supported=self.contract.supported_regions
        )

    def _address_problems(self, placement: Placement) -> Iterator[Problem]:
        address_type = self.ip_address_type
        plain = address_type in {None, "ipv4"}
        yield from rules.valid_address_type(
            address_type or "ipv4",
            service=self.contract.ip_address_types,
            subnets=() if plain else [families_of(zone) for zone in placement.zones],
            dns_record_type=address_type,
        )

    def _group_problems(self, group: ec2.ISecurityGroup) -> Iterator[Problem]:
        resource = group.node.default_child
        if not isinstance(resource, ec2.CfnSecurityGroup):
            return
        other = describe_other(self.vpc, resource.vpc_id)
        if other is not None:
            yield from rules.security_group_in_vpc(self.vpc.node.path, other, name=group.node.path)

    def _private_name_problems(self) -> Iterator[Problem]:
        contract = self.contract
        yield from dns_rules.usable_private_name(
            contract.private_dns_name,
            verified=contract.private_dns_verified,
            acceptance_required=contract.acceptance_required,
            accepted=self.connection_accepted,
        )
        dns = dns_of(self.vpc)
        yield from dns_rules.vpc_dns_enabled(hostnames=dns.hostnames, support=dns.support)
        yield from dns_rules.vpc_dns_known(hostnames=dns.hostnames, support=dns.support)
        name = self.watched_name
        if name is not None:
            record = record_of(self.vpc)
            yield from dns_rules.private_names_distinct([*record.private_names, name])
            yield from dns_rules.private_name_without_hosted_zone(name, record.zones)

    def _zone_problems(self) -> Iterator[Problem]:
        for vpc in self.zone_vpcs:
            dns = dns_of(vpc)
            yield from dns_rules.hosted_zone_vpc_dns_enabled(
                hostnames=dns.hostnames, support=dns.support
            )
            name = self.watched_name
            if name is not None:
                record = record_of(vpc)
                yield from dns_rules.hosted_zone_names_distinct([*record.zones, name])
                for private_name in record.private_names:
                    yield from dns_rules.private_name_without_hosted_zone(private_name, [name])
        for vpc in self.dns.vpcs:
            yield from dns_rules.hosted_zone_in_account(account_of(vpc), self.environment.account)

    def remember(self) -> None:
        """Keep in mind what the VPCs have now."""
        record_of(self.vpc).endpoints += 1
        name = self.watched_name
        if name is None:
            return
        if self.uses_private_name:
            record_of(self.vpc).private_names.append(name)
        for vpc in self.zone_vpcs:
            record_of(vpc).zones.append(name)
