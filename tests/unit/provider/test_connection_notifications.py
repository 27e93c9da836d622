from __future__ import annotations

from itertools import combinations, permutations
from typing import TYPE_CHECKING, Any, cast

import aws_cdk as cdk
import pytest
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from aws_cdk.assertions import Match, Template
from constructs import Construct
from tests.support.refusals import refusal, warning_codes, warnings_of
from tests.support.replacement import assert_nothing_is_replaced
from tests.unit.provider.acceptance_stacks import (
    ACCOUNT,
    REGION,
    of_type,
    paths,
    resources,
    service,
    stack,
)

from privatelink_constructs import AcceptancePolicy

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

NOTIFICATION = "AWS::EC2::VPCEndpointConnectionNotification"
IMPORTED = f"arn:aws:sns:{REGION}:{ACCOUNT}:events"
KEY_ARN = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/11111111-2222-3333-4444-555555555555"


def source_of(service_id: object) -> dict[str, Any]:
    prefix = f"arn:aws:ec2:{REGION}:{ACCOUNT}:vpc-endpoint-service/"
    name = prefix + service_id if isinstance(service_id, str) else None
    return {
        "ArnLike": {"aws:SourceArn": name or {"Fn::Join": ["", [prefix, service_id]]}},
        "StringEquals": {"aws:SourceAccount": ACCOUNT},
    }


def statements_of(scope: cdk.Stack, kind: str, document: str) -> list[dict[str, Any]]:
    """Return what the one resource of a type lets AWS PrivateLink do."""
    (found,) = of_type(scope, kind).values()
    return [
        it
        for it in found["Properties"][document]["Statement"]
        if it["Principal"] == {"Service": "vpce.amazonaws.com"}
    ]


def key_in(scope: Construct) -> kms.IKey:
    return cast("kms.IKey", kms.Key(scope, "Key"))


def test_a_topic_is_told_of_everything_by_default() -> None:
    scope = stack()
    topic = sns.Topic(scope, "Topic")

    service(scope).notify(topic)

    (topic_id,) = of_type(scope, "AWS::SNS::Topic")
    (service_id,) = of_type(scope, "AWS::EC2::VPCEndpointService")
    Template.from_stack(scope).has_resource_properties(
        NOTIFICATION,
        {
            "ConnectionEvents": ["Accept", "Connect", "Delete", "Reject"],
            "ConnectionNotificationArn": {"Ref": topic_id},
            "ServiceId": {"Ref": service_id},
        },
    )


def test_a_topic_is_told_of_what_is_asked_for() -> None:
    scope = stack()
    service(scope).notify(sns.Topic(scope, "Topic"), events=["Reject", "Accept"])
    Template.from_stack(scope).has_resource_properties(
        NOTIFICATION, {"ConnectionEvents": ["Accept", "Reject"]}
    )


def test_nobody_is_told_by_default() -> None:
    scope = stack()
    service(scope)
    Template.from_stack(scope).resource_count_is(NOTIFICATION, 0)


def test_manual_acceptance_tells_a_topic_of_requests() -> None:
    scope = stack()
    service(scope, acceptance=AcceptancePolicy.manual(notify=sns.Topic(scope, "Topic")))

    template = Template.from_stack(scope)
    template.has_resource_properties(NOTIFICATION, {"ConnectionEvents": ["Connect"]})
    template.has_resource_properties("AWS::EC2::VPCEndpointService", {"AcceptanceRequired": True})


def test_the_topic_admits_the_service_before_the_notification_is_made() -> None:
    scope = stack()
    service(scope).notify(sns.Topic(scope, "Topic"))

    (topic_id,) = of_type(scope, "AWS::SNS::Topic")
    (policy_id,) = of_type(scope, "AWS::SNS::TopicPolicy")
    (service_id,) = of_type(scope, "AWS::EC2::VPCEndpointService")
    assert statements_of(scope, "AWS::SNS::TopicPolicy", "PolicyDocument") == [
        {
            "Action": "SNS:Publish",
            "Condition": source_of({"Ref": service_id}),
            "Effect": "Allow",
            "Principal": {"Service": "vpce.amazonaws.com"},
            "Resource": {"Ref": topic_id},
            "Sid": "0",
        }
    ]
    Template.from_stack(scope).has_resource(NOTIFICATION, {"DependsOn": [policy_id]})


def test_an_agnostic_stack_admits_its_own_account() -> None:
    scope = stack(agnostic=True)
    service(scope).notify(sns.Topic(scope, "Topic"))
    (statement,) = statements_of(scope, "AWS::SNS::TopicPolicy", "PolicyDocument")
    assert statement["Condition"]["StringEquals"] == {
        "aws:SourceAccount": {"Ref": "AWS::AccountId"}
    }


