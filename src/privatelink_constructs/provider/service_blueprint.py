"""Everything that defines a service with load balancers, and its checks."""

from __future__ import annotations

from collections import Counter
from functools import cached_property
from typing import TYPE_CHECKING

from aws_cdk import aws_elasticloadbalancingv2 as elbv2

from privatelink_constructs._cdk import subnets as _network
from privatelink_constructs._cdk.asking import environment_of, name_of_number, stack_of
from privatelink_constructs._cdk.reporting import refuse
from privatelink_constructs._cdk.sources import (
    check_each,
    check_items,
    distinct_sources,
    has_groups,
    region_of_group,
)
from privatelink_constructs._cdk.subnet_resources import (
    is_ipv6_only,
    lacks_ipv6,
    place_problems,
)
from privatelink_constructs._values import internal_value
from privatelink_constructs.facts.load_balancer_defaults import IDLE_TIMEOUT
from privatelink_constructs.provider.balancing.balancers import (
    LoadBalancerOptions,
)
from privatelink_constructs.provider.balancing.certificates import certificate_problems
from privatelink_constructs.provider.balancing.counting import (
    listener_quotas,
    load_balancer_quota,
    refuse_crowded_albs,
    target_quotas,
)
from privatelink_constructs.provider.balancing.layout import Layout, LoadBalancerSite
from privatelink_constructs.provider.balancing.listener_options import seconds
from privatelink_constructs.provider.balancing.listener_problems import listener_warnings
from privatelink_constructs.provider.balancing.port import (
    Port,
    refuse_crowded_ecs_services,
)
from privatelink_constructs.provider.balancing.ways import label
from privatelink_constructs.rules import address_families as family_rules
from privatelink_constructs.rules import availability_zones as zone_rules
from privatelink_constructs.rules import client_sources as source_rules
from privatelink_constructs.rules import contracts as contract_rules
from privatelink_constructs.rules import identity as identity_rules
from privatelink_constructs.rules import listeners as listener_rules
from privatelink_constructs.rules import load_balancers as rules
from privatelink_constructs.rules import subnet_choice as subnet_rules
from privatelink_constructs.rules import zone_support as support_rules
from privatelink_constructs.rules.clients import client_group_in_region
from privatelink_constructs.rules.core import about, is_token, known
from privatelink_constructs.rules.service_deletion import rejection_without_protection

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import aws_cdk as cdk
    from aws_cdk import aws_ec2 as ec2

    from privatelink_constructs._cdk.asking import StackEnvironment
    from privatelink_constructs._cdk.reporting import Site
    from privatelink_constructs._cdk.subnet_selection import SubnetChoice
    from privatelink_constructs._cdk.subnets import Zone
    from privatelink_constructs.provider.balancing.access_log_options import AccessLogs
    from privatelink_constructs.provider.balancing.listener import Listener
    from privatelink_constructs.provider.service_options import ServiceOptions
    from privatelink_constructs.rules.client_sources import ClientSource
    from privatelink_constructs.rules.core import Problem


ADDRESS_FAMILIES = {
    elbv2.IpAddressType.IPV4: ("ipv4",),
    elbv2.IpAddressType.DUAL_STACK: ("ipv4", "ipv6"),
}


def _text(address_type: elbv2.IpAddressType) -> str:
    """Return an address type as templates write it."""
    return address_type.value.replace("DUAL_STACK", "dualstack").replace("_", "-").lower()


