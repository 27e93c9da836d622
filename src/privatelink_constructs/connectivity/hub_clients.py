"""The clients of a hub, and the security groups that let them connect to its endpoints."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from privatelink_constructs._cdk.asking import port_of, reference
from privatelink_constructs._cdk.sources import check_items
from privatelink_constructs._values import internal_value
from privatelink_constructs.consumer.endpoint_base import groups_of
from privatelink_constructs.consumer.endpoint_clients import Clients
from privatelink_constructs.rules import client_sources as source_rules
from privatelink_constructs.rules import hub as rules
from privatelink_constructs.rules.client_sources import SourceKind
from privatelink_constructs.rules.core import is_token
from privatelink_constructs.rules.service_ports import transports

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import aws_cdk as cdk
    from aws_cdk import aws_ec2 as ec2

    from privatelink_constructs.connectivity.shared_endpoints import SharedEndpoint
    from privatelink_constructs.rules.client_sources import ClientSource
    from privatelink_constructs.rules.core import Problem


@internal_value
class Door:
    """Security groups that endpoints share, and what is opened in them.

    :param connections: the security groups as the CDK takes them.
    :param clients: the clients, with the groups and the ports.
    """

    connections: ec2.Connections
    clients: Clients

    def open(self) -> None:
        """Allow the clients."""
        stack = self.clients.stack
        ports = {port: _port(stack, port) for port in self.clients.ports}
        self.clients.open(ports, None, lambda: self.connections)


class HubClients:
    """Opens the endpoints of a hub to its clients.

    :param given: the clients, as the user passes them.
    :param endpoints: the endpoints.
    :param stack: the stack of the hub.
    """

    def __init__(
        self,
        given: Sequence[str | ec2.IPeer | ec2.IConnectable],
        endpoints: Sequence[SharedEndpoint],
        stack: cdk.Stack,
    ) -> None:
        """Keep them."""
        self.given = given
        self._endpoints = endpoints
        self._stack = stack

    @cached_property
    def _all(self) -> Clients:
        """The clients without any security groups."""
        return Clients(
            given=self.given, stack=self._stack, address_type="dualstack", groups=(), ports=()
        )

    @cached_property
    def _sources(self) -> list[ClientSource | None]:
        """What each client is, None for a construct with security groups."""
        return [client.source for client in self._all.each]

    @cached_property
    def _opened(self) -> dict[str, tuple[ec2.ISecurityGroup, ...]]:
        """The security groups of each endpoint that can be opened, by its label."""
        found = {it.label: groups_of(it.endpoint) for it in self._endpoints}
        ports = {it.label: it.answers.ports for it in self._endpoints}
        return {label: groups for label, groups in found.items() if groups and ports[label]}

    @cached_property
    def _doors(self) -> list[Door]:
        """What is opened; the security groups of several endpoints are opened once."""
        shared: dict[tuple[str, ...], list[SharedEndpoint]] = {}
        for it in self._endpoints:
            if it.label in self._opened:
                key = tuple(map(reference, self._opened[it.label]))
                shared.setdefault(key, []).append(it)
        return [self._door(endpoints) for endpoints in shared.values()]

    def _door(self, endpoints: Sequence[SharedEndpoint]) -> Door:
        kinds = {it.answers.address_type for it in endpoints}
        clients = Clients(
            given=self.given,
            stack=self._stack,
            address_type=kinds.pop() if len(kinds) == 1 else "dualstack",
            groups=self._opened[endpoints[0].label],
            ports=list(dict.fromkeys(port for it in endpoints for port in it.answers.ports)),
        )
        return Door(endpoints[0].endpoint.connections, clients)

    @property
    def cidrs(self) -> tuple[str, ...]:
        """The CIDR blocks of all clients, none unless all of them are literal CIDR blocks."""
        values = [it.value for it in self._sources if it and it.kind is SourceKind.CIDR]
        every = len(values) == len(self._sources) and not is_token(values)
        return tuple(values) if every else ()

    def problems(self) -> Iterator[Problem]:
        """Check the clients, and whether they can be allowed."""
        yield from rules.hub_clients_present(len(self.given))
        yield from check_items(self.given, argument="clients")
        literal = [it.value for it in self._sources if it and not is_token(it.value)]
        yield from rules.hub_clients_narrow(literal)
        yield from self._all.connected.problems()
        for door in self._doors:
            yield from door.clients.problems()
            yield from self._family_problems(door)
        closed = [it.name for it in self._endpoints if it.label not in self._opened]
        yield from source_rules.endpoint_groups_managed(closed, managed=not closed)

    def _family_problems(self, door: Door) -> Iterator[Problem]:
        """Find endpoints that no client of the hub can connect to; constructs may be of any."""
        sources = [it for it in self._sources if it is not None]
        if sources and len(sources) == len(self._sources):
            yield from source_rules.endpoint_open(door.clients.families, sources)

    def open(self) -> None:
        """Allow the clients to connect to the endpoints."""
        for door in self._doors:
            door.open()


def _port(stack: cdk.Stack, port: int | str) -> ec2.Port:
    """Return a port of a contract as security groups take it."""
    ((first, last, protocol),) = transports(port)
    return port_of(stack, protocol, first, last)
