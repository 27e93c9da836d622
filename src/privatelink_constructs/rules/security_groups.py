"""What the security groups of load balancers and endpoints allow."""

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
    why="AWS rejects the rule of the security group.",
    fix=Fix(
        code=(
            "use a CIDR block such as 10.0.0.0/16, ec2.Peer.prefix_list(...) for a prefix list, or "
            "a security group of the app"
        ),
        template="use a CIDR block such as 10.0.0.0/16",
    ),
    url=core.NLB_SECURITY_GROUPS,
)
def client_cidr_well_formed(cidr: str, *, version: int | None = None) -> Iterator[str]:
    """Find what isn't a valid CIDR block.

    :param version: 4 or 6, the only one that is possible. Default: either.
    """
    try:
        # Python takes an interface after the address, as in fe80::%eth0.
        network = ipaddress.ip_network(cidr.replace("%", "/"), strict=False)
    except ValueError:
        yield f"{cidr!r} is no CIDR"
    else:
        if not re.search(_PREFIX_LENGTH, cidr):
            yield f"{cidr!r} has no prefix length"
        if version not in {None, network.version}:
            yield f"{cidr!r} is no IPv{version} range"


@error(
    "cidr-prefix-length-mismatch",
    "The address of a CIDR block must be the first one of its prefix.",
    why=(
        "EC2 cuts the other bits off. Two blocks can then be one rule, and a block can allow more "
        "addresses than you meant."
    ),
    fix=Fix.same("use the first address, or the prefix length that you mean"),
    url=_RULE_DESCRIPTION,
)
def cidr_without_host_bits(cidr: str) -> Iterator[str]:
    """Find host bits in a CIDR block."""
    try:
        network = ipaddress.ip_network(cidr, strict=False)
    except ValueError:
        return
    if ipaddress.ip_address(cidr.partition("/")[0]) != network.network_address:
        yield f"{cidr!r} has host bits: the CIDR block of this prefix length is {network}"


@warning(
    "client-cidr-open-to-world",
    "A client CIDR block should be narrower than all addresses.",
    why="A rule that allows every address has no effect.",
    fix=Fix(
        code=(
            "list the clients' CIDR blocks, or leave client_cidrs out and rely on principals and "
            "acceptance"
        ),
        template=(
            "list the clients' CIDR blocks, or remove the inbound rules, set "
            "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic to off, and rely on principals "
            "and acceptance"
        ),
    ),
    url=core.NLB_SECURITY_GROUPS,
)
def client_cidr_narrow(cidr: str, *, where: str = "") -> Iterator[str]:
    """Find a CIDR block that contains every address.

    :param where: the load balancer and the port that it reaches, as a message says it.
    """
    if is_everyone(cidr):
        yield f"{cidr} admits every address{where}"


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
        "Without client_cidrs, targets see the addresses of the load balancers and must allow them."
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
    """Find that nobody knows which addresses targets have to allow.

    :param subnets: the CIDR blocks of the load balancers' subnets, none unless all are known.
    :param vpc: that of the VPC, None when it isn't known.
    """
    if not subnets and vpc is None:
        yield "the ranges of the subnets and of the VPC are unknown"


