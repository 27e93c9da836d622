"""Lambda functions of the package, and the custom resources that they stand behind.

A service that needs a step which CloudFormation has no form for takes two things from here.

``shared_function`` is for a function that all services of a stack use together: it finds it by a
fixed id at the stack, or defines it there. It is the one exception to the rule that nothing is
defined outside of a construct, see ``docs/decisions/0011-functions-are-shared-by-a-stack.md``::

    VERIFICATION = SharedFunction(
        id="PrivateLinkPrivateDnsVerification",
        files=("verify_private_dns",),
        description="Verifies the private DNS names of endpoint services",
        actions_on_all=("ec2:Describe...",),
    )
    function = shared_function(self, VERIFICATION)

``define_custom_resource`` defines one custom resource of a service, with what the shared role may
do to this very service. The permission is a separate resource next to the custom resource, which is
created after it: services of a stack never wait for one another::

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

What cdk-nag and checkov object to is acknowledged here, with the reason, for all of them.
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
"""CloudFormation waits no longer for a custom resource."""
_ANSWER_SECONDS = 300
"""How much longer than the function it waits: for the start of the function, and its answer."""


@internal_value(kw_only=True)
class SharedFunction:
    """A function behind the custom resources of all services of a stack.

    :param id: the id of the group at the stack, never to be changed.
    :param files: the files of ``runtime/custom_resources`` that it needs in addition to the files
        of all functions. The last one has the handler.
    :param description: what the function is for.
    :param actions_on_all: what it may do to every resource, because AWS offers nothing narrower.
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
    """Return the function that all services of a stack share, defined by the first of them.

    It is found in the tree and nowhere else, so that nothing outlives it.
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
    """Define a custom resource, and before it what the function may do for it.

    :param resource_type: ``Custom::...``, never to be changed.
    :param properties: the custom resource's properties.
    :param timeout_seconds: how long the function may take, also one of the properties.
    :param permission: what the function may do for it.
    :param policy_id: the id of the policy for that. Default: from the id.
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
