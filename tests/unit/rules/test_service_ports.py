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
    ],
)
def test_ports_are_written_in_one_way(
    given: list[int | str], expected: tuple[int | str, ...]
) -> None:
    assert not list(service_ports.valid_ports(given))
    assert service_ports.normalise(given) == expected


@pytest.mark.parametrize("port", ["", "x", "/tcp", "443/http", "443/TCP", -1, 4.5, True])
def test_fails_when_a_port_is_none(port: int | str) -> None:
    (problem,) = service_ports.valid_ports([port])
    assert problem.rule is service_ports.ports_well_formed


def test_fails_when_ports_are_a_text() -> None:
    (problem,) = service_ports.valid_ports("443")
    assert problem.rule is service_ports.ports_well_formed


def test_fails_when_a_port_is_out_of_range() -> None:
    (problem,) = service_ports.valid_ports([443, "65536/udp"])
    assert problem.rule.id == "port-out-of-range"


def test_only_ports_that_are_well_formed_have_a_range() -> None:
    (problem,) = service_ports.valid_ports([0, "x"])
    assert problem.rule is service_ports.ports_well_formed
