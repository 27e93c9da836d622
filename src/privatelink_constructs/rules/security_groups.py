"""The rules for the security groups of load balancers and endpoints."""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING

from privatelink_constructs.rules import core
from privatelink_constructs.rules.core import Fix, error, is_token, warning
from privatelink_constructs.rules.listeners import TRANSPORTS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from privatelink_constructs.rules.core import Problem

_MOST_RULES = 60
_LARGEST_LIST = 55
"""The weight of CloudFront's prefix list, the largest one of AWS's own."""
# A netmask, which Python takes, is nothing that AWS takes.
_PREFIX_LENGTH = r"/(0|[1-9]\d{0,2})$"
_RULE_DESCRIPTION = "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpRange.html"
_REGISTER_TARGETS = "https://docs.aws.amazon.com/elasticloadbalancing/latest/network/target-group-register-targets.html"


def valid_client_cidr(cidr: str) -> Iterator[Problem]:
    """Check a CIDR block that the load balancers allow."""
    yield from client_cidr_well_formed(cidr)
    yield from client_cidr_narrow(cidr)


@error(
    "cidr-malformed",
    "A client CIDR block must be a valid IPv4 or IPv6 CIDR block.",
    why="AWS rejects the security group rule.",
    fix=Fix(
        code=(
            "use a CIDR block such as 10.0.0.0/16, ec2.Peer.prefix_list(...) for a prefix list, "
            "or a security group of the app"
        ),
        template="use a CIDR block such as 10.0.0.0/16",
    ),
    url=core.NLB_SECURITY_GROUPS,
)
def client_cidr_well_formed(cidr: str, *, version: int | None = None) -> Iterator[str]:
    """Find a value that isn't a valid CIDR block.

    :param version: 4 or 6, the only valid version. Default: either.
    """
    try:
        # Python takes an interface after the address, as in fe80::%eth0.
        network = ipaddress.ip_network(cidr.replace("%", "/"), strict=False)
    except ValueError:
        yield f"{cidr!r} is not a valid CIDR block"
    else:
        if not re.search(_PREFIX_LENGTH, cidr):
            yield f"{cidr!r} has no prefix length"
        if version not in {None, network.version}:
            yield f"{cidr!r} is not a valid IPv{version} CIDR block"


@error(
    "cidr-prefix-length-mismatch",
    "The address of a CIDR block must be the first one of its prefix.",
    why=(
        "Amazon EC2 sets the other bits to zero. Two CIDR blocks can then become one rule, and a "
        "CIDR block can allow more addresses than you intended."
    ),
    fix=Fix.same("use the first address, or correct the prefix length"),
    url=_RULE_DESCRIPTION,
)
def cidr_without_host_bits(cidr: str) -> Iterator[str]:
    """Find host bits in a CIDR block."""
    try:
        network = ipaddress.ip_network(cidr, strict=False)
    except ValueError:
        return
    if ipaddress.ip_address(cidr.partition("/")[0]) != network.network_address:
        yield f"{cidr!r} has host bits. The CIDR block with this prefix length is {network}"


@warning(
    "client-cidr-open-to-world",
    "A client CIDR block should be narrower than all addresses.",
    why="A rule that allows every address doesn't restrict access.",
    fix=Fix(
        code=(
            "list the clients' CIDR blocks, or omit client_cidrs and rely on allowed principals "
            "and acceptance"
        ),
        template=(
            "list the clients' CIDR blocks, or remove the inbound rules, set "
            "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic to off, and rely on allowed "
            "principals and acceptance"
        ),
    ),
    url=core.NLB_SECURITY_GROUPS,
)
def client_cidr_narrow(cidr: str, *, where: str = "") -> Iterator[str]:
    """Find a CIDR block that contains every address.

    :param where: the load balancer and the port, as the message shows them.
    """
    if is_everyone(cidr):
        yield f"{cidr!r} allows every address{where}"


def is_everyone(cidr: str) -> bool:
    """Tell whether a CIDR block contains every address."""
    try:
        return ipaddress.ip_network(cidr, strict=False).prefixlen == 0
    except ValueError:
        return False


@error(
    "vpc-cidr-undetermined",
    "The CIDR blocks that targets must allow must be known.",
    why=(
        "Without client_cidrs, targets receive traffic from the addresses of the load balancers "
        "and must allow them."
    ),
    fix=Fix(
        code="import the VPC with vpc_cidr_block, or the subnets with ipv4_cidr_block",
        template=(
            "allow the CIDR blocks of the load balancers' subnets in the targets' "
            "SecurityGroupIngress"
        ),
    ),
    url=_REGISTER_TARGETS,
)
def target_sources_known(subnets: Sequence[str], vpc: str | None) -> Iterator[str]:
    """Find that the addresses that targets must allow aren't known.

    :param subnets: the CIDR blocks of the load balancers' subnets, none unless all are known.
    :param vpc: that of the VPC, None when it isn't known.
    """
    if not subnets and vpc is None:
        yield "the CIDR blocks of the subnets and of the VPC aren't known"


