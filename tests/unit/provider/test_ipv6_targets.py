"""IPv6 target groups, and targets that may lack the addresses for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from aws_cdk import aws_elasticloadbalancingv2_targets as targets
from tests.support.load_balanced import (
    address,
    fargate_in,
    fleet_in,
    instance_in,
    new_stack,
    service_in,
)
from tests.support.published import resources_of, template_of
from tests.support.reachability import closed
from tests.support.refusals import refusal, warnings_of
from tests.support.vpcs import imported_vpc, vpc_in

from privatelink_constructs import Listener, LoadBalancerTopology

if TYPE_CHECKING:
    from collections.abc import Callable

CODE = "target-ipv6-address-undetermined"
DUAL_STACK, IPV4 = elbv2.IpAddressType.DUAL_STACK, elbv2.IpAddressType.IPV4
TARGETS: dict[str, Callable[[ec2.Vpc], Any]] = {
    "auto-scaling-group": fleet_in,
    "ecs-service": lambda vpc: fargate_in(vpc).load_balancer_target(
        container_name="Web", container_port=80
    ),
    "instance": lambda vpc: targets.InstanceTarget(instance_in(vpc)),
    "instance id": lambda _: targets.InstanceIdTarget("i-0123456789abcdef0"),
}


def warnings_about(target: Any, vpc: ec2.IVpc, **options: Any) -> dict[str, str]:
    given: dict[str, Any] = {
        "vpc": vpc,
        "topology": LoadBalancerTopology.REGIONAL,
        "listeners": [Listener.udp(53, targets=[target])],
        "ip_address_type": DUAL_STACK,
        **options,
    }
    return warnings_of(service_in(vpc.stack, **given))


@pytest.mark.parametrize("kind", sorted(TARGETS))
def test_targets_that_may_lack_ipv6_are_a_warning(kind: str) -> None:
    vpc = vpc_in(new_stack(), ip_protocol=ec2.IpProtocol.DUAL_STACK)
    found = warnings_about(TARGETS[kind](vpc), vpc)
    name = kind.removesuffix(" id")
    assert f"Port 53 forwards to IPv6 targets, but has targets of the type {name}." in found[CODE]


@pytest.mark.parametrize("kind", sorted(TARGETS))
def test_tcp_on_a_dualstack_load_balancer_is_ipv4(kind: str) -> None:
    vpc = vpc_in(new_stack(), ip_protocol=ec2.IpProtocol.DUAL_STACK)
    target = TARGETS[kind](vpc)
    listeners = [Listener.tcp(80, targets=[target])]
    assert CODE not in warnings_about(target, vpc, listeners=listeners)


@pytest.mark.parametrize("kind", sorted(TARGETS.keys() - {"ecs-service"}))
def test_udp_on_an_ipv4_load_balancer_is_ipv4(kind: str) -> None:
    vpc = vpc_in(new_stack(), ip_protocol=ec2.IpProtocol.DUAL_STACK)
    assert CODE not in warnings_about(TARGETS[kind](vpc), vpc, ip_address_type=IPV4)


def test_addresses_show_their_family() -> None:
    vpc = vpc_in(new_stack(), ip_protocol=ec2.IpProtocol.DUAL_STACK)
    assert CODE not in warnings_about(address("2001:db8::10"), vpc)


def test_what_is_registered_elsewhere_is_not_looked_at() -> None:
    vpc = vpc_in(new_stack(), ip_protocol=ec2.IpProtocol.DUAL_STACK)
    listeners = [Listener.udp(53, registered_elsewhere=True)]
    service = service_in(
        vpc.stack,
        vpc=vpc,
        topology=LoadBalancerTopology.REGIONAL,
        listeners=listeners,
        ip_address_type=DUAL_STACK,
    )
    assert CODE not in warnings_of(service)


def test_targets_that_come_later_are_looked_at() -> None:
    stack = new_stack()
    vpc = vpc_in(stack, ip_protocol=ec2.IpProtocol.DUAL_STACK)
    service = service_in(
        stack,
        vpc=vpc,
        topology=LoadBalancerTopology.REGIONAL,
        listeners=[Listener.udp(53, target_type=elbv2.TargetType.INSTANCE)],
        ip_address_type=DUAL_STACK,
    )
    service.add_targets(53, TARGETS["instance"](vpc))
    assert CODE in warnings_of(service)


# IPv6 targets without IPv6.


@pytest.mark.parametrize("address_type", [IPV4, DUAL_STACK])
@pytest.mark.parametrize("own", [True, False])
def test_fails_when_ipv6_targets_are_behind_ipv4(
    address_type: elbv2.IpAddressType, *, own: bool
) -> None:
    stack = new_stack()
    vpc = vpc_in(stack) if own else imported_vpc(stack)
    options: dict[str, Any] = {
        "vpc": vpc,
        "listeners": [Listener.tcp(80, targets=[address("2001:db8::10")])],
        "ip_address_type": address_type,
    }
    if address_type is IPV4:
        with refusal(
            "target-address-family-mismatch",
            "forwards to IPv4 targets, but has the targets 2001:db8",
        ):
            service_in(stack, **options)
    elif own:
        # A dualstack load balancer needs what this VPC doesn't have.
        with refusal("service-address-family-mismatch", "has no IPv6 addresses"):
            service_in(stack, **options)
    else:
        assert service_in(stack, **options)


def dualstack_service(**options: Any) -> Any:
    vpc = vpc_in(new_stack(), ip_protocol=ec2.IpProtocol.DUAL_STACK)
    return service_in(
        vpc.stack,
        vpc=vpc,
        listeners=[Listener.tcp(80, **options)],
        ip_address_type=DUAL_STACK,
        topology=LoadBalancerTopology.REGIONAL,
    )


@pytest.mark.parametrize("target_type", [None, elbv2.TargetType.IP], ids=["later", "announced"])
def test_ipv6_targets_may_come_later(target_type: elbv2.TargetType | None) -> None:
    service = dualstack_service(target_type=target_type)
    service.add_targets(80, address("2001:db8::10"))
    template = template_of(cdk.Stack.of(service))
    [group] = resources_of(template, "AWS::ElasticLoadBalancingV2::TargetGroup")
    assert group["Properties"]["IpAddressType"] == "ipv6"
    assert not closed(template)


def test_fails_when_ipv6_targets_come_after_others() -> None:
    service = dualstack_service()
    service.add_targets(80, address("10.0.0.10"))
    with refusal(
        "target-address-family-mismatch",
        "forwards to IPv4 targets, but has the targets 2001:db8::10",
    ):
        service.add_targets(80, address("2001:db8::10"))


def test_a_refusal_leaves_the_family_open() -> None:
    service = dualstack_service()
    with refusal("target-address-family-mismatch"):
        service.add_targets(80, address("2001:db8::10"), address("10.0.0.10"))
    with refusal("port-out-of-range"):
        service.add_targets(80, address("2001:db8::10", 70000))
    service.add_targets(80, address("10.0.0.10"))
    [group] = resources_of(
        template_of(cdk.Stack.of(service)), "AWS::ElasticLoadBalancingV2::TargetGroup"
    )
    assert group["Properties"].get("IpAddressType") is None
