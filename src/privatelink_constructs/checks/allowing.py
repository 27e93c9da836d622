"""What rules of security groups and of network ACLs let through, as far as it is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs._values import internal_value
from privatelink_constructs.inventory.networks import inbound_rules, outbound_rules
from privatelink_constructs.rules.clients import overlap
from privatelink_constructs.rules.security_groups import is_opened

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from privatelink_constructs.cloudformation.model import Model
    from privatelink_constructs.cloudformation.resource import Resource, Value
    from privatelink_constructs.inventory.networks import InboundRule

_ANYWHERE = frozenset({"0.0.0.0/0", "::/0"})
_ALL_PROTOCOLS, _NUMBERS = "-1", {"tcp": "6", "udp": "17"}
_GROUPS = ("SourceSecurityGroupId", "DestinationSecurityGroupId")
_LISTS = ("SourcePrefixListId", "DestinationPrefixListId")


@internal_value
class Peers:
    """Who is on the other side of a connection.

    :param networks: CIDR blocks or addresses.
    :param groups: the IDs of their security groups, None if they aren't known.
    """

    networks: Sequence[str]
    groups: Sequence[str] | None = ()


def rules_of_groups(
    model: Model, groups: Iterable[Resource], direction: str
) -> list[InboundRule] | None:
    """Return the rules of several security groups, None when not all of them are known.

    :param direction: ``Ingress`` or ``Egress``.
    """
    read = inbound_rules if direction == "Ingress" else outbound_rules
    found: list[InboundRule] = []
    for group in groups:
        there = read(model, group)
        if there is None:
            return None
        found += there
    return found


def allowed(
    rules: Sequence[InboundRule] | None, transport: str, port: int, peers: Peers
) -> bool | None:
    """Tell whether rules allow some of the peers on a port, None where it is not known."""
    if rules is None or not (peers.networks or peers.groups):
        return None
    answers = [
        _matches(rule.value, peers)
        for rule in rules
        if is_opened(transport, port, [(rule.protocol, rule.first, rule.last)])
    ]
    return True if True in answers else (None if None in answers else False)


def _matches(rule: Value, peers: Peers) -> bool | None:
    if any(not rule.get(name).absent for name in _LISTS):
        return None
    for name in _GROUPS:
        value = rule.get(name)
        group = value.target()
        if not value.absent:
            own = group.logical_id if group else value.text
            return None if peers.groups is None else own in peers.groups
    cidr = rule.get("CidrIp").text or rule.get("CidrIpv6").text
    return any(overlap(cidr, network) for network in peers.networks) if cidr else None


def acl_allows(entries: Sequence[Value], *, egress: bool, transport: str, port: int) -> bool:
    """Tell whether the entries of a network ACL allow anybody on a port.

    The entry with the lowest number that matches decides.
    """
    own = [each for each in entries if (each.get("Egress").boolean or False) is egress]
    for entry in sorted(own, key=lambda each: each.get("RuleNumber").number or 0):
        if not _covers(entry, transport, port):
            continue
        if entry.get("RuleAction").text == "allow":
            return True
        if (entry.get("CidrBlock").text or entry.get("Ipv6CidrBlock").text) in _ANYWHERE:
            return False
    return False


def _covers(entry: Value, transport: str, port: int) -> bool:
    protocol = entry.get("Protocol").text
    if protocol == _ALL_PROTOCOLS:
        return True
    first, last = entry.get("PortRange", "From").number, entry.get("PortRange", "To").number
    named = protocol in {transport, _NUMBERS.get(transport)}
    return named and first is not None and last is not None and first <= port <= last
