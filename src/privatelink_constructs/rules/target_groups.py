"""What target groups, health checks and targets have to be."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING

from privatelink_constructs.rules import core
from privatelink_constructs.rules.core import Problem, error, warning
from privatelink_constructs.rules.listeners import PORT, check_port

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

DEREGISTRATION_DELAY = range(3601)
HEALTH_CHECK_INTERVAL = range(5, 301)
HEALTH_CHECK_TIMEOUT = range(2, 121)
HEALTH_CHECK_THRESHOLD = range(2, 11)
HEALTH_CHECK_PROTOCOLS = ("TCP", "HTTP", "HTTPS")
TARGET_TYPES = ("instance", "ip", "alb")
MAX_ECS_TARGET_GROUPS = 5
_PRIVATE = tuple(
    ipaddress.IPv4Network(network)
    for network in ("10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.168.0.0/16")
)
"""Where the addresses of targets may be besides the VPC."""

DEREGISTRATION_RANGE = error(
    "deregistration-delay-out-of-range",
    "A deregistration delay is 0 to 3600 seconds.",
    why="AWS refuses any other.",
    remedy="use 0 to 3600 seconds; the default is 300",
    url=core.NLB_TARGET_GROUPS,
)
HEALTH_CHECK_RANGE = error(
    "health-check-out-of-range",
    "A health check keeps to the ranges of a Network Load Balancer.",
    why="AWS refuses the target group.",
    remedy="interval 5 to 300 seconds, timeout 2 to 120 seconds, thresholds 2 to 10",
    url=core.NLB_HEALTH_CHECKS,
)
HEALTH_CHECK_TIMEOUT_RULE = error(
    "health-check-timeout-too-long",
    "A health check times out before the next one begins, or just then.",
    why="AWS refuses the target group.",
    remedy="make the interval as long as the timeout or longer",
    url=core.NLB_HEALTH_CHECKS,
)
HEALTH_CHECK_PROTOCOL = error(
    "health-check-protocol",
    "A Network Load Balancer checks health over TCP, HTTP or HTTPS.",
    why="AWS refuses any other protocol.",
    remedy="use TCP, HTTP or HTTPS",
    url=core.NLB_HEALTH_CHECKS,
)
HEALTH_CHECK_PATH = error(
    "health-check-http-option-without-http",
    "A path and response codes belong to HTTP and HTTPS health checks.",
    why="AWS refuses them on a TCP check.",
    remedy=(
        "set HealthCheckProtocol to HTTP or HTTPS (protocol=Protocol.HTTP), or leave the path and "
        "the codes out"
    ),
    url=core.NLB_HEALTH_CHECKS,
)
HEALTH_CHECK_PATH_FORM = error(
    "health-check-path-malformed",
    "The path of a health check begins with a slash.",
    why="AWS refuses the target group.",
    remedy="write a path such as /health",
    url=core.NLB_HEALTH_CHECKS,
)
HEALTH_CHECK_OFF = error(
    "health-check-disabled",
    "The targets of a Network Load Balancer are always checked.",
    why="AWS lets nobody switch the checks of instance, ip and alb targets off.",
    remedy="leave HealthCheckEnabled (enabled) out",
    url="https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/"
    "API_CreateTargetGroup.html",
)
ALB_PROTOCOL = error(
    "alb-target-needs-tcp",
    "An Application Load Balancer is the target of a TCP listener.",
    why="AWS refuses a target group of type alb with any other protocol.",
    remedy="listen to TCP (Listener.tcp(...)); the Application Load Balancer ends TLS itself",
    url=core.NLB_ALB_TARGETS,
)
ALB_ALONE = error(
    "alb-target-not-alone",
    "An Application Load Balancer is the only target of its listener.",
    why="A target group of type alb holds exactly one target.",
    remedy="give one target, and put the others behind the Application Load Balancer",
    url=core.NLB_ALB_TARGETS,
)
ALB_PORT = error(
    "alb-target-port-mismatch",
    "The target port is the port of the Application Load Balancer's listener.",
    why="AWS refuses the registration.",
    remedy=(
        "set the target group's Port to the port of the ALB's listener; with the constructs, leave "
        "target_port out"
    ),
    url=core.NLB_ALB_TARGETS,
)
ALB_PROXY_PROTOCOL = error(
    "alb-target-with-proxy-protocol",
    "An Application Load Balancer gets no proxy protocol header.",
    why="The attributes of its target group are fixed.",
    remedy="leave proxy_protocol_v2.enabled (proxy_protocol_v2) out",
    url=core.NLB_ALB_TARGETS,
)
MIXED_TYPES = error(
    "target-types-mixed",
    "The targets of a listener are all of one type.",
    why="A target group holds instances, IP addresses or an Application Load Balancer.",
    remedy="give the others a listener of their own",
    url=core.NLB_LISTENERS,
)
TARGET_KIND = error(
    "target-not-for-network-load-balancer",
    "A Network Load Balancer forwards to instances, IP addresses and one ALB.",
    why="Nothing else can be registered.",
    remedy=(
        "give IpTarget, InstanceTarget or AlbListenerTarget of "
        "aws_elasticloadbalancingv2_targets, an Auto Scaling group or an ECS service; in a "
        "template, set TargetType to ip, instance or alb"
    ),
    url=core.NLB_TARGET_GROUPS,
)
ECS_PORT = error(
    "ecs-port-mapping-missing",
    "An ECS service that is given as it is maps a TCP port of its first container first.",
    why="That is the port which the CDK registers.",
    remedy="name the container and its port with "
    "service.load_balancer_target(container_name=..., container_port=..., protocol=...)",
    url="https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PortMapping.html",
)
UDP_FAMILY = error(
    "udp-target-family",
    "Behind a dualstack load balancer a UDP listener forwards to IPv6 targets.",
    why="AWS takes UDP listeners on dualstack load balancers with IPv6 target groups only.",
    remedy=(
        "set the target group's IpAddressType to ipv6 and register IPv6 addresses, or make the "
        "load balancer ipv4 (IpAddressType.IPV4)"
    ),
    url=core.NLB_LISTENERS,
)
ADDRESS = error(
    "target-address-malformed",
    "The address of a target is an IPv4 or IPv6 address.",
    why="AWS refuses to register anything else.",
    remedy="give an address such as 10.0.1.10; a name has to be resolved first",
    url=core.NLB_LISTENERS,
)
ADDRESS_RANGE = error(
    "target-address-not-private",
    "An address outside the VPC is in a private range.",
    why="AWS registers addresses of the VPC's subnets and of 10.0.0.0/8, 100.64.0.0/10, "
    "172.16.0.0/12 and 192.168.0.0/16, and refuses all others.",
    remedy="register an address of the VPC or of one of these ranges, such as that of a proxy in "
    "front of a public address",
    url="https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-target-groups.html",
)
NO_INSTANCE = error(
    "target-not-an-instance",
    "The targets of a group of type instance are instances.",
    why="AWS refuses to register anything else; instance is the type when none is set.",
    remedy="register ids of instances (i-...), or set TargetType to ip for IP addresses",
    url="https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-elasticloadbalancingv2-targetgroup.html",
)
IP_FAMILY = error(
    "target-family-missing",
    "The targets of a group are all of one address family.",
    why="A target group is either IPv4 or IPv6, and IPv6 targets need a dualstack load balancer.",
    remedy="register IPv4 addresses, or use IpAddressType.DUAL_STACK with IPv6 addresses alone",
    url=core.NLB_LISTENERS,
)
NO_TARGET = error(
    "target-missing",
    "Each listener has a target.",
    why="A connection without a target is closed at once.",
    remedy=(
        "list Targets in the target group, or name it in an ECS service or an Auto Scaling group; "
        "with the constructs give targets or targets_by_zone, call add_targets(...) before "
        "synthesis, or say registered_elsewhere=True where something else registers them"
    ),
    url=core.CREATE_SERVICE,
)
ECS_LIMIT = error(
    "ecs-target-groups-exceeded",
    "An ECS service is in five target groups at most.",
    why="ECS refuses a sixth.",
    remedy="use fewer listeners, or one ECS service per Availability Zone (targets_by_zone)",
    url="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/register-multiple-targetgroups.html",
)
CLIENT_IP_FIXED = error(
    "client-ip-preservation-fixed",
    "Preservation of client addresses can't be switched off for UDP.",
    why="AWS refuses the attribute on UDP and TCP_UDP target groups.",
    remedy="leave preserve_client_ip.enabled (preserve_client_ip) out",
    url=core.NLB_TARGET_GROUPS,
)
CLIENT_IP = warning(
    "client-ip-preserved",
    "Client addresses aren't preserved.",
    why="Over PrivateLink the setting has no effect: targets see the load balancer's addresses.",
    remedy=(
        "leave preserve_client_ip.enabled (preserve_client_ip) out, and set "
        "proxy_protocol_v2.enabled (proxy_protocol_v2) to learn the client"
    ),
    url=core.NLB_TARGET_GROUPS,
)
SHARED_GROUP = error(
    "target-group-on-two-load-balancers",
    "A target group is behind one load balancer only.",
    why="AWS refuses the listener of the second load balancer.",
    remedy="define a target group for each load balancer; targets can be in several groups",
    url=core.NLB_LISTENERS,
)


def check_deregistration_delay(seconds: float | None) -> Iterator[Problem]:
    """Check the deregistration delay of a target group, in seconds."""
    if seconds is not None and seconds not in DEREGISTRATION_DELAY:
        yield Problem(DEREGISTRATION_RANGE, f"a deregistration delay of {seconds:g} seconds")


def check_health_check(
    *,
    protocol: str | None = None,
    port: str | None = None,
    path: str | None = None,
    codes: bool = False,
    interval: float | None = None,
    timeout: float | None = None,
    thresholds: Iterable[float | None] = (),
    may_be_equal: bool = True,
    enabled: bool | None = None,
) -> Iterator[Problem]:
    """Check a health check; None stands for what isn't set or isn't known.

    :param interval: in seconds.
    :param timeout: in seconds.
    :param codes: whether response codes are set.
    :param may_be_equal: whether interval and timeout may be the same. AWS's pages don't agree on
        it: the constructs are on the safe side, and templates aren't found fault with.
    """
    checked = (protocol or "TCP").upper()
    if checked not in HEALTH_CHECK_PROTOCOLS:
        yield Problem(HEALTH_CHECK_PROTOCOL, f"a health check over {protocol}")
    elif checked == "TCP" and (path or codes):
        given = f"path {path!r}" if path else "response codes"
        yield Problem(HEALTH_CHECK_PATH, f"a TCP health check with {given}")
    elif path and not path.startswith("/"):
        yield Problem(HEALTH_CHECK_PATH_FORM, f"a health check of path {path!r}")
    if enabled is False:
        yield Problem(HEALTH_CHECK_OFF, "health checks are switched off")
    if port is not None and port != "traffic-port":
        if port.isdecimal():
            yield from check_port(int(port))
        else:
            yield Problem(PORT, f"health check port {port!r} is no port")
    yield from _check_range("interval", interval, HEALTH_CHECK_INTERVAL, " seconds")
    yield from _check_range("timeout", timeout, HEALTH_CHECK_TIMEOUT, " seconds")
    for threshold in thresholds:
        yield from _check_range("threshold", threshold, HEALTH_CHECK_THRESHOLD, "")
    if interval is None or timeout is None:
        return
    if interval < timeout or (interval == timeout and not may_be_equal):
        yield Problem(
            HEALTH_CHECK_TIMEOUT_RULE,
            f"an interval of {interval:g} seconds and a timeout of {timeout:g} seconds",
        )


def _check_range(name: str, value: float | None, allowed: range, unit: str) -> Iterator[Problem]:
    if value is not None and value not in allowed:
        yield Problem(HEALTH_CHECK_RANGE, f"a health check {name} of {value:g}{unit}")


def check_alb_target(
    protocol: str, *, targets: int, proxy_protocol: bool, port: float | None, alb_port: float | None
) -> Iterator[Problem]:
    """Check a target group of type alb.

    :param targets: how many targets it has.
    :param port: the target group's port, None when it isn't known.
    :param alb_port: the port of the Application Load Balancer's listener, None when it isn't known.
    """
    if protocol != "TCP":
        yield Problem(ALB_PROTOCOL, f"an Application Load Balancer behind a {protocol} listener")
    if targets > 1:
        yield Problem(ALB_ALONE, f"an Application Load Balancer among {targets} targets")
    if proxy_protocol:
        yield Problem(ALB_PROXY_PROTOCOL, "proxy protocol to an Application Load Balancer")
    if port is not None and alb_port is not None and port != alb_port:
        yield Problem(ALB_PORT, f"target port {port:g} and an ALB listener on {alb_port:g}")


def check_target_type(target_type: str | None) -> Iterator[Problem]:
    """Check the type of a target group, such as ``ip``; None when it isn't set."""
    if target_type is not None and target_type not in TARGET_TYPES:
        yield Problem(TARGET_KIND, f"a target group of type {target_type}")


