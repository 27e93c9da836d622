"""The check of a service's private DNS name on a schedule: a metric, and an alarm.

One function does it for all services of a stack, as record 11 wants it.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, cast

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_iam as iam
from aws_cdk import aws_scheduler as scheduler

from privatelink_constructs._cdk.acknowledgments import acknowledge_schedule
from privatelink_constructs._cdk.asking import environment_of, stack_of
from privatelink_constructs._cdk.function_code import FunctionCode
from privatelink_constructs._cdk.functions import FunctionGroup, function_of
from privatelink_constructs._cdk.schedules import scheduler_of
from privatelink_constructs.contract.metric_making import own_metric
from privatelink_constructs.observability.alarm_plans import AlarmPlan
from privatelink_constructs.observability.metric_places import account_of
from privatelink_constructs.rules import alarms as rules

if TYPE_CHECKING:
    from collections.abc import Iterator

    import constructs

    from privatelink_constructs.contract.watched_services import WatchedService
    from privatelink_constructs.rules.core import Problem

FUNCTION_ID = "PrivateLinkPrivateDnsCheck"
_CODE = FunctionCode(folder="private_dns_watch", files=("index",))
_READ = "ec2:DescribeVpcEndpointServiceConfigurations"
_LONGEST_PERIOD = 86_400
_LAPSED = (
    "The private DNS name of the endpoint service is not verified any more, or its state can't be "
    "read. New endpoints can't use the name; existing ones keep it. Look at the log of the "
    "function that checks it, and at the TXT record in the public hosted zone of the domain. "
    "Restore the record, then call StartVpcEndpointServicePrivateDnsVerification."
)


def check_problems(
    watched: WatchedService, every: cdk.Duration, scope: constructs.Construct
) -> Iterator[Problem]:
    """Check that the name can be checked from a stack.

    :param every: how often.
    :param scope: a construct of the stack.
    """
    unresolved = every.is_unresolved()
    yield from rules.check_interval_known(unresolved=unresolved)
    seconds = None if unresolved else every.to_seconds(integral=False)
    yield from rules.check_interval_in_range(seconds)
    yield from rules.check_interval_in_minutes(seconds)
    yield from rules.checked_name_present(watched.private_dns_name)
    ours = environment_of(stack_of(scope)).account
    yield from rules.check_in_account(account_of(watched.home), ours=ours)


def verified_metric(watched: WatchedService, period: cdk.Duration) -> cloudwatch.Metric:
    """Return the metric that the function writes: 1 for a verified name, 0 otherwise."""
    return own_metric(
        "PrivateDnsNameVerified",
        watched.id,
        watched.home,
        {"period": period, "statistic": "Minimum"},
    )


def define_check(
    scope: constructs.Construct, watched: WatchedService, every: cdk.Duration
) -> AlarmPlan:
    """Define the schedule, and return the alarm that is to be defined.

    A period has two runs in it, so that one that comes late isn't missing data. For more than 12
    hours that is longer than a period can be, and there are two periods.
    """
    group = _function(scope)
    _define_schedule(scope, group, watched.id, minutes=round(every.to_minutes()))
    seconds = every.to_seconds()
    long = 2 * seconds > _LONGEST_PERIOD
    period = cdk.Duration.seconds(seconds if long else 2 * seconds)
    return AlarmPlan(
        id="PrivateDnsName",
        metric=verified_metric(watched, period),
        threshold=1,
        description=_LAPSED,
        below=True,
        periods=2 if long else 1,
        missing=cloudwatch.TreatMissingData.BREACHING,
    )


def _function(scope: constructs.Construct) -> FunctionGroup:
    """Return the function that all services of a stack share, defined by the first of them."""
    stack = stack_of(scope)
    found = stack.node.try_find_child(FUNCTION_ID)
    if found is not None:
        return cast("FunctionGroup", found)
    return FunctionGroup(
        stack,
        FUNCTION_ID,
        code=_CODE,
        description="Checks the private DNS names of endpoint services on a schedule",
        actions_on={"*": (_READ,)},
    )


def _define_schedule(
    scope: constructs.Construct, group: FunctionGroup, service_id: str, *, minutes: int
) -> None:
    function = function_of(group)
    role = iam.Role(
        scope,
        "ScheduleRole",
        assumed_by=scheduler_of(stack_of(scope)),
        description="Starts the check of the private DNS name of an endpoint service",
    )
    role.add_to_policy(
        iam.PolicyStatement(actions=["lambda:InvokeFunction"], resources=[function.function_arn])
    )
    unit = "minute" if minutes == 1 else "minutes"
    schedule = scheduler.CfnSchedule(
        scope,
        "Schedule",
        description="Checks the private DNS name of an endpoint service",
        flexible_time_window=scheduler.CfnSchedule.FlexibleTimeWindowProperty(mode="OFF"),
        schedule_expression=f"rate({minutes} {unit})",
        target=scheduler.CfnSchedule.TargetProperty(
            arn=function.function_arn,
            input=json.dumps({"ServiceId": service_id}),
            role_arn=role.role_arn,
        ),
    )
    schedule.node.add_dependency(role)
    acknowledge_schedule(schedule=schedule, role=role)
