"""Who the load balancers allow: sources of each kind, for services of each address family."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any, cast

import aws_cdk as cdk
import jsii
import pytest
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from tests.support.load_balanced import LOAD_BALANCER, SECURITY_GROUP, new_stack, service_in
from tests.support.published import resources_of, stack_in, template_of
from tests.support.refusals import refused, warnings_of
from tests.support.vpcs import vpc_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    Make = Callable[[cdk.Stack, cdk.Stack], object]

CLOSED = "load-balancer-address-family-closed"
UNDETERMINED = "load-balancer-address-family-undetermined"
INEFFECTIVE = "client-source-ineffective"
GROUP = "client-security-group-ineffective"
FAMILIES = {
    elbv2.IpAddressType.IPV4: frozenset({"ipv4"}),
    elbv2.IpAddressType.DUAL_STACK: frozenset({"ipv4", "ipv6"}),
}
PREFIX_LIST = "pl-0123456789abcdef0"
GROUP_ID = "sg-0123456789abcdef0"


def parameter(stack: cdk.Stack) -> str:
    return cdk.CfnParameter(stack, "Parameter").value_as_string


def prefix_list(stack: cdk.Stack, family: ec2.AddressFamily) -> ec2.PrefixList:
    return ec2.PrefixList(stack, "List", address_family=family, max_entries=1)


def group_in(stack: cdk.Stack) -> ec2.SecurityGroup:
    return ec2.SecurityGroup(stack, "Client", vpc=vpc_in(stack, "ClientVpc"))


@dataclass(frozen=True)
class Kind:
    """A kind of source.

    :param make: makes one, of the service's own stack and another one.
    :param rule: the property of the rule that is written.
    :param family: its address family, None where nobody can see it.
    """

    make: Make
    rule: str
    family: str | None = None


V4, V6 = ec2.AddressFamily.IP_V4, ec2.AddressFamily.IP_V6
CIDR, CIDR6, LIST, SOURCE = "CidrIp", "CidrIpv6", "SourcePrefixListId", "SourceSecurityGroupId"
KINDS = {
    "ipv4 text": Kind(lambda _own, _other: "10.1.0.0/16", CIDR, "ipv4"),
    "ipv6 text": Kind(lambda _own, _other: "2001:db8::/32", CIDR6, "ipv6"),
    "text token": Kind(lambda own, _other: parameter(own), CIDR, "ipv4"),
    "imported text": Kind(lambda _own, _other: cdk.Fn.import_value("Range"), CIDR, "ipv4"),
    "cross-stack text": Kind(lambda _own, other: vpc_in(other).vpc_cidr_block, CIDR, "ipv4"),
    "ipv4 peer": Kind(lambda _own, _other: ec2.Peer.ipv4("10.2.0.0/16"), CIDR, "ipv4"),
    "ipv6 peer": Kind(lambda _own, _other: ec2.Peer.ipv6("2001:db9::/32"), CIDR6, "ipv6"),
    "ipv4 token peer": Kind(lambda own, _other: ec2.Peer.ipv4(parameter(own)), CIDR, "ipv4"),
    "ipv6 token peer": Kind(lambda own, _other: ec2.Peer.ipv6(parameter(own)), CIDR6, "ipv6"),
    "imported ipv6 peer": Kind(
        lambda _own, _other: ec2.Peer.ipv6(cdk.Fn.import_value("Range6")), CIDR6, "ipv6"
    ),
    "cross-stack ipv6 peer": Kind(
        lambda _own, other: ec2.Peer.ipv6(
            cdk.Fn.select(
                0, vpc_in(other, ip_protocol=ec2.IpProtocol.DUAL_STACK).vpc_ipv6_cidr_blocks
            )
        ),
        CIDR6,
        "ipv6",
    ),
    "list peer": Kind(lambda _own, _other: ec2.Peer.prefix_list(PREFIX_LIST), LIST),
    "list token peer": Kind(lambda own, _other: ec2.Peer.prefix_list(parameter(own)), LIST),
    "imported list": Kind(
        lambda own, _other: ec2.PrefixList.from_prefix_list_id(own, "Imported", PREFIX_LIST), LIST
    ),
    "looked-up list": Kind(
        lambda own, _other: ec2.PrefixList.from_lookup(own, "Found", prefix_list_name="clients"),
        LIST,
    ),
    "ipv4 list": Kind(lambda own, _other: prefix_list(own, V4), LIST, "ipv4"),
    "ipv6 list": Kind(lambda own, _other: prefix_list(own, V6), LIST, "ipv6"),
    "cross-stack ipv6 list": Kind(lambda _own, other: prefix_list(other, V6), LIST, "ipv6"),
    "group": Kind(lambda own, _other: group_in(own), SOURCE),
    "imported group": Kind(
        lambda own, _other: ec2.SecurityGroup.from_security_group_id(own, "Group", GROUP_ID),
        SOURCE,
    ),
    "cross-stack group": Kind(lambda _own, other: group_in(other), SOURCE),
    "group peer": Kind(
        lambda _own, _other: ec2.Peer.security_group_id(GROUP_ID, "222222222222"), SOURCE
    ),
}
every_type = pytest.mark.parametrize("address_type", FAMILIES, ids=lambda it: it.value)


def missing(names: Iterable[str], families: frozenset[str]) -> frozenset[str]:
    return families - {KINDS[name].family for name in names}


def may_be_any(names: Iterable[str]) -> bool:
    return any(KINDS[name].family is None for name in names)


def expected_warnings(names: Iterable[str], families: frozenset[str]) -> set[str]:
    """Return what is warned of, worked out from the kinds alone."""
    kinds = [KINDS[name] for name in names]
    found = {INEFFECTIVE for it in kinds if it.family not in {None, *families}}
    found |= {GROUP for it in kinds if it.rule == SOURCE}
    unknown = {it.rule for it in kinds if it.family is None}
    if missing(names, families) and unknown == {LIST}:
        found.add(UNDETERMINED)
    return found


REPRESENTATIVES = (
    *("ipv4 text", "ipv6 peer", "text token", "ipv6 token peer"),
    *("imported list", "ipv6 list", "imported group"),
)
CASES = [
    pytest.param(address_type, names, id=f"{address_type.value}-{'+'.join(names)}")
    for address_type in FAMILIES
    for names in [
        *((name,) for name in KINDS),
        *(it for it in combinations(REPRESENTATIVES, 2) if it != ("text token", "ipv6 token peer")),
    ]
]


def is_closed(address_type: elbv2.IpAddressType, names: Iterable[str]) -> bool:
    return bool(missing(names, FAMILIES[address_type])) and not may_be_any(names)


def cases(*, closed: bool) -> Any:
    chosen = [it for it in CASES if is_closed(*cast("Any", it.values)) is closed]
    return pytest.mark.parametrize(("address_type", "names"), chosen)


def prepared(names: Iterable[str]) -> tuple[cdk.Stack, dict[str, Any]]:
    """Return a stack with a VPC, and the options of a service with sources of some kinds."""
    app = cdk.App()
    own, other = stack_in(app, "Own"), stack_in(app, "Other")
    sources = [KINDS[name].make(own, other) for name in names]
    vpc = vpc_in(own, "ServiceVpc", ip_protocol=ec2.IpProtocol.DUAL_STACK)
    return own, {"vpc": vpc, "client_cidrs": sources}


def with_clients(options: dict[str, Any], clients: object) -> dict[str, Any]:
    return {**options, "client_cidrs": clients}


@cases(closed=True)
def test_fails_when_no_source_is_of_a_family_that_is_offered(
    address_type: elbv2.IpAddressType, names: tuple[str, ...]
) -> None:
    stack, options = prepared(names)
    [family] = missing(names, FAMILIES[address_type])
    message = f"No source allows {family.replace('ip', 'IP')} clients"
    with refused(stack, CLOSED, message):
        service_in(stack, ip_address_type=address_type, **options)


@cases(closed=False)
def test_sources_are_written_and_warned_of(
    address_type: elbv2.IpAddressType, names: tuple[str, ...]
) -> None:
    stack, options = prepared(names)
    service_in(stack, ip_address_type=address_type, **options)
    rules = rules_of(stack)
    # A client that is a group of its own stack is defined in this one, without rules.
    assert [next(it for it in rule if it in RULES) for rule in rules] == [
        KINDS[name].rule for name in names
    ]
    warned = warnings_of(stack)
    about = {"target-security-group-undetermined"}
    assert warned.keys() - about == expected_warnings(names, FAMILIES[address_type])
    assert not any("Token[" in text for text in warned.values())


RULES = {CIDR, CIDR6, LIST, SOURCE}


INGRESS = "AWS::EC2::SecurityGroupIngress"


def rules_of(stack: cdk.Stack) -> list[dict[str, Any]]:
    """Return the inbound rules of the load balancers' group."""
    rules = [it["Properties"] for it in resources_of(template_of(stack), INGRESS)]
    for balancer in resources_of(template_of(stack), LOAD_BALANCER):
        name = "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic"
        assert balancer["Properties"][name] == "on"
    return [it for it in rules if it["Description"].startswith("clients")]


