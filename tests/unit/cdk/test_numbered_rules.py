"""Ids of rules whose peers only the deployment knows follow from what they allow."""

from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING, Any, cast

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticloadbalancingv2_targets as targets
from tests.support.consumers import contract_with
from tests.support.load_balanced import instance_in, listener, new_stack, service_in
from tests.support.published import ENVIRONMENT, template_of
from tests.support.vpcs import VPC_ID, imported_vpc, vpc_in

from privatelink_constructs import InterfaceEndpoint, Listener, LoadBalancerTopology
from privatelink_constructs._cdk.asking import port_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

INGRESS = "AWS::EC2::SecurityGroupIngress"
APART = "@aws-cdk/aws-ec2.securityGroupDisableInlineRules"


def rules_of(template: dict[str, Any]) -> dict[str, dict[str, Any]]:
    resources = template["Resources"].items()
    return {key: it["Properties"] for key, it in resources if it["Type"] == INGRESS}


def token(stack: cdk.Stack, name: str) -> str:
    return cdk.CfnParameter(stack, name).value_as_string


def texts(stack: cdk.Stack) -> list[Any]:
    return [token(stack, it) for it in "ABC"]


def peers(stack: cdk.Stack) -> list[Any]:
    given = texts(stack)
    return [
        ec2.Peer.ipv4(given[0]),
        ec2.Peer.ipv6(given[1]),
        ec2.Peer.prefix_list(given[2]),
    ]


def addresses(stack: cdk.Stack) -> list[Any]:
    return peers(stack)[:2]


def prefix_lists(stack: cdk.Stack) -> list[Any]:
    return [
        ec2.PrefixList(stack, it, address_family=ec2.AddressFamily.IP_V4, max_entries=1)
        for it in "ABC"
    ]


def mixed(stack: cdk.Stack) -> list[Any]:
    return ["10.1.0.0/16", token(stack, "A"), ec2.Peer.ipv4(token(stack, "B"))]


def rules(
    given: Callable[[cdk.Stack], list[Any]], order: Sequence[int], *, own_group: bool
) -> dict[str, dict[str, Any]]:
    """Return the rules of an endpoint's clients that are resources of their own."""
    stack = new_stack()
    clients = given(stack)
    group = ec2.SecurityGroup.from_security_group_id(stack, "Group", "sg-1")
    InterfaceEndpoint(
        stack,
        "Endpoint",
        vpc=vpc_in(stack),
        service=contract_with(ports=[443, 80]),
        clients=[clients[it] for it in order],
        security_groups=None if own_group else [group],
    )
    return rules_of(template_of(stack))


@pytest.mark.parametrize(
    ("given", "own_group"),
    [(texts, False), (peers, False), (mixed, False), (prefix_lists, False), (prefix_lists, True)],
    ids=lambda it: getattr(it, "__name__", "own group" if it else "imported"),
)
def test_rules_of_clients_do_not_depend_on_other_clients(
    given: Callable[[cdk.Stack], list[Any]], *, own_group: bool
) -> None:
    every = rules(given, (0, 1, 2), own_group=own_group)
    assert len(every) == 6
    for count in (1, 2, 3):
        for order in permutations(range(3), count):
            found = rules(given, order, own_group=own_group)
            assert len(found) == 2 * count
            assert found.items() <= every.items()


@pytest.mark.parametrize("given", [texts, addresses, mixed], ids=lambda it: it.__name__)
def test_the_group_of_an_endpoint_has_its_rules_with_every_flag(
    given: Callable[[cdk.Stack], list[Any]],
) -> None:
    def template(*, apart: bool) -> dict[str, Any]:
        stack = new_stack(context={APART: apart})
        vpc, service = vpc_in(stack), contract_with()
        InterfaceEndpoint(stack, "Endpoint", vpc=vpc, service=service, clients=given(stack))
        return template_of(stack)

    assert template(apart=True) == template(apart=False)
    assert rules_of(template(apart=True)) == {}


def test_a_group_that_must_not_change_stays_as_it_is() -> None:
    stack = new_stack()
    group = ec2.SecurityGroup.from_security_group_id(stack, "Group", "sg-1", mutable=False)
    InterfaceEndpoint(
        stack,
        "Endpoint",
        vpc=vpc_in(stack),
        service=contract_with(),
        clients=[token(stack, "A")],
        security_groups=[group],
    )
    assert rules_of(template_of(stack)) == {}


