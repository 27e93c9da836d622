"""The clients of an interface endpoint: who they are, and the rules that let them connect."""

from __future__ import annotations

from functools import cached_property, partial
from typing import TYPE_CHECKING, cast

from privatelink_constructs._cdk.asking import peer_of, reference, stack_of, text_of
from privatelink_constructs._cdk.imported_groups import (
    add_shared_rule,
    imported_id,
    known_group,
)
from privatelink_constructs._cdk.numbered_rules import add_rules
from privatelink_constructs._cdk.sources import (
    check_items,
    equal_tokens,
    has_groups,
    is_peer,
    rule_properties,
    source_of,
)
from privatelink_constructs._values import internal_value
from privatelink_constructs.consumer.connected_clients import ConnectedClients
from privatelink_constructs.rules import client_sources as source_rules
from privatelink_constructs.rules import endpoints as rules
from privatelink_constructs.rules import security_groups as security_rules
from privatelink_constructs.rules.client_sources import SourceKind
from privatelink_constructs.rules.core import about, is_token
from privatelink_constructs.rules.service_ports import transports

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence

    import aws_cdk as cdk
    import constructs
    from aws_cdk import aws_ec2 as ec2

    from privatelink_constructs._cdk.imported_groups import KnownGroup
    from privatelink_constructs.rules.client_sources import ClientSource
    from privatelink_constructs.rules.core import Problem

DESCRIPTION = "clients of an interface endpoint"
"""The description of rules for constructs, because the CDK's can be longer than EC2 accepts."""
_FAMILIES = {
    "ipv4": ("ipv4",),
    "ipv6": ("ipv6",),
    "dualstack": ("ipv4", "ipv6"),
}


@internal_value
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
        """Return whether the CDK may number the rules for the client.

        It numbers those for tokens that aren't in the security group itself.

        :param inline: whether rules for CIDR blocks are in the security group.
        """
        if self.source is None or not is_token(self.source.value):
            return False
        return not (inline and self.source.kind is SourceKind.CIDR)


