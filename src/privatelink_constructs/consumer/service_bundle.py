"""Everything that defines a bundle of endpoints to AWS services, and its checks."""

from __future__ import annotations

from collections import Counter
from functools import cached_property
from typing import TYPE_CHECKING

from aws_cdk import aws_ec2 as ec2

from privatelink_constructs._cdk.asking import environment_of
from privatelink_constructs._cdk.reporting import in_words, refuse
from privatelink_constructs._cdk.route_tables import subnets_of_selection, unknown_route_tables
from privatelink_constructs._cdk.subnet_resources import place_problems
from privatelink_constructs._cdk.subnet_selection import choose_subnets
from privatelink_constructs._cdk.subnets import (
    as_network,
    has_dummy_zones,
    is_pending,
    lacks_private_subnets,
    subnet_range,
)
from privatelink_constructs._values import internal_value
from privatelink_constructs.consumer import service_entries
from privatelink_constructs.consumer.bundle_policies import BundlePolicies
from privatelink_constructs.consumer.endpoint_blueprint import address_problems, group_problems
from privatelink_constructs.consumer.endpoint_plan import Plan, Planned, address_type_of
from privatelink_constructs.consumer.endpoints_beside import gateway_problems
from privatelink_constructs.consumer.s3_access import both_types_problems
from privatelink_constructs.consumer.vpcs import dns_of, record_of
from privatelink_constructs.facts import aws_service_endpoints as facts
from privatelink_constructs.rules import aws_endpoints as rules
from privatelink_constructs.rules import endpoint_names as dns_rules
from privatelink_constructs.rules import gateway_access as gateway_rules
from privatelink_constructs.rules.availability_zones import subnet_present, zones_distinct
from privatelink_constructs.rules.endpoint_zones import several_zones
from privatelink_constructs.rules.endpoints import endpoint_count

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import aws_cdk as cdk

    from privatelink_constructs._cdk.asking import StackEnvironment
    from privatelink_constructs._cdk.reporting import Site
    from privatelink_constructs._cdk.subnets import Zone
    from privatelink_constructs.consumer.aws_service import AwsService
    from privatelink_constructs.consumer.endpoint_clients import Clients
    from privatelink_constructs.consumer.endpoint_policy import EndpointPolicy
    from privatelink_constructs.consumer.service_entries import Entry
    from privatelink_constructs.rules.core import Problem

_SMALLEST = 6
"""How many endpoints take half of the addresses of the smallest subnet."""