def test_the_account_of_a_group_is_written() -> None:
    stack, options = prepared(["ipv4 text", "group peer"])
    service_in(stack, **options)
    rule = rules_of(stack)[1]
    assert rule["SourceSecurityGroupOwnerId"] == "222222222222"


# Lists.


@every_type
@pytest.mark.parametrize("empty", [[], ()], ids=["list", "tuple"])
def test_fails_when_there_is_no_client(
    address_type: elbv2.IpAddressType, empty: Iterable[str]
) -> None:
    stack, options = prepared([])
    with refused(
        stack, "client-sources-missing", "The argument client_cidrs is an empty list.*pass None"
    ):
        service_in(stack, ip_address_type=address_type, **with_clients(options, empty))


def test_none_leaves_the_decision_to_principals_and_acceptance() -> None:
    stack = new_stack()
    service_in(stack, client_cidrs=None)
    [group] = resources_of(template_of(stack), SECURITY_GROUP)
    assert "SecurityGroupIngress" not in group["Properties"]


LISTS: dict[str, Callable[[cdk.Stack], list[str]]] = {
    "parameter": lambda stack: (
        cdk.CfnParameter(stack, "List", type="CommaDelimitedList").value_as_list
    ),
    "imported": lambda _: cdk.Fn.split(",", cdk.Fn.import_value("List")),
    "among literals": lambda _: ["10.0.0.0/8", *cdk.Fn.split(",", cdk.Fn.import_value("List"))],
}


