"""What must hold of load balancers and targets that run."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from privatelink_constructs.rules import core
from privatelink_constructs.rules.core import Fix, error, warning
from privatelink_constructs.rules.live_services import same_state

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_HEALTHY = "healthy"
_UNUSED = "unused"
_SHOWN = 3


class TargetHealth(NamedTuple):
    """A target as its load balancer sees it.

    :param target: its ID and port.
    :param state: such as ``healthy``.
    :param reason: the reason code of AWS, empty without one.
    :param zone: the Availability Zone, empty if it isn't known.
    """

    target: str
    state: str
    reason: str
    zone: str

    @property
    def healthy(self) -> bool:
        """Whether it gets connections."""
        return same_state(self.state, _HEALTHY)

    def __str__(self) -> str:
        """Return it in words."""
        return f"{self.target} is {self.state}{f' ({self.reason})' if self.reason else ''}"


@error(
    "load-balancer-unhealthy",
    "A load balancer of a service must be active.",
    why="In any other state, it forwards nothing, or not everything.",
    fix=Fix.same(
        "wait if it is provisioning; otherwise look at the reason that AWS shows, such as subnets "
        "without free addresses"
    ),
    url=core.NLB_TROUBLESHOOTING,
)
def load_balancer_active(state: str | None, *, reason: str | None = None) -> Iterator[str]:
    """Find a load balancer in another state than active.

    :param reason: what AWS says of it, None if nothing.
    """
    if state is not None and not same_state(state, "active"):
        yield f"the load balancer is in state {state}{f': {reason}' if reason else ''}"


@error(
    "service-port-missing",
    "A load balancer of the service must listen on the port that clients use.",
    why="The load balancer resets connections to a port without a listener.",
    fix=Fix.same("add a listener for the port to each load balancer, or use a port that has one"),
    url=core.NLB_LISTENERS,
)
def port_listened(port: int | None, ports: Sequence[int]) -> Iterator[str]:
    """Find a port that no load balancer listens on.

    :param port: the port that clients use, None if it isn't known.
    :param ports: the ports of all listeners, none if they couldn't be seen.
    """
    if port is not None and ports and port not in ports:
        listed = ", ".join(map(str, sorted(set(ports))))
        yield f"no load balancer listens on port {port}, but on {listed}"


@error(
    "target-group-target-missing",
    "A target group behind a service must have a target.",
    why="The load balancer has no target to forward connections to.",
    fix=Fix.same(
        "register targets; if an ECS service, an Auto Scaling group, or a Kubernetes controller "
        "does it, look at its events"
    ),
    url=core.NLB_TARGET_GROUPS,
)
def group_filled(targets: Sequence[TargetHealth] | None) -> Iterator[str]:
    """Find a target group without targets; None for what couldn't be seen."""
    if targets is not None and not targets:
        yield "no target is registered"


@error(
    "target-group-unhealthy",
    "A target group behind a service must have a healthy target.",
    why=(
        "With no healthy target, the load balancer tries all of them, and connections fail as its "
        "health checks do."
    ),
    fix=Fix.same(
        "look at the reason of each target: for Target.FailedHealthChecks and Target.Timeout, "
        "check that the application listens on the health check port and that the target's "
        "security group allows the load balancer"
    ),
    url=core.NLB_HEALTH_CHECKS,
)
def group_healthy(targets: Sequence[TargetHealth] | None) -> Iterator[str]:
    """Find a target group whose targets are all ill; None for what couldn't be seen."""
    if targets and not any(each.healthy for each in targets):
        yield _listed(targets)


@warning(
    "target-unhealthy",
    "All targets behind a service should be healthy.",
    why="The others take their part of the connections, and an Availability Zone may be left out.",
    fix=Fix.same("look at the reason of each target, and at the application that runs there"),
    url=core.NLB_HEALTH_CHECKS,
)
def targets_healthy(targets: Sequence[TargetHealth] | None) -> Iterator[str]:
    """Find targets that are unhealthy next to healthy ones; None for what couldn't be seen."""
    ill = [each for each in targets or () if not each.healthy and each.state != _UNUSED]
    if ill and any(each.healthy for each in targets or ()):
        yield _listed(ill)


@warning(
    "target-ineffective",
    "Each target should be in an Availability Zone that its load balancer is in.",
    why="The load balancer sends nothing to targets elsewhere; they stay registered, but aren't "
    "used.",
    fix=Fix.same(
        "enable the Availability Zone of the target on the load balancer, or register targets in "
        "its Availability Zones"
    ),
    url=core.NLB_ZONES,
)
def targets_used(targets: Sequence[TargetHealth] | None) -> Iterator[str]:
    """Find targets that the load balancer doesn't use; None for what couldn't be seen."""
    unused = [each for each in targets or () if each.state == _UNUSED]
    if unused and len(unused) < len(targets or ()):
        yield _listed(unused)


@error(
    "zone-target-unhealthy",
    "Each Availability Zone that endpoints use must have a healthy target.",
    why=(
        "Without cross-zone load balancing, a load balancer forwards only to targets in the "
        "Availability Zone that the connection came through."
    ),
    fix=Fix.same(
        "make sure that a target in the Availability Zone is healthy, or turn on cross-zone "
        "load balancing"
    ),
    url=core.NLB_ZONES,
)
def zones_served(
    zones: Sequence[str], targets: Sequence[TargetHealth] | None, *, cross_zone: bool | None
) -> Iterator[str]:
    """Find Availability Zones of a load balancer without a healthy target.

    :param zones: the names of its zones.
    :param cross_zone: whether cross-zone load balancing is on, None if it isn't known.
    """
    healthy = [each for each in targets or () if each.healthy]
    everywhere = any(each.zone in {"", "all"} for each in healthy)
    if healthy and cross_zone is False and not everywhere:
        served = Counter(each.zone for each in healthy)
        left = sorted(set(zones) - set(served))
        if left:
            yield f"no target in {', '.join(left)} is healthy, and cross-zone load balancing is off"


def _listed(targets: Sequence[TargetHealth]) -> str:
    first = ", ".join(map(str, targets[:_SHOWN]))
    rest = len(targets) - _SHOWN
    return f"{first}, and {rest} more" if rest > 0 else first
