"""What is written for options that aren't used: AWS's defaults, wherever AWS takes them.

The defaults are those of the pages of AWS, and don't come from the library.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import aws_cdk as cdk
import jsii
import pytest
from aws_cdk import Duration
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from aws_cdk import aws_elasticloadbalancingv2_targets as targets
from tests.support.load_balanced import (
    LISTENER,
    LOAD_BALANCER,
    TARGET_GROUP,
    add_container,
    address,
    certificate,
    cluster_in,
    fargate_in,
    fleet_in,
    instance_in,
    new_stack,
    service_in,
)
from tests.support.published import ENVIRONMENT, resources_of, template_of
from tests.support.refusals import refusal, refused, warnings_of
from tests.support.vpcs import ZONES, vpc_in
from tests.unit.provider.target_placement.placement import PRIVATE, REGIONAL

from privatelink_constructs import Listener, check_template

if TYPE_CHECKING:
    from collections.abc import Callable

IPV4, DUAL_STACK = elbv2.IpAddressType.IPV4, elbv2.IpAddressType.DUAL_STACK
IP, INSTANCE, ALB = elbv2.TargetType.IP, elbv2.TargetType.INSTANCE, elbv2.TargetType.ALB


# Targets, by what they are.


def bridged(vpc: ec2.Vpc) -> Any:
    """Return an ECS service whose tasks are registered by their hosts."""
    cluster = cluster_in(vpc, "Cluster")
    cluster.add_asg_capacity_provider(
        ecs.AsgCapacityProvider(cdk.Stack.of(vpc), "Capacity", auto_scaling_group=fleet_in(vpc))
    )
    task = ecs.Ec2TaskDefinition(cdk.Stack.of(vpc), "Task", network_mode=ecs.NetworkMode.BRIDGE)
    add_container(task, ecs.PortMapping(container_port=80))
    return ecs.Ec2Service(
        cdk.Stack.of(vpc), "Tasks", cluster=cluster, task_definition=task, min_healthy_percent=50
    )


def alb_listener(
    vpc: ec2.Vpc, protocol: elbv2.ApplicationProtocol, name: str = "Alb", port: int = 80
) -> elbv2.ApplicationListener:
    stack = cdk.Stack.of(vpc)
    balancer = elbv2.ApplicationLoadBalancer(
        stack, name, vpc=vpc, vpc_subnets=ec2.SubnetSelection(subnet_type=PRIVATE)
    )
    https = protocol is elbv2.ApplicationProtocol.HTTPS
    return balancer.add_listener(
        "Front",
        port=port,
        protocol=protocol,
        certificates=[certificate(stack, f"{name}Certificate")] if https else None,
        open=False,
        default_action=elbv2.ListenerAction.fixed_response(200),
    )


def http(vpc: ec2.Vpc) -> Any:
    return targets.AlbListenerTarget(alb_listener(vpc, elbv2.ApplicationProtocol.HTTP))


def https(vpc: ec2.Vpc) -> Any:
    return targets.AlbListenerTarget(alb_listener(vpc, elbv2.ApplicationProtocol.HTTPS))


def https_of_another_stack(vpc: ec2.Vpc) -> Any:
    root: Any = vpc.node.root
    other = cdk.Stack(root, "Other", env=ENVIRONMENT)
    resource = elbv2.CfnLoadBalancer(other, "Alb", type="application")
    elbv2.CfnListener(
        other,
        "Front",
        load_balancer_arn=resource.ref,
        port=80,
        protocol="HTTPS",
        default_actions=[],
    )
    return targets.AlbArnTarget(resource.ref, 80)


def http_of_resources(vpc: ec2.Vpc) -> Any:
    stack = cdk.Stack.of(vpc)
    resource = elbv2.CfnLoadBalancer(stack, "Alb", type="application")
    for port, protocol in ((443, "HTTPS"), (80, "HTTP")):
        elbv2.CfnListener(
            stack,
            protocol,
            load_balancer_arn=resource.ref,
            port=port,
            protocol=protocol,
            default_actions=[],
        )
    return targets.AlbArnTarget(resource.ref, 80)


def imported_alb(vpc: ec2.Vpc) -> Any:
    del vpc
    arn = (
        "arn:aws:elasticloadbalancing:eu-west-1:111111111111:loadbalancer/app/alb/50dc6c495c0c9188"
    )
    return targets.AlbArnTarget(arn, 80)


@jsii.implements(elbv2.INetworkLoadBalancerTarget)
class Own:
    """A target of somebody's own, whose type only attaching it tells."""

    def __init__(self, kind: elbv2.TargetType) -> None:
        self._kind = kind

    def attach_to_network_target_group(
        self, target_group: elbv2.INetworkTargetGroup
    ) -> elbv2.LoadBalancerTargetProps:
        del target_group
        return elbv2.LoadBalancerTargetProps(target_type=self._kind)


