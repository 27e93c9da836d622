"""The rules for TLS, on plain values."""

from __future__ import annotations

import pytest

from privatelink_constructs.rules import tls

CERTIFICATE = "arn:aws:acm:eu-west-1:111111111111:certificate/0123"


@pytest.mark.parametrize(
    "policy",
    [
        None,
        "ELBSecurityPolicy-TLS13-1-2-2021-06",
        "ELBSecurityPolicy-TLS13-1-3-2021-06",
        "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09",
        "ELBSecurityPolicy-FS-1-2-Res-2020-10",
        "ELBSecurityPolicy-TLS-1-2-2017-01",
        "Custom",
    ],
)
def test_policies(policy: str | None) -> None:
    assert list(tls.valid_tls("TLS", certificates=1, policy=policy, alpn=True)) == []


@pytest.mark.parametrize(
    "policy",
    [
        "ELBSecurityPolicy-2016-08",
        "ELBSecurityPolicy-FS-1-1-2019-08",
        "ELBSecurityPolicy-FS-2018-06",
        "ELBSecurityPolicy-TLS-1-0-2015-04",
        "ELBSecurityPolicy-TLS-1-1-2017-01",
        "ELBSecurityPolicy-TLS13-1-0-2021-06",
        "ELBSecurityPolicy-TLS13-1-1-2021-06",
    ],
)
def test_fails_when_a_policy_is_old(policy: str) -> None:
    [problem] = tls.valid_tls("TLS", certificates=None, policy=policy, alpn=False)
    assert problem.rule is tls.tls_version_current
    assert problem.what == f"the SSL policy {policy!r} accepts TLS versions earlier than 1.2"


def test_fails_when_a_certificate_is_missing() -> None:
    [problem] = tls.valid_tls("TLS", certificates=0, policy=None, alpn=False)
    assert problem.rule is tls.tls_certificate_present


@pytest.mark.parametrize(
    ("certificates", "policy", "alpn"),
    [
        (1, None, False),
        (0, "Custom", False),
        (0, "ELBSecurityPolicy-2016-08", False),
        (0, None, True),
    ],
)
def test_fails_when_tls_is_asked_of_tcp(
    certificates: int, policy: str | None, *, alpn: bool
) -> None:
    [problem] = tls.valid_tls("TCP", certificates=certificates, policy=policy, alpn=alpn)
    assert problem.rule is tls.tls_options_on_tls


@pytest.mark.parametrize("protocol", ["TCP", "UDP", "TCP_UDP"])
def test_other_protocols_without_tls(protocol: str) -> None:
    assert list(tls.valid_tls(protocol, certificates=0, policy=None, alpn=False)) == []


@pytest.mark.parametrize(
    ("arn", "region"),
    [
        (CERTIFICATE, "eu-west-1"),
        (CERTIFICATE, None),
        (None, "eu-west-1"),
        ("arn:aws:iam::111111111111:server-certificate/payments", "eu-west-1"),
    ],
)
def test_certificates(arn: str | None, region: str | None) -> None:
    assert list(tls.certificate_in_region(arn, region=region)) == []


def test_fails_when_a_certificate_is_in_another_region() -> None:
    [problem] = tls.certificate_in_region(CERTIFICATE, region="us-east-1")
    assert problem.rule is tls.certificate_in_region
    assert problem.what == f"{CERTIFICATE} isn't in us-east-1"


@pytest.mark.parametrize("policy", [None, *tls.ALPN_POLICIES])
def test_alpn_policies_pass(policy: str | None) -> None:
    assert not list(tls.alpn_policy_valid(policy))


@pytest.mark.parametrize("policy", ["http2", "TLS_V1_2_2018", ""])
def test_fails_when_an_alpn_policy_is_not_one(policy: str) -> None:
    [problem] = tls.alpn_policy_valid(policy)
    assert problem.rule is tls.alpn_policy_valid
    assert repr(policy) in problem.what
