"""What a connection notification needs, and what its topic has to allow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.facts.arns import parse_arn
from privatelink_constructs.rules import core
from privatelink_constructs.rules.core import Fix, error, first_of, warning

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from privatelink_constructs.rules.core import Problem

EVENTS = ("Accept", "Connect", "Delete", "Reject")
REQUESTS = ("Connect",)
"""The events that a person who accepts requests is notified of."""
PRINCIPAL = "vpce.amazonaws.com"
KEY_ACTIONS = ("kms:Decrypt", "kms:GenerateDataKey*")
_MANAGED_KEY = "alias/aws/sns"


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
        yield "no event is given"


@error(
    "notification-event-not-valid",
    "A notification must be for events that AWS has.",
    why="AWS rejects any other event.",
    fix=Fix.same("use one or more of Accept, Connect, Delete, and Reject, spelled like this"),
    url=core.NOTIFICATIONS,
)
def events_valid(events: Sequence[str | None]) -> Iterator[str]:
    """Find events that AWS doesn't have; None stands for one that isn't known."""
    for event in sorted({event for event in events if event is not None}):
        if event not in EVENTS:
            yield f"{event!r} is no event ({', '.join(EVENTS)})"


@error(
    "notification-event-duplicate",
    "A notification must name each event once.",
    why="The second entry does nothing.",
    fix=Fix.same("name each event once"),
    url=core.NOTIFICATIONS,
)
def events_distinct(events: Sequence[str | None]) -> Iterator[str]:
    """Find events that are named twice; None stands for one that isn't known."""
    known = [event for event in events if event is not None]
    for event in sorted(set(known)):
        if known.count(event) > 1:
            yield f"{event!r} is named {known.count(event)} times"


def valid_events(events: Sequence[str | None]) -> Iterator[Problem]:
    """Check the events of a notification, None for one that isn't known."""
    yield from events_present(events)
    yield from events_valid(events)
    yield from events_distinct(events)


