"""The rules for connection notifications and their topics."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.facts.arns import UNKNOWN, parse_arn
from privatelink_constructs.facts.partitions import partition_of
from privatelink_constructs.rules import core
from privatelink_constructs.rules.core import Fix, error, first_of, known, warning

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from privatelink_constructs.rules.core import Problem

EVENTS = ("Accept", "Connect", "Delete", "Reject")
REQUESTS = ("Connect",)
"""The events that a person who accepts requests is notified of."""
PRINCIPAL = "vpce.amazonaws.com"


@error(
    "notification-event-missing",
    "A notification must be for at least one event.",
    why="AWS rejects a notification without events.",
    fix=Fix(
        code="pass one or more of Accept, Connect, Delete, and Reject as events",
        template="set ConnectionEvents to one or more of Accept, Connect, Delete, and Reject",
    ),
    url=core.NOTIFICATIONS,
)
def events_present(events: Sequence[str | None]) -> Iterator[str]:
    """Find a notification without events."""
    if not events:
        yield "no connection event is specified"


@error(
    "notification-event-not-valid",
    "The events of a notification must be valid connection events.",
    why="AWS rejects other events.",
    fix=Fix.same(
        "use one or more of Accept, Connect, Delete, and Reject, in exactly this spelling"
    ),
    url=core.NOTIFICATIONS,
)
def events_valid(events: Sequence[str | None]) -> Iterator[str]:
    """Find events that aren't valid; None means not known."""
    for event in sorted({event for event in events if event is not None}):
        if event not in EVENTS:
            yield (
                f"{event!r} is not a valid connection event. The valid events are "
                f"{', '.join(EVENTS)}"
            )


@error(
    "notification-event-duplicate",
    "A notification must list each event only once.",
    why="The second entry has no effect.",
    fix=Fix.same("list each event once"),
    url=core.NOTIFICATIONS,
)
def events_distinct(events: Sequence[str | None]) -> Iterator[str]:
    """Find events that are listed twice; None means not known."""
    known = [event for event in events if event is not None]
    for event in sorted(set(known)):
        if known.count(event) > 1:
            yield f"the event {event!r} is listed {known.count(event)} times"


def valid_events(events: Sequence[str | None], argument: str = "") -> Iterator[Problem]:
    """Check the events of a notification, None for one that isn't known."""
    yield from events_present(events)
    for name, event in core.items_of(events, argument):
        yield from core.about(events_valid([event]), name)
    yield from events_distinct(events)


@error(
    "notification-topic-type-not-supported",
    "The topic of a notification must be a standard topic.",
    why="AWS doesn't publish connection events to FIFO topics.",
    fix=Fix(
        code="use a standard topic, without fifo=True",
        template="use a standard topic, without FifoTopic",
    ),
    url=core.NOTIFICATIONS,
)
def topic_standard(arn: str | None = None, *, fifo: bool | None = None) -> Iterator[str]:
    """Find a FIFO topic.

    :param arn: the ARN of the topic, with ``${...}`` for what only the deployment knows; None for
        all of it.
    :param fifo: whether it is a FIFO topic, None when it isn't known.
    """
    if fifo or (arn is not None and arn.endswith(".fifo")):
        name = known(arn)
        yield f"the topic {name} is a FIFO topic" if name else "the topic is a FIFO topic"


@error(
    "notification-topic-malformed",
    "The destination of a notification must be an Amazon SNS topic.",
    why="AWS rejects any other destination.",
    fix=Fix(
        code="pass an sns.Topic, or import one with sns.Topic.from_topic_arn(...)",
        template="set ConnectionNotificationArn to the ARN of an SNS topic, which the Ref of the "
        "topic returns",
    ),
    url=core.NOTIFICATIONS,
)
def topic_well_formed(arn: str | None) -> Iterator[str]:
    """Find a value that isn't the ARN of a topic.

    :param arn: the ARN, with ``${...}`` for what only the deployment knows; None for all of it.
    """
    if arn is not None and not _may_be_topic(arn):
        yield f"{arn!r} is not the ARN of an SNS topic" if arn else "no topic is specified"


def _may_be_topic(text: str) -> bool:
    arn = parse_arn(text)
    # What has another part after the name of the topic is a subscription.
    return arn is not None and arn.service in {None, "sns"} and ":" not in arn.resource


@error(
    "notification-topic-region-mismatch",
    "The topic of a notification must be in the Region of the service or the endpoint.",
    why="AWS rejects a topic of another Region or partition.",
    fix=Fix.same("use a topic in the Region of the service or the endpoint"),
    url=core.NOTIFICATIONS,
)
def topic_in_region(
    topic: str | None, *, region: str | None, arn: str | None = None
) -> Iterator[str]:
    """Find a topic of another Region or partition; None for what isn't known.

    :param topic: the Region of the topic.
    :param region: the Region of what the notification is for.
    :param arn: the ARN of the topic, with ``${...}`` for what only the deployment knows.
    """
    own, partition = (parse_arn(arn) or UNKNOWN).partition, partition_of(region or "")
    if topic and region and topic != region:
        yield f"the topic is in {topic}, but the notification is for {region}"
    elif own and partition and own != partition.name:
        yield f"the topic is in the partition {own}, but the notification is for {region}"


def valid_topic(arn: str | None = None, *, fifo: bool | None = None) -> Iterator[Problem]:
    """Check the topic of a notification.

    :param arn: its ARN, None when it isn't known.
    :param fifo: whether it is a FIFO topic, None when it isn't known.
    """
    yield from topic_standard(arn, fifo=fifo)
    yield from topic_well_formed(arn)