@internal_value(kw_only=True)
class Clients:
    """Who can connect to an endpoint.

    :param given: what the user passed, None for nothing.
    :param stack: the stack of the endpoint.
    :param address_type: the address type of the endpoint.
    :param groups: the security groups of the user, empty for one of the endpoint's own.
    :param ports: the ports of the service.
    """

    given: Sequence[str | ec2.IPeer | ec2.IConnectable] | None
    stack: cdk.Stack
    address_type: str
    groups: tuple[ec2.ISecurityGroup, ...]
    ports: Sequence[int | str]

    @property
    def families(self) -> tuple[str, ...]:
        """The address families of the endpoint."""
        return _FAMILIES[self.address_type]

    @cached_property
    def each(self) -> tuple[Client, ...]:
        """Every client once; EC2 rejects the second of two equal rules."""
        clients = [self._client(item) for item in self.given or ()]
        groups = sum(map(_is_group, clients))
        values = [self._value(client, groups) for client in clients]
        same = equal_tokens([value for value in values if value is not None], self.stack)
        found: dict[Hashable, Client] = {}
        for client, value in zip(clients, values, strict=True):
            found.setdefault(_key(client, same.get(value or "", value)), client)
        return tuple(found.values())

    def _client(self, item: str | ec2.IPeer | ec2.IConnectable) -> Client:
        if not isinstance(item, str) and (not is_peer(item) or has_groups(item)):
            return Client(item, None)
        return Client(item, source_of(cast("str | ec2.IPeer", item)))

    def _value(self, client: Client, groups: int) -> str | None:
        """Return what distinguishes a client from others, None if only its object does.

        :param groups: how many clients are security groups, which can be passed as they are, and
            as peers.
        """
        if client.source is not None:
            return client.source.value
        several = groups > 1 and _is_group(client)
        return text_of(client.given, "security_group_id") if several else None

    @cached_property
    def known_groups(self) -> tuple[KnownGroup, ...]:
        """What is known of the user's security groups."""
        return tuple(known_group(group, self.stack) for group in self.groups)

    @cached_property
    def connected(self) -> ConnectedClients:
        """The constructs among the clients, with their security groups."""
        given = [client.given for client in self.each if client.source is None]
        return ConnectedClients(cast("list[ec2.IConnectable]", given), self.stack)

    @property
    def may_be_nobody(self) -> bool:
        """Whether only rules that are added later can show that a client can connect."""
        if self.given and (not self.groups or any(it.mutable for it in self.known_groups)):
            sources = any(it.source is not None for it in self.each)
            return not sources and not self.connected.have_groups
        # The rules of groups that are defined elsewhere aren't known.
        ids = [imported_id(group) for group in self.groups]
        return not ids or not all(it is not None and not is_token(it) for it in ids)

    def problems(self) -> Iterator[Problem]:
        """Check the clients.

        Other clients may be allowed later, with ``connections``, and by rules of the user's groups.
        So a family without a client is only wrong where there are clients.
        """
        if self.given is None:
            return
        yield from check_items(self.given, argument="clients")
        yield from self.connected.problems()
        sources = [client.source for client in self.each if client.source is not None]
        families = self.families
        for position, item in enumerate(self.given):
            source = self._client(item).source
            if source is not None:
                yield from about(_source_problems(source), f"clients[{position}]")
        for source in sources:
            yield from source_rules.source_of_family(source, families, of="endpoint has")
        if not self.groups:
            if sources and len(sources) == len(self.each):
                yield from source_rules.endpoint_families(families, sources)
        elif self.each:
            mutable = [group.mutable for group in self.known_groups]
            names = [group.name for group in self.known_groups]
            yield from source_rules.endpoint_groups_managed(names, managed=any(mutable))
        yield from self._count_problems(sources)

    def _count_problems(self, sources: Sequence[ClientSource]) -> Iterator[Problem]:
        """Check how many rules a security group gets; those of the user's groups may be more."""
        ports = len(self.ports)
        connected = len(self.each) - len(sources)
        inbound: list[str | None] = [None] * (ports * connected)
        inbound += [each for source in sources for each in source.counted(ports)]
        lists = ports * sum(source.is_uncounted for source in sources)
        yield from security_rules.security_group_rule_count(inbound=inbound, outbound=())
        yield from security_rules.security_group_rule_count_known(
            rules=len(inbound) - lists, lists=lists, direction="inbound"
        )

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
            if client.source is None:
                for connected in self.connected.distinct(cast("ec2.IConnectable", client.given)):
                    self._connect(connected, connections(), ports.values())
                continue
            peer = client.peer(self.stack)
            for number, port in ports.items():
                if own is not None:
                    own.add_ingress_rule(peer, port)
                elif len(shared) < len(self.groups):
                    connections().allow_from(peer, port)
                else:
                    self._share(shared, client.source, number)

    def _connect(
        self, client: ec2.IConnectable, endpoint: ec2.Connections, ports: Iterable[ec2.Port]
    ) -> None:
        """Open ports between the groups of a client and those of the endpoint.

        Where the endpoint's groups are of another stack, such as that of the network, the rules are
        in the client's stack. The other stack would refer to the client, which often refers to it.
        """
        for port in ports:
            if self._groups_elsewhere:
                to_endpoint = cast("ec2.IConnectable", endpoint)
                client.connections.allow_to(to_endpoint, port, DESCRIPTION)
            else:
                endpoint.allow_from(client, port, DESCRIPTION)

    @cached_property
    def _groups_elsewhere(self) -> bool:
        """Whether a security group of the user is defined in another stack than the endpoint's."""
        defined = (group for group in self.groups if imported_id(group) is None)
        stacks = (stack_of(cast("constructs.IConstruct", group)) for group in defined)
        return any(reference(stack) != reference(self.stack) for stack in stacks)

    def _share(self, groups: Sequence[KnownGroup], source: ClientSource, port: int | str) -> None:
        """Add a rule to imported groups, which other endpoints may have imported, too."""
        ((first, last, protocol),) = transports(port)
        ways = {"ip_protocol": protocol, "from_port": first, "to_port": last}
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


def _source_problems(source: ClientSource) -> Iterator[Problem]:
    """Check a client that is a CIDR block, a prefix list, or the ID of a security group."""
    if source.kind is SourceKind.CIDR and not is_token(source.value):
        yield from rules.valid_client(source.value)
    yield from source_rules.valid_source_id(source)


def _is_group(client: Client) -> bool:
    """Return whether a client is a security group, in either form."""
    source = client.source
    return has_groups(client.given) if source is None else source.kind is SourceKind.SECURITY_GROUP


def _key(client: Client, value: str | None) -> Hashable:
    """Return what is equal for equal clients."""
    if value is None:
        return id(client.given)
    source = client.source
    # A group is the same one as a peer; a CIDR block isn't a group of the same text.
    named = None if source is None or _is_group(client) else (source.kind, source.family)
    return (value, named, source.owner if source else None)
