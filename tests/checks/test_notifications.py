from __future__ import annotations

from typing import Any

import pytest
from tests.checks.estates import broken, estate, key, notification, topic_policy, topic_statement
from tests.checks.stacks import findings, ref, resource, rules

from privatelink_constructs import check_template

OWN = "arn:aws:ec2:eu-west-1:111111111111:vpc-endpoint-service"


def source(arn: object, operator: str = "ArnLike") -> dict[str, Any]:
    return topic_statement(Condition={operator: {"aws:SourceArn": arn}})


def with_statements(*statements: dict[str, Any]) -> set[str]:
    return rules(estate(TopicPolicy=topic_policy(*statements)))


@pytest.mark.parametrize(
    ("events", "rule"),
    [
        ([], "notification-event-missing"),
        (None, "notification-event-missing"),
        (["connect"], "notification-event-not-valid"),
        (["Accept", "Accept"], "notification-event-duplicate"),
    ],
)
def test_fails_when_events_are_wrong(events: object, rule: str) -> None:
    assert broken("Notification", ConnectionEvents=events) == {rule}


@pytest.mark.parametrize("events", [ref("Events"), [ref("Event"), "Accept"]])
def test_takes_events_that_are_unknown(events: object) -> None:
    template = estate({"Notification": {"ConnectionEvents": events}})
    template["Parameters"] = {
        "Event": {"Type": "String"},
        "Events": {"Type": "CommaDelimitedList"},
    }
    assert rules(template) == set()


def test_fails_when_there_is_no_target() -> None:
    assert broken("Notification", ServiceId=None) == {"notification-source-missing"}


def test_fails_when_there_are_two_targets() -> None:
    assert broken("Notification", VPCEndpointId=ref("Endpoint")) == {"notification-source-conflict"}


def test_takes_targets_under_a_condition() -> None:
    either = {"Fn::If": ["Service", ref("Service"), ref("AWS::NoValue")]}
    other = {"Fn::If": ["Service", ref("AWS::NoValue"), ref("Endpoint")]}
    template = estate({"Notification": {"ServiceId": either, "VPCEndpointId": other}})
    template["Conditions"] = {"Service": {"Fn::Equals": [ref("AWS::StackName"), "service"]}}
    assert rules(template) == set()


@pytest.mark.parametrize("topic", [{"FifoTopic": "true"}, {"TopicName": "connections.fifo"}])
def test_fails_when_the_topic_is_fifo(topic: dict[str, Any]) -> None:
    assert broken("Topic", **topic) == {"notification-topic-type-not-supported"}


@pytest.mark.parametrize(
    "topic",
    ["connections", "arn:aws:sqs:eu-west-1:111111111111:queue", {"Fn::GetAtt": "Queue.Arn"}],
)
def test_fails_when_it_is_no_topic(topic: object) -> None:
    changes = {"Notification": {"ConnectionNotificationArn": topic}}
    queue = resource("AWS::SQS::Queue")
    assert rules(estate(changes, (), Queue=queue)) == {"notification-topic-malformed"}


@pytest.mark.parametrize(
    "topic",
    [
        "arn:aws:sns:eu-west-1:111111111111:connections",
        {"Fn::Sub": "arn:${AWS::Partition}:sns:${AWS::Region}:${AWS::AccountId}:connections"},
        ref("Arn"),
        {"Fn::GetAtt": "Shared.Arn"},
    ],
)
def test_takes_topics_that_are_elsewhere(topic: object) -> None:
    changes = {"Notification": {"ConnectionNotificationArn": topic}}
    template = estate(changes, ("TopicPolicy",), Shared=resource("Custom::Topic"))
    template["Parameters"] = {"Arn": {"Type": "String"}}
    assert rules(template) == set()


