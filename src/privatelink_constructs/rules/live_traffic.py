"""What the metrics of the last hour say: whether packets arrive, and where they end.

They show that something happened, and often another finding says why: all of them come late in the
order of causes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.rules import core
from privatelink_constructs.rules.core import Fix, error, warning

if TYPE_CHECKING:
    from collections.abc import Iterator

_METRICS = (
    "https://docs.aws.amazon.com/elasticloadbalancing/latest/network/"
    "load-balancer-cloudwatch-metrics.html"
)


@error(
    "port-allocation-exceeded",
    "A load balancer must have a free port for each connection to a target.",
    why=(
        "PrivateLink connections share the addresses of the load balancer, with about 55,000 "
        "connections per target. Beyond that, new ones fail."
    ),
    fix=Fix.same(
        "register more targets, or set secondary_ips.auto_assigned.per_subnet of the load balancer"
    ),
    url=core.NLB_TROUBLESHOOTING,
)
def ports_allocated(errors: float | None) -> Iterator[str]:
    """Find connections that failed for want of a port; None for what couldn't be seen."""
    if errors:
        yield f"PortAllocationErrorCount was {errors:g} in the last hour"


@warning(
    "load-balancer-traffic-closed",
    "The security group of a load balancer should not drop flows of clients.",
    why="Flows that no rule allows are dropped without an answer, and clients time out.",
    fix=Fix.same("compare the clients' addresses with the inbound rules of the load balancer"),
    url=_METRICS,
)
def flows_allowed(blocked: float | None) -> Iterator[str]:
    """Find flows that a security group dropped; None for what couldn't be seen."""
    if blocked:
        yield f"SecurityGroupBlockedFlowCount_Inbound_TCP was {blocked:g} in the last hour"


@warning(
    "load-balancer-flows-unhealthy",
    "A load balancer should reject no flows.",
    why="A load balancer rejects a flow if it has nowhere to send it.",
    fix=Fix.same("look at the listeners and at the health of the targets"),
    url=_METRICS,
)
def flows_taken(rejected: float | None) -> Iterator[str]:
    """Find flows that a load balancer rejected; None for what couldn't be seen."""
    if rejected:
        yield f"RejectedFlowCount was {rejected:g} in the last hour"


@warning(
    "endpoint-packet-size-exceeded",
    "Clients of an endpoint should send packets of at most 8500 bytes.",
    why=(
        "An endpoint drops larger packets and doesn't take part in path MTU discovery: small "
        "requests work, and large ones hang."
    ),
    fix=Fix.same("set the MTU of the clients to 8500 bytes or less, or clamp the MSS"),
    url=core.ENDPOINT_LIMITS,
)
def packets_passed(dropped: float | None) -> Iterator[str]:
    """Find packets that an endpoint dropped; None for what couldn't be seen."""
    if dropped:
        yield f"PacketsDropped was {dropped:g} in the last hour"


@warning(
    "idle-timeout-exceeded",
    "Clients should keep connections alive, or close them, before the idle timeout.",
    why="After 350 seconds without a packet, the next one is answered with a reset.",
    fix=Fix.same(
        "send TCP keepalives more often than the idle timeout, or raise tcp.idle_timeout.seconds "
        "of the listener"
    ),
    url=core.NLB_OVERVIEW,
)
def connections_alive(resets: float | None) -> Iterator[str]:
    """Find connections that a load balancer reset; None for what couldn't be seen."""
    if resets:
        yield f"TCP_ELB_Reset_Count was {resets:g} in the last hour"
