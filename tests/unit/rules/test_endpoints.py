from __future__ import annotations

from typing import Any

import pytest

from privatelink_constructs.rules import endpoints

BOTH = frozenset({"ipv4", "ipv6"})
IPV4 = frozenset({"ipv4"})
IPV6 = frozenset({"ipv6"})


@pytest.mark.parametrize(
    ("address_type", "service", "subnets", "record"),
    [
        (None, ["ipv6"], [IPV4], "dualstack"),
        ("ipv4", ["ipv4"], [IPV4, BOTH, None], "ipv4"),
        ("ipv6", ["ipv4", "ipv6"], [IPV6], "ipv6"),
        ("dualstack", ["ipv4", "ipv6"], [BOTH], "dualstack"),
        ("dualstack", None, [], "ipv4"),
        ("dualstack", [], [], "service-defined"),
        ("not-specified", ["ipv6"], [IPV4], None),
    ],
)
def test_address_types_pass(
    address_type: str | None,
    service: list[str] | None,
    subnets: list[frozenset[str] | None],
    record: str | None,
) -> None:
    assert not list(
        endpoints.valid_address_type(
            address_type, service=service, subnets=subnets, dns_record_type=record
        )
    )


def test_fails_when_the_address_type_is_none() -> None:
    (problem,) = endpoints.valid_address_type("IPv4")
    assert problem.rule is endpoints.address_type_valid


@pytest.mark.parametrize(
    ("address_type", "service"), [("ipv6", ["ipv4"]), ("dualstack", ["ipv4"]), ("ipv4", ["ipv6"])]
)
def test_fails_when_the_service_lacks_the_family(address_type: str, service: list[str]) -> None:
    (problem,) = endpoints.valid_address_type(address_type, service=service)
    assert problem.rule is endpoints.families_offered


@pytest.mark.parametrize(
    ("address_type", "subnet"),
    [
        ("ipv4", IPV6),
        ("ipv6", BOTH),
        ("ipv6", IPV4),
        ("dualstack", IPV4),
        ("ipv4", frozenset[str]()),
    ],
)
def test_fails_when_a_subnet_lacks_the_family(address_type: str, subnet: frozenset[str]) -> None:
    (problem,) = endpoints.valid_address_type(address_type, subnets=[None, subnet])
    assert problem.rule is endpoints.subnet_families_matching
    assert "subnet 2" in problem.what


@pytest.mark.parametrize(
    ("address_type", "record"), [("ipv4", "ipv6"), ("ipv6", "dualstack"), (None, "both")]
)
def test_fails_when_the_dns_records_are_of_another_family(
    address_type: str | None, record: str
) -> None:
    (problem,) = endpoints.valid_address_type(address_type, dns_record_type=record)
    assert problem.rule is endpoints.dns_record_type_matching


def test_an_endpoint_without_policy_passes() -> None:
    assert not list(endpoints.policy_absent(policy=False))


def test_warns_when_an_endpoint_service_has_a_policy() -> None:
    (problem,) = endpoints.policy_absent(policy=True)
    assert problem.rule is endpoints.policy_absent


def test_fifty_endpoints_pass() -> None:
    assert not list(endpoints.endpoint_count(50))


def test_warns_when_a_vpc_has_more_than_fifty_endpoints() -> None:
    (problem,) = endpoints.endpoint_count(51)
    assert problem.rule is endpoints.endpoint_count


@pytest.mark.parametrize("rule", [endpoints.security_group_in_vpc, endpoints.subnet_in_vpc])
@pytest.mark.parametrize("other", ["vpc-1", None])
def test_what_is_of_the_same_vpc_passes(rule: Any, other: str | None) -> None:
    assert not list(rule("vpc-1", other))


@pytest.mark.parametrize("rule", [endpoints.security_group_in_vpc, endpoints.subnet_in_vpc])
def test_fails_when_a_part_is_of_another_vpc(rule: Any) -> None:
    (problem,) = rule("vpc-1", "vpc-2", name="Part")
    assert problem.rule is rule
    assert "Part belongs to vpc-2" in problem.what


@pytest.mark.parametrize("groups", [1, None])
def test_a_security_group_passes(groups: int | None) -> None:
    assert not list(endpoints.security_group_present(groups))


def test_warns_when_there_is_no_security_group() -> None:
    (problem,) = endpoints.security_group_present(0)
    assert problem.rule is endpoints.security_group_present


def test_ranges_of_clients_pass() -> None:
    assert not list(endpoints.sources_narrow(["10.0.0.0/8", "fd00::/8", "anything"]))


@pytest.mark.parametrize("cidr", ["0.0.0.0/0", "::/0"])
def test_warns_when_the_world_is_admitted(cidr: str) -> None:
    (problem,) = endpoints.sources_narrow([cidr, cidr])
    assert problem.rule is endpoints.sources_narrow


@pytest.mark.parametrize("count", [1, None])
def test_a_rule_passes(count: int | None) -> None:
    assert not list(endpoints.inbound_rule_present(count))


def test_warns_when_nobody_is_admitted() -> None:
    (problem,) = endpoints.inbound_rule_present(0)
    assert problem.rule is endpoints.inbound_rule_present


@pytest.mark.parametrize("opened", [("-1", 0, 65535), ("tcp", 443, 443), ("tcp", 0, 65535)])
def test_opened_ports_pass(opened: tuple[str, int, int]) -> None:
    assert not list(endpoints.open_ports([("tcp", 443)], [opened]))


@pytest.mark.parametrize("opened", [("udp", 443, 443), ("tcp", 80, 80), ("tcp", 444, 500)])
def test_fails_when_a_port_is_closed(opened: tuple[str, int, int]) -> None:
    (problem,) = endpoints.open_ports([("tcp", 443)], [opened])
    assert problem.rule is endpoints.any_port_open


def test_warns_when_one_of_the_ports_is_closed() -> None:
    (problem,) = endpoints.open_ports([("tcp", 443), ("udp", 53)], [("tcp", 443, 443)])
    assert problem.rule is endpoints.every_port_open
    assert problem.what == "no inbound rule allows traffic on UDP port 53"


def test_no_port_is_closed_where_none_is_known() -> None:
    assert not list(endpoints.open_ports([], [("tcp", 443, 443)]))


WITH_INTERFACES = {"Interface", "GatewayLoadBalancer"}


@pytest.mark.parametrize("kind", ["Interface", "GatewayLoadBalancer"])
def test_a_type_with_network_interfaces_passes(kind: str) -> None:
    assert not list(
        endpoints.endpoint_type_matching(kind, service="payments", possible=WITH_INTERFACES)
    )


@pytest.mark.parametrize("kind", [None, "Gateway"])
def test_fails_when_the_type_is_a_gateways(kind: str | None) -> None:
    (problem,) = endpoints.endpoint_type_matching(
        kind, service="payments", possible=WITH_INTERFACES
    )
    assert problem.rule is endpoints.endpoint_type_matching
    assert "payments" in problem.what
