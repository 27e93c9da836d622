"""The traffic between load balancers and targets: protocols, ports, and missing rules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import aws_cdk as cdk

from privatelink_constructs._cdk import subnets as _network
from privatelink_constructs.rules import security_groups as security_rules
from privatelink_constructs.rules.core import is_token, known
from privatelink_constructs.rules.listeners import TRANSPORTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from aws_cdk import aws_ec2 as ec2

    from privatelink_constructs._cdk.subnets import Zone
    from privatelink_constructs.provider.balancing.listener import Listener
    from privatelink_constructs.provider.balancing.targets import Target
    from privatelink_constructs.rules.core import Problem


def label(listener: Listener) -> str:
    """Return how messages name a listener: by its port."""
    port = known(listener.port)
    return "a port only known at deployment" if port is None else f"port {port}"


def forwards_udp(listener: Listener) -> bool:
    """Return whether a listener forwards datagrams."""
    return "udp" in transports(listener)


def transports(listener: Listener) -> tuple[str, ...]:
    """Return the protocols that security groups know a listener's traffic by."""
    return TRANSPORTS[listener.protocol.value]


def health_port(listener: Listener) -> int | None:
    """Return the port of the health check, None if it is the target's own."""
    port = listener.health_check.port if listener.health_check else None
    if is_token(port):
        return int(cdk.Token.as_number(port))
    return int(port) if port is not None and port.isdecimal() else None


@dataclass(frozen=True)
class Way:
    """A protocol and ports, as security groups know them."""

    protocol: str
    first: int
    last: int

    def __str__(self) -> str:
        """Return it in words; values that are known only at deployment is left out."""
        first, last = known(self.first), known(self.last)
        ports = "" if first is None else f" {first}" if first == last else f" {first}-{last}"
        return f"{self.protocol}{ports}"


def ways(listener: Listener, target: Target, port: int) -> tuple[list[Way], list[Way]]:
    """Return how data reaches a target, and how data and health checks do.

    :param port: the port of the target group.
    """
    port = target.port or port
    first, last = target.ports or (port, port)
    data = [Way(protocol, first, last) for protocol in transports(listener)]
    own = health_port(listener)
    health = Way("tcp", own or first, own or last)
    return data, [*data, *([] if health in data else [health])]


def check_reach(
    listener: Listener,
    targets: Sequence[Target],
    zones: Sequence[Zone],
    port: int,
    *,
    ipv6: bool,
) -> Iterator[Problem]:
    """Report the targets whose security groups the user must change."""
    unmanaged = [target for target in targets if not target.is_managed]
    if not unmanaged:
        return
    # A subnet gets its IPv6 CIDR block at deployment, and its stand-in isn't where it will be.
    listed = () if ipv6 else [zone for zone in zones if not zone.is_dummy]
    ranges = {known(_network.subnet_range(zone.subnet)) for zone in listed}
    family = "the IPv6 CIDR blocks of " if ipv6 else ""
    allowed = ", ".join(sorted(filter(None, ranges))) or f"{family}the load balancers' subnets"
    ports = {
        "the container's port" if target.tells_ports_later else str(way).upper()
        for target in unmanaged
        for way in ways(listener, target, port)[1]
    }
    names = {name for target in unmanaged for name in _names(target)}
    yield from security_rules.target_rules_managed(names, ways=ports, sources=allowed)


def _names(target: Target) -> Sequence[str]:
    """Return the name of what the user must change, for messages: the groups, if they are known."""
    if target.groups:
        return [group.name for group in target.groups]
    return [known(target.id) or target.kind.value]


def check_ranges(
    vpc: ec2.IVpc, targets: Sequence[Target], zones: Sequence[Zone], *, ipv6: bool
) -> Iterator[Problem]:
    """Check that the addresses that targets must allow are known."""
    if not any(target.is_managed for target in targets):
        return
    ranges = ranges_of(zones, ipv6=ipv6)
    whole = None if ipv6 or ranges else _network.vpc_range(vpc)
    yield from security_rules.target_sources_known(ranges, whole)
    yield from security_rules.target_sources_narrow(ranges, whole)


def ranges_of(zones: Sequence[Zone], *, ipv6: bool) -> list[str]:
    """Return the ranges of subnets, or none unless all are known."""
    ask = _network.subnet_ipv6_range if ipv6 else _network.subnet_range
    ranges = [cidr for zone in zones if (cidr := ask(zone.subnet)) is not None]
    return ranges if len(ranges) == len(zones) else []
