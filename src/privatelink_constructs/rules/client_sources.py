"""The rules for the sources that inbound rules allow, and for their address families."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING

from privatelink_constructs.rules import core
from privatelink_constructs.rules.core import Fix, error, first_of, is_token, warning
from privatelink_constructs.rules.identifiers import id_well_formed
from privatelink_constructs.rules.security_groups import cidr_without_host_bits, valid_client_cidr

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from privatelink_constructs.rules.core import Problem

_FAMILIES = {"ipv4": "IPv4", "ipv6": "IPv6"}


class SourceKind(enum.Enum):
    """What an inbound rule names as its source."""

    CIDR = "CIDR block"
    PREFIX_LIST = "prefix list"
    SECURITY_GROUP = "security group"
    OTHER = "source"
    """One that can't be seen, such as what a condition chooses."""


_ID_KINDS = {SourceKind.PREFIX_LIST: "pl", SourceKind.SECURITY_GROUP: "sg"}


@dataclass(frozen=True)
class ClientSource:
    """A source of clients, as far as it is known.

    :param kind: what it is.
    :param value: the CIDR block or the ID, perhaps a token.
    :param family: ``ipv4`` or ``ipv6``, None if the source doesn't show it.
    :param owner: the account of a security group, None for the own one.
    :param entries: how many rules it counts for, None for a prefix list of unknown size.
    """

    kind: SourceKind
    value: str
    family: str | None = None
    owner: str | None = None
    entries: int | None = None

    def __str__(self) -> str:
        """Return it as messages name it."""
        family = f"{_FAMILIES[self.family]} " if self.family else ""
        name = f"the {family}{self.kind.value}"
        return name if is_token(self.value) else f"{name} {self.value}"

    def counted(self, rules: int) -> list[str | None]:
        """Return a number of rules with it as the quota counts them.

        A prefix list counts as often as it can have entries, at least once.
        """
        each = self.entries or 1
        return ["::/0" if self.family == "ipv6" else None] * (each * rules)

    @property
    def is_uncounted(self) -> bool:
        """Whether it is a prefix list that may have any number of entries."""
        return self.kind is SourceKind.PREFIX_LIST and self.entries is None

    def may_be(self, family: str) -> bool:
        """Tell whether addresses of a family can be among those that it allows."""
        return self.family in {family, None}


def valid_sources(
    sources: Sequence[ClientSource], families: Sequence[str], *, argument: str
) -> Iterator[Problem]:
    """Check the sources that the load balancers of a service allow, all together.

    :param families: the address families that the service offers.
    :param argument: the name of the argument, for messages.
    """
    yield from source_present(len(sources), argument=argument)
    for source in sources:
        yield from source_not_security_group(source)
    yield from family_allowed(families, sources)
    yield from family_known(families, sources)
    for source in sources:
        yield from source_of_family(source, families, of="service offers")


def valid_source(source: ClientSource) -> Iterator[Problem]:
    """Check a CIDR block among the sources."""
    if source.kind is SourceKind.OTHER:
        yield from source_understood("a client", source.value)
    if is_token(source.value):
        return
    if source.kind is SourceKind.CIDR:
        yield from valid_client_cidr(source.value)
        yield from cidr_without_host_bits(source.value)
    yield from valid_source_id(source)


def valid_source_id(source: ClientSource) -> Iterator[Problem]:
    """Check the ID of a source that has one."""
    kind = _ID_KINDS.get(source.kind)
    if kind is not None and not is_token(source.value):
        yield from id_well_formed(source.value, kind)


@error(
    "client-sources-not-valid",
    "Clients must be listed as CIDR blocks, peers, or prefix lists.",
    why="A security group rule can't have any other source.",
    fix=Fix(
        code=(
            "use a list of CIDR blocks such as 10.0.0.0/16, of peers such as ec2.Peer.ipv6(...) "
            "or ec2.Peer.prefix_list(...), or of prefix lists. For an endpoint, clients can also "
            "be constructs that have connections"
        ),
        template="use CidrIp, CidrIpv6, or SourcePrefixListId",
    ),
    url=core.NLB_SECURITY_GROUPS,
)
def source_understood(name: str, value: object) -> Iterator[str]:
    """Find an argument, or an item of one, that isn't a source."""
    shown = repr(value) if isinstance(value, (str, int, float)) else f"a {type(value).__name__}"
    yield f"{name} is {shown}, which is not a valid source"


