"""What can be read out of VPCs, subnets, and security groups."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import TYPE_CHECKING

from privatelink_constructs.cloudformation.resource import resource_of
from privatelink_constructs.facts.resource_ids import is_id
from privatelink_constructs.inventory.types import (
    SECURITY_GROUP,
    SECURITY_GROUP_EGRESS,
    SECURITY_GROUP_INGRESS,
    SUBNET,
    SUBNET_CIDR_BLOCK,
    VPC,
    VPC_CIDR_BLOCK,
)

if TYPE_CHECKING:
    from privatelink_constructs.cloudformation.model import Model
    from privatelink_constructs.cloudformation.resource import Resource, Value

ZONE_BY_POSITION = re.compile(r"<.*:Fn::Select\((?P<position>\d+),<[^<>]*:Fn::GetAZs\(.*\)>\)>")
"""The key of an Availability Zone that a template selects from its Region."""
_ZONES = ("AvailabilityZone", "AvailabilityZoneId")
_LITERAL_ZONE = re.compile(r"[a-z]{2}[a-z0-9-]{1,60}")
_ZONE_ID = re.compile(r"[a-z0-9]+-[a-z]+\d+")
_OWNER = "Properties.GroupId"
_RULES = {"Egress": SECURITY_GROUP_EGRESS, "Ingress": SECURITY_GROUP_INGRESS}
PROTOCOLS = {
    "-1": "-1",
    "all": "-1",
    "1": "icmp",
    "6": "tcp",
    "17": "udp",
    "58": "icmpv6",
    **{name: name for name in ("icmp", "icmpv6", "tcp", "udp")},
}
"""Protocols as rules of security groups write them, each with the one of its names that we use.

:see: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpPermission.html
"""


@dataclass(frozen=True)
class InboundRule:
    """An inbound rule of a security group, or an outbound one.

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
        """The CIDR block that it allows, None if it allows something else or isn't known."""
        return range_of(self.value)


def range_of(rule: Value) -> str | None:
    """Return the CIDR block of a rule as it is written, None if there is none or it isn't known."""
    return rule.get("CidrIp").text or rule.get("CidrIpv6").text


def rules_of(model: Model, group: Resource, direction: str = "Ingress") -> list[Value]:
    """Return the rules of a group as they are written, wherever that is.

    :param direction: ``Ingress`` or ``Egress``.
    """
    # A rule can contain its group twice, if the group allows itself.
    apart = dict.fromkeys(
        value.resource
        for value in model.referrers(group, _RULES[direction])
        if value.resource.get("GroupId").target() is group
    )
    inline = group.get(f"SecurityGroup{direction}").each()
    return [*inline, *(resource.value for resource in apart)]


def inbound_rules(model: Model, group: Resource) -> list[InboundRule] | None:
    """Return the inbound rules of a group, None when not all of them can be known."""
    return _all_rules(model, group, "Ingress")


def rules_of_groups(model: Model, groups: Value) -> list[InboundRule] | None:
    """Return the inbound rules of several groups, None when not all of them can be known.

    :param groups: a list of security groups.
    """
    found: list[InboundRule] = []
    for value in groups.each():
        group = value.target(SECURITY_GROUP)
        there = inbound_rules(model, group) if group else None
        if there is None:
            return None
        found += there
    return found


def outbound_rules(model: Model, group: Resource) -> list[InboundRule] | None:
    """Return the outbound rules of a group, None when not all of them can be known.

    A group without any allows everything.
    """
    rules = _all_rules(model, group, "Egress")
    return rules if rules is None or rules else [InboundRule(group.value, "-1", 0, 65535)]


def _all_rules(model: Model, group: Resource, direction: str) -> list[InboundRule] | None:
    if group.type != SECURITY_GROUP or not model.complete or model.handed_out(group):
        return None
    if group.get(f"SecurityGroup{direction}").items() is None:
        return None
    apart = model.referrers(group, _RULES[direction])
    named = (each for each in apart if each.path == _OWNER)
    # A condition may choose among several groups.
    if any(value.target() is not group for value in named):
        return None
    rules = [_rule(value) for value in rules_of(model, group, direction)]
    known = [rule for rule in rules if rule is not None]
    return known if len(known) == len(rules) else None


def visible_rules(model: Model, group: Resource) -> list[InboundRule]:
    """Return those inbound rules of a group that can be known."""
    rules = [_rule(value) for value in rules_of(model, group)]
    return [rule for rule in rules if rule is not None]


def _rule(value: Value) -> InboundRule | None:
    protocol = value.get("IpProtocol").text
    if protocol is None:
        return None
    protocol = PROTOCOLS.get(protocol.lower(), protocol.lower())
    if protocol == "-1":
        return InboundRule(value, protocol, 0, 65535)
    first, last = value.get("FromPort").number, value.get("ToPort").number
    if first is None or last is None:
        return None
    if (first, last) == (-1, -1):
        return InboundRule(value, protocol, 0, 65535)
    return InboundRule(value, protocol, int(first), int(last))


