"""The shared Lambda functions of a stack, and their custom resources.

A service that needs a step that CloudFormation doesn't support calls two functions of this module.

``shared_function`` returns the function that all services of a stack share: it finds the function
by a fixed ID in the stack, or defines it there. It is the one exception to the rule that nothing is
defined outside of a construct, see ``docs/decisions/0011-functions-are-shared-by-a-stack.md``::

    VERIFICATION = SharedFunction(
        id="PrivateLinkPrivateDnsVerification",
        files=("verify_private_dns",),
        description="Verifies the private DNS names of endpoint services",
        actions_on_all=("ec2:Describe...",),
    )
    function = shared_function(self, VERIFICATION)

``define_custom_resource`` defines one custom resource of a service, with the permissions of the
shared role for this service. They are a separate policy that is created before the custom resource,
so that services of a stack never wait for each other::

    define_custom_resource(
        self,
        "VerifiedPrivateDnsName",
        function=function,
        resource_type="Custom::PrivateLinkPrivateDnsVerification",
        properties={"ServiceId": service_id},
        timeout_seconds=1800,
        permission=Permission(
            actions=("ec2:StartVpcEndpointServicePrivateDnsVerification",),
            resource=endpoint_service_arn(self, service_id),
            pattern=endpoint_service_arn(self, "*"),
        ),
    )

The findings of cdk-nag and checkov on these resources are acknowledged here, with a reason.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import aws_cdk as cdk

from privatelink_constructs._cdk.asking import root_stack_of, stack_of
from privatelink_constructs._cdk.function_code import FunctionCode
from privatelink_constructs._cdk.functions import (
    FunctionGroup,
    function_of,
    policy_of,
    role_of,
)
from privatelink_constructs._cdk.granting import grant
from privatelink_constructs._values import internal_value
from privatelink_constructs.rules.core import is_token

if TYPE_CHECKING:
    from collections.abc import Mapping

    import constructs

    from privatelink_constructs._cdk.permission import Permission

_SHARED_FILES = ("__init__", "clock", "logbook", "patience", "lifecycle", "properties")
_LONGEST_SECONDS = 3600
"""The longest time that CloudFormation waits for a custom resource."""
_ANSWER_SECONDS = 300
"""How much longer than the function CloudFormation waits, for its start and its answer."""


@internal_value(kw_only=True)
class SharedFunction:
    """The function of the custom resources of all services of a stack.

    :param id: the ID of the group at the stack, never to be changed.
    :param files: the files of ``runtime/custom_resources`` that it needs in addition to those of
        all functions. The last one has the handler.
    :param description: what the function is for.
    :param actions_on_all: the actions on every resource, because AWS doesn't support resource-level
        permissions.
    :param actions_on_stack: what it may do to the stack it is in. Default: nothing.
    :param actions_on_root: what it may do to the root stack of a nested one. Default: nothing.
    """

    id: str
    files: tuple[str, ...]
    description: str
    actions_on_all: tuple[str, ...] = ()
    actions_on_stack: tuple[str, ...] = ()
    actions_on_root: tuple[str, ...] = ()


def shared_function(scope: constructs.Construct, shared: SharedFunction) -> FunctionGroup:
    """Return the function that all services of a stack share, which the first service defines.

    It is found only in the tree, so that nothing outlives it.
    """
    stack = stack_of(scope)
    found = stack.node.try_find_child(shared.id)
    if found is not None:
        return cast("FunctionGroup", found)
    return FunctionGroup(
        stack,
        shared.id,
        code=FunctionCode(folder="custom_resources", files=(*_SHARED_FILES, *shared.files)),
        description=shared.description,
        actions_on=_actions_on(stack, shared),
        invokes_itself=True,
    )


def _actions_on(stack: cdk.Stack, shared: SharedFunction) -> dict[str, tuple[str, ...]]:
    """Return what a function may do, by the resource to do it to."""
    found: dict[str, tuple[str, ...]] = {}
    if shared.actions_on_all:
        found["*"] = shared.actions_on_all
    if shared.actions_on_stack:
        found[stack.stack_id] = shared.actions_on_stack
    if shared.actions_on_root:
        root = root_stack_of(stack)
        if root is not stack:
            found[root.stack_id] = shared.actions_on_root
    return found


def define_custom_resource(
    scope: constructs.Construct,
    id: str,  # noqa: A002 - the CDK's name for it
    *,
    function: FunctionGroup,
    resource_type: str,
    properties: Mapping[str, object],
    timeout_seconds: float,
    permission: Permission,
    policy_id: str | None = None,
) -> cdk.CustomResource:
    """Define a custom resource, and the policy of its function.

    :param resource_type: ``Custom::...``, never to be changed.
    :param properties: the custom resource's properties.
    :param timeout_seconds: how long the function may take, also one of the properties.
    :param permission: what the function may do for it.
    :param policy_id: the ID of the policy for that. Default: from the ID.
    """
    policy = grant(
        scope,
        policy_id or f"{id}Policy",
        group=function,
        role=role_of(function),
        permission=permission,
    )
    resource = cdk.CustomResource(
        scope,
        id,
        properties={**properties, "TimeoutSeconds": timeout_seconds},
        resource_type=resource_type,
        service_timeout=_service_timeout(timeout_seconds),
        service_token=function_of(function).function_arn,
    )
    resource.node.add_dependency(policy, policy_of(function))
    return resource


def _service_timeout(seconds: float) -> cdk.Duration:
    """Return how long CloudFormation waits before it fails a function that doesn't answer."""
    if is_token(seconds):
        return cdk.Duration.seconds(_LONGEST_SECONDS)
    return cdk.Duration.seconds(min(_LONGEST_SECONDS, seconds + _ANSWER_SECONDS))
