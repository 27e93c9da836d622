from __future__ import annotations

import pytest

from privatelink_constructs.rules import records, resolver

DNS_NAME = "vpce-0123.vpce-svc-0123.eu-west-1.vpce.amazonaws.com"


@pytest.mark.parametrize("count", [None, 2, 20])
def test_address_counts_pass(count: int | None) -> None:
    assert not list(resolver.address_count_in_range(count))


@pytest.mark.parametrize("count", [0, 1, 21])
def test_fails_when_there_are_too_few_or_too_many_addresses(count: int) -> None:
    (problem,) = resolver.address_count_in_range(count)
    assert problem.rule is resolver.address_count_in_range


@pytest.mark.parametrize(
    "opened",
    [[("tcp", 53, 53), ("udp", 53, 53)], [("-1", 0, 65535)], [("tcp", 0, 99), ("udp", 1, 53)]],
)
def test_open_ports_pass(opened: list[tuple[str, int, int]]) -> None:
    assert not list(resolver.dns_port_open(opened))


@pytest.mark.parametrize(
    ("opened", "missing"),
    [
        ([], "TCP and UDP"),
        ([("tcp", 53, 53)], "UDP"),
        ([("udp", 53, 53), ("tcp", 54, 99)], "TCP"),
    ],
)
def test_fails_when_a_port_is_closed(opened: list[tuple[str, int, int]], missing: str) -> None:
    (problem,) = resolver.dns_port_open(opened)
    assert problem.rule is resolver.dns_port_open
    assert missing in problem.what


@pytest.mark.parametrize(
    ("protocols", "ports"),
    [
        (["Do53"], {("tcp", 53), ("udp", 53)}),
        (["DoH"], {("tcp", 443)}),
        (["DoH-FIPS", "Do53"], {("tcp", 53), ("udp", 53), ("tcp", 443)}),
        (["DoT"], set[tuple[str, int]]()),
    ],
)
def test_each_protocol_has_its_ports(protocols: list[str], ports: set[tuple[str, int]]) -> None:
    assert set(resolver.ports_of(protocols)) == ports


def test_fails_when_the_port_of_https_is_closed() -> None:
    (problem,) = resolver.dns_port_open(
        [("udp", 443, 443)], resolver.ports_of(["DoH"]), direction="outbound"
    )
    assert problem.what == "no outbound rule allows port 443 over TCP"


@pytest.mark.parametrize(
    ("direction", "protocols"),
    [
        ("INBOUND", ["Do53", "DoH-FIPS"]),
        ("OUTBOUND", ["Do53", "DoH"]),
        ("INBOUND_DELEGATION", ["Do53"]),
        ("SIDEWAYS", ["DoT"]),
    ],
)
def test_protocols_pass(direction: str, protocols: list[str]) -> None:
    assert not list(resolver.protocols_supported(direction, protocols))


@pytest.mark.parametrize(
    ("direction", "protocols"),
    [
        ("INBOUND", ["DoH", "DoH-FIPS"]),
        ("INBOUND", ["DoT"]),
        ("OUTBOUND", ["DoH-FIPS"]),
        ("INBOUND_DELEGATION", ["DoH"]),
    ],
)
def test_fails_when_a_direction_lacks_a_protocol(direction: str, protocols: list[str]) -> None:
    (problem,) = resolver.protocols_supported(direction, protocols)
    assert problem.rule is resolver.protocols_supported


@pytest.mark.parametrize(
    ("dns_name", "zone_id"),
    [(DNS_NAME, "Z7K1066E3PUKB"), (None, None), (DNS_NAME, None), (DNS_NAME, "anything")],
)
def test_aliases_pass(dns_name: str | None, zone_id: str | None) -> None:
    assert not list(records.alias_halves_in_place(dns_name, zone_id))


@pytest.mark.parametrize(
    ("dns_name", "zone_id"),
    [("Z7K1066E3PUKB", DNS_NAME), ("Z7K1066E3PUKB", None), (None, DNS_NAME)],
)
def test_fails_when_the_halves_are_swapped(dns_name: str | None, zone_id: str | None) -> None:
    (problem,) = records.alias_halves_in_place(dns_name, zone_id)
    assert problem.rule is records.alias_halves_in_place


def test_an_alias_without_a_ttl_passes() -> None:
    assert not list(records.alias_without_ttl(ttl=False))


@pytest.mark.parametrize(
    ("ttl", "values", "found"),
    [(True, False, "a TTL"), (False, True, "values"), (True, True, "a TTL and values")],
)
def test_fails_when_an_alias_has_more(*, ttl: bool, values: bool, found: str) -> None:
    (problem,) = records.alias_without_ttl(ttl=ttl, values=values)
    assert problem.rule is records.alias_without_ttl
    assert problem.what.endswith(found)


@pytest.mark.parametrize(
    ("record", "zone"),
    [
        ("a.example.com", "example.com."),
        ("Example.com", "example.com"),
        (None, "example.com"),
        ("a.example.com", None),
    ],
)
def test_records_in_their_zone_pass(record: str | None, zone: str | None) -> None:
    assert not list(records.record_in_hosted_zone(record, zone))


def test_fails_when_a_record_is_outside_its_zone() -> None:
    (problem,) = records.record_in_hosted_zone("a.example.org", "example.com")
    assert problem.rule is records.record_in_hosted_zone


@pytest.mark.parametrize(("name", "zone"), [(1, 0), (None, None), (1, None)])
def test_parts_in_their_places_pass(name: int | None, zone: int | None) -> None:
    assert not list(records.alias_halves_in_place(None, None, parts=(name, zone)))


@pytest.mark.parametrize(("name", "zone"), [(0, 0), (1, 1), (-1, 0), (1, -1)])
def test_fails_when_a_part_is_misplaced(name: int, zone: int) -> None:
    (problem,) = records.alias_halves_in_place(None, None, parts=(name, zone))
    assert problem.rule is records.alias_halves_in_place
