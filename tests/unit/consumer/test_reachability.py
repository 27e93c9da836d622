"""Clients reach an endpoint, as the templates tell, wherever it, its group, and they are."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_lambda as lambda_
from tests.support.client_reachability import Estate
from tests.support.consumers import app_with_zones, consumer_in, contract_with, endpoint_in
from tests.support.vpcs import imported_vpc, vpc_in

from privatelink_constructs import check_templates
from privatelink_constructs.rules.service_ports import transports

if TYPE_CHECKING:
    from collections.abc import Callable

ISOLATED = ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED)
IMPORTED, CLIENT, LIST = "sg-0123456789abcdef0", "sg-0123456789abcdef1", "pl-0123456789abcdef0"
PORTS: dict[str, list[int | str]] = {
    "one port": [443],
    "ports": [443, 8443, "53/udp"],
    "ranges": [443, "1024-65535", "5000-5010/udp"],
}


class Place:
    """Stacks for a network, for clients, and for an endpoint."""

    def __init__(self, layout: str) -> None:
        self.app = app_with_zones(**{"aws:cdk:enable-asset-metadata": True})
        self.network = consumer_in(self.app, "Network")
        self.vpc = vpc_in(self.network)
        self.clients, self.stack = {
            "one stack": lambda: (self.network, self.network),
            "nested endpoint": lambda: (self.network, self.nested(self.network, "Endpoint")),
            "nested client": lambda: (self.nested(self.network, "Clients"), self.network),
            "both nested": lambda: (
                self.nested(self.network, "Clients"),
                self.nested(self.network, "Endpoint"),
            ),
            "other stack": lambda: (self.network, consumer_in(self.app, "Endpoint")),
            "three stacks": lambda: (
                consumer_in(self.app, "Clients"),
                consumer_in(self.app, "Endpoint"),
            ),
        }[layout]()

    @staticmethod
    def nested(stack: cdk.Stack, name: str) -> cdk.Stack:
        return cdk.NestedStack(stack, name)

    def estate(self) -> Estate:
        return Estate(Path(self.app.synth().directory))


LAYOUTS = (
    *("one stack", "nested endpoint", "nested client"),
    *("both nested", "other stack", "three stacks"),
)


def own(_: Place) -> list[ec2.ISecurityGroup]:
    return []


def existing(place: Place) -> list[ec2.ISecurityGroup]:
    return [ec2.SecurityGroup(place.stack, "Existing", vpc=place.vpc)]


def of_the_network(place: Place) -> list[ec2.ISecurityGroup]:
    return [ec2.SecurityGroup(place.network, "Existing", vpc=place.vpc)]


def imported(place: Place) -> list[ec2.ISecurityGroup]:
    return [ec2.SecurityGroup.from_security_group_id(place.stack, "Imported", IMPORTED)]


def imported_from_the_network(place: Place) -> list[ec2.ISecurityGroup]:
    group = ec2.SecurityGroup(place.network, "Existing", vpc=place.vpc)
    again = ec2.SecurityGroup.from_security_group_id(place.stack, "Again", group.security_group_id)
    return [again]


GROUPS = {it.__name__: it for it in (own, existing, of_the_network, imported)}
GROUPS[imported_from_the_network.__name__] = imported_from_the_network


class Client:
    """A client, with what its rules name, and whether its own rules are known."""

    def __init__(self, given: Any, stack: cdk.Stack, value: Any, *, outbound: bool = False) -> None:
        self.given = given
        self._stack = stack
        self._value = value
        self.outbound = outbound

    def identity(self, estate: Estate) -> Any:
        return estate.identity(self._stack.template_file, self._stack.resolve(self._value))


def text(place: Place) -> Client:
    return Client("10.9.0.0/16", place.clients, "10.9.0.0/16")


def peer(place: Place) -> Client:
    return Client(ec2.Peer.ipv4("10.9.0.0/16"), place.clients, "10.9.0.0/16")


def token(place: Place) -> Client:
    return Client(place.vpc.vpc_cidr_block, place.network, place.vpc.vpc_cidr_block)


def import_value(place: Place) -> Client:
    return Client(cdk.Fn.import_value("Range"), place.stack, {"Fn::ImportValue": "Range"})


def prefix_list(place: Place) -> Client:
    return Client(ec2.Peer.prefix_list(LIST), place.clients, LIST)


def list_of_the_app(place: Place) -> Client:
    made = ec2.PrefixList(
        place.clients, "List", address_family=ec2.AddressFamily.IP_V4, max_entries=9
    )
    return Client(made, place.clients, made.prefix_list_id)


def group(place: Place) -> Client:
    made = ec2.SecurityGroup(place.clients, "Client", vpc=place.vpc, allow_all_outbound=False)
    return Client(made, place.clients, made.security_group_id, outbound=True)


def open_group(place: Place) -> Client:
    made = ec2.SecurityGroup(place.clients, "Client", vpc=place.vpc)
    return Client(made, place.clients, made.security_group_id, outbound=True)


def imported_group(place: Place) -> Client:
    made = ec2.SecurityGroup.from_security_group_id(place.clients, "Client", CLIENT)
    return Client(made, place.clients, CLIENT)


def function(place: Place) -> Client:
    made = lambda_.Function(
        place.clients,
        "Function",
        code=lambda_.Code.from_inline("-"),
        handler="index.handler",
        runtime=lambda_.Runtime.PYTHON_3_13,
        vpc=place.vpc,
        vpc_subnets=ISOLATED,
        allow_all_outbound=False,
    )
    [own_group] = made.connections.security_groups
    return Client(made, place.clients, own_group.security_group_id, outbound=True)


CLIENTS: dict[str, Callable[[Place], Client]] = {
    it.__name__: it
    for it in (
        *(text, peer, token, import_value, prefix_list, list_of_the_app),
        *(group, open_group, imported_group, function),
    )
}


@pytest.mark.parametrize(("layout", "groups", "client"), list(product(LAYOUTS, GROUPS, CLIENTS)))
def test_a_client_reaches_every_port(layout: str, groups: str, client: str) -> None:
    ports = PORTS[list(PORTS)[(len(layout) + len(groups) + len(client)) % len(PORTS)]]
    place = Place(layout)
    made = CLIENTS[client](place)
    endpoint_in(
        place.stack,
        vpc=place.vpc,
        service=contract_with(ports=ports),
        clients=[made.given],
        security_groups=GROUPS[groups](place),
    )
    estate = place.estate()
    ways = [(it.protocol, it.first, it.last) for port in ports for it in transports(port)]
    assert not estate.closed(made.identity(estate), ways, outbound=made.outbound)
    found = check_templates(estate.templates)
    assert not [it for it in found if "closed" in it.rule or "duplicate" in it.rule]


@pytest.mark.parametrize("ports", PORTS)
@pytest.mark.parametrize("client", CLIENTS)
def test_a_client_reaches_ports_of_every_kind(client: str, ports: str) -> None:
    place = Place("one stack")
    made = CLIENTS[client](place)
    service = contract_with(ports=PORTS[ports])
    endpoint_in(place.stack, vpc=place.vpc, service=service, clients=[made.given])
    estate = place.estate()
    ways = [(it.protocol, it.first, it.last) for port in PORTS[ports] for it in transports(port)]
    assert not estate.closed(made.identity(estate), ways, outbound=made.outbound)


def test_the_reachability_check_sees_what_is_closed() -> None:
    place = Place("one stack")
    allowed, other = text(place), group(place)
    endpoint_in(place.stack, vpc=place.vpc, clients=[allowed.given])
    estate = place.estate()
    assert not estate.closed(allowed.identity(estate), [("tcp", 443, 443)], outbound=False)
    assert len(estate.closed(allowed.identity(estate), [("tcp", 80, 80)], outbound=False)) == 1
    assert len(estate.closed(allowed.identity(estate), [("tcp", 443, 444)], outbound=False)) == 1
    assert len(estate.closed(allowed.identity(estate), [("udp", 443, 443)], outbound=False)) == 1
    assert len(estate.closed(other.identity(estate), [("tcp", 443, 443)], outbound=True)) == 2


def test_clients_reach_an_endpoint_in_a_vpc_that_is_imported() -> None:
    place = Place("other stack")
    made = [text(place), prefix_list(place), imported_group(place)]
    vpc = imported_vpc(place.stack)
    endpoint_in(place.stack, vpc=vpc, clients=[it.given for it in made])
    estate = place.estate()
    for it in made:
        assert not estate.closed(it.identity(estate), [("tcp", 443, 443)], outbound=False)
