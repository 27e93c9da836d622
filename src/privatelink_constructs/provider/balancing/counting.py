"""Quotas of load balancers: listeners, certificates, targets, and the load balancers of an app."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from privatelink_constructs._cdk.asking import reference, root_of, stack_of
from privatelink_constructs._cdk.register import alb_load_balancers, load_balancer_counts
from privatelink_constructs._cdk.reporting import refuse
from privatelink_constructs.provider.balancing.targets import TargetKind
from privatelink_constructs.provider.balancing.ways import label
from privatelink_constructs.rules import quotas as rules
from privatelink_constructs.rules.core import known

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from privatelink_constructs._cdk.reporting import Site
    from privatelink_constructs.provider.balancing.layout import LoadBalancerSite
    from privatelink_constructs.provider.balancing.listener import Listener
    from privatelink_constructs.provider.balancing.targets import Placed, Target
    from privatelink_constructs.rules.core import Problem


def listener_quotas(listeners: Sequence[Listener]) -> Iterator[Problem]:
    """Check the listeners of a load balancer together."""
    yield from rules.listeners_in_quota(len(listeners))
    yield from rules.certificates_in_quota(sum(len(it.certificates) for it in listeners))


def target_quotas(
    placements: Sequence[tuple[Listener, Placed]],
    sites: Iterable[LoadBalancerSite],
    *,
    cross_zone: bool,
) -> Iterator[Problem]:
    """Check the targets of each load balancer together, as far as each is listed.

    :param placements: the targets of each listener.
    """
    for site in sites:
        total = 0
        for listener, placed in placements:
            targets = placed.get(site.id, ())
            total += sum(_weight(target, cross_zone=cross_zone) for target in targets)
            yield from rules.group_targets_in_quota(len(targets), name=label(listener))
        yield from rules.targets_in_quota(
            total, name=site.id, zones=len(site.zones), cross_zone=cross_zone
        )


def _weight(target: Target, *, cross_zone: bool) -> int:
    kind = target.type.value.lower() if target.type else None
    return rules.weight_of_target(kind, cross_zone=cross_zone) if target.resource else 0


def load_balancer_quota(load_balancers: int, site: Site) -> Iterator[Problem]:
    """Check how many load balancers the services of a stack have.

    Those of other stacks are seen by the checks: to find them here takes round trips.
    """
    there = load_balancer_counts[stack_of(site.scope)]
    yield from rules.load_balancers_in_quota(sum(there.values()) + load_balancers)


def remember_load_balancers(load_balancers: int, site: Site) -> None:
    """Count the load balancers of a service."""
    load_balancer_counts[stack_of(site.scope)][site.id] += load_balancers


def refuse_crowded_albs(placements: Iterable[Placed], site: Site) -> None:
    """Refuse an Application Load Balancer behind a third Network Load Balancer.

    :raises ValidationError: ``alb-target-load-balancers-exceeded``.
    """
    entered = _albs(placements, site)
    if entered:
        there = alb_load_balancers[root_of(site.scope)]
        for alb, balancers in entered.items():
            refuse(rules.alb_target_of_two(len(there.get(alb, set()) | balancers)), site)


def remember_albs(placements: Iterable[Placed], site: Site) -> None:
    """Note behind which Network Load Balancers Application Load Balancers are."""
    entered = _albs(placements, site)
    if entered:
        there = alb_load_balancers[root_of(site.scope)]
        for alb, balancers in entered.items():
            there.setdefault(alb, set()).update(balancers)


def _albs(placements: Iterable[Placed], site: Site) -> dict[str, set[str]]:
    """Return the load balancers of each Application Load Balancer, by their paths."""
    found: dict[str, set[str]] = defaultdict(set)
    for placed in placements:
        for balancer, targets in placed.items():
            for target in targets:
                alb = _alb(target)
                if alb is not None:
                    found[alb].add(f"{site.path}/{balancer}")
    return found


def _alb(target: Target) -> str | None:
    """Return what identifies an Application Load Balancer, None for anything else."""
    if target.kind is not TargetKind.ALB:
        return None
    return reference(target.source) if target.source is not None else known(target.id)
