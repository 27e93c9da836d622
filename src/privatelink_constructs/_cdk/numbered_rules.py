"""Inbound rules of security groups for peers that are known only at deployment.

The CDK numbers the rules for such peers, ``from {IndirectPeer2}:443``, in the order in which they
are added. In another order, or without the first rule, a logical ID belongs to another rule:
CloudFormation adds a rule that still exists under its earlier ID, and EC2 rejects the second of two
equal rules. So these rules get logical IDs that come from what they allow.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from aws_cdk import aws_ec2 as ec2

from privatelink_constructs._cdk.asking import stack_of
from privatelink_constructs._cdk.naming import short_hash
from privatelink_constructs._cdk.register import TreeRegister

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_NUMBERED = "{IndirectPeer"

_identified: TreeRegister[set[str]] = TreeRegister(set)


def add_rules(groups: Iterable[ec2.ISecurityGroup], add: Callable[[], object]) -> None:
    """Add inbound rules to security groups, with IDs that come from what they allow.

    :param groups: the security groups.
    :param add: adds the rules, as often as it likes.
    """
    before = {group: set(_numbered_rules(group)) for group in groups}
    add()
    for group, earlier in before.items():
        for name, rule in _numbered_rules(group).items():
            if name not in earlier:
                _identify(group, rule)


def _numbered_rules(group: ec2.ISecurityGroup) -> dict[str, ec2.CfnSecurityGroupIngress]:
    rules = [it for it in group.node.children if isinstance(it, ec2.CfnSecurityGroupIngress)]
    named = {rule.node.id: rule for rule in rules}
    return {name: rule for name, rule in named.items() if _NUMBERED in name}


def _identify(group: ec2.ISecurityGroup, rule: ec2.CfnSecurityGroupIngress) -> None:
    """Set the logical ID of a rule, or remove the rule if the group has it already."""
    address = group.node.addr
    peer = rule.cidr_ip or rule.cidr_ipv6 or rule.source_prefix_list_id
    ports = [rule.ip_protocol, rule.from_port, rule.to_port]
    allowed: object = stack_of(rule).resolve([address, peer, *ports])
    name = short_hash(json.dumps(allowed, sort_keys=True))
    identified = _identified.at(group, address)
    if name in identified:
        group.node.try_remove_child(rule.node.id)
        return
    identified.add(name)
    rule.override_logical_id(f"SecurityGroupRule{name}")
