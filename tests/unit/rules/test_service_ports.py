"""The rules of the ports of a service, on plain values."""

from __future__ import annotations

import pytest

from privatelink_constructs.rules import service_ports


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ([443], (443,)),
        ([443, "443", "443/tcp", "443/tls"], (443,)),
        (["53/udp"], ("53/udp",)),
        (["53/tcp_udp"], (53, "53/udp")),
        (["8443", 80, "53/udp"], ("53/udp", 80, 8443)),
        ([], ()),
        (["1024-65535"], ("1024-65535",)),
        (["1024-65535/tcp", "1024-65535/tls"], ("1024-65535",)),
        (["53-60/udp", "53-53/udp", "443-443"], ("53/udp", "53-60/udp", 443)),
        (["53-60/tcp_udp"], ("53-60", "53-60/udp")),
        ([443, "400-500"], ("400-500", 443)),
        (range(1024, 65536), ("1024-65535",)),
        (range(1, 61), tuple(range(1, 61))),
        ([*range(1, 62), 80, "53/udp"], ("1-61", "53/udp", 80)),
        ([f"{port}/udp" for port in range(100, 200)], ("100-199/udp",)),
        ([*range(1, 80), "40-50"], (*range(1, 41), "40-50", *range(41, 80))),
    ],
)
def test_ports_are_written_in_one_way(
    given: list[int | str], expected: tuple[int | str, ...]
) -> None:
    assert not list(service_ports.valid_ports(given))
    assert service_ports.normalize(given) == expected


@pytest.mark.parametrize(
    "port",
    ["", "x", "/tcp", "443/http", "443/TCP", -1, 4.5, True, "-1", "1-", "1-2-3", "1 - 2", "\u0661"],
)
def test_fails_when_a_port_is_none(port: int | str) -> None:
    (problem,) = service_ports.valid_ports([port])
    assert problem.rule is service_ports.ports_well_formed


@pytest.mark.parametrize("port", ["2-1", "65535-1024/udp"])
def test_fails_when_a_range_is_the_wrong_way_round(port: str) -> None:
    (problem,) = service_ports.valid_ports([port])
    assert problem.rule is service_ports.ports_well_formed
    assert (
        problem.what == f"{port!r} is not a valid range of ports, because it ends before it begins"
    )


@pytest.mark.parametrize("port", ["0-10", "1024-65536", "1-99999999/udp"])
def test_fails_when_a_range_is_out_of_range(port: str) -> None:
    (problem,) = service_ports.valid_ports([port])
    assert problem.rule.id == "port-out-of-range"


@pytest.mark.parametrize(
    ("ports", "listeners", "missing"),
    [
        ([443], ["443/tls"], []),
        (["1024-65535"], ["9000/tcp"], []),
        (["1024-65535"], ["443/tcp"], ["1024-65535"]),
        (["1024-65535/udp"], ["9000/tcp"], ["1024-65535/udp"]),
        ([], ["anything"], []),
    ],
)
def test_a_range_needs_a_listener_on_one_of_its_ports(
    ports: list[int | str], listeners: list[str], missing: list[int | str]
) -> None:
    assert service_ports.ports_without(ports, listeners) == missing


def test_fails_when_ports_are_a_text() -> None:
    (problem,) = service_ports.valid_ports("443")
    assert problem.rule is service_ports.ports_well_formed


def test_fails_when_a_port_is_out_of_range() -> None:
    (problem,) = service_ports.valid_ports([443, "65536/udp"])
    assert problem.rule.id == "port-out-of-range"


def test_only_ports_that_are_well_formed_have_a_range() -> None:
    (problem,) = service_ports.valid_ports([0, "x"])
    assert problem.rule is service_ports.ports_well_formed