def zone_key(subnet: Value) -> str | None:
    """Return a key that is equal for subnets in one Availability Zone, None when it isn't known.

    :param subnet: a property that refers to a subnet.
    """
    resource = subnet.target(SUBNET)
    return None if resource is None else zone_of(resource)


def zone_of(subnet: Resource) -> str | None:
    """Return a key that is equal for subnets in one Availability Zone, None when it isn't known."""
    keys = (_zone(subnet, name).key for name in _ZONES)
    return next((key for key in keys if key is not None), None)


def zones_apart(left: str, right: str) -> bool:
    """Tell whether it is certain that two keys are of different Availability Zones."""
    if left == right:
        return False
    if is_literal_zone(left) and is_literal_zone(right):
        # A name and an ID may be of one zone.
        return bool(_ZONE_ID.fullmatch(left)) == bool(_ZONE_ID.fullmatch(right))
    return bool(ZONE_BY_POSITION.fullmatch(left)) and _without_position(left) == _without_position(
        right
    )


def is_literal_zone(key: str) -> bool:
    """Tell whether a key is the name or the ID of an Availability Zone."""
    return bool(_LITERAL_ZONE.fullmatch(key))


def _without_position(key: str) -> str:
    match = ZONE_BY_POSITION.fullmatch(key)
    return f"{key[: match.start('position')]}{key[match.end('position') :]}" if match else key


def zone_texts(subnet: Value) -> list[str]:
    """Return the name and the ID of a subnet's zone, as far as they are written.

    :param subnet: a property that refers to a subnet.
    """
    resource = subnet.target(SUBNET)
    texts = [_zone(resource, name).text for name in _ZONES] if resource else []
    return [text for text in texts if text is not None]


def zone_label(key: str) -> str:
    """Return a zone as messages show it, different for zones that can be compared.

    :param key: of a zone, or of a subnet whose zone isn't known.
    """
    match = ZONE_BY_POSITION.fullmatch(key)
    if match:
        return f"zone {match['position']} of Fn::GetAZs"
    # Any other key represents a value that is known only at deployment.
    named = re.fullmatch(r"[a-z0-9-]+", key) and not key.startswith("subnet-")
    return key if named else "the same Availability Zone"


def _zone(subnet: Resource, name: str) -> Value:
    zone, seen = subnet.get(name), {subnet}
    # A subnet may be where another one is.
    while (other := zone.reference) and other.resource.type == SUBNET and other.attribute == name:
        resource = resource_of(other)
        if resource in seen or resource.get(name).absent:
            break
        seen.add(resource)
        zone = resource.get(name)
    return zone


def has_ipv6(model: Model, subnet: Resource) -> bool | None:
    """Tell whether a subnet has an IPv6 CIDR block, None if it isn't known."""
    names = ("Ipv6CidrBlock", "Ipv6NetmaskLength", "Ipv6IpamPoolId", "Ipv6Native")
    values = [subnet.get(name) for name in names]
    attached = bool(model.referrers(subnet, SUBNET_CIDR_BLOCK))
    if attached or any(value.text not in {None, "false"} or value.reference for value in values):
        return True
    if any(value.unknown for value in values) or not model.complete or model.handed_out(subnet):
        return None
    return False


def only_network(model: Model, vpc: Resource) -> IPv4Network | None:
    """Return the CIDR block of a VPC, None when it isn't known, or may not be the only one."""
    further = model.referrers(vpc, VPC_CIDR_BLOCK) or model.handed_out(vpc) or not model.complete
    with suppress(ValueError):
        return None if further else IPv4Network(vpc.get("CidrBlock").text or "", strict=False)
    return None


def comparable(left: Value, right: Value) -> bool:
    """Tell whether two VPCs are known in the same way, so that they can be compared."""
    literal = left.text is not None and right.text is not None
    return literal or (left.target(VPC) is not None and right.target(VPC) is not None)


def vpc_name(vpc: Value, seen_from: Value) -> str | None:
    """Return a VPC as a message names it, different for different VPCs."""
    resource = vpc.target(VPC)
    if resource is None:
        return vpc.text
    template = resource.template
    own = template is seen_from.resource.template
    return resource.logical_id if own else f"{resource.logical_id} of {template.name}"


def subnets_of(load_balancer: Resource) -> list[Value] | None:
    """Return the subnets of a load balancer, None when they aren't known."""
    mappings = load_balancer.get("SubnetMappings").items()
    plain = load_balancer.get("Subnets").items()
    if mappings is None or plain is None:
        return None
    values = [*plain, *(mapping.get("SubnetId") for mapping in mappings)]
    return None if any(_uncertain(value) for value in values) else values


def may_be_several(subnet: Value) -> bool:
    """Tell whether a value might be several subnets, or none.

    A single reference to a parameter can be a list, and with a condition, the value can be absent.
    Other checks report values that aren't IDs.
    """
    if subnet.text is not None:
        return not is_id(subnet.text, "subnet")
    return subnet.target(SUBNET) is None


def _uncertain(value: Value) -> bool:
    # A single reference can be a list, and with a condition, the value can be absent.
    return value.absent or (value.unknown and value.key is None)