def check_address(address: str | None) -> Iterator[Problem]:
    """Check the address of a target; None when it isn't known."""
    if address is None:
        return
    try:
        ipaddress.ip_address(address)
    except ValueError:
        yield Problem(ADDRESS, f"{address!r} is no IP address")


def is_private(address: ipaddress.IPv4Address) -> bool:
    """Tell whether AWS registers an address wherever it is."""
    return any(address in network for network in _PRIVATE)


def refuse_address(address: ipaddress.IPv4Address) -> Problem:
    """Say that an address outside the VPC isn't private."""
    ranges = ", ".join(map(str, _PRIVATE))
    return Problem(ADDRESS_RANGE, f"'{address}' is outside the VPC and in none of {ranges}")


def check_instance(target: str | None) -> Iterator[Problem]:
    """Check the id of an instance; None when it isn't known."""
    if target is not None and not target.startswith("i-"):
        yield Problem(NO_INSTANCE, f"{target!r} is no id of an instance")


def check_preserve_client_ip(protocol: str, *, preserve: bool | None) -> Iterator[Problem]:
    """Check whether client addresses are preserved; None when it isn't set."""
    if preserve and protocol in {"TCP", "TLS"}:
        # For the others it is the default, which can't be changed.
        yield Problem(CLIENT_IP, "client addresses are preserved")
    elif preserve is False and protocol in {"UDP", "TCP_UDP"}:
        yield Problem(CLIENT_IP_FIXED, f"preservation switched off for {protocol}")


def check_group_shared(group: str, load_balancers: Sequence[str]) -> Iterator[Problem]:
    """Check that a target group is behind one load balancer only."""
    if len(load_balancers) > 1:
        names = " and ".join(sorted(load_balancers))
        yield Problem(SHARED_GROUP, f"{group} is behind {names}")


def check_udp_family(protocol: str, *, dualstack: bool, family: str | None) -> Iterator[Problem]:
    """Check the address family of the targets behind a listener; None when it isn't known."""
    if protocol in {"UDP", "TCP_UDP"} and dualstack and family == "ipv4":
        yield Problem(
            UDP_FAMILY, f"a {protocol} listener on a dualstack load balancer, with IPv4 targets"
        )


def check_targets(*, targets: int | None) -> Iterator[Problem]:
    """Check that a target group has targets; None when their number isn't known."""
    if targets == 0:
        yield Problem(NO_TARGET, "no target is registered")
