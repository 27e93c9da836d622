"""The settings of all Lambda functions of a stack, and how functions get them.

Code that defines a function calls three functions of this module, and it has all settings::

    log_group = define_log_group(self, "Logs")
    function = lambda_.Function(self, ..., role=role, **function_options(self))
    allow_decryption(role)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypedDict, cast

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs

from privatelink_constructs._cdk.asking import (
    environment_of,
    environment_of_resource,
    reference,
    stack_of,
)
from privatelink_constructs._cdk.naming import arn_of
from privatelink_constructs._cdk.register import TreeRegister
from privatelink_constructs._cdk.reporting import Site, refuse, warn
from privatelink_constructs.rules import lambda_functions as rules
from privatelink_constructs.rules.arguments import checked, checked_fields

if TYPE_CHECKING:
    from collections.abc import Iterator

    import constructs
    from aws_cdk import aws_kms as kms

    from privatelink_constructs.rules.core import Problem


@checked_fields()
@dataclass(frozen=True, kw_only=True)
class FunctionSettings:
    """The settings of all Lambda functions that this library defines in a stack.

    Pass them to ``configure_functions``.

    Example::

        FunctionSettings(encryption_key=key, log_retention=logs.RetentionDays.TEN_YEARS)

    :param encryption_key: a customer managed KMS key in the Region of the stack. It encrypts the
        logs and the environment variables of the functions, and the topic and the queues of a
        service with acceptance rules. The library adds the statements that these need to the key
        policy. It can't change the policy of an imported key, and warns you about it. Default:
        None, keys that AWS owns.
    :param log_retention: how long the logs are kept. Default: one year.
    :param log_removal_policy: what happens to the logs when the stack is deleted, or no longer
        contains the functions. ``RETAIN`` keeps the record of who was accepted, rejected, and
        disconnected. Default: ``DESTROY``.
    :param architecture: the processor architecture of the functions. Default: None, 64-bit Arm,
        which Lambda charges less for.
    :raises ValidationError: ``function-log-removal-not-supported`` for ``SNAPSHOT``.
    :see: https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html
    """

    encryption_key: kms.IKey | kms.Key | None = None
    log_retention: logs.RetentionDays = logs.RetentionDays.ONE_YEAR
    log_removal_policy: cdk.RemovalPolicy = cdk.RemovalPolicy.DESTROY
    architecture: lambda_.Architecture | None = None

    def __post_init__(self) -> None:
        """Check what AWS doesn't have."""
        snapshot = self.log_removal_policy is cdk.RemovalPolicy.SNAPSHOT
        refuse(rules.logs_removable(snapshot=snapshot))


class FunctionOptions(TypedDict):
    """Those options of a function that the settings decide."""

    architecture: lambda_.Architecture
    environment_encryption: kms.IKey | None


_DEFAULT = FunctionSettings()
# For each stack, a list that is empty, or contains the settings, or None after a function was
# defined without settings.
_settings: TreeRegister[list[FunctionSettings | None]] = TreeRegister(list)


@checked()
def configure_functions(stack: cdk.Stack, settings: FunctionSettings) -> None:
    """Set the settings of all Lambda functions that this library defines in a stack.

    Call it once, before you define the first endpoint service of the stack. A nested stack without
    settings of its own has those of the stack that it is nested in.

    Example::

        configure_functions(stack, FunctionSettings(encryption_key=key))

    :param stack: the stack.
    :param settings: the settings.
    :raises ValidationError: ``function-settings-duplicate`` for a stack that has settings already,
        ``function-settings-ineffective`` for one that has a function already, and
        ``function-key-mismatch`` for a key in another Region.
    :see: https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars-encryption.html
    """
    found = _settings.at(stack, reference(stack))
    warnings = refuse(_problems(stack, settings, found), Site(stack))
    if settings.encryption_key is not None:
        added = _open_to_logs(cast("kms.IKey", settings.encryption_key), stack)
        warnings += rules.key_policy_changed(added=added)
    found.append(settings)
    warn(stack, warnings)


def _problems(
    stack: cdk.Stack, settings: FunctionSettings, found: list[FunctionSettings | None]
) -> Iterator[Problem]:
    path = stack.node.path
    yield from rules.settings_set_in_time(path, late=None in found)
    yield from rules.settings_set_once(path, again=bool(found))
    key, region = settings.encryption_key, environment_of(stack).region
    if key is not None and region is not None:
        yield from rules.key_in_region(environment_of_resource(key).region, region=region)


def _open_to_logs(key: kms.IKey, stack: cdk.Stack) -> bool:
    """Let the log groups of a stack's account and Region use a key.

    :return: whether its policy could be changed.
    :see: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
    """
    actions = ("Decrypt*", "Describe*", "Encrypt*", "GenerateDataKey*", "ReEncrypt*")
    region = environment_of(stack).region or stack.region
    service = iam.ServicePrincipal(f"logs.{region}.amazonaws.com")
    statement = iam.PolicyStatement(
        actions=[f"kms:{action}" for action in actions],
        conditions={
            "ArnLike": {"kms:EncryptionContext:aws:logs:arn": arn_of(stack, "logs", "log-group:*")}
        },
        principals=[cast("iam.IPrincipal", service)],
        resources=["*"],
    )
    return key.add_to_resource_policy(statement).statement_added


def settings_of(scope: constructs.IConstruct) -> FunctionSettings:
    """Return the settings for a function. After this call, they can't be set anymore.

    :param scope: where the function is about to be defined.
    """
    stack: cdk.Stack | None = stack_of(scope)
    while stack is not None:
        found = _settings.at(stack, reference(stack))
        if found and found[0] is not None:
            return found[0]
        if not found:
            found.append(None)
        stack = stack.nested_stack_parent
    return _DEFAULT


def define_log_group(
    scope: constructs.Construct,
    id: str,  # noqa: A002 - the CDK's name for it
) -> logs.LogGroup:
    """Define the log group of functions."""
    settings = settings_of(scope)
    return logs.LogGroup(
        scope,
        id,
        encryption_key=cast("kms.IKey | None", settings.encryption_key),
        removal_policy=settings.log_removal_policy,
        retention=settings.log_retention,
    )


def function_options(scope: constructs.IConstruct) -> FunctionOptions:
    """Return the options of a function that the settings decide."""
    settings = settings_of(scope)
    return FunctionOptions(
        architecture=settings.architecture or lambda_.Architecture.ARM_64,
        environment_encryption=cast("kms.IKey | None", settings.encryption_key),
    )


def allow_decryption(role: iam.Role) -> None:
    """Let the role of a function read what the key of the settings encrypts."""
    key = settings_of(role).encryption_key
    if key is not None:
        key.grant_decrypt(cast("iam.IGrantable", role))