@pytest.mark.parametrize("imported", [True, False])
def test_two_endpoints_with_one_group_add_a_rule_once(*, imported: bool) -> None:
    stack = new_stack(context={APART: True})
    vpc, client = vpc_in(stack), token(stack, "A")
    if imported:
        group = ec2.SecurityGroup.from_security_group_id(stack, "Group", "sg-1")
    else:
        group = ec2.SecurityGroup(stack, "Group", vpc=vpc)
    for name in ("One", "Two"):
        InterfaceEndpoint(
            stack,
            name,
            vpc=vpc,
            service=contract_with(),
            clients=[client],
            security_groups=[group],
        )
    assert len(rules_of(template_of(stack))) == 1


def subnets_with_ranges(stack: cdk.Stack) -> list[ec2.ISubnet]:
    """Return subnets whose CIDR blocks only the deployment knows, two of them of another stack."""
    other = cdk.Stack(cast("cdk.App", stack.node.root), "Network", env=ENVIRONMENT)
    return [
        ec2.Subnet.from_subnet_attributes(
            scope,
            f"Subnet{zone}",
            subnet_id=f"subnet-{zone}",
            availability_zone=f"eu-west-1{zone}",
            ipv4_cidr_block=token(scope, f"Range{zone}"),
        )
        for scope, zone in ((stack, "a"), (other, "b"), (stack, "c"))
    ]


def test_rules_of_targets_do_not_depend_on_other_zones() -> None:
    def found(order: Sequence[int]) -> dict[str, dict[str, Any]]:
        stack = new_stack()
        given = subnets_with_ranges(stack)
        own: dict[str, Any] = {
            "availability_zones": [cdk.Fn.select(it, cdk.Fn.get_azs()) for it in range(2)],
            "private_subnet_ids": None,
            "isolated_subnet_ids": ["subnet-1", "subnet-2"],
        }
        vpc = imported_vpc(stack, vpc_id=VPC_ID, **own)
        group = ec2.SecurityGroup.from_security_group_id(stack, "Group", "sg-1")
        instance = instance_in(vpc, security_group=group)
        service_in(
            stack,
            vpc=vpc,
            listeners=[listener(80, targets=[targets.InstanceTarget(instance)])],
            subnets=ec2.SubnetSelection(subnets=[given[it] for it in order]),
            topology=LoadBalancerTopology.REGIONAL,
        )
        return {key: it for key, it in rules_of(template_of(stack)).items() if "CidrIp" in it}

    every = found((0, 1, 2))
    assert len(every) == 3
    for count in (1, 2, 3):
        for order in permutations(range(3), count):
            assert len(found(order)) == count
            assert found(order).items() <= every.items()


@pytest.mark.parametrize("protocol", ["tcp", "udp"])
def test_each_port_that_is_a_token_has_its_rules(protocol: str) -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    group = ec2.SecurityGroup.from_security_group_id(stack, "Group", "sg-1")
    instance = instance_in(vpc, security_group=group)
    define = Listener.tcp if protocol == "tcp" else Listener.udp
    given = [
        define(
            int(cdk.CfnParameter(stack, name, type="Number").value_as_number),
            targets=[targets.InstanceTarget(instance)],
        )
        for name in ("First", "Second")
    ]
    service_in(stack, vpc=vpc, listeners=given, topology=LoadBalancerTopology.REGIONAL)

    found = [
        (it["FromPort"]["Ref"], it["ToPort"]["Ref"], "CidrIp" in it)
        for it in rules_of(template_of(stack)).values()
        if it["IpProtocol"] == protocol
    ]
    # From the group of the load balancers, and from each of their two subnets.
    assert sorted(found) == [
        (name, name, from_a_subnet)
        for name in ("First", "Second")
        for from_a_subnet in (False, True, True)
    ]


def test_a_range_of_which_one_end_is_a_token() -> None:
    stack = new_stack()
    last = int(cdk.CfnParameter(stack, "Last", type="Number").value_as_number)
    assert port_of(stack, "tcp", 80, last).to_string() == "tcp 80 RefLast"
    assert port_of(stack, "tcp", 80, 81).to_string() == "80-81"