@internal_value(kw_only=True)
class ServiceBundle:
    """Everything that defines a bundle. It is checked before anything is defined.

    :param vpc: the VPC.
    :param services: the services, as the user passes them.
    :param stack: the stack of the endpoints.
    :param clients: who can connect to the interface endpoints.
    :param policy: the policy of all endpoints that have none of their own.
    :param private_dns_enabled: whether the interface endpoints have private DNS.
    :param address_type: ``ipv4``, ``ipv6``, or ``dualstack``.
    :param security_groups: the security groups of the user, empty for those of the bundle.
    :param subnets: the subnets that the user selects for interface endpoints.
    """

    vpc: ec2.IVpc
    services: Sequence[AwsService | Sequence[AwsService]]
    stack: cdk.Stack
    clients: Clients
    policy: EndpointPolicy | None
    private_dns_enabled: bool
    address_type: str
    security_groups: tuple[ec2.ISecurityGroup, ...]
    subnets: ec2.SubnetSelection | None

    @property
    def environment(self) -> StackEnvironment:
        """The environment of the endpoints."""
        return environment_of(self.stack)

    @cached_property
    def _merged(self) -> tuple[dict[tuple[str, bool], Entry], list[Problem]]:
        return service_entries.merged(self.services)

    @property
    def entries(self) -> list[Entry]:
        """The services, one entry for each endpoint."""
        return list(self._merged[0].values())

    @cached_property
    def _interfaces(self) -> list[Entry]:
        return [it for it in self.entries if not it.given.is_gateway]

    @cached_property
    def _gateways(self) -> list[Entry]:
        return [it for it in self.entries if it.given.is_gateway]

    @cached_property
    def names(self) -> frozenset[str]:
        """The services that have an endpoint in the VPC, these among them."""
        return frozenset({*(it.name for it in self.entries), *record_of(self.vpc).aws_services})

    @cached_property
    def _policies(self) -> BundlePolicies:
        return BundlePolicies(self.stack, self.vpc, self.policy, self.names)

    def plan(self, site: Site) -> tuple[Plan, list[Problem]]:
        """Choose subnets and policies, and check everything.

        :param site: the bundle that is about to be defined.
        :return: the endpoints, and the warnings.
        :raises ValidationError: for the first problem that is an error.
        """
        warnings = refuse(self._entry_problems(), site)
        warnings += refuse(self._gateway_problems(), site)
        interfaces: list[Planned] = []
        for selection, entries in self._by_selection():
            zones, problems = self._zones(selection, site)
            warnings += refuse(problems, site)
            interfaces += [self._interface(entry, zones) for entry in entries]
        interfaces.sort(key=lambda it: it.name)
        plan = Plan(
            gateways=tuple(self._gateway(it) for it in self._gateways),
            interfaces=tuple(interfaces),
            notes=tuple(self._notes(interfaces)),
        )
        return plan, [*warnings, *refuse(self._plan_problems(plan), site)]

    def remember(self, plan: Plan) -> None:
        """Register what the VPC has now."""
        record = record_of(self.vpc)
        record.endpoints += len(plan.interfaces)
        record.aws_services |= {it.name for it in self.entries}
        record.private_names += self._private_names(plan)

    def watched_names(self, plan: Plan) -> list[str]:
        """Return the names that no other hosted zone may have in the VPC."""
        return self._private_names(plan) if self.environment.region else []

    def _private_names(self, plan: Plan) -> list[str]:
        region = self.environment.region
        suffix = service_entries.dns_suffix_of(region)
        return [
            name
            for it in plan.interfaces
            if it.private_dns
            for name in facts.private_names(it.name, region or "{Region}", suffix)
        ]

    def _entry_problems(self) -> Iterator[Problem]:
        yield from rules.services_present(len(self.entries))
        yield from self._merged[1]
        for entry in self.entries:
            yield from entry.problems(self.environment)

    def _gateway_problems(self) -> Iterator[Problem]:
        for entry in self._gateways:
            given = entry.given.policy or self.policy
            yield from gateway_rules.gateway_policy_present(entry.name, given=given is not None)
            if not is_pending(self.vpc):
                yield from self._route_table_problems(entry)

    def _route_table_problems(self, entry: Entry) -> Iterator[Problem]:
        selection = entry.given.subnets
        subnets: Sequence[ec2.ISubnet] = ()
        try:
            subnets = subnets_of_selection(self.vpc, selection)
        except RuntimeError as error:  # the CDK has no other way to read it
            yield from subnet_present((), reason=in_words(error))
        if subnets or not has_dummy_zones(self.vpc):
            yield from gateway_rules.route_tables_known(
                entry.name, unknown=unknown_route_tables(subnets), total=len(subnets)
            )
        yield from gateway_problems(self.vpc, entry.name, subnets)
        public = selection is not None and selection.subnet_type == ec2.SubnetType.PUBLIC
        only_public = public and not lacks_private_subnets(self.vpc)
        yield from gateway_rules.private_route_tables_used(entry.name, only_public=only_public)

    def _routes(self, entry: Entry) -> ec2.SubnetSelection | None:
        """Return the subnets whose route tables a gateway endpoint is in, None for all.

        Before a look-up, it isn't known what a selection picks, and all represent it.
        """
        selection = entry.given.subnets
        if selection is None or is_pending(self.vpc):
            return None
        return selection if subnets_of_selection(self.vpc, selection) else None

    def _by_selection(self) -> list[tuple[ec2.SubnetSelection | None, list[Entry]]]:
        """Return the interface endpoints by the subnets that they are to be in."""
        shared = [it for it in self._interfaces if it.given.subnets is None]
        apart = [it for it in self._interfaces if it.given.subnets is not None]
        groups = [(self.subnets, shared)] if shared else []
        return [*groups, *((it.given.subnets, [it]) for it in apart)]

    def _zones(
        self, selection: ec2.SubnetSelection | None, site: Site
    ) -> tuple[tuple[Zone, ...], list[Problem]]:
        choice = choose_subnets(self.vpc, selection, {}, site, holder="endpoint")
        zones, region = choice.zones, self.environment.region
        problems = [
            *choice.problems,
            *place_problems(self.vpc, zones, selection, region, "endpoint"),
        ]
        if not is_pending(self.vpc):
            problems += zones_distinct([zone.name for zone in zones])
            problems += several_zones(len(zones))
        return zones, problems

    def _interface(self, entry: Entry, zones: tuple[Zone, ...]) -> Planned:
        named = facts.has_private_name(entry.name) is not False
        private_dns = entry.given.private_dns_enabled
        return Planned(
            entry,
            address_type_of(entry.given.ip_address_type, self.address_type),
            self._policies.of_interface(entry),
            zones,
            private_dns=self.private_dns_enabled and named if private_dns is None else private_dns,
        )

    def _gateway(self, entry: Entry) -> Planned:
        address_type = address_type_of(entry.given.ip_address_type, self.address_type)
        document = self._policies.of_gateway(entry)
        return Planned(entry, address_type, document, routes=self._routes(entry))

    def _notes(self, interfaces: Sequence[Planned]) -> Iterator[str]:
        yield from self._policies.notes(self._interfaces)
        unnamed = [
            it.name
            for it in interfaces
            if not it.private_dns and it.entry.given.private_dns_enabled is None
        ]
        if unnamed and self.private_dns_enabled:
            yield f"{', '.join(unnamed)}: no private DNS, because AWS has no private DNS name there"

    def _plan_problems(self, plan: Plan) -> Iterator[Problem]:
        interfaces = plan.interfaces
        yield from self._policies.problems(plan)
        if interfaces:
            yield from group_problems(self.vpc, self.security_groups)
            yield from self.clients.problems()
            yield from endpoint_count(record_of(self.vpc).endpoints + len(interfaces))
        for it in interfaces:
            selection = it.entry.given.subnets or self.subnets
            yield from address_problems(it.address_type, it.zones, selection, offered=None)
            yield from rules.zones_of_aws_service(
                it.name, region=self.environment.region, zones=len(it.zone_names)
            )
        yield from self._subnet_problems(interfaces)
        yield from self._dns_problems(plan)
        yield from both_types_problems(self.vpc, self.clients, plan)
        yield from self._policies.companion_problems(self.entries)

    def _subnet_problems(self, interfaces: Sequence[Planned]) -> Iterator[Problem]:
        counts = Counter(zone.subnet for it in interfaces for zone in it.zones)
        for subnet, count in counts.items():
            if count >= _SMALLEST and not is_pending(self.vpc):
                network = as_network(subnet_range(subnet))
                prefix = network.prefixlen if network is not None else None
                small = any(rules.subnet_large_enough("", prefix=prefix, endpoints=count))
                # Its path is a round trip, so only a message asks for it.
                name = subnet.node.path if small else ""
                yield from rules.subnet_large_enough(name, prefix=prefix, endpoints=count)

    def _dns_problems(self, plan: Plan) -> Iterator[Problem]:
        names = self._private_names(plan)
        if not any(it.private_dns for it in plan.interfaces):
            return
        dns, record = dns_of(self.vpc), record_of(self.vpc)
        yield from dns_rules.vpc_dns_enabled(hostnames=dns.hostnames, support=dns.support)
        yield from dns_rules.vpc_dns_known(hostnames=dns.hostnames, support=dns.support)
        taken = {*record.private_names}
        for name in names:
            if name in taken:
                yield from dns_rules.private_names_distinct([name, name])
            yield from dns_rules.private_name_without_hosted_zone(name, record.zones)
