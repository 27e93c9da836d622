"""The clients of an interface endpoint: who they are, and the rules that let them connect."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING, cast

from privatelink_constructs._cdk.asking import peer_of, text_of
from privatelink_constructs._cdk.imported_groups import add_shared_rule, known_group
from privatelink_constructs._cdk.numbered_rules import add_rules
from privatelink_constructs._cdk.reporting import in_words
from privatelink_constructs._cdk.sources import (
    check_items,
    has_groups,
    is_peer,
    rule_properties,
    source_of,
)
from privatelink_constructs.rules import client_sources as source_rules
from privatelink_constructs.rules import clients as client_rules
from privatelink_constructs.rules import endpoints as rules
from privatelink_constructs.rules.client_sources import SourceKind
from privatelink_constructs.rules.core import is_token
from privatelink_constructs.rules.service_ports import transports
from privatelink_constructs.rules.wording import class_name

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence

    import aws_cdk as cdk
    from aws_cdk import aws_ec2 as ec2

    from privatelink_constructs._cdk.imported_groups import KnownGroup
    from privatelink_constructs.rules.client_sources import ClientSource
    from privatelink_constructs.rules.core import Problem

DESCRIPTION = "clients of an interface endpoint"
"""What rules for constructs say: the CDK's text has their whole path, and EC2 takes 255 letters."""
_FAMILIES = {
    "ipv4": ("ipv4",),
    "ipv6": ("ipv6",),
    "dualstack": ("ipv4", "ipv6"),
}


@dataclass(frozen=True, eq=False)
class Client:
    """A client of an endpoint.

    :param given: what the user passed.
    :param source: a CIDR block, a prefix list, or the ID of a group. None for a construct, which
        has security groups of its own that are opened as well.
    """

    given: str | ec2.IPeer | ec2.IConnectable
    source: ClientSource | None

    def peer(self, stack: cdk.Stack) -> ec2.IPeer:
        """Return what the CDK's rules are made of."""
        if isinstance(self.given, str) and self.source is not None:
            return peer_of(stack, self.source.value, ipv6=self.source.family == "ipv6")
        return cast("ec2.IPeer", self.given)

    def may_be_numbered(self, *, inline: bool) -> bool:
        """Tell whether the CDK may number the rules for the client.

        It numbers those for tokens that aren't in the security group itself.

        :param inline: whether rules for CIDR blocks are in the security group.
        """
        if self.source is None or not is_token(self.source.value):
            return False
        return not (inline and self.source.kind is SourceKind.CIDR)