@pytest.mark.parametrize("name", LISTS)
def test_fails_when_the_number_of_clients_is_not_known(name: str) -> None:
    stack, options = prepared([])
    given = LISTS[name](stack)
    message = r"Argument client_cidrs\[\d\] is a list that is known only at deployment"
    with refused(stack, "client-sources-undetermined", message):
        service_in(stack, **with_clients(options, given))


def test_an_item_of_a_list_that_is_not_known_passes() -> None:
    stack, options = prepared([])
    clients = cdk.CfnParameter(stack, "List", type="CommaDelimitedList").value_as_list
    service_in(stack, **with_clients(options, [cdk.Fn.select(0, clients)]))
    assert [it["CidrIp"] for it in rules_of(stack)] == [{"Fn::Select": [0, {"Ref": "List"}]}]


WRONG: dict[str, tuple[object, str]] = {
    "text": ("10.0.0.0/8", "client_cidrs must be a list of .*, not the str '10.0.0.0/8'"),
    "generator": (
        (it for it in ["10.0.0.0/8"]),
        "client_cidrs must be a list of .*, not a generator",
    ),
    "number": ([10], r"client_cidrs\[0\] must be a str or an ec2.IPeer, not the int 10"),
    "nothing": (["10.0.0.0/8", None], r"client_cidrs\[1\] must be a str or an ec2.IPeer, not None"),
    "port": ([ec2.Port], r"client_cidrs\[0\] must be a str or an ec2.IPeer, not the class"),
}


@pytest.mark.parametrize("name", WRONG)
def test_fails_when_a_client_is_of_another_type(name: str) -> None:
    given, message = WRONG[name]
    stack, options = prepared([])
    with refused(stack, "argument-type-mismatch", message):
        service_in(stack, **with_clients(options, given))


