"""All rules of security groups, inline or not, in a form that can be compared."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from privatelink_constructs.cloudformation.content import Expression
from privatelink_constructs.inventory.networks import PROTOCOLS
from privatelink_constructs.inventory.types import (
    SECURITY_GROUP,
    SECURITY_GROUP_EGRESS,
    SECURITY_GROUP_INGRESS,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from privatelink_constructs.cloudformation.model import Model
    from privatelink_constructs.cloudformation.resource import Resource, Value

DIRECTIONS = {"Ingress": SECURITY_GROUP_INGRESS, "Egress": SECURITY_GROUP_EGRESS}
_OWNER = "SourceSecurityGroupOwnerId"
_SOURCES = {
    "Ingress": (
        *("CidrIp", "CidrIpv6", "SourcePrefixListId", "SourceSecurityGroupId"),
        *("SourceSecurityGroupName", _OWNER),
    ),
    "Egress": ("CidrIp", "CidrIpv6", "DestinationPrefixListId", "DestinationSecurityGroupId"),
}
_ALL = "-1"


@dataclass(frozen=True)
class GroupRule:
    """A rule of a security group.

    :param value: the rule as it is written.
    :param direction: ``Ingress`` or ``Egress``.
    :param inline: whether the group itself lists it.
    :param key: what identifies a rule for AWS, None if not all of it is known.
    """

    value: Value
    direction: str
    inline: bool
    key: tuple[object, ...] | None

    def __str__(self) -> str:
        """Return it in words."""
        protocol = self.value.get("IpProtocol").text
        ports = {self.value.get(name).text for name in ("FromPort", "ToPort")} - {None}
        direction = "inbound" if self.direction == "Ingress" else "outbound"
        numbers = "-".join(sorted(map(str, ports), key=lambda it: (len(it), it)))
        return " ".join(filter(None, [f"the {direction} rule for", protocol, numbers]))


def group_rules(model: Model) -> Iterator[GroupRule]:
    """Yield all rules of all security groups."""
    for group in model.of_type(SECURITY_GROUP):
        for direction in DIRECTIONS:
            for value in group.get(f"SecurityGroup{direction}").each():
                yield _rule(value, direction, group)
    for direction, kind in DIRECTIONS.items():
        for resource in model.of_type(kind):
            yield _rule(resource.value, direction, None)


def _rule(value: Value, direction: str, group: Resource | None) -> GroupRule:
    owner = group if group is not None else _identity(value.get("GroupId"))
    names = [name for name in _SOURCES[direction] if not _is_own_account(name, value.get(name))]
    sources = [(name, value.get(name)) for name in names]
    parts: list[object] = [owner, *_ways(value)]
    parts += [_source(source) for _, source in sources if not source.absent]
    named = tuple(name for name, source in sources if not source.absent)
    known = named and None not in parts
    return GroupRule(
        value, direction, group is not None, (direction, named, *parts) if known else None
    )


def _is_own_account(name: str, value: Value) -> bool:
    """Tell whether it names the account of the template, which is what a rule has without it."""
    if name != _OWNER or value.absent:
        return False
    pseudo = isinstance(value.content, Expression) and value.content.pseudo == "AWS::AccountId"
    return pseudo or (value.text is not None and value.text == value.resource.template.account)


def _ways(value: Value) -> tuple[object, ...]:
    protocol = value.get("IpProtocol").text
    if protocol is None:
        return (None,)
    protocol = PROTOCOLS.get(protocol.lower(), protocol.lower())
    if protocol == _ALL:
        return (protocol,)
    return (protocol, *(_port(value.get(name)) for name in ("FromPort", "ToPort")))


def _port(value: Value) -> object:
    return value.number if value.number is not None else value.key


def _identity(value: Value) -> object:
    """Return what identifies a group or a list. ``Ref`` and ``Fn::GetAtt`` are the same."""
    return value.target() or value.key


def _source(value: Value) -> object:
    try:
        return ipaddress.ip_network(value.text or "", strict=False)
    except ValueError:  # an ID, or known only at deployment
        return _identity(value)