KINDS: dict[str, tuple[str, Callable[[ec2.Vpc], Any]]] = {
    "address": ("ip", lambda _: address()),
    "token": ("ip", lambda _: address(cdk.Fn.import_value("Address"))),
    "instance": ("instance", lambda vpc: targets.InstanceTarget(instance_in(vpc))),
    "instance-id": ("instance", lambda _: targets.InstanceIdTarget("i-0123456789abcdef0")),
    "fleet": ("instance", fleet_in),
    "fargate": ("ip", fargate_in),
    "container": ("ip", lambda vpc: fargate_in(vpc).load_balancer_target(container_name="Web")),
    "bridge": ("instance", bridged),
    "own-address": ("ip", lambda _: Own(IP)),
    "own-instance": ("instance", lambda _: Own(INSTANCE)),
}
ALBS: dict[str, tuple[str, Callable[[ec2.Vpc], Any]]] = {
    "http": ("HTTP", http),
    "https": ("HTTPS", https),
    "other-stack": ("HTTPS", https_of_another_stack),
    "resources": ("HTTP", http_of_resources),
    "imported": ("HTTP", imported_alb),
    "own": ("HTTP", lambda _: Own(ALB)),
}
PROTOCOLS = ("TCP", "TLS", "UDP", "TCP_UDP")
WAYS = ("listed", "announced", "later")
"""Whether a listener comes with its targets, with their type, or with neither."""


def service_with(
    protocol: str, way: str, kind: str, make: Callable[[ec2.Vpc], Any], **options: Any
) -> tuple[cdk.Stack, dict[str, Any], dict[str, Any]]:
    """Return the stack of a regional service, and the properties of its listener and targets."""
    stack = new_stack()
    vpc = vpc_in(stack)
    target = make(vpc)
    if protocol == "TLS":
        options["certificates"] = [certificate(stack)]
    if way == "listed":
        options["targets"] = [target]
    elif way == "announced":
        options["target_type"] = elbv2.TargetType[kind.upper()]
    options.setdefault("target_port", 80)
    given = getattr(Listener, protocol.lower())(443, **options)
    service = service_in(stack, vpc=vpc, listeners=[given], topology=REGIONAL)
    if way != "listed":
        service.add_targets(443, target)
    template = template_of(stack)
    front = next(it for it in resources_of(template, LISTENER) if it["Properties"]["Port"] == 443)
    [group] = resources_of(template, TARGET_GROUP)
    return stack, front["Properties"], group["Properties"]


def attributes(properties: dict[str, Any], name: str = "TargetGroupAttributes") -> dict[str, str]:
    return {it["Key"]: it["Value"] for it in properties.get(name, [])}


def health_check(group: dict[str, Any]) -> dict[str, Any]:
    names = ("Health", "Unhealthy", "Matcher")
    return {key: it for key, it in group.items() if key.startswith(names)}


def checked_over(protocol: str) -> dict[str, Any]:
    """Return AWS's defaults for a health check."""
    return {
        "HealthCheckIntervalSeconds": 30,
        "HealthCheckPort": "traffic-port",
        "HealthCheckProtocol": protocol,
        "HealthCheckTimeoutSeconds": 6 if protocol == "HTTP" else 10,
        "HealthyThresholdCount": 5,
        "UnhealthyThresholdCount": 2,
        **(
            {}
            if protocol == "TCP"
            else {"HealthCheckPath": "/", "Matcher": {"HttpCode": "200-399"}}
        ),
    }


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_defaults_of_target_groups(protocol: str, way: str, kind: str) -> None:
    target_type, make = KINDS[kind]
    _, _, group = service_with(protocol, way, target_type, make)
    assert group["TargetType"] == target_type
    assert health_check(group) == checked_over("TCP")
    preserved = {"preserve_client_ip.enabled": str(target_type == "instance").lower()}
    assert attributes(group) == {
        "deregistration_delay.timeout_seconds": "300",
        "proxy_protocol_v2.enabled": "false",
        **(preserved if protocol in {"TCP", "TLS"} else {}),
    }


