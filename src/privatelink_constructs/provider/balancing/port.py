"""One port of a service: its listener, and the targets that each load balancer has for it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING

from aws_cdk import aws_elasticloadbalancingv2 as elbv2

from privatelink_constructs._cdk.asking import name_of_number, root_of
from privatelink_constructs._cdk.register import ecs_target_groups
from privatelink_constructs._cdk.reporting import refuse
from privatelink_constructs.errors import ValidationError
from privatelink_constructs.provider.balancing import targets as looking
from privatelink_constructs.provider.balancing.application_load_balancers import (
    health_check_protocol_of,
    missing_listeners,
)
from privatelink_constructs.provider.balancing.counting import (
    refuse_crowded_albs,
    remember_albs,
)
from privatelink_constructs.provider.balancing.listener_options import announced_type
from privatelink_constructs.provider.balancing.placement import (
    place,
    targets_by_zone,
    zones_are_literal,
)
from privatelink_constructs.provider.balancing.target_checks import (
    check_albs,
    check_targets,
    check_type,
    needs_ipv6,
)
from privatelink_constructs.provider.balancing.targets import TargetKind, every_target
from privatelink_constructs.provider.balancing.ways import (
    check_ranges,
    check_reach,
    label,
)
from privatelink_constructs.rules import availability_zones as zone_rules
from privatelink_constructs.rules import security_groups as security_rules
from privatelink_constructs.rules import target_registration as target_rules
from privatelink_constructs.rules import target_zones as place_rules
from privatelink_constructs.rules.core import is_token

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from privatelink_constructs._cdk.reporting import Site
    from privatelink_constructs.provider.balancing.layout import Layout
    from privatelink_constructs.provider.balancing.listener import Listener
    from privatelink_constructs.provider.balancing.targets import Placed, Target
    from privatelink_constructs.rules.core import Problem


@dataclass(eq=False)
class Port:
    """One port of a service, which places its own targets.

    :param listener: what the port does.
    :param layout: which load balancers there are.
    :param dualstack: whether they have IPv6 addresses.
    :param enforced: whether they enforce inbound rules, so that targets don't need rules for
        addresses.
    :param placed: the targets of each load balancer, by its ID.
    :param ipv6: whether the target groups are IPv6.
    :param target_port: the port of the target groups.
    :param group_type: the type of the target groups, None if it is known only after a target is
        attached.
    :param health_check_protocol: the protocol of their health check, None if it isn't known.
    :param written: what the target groups were defined with of these two.
    """

    listener: Listener
    layout: Layout
    dualstack: bool
    enforced: bool = False
    placed: Placed = field(default_factory=dict[str, tuple["Target", ...]])
    ipv6: bool = False
    target_port: int = 0
    group_type: elbv2.TargetType | None = None
    health_check_protocol: elbv2.Protocol | None = None
    written: tuple[elbv2.TargetType | None, elbv2.Protocol | None] = (None, None)

    def place_listed(self) -> list[Problem]:
        """Place the targets of the listener, and return what is wrong with them.

        These targets decide what the target groups are, and later targets don't change it.
        """
        listener = self.listener
        groups, by_zone = listener.target_security_groups, listener.targets_by_zone or {}
        found = place(self.layout, listener.targets, by_zone, groups)
        # For the other ports: a target is in one zone, whatever the port.
        self.layout.specified.update(found.specified)
        placed = found.placed
        if listener.registered_elsewhere:
            other = looking.elsewhere(listener.target_type)
            other = looking.with_groups(other, groups, self.layout.stack)
            placed = {site: (*targets, other) for site, targets in placed.items()}
        self.placed = placed
        self.ipv6 = needs_ipv6(listener, every_target(placed), dualstack=self.dualstack)
        self.target_port = _target_port(listener, every_target(placed))
        self.group_type, self.health_check_protocol = self._type_of(placed)
        kind = (self.group_type, self.health_check_protocol)
        return [*found.problems, *self._problems(placed, placed, kind)]

    def place_further(
        self, targets: Sequence[elbv2.INetworkLoadBalancerTarget], zone: str | None, site: Site
    ) -> tuple[Placed, list[Problem]]:
        """Place targets that come later, and return them by load balancer, with warnings.

        :raises ValidationError: for what AWS would reject.
        """
        by_zone = {} if zone is None else {zone: targets}
        groups = self.listener.target_security_groups
        found = place(self.layout, targets if zone is None else (), by_zone, groups)
        new = found.placed
        together = {key: (*self.placed.get(key, ()), *further) for key, further in new.items()}
        kind = None if self.settled else self._type_of(together)
        earlier, self.ipv6 = self.ipv6, self._is_ipv6_with(together)
        try:
            warnings = refuse([*found.problems, *self._problems(new, together, kind)], site)
        except ValidationError:
            self.ipv6 = earlier
            raise
        refuse_crowded_ecs_services([new], site)
        refuse_crowded_albs([new], site)
        remember_ecs_services([new], site)
        remember_albs([new], site)
        self.placed = together
        self.layout.specified.update(found.specified)
        if kind is not None:
            self.group_type, self.health_check_protocol = kind
        return new, warnings

    def _is_ipv6_with(self, together: Placed) -> bool:
        """Return whether the target groups are IPv6, which the first targets decide."""
        if any(self.placed.values()):
            return self.ipv6
        return needs_ipv6(self.listener, every_target(together), dualstack=self.dualstack)

    @property
    def settled(self) -> bool:
        """Whether the type of the target groups and the protocol of their health check is known."""
        return self.group_type is not None and self.health_check_protocol is not None

    def _type_of(self, placed: Placed) -> tuple[elbv2.TargetType | None, elbv2.Protocol | None]:
        """Return the type of the target groups, and the protocol of their health check."""
        listener, targets = self.listener, every_target(placed)
        kind = announced_type(listener) or next(
            (found for it in targets if (found := it.type or it.registered_as) is not None), None
        )
        check = listener.health_check
        if check is not None and check.protocol is not None:
            return kind, check.protocol
        if kind is not elbv2.TargetType.ALB:
            return kind, None if kind is None else elbv2.Protocol.TCP
        balancers = [it for it in targets if it.kind is TargetKind.ALB]
        port = check.port if check is not None else None
        return kind, health_check_protocol_of(balancers[0], port) if balancers else None

    def _problems(
        self,
        new: Placed,
        together: Placed,
        kind: tuple[elbv2.TargetType | None, elbv2.Protocol | None] | None,
    ) -> Iterator[Problem]:
        yield from check_targets(self.listener, together, port=self.target_port, ipv6=self.ipv6)
        yield from check_albs(self.listener, every_target(together))
        if kind is not None:
            yield from check_type(self.listener, *kind)
        zones, targets = self.layout.zones, every_target(new)
        if not self.enforced and not self.layout.is_pending:
            yield from check_ranges(self.layout.vpc, targets, zones, ipv6=self.ipv6)
        if not self.ipv6 and any(target.is_anywhere for target in targets):
            cidrs = self.layout.cidr_blocks
            yield from security_rules.target_cidrs_known(cidrs.blocks, complete=cidrs.complete)
        yield from check_reach(self.listener, targets, zones, self.target_port, ipv6=self.ipv6)

    @property
    def target_type(self) -> elbv2.TargetType | None:
        """The type to define the target groups with, None if attaching a target sets it."""
        types = (it.type for it in every_target(self.placed) if it.type is not None)
        return announced_type(self.listener) or next(types, None)

    def lacking(self) -> Iterator[Problem]:
        """Yield what is missing for the port to be served everywhere."""
        name = label(self.listener)
        count = None if self.layout.is_pending else len(every_target(self.placed))
        yield from target_rules.target_present(count, listener=name)
        yield from missing_listeners(every_target(self.placed))
        if count and self.layout.zonal:
            yield from zone_rules.targets_in_each_zone(name, self._targets_by_zone())
        elif count and zones_are_literal(self.layout):
            yield from zone_rules.targets_in_each_zone(name, self._in_zones)

    def doubtful(self) -> Iterator[Problem]:
        """Yield where targets seem to be missing in a zone whose name isn't known."""
        if not zones_are_literal(self.layout) and any(self.placed.values()):
            name = label(self.listener)
            yield from place_rules.targets_in_each_zone_expected(name, self._in_zones)

    @property
    def _in_zones(self) -> dict[str, int]:
        """How many targets each zone of a regional load balancer has, nothing if not known."""
        return targets_by_zone(every_target(self.placed), self.layout) or {}

    def _targets_by_zone(self) -> dict[str, int]:
        return {
            site.zones[0].literal or site.zones[0].id: len(self.placed.get(site.id, ()))
            for site in self.layout.sites
        }


