"""The acceptor: what accepts and rejects the connections of a service by rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import aws_cdk as cdk
import constructs
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_scheduler_targets as scheduler_targets
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs

from privatelink_constructs._cdk.acknowledgments import acknowledge_acceptor
from privatelink_constructs._cdk.asking import stack_of
from privatelink_constructs._cdk.function_settings import settings_of
from privatelink_constructs._cdk.naming import arn_of
from privatelink_constructs._cdk.schedules import scheduler_of
from privatelink_constructs.contract.metric_making import MetricHome, own_metric
from privatelink_constructs.provider.steps.acceptor_function import (
    MINUTES,
    define_acceptor_function,
)
from privatelink_constructs.rules.acceptance import DEFAULT_INTERVAL_SECONDS
from privatelink_constructs.rules.notification_keys import KEY_ACTIONS

if TYPE_CHECKING:
    from aws_cdk import aws_cloudwatch as cloudwatch
    from aws_cdk import aws_kms as kms

    from privatelink_constructs.provider.acceptance_policy import AcceptancePolicy
    from privatelink_constructs.provider.service_reference import ServiceReference

# Six times the function's timeout, as AWS recommends.
# https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
_VISIBILITY = 6 * MINUTES
_ATTEMPTS = 5
_POLLS_AT_ONCE = 2
# A thousand simultaneous requests are about ten runs, and no request waits longer than this for
# others.
_BATCH = 100
_BATCH_SECONDS = 5
_MESSAGES = "Messages"
_SUBSCRIPTION = "Subscription"


class ConnectionAcceptor(constructs.Construct):
    """Accepts and rejects the connections of one service by rules.

    A service with ``AcceptancePolicy.by_rules(...)`` defines it and returns it as ``acceptor``. You
    don't create it yourself; you only use its metrics. ``EndpointServiceAlarms`` has alarms on
    them.

    Example::

        if service.acceptor is not None:
            waiting = service.acceptor.metric_oldest_pending_age()

    An SNS topic sends the events of the service to a queue, and a schedule sends a message to the
    same queue. For each message, a function reads all connections of the service and decides.
    Messages that fail repeatedly go to a dead-letter queue. Nothing is lost with them, because the
    next run checks everything again.

    :param scope: the service.
    :param id: the ID of the construct.
    :param service: the service, once it is defined.
    :param policy: the policy with the rules.
    :see: https://docs.aws.amazon.com/vpc/latest/privatelink/configure-endpoint-service.html
    """

    def __init__(
        self,
        scope: constructs.Construct,
        id: str,  # noqa: A002 - the CDK's name for it
        *,
        service: ServiceReference,
        policy: AcceptancePolicy,
    ) -> None:
        """Define the topic, the queues, the schedule, and the function."""
        super().__init__(scope, id)
        self._service_id = service.resource.ref
        self._interval = policy.reconcile_every
        key = settings_of(self).encryption_key
        self._dead_letter_queue = _define_queue(
            self, "DeadLetterQueue", key=key, retention_period=cdk.Duration.days(14)
        )
        self._queue = _define_queue(
            self,
            "Queue",
            dead_letter_queue=sqs.DeadLetterQueue(
                max_receive_count=_ATTEMPTS, queue=cast("sqs.IQueue", self._dead_letter_queue)
            ),
            key=key,
            visibility_timeout=cdk.Duration.minutes(_VISIBILITY),
        )
        self._topic = sns.Topic(
            self, "Topic", enforce_ssl=True, master_key=cast("kms.IKey | None", key)
        )
        if key is not None:
            _open_to_topics(cast("kms.IKey", key), stack_of(self))
        self._subscribe()
        self._define_schedule(policy.reconcile_every)
        self._function = define_acceptor_function(
            self, service=service, policy=policy, queue=self._queue
        )
        lambda_.EventSourceMapping(
            self,
            _MESSAGES,
            batch_size=_BATCH,
            event_source_arn=self._queue.queue_arn,
            max_batching_window=cdk.Duration.seconds(_BATCH_SECONDS),
            max_concurrency=_POLLS_AT_ONCE,
            report_batch_item_failures=True,
            target=cast("lambda_.IFunction", self._function),
        )

    def _subscribe(self) -> None:
        # Without the CDK's own classes, here and for the queue below, because their IDs contain the
        # ID of the stack, and neither resource can be replaced by an equal one.
        statement = iam.PolicyStatement(
            actions=["sqs:SendMessage"],
            conditions={"ArnEquals": {"aws:SourceArn": self._topic.topic_arn}},
            principals=[cast("iam.IPrincipal", iam.ServicePrincipal("sns.amazonaws.com"))],
            resources=[self._queue.queue_arn],
        )
        policy = self._queue.add_to_resource_policy(statement)
        subscription = sns.Subscription(
            self,
            _SUBSCRIPTION,
            endpoint=self._queue.queue_arn,
            protocol=sns.SubscriptionProtocol.SQS,
            raw_message_delivery=False,
            topic=cast("sns.ITopic", self._topic),
        )
        subscription.node.add_dependency(cast("constructs.IDependable", policy.policy_dependable))

    def _define_schedule(self, every: cdk.Duration | None) -> None:
        role = iam.Role(self, "ScheduleRole", assumed_by=scheduler_of(stack_of(self)))
        schedule = scheduler.Schedule(
            self,
            "Schedule",
            description="Reconciles the connections of an endpoint service with their rules",
            schedule=scheduler.ScheduleExpression.rate(
                every or cdk.Duration.seconds(DEFAULT_INTERVAL_SECONDS)
            ),
            target=cast(
                "scheduler.IScheduleTarget",
                scheduler_targets.SqsSendMessage(
                    cast("sqs.IQueue", self._queue),
                    input=scheduler.ScheduleTargetInput.from_object({"action": "reconcile"}),
                    role=cast("iam.IRole", role),
                ),
            ),
        )
        acknowledge_acceptor(
            topic=self._topic,
            queues=(self._queue, self._dead_letter_queue),
            schedule=schedule,
            schedule_role=role,
        )

    @property
    def topic(self) -> sns.Topic:
        """The topic that AWS PrivateLink notifies of connection requests."""
        return self._topic

    @property
    def queue(self) -> sqs.Queue:
        """The queue of messages that start a run."""
        return self._queue

    @property
    def dead_letter_queue(self) -> sqs.Queue:
        """The queue of messages that failed five times. You can purge or redrive them."""
        return self._dead_letter_queue

    @property
    def function(self) -> lambda_.Function:
        """The function that accepts and rejects connections."""
        return self._function

    @property
    def reconcile_every(self) -> cdk.Duration | None:
        """How often all connections are checked, None for every 15 minutes."""
        return self._interval

    def metric_accepted(self) -> cloudwatch.Metric:
        """Return the number of connections that were accepted."""
        return self._metric("Accepted")

    def metric_failures(self) -> cloudwatch.Metric:
        """Return the number of connections that can't be decided for longer than one run.

        It is 1 if none can be read.
        """
        return self._metric("Failures")

    def metric_left_pending(self) -> cloudwatch.Metric:
        """Return the largest number of connections that a run left pending."""
        return self._metric("LeftPending", "Maximum")

    def metric_malformed_messages(self) -> cloudwatch.Metric:
        """Return the number of messages that aren't valid."""
        return self._metric("MalformedMessages")

    def metric_oldest_pending_age(self) -> cloudwatch.Metric:
        """Return the number of seconds that the oldest pending connection has been waiting."""
        return self._metric("OldestPendingAge", "Maximum")

    def metric_rejected(self) -> cloudwatch.Metric:
        """Return the number of connections that were rejected."""
        return self._metric("Rejected")

    def metric_untouched_connections(self) -> cloudwatch.Metric:
        """Return the largest number of live connections, in a run, of accounts on neither list."""
        return self._metric("UntouchedConnections", "Maximum")

    def _metric(self, name: str, statistic: str = "Sum") -> cloudwatch.Metric:
        home = MetricHome(construct=self)
        return own_metric(name, self._service_id, home, {"statistic": statistic})