@warning(
    "subnet-cidr-undetermined",
    "The CIDR blocks of the load balancers' subnets should be known.",
    why="Otherwise, the targets allow the whole CIDR block of the VPC.",
    fix=Fix(
        code="import the subnets with ipv4_cidr_block, or acknowledge this warning",
        template=(
            "allow the CIDR blocks of the load balancers' subnets in the targets' "
            "SecurityGroupIngress instead"
        ),
    ),
    url=_REGISTER_TARGETS,
)
def target_sources_narrow(subnets: Sequence[str], vpc: str | None) -> Iterator[str]:
    """Find that targets must allow the whole VPC.

    :param subnets: the CIDR blocks of the load balancers' subnets, none unless all are known.
    :param vpc: that of the VPC, perhaps a token, None when it isn't known.
    """
    if not subnets and vpc is not None:
        yield f"targets allow the VPC CIDR block {'' if is_token(vpc) else vpc}".strip()


@warning(
    "target-security-group-undetermined",
    "The security groups of targets should allow the load balancers.",
    why="The construct can't change the security groups of IP addresses and imported targets.",
    fix=Fix(
        code="allow the load balancers in these security groups, and acknowledge this warning",
        template="allow the load balancers in the targets' SecurityGroupIngress",
    ),
    url=_REGISTER_TARGETS,
)
def target_rules_managed(
    targets: Collection[str], *, ways: Collection[str], sources: str
) -> Iterator[str]:
    """Find targets whose security groups the construct can't change.

    :param targets: the targets whose security groups aren't known.
    :param ways: protocols and ports, such as ``TCP 443``.
    :param sources: the addresses of the load balancers, as the message shows them.
    """
    if targets:
        yield (
            f"the security groups of {', '.join(sorted(targets))} must allow "
            f"{' and '.join(sorted(ways))} from {sources}"
        )


@warning(
    "target-cidr-undetermined",
    "The outbound rules of load balancers should cover the CIDR blocks of all targets.",
    why=(
        "An imported VPC shows only its first CIDR block. Traffic and health checks to targets "
        "in another CIDR block are dropped."
    ),
    fix=Fix(
        code=(
            "import the subnets with their CIDR blocks, or add the missing outbound rules with "
            "service.connections.allow_to(...) and acknowledge this warning"
        ),
        template="add the CIDR blocks of all targets to SecurityGroupEgress",
    ),
    url=core.NLB_SECURITY_GROUPS,
)
def target_cidrs_known(blocks: Sequence[str], *, complete: bool) -> Iterator[str]:
    """Find that the VPC may have CIDR blocks that outbound rules don't cover.

    :param blocks: the CIDR blocks that are known, perhaps tokens; without any, rules cover all.
    :param complete: whether the VPC has no others.
    """
    if blocks and not complete:
        named = ", ".join(cidr for cidr in blocks if not is_token(cidr))
        yield f"the load balancers allow outbound traffic only to {named or 'the VPC CIDR block'}"


@warning(
    "security-group-rules-exceeded",
    "A security group should have no more than 60 inbound and 60 outbound rules per address "
    "family.",
    why="AWS rejects more rules, unless you increase the quota.",
    fix=Fix(
        code=(
            "merge CIDR blocks, use an ECS service or an Auto Scaling group as the target, which "
            "needs only one rule, or request a quota increase and acknowledge this warning"
        ),
        template=(
            "merge CIDR blocks, refer to security groups or prefix lists, or request a quota "
            "increase and acknowledge this warning"
        ),
    ),
    url="https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html",
)
def security_group_rule_count(
    *, inbound: Collection[str | None], outbound: Collection[str | None]
) -> Iterator[str]:
    """Find more rules than a security group can have: AWS counts those for IPv6 separately.

    :param inbound: the CIDR block of each inbound rule, None for anything else. A prefix list
        counts as often as it can have entries.
    :param outbound: the same of outbound rules.
    :see: https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html
    """
    for direction, sources in (("inbound", inbound), ("outbound", outbound)):
        ipv6 = sum(":" in (source or "") and not is_token(source) for source in sources)
        if max(ipv6, len(sources) - ipv6) > _MOST_RULES:
            yield f"the security group has more than {_MOST_RULES} {direction} rules"


