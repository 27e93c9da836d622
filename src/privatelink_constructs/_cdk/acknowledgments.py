"""Acknowledges what static checkers report about the defaults of the constructs, with reasons.

Users acknowledge what they choose explicitly, such as a listener without TLS.

cdk-nag reads acknowledgments from the construct tree, of a construct and of all above it; checkov
reads them from the metadata of a resource. Other checkers aren't considered.

:see: https://github.com/cdklabs/cdk-nag#acknowledging-a-rule
:see: https://www.checkov.io/2.Basics/Suppressing%20and%20Skipping%20Policies.html
"""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, cast

from privatelink_constructs._cdk.asking import stack_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import aws_cdk as cdk
    import constructs

_ACKNOWLEDGED = "aws:cdk:acknowledged-rules"
"""``cdk.Validations.ACKNOWLEDGED_RULES_METADATA_KEY``, which Python asks the Node process for."""
_NAMESPACE = "Annotation::"
_PACKS = ("HIPAA.Security", "NIST.800.53.R4", "NIST.800.53.R5", "PCI.DSS.321")

_ALWAYS_ENCRYPTED = "CloudWatch Logs and Lambda encrypt it with AWS keys. It contains no secrets."
_CALLED_RARELY = "It runs rarely, and reserved concurrency would reduce that of other functions."
_CALLER_KNOWS = "CloudFormation, or a queue with a dead-letter queue, receives failures."
_INLINE_POLICY = "It belongs to one role, is deleted with it, and no other role can use it."
_PATTERN = (
    "The inline policies of a role can have 10,240 characters in total, too few for the ARNs of "
    "many endpoint services. The pattern covers the endpoint services of this account and Region."
)
_SENDING = "The sender to an encrypted queue needs it, and the CDK grants it in this form."
_VERSIONS = "AWS assigns the number of a version. All versions belong to this configuration."
_NOTHING_IN_A_VPC = "It calls only AWS services, which a VPC without endpoints can't reach."
_ENCRYPTED_BY_SQS = "It is encrypted with SQS-managed keys, which this check doesn't consider."
_MESSAGES_SAY_LITTLE = (
    "A message only starts the function. It contains the IDs of an endpoint and of its account, "
    "and no decision depends on it."
)

_SERVICE_ONLY = "It holds the ID of an endpoint service, and nothing else."
_DELETION_REFUSED = "AWS doesn't delete a load balancer that belongs to an endpoint service."
_LOGS_ON_DEMAND = (
    "Access logs contain only TLS requests, and AWS charges for their storage. "
    "access_logs_enabled=True turns them on."
)
_NOTHING_TO_LOG = "Access logs contain only TLS requests, and there isn't a TLS listener."
_LOGS_ALONE = (
    "It contains only access logs, encrypted with S3 managed keys. access_logs_bucket takes a "
    "bucket with a key, replication, object lock, or logging."
)

_OF_FUNCTIONS = {
    **{f"{pack}-CloudWatchLogGroupEncrypted": _ALWAYS_ENCRYPTED for pack in _PACKS},
    **{f"{pack}-IAMNoInlinePolicy": _INLINE_POLICY for pack in _PACKS},
    **{f"{pack}-LambdaConcurrency": _CALLED_RARELY for pack in _PACKS},
    **{f"{pack}-LambdaDLQ": _CALLER_KNOWS for pack in _PACKS},
    **{f"{pack}-LambdaInsideVPC": _NOTHING_IN_A_VPC for pack in _PACKS},
    "Serverless-LambdaDLQ": _CALLER_KNOWS,
    "Serverless-LambdaTracing": _CALLED_RARELY,
}
_CHECKOV_OF_FUNCTIONS = {
    "CKV_AWS_115": _CALLED_RARELY,
    "CKV_AWS_116": _CALLER_KNOWS,
    "CKV_AWS_117": _NOTHING_IN_A_VPC,
    "CKV_AWS_173": _ALWAYS_ENCRYPTED,
}
_CHECKOV_OF_LOGS = {"CKV_AWS_158": _ALWAYS_ENCRYPTED}


_OF_LOGS = {
    "AwsSolutions-S1": _LOGS_ALONE,
    **{
        f"{pack}-{rule}": _LOGS_ALONE
        for pack in _PACKS
        for rule in (
            "S3BucketDefaultLockEnabled",
            "S3BucketLoggingEnabled",
            "S3BucketReplicationEnabled",
            "S3DefaultEncryptionKMS",
        )
    },
}


def acknowledge_load_balancers(
    service: constructs.Construct, *, logged: bool, protected: bool, tls: bool
) -> None:
    """Acknowledge the defaults of a service's load balancers, in one call.

    It is done only if cdk-nag is installed, because nothing else reads it, and it costs two round
    trips per service.

    :param logged: whether they log to a bucket.
    :param protected: whether they refuse to be deleted.
    :param tls: whether there is a TLS listener.
    """
    reasons = _of_load_balancers(logged=logged, protected=protected, tls=tls)
    if reasons and has_cdk_nag():
        _acknowledge(service, reasons)


@cache
def has_cdk_nag() -> bool:
    """Return whether cdk-nag is installed, whether or not it is imported."""
    return find_spec("cdk_nag") is not None