@pytest.mark.parametrize(
    "name", ["alias/aws/sns", {"Fn::Sub": "arn:aws:kms:${AWS::Region}:1:alias/aws/sns"}]
)
def test_fails_when_the_key_is_managed_by_aws(name: object) -> None:
    assert broken("Topic", KmsMasterKeyId=name) == {"notification-key-not-supported"}


@pytest.mark.parametrize(
    "actions", [(), ("kms:Decrypt",), ("kms:GenerateDataKey*",), ("kms:Encrypt", "kms:Decrypt")]
)
def test_fails_when_the_key_does_not_admit(actions: tuple[str, ...]) -> None:
    assert rules(estate(Key=key(*actions))) == {"notification-key-closed"}


def test_fails_when_the_key_behind_an_alias_does_not_admit() -> None:
    name = resource("AWS::KMS::Alias", AliasName="alias/a", TargetKeyId=ref("Key"))
    template = estate({"Topic": {"KmsMasterKeyId": ref("Name")}}, (), Key=key(), Name=name)
    assert rules(template) == {"notification-key-closed"}


@pytest.mark.parametrize(
    "value", [None, ref("Parameter"), "0123abcd-0123-0123-0123-0123456789ab", "alias/mine"]
)
def test_takes_keys_that_are_elsewhere(value: object) -> None:
    template = estate({"Topic": {"KmsMasterKeyId": value}})
    template["Parameters"] = {"Parameter": {"Type": "String"}}
    assert rules(template) == set()


def test_takes_a_key_policy_that_is_unknown() -> None:
    assert broken("Key", KeyPolicy={"Fn::If": ["Open", ref("A"), ref("B")]}) == set()


def test_fails_when_the_topic_has_no_policy() -> None:
    assert rules(estate({}, ("TopicPolicy",))) == {"notification-topic-closed"}


@pytest.mark.parametrize(
    "changed",
    [
        {"Principal": {"Service": "events.amazonaws.com"}},
        {"Action": "SNS:Subscribe"},
        {"Effect": "Deny"},
    ],
)
def test_fails_when_the_policy_does_not_admit(changed: dict[str, Any]) -> None:
    assert with_statements(topic_statement(**changed)) == {"notification-topic-closed"}


@pytest.mark.parametrize(
    "statement",
    [
        source(f"{OWN}/vpce-svc-0123456789abcdef0"),
        source(OWN.replace("-service", "") + "/*"),
        source(f"{OWN.replace('111111111111', '222222222222')}/*"),
        source(f"{OWN.replace('eu-west-1', 'us-east-1')}/*"),
        source(f"{OWN.replace(':aws:', ':aws-cn:')}/*"),
        source(f"{OWN}/*", "StringEquals"),
        source(ref("Topic")),
        source({"Fn::Sub": f"{OWN}/${{Endpoint}}"}),
        source("vpce-svc-0123456789abcdef0"),
        topic_statement(Condition={"StringEquals": {"AWS:SourceAccount": "222222222222"}}),
    ],
)
def test_fails_when_the_condition_is_for_another_source(statement: dict[str, Any]) -> None:
    assert with_statements(statement) == {"notification-topic-source-mismatch"}


