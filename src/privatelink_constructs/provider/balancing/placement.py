"""Which load balancers register which targets."""

from __future__ import annotations

from collections import defaultdict
from itertools import chain
from typing import TYPE_CHECKING

from privatelink_constructs._cdk.asking import reference
from privatelink_constructs._values import internal_value
from privatelink_constructs.provider.balancing import targets as looking
from privatelink_constructs.provider.balancing.target_places import (
    check_place,
    name_of_target,
    reachable,
    zones_of_target,
)
from privatelink_constructs.provider.balancing.targets import TargetKind
from privatelink_constructs.rules import availability_zones as zone_rules
from privatelink_constructs.rules import target_zones as rules
from privatelink_constructs.rules.core import is_token, known

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence

    from aws_cdk import aws_ec2 as ec2
    from aws_cdk import aws_elasticloadbalancingv2 as elbv2

    from privatelink_constructs.provider.balancing.layout import Layout, LoadBalancerSite
    from privatelink_constructs.provider.balancing.targets import Placed, Target
    from privatelink_constructs.rules.core import Problem

    Given = Sequence[elbv2.INetworkLoadBalancerTarget]

_EVERYWHERE = frozenset({TargetKind.ALB, TargetKind.NONE})
"""The targets that the load balancer of each zone registers."""
_OF_ONE_ZONE = frozenset(
    {TargetKind.AUTO_SCALING_GROUP, TargetKind.ECS_SERVICE, TargetKind.INSTANCE}
)
"""What users specify for one zone only."""


@internal_value
class Placement:
    """The targets of each load balancer, and what is wrong with them.

    :param placed: the targets, by the ID of the load balancer.
    :param problems: what is wrong.
    :param specified: the zones that each target was specified for by now.
    """

    placed: Placed
    problems: tuple[Problem, ...]
    specified: Mapping[Hashable, tuple[str, ...]]


def place(
    layout: Layout,
    anywhere: Given,
    by_zone: Mapping[str, Given],
    groups: Sequence[ec2.ISecurityGroup] = (),
) -> Placement:
    """Decide which load balancers register which targets, and say what is wrong.

    :param anywhere: targets for all zones.
    :param by_zone: targets by the zone that the user specifies, by name or by ID.
    :param groups: the security groups of targets that don't tell theirs.
    """
    listed = [*anywhere, *chain.from_iterable(by_zone.values())]
    # All together, because one round trip returns the addresses of all IP targets.
    found = looking.look_at(listed, layout.stack)
    problems = [it for target in found for it in check_place(target, layout)]
    at_last = (reachable(target, layout) for target in found)
    rest = (looking.with_groups(target, groups, layout.stack) for target in at_last)
    own = [next(rest) for _ in anywhere]
    zonal = [(zone, [next(rest) for _ in group]) for zone, group in by_zone.items()]
    problems += _own_problems(own, layout)
    problems += _zonal_problems(zonal, layout)
    specified = _specified(zonal, layout)
    problems += _repeated([*own, *chain.from_iterable(it for _, it in zonal)], specified, layout)
    placed: dict[str, list[Target]] = {site.id: [] for site in layout.sites}
    for target in own:
        for site in _sites_of(target, layout):
            placed[site.id].append(target)
    for zone, group in zonal:
        for site in layout.sites:
            # One load balancer for all zones has all targets, whatever their zone.
            if not layout.zonal or site.has(zone):
                placed[site.id] += group
    result = {key: tuple(value) for key, value in placed.items()}
    return Placement(result, (*problems, *_alb_problems(result, layout)), specified)


# Targets for all zones.


def _sites_of(target: Target, layout: Layout) -> Sequence[LoadBalancerSite]:
    """Return the load balancers that register a target: those of its own zone.

    A load balancer sends nothing to a target in a zone that it isn't enabled for: the target stays
    unused, and ECS stops a task that its load balancer can't use. So with one load balancer per
    zone, a target is registered only with the load balancer of its own zone. If the zone isn't
    known (an imported instance), it is registered with all of them, is healthy in one, and causes a
    warning.

    :see: https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/how-elastic-load-balancing-works.html
    """
    if not layout.zonal or target.kind in _EVERYWHERE:
        return layout.sites
    return layout.sites_in(zones_of_target(target, layout)) or layout.sites


def _own_problems(targets: Iterable[Target], layout: Layout) -> Iterator[Problem]:
    """Check targets for all zones against the zones of the service."""
    lost: list[str] = []
    for target in targets:
        if target.kind in _EVERYWHERE:
            continue
        zones = zones_of_target(target, layout) if layout.zonal else frozenset[str]()
        if not layout.zonal and target.kind in {TargetKind.IP, TargetKind.INSTANCE}:
            zones = zones_of_target(target, layout)
        names = sorted(zones)
        if layout.zonal:
            yield from _check_single_zone(target, names)
        yield from layout.zone_served(
            ", ".join(names), served=not layout.is_outside(zones), target=name_of_target(target)
        )
        if layout.zonal and not zones and target.zone != "all":
            lost.append(name_of_target(target))
    if not layout.is_pending:
        yield from rules.target_zone_known(lost, balancers=len(layout.sites))


