"""One port of a service: its listener, and the targets that each load balancer has for it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from aws_cdk import aws_elasticloadbalancingv2 as elbv2

from privatelink_constructs._cdk.reporting import refuse
from privatelink_constructs.provider.balancing.placement import Placement, check_targets, needs_ipv6
from privatelink_constructs.provider.balancing.security import check_ranges, check_reach
from privatelink_constructs.provider.balancing.targets import elsewhere
from privatelink_constructs.rules import target_registration as target_rules
from privatelink_constructs.rules.availability_zones import targets_in_each_zone

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import constructs

    from privatelink_constructs._cdk.reporting import Site
    from privatelink_constructs.provider.balancing.listener import Listener
    from privatelink_constructs.provider.balancing.placement import Placer
    from privatelink_constructs.rules.core import Problem

_ecs_target_groups: WeakKeyDictionary[constructs.IConstruct, Counter[str]] = WeakKeyDictionary()
"""In how many target groups each ECS service of a tree is; the CDK never takes one out again."""


@dataclass(eq=False)
class Port:
    """One port of a service.

    :param listener: what the port does.
    :param placer: which load balancers there are.
    :param dualstack: whether they have IPv6 addresses.
    :param enforced: whether they enforce inbound rules, so that targets need not know addresses.
    :param placement: the targets by load balancer.
    :param ipv6: whether the target groups are IPv6.
    :param target_port: the port of the target groups.
    """

    listener: Listener
    placer: Placer
    dualstack: bool
    enforced: bool = False
    placement: Placement = field(default_factory=lambda: Placement({}))
    ipv6: bool = False
    target_port: int = 0

    def place_listed(self) -> list[Problem]:
        """Place the targets that the listener came with, and return what is wrong with them.

        What the target groups are follows from these targets, and stays.
        """
        listener = self.listener
        placement, problems = self.placer.place(listener.targets, listener.targets_by_zone or {})
        if listener.registered_elsewhere:
            target = elsewhere(listener.target_type)
            placement = placement.plus(Placement({it.id: (target,) for it in self.placer.sites}))
        self.placement = placement
        self.ipv6 = needs_ipv6(listener, placement.all, dualstack=self.dualstack)
        self.target_port = _target_port(listener, placement)
        return [*problems, *self._problems(placement, placement)]

    def place_further(
        self, targets: Sequence[elbv2.INetworkLoadBalancerTarget], zone: str | None, site: Site
    ) -> tuple[Placement, list[Problem]]:
        """Place targets that come later, and return them with warnings.

        :raises ValidationError: for what AWS would refuse.
        """
        placement, problems = self.placer.place(
            *((targets, {}) if zone is None else ((), {zone: targets}))
        )
        together = self.placement.plus(placement)
        warnings = refuse([*problems, *self._problems(placement, together)], site)
        count_ecs_target_groups([placement], site)
        self.placement = together
        return placement, warnings

    def _problems(self, new: Placement, together: Placement) -> Iterator[Problem]:
        yield from check_targets(self.listener, together, port=self.target_port, ipv6=self.ipv6)
        zones = self.placer.zones
        if not self.enforced:
            yield from check_ranges(self.placer.vpc, new.all, zones, ipv6=self.ipv6)
        yield from check_reach(self.listener, new.all, zones, self.target_port, ipv6=self.ipv6)

    @property
    def target_type(self) -> elbv2.TargetType | None:
        """The type of the target groups, None where only attaching a target tells."""
        if self.listener.target_type is not None:
            return self.listener.target_type
        if self.listener.registered_elsewhere:
            return elbv2.TargetType.IP
        return next((t.type for t in self.placement.all if t.type is not None), None)

    def lacking(self) -> Iterator[Problem]:
        """Yield what is missing for the port to be served everywhere."""
        port = self.listener.label
        count = None if self.placer.is_dummy else len(self.placement.all)
        yield from target_rules.target_present(count, listener=port)
        if not count:
            return
        yield from targets_in_each_zone(port, self.placer.targets_by_zone(self.placement))


def _target_port(listener: Listener, placement: Placement) -> int:
    if listener.target_port is not None:
        return listener.target_port
    ports = [t.port for t in placement.all if t.type is elbv2.TargetType.ALB]
    return ports[0] if ports and ports[0] is not None else listener.port


def count_ecs_target_groups(placements: Iterable[Placement], site: Site) -> None:
    """Count the target groups that ECS services enter, and refuse a sixth of one service.

    :raises ValidationError: ``ecs-target-groups-exceeded``.
    """
    entered = Counter(_ecs_services(placements))
    if not entered:
        return
    counts = _ecs_target_groups.setdefault(site.scope.node.root, Counter())
    totals = [counts[service] + more for service, more in entered.items()]
    refuse(chain.from_iterable(map(target_rules.ecs_target_groups_in_limit, totals)), site)
    counts.update(entered)


def _ecs_services(placements: Iterable[Placement]) -> Iterator[str]:
    for placement in placements:
        for target in chain.from_iterable(placement.targets.values()):
            if target.service is not None:
                yield target.service
