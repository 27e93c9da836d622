"""Connection notifications: the SNS topics that are notified of events of a service."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, cast

from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sns as sns

from privatelink_constructs._cdk.asking import (
    environment_of,
    environment_of_resource,
    is_child_of,
    stack_of,
)
from privatelink_constructs._cdk.naming import endpoint_service_arn
from privatelink_constructs._cdk.reporting import Site, refuse, warn
from privatelink_constructs.rules import notification_keys as keys
from privatelink_constructs.rules import notifications as rules
from privatelink_constructs.rules.core import known

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import aws_cdk as cdk
    import constructs
    from aws_cdk import aws_kms as kms

    from privatelink_constructs.rules.core import Problem

    # For type checkers, the class doesn't implement its interface.
    Topic = sns.ITopic | sns.Topic


class Notifications:
    """The notifications of one service.

    :param scope: the construct of the service.
    :param service: the service.
    """

    def __init__(self, scope: constructs.Construct, service: ec2.CfnVPCEndpointService) -> None:
        """Begin without any."""
        self._scope = scope
        self._service = service
        self._topics: set[str] = set()
        self._shown: dict[str, str] = {}

    def add(
        self, topic: Topic, events: Sequence[str], *, name: str | None = None
    ) -> ec2.CfnVPCEndpointConnectionNotification:
        """Notify a topic of events, and allow AWS PrivateLink to publish there.

        :param name: the ID of the notification. Default: None, it follows from the topic.
        :return: the notification.
        :raises ValidationError: for a topic or events that AWS would reject.
        """
        arn = topic.topic_arn
        shown = self._shown.setdefault(arn, known(arn) or topic.node.path)
        region = environment_of(stack_of(self._scope)).region
        problems = [*check_topic(topic, region), *rules.valid_events(events, "events")]
        told = [("the service", shown)] * (2 if arn in self._topics else 1)
        problems += rules.notifications_distinct(told)
        warnings = refuse(problems, Site(self._scope))

        self._topics.add(arn)
        notification = ec2.CfnVPCEndpointConnectionNotification(
            self._scope,
            name or self._id_for(topic),
            connection_events=sorted(events),
            connection_notification_arn=arn,
            service_id=self._service.ref,
        )
        warnings += _open_topic(topic, shown, self._service, notification)
        warn(self._scope, warnings)
        return notification

    def _id_for(self, topic: Topic) -> str:
        """Return the ID of the notification of a topic, whatever else is notified.

        It is the topic's own ID directly below the stack, where no other construct has it, and the
        topic's address in the tree elsewhere.
        """
        unique = is_child_of(topic, stack_of(self._scope))
        return f"Notification-{topic.node.id if unique else topic.node.addr}"


def check_topic(topic: Topic, region: str | None) -> Iterator[Problem]:
    """Check that AWS PrivateLink can publish to a topic.

    :param region: the Region of the service, None if it isn't known.
    """
    arn = topic.topic_arn
    if region is not None:
        own = environment_of_resource(topic).region
        yield from rules.topic_in_region(own, region=region, arn=arn)
    yield from rules.valid_topic(arn, fifo=topic.fifo)
    yield from keys.topic_key_customer_managed(_managed_key_of(topic))


def _managed_key_of(topic: Topic) -> str | None:
    """Return the key of a topic of the app if it is the one that AWS manages."""
    resource = topic.node.default_child
    if not isinstance(resource, sns.CfnTopic) or resource.kms_master_key_id is None:
        return None
    resolved: object = stack_of(resource).resolve(resource.kms_master_key_id)
    # An alias is resolved to a join of the parts of an ARN, the last of which is its name.
    ending = json.dumps(resolved).rstrip('"]} ').rpartition('"')[2]
    ending = ending.rpartition(":")[2]
    return ending if keys.is_managed_key(ending) else None


def _open_topic(
    topic: Topic,
    shown: str,
    service: ec2.CfnVPCEndpointService,
    notification: ec2.CfnVPCEndpointConnectionNotification,
) -> Iterator[Problem]:
    """Allow AWS PrivateLink to publish to a topic before its notification is created.

    :see: https://docs.aws.amazon.com/vpc/latest/privatelink/create-notification-endpoint-service.html
    """
    stack = stack_of(service)
    # A reference to the service from another stack would make the two stacks depend on each other.
    source = service.ref if topic.stack is stack else "*"
    statement = _statement(stack, ["SNS:Publish"], [topic.topic_arn], source)
    policy = topic.add_to_resource_policy(statement)
    yield from rules.topic_policy_changed(shown, added=policy.statement_added)
    if policy.policy_dependable is not None:
        notification.node.add_dependency(policy.policy_dependable)
    key = topic.master_key
    if key is not None:
        yield from _open_key(key, stack)


def _open_key(key: kms.IKey, stack: cdk.Stack) -> Iterator[Problem]:
    # A reference to the service would make the key wait for it, and the service can wait for the
    # key, for example through the bucket for access logs.
    policy = key.add_to_resource_policy(_statement(stack, list(keys.KEY_ACTIONS), ["*"], "*"))
    yield from keys.topic_key_policy_changed(added=policy.statement_added)


def _statement(
    stack: cdk.Stack, actions: list[str], resources: list[str], service_id: str
) -> iam.PolicyStatement:
    return iam.PolicyStatement(
        actions=actions,
        principals=[cast("iam.IPrincipal", iam.ServicePrincipal(rules.PRINCIPAL))],
        resources=resources,
        conditions={
            "ArnLike": {"aws:SourceArn": endpoint_service_arn(stack, service_id)},
            "StringEquals": {"aws:SourceAccount": environment_of(stack).account or stack.account},
        },
    )