def _check_single_zone(target: Target, zones: Sequence[str]) -> Iterator[Problem]:
    return zone_rules.target_in_one_zone(
        [known(zone) for zone in zones], ecs_service=target.kind is TargetKind.ECS_SERVICE
    )


# Targets by zone.


def _zonal_problems(
    by_zone: Iterable[tuple[str, Sequence[Target]]], layout: Layout
) -> Iterator[Problem]:
    """Check targets that are specified by zone against their own zone."""
    for zone, group in by_zone:
        served = layout.is_pending or bool(layout.sites_in([zone]))
        name = repr(known(zone) or "a zone only known at deployment")
        yield from layout.zone_served(name, served=served)
        for target in group:
            if target.kind not in _EVERYWHERE:
                yield from _check_own_zone(target, zone, layout)


def _check_own_zone(target: Target, zone: str, layout: Layout) -> Iterator[Problem]:
    zones = sorted(zones_of_target(target, layout))
    if not zones:
        return
    same = layout.in_zone(zone, zones)
    names = [known(name) for name in zones]
    yield from rules.target_in_own_zone(
        name_of_target(target), zone=known(zone), zones=names, same=same
    )
    if layout.zonal:
        yield from _check_single_zone(target, zones)


def _specified(
    by_zone: Iterable[tuple[str, Sequence[Target]]], layout: Layout
) -> dict[Hashable, tuple[str, ...]]:
    """Return the zones that each target was specified for by now, by the IDs of the zones."""
    found: dict[Hashable, dict[str, None]] = defaultdict(dict)
    for zone, group in by_zone:
        entry = next((it.id for it in layout.zones if zone in {it.name, it.id}), zone)
        for key in filter(None, map(_identity, group)):
            found[key].update(dict.fromkeys((*layout.specified.get(key, ()), entry)))
    return {key: tuple(zones) for key, zones in found.items()}


def _repeated(
    targets: Iterable[Target], specified: Mapping[Hashable, tuple[str, ...]], layout: Layout
) -> Iterator[Problem]:
    """Find targets that are specified for several zones."""
    lost: dict[str, int] = {}
    for key, target in {_identity(it): it for it in targets}.items():
        zones, name = specified.get(key, ()), name_of_target(target)
        if target.kind in _OF_ONE_ZONE:
            yield from rules.target_of_one_zone(name, list(map(known, zones)))
        elif key and layout.zonal and target.zone != "all" and not zones_of_target(target, layout):
            lost[name] = len(zones)
    for name, count in lost.items():
        yield from rules.target_zone_known([name], balancers=count)


def _identity(target: Target) -> Hashable:
    """Return what distinguishes a target from others, None for one that may be in several zones."""
    if target.service is not None:
        return target.service
    if target.kind is TargetKind.AUTO_SCALING_GROUP:
        return reference(target.resource)
    return target.id if target.kind in {TargetKind.IP, TargetKind.INSTANCE} else None


# Application Load Balancers.


def _alb_problems(placed: Placed, layout: Layout) -> Iterator[Problem]:
    """Find Application Load Balancers that share no zone with the load balancer before them."""
    for site in layout.sites:
        for target in placed[site.id]:
            if target.kind is TargetKind.ALB and not layout.is_pending:
                yield from _check_shared_zone(target, site, layout)


def _check_shared_zone(target: Target, site: LoadBalancerSite, layout: Layout) -> Iterator[Problem]:
    zones = sorted(zones_of_target(target, layout))
    if zones:
        shared = any(layout.in_zone(entry.id, zones) for entry in site.zones)
        names = [known(zone) for zone in zones]
        where = f"the load balancer in {', '.join(entry.id for entry in site.zones)}"
        yield from rules.alb_target_shares_zone(where, zones=names, shared=shared)


# One load balancer for all zones.


def targets_by_zone(targets: Iterable[Target], layout: Layout) -> dict[str, int] | None:
    """Return how many targets each zone of a regional load balancer has.

    :return: None if the zone of a target isn't known, or doesn't matter.
    """
    names = [entry.name for entry in layout.zones]
    if layout.zonal or layout.cross_zone or layout.is_pending or None in names:
        return None
    counts = dict.fromkeys(names, 0)
    for target in targets:
        zones = zones_of_target(target, layout)
        # A token that is none of the service's zones may represent any of them.
        if not zones or any(is_token(zone) and zone not in counts for zone in zones):
            return None
        for zone in zones & counts.keys():
            counts[zone] += 1
    if not _told_apart(names, [zone for it in targets for zone in zones_of_target(it, layout)]):
        return None
    return {entry.literal or entry.id: counts[entry.name] for entry in layout.zones}


def _told_apart(names: Sequence[str | None], others: Sequence[str]) -> bool:
    """Return whether no zone of a target can be one of the service under another name."""
    return not any(map(is_token, names)) or not any(it not in names for it in others)


def zones_are_literal(layout: Layout) -> bool:
    """Return whether the names of all zones of a service are known."""
    return all(entry.literal for entry in layout.zones)
