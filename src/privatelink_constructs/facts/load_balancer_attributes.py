"""The attributes of load balancers, listeners, and target groups.

State: November 2026. AWS adds attributes, so an attribute that isn't in here may be a new one.

:see: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_LoadBalancerAttribute.html
"""

from __future__ import annotations

_APPLICATION, _NETWORK = frozenset({"application"}), frozenset({"network"})
_EVERY = frozenset({"application", "gateway", "network"})
_BOTH = frozenset({"application", "network"})
TRUTH = ("false", "true")
_ROUTING = (
    *("any_availability_zone", "availability_zone_affinity"),
    "partial_availability_zone_affinity",
)

LOAD_BALANCERS: dict[str, frozenset[str]] = {
    "access_logs.s3.bucket": _BOTH,
    "access_logs.s3.enabled": _BOTH,
    "access_logs.s3.prefix": _BOTH,
    "client_keep_alive.seconds": _APPLICATION,
    "connection_logs.s3.bucket": _APPLICATION,
    "connection_logs.s3.enabled": _APPLICATION,
    "connection_logs.s3.prefix": _APPLICATION,
    "deletion_protection.enabled": _EVERY,
    "dns_record.client_routing_policy": _NETWORK,
    "idle_timeout.timeout_seconds": _APPLICATION,
    "ipv6.deny_all_igw_traffic": _BOTH,
    "load_balancing.cross_zone.enabled": _EVERY,
    "routing.http.desync_mitigation_mode": _APPLICATION,
    "routing.http.drop_invalid_header_fields.enabled": _APPLICATION,
    "routing.http.preserve_host_header.enabled": _APPLICATION,
    "routing.http.x_amzn_tls_version_and_cipher_suite.enabled": _APPLICATION,
    "routing.http.xff_client_port.enabled": _APPLICATION,
    "routing.http.xff_header_processing.mode": _APPLICATION,
    "routing.http2.enabled": _APPLICATION,
    "secondary_ips.auto_assigned.per_subnet": _NETWORK,
    "waf.fail_open.enabled": _APPLICATION,
    "zonal_shift.config.enabled": _BOTH,
}
"""The attributes of load balancers, each with the types that support it."""

TARGET_GROUPS = (
    *("deregistration_delay.connection_termination.enabled",),
    *("deregistration_delay.timeout_seconds", "lambda.multi_value_headers.enabled"),
    *("load_balancing.algorithm.anomaly_mitigation", "load_balancing.algorithm.type"),
    *("load_balancing.cross_zone.enabled", "preserve_client_ip.enabled"),
    *("proxy_protocol_v2.enabled", "slow_start.duration_seconds"),
    *("send_tcp_reset.on_deregistration.enabled", "send_tcp_reset.on_unhealthy.enabled"),
    *("stickiness.app_cookie.cookie_name", "stickiness.app_cookie.duration_seconds"),
    *("stickiness.enabled", "stickiness.lb_cookie.duration_seconds", "stickiness.type"),
    *("target_failover.on_deregistration", "target_failover.on_unhealthy"),
    "target_group_health.dns_failover.minimum_healthy_targets.count",
    "target_group_health.dns_failover.minimum_healthy_targets.percentage",
    "target_group_health.unhealthy_state_routing.minimum_healthy_targets.count",
    "target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage",
    "target_health_state.unhealthy.connection_termination.enabled",
    "target_health_state.unhealthy.draining_interval_seconds",
)
"""The attributes of target groups."""

LISTENERS: dict[str, frozenset[str]] = {
    "send_tcp_reset.on_idle_timeout.enabled": frozenset({"gateway"}),
    "tcp.idle_timeout.seconds": frozenset({"gateway", "network"}),
}
"""The attributes of listeners, each with the types of load balancers that support it."""
LISTENERS_OF_HTTP = "routing.http."
"""What the attributes of the listeners of Application Load Balancers begin with."""

VALUES: dict[str, tuple[str, ...]] = {
    "dns_record.client_routing_policy": _ROUTING,
    "target_failover.on_deregistration": ("no_rebalance", "rebalance"),
    "target_failover.on_unhealthy": ("no_rebalance", "rebalance"),
}
"""The attributes that have one of a few values."""
CROSS_ZONE_OF_GROUPS = (*TRUTH, "use_load_balancer_configuration")
"""What target groups accept for ``load_balancing.cross_zone.enabled``."""
