"""The rules for the quotas of Network Load Balancers, listeners, and targets.

If AWS can increase a quota, a value above its default is a warning. If it can't, it is an error.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.rules.core import NLB_ALB_TARGETS, Fix, error, warning

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_LISTENERS = 50
MAX_CERTIFICATES = 25
MAX_TARGETS = 3_000
MAX_TARGETS_PER_ZONE = 500
MAX_TARGETS_PER_GROUP = 1_000
MAX_LOAD_BALANCERS = 50
MAX_TARGET_GROUPS = 3_000
MAX_LOAD_BALANCERS_PER_ALB = 2
_QUOTAS = (
    "https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-limits.html"
)
_RAISE = "request a quota increase and acknowledge this warning"
_WHY = "AWS rejects more, unless you increase the quota of your account."


def weight_of_target(target_type: str | None, *, cross_zone: bool) -> int:
    """Return how many targets a target counts for. An Application Load Balancer counts for many.

    :param target_type: such as ``alb``, None when it isn't known.
    :param cross_zone: whether cross-zone load balancing is enabled.
    """
    if target_type != "alb":
        return 1
    return 100 if cross_zone else 50


@error(
    "listeners-exceeded",
    "A Network Load Balancer must have no more than 50 listeners.",
    why="AWS rejects the 51st listener and doesn't increase this quota.",
    fix=Fix.same("use fewer ports, or define another service for some of the ports"),
    url=_QUOTAS,
)
def listeners_in_quota(listeners: int, *, name: str = "the service") -> Iterator[str]:
    """Find a load balancer with too many listeners.

    :param listeners: how many it has at least.
    :param name: how the message should name it.
    """
    if listeners > MAX_LISTENERS:
        yield f"{name} has {listeners} listeners"


@warning(
    "certificates-exceeded",
    "A Network Load Balancer should have no more than 25 certificates.",
    why=_WHY,
    fix=Fix.same(f"use certificates with several domain names, or {_RAISE}"),
    url=_QUOTAS,
)
def certificates_in_quota(certificates: int, *, name: str = "the service") -> Iterator[str]:
    """Find a load balancer with many certificates.

    :param certificates: how many its listeners have together, at least.
    :param name: how the message should name it.
    """
    if certificates > MAX_CERTIFICATES:
        yield f"the listeners of {name} have {certificates} certificates"


@warning(
    "targets-exceeded",
    "A Network Load Balancer should have no more than 500 targets per Availability Zone and "
    "3,000 in total.",
    why=f"{_WHY} A target counts for each target group that it is in, and an Application Load "
    "Balancer counts for 50 targets or more.",
    fix=Fix.same(f"use fewer targets, or {_RAISE}"),
    url=_QUOTAS,
)
def targets_in_quota(
    targets: int, *, name: str, zones: int | None, cross_zone: bool
) -> Iterator[str]:
    """Find a load balancer with many targets.

    :param targets: how many it has at least.
    :param name: how the message should name it.
    :param zones: in how many Availability Zones it is, None when it isn't known.
    :param cross_zone: whether cross-zone load balancing is enabled. If so, the quota is that of one
        Availability Zone.
    """
    quota = MAX_TARGETS
    if cross_zone or zones is not None:
        quota = min(quota, MAX_TARGETS_PER_ZONE * (1 if cross_zone else zones or 1))
    if targets > quota:
        yield f"{name} has more than {quota:,} targets"


@warning(
    "target-group-targets-exceeded",
    "A target group should have no more than 1,000 targets.",
    why=_WHY,
    fix=Fix.same(f"use fewer targets, or {_RAISE}"),
    url=_QUOTAS,
)
def group_targets_in_quota(targets: int, *, name: str) -> Iterator[str]:
    """Find a target group with many targets.

    :param targets: how many it has at least.
    :param name: how the message should name it.
    """
    if targets > MAX_TARGETS_PER_GROUP:
        yield f"{name} has more than {MAX_TARGETS_PER_GROUP:,} targets"


@warning(
    "load-balancers-exceeded",
    "A Region should have no more than 50 Network Load Balancers.",
    why=_WHY,
    fix=Fix(
        code=f"use LoadBalancerTopology.REGIONAL for some of the services, or {_RAISE}",
        template=f"use one load balancer for several Availability Zones, or {_RAISE}",
    ),
    url=_QUOTAS,
)
def load_balancers_in_quota(load_balancers: int) -> Iterator[str]:
    """Find many load balancers in one Region and account.

    :param load_balancers: how many there are at least.
    """
    if load_balancers > MAX_LOAD_BALANCERS:
        yield f"the account has {load_balancers} Network Load Balancers in the Region"


@warning(
    "target-groups-exceeded",
    "A Region should have no more than 3,000 target groups.",
    why=_WHY,
    fix=Fix.same(f"use fewer listeners, or {_RAISE}"),
    url=_QUOTAS,
)
def target_groups_in_quota(groups: int) -> Iterator[str]:
    """Find many target groups in one Region and account.

    :param groups: how many there are at least.
    """
    if groups > MAX_TARGET_GROUPS:
        yield f"the account has {groups:,} target groups in the Region"


@error(
    "alb-target-load-balancers-exceeded",
    "An Application Load Balancer must be a target of no more than two Network Load Balancers.",
    why="AWS rejects the registration with a third one.",
    fix=Fix(
        code="use LoadBalancerTopology.REGIONAL, or subnets in two Availability Zones",
        template="register it in target groups of two Network Load Balancers, or use one Network "
        "Load Balancer for all Availability Zones",
    ),
    url=NLB_ALB_TARGETS,
)
def alb_target_of_two(load_balancers: int) -> Iterator[str]:
    """Find an Application Load Balancer behind too many Network Load Balancers.

    :param load_balancers: how many there are at least.
    """
    if load_balancers > MAX_LOAD_BALANCERS_PER_ALB:
        yield (
            f"an Application Load Balancer is a target of {load_balancers} Network Load Balancers"
        )
