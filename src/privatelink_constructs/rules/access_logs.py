"""Where load balancers write their access logs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.rules import core
from privatelink_constructs.rules.core import Fix, error, first_of, warning

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from privatelink_constructs.rules.core import Problem


@warning(
    "access-logs-ineffective",
    "A load balancer with access logs should have a TLS listener.",
    why="A Network Load Balancer writes access logs for TLS listeners only.",
    fix=Fix(
        code="define a TLS listener with Listener.tls(...), or omit the access logs",
        template=(
            "define a listener with the Protocol TLS, or set the attribute access_logs.s3.enabled "
            "to false"
        ),
    ),
    url=core.NLB_ACCESS_LOGS,
)
def tls_listener_logged(protocols: Collection[str]) -> Iterator[str]:
    """Find access logs that stay empty.

    :param protocols: those of the load balancer's listeners.
    """
    if "TLS" not in protocols:
        yield "access logs are enabled, but no listener uses TLS"


@error(
    "access-logs-key-not-supported",
    "The bucket for access logs must use SSE-S3 or a customer managed key.",
    why="Log delivery can't use the AWS managed key for Amazon S3, so no logs arrive.",
    fix=Fix(
        code=(
            "encrypt the bucket with BucketEncryption.S3_MANAGED, or with BucketEncryption.KMS "
            "and a customer managed key as encryption_key"
        ),
        template="set SSEAlgorithm to AES256, or KMSMasterKeyID to a customer managed key",
    ),
    url=core.NLB_ACCESS_LOGS,
)
def bucket_key_customer_managed(algorithm: str, key: str | None) -> Iterator[str]:
    """Find a bucket that is encrypted with the AWS managed key of S3.

    :param algorithm: the algorithm of its encryption, such as ``AES256`` or ``aws:kms``.
    :param key: the id, ARN or alias of its key, empty when none is set, None when it isn't known.
    """
    if not algorithm.startswith("aws:kms") or key is None:
        return
    if not key or key.endswith("alias/aws/s3"):
        yield "the bucket for access logs is encrypted with the AWS managed key"


@error(
    "access-logs-key-closed",
    "The key of the bucket for access logs must allow log delivery.",
    why="Log delivery can't encrypt the logs, so no logs arrive.",
    fix=Fix(
        code=(
            "allow kms:GenerateDataKey* and kms:Decrypt for delivery.logs.amazonaws.com with "
            "key.add_to_resource_policy(...)"
        ),
        template=(
            "allow kms:GenerateDataKey* and kms:Decrypt for delivery.logs.amazonaws.com in the "
            "KeyPolicy"
        ),
    ),
    url=core.NLB_ACCESS_LOGS,
)
def bucket_key_allows_delivery(*, allowed: bool | None) -> Iterator[str]:
    """Find a key that log delivery can't encrypt with.

    :param allowed: whether the key's policy allows log delivery, None when it isn't known.
    """
    if allowed is False:
        yield "the key policy doesn't allow log delivery"


def valid_bucket_key(algorithm: str, key: str | None, *, allowed: bool | None) -> Iterator[Problem]:
    """Check the key of a bucket for access logs.

    :param algorithm: the algorithm of its encryption, such as ``AES256`` or ``aws:kms``.
    :param key: the id, ARN or alias of its key, empty when none is set, None when it isn't known.
    :param allowed: whether its policy allows log delivery, None when it isn't known.
    """
    yield from first_of(
        bucket_key_customer_managed(algorithm, key), bucket_key_allows_delivery(allowed=allowed)
    )


@warning(
    "access-logs-bucket-undetermined",
    "The policy of an imported bucket for access logs should allow log delivery.",
    why="The construct can't change the policy of an imported bucket.",
    fix=Fix(
        code="allow s3:PutObject for delivery.logs.amazonaws.com in the bucket policy, and "
        "acknowledge this warning",
        template=("allow s3:PutObject for delivery.logs.amazonaws.com in the policy of the bucket"),
    ),
    url=core.NLB_ACCESS_LOGS,
)
def bucket_policy_changed(*, added: bool) -> Iterator[str]:
    """Find a bucket whose policy the construct couldn't change.

    :param added: whether all statements were added to the policy.
    """
    if not added:
        yield "the bucket for access logs is imported, so its policy stays as it is"


@error(
    "access-logs-bucket-closed",
    "The policy of the bucket for access logs must allow log delivery.",
    why="AWS rejects the access logs of a load balancer whose bucket it can't write to.",
    fix=Fix(
        code=(
            "allow s3:PutObject under <prefix>/AWSLogs/<account>/* (AWSLogs/<account>/* without "
            "a prefix) and s3:GetBucketAcl on the bucket for delivery.logs.amazonaws.com with "
            "bucket.add_to_resource_policy(...)"
        ),
        template=(
            "allow s3:PutObject under <prefix>/AWSLogs/<account>/* (AWSLogs/<account>/* without "
            "a prefix) and s3:GetBucketAcl on the bucket for delivery.logs.amazonaws.com in an "
            "AWS::S3::BucketPolicy"
        ),
    ),
    url=core.NLB_ACCESS_LOGS,
)
def bucket_allows_delivery(*, allowed: bool | None) -> Iterator[str]:
    """Find a bucket that log delivery can't write to.

    :param allowed: whether the bucket's policy allows log delivery, None when it isn't known.
    """
    if allowed is False:
        yield "the bucket policy doesn't allow log delivery"


@error(
    "access-logs-bucket-region-mismatch",
    "The bucket for access logs must be in the Region of the load balancer.",
    why="AWS rejects the access logs of a load balancer whose bucket is in another Region.",
    fix=Fix.same("use a bucket in the Region of the load balancer"),
    url=core.NLB_ACCESS_LOGS,
)
def bucket_in_region(bucket: str | None, *, region: str | None) -> Iterator[str]:
    """Find a bucket of another Region; None for what isn't known.

    :param bucket: the Region of the bucket.
    :param region: the Region of the load balancer.
    """
    if bucket and region and bucket != region:
        yield f"the bucket for access logs is in {bucket}, but the load balancer is in {region}"


@error(
    "access-logs-bucket-missing",
    "Access logs must have a bucket.",
    why="AWS rejects access logs without a bucket.",
    fix=Fix(
        code="pass the bucket as access_logs_bucket, or omit the access logs",
        template=("set access_logs.s3.bucket to the name of a bucket, or omit the access logs"),
    ),
    url=core.NLB_ACCESS_LOGS,
)
def bucket_specified(*, bucket: bool) -> Iterator[str]:
    """Find access logs without a bucket."""
    if not bucket:
        yield "access logs are enabled, but no bucket is specified"
