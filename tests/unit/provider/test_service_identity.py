"""What changes in a live service replaces nothing that it need not."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticloadbalancingv2_targets as targets
from tests.support.load_balanced import (
    IN_A,
    IN_B,
    address,
    both_zones,
    certificate,
    fargate_in,
    instance_in,
    listener,
    new_stack,
    service_in,
)
from tests.support.published import template_of
from tests.support.refusals import warnings_of
from tests.support.replacement import assert_nothing_is_replaced, compare
from tests.support.vpcs import ZONES, vpc_in

from privatelink_constructs import (
    AcceptancePolicy,
    AllowedPrincipal,
    Listener,
    LoadBalancerTopology,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.support.replacement import Comparison

A, B, C = *ZONES, "eu-west-1c"
ADDRESSES = {A: "10.0.0.10", B: "10.0.64.10", C: "10.0.128.10"}
ONE, TWO, THREE = (AllowedPrincipal.account(str(it) * 12) for it in (2, 3, 4))
REGIONAL = LoadBalancerTopology.REGIONAL
PATHS = Path(__file__).parent / "construct_paths.txt"


def synthesized(
    zones: Sequence[str] = (A, B), context: dict[str, Any] | None = None, **options: Any
) -> dict[str, Any]:
    """Synthesize a service in some zones of a VPC that has three."""
    stack = new_stack(context=context)
    subnets = ec2.SubnetSelection(
        subnet_type=ec2.SubnetType.PRIVATE_ISOLATED, availability_zones=list(zones)
    )
    options.setdefault("listeners", [in_zones(80, zones), in_zones(443, zones)])
    service_in(stack, vpc=vpc_in(stack, zones=(A, B, C)), subnets=subnets, **options)
    return template_of(stack)


def in_zones(port: int, zones: Sequence[str] = (A, B)) -> Listener:
    return Listener.tcp(port, targets_by_zone={it: [address(ADDRESSES[it])] for it in zones})


def update(before: dict[str, Any], after: dict[str, Any]) -> Comparison:
    return assert_nothing_is_replaced(before, after)


def kinds(comparison: Comparison, names: Sequence[str]) -> list[str]:
    return sorted(comparison.types[it].rpartition("::")[2] for it in names)


ZONE_PARTS = ["Listener", "Listener", "LoadBalancer", "TargetGroup", "TargetGroup"]


@pytest.mark.parametrize("zones", [(A, B, C), (C, A, B)], ids=["at the end", "at the beginning"])
def test_a_zone_is_added(zones: tuple[str, ...]) -> None:
    found = update(synthesized(), synthesized(zones))
    assert kinds(found, found.added) == ZONE_PARTS
    assert not found.removed
    assert kinds(found, found.changed) == ["SecurityGroup", "VPCEndpointService"]


@pytest.mark.parametrize("dropped", [A, B, C])
def test_a_zone_is_dropped(dropped: str) -> None:
    rest = [it for it in (A, B, C) if it != dropped]
    found = update(synthesized((A, B, C)), synthesized(rest))
    assert kinds(found, found.removed) == ZONE_PARTS
    assert all(dropped.replace("-", "") in it for it in found.removed)
    assert not found.added
    assert kinds(found, found.changed) == ["SecurityGroup", "VPCEndpointService"]


def test_zones_are_reordered() -> None:
    found = update(synthesized((A, B)), synthesized((B, A)))
    assert (found.added, found.removed, found.changed) == ((), (), ())


def test_a_zone_is_added_to_one_load_balancer() -> None:
    before, after = (
        synthesized(zones, topology=REGIONAL, listeners=[in_zones(80)])
        for zones in ((A, B), (A, B, C))
    )
    found = update(before, after)
    assert (found.added, found.removed) == ((), ())
    assert "LoadBalancer" in kinds(found, found.changed)


PORT_PARTS = ["Listener", "Listener", "TargetGroup", "TargetGroup"]


@pytest.mark.parametrize("ports", [(80, 443, 81), (81, 80, 443)], ids=["last", "first"])
def test_a_listener_is_added(ports: tuple[int, ...]) -> None:
    found = update(synthesized(), synthesized(listeners=[in_zones(it) for it in ports]))
    assert kinds(found, found.added) == PORT_PARTS
    assert not found.removed
    assert kinds(found, found.changed) == ["SecurityGroup"]


@pytest.mark.parametrize("kept", [80, 443])
def test_a_listener_is_dropped(kept: int) -> None:
    found = update(synthesized(), synthesized(listeners=[in_zones(kept)]))
    assert kinds(found, found.removed) == PORT_PARTS
    assert not found.added
    assert kinds(found, found.changed) == ["SecurityGroup"]


def test_listeners_are_reordered() -> None:
    found = update(synthesized(), synthesized(listeners=[in_zones(443), in_zones(80)]))
    assert (found.added, found.removed, found.changed) == ((), (), ())


def targeted(*addresses: str) -> dict[str, Any]:
    return synthesized(listeners=[listener(80, targets=[address(it) for it in addresses])])


def test_a_target_is_added() -> None:
    found = update(targeted("10.0.0.1", "10.0.64.1"), targeted("10.0.0.2", "10.0.0.1", "10.0.64.1"))
    assert (found.added, found.removed) == ((), ())
    assert kinds(found, found.changed) == ["SecurityGroup", "TargetGroup"]


def test_a_target_is_dropped() -> None:
    found = update(
        targeted("10.0.0.1", "10.0.64.1", "10.0.64.2"), targeted("10.0.0.1", "10.0.64.2")
    )
    assert (found.added, found.removed) == ((), ())
    assert kinds(found, found.changed) == ["SecurityGroup", "TargetGroup"]


def test_targets_are_reordered() -> None:
    addresses = ["10.0.0.1", "10.0.64.1", "10.0.64.2"]
    found = update(targeted(*addresses), targeted(*reversed(addresses)))
    assert (found.added, found.removed) == ((), ())


def test_an_instance_is_added() -> None:
    def template(*names: str) -> dict[str, Any]:
        stack = new_stack()
        vpc = vpc_in(stack)
        given: list[Any] = [
            targets.InstanceTarget(instance_in(vpc, name, zones=[zone]))
            for name in names
            for zone in ([A] if name == "First" else [B])
        ]
        service_in(stack, vpc=vpc, listeners=[listener(80, targets=given)])
        return template_of(stack)

    found = update(template("First", "Second"), template("Third", "Second", "First"))
    assert not found.removed
    assert {it for it in found.added if "First" in it or "Second" in it} == set()


def principals(*given: AllowedPrincipal) -> dict[str, Any]:
    return synthesized(allowed_principals=given)


def test_principals_are_added_and_dropped() -> None:
    found = update(principals(ONE, TWO), principals(THREE, ONE))
    assert (found.added, found.removed) == ((), ())
    assert kinds(found, found.changed) == ["VPCEndpointServicePermissions"]


def test_principals_are_reordered() -> None:
    assert principals(ONE, TWO) == principals(TWO, ONE, TWO)


def test_the_last_principal_is_dropped() -> None:
    found = update(principals(ONE), principals())
    assert kinds(found, found.removed) == ["VPCEndpointServicePermissions"]
    assert (found.added, found.changed) == ((), ())


@pytest.mark.parametrize(
    "options",
    [
        {"acceptance": AcceptancePolicy.automatic()},
        {"client_cidrs": ["10.0.0.0/8"]},
        {"contributor_insights_enabled": True},
        {"deletion_protection": True},
        {"payer_responsibility": "ServiceOwner"},
        {"secondary_ips_per_subnet": 1},
        {"supported_regions": ["us-east-1"]},
        {"access_logs_enabled": True},
        {"allowed_principals": [ONE]},
    ],
    ids=lambda it: next(iter(it)),
)
def test_an_option_is_set(options: dict[str, Any]) -> None:
    found = update(synthesized(), synthesized(**options))
    assert found.added or found.changed
    assert not found.removed


def test_health_checks_change_in_place() -> None:
    def template(**options: Any) -> dict[str, Any]:
        return synthesized(listeners=[listener(80, targets=[address("192.168.0.1")], **options)])

    delay = cdk.Duration.seconds(30)
    found = update(template(), template(deregistration_delay=delay, proxy_protocol_v2=True))
    assert kinds(found, found.changed) == ["TargetGroup", "TargetGroup"]


def test_an_ssl_policy_changes_in_place() -> None:
    def template(*names: str) -> dict[str, Any]:
        stack = new_stack()
        certificates = [certificate(stack, name) for name in names]
        given = Listener.tls(443, certificates=certificates, targets=both_zones())
        service_in(stack, listeners=[given])
        return template_of(stack)

    found = update(template("First"), template("Second"))
    assert kinds(found, found.changed) == ["Listener", "Listener"]


# What would be replaced once more is known.


def test_warns_that_zones_will_get_their_names() -> None:
    stack = new_stack(agnostic=True)
    service = service_in(stack, vpc=vpc_in(stack, zones=None), listeners=anywhere())
    text = warnings_of(service)["zone-name-undetermined"]
    assert "2 of 2 Availability Zones" in text
    assert "Set env=cdk.Environment" in text
    assert "Token[" not in text


def test_warns_that_one_of_several_subnets_has_no_zone() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    subnets = [vpc.isolated_subnets[0], ec2.Subnet.from_subnet_id(stack, "Other", "subnet-1")]
    selection = ec2.SubnetSelection(subnets=subnets)
    service = service_in(stack, vpc=vpc, listeners=anywhere(), subnets=selection)
    assert "1 of 2 Availability Zones" in warnings_of(service)["zone-name-undetermined"]


def test_one_load_balancer_is_not_called_after_a_zone() -> None:
    stack = new_stack(agnostic=True)
    vpc = vpc_in(stack, zones=None)
    service = service_in(stack, vpc=vpc, listeners=anywhere(), topology=REGIONAL)
    assert "zone-name-undetermined" not in warnings_of(service)


@pytest.mark.parametrize("pending", [True, False])
def test_names_that_are_known_or_will_be_looked_up_are_right(*, pending: bool) -> None:
    stack = new_stack()
    vpc = ec2.Vpc.from_lookup(stack, "Vpc", vpc_id="vpc-1") if pending else vpc_in(stack)
    service = service_in(stack, vpc=vpc, listeners=anywhere())
    assert "zone-name-undetermined" not in warnings_of(service)


def test_the_deployed_ids_can_be_kept_when_zones_get_their_names() -> None:
    def template(deployed: dict[str, str] | None) -> dict[str, Any]:
        stack = new_stack(agnostic=deployed is None)
        zones = None if deployed is None else (A, B)
        service = service_in(stack, vpc=vpc_in(stack, zones=zones), listeners=anywhere())
        for balancer in service.load_balancers if deployed else ():
            for child in ("", "TargetGroup80", "Listener80"):
                found = balancer.node.find_child(child) if child else balancer
                resource = cast("cdk.CfnResource", found.node.default_child)
                zone = balancer.node.id.removeprefix("LoadBalancer-")
                resource.override_logical_id((deployed or {})[f"{zone}/{child}"])
        return template_of(stack)

    before = template(None)
    kinds_of_parts = {"LoadBalancer": "", "TargetGroup": "TargetGroup80", "Listener": "Listener80"}
    deployed = {
        f"{A if 'PrivateSubnet1' in name else B}/{kinds_of_parts[kind]}": name
        for name, it in before["Resources"].items()
        if (kind := it["Type"].rpartition("::")[2]) in kinds_of_parts
    }
    assert len(deployed) == 6

    after = template(deployed)

    found = compare(before, after)
    assert (found.added, found.removed) == ((), ())
    for name in deployed.values():
        old, new = (it["Resources"][name]["Properties"] for it in (before, after))
        assert old == new


def anywhere(port: int = 80) -> list[Listener]:
    """Define a listener whose target is in no zone that can be told."""
    given = address(cdk.Token.as_string({"Ref": "Address"}))
    return [listener(port, target_port=80, targets=[given])]


def test_warns_that_a_port_is_not_known() -> None:
    stack = new_stack()
    port = cdk.CfnParameter(stack, "Port", type="Number").value_as_number
    text = warnings_of(service_in(stack, listeners=anywhere(cast("int", port))))
    assert "Use a literal port" in text["listener-port-undetermined"]


def test_a_literal_port_is_right() -> None:
    stack = new_stack()
    found = warnings_of(service_in(stack, listeners=anywhere()))
    assert "listener-port-undetermined" not in found


# The CDK's feature flags.

FLAGS = (
    "@aws-cdk/aws-elasticloadbalancingv2:networkLoadBalancerWithSecurityGroupByDefault",
    "@aws-cdk/aws-ec2.securityGroupDisableInlineRules",
)


@pytest.mark.parametrize("flag", FLAGS)
@pytest.mark.parametrize("topology", LoadBalancerTopology)
@pytest.mark.parametrize("cidrs", [None, ("10.0.0.0/8",)], ids=["off", "on"])
def test_the_template_is_the_same_with_a_flag_on_and_off(
    flag: str, topology: LoadBalancerTopology, cidrs: tuple[str, ...] | None
) -> None:
    on, off = (
        synthesized(
            context={flag: value},
            client_cidrs=cidrs,
            listeners=[listener(80, targets=[address("192.168.0.1")])],
            topology=topology,
        )
        for value in (True, False)
    )
    assert on == off


def test_groups_of_targets_are_opened_with_every_flag() -> None:
    def rules(*, value: bool) -> list[dict[str, Any]]:
        stack = new_stack(context=dict.fromkeys(FLAGS, value))
        vpc = vpc_in(stack)
        given = [listener(80, targets=[fargate_in(vpc)])]
        service_in(stack, vpc=vpc, listeners=given, topology=REGIONAL)
        resources = template_of(stack)["Resources"].values()
        inline = [
            rule
            for it in resources
            if it["Type"] == "AWS::EC2::SecurityGroup"
            for rule in it["Properties"].get("SecurityGroupIngress", [])
        ]
        apart = [
            {k: v for k, v in it["Properties"].items() if k != "GroupId"}
            for it in resources
            if it["Type"] == "AWS::EC2::SecurityGroupIngress"
        ]
        return sorted([*inline, *apart], key=str)

    assert rules(value=True) == rules(value=False)
    assert len(rules(value=True)) == 3


# Construct paths.


def zonal(stack: cdk.Stack) -> None:
    service_in(
        stack,
        "Zonal",
        listeners=[
            listener(80),
            Listener.tls(
                443,
                certificates=[certificate(stack, it) for it in ("First", "Second")],
                targets=[address(IN_A), address(IN_B)],
            ),
        ],
        access_logs_enabled=True,
        allowed_principals=[ONE],
    )


def regional(stack: cdk.Stack) -> None:
    vpc = vpc_in(stack)
    tasks = fargate_in(vpc)
    given = [listener(80, targets=[tasks])]
    service_in(stack, "Regional", vpc=vpc, listeners=given, topology=REGIONAL)


def unnamed(stack: cdk.Stack) -> None:
    vpc = vpc_in(stack, zones=None)
    given = [listener(80, targets=[address("192.168.0.1")])]
    service_in(stack, "Unnamed", vpc=vpc, listeners=given)


@pytest.mark.parametrize("make", [zonal, regional, unnamed], ids=["zonal", "regional", "unnamed"])
def test_construct_paths_are_pinned(make: Callable[[cdk.Stack], None]) -> None:
    """A path that changes is a logical id that changes, which replaces what is deployed."""
    name = make.__name__.title()
    stack = new_stack(agnostic=make is unnamed)
    make(stack)
    found = [
        f"{it.node.path.removeprefix('Stack/')}: {it.cfn_resource_type}"
        for it in stack.node.find_all()
        if isinstance(it, cdk.CfnResource) and it.node.path.startswith(f"Stack/{name}/")
    ]
    pinned = [it for it in PATHS.read_text().splitlines() if it.startswith(f"{name}/")]
    assert sorted(found) == pinned, "\n".join(sorted(found))
