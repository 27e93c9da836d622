"""Lambda functions, each with its log group, its role, and its policy.

Every function is defined here. Its permissions are in a separate policy. A policy that is part of
the role can't name the function, because the function waits for the complete role.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import aws_cdk as cdk
import constructs
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_

from privatelink_constructs._cdk.acknowledgments import (
    acknowledge_all_resources,
    acknowledge_function,
    acknowledge_group,
)
from privatelink_constructs._cdk.function_code import asset_of
from privatelink_constructs._cdk.function_settings import (
    allow_decryption,
    define_log_group,
    function_options,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from privatelink_constructs._cdk.function_code import FunctionCode

_FUNCTION, _POLICY, _ROLE = "Function", "Policy", "Role"


class FunctionGroup(constructs.Construct):
    """A function with its log group, its role, and the policy that every call needs.

    :param scope: the stack, for a function that its services share.
    :param id: the ID, never to be changed.
    :param code: the code.
    :param description: what the function is for, as the console shows it.
    :param actions_on: what it may do, by the resource to do it to.
    :param environment: its environment variables. Default: none.
    :param invokes_itself: whether it may invoke itself.
    """

    def __init__(
        self,
        scope: constructs.Construct,
        id: str,  # noqa: A002 - the CDK's name for it
        *,
        code: FunctionCode,
        description: str,
        actions_on: Mapping[str, tuple[str, ...]],
        environment: Mapping[str, str] | None = None,
        invokes_itself: bool = False,
    ) -> None:
        """Define all of it."""
        super().__init__(scope, id)
        log_group = define_log_group(self, "Logs")
        lambda_service = cast("iam.IPrincipal", iam.ServicePrincipal("lambda.amazonaws.com"))
        role = iam.Role(self, _ROLE, assumed_by=lambda_service)
        allow_decryption(role)
        function = lambda_.Function(
            self,
            _FUNCTION,
            code=asset_of(code),
            description=description,
            environment=dict(environment) if environment else None,
            handler=code.handler,
            log_group=log_group,
            memory_size=256,
            role=cast("iam.IRole", role),
            runtime=lambda_.Runtime.PYTHON_3_14,
            timeout=cdk.Duration.minutes(15),
            **function_options(self),
        )
        arn = function.function_arn
        allowed = {**actions_on, **({arn: ("lambda:InvokeFunction",)} if invokes_itself else {})}
        write = {log_group.log_group_arn: ("logs:CreateLogStream", "logs:PutLogEvents")}
        policy = iam.Policy(
            self,
            _POLICY,
            roles=[cast("iam.IRole", role)],
            statements=list(_statements({**write, **allowed})),
        )
        acknowledge_group(self, log_group)
        acknowledge_function(function)
        if "*" in actions_on:
            acknowledge_all_resources(policy)


def function_of(group: constructs.Construct) -> lambda_.Function:
    """Return the function of a group."""
    return cast("lambda_.Function", group.node.find_child(_FUNCTION))


def role_of(group: constructs.Construct) -> iam.Role:
    """Return the role of a function."""
    return cast("iam.Role", group.node.find_child(_ROLE))


def policy_of(group: constructs.Construct) -> iam.Policy:
    """Return the policy for what every call of a function needs."""
    return cast("iam.Policy", group.node.find_child(_POLICY))


def _statements(actions_on: Mapping[str, tuple[str, ...]]) -> Iterator[iam.PolicyStatement]:
    for resource, actions in actions_on.items():
        yield iam.PolicyStatement(actions=list(actions), resources=[resource])
