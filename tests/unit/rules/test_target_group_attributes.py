from __future__ import annotations

import pytest

from privatelink_constructs.rules import target_group_attributes as rules

NETWORK = ("TCP", "TLS", "UDP", "TCP_UDP", "QUIC", "TCP_QUIC")
EVERYWHERE = ("deregistration_delay.timeout_seconds", "stickiness.enabled")
ONLY = {
    "Application": ("slow_start.duration_seconds", "stickiness.lb_cookie.duration_seconds"),
    "Gateway": ("target_failover.on_unhealthy", "send_tcp_reset.on_unhealthy.enabled"),
    "Network": ("proxy_protocol_v2.enabled", "preserve_client_ip.enabled"),
}
KINDS = {**dict.fromkeys(NETWORK, "Network"), "HTTP": "Application", "GENEVE": "Gateway"}
CASES = [
    pytest.param(protocol, name, kind != KINDS[protocol], id=f"{protocol}-{name}")
    for protocol in KINDS
    for kind, names in ONLY.items()
    for name in names
]


@pytest.mark.parametrize(("protocol", "name", "wrong"), CASES)
def test_each_kind_of_load_balancer_has_attributes_of_its_own(
    protocol: str, name: str, *, wrong: bool
) -> None:
    problems = list(rules.attribute_supported(protocol, name, "true"))
    assert [problem.rule for problem in problems] == ([rules.attribute_supported] if wrong else [])


@pytest.mark.parametrize("name", [*EVERYWHERE, "an.attribute.of.tomorrow"])
@pytest.mark.parametrize("protocol", sorted(KINDS))
def test_attributes_of_all_pass(protocol: str, name: str) -> None:
    assert not list(rules.attribute_supported(protocol, name, "false"))


def test_says_nothing_of_a_protocol_that_is_not_one() -> None:
    assert not list(rules.attribute_supported("SCTP", "slow_start.duration_seconds", "30"))


@pytest.mark.parametrize("protocol", [*NETWORK, "GENEVE"])
def test_fails_when_cross_zone_is_set_where_it_is_not_there(protocol: str) -> None:
    problems = list(
        rules.attribute_supported(protocol, "load_balancing.cross_zone.enabled", "true")
    )
    assert bool(problems) is (protocol == "GENEVE")


@pytest.mark.parametrize(
    ("protocol", "value", "wrong"),
    [
        ("TCP", "source_ip", False),
        ("TCP", "lb_cookie", True),
        ("TCP", None, False),
        ("HTTP", "app_cookie", False),
        ("HTTP", "source_ip", True),
        ("GENEVE", "source_ip_dest_ip", False),
        ("GENEVE", "source_ip", True),
    ],
)
def test_fails_when_stickiness_is_of_another_kind(
    protocol: str, value: str | None, *, wrong: bool
) -> None:
    assert bool(list(rules.attribute_supported(protocol, "stickiness.type", value))) is wrong


@pytest.mark.parametrize(("value", "wrong"), [("true", True), ("false", False), (None, False)])
def test_fails_when_tls_is_sticky(value: str | None, *, wrong: bool) -> None:
    assert bool(list(rules.attribute_supported("TLS", "stickiness.enabled", value))) is wrong
    assert not list(rules.attribute_supported("TCP", "stickiness.enabled", value))


@pytest.mark.parametrize(
    ("deregistered", "unhealthy"),
    [("rebalance", "rebalance"), (None, "rebalance"), ("no_rebalance", None)],
)
def test_equal_failover_passes(deregistered: str | None, unhealthy: str | None) -> None:
    assert not list(rules.failover_alike(deregistered, unhealthy))


def test_fails_when_failover_differs() -> None:
    (problem,) = rules.failover_alike("rebalance", "no_rebalance")
    assert problem.rule is rules.failover_alike