def test_fails_when_a_client_is_a_vpc() -> None:
    stack, options = prepared([])
    with refused(stack, "argument-type-mismatch", r"client_cidrs\[0\] must be .* not an ec2.Vpc"):
        service_in(stack, **with_clients(options, [options["vpc"]]))


@jsii.implements(ec2.IPeer)
class OwnPeer:
    """A peer of a user's own, which writes its rule as the CDK does."""

    def __init__(self, **rule: str) -> None:
        self._rule = rule

    @property
    def can_inline_rule(self) -> bool:
        return True

    @property
    def unique_id(self) -> str:
        return "own"

    def to_ingress_rule_config(self) -> Any:
        return self._rule

    def to_egress_rule_config(self) -> Any:
        return self._rule

    @property
    def connections(self) -> Any:
        return ec2.Connections(peer=cast("Any", self))


def test_a_peer_of_a_users_own_is_a_source() -> None:
    stack, options = prepared([])
    own = [OwnPeer(cidrIp="10.0.0.0/8"), OwnPeer(sourcePrefixListId=PREFIX_LIST)]
    service_in(stack, **with_clients(options, own))
    assert [it.get(CIDR) or it[LIST] for it in rules_of(stack)] == ["10.0.0.0/8", PREFIX_LIST]


def test_fails_when_a_peer_has_another_source() -> None:
    stack, options = prepared([])
    with refused(stack, "client-sources-not-valid", "A client is 'OwnPeer'"):
        service_in(stack, **with_clients(options, [OwnPeer(domainName="example.com")]))


# CIDR blocks.

HOST_BITS = {
    "10.1.0.5/16": "10.1.0.0/16",
    "10.1.128.0/16": "10.1.0.0/16",
    "10.0.0.1/0": "0.0.0.0/0",
    "2001:db8::1/32": "2001:db8::/32",
}


@pytest.mark.parametrize("peer", [False, True], ids=["text", "peer"])
@pytest.mark.parametrize("cidr", HOST_BITS)
def test_fails_when_a_client_has_host_bits(cidr: str, *, peer: bool) -> None:
    stack, options = prepared([])
    make = ec2.Peer.ipv6 if ":" in cidr else ec2.Peer.ipv4
    given = make(cidr) if peer else cidr
    message = (
        rf"'{cidr}' has host bits in client_cidrs\[0\]\. "
        f"The CIDR block with this prefix length is {HOST_BITS[cidr]}"
    )
    with refused(stack, "cidr-prefix-length-mismatch", message):
        service_in(stack, **with_clients(options, [given]))


@pytest.mark.parametrize("cidr", ["10.0.0.0/255.0.0.0", "10.0.0.0/08", "fe80::%eth0/64"])
def test_fails_when_only_python_takes_a_client(cidr: str) -> None:
    stack, options = prepared([])
    with refused(stack, "cidr-malformed", cidr):
        service_in(stack, **with_clients(options, [cidr]))


@pytest.mark.parametrize("cidr", ["10.1.0.5/32", "10.1.0.0/16", "10.1.128.0/17"])
def test_a_client_without_host_bits_passes(cidr: str) -> None:
    stack, options = prepared([])
    service_in(stack, **with_clients(options, [cidr]))
    assert [it[CIDR] for it in rules_of(stack)] == [cidr]


def test_equal_sources_are_written_once() -> None:
    stack, options = prepared([])
    token = parameter(stack)
    same = ["10.0.0.0/8", ec2.Peer.ipv4("10.0.0.0/8"), token, ec2.Peer.ipv4(token)]
    service_in(stack, **with_clients(options, same))
    assert [it[CIDR] for it in rules_of(stack)] == ["10.0.0.0/8", {"Ref": "Parameter"}]


def test_each_ipv6_source_counts_for_the_quota_of_its_family() -> None:
    stack, options = prepared([])
    ipv4 = [f"192.168.{number}.0/24" for number in range(60)]
    tokens = [ec2.Peer.ipv6(cdk.Fn.import_value(f"Range{number}")) for number in range(60)]
    given = with_clients(options, [*ipv4, *tokens])
    service_in(stack, ip_address_type=elbv2.IpAddressType.DUAL_STACK, **given)
    assert "security-group-rules-exceeded" not in warnings_of(stack)