@pytest.mark.parametrize(
    "statement",
    [
        source(f"{OWN}/*"),
        source("arn:aws:ec2:*"),
        source(f"{OWN}/vpce-svc-*"),
        source([f"{OWN}/vpce-svc-0123456789abcdef0", {"Fn::Sub": f"{OWN}/${{Service}}"}]),
        source({"Fn::Sub": f"{OWN}/${{Service}}"}, "ArnEquals"),
        source({"Fn::Sub": f"{OWN}/${{Service}}"}, "StringEquals"),
        source({"Fn::Sub": f"{OWN}/${{Service.ServiceId}}"}, "StringLike"),
        source(f"{OWN}/vpce-svc-????????*", "ForAnyValue:StringLike"),
        source({"Fn::Sub": f"{OWN}/${{Parameter}}"}),
        source(ref("Parameter")),
        source(f"{OWN}/x", "ArnNotLike"),
        source({"Fn::If": ["A", "x", "y"]}),
        topic_statement(
            Condition={"StringEqualsIfExists": {"aws:SourceAccount": ["111111111111"]}}
        ),
        topic_statement(Condition={"StringEquals": {"aws:PrincipalOrgID": "o-0123456789"}}),
        topic_statement(Condition=ref("Parameter")),
        topic_statement(Action=["sns:*"], Principal={"AWS": "*"}),
        topic_statement(Effect=ref("Parameter")),
    ],
)
def test_takes_conditions_that_hold_or_are_unknown(statement: dict[str, Any]) -> None:
    if "vpce-svc-?" in str(statement):
        statement = {**statement, "Condition": {"ArnLike": {"aws:SourceArn": f"{OWN}/*"}}}
    template = estate(TopicPolicy=topic_policy(statement))
    template["Parameters"] = {"Parameter": {"Type": "String"}}
    assert rules(template) == set()


def test_takes_wildcards_for_a_literal_service() -> None:
    service = "vpce-svc-0123456789abcdef0"
    statement = source(f"{OWN}/vpce-svc-0123456789abcdef?")
    changes = {"Notification": {"ServiceId": service}}
    assert rules(estate(changes, (), TopicPolicy=topic_policy(statement))) == set()


def test_takes_any_region_and_account_when_the_own_are_unknown() -> None:
    template = estate(TopicPolicy=topic_policy(source({"Fn::Sub": f"{OWN}/${{Service}}"})))
    assert check_template(template) == []


def test_takes_one_statement_that_holds_among_others() -> None:
    wrong = source(OWN.replace("111111111111", "222222222222") + "/*")
    assert with_statements(wrong, topic_statement()) == set()


def test_takes_the_source_of_an_endpoint() -> None:
    statement = source({"Fn::Sub": "arn:aws:ec2:eu-west-1:111111111111:vpc-endpoint/${Endpoint}"})
    changes = {"Notification": {"ServiceId": None, "VPCEndpointId": ref("Endpoint")}}
    assert rules(estate(changes, (), TopicPolicy=topic_policy(statement))) == set()


def test_warns_when_there_is_no_condition() -> None:
    assert with_statements(topic_statement(Condition=None)) == {"notification-topic-open-to-world"}


DENY = {"Effect": "Deny", "Principal": "*", "Action": "SNS:*", "Resource": ref("Topic")}


@pytest.mark.parametrize(
    ("deny", "closed"),
    [
        (DENY, True),
        ({**DENY, "Resource": "*"}, True),
        ({**DENY, "Principal": {"Service": "vpce.amazonaws.com"}}, True),
        ({**DENY, "Principal": {"Service": "ec2.amazonaws.com"}}, False),
        ({**DENY, "Action": "SNS:Subscribe"}, False),
        ({**DENY, "Resource": ref("Elsewhere")}, False),
        ({**DENY, "Condition": {"Bool": {"aws:SecureTransport": "false"}}}, False),
    ],
)
def test_finds_statements_that_deny(deny: dict[str, Any], *, closed: bool) -> None:
    found = with_statements(topic_statement(), deny)
    assert ("notification-topic-closed" in found) is closed


@pytest.mark.parametrize(
    ("arn", "closed"),
    [
        ("arn:aws:sns:eu-west-1:111111111111:another", True),
        ("arn:aws:sns:eu-west-1:111111111111:*", False),
        (ref("Elsewhere"), False),
        ({"Fn::Sub": "arn:aws:sns:eu-west-1:111111111111:${Elsewhere}"}, False),
        (["arn:aws:sns:eu-west-1:111111111111:another", ref("Topic")], False),
    ],
)
def test_finds_statements_for_another_topic(arn: object, *, closed: bool) -> None:
    found = with_statements(topic_statement(Resource=arn))
    assert ("notification-topic-closed" in found) is closed


