"""The delivery of access logs to a bucket."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3

from privatelink_constructs._cdk.acknowledgments import acknowledge_access_logs
from privatelink_constructs._cdk.asking import environment_of, stack_of
from privatelink_constructs.rules import access_logs as log_rules

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import constructs
    from aws_cdk import aws_elasticloadbalancingv2 as elbv2

    from privatelink_constructs.rules.core import Problem

_DELIVERY = "delivery.logs.amazonaws.com"


def key_problems(bucket: s3.IBucket) -> Iterator[Problem]:
    """Check that log delivery can use the key that a bucket of the app is encrypted with."""
    resource = bucket.node.default_child
    if not isinstance(resource, s3.CfnBucket):
        return
    resolved: dict[str, Any] = cdk.Stack.of(resource).resolve(resource.bucket_encryption) or {}
    found: list[dict[str, dict[str, object]]]
    found = resolved.get("serverSideEncryptionConfiguration", [])
    for rule in found:
        default = rule.get("serverSideEncryptionByDefault", {})
        algorithm, key = default.get("sseAlgorithm"), default.get("kmsMasterKeyId", "")
        # A key of the app is referred to by something other than text.
        yield from log_rules.bucket_key_customer_managed(
            str(algorithm), key if isinstance(key, str) else None
        )


def define_access_logs(
    scope: constructs.Construct,
    load_balancers: Iterable[elbv2.NetworkLoadBalancer],
    bucket: s3.IBucket | None,
) -> Iterator[Problem]:
    """Define the delivery of access logs to a bucket, which is made when none is passed.

    :see: https://docs.aws.amazon.com/elasticloadbalancing/latest/network/enable-access-logs.html
    """
    bucket = bucket if bucket is not None else _define_bucket(scope)
    balancers = list(load_balancers)
    policies = [bucket.add_to_resource_policy(it) for it in _statements(scope, bucket)]
    added = all(policy.statement_added for policy in policies)
    yield from log_rules.bucket_policy_changed(added=added)
    if bucket.encryption_key is not None:
        bucket.encryption_key.add_to_resource_policy(_key_statement(scope))
    name = bucket.bucket_name
    for load_balancer in balancers:
        load_balancer.set_attribute("access_logs.s3.enabled", "true")
        load_balancer.set_attribute("access_logs.s3.bucket", name)
        for policy in policies:
            if policy.policy_dependable is not None:
                load_balancer.node.add_dependency(policy.policy_dependable)


def _define_bucket(scope: constructs.Construct) -> s3.Bucket:
    bucket = s3.Bucket(
        scope,
        "AccessLogs",
        block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
        encryption=s3.BucketEncryption.S3_MANAGED,
        enforce_ssl=True,
        object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
        removal_policy=cdk.RemovalPolicy.RETAIN,
        versioned=True,
    )
    acknowledge_access_logs(bucket)
    return bucket


def _statements(scope: constructs.Construct, bucket: s3.IBucket) -> list[iam.PolicyStatement]:
    objects = bucket.arn_for_objects(f"AWSLogs/{stack_of(scope).account}/*")
    return [
        _statement(
            scope,
            actions=["s3:GetBucketAcl"],
            resources=[bucket.bucket_arn],
        ),
        _statement(
            scope,
            actions=["s3:PutObject"],
            resources=[objects],
            more={"s3:x-amz-acl": "bucket-owner-full-control"},
        ),
    ]


def _key_statement(scope: constructs.Construct) -> iam.PolicyStatement:
    return _statement(
        scope,
        actions=[
            "kms:Decrypt",
            "kms:DescribeKey",
            "kms:Encrypt",
            "kms:GenerateDataKey*",
            "kms:ReEncrypt*",
        ],
        resources=["*"],
    )


def _statement(
    scope: constructs.Construct,
    *,
    actions: list[str],
    resources: list[str],
    more: dict[str, str] | None = None,
) -> iam.PolicyStatement:
    stack = stack_of(scope)
    region = environment_of(stack).region or stack.region
    source = f"arn:{stack.partition}:logs:{region}:{stack.account}:*"
    return iam.PolicyStatement(
        actions=actions,
        principals=[cast("iam.IPrincipal", iam.ServicePrincipal(_DELIVERY))],
        resources=resources,
        conditions={
            "StringEquals": {"aws:SourceAccount": stack.account, **(more or {})},
            "ArnLike": {"aws:SourceArn": source},
        },
    )
