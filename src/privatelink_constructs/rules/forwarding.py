"""What Route 53 Resolver forwards: domains, targets, and the VPCs that a rule is for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from privatelink_constructs.facts.address_space import address_of, network_of
from privatelink_constructs.facts.domain_names import (
    is_in_domain,
    normal_name,
    without_wildcard,
)
from privatelink_constructs.rules.core import Fix, error, is_token, warning
from privatelink_constructs.rules.resolver_endpoints import family_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

_GUIDE = "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide"
_OUTBOUND = f"{_GUIDE}/resolver-forwarding-outbound-queries.html"
_RULES = f"{_GUIDE}/resolver-rules-managing.html"
_PRECEDENCE = f"{_GUIDE}/hosted-zone-private-considerations.html"
_CREATE_RULE = (
    "https://docs.aws.amazon.com/Route53/latest/APIReference/"
    "API_route53resolver_CreateResolverRule.html"
)
_PORT = 53
_PORTS = range(1, 65536)
_LABEL = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?")
_LONGEST_DOMAIN = 256
_OWN_RESOLVERS = ("169.254.169.253", "fd00:ec2::253")
"""The addresses of a VPC's own resolver that are the same in every VPC."""


@error(
    "forwarding-domain-malformed",
    "The domain of a forwarding rule must be a domain name.",
    why="AWS rejects the rule.",
    fix=Fix.same("use a domain such as corp.example.com, or a single dot for all names"),
    url=_RULES,
)
def forwarding_domain_well_formed(domain: str) -> Iterator[str]:
    """Find what isn't a domain name; tokens pass."""
    if is_token(domain) or domain == ".":
        return
    labels = domain.removesuffix(".").split(".")
    if len(domain) > _LONGEST_DOMAIN or not all(map(_LABEL.fullmatch, labels)):
        yield f"{domain!r} is not a valid domain name"


@error(
    "forwarding-domain-duplicate",
    "A VPC must have only one forwarding rule for a domain.",
    why="AWS rejects the association of a second rule for the same domain.",
    fix=Fix.same("list all targets in one rule"),
    url=_RULES,
)
def forwarding_domain_free(domain: str, taken: Iterable[str]) -> Iterator[str]:
    """Find a domain that a VPC has a forwarding rule for.

    :param taken: the domains of the VPC's forwarding rules.
    """
    if normal_name(domain) in set(map(normal_name, taken)):
        yield f"{domain!r} is forwarded by another rule of the VPC"


@error(
    "forwarding-target-missing",
    "A forwarding rule must have a target.",
    why="AWS rejects the rule.",
    fix=Fix(
        code="pass the addresses of the resolvers on premises in targets",
        template="list the addresses of the resolvers on premises in TargetIps",
    ),
    url=_OUTBOUND,
)
def forwarding_target_present(count: int | None) -> Iterator[str]:
    """Find a forwarding rule without targets; None when their number isn't known."""
    if count == 0:
        yield "the rule has no target"


@error(
    "forwarding-target-malformed",
    "The target of a forwarding rule must be an IPv4 or IPv6 address, with or without a port.",
    why="AWS rejects the rule.",
    fix=Fix(
        code="use an address such as 192.168.0.10, or 192.168.0.10:5353 for another port",
        template=(
            "set Ip to an IPv4 address or Ipv6 to an IPv6 address, and Port to a number from 1 to "
            "65535"
        ),
    ),
    url=_OUTBOUND,
)
def forwarding_target_well_formed(target: str, *, family: str | None = None) -> Iterator[str]:
    """Find what isn't an address with a port; tokens pass.

    :param family: ``ipv4`` or ``ipv6`` for an address without a port, as templates have them.
        Default: either, with or without a port.
    """
    if is_token(target):
        return
    if family is None:
        address, port = split_target(target)
        valid = family_of(address) is not None and port in _PORTS
    else:
        valid = family_of(target) == family
    if not valid:
        yield f"{target!r} is not a valid target"


def split_target(target: str) -> tuple[str, int | None]:
    """Return the address and the port of a target, None for what isn't a port.

    An IPv6 address with a port is in brackets, such as ``[fd00::10]:5353``.
    """
    if is_token(target):
        return target, _PORT
    within = re.fullmatch(r"\[([0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*)\](?::(.*))?", target)
    if within:
        address, port = within[1], within[2]
    elif target.count(":") > 1:
        address, port = target, None
    else:
        address, colon, rest = target.partition(":")
        port = rest if colon else None
    if port is None:
        return address, _PORT
    return address, int(port) if re.fullmatch(r"\d{1,5}", port, re.ASCII) else None


def joined_target(address: str, port: float) -> str:
    """Return an address and a port as one target."""
    return f"[{address}]:{port:g}" if ":" in address else f"{address}:{port:g}"


@error(
    "forwarding-targets-conflict",
    "The targets of a forwarding rule must be either IPv4 or IPv6 addresses.",
    why="AWS rejects a rule with both.",
    fix=Fix.same("use addresses of one family for all targets of a rule"),
    url=_CREATE_RULE,
)
def forwarding_targets_alike(addresses: Iterable[str]) -> Iterator[str]:
    """Find a rule with targets of both address families; tokens pass."""
    first = {family_of(it): it for it in sorted(addresses, reverse=True)}
    if {"ipv4", "ipv6"} <= first.keys():
        yield f"the rule has the targets {first['ipv4']!r} and {first['ipv6']!r}"