def way_of_requests(acceptor: ConnectionAcceptor) -> tuple[constructs.IDependable, ...]:
    """Return what a request needs to reach the rules, including the function.

    Principals that are allowed before these exist wait for the schedule, or meet earlier rules.
    """
    parts = map(acceptor.node.find_child, (_MESSAGES, _SUBSCRIPTION))
    return (*parts, cast("constructs.IDependable", acceptor.function))


def _define_queue(
    scope: constructs.Construct,
    id: str,  # noqa: A002 - the CDK's name for it
    *,
    dead_letter_queue: sqs.DeadLetterQueue | None = None,
    key: kms.IKey | kms.Key | None,
    retention_period: cdk.Duration | None = None,
    visibility_timeout: cdk.Duration | None = None,
) -> sqs.Queue:
    return sqs.Queue(
        scope,
        id,
        dead_letter_queue=dead_letter_queue,
        encryption=sqs.QueueEncryption.KMS if key else sqs.QueueEncryption.SQS_MANAGED,
        encryption_master_key=cast("kms.IKey | None", key),
        enforce_ssl=True,
        retention_period=retention_period,
        visibility_timeout=visibility_timeout,
    )


def _open_to_topics(key: kms.IKey, stack: cdk.Stack) -> None:
    """Let the topics of a stack's account and Region send to queues with a key.

    A statement that names the topic would make a cycle, because the topic waits for the key. If the
    policy of the key can't be changed, there is a warning already.

    :see: https://docs.aws.amazon.com/sns/latest/dg/sns-enable-encryption-for-topic-sqs-queue-subscriptions.html
    """
    statement = iam.PolicyStatement(
        actions=list(KEY_ACTIONS),
        conditions={"ArnLike": {"aws:SourceArn": arn_of(stack, "sns", "*")}},
        principals=[cast("iam.IPrincipal", iam.ServicePrincipal("sns.amazonaws.com"))],
        resources=["*"],
    )
    key.add_to_resource_policy(statement)
