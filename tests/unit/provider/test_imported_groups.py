"""Security groups of targets that are defined elsewhere: each rule once, and none left out."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticloadbalancingv2_targets as targets
from tests.support.load_balanced import fargate_in, fleet_in, instance_in, listener, service_in
from tests.support.published import resources_of, stack_in, template_of
from tests.support.refusals import warnings_of
from tests.support.vpcs import vpc_in

from privatelink_constructs import LoadBalancerTopology

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

REGIONAL = LoadBalancerTopology.REGIONAL
RULE = "target-security-group-undetermined"
GROUP_ID = "sg-0123456789abcdef0"
INGRESS, EGRESS = "AWS::EC2::SecurityGroupIngress", "AWS::EC2::SecurityGroupEgress"
ENFORCEMENT = pytest.mark.parametrize("clients", [None, ["10.9.0.0/16"]], ids=["off", "on"])


def imported(scope: cdk.Stack, name: str, group_id: str, **options: Any) -> ec2.ISecurityGroup:
    return ec2.SecurityGroup.from_security_group_id(scope, name, group_id, **options)


TARGETS: dict[str, Callable[[ec2.Vpc, str, ec2.ISecurityGroup], Any]] = {
    "instance": lambda vpc, name, group: targets.InstanceTarget(
        instance_in(vpc, name, security_group=group)
    ),
    "fleet": lambda vpc, name, group: fleet_in(vpc, name, security_group=group),
    "fargate": lambda vpc, name, group: fargate_in(vpc, name, security_groups=[group]),
}
IDS: dict[str, Callable[[cdk.Stack], str]] = {
    "literal": lambda _: GROUP_ID,
    "parameter": lambda stack: cdk.CfnParameter(stack, "GroupId").value_as_string,
    "imported": lambda _: cdk.Fn.import_value("GroupId"),
}
every_target = pytest.mark.parametrize("kind", TARGETS)
every_id = pytest.mark.parametrize("group_id", IDS)


def rules_of(*stacks: cdk.Stack) -> list[str]:
    """Return all rules, inline or not, as what EC2 compares."""
    found: list[str] = []
    for stack in stacks:
        for logical_id, it in template_of(stack)["Resources"].items():
            given = it.get("Properties", {})
            if it["Type"] in {INGRESS, EGRESS}:
                found.append(_rule(it["Type"], given["GroupId"], given))
            for kind in (INGRESS, EGRESS):
                group = {"Fn::GetAtt": [logical_id, "GroupId"]}
                inline = given.get(kind.rpartition("::")[2], [])
                found += [_rule(kind, group, rule) for rule in inline]
    return found


def _rule(kind: str, group: object, rule: dict[str, Any]) -> str:
    return str([kind, group, sorted((k, str(v)) for k, v in rule.items() if k not in _OTHER)])


_OTHER = {"Description", "GroupId"}


def duplicates(*stacks: cdk.Stack) -> list[str]:
    return [rule for rule, count in Counter(rules_of(*stacks)).items() if count > 1]


def inbound(stack: cdk.Stack) -> list[dict[str, Any]]:
    """Return the inbound rules of targets; those for clients are of the load balancers."""
    found = [it["Properties"] for it in resources_of(template_of(stack), INGRESS)]
    return [it for it in found if not it["Description"].startswith("clients")]


@ENFORCEMENT
@every_target
@every_id
def test_a_group_that_two_targets_import_gets_each_rule_once(
    kind: str, group_id: str, clients: Sequence[str] | None
) -> None:
    stack = stack_in(cdk.App())
    vpc = vpc_in(stack)
    text = IDS[group_id](stack)
    found = [
        TARGETS[kind](vpc, f"Target{number}", imported(stack, f"Group{number}", text))
        for number in range(2)
    ]
    given = [listener(80, targets=found)]
    service_in(stack, vpc=vpc, listeners=given, topology=REGIONAL, client_cidrs=clients)
    assert not duplicates(stack)
    sources = [it.get("CidrIp") for it in inbound(stack)]
    addresses = [] if clients else ["10.0.0.0/17", "10.0.128.0/17"]
    assert sorted(map(str, sources)) == sorted(map(str, [None, *addresses]))
    assert RULE not in warnings_of(stack)


@every_target
@every_id
def test_a_group_that_two_services_import_gets_each_rule_once(kind: str, group_id: str) -> None:
    stack = stack_in(cdk.App())
    vpc = vpc_in(stack)
    text = IDS[group_id](stack)
    for number in range(2):
        group = imported(stack, f"Group{number}", text)
        given = [listener(80, targets=[TARGETS[kind](vpc, f"Target{number}", group)])]
        service_in(stack, f"Service{number}", vpc=vpc, listeners=given, topology=REGIONAL)
    assert not duplicates(stack)
    # The two groups of load balancers, and the CIDR blocks of two subnets.
    assert len(inbound(stack)) == 4


def test_the_rule_of_two_services_stays_when_one_of_them_goes() -> None:
    def logical_ids(*numbers: int) -> set[str]:
        stack = stack_in(cdk.App())
        vpc = vpc_in(stack)
        for number in numbers:
            group = imported(stack, f"Group{number}", GROUP_ID)
            given = [listener(80, targets=[TARGETS["instance"](vpc, f"In{number}", group)])]
            service_in(stack, f"Service{number}", vpc=vpc, listeners=given, topology=REGIONAL)
        resources = template_of(stack)["Resources"]
        return {k for k, it in resources.items() if "CidrIp" in it.get("Properties", {})}

    assert logical_ids(0) == logical_ids(1) == logical_ids(0, 1)
    assert logical_ids(0)


@every_target
def test_a_group_of_the_stack_may_be_imported_as_well(kind: str) -> None:
    stack = stack_in(cdk.App())
    vpc = vpc_in(stack)
    own = ec2.SecurityGroup(stack, "Own", vpc=vpc)
    groups = [own, imported(stack, "Again", own.security_group_id)]
    found = [TARGETS[kind](vpc, f"T{number}", group) for number, group in enumerate(groups)]
    service_in(stack, vpc=vpc, listeners=[listener(80, targets=found)], topology=REGIONAL)
    assert not duplicates(stack)


@every_target
def test_rules_of_a_target_with_groups_of_both_kinds_are_all_written(kind: str) -> None:
    stack = stack_in(cdk.App())
    vpc = vpc_in(stack)
    own = ec2.SecurityGroup(stack, "Own", vpc=vpc)
    target = TARGETS[kind](vpc, "Target", own)
    resource: Any = stack.node.find_child("Target")
    resource.connections.add_security_group(imported(stack, "Further", GROUP_ID))
    service_in(stack, vpc=vpc, listeners=[listener(80, targets=[target])], topology=REGIONAL)
    assert not duplicates(stack)
    groups = {str(it["GroupId"]) for it in inbound(stack)}
    assert GROUP_ID in groups
    assert len(groups) == 2


@ENFORCEMENT
@every_target
@every_id
def test_warns_when_an_imported_group_is_immutable(
    kind: str, group_id: str, clients: Sequence[str] | None
) -> None:
    stack = stack_in(cdk.App())
    vpc = vpc_in(stack)
    group = imported(stack, "Group", IDS[group_id](stack), mutable=False)
    given = [listener(80, targets=[TARGETS[kind](vpc, "Target", group)])]
    service_in(stack, vpc=vpc, listeners=given, topology=REGIONAL, client_cidrs=clients)
    name = GROUP_ID if group_id == "literal" else "an imported security group"
    assert f"The security groups of {name} must allow TCP" in warnings_of(stack)[RULE]
    assert not inbound(stack)
    # The load balancers' own group is theirs to open.
    assert len(resources_of(template_of(stack), EGRESS)) == 1
    assert not group.node.children


def test_an_immutable_group_next_to_a_mutable_one_is_no_matter() -> None:
    stack = stack_in(cdk.App())
    vpc = vpc_in(stack)
    group = imported(stack, "Fixed", "sg-0123456789abcdef1", mutable=False)
    fleet = fleet_in(vpc, security_group=group)
    fleet.connections.add_security_group(imported(stack, "Group", GROUP_ID))
    service_in(stack, vpc=vpc, listeners=[listener(80, targets=[fleet])], topology=REGIONAL)
    assert {it["GroupId"] for it in inbound(stack)} == {GROUP_ID}
    assert RULE not in warnings_of(stack)


@pytest.mark.parametrize("mutable", [True, False])
@every_target
def test_a_group_of_another_stack_makes_no_circle(kind: str, *, mutable: bool) -> None:
    app = cdk.App()
    network, ours = stack_in(app, "Network"), stack_in(app, "Ours")
    vpc = vpc_in(network)
    own = ec2.SecurityGroup(network, "Own", vpc=vpc)
    group = imported(ours, "Again", own.security_group_id, mutable=mutable)
    other = vpc_in(ours)
    given = [listener(80, targets=[TARGETS[kind](other, "Target", group)])]
    service_in(ours, vpc=other, listeners=given, topology=REGIONAL)
    app.synth()
    assert not duplicates(network, ours)
    assert (RULE in warnings_of(ours)) is not mutable
    assert bool(inbound(ours)) is mutable


def test_ports_that_are_tokens_are_distinguished() -> None:
    stack = stack_in(cdk.App())
    vpc = vpc_in(stack)
    ports = [cdk.CfnParameter(stack, f"Port{it}", type="Number").value_as_number for it in range(2)]
    group = imported(stack, "Group", GROUP_ID)
    instance = targets.InstanceTarget(instance_in(vpc, security_group=group))
    given = [
        listener(80 + number, targets=[instance], target_port=int(port))
        for number, port in enumerate(ports)
    ]
    service_in(stack, vpc=vpc, listeners=given, topology=REGIONAL, client_cidrs=["10.9.0.0/16"])
    assert [it["FromPort"] for it in inbound(stack)] == [{"Ref": "Port0"}, {"Ref": "Port1"}]


def test_ranges_of_two_other_stacks_are_distinguished() -> None:
    app = cdk.App()
    ours = stack_in(app, "Ours")
    for number in range(2):
        network = stack_in(app, f"Network{number}")
        pool = ec2.IpAddresses.aws_ipam_allocation(
            ipv4_ipam_pool_id="ipam-pool-1",
            ipv4_netmask_length=16,
            default_subnet_ipv4_netmask_length=24,
        )
        vpc = vpc_in(network, ip_addresses=pool)
        group = imported(ours, f"Group{number}", GROUP_ID)
        target = targets.InstanceTarget(
            instance_in(vpc, f"In{number}", scope=ours, security_group=group)
        )
        given = [listener(80, targets=[target])]
        service_in(ours, f"Service{number}", vpc=vpc, listeners=given, topology=REGIONAL)
    app.synth()
    # For each service the group of its load balancers, and the CIDR blocks of two subnets.
    assert len(inbound(ours)) == 6
    assert not duplicates(ours)
