"""The rules for the targets in target groups, on plain values."""

from __future__ import annotations

from ipaddress import ip_address

import pytest

from privatelink_constructs.rules import target_registration as rules


@pytest.mark.parametrize("targets", [1, None])
def test_targets(targets: int | None) -> None:
    assert list(rules.target_present(targets, listener="port 443")) == []


@pytest.mark.parametrize(
    ("listener", "what"),
    [(None, "the target group has no target"), ("port 443", "port 443 has no target")],
)
def test_fails_when_there_is_no_target(listener: str | None, what: str) -> None:
    [problem] = rules.target_present(0, listener=listener)
    assert problem.rule is rules.target_present
    assert problem.what == what


@pytest.mark.parametrize("target_type", ["instance", "ip", "alb", None])
def test_target_types(target_type: str | None) -> None:
    assert list(rules.target_registrable(target_type)) == []


def test_fails_when_targets_can_not_be_registered() -> None:
    found = rules.target_registrable("lambda", listener="port 443", others=["Instance"])
    problems = list(found)
    assert [problem.rule for problem in problems] == [rules.target_registrable] * 2
    assert [problem.what for problem in problems] == [
        "the target group has the type lambda",
        "port 443 has a target of type Instance",
    ]


@pytest.mark.parametrize("types", [[], ["ip"]])
def test_targets_of_one_type(types: list[str]) -> None:
    assert list(rules.target_types_same("port 443", types)) == []


def test_fails_when_types_are_mixed() -> None:
    [problem] = rules.target_types_same("port 443", ["ip", "instance"])
    assert problem.rule is rules.target_types_same
    assert problem.what == "port 443 has targets of the types instance, ip"


@pytest.mark.parametrize("target", ["i-0123456789abcdef0", None])
def test_instances(target: str | None) -> None:
    assert list(rules.target_instance(target)) == []


def test_fails_when_a_target_is_no_instance() -> None:
    [problem] = rules.target_instance("10.0.0.1")
    assert problem.rule is rules.target_instance


@pytest.mark.parametrize("address", [None, "10.0.0.1", "2001:db8::1"])
def test_addresses(address: str | None) -> None:
    assert list(rules.target_address_valid(address)) == []


@pytest.mark.parametrize("address", ["", "db.example.com", "10.0.0.0/24"])
def test_fails_when_a_target_is_no_address(address: str) -> None:
    [problem] = rules.target_address_valid(address)
    assert problem.rule is rules.target_address_valid
    assert problem.what == f"{address!r} is not a valid IP address"


@pytest.mark.parametrize(
    ("address", "outside"),
    [("8.8.8.8", False), ("10.1.0.1", True), ("100.64.0.1", True), ("172.16.0.1", True)],
)
def test_private_addresses(address: str, *, outside: bool) -> None:
    assert list(rules.target_address_private(ip_address(address), outside=outside)) == []


@pytest.mark.parametrize("address", ["8.8.8.8", "172.32.0.1"])
def test_fails_when_an_address_outside_the_vpc_is_public(address: str) -> None:
    [problem] = rules.target_address_private(ip_address(address), outside=True)
    assert problem.rule is rules.target_address_private
    assert problem.what.startswith(f"'{address}' is outside the VPC and not in 10.0.0.0/8, ")


@pytest.mark.parametrize(
    ("addresses", "ipv6"), [([], True), (["10.0.0.1"], False), (["2001:db8::1"], True)]
)
def test_targets_of_one_family(addresses: list[str], *, ipv6: bool) -> None:
    assert list(rules.target_family_same("port 443", map(ip_address, addresses), ipv6=ipv6)) == []


@pytest.mark.parametrize(
    ("ipv6", "what"),
    [
        (False, "port 443 forwards to IPv4 targets, but has the targets 2001:db8::1"),
        (True, "port 443 forwards to IPv6 targets, but has the targets 10.0.0.1"),
    ],
)
def test_fails_when_families_are_mixed(what: str, *, ipv6: bool) -> None:
    addresses = map(ip_address, ["2001:db8::1", "10.0.0.1"])
    [problem] = rules.target_family_same("port 443", addresses, ipv6=ipv6)
    assert problem.rule is rules.target_family_same
    assert problem.what == what


def test_a_port_of_an_ecs_service() -> None:
    assert list(rules.ecs_port_mapped(mapped=True)) == []


@pytest.mark.parametrize(
    ("mapped", "udp_port", "what"),
    [
        (False, None, "the first container of the ECS service has no port mapping"),
        (True, 53, "the first port mapping of the ECS service is UDP port 53"),
    ],
)
def test_fails_when_an_ecs_service_maps_no_port(
    udp_port: int | None, what: str, *, mapped: bool
) -> None:
    [problem] = rules.ecs_port_mapped(mapped=mapped, udp_port=udp_port)
    assert problem.rule is rules.ecs_port_mapped
    assert problem.what == what


def test_an_ecs_service_in_five_target_groups() -> None:
    assert list(rules.ecs_target_groups_in_limit(5)) == []


def test_fails_when_an_ecs_service_is_in_six_target_groups() -> None:
    [problem] = rules.ecs_target_groups_in_limit(6)
    assert problem.rule is rules.ecs_target_groups_in_limit
    assert problem.what == "the ECS service is in 6 target groups"
