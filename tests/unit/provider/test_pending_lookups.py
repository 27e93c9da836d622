"""The first pass of a look-up: everything passes, so that the CLI can make it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import constructs
import pytest
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from aws_cdk import aws_elasticloadbalancingv2_targets as targets
from aws_cdk import aws_ssm as ssm
from tests.support.load_balanced import (
    LOAD_BALANCER,
    TARGET_GROUP,
    address,
    fargate_in,
    fleet_in,
    instance_in,
    listener,
    new_stack,
    service_in,
)
from tests.support.lookups import (
    SELECTIONS,
    looked_up,
    missing_lookups,
    pending_vpc,
)
from tests.support.published import resources_of, template_of
from tests.support.refusals import refused, warnings_of
from tests.support.vpcs import ZONES, imported_vpc, vpc_in

from privatelink_constructs import (
    AllowedPrincipal,
    EndpointService,
    LoadBalancerTopology,
    PrivateDnsName,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    import aws_cdk as cdk

    Target = Callable[[constructs.Construct, ec2.IVpc], elbv2.INetworkLoadBalancerTarget]

REGIONAL = LoadBalancerTopology.REGIONAL
LOOK_UP = {"vpc-provider"}
SILENT = {
    "private-subnet-missing",
    "service-zones-insufficient",
    "service-zones-undetermined",
    "zone-ineffective",
    "target-zone-mismatch",
}
each_kind = pytest.mark.parametrize("kind", sorted(SELECTIONS))
each_topology = pytest.mark.parametrize(
    "topology", list(LoadBalancerTopology), ids=[it.name for it in LoadBalancerTopology]
)


def app_of(stack: cdk.Stack) -> cdk.App:
    return cast("cdk.App", stack.node.root)


# Selections.


@each_kind
def test_selections_as_the_cdk_takes_them(kind: str) -> None:
    stack = new_stack()
    vpc = pending_vpc(stack)
    for name, selection in SELECTIONS[kind].items():
        scope = constructs.Construct(stack, name)
        elbv2.NetworkLoadBalancer(scope, "Nlb", vpc=vpc, vpc_subnets=selection(scope, vpc))
    assert missing_lookups(app_of(stack)) == LOOK_UP


@each_topology
@each_kind
def test_selections(kind: str, topology: LoadBalancerTopology) -> None:
    stack = new_stack()
    vpc = pending_vpc(stack)
    for name, selection in SELECTIONS[kind].items():
        scope = constructs.Construct(stack, name)
        service = service_in(scope, vpc=vpc, subnets=selection(scope, vpc), topology=topology)
        assert service.load_balancers
        assert service.target_groups
        known = ZONES if name == "with-zones" else ()
        assert service.contract.availability_zones == known
    assert missing_lookups(app_of(stack)) == LOOK_UP
    assert not SILENT & set(warnings_of(stack))


# What is known of the second pass only.


@each_topology
def test_options_that_depend_on_zones_and_families(topology: LoadBalancerTopology) -> None:
    stack = new_stack()
    service_in(
        stack,
        vpc=pending_vpc(stack),
        availability_zone_ids={"eu-west-1a": "euw1-az1"},
        ip_address_type=elbv2.IpAddressType.DUAL_STACK,
        subnets=ec2.SubnetSelection(availability_zones=["eu-west-1a"]),
        supported_regions=["eu-central-1"],
        topology=topology,
    )
    assert missing_lookups(app_of(stack)) == LOOK_UP
    assert not {*SILENT, "service-zone-ids-missing"} & set(warnings_of(stack))


def _fleet(scope: constructs.Construct, vpc: ec2.IVpc) -> elbv2.INetworkLoadBalancerTarget:
    return cast("elbv2.INetworkLoadBalancerTarget", fleet_in(vpc, scope=scope))


def _fleet_of_zone(scope: constructs.Construct, vpc: ec2.IVpc) -> elbv2.INetworkLoadBalancerTarget:
    return cast("elbv2.INetworkLoadBalancerTarget", fleet_in(vpc, scope=scope, zones=[ZONES[0]]))


def _instance(scope: constructs.Construct, vpc: ec2.IVpc) -> elbv2.INetworkLoadBalancerTarget:
    made = targets.InstanceTarget(instance_in(vpc, scope=scope))
    return cast("elbv2.INetworkLoadBalancerTarget", made)


def _instance_id(_: constructs.Construct, __: ec2.IVpc) -> elbv2.INetworkLoadBalancerTarget:
    return cast("elbv2.INetworkLoadBalancerTarget", targets.InstanceIdTarget("i-0123456789abcdef0"))


TARGETS: dict[str, Target] = {
    "Address": lambda _, __: address("10.0.0.10"),
    "AddressInPublicRange": lambda _, __: address("198.19.1.5"),
    "AddressInRangeOfStandIn": lambda _, __: address("3.4.5.6"),
    "Fleet": _fleet,
    "FleetOfZone": _fleet_of_zone,
    "Instance": _instance,
    "InstanceId": _instance_id,
}
each_reach = pytest.mark.parametrize("client_cidrs", [(), ("10.0.0.0/8",)], ids=["open", "cidrs"])


@each_reach
@each_topology
def test_targets(topology: LoadBalancerTopology, client_cidrs: tuple[str, ...]) -> None:
    stack = new_stack()
    vpc = pending_vpc(stack)
    given: dict[str, Any] = {"client_cidrs": client_cidrs} if client_cidrs else {}
    for name, target in TARGETS.items():
        scope = constructs.Construct(stack, name)
        service_in(
            scope,
            vpc=vpc,
            listeners=[listener(targets=[target(scope, vpc)])],
            subnets=ec2.SubnetSelection(subnet_group_name="App"),
            topology=topology,
            **given,
        )
    assert missing_lookups(app_of(stack)) == LOOK_UP
    assert not any("1.2.3.4" in text for text in warnings_of(stack).values())


@each_topology
def test_targets_of_a_zone(topology: LoadBalancerTopology) -> None:
    stack = new_stack()
    vpc = pending_vpc(stack)
    for name, target in TARGETS.items():
        scope = constructs.Construct(stack, name)
        service = service_in(
            scope,
            vpc=vpc,
            listeners=[listener(targets_by_zone={ZONES[0]: [target(scope, vpc)]})],
            subnets=ec2.SubnetSelection(availability_zones=[ZONES[0]]),
            topology=topology,
        )
        assert len(service.load_balancers) == (1 if topology is REGIONAL else 2)
    assert missing_lookups(app_of(stack)) == LOOK_UP


def test_targets_that_come_later() -> None:
    stack = new_stack()
    vpc = pending_vpc(stack)
    service = service_in(stack, vpc=vpc, subnets=ec2.SubnetSelection(subnet_group_name="App"))
    service.add_targets(80, address("198.19.1.5"))
    service.add_targets(80, address("10.0.0.12"), availability_zone=ZONES[0])
    assert missing_lookups(app_of(stack)) == LOOK_UP


def test_no_address_is_taken_for_one_outside_the_stand_in() -> None:
    stack = new_stack()
    service_in(stack, vpc=pending_vpc(stack), listeners=[listener(targets=[address("10.0.0.10")])])
    groups = resources_of(template_of(stack), TARGET_GROUP)
    assert all(it["Properties"].get("Targets", []) == [{"Id": "10.0.0.10"}] for it in groups)


def test_targets_of_a_vpc_that_is_looked_up_for_load_balancers_that_are_not() -> None:
    stack = new_stack()
    fleet = fleet_in(pending_vpc(stack))
    service_in(stack, vpc=vpc_in(stack, "Other"), listeners=[listener(targets=[fleet])])
    assert missing_lookups(app_of(stack)) >= LOOK_UP


def test_ecs_services_by_zone() -> None:
    stack = new_stack()
    vpc = pending_vpc(stack)
    given = {zone: [fargate_in(vpc, f"Tasks-{zone}")] for zone in ZONES}
    service_in(
        stack,
        vpc=vpc,
        listeners=[listener(targets_by_zone=given)],
        subnets=ec2.SubnetSelection(subnet_group_name="App"),
    )
    assert missing_lookups(app_of(stack)) == LOOK_UP


# Load balancers that exist already.


def listen(balancer: elbv2.NetworkLoadBalancer) -> None:
    added = balancer.add_listener("Listener", port=80)
    added.add_targets("Group", port=80, targets=[address()])


@each_kind
def test_load_balancers_of_the_app(kind: str) -> None:
    stack = new_stack()
    vpc = pending_vpc(stack)
    for name, selection in SELECTIONS[kind].items():
        scope = constructs.Construct(stack, name)
        balancer = elbv2.NetworkLoadBalancer(
            scope, "Nlb", vpc=vpc, vpc_subnets=selection(scope, vpc)
        )
        listen(balancer)
        service = EndpointService(
            scope,
            "Service",
            load_balancers=[balancer],
            supported_regions=["eu-central-1"],
        )
        known = ZONES if name == "with-zones" else ()
        assert service.contract.availability_zones == known
    # One synthesis for all of them: each one takes seconds.
    assert not SILENT & set(warnings_of(stack))


# The second pass.


def _found(stack: cdk.Stack, **options: Any) -> None:
    service_in(stack, vpc=pending_vpc(stack), **options)


def test_the_second_pass_is_as_usual() -> None:
    stack = new_stack(context=looked_up())
    _found(stack, subnets=ec2.SubnetSelection(subnet_group_name="App"))
    template = template_of(stack)
    subnets = [it["Properties"]["Subnets"] for it in resources_of(template, LOAD_BALANCER)]
    assert subnets == [[f"subnet-app-{zone}"] for zone in ZONES]
    assert missing_lookups(app_of(stack)) == set()


@pytest.mark.parametrize(
    "selection",
    [
        {"subnet_group_name": "Db"},
        {"subnet_type": ec2.SubnetType.PUBLIC},
        {"availability_zones": ["eu-west-1c"]},
    ],
    ids=["group", "type", "zone"],
)
def test_fails_on_the_second_pass_when_nothing_is_selected(selection: dict[str, Any]) -> None:
    stack = new_stack(context=looked_up())
    pending_vpc(stack)
    with refused(stack, "load-balancer-subnet-missing"):
        service_in(
            stack,
            vpc=cast("ec2.IVpc", stack.node.find_child("Vpc")),
            subnets=ec2.SubnetSelection(**selection),
        )


def test_fails_on_the_second_pass_when_an_address_is_public() -> None:
    stack = new_stack(context=looked_up())
    vpc = pending_vpc(stack)
    with refused(stack, "target-address-not-supported", "'198.19.1.5' is outside the VPC"):
        service_in(stack, vpc=vpc, listeners=[listener(targets=[address("198.19.1.5")])])


def test_fails_on_the_second_pass_when_a_fleet_spans_zones() -> None:
    stack = new_stack(context=looked_up(groups={"App": "Isolated"}))
    vpc = pending_vpc(stack)
    fleet = fleet_in(vpc)
    with refused(stack, "target-zones-conflict", "spans 2 Availability Zones"):
        service_in(stack, vpc=vpc, listeners=[listener(targets=[fleet])])


# A VPC that is imported under the ID of the stand-in isn't one.


def test_fails_when_a_vpc_is_only_called_like_the_stand_in() -> None:
    stack = new_stack()
    vpc = imported_vpc(stack, vpc_id="vpc-12345", vpc_cidr_block="10.0.0.0/16")
    subnets = [
        ec2.Subnet.from_subnet_attributes(
            stack,
            f"In-{zone}",
            subnet_id=f"subnet-{zone}",
            availability_zone=zone,
            ipv4_cidr_block=f"10.0.{index}.0/24",
        )
        for index, zone in enumerate(ZONES)
    ]
    vpc_subnets = ec2.SubnetSelection(subnets=subnets)
    given = [listener(targets_by_zone={"eu-west-1c": [address()]})]
    with refused(stack, "target-zone-mismatch"):
        service_in(stack, vpc=vpc, subnets=vpc_subnets, listeners=given)


def test_the_stand_in_is_what_the_cdk_makes() -> None:
    stack = new_stack()
    vpc = pending_vpc(stack)
    assert vpc.vpc_id == "vpc-12345"
    assert {it.availability_zone for it in vpc.private_subnets} == {"dummy1a", "dummy1b"}


# A VPC of the app whose zones are still to be looked up.


@each_topology
def test_zones_of_a_new_vpc_can_be_selected_before_they_are_looked_up(
    topology: LoadBalancerTopology,
) -> None:
    stack = new_stack()
    vpc = ec2.Vpc(stack, "Vpc", max_azs=2)
    chosen = ec2.SubnetSelection(availability_zones=list(ZONES))
    service_in(stack, vpc=vpc, listeners=[listener(80)], subnets=chosen, topology=topology)
    assert missing_lookups(app_of(stack)) == {"availability-zones"}


def test_zones_of_a_load_balancer_in_a_new_vpc_are_not_judged() -> None:
    stack = new_stack()
    vpc = ec2.Vpc(stack, "Vpc", max_azs=2)
    balancer = elbv2.NetworkLoadBalancer(stack, "Nlb", vpc=vpc)
    balancer.add_listener("Front", port=443).add_targets("Targets", port=443, targets=[address()])
    service = EndpointService(stack, "Service", load_balancers=[balancer], ports=[443])
    assert "service-zones-undetermined" not in warnings_of(service)


def test_values_of_parameters_pass_before_they_are_looked_up() -> None:
    stack = new_stack()
    value = ssm.StringParameter.value_from_lookup(stack, "/payments")
    service_in(
        stack,
        vpc=vpc_in(stack),
        listeners=[listener(80, targets=[address(value)])],
        allowed_principals=[value, AllowedPrincipal.role(value, "app")],
        client_cidrs=[value],
        private_dns_name=PrivateDnsName.external(value),
        topology=REGIONAL,
    )
    assert "ssm" in missing_lookups(app_of(stack))
