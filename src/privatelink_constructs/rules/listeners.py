"""What the listeners of a load balancer have to be."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from privatelink_constructs.rules import core
from privatelink_constructs.rules.core import Problem, error

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

PORTS = range(1, 65536)
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
NO_LISTENER = error(
    "listener-missing",
    "A load balancer of a service has a listener.",
    why="Without one no connection gets through.",
    remedy=(
        "define an AWS::ElasticLoadBalancingV2::Listener for it; with the constructs give at least "
        "one, such as Listener.tcp(443, targets=[...])"
    ),
    url=core.CREATE_SERVICE,
)
DUPLICATE_PORT = error(
    "listener-port-duplicate",
    "Each listener of a load balancer has a port of its own.",
    why="AWS refuses a second listener on a port, whatever its protocol.",
    remedy=(
        "use another port, or one listener of protocol TCP_UDP (Listener.tcp_udp(...)) for both "
        "protocols on one"
    ),
    url=core.NLB_LISTENERS,
)
UNKNOWN_PORT = error(
    "port-without-listener",
    "Targets are added to a port that has a listener.",
    why="Nothing would forward to them.",
    remedy="add the listener to the service's listeners, or use the port of one of them",
    url=core.NLB_LISTENERS,
)
PORT = error(
    "port-out-of-range",
    "A port is a number from 1 to 65535.",
    why="AWS refuses any other.",
    remedy="use a port from 1 to 65535",
    url=core.NLB_LISTENERS,
)
TLS_NEEDS_CERTIFICATE = error(
    "tls-without-certificate",
    "A TLS listener has a certificate.",
    why="AWS refuses a TLS listener without one.",
    remedy=(
        "give Certificates (certificates=[...]), or listen to TCP (Listener.tcp(...)) when the "
        "targets end TLS"
    ),
    url=core.NLB_LISTENERS,
)
CERTIFICATE_REGION = error(
    "certificate-in-other-region",
    "A certificate is in the Region of its load balancer.",
    why="AWS finds no certificate of another Region.",
    remedy="request or import the certificate in the load balancer's Region",
    url="https://docs.aws.amazon.com/elasticloadbalancing/latest/network/tls-listener-certificates.html",
)
TLS_ONLY = error(
    "tls-option-without-tls",
    "Certificates, an SSL policy and an ALPN policy belong to TLS listeners.",
    why="AWS refuses them on any other listener.",
    remedy="listen to TLS (Listener.tls(...)), or leave the option out",
    url=core.NLB_LISTENERS,
)
TLS_TOO_OLD = error(
    "tls-policy-too-old",
    "A TLS listener speaks TLS 1.2 or newer.",
    why="TLS 1.0 and 1.1 are deprecated and broken.",
    remedy=(
        "set SslPolicy to ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09 or another policy that begins "
        "with TLS 1.2 or 1.3 (SslPolicy.RECOMMENDED_TLS)"
    ),
    url="https://docs.aws.amazon.com/elasticloadbalancing/latest/network/describe-ssl-policies.html",
)
PROTOCOL_PAIR = error(
    "target-protocol-mismatch",
    "A target group's protocol is one that the listener can forward to.",
    why="AWS refuses the listener.",
    remedy=(
        "TCP forwards to TCP or TCP_UDP, TLS to TCP or TLS, UDP to UDP or TCP_UDP, "
        "TCP_UDP to TCP_UDP"
    ),
    url=core.NLB_LISTENERS,
)
IDLE_TIMEOUT_RANGE = error(
    "idle-timeout-out-of-range",
    "A TCP idle timeout is 60 to 6000 seconds.",
    why="AWS refuses any other.",
    remedy="use 60 to 6000 seconds; the default is 350",
    url=core.NLB_OVERVIEW,
)
IDLE_TIMEOUT_PROTOCOL = error(
    "idle-timeout-without-tcp",
    "Only a TCP listener has an idle timeout that can be set.",
    why="It is fixed for TLS (350 seconds) and for UDP (120 seconds).",
    remedy="leave tcp.idle_timeout.seconds (idle_timeout) out",
    url=core.NLB_OVERVIEW,
)
IDLE_TIMEOUT_CROSS_REGION = error(
    "idle-timeout-with-cross-region",
    "A service that other Regions can use keeps the default idle timeout.",
    why="Cross-Region access does not work with a custom one.",
    remedy=(
        "leave tcp.idle_timeout.seconds (idle_timeout) out, or SupportedRegions (supported_regions)"
    ),
    url=core.SHARE_SERVICE,
)
ACTION = error(
    "listener-action-not-forward",
    "A listener of a Network Load Balancer forwards.",
    why="AWS takes no other action there.",
    remedy="set the Type of its only default action to forward",
    url=core.NLB_LISTENERS,
)
QUIC = error(
    "quic-not-possible",
    "A load balancer with a QUIC listener is IPv4 and has no security group.",
    why="AWS refuses QUIC listeners on load balancers with security groups, and on dualstack ones.",
    remedy="leave SecurityGroups and the dualstack IpAddressType out, or use UDP",
    url=core.NLB_LISTENERS,
)
LISTENER_PROTOCOL = error(
    "listener-protocol-not-for-nlb",
    "A Network Load Balancer listens to TCP, TLS, UDP, TCP_UDP, QUIC or TCP_QUIC.",
    why="AWS refuses any other protocol.",
    remedy="use TCP or TLS; HTTP and HTTPS are those of Application Load Balancers",
    url=core.NLB_LISTENERS,
)
SOURCE_NAT = error(
    "udp-without-source-nat-prefix",
    "A dualstack load balancer with UDP listeners translates the sources of IPv6 packets.",
    why="AWS refuses UDP listeners on dualstack load balancers without IPv6 source NAT prefixes.",
    remedy="set EnablePrefixForIpv6SourceNat to on, or make the load balancer ipv4",
    url=core.NLB_LISTENERS,
)


def check_port(port: float | None) -> Iterator[Problem]:
    """Check the number of a port."""
    if port is not None and port not in PORTS:
        yield Problem(PORT, f"port {port} is no port")


def check_listener_ports(
    ports: Sequence[float], *, listeners: int | None = None
) -> Iterator[Problem]:
    """Check that there are listeners, each with a port of its own.

    :param ports: the ports that are known.
    :param listeners: how many listeners there are. Default: None, as many as ports.
    """
    if not (listeners or ports):
        yield Problem(NO_LISTENER, "there is no listener")
    for port, count in Counter(ports).items():
        if count > 1:
            yield Problem(DUPLICATE_PORT, f"{count} listeners on port {port}")


def check_port_free(port: str | None, other: str) -> Iterator[Problem]:
    """Report a port that another listener has.

    :param port: None for one that only the deployment knows.
    :param other: that listener.
    """
    yield Problem(DUPLICATE_PORT, f"{other} listens on {f'port {port}' if port else 'it'} too")


def check_tls(
    protocol: str, *, certificates: int | None, policy: str | None, alpn: bool
) -> Iterator[Problem]:
    """Check what belongs to TLS.

    :param certificates: how many there are, None when it isn't known.
    :param policy: the name of the SSL policy as AWS has it, None when it isn't set or known.
    :param alpn: whether there is an ALPN policy.
    """
    if protocol != "TLS":
        if certificates or policy or alpn:
            yield Problem(TLS_ONLY, f"a certificate, SSL or ALPN policy on a {protocol} listener")
        return
    if certificates == 0:
        yield Problem(TLS_NEEDS_CERTIFICATE, "a TLS listener without a certificate")
    if policy and not speaks_tls_1_2(policy):
        yield Problem(TLS_TOO_OLD, f"SSL policy {policy!r} accepts TLS older than 1.2")


def check_certificate(arn: str | None, *, region: str | None) -> Iterator[Problem]:
    """Check where a certificate is; None for what isn't known.

    :param region: the Region of the load balancer.
    """
    match (arn or "").split(":"):
        case ["arn", _, "acm", own, *_] if region and own != region:
            yield Problem(CERTIFICATE_REGION, f"{arn} isn't in {region}")
        case _:
            return


def speaks_tls_1_2(policy: str) -> bool:
    """Tell whether a predefined SSL policy accepts nothing older than TLS 1.2.

    The names carry it: ``ELBSecurityPolicy-TLS13-1-2-...``, ``-FS-1-2-...``, ``-TLS-1-2-...``. A
    name that isn't one of AWS's families is left to AWS.
    """
    if not policy.startswith("ELBSecurityPolicy-"):
        return True
    return policy.startswith(
        tuple(
            f"ELBSecurityPolicy-{family}-"
            for family in ("TLS13-1-2", "TLS13-1-3", "FS-1-2", "TLS-1-2")
        )
    )


def check_target_protocol(listener: str, target: str) -> Iterator[Problem]:
    """Check that a listener's protocol can forward to a target group's."""
    if target not in TARGET_PROTOCOLS.get(listener, (target,)):
        yield Problem(PROTOCOL_PAIR, f"a {listener} listener and a {target} target group")


def check_idle_timeout(
    protocol: str, seconds: float | None, *, cross_region: bool = False
) -> Iterator[Problem]:
    """Check the TCP idle timeout of a listener.

    :param seconds: the time in seconds, None when it isn't set.
    :param cross_region: whether other Regions can use the service.
    """
    if seconds is None:
        return
    if protocol != "TCP":
        yield Problem(IDLE_TIMEOUT_PROTOCOL, f"an idle timeout on a {protocol} listener")
    elif seconds not in IDLE_TIMEOUT:
        yield Problem(IDLE_TIMEOUT_RANGE, f"an idle timeout of {seconds:g} seconds")
    if cross_region:
        yield Problem(IDLE_TIMEOUT_CROSS_REGION, f"an idle timeout of {seconds:g} seconds")


def check_quic(protocol: str, *, dualstack: bool, groups: int | None) -> Iterator[Problem]:
    """Check what QUIC can't be together with.

    :param groups: how many security groups the load balancer has, None when it isn't known.
    """
    if protocol not in {"QUIC", "TCP_QUIC"}:
        return
    if groups:
        yield Problem(QUIC, f"a {protocol} listener, and the load balancer has security groups")
    if dualstack:
        yield Problem(QUIC, f"a {protocol} listener, and the load balancer is dualstack")


def check_action(action: str | None) -> Iterator[Problem]:
    """Check the kind of a listener's default action; None when it isn't known."""
    if action not in {None, "forward"}:
        yield Problem(ACTION, f"the default action is {action!r}")


def check_listener_protocol(protocol: str) -> Iterator[Problem]:
    """Check that a Network Load Balancer can listen to a protocol."""
    if protocol not in LISTENER_PROTOCOLS:
        yield Problem(LISTENER_PROTOCOL, f"a {protocol} listener on a Network Load Balancer")


def check_source_nat(
    protocol: str, *, dualstack: bool, source_nat: bool | None
) -> Iterator[Problem]:
    """Check what a listener for UDP needs of its load balancer.

    :param source_nat: whether IPv6 source NAT prefixes are on, None when it isn't known.
    """
    if protocol in {"UDP", "TCP_UDP"} and dualstack and source_nat is False:
        yield Problem(SOURCE_NAT, f"a {protocol} listener on a dualstack load balancer")
