"""Security groups of others: whether rules can be added to them, and where rules are kept."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

import constructs
from aws_cdk import aws_ec2 as ec2

from privatelink_constructs._cdk.asking import (
    peer_of,
    port_of,
    reference,
    referenced,
    stack_of,
    text_of,
)
from privatelink_constructs._cdk.naming import short_hash
from privatelink_constructs._cdk.once import once_for_each
from privatelink_constructs._values import internal_value
from privatelink_constructs.rules.core import is_token, known

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import aws_cdk as cdk

_SHARED = "PrivateLinkSecurityGroupRules"
"""The ID of the construct with the rules of imported groups, never to be changed."""
_NOWHERE = "255.255.255.255/32"


@internal_value
class KnownGroup:
    """A security group that rules are to be added to.

    :param resource: the group. One that is imported by a reference to a group of the stack is
        that group.
    :param imported_id: the ID of a group that is defined elsewhere, which can be a token. None for
        one that the CDK keeps the rules of.
    :param mutable: whether rules can be added. Otherwise, the CDK silently leaves rules out.
    :param as_given: whether it is the group that was passed, and not a group that it refers to.
    """

    resource: ec2.ISecurityGroup
    imported_id: str | None = None
    mutable: bool = True
    as_given: bool = True

    @property
    def name(self) -> str:
        """How messages name it."""
        return known(self.imported_id) or "an imported security group"


def known_group(group: ec2.ISecurityGroup, stack: cdk.Stack) -> KnownGroup:
    """Return what is known of a security group.

    :param stack: the stack that needs the rules.
    """
    group_id = imported_id(group)
    if group_id is None:
        return KnownGroup(group)
    mutable = is_mutable(group)
    target = referenced(group_id)
    if target is None:
        return KnownGroup(group, group_id, mutable)
    if reference(stack_of(cast("constructs.Construct", target))) != reference(stack):
        # A rule in this stack would depend on the other one, which may depend on this one already.
        return KnownGroup(group, None, mutable)
    original = target.node.scope
    if mutable and isinstance(original, ec2.SecurityGroup):
        return KnownGroup(original, as_given=False)
    return KnownGroup(group, group_id, mutable)


@once_for_each
def imported_id(group: ec2.ISecurityGroup) -> str | None:
    """Return the ID of an imported security group, which can be a token, None for any other."""
    return text_of(group, "security_group_id") if _is_imported(group) else None


def _is_imported(group: ec2.ISecurityGroup) -> bool:
    """Return whether a group is an object of the CDK without a class, as imported ones are.

    A user's own class that implements the interface manages its rules itself.
    """
    return not isinstance(group, ec2.SecurityGroup) and "_delegates" in vars(group)


def is_mutable(group: ec2.ISecurityGroup) -> bool:
    """Return whether rules can be added to an imported security group.

    The CDK has no property for it, so a rule is added and removed again.
    """
    stack = stack_of(cast("constructs.Construct", group))
    peer, port = peer_of(stack, _NOWHERE, ipv6=False), port_of(stack, "tcp", 1)
    group.add_ingress_rule(peer, port)
    return group.node.try_remove_child(f"from {_NOWHERE.replace('/', '_')}:1")


def add_shared_rule(
    stack: cdk.Stack,
    properties: Mapping[str, Any],
    *,
    key: Sequence[object],
    description: str,
    outbound: bool = False,
) -> ec2.CfnSecurityGroupIngress:
    """Add an inbound rule to a group once per stack, even if several constructs add it.

    EC2 rejects the second of two equal rules, and an imported group can be imported again by each
    service. The ID comes from what the rule allows, so it doesn't matter which service adds it
    first, or which service is removed.

    :param properties: the properties of the rule, in Python's spelling.
    :param key: what distinguishes the rule from others.
    :param outbound: whether it is an outbound rule.
    :return: the rule.
    """
    there, name = _written(stack), rule_id(stack, key)
    if name not in there:
        make = ec2.CfnSecurityGroupEgress if outbound else ec2.CfnSecurityGroupIngress
        made = make(_rules_of(stack), name, description=description, **properties)
        there[name] = cast("ec2.CfnSecurityGroupIngress", made)
    return there[name]


@once_for_each
def _written(stack: cdk.Stack) -> dict[str, ec2.CfnSecurityGroupIngress]:  # noqa: ARG001 - of it
    """Return the rules of a stack by their IDs, without round trips to find them in the tree."""
    return {}


@once_for_each
def id_of(group: ec2.ISecurityGroup) -> str:
    """Return the ID of a security group, which can be a token."""
    return text_of(group, "security_group_id")


@once_for_each
def address_of(group: ec2.ISecurityGroup) -> str:
    """Return what distinguishes a security group from others of its stack, also with tokens."""
    return json.dumps(stack_of(group).resolve(id_of(group)))


def learn_addresses(groups: Iterable[ec2.ISecurityGroup], stack: cdk.Stack) -> None:
    """Ask for the addresses of several security groups in one round trip.

    :param stack: any stack of the app: the ID of a group is the same for each.
    """
    unknown = address_of.unanswered(groups)
    if unknown:
        found: list[object] = stack.resolve([id_of(group) for group in unknown])
        for group, resolved in zip(unknown, found, strict=True):
            address_of.learn(group, json.dumps(resolved))


@once_for_each
def _rules_of(stack: cdk.Stack) -> constructs.Construct:
    return constructs.Construct(stack, _SHARED)


def rule_id(stack: cdk.Stack, key: Sequence[object]) -> str:
    """Return an ID that is equal for equal rules, whatever the names of their tokens are."""
    text = json.dumps([settled(stack, part) for part in key], sort_keys=True)
    return f"Rule{short_hash(text)}"


def settled(stack: cdk.Stack, part: object) -> object:
    """Return the text for a part of an ID: what a token resolves to, never the token."""
    if not is_token(part):
        return part
    target = referenced(part) if isinstance(part, str) else None
    # Two stacks can have resources with one logical ID.
    return [stack.resolve(part), target.node.path if target else None]
