"""What must hold of the networks of a live account: who is let through, packet by packet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.rules import core
from privatelink_constructs.rules.core import Fix, error

if TYPE_CHECKING:
    from collections.abc import Iterator

_ACLS = "https://docs.aws.amazon.com/vpc/latest/userguide/nacl-basics.html"
_REGISTER = (
    "https://docs.aws.amazon.com/elasticloadbalancing/latest/network/"
    "target-group-register-targets.html"
)


@error(
    "load-balancer-client-closed",
    "Inbound rules that are enforced must allow the addresses of the consumer's VPC.",
    why="The source of PrivateLink traffic is the client's own address, not the endpoint's.",
    fix=Fix.same(
        "add an inbound rule for the CIDR block of the clients to the load balancer's security "
        "group, or set EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic to off"
    ),
    url=core.NLB_SECURITY_GROUPS,
)
def clients_allowed(port: str, clients: str, *, allowed: bool | None) -> Iterator[str]:
    """Find clients that no rule of a load balancer allows.

    :param port: the port, with its protocol.
    :param clients: the addresses of the clients, in words.
    :param allowed: whether a rule allows some of them, None if it isn't known.
    """
    if allowed is False:
        yield f"no rule allows {clients} on {port}"


@error(
    "load-balancer-target-closed",
    "The outbound rules of a load balancer must allow its targets.",
    why="The load balancer can't connect to its targets, and its health checks fail.",
    fix=Fix.same(
        "add an outbound rule for the port of the targets, and for the port of the health check, "
        "to the load balancer's security group"
    ),
    url=core.NLB_SECURITY_GROUPS,
)
def targets_allowed(port: int, target: str, *, allowed: bool | None) -> Iterator[str]:
    """Find a target that a load balancer isn't allowed to connect to.

    :param allowed: whether a rule allows it, None if it isn't known.
    """
    if allowed is False:
        yield f"no outbound rule allows port {port} of {target}"


@error(
    "target-closed",
    "The security group of a target must allow the load balancer.",
    why=(
        "Connections and health checks come from the load balancer's private addresses and from "
        "its security group."
    ),
    fix=Fix.same(
        "allow the load balancer's security group, and the CIDR blocks of its subnets, on the "
        "target's port and on the port of the health check"
    ),
    url=_REGISTER,
)
def balancer_allowed(port: int, load_balancer: str, *, allowed: bool | None) -> Iterator[str]:
    """Find a target that a load balancer can't reach.

    :param allowed: whether a rule allows it, None if it isn't known.
    """
    if allowed is False:
        yield f"no inbound rule of the target allows {load_balancer} on port {port}"


@error(
    "network-acl-closed",
    "The network ACL of a subnet must allow traffic in both directions.",
    why="A network ACL is stateless: it needs a rule for the port, and one for the responses.",
    fix=Fix.same(
        "allow the port inbound, and ports 1024-65535 outbound, with a lower rule number than the "
        "rule that denies them"
    ),
    url=_ACLS,
)
def acl_open(subnet: str, direction: str, port: int, *, allowed: bool | None) -> Iterator[str]:
    """Find a network ACL that allows no traffic on a port.

    :param direction: ``inbound`` or ``outbound``.
    :param allowed: whether it allows anybody, None if it isn't known.
    """
    if allowed is False:
        yield f"the network ACL of {subnet} allows no traffic on {direction} port {port}"
