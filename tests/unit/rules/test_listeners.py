"""The rules for listeners, on plain values."""

from __future__ import annotations

import pytest

from privatelink_constructs.rules import listeners


def test_every_protocol_of_a_security_group_is_one_of_a_listener() -> None:
    assert listeners.TRANSPORTS.keys() <= set(listeners.LISTENER_PROTOCOLS)


@pytest.mark.parametrize("port", [1, 80, 65535, "1", "65535", None])
def test_ports(port: float | str | None) -> None:
    assert list(listeners.port_in_range(port)) == []


@pytest.mark.parametrize(
    ("port", "what"),
    [
        (0, "port 0 is not a valid port"),
        (-1, "port -1 is not a valid port"),
        (65536, "port 65536 is not a valid port"),
        (80.5, "port 80.5 is not a valid port"),
        (float("nan"), "port nan is not a valid port"),
        ("0", "port 0 is not a valid port"),
        ("https", "port 'https' is not a valid port"),
        ("-1", "port '-1' is not a valid port"),
        ("9" * 5000, f"port '{'9' * 5000}' is not a valid port"),
    ],
)
def test_fails_when_a_port_is_out_of_range(port: float | str, what: str) -> None:
    [problem] = listeners.port_in_range(port)
    assert problem.rule is listeners.port_in_range
    assert problem.what == what


def test_a_port_is_called_by_its_name() -> None:
    [problem] = listeners.port_in_range("0", name="health check port")
    assert problem.what == "health check port 0 is not a valid port"


@pytest.mark.parametrize("there", [1, ["443/tcp"]])
def test_a_load_balancer_with_a_listener(there: int | list[str]) -> None:
    assert list(listeners.listener_present(there)) == []


@pytest.mark.parametrize(
    ("name", "what"), [(None, "no listener is defined"), ("Balancer", "Balancer has no listener")]
)
@pytest.mark.parametrize("there", [0, []])
def test_fails_when_there_is_no_listener(
    there: int | list[str], name: str | None, what: str
) -> None:
    [problem] = listeners.listener_present(there, load_balancer=name)
    assert problem.rule is listeners.listener_present
    assert problem.what == what


@pytest.mark.parametrize("port", [443, "443", None])
def test_a_port_of_one_listener(port: float | str | None) -> None:
    assert list(listeners.listener_port_distinct(port)) == []


def test_fails_when_several_listeners_have_a_port() -> None:
    [problem] = listeners.listener_port_distinct(443, count=2)
    assert problem.rule is listeners.listener_port_distinct
    assert problem.what == "2 listeners use port 443"


@pytest.mark.parametrize(
    ("port", "what"),
    [("443", "Other also listens on port 443"), (None, "Other also listens on the same port")],
)
def test_fails_when_another_listener_has_the_port(port: str | None, what: str) -> None:
    [problem] = listeners.listener_port_distinct(port, other="Other")
    assert problem.rule is listeners.listener_port_distinct
    assert problem.what == what


@pytest.mark.parametrize(("ports", "count"), [([80, 443], None), ([80], 3), ([], 2)])
def test_ports_of_listeners(ports: list[float], count: int | None) -> None:
    assert list(listeners.valid_listener_ports(ports, listeners=count)) == []


@pytest.mark.parametrize("count", [None, 0])
def test_fails_when_a_service_has_no_listener(count: int | None) -> None:
    [problem] = listeners.valid_listener_ports([], listeners=count)
    assert problem.rule is listeners.listener_present


def test_fails_when_ports_are_double() -> None:
    [problem] = listeners.valid_listener_ports([80, 443, 80])
    assert problem.rule is listeners.listener_port_distinct
    assert problem.what == "2 listeners use port 80"


def test_a_port_with_a_listener() -> None:
    assert list(listeners.port_with_listener(443, [80, 443])) == []


def test_fails_when_a_port_has_no_listener() -> None:
    [problem] = listeners.port_with_listener(81, [80, 443])
    assert problem.rule is listeners.port_with_listener
    assert problem.what == "port 81 has no listener. The listeners use 80, 443"


@pytest.mark.parametrize(
    ("listener", "target"),
    [("TCP", "TCP"), ("TLS", "TCP"), ("TLS", "TLS"), ("UDP", "UDP"), ("TCP_UDP", "TCP_UDP")],
)
def test_protocols_that_go_together(listener: str, target: str) -> None:
    assert list(listeners.target_protocol_matching(listener, target)) == []


