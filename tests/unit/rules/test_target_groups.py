"""The rules for target groups, on plain values."""

from __future__ import annotations

from ipaddress import ip_address

import pytest

from privatelink_constructs.rules import target_groups


@pytest.mark.parametrize("seconds", [None, 0, 300, 3600])
def test_deregistration_delays(seconds: float | None) -> None:
    assert list(target_groups.deregistration_delay_in_range(seconds)) == []


@pytest.mark.parametrize("seconds", [-1, 3601, 0.5])
def test_fails_when_a_deregistration_delay_is_out_of_range(seconds: float) -> None:
    [problem] = target_groups.deregistration_delay_in_range(seconds)
    assert problem.rule is target_groups.deregistration_delay_in_range


@pytest.mark.parametrize(
    ("port", "alb_port", "targets"), [(80, 80, 1), (None, 80, 0), (80, None, 0), (None, None, 0)]
)
def test_an_alb(port: int | None, alb_port: int | None, targets: int) -> None:
    found = target_groups.valid_alb_target(
        "TCP", targets=targets, proxy_protocol=False, port=port, alb_port=alb_port
    )
    assert list(found) == []


def test_fails_when_an_alb_is_no_target() -> None:
    found = target_groups.valid_alb_target(
        "TLS", targets=2, proxy_protocol=True, port=81, alb_port=80
    )
    assert [(problem.rule, problem.what) for problem in found] == [
        (
            target_groups.alb_target_on_tcp,
            "an Application Load Balancer is a target of a TLS listener",
        ),
        (target_groups.alb_target_single, "an Application Load Balancer is one of 2 targets"),
        (
            target_groups.alb_target_without_proxy_protocol,
            "proxy_protocol_v2 is set for an Application Load Balancer",
        ),
        (
            target_groups.alb_target_port_matching,
            "the target port is 81, but the listener of the Application Load Balancer uses port 80",
        ),
    ]


@pytest.mark.parametrize("protocol", ["TCP", "TLS", "UDP", "TCP_UDP", "QUIC"])
@pytest.mark.parametrize("kind", ["ip", "instance", "alb", None])
@pytest.mark.parametrize("preserve", [None, False, True])
def test_preservation_of_client_addresses(
    protocol: str, kind: str | None, *, preserve: bool | None
) -> None:
    found = list(target_groups.client_ip_not_preserved(protocol, kind, preserve=preserve))
    chosen = bool(preserve) and kind == "ip" and protocol in {"TCP", "TLS"}
    assert [it.rule for it in found] == [target_groups.client_ip_not_preserved] * chosen


@pytest.mark.parametrize("protocol", ["TCP", "TLS", "UDP", "TCP_UDP"])
@pytest.mark.parametrize("preserve", [None, True])
def test_preservation_that_is_not_switched_off(protocol: str, *, preserve: bool | None) -> None:
    assert list(target_groups.udp_client_ip_preserved(protocol, preserve=preserve)) == []


@pytest.mark.parametrize("protocol", ["UDP", "TCP_UDP"])
def test_fails_when_udp_does_not_preserve_client_addresses(protocol: str) -> None:
    [problem] = target_groups.udp_client_ip_preserved(protocol, preserve=False)
    assert problem.rule is target_groups.udp_client_ip_preserved


def test_fails_when_an_application_load_balancer_has_attributes() -> None:
    [first, second] = target_groups.alb_target_without_attributes(["a", "b"])
    assert first.rule is target_groups.alb_target_without_attributes
    assert second.what == "b is set for an Application Load Balancer"


@pytest.mark.parametrize("load_balancers", [[], ["LoadBalancer"]])
def test_a_target_group_behind_one_load_balancer(load_balancers: list[str]) -> None:
    assert list(target_groups.target_group_unshared("Targets", load_balancers)) == []


def test_fails_when_a_target_group_is_behind_two_load_balancers() -> None:
    [problem] = target_groups.target_group_unshared("Targets", ["Second", "First"])
    assert problem.rule is target_groups.target_group_unshared
    assert problem.what == "Targets belongs to First and Second"


@pytest.mark.parametrize(
    ("protocol", "dualstack", "family", "address"),
    [
        ("UDP", True, "ipv6", "2001:db8::1"),
        ("UDP", True, None, "2001:db8::1"),
        ("UDP", False, "ipv4", "10.0.0.1"),
        ("TCP", True, "ipv4", "10.0.0.1"),
    ],
)
def test_families_of_udp_targets(
    protocol: str, family: str | None, address: str, *, dualstack: bool
) -> None:
    found = target_groups.udp_targets_ipv6(
        protocol, dualstack=dualstack, family=family, addresses=[ip_address(address)]
    )
    assert list(found) == []


@pytest.mark.parametrize(
    ("family", "addresses", "names"),
    [("ipv4", [], ""), (None, ["10.0.0.2", "2001:db8::1", "10.0.0.1"], " (10.0.0.1, 10.0.0.2)")],
)
def test_fails_when_udp_targets_are_ipv4(
    family: str | None, addresses: list[str], names: str
) -> None:
    [problem] = target_groups.udp_targets_ipv6(
        "UDP", dualstack=True, family=family, addresses=map(ip_address, addresses)
    )
    assert problem.rule is target_groups.udp_targets_ipv6
    assert problem.what == f"a UDP listener of a dualstack load balancer has IPv4 targets{names}"


@pytest.mark.parametrize(("port", "listeners"), [(None, [80.0]), (80, None), (80, [80.0, 443.0])])
def test_an_alb_with_a_listener_on_the_port(
    port: float | None, listeners: list[float] | None
) -> None:
    assert not list(target_groups.alb_target_listener_present(port, listeners))


@pytest.mark.parametrize(("listeners", "named"), [([], "no port"), ([443.0, 81.0], "81, 443")])
def test_fails_when_an_alb_has_no_listener_on_the_port(listeners: list[float], named: str) -> None:
    [problem] = target_groups.alb_target_listener_present(80, listeners)
    assert (
        problem.what
        == f"the target port is 80, but the Application Load Balancer listens on {named}"
    )