def test_takes_an_inline_policy() -> None:
    policy = resource(
        "AWS::SNS::TopicInlinePolicy",
        TopicArn=ref("Topic"),
        PolicyDocument={"Statement": topic_statement()},
    )
    assert rules(estate(TopicPolicy=policy)) == set()


def test_takes_a_policy_that_may_be_elsewhere() -> None:
    template = estate({}, ("TopicPolicy",))
    template["Outputs"] = {"Topic": {"Value": ref("Topic"), "Export": {"Name": "topic"}}}
    assert rules(template) == set()


def test_fails_when_two_notifications_are_alike() -> None:
    again = notification(ConnectionEvents=["Reject"])
    (finding,) = check_template(estate(Again=again))
    assert finding.rule == "notification-duplicate"
    assert "Service has 2 notifications to Topic" in finding.message


def test_fails_when_two_notifications_by_literals_are_alike() -> None:
    literal = notification(
        ServiceId="vpce-svc-0123456789abcdef0",
        ConnectionNotificationArn="arn:aws:sns:eu-west-1:111111111111:connections",
    )
    (finding,) = check_template(estate(One=literal, Two=literal))
    assert finding.rule == "notification-duplicate"
    assert "vpce-svc-0123456789abcdef0" in finding.message


def test_warns_of_what_aws_may_take() -> None:
    twice = notification(ConnectionEvents=["Reject", "Reject"])
    found = check_template(estate(Again=twice))
    assert {each.rule: each.severity.value for each in found} == {
        "notification-duplicate": "warning",
        "notification-event-duplicate": "warning",
    }


def test_says_nothing_of_the_policy_when_the_source_is_none() -> None:
    none = notification(ServiceId={"Fn::GetAtt": ["Nlb", "LoadBalancerArn"]})
    assert rules(estate(Notification=none, Again=none)) == {"reference-type-mismatch"}


def test_takes_notifications_to_two_topics() -> None:
    again = notification(ConnectionNotificationArn="arn:aws:sns:eu-west-1:111111111111:other")
    unknown = notification(ConnectionNotificationArn={"Fn::If": ["A", "x", "y"]})
    assert rules(estate(Again=again, Unknown=unknown)) == set()


def test_takes_notifications_that_are_alternatives() -> None:
    again = {**notification(), "Condition": "Second"}
    first = {**notification(), "Condition": "First"}
    template = estate(Notification=first, Again=again)
    template["Conditions"] = {
        name: {"Fn::Equals": [ref("AWS::StackName"), name]} for name in ("First", "Second")
    }
    assert rules(template) == set()


BY_NAME = {"Fn::Sub": "arn:aws:sns:${AWS::Region}:${AWS::AccountId}:${Topic.TopicName}"}


def test_fails_when_the_topic_by_its_name_has_no_policy() -> None:
    changes = {"Notification": {"ConnectionNotificationArn": BY_NAME}}
    assert rules(estate(changes, ("TopicPolicy",))) == {"notification-topic-closed"}


@pytest.mark.parametrize("name", ["TopicArnOf", "Topic.Other"])
def test_takes_an_arn_that_holds_other_gaps(name: str) -> None:
    changes = {"Notification": {"ConnectionNotificationArn": {"Fn::Sub": f"arn:${{{name}}}"}}}
    assert rules(estate(changes, ("TopicPolicy",))) == set()


def test_fails_when_the_statement_is_for_another_topic() -> None:
    template = estate(
        TopicPolicy=topic_policy(topic_statement(Resource=ref("Other"))),
        Other=resource("AWS::SNS::Topic"),
    )
    assert rules(template) == {"notification-topic-closed"}


@pytest.mark.parametrize(
    "about",
    ["*", "arn:aws:sns:*:*:*", [ref("Other"), ref("Topic")], {"Fn::Sub": "${Topic}"}, BY_NAME],
)
def test_takes_statements_for_the_topic_among_others(about: object) -> None:
    statements = topic_policy(topic_statement(Resource=about))
    assert rules(estate(TopicPolicy=statements, Other=resource("AWS::SNS::Topic"))) == set()