@error(
    "notification-source-missing",
    "A notification must specify a service or an endpoint.",
    why="AWS rejects a notification without a source.",
    fix=Fix(
        code="call notify(...) on the service, or pass service_id or vpc_endpoint_id",
        template="set ServiceId or VPCEndpointId",
    ),
    url=core.NOTIFICATIONS,
)
def target_present(*, service: bool, endpoint: bool) -> Iterator[str]:
    """Find a notification without a source."""
    if not service and not endpoint:
        yield "the notification specifies neither a service nor an endpoint"


@error(
    "notification-source-conflict",
    "A notification must specify a service or an endpoint, not both.",
    why="AWS rejects a notification with both.",
    fix=Fix(
        code=(
            "pass either service_id or vpc_endpoint_id, and define a second notification for the "
            "other"
        ),
        template=(
            "set either ServiceId or VPCEndpointId, and define a second notification for the other"
        ),
    ),
    url=core.NOTIFICATIONS,
)
def target_single(*, service: bool, endpoint: bool) -> Iterator[str]:
    """Find a notification for a service and an endpoint."""
    if service and endpoint:
        yield "the notification specifies both a service and an endpoint"


@error(
    "notification-topic-closed",
    "The topic of a notification must allow vpce.amazonaws.com to publish.",
    why="Otherwise, AWS rejects the notification or doesn't publish events.",
    fix=Fix(
        code=(
            "allow SNS:Publish for vpce.amazonaws.com with topic.add_to_resource_policy(...), "
            "with conditions on aws:SourceArn and aws:SourceAccount"
        ),
        template=(
            "add an AWS::SNS::TopicPolicy that allows SNS:Publish for vpce.amazonaws.com, with "
            "conditions on aws:SourceArn and aws:SourceAccount"
        ),
    ),
    url=core.NOTIFICATIONS,
)
def topic_allows_privatelink(*, allowed: bool | None) -> Iterator[str]:
    """Find a topic that PrivateLink can't publish to.

    :param allowed: whether a statement allows ``vpce.amazonaws.com`` to publish, None when it
        isn't known.
    """
    if allowed is False:
        yield f"no topic policy allows {PRINCIPAL} to publish to the topic"


@error(
    "notification-topic-source-mismatch",
    "The conditions of the topic's policy must match the notification's source.",
    why="Events come from the service or the endpoint, so a policy with other conditions never "
    "applies.",
    fix=Fix.same(
        "compare aws:SourceArn with "
        "arn:<partition>:ec2:<region>:<account>:vpc-endpoint-service/<id> "
        "(vpc-endpoint/<id> for an endpoint), and aws:SourceAccount with its account"
    ),
    url=core.NOTIFICATIONS,
)
def topic_source_matching(*, matches: bool | None) -> Iterator[str]:
    """Find a statement that allows PrivateLink to publish only for another source.

    :param matches: whether its condition matches the notification's source, None when that isn't
        known.
    """
    if matches is False:
        yield f"the topic policy allows {PRINCIPAL} to publish only for another source"


@warning(
    "notification-topic-open-to-world",
    "The topic of a notification should allow vpce.amazonaws.com only for its own source.",
    why="Otherwise, a service of any account can publish events to the topic.",
    fix=Fix.same("add conditions on aws:SourceArn and aws:SourceAccount to the topic's policy"),
    url=core.NOTIFICATIONS,
)
def topic_policy_conditional(*, conditional: bool | None) -> Iterator[str]:
    """Find a statement that allows PrivateLink to publish for any source.

    :param conditional: whether it has a condition on its source, None when that isn't known.
    """
    if conditional is False:
        yield f"the topic policy allows {PRINCIPAL} to publish for any source"


def valid_topic_source(*, conditional: bool | None, matches: bool | None) -> Iterator[Problem]:
    """Check the sources that a statement allows PrivateLink to publish for.

    :param conditional: whether it has a condition on its source, None when that isn't known.
    :param matches: whether that matches the notification's source, None when that isn't known.
    """
    yield from first_of(
        topic_source_matching(matches=matches), topic_policy_conditional(conditional=conditional)
    )


@warning(
    "notification-topic-undetermined",
    "The policy of an imported topic should allow vpce.amazonaws.com.",
    why="The construct can't change the policy of an imported topic. Change it before you deploy.",
    fix=Fix(
        code=(
            "allow SNS:Publish for vpce.amazonaws.com in the topic policy, with conditions on "
            "aws:SourceArn and aws:SourceAccount, and acknowledge this warning"
        ),
        template=(
            "allow SNS:Publish for vpce.amazonaws.com in an AWS::SNS::TopicPolicy, with "
            "conditions on aws:SourceArn and aws:SourceAccount"
        ),
    ),
    url=core.NOTIFICATIONS,
)
def topic_policy_changed(name: str, *, added: bool) -> Iterator[str]:
    """Find a topic whose policy the construct couldn't change.

    :param name: the ARN or the path of the topic.
    :param added: whether the statement was added to the policy.
    """
    if not added:
        yield f"the topic {name} is imported, so its policy stays as it is"


@error(
    "notification-duplicate",
    "A topic must have only one notification per service or endpoint.",
    why="AWS doesn't document a second notification. Events that both notifications list might "
    "arrive twice.",
    fix=Fix.same("list all events in one notification"),
    url=core.NOTIFICATIONS,
)
def notifications_distinct(notifications: Sequence[tuple[str, str]]) -> Iterator[str]:
    """Find notifications with the same source and topic.

    :param notifications: for each, the service or endpoint and the topic, as text that is equal for
        equal ones.
    """
    for source, topic in sorted(set(notifications)):
        count = notifications.count((source, topic))
        if count > 1:
            yield f"{source} has {count} notifications to {topic}"