@dataclass(frozen=True, kw_only=True, eq=False)
class Clients:
    """Who can connect to an endpoint.

    :param given: what the user passed, None for nothing.
    :param stack: the stack of the endpoint.
    :param address_type: the address type of the endpoint.
    :param groups: the security groups of the user, empty for one of the endpoint's own.
    """

    given: Sequence[str | ec2.IPeer | ec2.IConnectable] | None
    stack: cdk.Stack
    address_type: str
    groups: tuple[ec2.ISecurityGroup, ...]

    @cached_property
    def each(self) -> tuple[Client, ...]:
        """Every client once; EC2 refuses the second of two equal rules."""
        clients = [self._client(item) for item in self.given or ()]
        groups = sum(map(_is_group, clients))
        found: dict[Hashable, Client] = {}
        for client in clients:
            key: Hashable = client.source or id(client.given)
            if groups > 1 and _is_group(client):
                # A group can be passed as it is, and as a peer.
                source = client.source
                key = source.value if source else text_of(client.given, "security_group_id")
            found.setdefault(key, client)
        return tuple(found.values())

    def _client(self, item: str | ec2.IPeer | ec2.IConnectable) -> Client:
        if not isinstance(item, str) and (not is_peer(item) or has_groups(item)):
            return Client(item, None)
        return Client(item, source_of(cast("str | ec2.IPeer", item)))

    @cached_property
    def known_groups(self) -> tuple[KnownGroup, ...]:
        """What can be learned of the user's security groups."""
        return tuple(known_group(group, self.stack) for group in self.groups)

    def problems(self) -> Iterator[Problem]:
        """Check the clients.

        Other clients may be allowed later, with ``connections``, and by rules of the user's groups.
        So a family without a client is only wrong where there are clients.
        """
        if self.given is None:
            return
        yield from check_items(self.given, argument="clients")
        for client in self.each:
            if client.source is None and not is_peer(client.given):
                yield from _connection_problems(cast("ec2.IConnectable", client.given))
        sources = [client.source for client in self.each if client.source is not None]
        families = _FAMILIES[self.address_type]
        for source in sources:
            if source.kind is SourceKind.CIDR and not is_token(source.value):
                yield from rules.valid_client(source.value)
            yield from source_rules.source_of_family(source, families, of="endpoint has")
        if not self.groups:
            yield from rules.inbound_rule_present(len(self.each))
            if sources and len(sources) == len(self.each):
                yield from source_rules.endpoint_families(families, sources)
        elif self.each:
            mutable = [group.mutable for group in self.known_groups]
            names = [group.name for group in self.known_groups]
            yield from source_rules.endpoint_groups_managed(names, managed=any(mutable))

    def open(
        self,
        ports: Mapping[int | str, ec2.Port],
        own: ec2.SecurityGroup | None,
        connections: Callable[[], ec2.Connections],
    ) -> None:
        """Allow the clients.

        :param ports: the ports as contracts write them, each as the CDK takes it.
        :param own: the endpoint's own security group, None if the user has passed others.
        :param connections: returns the security groups of the endpoint.
        """
        allow = partial(self._allow, ports, own, connections)
        if any(client.may_be_numbered(inline=own is not None) for client in self.each):
            add_rules((own,) if own is not None else self.groups, allow)
        else:
            allow()

    def _allow(
        self,
        ports: Mapping[int | str, ec2.Port],
        own: ec2.SecurityGroup | None,
        connections: Callable[[], ec2.Connections],
    ) -> None:
        shared = [group for group in self.known_groups if group.imported_id is not None]
        for client in self.each:
            peer = client.peer(self.stack)
            for number, port in ports.items():
                if client.source is None:
                    connections().allow_from(peer, port, DESCRIPTION)
                elif own is not None:
                    own.add_ingress_rule(peer, port)
                elif len(shared) < len(self.groups):
                    connections().allow_from(peer, port)
                else:
                    self._share(shared, client.source, number)

    def _share(self, groups: Sequence[KnownGroup], source: ClientSource, port: int | str) -> None:
        """Add a rule to imported groups, which other endpoints may have imported, too."""
        ((number, protocol),) = transports(port)
        ways = {"ip_protocol": protocol, "from_port": number, "to_port": number}
        named = rule_properties(source)
        for group in groups:
            if group.mutable:
                group_id = str(group.imported_id)
                add_shared_rule(
                    self.stack,
                    {"group_id": group_id, **ways, **named},
                    key=[group_id, *ways.values(), *named.values()],
                    description=DESCRIPTION,
                )


def _is_group(client: Client) -> bool:
    """Tell whether a client is a security group, in either form."""
    source = client.source
    return has_groups(client.given) if source is None else source.kind is SourceKind.SECURITY_GROUP


def _connection_problems(client: ec2.IConnectable) -> Iterator[Problem]:
    """Find that a construct has no security group, which only asking for it tells."""
    path = getattr(getattr(client, "node", None), "path", class_name(type(client)))
    try:
        groups = client.connections.security_groups
    except RuntimeError as error:  # the CDK has no other way to ask
        yield from client_rules.client_connectable(path, reason=in_words(error))
    else:
        # Connections by themselves can be of a peer, which they don't tell.
        if hasattr(client, "node"):
            yield from client_rules.client_group_present(path, groups=len(groups))
