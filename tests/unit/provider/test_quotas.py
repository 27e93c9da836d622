"""What there is behind load balancers is counted: a quota is a warning, a fixed limit an error."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from aws_cdk import aws_elasticloadbalancingv2_targets as targets
from tests.support.load_balanced import address, certificate, listener, new_stack, service_in
from tests.support.published import stack_in
from tests.support.refusals import refusal, refused, warnings_of
from tests.support.vpcs import vpc_in

from privatelink_constructs import EndpointService, Listener, LoadBalancerTopology

if TYPE_CHECKING:
    from collections.abc import Callable

REGIONAL = LoadBalancerTopology.REGIONAL
ZONES = ("eu-west-1a", "eu-west-1b", "eu-west-1c")


def addresses(count: int) -> list[elbv2.INetworkLoadBalancerTarget]:
    """Return addresses in the first zone of a VPC."""
    return [address(f"10.0.{index // 250 + 1}.{index % 250 + 1}") for index in range(count)]


def one_zone(stack: cdk.Stack) -> dict[str, Any]:
    return {"vpc": vpc_in(stack, zones=ZONES[:1])}


# Listeners and certificates.


def test_fails_when_there_are_too_many_listeners() -> None:
    stack = new_stack()
    ports = [listener(port) for port in range(1, 52)]
    vpc = vpc_in(stack)
    with refused(stack, "listeners-exceeded", "The service has 51 listeners"):
        service_in(stack, vpc=vpc, listeners=ports)


def test_fails_when_an_existing_load_balancer_has_too_many_listeners() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    found = elbv2.NetworkLoadBalancer(
        stack, "Nlb", vpc=vpc, vpc_subnets=ec2.SubnetSelection(subnets=list(vpc.isolated_subnets))
    )
    EndpointService(stack, "Service", load_balancers=[found])
    for port in range(1, 52):
        elbv2.CfnListener(
            stack,
            f"Listener{port}",
            load_balancer_arn=found.load_balancer_arn,
            port=port,
            protocol="TCP",
            default_actions=[],
        )
    with pytest.raises(RuntimeError, match=r"Stack/Nlb has 51 listeners[\s\S]*listeners-exceeded"):
        cast("cdk.App", stack.node.root).synth()


@pytest.mark.parametrize(("first", "second"), [(25, 0), (26, 0), (20, 5), (20, 6)])
def test_many_certificates_are_a_warning(first: int, second: int) -> None:
    stack = new_stack()
    listeners = [
        Listener.tls(
            port,
            certificates=[certificate(stack, f"C{port}x{index}") for index in range(count)],
            targets=[address()],
        )
        for port, count in ((443, first), (444, second))
        if count
    ]
    service = service_in(stack, listeners=listeners, **one_zone(stack))
    assert ("certificates-exceeded" in warnings_of(service)) is (first + second > 25)


# Targets.


@pytest.mark.parametrize(
    ("ports", "count", "expected"),
    [
        (1, 500, set[str]()),
        (1, 501, {"targets-exceeded"}),
        (2, 251, {"targets-exceeded"}),
        (2, 250, set[str]()),
        (1, 1001, {"targets-exceeded", "target-group-targets-exceeded"}),
    ],
)
def test_many_targets_are_a_warning(ports: int, count: int, expected: set[str]) -> None:
    stack = new_stack()
    listeners = [listener(443 + index, targets=addresses(count)) for index in range(ports)]
    service = service_in(stack, listeners=listeners, **one_zone(stack))
    quotas = {"targets-exceeded", "target-group-targets-exceeded"}
    assert quotas & warnings_of(service).keys() == expected


@pytest.mark.parametrize("cross_zone", [True, False])
def test_the_quota_of_a_regional_load_balancer_is_that_of_its_zones(*, cross_zone: bool) -> None:
    stack = new_stack()
    service = service_in(
        stack,
        topology=REGIONAL,
        cross_zone_enabled=cross_zone,
        listeners=[listener(targets=[address("10.0.128.9"), *addresses(600)])],
    )
    assert ("targets-exceeded" in warnings_of(service)) is cross_zone


def test_targets_that_come_later_count() -> None:
    stack = new_stack()
    service = service_in(stack, listeners=[listener(targets=addresses(400))], **one_zone(stack))
    service.add_targets(80, *addresses(200)[100:])
    assert "targets-exceeded" not in warnings_of(service)
    other = new_stack()
    service = service_in(other, listeners=[listener(targets=addresses(400))], **one_zone(other))
    service.add_targets(80, *addresses(200))
    assert "more than 500 targets" in warnings_of(service)["targets-exceeded"]


def test_targets_that_are_registered_elsewhere_are_not_counted() -> None:
    stack = new_stack()
    service = service_in(stack, listeners=[listener(registered_elsewhere=True)])
    assert "targets-exceeded" not in warnings_of(service)


# Load balancers of a Region.


@pytest.mark.parametrize("zones", [25, 26])
@pytest.mark.parametrize("agnostic", [True, False])
def test_many_load_balancers_are_a_warning(*, zones: int, agnostic: bool) -> None:
    stack = new_stack(agnostic=agnostic)
    names = [f"eu-west-1{chr(ord('a') + index)}" for index in range(zones)]
    vpc = vpc_in(stack, zones=names)
    elsewhere = [listener(targets=(), registered_elsewhere=True)]
    service_in(stack, "First", vpc=vpc, listeners=elsewhere)
    service = service_in(stack, "Other", vpc=vpc, listeners=elsewhere)
    assert ("load-balancers-exceeded" in warnings_of(service)) is (zones > 25)


def test_load_balancers_of_other_stacks_are_left_to_the_checks() -> None:
    app = cdk.App()
    names = [f"eu-west-1{chr(ord('a') + index)}" for index in range(26)]
    for region in ("eu-west-1", "eu-west-2"):
        env = cdk.Environment(account="111111111111", region=region)
        stack = stack_in(app, region, env=env)
        service_in(
            stack,
            vpc=vpc_in(stack, zones=names),
            listeners=[listener(targets=(), registered_elsewhere=True)],
        )
    for stack in app.node.children:
        assert "load-balancers-exceeded" not in warnings_of(cast("cdk.Stack", stack))


# Application Load Balancers.


def alb(stack: cdk.Stack, vpc: ec2.IVpc) -> elbv2.ApplicationLoadBalancer:
    return elbv2.ApplicationLoadBalancer(
        stack,
        "Alb",
        vpc=vpc,
        vpc_subnets=ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED),
    )


def of_its_listener(stack: cdk.Stack, vpc: ec2.IVpc) -> Any:
    web = alb(stack, vpc).add_listener(
        "Http", port=80, open=False, default_action=elbv2.ListenerAction.fixed_response(200)
    )
    return lambda: targets.AlbListenerTarget(web)


def by_its_arn(stack: cdk.Stack, vpc: ec2.IVpc) -> Any:
    arn = (
        "arn:aws:elasticloadbalancing:eu-west-1:111111111111:loadbalancer/app/web/0123456789abcdef"
    )
    assert stack is not vpc
    return lambda: targets.AlbArnTarget(arn, 80)


def of_another_stack(stack: cdk.Stack, vpc: ec2.IVpc) -> Any:
    other = stack_in(cast("cdk.App", stack.node.root), "Web")
    web = alb(other, vpc).add_listener(
        "Http", port=80, open=False, default_action=elbv2.ListenerAction.fixed_response(200)
    )
    return lambda: targets.AlbListenerTarget(web)


FORMS: dict[str, Callable[[cdk.Stack, ec2.IVpc], Any]] = {
    "listener": of_its_listener,
    "ARN": by_its_arn,
    "of another stack": of_another_stack,
}


@pytest.mark.parametrize("form", sorted(FORMS))
def test_fails_when_an_alb_is_behind_three_load_balancers(form: str) -> None:
    stack = new_stack()
    vpc = vpc_in(stack, zones=ZONES)
    make = FORMS[form](stack, vpc)
    with refusal("alb-target-load-balancers-exceeded", "a target of 3 Network Load Balancers"):
        service_in(stack, vpc=vpc, listeners=[listener(targets=[make()])])


@pytest.mark.parametrize("form", sorted(FORMS))
@pytest.mark.parametrize(
    ("topology", "zones"),
    [(REGIONAL, 3), (LoadBalancerTopology.PER_AVAILABILITY_ZONE, 2)],
    ids=["one", "two"],
)
def test_takes_an_alb_behind_fewer(form: str, topology: LoadBalancerTopology, zones: int) -> None:
    stack = new_stack()
    vpc = vpc_in(stack, zones=ZONES[:zones])
    make = FORMS[form](stack, vpc)
    # Two ports of one load balancer are one association.
    listeners = [listener(80, targets=[make()]), listener(81, targets=[make()])]
    assert service_in(stack, vpc=vpc, listeners=listeners, topology=topology)


@pytest.mark.parametrize("form", sorted(FORMS))
def test_fails_when_services_have_too_many_together(form: str) -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    make = FORMS[form](stack, vpc)
    service_in(stack, "First", vpc=vpc, listeners=[listener(targets=[make()])])
    with refusal("alb-target-load-balancers-exceeded"):
        service_in(
            stack, "Second", vpc=vpc, topology=REGIONAL, listeners=[listener(targets=[make()])]
        )


def test_fails_when_an_alb_comes_later() -> None:
    stack = new_stack()
    vpc = vpc_in(stack, zones=ZONES)
    make = of_its_listener(stack, vpc)
    service = service_in(
        stack, vpc=vpc, listeners=[listener(targets=[], target_type=elbv2.TargetType.ALB)]
    )
    with refusal("alb-target-load-balancers-exceeded"):
        service.add_targets(80, make())


def test_albs_that_only_the_deployment_knows_pass() -> None:
    stack = new_stack()
    vpc = vpc_in(stack, zones=ZONES)
    arn = cdk.CfnParameter(stack, "Arn").value_as_string
    target = cast("elbv2.INetworkLoadBalancerTarget", targets.AlbArnTarget(arn, 80))
    with refusal("alb-target-load-balancers-exceeded"):
        # It is one, whichever it is.
        service_in(stack, vpc=vpc, listeners=[listener(targets=[target])])
    unknown = cdk.Fn.import_value("Web")
    target = cast("elbv2.INetworkLoadBalancerTarget", targets.AlbArnTarget(unknown, 80))
    assert service_in(stack, vpc=vpc, listeners=[listener(targets=[target])])


@pytest.mark.parametrize(("services", "exceeds"), [(10, False), (11, True)])
def test_an_alb_counts_for_fifty_targets(*, services: int, exceeds: bool) -> None:
    stack = new_stack()
    vpc = vpc_in(stack, zones=ZONES[:1])
    make = by_its_arn(stack, vpc)
    listeners = [listener(80 + index, targets=[make()]) for index in range(services)]
    service = service_in(stack, vpc=vpc, listeners=listeners)
    assert ("targets-exceeded" in warnings_of(service)) is exceeds