@warning(
    "security-group-rules-undetermined",
    "The size of prefix lists should be known if a security group has many rules.",
    why=(
        "A prefix list counts for as many rules as it can have entries (MaxEntries, or the "
        "weight of an AWS-managed prefix list). AWS rejects more than 60 rules per address "
        "family, unless you increase the quota."
    ),
    fix=Fix(
        code=(
            "use fewer ports, use a range of ports such as '1024-65535', or check the MaxEntries "
            "of the prefix lists and acknowledge this warning"
        ),
        template=(
            "use fewer rules, with ranges of ports, or check the MaxEntries of the prefix lists "
            "and acknowledge this warning"
        ),
    ),
    url="https://docs.aws.amazon.com/vpc/latest/userguide/working-with-aws-managed-prefix-lists.html",
)
def security_group_rule_count_known(*, rules: int, lists: int, direction: str) -> Iterator[str]:
    """Find prefix lists of unknown size that might exceed the quota of a security group.

    :param rules: how many rules the rest counts for.
    :param lists: how many rules have a prefix list of unknown size.
    :param direction: ``inbound`` or ``outbound``.
    """
    if lists and rules <= _MOST_RULES < rules + lists * _LARGEST_LIST:
        named = "1 rule with a prefix list" if lists == 1 else f"{lists} rules with prefix lists"
        yield f"the security group has {named} of unknown size among its {direction} rules"


def valid_enforcement(value: str | None, *, groups: int | None) -> Iterator[Problem]:
    """Check whether inbound rules are enforced, and that there are some.

    :param value: what is set, None for nothing; ``true`` and ``false`` are what YAML makes of on
        and off without quotes.
    :param groups: how many security groups there are, None when it isn't known.
    """
    yield from enforcement_on_or_off(value)
    yield from enforcement_effective(value, groups=groups)


@error(
    "inbound-rules-enforcement-not-valid",
    "The enforcement of inbound rules for PrivateLink traffic must be on or off.",
    why="AWS rejects other values.",
    fix=Fix(
        code=(
            "set enforce_security_group_inbound_rules_on_private_link_traffic to True or False. "
            'On a CfnLoadBalancer, set it to "on" or "off"'
        ),
        template=(
            "set EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic to on or off, in quotes"
        ),
    ),
    url=core.NLB_SECURITY_GROUPS,
)
def enforcement_on_or_off(value: str | None) -> Iterator[str]:
    """Find a value that AWS rejects; None when nothing is set."""
    if value not in {None, "on", "off", "true", "false"}:
        yield f"{value!r} is not a valid value for the enforcement of inbound rules"


@warning(
    "inbound-rules-enforcement-ineffective",
    "A load balancer that enforces inbound rules should have a security group.",
    why="Without a security group, the setting has no effect, and every connection is allowed.",
    fix=Fix(
        code="pass security_groups when you create the load balancer, or omit the setting",
        template=(
            "list SecurityGroups when you create the load balancer, or omit "
            "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic"
        ),
    ),
    url=core.NLB_SECURITY_GROUPS,
)
def enforcement_effective(value: str | None, *, groups: int | None) -> Iterator[str]:
    """Find that inbound rules are enforced where there are none.

    :param groups: how many security groups there are, None when it isn't known.
    """
    if is_enforced(value) and groups == 0:
        yield "the load balancer enforces inbound rules but has no security group"


def is_enforced(value: str | None) -> bool:
    """Tell whether the enforcement is explicitly enabled."""
    return value in {"on", "true"}


@error(
    "load-balancer-port-closed",
    "Enforced inbound rules must allow clients on the port of each listener.",
    why="The load balancer drops PrivateLink traffic that no rule allows, although the endpoint "
    "is available.",
    fix=Fix(
        code="allow the clients on the port, for example with client_cidrs",
        template=(
            "allow the clients' CIDR blocks on the port, or set "
            "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic to off"
        ),
    ),
    url=core.NLB_SECURITY_GROUPS,
)
def listener_port_opened(
    protocol: str, port: int, opened: Sequence[tuple[str, int, int]]
) -> Iterator[str]:
    """Find a listener whose port no inbound rule allows.

    :param protocol: of the listener.
    :param opened: protocol (``-1`` for all), first and last port of each rule.
    """
    for transport in TRANSPORTS.get(protocol, ()):
        if not is_opened(transport, port, opened):
            yield f"no inbound rule allows traffic on {transport.upper()} port {port}"


def is_opened(
    transport: str, port: int, opened: Sequence[tuple[str, int, int]], *, last: int | None = None
) -> bool:
    """Tell whether inbound rules allow traffic on a port, or on one port of a range.

    :param transport: ``tcp`` or ``udp``.
    :param opened: protocol (``-1`` for all), first and last port of each rule.
    :param last: the last port of the range.
    """
    end = port if last is None else last
    return any(
        rule == "-1" or (rule == transport and lowest <= end and port <= highest)
        for rule, lowest, highest in opened
    )