@pytest.mark.parametrize(
    ("listener", "target"),
    [("TCP", "TLS"), ("TCP", "UDP"), ("TLS", "UDP"), ("UDP", "TCP"), ("TCP_UDP", "TCP")],
)
def test_fails_when_protocols_do_not_go_together(listener: str, target: str) -> None:
    [problem] = listeners.target_protocol_matching(listener, target)
    assert problem.rule is listeners.target_protocol_matching
    assert problem.what == f"a {listener} listener can't forward to a {target} target group"


@pytest.mark.parametrize(
    ("protocol", "seconds"),
    [("TCP", None), ("TCP", 60), ("TCP", 350), ("TCP", 6000), ("TLS", None), ("UDP", None)],
)
def test_idle_timeouts(protocol: str, seconds: float | None) -> None:
    assert list(listeners.valid_idle_timeout(protocol, seconds)) == []


@pytest.mark.parametrize("seconds", [59, 6001, 60.5])
def test_fails_when_an_idle_timeout_is_out_of_range(seconds: float) -> None:
    [problem] = listeners.valid_idle_timeout("TCP", seconds)
    assert problem.rule is listeners.idle_timeout_in_range


@pytest.mark.parametrize("seconds", [59, 60])
def test_fails_when_another_listener_has_an_idle_timeout(seconds: float) -> None:
    [problem] = listeners.valid_idle_timeout("TLS", seconds)
    assert problem.rule is listeners.idle_timeout_on_tcp


def test_fails_when_an_idle_timeout_meets_other_regions() -> None:
    rule = listeners.idle_timeout_default_across_regions
    [problem] = rule("port 443", custom=True, cross_region=True)
    assert problem.rule is rule
    assert (
        problem.what
        == "port 443 has a custom idle timeout, and the service has cross-Region access"
    )


@pytest.mark.parametrize(("custom", "cross_region"), [(True, False), (False, True)])
def test_no_idle_timeout_meets_other_regions(*, custom: bool, cross_region: bool) -> None:
    rule = listeners.idle_timeout_default_across_regions
    assert list(rule("port 443", custom=custom, cross_region=cross_region)) == []


@pytest.mark.parametrize("action", ["forward", None])
def test_actions(action: str | None) -> None:
    assert list(listeners.listener_action_forward(action)) == []


def test_fails_when_an_action_does_not_forward() -> None:
    [problem] = listeners.listener_action_forward("redirect")
    assert problem.rule is listeners.listener_action_forward


@pytest.mark.parametrize("protocol", listeners.LISTENER_PROTOCOLS)
def test_protocols(protocol: str) -> None:
    assert list(listeners.listener_protocol_supported(protocol)) == []


def test_fails_when_a_protocol_is_of_another_load_balancer() -> None:
    [problem] = listeners.listener_protocol_supported("HTTPS")
    assert problem.rule is listeners.listener_protocol_supported


@pytest.mark.parametrize(
    ("protocol", "dualstack", "groups"),
    [("QUIC", False, 0), ("TCP_QUIC", False, None), ("TCP", True, 1)],
)
def test_quic(protocol: str, groups: int | None, *, dualstack: bool) -> None:
    assert list(listeners.quic_possible(protocol, dualstack=dualstack, groups=groups)) == []


@pytest.mark.parametrize("protocol", ["QUIC", "TCP_QUIC"])
def test_fails_when_quic_meets_what_it_can_not_be_with(protocol: str) -> None:
    problems = list(listeners.quic_possible(protocol, dualstack=True, groups=1))
    assert [problem.rule for problem in problems] == [listeners.quic_possible] * 2
    assert problems[0].what.endswith("security groups")
    assert problems[1].what.endswith("dualstack")


@pytest.mark.parametrize(
    ("protocol", "dualstack", "source_nat"),
    [("UDP", True, True), ("UDP", True, None), ("UDP", False, False), ("TCP", True, False)],
)
def test_source_nat(protocol: str, *, dualstack: bool, source_nat: bool | None) -> None:
    found = listeners.source_nat_enabled(protocol, dualstack=dualstack, source_nat=source_nat)
    assert list(found) == []


@pytest.mark.parametrize("protocol", ["UDP", "TCP_UDP"])
def test_fails_when_udp_has_no_source_nat(protocol: str) -> None:
    [problem] = listeners.source_nat_enabled(protocol, dualstack=True, source_nat=False)
    assert problem.rule is listeners.source_nat_enabled
