"""Ranges of ports in a contract: each is one rule of a security group."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2
from tests.support.consumers import GROUP, consumer_in, contract_with, endpoint_in
from tests.support.published import only, resources_of, template_of
from tests.support.refusals import refusal, warning_codes
from tests.support.vpcs import imported_vpc, vpc_in

from privatelink_constructs import InterfaceEndpoint, check_template

if TYPE_CHECKING:
    from collections.abc import Callable

INGRESS = "AWS::EC2::SecurityGroupIngress"
PARAMETER = "AWS::SSM::Parameter"
PORTS = [443, "1024-65535", "5000-5010/udp"]
WAYS = [("tcp", 443, 443), ("tcp", 1024, 65535), ("udp", 5000, 5010)]


def ways_of(template: dict[str, Any]) -> list[tuple[str, int, int]]:
    apart = [it["Properties"] for it in resources_of(template, INGRESS)]
    groups = [it["Properties"] for it in resources_of(template, GROUP)]
    rules = [*apart, *(rule for it in groups for rule in it.get("SecurityGroupIngress", []))]
    return sorted((it["IpProtocol"], it["FromPort"], it["ToPort"]) for it in rules)


CLIENTS: dict[str, Callable[[cdk.Stack, ec2.IVpc], Any]] = {
    "text": lambda _stack, _vpc: "10.0.0.0/8",
    "token": lambda _stack, _vpc: cdk.Fn.import_value("Range"),
    "list": lambda _stack, _vpc: ec2.Peer.prefix_list("pl-0123456789abcdef0"),
    "list token": lambda _stack, _vpc: ec2.Peer.prefix_list(cdk.Fn.import_value("List")),
    "group": lambda stack, vpc: ec2.SecurityGroup(stack, "Client", vpc=vpc),
    "import": lambda stack, _: ec2.SecurityGroup.from_security_group_id(stack, "Group", "sg-0a"),
}


@pytest.mark.parametrize("groups", ["own", "existing", "imported"])
@pytest.mark.parametrize("client", CLIENTS)
def test_a_range_is_one_rule(client: str, groups: str) -> None:
    stack = consumer_in()
    vpc = vpc_in(stack)
    kinds: dict[str, list[Any]] = {
        "own": [],
        "existing": [ec2.SecurityGroup(stack, "Existing", vpc=vpc)],
        "imported": [ec2.SecurityGroup.from_security_group_id(stack, "Imported", "sg-0b")],
    }
    endpoint_in(
        stack,
        vpc=vpc,
        service=contract_with(ports=PORTS),
        clients=[CLIENTS[client](stack, vpc)],
        security_groups=kinds[groups],
    )
    assert ways_of(template_of(stack)) == WAYS


def test_endpoints_that_import_one_group_share_the_rules_for_a_range() -> None:
    stack = consumer_in()
    for name in ("A", "B"):
        group = ec2.SecurityGroup.from_security_group_id(stack, f"Group{name}", "sg-0b")
        service = contract_with(ports=PORTS)
        endpoint_in(stack, name, service=service, clients=["10.0.0.0/8"], security_groups=[group])
    assert ways_of(template_of(stack)) == WAYS


@pytest.mark.parametrize("port", ["1024-65535", "53-60/udp"])
def test_a_single_range_is_the_default_port(port: str) -> None:
    stack = consumer_in()
    vpc = imported_vpc(stack)
    endpoint = endpoint_in(stack, vpc=vpc, service=contract_with(ports=[port]), clients=None)
    endpoint.connections.allow_default_port_from(ec2.Peer.ipv4("10.0.0.0/8"))
    protocol = "udp" if port.endswith("udp") else "tcp"
    first, last = map(int, port.partition("/")[0].split("-"))
    assert ways_of(template_of(stack)) == [(protocol, first, last)]
    assert warning_codes(endpoint) == []


def test_an_imported_endpoint_has_ranges() -> None:
    stack = consumer_in()
    vpc = vpc_in(stack)
    endpoint = InterfaceEndpoint.from_interface_endpoint_attributes(
        stack,
        "Endpoint",
        vpc_endpoint_id="vpce-0123456789abcdef0",
        regional_dns_name="vpce-0.vpce-svc-1.eu-west-1.vpce.amazonaws.com",
        regional_hosted_zone_id="Z1",
        ports=["1024-65535"],
        security_groups=[ec2.SecurityGroup(stack, "Group", vpc=vpc)],
    )
    endpoint.connections.allow_default_port_from(ec2.Peer.ipv4("10.0.0.0/8"))
    assert ways_of(template_of(stack)) == [("tcp", 1024, 65535)]


def test_many_ports_in_a_row_are_a_range() -> None:
    stack = consumer_in()
    service = contract_with(ports=range(1024, 65536))
    assert service.ports == ("1024-65535",)
    endpoint = endpoint_in(stack, service=service, clients=["10.0.0.0/8"])
    assert warning_codes(endpoint) == []
    assert not check_template(template_of(stack))


def test_a_contract_with_a_range_is_published() -> None:
    stack = consumer_in()
    contract_with(ports=PORTS).publish(stack, "Contract", parameter_prefix="/a/contract")
    values = [it["Properties"]["Value"] for it in resources_of(template_of(stack), PARAMETER)]
    assert "443,1024-65535,5000-5010/udp" in values
    again = contract_with(ports=["443", "1024-65535", "5000-5010/udp"])
    assert again == contract_with(ports=PORTS)


@pytest.mark.parametrize(
    ("port", "code"),
    [
        ("65535-1024", "port-malformed"),
        ("all", "port-malformed"),
        ("1024-", "port-malformed"),
        ("0-65535", "port-out-of-range"),
    ],
)
def test_fails_when_a_range_is_none(port: str, code: str) -> None:
    with refusal(code):
        contract_with(ports=[port])


def test_a_range_in_a_nested_stack_is_one_rule() -> None:
    stack = consumer_in()
    vpc = vpc_in(stack)
    nested = cdk.NestedStack(stack, "Nested")
    service = contract_with(ports=["1024-65535"])
    endpoint_in(nested, vpc=vpc, service=service, clients=[vpc.vpc_cidr_block])
    rules = only(template_of(nested), GROUP)["Properties"]["SecurityGroupIngress"]
    assert [(it["FromPort"], it["ToPort"]) for it in rules] == [(1024, 65535)]
