"""Application Load Balancers as targets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from aws_cdk import aws_elasticloadbalancingv2_targets as targets
from tests.support.load_balanced import (
    TARGET_GROUP,
    certificate,
    listener,
    new_stack,
    service_in,
    synthesize,
)
from tests.support.published import resources_of, template_of
from tests.support.refusals import paths_in, refused
from tests.support.vpcs import vpc_in
from tests.unit.provider.target_placement.placement import A, B, alb_in, front_of, registered

from privatelink_constructs import Listener

if TYPE_CHECKING:
    from aws_cdk import aws_ec2 as ec2


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
        stack,
        "alb-target-protocol-not-supported",
        "An Application Load Balancer is a target of a TLS",
    ):
        service_in(stack, vpc=vpc, listeners=[given])


def test_fails_when_an_alb_is_not_alone() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    given = [alb_in(vpc, "First"), alb_in(vpc, "Second")]
    with refused(stack, "alb-target-conflict", "is one of 2 targets"):
        service_in(stack, vpc=vpc, listeners=[listener(80, targets=given)])


def test_fails_when_proxy_protocol_goes_to_an_alb() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    given = listener(80, targets=[alb_in(vpc)], proxy_protocol_v2=True)
    with refused(stack, "alb-target-proxy-protocol-not-supported", "proxy_protocol_v2 is set"):
        service_in(stack, vpc=vpc, listeners=[given])


def test_fails_when_the_target_port_is_not_the_albs() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    given = listener(443, targets=[alb_in(vpc, port=80)], target_port=81)
    with refused(
        stack,
        "alb-target-port-mismatch",
        "The target port is 81, but the listener of the Application Load Balancer uses port 80",
    ):
        service_in(stack, vpc=vpc, listeners=[given])


def test_fails_when_albs_of_two_zones_listen_to_different_ports() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    given = {A: [alb_in(vpc, "First", 80)], B: [alb_in(vpc, "Second", 81)]}
    with refused(
        stack,
        "alb-target-port-mismatch",
        "The target port is 80, but the listener of the Application Load Balancer uses port 81",
    ):
        service_in(stack, vpc=vpc, listeners=[listener(443, targets_by_zone=given)])


def test_fails_when_an_alb_of_another_port_comes_later() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    alb = alb_in(vpc, port=8080)
    service = service_in(stack, vpc=vpc, listeners=[Listener.tcp(443)])
    with refused(
        stack,
        "alb-target-port-mismatch",
        "The target port is 443, but the listener of the Application Load Balancer uses port 8080",
    ):
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


# Health checks and listeners.


def secure_front_of(vpc: ec2.Vpc, name: str = "Alb", port: int = 443) -> Any:
    front = front_of(vpc, name, 8080)
    return front.load_balancer.add_listener(
        "Https",
        port=port,
        protocol=elbv2.ApplicationProtocol.HTTPS,
        certificates=[certificate(vpc.stack, f"{name}Certificate")],
        open=False,
        default_action=elbv2.ListenerAction.fixed_response(200),
    )


def check_over(protocol: elbv2.Protocol, port: str | None = None) -> elbv2.HealthCheck:
    return elbv2.HealthCheck(protocol=protocol, port=port)


@pytest.mark.parametrize("port", [None, "traffic-port", "443"])
def test_fails_when_an_https_listener_is_checked_over_http(port: str | None) -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    target: Any = targets.AlbListenerTarget(secure_front_of(vpc))
    given = listener(443, targets=[target], health_check=check_over(elbv2.Protocol.HTTP, port))
    message = (
        "The health check uses HTTP, but the listener of the Application Load Balancer uses HTTPS"
    )
    with refused(stack, "alb-target-health-check-mismatch", message):
        service_in(stack, vpc=vpc, listeners=[given])


def test_fails_when_an_http_listener_is_checked_over_https() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    check = check_over(elbv2.Protocol.HTTPS)
    given = listener(80, targets=[alb_in(vpc)], health_check=check)
    with refused(
        stack,
        "alb-target-health-check-mismatch",
        "uses HTTPS, but the listener of the Application Load Balancer uses",
    ):
        service_in(stack, vpc=vpc, listeners=[given])


@pytest.mark.parametrize("port", ["8080", "9000"])
def test_another_listener_may_be_checked_over_http(port: str) -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    target: Any = targets.AlbListenerTarget(secure_front_of(vpc))
    given = listener(443, targets=[target], health_check=check_over(elbv2.Protocol.HTTP, port))
    service_in(stack, vpc=vpc, listeners=[given])
    for group in resources_of(template_of(stack), TARGET_GROUP):
        assert group["Properties"]["HealthCheckProtocol"] == "HTTP"


def test_an_imported_alb_may_be_checked_over_either_protocol() -> None:
    stack = new_stack()
    arn = (
        "arn:aws:elasticloadbalancing:eu-west-1:111111111111:loadbalancer/app/alb/0123456789abcdef"
    )
    target: Any = targets.AlbArnTarget(arn, 443)
    given = listener(443, targets=[target], health_check=check_over(elbv2.Protocol.HTTP))
    service_in(stack, listeners=[given])
    synthesize(stack)


def test_fails_when_albs_of_two_zones_have_listeners_of_two_protocols() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    secure: Any = targets.AlbListenerTarget(secure_front_of(vpc, "Second", 80))
    given = listener(80, targets_by_zone={A: [alb_in(vpc, "First", 80)], B: [secure]})
    message = "The Application Load Balancers have HTTP and HTTPS listeners on the same port"
    with refused(stack, "alb-target-health-check-mismatch", message):
        service_in(stack, vpc=vpc, listeners=[given])


def test_albs_of_two_zones_have_listeners_of_one_protocol() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    given = {A: [alb_in(vpc, "First")], B: [alb_in(vpc, "Second")]}
    service_in(stack, vpc=vpc, listeners=[listener(80, targets_by_zone=given)])
    synthesize(stack)


def test_fails_when_an_alb_has_no_listener_on_the_port() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    arn = front_of(vpc, port=8080).load_balancer.load_balancer_arn
    target: Any = targets.AlbArnTarget(arn, 80)
    service_in(stack, vpc=vpc, listeners=[listener(80, targets=[target])])
    message = (
        r"The target port is 80, but the Application Load Balancer listens on 8080.*"
        r"\[alb-target-listener-missing\]"
    )
    with pytest.raises(RuntimeError, match=message):
        synthesize(stack)


@pytest.mark.parametrize("literal", [True, False])
def test_a_listener_of_an_alb_may_come_later(*, literal: bool) -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    front = front_of(vpc, port=8080)
    target: Any = targets.AlbArnTarget(front.load_balancer.load_balancer_arn, 80)
    service_in(stack, vpc=vpc, listeners=[listener(80, targets=[target])])
    parameter = cdk.CfnParameter(stack, "Port", type="Number").value_as_number
    front.load_balancer.add_listener(
        "Later",
        port=80 if literal else parameter,
        protocol=elbv2.ApplicationProtocol.HTTP,
        default_action=elbv2.ListenerAction.fixed_response(200),
    )
    synthesize(stack)
