"""Target types and IP address families that don't fit together."""

from __future__ import annotations

from typing import Any

import jsii
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from aws_cdk import aws_elasticloadbalancingv2_targets as targets
from tests.support.load_balanced import IN_A, address, instance_in, listener, new_stack, service_in
from tests.support.published import resources_of, template_of
from tests.support.refusals import refused
from tests.support.vpcs import vpc_in
from tests.unit.provider.target_placement.placement import A, B, registered

from privatelink_constructs import Listener


def test_fails_when_types_are_mixed() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    given: list[Any] = [address(), targets.InstanceTarget(instance_in(vpc))]
    with refused(stack, "target-types-conflict", "Port 80 has targets of the types instance, ip"):
        service_in(stack, vpc=vpc, listeners=[listener(80, targets=given)])


def test_fails_when_another_type_is_announced() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    given = listener(80, targets=[address()], target_type=elbv2.TargetType.INSTANCE)
    with refused(stack, "target-types-conflict", "Port 80 has targets of the types instance, ip"):
        service_in(stack, vpc=vpc, listeners=[given])


def test_fails_when_another_type_comes_later() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    service = service_in(stack, vpc=vpc)
    later: Any = targets.InstanceIdTarget("i-1")
    with refused(stack, "target-types-conflict", "Port 80 has targets of the types instance, ip"):
        service.add_targets(80, later)


def test_fails_when_ipv6_targets_are_behind_ipv4() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    given = listener(80, targets=[address("2001:db8::1")])
    with refused(stack, "target-address-family-mismatch", "Port 80 forwards to IPv4.*2001:db8::1"):
        service_in(stack, vpc=vpc, listeners=[given])


def test_fails_when_families_are_mixed() -> None:
    stack = new_stack()
    vpc = vpc_in(stack, ip_protocol=ec2.IpProtocol.DUAL_STACK)
    given = listener(80, targets=[address("2001:db8::1"), address(IN_A)])
    with refused(stack, "target-address-family-mismatch", "2001:db8::1"):
        service_in(
            stack,
            vpc=vpc,
            listeners=[given],
            ip_address_type=elbv2.IpAddressType.DUAL_STACK,
        )


def test_the_first_targets_tell_the_family_when_they_come_later() -> None:
    stack = new_stack()
    vpc = vpc_in(stack, ip_protocol=ec2.IpProtocol.DUAL_STACK)
    service = service_in(
        stack,
        vpc=vpc,
        listeners=[Listener.tcp(80)],
        ip_address_type=elbv2.IpAddressType.DUAL_STACK,
    )
    service.add_targets(80, address("2001:db8::1"))
    groups = resources_of(template_of(stack), "AWS::ElasticLoadBalancingV2::TargetGroup")
    assert {it["Properties"]["IpAddressType"] for it in groups} == {"ipv6"}


def test_fails_when_an_ipv4_target_comes_to_ipv6_targets() -> None:
    stack = new_stack()
    vpc = vpc_in(stack, ip_protocol=ec2.IpProtocol.DUAL_STACK)
    service = service_in(
        stack,
        vpc=vpc,
        listeners=[listener(80, targets=[address("2001:db8::1")])],
        ip_address_type=elbv2.IpAddressType.DUAL_STACK,
    )
    with refused(stack, "target-address-family-mismatch", f"Port 80 forwards to IPv6.*{IN_A}"):
        service.add_targets(80, address(IN_A))


@jsii.implements(elbv2.INetworkLoadBalancerTarget)
class Custom:
    """A target of a user's own."""

    def attach_to_network_target_group(
        self,
        target_group: elbv2.INetworkTargetGroup,  # noqa: ARG002 - the CDK's name for it
    ) -> elbv2.LoadBalancerTargetProps:
        return elbv2.LoadBalancerTargetProps(
            target_type=elbv2.TargetType.IP, target_json={"id": "10.0.0.99"}
        )


def test_a_target_of_a_users_own_is_in_all_zones() -> None:
    stack = new_stack()
    custom: Any = Custom()
    service_in(stack, listeners=[listener(80, targets=[custom])])
    assert registered(stack) == {A: [{"Id": "10.0.0.99"}], B: [{"Id": "10.0.0.99"}]}