@pytest.mark.parametrize("kind", ALBS)
@pytest.mark.parametrize("way", WAYS)
def test_defaults_of_target_groups_with_an_application_load_balancer(way: str, kind: str) -> None:
    protocol, make = ALBS[kind]
    _, _, group = service_with("TCP", way, "alb", make)
    assert group["TargetType"] == "alb"
    assert health_check(group) == checked_over(protocol)
    assert "TargetGroupAttributes" not in group


@pytest.mark.parametrize("kind", [None, "ip", "instance", "alb"])
def test_defaults_of_target_groups_that_something_else_fills(kind: str | None) -> None:
    stack = new_stack()
    target_type = elbv2.TargetType[kind.upper()] if kind else None
    given = Listener.tcp(443, registered_elsewhere=True, target_type=target_type)
    service_in(stack, listeners=[given])
    for group in resources_of(template_of(stack), TARGET_GROUP):
        found = attributes(group["Properties"]).get("preserve_client_ip.enabled")
        assert found == {"instance": "true", "alb": None}.get(kind or "ip", "false")
        checked = checked_over("HTTP" if kind == "alb" else "TCP")
        assert health_check(group["Properties"]) == checked


def test_each_zone_of_a_service_has_the_defaults() -> None:
    stack = new_stack()
    service = service_in(stack, listeners=[Listener.tcp(80)])
    service.add_targets(80, address("10.0.0.10"), address("10.0.128.10"))
    found = [attributes(it["Properties"]) for it in resources_of(template_of(stack), TARGET_GROUP)]
    assert [it["preserve_client_ip.enabled"] for it in found] == ["false", "false"]


def test_a_type_that_only_a_later_zone_tells() -> None:
    stack = new_stack()
    service = service_in(stack, listeners=[Listener.tcp(80)])
    first, second = cast("Any", Own(INSTANCE)), cast("Any", Own(INSTANCE))
    service.add_targets(80)
    service.add_targets(80, second, availability_zone=ZONES[1])
    service.add_targets(80, first, availability_zone=ZONES[0])
    found = [attributes(it["Properties"]) for it in resources_of(template_of(stack), TARGET_GROUP)]
    assert [it["preserve_client_ip.enabled"] for it in found] == ["true", "true"]


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_defaults_of_listeners(protocol: str) -> None:
    _, front, _ = service_with(protocol, "listed", *KINDS["address"])
    idle = {"tcp.idle_timeout.seconds": "350"} if protocol == "TCP" else {}
    assert attributes(front, "ListenerAttributes") == idle
    assert front.get("AlpnPolicy") == (["None"] if protocol == "TLS" else None)
    policy = "ELBSecurityPolicy-TLS13-1-2-2021-06" if protocol == "TLS" else None
    assert front.get("SslPolicy") == policy


def test_the_policy_of_a_tls_listener_without_one_is_the_default() -> None:
    stack = new_stack()
    given = Listener(
        protocol=elbv2.Protocol.TLS,
        port=443,
        certificates=[certificate(stack)],
        target_protocol=elbv2.Protocol.TCP,
        targets=[address("10.0.0.10"), address("10.0.128.10")],
    )
    service_in(stack, listeners=[given])
    for front in resources_of(template_of(stack), LISTENER):
        assert front["Properties"]["SslPolicy"] == "ELBSecurityPolicy-TLS13-1-2-2021-06"


@pytest.mark.parametrize("kind", [IPV4, DUAL_STACK], ids=["ipv4", "dualstack"])
def test_defaults_of_load_balancers(kind: elbv2.IpAddressType) -> None:
    stack = new_stack()
    protocol = ec2.IpProtocol.DUAL_STACK if kind is DUAL_STACK else None
    service_in(stack, vpc=vpc_in(stack, ip_protocol=protocol), ip_address_type=kind)
    for balancer in resources_of(template_of(stack), LOAD_BALANCER):
        assert attributes(balancer["Properties"], "LoadBalancerAttributes") == {
            "access_logs.s3.enabled": "false",
            "deletion_protection.enabled": "false",
        }
        assert "EnablePrefixForIpv6SourceNat" not in balancer["Properties"]


# What is set stays.


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("preserve", [True, False])
def test_what_is_set_is_written(way: str, kind: str, *, preserve: bool) -> None:
    target_type, make = KINDS[kind]
    stack, _, group = service_with(
        "TCP",
        way,
        target_type,
        make,
        preserve_client_ip=preserve,
        proxy_protocol_v2=True,
        deregistration_delay=Duration.seconds(7),
    )
    assert attributes(group) == {
        "deregistration_delay.timeout_seconds": "7",
        "preserve_client_ip.enabled": str(preserve).lower(),
        "proxy_protocol_v2.enabled": "true",
    }
    # What AWS does by default isn't worth a warning.
    warned = "client-ip-preservation-ineffective" in warnings_of(stack)
    assert warned is (preserve and target_type == "ip")


