"""The inbound rules of security groups, anywhere in the app."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2

from privatelink_constructs._cdk.asking import reference, referenced, text_of
from privatelink_constructs._cdk.subnets import everything_around
from privatelink_constructs.rules.core import is_token

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import constructs

    Opened = tuple[str, int, int]
    """A protocol (``-1`` for all), the first and the last port."""

_PROTOCOLS = {"6": "tcp", "17": "udp"}
_EXPORT = "Output{"
"""The prefix of the IDs of the CDK's own outputs, which stacks of the app read."""


def resource_of_group(group: ec2.ISecurityGroup) -> ec2.CfnSecurityGroup | None:
    """Return the resource of a security group, None for one that the app doesn't define."""
    if isinstance(group, ec2.SecurityGroup):
        found = group.node.default_child
    else:
        found = referenced(text_of(group, "security_group_id"))
    return found if isinstance(found, ec2.CfnSecurityGroup) else None


def opened_by(groups: Sequence[ec2.CfnSecurityGroup], stack: cdk.Stack) -> list[Opened] | None:
    """Return what the inbound rules of security groups allow, None if not all rules are known.

    Rules can be in a group, and in resources of their own anywhere in the app. If the ID of a group
    leaves the app in an output, there can be others.

    :param stack: any stack of the app, to resolve tokens.
    """
    found: list[Opened | None] = []
    for group in groups:
        listed: object = stack.resolve(group.security_group_ingress) or []
        if not isinstance(listed, list):
            return None
        rules = cast("list[dict[str, object]]", listed)
        found += (
            _opened(it.get("ipProtocol"), it.get("fromPort"), it.get("toPort")) for it in rules
        )
    around = everything_around(stack)
    for group in groups:
        if _is_handed_out(group, around):
            return None
        found += (_opened(it.ip_protocol, it.from_port, it.to_port) for it in _of(group, around))
    known = [each for each in found if each is not None]
    return known if len(known) == len(found) else None


def _of(
    group: ec2.CfnSecurityGroup, around: Sequence[constructs.IConstruct]
) -> Iterator[ec2.CfnSecurityGroupIngress]:
    """Yield the rules of a security group that are resources of their own."""
    for it in around:
        if isinstance(it, ec2.CfnSecurityGroupIngress) and _is(it.group_id, group):
            yield it


def _is(value: str | None, group: ec2.CfnSecurityGroup) -> bool:
    target = referenced(value)
    return target is not None and reference(target) == reference(group)


def _is_handed_out(group: ec2.CfnSecurityGroup, around: Sequence[constructs.IConstruct]) -> bool:
    outputs = (it for it in around if isinstance(it, cdk.CfnOutput))
    return any(_is(it.value, group) and not it.node.id.startswith(_EXPORT) for it in outputs)


def _opened(protocol: object, first: object, last: object) -> Opened | None:
    if not isinstance(protocol, str) or is_token(protocol):
        return None
    name = _PROTOCOLS.get(protocol, protocol.lower())
    if name == "-1" or (first, last) == (-1, -1) or (first is None and last is None):
        return (name, 0, 65535)
    if isinstance(first, (int, float)) and isinstance(last, (int, float)):
        return None if is_token([first, last]) else (name, int(first), int(last))
    return None