@error(
    "notification-topic-type-not-supported",
    "The topic of a notification must be a standard topic.",
    why="AWS does not publish connection events to FIFO topics.",
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
        yield f"the topic {arn or ''} is a FIFO topic".replace("  ", " ")


@error(
    "notification-topic-malformed",
    "A notification must go to an SNS topic.",
    why="AWS rejects anything but the ARN of a topic.",
    fix=Fix(
        code="pass an sns.Topic, or one that sns.Topic.from_topic_arn(...) imports",
        template="set ConnectionNotificationArn to the ARN of an SNS topic, as its Ref returns it",
    ),
    url=core.NOTIFICATIONS,
)
def topic_well_formed(arn: str | None) -> Iterator[str]:
    """Find what is no ARN of a topic.

    :param arn: the ARN, with ``${...}`` for what only the deployment knows; None for all of it.
    """
    if arn is not None and not _may_be_topic(arn):
        yield f"{arn!r} is no ARN of a topic" if arn else "no topic is given"


def _may_be_topic(text: str) -> bool:
    arn = parse_arn(text)
    # What has another part after the name of the topic is a subscription.
    return arn is not None and arn.service in {None, "sns"} and ":" not in arn.resource


@error(
    "notification-topic-region-mismatch",
    "The topic of a notification must be in the Region of the service or the endpoint.",
    why="AWS rejects a topic of another Region.",
    fix=Fix.same("use a topic in the Region of the service or the endpoint"),
    url=core.NOTIFICATIONS,
)
def topic_in_region(topic: str | None, *, region: str | None) -> Iterator[str]:
    """Find a topic of another Region; None for what isn't known.

    :param topic: the Region of the topic.
    :param region: the Region of what the notification is for.
    """
    if topic and region and topic != region:
        yield f"the topic is in {topic}, and the notification is for {region}"


def valid_topic(arn: str | None = None, *, fifo: bool | None = None) -> Iterator[Problem]:
    """Check the topic of a notification.

    :param arn: its ARN, None when it isn't known.
    :param fifo: whether it is a FIFO topic, None when it isn't known.
    """
    yield from topic_standard(arn, fifo=fifo)
    yield from topic_well_formed(arn)


@error(
    "notification-key-not-supported",
    "An encrypted topic for notifications must use a customer managed key.",
    why="The policy of the AWS managed key can't allow PrivateLink, so no event arrives.",
    fix=Fix(
        code=(
            "encrypt the topic with a key of your own: master_key=kms.Key(...), whose policy "
            "allows vpce.amazonaws.com"
        ),
        template=(
            "set KmsMasterKeyId to a KMS key of your own, whose policy allows vpce.amazonaws.com"
        ),
    ),
    url=core.NOTIFICATIONS,
)
def topic_key_customer_managed(key: str | None) -> Iterator[str]:
    """Find a topic that is encrypted with the AWS managed key of SNS.

    :param key: the id, ARN or alias of its key; None without encryption or when it isn't known.
    """
    if key is not None and is_managed_key(key):
        yield f"the topic is encrypted with {key!r}"


def is_managed_key(key: str) -> bool:
    """Tell whether a key is the one that AWS manages for SNS."""
    return key == _MANAGED_KEY or key.endswith(f":{_MANAGED_KEY}")


@error(
    "notification-key-closed",
    "The key of an encrypted topic must allow vpce.amazonaws.com.",
    why="PrivateLink can't encrypt what it publishes, so no event arrives.",
    fix=Fix(
        code=(
            "allow vpce.amazonaws.com kms:GenerateDataKey* and kms:Decrypt with "
            "key.add_to_resource_policy(...)"
        ),
        template=("allow vpce.amazonaws.com kms:GenerateDataKey* and kms:Decrypt in the KeyPolicy"),
    ),
    url=core.NOTIFICATIONS,
)
def topic_key_allows_privatelink(*, admitted: bool | None) -> Iterator[str]:
    """Find a key that PrivateLink can't encrypt with.

    :param admitted: whether the key's policy allows PrivateLink, None when it isn't known.
    """
    if admitted is False:
        yield f"the key's policy does not admit {PRINCIPAL}"


@warning(
    "notification-key-undetermined",
    "The policy of an imported key should allow vpce.amazonaws.com.",
    why=(
        "The construct can't change the policy of an imported key, and without it no event arrives."
    ),
    fix=Fix(
        code=(
            "allow vpce.amazonaws.com kms:GenerateDataKey* and kms:Decrypt where the key is "
            "defined, and acknowledge this warning"
        ),
        template=(
            "allow vpce.amazonaws.com kms:GenerateDataKey* and kms:Decrypt in the KeyPolicy where "
            "the key is defined"
        ),
    ),
    url=core.NOTIFICATIONS,
)
def topic_key_policy_changed(*, added: bool) -> Iterator[str]:
    """Find a key whose policy the construct couldn't change.

    :param added: whether the statement was added to the policy.
    """
    if not added:
        yield "the key of the topic is imported"


@error(
    "notification-source-missing",
    "A notification must be for a service or for an endpoint.",
    why="AWS rejects a notification for nothing.",
    fix=Fix(
        code="call notify(...) of the service, or pass service_id or vpc_endpoint_id",
        template="set ServiceId or VPCEndpointId",
    ),
    url=core.NOTIFICATIONS,
)
def target_present(*, service: bool, endpoint: bool) -> Iterator[str]:
    """Find a notification for nothing."""
    if not service and not endpoint:
        yield "neither a service nor an endpoint is given"


@error(
    "notification-source-conflict",
    "A notification must be for a service or for an endpoint, not for both.",
    why="AWS rejects a notification for both.",
    fix=Fix(
        code=(
            "pass service_id or vpc_endpoint_id, and define a notification of its own for the other"
        ),
        template=(
            "set ServiceId or VPCEndpointId, and define a notification of its own for the other"
        ),
    ),
    url=core.NOTIFICATIONS,
)
def target_single(*, service: bool, endpoint: bool) -> Iterator[str]:
    """Find a notification for a service and an endpoint."""
    if service and endpoint:
        yield "both a service and an endpoint are given"


@error(
    "notification-topic-closed",
    "The topic of a notification must allow vpce.amazonaws.com to publish.",
    why="AWS rejects the notification, or publishes nothing.",
    fix=Fix(
        code=(
            "allow vpce.amazonaws.com to do SNS:Publish with topic.add_to_resource_policy(...), "
            "with conditions on aws:SourceArn and aws:SourceAccount"
        ),
        template=(
            "add an AWS::SNS::TopicPolicy that allows vpce.amazonaws.com to do SNS:Publish, with "
            "conditions on aws:SourceArn and aws:SourceAccount"
        ),
    ),
    url=core.NOTIFICATIONS,
)
def topic_allows_privatelink(*, admitted: bool | None) -> Iterator[str]:
    """Find a topic that PrivateLink can't publish to.

    :param admitted: whether a statement lets ``vpce.amazonaws.com`` publish, None when it isn't
        known.
    """
    if admitted is False:
        yield f"no policy lets {PRINCIPAL} publish to the topic"


@error(
    "notification-topic-source-mismatch",
    "The conditions of the topic's policy must match the notification's source.",
    why="Events come from the service or endpoint itself, so the policy never applies.",
    fix=Fix.same(
        "compare aws:SourceArn with "
        "arn:<partition>:ec2:<region>:<account>:vpc-endpoint-service/<id> "
        "(vpc-endpoint/<id> for an endpoint), and aws:SourceAccount with its account"
    ),
    url=core.NOTIFICATIONS,
)
def topic_source_matching(*, matches: bool | None) -> Iterator[str]:
    """Find a statement that lets PrivateLink publish for another source only.

    :param matches: whether its condition matches the notification's source, None when that isn't
        known.
    """
    if matches is False:
        yield f"the policy lets {PRINCIPAL} publish for another source alone"


@warning(
    "notification-topic-open-to-world",
    "The topic of a notification should allow vpce.amazonaws.com only for its own source.",
    why="Otherwise a service of any account can have events published there.",
    fix=Fix.same("add conditions on aws:SourceArn and aws:SourceAccount to the topic's policy"),
    url=core.NOTIFICATIONS,
)
def topic_policy_conditional(*, conditional: bool | None) -> Iterator[str]:
    """Find a statement that lets PrivateLink publish for any source.

    :param conditional: whether it has a condition on its source, None when that isn't known.
    """
    if conditional is False:
        yield f"the policy lets {PRINCIPAL} publish for any source"


def valid_topic_source(*, conditional: bool | None, matches: bool | None) -> Iterator[Problem]:
    """Check which sources a statement lets PrivateLink publish for.

    :param conditional: whether it has a condition on its source, None when that isn't known.
    :param matches: whether that matches the notification's source, None when that isn't known.
    """
    yield from first_of(
        topic_source_matching(matches=matches), topic_policy_conditional(conditional=conditional)
    )


@warning(
    "notification-topic-undetermined",
    "The policy of an imported topic should allow vpce.amazonaws.com.",
    why="The construct can't change the policy of an imported topic; see to it before deploying.",
    fix=Fix(
        code=(
            "allow vpce.amazonaws.com to do SNS:Publish where the topic is defined, with "
            "conditions on aws:SourceArn and aws:SourceAccount, and acknowledge this warning"
        ),
        template=(
            "allow vpce.amazonaws.com to do SNS:Publish in an AWS::SNS::TopicPolicy where the "
            "topic is defined, with conditions on aws:SourceArn and aws:SourceAccount"
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
        yield f"the topic {name} is imported"


@error(
    "notification-duplicate",
    "A topic must have one notification per service or endpoint.",
    why="AWS doesn't document that it takes a second one; events that both name arrive twice.",
    fix=Fix.same("put all events into one notification"),
    url=core.NOTIFICATIONS,
)
def notifications_distinct(notifications: Sequence[tuple[str, str]]) -> Iterator[str]:
    """Find notifications that are alike.

    :param notifications: for each the service or endpoint and the topic, as text that tells equal
        ones from different ones.
    """
    for source, topic in sorted(set(notifications)):
        count = notifications.count((source, topic))
        if count > 1:
            yield f"{count} notifications of {source} to {topic}"
