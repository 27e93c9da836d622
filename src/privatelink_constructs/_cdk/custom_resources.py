"""Lambda functions of the package, and the custom resources that they stand behind.

A service that needs a step which CloudFormation has no form for takes three things from here.

``HandlerGroup`` is a construct with the functions of one folder of ``runtime/``: one asset, one
log group, one role. A construct that has functions for itself alone puts one below itself::

    group = HandlerGroup(self, "Acceptor", Handlers(folder="acceptance", minutes=5))
    function = group.define_function("Handler", "handler", environment={"SERVICE_ID": ...})
    group.role.add_to_policy(...)
    provider = group.define_provider(on_event=function)

``shared_provider`` is for functions that all services of a stack use together: it finds the group
by a fixed id at the stack, or defines it there, with ``on_event`` and ``is_complete`` of the folder
behind the CDK's provider framework. It is the one exception to the rule that nothing is defined
outside of a construct, see ``docs/decisions/0011-functions-are-shared-by-a-stack.md``::

    VERIFICATION = SharedHandlers(
        id="PrivateLinkPrivateDns",
        handlers=Handlers(folder="private_dns", minutes=3, actions_on_all=("ec2:Describe...",)),
    )
    provider = shared_provider(self, VERIFICATION)

``define_custom_resource`` defines one custom resource of a service, with what the shared role may
do to this very service. The permission is a resource of its own beside the custom resource, which
is created after it: services of a stack never wait for one another::

    define_custom_resource(
        self,
        "Verification",
        provider=provider,
        resource_type="Custom::PrivateLinkPrivateDnsVerification",
        properties={"ServiceId": service_id},
        permission=Permission(
            actions=("ec2:StartVpcEndpointServicePrivateDnsVerification",),
            resource=endpoint_service_arn(self, service_id),
            pattern=endpoint_service_arn(self, "*"),
        ),
    )

What cdk-nag and checkov object to is acknowledged here, with the reason, for all of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

import aws_cdk as cdk
import constructs
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import custom_resources

from privatelink_constructs._cdk.acknowledgments import (
    acknowledge_all_resources,
    acknowledge_function,
    acknowledge_group,
    acknowledge_provider,
)
from privatelink_constructs._cdk.asking import stack_of
from privatelink_constructs._cdk.function_settings import (
    allow_decryption,
    define_log_group,
    function_options,
)
from privatelink_constructs._cdk.granting import grant

if TYPE_CHECKING:
    from collections.abc import Mapping

    from privatelink_constructs._cdk.permission import Permission

RUNTIME = Path(__file__).parent.parent / "runtime"
_PROVIDER = "Provider"
_ROLE = "Role"


@dataclass(frozen=True, kw_only=True, eq=False)
class Handlers:
    """One folder of ``runtime/``, as Lambda runs it.

    :param folder: the name of the folder, whose ``index.py`` is complete in itself.
    :param minutes: how long one call may take.
    :param actions_on_all: what the functions may do to every resource, because AWS offers nothing
        narrower. Default: nothing.
    :param actions_on_stack: what they may do to the stack they are in. Default: nothing.
    :param poll_seconds: how often ``is_complete`` is asked.
    """

    folder: str
    minutes: int
    actions_on_all: tuple[str, ...] = ()
    actions_on_stack: tuple[str, ...] = ()
    poll_seconds: int = 15


@dataclass(frozen=True, kw_only=True, eq=False)
class SharedHandlers:
    """Functions behind the custom resources of all services of a stack.

    :param id: the id of the group at the stack, never to be changed.
    :param handlers: the folder with ``on_event`` and, if ``waits``, ``is_complete``.
    :param waits: whether there is an ``is_complete`` to be asked until it says so.
    """

    id: str
    handlers: Handlers
    waits: bool = True


@dataclass(frozen=True, eq=False)
class SharedProvider:
    """What a custom resource needs of the functions behind it.

    :param service_token: the ARN that CloudFormation calls.
    :param role: the role of the functions of ``runtime/``.
    :param group: what the functions are in.
    """

    service_token: str
    role: iam.Role
    group: constructs.IConstruct


class HandlerGroup(constructs.Construct):
    """The functions of one folder of ``runtime/``, with one role and one log group."""

    def __init__(
        self,
        scope: constructs.Construct,
        id: str,  # noqa: A002 - the CDK's name for it
        handlers: Handlers,
    ) -> None:
        """Define the log group and the role, and read the code."""
        super().__init__(scope, id)
        self._handlers = handlers
        # Compiled files differ from machine to machine, and the code has to have one hash.
        self._code = lambda_.Code.from_asset(
            str(RUNTIME / handlers.folder), exclude=["__pycache__", "*.pyc", "__init__.py"]
        )
        self._log_group = define_log_group(self, "Logs")
        self._role = self._define_role(_ROLE)
        allow_decryption(self._role)
        acknowledge_group(self, self._log_group)
        if handlers.actions_on_all:
            self._role.add_to_policy(
                iam.PolicyStatement(actions=list(handlers.actions_on_all), resources=["*"])
            )
            acknowledge_all_resources(self._role)
        if handlers.actions_on_stack:
            self._role.add_to_policy(
                iam.PolicyStatement(
                    actions=list(handlers.actions_on_stack), resources=[stack_of(self).stack_id]
                )
            )

    @property
    def role(self) -> iam.Role:
        """The role of the functions of ``runtime/``; the framework's functions have others."""
        return self._role

    def define_function(
        self,
        id: str,  # noqa: A002 - the CDK's name for it
        entry: str,
        *,
        description: str | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> lambda_.Function:
        """Define a function.

        :param entry: the name of the Python function in ``index.py``.
        """
        function = lambda_.Function(
            self,
            id,
            code=self._code,
            description=description,
            environment=dict(environment) if environment else None,
            handler=f"index.{entry}",
            log_group=self._log_group,
            memory_size=256,
            role=cast("iam.IRole", self._role),
            runtime=lambda_.Runtime.PYTHON_3_14,
            timeout=cdk.Duration.minutes(self._handlers.minutes),
            **function_options(self),
        )
        acknowledge_function(function)
        return function

    def define_provider(
        self, *, on_event: lambda_.Function, is_complete: lambda_.Function | None = None
    ) -> custom_resources.Provider:
        """Define the CDK's provider framework over functions of this group.

        :param is_complete: asked again and again for up to an hour. Default: None, what
            ``on_event`` returns is the end of it.
        """
        waits = is_complete is not None
        provider = custom_resources.Provider(
            self,
            _PROVIDER,
            framework_complete_and_timeout_role=(
                cast("iam.IRole", self._define_role("CompleteRole")) if waits else None
            ),
            framework_on_event_role=cast("iam.IRole", self._define_role("EventRole")),
            is_complete_handler=cast("lambda_.IFunction", is_complete) if waits else None,
            log_group=self._log_group,
            on_event_handler=cast("lambda_.IFunction", on_event),
            query_interval=cdk.Duration.seconds(self._handlers.poll_seconds) if waits else None,
            total_timeout=cdk.Duration.hours(1) if waits else None,
        )
        handlers = [on_event] if is_complete is None else [on_event, is_complete]
        acknowledge_provider(self, provider, handlers)
        return provider

    def _define_role(self, id: str) -> iam.Role:  # noqa: A002
        # The managed policy for Lambda would let each function write to every log group.
        role = iam.Role(
            self,
            id,
            assumed_by=cast("iam.IPrincipal", iam.ServicePrincipal("lambda.amazonaws.com")),
        )
        self._log_group.grant_write(cast("iam.IGrantable", role))
        return role


def shared_provider(scope: constructs.Construct, shared: SharedHandlers) -> SharedProvider:
    """Return the functions that all services of a stack share, defined by the first of them.

    They are found in the tree and nowhere else, so that nothing outlives it.
    """
    stack = stack_of(scope)
    group = stack.node.try_find_child(shared.id)
    if group is None:
        group = HandlerGroup(stack, shared.id, shared.handlers)
        on_event = group.define_function("OnEvent", "on_event")
        is_complete = group.define_function("IsComplete", "is_complete") if shared.waits else None
        group.define_provider(on_event=on_event, is_complete=is_complete)
    provider = cast("custom_resources.Provider", group.node.find_child(_PROVIDER))
    role = cast("iam.Role", group.node.find_child(_ROLE))
    return SharedProvider(provider.service_token, role, group)


def define_custom_resource(
    scope: constructs.Construct,
    id: str,  # noqa: A002 - the CDK's name for it
    *,
    provider: SharedProvider,
    resource_type: str,
    properties: Mapping[str, object],
    permission: Permission,
) -> cdk.CustomResource:
    """Define a custom resource, and before it what the functions may do for it.

    :param resource_type: ``Custom::...``, never to be changed.
    :param properties: the custom resource's properties.
    :param permission: what the functions may do for it.
    """
    policy = grant(
        scope, f"{id}Policy", group=provider.group, role=provider.role, permission=permission
    )
    resource = cdk.CustomResource(
        scope,
        id,
        properties=dict(properties),
        resource_type=resource_type,
        service_token=provider.service_token,
    )
    resource.node.add_dependency(policy)
    return resource
