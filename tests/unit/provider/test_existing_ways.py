"""Load balancers that exist already, and that no client reaches: warnings at synthesis."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_codedeploy as codedeploy
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from tests.support.load_balanced import address, fargate_in, fleet_in, new_stack
from tests.support.published import imported_load_balancer, stack_in
from tests.support.refusals import warnings_of
from tests.support.vpcs import vpc_in

from privatelink_constructs import EndpointService

if TYPE_CHECKING:
    from collections.abc import Callable

CLOSED, EMPTY = "load-balancer-port-closed", "target-missing"
ISOLATED = ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED)
FLAG = "@aws-cdk/aws-elasticloadbalancingv2:networkLoadBalancerWithSecurityGroupByDefault"


def balancer_in(vpc: ec2.IVpc, scope: cdk.Stack | None = None, **options: Any) -> Any:
    return elbv2.NetworkLoadBalancer(
        scope or cdk.Stack.of(vpc), "Nlb", vpc=vpc, vpc_subnets=ISOLATED, **options
    )


def group_in(vpc: ec2.IVpc, name: str = "Group") -> ec2.SecurityGroup:
    return ec2.SecurityGroup(cdk.Stack.of(vpc), name, vpc=vpc)


def published(*balancers: Any) -> dict[str, str]:
    stack = cdk.Stack.of(balancers[0])
    return warnings_of(EndpointService(stack, "Service", load_balancers=balancers))


def listen(balancer: Any, *targets: Any, **options: Any) -> elbv2.NetworkTargetGroup:
    front = balancer.add_listener("Front", port=443, **options)
    return front.add_targets("Targets", port=443, targets=list(targets))


def test_warns_when_a_fresh_load_balancer_is_closed_and_empty() -> None:
    vpc = vpc_in(new_stack(context={FLAG: True}))
    balancer = balancer_in(vpc)
    listen(balancer)
    found = published(balancer)
    assert "No inbound rule allows traffic on TCP port 443" in found[CLOSED]
    assert "TargetsGroup has no target" in found[EMPTY]


def test_warns_when_two_load_balancers_are_closed() -> None:
    stack = new_stack(context={FLAG: True})
    balancers = [
        elbv2.NetworkLoadBalancer(
            stack, f"Nlb{it}", vpc=vpc_in(stack, f"Vpc{it}"), vpc_subnets=ISOLATED
        )
        for it in range(2)
    ]
    for balancer in balancers:
        listen(balancer, address())
    assert CLOSED in published(*balancers)


OPENED: dict[str, Callable[[ec2.SecurityGroup], object]] = {
    "inline": lambda it: it.add_ingress_rule(ec2.Peer.ipv4("10.0.0.0/8"), ec2.Port.tcp(443)),
    "all": lambda it: it.add_ingress_rule(ec2.Peer.any_ipv4(), ec2.Port.all_traffic()),
    "number": lambda it: ec2.CfnSecurityGroupIngress(
        it, "Rule", group_id=it.security_group_id, ip_protocol="6", from_port=400, to_port=500
    ),
    "token": lambda it: it.add_ingress_rule(
        ec2.Peer.ipv4("10.0.0.0/8"),
        ec2.Port.tcp(cdk.CfnParameter(it, "Port", type="Number").value_as_number),
    ),
    "any protocol": lambda it: ec2.CfnSecurityGroupIngress(
        it, "Rule", group_id=it.security_group_id, ip_protocol="-1"
    ),
    "unknown protocol": lambda it: ec2.CfnSecurityGroupIngress(
        it,
        "Rule",
        group_id=it.security_group_id,
        ip_protocol=cdk.CfnParameter(it, "Protocol").value_as_string,
    ),
}


@pytest.mark.parametrize("rule", OPENED)
def test_a_rule_for_the_port_opens_a_load_balancer(rule: str) -> None:
    vpc = vpc_in(new_stack())
    group = group_in(vpc)
    OPENED[rule](group)
    balancer = balancer_in(vpc, security_groups=[group])
    listen(balancer, address())
    assert CLOSED not in published(balancer)


CLOSING: dict[str, Callable[[ec2.SecurityGroup], object]] = {
    "nothing": lambda _: None,
    "another port": lambda it: it.add_ingress_rule(ec2.Peer.any_ipv4(), ec2.Port.tcp(80)),
    "another protocol": lambda it: it.add_ingress_rule(ec2.Peer.any_ipv4(), ec2.Port.udp(443)),
    "another group": lambda it: ec2.CfnSecurityGroupIngress(
        it, "Rule", group_id="sg-1", ip_protocol="-1"
    ),
}


@pytest.mark.parametrize("rule", CLOSING)
def test_warns_when_no_rule_opens_the_port(rule: str) -> None:
    vpc = vpc_in(new_stack())
    group = group_in(vpc)
    CLOSING[rule](group)
    balancer = balancer_in(vpc, security_groups=[group])
    listen(balancer, address())
    assert CLOSED in published(balancer)


def test_rules_may_come_later_and_from_another_stack() -> None:
    app = cdk.App()
    network, ours = stack_in(app, "Network"), stack_in(app, "Ours")
    vpc = vpc_in(network)
    group = group_in(vpc)
    balancer = balancer_in(vpc, ours, security_groups=[group])
    listen(balancer, address())
    service = EndpointService(ours, "Service", load_balancers=[balancer])
    ec2.CfnSecurityGroupIngress(ours, "Rule", group_id=group.security_group_id, ip_protocol="-1")
    assert CLOSED not in warnings_of(service)


@pytest.mark.parametrize("groups", ["imported", "none", "off"])
def test_what_cannot_be_closed_or_known(groups: str) -> None:
    stack = new_stack(context={FLAG: False})
    vpc = vpc_in(stack)
    imported = ec2.SecurityGroup.from_security_group_id(stack, "Imported", "sg-1")
    own = group_in(vpc)
    options: dict[str, dict[str, Any]] = {
        "imported": {"security_groups": [own, imported]},
        "none": {},
        "off": {
            "security_groups": [own],
            "enforce_security_group_inbound_rules_on_private_link_traffic": False,
        },
    }
    balancer = balancer_in(vpc, **options[groups])
    listen(balancer, address())
    assert CLOSED not in published(balancer)


def test_a_port_that_is_a_token_may_be_open() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    port = cdk.CfnParameter(stack, "Port", type="Number").value_as_number
    balancer = balancer_in(vpc, security_groups=[group_in(vpc)])
    front = balancer.add_listener("Front", port=port)
    front.add_targets("Targets", port=443, targets=[address()])
    service = EndpointService(stack, "Service", load_balancers=[balancer], ports=[443])
    assert CLOSED not in warnings_of(service)


def test_nothing_is_said_of_load_balancers_of_a_pending_vpc() -> None:
    stack = new_stack(context={FLAG: True})
    vpc = ec2.Vpc.from_lookup(stack, "Vpc", vpc_id="vpc-0123456789abcdef0")
    balancer = elbv2.NetworkLoadBalancer(stack, "Nlb", vpc=vpc)
    listen(balancer, address())
    assert CLOSED not in published(balancer)


def test_nothing_is_known_of_imported_load_balancers() -> None:
    stack = new_stack()
    service = EndpointService(
        stack, "Service", load_balancers=[imported_load_balancer(stack, "Nlb")], ports=[443]
    )
    assert not {CLOSED, EMPTY} & warnings_of(service).keys()


# Targets.

REGISTERED: dict[str, Callable[[ec2.Vpc], Any]] = {
    "address": lambda _: address(),
    "tasks": fargate_in,
    "fleet": fleet_in,
}


@pytest.mark.parametrize("later", [False, True])
@pytest.mark.parametrize("kind", REGISTERED)
def test_targets_of_the_app_are_found(kind: str, *, later: bool) -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    balancer, target = balancer_in(vpc), REGISTERED[kind](vpc)
    group = listen(balancer, *([] if later else [target]))
    service = EndpointService(stack, "Service", load_balancers=[balancer])
    if later:
        group.add_target(target)
    assert EMPTY not in warnings_of(service)


def test_a_group_that_code_deploy_fills_has_targets() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    balancer, tasks = balancer_in(vpc), fargate_in(vpc, deployment_controller=CODE_DEPLOY)
    front = balancer.add_listener("Front", port=443)
    blue = front.add_targets("Blue", port=443, targets=[tasks])
    green = elbv2.NetworkTargetGroup(stack, "Green", vpc=vpc, port=443)
    test = balancer.add_listener("Test", port=8443, default_target_groups=[green])
    codedeploy.EcsDeploymentGroup(
        stack,
        "Deployments",
        service=tasks,
        blue_green_deployment_config=codedeploy.EcsBlueGreenDeploymentConfig(
            blue_target_group=blue, green_target_group=green, listener=front, test_listener=test
        ),
    )
    assert EMPTY not in published(balancer)


CODE_DEPLOY = ecs.DeploymentController(type=ecs.DeploymentControllerType.CODE_DEPLOY)