@cache
def _of_load_balancers(*, logged: bool, protected: bool, tls: bool) -> Mapping[str, str]:
    reasons: dict[str, str] = {}
    if not logged:
        reason = _LOGS_ON_DEMAND if tls else _NOTHING_TO_LOG
        reasons |= {f"{pack}-ELBLoggingEnabled": reason for pack in _PACKS}
        reasons["AwsSolutions-ELB2"] = reason
    if not protected:
        reasons |= {f"{pack}-ELBDeletionProtectionEnabled": _DELETION_REFUSED for pack in _PACKS}
    return reasons


def acknowledge_access_logs(bucket: constructs.Construct) -> None:
    """Acknowledge how the bucket of the access logs is defined."""
    _acknowledge(bucket, _OF_LOGS)


def acknowledge_group(group: constructs.Construct, logs: constructs.Construct) -> None:
    """Acknowledge the findings on all functions of a group and on their log group."""
    _acknowledge(group, _OF_FUNCTIONS)
    _skip(logs.node.default_child, _CHECKOV_OF_LOGS)


def acknowledge_all_resources(role: constructs.Construct) -> None:
    """Acknowledge that a role may do something to every resource."""
    reason = "AWS doesn't support resource-level permissions for the read actions."
    _acknowledge(role, {"AwsSolutions-IAM5[Resource::*]": reason})


def acknowledge_inline_policy(policy: constructs.Construct) -> None:
    """Acknowledge the separate policy of a custom resource."""
    _acknowledge(policy, {f"{pack}-IAMNoInlinePolicy": _INLINE_POLICY for pack in _PACKS})


def acknowledge_pattern(policy: constructs.Construct, pattern: str) -> None:
    """Acknowledge a policy whose resource is a pattern for many services."""
    resolved: Any = stack_of(policy).resolve(pattern)
    parts = [resolved] if isinstance(resolved, str) else resolved["Fn::Join"][1]
    # The form in which cdk-nag writes values that are known only at deployment.
    shown = "".join(part if isinstance(part, str) else f"<{part['Ref']}>" for part in parts)
    _acknowledge(policy, {f"AwsSolutions-IAM5[Resource::{shown}]": _PATTERN})


def acknowledge_stored_rules(role: constructs.Construct, pattern: str) -> None:
    """Acknowledge that a role may read each version of a configuration."""
    resolved: Any = stack_of(role).resolve(pattern)
    # The form in which cdk-nag writes values that are known only at deployment.
    shown = "".join(
        part if isinstance(part, str) else f"<{part['Ref']}>" for part in resolved["Fn::Join"][1]
    )
    _acknowledge(role, {f"AwsSolutions-IAM5[Resource::{shown}]": _VERSIONS})


def acknowledge_function(function: constructs.Construct) -> None:
    """Acknowledge checkov's findings on a function."""
    _skip(function.node.default_child, _CHECKOV_OF_FUNCTIONS)


def acknowledge_acceptor(
    *,
    topic: constructs.Construct,
    queues: Iterable[constructs.Construct],
    schedule: constructs.Construct,
    schedule_role: constructs.Construct,
) -> None:
    """Acknowledge how events reach the acceptor of a service."""
    for queue in queues:
        _skip(queue.node.default_child, {"CKV_AWS_27": _ENCRYPTED_BY_SQS})
    _acknowledge(topic, {f"{pack}-SNSEncryptedKMS": _MESSAGES_SAY_LITTLE for pack in _PACKS})
    _skip(topic.node.default_child, {"CKV_AWS_26": _MESSAGES_SAY_LITTLE})
    _skip(schedule.node.default_child, {"CKV_AWS_297": _MESSAGES_SAY_LITTLE})
    acknowledge_inline_policy(schedule_role)
    _acknowledge(schedule_role, {"AwsSolutions-IAM5[Action::kms:GenerateDataKey*]": _SENDING})


def acknowledge_schedule(*, schedule: constructs.Construct, role: constructs.Construct) -> None:
    """Acknowledge a schedule that names a service, and the role that it invokes a function as."""
    _skip(schedule, {"CKV_AWS_297": _SERVICE_ONLY})
    acknowledge_inline_policy(role)


def _acknowledge(scope: constructs.Construct, reasons: Mapping[str, str]) -> None:
    """Store reasons where ``Validations.acknowledge`` does, all in one entry.

    The CDK writes an entry for each rule, takes a stack trace for each, and looks at everything
    below the construct for a warning with the same ID. It reads an entry with several rules, and so
    does cdk-nag. aws-cdk-lib 2.268 also refuses an ID with ``::`` in it twice, such as one with
    ``<AWS::Partition>``.
    """
    found = {f"{_NAMESPACE}{rule}": reason for rule, reason in reasons.items()}
    scope.node.add_metadata(_ACKNOWLEDGED, found)


def _skip(resource: constructs.IConstruct | None, reasons: Mapping[str, str]) -> None:
    skipped = [{"id": rule, "comment": reason} for rule, reason in reasons.items()]
    cast("cdk.CfnResource", resource).add_metadata("checkov", {"skip": skipped})
