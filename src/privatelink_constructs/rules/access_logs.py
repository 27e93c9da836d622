"""Where load balancers write their access logs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.rules import core
from privatelink_constructs.rules.core import Problem, error, warning

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

LOGS_WITHOUT_TLS = warning(
    "access-logs-without-tls",
    "Access logs are written by a TLS listener.",
    why="A Network Load Balancer logs TLS requests and nothing else.",
    remedy="define a TLS listener (Listener.tls(...)), or leave the access logs out",
    url=core.NLB_ACCESS_LOGS,
)
LOGS_BUCKET_KEY = error(
    "access-logs-bucket-key",
    "The bucket for access logs uses SSE-S3 or a customer managed key.",
    why="Log delivery can't use the AWS managed key of S3, and writes nothing.",
    remedy=(
        "set SSEAlgorithm to AES256 (BucketEncryption.S3_MANAGED), or KMSMasterKeyID to a KMS key "
        "of your own"
    ),
    url=core.NLB_ACCESS_LOGS,
)
LOGS_BUCKET_POLICY = warning(
    "access-logs-bucket-policy",
    "The bucket for access logs admits log delivery.",
    why="The policy of an imported bucket isn't in reach of the construct.",
    remedy="let delivery.logs.amazonaws.com put objects there, then acknowledge this",
    url=core.NLB_ACCESS_LOGS,
)
LOGS_BUCKET_CLOSED = error(
    "access-logs-bucket-closed",
    "The policy of the bucket for access logs admits log delivery.",
    why="AWS refuses the access logs of a load balancer whose bucket it can't write to.",
    remedy=(
        "let delivery.logs.amazonaws.com do s3:PutObject under <prefix>/AWSLogs/<account>/* "
        "(AWSLogs/<account>/* when no prefix is set) and s3:GetBucketAcl on the bucket"
    ),
    url=core.NLB_ACCESS_LOGS,
)
LOGS_KEY_CLOSED = error(
    "access-logs-key-closed",
    "The key of the bucket for access logs admits log delivery.",
    why="Log delivery can't encrypt, and writes nothing.",
    remedy="let delivery.logs.amazonaws.com do kms:GenerateDataKey* and kms:Decrypt with it",
    url=core.NLB_ACCESS_LOGS,
)
LOGS_BUCKET_MISSING = error(
    "access-logs-bucket-missing",
    "Access logs have a bucket.",
    why="AWS refuses to enable them without one.",
    remedy="set access_logs.s3.bucket to the name of a bucket, or leave the access logs out",
    url=core.NLB_ACCESS_LOGS,
)


def check_logs_tls(protocols: Collection[str]) -> Iterator[Problem]:
    """Check that there is something to log.

    :param protocols: those of the load balancer's listeners.
    """
    if "TLS" not in protocols:
        yield Problem(LOGS_WITHOUT_TLS, "no listener speaks TLS")


def check_logs_bucket_named(*, bucket: bool) -> Iterator[Problem]:
    """Check that there is a bucket for access logs."""
    if not bucket:
        yield Problem(LOGS_BUCKET_MISSING, "access logs are enabled without a bucket")


def check_logs_bucket(*, admitted: bool | None) -> Iterator[Problem]:
    """Check that a bucket's policy admits log delivery; None when it isn't known."""
    if admitted is False:
        yield Problem(LOGS_BUCKET_CLOSED, "no statement of the bucket's policy admits log delivery")


def check_logs_key(*, managed: bool, admitted: bool | None) -> Iterator[Problem]:
    """Check the key of a bucket for access logs.

    :param managed: whether it is the AWS managed key of S3.
    :param admitted: whether its policy admits log delivery, None when it isn't known.
    """
    if managed:
        yield Problem(LOGS_BUCKET_KEY, "the bucket is encrypted with the AWS managed key")
    elif admitted is False:
        yield Problem(LOGS_KEY_CLOSED, "no statement of the key's policy admits log delivery")
