"""Access logs, and the buckets that they go to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import pytest
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from tests.support.load_balanced import (
    LOAD_BALANCER,
    both_zones,
    certificate,
    listener,
    new_stack,
    service_in,
)
from tests.support.published import resources_of, template_of
from tests.support.refusals import refused, warnings_of
from tests.support.vpcs import vpc_in

from privatelink_constructs import Listener

if TYPE_CHECKING:
    import aws_cdk as cdk

BUCKET = "AWS::S3::Bucket"
POLICY = "AWS::S3::BucketPolicy"
DELIVERY = {"Service": "delivery.logs.amazonaws.com"}


def logging_service(stack: cdk.Stack, **options: Any) -> None:
    given = Listener.tls(443, certificates=[certificate(stack)], targets=both_zones())
    service_in(stack, listeners=[given], **options)


def statements(stack: cdk.Stack) -> list[dict[str, Any]]:
    [policy] = resources_of(template_of(stack), POLICY)
    found = policy["Properties"]["PolicyDocument"]["Statement"]
    return [it for it in found if it["Principal"] == DELIVERY]


def logged_to(stack: cdk.Stack) -> list[Any]:
    found: list[Any] = []
    for balancer in resources_of(template_of(stack), LOAD_BALANCER):
        given = {it["Key"]: it["Value"] for it in balancer["Properties"]["LoadBalancerAttributes"]}
        assert given["access_logs.s3.enabled"] == "true"
        found.append(given["access_logs.s3.bucket"])
    return found


def test_nothing_is_logged_by_default() -> None:
    stack = new_stack()
    service_in(stack)
    template = template_of(stack)
    assert not resources_of(template, BUCKET)
    assert "access_logs.s3.bucket" not in str(template)
    for balancer in resources_of(template, LOAD_BALANCER):
        given = balancer["Properties"]["LoadBalancerAttributes"]
        assert {"Key": "access_logs.s3.enabled", "Value": "false"} in given


def test_a_bucket_that_is_made_right() -> None:
    stack = new_stack()
    logging_service(stack, access_logs_enabled=True)
    [bucket] = resources_of(template_of(stack), BUCKET)
    assert bucket["DeletionPolicy"] == "Retain"
    assert bucket["Properties"] == {
        "BucketEncryption": {
            "ServerSideEncryptionConfiguration": [
                {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
            ]
        },
        "OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
        "PublicAccessBlockConfiguration": {
            "BlockPublicAcls": True,
            "BlockPublicPolicy": True,
            "IgnorePublicAcls": True,
            "RestrictPublicBuckets": True,
        },
        "VersioningConfiguration": {"Status": "Enabled"},
    }
    assert warnings_of(stack).keys() == {"target-security-group-undetermined"}


def test_a_bucket_takes_tls_alone() -> None:
    stack = new_stack()
    logging_service(stack, access_logs_enabled=True)
    [policy] = resources_of(template_of(stack), POLICY)
    [denied] = [
        it for it in policy["Properties"]["PolicyDocument"]["Statement"] if it["Effect"] == "Deny"
    ]
    assert denied["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_log_delivery_is_admitted() -> None:
    stack = new_stack()
    logging_service(stack, access_logs_enabled=True)
    [check, put] = statements(stack)
    source = {
        "ArnLike": {
            "aws:SourceArn": {
                "Fn::Join": [
                    "",
                    ["arn:", {"Ref": "AWS::Partition"}, ":logs:eu-west-1:111111111111:*"],
                ]
            }
        }
    }
    arn = check["Resource"]
    assert check["Action"] == "s3:GetBucketAcl"
    assert check["Condition"] == {"StringEquals": {"aws:SourceAccount": "111111111111"}, **source}
    assert put["Action"] == "s3:PutObject"
    assert put["Resource"] == {"Fn::Join": ["", [arn, "/AWSLogs/111111111111/*"]]}
    assert put["Condition"] == {
        "StringEquals": {
            "aws:SourceAccount": "111111111111",
            "s3:x-amz-acl": "bucket-owner-full-control",
        },
        **source,
    }


def test_log_delivery_is_admitted_where_the_environment_is_unknown() -> None:
    stack = new_stack(agnostic=True)
    logging_service(stack, access_logs_enabled=True)
    for statement in statements(stack):
        account = statement["Condition"]["StringEquals"]["aws:SourceAccount"]
        assert account == {"Ref": "AWS::AccountId"}
        assert {"Ref": "AWS::Region"} in statement["Condition"]["ArnLike"]["aws:SourceArn"][
            "Fn::Join"
        ][1]


def test_load_balancers_wait_for_the_policy() -> None:
    stack = new_stack()
    logging_service(stack, access_logs_enabled=True)
    template = template_of(stack)
    [policy] = [k for k, it in template["Resources"].items() if it["Type"] == POLICY]
    for balancer in resources_of(template, LOAD_BALANCER):
        assert policy in balancer["DependsOn"]
    [bucket] = [k for k, it in template["Resources"].items() if it["Type"] == BUCKET]
    assert logged_to(stack) == [{"Ref": bucket}] * 2


def test_logs_without_tls_get_a_warning() -> None:
    stack = new_stack()
    service_in(stack, listeners=[listener(80)], access_logs_enabled=True)
    assert "no listener uses TLS" in warnings_of(stack)["access-logs-ineffective"]


# Buckets that are brought along.


@pytest.mark.parametrize("enabled", [True, False])
def test_a_bucket_is_enough(*, enabled: bool) -> None:
    stack = new_stack()
    bucket = s3.Bucket(stack, "Logs", encryption=s3.BucketEncryption.S3_MANAGED)
    logging_service(stack, access_logs_enabled=enabled, access_logs_bucket=bucket)
    assert logged_to(stack) == [stack.resolve(bucket.bucket_name)] * 2
    assert len(statements(stack)) == 2
    assert len(resources_of(template_of(stack), BUCKET)) == 1


def test_a_bucket_with_a_key_of_its_owner() -> None:
    stack = new_stack()
    key = kms.Key(stack, "Key")
    bucket = s3.Bucket(
        stack, "Logs", encryption=s3.BucketEncryption.KMS, encryption_key=cast("kms.IKey", key)
    )
    logging_service(stack, access_logs_bucket=bucket)
    [found] = resources_of(template_of(stack), "AWS::KMS::Key")
    [allowed] = [
        it for it in found["Properties"]["KeyPolicy"]["Statement"] if it["Principal"] == DELIVERY
    ]
    assert allowed["Action"] == [
        "kms:Decrypt",
        "kms:DescribeKey",
        "kms:Encrypt",
        "kms:GenerateDataKey*",
        "kms:ReEncrypt*",
    ]
    assert allowed["Condition"]["StringEquals"] == {"aws:SourceAccount": "111111111111"}


@pytest.mark.parametrize(
    "encryption",
    [s3.BucketEncryption.KMS_MANAGED, s3.BucketEncryption.DSSE_MANAGED],
    ids=lambda it: it.name,
)
def test_fails_when_a_bucket_has_the_key_of_aws(encryption: s3.BucketEncryption) -> None:
    stack = new_stack()
    vpc = vpc_in(stack)
    bucket = s3.Bucket(stack, "Logs", encryption=encryption)
    certificates = [certificate(stack)]
    with refused(stack, "access-logs-key-not-supported", "encrypted with the AWS managed key"):
        service_in(
            stack,
            vpc=vpc,
            listeners=[Listener.tls(443, certificates=certificates, targets=both_zones())],
            access_logs_bucket=bucket,
        )


def test_an_unencrypted_bucket_is_taken() -> None:
    stack = new_stack()
    bucket = s3.Bucket(stack, "Logs", encryption=s3.BucketEncryption.UNENCRYPTED)
    logging_service(stack, access_logs_bucket=bucket)
    assert len(statements(stack)) == 2


def test_an_imported_bucket_gets_a_warning() -> None:
    stack = new_stack()
    bucket = s3.Bucket.from_bucket_name(stack, "Logs", "logs-of-the-company")
    logging_service(stack, access_logs_bucket=bucket)
    assert logged_to(stack) == ["logs-of-the-company"] * 2
    assert "delivery.logs.amazonaws.com" in warnings_of(stack)["access-logs-bucket-undetermined"]
    assert not resources_of(template_of(stack), POLICY)


def test_two_services_share_a_bucket() -> None:
    stack = new_stack()
    bucket = s3.Bucket(stack, "Logs", encryption=s3.BucketEncryption.S3_MANAGED)
    for name in ("First", "Second"):
        given = Listener.tls(
            443, certificates=[certificate(stack, f"{name}Cert")], targets=both_zones()
        )
        service_in(stack, name, listeners=[given], access_logs_bucket=bucket)
    assert len(statements(stack)) == 2
