"""The function of an acceptor: its permissions, what starts it, and its run for new rules."""

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
    acknowledge_stored_rules,
)
from privatelink_constructs._cdk.asking import root_stack_of, stack_of
from privatelink_constructs._cdk.function_code import FunctionCode, asset_of
from privatelink_constructs._cdk.function_settings import (
    allow_decryption,
    define_log_group,
    function_options,
)
from privatelink_constructs.provider.acceptance_policy import accepts, disconnects, rejects
from privatelink_constructs.provider.steps.acceptor_rules import READ, keep_rules

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from aws_cdk import aws_sqs as sqs

    from privatelink_constructs.provider.acceptance_policy import AcceptancePolicy
    from privatelink_constructs.provider.service_reference import ServiceReference
    from privatelink_constructs.provider.steps.acceptor_rules import KeptRules

MINUTES = 5
_CODE = FunctionCode(
    folder="acceptance",
    files=("verdicts", "journal", "calls", "reconciling", "reply", "index"),
)
# Three attempts of a function that crashes, with Lambda's own pauses between them.
# https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
_SERVICE_TIMEOUT = 3 * MINUTES + 5
_QUEUE_ACTIONS = (
    "sqs:ChangeMessageVisibility",
    "sqs:DeleteMessage",
    "sqs:GetQueueAttributes",
    "sqs:ReceiveMessage",
)


def define_acceptor_function(
    scope: constructs.Construct,
    *,
    service: ServiceReference,
    policy: AcceptancePolicy,
    queue: sqs.Queue,
) -> lambda_.Function:
    """Define the function, and its run whenever the rules change.

    :param queue: the queue that starts it.
    """
    rules = keep_rules(scope, policy)
    group = constructs.Construct(scope, "Handlers")
    log_group = define_log_group(group, "Logs")
    lambda_service = cast("iam.IPrincipal", iam.ServicePrincipal("lambda.amazonaws.com"))
    role = iam.Role(group, "Role", assumed_by=lambda_service)
    for statement in _statements(service, policy, queue, rules):
        role.add_to_policy(statement)
    log_group.grant_write(cast("iam.IGrantable", role))
    allow_decryption(role)
    function = lambda_.Function(
        group,
        "Function",
        code=asset_of(_CODE),
        description="Accepts and rejects the connections of an endpoint service by rules",
        environment=_environment(service, policy, queue, rules),
        handler=_CODE.handler,
        log_group=log_group,
        memory_size=256,
        role=cast("iam.IRole", role),
        runtime=lambda_.Runtime.PYTHON_3_14,
        timeout=cdk.Duration.minutes(MINUTES),
        **function_options(group),
    )
    acknowledge_group(group, log_group)
    acknowledge_all_resources(role)
    acknowledge_function(function)
    if rules.resources:
        acknowledge_stored_rules(role, rules.resources[-1])
    _apply(scope, service, rules, function).node.add_dependency(function, role)
    return function


def _environment(
    service: ServiceReference, policy: AcceptancePolicy, queue: sqs.Queue, rules: KeptRules
) -> Mapping[str, str]:
    stack = {"STACK_ID": stack_of(queue).stack_id} if disconnects(policy) else {}
    return {
        **rules.environment,
        **stack,
        "QUEUE_URL": queue.queue_url,
        "SERVICE_ID": service.id,
    }


def _apply(
    scope: constructs.Construct,
    service: ServiceReference,
    rules: KeptRules,
    function: lambda_.Function,
) -> cdk.CustomResource:
    """Define the run for new rules.

    It waits for the function and its role, so that the function has the rules and the permissions.
    """
    return cdk.CustomResource(
        scope,
        "RulesApplied",
        # The rules are a property, so that a change of the rules is an update, and starts a run.
        properties={"Rules": rules.version, "ServiceId": service.id},
        resource_type="Custom::PrivateLinkReconciliation",
        service_timeout=cdk.Duration.minutes(_SERVICE_TIMEOUT),
        service_token=function.function_arn,
    )


def _statements(
    service: ServiceReference, policy: AcceptancePolicy, queue: sqs.Queue, rules: KeptRules
) -> Iterator[iam.PolicyStatement]:
    """Return the permissions of the function: only those that these rules need."""
    yield _allow(["ec2:DescribeVpcEndpointConnections"], ["*"])
    changes = [
        *(["ec2:AcceptVpcEndpointConnections"] if accepts(policy) else []),
        *(["ec2:RejectVpcEndpointConnections"] if rejects(policy) else []),
    ]
    yield _allow(service.changing(*changes), [service.arn])
    if disconnects(policy):
        yield _allow(["cloudformation:DescribeStacks"], list(_stacks(stack_of(queue))))
    if rules.resources:
        yield _allow([READ], rules.resources)
    yield _allow(list(_QUEUE_ACTIONS), [queue.queue_arn])


def _allow(actions: list[str], resources: Sequence[str]) -> iam.PolicyStatement:
    return iam.PolicyStatement(actions=actions, resources=list(resources))


def _stacks(stack: cdk.Stack) -> Iterator[str]:
    """Return the IDs of a stack and, for a nested one, of the root."""
    yield stack.stack_id
    root = root_stack_of(stack)
    if root is not stack:
        yield root.stack_id
