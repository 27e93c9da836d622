"""The rules for the attributes of target groups."""

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
    "A target group must have only attributes that its protocol supports.",
    why="AWS rejects other attributes.",
    fix=Fix(
        code="omit the option, or use another protocol",
        template="remove the attribute, or use another Protocol",
    ),
    url=_API,
)
def attribute_supported(protocol: str, name: str, value: str | None) -> Iterator[str]:
    """Find an attribute that target groups of a protocol don't support.

    An unknown attribute passes, because AWS might have added it.

    :param protocol: the protocol of the target group.
    :param name: the name of the attribute.
    :param value: its value, None for one that isn't known.
    """
    kind = _KINDS.get(protocol)
    if kind is None:
        return
    if kind not in _ONLY.get(name, {kind}):
        yield f"a {protocol} target group doesn't support {name}"
    types = _STICKINESS[kind]
    if name == "stickiness.type" and value is not None and value not in types:
        yield (
            f"a {protocol} target group doesn't support the value {value!r} for {name}. It "
            f"supports {', '.join(types)}"
        )
    if name == "stickiness.enabled" and value == "true" and protocol == "TLS":
        yield f"a {protocol} target group doesn't support {name}: true"


@error(
    "target-failover-mismatch",
    "A target group must use the same failover setting for deregistered and unhealthy targets.",
    why="AWS rejects two different values. The default of both attributes is no_rebalance.",
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
            f"target_failover.on_deregistration is {deregistered!r}, but "
            f"target_failover.on_unhealthy is {unhealthy!r}"
        )
