"""What several classes of checks read out of subnets and security groups."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from privatelink_constructs.checks.model import Model
    from privatelink_constructs.checks.template import Resource
    from privatelink_constructs.checks.values import Value

SECURITY_GROUP = "AWS::EC2::SecurityGroup"
SUBNET = "AWS::EC2::Subnet"
_ZONES = ("AvailabilityZone", "AvailabilityZoneId")
_INGRESS = "AWS::EC2::SecurityGroupIngress"
_PROTOCOLS = {"-1": "-1", "6": "tcp", "17": "udp", "tcp": "tcp", "udp": "udp"}


@dataclass(frozen=True)
class Rule:
    """An inbound rule of a security group.

    :param value: the rule as it is written.
    :param protocol: ``tcp``, ``udp``, ``-1`` for all, or whatever else is written.
    :param first: the first port.
    :param last: the last port.
    """

    value: Value
    protocol: str
    first: int
    last: int

    @property
    def cidr(self) -> str | None:
        """The range that it admits, None when it admits something else or isn't known."""
        return self.value.get("CidrIp").text or self.value.get("CidrIpv6").text

    @property
    def everyone(self) -> bool:
        """Whether it admits every address."""
        try:
            network = ipaddress.ip_network(self.cidr or "", strict=False)
        except ValueError:
            return False
        return network.prefixlen == 0


def inbound_values(model: Model, group: Resource) -> Iterator[Value]:
    """Yield the inbound rules of a group as they are written, wherever that is."""
    yield from group.get("SecurityGroupIngress").each()
    for value in model.referrers(group):
        other = value.resource
        if other.type == _INGRESS and other.get("GroupId").target() is group:
            yield other.value


def _may_be_for(value: Value, group: Resource) -> bool:
    """Tell whether a rule may be for a group, where a condition chooses among several."""
    owner = value.resource.type == _INGRESS and value.path == "Properties.GroupId"
    return owner and value.target() is not group


def inbound_rules(model: Model, group: Resource) -> list[Rule] | None:
    """Return the inbound rules of a group, None when not all of them can be known."""
    if group.type != SECURITY_GROUP or not model.complete or model.handed_out(group):
        return None
    if group.get("SecurityGroupIngress").items() is None:
        return None
    if any(_may_be_for(value, group) for value in model.referrers(group)):
        return None
    rules = [_rule(value) for value in inbound_values(model, group)]
    known = [rule for rule in rules if rule is not None]
    return known if len(known) == len(rules) else None


def visible_rules(model: Model, group: Resource) -> list[Rule]:
    """Return those inbound rules of a group that can be known."""
    rules = [_rule(value) for value in inbound_values(model, group)]
    return [rule for rule in rules if rule is not None]


def _rule(value: Value) -> Rule | None:
    protocol = value.get("IpProtocol").text
    if protocol is None:
        return None
    protocol = _PROTOCOLS.get(protocol.lower(), protocol.lower())
    if protocol == "-1":
        return Rule(value, protocol, 0, 65535)
    first, last = value.get("FromPort").number, value.get("ToPort").number
    if first is None or last is None:
        return None
    if (first, last) == (-1, -1):
        return Rule(value, protocol, 0, 65535)
    return Rule(value, protocol, int(first), int(last))


def zone_key(subnet: Value) -> str | None:
    """Return a key that is equal for subnets in one Availability Zone, None when it isn't known.

    :param subnet: a property that refers to a subnet.
    """
    resource = subnet.target(SUBNET)
    if resource is None:
        return None
    for name in _ZONES:
        key = _zone(resource, name).key
        if key is not None:
            return key
    return None


def _zone(subnet: Resource, name: str) -> Value:
    zone, seen = subnet.get(name), {subnet}
    # A subnet may be where another one is.
    while (other := zone.reference) and other.resource.type == SUBNET and other.attribute == name:
        if other.resource in seen or other.resource.get(name).absent:
            break
        seen.add(other.resource)
        zone = other.resource.get(name)
    return zone


def has_ipv6(model: Model, subnet: Resource) -> bool | None:
    """Tell whether a subnet has an IPv6 range, None when that can't be known."""
    names = ("Ipv6CidrBlock", "Ipv6NetmaskLength", "Ipv6IpamPoolId", "Ipv6Native")
    values = [subnet.get(name) for name in names]
    attached = any(
        value.resource.type == "AWS::EC2::SubnetCidrBlock" for value in model.referrers(subnet)
    )
    if attached or any(value.text not in {None, "false"} or value.reference for value in values):
        return True
    if any(value.unknown for value in values) or not model.complete or model.handed_out(subnet):
        return None
    return False
