"""The actions of an alarm."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from aws_cdk import aws_cloudwatch_actions as alarm_actions
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sns as sns

from privatelink_constructs._cdk.asking import (
    environment_of,
    environment_of_resource,
    stack_of,
)
from privatelink_constructs.rules import alarms as rules
from privatelink_constructs.rules.annotations import fits
from privatelink_constructs.rules.core import known

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import constructs
    from aws_cdk import aws_cloudwatch as cloudwatch

    from privatelink_constructs.rules.core import Problem

    Action = cloudwatch.IAlarmAction | sns.ITopic | sns.Topic

_KEY_ACTIONS = ("kms:Decrypt", "kms:GenerateDataKey*")


def action_problems(actions: Sequence[Action], scope: constructs.Construct) -> Iterator[Problem]:
    """Check that alarms of a stack can use the topics among actions.

    :param scope: a construct of the stack.
    """
    ours = environment_of(stack_of(scope)).region
    for topic in _topics(actions):
        there = environment_of_resource(topic).region
        yield from rules.topic_in_region(there, ours=ours, topic=_name(topic))


def add_actions(alarms: Sequence[cloudwatch.Alarm], actions: Sequence[Action]) -> Iterator[Problem]:
    """Have alarms take actions, and let CloudWatch encrypt what it sends to topics."""
    given = [_as_action(action) for action in actions]
    for alarm in alarms if given else ():
        alarm.add_alarm_action(*given)
    for topic in _topics(actions) if alarms else ():
        yield from _open_key(topic)


def _topics(actions: Sequence[Action]) -> list[sns.ITopic]:
    return [cast("sns.ITopic", it) for it in actions if fits(it, sns.ITopic)]


def _as_action(action: Action) -> cloudwatch.IAlarmAction:
    if fits(action, sns.ITopic):
        found = alarm_actions.SnsAction(cast("sns.ITopic", action))
        return cast("cloudwatch.IAlarmAction", found)
    return cast("cloudwatch.IAlarmAction", action)


def _name(topic: sns.ITopic) -> str:
    return known(topic.topic_arn) or topic.node.path


def _open_key(topic: sns.ITopic) -> Iterator[Problem]:
    """Let CloudWatch use the key of an encrypted topic.

    :see: https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
    """
    key = topic.master_key
    if key is None:
        return
    stack = stack_of(topic)
    account = environment_of(stack).account or stack.account
    statement = iam.PolicyStatement(
        actions=list(_KEY_ACTIONS),
        conditions={"StringEquals": {"aws:SourceAccount": account}},
        principals=[cast("iam.IPrincipal", iam.ServicePrincipal("cloudwatch.amazonaws.com"))],
        resources=["*"],
    )
    added = key.add_to_resource_policy(statement).statement_added
    yield from rules.topic_key_policy_changed(added=added, topic=_name(topic))