@error(
    "forwarding-target-address-family-mismatch",
    "The targets of a forwarding rule must be of the address type of the outbound endpoint.",
    why="The endpoint can send no query to addresses of another family.",
    fix=Fix(
        code="use targets of that family, or another ip_address_type of the endpoint",
        template="use targets of that family, or another ResolverEndpointType",
    ),
    url=_OUTBOUND,
)
def forwarding_target_of_type(address: str, families: Collection[str]) -> Iterator[str]:
    """Find a target of a family that an outbound endpoint doesn't have; tokens pass.

    :param families: the address families of the endpoint, none if they aren't known.
    """
    found = family_of(address)
    if families and found is not None and found not in families:
        yield f"the outbound endpoint has no address of the family of the target {address!r}"


@error(
    "forwarding-target-conflict",
    "The target of a forwarding rule must not be an inbound endpoint of a VPC that uses the rule.",
    why="AWS rejects the association (RSLVR-00804), because the query would return to the rule.",
    fix=Fix(
        code=(
            "use resolvers on premises as targets, or associate the rule only with VPCs other than "
            "that of the inbound endpoint"
        ),
        template=(
            "use resolvers on premises in TargetIps, or associate the rule only with VPCs other "
            "than that of the inbound endpoint"
        ),
    ),
    url=f"{_GUIDE}/best-practices-resolver-endpoints.html",
)
def forwarding_target_elsewhere(targets: Iterable[str], inbound: Iterable[str]) -> Iterator[str]:
    """Find targets that are addresses of an inbound endpoint in the same VPC.

    :param targets: the addresses of the targets.
    :param inbound: the fixed addresses of inbound endpoints of the VPC.
    """
    known = {address_of(it) for it in inbound}
    for target in sorted(set(targets)):
        found = address_of(target)
        if found is not None and found in known:
            yield f"the target {target!r} is an inbound endpoint of the VPC that uses the rule"


@warning(
    "forwarding-target-ineffective",
    "The target of a forwarding rule should be a resolver outside of the VPC.",
    why=(
        "No query arrives there, or it returns to the VPC's own resolver, which forwards it again."
    ),
    fix=Fix.same("use the addresses of the resolvers on premises"),
    url="https://docs.aws.amazon.com/vpc/latest/userguide/AmazonDNS-concepts.html",
)
def forwarding_target_effective(target: str, vpc: str | None) -> Iterator[str]:
    """Find a target that is the VPC's own resolver, or an address that no host on premises has.

    :param target: the address of the target; tokens pass.
    :param vpc: the first IPv4 CIDR block of the VPC, None if it isn't known.
    """
    found, network = address_of(target), network_of(vpc)
    if found is None:
        return
    own = [address_of(it) for it in _OWN_RESOLVERS]
    if network is not None:
        own.append(network.network_address + 2)
    if found in own:
        yield f"the target {target!r} is the VPC's own resolver"
    elif found.is_loopback or found.is_unspecified or found.is_multicast or found.is_reserved:
        yield f"the target {target!r} is not the address of a host"


@error(
    "forwarding-endpoint-not-supported",
    "A forwarding rule must use an outbound Resolver endpoint.",
    why="AWS rejects a rule with an inbound endpoint, which only receives queries.",
    fix=Fix(
        code="pass an outbound endpoint",
        template="set ResolverEndpointId to an endpoint with Direction OUTBOUND",
    ),
    url=_OUTBOUND,
)
def forwarding_endpoint_outbound(name: str, direction: str | None) -> Iterator[str]:
    """Find a forwarding rule whose endpoint can't forward.

    :param name: the name of the endpoint.
    :param direction: its direction, None when it isn't known.
    """
    if direction not in {None, "OUTBOUND"}:
        yield f"the direction of {name} is {direction}"


@error(
    "forwarding-vpc-account-mismatch",
    "A forwarding rule must be associated only with VPCs of its own account.",
    why="CloudFormation can't associate a VPC of another account.",
    fix=Fix(
        code=(
            "share the rule with share_with, and associate the VPC in its own account with "
            "route53resolver.CfnResolverRuleAssociation"
        ),
        template="share the rule through AWS RAM, and associate the VPC in its own account",
    ),
    url=f"{_GUIDE}/resolver-rules-managing-sharing.html",
)
def forwarding_vpc_in_account(vpc: str | None, rule: str | None) -> Iterator[str]:
    """Find a rule that is associated with a VPC of another account; None for unknown accounts.

    :param vpc: the account of the VPC.
    :param rule: the account that the rule is associated in.
    """
    if vpc and rule and vpc != rule:
        yield f"the VPC is in account {vpc}, but its rule is associated in {rule}"


@warning(
    "forwarded-name-shadowed",
    "A forwarding rule should not hide a name of an endpoint.",
    why=(
        "A forwarding rule for the same domain takes precedence over a hosted zone and over "
        "private DNS, so queries for the endpoint go to the targets of the rule."
    ),
    fix=Fix.same(
        "forward a domain that contains no name of an endpoint, or acknowledge that the targets "
        "answer it"
    ),
    url=_PRECEDENCE,
)
def forwarded_names_unshadowed(domain: str, names: Iterable[str]) -> Iterator[str]:
    """Find names that a forwarding rule hides, or hides names below.

    The more specific of two domains wins, so a rule for a domain above a name hides nothing.

    :param domain: the domain of the rule.
    :param names: the names of endpoints in the VPC, wildcards included.
    """
    for name in sorted({normal_name(without_wildcard(it)) for it in names}):
        if normal_name(domain) == name:
            yield f"{name!r} is forwarded, so the endpoint isn't found by this name"
        elif is_in_domain(domain, name):
            yield f"{domain!r} is forwarded, which is below {name!r} of an endpoint"
