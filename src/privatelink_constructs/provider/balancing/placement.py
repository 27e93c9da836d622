"""Which targets belong to which load balancer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticloadbalancingv2 as elbv2

from privatelink_constructs.provider.balancing import targets as looking
from privatelink_constructs.provider.balancing.ecs_ports import maps_only_udp
from privatelink_constructs.provider.balancing.targets import TargetKind
from privatelink_constructs.rules import availability_zones as zone_rules
from privatelink_constructs.rules import listeners as listener_rules
from privatelink_constructs.rules import target_groups as group_rules
from privatelink_constructs.rules import target_registration as target_rules
from privatelink_constructs.rules.core import first_of, is_token, known

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    import aws_cdk as cdk

    from privatelink_constructs._cdk.subnets import Zone
    from privatelink_constructs.provider.balancing.listener import Listener
    from privatelink_constructs.provider.balancing.targets import Target
    from privatelink_constructs.rules.core import Problem


@dataclass(frozen=True, eq=False)
class LoadBalancerSite:
    """A load balancer to be: its id, and the subnets it is in.

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
        """Tell whether a zone, by name or by id, is one of the load balancer's."""
        return any(zone in {entry.name, entry.id} for entry in self.zones)


@dataclass(frozen=True, eq=False)
class Placement:
    """The targets of one port, by the id of the load balancer they belong to."""

    targets: Mapping[str, tuple[Target, ...]]

    @property
    def all(self) -> tuple[Target, ...]:
        """Every target once."""
        return tuple({id(t): t for group in self.targets.values() for t in group}.values())

    def resources(self, site: str) -> list[elbv2.INetworkLoadBalancerTarget]:
        """Return what a load balancer's target group registers itself."""
        return [it.resource for it in self.targets.get(site, ()) if it.resource is not None]

    def plus(self, other: Placement) -> Placement:
        """Return these targets and others."""
        sites = dict.fromkeys((*self.targets, *other.targets))
        return Placement(
            {site: (*self.targets.get(site, ()), *other.targets.get(site, ())) for site in sites}
        )


@dataclass(frozen=True, eq=False)
class Placer:
    """Decides where targets go.

    :param stack: the stack of the load balancers.
    :param vpc: the VPC of the load balancers.
    :param sites: the load balancers.
    :param zonal: whether each is in a zone of its own.
    """

    stack: cdk.Stack
    vpc: ec2.IVpc
    sites: tuple[LoadBalancerSite, ...]
    zonal: bool

    @property
    def zones(self) -> tuple[Zone, ...]:
        """The zones of all load balancers."""
        return tuple(zone for site in self.sites for zone in site.zones)

    @property
    def is_dummy(self) -> bool:
        """Whether the VPC is still to be looked up, so that no zone is known by its name."""
        return any(zone.is_dummy for zone in self.zones)

    def place(
        self,
        anywhere: Sequence[elbv2.INetworkLoadBalancerTarget],
        by_zone: Mapping[str, Sequence[elbv2.INetworkLoadBalancerTarget]],
    ) -> tuple[Placement, list[Problem]]:
        """Place targets, and say what is wrong with them."""
        listed = [*anywhere, *(target for group in by_zone.values() for target in group)]
        found = looking.look_at(listed, self.stack)
        rest = iter(found)
        placed: dict[str, list[Target]] = {site.id: [] for site in self.sites}
        problems = [
            problem
            for target in found
            for problem in looking.check_range(target, self.vpc, self.zones)
        ]
        for _ in anywhere:
            problems += self._place(self._reachable(next(rest)), placed)
        for zone, group in by_zone.items():
            problems += self._check_zone(zone)
            for _ in group:
                target = self._reachable(next(rest))
                for site in self.sites:
                    if not self.zonal or site.has(zone):
                        placed[site.id].append(target)
        return Placement({key: tuple(value) for key, value in placed.items()}), problems

    def _reachable(self, target: Target) -> Target:
        return looking.reachable(target, self.vpc, self.zones)

    def _place(self, target: Target, placed: dict[str, list[Target]]) -> Iterator[Problem]:
        zones = frozenset[str]()
        if self.zonal:
            zones = looking.zones_of_target(target, self.vpc, self.zones)
            yield from zone_rules.target_in_one_zone(
                [known(zone) for zone in sorted(zones)],
                ecs_service=target.kind is TargetKind.ECS_SERVICE,
            )
        sites = [site for site in self.sites if any(map(site.has, zones))]
        elsewhere = not sites and zones and not self.is_dummy and self._tells_apart(zones)
        yield from self._in_service(
            ", ".join(sorted(zones)), served=not elsewhere, target=_name(target)
        )
        for site in sites or self.sites:
            placed[site.id].append(target)

    def _tells_apart(self, names: Iterable[str]) -> bool:
        """Tell whether names that are none of the load balancers' are of other zones for sure."""
        return not any(map(is_token, names)) and all(zone.literal for zone in self.zones)

    def _check_zone(self, zone: str) -> Iterator[Problem]:
        served = self.is_dummy or any(site.has(zone) for site in self.sites)
        name = repr(known(zone) or "a zone only known at deployment")
        yield from self._in_service(name, served=served)

    def _in_service(
        self, zone: str, *, served: bool, target: str | None = None
    ) -> Iterator[Problem]:
        return zone_rules.zone_in_service(
            zone,
            served=served,
            zones=sorted(known(zone.name) or zone.id for zone in self.zones),
            named=all(known(zone.name) for zone in self.zones),
            target=target,
        )

    def targets_by_zone(self, placement: Placement) -> dict[str, int]:
        """Return how many targets there are in each zone with a load balancer of its own."""
        if self.is_dummy or not self.zonal:
            return {}
        return {
            site.zones[0].literal or site.zones[0].id: len(placement.targets.get(site.id, ()))
            for site in self.sites
        }