@pytest.mark.parametrize("protocol", ["UDP", "TCP_UDP"])
def test_preservation_of_datagrams_is_never_written(protocol: str) -> None:
    stack, _, group = service_with(protocol, "listed", *KINDS["address"], preserve_client_ip=True)
    assert "preserve_client_ip.enabled" not in attributes(group)
    assert "client-ip-preservation-ineffective" not in warnings_of(stack)


@pytest.mark.parametrize("kind", KINDS)
def test_templates_with_defaults_have_no_findings(kind: str) -> None:
    target_type, make = KINDS[kind]
    stack, _, _ = service_with("TCP", "listed", target_type, make)
    found = {it.rule for it in check_template(template_of(stack))}
    assert not {it for it in found if it.startswith(("client-ip", "health", "idle", "alb"))}


# Health checks.


@pytest.mark.parametrize("protocol", [elbv2.Protocol.HTTP, elbv2.Protocol.HTTPS])
@pytest.mark.parametrize("kind", ["address", "container", "own-instance"])
@pytest.mark.parametrize("way", WAYS)
def test_a_protocol_of_a_health_check_brings_its_defaults(
    protocol: elbv2.Protocol, kind: str, way: str
) -> None:
    check = elbv2.HealthCheck(protocol=protocol)
    _, _, group = service_with("TCP", way, *KINDS[kind], health_check=check)
    assert health_check(group) == checked_over(protocol.name)


@pytest.mark.parametrize("kind", ALBS)
@pytest.mark.parametrize("way", WAYS)
def test_a_path_is_enough_for_an_application_load_balancer(way: str, kind: str) -> None:
    protocol, make = ALBS[kind]
    check = elbv2.HealthCheck(path="/health", healthy_http_codes="200")
    _, _, group = service_with("TCP", way, "alb", make, health_check=check)
    changes = {"HealthCheckPath": "/health", "Matcher": {"HttpCode": "200"}}
    assert health_check(group) == {**checked_over(protocol), **changes}


@pytest.mark.parametrize("kind", ["address", "instance", "fleet", "fargate", "bridge"])
@pytest.mark.parametrize("given", [{"path": "/"}, {"healthy_http_codes": "200"}], ids=["p", "c"])
def test_fails_when_a_path_is_for_other_targets(kind: str, given: dict[str, Any]) -> None:
    target_type, make = KINDS[kind]
    check = elbv2.HealthCheck(**given)
    code, message = "health-check-http-option-not-supported", "The TCP health check has"
    for way in ("listed", "announced"):
        with refusal(code, message):
            service_with("TCP", way, target_type, make, health_check=check)
    stack = new_stack()
    vpc = vpc_in(stack)
    late = Listener.tcp(443, target_port=80, health_check=check)
    service = service_in(stack, vpc=vpc, listeners=[late], topology=REGIONAL)
    target = make(vpc)
    with refused(stack, code, message):
        service.add_targets(443, target)


@pytest.mark.parametrize("protocol", ["TLS", "UDP", "TCP_UDP"])
def test_fails_when_a_path_is_for_a_listener_that_no_alb_can_be_behind(protocol: str) -> None:
    options = {"certificates": [certificate(new_stack())]} if protocol == "TLS" else {}
    make: Any = getattr(Listener, protocol.lower())
    with refusal("health-check-http-option-not-supported", "The TCP health check has"):
        make(443, health_check=elbv2.HealthCheck(path="/"), **options)


@pytest.mark.parametrize(
    ("kind", "seconds", "fault"),
    [
        ("http", 5, "health-check-timeout-mismatch"),
        ("http", 6, "health-check-interval-insufficient"),
        ("http", 7, None),
        ("https", 9, "health-check-timeout-mismatch"),
        ("https", 10, "health-check-interval-insufficient"),
        ("https", 11, None),
    ],
)
@pytest.mark.parametrize("way", WAYS)
def test_the_timeout_of_an_application_load_balancer_follows_its_protocol(
    way: str, kind: str, seconds: int, fault: str | None
) -> None:
    check = elbv2.HealthCheck(interval=Duration.seconds(seconds))
    if fault == "health-check-timeout-mismatch":
        with refusal(fault, f"The health check has an interval of {seconds} seconds"):
            service_with("TCP", way, "alb", ALBS[kind][1], health_check=check)
        return
    stack, _, group = service_with("TCP", way, "alb", ALBS[kind][1], health_check=check)
    assert group["HealthCheckIntervalSeconds"] == seconds
    found = {it for it in warnings_of(stack) if it.startswith("health-check")}
    assert found == ({fault} if fault else set())