UNKNOWN_POLICIES: list[dict[str, Any]] = [
    {"PolicyDocument": {"Fn::If": ["Open", {"Statement": []}, ref("AWS::NoValue")]}},
    {"Topics": [{"Fn::If": ["Open", ref("Topic"), "arn:aws:sns:eu-west-1:1:other"]}]},
    {"Topics": ref("Topics")},
]


@pytest.mark.parametrize("properties", UNKNOWN_POLICIES)
def test_takes_policies_that_are_unknown(properties: dict[str, Any]) -> None:
    template = estate({"TopicPolicy": properties})
    template["Parameters"] = {"Topics": {"Type": "CommaDelimitedList"}}
    assert rules(template) == set()


def test_fails_when_the_inline_policy_is_for_another_source() -> None:
    policy = resource(
        "AWS::SNS::TopicInlinePolicy",
        TopicArn=ref("Topic"),
        PolicyDocument={"Statement": source(f"{OWN}/vpce-svc-0123456789abcdef0")},
    )
    assert rules(estate(TopicPolicy=policy)) == {"notification-topic-source-mismatch"}


def test_takes_a_service_that_only_the_deployment_knows() -> None:
    template = estate(
        {"Notification": {"ServiceId": ref("Id")}}, (), TopicPolicy=topic_policy(source(f"{OWN}/*"))
    )
    template["Parameters"] = {"Id": {"Type": "String"}}
    assert rules(template) == set()


def test_takes_a_statement_for_the_topic_by_its_arn() -> None:
    arn = "arn:aws:sns:eu-west-1:111111111111:requests"
    statements = topic_policy(topic_statement(Resource=arn))
    template = estate({"Topic": {"TopicName": "requests"}}, TopicPolicy=statements)
    assert rules(template) == set()


def test_takes_a_key_policy_without_statements() -> None:
    assert broken("Key", KeyPolicy={"Version": "2012-10-17"}) == set()


def test_takes_a_statement_for_a_topic_that_may_be_another() -> None:
    statements = topic_policy(topic_statement(Resource="arn:aws:sns:eu-west-1:111111111111:other"))
    template = estate({"Topic": {"TopicName": "requests"}}, TopicPolicy=statements)
    assert rules(template) == set()


def test_fails_when_the_policy_is_for_a_name_that_nobody_gave() -> None:
    arn = "arn:aws:sns:eu-west-1:111111111111:other"
    assert rules(estate({"TopicPolicy": {"Topics": [arn]}})) == {"notification-topic-closed"}


@pytest.mark.parametrize("service", [ref("Nlb"), "vpce-0123456789abcdef0"])
def test_a_wrong_source_is_reported_once(service: object) -> None:
    found = broken("Notification", ServiceId=service)
    assert "notification-topic-source-mismatch" not in found
    assert found


def test_fails_when_no_topic_is_given() -> None:
    assert broken("Notification", ConnectionNotificationArn=None) == {
        "notification-topic-malformed"
    }


def test_fails_when_the_condition_takes_any_source() -> None:
    assert with_statements(source("*")) == {"notification-topic-open-to-world"}


def test_fails_when_the_service_is_named_as_an_account() -> None:
    statement = topic_statement(Principal={"AWS": "vpce.amazonaws.com"})
    assert with_statements(statement) == {"notification-topic-closed"}


def test_fails_when_the_topic_is_in_another_partition() -> None:
    arn = "arn:aws-cn:sns:eu-west-1:111111111111:connections"
    template = estate({"Notification": {"ConnectionNotificationArn": arn}})
    (finding,) = (it for it in findings(template) if "topic" in it.rule)
    assert finding.rule == "notification-topic-region-mismatch"
    assert "is in the partition aws-cn" in finding.message
