"""The rules for the listeners of a load balancer."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from privatelink_constructs.rules import core
from privatelink_constructs.rules.core import Fix, error, first_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from privatelink_constructs.rules.core import Problem

PORTS = range(1, 65536)
_LONGEST_PORT = 9
"""How many digits of a port in a text are read: more than this can't be a port."""
IDLE_TIMEOUT = range(60, 6001)
TARGET_PROTOCOLS = {
    "TCP": ("TCP", "TCP_UDP"),
    "TLS": ("TCP", "TLS"),
    "UDP": ("UDP", "TCP_UDP"),
    "TCP_UDP": ("TCP_UDP",),
}
"""The protocols of a target group that a listener of a protocol can forward to.

:see: https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-target-groups.html
"""
TRANSPORTS = {"TCP": ("tcp",), "TLS": ("tcp",), "UDP": ("udp",), "TCP_UDP": ("tcp", "udp")}
"""What a security group calls the protocols of listeners that can have one."""
LISTENER_PROTOCOLS = ("TCP", "TLS", "UDP", "TCP_UDP", "QUIC", "TCP_QUIC")


@error(
    "port-out-of-range",
    "A port must be between 1 and 65535.",
    why="AWS rejects other ports.",
    fix=Fix.same("use a port from 1 to 65535"),
    url=core.NLB_LISTENERS,
)
def port_in_range(port: float | str | None, *, name: str = "port") -> Iterator[str]:
    """Find a number, or a text, that isn't a port.

    :param port: None when it isn't known.
    :param name: the name of the port.
    """
    if isinstance(port, str) and port.isdecimal() and len(port) <= _LONGEST_PORT:
        port = int(port)
    if isinstance(port, str):
        yield f"{name} {port!r} is not a valid port"
    elif port is not None and port not in PORTS:
        yield f"{name} {port} is not a valid port"


@error(
    "listener-missing",
    "A load balancer of a service must have a listener.",
    why="Without a listener, no connection reaches a target.",
    fix=Fix(
        code="define at least one listener, such as Listener.tcp(443, targets=[...]), or on your "
        "own load balancer with add_listener(...)",
        template="define an AWS::ElasticLoadBalancingV2::Listener for the load balancer",
    ),
    url=core.CREATE_SERVICE,
)
def listener_present(
    listeners: int | Collection[object], *, load_balancer: str | None = None
) -> Iterator[str]:
    """Find a load balancer without a listener.

    :param listeners: the listeners, or how many there are.
    :param load_balancer: the name of the load balancer. Default: None, where no load balancer is
        defined yet.
    """
    if not listeners:
        yield f"{load_balancer} has no listener" if load_balancer else "no listener is defined"


@error(
    "listener-port-duplicate",
    "Each listener of a load balancer must have its own port.",
    why="AWS rejects a second listener on a port, even with another protocol.",
    fix=Fix(
        code="use another port, or one Listener.tcp_udp(...) for both protocols",
        template="use another Port, or one listener with Protocol TCP_UDP for both protocols",
    ),
    url=core.NLB_LISTENERS,
)
def listener_port_distinct(
    port: float | str | None, *, count: int = 1, other: str | None = None
) -> Iterator[str]:
    """Find a port that several listeners of a load balancer have.

    :param port: None for a port that is known only at deployment.
    :param count: how many listeners have the port, where they don't have names.
    :param other: the name of another listener that has the port, None when there isn't one.
    """
    shown = "the same port" if port is None else f"port {port}"
    if other is not None:
        yield f"{other} also listens on {shown}"
    elif count > 1:
        yield f"{count} listeners use {shown}"


def valid_listener_ports(
    ports: Sequence[float], *, listeners: int | None = None
) -> Iterator[Problem]:
    """Check that there are listeners, each with its own port.

    :param ports: the ports that are known.
    :param listeners: how many listeners there are. Default: None, as many as ports.
    """
    yield from listener_present(listeners or ports)
    for port, count in Counter(ports).items():
        yield from listener_port_distinct(port, count=count)


@error(
    "target-listener-missing",
    "Targets must be added to a port that has a listener.",
    why="Otherwise, no listener forwards traffic to them.",
    fix=Fix(
        code="add the listener to the listeners of the service, or use the port of one of them",
        template="define an AWS::ElasticLoadBalancingV2::Listener with this Port, or use the Port "
        "of a listener",
    ),
    url=core.NLB_LISTENERS,
)
def port_with_listener(port: float, listeners: Collection[float]) -> Iterator[str]:
    """Find a port that isn't one of the ports of the listeners."""
    if port not in listeners:
        yield f"port {port} has no listener. The listeners use {', '.join(map(str, listeners))}"


@error(
    "target-protocol-mismatch",
    "The protocol of a target group must be one that its listener can forward to.",
    why="AWS rejects the listener.",
    fix=Fix(
        code="omit target_protocol, or use Protocol.TCP or Protocol.TLS for a TLS listener",
        template="set the Protocol of the target group to TCP or TCP_UDP for a TCP listener, to "
        "TCP or TLS for TLS, to UDP or TCP_UDP for UDP, or to TCP_UDP for TCP_UDP",
    ),
    url=core.NLB_LISTENERS,
)
def target_protocol_matching(listener: str, target: str) -> Iterator[str]:
    """Find a target group whose protocol the listener can't forward to."""
    if target not in TARGET_PROTOCOLS.get(listener, (target,)):
        yield f"a {listener} listener can't forward to a {target} target group"