@error(
    "client-sources-undetermined",
    "The number of clients must be known when the app is synthesized.",
    why="Each client needs its own rule in the security group.",
    fix=Fix(
        code="pass the items one by one, for example Fn.select(0, the_list)",
        template="define a rule for each client",
    ),
    url=core.NLB_SECURITY_GROUPS,
)
def source_count_known(name: str, *, known: bool) -> Iterator[str]:
    """Find a list whose length only the deployment knows."""
    if not known:
        yield f"argument {name} is a list that is known only at deployment"


@error(
    "client-sources-missing",
    "The list of clients must not be empty.",
    why="If you remove the last entry of a list, the service must neither open to everyone nor "
    "close.",
    fix=Fix(
        code=(
            "list the clients' CIDR blocks, or pass None so that only allowed principals and "
            "acceptance decide who can connect"
        ),
        template=(
            "add inbound rules for the clients, or set "
            "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic to off so that only allowed "
            "principals and acceptance decide who can connect"
        ),
    ),
    url=core.NLB_SECURITY_GROUPS,
)
def source_present(count: int, *, argument: str) -> Iterator[str]:
    """Find that a list of clients is there and empty."""
    if not count:
        yield f"the argument {argument} is an empty list"


@error(
    "load-balancer-address-family-closed",
    "Enforced inbound rules must allow clients of each address family that the service offers.",
    why="The load balancer drops PrivateLink traffic that no rule allows, although the endpoint "
    "is available.",
    fix=Fix(
        code=(
            "add a source of this address family to client_cidrs (ec2.Peer.ipv6(...) for a token "
            "that is an IPv6 CIDR block), or change ip_address_type"
        ),
        template=(
            "add an inbound rule with CidrIp for IPv4 or CidrIpv6 for IPv6, or offer only the "
            "other address family in IpAddressType and SupportedIpAddressTypes"
        ),
    ),
    url=core.NLB_SECURITY_GROUPS,
)
def family_allowed(
    families: Collection[str], sources: Collection[ClientSource], *, where: str = ""
) -> Iterator[str]:
    """Find an address family that a service offers, and that no source can be of.

    :param where: the protocol and the port, where sources differ by port.
    """
    for family in sorted(families):
        if not any(source.may_be(family) for source in sources):
            yield f"no source allows {_FAMILIES[family]} clients{where}"


@warning(
    "load-balancer-address-family-undetermined",
    "The sources should include each address family that the service offers.",
    why="A prefix list has one address family. Traffic from clients of the other address family "
    "is dropped.",
    fix=Fix(
        code=(
            "add a CIDR block of this address family, or check that the prefix list is of this "
            "address family and acknowledge this warning"
        ),
        template=(
            "add a CIDR block of this address family, or check that the prefix list is of this "
            "address family and acknowledge this warning"
        ),
    ),
    url="https://docs.aws.amazon.com/vpc/latest/userguide/managed-prefix-lists.html",
)
def family_known(
    families: Collection[str], sources: Collection[ClientSource], *, where: str = ""
) -> Iterator[str]:
    """Find an address family that only a prefix list of unknown address family can allow.

    :param where: the protocol and the port, where sources differ by port.
    """
    for family in sorted(families):
        found = [source for source in sources if source.may_be(family)]
        unclear = (it.kind is SourceKind.PREFIX_LIST and it.family is None for it in found)
        if found and all(unclear):
            lists = ", ".join(sorted(map(str, found)))
            yield f"only {lists} can allow {_FAMILIES[family]} clients{where}"


