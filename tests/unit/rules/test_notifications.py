from __future__ import annotations

import pytest

from privatelink_constructs.rules import notification_keys, notifications

TOPIC = "arn:aws:sns:eu-west-1:111122223333:connections"


@pytest.mark.parametrize("events", [["Accept", "Connect", "Delete", "Reject"], ["Connect", None]])
def test_events_pass(events: list[str | None]) -> None:
    assert not list(notifications.valid_events(events))


def test_fails_when_there_is_no_event() -> None:
    (problem,) = notifications.valid_events([])
    assert problem.rule is notifications.events_present


@pytest.mark.parametrize("event", ["connect", "Create", ""])
def test_fails_when_an_event_is_none(event: str) -> None:
    (problem,) = notifications.valid_events([event])
    assert problem.rule is notifications.events_valid
    assert "Accept, Connect, Delete, Reject" in problem.what


def test_fails_when_an_event_is_named_twice() -> None:
    (problem,) = notifications.valid_events(["Accept", "Accept"])
    assert problem.rule is notifications.events_distinct


@pytest.mark.parametrize("arn", [TOPIC, None])
def test_a_standard_topic_passes(arn: str | None) -> None:
    assert not list(notifications.valid_topic(arn, fifo=None))


@pytest.mark.parametrize(("arn", "fifo"), [(f"{TOPIC}.fifo", None), (TOPIC, True), (None, True)])
def test_fails_when_the_topic_is_fifo(arn: str | None, *, fifo: bool | None) -> None:
    (problem,) = notifications.valid_topic(arn, fifo=fifo)
    assert problem.rule is notifications.topic_standard


@pytest.mark.parametrize("arn", ["connections", "arn:aws:sqs:eu-west-1:111122223333:queue"])
def test_fails_when_it_is_no_topic(arn: str) -> None:
    (problem,) = notifications.valid_topic(arn)
    assert problem.rule is notifications.topic_well_formed


@pytest.mark.parametrize("key", [None, "alias/mine", "0123abcd-0123-0123-0123-0123456789ab"])
def test_a_key_of_ones_own_passes(key: str | None) -> None:
    assert not list(notification_keys.topic_key_customer_managed(key))


@pytest.mark.parametrize(
    "key", ["alias/aws/sns", "arn:aws:kms:eu-west-1:111122223333:alias/aws/sns"]
)
def test_fails_when_the_key_is_managed_by_aws(key: str) -> None:
    (problem,) = notification_keys.topic_key_customer_managed(key)
    assert problem.rule is notification_keys.topic_key_customer_managed


@pytest.mark.parametrize(("service", "endpoint"), [(True, False), (False, True)])
def test_one_target_passes(*, service: bool, endpoint: bool) -> None:
    assert not list(notifications.target_present(service=service, endpoint=endpoint))
    assert not list(notifications.target_single(service=service, endpoint=endpoint))


def test_fails_when_there_is_no_target() -> None:
    (problem,) = notifications.target_present(service=False, endpoint=False)
    assert problem.rule is notifications.target_present


def test_fails_when_there_are_two_targets() -> None:
    (problem,) = notifications.target_single(service=True, endpoint=True)
    assert problem.rule is notifications.target_single


@pytest.mark.parametrize(("conditional", "matches"), [(True, True), (True, None), (None, None)])
def test_a_source_that_matches_or_is_unknown_passes(
    *, conditional: bool | None, matches: bool | None
) -> None:
    assert not list(notifications.valid_topic_source(conditional=conditional, matches=matches))


@pytest.mark.parametrize("allowed", [True, None])
def test_a_topic_policy_that_admits_or_is_unknown_passes(*, allowed: bool | None) -> None:
    assert not list(notifications.topic_allows_privatelink(allowed=allowed))


def test_fails_when_the_topic_admits_nobody() -> None:
    (problem,) = notifications.topic_allows_privatelink(allowed=False)
    assert problem.rule is notifications.topic_allows_privatelink


@pytest.mark.parametrize("conditional", [True, False])
def test_fails_when_the_topic_admits_another_source(*, conditional: bool) -> None:
    (problem,) = notifications.valid_topic_source(conditional=conditional, matches=False)
    assert problem.rule is notifications.topic_source_matching


def test_warns_when_the_topic_admits_any_source() -> None:
    (problem,) = notifications.valid_topic_source(conditional=False, matches=None)
    assert problem.rule is notifications.topic_policy_conditional


@pytest.mark.parametrize("allowed", [True, None])
def test_a_key_policy_that_admits_or_is_unknown_passes(*, allowed: bool | None) -> None:
    assert not list(notification_keys.topic_key_allows_privatelink(allowed=allowed))


def test_fails_when_the_key_admits_nobody() -> None:
    (problem,) = notification_keys.topic_key_allows_privatelink(allowed=False)
    assert problem.rule is notification_keys.topic_key_allows_privatelink


def test_notifications_that_differ_pass() -> None:
    assert not list(notifications.notifications_distinct([("a", "t"), ("b", "t"), ("a", "u")]))


def test_fails_when_two_notifications_are_alike() -> None:
    (problem,) = notifications.notifications_distinct([("a", "t"), ("a", "t")])
    assert problem.rule is notifications.notifications_distinct


def test_policies_that_were_changed_pass() -> None:
    assert not list(notifications.topic_policy_changed(TOPIC, added=True))
    assert not list(notification_keys.topic_key_policy_changed(added=True))


def test_warns_when_the_policy_of_a_topic_can_not_be_changed() -> None:
    (problem,) = notifications.topic_policy_changed(TOPIC, added=False)
    assert problem.rule is notifications.topic_policy_changed
    assert TOPIC in problem.what


def test_warns_when_the_policy_of_a_key_can_not_be_changed() -> None:
    (problem,) = notification_keys.topic_key_policy_changed(added=False)
    assert problem.rule is notification_keys.topic_key_policy_changed