def _target_port(listener: Listener, targets: Sequence[Target]) -> int:
    if listener.target_port is not None:
        return listener.target_port
    # AWS registers an Application Load Balancer on the port of one of its listeners only.
    ports = [t.port for t in targets if t.type is elbv2.TargetType.ALB]
    return ports[0] if ports and ports[0] is not None else listener.port


def place_of_port(port: Port) -> tuple[bool, float, str]:
    """Return what puts ports in an order that doesn't depend on that of the listeners."""
    number = port.listener.port
    if not is_token(number):
        return False, number, ""
    return True, 0, name_of_number(port.layout.stack, number)


def refuse_crowded_ecs_services(placements: Iterable[Placed], site: Site) -> None:
    """Refuse a sixth target group of an ECS service.

    :raises ValidationError: ``ecs-target-groups-exceeded``.
    """
    entered = Counter(_ecs_services(placements))
    if entered:
        counts = ecs_target_groups[root_of(site.scope)]
        totals = [counts[service] + more for service, more in entered.items()]
        refuse(chain.from_iterable(map(target_rules.ecs_target_groups_in_limit, totals)), site)


def remember_ecs_services(placements: Iterable[Placed], site: Site) -> None:
    """Count the target groups that ECS services enter; the CDK never takes one out again."""
    entered = Counter(_ecs_services(placements))
    if entered:
        ecs_target_groups[root_of(site.scope)].update(entered)


def _ecs_services(placements: Iterable[Placed]) -> Iterator[str]:
    for placed in placements:
        for target in chain.from_iterable(placed.values()):
            if target.service is not None:
                yield target.service
