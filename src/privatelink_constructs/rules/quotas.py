"""How much of everything AWS allows behind Network Load Balancers.

A quota that AWS can raise for an account is a warning beyond its default, a fixed one an error.
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
_RAISE = "request a higher quota and acknowledge this warning"
_WHY = "AWS rejects what goes beyond the quota, unless it is raised for your account."


def weight_of_target(target_type: str | None, *, cross_zone: bool) -> int:
    """Return how many targets a target counts for: an Application Load Balancer for many.

    :param target_type: such as ``alb``, None when it isn't known.
    :param cross_zone: whether cross-zone load balancing is on.
    """
    if target_type != "alb":
        return 1
    return 100 if cross_zone else 50


@error(
    "listeners-exceeded",
    "A Network Load Balancer must have no more than 50 listeners.",
    why="AWS rejects the 51st listener, and doesn't raise this quota.",
    fix=Fix.same("use fewer ports, or another service for some of them"),
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
    fix=Fix.same(f"use certificates with several names, or {_RAISE}"),
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
    "A Network Load Balancer should have no more than 500 targets per zone, and 3,000 in total.",
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
    :param cross_zone: whether cross-zone load balancing is on: the quota is that of a zone then.
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
        yield f"there are {load_balancers} Network Load Balancers"


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
        yield f"there are {groups:,} target groups"


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
