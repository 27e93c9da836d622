"""Which zones a service is in, over load balancers that exist already."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from tests.support.load_balanced import address, new_stack
from tests.support.published import imported_load_balancer, resources_of, stack_in, template_of
from tests.support.refusals import refused, warnings_of
from tests.support.vpcs import SUBNET_IDS, ZONES, imported_vpc, vpc_in

from privatelink_constructs import EndpointService

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import constructs

    Make = Callable[[cdk.Stack], elbv2.INetworkLoadBalancer]

REFRESH = "Custom::PrivateLinkZoneRefresh"
UNDETERMINED = "service-zones-undetermined"
IDS = {ZONES[0]: "euw1-az1", ZONES[1]: "euw1-az2"}


def balancer_over(
    scope: constructs.Construct,
    vpc: ec2.IVpc,
    subnets: Sequence[ec2.ISubnet],
    *,
    mapped: bool = False,
    name: str = "Nlb",
) -> elbv2.NetworkLoadBalancer:
    """Define a load balancer with a listener, over subnets or over mappings of them."""
    mappings = [elbv2.SubnetMapping(subnet=it, private_ipv4_address="10.0.0.9") for it in subnets]
    where: dict[str, Any] = {"vpc_subnets": ec2.SubnetSelection(subnets=list(subnets))}
    if mapped:
        where = {"subnet_mappings": mappings}
    made = elbv2.NetworkLoadBalancer(scope, name, vpc=vpc, **where)
    added = made.add_listener("Listener", port=443)
    added.add_targets("Targets", port=443, targets=[address()])
    return made


def publish(
    stack: cdk.Stack, *balancers: elbv2.INetworkLoadBalancer, **options: Any
) -> EndpointService:
    options.setdefault("ports", [443])
    return EndpointService(stack, "Service", load_balancers=list(balancers), **options)


def refreshed(stack: cdk.Stack) -> list[Any]:
    """Return the zones that the deployment waits for."""
    found = resources_of(template_of(stack), REFRESH)
    return [it["Properties"]["AvailabilityZones"] for it in found]


# Zones that are found.


def _of_the_vpc(stack: cdk.Stack) -> tuple[ec2.IVpc, list[ec2.ISubnet]]:
    vpc = vpc_in(stack)
    return vpc, vpc.isolated_subnets


def _of_an_imported_vpc(stack: cdk.Stack) -> tuple[ec2.IVpc, list[ec2.ISubnet]]:
    vpc = imported_vpc(stack)
    return vpc, vpc.private_subnets


def _of_another_stack(stack: cdk.Stack) -> tuple[ec2.IVpc, list[ec2.ISubnet]]:
    vpc = vpc_in(stack_in(cast("cdk.App", stack.node.root), "Network"))
    return vpc, vpc.isolated_subnets


def _by_reference(stack: cdk.Stack) -> tuple[ec2.IVpc, list[ec2.ISubnet]]:
    subnets = [
        ec2.Subnet.from_subnet_id(stack, f"Imported{index}", it.subnet_id)
        for index, it in enumerate(vpc_in(stack).isolated_subnets)
    ]
    return imported_vpc(stack), subnets


def _with_zones(stack: cdk.Stack) -> tuple[ec2.IVpc, list[ec2.ISubnet]]:
    subnets = [
        ec2.Subnet.from_subnet_attributes(
            stack, f"In-{it}", subnet_id=f"subnet-{it}", availability_zone=it
        )
        for it in ZONES
    ]
    return imported_vpc(stack), subnets


@pytest.mark.parametrize("mapped", [True, False], ids=["mapped", "listed"])
@pytest.mark.parametrize(
    "network", [_of_the_vpc, _of_an_imported_vpc, _of_another_stack, _by_reference, _with_zones]
)
def test_zones_are_found(
    network: Callable[[cdk.Stack], tuple[ec2.IVpc, list[ec2.ISubnet]]], *, mapped: bool
) -> None:
    stack = new_stack()
    service = publish(stack, balancer_over(stack, *network(stack), mapped=mapped))
    assert service.availability_zones == ZONES
    assert refreshed(stack) == [list(ZONES)]
    assert UNDETERMINED not in warnings_of(stack)


def test_mapped_zones_that_only_the_deployment_knows() -> None:
    stack = new_stack(agnostic=True)
    vpc = vpc_in(stack, zones=None)
    publish(stack, balancer_over(stack, vpc, vpc.isolated_subnets, mapped=True))
    zones = [{"Fn::Select": [index, {"Fn::GetAZs": ""}]} for index in (0, 1)]
    assert refreshed(stack) == [zones]


def test_a_single_mapped_zone_gets_a_warning() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    publish(stack, balancer_over(stack, vpc, vpc.isolated_subnets[:1], mapped=True))
    assert "service-zones-insufficient" in warnings_of(stack)
    assert refreshed(stack) == []


# Zones that nobody knows.


def _imported(stack: cdk.Stack) -> elbv2.INetworkLoadBalancer:
    return imported_load_balancer(stack, "Nlb")


def _over_an_id(stack: cdk.Stack) -> elbv2.INetworkLoadBalancer:
    subnet = ec2.Subnet.from_subnet_id(stack, "Subnet", "subnet-9")
    return balancer_over(stack, imported_vpc(stack), [subnet])


def _over_a_mapped_id(stack: cdk.Stack) -> elbv2.INetworkLoadBalancer:
    subnet = ec2.Subnet.from_subnet_id(stack, "Subnet", "subnet-9")
    return balancer_over(stack, imported_vpc(stack), [subnet], mapped=True)


def _over_nothing_known(stack: cdk.Stack) -> elbv2.INetworkLoadBalancer:
    vpc = vpc_in(stack)
    made = balancer_over(stack, vpc, vpc.isolated_subnets)
    cast("elbv2.CfnLoadBalancer", made.node.default_child).subnets = None
    return made


def _over_a_list(stack: cdk.Stack) -> elbv2.INetworkLoadBalancer:
    ids = cdk.CfnParameter(stack, "Ids", type="List<AWS::EC2::Subnet::Id>").value_as_list
    vpc = imported_vpc(stack, availability_zones=cdk.Fn.get_azs(), private_subnet_ids=ids)
    return balancer_over(stack, vpc, vpc.private_subnets)


@pytest.mark.parametrize(
    "make", [_over_an_id, _over_a_mapped_id, _over_a_list, _over_nothing_known]
)
def test_zones_that_nobody_knows_get_a_warning(make: Make) -> None:
    stack = new_stack()
    service = publish(stack, make(stack))
    assert service.availability_zones == ()
    assert refreshed(stack) == []
    warning = warnings_of(stack)[UNDETERMINED]
    assert "only after a call to ModifyVpcEndpointServiceConfiguration" in warning
    assert "Token" not in warning


@pytest.mark.parametrize("make", [_imported, _over_an_id, _over_a_mapped_id, _over_a_list])
def test_zones_that_the_user_knows(make: Make) -> None:
    stack = new_stack()
    service = publish(stack, make(stack), availability_zone_ids=IDS)
    assert service.contract.availability_zones == ZONES
    assert service.contract.availability_zone_ids == tuple(IDS.values())
    # What an imported load balancer gains is no part of a deployment of the app.
    assert refreshed(stack) == ([] if make is _imported else [list(ZONES)])
    assert UNDETERMINED not in warnings_of(stack)


def test_only_the_load_balancer_that_nobody_knows_is_named() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    known = balancer_over(stack, vpc, vpc.isolated_subnets, name="Known")
    service = publish(stack, known, _over_an_id(stack))
    assert service.availability_zones == ()
    assert refreshed(stack) == [list(ZONES)]
    warning = warnings_of(stack)[UNDETERMINED]
    assert "of Stack/Nlb aren't known" in warning


def test_zones_of_an_imported_load_balancer_are_for_others_to_know() -> None:
    stack = new_stack()
    service = publish(stack, _imported(stack))
    assert service.availability_zones == ()
    assert UNDETERMINED not in warnings_of(stack)


def test_a_load_balancer_that_is_still_to_be_looked_up_gets_no_warning() -> None:
    stack = new_stack()
    tags = {"name": "Nlb"}
    publish(stack, elbv2.NetworkLoadBalancer.from_lookup(stack, "Nlb", load_balancer_tags=tags))
    assert UNDETERMINED not in warnings_of(stack)


def test_some_az_ids_get_a_warning() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    balancer = balancer_over(stack, vpc, vpc.isolated_subnets, mapped=True)
    service = publish(stack, balancer, availability_zone_ids={ZONES[0]: "euw1-az1"})
    assert service.contract.availability_zone_ids == ()
    assert "eu-west-1b" in warnings_of(stack)["service-zone-ids-missing"]


# What AWS rejects.


@pytest.mark.parametrize("mapped", [True, False], ids=["mapped", "listed"])
@pytest.mark.parametrize("agnostic", [True, False], ids=["agnostic", "literal"])
def test_fails_when_two_subnets_are_in_one_zone(*, agnostic: bool, mapped: bool) -> None:
    stack = new_stack(agnostic=agnostic)
    configuration = [
        ec2.SubnetConfiguration(name=name, subnet_type=ec2.SubnetType.PRIVATE_ISOLATED)
        for name in ("App", "Data")
    ]
    zones = None if agnostic else ZONES
    vpc = vpc_in(stack, zones=zones, subnet_configuration=configuration)
    balancer = balancer_over(stack, vpc, vpc.isolated_subnets, mapped=mapped)
    with refused(stack, "subnet-zone-duplicate", "^2 subnets are in (one|eu-west-1a)"):
        publish(stack, balancer)


@pytest.mark.parametrize("mapped", [True, False], ids=["mapped", "listed"])
def test_fails_when_a_subnet_is_in_a_local_zone(*, mapped: bool) -> None:
    stack = new_stack()
    vpc = vpc_in(stack, zones=(ZONES[0], "eu-west-1-lhr-1a"))
    balancer = balancer_over(stack, vpc, vpc.isolated_subnets, mapped=mapped)
    with refused(stack, "zone-not-supported", "is in eu-west-1-lhr-1a, which is a Local Zone"):
        publish(stack, balancer)


@pytest.mark.parametrize("mapped", [True, False], ids=["mapped", "listed"])
def test_fails_when_a_subnet_has_no_ipv4(*, mapped: bool) -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    resource = ec2.CfnSubnet(
        stack, "Ipv6Only", vpc_id=vpc.vpc_id, availability_zone=ZONES[0], ipv6_native=True
    )
    subnet = ec2.Subnet.from_subnet_id(stack, "Imported", resource.ref)
    balancer = balancer_over(stack, vpc, [subnet], mapped=mapped)
    with refused(stack, "subnet-address-family-mismatch", "Stack/Ipv6Only has no IPv4"):
        publish(stack, balancer)


def test_subnets_of_an_imported_vpc_are_known_by_their_ids() -> None:
    stack = new_stack()
    subnets = [ec2.Subnet.from_subnet_id(stack, f"Imported{it[-1]}", it) for it in SUBNET_IDS]
    service = publish(stack, balancer_over(stack, imported_vpc(stack), subnets))
    assert service.availability_zones == ZONES
