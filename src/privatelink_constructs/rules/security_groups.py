"""What the security groups of load balancers and endpoints let in."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING

from privatelink_constructs.rules import core
from privatelink_constructs.rules.core import Problem, error, is_token, warning
from privatelink_constructs.rules.listeners import TRANSPORTS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

_MOST_RULES = 60
CIDR_MALFORMED = error(
    "client-cidr-malformed",
    "A client range is an IPv4 or IPv6 CIDR.",
    why="AWS refuses the security group's rule.",
    remedy="use a range such as 10.0.0.0/16",
    url=core.NLB_SECURITY_GROUPS,
)
OPEN_TO_WORLD = warning(
    "client-cidr-open-to-world",
    "A client range is narrower than all addresses.",
    why="Rules that let everybody in check nothing.",
    remedy=(
        "list the clients' ranges; or leave the rules to principals and acceptance: set "
        "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic to off without inbound rules, "
        "or leave client_cidrs out"
    ),
    url=core.NLB_SECURITY_GROUPS,
)
CIDR_UNKNOWN = error(
    "subnet-range-unknown",
    "The ranges that targets have to admit are known.",
    why="Without client_cidrs targets see the load balancers' addresses, and must let them in.",
    remedy="import the VPC with vpc_cidr_block, or the subnets with ipv4_cidr_block",
    url="https://docs.aws.amazon.com/elasticloadbalancing/latest/network/target-group-register-targets.html",
)
CIDR_OF_VPC = warning(
    "subnet-range-widened",
    "The ranges of the load balancers' subnets are known.",
    why="They aren't, so targets admit the VPC's whole range.",
    remedy="import the subnets with ipv4_cidr_block, or acknowledge this",
    url="https://docs.aws.amazon.com/elasticloadbalancing/latest/network/target-group-register-targets.html",
)
RULES_EXCEEDED = warning(
    "security-group-rules-exceeded",
    "A security group has at most 60 inbound and 60 outbound rules of an address family.",
    why="AWS refuses more, unless the quota was raised.",
    remedy="merge ranges, or give targets as an ECS service or an Auto Scaling group, which one"
    " rule serves, or have the quota raised and acknowledge this",
    url="https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html",
)
TARGET_GROUP_RULES = warning(
    "target-security-group-not-managed",
    "Targets admit the load balancers.",
    why="Security groups of addresses and imported targets aren't in reach of the construct.",
    remedy="admit the load balancers there, then acknowledge this",
    url="https://docs.aws.amazon.com/elasticloadbalancing/latest/network/target-group-register-targets.html",
)
ENFORCEMENT = error(
    "enforcement-unknown",
    "Whether inbound rules hold for PrivateLink traffic is on or off.",
    why="AWS refuses any other value.",
    remedy='use "on" or "off", in quotes',
    url=core.NLB_SECURITY_GROUPS,
)
ENFORCEMENT_WITHOUT_GROUP = warning(
    "enforcement-without-security-group",
    "Inbound rules are enforced where there are some.",
    why="Without a security group the setting does nothing: every connection is let in.",
    remedy="give security groups when the load balancer is created, or leave the setting out",
    url=core.NLB_SECURITY_GROUPS,
)
PORT_CLOSED = error(
    "load-balancer-port-closed",
    "Where inbound rules are enforced, they admit clients to each listener.",
    why="PrivateLink traffic that no rule admits is dropped, though the endpoint is available.",
    remedy=(
        "admit the clients' ranges on the port, or set "
        "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic to off"
    ),
    url=core.NLB_SECURITY_GROUPS,
)


def check_client_cidr(cidr: str) -> Iterator[Problem]:
    """Check a range of addresses that the load balancers admit."""
    yield from check_range(cidr)
    yield from check_narrow(cidr)


def check_narrow(cidr: str) -> Iterator[Problem]:
    """Check that a range of clients isn't every address."""
    if is_everyone(cidr):
        yield Problem(OPEN_TO_WORLD, f"{cidr} admits every address")


def check_range(cidr: str, *, version: int | None = None) -> Iterator[Problem]:
    """Check the grammar of a range of client addresses.

    :param version: 4 or 6, the only one that is possible. Default: either.
    """
    try:
        network = ipaddress.ip_network(cidr, strict=False)
    except ValueError:
        yield Problem(CIDR_MALFORMED, f"{cidr!r} is no CIDR")
    else:
        if "/" not in cidr:
            yield Problem(CIDR_MALFORMED, f"{cidr!r} has no prefix length")
        if version not in {None, network.version}:
            yield Problem(CIDR_MALFORMED, f"{cidr!r} is no IPv{version} range")


def check_rule_count(
    *, inbound: Collection[str | None], outbound: Collection[str | None]
) -> Iterator[Problem]:
    """Check how many rules a security group has: AWS counts those for IPv6 ranges apart.

    :param inbound: the range of each inbound rule, None for anything else.
    :param outbound: the same of outbound rules.
    :see: https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html
    """
    for direction, sources in (("inbound", inbound), ("outbound", outbound)):
        ipv6 = sum(":" in (source or "") and not is_token(source) for source in sources)
        if max(ipv6, len(sources) - ipv6) > _MOST_RULES:
            text = f"the security group has more than {_MOST_RULES} {direction} rules"
            yield Problem(RULES_EXCEEDED, text)


def is_everyone(cidr: str) -> bool:
    """Tell whether a range holds every address."""
    try:
        return ipaddress.ip_network(cidr, strict=False).prefixlen == 0
    except ValueError:
        return False


def check_enforcement(value: str | None, *, groups: int | None) -> Iterator[Problem]:
    """Check that there are rules to enforce.

    :param value: what is set, None for nothing; ``true`` and ``false`` are what YAML makes of on
        and off without quotes.
    :param groups: how many security groups there are, None when it isn't known.
    """
    if value not in {None, "on", "off", "true", "false"}:
        yield Problem(ENFORCEMENT, f"{value!r} is neither on nor off")
    if is_enforced(value) and groups == 0:
        yield Problem(ENFORCEMENT_WITHOUT_GROUP, "enforcement is on without a security group")


def is_enforced(value: str | None) -> bool:
    """Tell whether the enforcement is switched on explicitly."""
    return value in {"on", "true"}


def is_opened(transport: str, port: int, opened: Sequence[tuple[str, int, int]]) -> bool:
    """Tell whether inbound rules admit anybody to a port.

    :param transport: ``tcp`` or ``udp``.
    :param opened: protocol (``-1`` for all), first and last port of each rule.
    """
    return any(
        rule == "-1" or (rule == transport and first <= port <= last)
        for rule, first, last in opened
    )


def check_port_opened(
    protocol: str, port: int, opened: Sequence[tuple[str, int, int]]
) -> Iterator[Problem]:
    """Check that inbound rules admit somebody to a listener.

    :param protocol: of the listener.
    :param opened: protocol (``-1`` for all), first and last port of each rule.
    """
    for transport in TRANSPORTS.get(protocol, ()):
        if not is_opened(transport, port, opened):
            yield Problem(PORT_CLOSED, f"no rule admits anybody on {transport} port {port}")