@error(
    "idle-timeout-not-supported",
    "A listener with an idle timeout must be a TCP listener.",
    why="The idle timeout is always 350 seconds for TLS and 120 seconds for UDP.",
    fix=Fix(
        code="omit idle_timeout",
        template="omit the listener attribute tcp.idle_timeout.seconds",
    ),
    url=core.NLB_OVERVIEW,
)
def idle_timeout_on_tcp(protocol: str, seconds: float | None) -> Iterator[str]:
    """Find an idle timeout on a listener that isn't for TCP; None when it isn't set."""
    if seconds is not None and protocol != "TCP":
        yield f"idle_timeout is set on a {protocol} listener"


@error(
    "idle-timeout-out-of-range",
    "A TCP idle timeout must be between 60 and 6000 seconds.",
    why="AWS rejects other values.",
    fix=Fix.same("use 60 to 6000 seconds. The default is 350 seconds"),
    url=core.NLB_OVERVIEW,
)
def idle_timeout_in_range(seconds: float | None) -> Iterator[str]:
    """Find an idle timeout that is too short or too long; None when it isn't set."""
    if seconds is not None and seconds not in IDLE_TIMEOUT:
        yield f"the idle timeout is {seconds:g} seconds"


def valid_idle_timeout(protocol: str, seconds: float | None) -> Iterator[Problem]:
    """Check the idle timeout of a listener, in seconds; None when it isn't set."""
    yield from first_of(idle_timeout_on_tcp(protocol, seconds), idle_timeout_in_range(seconds))


@error(
    "idle-timeout-cross-region-conflict",
    "A service with cross-Region access must use the default idle timeout.",
    why="Cross-Region access doesn't work with a custom idle timeout.",
    fix=Fix(
        code="omit idle_timeout or supported_regions",
        template=(
            "set the listener attribute tcp.idle_timeout.seconds to 350, or omit SupportedRegions"
        ),
    ),
    url=core.SHARE_SERVICE,
)
def idle_timeout_default_across_regions(
    listener: str, *, custom: bool, cross_region: bool
) -> Iterator[str]:
    """Find an idle timeout that prevents clients in other Regions from using a service.

    :param listener: the name of the listener.
    :param custom: whether it has a custom idle timeout.
    :param cross_region: whether other Regions can use the service.
    """
    if custom and cross_region:
        yield f"{listener} has a custom idle timeout, and the service has cross-Region access"


@error(
    "listener-action-not-supported",
    "A listener of a Network Load Balancer must have a forward action.",
    why="AWS rejects other actions.",
    fix=Fix(
        code="use default_target_groups or NetworkListenerAction.forward(...)",
        template="set the Type of the only default action to forward",
    ),
    url=core.NLB_LISTENERS,
)
def listener_action_forward(action: str | None) -> Iterator[str]:
    """Find a default action that isn't ``forward``; None when it isn't known."""
    if action not in {None, "forward"}:
        yield f"the default action is {action!r}, not forward"


@error(
    "listener-protocol-not-supported",
    "A listener of a Network Load Balancer must use TCP, TLS, UDP, TCP_UDP, QUIC, or TCP_QUIC.",
    why="AWS rejects other protocols.",
    fix=Fix(
        code="use Protocol.TCP or Protocol.TLS. HTTP and HTTPS are for Application Load Balancers",
        template="set Protocol to TCP or TLS. HTTP and HTTPS are for Application Load Balancers",
    ),
    url=core.NLB_LISTENERS,
)
def listener_protocol_supported(protocol: str) -> Iterator[str]:
    """Find a protocol that a Network Load Balancer doesn't support."""
    if protocol not in LISTENER_PROTOCOLS:
        yield f"a Network Load Balancer doesn't support {protocol} listeners"


@error(
    "quic-conflict",
    "A load balancer with a QUIC listener must be IPv4 and have no security groups.",
    why="AWS rejects QUIC listeners on load balancers with security groups and on dualstack ones.",
    fix=Fix(
        code="use a NetworkLoadBalancer without security groups and with IpAddressType.IPV4, or "
        "use Protocol.UDP",
        template="omit SecurityGroups and set IpAddressType to ipv4, or set Protocol to UDP",
    ),
    url=core.NLB_LISTENERS,
)
def quic_possible(protocol: str, *, dualstack: bool, groups: int | None) -> Iterator[str]:
    """Find what a QUIC listener can't be combined with.

    :param groups: how many security groups the load balancer has, None when it isn't known.
    """
    if protocol not in {"QUIC", "TCP_QUIC"}:
        return
    if groups:
        yield f"the listener uses {protocol}, but the load balancer has security groups"
    if dualstack:
        yield f"the listener uses {protocol}, but the load balancer is dualstack"


@error(
    "source-nat-prefix-disabled",
    "A dualstack load balancer with a UDP listener must have IPv6 source NAT prefixes.",
    why="AWS rejects UDP listeners on dualstack load balancers without these prefixes.",
    fix=Fix(
        code="set enable_prefix_for_ipv6_source_nat=True, or use IpAddressType.IPV4",
        template="set EnablePrefixForIpv6SourceNat to on, or IpAddressType to ipv4",
    ),
    url=core.NLB_LISTENERS,
)
def source_nat_enabled(protocol: str, *, dualstack: bool, source_nat: bool | None) -> Iterator[str]:
    """Find a UDP listener whose load balancer can't translate IPv6 sources.

    :param source_nat: whether IPv6 source NAT prefixes are enabled, None when it isn't known.
    """
    if protocol in {"UDP", "TCP_UDP"} and dualstack and source_nat is False:
        yield (
            f"a dualstack load balancer without IPv6 source NAT prefixes has a {protocol} listener"
        )
