"""Who can query a Route 53 Resolver endpoint, at which addresses, and what it forwards."""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING

from privatelink_constructs.facts.domain_names import (
    is_in_domain,
    normal_name,
    without_wildcard,
)
from privatelink_constructs.rules.core import Fix, error, is_token, warning
from privatelink_constructs.rules.security_groups import is_everyone

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_GUIDE = "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide"
_INBOUND = f"{_GUIDE}/resolver-forwarding-inbound-queries.html"
_OUTBOUND = f"{_GUIDE}/resolver-forwarding-outbound-queries.html"
_VALUES = f"{_GUIDE}/resolver-forwarding-inbound-queries-values.html"
_RULES = f"{_GUIDE}/resolver-rules-managing.html"
_PRECEDENCE = f"{_GUIDE}/hosted-zone-private-considerations.html"
_SUBNETS = "https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html"
_PORT = 53
_PORTS = range(1, 65536)
_LABEL = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?")
_LONGEST_DOMAIN = 256
_FEWEST_ZONES = 2
_RESERVED_FIRST, _RESERVED_LAST = 4, 1


@error(
    "resolver-clients-missing",
    "An inbound Resolver endpoint must name its clients.",
    why="Its security group drops every query.",
    fix=Fix(
        code="pass the CIDR blocks of the resolvers on premises in clients, such as 192.168.0.0/16",
        template="allow the resolvers on premises in SecurityGroupIngress",
    ),
    url=_INBOUND,
)
def resolver_clients_present(count: int) -> Iterator[str]:
    """Find an inbound endpoint without clients."""
    if not count:
        yield "the list of clients is empty"


@error(
    "resolver-clients-open-to-world",
    "The clients of an inbound Resolver endpoint must be narrower than all addresses.",
    why="Everything that is routed to the VPC could look up the names in it.",
    fix=Fix.same("list the CIDR blocks of the resolvers on premises"),
    url=_VALUES,
)
def resolver_clients_narrow(cidrs: Iterable[str]) -> Iterator[str]:
    """Find CIDR blocks of every address among those that may query an inbound endpoint."""
    for cidr in sorted(set(cidrs)):
        if is_everyone(cidr):
            yield f"{cidr!r} allows every address"


@error(
    "resolver-zones-insufficient",
    "A Resolver endpoint must have addresses in two Availability Zones.",
    why="If its Availability Zone fails, no name resolves.",
    fix=Fix(
        code="select subnets in at least two Availability Zones",
        template="list subnets in at least two Availability Zones in IpAddresses",
    ),
    url=_VALUES,
)
def resolver_zones_sufficient(zones: int | None) -> Iterator[str]:
    """Find a Resolver endpoint in a single Availability Zone; None where it isn't known."""
    if zones is not None and 0 < zones < _FEWEST_ZONES:
        yield "all addresses are in one Availability Zone"


@error(
    "resolver-address-malformed",
    "The address of a Resolver endpoint must be an IPv4 address.",
    why="AWS rejects any other.",
    fix=Fix.same("use an address such as 10.0.0.10"),
    url=_VALUES,
)
def resolver_address_well_formed(address: str) -> Iterator[str]:
    """Find what isn't an IPv4 address; tokens pass."""
    if not is_token(address) and _address(address) is None:
        yield f"{address!r} is not a valid IPv4 address"


@error(
    "resolver-address-duplicate",
    "Each address of a Resolver endpoint must be different.",
    why="AWS rejects the second one.",
    fix=Fix.same("list each address once"),
    url=_VALUES,
)
def resolver_addresses_distinct(addresses: Sequence[str]) -> Iterator[str]:
    """Find an address that a Resolver endpoint has twice."""
    for address in sorted({it for it in addresses if addresses.count(it) > 1}):
        yield f"{address} is listed {addresses.count(address)} times"


@error(
    "resolver-address-mismatch",
    "The address of a Resolver endpoint must be in its subnet.",
    why="AWS rejects any other.",
    fix=Fix(
        code=(
            "use addresses of the selected subnets; where their CIDR blocks aren't known, one for "
            "each subnet, in their order"
        ),
        template="use an address of the subnet in SubnetId",
    ),
    url=_VALUES,
)
def resolver_address_in_subnet(address: str, subnets: Sequence[str]) -> Iterator[str]:
    """Find an address that is in none of some subnets.

    :param subnets: the CIDR blocks of the subnets that it can be in; none if they aren't known.
    """
    found = _address(address)
    ranges = [ipaddress.ip_network(it, strict=False) for it in subnets]
    if found is not None and ranges and not any(found in it for it in ranges):
        yield f"{address} is not in {' or '.join(subnets)}"


@error(
    "resolver-address-count-mismatch",
    "Each subnet of a Resolver endpoint must have an address where their CIDR blocks aren't known.",
    why="Otherwise, it isn't known which address belongs to which subnet.",
    fix=Fix(
        code=(
            "pass one address for each subnet in ip_addresses, or import the subnets with their "
            "ipv4_cidr_block"
        ),
        template="set Ip of each entry in IpAddresses",
    ),
    url=_VALUES,
)
def resolver_addresses_assigned(addresses: int, subnets: int) -> Iterator[str]:
    """Find another number of addresses than of subnets."""
    if addresses != subnets:
        yield f"ip_addresses has {addresses} addresses, the endpoint {subnets} subnets"


@error(
    "resolver-address-not-supported",
    "The address of a Resolver endpoint must be one that AWS doesn't reserve.",
    why="AWS reserves the first four addresses and the last one of each subnet.",
    fix=Fix.same("use another address of the subnet"),
    url=_SUBNETS,
)
def resolver_address_free(address: str, subnets: Sequence[str]) -> Iterator[str]:
    """Find an address that AWS reserves in its subnet.

    :param subnets: the CIDR blocks of the subnets that it can be in.
    """
    found = _address(address)
    for each in subnets:
        network = ipaddress.ip_network(each, strict=False)
        if found is not None and found in network:
            position = int(found) - int(network.network_address)
            if position < _RESERVED_FIRST or position >= network.num_addresses - _RESERVED_LAST:
                yield f"{address} is reserved in {each}"


def _address(text: str) -> ipaddress.IPv4Address | None:
    try:
        return ipaddress.IPv4Address(text)
    except ValueError:
        return None


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
    "The target of a forwarding rule must be an IPv4 address, with or without a port.",
    why="AWS rejects the rule.",
    fix=Fix(
        code="use an address such as 192.168.0.10, or 192.168.0.10:5353 for another port",
        template="set Ip to an IPv4 address, and Port to a number from 1 to 65535",
    ),
    url=_OUTBOUND,
)
def forwarding_target_well_formed(target: str) -> Iterator[str]:
    """Find what isn't an address with a port; tokens pass."""
    address, port = split_target(target)
    if is_token(target):
        return
    if _address(address) is None or port not in _PORTS:
        yield f"{target!r} is not a valid target"


def split_target(target: str) -> tuple[str, int | None]:
    """Return the address and the port of a target, None for what isn't a port."""
    if is_token(target):
        return target, _PORT
    address, colon, port = target.partition(":")
    if not colon:
        return address, _PORT
    return address, int(port) if re.fullmatch(r"\d{1,5}", port, re.ASCII) else None


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
