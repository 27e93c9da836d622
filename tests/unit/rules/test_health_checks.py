"""The rules for health checks, on plain values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from privatelink_constructs.rules import health_checks, listeners

if TYPE_CHECKING:
    from privatelink_constructs.rules.core import Rule


@pytest.mark.parametrize(
    "check",
    [
        {},
        {"protocol": "tcp"},
        {"protocol": "HTTP", "path": "/", "codes": True, "http_codes": "200, 202,300 - 399"},
        {"protocol": "HTTP", "path": "${Token[TOKEN.1]}", "codes": True},
        {"protocol": "HTTPS", "path": "/health"},
        {"port": "traffic-port"},
        {"port": "65535"},
        {"enabled": True},
        {"interval": 5, "timeout": 2, "thresholds": [2, None, 10]},
        {"interval": 300, "timeout": 120},
        {"interval": 10, "timeout": 10},
        {"interval": None, "timeout": 120},
        {"interval": 10, "timeout": 9, "timeout_by_default": True},
        {"interval": 5, "timeout": None, "timeout_by_default": True},
    ],
)
def test_health_checks(check: dict[str, Any]) -> None:
    assert list(health_checks.valid_health_check(**check)) == []


@pytest.mark.parametrize(
    ("check", "rule", "what"),
    [
        (
            {"protocol": "UDP", "path": "health"},
            health_checks.health_check_protocol_supported,
            "the health check protocol UDP isn't supported",
        ),
        (
            {"path": "health"},
            health_checks.health_check_options_on_http,
            "the TCP health check has path 'health'",
        ),
        (
            {"protocol": "TCP", "codes": True},
            health_checks.health_check_options_on_http,
            "the TCP health check has response codes",
        ),
        (
            {"protocol": "HTTP", "path": "health"},
            health_checks.health_check_path_valid,
            "the health check path 'health' doesn't begin with a slash",
        ),
        (
            {"enabled": False},
            health_checks.health_check_enabled,
            "health checks are disabled",
        ),
        ({"port": "0"}, listeners.port_in_range, "health check port 0 is not a valid port"),
        ({"port": "http"}, listeners.port_in_range, "health check port 'http' is not a valid port"),
        (
            {"interval": 4},
            health_checks.health_check_in_range,
            "the health check interval is 4 seconds",
        ),
        (
            {"timeout": 121},
            health_checks.health_check_in_range,
            "the health check timeout is 121 seconds",
        ),
        (
            {"thresholds": [None, 11]},
            health_checks.health_check_in_range,
            "the health check threshold is 11",
        ),
        (
            {"interval": 10, "timeout": 11},
            health_checks.health_check_timeout_within_interval,
            "the health check has an interval of 10 seconds and a timeout of 11 seconds",
        ),
        (
            {"interval": 5, "timeout": 10, "timeout_by_default": True},
            health_checks.health_check_timeout_within_interval,
            (
                "the health check has an interval of 5 seconds and a timeout of 10 seconds, the "
                "default"
            ),
        ),
        (
            {"interval": 4, "timeout": 10},
            health_checks.health_check_in_range,
            "the health check interval is 4 seconds",
        ),
    ],
)
def test_fails_when_a_health_check_is_none_of_a_network_load_balancer(
    check: dict[str, Any], rule: Rule[...], what: str
) -> None:
    [problem] = health_checks.valid_health_check(**check)
    assert problem.rule is rule
    assert problem.what == what


@pytest.mark.parametrize(("interval", "timeout"), [(11, 10), (9, 10), (None, 10), (10, None)])
def test_intervals_that_are_not_the_timeout(interval: float | None, timeout: float | None) -> None:
    assert list(health_checks.health_check_interval_longer(interval, timeout)) == []


@pytest.mark.parametrize(("by_default", "suffix"), [(False, ""), (True, ", the default")])
def test_fails_when_the_interval_is_the_timeout(*, by_default: bool, suffix: str) -> None:
    [problem] = health_checks.health_check_interval_longer(10, 10, by_default=by_default)
    assert problem.rule is health_checks.health_check_interval_longer
    assert (
        problem.what
        == f"the health check has an interval of 10 seconds and a timeout of 10 seconds{suffix}"
    )


@pytest.mark.parametrize("protocol", [None, "HTTP", "https"])
def test_health_checks_of_application_load_balancers(protocol: str | None) -> None:
    assert list(health_checks.alb_health_check_over_http(protocol)) == []


@pytest.mark.parametrize("protocol", ["TCP", "tcp"])
def test_fails_when_an_application_load_balancer_is_checked_over_tcp(protocol: str) -> None:
    [problem] = health_checks.alb_health_check_over_http(protocol)
    assert problem.what == "the health check of an Application Load Balancer uses TCP"


@pytest.mark.parametrize(
    ("protocol", "listeners"),
    [(None, ["HTTPS"]), ("HTTPS", ["https"]), ("HTTP", []), ("TCP", ["HTTP"])],
)
def test_health_checks_of_the_protocol_of_an_alb(
    protocol: str | None, listeners: list[str]
) -> None:
    assert not list(health_checks.alb_health_check_matching(protocol, listeners))


@pytest.mark.parametrize(
    ("protocol", "listeners", "message"),
    [
        (
            "HTTP",
            ["HTTPS"],
            "the health check uses HTTP, but the listener of",
        ),
        (None, ["HTTP", "HTTPS"], "the Application Load Balancers have HTTP and HTTPS listeners"),
    ],
)
def test_fails_when_an_alb_answers_over_another_protocol(
    protocol: str | None, listeners: list[str], message: str
) -> None:
    [problem] = health_checks.alb_health_check_matching(protocol, listeners)
    assert problem.rule is health_checks.alb_health_check_matching
    assert problem.what.startswith(message)