@internal_value(kw_only=True)
class ServiceBlueprint:
    """Everything that defines a service. It is checked before anything is defined."""

    vpc: ec2.IVpc
    subnets: SubnetChoice
    zonal: bool
    listeners: Sequence[Listener]
    client_cidrs: Sequence[str | ec2.IPeer] | None
    cross_zone_enabled: bool
    deletion_protection: bool
    ip_address_type: elbv2.IpAddressType
    secondary_ips_per_subnet: int
    access_logs: AccessLogs
    zone_ids: Mapping[str, str]
    zone_refresh_enabled: bool
    service: ServiceOptions

    @property
    def zones(self) -> tuple[Zone, ...]:
        """The subnets of the load balancers, each with its zone."""
        return self.subnets.zones

    @cached_property
    def zone_names(self) -> tuple[str, ...]:
        """The names of the service's zones, tokens included, empty if not all are known.

        Where the subnets don't tell them, ``availability_zone_ids`` does if it is about as many.
        """
        names = [zone.name for zone in self.zones]
        found = tuple(name for name in names if name is not None)
        if len(found) == len(names):
            return found
        stated = tuple(self.zone_ids)
        as_many = len(stated) == len(names) or any(map(_network.is_list, self.zones))
        return stated if as_many and set(found) <= set(stated) else ()

    def check(self, site: Site) -> list[Problem]:
        """Check everything but the targets, and return the warnings.

        :raises ValidationError: for what AWS would reject.
        """
        return refuse(self._problems(environment_of(stack_of(site.scope))), site)

    def place_targets(self, site: Site) -> tuple[list[Port], list[Problem]]:
        """Return the ports with their targets, and the warnings about those.

        :raises ValidationError: for targets that can't be registered, or that no traffic reaches.
        """
        ports = self._ports(stack_of(site.scope))
        warnings = [it for port in ports for it in refuse(port.place_listed(), site)]
        refuse_crowded_ecs_services((port.placed for port in ports), site)
        refuse_crowded_albs((port.placed for port in ports), site)
        placements = [(port.listener, port.placed) for port in ports]
        warnings += target_quotas(placements, self.sites, cross_zone=self.cross_zone_enabled)
        return ports, [*warnings, *load_balancer_quota(len(self.sites), site)]

    def _problems(self, environment: StackEnvironment) -> Iterator[Problem]:
        """Check everything but the targets."""
        yield from zone_rules.subnet_zones([zone.comparable for zone in self.zones])
        yield from self.subnets.problems
        yield from place_problems(self.vpc, self.zones, self.subnets.selection, environment.region)
        yield from self._layout_problems()
        yield from self._zone_problems()
        yield from self._listener_problems(environment)
        yield from self._client_problems(environment.region)
        yield from self.service.problems(environment, self._zone_count)
        protected = self.deletion_protection and self.service.reject_connections_on_delete
        yield from rejection_without_protection(["the load balancers"] if protected else [])
        yield from self.access_logs.problems(self.listeners, environment.region)
        yield from about(contract_rules.valid_zone_ids(self.zone_ids), "availability_zone_ids")
        places = support_rules.valid_zone_places(self.zone_ids, environment.region)
        yield from about(places, "availability_zone_ids")

    @cached_property
    def clients(self) -> tuple[ClientSource, ...] | None:
        """Who the load balancers allow, None if inbound rules aren't enforced."""
        given = self.client_cidrs
        return None if given is None else distinct_sources(given, self.vpc)

    def _client_problems(self, region: str | None) -> Iterator[Problem]:
        if self.client_cidrs is not None:
            # A wrong item ends the checks here: nothing can be asked of it.
            yield from check_items(self.client_cidrs, argument="client_cidrs")
            yield from check_each(self.client_cidrs, argument="client_cidrs")
            for item in self.client_cidrs:
                if has_groups(item):
                    yield from client_group_in_region(
                        region, region_of_group(item), argument="client_cidrs"
                    )
            yield from source_rules.valid_sources(
                self.clients or (), self.service.ip_address_types, argument="client_cidrs"
            )

    @property
    def _zone_count(self) -> int | None:
        unknown = any(zone.is_dummy or _network.is_list(zone) for zone in self.zones)
        return None if unknown else len(self.zones)

    def _layout_problems(self) -> Iterator[Problem]:
        yield from family_rules.load_balancer_address_type(_text(self.ip_address_type))
        yield from zone_rules.cross_zone_effective(
            enabled=self.cross_zone_enabled, zonal=self.zonal
        )
        yield from zone_rules.zone_refresh_present(
            enabled=self.zone_refresh_enabled, zonal=self.zonal
        )
        yield from zone_rules.several_zones(self._zone_count)
        yield from rules.valid_secondary_ips(known(self.secondary_ips_per_subnet))
        if self.zonal and not any(zone.is_dummy for zone in self.zones):
            yield from identity_rules.zone_names_known([zone.literal for zone in self.zones])
        if self.balancing.dualstack:
            for zone in self.zones:
                available = not lacks_ipv6(zone.subnet)
                name = f"the subnet in {zone.id}"
                yield from family_rules.ipv6_available(name, available=available)
        for zone in self.zones:
            families = {"ipv6"} if is_ipv6_only(zone.subnet) else None
            yield from family_rules.ipv4_available(f"the subnet in {zone.id}", families)

    def _zone_problems(self) -> Iterator[Problem]:
        """Check what is known of the service's zones; of a stand-in nothing can be known."""
        lists = any(map(_network.is_list, self.zones))
        yield from subnet_rules.subnets_countable(lists=lists, zonal=self.zonal)
        if any(zone.is_dummy for zone in self.zones) or _network.is_pending(self.vpc):
            return
        unknown = [zone.id for zone in self.zones if zone.name is None and not self.zone_names]
        yield from zone_rules.service_zones_known(unknown, zonal=self.zonal)
        yield from zone_rules.zone_ids_complete(self.zone_names, self.zone_ids)
        yield from support_rules.zone_ids_used(self.zone_names, self.zone_ids)

    def _listener_problems(self, environment: StackEnvironment) -> Iterator[Problem]:
        ports = [listener.port for listener in self.listeners if not is_token(listener.port)]
        yield from listener_rules.valid_listener_ports(ports, listeners=len(self.listeners))
        yield from self._token_port_problems()
        yield from listener_quotas(self.listeners)
        cross_region = bool(self.service.other_regions(environment))
        for position, listener in enumerate(self.listeners):
            argument = f"listeners[{position}]"
            yield from about(listener_warnings(listener), argument)
            yield from about(certificate_problems(listener, environment), argument)
            yield from about(identity_rules.listener_port_known(known(listener.port)), argument)
            yield from listener_rules.idle_timeout_default_across_regions(
                label(listener),
                custom=seconds(listener.idle_timeout) not in {None, IDLE_TIMEOUT},
                cross_region=cross_region,
            )

    def _token_port_problems(self) -> Iterator[Problem]:
        """Compare ports that are tokens by what they resolve to."""
        later = [it.port for it in self.listeners if is_token(it.port)]
        names = Counter(name_of_number(stack_of(self.vpc), port) for port in later)
        for count in names.values():
            yield from listener_rules.listener_port_distinct(None, count=count)

    @property
    def balancing(self) -> LoadBalancerOptions:
        """What the load balancers have in common."""
        return LoadBalancerOptions(
            vpc=self.vpc,
            cross_zone_enabled=None if self.zonal else self.cross_zone_enabled,
            deletion_protection=self.deletion_protection,
            enforce_inbound_rules=self.client_cidrs is not None,
            ip_address_type=self.ip_address_type,
            secondary_ips_per_subnet=self.secondary_ips_per_subnet,
        )

    @property
    def sites(self) -> tuple[LoadBalancerSite, ...]:
        """Where the load balancers are."""
        if not self.zonal:
            return (LoadBalancerSite("LoadBalancer", self.zones),)
        return tuple(LoadBalancerSite(f"LoadBalancer-{zone.id}", (zone,)) for zone in self.zones)

    def _ports(self, stack: cdk.Stack) -> list[Port]:
        """Return the ports, whose targets are still to be placed."""
        layout = Layout(
            stack, self.vpc, self.sites, zonal=self.zonal, cross_zone=self.cross_zone_enabled
        )
        dualstack, enforced = self.balancing.dualstack, self.client_cidrs is not None
        return [
            Port(listener, layout, dualstack=dualstack, enforced=enforced)
            for listener in self.listeners
        ]
