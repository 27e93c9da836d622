from __future__ import annotations

import pytest

from privatelink_constructs.rules import notifications

TOPIC = "arn:aws:sns:eu-west-1:111122223333:connections"


@pytest.mark.parametrize("events", [["Accept", "Connect", "Delete", "Reject"], ["Connect", None]])
def test_events_pass(events: list[str | None]) -> None:
    assert not list(notifications.check_events(events))


def test_fails_when_there_is_no_event() -> None:
    (problem,) = notifications.check_events([])
    assert problem.rule is notifications.NO_EVENT


@pytest.mark.parametrize("event", ["connect", "Create", ""])
def test_fails_when_an_event_is_none(event: str) -> None:
    (problem,) = notifications.check_events([event])
    assert problem.rule is notifications.UNKNOWN_EVENT
    assert "Accept, Connect, Delete, Reject" in problem.what


def test_fails_when_an_event_is_named_twice() -> None:
    (problem,) = notifications.check_events(["Accept", "Accept"])
    assert problem.rule is notifications.DUPLICATE_EVENT


@pytest.mark.parametrize("arn", [TOPIC, None])
def test_a_standard_topic_passes(arn: str | None) -> None:
    assert not list(notifications.check_topic(arn, fifo=None))


@pytest.mark.parametrize(("arn", "fifo"), [(f"{TOPIC}.fifo", None), (TOPIC, True), (None, True)])
def test_fails_when_the_topic_is_fifo(arn: str | None, *, fifo: bool | None) -> None:
    (problem,) = notifications.check_topic(arn, fifo=fifo)
    assert problem.rule is notifications.FIFO_TOPIC


@pytest.mark.parametrize("arn", ["connections", "arn:aws:sqs:eu-west-1:111122223333:queue"])
def test_fails_when_it_is_no_topic(arn: str) -> None:
    (problem,) = notifications.check_topic(arn)
    assert problem.rule is notifications.NO_TOPIC


@pytest.mark.parametrize("key", [None, "alias/mine", "0123abcd-0123-0123-0123-0123456789ab"])
def test_a_key_of_ones_own_passes(key: str | None) -> None:
    assert not list(notifications.check_topic_key(key))


@pytest.mark.parametrize(
    "key", ["alias/aws/sns", "arn:aws:kms:eu-west-1:111122223333:alias/aws/sns"]
)
def test_fails_when_the_key_is_managed_by_aws(key: str) -> None:
    (problem,) = notifications.check_topic_key(key)
    assert problem.rule is notifications.MANAGED_KEY


@pytest.mark.parametrize(("service", "endpoint"), [(True, False), (False, True)])
def test_one_target_passes(*, service: bool, endpoint: bool) -> None:
    assert not list(notifications.check_target(service=service, endpoint=endpoint))


def test_fails_when_there_is_no_target() -> None:
    (problem,) = notifications.check_target(service=False, endpoint=False)
    assert problem.rule is notifications.TARGET_MISSING


def test_fails_when_there_are_two_targets() -> None:
    (problem,) = notifications.check_target(service=True, endpoint=True)
    assert problem.rule is notifications.TARGET_AMBIGUOUS


@pytest.mark.parametrize(
    ("admitted", "conditional", "matches"),
    [(None, None, None), (True, True, True), (True, True, None), (True, None, None)],
)
def test_a_topic_policy_that_admits_or_is_unknown_passes(
    *, admitted: bool | None, conditional: bool | None, matches: bool | None
) -> None:
    assert not list(
        notifications.check_topic_policy(
            admitted=admitted, conditional=conditional, source_matches=matches
        )
    )


def test_fails_when_the_topic_admits_nobody() -> None:
    (problem,) = notifications.check_topic_policy(admitted=False)
    assert problem.rule is notifications.TOPIC_CLOSED


def test_fails_when_the_topic_admits_another_source() -> None:
    (problem,) = notifications.check_topic_policy(
        admitted=True, conditional=True, source_matches=False
    )
    assert problem.rule is notifications.TOPIC_SOURCE


def test_warns_when_the_topic_admits_any_source() -> None:
    (problem,) = notifications.check_topic_policy(admitted=True, conditional=False)
    assert problem.rule is notifications.TOPIC_UNCONDITIONAL


@pytest.mark.parametrize("admitted", [True, None])
def test_a_key_policy_that_admits_or_is_unknown_passes(*, admitted: bool | None) -> None:
    assert not list(notifications.check_key_policy(admitted=admitted))


def test_fails_when_the_key_admits_nobody() -> None:
    (problem,) = notifications.check_key_policy(admitted=False)
    assert problem.rule is notifications.KEY_CLOSED


def test_notifications_that_differ_pass() -> None:
    assert not list(notifications.check_duplicates([("a", "t"), ("b", "t"), ("a", "u")]))


def test_fails_when_two_notifications_are_alike() -> None:
    (problem,) = notifications.check_duplicates([("a", "t"), ("a", "t")])
    assert problem.rule is notifications.DUPLICATE
