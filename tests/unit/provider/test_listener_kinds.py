"""What each kind of listener comes out as, and what it refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import aws_cdk as cdk
import jsii
import pytest
from aws_cdk import Duration
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from tests.support.load_balanced import (
    LISTENER,
    LOAD_BALANCER,
    TARGET_GROUP,
    address,
    both_zones,
    certificate,
    listener,
    new_stack,
    service_in,
)
from tests.support.published import resources_of, template_of
from tests.support.refusals import refusal, refused, warnings_of
from tests.support.vpcs import vpc_in

from privatelink_constructs import Listener, LoadBalancerTopology
from privatelink_constructs.provider.balancing.listener_options import OLD_POLICIES
from privatelink_constructs.provider.balancing.ways import health_port
from privatelink_constructs.rules.tls import speaks_tls_1_2

if TYPE_CHECKING:
    from collections.abc import Callable

    Make = Callable[..., Listener]


def tls(port: int = 443, **options: Any) -> Listener:
    options.setdefault("certificates", [certificate(new_stack())])
    return Listener.tls(port, **options)


KINDS: dict[str, Make] = {
    "TCP": Listener.tcp,
    "TLS": tls,
    "UDP": Listener.udp,
    "TCP_UDP": Listener.tcp_udp,
}
every_kind = pytest.mark.parametrize("kind", KINDS)


def defined(given: Listener, stack: cdk.Stack | None = None) -> tuple[dict[str, Any], ...]:
    """Return the properties of the one listener and target group of a regional service."""
    stack = stack or new_stack()
    service_in(stack, listeners=[given], topology=LoadBalancerTopology.REGIONAL)
    template = template_of(stack)
    [front] = resources_of(template, LISTENER)
    [group] = resources_of(template, TARGET_GROUP)
    return front["Properties"], group["Properties"]


def attributes(group: dict[str, Any]) -> dict[str, str]:
    return {it["Key"]: it["Value"] for it in group.get("TargetGroupAttributes", [])}


# Defaults.


@pytest.mark.parametrize("kind", ["TCP", "UDP", "TCP_UDP"])
def test_defaults_are_those_of_aws(kind: str) -> None:
    front, group = defined(KINDS[kind](53, targets=both_zones()))
    idle = [{"Key": "tcp.idle_timeout.seconds", "Value": "350"}]
    assert front == {
        "DefaultActions": front["DefaultActions"],
        "LoadBalancerArn": front["LoadBalancerArn"],
        "Port": 53,
        "Protocol": kind,
        **({"ListenerAttributes": idle} if kind == "TCP" else {}),
    }
    attributes = {
        "deregistration_delay.timeout_seconds": "300",
        "proxy_protocol_v2.enabled": "false",
        **({"preserve_client_ip.enabled": "false"} if kind == "TCP" else {}),
    }
    assert group == {
        "HealthCheckIntervalSeconds": 30,
        "HealthCheckPort": "traffic-port",
        "HealthCheckProtocol": "TCP",
        "HealthCheckTimeoutSeconds": 10,
        "HealthyThresholdCount": 5,
        "Port": 53,
        "Protocol": kind,
        "TargetGroupAttributes": [{"Key": k, "Value": it} for k, it in attributes.items()],
        "TargetType": "ip",
        "Targets": [{"Id": "10.0.0.10"}, {"Id": "10.0.128.10"}],
        "UnhealthyThresholdCount": 2,
        "VpcId": group["VpcId"],
    }


def test_tls_ends_at_the_load_balancer_and_goes_on_as_tcp() -> None:
    stack = new_stack()
    given = Listener.tls(443, certificates=[certificate(stack)], targets=both_zones())
    front, group = defined(given, stack)
    arn = "arn:aws:acm:eu-west-1:111111111111:certificate/Certificate"
    assert front["Certificates"] == [{"CertificateArn": arn}]
    assert front["SslPolicy"] == "ELBSecurityPolicy-TLS13-1-2-2021-06"
    assert front["Protocol"] == "TLS"
    assert front["AlpnPolicy"] == ["None"]
    assert "ListenerAttributes" not in front
    assert group["Protocol"] == "TCP"


@every_kind
def test_targets_listen_to_the_port_of_the_listener(kind: str) -> None:
    _, group = defined(KINDS[kind](1234, targets=both_zones()))
    assert group["Port"] == 1234


# Options.


@every_kind
def test_targets_listen_to_another_port(kind: str) -> None:
    front, group = defined(KINDS[kind](1234, target_port=8080, targets=both_zones()))
    assert (front["Port"], group["Port"]) == (1234, 8080)


@every_kind
def test_proxy_protocol(kind: str) -> None:
    _, group = defined(KINDS[kind](80, proxy_protocol_v2=True, targets=both_zones()))
    assert attributes(group)["proxy_protocol_v2.enabled"] == "true"


@every_kind
def test_deregistration_delay(kind: str) -> None:
    delay = Duration.seconds(0)
    _, group = defined(KINDS[kind](80, deregistration_delay=delay, targets=both_zones()))
    assert attributes(group)["deregistration_delay.timeout_seconds"] == "0"


@every_kind
def test_a_deregistration_delay_that_only_the_deployment_knows(kind: str) -> None:
    delay = Duration.seconds(cdk.Token.as_number({"Ref": "Delay"}))
    _, group = defined(KINDS[kind](80, deregistration_delay=delay, targets=both_zones()))
    assert attributes(group)["deregistration_delay.timeout_seconds"] == {"Ref": "Delay"}


def test_idle_timeout() -> None:
    front, _ = defined(Listener.tcp(80, idle_timeout=Duration.minutes(10), targets=both_zones()))
    assert front["ListenerAttributes"] == [{"Key": "tcp.idle_timeout.seconds", "Value": "600"}]


def test_an_idle_timeout_that_only_the_deployment_knows() -> None:
    seconds = cdk.Token.as_number({"Ref": "Timeout"})
    given = Listener.tcp(80, idle_timeout=Duration.seconds(seconds), targets=both_zones())
    front, _ = defined(given)
    expected = [{"Key": "tcp.idle_timeout.seconds", "Value": {"Ref": "Timeout"}}]
    assert front["ListenerAttributes"] == expected


def test_tls_options() -> None:
    stack = new_stack()
    front, group = defined(
        Listener.tls(
            443,
            # A tuple: the CDK takes lists alone.
            certificates=(certificate(stack, "First"), certificate(stack, "Second")),
            ssl_policy=elbv2.SslPolicy.TLS13_13,
            alpn_policy=elbv2.AlpnPolicy.HTTP2_PREFERRED,
            target_protocol=elbv2.Protocol.TLS,
            targets=both_zones(),
        ),
        stack,
    )
    assert front["SslPolicy"] == "ELBSecurityPolicy-TLS13-1-3-2021-06"
    assert front["AlpnPolicy"] == ["HTTP2Preferred"]
    assert group["Protocol"] == "TLS"
    [further] = resources_of(template_of(stack), "AWS::ElasticLoadBalancingV2::ListenerCertificate")
    arn = "arn:aws:acm:eu-west-1:111111111111:certificate/Second"
    assert further["Properties"]["Certificates"] == [{"CertificateArn": arn}]


@every_kind
def test_health_check(kind: str) -> None:
    check = elbv2.HealthCheck(
        protocol=elbv2.Protocol.HTTPS,
        port="9000",
        path="/health",
        healthy_http_codes="200-299",
        interval=Duration.seconds(20),
        timeout=Duration.seconds(10),
        healthy_threshold_count=2,
        unhealthy_threshold_count=10,
    )
    _, group = defined(KINDS[kind](80, health_check=check, targets=both_zones()))
    assert {k: v for k, v in group.items() if k.startswith(("Health", "Unhealthy", "Matcher"))} == {
        "HealthCheckIntervalSeconds": 20,
        "HealthCheckPath": "/health",
        "HealthCheckPort": "9000",
        "HealthCheckProtocol": "HTTPS",
        "HealthCheckTimeoutSeconds": 10,
        "HealthyThresholdCount": 2,
        "Matcher": {"HttpCode": "200-299"},
        "UnhealthyThresholdCount": 10,
    }


def test_health_check_on_the_traffic_port() -> None:
    check = elbv2.HealthCheck(port="traffic-port")
    assert health_port(Listener.tcp(80, health_check=check)) is None


def test_target_type_without_targets() -> None:
    stack = new_stack()
    given = Listener.tcp(80, target_type=elbv2.TargetType.IP)
    service = service_in(stack, listeners=[given], topology=LoadBalancerTopology.REGIONAL)
    service.add_targets(80, address())
    [group] = resources_of(template_of(stack), TARGET_GROUP)
    assert group["Properties"]["TargetType"] == "ip"


def test_client_addresses_are_preserved_with_a_warning() -> None:
    stack = new_stack()
    _, group = defined(Listener.tcp(80, preserve_client_ip=True, targets=both_zones()), stack)
    assert attributes(group)["preserve_client_ip.enabled"] == "true"
    assert (
        "The target group preserves client IP addresses"
        in warnings_of(stack)["client-ip-preservation-ineffective"]
    )


def test_client_addresses_are_not_preserved_without_a_warning() -> None:
    stack = new_stack()
    _, group = defined(Listener.tcp(80, preserve_client_ip=False, targets=both_zones()), stack)
    assert attributes(group)["preserve_client_ip.enabled"] == "false"
    assert "client-ip-preservation-ineffective" not in warnings_of(stack)


@pytest.mark.parametrize("kind", ["UDP", "TCP_UDP"])
def test_datagrams_of_a_dualstack_service_go_to_ipv6(kind: str) -> None:
    stack = new_stack()
    service_in(
        stack,
        vpc=vpc_in(stack, ip_protocol=ec2.IpProtocol.DUAL_STACK),
        listeners=[KINDS[kind](53, targets=[address("2001:db8::1")])],
        ip_address_type=elbv2.IpAddressType.DUAL_STACK,
    )
    template = template_of(stack)
    for balancer in resources_of(template, LOAD_BALANCER):
        assert balancer["Properties"]["EnablePrefixForIpv6SourceNat"] == "on"
        assert balancer["Properties"]["IpAddressType"] == "dualstack"
    for group in resources_of(template, TARGET_GROUP):
        assert group["Properties"]["IpAddressType"] == "ipv6"


def test_connections_of_a_dualstack_service_go_to_ipv4() -> None:
    stack = new_stack()
    service_in(
        stack,
        vpc=vpc_in(stack, ip_protocol=ec2.IpProtocol.DUAL_STACK),
        ip_address_type=elbv2.IpAddressType.DUAL_STACK,
    )
    template = template_of(stack)
    for balancer in resources_of(template, LOAD_BALANCER):
        assert "EnablePrefixForIpv6SourceNat" not in balancer["Properties"]
    for group in resources_of(template, TARGET_GROUP):
        assert "IpAddressType" not in group["Properties"]


# Tokens pass.


def test_tokens_pass() -> None:
    stack = new_stack()
    front, target_port = (
        cdk.CfnParameter(stack, name, type="Number").value_as_number for name in ("Front", "Target")
    )
    health = cdk.CfnParameter(stack, "Health").value_as_string
    given = Listener.tcp(
        int(front),
        target_port=int(target_port),
        targets=both_zones(),
        health_check=elbv2.HealthCheck(port=health),
    )
    listener_properties, group = defined(given, stack)
    assert listener_properties["Port"] == {"Ref": "Front"}
    assert group["Port"] == {"Ref": "Target"}
    assert group["HealthCheckPort"] == {"Ref": "Health"}


def test_tokens_of_health_check_times_pass() -> None:
    interval, timeout = (Duration.seconds(_number(it)) for it in (400, 300))
    _, group = defined(
        listener(80, health_check=elbv2.HealthCheck(interval=interval, timeout=timeout))
    )
    assert (group["HealthCheckIntervalSeconds"], group["HealthCheckTimeoutSeconds"]) == (400, 300)


def test_two_ports_that_only_the_deployment_knows() -> None:
    stack = new_stack()
    numbers = [
        cdk.CfnParameter(stack, name, type="Number").value_as_number for name in ("First", "Second")
    ]
    service_in(stack, listeners=[listener(int(it)) for it in numbers], client_cidrs=["10.0.0.0/8"])
    template = template_of(stack)
    ids = [k for k, it in template["Resources"].items() if it["Type"] == LISTENER]
    assert len({it for it in ids if "ListenerRefFirst" in it}) == 2
    assert len({it for it in ids if "ListenerRefSecond" in it}) == 2
    assert "-1.8" not in str(template)


def test_ports_that_synthesis_knows_have_their_number_as_id() -> None:
    stack = new_stack()
    service = service_in(stack, listeners=[listener(int(_number(8080)))])
    [first, _] = service.load_balancers
    assert first.node.try_find_child("Listener8080")


# Refusals.


@every_kind
@pytest.mark.parametrize("port", [0, -1, 65536])
def test_fails_when_a_port_is_out_of_range(kind: str, port: int) -> None:
    with refusal("port-out-of-range", f"Port {port} is not a valid port"):
        KINDS[kind](port)


@every_kind
@pytest.mark.parametrize("port", [0, 65536])
def test_fails_when_a_target_port_is_out_of_range(kind: str, port: int) -> None:
    with refusal("port-out-of-range", f"target_port {port} is not a valid port"):
        KINDS[kind](80, target_port=port)


def test_fails_when_tls_has_no_certificate() -> None:
    with refusal("tls-certificate-missing", "The TLS listener has no certificate"):
        Listener.tls(443, certificates=[])


@pytest.mark.parametrize(
    "options",
    [
        {"certificates": [elbv2.ListenerCertificate.from_arn("arn:aws:acm::1:certificate/x")]},
        {"ssl_policy": elbv2.SslPolicy.RECOMMENDED_TLS},
        {"alpn_policy": elbv2.AlpnPolicy.NONE},
    ],
    ids=["certificate", "policy", "alpn"],
)
@pytest.mark.parametrize("kind", ["TCP", "UDP", "TCP_UDP"])
def test_fails_when_an_option_of_tls_is_on_another_listener(
    kind: str, options: dict[str, Any]
) -> None:
    with refusal("tls-option-not-supported", f"A {kind} listener has a certificate"):
        Listener(protocol=elbv2.Protocol(elbv2.Protocol[kind].value), port=80, **options)


def test_fails_when_tls_goes_on_as_udp() -> None:
    with refusal("target-protocol-mismatch", "A TLS listener can't forward to a UDP target group"):
        tls(target_protocol=elbv2.Protocol.UDP)


@pytest.mark.parametrize("kind", ["TLS", "UDP", "TCP_UDP"])
def test_fails_when_an_idle_timeout_can_not_be_set(kind: str) -> None:
    with refusal("idle-timeout-not-supported", f"idle_timeout is set on a {kind} listener"):
        KINDS[kind](443, idle_timeout=Duration.seconds(350))


@pytest.mark.parametrize("seconds", [59, 6001])
def test_fails_when_an_idle_timeout_is_out_of_range(seconds: int) -> None:
    with refusal("idle-timeout-out-of-range", f"The idle timeout is {seconds} seconds"):
        Listener.tcp(80, idle_timeout=Duration.seconds(seconds))


def test_fails_when_an_idle_timeout_is_no_whole_number_of_seconds() -> None:
    with refusal("idle-timeout-out-of-range", "The idle timeout is 60.5 seconds"):
        Listener.tcp(80, idle_timeout=Duration.millis(60_500))


@every_kind
def test_fails_when_a_deregistration_delay_is_out_of_range(kind: str) -> None:
    with refusal("deregistration-delay-out-of-range", "The deregistration delay is 3601 seconds"):
        KINDS[kind](80, deregistration_delay=Duration.seconds(3601))


@pytest.mark.parametrize("kind", ["UDP", "TCP_UDP"])
def test_fails_when_preservation_of_datagrams_is_switched_off(kind: str) -> None:
    with refusal(
        "client-ip-preservation-disabled",
        f"Client IP preservation is disabled for a {kind} target group",
    ):
        KINDS[kind](53, preserve_client_ip=False)


@pytest.mark.parametrize(
    ("given", "code", "message"),
    [
        ({"enabled": False}, "health-check-disabled", "Health checks are disabled"),
        (
            {"interval": Duration.seconds(4)},
            "health-check-out-of-range",
            "The health check interval is 4 seconds",
        ),
        (
            {"interval": Duration.seconds(301)},
            "health-check-out-of-range",
            "The health check interval is 301",
        ),
        (
            {"timeout": Duration.seconds(1)},
            "health-check-out-of-range",
            "The health check timeout is 1 seconds",
        ),
        (
            {"timeout": Duration.seconds(121)},
            "health-check-out-of-range",
            "The health check timeout is 121",
        ),
        (
            {"healthy_threshold_count": 1},
            "health-check-out-of-range",
            "The health check threshold is 1 ",
        ),
        (
            {"unhealthy_threshold_count": 11},
            "health-check-out-of-range",
            "The health check threshold is 11",
        ),
        (
            {"interval": Duration.seconds(10), "timeout": Duration.seconds(11)},
            "health-check-timeout-mismatch",
            "The health check has an interval of 10 seconds and a timeout of 11 seconds",
        ),
        (
            {"interval": Duration.seconds(9)},
            "health-check-timeout-mismatch",
            (
                "The health check has an interval of 9 seconds and a timeout of 10 seconds, the "
                "default"
            ),
        ),
        (
            {"interval": Duration.seconds(5), "protocol": elbv2.Protocol.HTTP},
            "health-check-timeout-mismatch",
            "The health check has an interval of 5 seconds and a timeout of 6 seconds, the default",
        ),
        (
            {"interval": Duration.seconds(9), "protocol": elbv2.Protocol.HTTPS},
            "health-check-timeout-mismatch",
            (
                "The health check has an interval of 9 seconds and a timeout of 10 seconds, the "
                "default"
            ),
        ),
        (
            {"timeout": Duration.seconds(40)},
            "health-check-timeout-mismatch",
            "The health check has an interval of 30",
        ),
        ({"path": "/"}, "health-check-http-option-not-supported", "The TCP health check has"),
        ({"healthy_http_codes": "200"}, "health-check-http-option-not-supported", "TCP"),
        (
            {"protocol": elbv2.Protocol.UDP},
            "health-check-protocol-not-supported",
            "The health check protocol UDP isn't supported",
        ),
        ({"port": "0"}, "port-out-of-range", "Health check port 0 is not a valid port"),
        ({"port": "http"}, "port-out-of-range", "Health check port 'http' is not a valid port"),
        (
            {"protocol": elbv2.Protocol.HTTP, "path": "health"},
            "health-check-path-malformed",
            "The health check path 'health' doesn't begin with a slash",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "-".join(value),
)
@every_kind
def test_fails_when_a_health_check_is_refused_by_aws(
    kind: str, given: dict[str, Any], code: str, message: str
) -> None:
    with refusal(code, message):
        KINDS[kind](80, targets=[address()], health_check=elbv2.HealthCheck(**given))


@pytest.mark.parametrize(
    "given",
    [
        {"interval": Duration.seconds(10)},
        {"interval": Duration.seconds(20), "timeout": Duration.seconds(20)},
        {"interval": Duration.seconds(6), "protocol": elbv2.Protocol.HTTP},
        {"interval": Duration.seconds(10), "protocol": elbv2.Protocol.HTTPS},
        {"timeout": Duration.seconds(30)},
    ],
    ids=["interval", "both", "HTTP", "HTTPS", "timeout"],
)
@every_kind
def test_an_interval_as_long_as_the_timeout_gets_a_warning(
    kind: str, given: dict[str, Any]
) -> None:
    stack = new_stack()
    check = elbv2.HealthCheck(**given)
    defined(KINDS[kind](80, targets=both_zones(), health_check=check), stack)
    assert "seconds and a timeout" in warnings_of(stack)["health-check-interval-insufficient"]


@pytest.mark.parametrize(
    "given",
    [
        {"interval": Duration.seconds(11)},
        {"interval": Duration.seconds(5), "timeout": Duration.seconds(2)},
        {"interval": Duration.seconds(7), "protocol": elbv2.Protocol.HTTP},
    ],
    ids=["interval", "both", "HTTP"],
)
@every_kind
def test_an_interval_longer_than_the_timeout_gets_no_warning(
    kind: str, given: dict[str, Any]
) -> None:
    stack = new_stack()
    check = elbv2.HealthCheck(**given)
    defined(KINDS[kind](80, targets=both_zones(), health_check=check), stack)
    assert not [it for it in warnings_of(stack) if it.startswith("health-check")]


def test_fails_when_there_is_no_listener() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    with refused(stack, "listener-missing", "No listener is defined"):
        service_in(stack, vpc=vpc, listeners=[])


def test_fails_when_two_listeners_have_one_port() -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    given = [Listener.tcp(53, targets=both_zones()), Listener.udp(53, targets=both_zones())]
    with refused(stack, "listener-port-duplicate", r"2 listeners use port 53.*tcp_udp"):
        service_in(stack, vpc=vpc, listeners=given)


@pytest.mark.parametrize("kind", ["UDP", "TCP_UDP"])
def test_fails_when_datagrams_of_a_dualstack_service_would_go_to_ipv4(kind: str) -> None:
    stack = new_stack()
    vpc = vpc_in(stack, ip_protocol=ec2.IpProtocol.DUAL_STACK)
    with refused(
        stack,
        "udp-target-address-family-mismatch",
        rf"A {kind} listener of a dualstack load balancer has IPv4 targets .*10\.0\.0\.10",
    ):
        service_in(
            stack,
            vpc=vpc,
            listeners=[KINDS[kind](53, targets=both_zones())],
            ip_address_type=elbv2.IpAddressType.DUAL_STACK,
        )


# Policies.


def test_old_policies_are_what_the_cdk_makes_of_them() -> None:
    stack = new_stack()
    balancer = elbv2.NetworkLoadBalancer(stack, "Nlb", vpc=vpc_in(stack))
    for port, policy in enumerate(elbv2.SslPolicy, start=1):
        balancer.add_listener(
            policy.name,
            port=port,
            certificates=[certificate(stack, policy.name)],
            ssl_policy=policy,
            default_target_groups=[_group(stack, policy.name, balancer)],
        )
    fronts = resources_of(template_of(stack), LISTENER)
    names = {it["Properties"]["Port"]: it["Properties"]["SslPolicy"] for it in fronts}
    old = {
        policy.name: names[port]
        for port, policy in enumerate(elbv2.SslPolicy, start=1)
        if not speaks_tls_1_2(names[port])
    }
    # The lowest CDK that is supported lacks some.
    known = {policy.name for policy in elbv2.SslPolicy}
    assert old == {k: v for k, v in OLD_POLICIES.items() if k in known}


def _group(
    stack: cdk.Stack, name: str, balancer: elbv2.NetworkLoadBalancer
) -> elbv2.NetworkTargetGroup:
    return elbv2.NetworkTargetGroup(stack, f"Group{name}", vpc=balancer.vpc, port=80)


@pytest.mark.parametrize("policy", elbv2.SslPolicy, ids=lambda it: it.name)
def test_fails_when_a_policy_is_older_than_tls_1_2(policy: elbv2.SslPolicy) -> None:
    if policy.name not in OLD_POLICIES:
        assert tls(ssl_policy=policy).ssl_policy is policy
        return
    with refusal("tls-policy-outdated", "accepts TLS versions earlier than 1.2"):
        tls(ssl_policy=policy)


def _number(number: int) -> float:
    """Return a token of a number that synthesis knows."""
    return cdk.Lazy.number(cast("cdk.IStableNumberProducer", _Number(number)))


@jsii.implements(cdk.IStableNumberProducer)
class _Number:
    def __init__(self, number: int) -> None:
        self._number = number

    def produce(self) -> int:
        return self._number


def of_one_parameter(stack: cdk.Stack) -> list[int]:
    port = cdk.CfnParameter(stack, "Port", type="Number").value_as_number
    return [cast("int", port)] * 2


def of_two_references(stack: cdk.Stack) -> list[int]:
    cdk.CfnParameter(stack, "Port", type="Number")
    return [cast("int", cdk.Token.as_number(cdk.Fn.ref("Port"))) for _ in range(2)]


@pytest.mark.parametrize("ports", [of_one_parameter, of_two_references])
def test_fails_when_two_listeners_have_one_port_that_is_a_token(
    ports: Callable[[cdk.Stack], list[int]],
) -> None:
    stack = new_stack()
    vpc, given = vpc_in(stack), ports(stack)
    listeners = [Listener.tcp(given[0], targets=[address()]), Listener.udp(given[1], targets=[])]
    with refused(stack, "listener-port-duplicate", "2 listeners use the same port"):
        service_in(stack, vpc=vpc, listeners=listeners, topology=LoadBalancerTopology.REGIONAL)


@pytest.mark.parametrize("protocol", ["HTTP", "HTTPS"])
def test_fails_when_the_protocol_is_that_of_an_application_load_balancer(protocol: str) -> None:
    with refusal(
        "listener-protocol-not-supported",
        f"A Network Load Balancer doesn't support {protocol} listeners",
    ):
        Listener(protocol=elbv2.Protocol[protocol], port=80)
