"""What is asked about load balancers that exist already when the app is synthesized."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import aws_cdk as cdk
import pytest
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from tests.support.load_balanced import (
    address,
    certificate,
    listener,
    new_stack,
    service_in,
    synthesize,
)
from tests.support.published import imported_load_balancer, stack_in
from tests.support.refusals import refused, warnings_of
from tests.support.vpcs import vpc_in

from privatelink_constructs import EndpointService

if TYPE_CHECKING:
    import constructs

ISOLATED = ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED)


def balancer_in(stack: cdk.Stack, **options: Any) -> elbv2.NetworkLoadBalancer:
    vpc = stack.node.try_find_child("Vpc") or vpc_in(stack)
    return elbv2.NetworkLoadBalancer(
        stack, "Nlb", vpc=cast("ec2.IVpc", vpc), vpc_subnets=ISOLATED, **options
    )


def group(balancer: elbv2.NetworkLoadBalancer, name: str) -> elbv2.NetworkTargetGroup:
    vpc = cast("ec2.IVpc", balancer.vpc)
    return elbv2.NetworkTargetGroup(balancer, name, vpc=vpc, port=443, targets=[address()])


def listen(
    balancer: elbv2.NetworkLoadBalancer, port: int = 443, **options: Any
) -> elbv2.NetworkListener:
    targets = group(balancer, f"Targets{port}")
    return balancer.add_listener(
        f"Listener{port}", port=port, default_target_groups=[targets], **options
    )


def publish(stack: constructs.Construct, *balancers: Any, **options: Any) -> EndpointService:
    return EndpointService(stack, "Service", load_balancers=balancers, **options)


def test_target_groups_with_weights_are_found() -> None:
    stack = new_stack()
    balancer = balancer_in(stack)
    first, second = group(balancer, "First"), group(balancer, "Second")
    balancer.add_listener(
        "Listener",
        port=443,
        default_action=elbv2.NetworkListenerAction.weighted_forward(
            [
                elbv2.NetworkWeightedTargetGroup(target_group=first, weight=1),
                elbv2.NetworkWeightedTargetGroup(target_group=second, weight=9),
            ]
        ),
    )
    assert publish(stack, balancer).target_groups == (first, second)


# Quotas, whatever was added after the service.


@pytest.mark.parametrize("more", [0, 1])
def test_fails_when_listeners_are_added_later(more: int) -> None:
    stack = new_stack()
    balancer = balancer_in(stack)
    publish(stack, balancer)
    for port in range(1, 51 + more):
        listen(balancer, port)
    if more:
        with pytest.raises(RuntimeError, match=r"51 listeners.*\[listeners-exceeded\]"):
            synthesize(stack)
    else:
        synthesize(stack)


@pytest.mark.parametrize("more", [0, 1])
@pytest.mark.parametrize("level", [1, 2])
def test_certificates_that_are_added_later_count(level: int, more: int) -> None:
    stack = new_stack()
    balancer = balancer_in(stack)
    publish(stack, balancer)
    given = [certificate(stack, f"C{it}") for it in range(25 + more)]
    added = listen(balancer, certificates=given[:1])
    if level == 1:
        further = [
            elbv2.CfnListenerCertificate.CertificateProperty(certificate_arn=it.certificate_arn)
            for it in given[1:]
        ]
        elbv2.CfnListenerCertificate(
            stack, "Further", certificates=further, listener_arn=added.listener_arn
        )
    else:
        added.add_certificates("Further", cast("Any", given[1:]))
    assert ("certificates-exceeded" in warnings_of(stack)) is bool(more)


# VPC links of REST APIs.


@pytest.mark.parametrize("of", ["the app", "imported"])
@pytest.mark.parametrize("linked", [True, False])
def test_fails_when_a_vpc_link_uses_the_load_balancer(of: str, *, linked: bool) -> None:
    stack = new_stack()
    own = balancer_in(stack)
    listen(own)
    imported = imported_load_balancer(stack, "Other")
    publish(stack, own, imported)
    there = own if of == "the app" else imported
    unused = imported_load_balancer(stack, "Unused")
    apigateway.VpcLink(stack, "Link", targets=[there if linked else unused])
    if linked:
        with pytest.raises(RuntimeError, match=r"already belongs to Stack/Link"):
            synthesize(stack)
    else:
        synthesize(stack)


# Rejection on delete.


@pytest.mark.parametrize("rejects", [True, False])
@pytest.mark.parametrize("case", ["here", "kept", "elsewhere", "not protected", "level 1"])
def test_fails_when_a_protected_load_balancer_stays(case: str, *, rejects: bool) -> None:
    stack = new_stack()
    balancer = balancer_in(stack, deletion_protection=case != "not protected")
    listen(balancer)
    resource = cast("elbv2.CfnLoadBalancer", balancer.node.default_child)
    given: elbv2.INetworkLoadBalancer = balancer
    if case == "kept":
        resource.apply_removal_policy(cdk.RemovalPolicy.RETAIN)
    if case == "level 1":
        given = elbv2.NetworkLoadBalancer.from_network_load_balancer_attributes(
            stack, "Imported", load_balancer_arn=resource.ref
        )
    there = stack_in(cast("cdk.App", stack.node.root), "There") if case == "elsewhere" else stack
    publish(there, given, ports=[443], reject_connections_on_delete=rejects)
    if rejects and case in {"here", "level 1"}:
        said = r"Stack/Nlb have deletion protection.*\[rejection-on-delete-protection-conflict\]"
        with pytest.raises(RuntimeError, match=said):
            synthesize(stack)
    else:
        synthesize(stack)


def test_load_balancers_of_level_1_can_be_protected_too() -> None:
    stack = new_stack()
    attribute = elbv2.CfnLoadBalancer.LoadBalancerAttributeProperty(
        key="deletion_protection.enabled", value="true"
    )
    resource = elbv2.CfnLoadBalancer(
        stack, "Nlb", type="network", scheme="internal", load_balancer_attributes=[attribute]
    )
    elbv2.CfnListener(
        stack, "L", default_actions=[], load_balancer_arn=resource.ref, port=443, protocol="TCP"
    )
    given = elbv2.NetworkLoadBalancer.from_network_load_balancer_attributes(
        stack, "Imported", load_balancer_arn=resource.ref
    )
    publish(stack, given, reject_connections_on_delete=True)
    with pytest.raises(RuntimeError, match="Stack/Nlb have deletion protection"):
        synthesize(stack)


def test_fails_when_the_services_own_load_balancers_are_protected() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    options: dict[str, Any] = {"vpc": vpc, "listeners": [listener()], "deletion_protection": True}
    with refused(
        stack,
        "rejection-on-delete-protection-conflict",
        "Deleting the stack rejects the connections",
    ):
        service_in(stack, reject_connections_on_delete=True, **options)
    service_in(stack, **options)
