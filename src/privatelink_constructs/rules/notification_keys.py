"""The rules for the keys of encrypted topics that notifications are published to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.rules import core
from privatelink_constructs.rules.core import Fix, error, warning
from privatelink_constructs.rules.notifications import PRINCIPAL

if TYPE_CHECKING:
    from collections.abc import Iterator

KEY_ACTIONS = ("kms:Decrypt", "kms:GenerateDataKey*")
_MANAGED_KEY = "alias/aws/sns"


@error(
    "notification-key-not-supported",
    "An encrypted topic for notifications must use a customer managed key.",
    why="You can't change the policy of the AWS managed key to allow PrivateLink, so no event "
    "arrives.",
    fix=Fix(
        code=(
            "encrypt the topic with a customer managed key (master_key=kms.Key(...)) whose "
            "policy allows vpce.amazonaws.com"
        ),
        template=(
            "set KmsMasterKeyId to a customer managed key whose policy allows vpce.amazonaws.com"
        ),
    ),
    url=core.NOTIFICATIONS,
)
def topic_key_customer_managed(key: str | None) -> Iterator[str]:
    """Find a topic that is encrypted with the AWS managed key of SNS.

    :param key: the id, ARN or alias of its key; None without encryption or when it isn't known.
    """
    if key is not None and is_managed_key(key):
        yield f"the topic is encrypted with the AWS managed key {key!r}"


def is_managed_key(key: str) -> bool:
    """Tell whether a key is the one that AWS manages for SNS."""
    return key == _MANAGED_KEY or key.endswith(f":{_MANAGED_KEY}")


@error(
    "notification-key-closed",
    "The key of an encrypted topic must allow vpce.amazonaws.com.",
    why="Otherwise, PrivateLink can't encrypt the events, so no event arrives.",
    fix=Fix(
        code=(
            "allow kms:GenerateDataKey* and kms:Decrypt for vpce.amazonaws.com with "
            "key.add_to_resource_policy(...)"
        ),
        template=(
            "allow kms:GenerateDataKey* and kms:Decrypt for vpce.amazonaws.com in the KeyPolicy"
        ),
    ),
    url=core.NOTIFICATIONS,
)
def topic_key_allows_privatelink(*, allowed: bool | None) -> Iterator[str]:
    """Find a key that PrivateLink can't encrypt with.

    :param allowed: whether the key's policy allows PrivateLink, None when it isn't known.
    """
    if allowed is False:
        yield f"the key policy doesn't allow {PRINCIPAL}"


@warning(
    "notification-key-undetermined",
    "The policy of an imported key should allow vpce.amazonaws.com.",
    why=(
        "The construct can't change the policy of an imported key. Without permission, no event "
        "arrives."
    ),
    fix=Fix(
        code=(
            "allow kms:GenerateDataKey* and kms:Decrypt for vpce.amazonaws.com in the key "
            "policy, and acknowledge this warning"
        ),
        template=(
            "allow kms:GenerateDataKey* and kms:Decrypt for vpce.amazonaws.com in the KeyPolicy "
            "of the key"
        ),
    ),
    url=core.NOTIFICATIONS,
)
def topic_key_policy_changed(*, added: bool) -> Iterator[str]:
    """Find a key whose policy the construct couldn't change.

    :param added: whether the statement was added to the policy.
    """
    if not added:
        yield "the key of the topic is imported, so its policy stays as it is"
