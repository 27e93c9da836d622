"""Application Load Balancers as targets."""

from __future__ import annotations

from typing import Any

from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from aws_cdk import aws_elasticloadbalancingv2_targets as targets
from tests.support.load_balanced import TARGET_GROUP, certificate, listener, new_stack, service_in
from tests.support.published import resources_of, template_of
from tests.support.refusals import paths_in, refused
from tests.support.vpcs import vpc_in
from tests.unit.provider.target_placement.placement import A, B, alb_in, front_of, registered

from privatelink_constructs import Listener


def test_an_alb_is_in_all_zones() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    service_in(stack, vpc=vpc, listeners=[listener(443, targets=[alb_in(vpc, port=8080)])])
    found = registered(stack)
    assert [len(it) for it in found.values()] == [1, 1]
    for group in resources_of(template_of(stack), TARGET_GROUP):
        assert group["Properties"]["TargetType"] == "alb"
        # The target group's port has to be that of the ALB's listener.
        assert group["Properties"]["Port"] == 8080


def test_fails_when_an_alb_is_not_behind_tcp() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    given = Listener.tls(443, certificates=[certificate(stack)], targets=[alb_in(vpc)])
    with refused(
        stack, "alb-target-protocol-not-supported", "an Application Load Balancer behind a TLS"
    ):
        service_in(stack, vpc=vpc, listeners=[given])


def test_fails_when_an_alb_is_not_alone() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    given = [alb_in(vpc, "First"), alb_in(vpc, "Second")]
    with refused(stack, "alb-target-conflict", "among 2 targets"):
        service_in(stack, vpc=vpc, listeners=[listener(80, targets=given)])


def test_fails_when_proxy_protocol_goes_to_an_alb() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    given = listener(80, targets=[alb_in(vpc)], proxy_protocol_v2=True)
    with refused(stack, "alb-target-proxy-protocol-not-supported", "proxy protocol"):
        service_in(stack, vpc=vpc, listeners=[given])


def test_fails_when_the_target_port_is_not_the_albs() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    given = listener(443, targets=[alb_in(vpc, port=80)], target_port=81)
    with refused(stack, "alb-target-port-mismatch", "target port 81 and an ALB listener on 80"):
        service_in(stack, vpc=vpc, listeners=[given])


def test_fails_when_albs_of_two_zones_listen_to_different_ports() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    given = {A: [alb_in(vpc, "First", 80)], B: [alb_in(vpc, "Second", 81)]}
    with refused(stack, "alb-target-port-mismatch", "target port 80 and an ALB listener on 81"):
        service_in(stack, vpc=vpc, listeners=[listener(443, targets_by_zone=given)])


def test_fails_when_an_alb_of_another_port_comes_later() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    alb = alb_in(vpc, port=8080)
    service = service_in(stack, vpc=vpc, listeners=[Listener.tcp(443)])
    with refused(stack, "alb-target-port-mismatch", "target port 443 and an ALB listener on 8080"):
        service.add_targets(443, alb)


def test_an_alb_can_be_announced() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    given = Listener.tcp(443, target_type=elbv2.TargetType.ALB, target_port=80)
    service_in(stack, vpc=vpc, listeners=[given]).add_targets(443, alb_in(vpc))
    assert [len(it) for it in registered(stack).values()] == [1, 1]


def test_looking_at_targets_leaves_nothing_behind() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    front = front_of(vpc)
    given: Any = targets.AlbListenerTarget(front)
    before = paths_in(stack)
    with refused(stack, "alb-target-proxy-protocol-not-supported", "proxy"):
        service_in(
            stack,
            vpc=vpc,
            listeners=[listener(80, targets=[given], proxy_protocol_v2=True)],
        )
    assert paths_in(stack) == before