@pytest.mark.parametrize("way", WAYS)
def test_fails_when_an_application_load_balancer_is_checked_over_tcp(way: str) -> None:
    check = elbv2.HealthCheck(protocol=elbv2.Protocol.TCP)
    with refusal("alb-target-health-check-not-supported", "The health check of an Application"):
        service_with("TCP", way, "alb", http, health_check=check)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    "given",
    [{"deregistration_delay": Duration.seconds(30)}, {"preserve_client_ip": True}],
    ids=["delay", "preservation"],
)
def test_fails_when_an_application_load_balancer_gets_attributes(
    way: str, given: dict[str, Any]
) -> None:
    [name] = given
    with refusal("alb-target-attribute-not-supported", f"{name} is set for an Application Load"):
        service_with("TCP", way, "alb", http, **given)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("kind", ["address", "http"])
def test_numbers_of_health_checks_that_only_the_deployment_knows(way: str, kind: str) -> None:
    def number(name: str) -> float:
        return cdk.Token.as_number({"Ref": name})

    check = elbv2.HealthCheck(
        interval=Duration.seconds(number("Interval")),
        timeout=Duration.seconds(number("Timeout")),
        healthy_threshold_count=number("Healthy"),
        unhealthy_threshold_count=number("Unhealthy"),
    )
    target_type, make = KINDS[kind] if kind in KINDS else ("alb", ALBS[kind][1])
    _, _, group = service_with("TCP", way, target_type, make, health_check=check)
    assert group["HealthCheckIntervalSeconds"] == {"Ref": "Interval"}
    assert group["HealthCheckTimeoutSeconds"] == {"Ref": "Timeout"}
    assert group["HealthyThresholdCount"] == {"Ref": "Healthy"}
    assert group["UnhealthyThresholdCount"] == {"Ref": "Unhealthy"}


def test_one_number_of_a_health_check_that_only_the_deployment_knows() -> None:
    check = elbv2.HealthCheck(
        interval=Duration.seconds(cdk.Token.as_number({"Ref": "Interval"})),
        unhealthy_threshold_count=4,
    )
    _, _, group = service_with("TCP", "listed", *KINDS["address"], health_check=check)
    changes = {"HealthCheckIntervalSeconds": {"Ref": "Interval"}, "UnhealthyThresholdCount": 4}
    assert health_check(group) == {**checked_over("TCP"), **changes}


# Idle timeouts of services for other Regions.


@pytest.mark.parametrize(
    "seconds", [None, 350, cdk.Token.as_number({"Ref": "Timeout"})], ids=["none", "350", "token"]
)
def test_the_default_idle_timeout_goes_with_other_regions(seconds: float | None) -> None:
    stack = new_stack()
    timeout = None if seconds is None else Duration.seconds(seconds)
    both = [address("10.0.0.10"), address("10.0.128.10")]
    given = Listener.tcp(80, targets=both, idle_timeout=timeout)
    service_in(stack, listeners=[given], supported_regions=["eu-central-1"])
    assert template_of(stack)


@pytest.mark.parametrize(
    ("port", "expected"),
    [
        ("80", "HTTP"),
        ("443", "HTTPS"),
        ("traffic-port", "HTTPS"),
        (None, "HTTPS"),
        ("8080", "HTTP"),
    ],
)
def test_a_health_check_has_the_protocol_of_the_listener_that_it_goes_to(
    port: str | None, expected: str
) -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    front = alb_listener(vpc, elbv2.ApplicationProtocol.HTTPS, port=443)
    front.load_balancer.add_listener(
        "Health",
        port=80,
        open=False,
        default_action=elbv2.ListenerAction.fixed_response(200),
    )
    given = Listener.tcp(
        443,
        targets=[targets.AlbListenerTarget(front)],
        health_check=elbv2.HealthCheck(port=port, path="/health"),
    )
    service_in(stack, vpc=vpc, listeners=[given], topology=REGIONAL)
    [group] = resources_of(template_of(stack), TARGET_GROUP)
    assert group["Properties"]["HealthCheckProtocol"] == expected
