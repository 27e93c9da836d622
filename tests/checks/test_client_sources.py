"""Enforced inbound rules allow clients of each address family of a service, and no other."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

import pytest
from tests.checks.estates import OWN_NAME, estate
from tests.checks.stacks import exported, findings, ref, resource, rules, stack

if TYPE_CHECKING:
    from tests.checks.stacks import Template

CLOSED = "load-balancer-address-family-closed"
UNDETERMINED = "load-balancer-address-family-undetermined"
INEFFECTIVE = "client-source-ineffective"
BY_GROUP = "client-security-group-ineffective"
ENFORCE = "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic"
WAYS = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443}
SOURCES: dict[str, Template] = {
    "ipv4": {"CidrIp": "10.1.0.0/16"},
    "ipv6": {"CidrIpv6": "2001:db8::/32"},
    "ipv4 parameter": {"CidrIp": ref("Parameter")},
    "ipv6 parameter": {"CidrIpv6": ref("Parameter")},
    "ipv6 of another stack": {"CidrIpv6": {"Fn::ImportValue": "Range"}},
    "prefix list": {"SourcePrefixListId": "pl-0123456789abcdef0"},
    "ipv4 prefix list": {"SourcePrefixListId": {"Fn::GetAtt": ["List4", "PrefixListId"]}},
    "ipv6 prefix list": {"SourcePrefixListId": ref("List6")},
    "group": {"SourceSecurityGroupId": "sg-0123456789abcdef0"},
}
FAMILIES = {"ipv4": {"ipv4"}, "dualstack": {"ipv4", "ipv6"}, "dualstack for ipv4": {"ipv4"}}


def template_with(address_type: str, *sources: str, apart: bool = False) -> Template:
    """Return the stack with these sources, inline or as resources of their own."""
    template = stack()
    resources = template["Resources"]
    for family in "46":
        resources[f"List{family}"] = resource(
            "AWS::EC2::PrefixList",
            PrefixListName="clients",
            MaxEntries=1,
            AddressFamily=f"IPv{family}",
        )
    if address_type.startswith("dualstack"):
        resources["Nlb"]["Properties"]["IpAddressType"] = "dualstack"
        for name in ("SubnetA", "SubnetB"):
            resources[name]["Properties"]["Ipv6CidrBlock"] = ref("Block")
    if address_type == "dualstack":
        resources["Service"]["Properties"]["SupportedIpAddressTypes"] = ["ipv4", "ipv6"]
    inline = [{**WAYS, **SOURCES[source]} for source in sources]
    resources["Group"]["Properties"]["SecurityGroupIngress"] = [] if apart else inline
    for position, rule in enumerate(inline if apart else []):
        resources[f"Rule{position}"] = resource(
            "AWS::EC2::SecurityGroupIngress", GroupId=ref("Group"), **rule
        )
    return template


def expected(address_type: str, *sources: str) -> set[str]:
    """Return what is wrong, worked out from the names of the sources."""
    families = FAMILIES[address_type]
    told = {it.split()[0] for it in sources} & {"ipv4", "ipv6"}
    open_to_any = set(sources) & {"prefix list", "group"}
    missing = families - told
    has = {"ipv4", "ipv6"} if address_type.startswith("dualstack") else {"ipv4"}
    found = {INEFFECTIVE} if told - has else set[str]()
    if missing and not open_to_any:
        found.add(CLOSED)
    if missing and open_to_any == {"prefix list"} and len(families) > 1:
        found.add(UNDETERMINED)
    return found | ({BY_GROUP} if "group" in sources else set())


COMBINATIONS = [
    (address_type, sources)
    for address_type in FAMILIES
    for sources in [*((it,) for it in SOURCES), *product(SOURCES, repeat=2)]
    if len(set(sources)) == len(sources)
]


@pytest.mark.parametrize("apart", [False, True], ids=["inline", "apart"])
@pytest.mark.parametrize(
    ("address_type", "sources"),
    COMBINATIONS,
    ids=lambda it: it if isinstance(it, str) else "+".join(it),
)
def test_each_family_needs_a_source_and_each_source_a_family(
    address_type: str, sources: tuple[str, ...], *, apart: bool
) -> None:
    template = template_with(address_type, *sources, apart=apart)
    assert rules(template) == expected(address_type, *sources)


@pytest.mark.parametrize("enforce", ["off", ref("Enforce")])
def test_says_nothing_where_rules_may_not_be_enforced(enforce: object) -> None:
    template = template_with("dualstack", "ipv4")
    template["Resources"]["Nlb"]["Properties"][ENFORCE] = enforce
    assert rules(template) == set()


@pytest.mark.parametrize(
    "properties",
    [
        {"IpAddressType": ref("AddressType")},
        {"SecurityGroups": [ref("Group"), "sg-0123456789abcdef0"]},
        {"SecurityGroups": None},
    ],
    ids=["address type", "another group", "no group"],
)
def test_says_nothing_of_load_balancers_that_cannot_be_seen(properties: Template) -> None:
    template = template_with("ipv4", "ipv6")
    template["Resources"]["Nlb"]["Properties"].update(properties)
    assert rules(template) == set()


@pytest.mark.parametrize("types", [ref("Types"), ["ipv4", ref("Type")]], ids=["list", "item"])
def test_says_nothing_of_families_that_are_parameters(types: object) -> None:
    template = template_with("dualstack", "ipv4")
    template["Resources"]["Service"]["Properties"]["SupportedIpAddressTypes"] = types
    assert rules(template) == set()


def test_says_nothing_of_groups_that_others_may_open() -> None:
    template = template_with("ipv4", "ipv6")
    template["Outputs"] = {"Group": exported(ref("Group"))}
    assert rules(template) == set()


def test_a_group_of_others_may_have_rules_of_their_family() -> None:
    template = template_with("ipv4", "ipv4", "ipv6")
    template["Resources"]["Instance"] = resource(
        "AWS::EC2::Instance", SecurityGroupIds=[ref("Group")]
    )
    assert rules(template) == set()


def test_finds_the_port_that_a_family_is_closed_on() -> None:
    template = template_with("dualstack", "ipv4", "ipv6")
    [_, rule] = template["Resources"]["Group"]["Properties"]["SecurityGroupIngress"]
    rule.update(FromPort=80, ToPort=80)
    assert rules(template) == {CLOSED}


# Endpoints.

ENDPOINT_FAMILIES = {
    "ipv4": {"ipv4"},
    "ipv6": {"ipv6"},
    "dualstack": {"ipv4", "ipv6"},
}
ENDPOINT_CLOSED = "endpoint-address-family-closed"


def endpoint_with(address_type: object, source: str) -> Template:
    template = estate({"Endpoint": {"IpAddressType": address_type}})
    resources = template["Resources"]
    resources.update(
        {name: it for name, it in template_with("ipv4")["Resources"].items() if "List" in name}
    )
    if address_type in ("ipv6", "dualstack"):
        for name in ("ClientsA", "ClientsB"):
            resources[name]["Properties"]["Ipv6CidrBlock"] = ref("Block")
    rule = {**WAYS, **SOURCES[source]}
    resources["ClientGroup"]["Properties"]["SecurityGroupIngress"] = [rule]
    del resources["Kms"]
    return template


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("address_type", ENDPOINT_FAMILIES)
def test_an_endpoint_needs_a_source_of_one_family(address_type: str, source: str) -> None:
    told = {source.split(maxsplit=1)[0]} & {"ipv4", "ipv6"}
    closed = bool(told) and not told & ENDPOINT_FAMILIES[address_type]
    found = rules(endpoint_with(address_type, source))
    assert (ENDPOINT_CLOSED in found) is closed


@pytest.mark.parametrize("address_type", [None, ref("Type")], ids=["none", "parameter"])
def test_says_nothing_of_an_endpoint_whose_family_is_not_known(address_type: Any) -> None:
    assert ENDPOINT_CLOSED not in rules(endpoint_with(address_type, "ipv6"))


# The clients of an endpoint of the same templates.

DROPPED = "endpoint-clients-closed"
THEIRS = {**WAYS, "CidrIp": "10.9.0.0/16"}
OURS = {**WAYS, "CidrIp": "10.1.0.0/16"}


def consumed(*allowed: Template, clients: object = None, **balancer: object) -> Template:
    """Return an estate whose service has an endpoint, with these inbound rules."""
    changes = {
        "Group": {"SecurityGroupIngress": list(allowed)},
        "Nlb": balancer,
        "Endpoint": {"ServiceName": OWN_NAME},
        "ClientGroup": {"SecurityGroupIngress": clients or [OURS]},
    }
    return estate(changes)


def test_fails_when_load_balancers_allow_no_client_of_an_endpoint() -> None:
    (finding,) = findings(consumed(THEIRS))
    assert (finding.rule, finding.logical_id) == (DROPPED, "Endpoint")
    assert finding.property_path == "Properties.SecurityGroupIds"
    assert "10.9.0.0/16, but the clients of the endpoint are in 10.1.0.0/16" in finding.message


@pytest.mark.parametrize(
    "template",
    [
        consumed(THEIRS, OURS),
        consumed({**WAYS, "CidrIp": "10.0.0.0/8"}),
        consumed(THEIRS, {**WAYS, **SOURCES["prefix list"]}),
        consumed(THEIRS, **{ENFORCE: "off"}),
        consumed(THEIRS, clients=[{**WAYS, **SOURCES["group"]}]),
    ],
    ids=["allowed", "inside", "prefix list", "not enforced", "security group"],
)
def test_load_balancers_that_may_allow_the_clients_of_an_endpoint(template: Template) -> None:
    assert DROPPED not in rules(template)
