"""Clients that are constructs: their security groups are allowed, and allow outbound traffic."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, cast

import constructs
from aws_cdk import aws_ec2 as ec2

from privatelink_constructs._cdk.asking import environment_of, text_of
from privatelink_constructs._cdk.reporting import in_words
from privatelink_constructs._cdk.sources import (
    equal_tokens,
    has_groups,
    is_peer,
    region_of_group,
)
from privatelink_constructs.rules import clients as client_rules
from privatelink_constructs.rules.wording import class_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import aws_cdk as cdk

    from privatelink_constructs.rules.core import Problem

_PROBE = "PrivateLinkClientProbe"


class ConnectedClients:
    """Constructs with connections, and security groups, among the clients of an endpoint.

    :param given: the constructs, each once.
    :param stack: the stack of the endpoint.
    """

    def __init__(self, given: Sequence[ec2.IConnectable], stack: cdk.Stack) -> None:
        """Keep them."""
        self.given = given
        self.stack = stack

    @cached_property
    def _groups(self) -> dict[int, list[ec2.ISecurityGroup] | RuntimeError]:
        """The security groups of each construct that isn't one itself, or why it has none."""
        return {id(it): _groups_of(it) for it in self.given if not is_peer(it)}

    @property
    def have_groups(self) -> bool:
        """Whether one of them has a security group."""
        return any(self._named(it) for it in self.given)

    def _named(self, client: ec2.IConnectable) -> list[ec2.ISecurityGroup]:
        if is_peer(client):
            return [cast("ec2.ISecurityGroup", client)]
        found = self._groups[id(client)]
        return found if isinstance(found, list) else []

    def problems(self) -> Iterator[Problem]:
        """Find that a construct has no security group, or one of another Region."""
        for client in self.given:
            found = self._groups.get(id(client))
            if isinstance(found, RuntimeError):
                yield from client_rules.client_connectable(_name(client), reason=in_words(found))
            elif found == [] and (hasattr(client, "node") or self._allows_nobody(client)):
                yield from client_rules.client_group_present(_name(client), groups=0)
            for group in self._named(client):
                yield from client_rules.client_group_in_region(
                    environment_of(self.stack).region,
                    region_of_group(_construct_of(client, group)),
                )

    def _allows_nobody(self, client: ec2.IConnectable) -> bool:
        """Return whether connections contain neither security groups nor peers.

        They can contain a peer, which they don't show. So a rule is added to a security group that
        is removed again.
        """
        probe = constructs.Construct(self.stack, _PROBE)
        group = ec2.SecurityGroup.from_security_group_id(probe, "Group", "sg-00000000")
        group.connections.allow_from(client, ec2.Port.tcp(1))
        allowed = bool(group.node.children)
        self.stack.node.try_remove_child(_PROBE)
        return not allowed

    def distinct(self, client: ec2.IConnectable) -> list[ec2.IConnectable]:
        """Return a construct, without the groups that an earlier construct has.

        The CDK adds the rules of its own security groups once, and those of imported ones for each
        import, and EC2 rejects the second of two equal rules.
        """
        repeated = self._repeated.get(id(client))
        if repeated is None:
            return [client]
        left = [it for it in self._named(client) if it not in repeated]
        return [cast("ec2.IConnectable", ec2.Connections(security_groups=left))] if left else []

    @cached_property
    def _repeated(self) -> dict[int, list[ec2.ISecurityGroup]]:
        """The imported security groups of each construct that were there before."""
        pairs = [(client, group) for client in self.given for group in self._named(client)]
        if len(pairs) < 2:  # noqa: PLR2004 - two can be equal
            return {}
        ids = [text_of(group, "security_group_id") for _, group in pairs]
        same = equal_tokens(ids, self.stack)
        found: dict[int, list[ec2.ISecurityGroup]] = {}
        imported: dict[str, bool] = {}
        for (client, group), own_id in zip(pairs, ids, strict=True):
            name, proxy = same.get(own_id, own_id), not isinstance(group, ec2.SecurityGroup)
            if name in imported and (proxy or imported[name]):
                found.setdefault(id(client), []).append(group)
            imported.setdefault(name, proxy)
        return found


def _groups_of(client: ec2.IConnectable) -> list[ec2.ISecurityGroup] | RuntimeError:
    try:
        return list(client.connections.security_groups)
    except RuntimeError as error:  # the CDK has no other way to read it
        return error


def _name(client: object) -> str:
    return str(getattr(getattr(client, "node", None), "path", class_name(type(client))))


def _construct_of(client: object, group: ec2.ISecurityGroup) -> constructs.IConstruct:
    """Return what tells the stack of a security group."""
    own = has_groups(client) or not hasattr(client, "node")
    return cast("constructs.IConstruct", group if own else client)
