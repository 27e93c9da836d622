"""The rules for the clients of an endpoint."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING

from privatelink_constructs.rules import core
from privatelink_constructs.rules.core import Fix, error, warning

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


@error(
    "client-security-group-missing",
    "A client of an endpoint must have a security group.",
    why="The security group of the endpoint allows the security groups of its clients.",
    fix=Fix.same("use a construct that is in a VPC, or the CIDR blocks of the client"),
    url=core.CREATE_ENDPOINT,
)
def client_connectable(name: str, *, reason: str | None) -> Iterator[str]:
    """Find a client without connections, such as a Lambda function that is in no VPC.

    :param name: the path of the client.
    :param reason: why it has none, in the CDK's words; None if it has.
    """
    if reason is not None:
        yield f"{name} in clients has no security group: {reason}"


@warning(
    "client-security-group-undetermined",
    "A client of an endpoint should have a security group when you pass the client.",
    why=(
        "The security group of the endpoint allows the security groups of its clients. A client "
        "without a security group can't connect."
    ),
    fix=Fix.same(
        "pass the CIDR blocks of the client, or acknowledge this warning if the client gets a "
        "security group later"
    ),
    url=core.CREATE_ENDPOINT,
)
def client_group_present(name: str, *, groups: int) -> Iterator[str]:
    """Find a client whose connections have no security group, such as an empty cluster.

    :param name: the path of the client.
    :param groups: how many security groups it has.
    """
    if not groups:
        yield f"{name} in clients has no security group yet"


@error(
    "client-security-group-region-mismatch",
    "The source security group of a rule must be in the Region of the rule.",
    why="AWS doesn't find a security group of another Region, so it rejects the rule.",
    fix=Fix(
        code="use the CIDR blocks of the clients",
        template="use CidrIp or CidrIpv6 with the CIDR blocks of the clients",
    ),
    url=core.CREATE_ENDPOINT,
)
def client_group_in_region(
    region: str | None, other: str | None, *, argument: str = "clients"
) -> Iterator[str]:
    """Find a security group of another Region among clients; None for what isn't known.

    :param region: the Region of the rule.
    :param other: the Region of the security group.
    """
    if region is not None and other is not None and region != other:
        yield f"a security group in {argument} is in {other}, but its rule would be in {region}"


@error(
    "endpoint-clients-closed",
    "The load balancers of a service must allow the clients of its endpoints.",
    why=(
        "The source of PrivateLink traffic is the client's own address, not the endpoint's. Load "
        "balancers that enforce inbound rules drop the traffic of all others, without an error."
    ),
    fix=Fix(
        code="add the CIDR blocks of the clients to client_cidrs of the service, or omit "
        "client_cidrs",
        template="allow the CIDR blocks of the clients in the security groups of the load "
        "balancers, or set EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic to off",
    ),
    url=core.NLB_SECURITY_GROUPS,
)
def clients_reach_service(clients: Sequence[str], allowed: Sequence[str]) -> Iterator[str]:
    """Find an endpoint whose clients all are dropped by the load balancers of its service.

    :param clients: the CIDR blocks of all clients, none if they aren't known.
    :param allowed: the CIDR blocks that the load balancers allow, none if they aren't known.
    """
    pairs = [(client, block) for client in clients for block in allowed]
    if pairs and not any(overlap(*pair) for pair in pairs):
        yield (
            f"the service allows {', '.join(allowed)}, but the clients of the endpoint are in "
            f"{', '.join(clients)}"
        )


def overlap(left: str, right: str) -> bool:
    """Tell whether two CIDR blocks have addresses in common; of other texts nothing is known."""
    try:
        one, other = (ipaddress.ip_network(text, strict=False) for text in (left, right))
    except ValueError:
        return False
    if isinstance(one, ipaddress.IPv4Network) and isinstance(other, ipaddress.IPv4Network):
        return one.overlaps(other)
    both_v6 = isinstance(one, ipaddress.IPv6Network) and isinstance(other, ipaddress.IPv6Network)
    return both_v6 and one.overlaps(other)
