"""Outbound rules cover each CIDR block that a target can be in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticloadbalancingv2_targets as targets
from tests.support.load_balanced import SECURITY_GROUP, new_stack, service_in
from tests.support.published import resources_of, stack_in, template_of
from tests.support.refusals import warnings_of
from tests.support.vpcs import imported_vpc, vpc_in

from privatelink_constructs import Listener, LoadBalancerTopology

if TYPE_CHECKING:
    from collections.abc import Callable

    Make = Callable[[cdk.Stack, ec2.IVpc], object]

RULE = "target-cidr-undetermined"
ALB = "arn:aws:elasticloadbalancing:eu-west-1:111111111111:loadbalancer/app/a/0123456789abcdef"
TARGETS: dict[str, Callable[[], dict[str, Any]]] = {
    "instance": lambda: {"targets": [targets.InstanceIdTarget("i-0123456789abcdef0")]},
    "alb": lambda: {"targets": [targets.AlbArnTarget(ALB, 80)]},
    "elsewhere": lambda: {"registered_elsewhere": True},
}
every_target = pytest.mark.parametrize("target", TARGETS)


def block(scope: cdk.Stack, vpc_id: str, **properties: Any) -> ec2.CfnVPCCidrBlock:
    return ec2.CfnVPCCidrBlock(scope, "Block", vpc_id=vpc_id, **properties)


def define(stack: cdk.Stack, vpc: ec2.IVpc, target: str, **options: Any) -> list[Any]:
    """Define a service, and return where its load balancers allow outbound traffic."""
    given = [Listener.tcp(80, **TARGETS[target]())]
    topology = LoadBalancerTopology.REGIONAL
    service_in(stack, vpc=vpc, listeners=given, topology=topology, **options)
    [ours] = [
        it["Properties"]["SecurityGroupEgress"]
        for it in resources_of(template_of(stack), SECURITY_GROUP)
        if it["Properties"]["GroupDescription"].startswith("Network Load Balancers")
    ]
    return [rule["CidrIp"] for rule in ours]


OWN: dict[str, tuple[dict[str, Any], list[Any]]] = {
    "literal": ({"cidr_block": "100.64.0.0/16"}, ["100.64.0.0/16"]),
    "imported": (
        {"cidr_block": cdk.Fn.import_value("Range")},
        [{"Fn::ImportValue": "Range"}],
    ),
    "ipv6": ({"amazon_provided_ipv6_cidr_block": True}, []),
    "ipv6 pool": ({"ipv6_ipam_pool_id": "ipam-pool-1"}, []),
}


@every_target
@pytest.mark.parametrize("name", OWN)
def test_each_cidr_block_of_a_vpc_of_the_app_is_covered(target: str, name: str) -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    properties, further = OWN[name]
    block(stack, vpc.vpc_id, **properties)
    first, *others = define(stack, vpc, target)
    assert first["Fn::GetAtt"][1] == "CidrBlock"
    assert others == further
    assert RULE not in warnings_of(stack)


@pytest.mark.parametrize("where", ["vpc", "stack", "other stack"])
@pytest.mark.parametrize("how", ["vpc_id", "resource"])
def test_a_cidr_block_counts_wherever_it_is_defined(where: str, how: str) -> None:
    app = cdk.App()
    stack, other = stack_in(app, "Own"), stack_in(app, "Other")
    vpc = vpc_in(stack)
    scope: Any = {"vpc": vpc, "stack": stack, "other stack": other}[where]
    resource: Any = vpc.node.default_child
    block(scope, vpc.vpc_id if how == "vpc_id" else resource.ref, cidr_block="100.64.0.0/16")
    assert define(stack, vpc, "elsewhere")[1:] == ["100.64.0.0/16"]


def test_a_cidr_block_of_another_vpc_does_not_count() -> None:
    stack = new_stack()
    vpc, other = vpc_in(stack), vpc_in(stack, "Other")
    block(stack, other.vpc_id, cidr_block="100.64.0.0/16")
    assert len(define(stack, vpc, "elsewhere")) == 1


def test_warns_when_a_pool_gives_a_cidr_block() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    block(stack, vpc.vpc_id, ipv4_ipam_pool_id="ipam-pool-1", ipv4_netmask_length=16)
    define(stack, vpc, "elsewhere")
    assert "only to the VPC CIDR block" in warnings_of(stack)[RULE]


def test_the_vpc_of_a_pool_is_covered() -> None:
    stack = new_stack()
    pool = ec2.IpAddresses.aws_ipam_allocation(
        ipv4_ipam_pool_id="ipam-pool-1",
        ipv4_netmask_length=16,
        default_subnet_ipv4_netmask_length=24,
    )
    [found] = define(stack, vpc_in(stack, ip_addresses=pool), "elsewhere")
    assert found["Fn::GetAtt"][1] == "CidrBlock"
    assert RULE not in warnings_of(stack)


SUBNETS = ["10.0.0.0/24", "100.64.0.0/24"]


@every_target
def test_subnets_of_an_imported_vpc_tell_further_cidr_blocks(target: str) -> None:
    stack = new_stack()
    vpc = imported_vpc(stack, vpc_cidr_block="10.0.0.0/16", private_subnet_ipv4_cidr_blocks=SUBNETS)
    assert define(stack, vpc, target) == ["10.0.0.0/16", "100.64.0.0/24"]
    assert RULE not in warnings_of(stack)


@every_target
def test_warns_when_an_imported_vpc_may_have_further_cidr_blocks(target: str) -> None:
    stack = new_stack()
    vpc = imported_vpc(stack, vpc_cidr_block="10.0.0.0/16")
    assert define(stack, vpc, target) == ["10.0.0.0/16"]
    assert "outbound traffic only to 10.0.0.0/16. Import" in warnings_of(stack)[RULE]


def test_a_cidr_block_that_the_app_adds_to_an_imported_vpc_counts() -> None:
    stack = new_stack()
    vpc = imported_vpc(stack, vpc_cidr_block="10.0.0.0/16")
    block(stack, vpc.vpc_id, cidr_block="100.64.0.0/16")
    assert define(stack, vpc, "elsewhere") == ["10.0.0.0/16", "100.64.0.0/16"]


def test_a_token_can_contain_every_subnet() -> None:
    stack = new_stack()
    cidr = cdk.CfnParameter(stack, "Cidr").value_as_string
    vpc = imported_vpc(stack, vpc_cidr_block=cidr, private_subnet_ipv4_cidr_blocks=SUBNETS)
    assert define(stack, vpc, "elsewhere") == [{"Ref": "Cidr"}]


def test_all_is_covered_where_no_cidr_block_is_known() -> None:
    stack = new_stack()
    assert define(stack, imported_vpc(stack), "elsewhere") == ["0.0.0.0/0"]
    assert RULE not in warnings_of(stack)


def test_subnets_that_the_vpc_does_not_list_tell_further_cidr_blocks() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    subnets: list[Any] = [
        ec2.Subnet(
            stack,
            f"Pods{zone}",
            vpc_id=vpc.vpc_id,
            availability_zone=f"eu-west-1{zone}",
            cidr_block=f"100.64.{position}.0/24",
        )
        for position, zone in enumerate("ab")
    ]
    selection = ec2.SubnetSelection(subnets=subnets)
    assert define(stack, vpc, "elsewhere", subnets=selection)[1:] == ["100.64.0.0/23"]


def test_nothing_is_said_of_a_vpc_that_is_to_be_looked_up() -> None:
    stack = new_stack()
    vpc = ec2.Vpc.from_lookup(stack, "Vpc", vpc_id="vpc-0123456789abcdef0")
    define(stack, vpc, "elsewhere")
    assert RULE not in warnings_of(stack)
