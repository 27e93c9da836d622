"""The Availability Zones of load balancers that exist already."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, cast

from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticloadbalancingv2 as elbv2

from privatelink_constructs._cdk import subnets as _network
from privatelink_constructs._cdk.asking import referenced, stack_of
from privatelink_constructs._cdk.subnet_selection import unified
from privatelink_constructs._values import internal_value
from privatelink_constructs.provider.balancing.existing import (
    LoadBalancerName,
    defined,
    is_defined_here,
    is_pending,
)
from privatelink_constructs.rules import address_families as family_rules
from privatelink_constructs.rules import availability_zones as zone_rules
from privatelink_constructs.rules.core import known
from privatelink_constructs.rules.zone_support import valid_zone_kinds, zone_ids_used

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from privatelink_constructs.rules.core import Problem

    Zones = Mapping[elbv2.INetworkLoadBalancer, Sequence[str]]


@internal_value
class _Subnet:
    """A subnet of a load balancer.

    :param label: how messages name it.
    :param zone: the name of its zone, which can be a token, None if it isn't known.
    :param ipv6_only: whether it is known to have no IPv4 addresses.
    """

    label: str
    zone: str | None
    ipv6_only: bool = False

    @property
    def is_dummy(self) -> bool:
        """Whether it is one of a VPC whose look-up is pending."""
        return self.zone is not None and _network.is_dummy_name(self.zone)


@internal_value
class ExistingZones:
    """The zones that the load balancers of a service are in, as far as they are known.

    :param load_balancers: the load balancers, of any origin.
    :param zone_ids: the AZ ID for each name of a zone, as the user passed them. If the zones of the
        load balancers aren't known, these are used.
    """

    load_balancers: Sequence[elbv2.INetworkLoadBalancer]
    zone_ids: Mapping[str, str]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the zones, empty if one isn't known."""
        return self._found or tuple(self.zone_ids)

    @property
    def count(self) -> int | None:
        """The number of zones of the load balancers, None if one isn't known."""
        return len(self._found) or None

    @property
    def to_refresh(self) -> Zones:
        """The load balancers of the app that may gain zones, with those that they are known for."""
        unknown = [it for it, names in self._by_load_balancer.items() if not names]
        defined = [it for it in unknown if is_defined_here(it)]
        if defined and len(self.zone_ids) > 1:
            return dict.fromkeys(defined, self.names)
        return {it: names for it, names in self._by_load_balancer.items() if len(names) > 1}

    def problems(self) -> Iterator[Problem]:
        """Check the subnets of the app's load balancers, and what is known of the zones."""
        for subnets in self._subnets.values():
            if not any(subnet.is_dummy for subnet in subnets or ()):
                yield from _subnet_problems(subnets or ())
        unknown = [it for it, names in self._by_load_balancer.items() if not names]
        subnets = (it for found in self._subnets.values() for it in found or ())
        pending = any(map(is_pending, unknown)) or any(it.is_dummy for it in subnets)
        if not self.zone_ids and not pending:
            # The zones of imported load balancers aren't checked: who defines them knows the zones.
            defined = [LoadBalancerName(it) for it in unknown if is_defined_here(it)]
            yield from zone_rules.service_zones_known(defined)
        names = self.names
        yield from valid_zone_kinds(map(known, (*names, *map(self.zone_ids.get, names))))
        yield from zone_rules.several_zones(self.count)
        yield from zone_rules.zone_ids_complete(() if pending else self.names, self.zone_ids)
        yield from zone_ids_used(() if pending else self.names, self.zone_ids)

    def of(self, load_balancer: elbv2.INetworkLoadBalancer) -> tuple[str, ...]:
        """Return the names of the zones of a load balancer, empty when one isn't known."""
        only = len(self.load_balancers) == 1
        return tuple(self._by_load_balancer[load_balancer]) or (self.names if only else ())

    @cached_property
    def _subnets(self) -> dict[elbv2.INetworkLoadBalancer, tuple[_Subnet, ...] | None]:
        return {it: _subnets_of(it) for it in self.load_balancers}

    @cached_property
    def _by_load_balancer(self) -> dict[elbv2.INetworkLoadBalancer, list[str]]:
        """The zones of each load balancer, none where one of them isn't known."""
        found: dict[elbv2.INetworkLoadBalancer, list[str]] = {}
        for load_balancer, subnets in self._subnets.items():
            names = [it.zone for it in subnets or () if it.zone is not None and not it.is_dummy]
            found[load_balancer] = names if len(names) == len(subnets or ()) else []
        return found

    @cached_property
    def _found(self) -> tuple[str, ...]:
        lists = self._by_load_balancer.values()
        return tuple(dict.fromkeys(name for names in lists for name in names)) if all(lists) else ()


def _subnets_of(load_balancer: elbv2.INetworkLoadBalancer) -> tuple[_Subnet, ...] | None:
    """Return the subnets of a load balancer, None if they aren't known."""
    resource = defined(load_balancer)
    vpc = None
    if isinstance(resource, elbv2.NetworkLoadBalancer):
        vpc = resource.vpc
        resource = cast("elbv2.CfnLoadBalancer", resource.node.default_child)
    if resource is None:
        return None
    plain, mappings = resource.subnets, resource.subnet_mappings
    ids = _mapped(mappings) if plain is None and isinstance(mappings, list) else plain
    if not isinstance(ids, list):
        return None
    found = [_described(vpc, subnet_id) for subnet_id in ids]
    names = unified([subnet.zone for subnet in found], stack_of(resource))
    return tuple(replace(it, zone=name) for it, name in zip(found, names, strict=True))


def _mapped(mappings: Sequence[object]) -> list[str]:
    """Return the IDs of the subnets of mappings; an unknown mapping has the ID of no subnet."""
    return [str(getattr(mapping, "subnet_id", "")) for mapping in mappings]


def _described(vpc: ec2.IVpc | None, subnet_id: str) -> _Subnet:
    subnet = None if vpc is None else _network.subnet_with_id(vpc, subnet_id)
    resource = referenced(subnet_id) if subnet is None else _network.defined_subnet(subnet)
    name = None if subnet is None else _network.zone_name(subnet)
    if not isinstance(resource, ec2.CfnSubnet):
        return _Subnet(known(subnet_id) or "a subnet", name)
    name = name or _network.zone_of_resource(resource)
    return _Subnet(resource.node.path, name, ipv6_only=resource.ipv6_native is True)


def _subnet_problems(subnets: Sequence[_Subnet]) -> Iterator[Problem]:
    yield from zone_rules.zones_distinct([subnet.zone for subnet in subnets])
    for subnet in subnets:
        families = {"ipv6"} if subnet.ipv6_only else None
        yield from family_rules.ipv4_available(subnet.label, families)
