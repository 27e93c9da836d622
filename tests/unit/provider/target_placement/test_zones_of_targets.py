"""Targets are where users say: in their own zone, in one zone only, and in the service's VPC."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticloadbalancingv2_targets as targets
from tests.support.load_balanced import (
    IN_A,
    IN_B,
    address,
    fargate_in,
    fleet_in,
    instance_in,
    listener,
    new_stack,
    service_in,
    synthesize,
)
from tests.support.refusals import refused, warnings_of
from tests.support.vpcs import ZONES, imported_vpc, vpc_in
from tests.unit.provider.target_placement.placement import REGIONAL, A, B, alb_in, registered
from tests.unit.provider.test_reachability import host_service

from privatelink_constructs import Listener, LoadBalancerTopology

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Make = Callable[[ec2.Vpc, str, Sequence[str]], Any]

OWN, ONE, UNKNOWN = "target-own-zone-mismatch", "target-zone-duplicate", "target-zone-undetermined"
EMPTY, PERHAPS = "zone-target-missing", "zone-target-insufficient"
TOPOLOGIES = pytest.mark.parametrize("topology", LoadBalancerTopology)
AGNOSTIC = pytest.mark.parametrize("agnostic", [False, True], ids=["literal", "token"])


def tasks_by_container(vpc: ec2.Vpc, name: str, zones: Sequence[str]) -> Any:
    return fargate_in(vpc, name, zones=zones).load_balancer_target(container_name="Web")


def private_address(vpc: ec2.Vpc, name: str, zones: Sequence[str]) -> Any:
    return targets.IpTarget(instance_in(vpc, name, zones=zones).instance_private_ip)


def interface_address(vpc: ec2.Vpc, name: str, zones: Sequence[str]) -> Any:
    [subnet] = vpc.select_subnets(
        subnet_type=ec2.SubnetType.PRIVATE_ISOLATED, availability_zones=list(zones)
    ).subnets
    interface = ec2.CfnNetworkInterface(cdk.Stack.of(vpc), name, subnet_id=subnet.subnet_id)
    return targets.IpTarget(interface.attr_primary_private_ip_address)


IN_ONE_ZONE: dict[str, Make] = {
    "address": lambda _, __, zones: address(IN_A if zones[0] == A else IN_B),
    "private address": private_address,
    "interface": interface_address,
    "instance": lambda vpc, name, zones: targets.InstanceTarget(
        instance_in(vpc, name, zones=zones)
    ),
    "fleet": lambda vpc, name, zones: fleet_in(vpc, name, zones=zones),
    "fargate": lambda vpc, name, zones: fargate_in(vpc, name, zones=zones),
    "container": tasks_by_container,
}
ONLY_A = ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED, availability_zones=[A])
every_kind = pytest.mark.parametrize("kind", IN_ONE_ZONE)
every_kind_with_zones = pytest.mark.parametrize(
    "kind", [it for it in IN_ONE_ZONE if it != "address"]
)


# The zone that a target is specified for.


@TOPOLOGIES
@every_kind
def test_fails_when_targets_are_specified_for_another_zone(
    kind: str, topology: LoadBalancerTopology
) -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    given = {
        A: [IN_ONE_ZONE[kind](vpc, "First", [B])],
        B: [IN_ONE_ZONE[kind](vpc, "Second", [A])],
    }
    with refused(stack, OWN, f"Target .* is in {B}, but is specified for {A}"):
        service_in(
            stack, vpc=vpc, listeners=[listener(80, targets_by_zone=given)], topology=topology
        )


@AGNOSTIC
@TOPOLOGIES
@every_kind_with_zones
def test_targets_are_specified_for_their_own_zone(
    kind: str, topology: LoadBalancerTopology, *, agnostic: bool
) -> None:
    stack = new_stack(agnostic=agnostic)
    vpc = vpc_in(stack, zones=None if agnostic else ())
    given = {
        zone: [IN_ONE_ZONE[kind](vpc, f"In{number}", [zone])]
        for number, zone in enumerate(vpc.availability_zones)
    }
    listeners = [listener(80, targets_by_zone=given)]
    service_in(stack, vpc=vpc, listeners=listeners, topology=topology, cross_zone_enabled=False)
    synthesize(stack)
    assert not {UNKNOWN, PERHAPS} & warnings_of(stack).keys()


@every_kind_with_zones
def test_fails_when_targets_are_specified_for_another_zone_of_a_token(kind: str) -> None:
    stack = new_stack(agnostic=True)
    vpc = vpc_in(stack, zones=None)
    first, second = vpc.availability_zones
    given = {first: [IN_ONE_ZONE[kind](vpc, "In", [second])]}
    with refused(
        stack, OWN, "Target .* is in another Availability Zone, but is specified for another"
    ):
        service_in(stack, vpc=vpc, listeners=[listener(80, targets_by_zone=given)])


def test_tokens_that_may_stand_for_one_zone_are_not_distinguished() -> None:
    stack = new_stack()
    names = [cdk.CfnParameter(stack, f"Zone{it}").value_as_string for it in range(2)]
    vpc = imported_vpc(stack, availability_zones=names, vpc_cidr_block="10.0.0.0/16")
    given = {names[0]: [address(IN_A, zone=names[1])], names[1]: [address(IN_B)]}
    service_in(stack, vpc=vpc, listeners=[listener(80, targets_by_zone=given)])
    assert len(registered(stack)[""]) == 2


@every_kind
def test_fails_when_a_later_target_is_specified_for_another_zone(kind: str) -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    service = service_in(stack, vpc=vpc)
    target = IN_ONE_ZONE[kind](vpc, "In", [B])
    with refused(stack, OWN, f"is specified for {A}"):
        service.add_targets(80, target, availability_zone=A)


@every_kind_with_zones
def test_targets_go_to_their_own_zone_only(kind: str) -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    given = [IN_ONE_ZONE[kind](vpc, f"In{zone}", [zone]) for zone in ZONES]
    service = service_in(stack, vpc=vpc, listeners=[listener(80, targets=given)])
    synthesize(stack)
    assert UNKNOWN not in warnings_of(service)
    assert all(len(it) <= 1 for it in registered(stack).values())


def test_fails_when_tasks_of_all_zones_are_specified_for_one() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    given = {A: [fargate_in(vpc)]}
    with refused(
        stack, "target-zones-conflict", f"An ECS service spans 2 Availability Zones .{A}, {B}"
    ):
        service_in(stack, vpc=vpc, listeners=[listener(80, targets_by_zone=given)])


def test_tasks_of_hosts_whose_zones_nobody_knows_are_believed() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    given = listener(80, targets_by_zone={A: [host_service(vpc)]})
    service_in(stack, vpc=vpc, listeners=[given], subnets=ONLY_A)
    synthesize(stack)


def test_fails_when_tasks_of_unknown_zones_are_for_all_zones() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    given = [listener(80, targets=[host_service(vpc)])]
    with refused(stack, "target-zones-conflict", "is a target in all Availability Zones at once"):
        service_in(stack, vpc=vpc, listeners=given)


# One target for several zones.

REPEATED: dict[str, Callable[[ec2.Vpc], list[Any]]] = {
    "fleet": lambda vpc: [spanning(vpc)] * 2,
    "tasks": lambda vpc: [host_service(vpc)] * 2,
    "container": lambda vpc: [
        (tasks := host_service(vpc)).load_balancer_target(container_name="Web"),
        tasks.load_balancer_target(container_name="Web"),
    ],
    "instance": lambda _: [targets.InstanceIdTarget("i-1"), targets.InstanceIdTarget("i-1")],
}


def spanning(vpc: ec2.Vpc) -> Any:
    """Return a fleet whose zones nobody knows."""
    fleet = fleet_in(vpc)
    resource: Any = fleet.node.default_child
    resource.vpc_zone_identifier = cdk.Fn.split(",", cdk.Fn.import_value("Subnets"))
    return fleet


@TOPOLOGIES
@pytest.mark.parametrize("kind", REPEATED)
def test_fails_when_one_target_is_specified_for_two_zones(
    kind: str, topology: LoadBalancerTopology
) -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    first, second = REPEATED[kind](vpc)
    given = listener(80, targets_by_zone={A: [first], B: [second]})
    with refused(stack, ONE, f"is specified for 2 Availability Zones .{A}, {B}"):
        service_in(stack, vpc=vpc, listeners=[given], topology=topology)


@pytest.mark.parametrize("kind", REPEATED)
def test_fails_when_one_target_of_two_ports_is_specified_for_two_zones(kind: str) -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    first, second = REPEATED[kind](vpc)
    given = [
        listener(80, targets_by_zone={A: [first]}),
        listener(81, targets_by_zone={B: [second]}),
    ]
    with refused(stack, ONE, "is specified for 2 Availability Zones"):
        service_in(stack, vpc=vpc, listeners=given)


@pytest.mark.parametrize("kind", REPEATED)
def test_fails_when_one_target_comes_later_for_another_zone(kind: str) -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    first, second = REPEATED[kind](vpc)
    service = service_in(stack, vpc=vpc, listeners=[listener(80, targets_by_zone={A: [first]})])
    with refused(stack, ONE, "is specified for 2 Availability Zones"):
        service.add_targets(80, second, availability_zone=B)


def test_one_target_of_two_ports_is_specified_for_its_zone() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    tasks = {zone: fargate_in(vpc, f"Tasks{zone}", zones=[zone]) for zone in ZONES}
    by_zone = {zone: [it] for zone, it in tasks.items()}
    given = [listener(80, targets_by_zone=by_zone), listener(81, targets_by_zone=by_zone)]
    service_in(stack, vpc=vpc, listeners=given)
    synthesize(stack)


def test_fails_when_one_target_is_specified_for_zones_of_unknown_names() -> None:
    stack = new_stack(agnostic=True)
    vpc = vpc_in(stack, zones=None)
    fleet = spanning(vpc)
    given = listener(80, targets_by_zone={zone: [fleet] for zone in vpc.availability_zones})
    with refused(
        stack, ONE, r"is specified for 2 Availability Zones \(PrivateSubnet1, PrivateSubnet2\)"
    ):
        service_in(stack, vpc=vpc, listeners=[given])


# Targets whose zone nobody knows.

SOMEWHERE: dict[str, Callable[[ec2.Vpc], Any]] = {
    "instance": lambda _: targets.InstanceIdTarget("i-1"),
    "fleet": spanning,
    "token": lambda vpc: address(cdk.CfnParameter(cdk.Stack.of(vpc), "Address").value_as_string),
}


@pytest.mark.parametrize("kind", SOMEWHERE)
def test_warns_when_several_load_balancers_register_a_target(kind: str) -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    service = service_in(stack, vpc=vpc, listeners=[listener(80, targets=[SOMEWHERE[kind](vpc)])])
    assert "with 2 load balancers in different zones" in warnings_of(service)[UNKNOWN]


@pytest.mark.parametrize("kind", SOMEWHERE)
def test_one_load_balancer_may_register_a_target_of_any_zone(kind: str) -> None:
    stack = new_stack()
    vpc = vpc_in(stack, zones=ZONES[:1])
    given = [listener(80, targets=[SOMEWHERE[kind](vpc)])]
    assert UNKNOWN not in warnings_of(service_in(stack, vpc=vpc, listeners=given))


def test_warns_when_an_unknown_address_is_specified_for_two_zones() -> None:
    stack = new_stack()
    text = cdk.CfnParameter(stack, "Address").value_as_string
    given = listener(80, targets_by_zone={zone: [address(text)] for zone in ZONES})
    assert UNKNOWN in warnings_of(service_in(stack, listeners=[given]))


def test_an_address_outside_the_vpc_is_reached_from_all_zones() -> None:
    stack = new_stack()
    given = listener(80, targets=[address("192.168.0.1")])
    assert UNKNOWN not in warnings_of(service_in(stack, listeners=[given]))


# One load balancer for all zones.


@every_kind_with_zones
def test_fails_when_targets_leave_a_zone_of_a_regional_service_empty(kind: str) -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    given = [listener(80, targets=[IN_ONE_ZONE[kind](vpc, "In", [A])])]
    service_in(stack, vpc=vpc, listeners=given, topology=REGIONAL, cross_zone_enabled=False)
    message = rf"(?s)Port 80 has no target in {B}.*cross_zone_enabled=True.*\[{EMPTY}\]"
    with pytest.raises(RuntimeError, match=message):
        synthesize(stack)


@every_kind
def test_cross_zone_load_balancing_reaches_a_zone_without_targets(kind: str) -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    given = [listener(80, targets=[IN_ONE_ZONE[kind](vpc, "In", [A])])]
    service_in(stack, vpc=vpc, listeners=given, topology=REGIONAL, cross_zone_enabled=True)
    synthesize(stack)
    assert not {PERHAPS, UNKNOWN} & warnings_of(stack).keys()


@every_kind_with_zones
def test_warns_when_targets_seem_to_leave_a_zone_empty(kind: str) -> None:
    stack = new_stack(agnostic=True)
    vpc = vpc_in(stack, zones=None)
    given = [listener(80, targets=[IN_ONE_ZONE[kind](vpc, "In", vpc.availability_zones[:1])])]
    service = service_in(
        stack, vpc=vpc, listeners=given, topology=REGIONAL, cross_zone_enabled=False
    )
    synthesize(stack)
    assert "Port 80 has no target in PrivateSubnet2" in warnings_of(service)[PERHAPS]


@pytest.mark.parametrize("kind", [*SOMEWHERE, "elsewhere", "hosts", "outside"])
def test_a_target_of_an_unknown_zone_may_be_in_any(kind: str) -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    others: dict[str, Callable[[], Listener]] = {
        "elsewhere": lambda: Listener.tcp(80, targets=[address()], registered_elsewhere=True),
        "hosts": lambda: listener(80, targets=[host_service(vpc)]),
        "outside": lambda: listener(80, targets=[address("192.168.0.1"), address(IN_A)]),
    }
    make = others.get(kind, lambda: listener(80, targets=[SOMEWHERE[kind](vpc)]))
    service_in(stack, vpc=vpc, listeners=[make()], topology=REGIONAL, cross_zone_enabled=False)
    synthesize(stack)
    assert not {PERHAPS, UNKNOWN} & warnings_of(stack).keys()


def test_targets_that_come_later_fill_a_zone() -> None:
    stack = new_stack()
    given = [listener(80, targets=[address(IN_A)])]
    service = service_in(stack, listeners=given, topology=REGIONAL, cross_zone_enabled=False)
    service.add_targets(80, address(IN_B))
    synthesize(stack)


def test_a_token_that_may_be_any_zone_leaves_none_empty() -> None:
    stack = new_stack()
    zone = cdk.CfnParameter(stack, "Zone").value_as_string
    given = [listener(80, targets=[address(IN_A, zone=zone)])]
    service_in(stack, listeners=given, topology=REGIONAL, cross_zone_enabled=False)
    synthesize(stack)
    assert PERHAPS not in warnings_of(stack)


def test_a_literal_zone_among_tokens_may_be_any_of_them() -> None:
    stack = new_stack(agnostic=True)
    vpc = vpc_in(stack, zones=None)
    given = [listener(80, targets=[address(IN_A, zone="eu-west-1c")])]
    service_in(stack, vpc=vpc, listeners=given, topology=REGIONAL, cross_zone_enabled=False)
    synthesize(stack)
    assert PERHAPS not in warnings_of(stack)


def test_fails_when_an_address_of_a_regional_service_is_in_another_zone() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    given = [listener(80, targets=[address(IN_B)])]
    with refused(stack, "target-zone-mismatch", f"Target '{IN_B}' is in {B}"):
        service_in(stack, vpc=vpc, listeners=given, topology=REGIONAL, subnets=ONLY_A)


# The VPC.

IN_A_VPC: dict[str, Callable[[ec2.Vpc], Any]] = {
    "instance": lambda vpc: targets.InstanceTarget(instance_in(vpc, zones=[A])),
    "fleet": fleet_in,
    "fargate": fargate_in,
    "container": lambda vpc: tasks_by_container(vpc, "Tasks", ZONES),
    "hosts": host_service,
    "alb": alb_in,
}


@TOPOLOGIES
@pytest.mark.parametrize("kind", IN_A_VPC)
def test_fails_when_a_target_is_in_another_vpc(kind: str, topology: LoadBalancerTopology) -> None:
    stack = new_stack()
    other = vpc_in(stack, "Other", ip_addresses=ec2.IpAddresses.cidr("10.1.0.0/16"))
    given, vpc = listener(80, targets=[IN_A_VPC[kind](other)]), vpc_in(stack)
    with refused(stack, "target-vpc-mismatch", "isn't in the VPC of its load balancer"):
        service_in(stack, vpc=vpc, listeners=[given], topology=topology)


@pytest.mark.parametrize("kind", sorted(IN_A_VPC.keys() - {"container"}))
def test_fails_when_a_target_of_the_app_is_not_in_the_imported_vpc(kind: str) -> None:
    stack = new_stack()
    vpc = imported_vpc(stack, vpc_cidr_block="10.0.0.0/16")
    given = listener(80, targets=[IN_A_VPC[kind](vpc_in(stack))])
    with refused(stack, "target-vpc-mismatch"):
        service_in(stack, vpc=vpc, listeners=[given], topology=REGIONAL)


def test_fails_when_a_target_is_in_another_imported_vpc() -> None:
    stack = new_stack()
    other = imported_vpc(
        stack,
        "Other",
        vpc_id="vpc-0123456789abcdef1",
        private_subnet_ids=None,
        isolated_subnet_ids=["subnet-0123456789abcdef8", "subnet-0123456789abcdef9"],
    )
    given, vpc = listener(80, targets=[fleet_in(other)]), imported_vpc(stack)
    with refused(stack, "target-vpc-mismatch"):
        service_in(stack, vpc=vpc, listeners=[given], topology=REGIONAL)


@TOPOLOGIES
def test_a_subnet_that_nobody_knows_may_be_in_the_vpc(topology: LoadBalancerTopology) -> None:
    stack = new_stack()
    raw = ec2.CfnInstance(stack, "Raw", subnet_id="subnet-0123456789abcdef9")
    given = listener(80, targets=[targets.InstanceIdTarget(raw.ref)])
    vpc = imported_vpc(stack, vpc_cidr_block="10.0.0.0/16")
    service_in(stack, vpc=vpc, listeners=[given], topology=topology)
    synthesize(stack)


def test_a_subnet_of_the_vpc_that_is_defined_apart_is_in_it() -> None:
    stack = new_stack()
    vpc = vpc_in(stack, zones=ZONES[:1])
    further = ec2.CfnSubnet(stack, "Further", vpc_id=vpc.vpc_id, cidr_block="10.0.255.0/24")
    raw = ec2.CfnInstance(stack, "Raw", subnet_id=further.ref)
    given = listener(80, targets=[targets.InstanceIdTarget(raw.ref)])
    service_in(stack, vpc=vpc, listeners=[given])
    synthesize(stack)


# Addresses.


def test_fails_when_an_address_of_the_vpc_is_in_no_subnet() -> None:
    stack = new_stack()
    vpc = ec2.Vpc(stack, "Vpc", availability_zones=[*ZONES, "eu-west-1c"], nat_gateways=0)
    given = listener(80, targets=[address("10.0.255.10")])
    with refused(
        stack, "target-subnet-missing", "'10.0.255.10' is in the VPC, but not in one of its"
    ):
        service_in(stack, vpc=vpc, listeners=[given])


def test_an_imported_vpc_can_have_subnets_that_nobody_knows() -> None:
    stack = new_stack()
    vpc = imported_vpc(
        stack,
        vpc_cidr_block="10.0.0.0/16",
        private_subnet_ipv4_cidr_blocks=["10.0.0.0/24", "10.0.1.0/24"],
    )
    service_in(stack, vpc=vpc, listeners=[listener(80, targets=[address("10.0.255.10")])])
    synthesize(stack)


@pytest.mark.parametrize("zone", [None, "all"])
def test_an_address_of_a_subnet_that_is_defined_apart(zone: str | None) -> None:
    stack = new_stack()
    vpc = ec2.Vpc(stack, "Vpc", availability_zones=[*ZONES, "eu-west-1c"], nat_gateways=0)
    if zone is None:
        ec2.CfnSubnet(stack, "Further", vpc_id=vpc.vpc_id, cidr_block="10.0.255.0/24")
    given = listener(80, targets=[address("10.0.255.10", zone=zone)])
    service_in(stack, vpc=vpc, listeners=[given])
    synthesize(stack)


@pytest.mark.parametrize("make", [targets.IpTarget, targets.InstanceIdTarget], ids=["ip", "id"])
@TOPOLOGIES
def test_fails_when_a_target_is_a_list(
    make: Callable[[str], Any], topology: LoadBalancerTopology
) -> None:
    stack = new_stack()
    texts = cdk.CfnParameter(stack, "List", type="CommaDelimitedList").value_as_list
    vpc = vpc_in(stack)
    given = listener(80, targets=[make(texts[0])])
    with refused(stack, "target-value-not-supported", "A target is a list"):
        service_in(stack, vpc=vpc, listeners=[given], topology=topology)
    item = make(cdk.Fn.select(0, texts))
    service_in(stack, vpc=vpc, listeners=[listener(80, targets=[item])], topology=topology)


# Application Load Balancers.


@TOPOLOGIES
def test_fails_when_an_alb_shares_no_zone(topology: LoadBalancerTopology) -> None:
    stack = new_stack()
    vpc = vpc_in(stack, zones=[*ZONES, "eu-west-1c"])
    target = alb_in(vpc, zones=ZONES)
    subnets = ec2.SubnetSelection(
        subnet_type=ec2.SubnetType.PRIVATE_ISOLATED, availability_zones=["eu-west-1c"]
    )
    given = [listener(80, targets=[target])]
    message = rf"The Application Load Balancer is in {A}, {B}, but the load balancer in eu-west-1c"
    with refused(stack, "alb-target-zone-mismatch", message):
        service_in(stack, vpc=vpc, listeners=given, topology=topology, subnets=subnets)


@TOPOLOGIES
def test_an_alb_that_shares_a_zone_is_reached(topology: LoadBalancerTopology) -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    given = [listener(80, targets=[alb_in(vpc)])]
    service_in(stack, vpc=vpc, listeners=given, topology=topology, cross_zone_enabled=False)
    synthesize(stack)


def test_fails_when_an_alb_leaves_a_zone_of_a_regional_service_empty() -> None:
    stack = new_stack()
    vpc = vpc_in(stack, zones=[*ZONES, "eu-west-1c"])
    given = [listener(80, targets=[alb_in(vpc, zones=ZONES)])]
    service_in(stack, vpc=vpc, listeners=given, topology=REGIONAL, cross_zone_enabled=False)
    with pytest.raises(RuntimeError, match="Port 80 has no target in eu-west-1c"):
        synthesize(stack)


def test_nothing_is_known_of_a_vpc_that_is_still_to_be_looked_up() -> None:
    stack = new_stack()
    vpc = ec2.Vpc.from_lookup(stack, "Vpc", vpc_id="vpc-0123456789abcdef0")
    given = listener(80, targets=[targets.InstanceIdTarget("i-1")])
    service = service_in(stack, vpc=vpc, listeners=[given])
    synthesize(stack)
    assert UNKNOWN not in warnings_of(service)
