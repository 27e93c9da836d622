"""Calls of the diagnosis that pyright strict has to accept. Nothing here is run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from typing_extensions import assert_type

from privatelink_constructs import Cause, Diagnosis, Finding, NameAnswer, Unseen, diagnose

if TYPE_CHECKING:
    import boto3

SERVICE = "vpce-svc-0123456789abcdef0"


def both_sides(provider: boto3.Session, consumer: boto3.Session) -> Diagnosis:
    found = diagnose(
        SERVICE,
        provider=provider,
        consumer=consumer,
        endpoint_id="vpce-0123456789abcdef0",
        consumer_account="222222222222",
        port=443,
        name="payments.example.com",
        region="eu-west-1",
        consumer_region="eu-central-1",
    )
    assert_type(found, Diagnosis)
    return found


def one_side(session: boto3.Session) -> None:
    diagnose(SERVICE, provider=session)
    diagnose(SERVICE, consumer=session, provider=None)


def parts(found: Diagnosis) -> None:
    assert_type(found.causes, Sequence[Cause])
    assert_type(found.causes[0].finding, Finding)
    assert_type(found.names, Sequence[NameAnswer])
    assert_type(found.unseen, Sequence[Unseen])
    assert_type(found.templates, Mapping[str, Mapping[str, object]])
    assert_type(found.healthy, bool)
    assert_type(found.service_id, str)
    assert_type(found.looked_at, Sequence[str])
    assert_type(found.traffic, Sequence[str])


def values(cause: Cause, answer: NameAnswer, unseen: Unseen) -> None:
    assert_type(cause.finding, Finding)
    for text in (cause.step, cause.why, cause.seen, cause.command):
        assert_type(text, str)
    for text in (answer.name, answer.vpc_id, answer.answered_by, answer.why):
        assert_type(text, str)
    for text in (unseen.side, unseen.what, unseen.permission, unseen.reason):
        assert_type(text, str)
