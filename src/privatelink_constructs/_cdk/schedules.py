"""What EventBridge Scheduler acts as."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from aws_cdk import aws_iam as iam

from privatelink_constructs._cdk.asking import environment_of

if TYPE_CHECKING:
    import aws_cdk as cdk


def scheduler_of(stack: cdk.Stack) -> iam.IPrincipal:
    """Return EventBridge Scheduler, as far as it acts for schedules of this stack's account.

    :see: https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html
    """
    environment = environment_of(stack)
    account, region = environment.account or stack.account, environment.region or stack.region
    group = f"arn:{stack.partition}:scheduler:{region}:{account}:schedule-group/default"
    principal = iam.ServicePrincipal(
        "scheduler.amazonaws.com",
        conditions={"StringEquals": {"aws:SourceAccount": account, "aws:SourceArn": group}},
    )
    return cast("iam.IPrincipal", principal)
