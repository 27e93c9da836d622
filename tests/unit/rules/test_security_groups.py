from __future__ import annotations

import pytest

from privatelink_constructs.rules import security_groups as rules

RANGES = ["10.0.0.0/8", "10.1.2.3/32", "2001:db8::/32", "0.0.0.0/1"]
ENFORCED = ["on", "true"]


@pytest.mark.parametrize("cidr", RANGES)
def test_client_cidr_blocks(cidr: str) -> None:
    assert not list(rules.valid_client_cidr(cidr))
    assert not list(rules.client_cidr_well_formed(cidr))
    assert not list(rules.client_cidr_narrow(cidr))


@pytest.mark.parametrize(
    ("cidr", "rule"),
    [("10.0.0.0", rules.client_cidr_well_formed), ("0.0.0.0/0", rules.client_cidr_narrow)],
)
def test_fails_when_a_client_cidr_block_is_malformed_or_too_wide(cidr: str, rule: object) -> None:
    assert [problem.rule for problem in rules.valid_client_cidr(cidr)] == [rule]


@pytest.mark.parametrize(
    ("cidr", "version", "message"),
    [
        ("clients", None, "'clients' is not a valid CIDR block"),
        ("10.0.0.0", None, "'10.0.0.0' has no prefix length"),
        ("10.0.0.0/8", 6, "'10.0.0.0/8' is not a valid IPv6 CIDR block"),
        ("2001:db8::/32", 4, "'2001:db8::/32' is not a valid IPv4 CIDR block"),
    ],
)
def test_fails_when_a_cidr_block_is_malformed(cidr: str, version: int | None, message: str) -> None:
    [problem] = rules.client_cidr_well_formed(cidr, version=version)
    assert (problem.rule, problem.what) == (rules.client_cidr_well_formed, message)


@pytest.mark.parametrize(("cidr", "version"), [("10.0.0.0/8", 4), ("2001:db8::/32", 6)])
def test_cidr_blocks_of_a_version(cidr: str, version: int) -> None:
    assert not list(rules.client_cidr_well_formed(cidr, version=version))


@pytest.mark.parametrize("cidr", ["10.0.0.0/255.0.0.0", "10.0.0.0/08", "10.0.0.0/0.255.255.255"])
def test_fails_when_a_prefix_length_is_none(cidr: str) -> None:
    [problem] = rules.client_cidr_well_formed(cidr)
    assert problem.what == f"{cidr!r} has no prefix length"


def test_fails_when_an_interface_is_in_a_cidr_block() -> None:
    [problem] = rules.client_cidr_well_formed("fe80::%eth0/64")
    assert problem.what == "'fe80::%eth0/64' is not a valid CIDR block"


@pytest.mark.parametrize(
    ("cidr", "network"), [("10.1.0.5/16", "10.1.0.0/16"), ("2001:db8::1/64", "2001:db8::/64")]
)
def test_fails_when_a_cidr_block_has_host_bits(cidr: str, network: str) -> None:
    [problem] = rules.cidr_without_host_bits(cidr)
    assert problem.rule is rules.cidr_without_host_bits
    assert problem.what == (
        f"{cidr!r} has host bits. The CIDR block with this prefix length is {network}"
    )


@pytest.mark.parametrize("cidr", [*RANGES, "10.1.0.5/32", "2001:db8::1/128", "clients"])
def test_cidr_blocks_without_host_bits(cidr: str) -> None:
    assert not list(rules.cidr_without_host_bits(cidr))


@pytest.mark.parametrize("cidr", ["0.0.0.0/0", "::/0"])
def test_warns_when_every_address_is_allowed(cidr: str) -> None:
    [problem] = rules.client_cidr_narrow(cidr)
    assert problem.rule is rules.client_cidr_narrow


@pytest.mark.parametrize("cidr", ["clients", "10.0.0.0"])
def test_what_is_no_cidr_block_does_not_allow_everybody(cidr: str) -> None:
    assert not rules.is_everyone(cidr)


@pytest.mark.parametrize(("subnets", "vpc"), [(["10.0.1.0/24"], None), ([], "10.0.0.0/16")])
def test_sources_that_targets_can_allow(subnets: list[str], vpc: str | None) -> None:
    assert not list(rules.target_sources_known(subnets, vpc))


def test_fails_when_targets_can_not_allow_the_load_balancers() -> None:
    [problem] = rules.target_sources_known([], None)
    assert problem.rule is rules.target_sources_known


@pytest.mark.parametrize(("subnets", "vpc"), [(["10.0.1.0/24"], "10.0.0.0/16"), ([], None)])
def test_targets_need_not_allow_the_vpc(subnets: list[str], vpc: str | None) -> None:
    assert not list(rules.target_sources_narrow(subnets, vpc))


@pytest.mark.parametrize(
    ("vpc", "message"),
    [
        ("10.0.0.0/16", "targets allow the VPC CIDR block 10.0.0.0/16"),
        ("${Token[Vpc.1]}", "targets allow the VPC CIDR block"),
    ],
)
def test_warns_when_targets_allow_the_whole_vpc(vpc: str, message: str) -> None:
    [problem] = rules.target_sources_narrow([], vpc)
    assert (problem.rule, problem.what) == (rules.target_sources_narrow, message)


