"""Where the load balancers of a service are."""

from __future__ import annotations

from dataclasses import field
from functools import cached_property
from typing import TYPE_CHECKING

from aws_cdk import aws_ec2 as ec2

from privatelink_constructs._cdk.cidr_blocks import vpc_cidr_blocks
from privatelink_constructs._cdk.subnets import is_pending
from privatelink_constructs._values import internal_value
from privatelink_constructs.rules.availability_zones import zone_in_service
from privatelink_constructs.rules.core import is_token, known

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator

    import aws_cdk as cdk

    from privatelink_constructs._cdk.cidr_blocks import VpcCidrBlocks
    from privatelink_constructs._cdk.subnets import Zone
    from privatelink_constructs.rules.core import Problem


@internal_value
class LoadBalancerSite:
    """A load balancer that isn't defined yet: its ID and its subnets.

    :param id: what the construct is called.
    :param zones: one zone, or all of them for a regional load balancer.
    """

    id: str
    zones: tuple[Zone, ...]

    @property
    def selection(self) -> ec2.SubnetSelection:
        """The subnets of the load balancer."""
        if len(self.zones) == 1:
            return self.zones[0].selection
        return ec2.SubnetSelection(subnets=[zone.subnet for zone in self.zones])

    def has(self, zone: str) -> bool:
        """Return whether a zone, by name or by ID, is one of the load balancer's."""
        return any(zone in {entry.name, entry.id} for entry in self.zones)


@internal_value
class Layout:
    """The load balancers of a service.

    :param stack: their stack.
    :param vpc: their VPC.
    :param sites: the load balancers.
    :param zonal: whether each is in its own zone.
    :param cross_zone: whether each also sends to targets in its other zones.
    """

    stack: cdk.Stack
    vpc: ec2.IVpc
    sites: tuple[LoadBalancerSite, ...]
    zonal: bool
    cross_zone: bool = False
    specified: dict[Hashable, tuple[str, ...]] = field(
        default_factory=dict["Hashable", "tuple[str, ...]"]
    )
    """The zones that targets were specified for, by what distinguishes a target from others."""

    @cached_property
    def zones(self) -> tuple[Zone, ...]:
        """The zones of all load balancers."""
        return tuple(zone for site in self.sites for zone in site.zones)

    @cached_property
    def cidr_blocks(self) -> VpcCidrBlocks:
        """The CIDR blocks of the VPC, as the app knows them when they are first needed."""
        return vpc_cidr_blocks(self.vpc, self.zones)

    @cached_property
    def is_pending(self) -> bool:
        """Whether the VPC isn't looked up yet, so that nothing is known of it."""
        return any(zone.is_dummy for zone in self.zones) or is_pending(self.vpc)

    def sites_in(self, zones: Iterable[str]) -> list[LoadBalancerSite]:
        """Return the load balancers that are in one of several zones."""
        names = list(zones)
        return [site for site in self.sites if any(map(site.has, names))]

    def in_zone(self, zone: str, zones: Iterable[str]) -> bool:
        """Return whether a zone is one of several, or may be.

        Tokens can be distinguished only if they are zones of one VPC of the app: of others, two
        may represent one zone.

        :param zone: the zone, by name or by ID.
        :param zones: the names of the others, which aren't empty.
        """
        entries = [entry for entry in self.zones if zone in {entry.name, entry.id}]
        name = next((entry.name for entry in entries), zone)
        others = list(zones)
        if name is None or name in others or self.is_pending:
            return True
        if not is_token(name) and not any(map(is_token, others)):
            return False
        served = {entry.name for entry in self.zones}
        told_apart = isinstance(self.vpc, ec2.Vpc) and name in served
        return not (told_apart and all(other in served for other in others))

    def is_outside(self, zones: Iterable[str]) -> bool:
        """Return whether it is certain that no load balancer is in any of the zones of a target.

        Names are compared only when all of them are literals: a token may represent any zone.
        """
        names = list(zones)
        if not names or self.is_pending or self.sites_in(names):
            return False
        return not any(map(is_token, names)) and all(zone.literal for zone in self.zones)

    def zone_served(
        self, zone: str, *, served: bool, target: str | None = None
    ) -> Iterator[Problem]:
        """Check that the service is in a zone that targets are in.

        :param zone: the zone as the message names it.
        :param served: whether a load balancer is there, or may be.
        :param target: the target that is in the zone. Default: targets are listed for it.
        """
        return zone_in_service(
            zone,
            served=served,
            zones=sorted(known(zone.name) or zone.id for zone in self.zones),
            named=all(known(zone.name) for zone in self.zones),
            target=target,
        )
