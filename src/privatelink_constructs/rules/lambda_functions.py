"""The rules for the settings of a stack's Lambda functions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.rules.core import Fix, error, warning

if TYPE_CHECKING:
    from collections.abc import Iterator

_LOG_KEYS = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html"
_DELETION = (
    "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/"
    "aws-attribute-deletionpolicy.html"
)


@error(
    "function-settings-duplicate",
    "The settings of functions must be set once per stack.",
    why="Otherwise, the functions of the stack would have different settings.",
    fix=Fix.same("call configure_functions once for the stack, with all settings"),
    url=_LOG_KEYS,
)
def settings_set_once(stack: str, *, again: bool) -> Iterator[str]:
    """Find settings that are set for a second time.

    :param stack: the path of the stack.
    :param again: whether the stack has settings.
    """
    if again:
        yield f"the functions of the stack {stack!r} are configured twice"


@error(
    "function-settings-ineffective",
    "The settings of functions must be set before the first function is defined.",
    why="Functions that are already defined keep the default settings.",
    fix=Fix.same(
        "call configure_functions right after the stack is defined, before any endpoint service"
    ),
    url=_LOG_KEYS,
)
def settings_set_in_time(stack: str, *, late: bool) -> Iterator[str]:
    """Find settings that come after a function that is defined without them.

    :param stack: the path of the stack.
    :param late: whether the stack has such a function.
    """
    if late:
        yield f"the stack {stack!r} already has a function"


@error(
    "function-log-removal-not-supported",
    "Log groups must be deleted or retained with a stack.",
    why="CloudFormation can't take a snapshot of a log group.",
    fix=Fix(
        code="use RemovalPolicy.DESTROY or RemovalPolicy.RETAIN as log_removal_policy",
        template="set the DeletionPolicy of the log group to Delete or Retain",
    ),
    url=_DELETION,
)
def logs_removable(*, snapshot: bool) -> Iterator[str]:
    """Find log groups of which a snapshot is to be taken.

    :param snapshot: whether that is the removal policy.
    """
    if snapshot:
        yield "log_removal_policy is RemovalPolicy.SNAPSHOT"


@error(
    "function-key-mismatch",
    "The key of functions must be in the Region of their stack.",
    why="CloudWatch Logs, Lambda, Amazon SNS, and Amazon SQS can use only keys of their own "
    "Region.",
    fix=Fix.same("use a key in the Region of the stack, such as a replica of a multi-Region key"),
    url=_LOG_KEYS,
)
def key_in_region(key: str | None, *, region: str | None) -> Iterator[str]:
    """Find a key of another Region; None for what isn't known.

    :param key: the Region of the key.
    :param region: the Region of the stack.
    """
    if key and region and key != region:
        yield f"the key is in {key}, but the stack is in {region}"


@warning(
    "function-key-undetermined",
    "The policy of an imported key should allow CloudWatch Logs and Amazon SNS to use it.",
    why="The library can't change the policy of an imported key. Without permission, AWS can't "
    "create log groups that use the key.",
    fix=Fix.same(
        "allow logs.<region>.amazonaws.com in the key policy, and sns.amazonaws.com for services "
        "with acceptance rules. Then acknowledge this warning"
    ),
    url=_LOG_KEYS,
)
def key_policy_changed(*, added: bool) -> Iterator[str]:
    """Find a key whose policy can't be changed.

    :param added: whether the policy allows what functions need.
    """
    if not added:
        yield "the key for the functions is imported, so its policy stays as it is"
