from __future__ import annotations

import pytest

from privatelink_constructs.rules.address_families import (
    ipv6_available,
    load_balancer_address_type,
    service_address_families,
)


@pytest.mark.parametrize("types", [["ipv4"], ["ipv6"], ["ipv4", "ipv6"]])
def test_address_families_of_a_service(types: list[str]) -> None:
    assert not list(service_address_families(types))


@pytest.mark.parametrize(
    ("types", "message"),
    [
        ([], "no address family is specified"),
        (["dualstack"], "'dualstack' is not a valid address family"),
    ],
)
def test_fails_when_a_service_offers_no_address_family(types: list[str], message: str) -> None:
    [problem] = service_address_families(types)
    assert problem.rule is service_address_families
    assert problem.what == message


@pytest.mark.parametrize("available", [True, None])
def test_ipv6_that_is_there_or_may_be(*, available: bool | None) -> None:
    assert not list(ipv6_available("Nlb", available=available))


def test_fails_when_ipv6_is_missing() -> None:
    [problem] = ipv6_available("Nlb", available=False)
    assert problem.rule is ipv6_available
    assert problem.what == "Nlb has no IPv6 addresses"


@pytest.mark.parametrize("address_type", ["ipv4", "dualstack"])
def test_address_types_of_a_load_balancer(address_type: str) -> None:
    assert not list(load_balancer_address_type(address_type))


@pytest.mark.parametrize("address_type", ["ipv6", "dualstack-without-public-ipv4", ""])
def test_fails_when_a_load_balancer_can_not_have_an_address_type(address_type: str) -> None:
    [problem] = load_balancer_address_type(address_type)
    assert problem.rule is load_balancer_address_type
    assert repr(address_type) in problem.what
