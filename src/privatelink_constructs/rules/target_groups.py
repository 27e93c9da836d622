"""The rules for target groups. The rules for their targets are in ``target_registration``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.facts.load_balancer_defaults import preserves_client_ip
from privatelink_constructs.rules import core
from privatelink_constructs.rules.core import Fix, error, warning

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from ipaddress import IPv4Address, IPv6Address

    from privatelink_constructs.rules.core import Problem

DEREGISTRATION_DELAY = range(3601)
_UDP = frozenset({"UDP", "TCP_UDP"})


@error(
    "deregistration-delay-out-of-range",
    "A deregistration delay must be between 0 and 3600 seconds.",
    why="AWS rejects other values.",
    fix=Fix.same("use 0 to 3600 seconds. The default is 300 seconds"),
    url=core.NLB_TARGET_GROUPS,
)
def deregistration_delay_in_range(seconds: float | None) -> Iterator[str]:
    """Find a deregistration delay that is too long; None when it isn't set."""
    if seconds is not None and seconds not in DEREGISTRATION_DELAY:
        yield f"the deregistration delay is {seconds:g} seconds"


@error(
    "alb-target-protocol-not-supported",
    "An Application Load Balancer must be the target of a TCP listener.",
    why="AWS rejects a target group of type alb with another protocol.",
    fix=Fix(
        code="use Listener.tcp(...). The Application Load Balancer terminates TLS itself",
        template=(
            "set the Protocol of the listener to TCP. The Application Load Balancer terminates TLS "
            "itself"
        ),
    ),
    url=core.NLB_ALB_TARGETS,
)
def alb_target_on_tcp(protocol: str) -> Iterator[str]:
    """Find an Application Load Balancer behind a listener for another protocol."""
    if protocol != "TCP":
        yield f"an Application Load Balancer is a target of a {protocol} listener"


@error(
    "alb-target-conflict",
    "An Application Load Balancer must be the only target of its listener.",
    why="A target group of type alb contains exactly one target.",
    fix=Fix.same(
        "use the Application Load Balancer as the only target, and register the other targets "
        "with it"
    ),
    url=core.NLB_ALB_TARGETS,
)
def alb_target_single(targets: int) -> Iterator[str]:
    """Find an Application Load Balancer in a target group of several targets."""
    if targets > 1:
        yield f"an Application Load Balancer is one of {targets} targets"


@error(
    "alb-target-proxy-protocol-not-supported",
    "A target group with an Application Load Balancer must not use proxy protocol.",
    why="AWS doesn't allow you to change the attributes of its target group.",
    fix=Fix(
        code="omit proxy_protocol_v2",
        template="omit the target group attribute proxy_protocol_v2.enabled",
    ),
    url=core.NLB_ALB_TARGETS,
)
def alb_target_without_proxy_protocol(*, proxy_protocol: bool) -> Iterator[str]:
    """Find proxy protocol in front of an Application Load Balancer."""
    if proxy_protocol:
        yield "proxy_protocol_v2 is set for an Application Load Balancer"


@error(
    "alb-target-attribute-not-supported",
    "A target group with an Application Load Balancer must not have target group attributes.",
    why="AWS sets the attributes of its target group and doesn't allow you to change them.",
    fix=Fix(
        code="omit the attribute",
        template="omit the target group attributes deregistration_delay.timeout_seconds and "
        "preserve_client_ip.enabled",
    ),
    url=core.NLB_ALB_TARGETS,
)
def alb_target_without_attributes(attributes: Iterable[str]) -> Iterator[str]:
    """Find attributes of a target group that contains an Application Load Balancer.

    :param attributes: what is set, by name.
    """
    for name in attributes:
        yield f"{name} is set for an Application Load Balancer"


@error(
    "alb-target-port-mismatch",
    "The target port must be the port of the Application Load Balancer's listener.",
    why="AWS rejects the registration.",
    fix=Fix(
        code="omit target_port",
        template="set the Port of the target group to the Port of the Application Load Balancer's "
        "listener",
    ),
    url=core.NLB_ALB_TARGETS,
)
def alb_target_port_matching(port: float | None, alb_port: float | None) -> Iterator[str]:
    """Find a port without a listener of the Application Load Balancer.

    :param port: the target group's port, None when it isn't known.
    :param alb_port: the port of the Application Load Balancer's listener, None when it isn't known.
    """
    if port is not None and alb_port is not None and port != alb_port:
        yield (
            f"the target port is {port:g}, but the listener of the Application Load Balancer uses "
            f"port {alb_port:g}"
        )


@error(
    "alb-target-listener-missing",
    "An Application Load Balancer that is a target must have a listener on the target port.",
    why="AWS rejects the registration.",
    fix=Fix(
        code="add a listener on that port to the Application Load Balancer, or use "
        "AlbListenerTarget, which uses the port of its listener",
        template="define a listener of the Application Load Balancer on the Port of the target "
        "group",
    ),
    url=core.NLB_ALB_TARGETS,
)
def alb_target_listener_present(
    port: float | None, listeners: Iterable[float] | None
) -> Iterator[str]:
    """Find an Application Load Balancer without a listener on the port of its target group.

    :param port: the port, None when it isn't known.
    :param listeners: the ports of its listeners, None when not all are known.
    """
    if port is None or listeners is None:
        return
    there = sorted(listeners)
    if port not in there:
        listed = ", ".join(f"{it:g}" for it in there) or "no port"
        yield (
            f"the target port is {port:g}, but the Application Load Balancer listens on {listed}"
        )


