"""Clients of an endpoint that the load balancers of a service of the app drop."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2
from tests.support.consumers import app_with_zones
from tests.support.load_balanced import service_in
from tests.support.published import ENVIRONMENT, stack_in
from tests.support.vpcs import vpc_in

from privatelink_constructs import InterfaceEndpoint, check_templates

if TYPE_CHECKING:
    from privatelink_constructs import (
        EndpointServiceContract,
        NetworkLoadBalancedEndpointService,
    )

CODE = "endpoint-clients-closed"
MESSAGE = (
    r"The service allows 192\.168\.0\.0/16, "
    r"but the clients of the endpoint are in 10\.1\.0\.0/16\. "
    rf"Add the CIDR blocks of the clients to client_cidrs .* \[{CODE}\]"
)


def stacks() -> tuple[cdk.Stack, cdk.Stack]:
    app = app_with_zones()
    return stack_in(app), cdk.Stack(app, "Clients", env=ENVIRONMENT)


def connect(
    clients: cdk.Stack,
    service: NetworkLoadBalancedEndpointService | EndpointServiceContract,
    *blocks: Any,
    **options: Any,
) -> InterfaceEndpoint:
    vpc = options.pop("vpc", None) or vpc_in(clients)
    return InterfaceEndpoint(
        clients, "Endpoint", vpc=vpc, service=service, clients=blocks, **options
    )


def synthesize(stack: cdk.Stack) -> list[str]:
    app = stack.node.root
    assert isinstance(app, cdk.App)
    assembly = app.synth()
    return [
        it.rule for it in check_templates({it.stack_name: it.template for it in assembly.stacks})
    ]


@pytest.mark.parametrize("given", ["service", "contract"])
def test_fails_when_the_service_allows_other_clients(given: str) -> None:
    provider, clients = stacks()
    service = service_in(provider, client_cidrs=["192.168.0.0/16"])
    connect(clients, service.contract if given == "contract" else service, "10.1.0.0/16")
    with pytest.raises(RuntimeError, match=MESSAGE):
        synthesize(clients)


@pytest.mark.parametrize(
    ("allowed", "blocks"),
    [
        (["10.0.0.0/8"], ["10.1.0.0/16"]),
        (["10.1.2.0/24", "192.168.0.0/16"], ["172.16.0.0/12", "10.1.0.0/16"]),
        (["192.168.0.0/16", ec2.Peer.prefix_list("pl-0123456789abcdef0")], ["10.1.0.0/16"]),
        (["192.168.0.0/16"], [cdk.Fn.import_value("Block")]),
        (["192.168.0.0/16", cdk.Fn.import_value("Block")], ["10.1.0.0/16"]),
        (None, ["10.1.0.0/16"]),
    ],
    ids=["inside", "in part", "prefix list", "token", "token of the service", "not enforced"],
)
def test_clients_that_the_service_may_allow(allowed: list[Any] | None, blocks: list[Any]) -> None:
    provider, clients = stacks()
    connect(clients, service_in(provider, client_cidrs=allowed), *blocks)
    assert CODE not in synthesize(clients)


def test_clients_that_the_service_allows_later() -> None:
    provider, clients = stacks()
    service = service_in(provider, client_cidrs=["192.168.0.0/16"])
    connect(clients, service, "10.1.0.0/16")
    service.connections.allow_from(ec2.Peer.ipv4("10.1.0.0/16"), ec2.Port.tcp(80))
    assert CODE not in synthesize(clients)


def test_the_clients_of_a_users_security_group_are_not_known() -> None:
    provider, clients = stacks()
    service = service_in(provider, client_cidrs=["192.168.0.0/16"])
    group = ec2.SecurityGroup.from_security_group_id(clients, "Group", "sg-0123456789abcdef0")
    connect(clients, service, "10.1.0.0/16", security_groups=[group])
    assert CODE not in synthesize(clients)


def test_a_client_that_is_a_construct_has_an_unknown_address() -> None:
    provider, clients = stacks()
    service = service_in(provider, client_cidrs=["192.168.0.0/16"])
    vpc = vpc_in(clients)
    connect(clients, service, ec2.SecurityGroup(clients, "Group", vpc=vpc), vpc=vpc)
    assert CODE not in synthesize(clients)