def _name(target: Target) -> str:
    return repr(known(target.id) or target.kind.value)


def check_targets(
    listener: Listener, placement: Placement, *, port: int, ipv6: bool
) -> Iterator[Problem]:
    """Check the targets of one listener together.

    :param port: the port of the target groups.
    :param ipv6: whether the target groups are IPv6.
    """
    targets = placement.all
    types = {kind for it in targets if (kind := it.type or it.registered_as) is not None}
    if listener.target_type is not None:
        types.add(listener.target_type)
    yield from _check_registrable(listener, targets)
    names = [kind.value.lower() for kind in types]
    yield from target_rules.target_types_same(listener.label, names)
    if elbv2.TargetType.ALB in types:
        yield from _check_alb(listener, placement, port)
    for target in targets:
        if target.kind is TargetKind.IP and target.id:
            yield from target_rules.target_address_valid(known(target.id))
        yield from listener_rules.port_in_range(known(target.port))
    yield from _check_family(listener, targets, ipv6=ipv6)


def _check_registrable(listener: Listener, targets: Sequence[Target]) -> Iterator[Problem]:
    given = listener.target_type.value.lower() if listener.target_type else None
    others = [type(it.resource).__name__ for it in targets if it.kind is TargetKind.NONE]
    yield from target_rules.target_registrable(given, listener=listener.label, others=others)
    for target in targets:
        port = _udp_port(target) if listener.forwards_udp else None
        yield from target_rules.ecs_port_mapped(mapped=target.mapped, udp_port=port)


def _udp_port(target: Target) -> int | None:
    """Return the port of an ECS service that was given as it is, if that is for UDP only."""
    port = target.default_port
    if target.resource is None or port is None or not maps_only_udp(target.resource, port):
        return None
    return port


def _check_alb(listener: Listener, placement: Placement, port: int) -> Iterator[Problem]:
    ports = {target.port for target in placement.all if target.kind is TargetKind.ALB}
    for alb_port in sorted(filter(None, map(known, ports))) or [None]:
        yield from group_rules.valid_alb_target(
            listener.protocol.value,
            targets=max(map(len, placement.targets.values()), default=0),
            proxy_protocol=listener.proxy_protocol_v2,
            port=known(port),
            alb_port=alb_port,
        )


def _check_family(
    listener: Listener, targets: Sequence[Target], *, ipv6: bool
) -> Iterator[Problem]:
    addresses = [target.address for target in targets if target.address is not None]
    protocol = listener.protocol.value
    yield from first_of(
        # The target groups of UDP are IPv6 on dualstack load balancers, and only there.
        group_rules.udp_targets_ipv6(protocol, dualstack=ipv6, addresses=addresses),
        target_rules.target_family_same(listener.label, addresses, ipv6=ipv6),
    )


def needs_ipv6(listener: Listener, targets: Sequence[Target], *, dualstack: bool) -> bool:
    """Tell whether the target groups of a listener are IPv6."""
    if not dualstack:
        return False
    families = {target.is_ipv6 for target in targets if target.address is not None}
    return listener.forwards_udp or families == {True}
