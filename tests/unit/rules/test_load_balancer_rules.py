"""The rules for load balancers and listeners, on plain values."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from privatelink_constructs.rules import (
    listeners,
    target_groups,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from privatelink_constructs.rules.core import Problem, Rule


def broken(problems: Iterable[Problem]) -> list[str]:
    return [problem.rule.id for problem in problems]


def ids(*rules: Rule[...]) -> list[str]:
    return [rule.id for rule in rules]


# Listeners.


@pytest.mark.parametrize("port", [1, 80, 65535, None])
def test_ports(port: int | None) -> None:
    assert not broken(listeners.check_port(port))


@pytest.mark.parametrize("port", [0, -1, 65536, 80.5, float("nan")])
def test_fails_when_a_port_is_out_of_range(port: float) -> None:
    assert broken(listeners.check_port(port)) == ids(listeners.PORT)


@pytest.mark.parametrize(
    ("given", "count", "rule"),
    [
        ([], None, listeners.NO_LISTENER),
        ([], 0, listeners.NO_LISTENER),
        ([80, 443, 80], None, listeners.DUPLICATE_PORT),
    ],
)
def test_fails_when_ports_are_missing_or_double(
    given: list[float], count: int | None, rule: Rule[...]
) -> None:
    assert broken(listeners.check_listener_ports(given, listeners=count)) == ids(rule)


def test_listeners_whose_ports_only_the_deployment_knows() -> None:
    assert not broken(listeners.check_listener_ports([], listeners=2))


@pytest.mark.parametrize(
    "policy",
    [
        None,
        "ELBSecurityPolicy-TLS13-1-2-2021-06",
        "ELBSecurityPolicy-TLS13-1-3-2021-06",
        "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09",
        "ELBSecurityPolicy-FS-1-2-Res-2020-10",
        "ELBSecurityPolicy-TLS-1-2-2017-01",
        "Custom",
    ],
)
def test_policies(policy: str | None) -> None:
    assert not broken(listeners.check_tls("TLS", certificates=1, policy=policy, alpn=True))


@pytest.mark.parametrize(
    "policy",
    [
        "ELBSecurityPolicy-2016-08",
        "ELBSecurityPolicy-FS-1-1-2019-08",
        "ELBSecurityPolicy-FS-2018-06",
        "ELBSecurityPolicy-TLS-1-0-2015-04",
        "ELBSecurityPolicy-TLS-1-1-2017-01",
        "ELBSecurityPolicy-TLS13-1-0-2021-06",
        "ELBSecurityPolicy-TLS13-1-1-2021-06",
    ],
)
def test_fails_when_a_policy_is_old(policy: str) -> None:
    found = listeners.check_tls("TLS", certificates=None, policy=policy, alpn=False)
    assert broken(found) == ids(listeners.TLS_TOO_OLD)


def test_fails_when_a_certificate_is_missing() -> None:
    found = listeners.check_tls("TLS", certificates=0, policy=None, alpn=False)
    assert broken(found) == ids(listeners.TLS_NEEDS_CERTIFICATE)


@pytest.mark.parametrize(
    ("certificates", "policy", "alpn"), [(1, None, False), (0, "Custom", False), (0, None, True)]
)
def test_fails_when_tls_is_asked_of_tcp(
    certificates: int, policy: str | None, *, alpn: bool
) -> None:
    found = listeners.check_tls("TCP", certificates=certificates, policy=policy, alpn=alpn)
    assert broken(found) == ids(listeners.TLS_ONLY)


@pytest.mark.parametrize("protocol", ["TCP", "UDP", "TCP_UDP"])
def test_other_protocols_without_tls(protocol: str) -> None:
    found = listeners.check_tls(protocol, certificates=0, policy=None, alpn=False)
    assert not broken(found)


@pytest.mark.parametrize(
    ("listener", "target"),
    [("TCP", "TCP"), ("TLS", "TCP"), ("TLS", "TLS"), ("UDP", "UDP"), ("TCP_UDP", "TCP_UDP")],
)
def test_protocols_that_go_together(listener: str, target: str) -> None:
    assert not broken(listeners.check_target_protocol(listener, target))


@pytest.mark.parametrize(
    ("listener", "target"),
    [("TCP", "TLS"), ("TCP", "UDP"), ("TLS", "UDP"), ("UDP", "TCP"), ("TCP_UDP", "TCP")],
)
def test_fails_when_protocols_do_not_go_together(listener: str, target: str) -> None:
    found = listeners.check_target_protocol(listener, target)
    assert broken(found) == ids(listeners.PROTOCOL_PAIR)


@pytest.mark.parametrize("seconds", [None, 60, 350, 6000])
def test_idle_timeouts(seconds: float | None) -> None:
    assert not broken(listeners.check_idle_timeout("TCP", seconds))


def test_fails_when_an_idle_timeout_meets_other_regions() -> None:
    found = listeners.check_idle_timeout("TCP", 60, cross_region=True)
    assert broken(found) == ids(listeners.IDLE_TIMEOUT_CROSS_REGION)


def test_no_idle_timeout_meets_other_regions() -> None:
    assert not broken(listeners.check_idle_timeout("TLS", None, cross_region=True))


@pytest.mark.parametrize("seconds", [None, 0, 300, 3600])
def test_deregistration_delays(seconds: float | None) -> None:
    assert not broken(target_groups.check_deregistration_delay(seconds))


@pytest.mark.parametrize(
    "check",
    [
        {},
        {"protocol": "tcp"},
        {"protocol": "HTTP", "path": "/", "codes": True},
        {"protocol": "HTTPS", "path": "/health"},
        {"port": "traffic-port"},
        {"port": "65535"},
        {"interval": 5, "timeout": 2, "thresholds": [2, None, 10]},
        {"interval": 300, "timeout": 120},
    ],
)
def test_health_checks(check: dict[str, object]) -> None:
    assert not broken(target_groups.check_health_check(**check))  # pyright: ignore[reportArgumentType]


def test_an_alb() -> None:
    found = target_groups.check_alb_target(
        "TCP", targets=1, proxy_protocol=False, port=80, alb_port=80
    )
    assert not broken(found)


@pytest.mark.parametrize(("port", "alb_port"), [(None, 80), (80, None), (None, None)])
def test_ports_of_an_alb_that_nobody_knows(port: int | None, alb_port: int | None) -> None:
    found = target_groups.check_alb_target(
        "TCP", targets=0, proxy_protocol=False, port=port, alb_port=alb_port
    )
    assert not broken(found)


@pytest.mark.parametrize("address", [None, "10.0.0.1", "2001:db8::1"])
def test_addresses(address: str | None) -> None:
    assert not broken(target_groups.check_address(address))


@pytest.mark.parametrize(
    ("protocol", "preserve"), [("TCP", None), ("TCP", False), ("UDP", None), ("TLS", False)]
)
def test_preservation_of_client_addresses(protocol: str, *, preserve: bool | None) -> None:
    assert not broken(target_groups.check_preserve_client_ip(protocol, preserve=preserve))


def test_a_target_group_behind_one_load_balancer_passes() -> None:
    assert list(target_groups.check_group_shared("Targets", ["LoadBalancer"])) == []
