"""CIDR blocks that contain every address."""

from __future__ import annotations

import pytest

from privatelink_constructs.facts.address_space import address_of, everyone_among, network_of


@pytest.mark.parametrize(
    ("cidrs", "found"),
    [
        (["10.0.0.0/8"], []),
        (["0.0.0.0/0", "10.0.0.0/8"], [["0.0.0.0/0"]]),
        (["::/0", "0.0.0.0/0"], [["0.0.0.0/0"], ["::/0"]]),
        (["128.0.0.0/1", "0.0.0.0/1"], [["0.0.0.0/1", "128.0.0.0/1"]]),
        (["0.0.0.0/1", "8000::/1"], []),
        (["::/1", "8000::/1"], [["8000::/1", "::/1"]]),
        (["0.0.0.0/2", "64.0.0.0/2", "128.0.0.0/1"], [["0.0.0.0/2", "128.0.0.0/1", "64.0.0.0/2"]]),
        (["pl-0123456789abcdef0"], []),
    ],
)
def test_finds_every_address(cidrs: list[str], found: list[list[str]]) -> None:
    assert list(everyone_among(cidrs)) == found


@pytest.mark.parametrize("text", ["", "10.0.0", "fe80::1%eth0", "a.example.com", "010.0.0.1"])
def test_takes_only_addresses(text: str) -> None:
    assert address_of(text) is None


def test_takes_no_network_for_what_is_not_known() -> None:
    assert network_of(None) is None
