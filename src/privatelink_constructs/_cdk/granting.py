"""The permissions of shared functions for each service of a stack.

Each service has its own policy, so that no service waits for another one. All of them are inline
policies of one role, which AWS limits to 10,240 characters, enough for about 40 services. So the
first services of a stack have policies of their own, and all further services share one policy,
whose resource is a pattern.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

import jsii
from aws_cdk import aws_iam as iam
from constructs import IValidation

from privatelink_constructs._cdk.acknowledgments import (
    acknowledge_inline_policy,
    acknowledge_pattern,
)
from privatelink_constructs._cdk.asking import reference, stack_of
from privatelink_constructs._cdk.register import TreeRegister
from privatelink_constructs.rules.role_policies import role_policies_in_limit

if TYPE_CHECKING:
    import constructs

    from privatelink_constructs._cdk.permission import Permission

OWN_POLICIES = 20
_SHARED = "FurtherPolicy"
_BASE = 700
"""The approximate length of the role's other policy (logs, describe actions), in characters."""


@dataclass(eq=False)
class _Granted:
    """The policies of a role, so far.

    :param own: how many services have their own policy.
    :param shared: what is in the policy of the others.
    :param length: about how many characters all of them have.
    """

    own: int = 0
    shared: set[tuple[tuple[str, ...], str]] = field(
        default_factory=set[tuple[tuple[str, ...], str]]
    )
    length: int = _BASE


_granted: TreeRegister[_Granted] = TreeRegister(_Granted)


def grant(
    scope: constructs.Construct,
    id: str,  # noqa: A002 - the CDK's name for it
    *,
    group: constructs.IConstruct,
    role: iam.Role,
    permission: Permission,
) -> iam.Policy:
    """Grant a permission to a role, and return the policy that contains it.

    :param scope: where to define its own policy.
    :param id: the ID of such a policy.
    :param group: what all services of the stack share.
    """
    granted = _granted.at(stack_of(scope), reference(group))
    if granted.own < OWN_POLICIES:
        statement = _statement(permission, permission.resource)
        policy = _define(scope, id, role, statement)
        granted.own += 1
        granted.length += permission.length
        return policy
    return _grant_together(group, role, permission, granted)


def _grant_together(
    group: constructs.IConstruct, role: iam.Role, permission: Permission, granted: _Granted
) -> iam.Policy:
    resource = permission.pattern or permission.resource
    statement = _statement(permission, resource)
    policy = cast("iam.Policy | None", group.node.try_find_child(_SHARED))
    key = (permission.actions, resource)
    if policy is None:
        policy = _define(cast("constructs.Construct", group), _SHARED, role, statement)
        if permission.pattern is not None:
            acknowledge_pattern(policy, permission.pattern)
        policy.node.add_validation(cast("IValidation", _InLimit(role, granted)))
    elif key not in granted.shared:
        policy.add_statements(statement)
    if key not in granted.shared:
        granted.shared.add(key)
        granted.length += permission.length
    return policy


def _statement(permission: Permission, resource: str) -> iam.PolicyStatement:
    return iam.PolicyStatement(actions=list(permission.actions), resources=[resource])


def _define(
    scope: constructs.Construct,
    id: str,  # noqa: A002 - the CDK's name for it
    role: iam.Role,
    statement: iam.PolicyStatement,
) -> iam.Policy:
    policy = iam.Policy(scope, id, roles=[cast("iam.IRole", role)], statements=[statement])
    acknowledge_inline_policy(policy)
    return policy


@jsii.implements(IValidation)
class _InLimit:
    """Checks at synthesis whether the policies of a role exceed the limit."""

    def __init__(self, role: iam.Role, granted: _Granted) -> None:
        self._role = role
        self._granted = granted

    def validate(self) -> list[str]:
        """Return what is wrong."""
        problems = role_policies_in_limit(self._role.node.path, self._granted.length)
        return [f"{problem.message} [{problem.rule.id}]" for problem in problems]
