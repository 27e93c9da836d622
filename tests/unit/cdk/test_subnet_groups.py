"""Which subnets are taken of a VPC that has several groups of them."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any

import pytest
from aws_cdk import aws_ec2 as ec2
from tests.support.consumers import consumer_in, contract_with
from tests.support.load_balanced import address, listener, new_stack, service_in
from tests.support.published import resources_of, template_of
from tests.support.refusals import warnings_of
from tests.support.vpcs import ZONES, imported_vpc, vpc_in

from privatelink_constructs import InterfaceEndpoint, LoadBalancerTopology

if TYPE_CHECKING:
    from collections.abc import Callable

    import aws_cdk as cdk
    import constructs

CODE = "subnet-group-missing"
PUBLIC, PRIVATE, ISOLATED = (
    ec2.SubnetType.PUBLIC,
    ec2.SubnetType.PRIVATE_WITH_EGRESS,
    ec2.SubnetType.PRIVATE_ISOLATED,
)


def group(name: str, subnet_type: ec2.SubnetType = ISOLATED) -> ec2.SubnetConfiguration:
    return ec2.SubnetConfiguration(name=name, subnet_type=subnet_type, cidr_mask=24)


def vpc_with(scope: constructs.Construct, *groups: ec2.SubnetConfiguration) -> ec2.IVpc:
    nat_gateways = int(any(it.subnet_type is PRIVATE for it in groups))
    return vpc_in(scope, subnet_configuration=list(groups), nat_gateways=nat_gateways)


def zonal(stack: cdk.Stack, vpc: ec2.IVpc, **options: Any) -> constructs.Construct:
    listeners = [listener(80, targets=[address("192.168.0.1")])]
    return service_in(stack, vpc=vpc, listeners=listeners, **options)


def regional(stack: cdk.Stack, vpc: ec2.IVpc, **options: Any) -> constructs.Construct:
    return zonal(stack, vpc, topology=LoadBalancerTopology.REGIONAL, **options)


def endpoint(stack: cdk.Stack, vpc: ec2.IVpc, **options: Any) -> constructs.Construct:
    return InterfaceEndpoint(stack, "Endpoint", vpc=vpc, service=contract_with(), **options)


CONSTRUCTS = {it.__name__: it for it in (zonal, regional, endpoint)}
every_construct = pytest.mark.parametrize("define", CONSTRUCTS.values(), ids=CONSTRUCTS)
if TYPE_CHECKING:
    Define = Callable[..., constructs.Construct]
    Network = Callable[[cdk.Stack], ec2.IVpc]


def of_the_app(stack: cdk.Stack) -> ec2.IVpc:
    return vpc_with(stack, group("App"), group("Data"))


def of_the_app_with_egress(stack: cdk.Stack) -> ec2.IVpc:
    return vpc_with(stack, group("Edge", PUBLIC), group("App", PRIVATE), group("Data", PRIVATE))


def of_another_stack(stack: cdk.Stack) -> ec2.IVpc:
    return of_the_app(new_stack_beside(stack))


def new_stack_beside(stack: cdk.Stack) -> cdk.Stack:
    return consumer_in(stack.node.root, "Network")  # pyright: ignore[reportArgumentType]


def imported(stack: cdk.Stack) -> ec2.IVpc:
    return imported_vpc(
        stack,
        private_subnet_ids=[f"subnet-{it:017}" for it in range(4)],
        private_subnet_names=["App", "Data"],
    )


def looked_up(stack: cdk.Stack) -> ec2.IVpc:
    return ec2.Vpc.from_lookup(stack, "LookedUp", vpc_id="vpc-1")


SEVERAL = {
    it.__name__: it
    for it in (of_the_app, of_the_app_with_egress, of_another_stack, imported, looked_up)
}


def found_by_looking(*names: str) -> dict[str, Any]:
    """Return the context of a VPC with a group of private subnets for each name."""
    place = "account=111111111111:filter.vpc-id=vpc-1:region=eu-west-1"
    groups = [
        {
            "name": name,
            "type": "Private",
            "subnets": [
                {
                    "subnetId": f"subnet-{name.lower()}-{zone[-1]}",
                    "cidr": f"10.{ord(name[0])}.{at}.0/24",
                    "availabilityZone": zone,
                    "routeTableId": "rtb-1",
                }
                for at, zone in enumerate(ZONES)
            ],
        }
        for name in sorted(names)
    ]
    return {
        f"vpc-provider:{place}:returnAsymmetricSubnets=true": {
            "vpcId": "vpc-1",
            "vpcCidrBlock": "10.0.0.0/8",
            "availabilityZones": [],
            "subnetGroups": groups,
        }
    }


@every_construct
@pytest.mark.parametrize("network", SEVERAL.values(), ids=SEVERAL)
def test_warns_where_one_of_several_groups_is_taken(define: Define, network: Network) -> None:
    stack = new_stack(context=found_by_looking("App", "Data"))
    made = define(stack, network(stack))
    text = warnings_of(made)[CODE]
    assert "4 subnets that match" in text
    assert "AppSubnet1, AppSubnet2" in text
    assert "subnets=SubnetSelection(subnet_group_name=" in text


@every_construct
@pytest.mark.parametrize("network", SEVERAL.values(), ids=SEVERAL)
def test_a_named_group_is_right(define: Define, network: Network) -> None:
    stack = new_stack(context=found_by_looking("App", "Data"))
    selection = ec2.SubnetSelection(subnet_group_name="Data")
    assert CODE not in warnings_of(define(stack, network(stack), subnets=selection))


@every_construct
def test_listed_subnets_are_right(define: Define) -> None:
    stack = new_stack()
    vpc = of_the_app(stack)
    selection = ec2.SubnetSelection(subnets=vpc.isolated_subnets[:2])
    assert CODE not in warnings_of(define(stack, vpc, subnets=selection))


@every_construct
def test_filtered_subnets_are_right(define: Define) -> None:
    stack = new_stack()
    vpc = of_the_app(stack)
    chosen = [ec2.SubnetFilter.by_cidr_ranges(["10.0.0.0/23"])]
    made = define(stack, vpc, subnets=ec2.SubnetSelection(subnet_filters=chosen))
    assert CODE not in warnings_of(made)


@every_construct
def test_warns_where_only_the_type_is_selected(define: Define) -> None:
    stack = new_stack()
    selection = ec2.SubnetSelection(subnet_type=ISOLATED, one_per_az=True)
    assert CODE in warnings_of(define(stack, of_the_app(stack), subnets=selection))


TIERS = [group("Edge", PUBLIC), group("App", PRIVATE), group("Data", ISOLATED)]


@every_construct
@pytest.mark.parametrize("count", [1, 2, 3])
def test_groups_of_different_types_are_no_choice(define: Define, count: int) -> None:
    for tiers in combinations(TIERS, count):
        types = {it.subnet_type for it in tiers}
        if PRIVATE in types and PUBLIC not in types:
            continue
        stack = new_stack()
        assert CODE not in warnings_of(define(stack, vpc_with(stack, *tiers))), types


@every_construct
def test_names_that_only_the_deployment_knows_tell_zones_apart(define: Define) -> None:
    stack = new_stack(agnostic=True)
    vpc = vpc_in(stack, zones=None, subnet_configuration=[group("App"), group("Data")])
    text = warnings_of(define(stack, vpc))[CODE]
    assert "4 subnets that match" in text
    assert "Token[" not in text


@every_construct
def test_a_look_up_that_is_pending_is_not_judged(define: Define) -> None:
    stack = new_stack()
    assert CODE not in warnings_of(define(stack, looked_up(stack)))


@every_construct
def test_another_tier_changes_the_subnets_only_with_a_warning(define: Define) -> None:
    def subnets(*names: str) -> tuple[list[str], bool]:
        stack = new_stack(context=found_by_looking(*names))
        made = define(stack, looked_up(stack))
        template = template_of(stack)
        found = [
            subnet
            for kind, key in (
                ("AWS::ElasticLoadBalancingV2::LoadBalancer", "Subnets"),
                ("AWS::EC2::VPCEndpoint", "SubnetIds"),
            )
            for it in resources_of(template, kind)
            for subnet in it["Properties"][key]
        ]
        return found, CODE in warnings_of(made)

    before, warned = subnets("App")
    assert before == ["subnet-app-a", "subnet-app-b"]
    assert not warned
    assert subnets("App", "Zeg") == (before, True)
    assert subnets("Aaa", "App") == (["subnet-aaa-a", "subnet-aaa-b"], True)
