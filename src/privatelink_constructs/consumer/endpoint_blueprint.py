"""Everything that defines an interface endpoint, and its checks."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from aws_cdk import aws_ec2 as ec2

from privatelink_constructs._cdk.asking import environment_of, further_regions, reference, text_of
from privatelink_constructs._cdk.imported_groups import imported_id
from privatelink_constructs._cdk.reporting import refuse
from privatelink_constructs._cdk.sources import equal_tokens
from privatelink_constructs._cdk.subnet_resources import describe_other, families_of, listed
from privatelink_constructs._cdk.subnets import is_pending, subnet_id, vpc_id
from privatelink_constructs._values import internal_value
from privatelink_constructs.consumer.subnet_matching import Placer
from privatelink_constructs.consumer.vpcs import account_of, dns_of, record_of
from privatelink_constructs.consumer.zone_records import plan_zones, zone_id_text
from privatelink_constructs.contract.origins import is_of_this_app, origin_of, reach_problems
from privatelink_constructs.facts.domain_names import without_wildcard
from privatelink_constructs.rules import endpoint_groups as group_rules
from privatelink_constructs.rules import endpoint_names as dns_rules
from privatelink_constructs.rules import endpoints as rules
from privatelink_constructs.rules import service_names as name_rules
from privatelink_constructs.rules.client_sources import SourceKind
from privatelink_constructs.rules.clients import clients_reach_service
from privatelink_constructs.rules.core import is_token, known
from privatelink_constructs.rules.identifiers import id_well_formed
from privatelink_constructs.rules.private_dns import hosted_zone_name_well_formed
from privatelink_constructs.rules.regions import region_listed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import aws_cdk as cdk

    from privatelink_constructs._cdk.asking import StackEnvironment
    from privatelink_constructs._cdk.reporting import Site
    from privatelink_constructs._cdk.subnets import Zone
    from privatelink_constructs.consumer.endpoint_clients import Clients
    from privatelink_constructs.consumer.endpoint_dns import EndpointDns
    from privatelink_constructs.consumer.subnet_matching import Placement
    from privatelink_constructs.consumer.zone_records import PlannedZone
    from privatelink_constructs.contract.contract import EndpointServiceContract
    from privatelink_constructs.rules.core import Problem

_RECORD_TYPES = {"ipv4": ("A",), "ipv6": ("AAAA",), "dualstack": ("A", "AAAA")}


@internal_value(kw_only=True)
class EndpointBlueprint:
    """Everything that defines an endpoint. It is checked before anything is defined.

    :param vpc: the VPC of the endpoint.
    :param contract: the contract of the service.
    :param stack: the stack of the endpoint.
    :param clients: who can connect.
    :param connection_accepted: whether the provider has accepted the connection.
    :param dns: how clients name the endpoint.
    :param address_type: ``ipv4``, ``ipv6``, or ``dualstack``.
    :param security_groups: the security groups of the user, empty for one of the endpoint's own.
    :param subnets: the subnets that the user selects.
    :param zone_ids: the AZ ID for each name of an Availability Zone, as the user passed them.
    """

    vpc: ec2.IVpc
    contract: EndpointServiceContract
    stack: cdk.Stack
    clients: Clients
    connection_accepted: bool
    dns: EndpointDns
    address_type: str
    security_groups: tuple[ec2.ISecurityGroup, ...]
    subnets: ec2.SubnetSelection | None
    zone_ids: Mapping[str, str]

    @property
    def environment(self) -> StackEnvironment:
        """The environment of the endpoint."""
        return environment_of(self.stack)

    @property
    def says_accepted(self) -> bool:
        """Whether to write the acceptance into the template, for the checks."""
        known_here = origin_of(self.contract) is not None and self.contract.acceptance_required
        return self.dns.private_dns_enabled and self.connection_accepted and known_here

    @property
    def record_types(self) -> tuple[str, ...]:
        """The types of the alias records."""
        return _RECORD_TYPES[self.address_type]

    @property
    def watched_names(self) -> list[str]:
        """The names that no other private hosted zone may have in the VPC."""
        private = [] if self._private_name is None else [self._private_name]
        return [*private, *self._zone_names]

    def dropped_clients(self) -> list[Problem]:
        """Find that the load balancers of the service drop the traffic of all clients.

        A service of the app can allow further clients until synthesis.
        """
        origin = origin_of(self.contract)
        if origin is None or origin.allowed_clients is None or self.security_groups:
            return []
        sources = [client.source for client in self.clients.each]
        blocks = [known(it.value) for it in sources if it and it.kind is SourceKind.CIDR]
        clients = [it for it in blocks if it is not None]
        if len(clients) < len(sources):
            return []
        return list(clients_reach_service(clients, origin.allowed_clients()))

    @cached_property
    def hosted_zones(self) -> tuple[PlannedZone, ...]:
        """The private hosted zones that are to be defined."""
        return plan_zones(self.dns, self.stack)

    def zonal_zones(self, placement: Placement) -> list[tuple[str | None, str | None]]:
        """Return the names and the AZ IDs of the zones that get records of their own.

        Zones whose look-up is pending get none.
        """
        if not self.dns.zonal_records or any(zone.is_dummy for zone in placement.zones):
            return []
        return [(zone.name, zone_id_text(zone, self.zone_ids)) for zone in placement.zones]

    @property
    def _private_name(self) -> str | None:
        """The service's name, if the endpoint takes it over and it is known."""
        return known(self.contract.private_dns_name) if self.dns.private_dns_enabled else None

    @property
    def _zone_names(self) -> list[str]:
        """The names of the endpoint's hosted zones that are known."""
        return [zone.name for zone in self.hosted_zones if not is_token(zone.name)]

    @cached_property
    def hosted_zone_vpcs(self) -> tuple[ec2.IVpc, ...]:
        """The VPCs of the private hosted zone, each once: Route 53 rejects the second."""
        if self.dns.hosted_zone_name is None:
            return ()
        vpcs = (self.vpc, *self.dns.vpcs)
        # Before they are looked up, all VPCs have the same ID.
        ids = [reference(vpc) if is_pending(vpc) else vpc_id(vpc) for vpc in vpcs]
        same = equal_tokens(ids, self.vpc)
        found: dict[str, ec2.IVpc] = {}
        for vpc, each in zip(vpcs, ids, strict=True):
            found.setdefault(same.get(each, each), vpc)
        return tuple(found.values())

    def check(self, site: Site) -> tuple[Placement, list[Problem]]:
        """Choose the subnets, and check everything.

        :param site: the endpoint that is about to be defined.
        :return: the subnets, and the warnings.
        :raises ValidationError: for the first problem that is an error.
        """
        warnings = refuse(reach_problems(self.contract, self.stack), site)
        placement = Placer(
            vpc=self.vpc,
            selection=self.subnets,
            zone_ids=self.zone_ids,
            contract=self.contract,
            environment=self.environment,
            site=site,
        ).place()
        return placement, [*warnings, *refuse(self._problems(placement), site)]

    def remember(self) -> None:
        """Register what the VPCs have now."""
        record_of(self.vpc).endpoints += 1
        if self._private_name is not None:
            record_of(self.vpc).private_names.append(self._private_name)
        if self._zone_names:
            for vpc in self.hosted_zone_vpcs:
                record_of(vpc).zones.extend(self._zone_names)

    def _problems(self, placement: Placement) -> Iterator[Problem]:
        yield from self._region_problems()
        yield from self._id_problems(placement)
        yield from placement.problems
        yield from address_problems(
            self.address_type,
            placement.zones,
            self.subnets,
            offered=self.contract.ip_address_types,
        )
        yield from rules.endpoint_count(record_of(self.vpc).endpoints + 1)
        yield from group_problems(self.vpc, self.security_groups)
        yield from self.clients.problems()
        if self.dns.private_dns_enabled:
            yield from self._private_name_problems()
        yield from self._hosted_zone_problems()
        yield from self._zonal_record_problems(placement)

    def _region_problems(self) -> Iterator[Problem]:
        ours, theirs = self.environment.region, known(self.contract.service_region)
        stated = theirs if theirs != ours else None
        yield from self._region_warnings()
        yield from name_rules.valid_service_region(theirs, endpoint=ours, stated=stated)
        yield from name_rules.endpoint_region_supported(
            ours, service=theirs, supported=self.contract.supported_regions
        )

    def _region_warnings(self) -> Iterator[Problem]:
        """Warn of Regions in a contract that nothing else warns of."""
        if is_of_this_app(self.contract):
            return
        given = [self.contract.service_region, *self.contract.supported_regions]
        regions = [region for region in given if not is_token(region)]
        for region in regions:
            yield from region_listed(region, further=further_regions(regions))

    def _id_problems(self, placement: Placement) -> Iterator[Problem]:
        """Check the IDs of what is imported."""
        subnets = [subnet_id(zone.subnet) for zone in placement.zones]
        groups = [imported_id(group) for group in self.security_groups]
        named = {"vpc": map(vpc_id, (self.vpc, *self.dns.vpcs)), "subnet": subnets, "sg": groups}
        for kind, ids in named.items():
            for each in ids:
                if each is not None and not is_token(each):
                    yield from id_well_formed(each, kind, words=kind == "subnet")

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
        name = self._private_name
        if name is not None:
            record = record_of(self.vpc)
            yield from dns_rules.private_names_distinct([*record.private_names, name])
            zones = [*record.zones, *self._zone_names]
            yield from dns_rules.private_name_without_hosted_zone(name, zones)

    def _zonal_record_problems(self, placement: Placement) -> Iterator[Problem]:
        zones = self.zonal_zones(placement)
        yield from dns_rules.zonal_record_zones_known(zones)
        for zone in self.hosted_zones:
            for _, zone_id in zones:
                for name, _ in zone.zonal_records(zone_id or "", ""):
                    if not is_token(name):
                        yield from hosted_zone_name_well_formed(without_wildcard(name))

    def _hosted_zone_problems(self) -> Iterator[Problem]:
        names = self._zone_names
        for vpc in self.hosted_zone_vpcs:
            dns = dns_of(vpc)
            yield from dns_rules.hosted_zone_vpc_dns_enabled(
                hostnames=dns.hostnames, support=dns.support
            )
            if names:
                record = record_of(vpc)
                yield from dns_rules.hosted_zone_names_distinct([*record.zones, *names])
                for private_name in record.private_names:
                    yield from dns_rules.private_name_without_hosted_zone(private_name, names)
            yield from dns_rules.hosted_zone_in_account(account_of(vpc), self.environment.account)