@warning(
    "subnet-cidr-undetermined",
    "The CIDR blocks of the load balancers' subnets should be known.",
    why="Otherwise, targets allow the whole CIDR block of the VPC.",
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
    """Find that targets have to allow the whole VPC.

    :param subnets: the CIDR blocks of the load balancers' subnets, none unless all are known.
    :param vpc: that of the VPC, perhaps a token, None when it isn't known.
    """
    if not subnets and vpc is not None:
        yield f"targets admit the VPC's range {'' if is_token(vpc) else vpc}".strip()


@warning(
    "target-security-group-undetermined",
    "The security groups of targets should allow the load balancers.",
    why="The construct can't change the security groups of IP addresses and imported targets.",
    fix=Fix(
        code="allow the load balancers there, then acknowledge this warning",
        template="allow the load balancers in the targets' SecurityGroupIngress",
    ),
    url=_REGISTER_TARGETS,
)
def target_rules_managed(
    targets: Collection[str], *, ways: Collection[str], sources: str
) -> Iterator[str]:
    """Find targets whose security groups somebody else has to open.

    :param targets: those whose security groups aren't in reach.
    :param ways: protocols and ports, such as ``tcp 443``.
    :param sources: the load balancers' addresses, as the message should name them.
    """
    if targets:
        yield (
            f"the security groups of {', '.join(sorted(targets))} have to admit "
            f"{' and '.join(sorted(ways))} from {sources}"
        )


@warning(
    "target-cidr-undetermined",
    "The outbound rules of load balancers should cover the CIDR blocks of all targets.",
    why=(
        "An imported VPC tells only its first CIDR block. Traffic and health checks to targets in "
        "another one are dropped."
    ),
    fix=Fix(
        code=(
            "import the subnets with their CIDR blocks, or add outbound rules with "
            "service.connections.allow_to(...) where they are missing and acknowledge this warning"
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
    "A security group should have at most 60 inbound and 60 outbound rules per address family.",
    why="AWS rejects more rules, unless the quota was raised.",
    fix=Fix(
        code=(
            "merge CIDR blocks, use an ECS service or an Auto Scaling group as the target, which "
            "needs only one rule, or have the quota raised and acknowledge this warning"
        ),
        template=(
            "merge CIDR blocks, refer to security groups or prefix lists, or have the quota raised "
            "and acknowledge this warning"
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
    "The number of entries of prefix lists should be known where a security group has many rules.",
    why=(
        "A prefix list counts for as many rules as it can have entries (MaxEntries, or the weight "
        "of a list of AWS). AWS rejects more than 60 rules per address family, unless the quota "
        "was raised."
    ),
    fix=Fix(
        code=(
            "use fewer ports, or a range of ports such as '1024-65535', or check the MaxEntries of "
            "the prefix lists and acknowledge this warning"
        ),
        template=(
            "use fewer rules, with ranges of ports, or check the MaxEntries of the prefix lists "
            "and acknowledge this warning"
        ),
    ),
    url="https://docs.aws.amazon.com/vpc/latest/userguide/working-with-aws-managed-prefix-lists.html",
)
def security_group_rule_count_known(*, rules: int, lists: int, direction: str) -> Iterator[str]:
    """Find prefix lists that nobody knows the size of, and that may be more than there is room for.

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
            "set enforce_security_group_inbound_rules_on_private_link_traffic to True or False; on "
            'a CfnLoadBalancer, to "on" or "off"'
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
        yield f"{value!r} is neither on nor off"


@warning(
    "inbound-rules-enforcement-ineffective",
    "A load balancer that enforces inbound rules should have a security group.",
    why="Without a security group the setting has no effect: every connection is allowed.",
    fix=Fix(
        code="pass security_groups when you create the load balancer, or leave the setting out",
        template=(
            "list SecurityGroups when you create the load balancer, or leave "
            "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic out"
        ),
    ),
    url=core.NLB_SECURITY_GROUPS,
)
def enforcement_effective(value: str | None, *, groups: int | None) -> Iterator[str]:
    """Find that inbound rules are enforced where there are none.

    :param groups: how many security groups there are, None when it isn't known.
    """
    if is_enforced(value) and groups == 0:
        yield "enforcement is on without a security group"


def is_enforced(value: str | None) -> bool:
    """Tell whether the enforcement is switched on explicitly."""
    return value in {"on", "true"}


@error(
    "load-balancer-port-closed",
    "Inbound rules that are enforced must allow clients on the port of each listener.",
    why="PrivateLink traffic that no rule allows is dropped, though the endpoint is available.",
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
    """Find a listener that inbound rules allow nobody to reach.

    :param protocol: of the listener.
    :param opened: protocol (``-1`` for all), first and last port of each rule.
    """
    for transport in TRANSPORTS.get(protocol, ()):
        if not is_opened(transport, port, opened):
            yield f"no rule admits anybody on {transport} port {port}"


def is_opened(
    transport: str, port: int, opened: Sequence[tuple[str, int, int]], *, last: int | None = None
) -> bool:
    """Tell whether inbound rules allow anybody on a port, or on one of a range.

    :param transport: ``tcp`` or ``udp``.
    :param opened: protocol (``-1`` for all), first and last port of each rule.
    :param last: the last port of the range.
    """
    end = port if last is None else last
    return any(
        rule == "-1" or (rule == transport and lowest <= end and port <= highest)
        for rule, lowest, highest in opened
    )