def test_the_key_of_an_encrypted_topic_admits_the_services_of_the_account() -> None:
    scope = stack()
    service(scope).notify(sns.Topic(scope, "Topic", master_key=key_in(scope)))

    assert statements_of(scope, "AWS::KMS::Key", "KeyPolicy") == [
        {
            "Action": ["kms:Decrypt", "kms:GenerateDataKey*"],
            "Condition": source_of("*"),
            "Effect": "Allow",
            "Principal": {"Service": "vpce.amazonaws.com"},
            "Resource": "*",
        }
    ]
    assert not warning_codes(scope)


def test_a_key_that_the_service_waits_for_may_encrypt_its_topic() -> None:
    scope = stack()
    key = key_in(scope)
    published = service(scope)
    published.node.add_dependency(key)

    published.notify(sns.Topic(scope, "Topic", master_key=key))

    # The assertions module refuses templates with a cycle.
    assert Template.from_stack(scope)


def test_topics_of_other_stacks_do_not_wait_for_the_service() -> None:
    app = cdk.App()
    topics, scope = stack("Topics", app=app), stack(app=app)
    topic = sns.Topic(topics, "Topic")

    service(scope).notify(topic)

    (statement,) = statements_of(topics, "AWS::SNS::TopicPolicy", "PolicyDocument")
    assert statement["Condition"] == source_of("*")
    assert scope.dependencies == [topics]
    assert topics.dependencies == []


def test_two_services_may_tell_one_topic() -> None:
    scope = stack()
    topic = sns.Topic(scope, "Topic")
    service(scope, "One").notify(topic)
    service(scope, "Two").notify(topic)

    assert len(of_type(scope, NOTIFICATION)) == 2
    assert len(statements_of(scope, "AWS::SNS::TopicPolicy", "PolicyDocument")) == 2


def test_ids_follow_the_topics() -> None:
    scope = stack()
    published = service(scope)
    published.notify(sns.Topic(scope, "Topic"))
    second = sns.Topic(Construct(scope, "Elsewhere"), "Topic")
    published.notify(second)

    assert {path for path, kind in paths(scope).items() if kind == NOTIFICATION} == {
        "Stack/Service/Notification-Topic",
        f"Stack/Service/Notification-{second.node.addr}",
    }


def test_topics_of_one_name_keep_their_ids_in_any_order() -> None:
    def notifications(order: Sequence[str]) -> dict[str, Any]:
        scope = stack()
        topics = {
            name: sns.Topic(scope if name == "Top" else Construct(scope, name), "Topic")
            for name in ("Top", "One", "Two")
        }
        published = service(scope)
        for name in order:
            published.notify(topics[name])
        return {key: it["Properties"] for key, it in of_type(scope, NOTIFICATION).items()}

    orders = [notifications(order) for order in permutations(["Top", "One", "Two"])]

    assert len(orders[0]) == 3
    assert all(found == orders[0] for found in orders)
    for kept in combinations(["Top", "One", "Two"], 2):
        assert notifications(kept).items() <= orders[0].items()


def test_a_further_topic_changes_nothing_else() -> None:
    before, after = stack(), stack()
    for scope, names in ((before, ["One"]), (after, ["Two", "One"])):
        published = service(scope)
        for name in names:
            published.notify(sns.Topic(scope, name))

    comparison = assert_nothing_is_replaced(resources_in(before), resources_in(after))

    assert not comparison.changed
    assert not comparison.removed


def resources_in(scope: cdk.Stack) -> dict[str, Any]:
    return {"Resources": resources(scope)}


def test_an_imported_topic_comes_with_a_warning() -> None:
    scope = stack()
    service(scope).notify(sns.Topic.from_topic_arn(scope, "Topic", IMPORTED))

    Template.from_stack(scope).has_resource(
        NOTIFICATION,
        {
            "Properties": Match.object_like({"ConnectionNotificationArn": IMPORTED}),
            "DependsOn": Match.absent(),
        },
    )
    assert warning_codes(scope) == ["notification-topic-undetermined"]
    text = warnings_of(scope)["notification-topic-undetermined"]
    assert f"The topic {IMPORTED} is imported, so its policy stays as it is" in text


def test_an_imported_topic_that_only_the_deployment_knows_is_named_by_its_path() -> None:
    scope = stack()
    arn = cdk.Token.as_string({"Ref": "TopicArn"})
    service(scope).notify(sns.Topic.from_topic_arn(scope, "Topic", arn))
    assert warning_codes(scope) == ["notification-topic-undetermined"]
    text = warnings_of(scope)["notification-topic-undetermined"]
    assert "The topic Stack/Topic is imported, so its policy stays as it is" in text


