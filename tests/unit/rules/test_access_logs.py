"""The rules of access logs, on plain values."""

from __future__ import annotations

import pytest

from privatelink_constructs.rules import access_logs

OWN = "arn:aws:kms:eu-west-1:111111111111:key/0123abcd-0123-0123-0123-0123456789ab"


def test_a_tls_listener_passes() -> None:
    assert not list(access_logs.tls_listener_logged(["TCP", "TLS"]))


@pytest.mark.parametrize("protocols", [["TCP", "UDP"], []])
def test_warns_when_no_listener_is_logged(protocols: list[str]) -> None:
    (problem,) = access_logs.tls_listener_logged(protocols)
    assert problem.rule is access_logs.tls_listener_logged


@pytest.mark.parametrize(
    ("algorithm", "key"),
    [("AES256", ""), ("AES256", None), ("aws:kms", OWN), ("aws:kms", None), ("", "")],
)
def test_a_key_that_log_delivery_can_use_passes(algorithm: str, key: str | None) -> None:
    assert not list(access_logs.valid_bucket_key(algorithm, key, allowed=None))


@pytest.mark.parametrize("algorithm", ["aws:kms", "aws:kms:dsse"])
@pytest.mark.parametrize(
    "key", ["", "alias/aws/s3", "arn:aws:kms:eu-west-1:111111111111:alias/aws/s3"]
)
def test_fails_when_the_key_is_managed_by_aws(algorithm: str, key: str) -> None:
    (problem,) = access_logs.valid_bucket_key(algorithm, key, allowed=False)
    assert problem.rule is access_logs.bucket_key_customer_managed


@pytest.mark.parametrize("allowed", [True, None])
def test_a_key_policy_that_allows_log_delivery_passes(*, allowed: bool | None) -> None:
    assert not list(access_logs.bucket_key_allows_delivery(allowed=allowed))


def test_fails_when_the_key_does_not_allow_log_delivery() -> None:
    (problem,) = access_logs.valid_bucket_key("aws:kms", OWN, allowed=False)
    assert problem.rule is access_logs.bucket_key_allows_delivery


def test_a_bucket_policy_that_was_changed_passes() -> None:
    assert not list(access_logs.bucket_policy_changed(added=True))


def test_warns_when_a_bucket_policy_can_not_be_changed() -> None:
    (problem,) = access_logs.bucket_policy_changed(added=False)
    assert problem.rule is access_logs.bucket_policy_changed


@pytest.mark.parametrize("allowed", [True, None])
def test_a_bucket_policy_that_allows_log_delivery_passes(*, allowed: bool | None) -> None:
    assert not list(access_logs.bucket_allows_delivery(allowed=allowed))


def test_fails_when_the_bucket_does_not_allow_log_delivery() -> None:
    (problem,) = access_logs.bucket_allows_delivery(allowed=False)
    assert problem.rule is access_logs.bucket_allows_delivery


def test_access_logs_with_a_bucket_pass() -> None:
    assert not list(access_logs.bucket_specified(bucket=True))


def test_fails_when_there_is_no_bucket() -> None:
    (problem,) = access_logs.bucket_specified(bucket=False)
    assert problem.rule is access_logs.bucket_specified