@warning(
    "client-source-ineffective",
    "A client source should be of an address family that is in use.",
    why="Clients of another address family can't connect, so the rule has no effect.",
    fix=Fix(
        code="remove the source, or set ip_address_type so that both address families are in use",
        template="remove the rule, or set IpAddressType so that both address families are in use",
    ),
    url=core.NLB_SECURITY_GROUPS,
)
def source_of_family(source: ClientSource, families: Collection[str], *, of: str) -> Iterator[str]:
    """Find a source of an address family that isn't in use.

    :param families: the address families that are in use.
    :param of: the owner of the families in the message: ``service offers``.
    """
    if not any(map(source.may_be, families)):
        offered = " and ".join(_FAMILIES[family] for family in sorted(families))
        yield f"{source} has no effect, because the {of} only {offered}"


@warning(
    "client-security-group-ineffective",
    "Clients of a service should be specified by their addresses, not by their security groups.",
    why=(
        "PrivateLink traffic comes from an address in the consumer's VPC, which doesn't match a "
        "security group of the provider."
    ),
    fix=Fix(
        code="use the CIDR blocks of the clients",
        template="use CidrIp or CidrIpv6 with the CIDR blocks of the clients",
    ),
    url=core.NLB_SECURITY_GROUPS,
)
def source_not_security_group(source: ClientSource) -> Iterator[str]:
    """Find a security group among the sources of a service."""
    if source.kind is SourceKind.SECURITY_GROUP:
        yield f"{source} doesn't match clients that connect through endpoints"


def endpoint_families(
    families: Collection[str], sources: Collection[ClientSource]
) -> Iterator[Problem]:
    """Check that clients of each address family of an endpoint can connect."""
    yield from first_of(
        endpoint_open(families, sources), endpoint_open_to_each_family(families, sources)
    )


@error(
    "endpoint-address-family-closed",
    "The clients of an endpoint must have an address family that the endpoint has.",
    why="Every connection is dropped.",
    fix=Fix(
        code=(
            "add clients of this address family (ec2.Peer.ipv6(...) for a token that is an IPv6 "
            "CIDR block), or change ip_address_type"
        ),
        template=(
            "add an inbound rule with CidrIp for IPv4 or CidrIpv6 for IPv6, or change IpAddressType"
        ),
    ),
    url=core.CREATE_ENDPOINT,
)
def endpoint_open(families: Collection[str], sources: Collection[ClientSource]) -> Iterator[str]:
    """Find that no source is of an address family that an endpoint has."""
    closed = _closed(families, sources)
    if len(closed) == len(families):
        yield f"no source allows {' or '.join(closed)} clients"


@warning(
    "endpoint-address-family-insufficient",
    "An endpoint should allow clients of each address family that it has.",
    why="The DNS names of the endpoint resolve to addresses of both families, and traffic of one "
    "family is dropped.",
    fix=Fix(
        code="add clients of this address family, or use one address family in ip_address_type",
        template="add an inbound rule with CidrIp for IPv4 or CidrIpv6 for IPv6, or use one "
        "address family in IpAddressType",
    ),
    url=core.CREATE_ENDPOINT,
)
def endpoint_open_to_each_family(
    families: Collection[str], sources: Collection[ClientSource]
) -> Iterator[str]:
    """Find address families of an endpoint that no source can be of."""
    for family in _closed(families, sources):
        yield f"no source allows {family} clients"


def _closed(families: Collection[str], sources: Collection[ClientSource]) -> list[str]:
    return [
        _FAMILIES[family]
        for family in sorted(families)
        if not any(source.may_be(family) for source in sources)
    ]


@warning(
    "endpoint-security-group-undetermined",
    "The security groups of an endpoint should allow its clients.",
    why="The library can't add rules to security groups that you import as immutable.",
    fix=Fix(
        code="allow the clients in those security groups, and acknowledge this warning",
        template="allow the clients in the inbound rules of the security groups",
    ),
    url=core.CREATE_ENDPOINT,
)
def endpoint_groups_managed(names: Collection[str], *, managed: bool) -> Iterator[str]:
    """Find that rules for the clients can be added to no security group of an endpoint."""
    if not managed:
        yield f"the library can't allow the clients in {', '.join(sorted(names))}"
