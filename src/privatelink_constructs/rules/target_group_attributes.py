"""The attributes that a target group takes, by its protocol."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.rules.core import Fix, error

if TYPE_CHECKING:
    from collections.abc import Iterator

_API = "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetGroupAttribute.html"
_GATEWAY = "https://docs.aws.amazon.com/elasticloadbalancing/latest/gateway/target-groups.html"
_NETWORK_PROTOCOLS = frozenset({"TCP", "TLS", "UDP", "TCP_UDP", "QUIC", "TCP_QUIC"})
_KINDS = {
    **dict.fromkeys(_NETWORK_PROTOCOLS, "Network"),
    **dict.fromkeys(("HTTP", "HTTPS"), "Application"),
    "GENEVE": "Gateway",
}
_APPLICATION, _BOTH, _NETWORK, _INLINE = (
    frozenset({"Application"}),
    frozenset({"Application", "Network"}),
    frozenset({"Network"}),
    frozenset({"Gateway"}),
)
_ONLY = {
    "deregistration_delay.connection_termination.enabled": _NETWORK,
    "lambda.multi_value_headers.enabled": frozenset[str](),
    "load_balancing.algorithm.anomaly_mitigation": _APPLICATION,
    "load_balancing.algorithm.type": _APPLICATION,
    "load_balancing.cross_zone.enabled": _BOTH,
    "preserve_client_ip.enabled": _NETWORK,
    "proxy_protocol_v2.enabled": _NETWORK,
    "send_tcp_reset.on_deregistration.enabled": _INLINE,
    "send_tcp_reset.on_unhealthy.enabled": _INLINE,
    "slow_start.duration_seconds": _APPLICATION,
    "stickiness.app_cookie.cookie_name": _APPLICATION,
    "stickiness.app_cookie.duration_seconds": _APPLICATION,
    "stickiness.lb_cookie.duration_seconds": _APPLICATION,
    "target_failover.on_deregistration": _INLINE,
    "target_failover.on_unhealthy": _INLINE,
    "target_group_health.dns_failover.minimum_healthy_targets.count": _BOTH,
    "target_group_health.dns_failover.minimum_healthy_targets.percentage": _BOTH,
    "target_group_health.unhealthy_state_routing.minimum_healthy_targets.count": _BOTH,
    "target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage": _BOTH,
    "target_health_state.unhealthy.connection_termination.enabled": _NETWORK,
    "target_health_state.unhealthy.draining_interval_seconds": _NETWORK,
}
"""Attributes that not every kind of load balancer takes, each with those that do."""
_STICKINESS = {
    "Application": ("lb_cookie", "app_cookie"),
    "Gateway": ("source_ip_dest_ip", "source_ip_dest_ip_proto"),
    "Network": ("source_ip",),
}


@error(
    "target-group-attribute-not-supported",
    "A target group must have only attributes that its protocol takes.",
    why="AWS rejects others.",
    fix=Fix(
        code="leave the option out, or use another protocol",
        template="remove the attribute, or use another Protocol",
    ),
    url=_API,
)
def attribute_supported(protocol: str, name: str, value: str | None) -> Iterator[str]:
    """Find an attribute that target groups of a protocol don't take.

    An attribute that isn't known passes: AWS may have added it.

    :param protocol: the protocol of the target group.
    :param name: the name of the attribute.
    :param value: its value, None for one that isn't known.
    """
    kind = _KINDS.get(protocol)
    if kind is None:
        return
    if kind not in _ONLY.get(name, {kind}):
        yield f"{name} on a target group of protocol {protocol}"
    types = _STICKINESS[kind]
    if name == "stickiness.type" and value is not None and value not in types:
        yield f"{name} is {value!r} on a target group of protocol {protocol} ({', '.join(types)})"
    if name == "stickiness.enabled" and value == "true" and protocol == "TLS":
        yield f"{name} is true on a target group of protocol {protocol}"


@error(
    "target-failover-mismatch",
    "A target group must treat flows of deregistered and of unhealthy targets alike.",
    why="AWS rejects two different values; an attribute that isn't set is no_rebalance.",
    fix=Fix(
        code="set both attributes to the same value",
        template=(
            "set target_failover.on_deregistration and target_failover.on_unhealthy to the same "
            "value"
        ),
    ),
    url=_GATEWAY,
)
def failover_alike(deregistered: str | None, unhealthy: str | None) -> Iterator[str]:
    """Find two different kinds of failover; None for one that isn't known."""
    if None not in (deregistered, unhealthy) and deregistered != unhealthy:
        yield (
            f"target_failover.on_deregistration is {deregistered}, "
            f"target_failover.on_unhealthy is {unhealthy}"
        )