def valid_alb_target(
    protocol: str,
    *,
    targets: int,
    proxy_protocol: bool,
    attributes: Iterable[str] = (),
    port: float | None,
    alb_port: float | None,
) -> Iterator[Problem]:
    """Check a target group of type alb.

    :param targets: how many targets it has.
    :param attributes: which other attributes are set, by name.
    :param port: the target group's port, None when it isn't known.
    :param alb_port: the port of the Application Load Balancer's listener, None when it isn't known.
    """
    yield from alb_target_on_tcp(protocol)
    yield from alb_target_single(targets)
    yield from alb_target_without_proxy_protocol(proxy_protocol=proxy_protocol)
    yield from alb_target_without_attributes(attributes)
    yield from alb_target_port_matching(port, alb_port)


@error(
    "client-ip-preservation-disabled",
    "A UDP target group must preserve client IP addresses.",
    why="AWS doesn't allow you to disable client IP preservation for UDP and TCP_UDP target "
    "groups.",
    fix=Fix(
        code="omit preserve_client_ip",
        template="omit the target group attribute preserve_client_ip.enabled",
    ),
    url=core.NLB_TARGET_GROUPS,
)
def udp_client_ip_preserved(protocol: str, *, preserve: bool | None) -> Iterator[str]:
    """Find a UDP target group that doesn't preserve client addresses; None when it isn't set."""
    if preserve is False and protocol in _UDP:
        yield f"client IP preservation is disabled for a {protocol} target group"


@warning(
    "client-ip-preservation-ineffective",
    "A target group should not preserve client IP addresses.",
    why="Client IP preservation has no effect on PrivateLink traffic. Targets receive the IP "
    "addresses of the load balancer.",
    fix=Fix(
        code="omit preserve_client_ip, and set proxy_protocol_v2=True to identify the client",
        template="set the target group attribute preserve_client_ip.enabled to false, and "
        "proxy_protocol_v2.enabled to true to identify the client",
    ),
    url=core.NLB_TARGET_GROUPS,
)
def client_ip_not_preserved(
    protocol: str, target_type: str | None, *, preserve: bool | None
) -> Iterator[str]:
    """Find a target group that preserves client IP addresses, unless that is AWS's default.

    A value that equals AWS's default, as for instances and for UDP, has no effect.

    :param protocol: the protocol of the target group.
    :param target_type: such as ``ip``, None when it isn't known.
    :param preserve: None when it isn't set.
    """
    if preserve and preserves_client_ip(protocol, target_type) is False:
        yield "the target group preserves client IP addresses"


@error(
    "target-group-load-balancer-conflict",
    "A target group must belong to only one load balancer.",
    why="AWS rejects the listener of the second load balancer.",
    fix=Fix.same(
        "define a target group for each load balancer. A target can be in several target groups"
    ),
    url=core.NLB_LISTENERS,
)
def target_group_unshared(group: str, load_balancers: Sequence[str]) -> Iterator[str]:
    """Find a target group of several load balancers, by their names."""
    if len(load_balancers) > 1:
        yield f"{group} belongs to {' and '.join(sorted(load_balancers))}"


@error(
    "udp-target-address-family-mismatch",
    "A UDP listener of a dualstack load balancer must have IPv6 targets.",
    why="AWS rejects UDP listeners of dualstack load balancers with IPv4 target groups.",
    fix=Fix(
        code="use targets with IPv6 addresses, or IpAddressType.IPV4 for the load balancer",
        template="set the IpAddressType of the target group to ipv6 and register IPv6 addresses, "
        "or set the IpAddressType of the load balancer to ipv4",
    ),
    url=core.NLB_LISTENERS,
)
def udp_targets_ipv6(
    protocol: str,
    *,
    dualstack: bool,
    family: str | None = None,
    addresses: Iterable[IPv4Address | IPv6Address] = (),
) -> Iterator[str]:
    """Find IPv4 targets behind a UDP listener of a dualstack load balancer.

    :param family: the family of the target group, such as ``ipv4``, None when it isn't known.
    :param addresses: the addresses of targets that are known.
    """
    if protocol not in _UDP or not dualstack:
        return
    ipv4 = sorted(str(address) for address in addresses if address.version == 4)  # noqa: PLR2004
    if ipv4 or family == "ipv4":
        names = f" ({', '.join(ipv4)})" if ipv4 else ""
        yield f"a {protocol} listener of a dualstack load balancer has IPv4 targets{names}"


@error(
    "target-group-vpc-mismatch",
    "A target group must belong to the VPC of its load balancer.",
    why="AWS rejects a listener whose target group is in a different VPC.",
    fix=Fix(
        code="create the target group in the VPC of the load balancer. The IP addresses of its "
        "targets can be in a peered VPC",
        template="set VpcId of the target group to the VPC of the load balancer. With TargetType "
        "ip, the targets can be in a peered VPC",
    ),
    url=core.NLB_LISTENERS,
)
def target_group_in_vpc(vpc: str | None, other: str | None, *, name: str) -> Iterator[str]:
    """Find a target group of another VPC.

    :param vpc: the VPC of the load balancer, None when it isn't known.
    :param other: the VPC of the target group, None when it isn't known.
    :param name: how the message should name the target group.
    """
    if vpc is not None and other is not None and vpc != other:
        yield f"target group {name} belongs to {other}, but the load balancer is in {vpc}"
