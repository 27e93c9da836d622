"""What a connection notification needs, and what its topic has to admit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.rules import core
from privatelink_constructs.rules.core import Problem, error, warning

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

EVENTS = ("Accept", "Connect", "Delete", "Reject")
REQUESTS = ("Connect",)
"""The events of which a person hears who accepts requests."""
PRINCIPAL = "vpce.amazonaws.com"
KEY_ACTIONS = ("kms:Decrypt", "kms:GenerateDataKey*")
_MANAGED_KEY = "alias/aws/sns"

NO_EVENT = error(
    "notification-events-empty",
    "A notification is for at least one event.",
    why="AWS refuses a notification without events.",
    remedy="use one or more of Accept, Connect, Delete and Reject",
    url=core.NOTIFICATIONS,
)
UNKNOWN_EVENT = error(
    "notification-event-unknown",
    "A notification is for events that AWS has.",
    why="AWS refuses any other.",
    remedy="use one or more of Accept, Connect, Delete and Reject, spelt like this",
    url=core.NOTIFICATIONS,
)
DUPLICATE_EVENT = error(
    "notification-event-duplicate",
    "A notification names each event once.",
    why="The second entry does nothing.",
    remedy="name each event once",
    url=core.NOTIFICATIONS,
)
FIFO_TOPIC = error(
    "notification-topic-fifo",
    "The topic of a notification is a standard topic.",
    why="AWS does not publish connection events to FIFO topics.",
    remedy="use a standard topic, without FifoTopic (fifo)",
    url=core.NOTIFICATIONS,
)
NO_TOPIC = error(
    "notification-topic-malformed",
    "A notification goes to an SNS topic.",
    why="AWS refuses anything but the ARN of a topic.",
    remedy="use the ARN of an SNS topic, as a topic's Ref gives it",
    url=core.NOTIFICATIONS,
)
MANAGED_KEY = error(
    "notification-topic-managed-key",
    "An encrypted topic for notifications uses a customer managed key.",
    why="The policy of the AWS managed key can't admit PrivateLink, so no event arrives.",
    remedy="encrypt the topic with a KMS key of your own that admits vpce.amazonaws.com",
    url=core.NOTIFICATIONS,
)
TARGET_MISSING = error(
    "notification-target-missing",
    "A notification is for a service or for an endpoint.",
    why="AWS refuses a notification for nothing.",
    remedy="give ServiceId or VPCEndpointId",
    url=core.NOTIFICATIONS,
)
TARGET_AMBIGUOUS = error(
    "notification-target-ambiguous",
    "A notification is for a service or for an endpoint, not for both.",
    why="AWS refuses a notification for both.",
    remedy="give ServiceId or VPCEndpointId, and a notification of its own to the other",
    url=core.NOTIFICATIONS,
)
TOPIC_CLOSED = error(
    "notification-topic-closed",
    "The topic of a notification admits vpce.amazonaws.com.",
    why="AWS refuses the notification, or publishes nothing.",
    remedy=(
        "add a topic policy that allows vpce.amazonaws.com to SNS:Publish, with conditions on "
        "aws:SourceArn and aws:SourceAccount"
    ),
    url=core.NOTIFICATIONS,
)
TOPIC_SOURCE = error(
    "notification-topic-source-mismatch",
    "The conditions of the topic's policy hold for the notification's source.",
    why="Events come from the service or endpoint itself, so the policy never applies.",
    remedy=(
        "compare aws:SourceArn with "
        "arn:<partition>:ec2:<region>:<account>:vpc-endpoint-service/<id> "
        "(vpc-endpoint/<id> for an endpoint), and aws:SourceAccount with its account"
    ),
    url=core.NOTIFICATIONS,
)
TOPIC_UNCONDITIONAL = warning(
    "notification-topic-unconditional",
    "The topic of a notification admits vpce.amazonaws.com for its own source alone.",
    why="Otherwise a service of any account can have events published there.",
    remedy="add conditions on aws:SourceArn and aws:SourceAccount to the topic's policy",
    url=core.NOTIFICATIONS,
)
KEY_CLOSED = error(
    "notification-key-closed",
    "The key of an encrypted topic admits vpce.amazonaws.com.",
    why="PrivateLink can't encrypt what it publishes, so no event arrives.",
    remedy="allow vpce.amazonaws.com kms:GenerateDataKey* and kms:Decrypt in the key's policy",
    url=core.NOTIFICATIONS,
)
TOPIC_IMPORTED = warning(
    "notification-topic-imported",
    "The policy of an imported topic admits vpce.amazonaws.com.",
    why="The policy of an imported topic can't be changed from here; see to it before deploying.",
    remedy=(
        "let vpce.amazonaws.com SNS:Publish to it, with conditions on aws:SourceArn and "
        "aws:SourceAccount, and acknowledge this warning"
    ),
    url=core.NOTIFICATIONS,
)
KEY_IMPORTED = warning(
    "notification-key-imported",
    "The policy of an imported key admits vpce.amazonaws.com.",
    why="The policy of an imported key can't be changed from here; without it no event arrives.",
    remedy=(
        "let vpce.amazonaws.com kms:GenerateDataKey* and kms:Decrypt with the key, and "
        "acknowledge this warning"
    ),
    url=core.NOTIFICATIONS,
)
DUPLICATE = error(
    "notification-duplicate",
    "A topic has one notification of a service or an endpoint.",
    why="AWS doesn't say that it takes a second one; events that both name arrive twice.",
    remedy="put all events into one notification",
    url=core.NOTIFICATIONS,
)


def check_events(events: Sequence[str | None]) -> Iterator[Problem]:
    """Check the events of a notification, None for one that isn't known."""
    if not events:
        yield Problem(NO_EVENT, "no event is given")
    known = [event for event in events if event is not None]
    for event in sorted(set(known)):
        if event not in EVENTS:
            yield Problem(UNKNOWN_EVENT, f"{event!r} is no event ({', '.join(EVENTS)})")
        if known.count(event) > 1:
            yield Problem(DUPLICATE_EVENT, f"{event!r} is named {known.count(event)} times")