def test_targets_whose_rules_are_in_reach() -> None:
    assert not list(rules.target_rules_managed([], ways=["tcp 80"], sources="10.0.1.0/24"))


def test_warns_when_somebody_else_has_to_open_targets() -> None:
    [problem] = rules.target_rules_managed(
        ["b", "a"], ways=["udp 53", "tcp 80"], sources="10.0.1.0/24"
    )
    assert problem.rule is rules.target_rules_managed
    assert problem.what == (
        "the security groups of a, b must allow tcp 80 and udp 53 from 10.0.1.0/24"
    )


@pytest.mark.parametrize(("blocks", "complete"), [(["10.0.0.0/16"], True), ([], False)])
def test_outbound_rules_that_cover_all_targets(blocks: list[str], *, complete: bool) -> None:
    assert not list(rules.target_cidrs_known(blocks, complete=complete))


@pytest.mark.parametrize(
    ("blocks", "named"),
    [
        (["10.0.0.0/16", "100.64.0.0/16"], "10.0.0.0/16, 100.64.0.0/16"),
        (["${Token[Vpc.1]}"], "the VPC CIDR block"),
    ],
)
def test_warns_when_outbound_rules_may_not_cover_all_targets(blocks: list[str], named: str) -> None:
    [problem] = rules.target_cidrs_known(blocks, complete=False)
    assert problem.rule is rules.target_cidrs_known
    assert problem.what == f"the load balancers allow outbound traffic only to {named}"


@pytest.mark.parametrize("sources", [[], ["10.0.0.0/8"] * 60 + ["2001:db8::/32"] * 60])
def test_rules_that_a_security_group_can_have(sources: list[str | None]) -> None:
    assert not list(rules.security_group_rule_count(inbound=sources, outbound=sources))


@pytest.mark.parametrize("source", ["10.0.0.0/8", "2001:db8::/32", None, "${Token[A:B.1]}"])
def test_warns_when_a_security_group_has_too_many_rules(source: str | None) -> None:
    found = list(rules.security_group_rule_count(inbound=[source] * 61, outbound=[source] * 61))
    assert [problem.rule for problem in found] == [rules.security_group_rule_count] * 2
    assert ["inbound" in problem.what for problem in found] == [True, False]


@pytest.mark.parametrize("value", [None, "on", "off", "true", "false"])
def test_enforcement_is_on_or_off(value: str | None) -> None:
    assert not list(rules.enforcement_on_or_off(value))


def test_fails_when_enforcement_is_neither_on_nor_off() -> None:
    [problem] = rules.enforcement_on_or_off("disabled")
    assert problem.rule is rules.enforcement_on_or_off


@pytest.mark.parametrize(
    ("value", "groups"), [("on", 1), ("on", None), ("off", 0), (None, 0), ("false", 0)]
)
def test_enforcement_with_a_security_group(value: str | None, groups: int | None) -> None:
    assert not list(rules.enforcement_effective(value, groups=groups))


@pytest.mark.parametrize("value", ENFORCED)
def test_warns_when_there_is_nothing_to_enforce(value: str) -> None:
    [problem] = rules.enforcement_effective(value, groups=0)
    assert problem.rule is rules.enforcement_effective


@pytest.mark.parametrize(
    ("value", "broken"),
    [
        ("on", [rules.enforcement_effective]),
        ("disabled", [rules.enforcement_on_or_off]),
        (None, []),
    ],
)
def test_enforcement_breaks_one_rule_at_most(value: str | None, broken: list[object]) -> None:
    assert [problem.rule for problem in rules.valid_enforcement(value, groups=0)] == broken


@pytest.mark.parametrize(
    ("protocol", "opened"),
    [
        ("TLS", [("tcp", 443, 443)]),
        ("TCP", [("tcp", 1, 1000)]),
        ("UDP", [("-1", 0, 0)]),
        ("TCP_UDP", [("tcp", 443, 443), ("udp", 443, 443)]),
        ("OTHER", []),
    ],
)
def test_a_listener_that_clients_reach(protocol: str, opened: list[tuple[str, int, int]]) -> None:
    assert not list(rules.listener_port_opened(protocol, 443, opened))


@pytest.mark.parametrize(
    ("protocol", "opened", "transport"),
    [
        ("TLS", [], "tcp"),
        ("TCP", [("tcp", 444, 500), ("udp", 443, 443)], "tcp"),
        ("TCP_UDP", [("tcp", 443, 443)], "udp"),
    ],
)
def test_fails_when_no_client_reaches_a_listener(
    protocol: str, opened: list[tuple[str, int, int]], transport: str
) -> None:
    [problem] = rules.listener_port_opened(protocol, 443, opened)
    assert problem.rule is rules.listener_port_opened
    assert problem.what == f"no inbound rule allows traffic on {transport.upper()} port 443"