def address_problems(
    address_type: str,
    zones: Sequence[Zone],
    selection: ec2.SubnetSelection | None,
    *,
    offered: Sequence[str] | None,
) -> Iterator[Problem]:
    """Check that service and subnets have the address families of an endpoint.

    :param zones: the subnets, one per zone.
    :param selection: the subnets that the user selects.
    :param offered: the address families of the service, None if they aren't known.
    """
    if address_type == "ipv4":
        # Only subnets that a user lists can be without IPv4.
        zones = [zone for zone, _ in listed(tuple(zones), selection)]
    yield from rules.valid_address_type(
        address_type,
        service=offered,
        subnets=[families_of(zone.subnet) for zone in zones],
        dns_record_type=address_type,
    )


def group_problems(vpc: ec2.IVpc, groups: Sequence[ec2.ISecurityGroup]) -> Iterator[Problem]:
    """Check the security groups of a user: how many there are, and whose."""
    if len(groups) > 1:
        ids = [text_of(group, "security_group_id") for group in groups]
        same = equal_tokens(ids, vpc)
        names: dict[str, str] = {}
        for group, each in zip(groups, ids, strict=True):
            names.setdefault(same.get(each, each), known(each) or group.node.path)
        yield from group_rules.valid_groups([names[same.get(each, each)] for each in ids])
    for group in groups:
        resource = group.node.default_child
        if isinstance(resource, ec2.CfnSecurityGroup):
            other = describe_other(vpc, resource.vpc_id)
            if other is not None:
                name = group.node.path
                yield from rules.security_group_in_vpc(vpc.node.path, other, name=name)