def check_topic(arn: str | None = None, *, fifo: bool | None = None) -> Iterator[Problem]:
    """Check the topic of a notification.

    :param arn: its ARN, None when it isn't known.
    :param fifo: whether it is a FIFO topic, None when it isn't known.
    """
    if fifo or (arn is not None and arn.endswith(".fifo")):
        yield Problem(FIFO_TOPIC, f"the topic {arn or ''} is a FIFO topic".replace("  ", " "))
    if arn is not None and not _is_topic(arn):
        yield Problem(NO_TOPIC, f"{arn!r} is no ARN of a topic" if arn else "no topic is given")


def _is_topic(arn: str) -> bool:
    parts = arn.split(":")
    return len(parts) == 6 and parts[0] == "arn" and parts[2] == "sns"  # noqa: PLR2004 - of an ARN


def is_managed_key(key: str) -> bool:
    """Tell whether a key is the one that AWS manages for SNS."""
    return key == _MANAGED_KEY or key.endswith(f":{_MANAGED_KEY}")


def check_topic_key(key: str | None) -> Iterator[Problem]:
    """Check the key of a topic: its id, ARN or alias; None without encryption or when unknown."""
    if key is not None and is_managed_key(key):
        yield Problem(MANAGED_KEY, f"the topic is encrypted with {key!r}")


def check_target(*, service: bool, endpoint: bool) -> Iterator[Problem]:
    """Check that a notification is for a service or an endpoint."""
    if not service and not endpoint:
        yield Problem(TARGET_MISSING, "neither a service nor an endpoint is given")
    elif service and endpoint:
        yield Problem(TARGET_AMBIGUOUS, "both a service and an endpoint are given")


def check_topic_policy(
    *, admitted: bool | None, conditional: bool | None = None, source_matches: bool | None = None
) -> Iterator[Problem]:
    """Check what a topic's policy says of PrivateLink; None for what isn't known.

    :param admitted: whether a statement lets ``vpce.amazonaws.com`` publish.
    :param conditional: whether that statement has a condition on its source.
    :param source_matches: whether the condition holds for the notification's source.
    """
    if admitted is False:
        yield Problem(TOPIC_CLOSED, f"no policy lets {PRINCIPAL} publish to the topic")
    elif admitted and source_matches is False:
        yield Problem(TOPIC_SOURCE, f"the policy lets {PRINCIPAL} publish for another source alone")
    elif admitted and conditional is False:
        yield Problem(TOPIC_UNCONDITIONAL, f"the policy lets {PRINCIPAL} publish for any source")


def check_key_policy(*, admitted: bool | None) -> Iterator[Problem]:
    """Check whether the key of a topic admits PrivateLink; None when it isn't known."""
    if admitted is False:
        yield Problem(KEY_CLOSED, f"the key's policy does not admit {PRINCIPAL}")


def check_duplicates(notifications: Sequence[tuple[str, str]]) -> Iterator[Problem]:
    """Check that no two notifications are alike.

    :param notifications: for each the service or endpoint and the topic, as text that tells equal
        ones from different ones.
    """
    for source, topic in sorted(set(notifications)):
        count = notifications.count((source, topic))
        if count > 1:
            yield Problem(DUPLICATE, f"{count} notifications of {source} to {topic}")