def test_an_imported_key_comes_with_a_warning() -> None:
    scope = stack()
    key = kms.Key.from_key_arn(scope, "Key", KEY_ARN)
    service(scope).notify(sns.Topic(scope, "Topic", master_key=key))
    assert warning_codes(scope) == ["notification-key-undetermined"]


def test_a_key_by_its_id_is_taken_for_what_it_is() -> None:
    scope = stack()
    topic = sns.Topic(scope, "Topic")
    cast("sns.CfnTopic", topic.node.default_child).kms_master_key_id = KEY_ARN
    service(scope).notify(topic)
    assert of_type(scope, NOTIFICATION)


def with_alias(scope: cdk.Stack) -> sns.Topic:
    key = kms.Alias.from_alias_name(scope, "Alias", "alias/aws/sns")
    return sns.Topic(scope, "Topic", master_key=key)


def with_alias_by_name(scope: cdk.Stack) -> sns.Topic:
    topic = sns.Topic(scope, "Topic")
    cast("sns.CfnTopic", topic.node.default_child).kms_master_key_id = "alias/aws/sns"
    return topic


def imported(arn: str) -> Callable[[cdk.Stack], sns.ITopic]:
    def define(scope: cdk.Stack) -> sns.ITopic:
        return sns.Topic.from_topic_arn(scope, "Topic", arn)

    return define


def fifo(scope: cdk.Stack) -> sns.Topic:
    return sns.Topic(scope, "Topic", fifo=True)


REFUSED_TOPICS: list[tuple[Any, str, str]] = [
    (fifo, "notification-topic-type-not-supported", r"^The topic is a FIFO topic\."),
    (imported(f"{IMPORTED}.fifo"), "notification-topic-type-not-supported", "is a FIFO topic"),
    (with_alias, "notification-key-not-supported", "alias/aws/sns"),
    (with_alias_by_name, "notification-key-not-supported", "alias/aws/sns"),
    (
        imported(f"arn:aws-cn:sns:{REGION}:{ACCOUNT}:topic"),
        "notification-topic-region-mismatch",
        f"in the partition aws-cn, but the notification is for {REGION}",
    ),
    (
        imported(f"arn:aws:sqs:{REGION}:{ACCOUNT}:queue"),
        "notification-topic-malformed",
        "is not the ARN of an SNS topic",
    ),
]


@pytest.mark.parametrize(("topic", "code", "message"), REFUSED_TOPICS)
def test_fails_when_aws_cannot_publish_to_the_topic(
    topic: Callable[[cdk.Stack], sns.ITopic], code: str, message: str
) -> None:
    scope = stack()
    published = service(scope)
    with refusal(code, message) as caught:
        published.notify(topic(scope))
    assert caught.value.construct_path == "Stack/Service"
    assert not of_type(scope, NOTIFICATION)
    assert not of_type(scope, "AWS::SNS::TopicPolicy")


@pytest.mark.parametrize(("topic", "code", "message"), REFUSED_TOPICS)
def test_fails_when_aws_cannot_publish_requests(
    topic: Callable[[cdk.Stack], sns.ITopic], code: str, message: str
) -> None:
    scope = stack()
    policy = AcceptancePolicy.manual(notify=topic(scope))
    with refusal(code, message):
        service(scope, acceptance=policy)
    assert scope.node.try_find_child("Service") is None


@pytest.mark.parametrize(
    ("events", "code", "message"),
    [
        ([], "notification-event-missing", "No connection event is specified"),
        (
            ["Connected"],
            "notification-event-not-valid",
            "'Connected' is not a valid connection event",
        ),
        (
            ["Accept", "Accept"],
            "notification-event-duplicate",
            "The event 'Accept' is listed 2 times",
        ),
    ],
)
def test_fails_when_events_are_wrong(events: list[str], code: str, message: str) -> None:
    scope = stack()
    published = service(scope)
    with refusal(code, message):
        published.notify(sns.Topic(scope, "Topic"), events=events)
    assert not of_type(scope, NOTIFICATION)


def test_fails_when_a_topic_is_notified_twice() -> None:
    scope = stack()
    topic = sns.Topic(scope, "Topic")
    published = service(scope, acceptance=AcceptancePolicy.manual(notify=topic))
    with refusal("notification-duplicate", "The service has 2 notifications to Stack/Topic"):
        published.notify(topic, events=["Delete"])
    assert len(of_type(scope, NOTIFICATION)) == 1


def test_fails_when_an_imported_topic_is_notified_twice() -> None:
    scope = stack()
    published = service(scope)
    published.notify(sns.Topic.from_topic_arn(scope, "One", IMPORTED))
    with refusal("notification-duplicate", f"to {IMPORTED}"):
        published.notify(sns.Topic.from_topic_arn(scope, "Two", IMPORTED))
