from __future__ import annotations

import pytest

from privatelink_constructs.rules import client_sources as rules
from privatelink_constructs.rules.client_sources import ClientSource, SourceKind
from privatelink_constructs.rules.security_groups import (
    cidr_without_host_bits,
    client_cidr_narrow,
    client_cidr_well_formed,
)

IPV4 = ClientSource(SourceKind.CIDR, "10.0.0.0/8", "ipv4")
IPV6 = ClientSource(SourceKind.CIDR, "2001:db8::/32", "ipv6")
LIST = ClientSource(SourceKind.PREFIX_LIST, "pl-1")
LIST6 = ClientSource(SourceKind.PREFIX_LIST, "pl-6", "ipv6")
GROUP = ClientSource(SourceKind.SECURITY_GROUP, "sg-1")
TOKEN = ClientSource(SourceKind.CIDR, "${Token[TOKEN.1]}", "ipv4")
BOTH = ("ipv4", "ipv6")


@pytest.mark.parametrize(
    ("source", "name"),
    [
        (IPV4, "the IPv4 CIDR block 10.0.0.0/8"),
        (TOKEN, "the IPv4 CIDR block"),
        (LIST, "the prefix list pl-1"),
        (LIST6, "the IPv6 prefix list pl-6"),
        (GROUP, "the security group sg-1"),
    ],
)
def test_a_source_is_named_without_tokens(source: ClientSource, name: str) -> None:
    assert str(source) == name


@pytest.mark.parametrize(
    ("families", "sources"),
    [(["ipv4"], [IPV4]), (["ipv4"], [LIST]), (["ipv4"], [GROUP]), (BOTH, [TOKEN, LIST6])],
)
def test_families_with_a_source(families: list[str], sources: list[ClientSource]) -> None:
    assert not list(rules.family_allowed(families, sources))


def test_fails_when_a_family_has_no_source() -> None:
    [problem] = rules.family_allowed(BOTH, [IPV4], where=" on tcp port 443")
    assert problem.rule is rules.family_allowed
    assert problem.what == "no source allows IPv6 clients on tcp port 443"


def test_warns_when_only_a_prefix_list_can_be_of_a_family() -> None:
    [problem] = rules.family_known(BOTH, [IPV4, LIST])
    assert problem.rule is rules.family_known
    assert problem.what == "only the prefix list pl-1 can allow IPv6 clients"


@pytest.mark.parametrize("sources", [[IPV4], [IPV4, LIST6], [IPV4, IPV6, LIST], [LIST, GROUP]])
def test_families_that_are_known(sources: list[ClientSource]) -> None:
    assert not list(rules.family_known(BOTH, sources))


def test_warns_when_a_source_is_of_no_family_in_use() -> None:
    [problem] = rules.source_of_family(IPV6, ["ipv4"], of="service offers")
    assert problem.rule is rules.source_of_family
    assert problem.what == (
        "the IPv6 CIDR block 2001:db8::/32 has no effect, because the service offers only IPv4"
    )


@pytest.mark.parametrize("source", [IPV4, TOKEN, LIST, GROUP])
def test_sources_of_a_family_in_use(source: ClientSource) -> None:
    assert not list(rules.source_of_family(source, ["ipv4"], of="service offers"))


def test_warns_when_a_source_is_a_security_group() -> None:
    [problem] = rules.source_not_security_group(GROUP)
    assert problem.rule is rules.source_not_security_group
    assert not list(rules.source_not_security_group(LIST))


def test_fails_when_a_list_of_sources_is_empty_or_not_known() -> None:
    [empty] = rules.source_present(0, argument="client_cidrs")
    [unknown] = rules.source_count_known("client_cidrs[0]", known=False)
    assert (empty.what, unknown.what) == (
        "the argument client_cidrs is an empty list",
        "argument client_cidrs[0] is a list that is known only at deployment",
    )
    assert not list(rules.source_present(1, argument="client_cidrs"))
    assert not list(rules.source_count_known("client_cidrs[0]", known=True))


def test_all_that_is_wrong_with_sources() -> None:
    odd = ClientSource(SourceKind.CIDR, "0.0.0.0/0", "ipv4")
    bits = ClientSource(SourceKind.CIDR, "10.0.0.1/8", "ipv4")
    text = ClientSource(SourceKind.CIDR, "clients", "ipv4")
    other = ClientSource(SourceKind.OTHER, "Peer")
    sources = [odd, bits, text, other, GROUP, IPV6]
    alone = [it.rule for source in sources for it in rules.valid_source(source)]
    assert alone == [
        client_cidr_narrow,
        cidr_without_host_bits,
        client_cidr_well_formed,
        rules.source_understood,
    ]
    together = rules.valid_sources(sources, ["ipv4"], argument="client_cidrs")
    assert [it.rule for it in together] == [
        rules.source_not_security_group,
        rules.source_of_family,
    ]


def test_right_sources() -> None:
    assert not list(rules.valid_sources([IPV4, IPV6], BOTH, argument="client_cidrs"))


@pytest.mark.parametrize("sources", [[IPV6], [LIST6]])
def test_fails_when_an_endpoint_has_no_client_of_any_family(sources: list[ClientSource]) -> None:
    [problem] = rules.endpoint_families(["ipv4"], sources)
    assert problem.rule is rules.endpoint_open
    assert problem.what == "no source allows IPv4 clients"


def test_fails_when_an_endpoint_is_closed_in_both_families() -> None:
    [problem] = rules.endpoint_families(BOTH, [])
    assert problem.what == "no source allows IPv4 or IPv6 clients"


def test_warns_when_an_endpoint_has_clients_of_one_family() -> None:
    [problem] = rules.endpoint_families(BOTH, [IPV4])
    assert problem.rule is rules.endpoint_open_to_each_family
    assert problem.what == "no source allows IPv6 clients"


@pytest.mark.parametrize("sources", [[IPV4, IPV6], [LIST], [GROUP]])
def test_endpoints_with_clients_of_each_family(sources: list[ClientSource]) -> None:
    assert not list(rules.endpoint_families(BOTH, sources))


def test_warns_when_no_group_of_an_endpoint_takes_rules() -> None:
    [problem] = rules.endpoint_groups_managed(["sg-2", "sg-1"], managed=False)
    assert problem.rule is rules.endpoint_groups_managed
    assert problem.what == "the library can't allow the clients in sg-1, sg-2"
    assert not list(rules.endpoint_groups_managed(["sg-1"], managed=True))
