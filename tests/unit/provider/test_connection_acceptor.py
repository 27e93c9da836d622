from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_sns as sns
from aws_cdk.assertions import Match, Template
from cdk_nag import AwsSolutionsChecks, NIST80053R5Checks
from tests.support.refusals import warning_codes
from tests.support.replacement import assert_nothing_is_replaced
from tests.support.vpcs import vpc_in
from tests.unit.provider.acceptance_stacks import (
    ACCOUNT,
    CUSTOMER,
    LOAD_BALANCER,
    OTHER,
    REGION,
    acceptor_of,
    of_type,
    paths,
    resources,
    service,
    stack,
    statements,
)

from privatelink_constructs import (
    AcceptancePolicy,
    AllowedPrincipal,
    Decision,
    EndpointServiceAlarms,
    InterfaceEndpoint,
    PrivateDnsName,
)

if TYPE_CHECKING:
    from pathlib import Path

POLICY = AcceptancePolicy.by_rules(accept_accounts=[CUSTOMER], reject_accounts=[OTHER])
RULES = (
    f'{{"accept_accounts":["{CUSTOMER}"],"accept_regions":null,'
    f'"otherwise":"LEAVE_PENDING","reject_accounts":["{OTHER}"]}}'
)
SERVICE = {
    "Fn::Join": [
        "",
        [f"arn:aws:ec2:{REGION}:{ACCOUNT}:vpc-endpoint-service/", {"Ref": "ServiceDBC79909"}],
    ]
}


@pytest.fixture(scope="module")
def template() -> Template:
    scope = stack()
    service(scope, acceptance=POLICY)
    return Template.from_stack(scope)


def referring(template: Template, kind: str, **properties: Any) -> str:
    """Return the logical id of the one resource that is like this."""
    (logical_id,) = template.find_resources(
        kind, {"Properties": Match.object_like(properties)} if properties else {}
    )
    return logical_id


def test_the_service_requires_acceptance(template: Template) -> None:
    template.has_resource_properties(
        "AWS::EC2::VPCEndpointService", Match.object_like({"AcceptanceRequired": True})
    )


def test_the_function_is_told_the_service_and_the_rules(template: Template) -> None:
    template.has_resource_properties(
        "AWS::Lambda::Function",
        {
            "Architectures": ["arm64"],
            "Environment": {
                "Variables": {
                    "QUEUE_URL": {
                        "Ref": referring(template, "AWS::SQS::Queue", VisibilityTimeout=1800)
                    },
                    "RULES": RULES,
                    "SERVICE_ID": {"Ref": referring(template, "AWS::EC2::VPCEndpointService")},
                    "STACK_ID": {"Ref": "AWS::StackId"},
                }
            },
            "Handler": "acceptance.index.handler",
            "MemorySize": 256,
            "Timeout": 300,
        },
    )


def test_there_is_one_function_and_no_provider_framework(template: Template) -> None:
    template.resource_count_is("AWS::Lambda::Function", 1)
    template.resource_count_is("AWS::IAM::Role", 2)
    function = referring(template, "AWS::Lambda::Function")
    template.has_resource_properties(
        "Custom::PrivateLinkReconciliation",
        {"ServiceTimeout": "1200", "ServiceToken": {"Fn::GetAtt": [function, "Arn"]}},
    )


def test_a_request_reaches_the_topic_once_its_policy_allows_it(template: Template) -> None:
    template.has_resource(
        "AWS::EC2::VPCEndpointConnectionNotification",
        {
            "Properties": {
                "ConnectionEvents": ["Connect"],
                "ConnectionNotificationArn": {"Ref": referring(template, "AWS::SNS::Topic")},
                "ServiceId": {"Ref": referring(template, "AWS::EC2::VPCEndpointService")},
            },
            "DependsOn": [referring(template, "AWS::SNS::TopicPolicy")],
        },
    )


def test_the_topic_allows_only_this_service(template: Template) -> None:
    template.has_resource_properties(
        "AWS::SNS::TopicPolicy",
        {
            "PolicyDocument": Match.object_like(
                {
                    "Statement": Match.array_with(
                        [
                            Match.object_like(
                                {
                                    "Action": "SNS:Publish",
                                    "Condition": {
                                        "ArnLike": {"aws:SourceArn": Match.any_value()},
                                        "StringEquals": {"aws:SourceAccount": ACCOUNT},
                                    },
                                    "Effect": "Allow",
                                    "Principal": {"Service": "vpce.amazonaws.com"},
                                }
                            )
                        ]
                    )
                }
            )
        },
    )


def test_the_queue_gets_what_the_topic_receives_in_its_wrapping(template: Template) -> None:
    queue = referring(template, "AWS::SQS::Queue", VisibilityTimeout=1800)
    template.has_resource_properties(
        "AWS::SNS::Subscription",
        {
            "Endpoint": {"Fn::GetAtt": [queue, "Arn"]},
            "Protocol": "sqs",
            "RawMessageDelivery": False,
            "TopicArn": {"Ref": referring(template, "AWS::SNS::Topic")},
        },
    )


def test_the_queue_admits_the_topic_before_it_is_subscribed(template: Template) -> None:
    queue = referring(template, "AWS::SQS::Queue", VisibilityTimeout=1800)
    policy = referring(template, "AWS::SQS::QueuePolicy", Queues=[{"Ref": queue}])
    document = template.to_json()["Resources"][policy]["Properties"]["PolicyDocument"]

    assert document["Statement"][1] == {
        "Action": "sqs:SendMessage",
        "Condition": {
            "ArnEquals": {"aws:SourceArn": {"Ref": referring(template, "AWS::SNS::Topic")}}
        },
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Resource": {"Fn::GetAtt": [queue, "Arn"]},
    }
    template.has_resource("AWS::SNS::Subscription", {"DependsOn": [policy]})


def test_messages_that_keep_failing_are_kept(template: Template) -> None:
    kept = referring(template, "AWS::SQS::Queue", MessageRetentionPeriod=14 * 24 * 3600)
    template.has_resource_properties(
        "AWS::SQS::Queue",
        {
            "RedrivePolicy": {
                "deadLetterTargetArn": {"Fn::GetAtt": [kept, "Arn"]},
                "maxReceiveCount": 5,
            },
            "VisibilityTimeout": 1800,
        },
    )


def test_queues_are_encrypted_and_refuse_plain_text(template: Template) -> None:
    template.all_resources_properties("AWS::SQS::Queue", {"SqsManagedSseEnabled": True})
    denied = {"Condition": {"Bool": {"aws:SecureTransport": "false"}}, "Effect": "Deny"}
    template.resource_properties_count_is(
        "AWS::SQS::QueuePolicy",
        {"PolicyDocument": {"Statement": Match.array_with([Match.object_like(denied)])}},
        2,
    )


def test_messages_are_looked_at_in_batches_and_at_most_two_at_once(template: Template) -> None:
    template.has_resource_properties(
        "AWS::Lambda::EventSourceMapping",
        {
            "BatchSize": 100,
            "FunctionResponseTypes": ["ReportBatchItemFailures"],
            "MaximumBatchingWindowInSeconds": 5,
            "ScalingConfig": {"MaximumConcurrency": 2},
        },
    )
    template.all_resources_properties(
        "AWS::Lambda::Function", {"ReservedConcurrentExecutions": Match.absent()}
    )


@pytest.mark.parametrize(
    ("every", "expression"),
    [
        (None, "rate(15 minutes)"),
        (cdk.Duration.minutes(1), "rate(1 minute)"),
        (cdk.Duration.hours(6), "rate(6 hours)"),
    ],
)
def test_a_schedule_asks_for_a_run(every: cdk.Duration | None, expression: str) -> None:
    scope = stack()
    policy = AcceptancePolicy.by_rules(accept_accounts=[CUSTOMER], reconcile_every=every)
    service(scope, acceptance=policy)

    Template.from_stack(scope).has_resource_properties(
        "AWS::Scheduler::Schedule",
        {
            "ScheduleExpression": expression,
            "Target": Match.object_like({"Input": '{"action":"reconcile"}'}),
        },
    )


def test_the_schedule_can_send_only_for_this_account(template: Template) -> None:
    template.has_resource_properties(
        "AWS::IAM::Role",
        {
            "AssumeRolePolicyDocument": {
                "Statement": [
                    {
                        "Action": "sts:AssumeRole",
                        "Condition": {
                            "StringEquals": {
                                "aws:SourceAccount": ACCOUNT,
                                "aws:SourceArn": Match.any_value(),
                            }
                        },
                        "Effect": "Allow",
                        "Principal": {"Service": "scheduler.amazonaws.com"},
                    }
                ],
                "Version": "2012-10-17",
            }
        },
    )


def test_a_change_of_the_rules_is_a_run() -> None:
    before, after = stack(), stack()
    service(before, acceptance=POLICY)
    service(
        after,
        acceptance=AcceptancePolicy.by_rules(
            accept_accounts=[CUSTOMER], reject_accounts=[OTHER, "444444444444"]
        ),
    )

    comparison = assert_nothing_is_replaced(
        Template.from_stack(before).to_json(), Template.from_stack(after).to_json()
    )

    changed = {comparison.types[name] for name in comparison.changed}
    assert changed == {"AWS::Lambda::Function", "Custom::PrivateLinkReconciliation"}
    assert not comparison.added
    assert not comparison.removed


def test_a_run_waits_for_the_function_and_what_it_may_do() -> None:
    scope = stack()
    service(scope, acceptance=POLICY)
    (run,) = of_type(scope, "Custom::PrivateLinkReconciliation").values()

    awaited = {resources(scope)[name]["Type"] for name in run["DependsOn"]}

    assert awaited == {"AWS::IAM::Policy", "AWS::IAM::Role", "AWS::Lambda::Function"}
    assert run["Properties"]["Rules"] == RULES


LOGS = ["logs:CreateLogStream", "logs:PutLogEvents"]
QUEUE = [
    "sqs:ChangeMessageVisibility",
    "sqs:DeleteMessage",
    "sqs:GetQueueAttributes",
    "sqs:ReceiveMessage",
]
ACCEPT, REJECT = "ec2:AcceptVpcEndpointConnections", "ec2:RejectVpcEndpointConnections"
STACK = ("cloudformation:DescribeStacks", {"Ref": "AWS::StackId"})


@pytest.mark.parametrize(
    ("policy", "changes"),
    [
        (POLICY, [([ACCEPT, REJECT], SERVICE), STACK]),
        (AcceptancePolicy.by_rules(accept_accounts=[CUSTOMER]), [(ACCEPT, SERVICE)]),
        (AcceptancePolicy.by_rules(reject_accounts=[OTHER]), [(REJECT, SERVICE), STACK]),
        (AcceptancePolicy.by_rules(otherwise=Decision.REJECT), [(REJECT, SERVICE)]),
        (
            AcceptancePolicy.by_rules(accept_accounts=[CUSTOMER], otherwise=Decision.REJECT),
            [([ACCEPT, REJECT], SERVICE)],
        ),
    ],
    ids=["both", "accept", "reject", "reject others", "accept, and reject others"],
)
def test_least_privilege(policy: AcceptancePolicy, changes: list[Any]) -> None:
    scope = stack()
    service(scope, acceptance=policy)
    (queue_id,) = Template.from_stack(scope).find_resources(
        "AWS::SQS::Queue", {"Properties": {"VisibilityTimeout": 1800}}
    )
    queue = {"Fn::GetAtt": [queue_id, "Arn"]}
    logs = {"Fn::GetAtt": [next(iter(of_type(scope, "AWS::Logs::LogGroup"))), "Arn"]}
    found = [
        (path.removeprefix("Service/Acceptor/"), it["Action"], it["Resource"])
        for path, it in statements(scope)
    ]

    function = "Handlers/Role/DefaultPolicy"
    assert found == [
        ("ScheduleRole/DefaultPolicy", "sqs:SendMessage", queue),
        (function, "ec2:DescribeVpcEndpointConnections", "*"),
        *((function, actions, resource) for actions, resource in changes),
        (function, QUEUE, queue),
        (function, LOGS, logs),
    ]
    assert not any(
        "ManagedPolicyArns" in role["Properties"]
        for role in of_type(scope, "AWS::IAM::Role").values()
    )


def test_a_nested_stack_may_ask_for_its_root() -> None:
    root = stack()
    middle = cdk.NestedStack(root, "Middle")
    nested = cdk.NestedStack(middle, "Nested")
    service(nested, acceptance=POLICY)

    [resource] = [
        it["Resource"]
        for _, it in statements(nested)
        if it["Action"] == "cloudformation:DescribeStacks"
    ]
    own, above = resource
    assert own == {"Ref": "AWS::StackId"}
    assert above["Ref"] in Template.from_stack(nested).to_json()["Parameters"]
    [given] = [
        it["Properties"]["Parameters"]
        for it in of_type(root, "AWS::CloudFormation::Stack").values()
    ]
    assert {"Ref": "AWS::StackId"} in given.values()


def test_other_regions_need_one_more_permission() -> None:
    scope = stack()
    service(scope, acceptance=POLICY, supported_regions=["us-east-1"])

    assert (
        [
            "ec2:AcceptVpcEndpointConnections",
            "ec2:RejectVpcEndpointConnections",
            "vpce:AllowMultiRegion",
        ],
        SERVICE,
    ) in [(it["Action"], it["Resource"]) for _, it in statements(scope)]


def test_its_own_region_is_no_other_one() -> None:
    scope = stack()
    service(scope, acceptance=POLICY, supported_regions=[REGION])
    assert "vpce:AllowMultiRegion" not in json.dumps(resources(scope))


def test_logs_are_kept_for_a_year(template: Template) -> None:
    template.all_resources_properties("AWS::Logs::LogGroup", {"RetentionInDays": 365})
    template.all_resources_properties(
        "AWS::Lambda::Function",
        {"LoggingConfig": Match.object_like({"LogGroup": Match.any_value()})},
    )


def test_other_policies_define_no_acceptor() -> None:
    scope = stack()
    service(scope, "Manual")
    service(scope, "Automatic", acceptance=AcceptancePolicy.automatic())
    assert not of_type(scope, "AWS::Lambda::Function")
    assert not of_type(scope, "AWS::EC2::VPCEndpointConnectionNotification")


def test_there_is_no_alarm_by_default(template: Template) -> None:
    template.resource_count_is("AWS::CloudWatch::Alarm", 0)


def test_every_part_can_be_reached() -> None:
    scope = stack()
    acceptor = acceptor_of(scope, acceptance=POLICY)
    parts = [acceptor.topic, acceptor.queue, acceptor.dead_letter_queue, acceptor.function]

    assert [part.node.path.removeprefix("Stack/Service/Acceptor/") for part in parts] == [
        "Topic",
        "Queue",
        "DeadLetterQueue",
        "Handlers/Function",
    ]


def test_paths() -> None:
    scope = stack()
    acceptor_of(scope, acceptance=POLICY)

    assert {
        path.removeprefix("Stack/Service/"): kind
        for path, kind in paths(scope).items()
        if "Service" in path
    } == {
        "Acceptor/DeadLetterQueue/Policy/Resource": "AWS::SQS::QueuePolicy",
        "Acceptor/DeadLetterQueue/Resource": "AWS::SQS::Queue",
        "Acceptor/Handlers/Function/Resource": "AWS::Lambda::Function",
        "Acceptor/Handlers/Logs/Resource": "AWS::Logs::LogGroup",
        "Acceptor/Handlers/Role/DefaultPolicy/Resource": "AWS::IAM::Policy",
        "Acceptor/Handlers/Role/Resource": "AWS::IAM::Role",
        "Acceptor/Messages/Resource": "AWS::Lambda::EventSourceMapping",
        "Acceptor/Queue/Policy/Resource": "AWS::SQS::QueuePolicy",
        "Acceptor/Queue/Resource": "AWS::SQS::Queue",
        "Acceptor/RulesApplied/Default": "Custom::PrivateLinkReconciliation",
        "Acceptor/Schedule/Resource": "AWS::Scheduler::Schedule",
        "Acceptor/ScheduleRole/DefaultPolicy/Resource": "AWS::IAM::Policy",
        "Acceptor/ScheduleRole/Resource": "AWS::IAM::Role",
        "Acceptor/Subscription/Resource": "AWS::SNS::Subscription",
        "Acceptor/Topic/Policy/Resource": "AWS::SNS::TopicPolicy",
        "Acceptor/Topic/Resource": "AWS::SNS::Topic",
        "Permissions": "AWS::EC2::VPCEndpointServicePermissions",
        "Requests": "AWS::EC2::VPCEndpointConnectionNotification",
        "Resource": "AWS::EC2::VPCEndpointService",
    }


PERMISSIONS = "AWS::EC2::VPCEndpointServicePermissions"


def awaited_by(scope: cdk.Stack, logical_id: str) -> set[str]:
    """Return the logical ids of all that is made before a resource, by DependsOn only."""
    found: set[str] = set()
    left = [logical_id]
    while left:
        more = resources(scope)[left.pop()].get("DependsOn", [])
        left += [it for it in more if it not in found]
        found.update(more)
    return found


def must_be_there(scope: cdk.Stack) -> set[str]:
    """Return what answers requests: the function with the rules, and the way to it."""
    [function] = [
        key
        for key, it in of_type(scope, "AWS::Lambda::Function").items()
        if "RULES" in it["Properties"].get("Environment", {}).get("Variables", {})
    ]
    ways = (
        "AWS::EC2::VPCEndpointConnectionNotification",
        "AWS::Lambda::EventSourceMapping",
        "AWS::SNS::Subscription",
        "AWS::SNS::TopicPolicy",
    )
    found = {function, *(key for kind in ways for key in of_type(scope, kind))}
    assert len(found) == 5
    return found


@pytest.mark.parametrize("later", [False, True])
@pytest.mark.parametrize("reject", [False, True])
def test_nobody_is_permitted_before_requests_are_answered(*, later: bool, reject: bool) -> None:
    scope = stack()
    principals = [AllowedPrincipal.account(CUSTOMER)]
    published = service(
        scope,
        acceptance=AcceptancePolicy.by_rules(otherwise=Decision.REJECT),
        allowed_principals=() if later else principals,
        reject_connections_on_delete=reject,
    )
    if later:
        published.add_allowed_principals(*principals)

    [permissions] = of_type(scope, PERMISSIONS)
    assert must_be_there(scope) <= awaited_by(scope, permissions)


@pytest.mark.parametrize("permitted", ["before", "after", "never"])
def test_an_endpoint_of_the_stack_waits_until_requests_are_answered(permitted: str) -> None:
    scope = stack()
    principals = [AllowedPrincipal.account(CUSTOMER)]
    published = service(
        scope,
        acceptance=AcceptancePolicy.by_rules(otherwise=Decision.REJECT),
        allowed_principals=principals if permitted == "before" else (),
    )
    InterfaceEndpoint(scope, "Endpoint", vpc=vpc_in(scope), service=published.contract)
    if permitted == "after":
        published.add_allowed_principals(*principals)

    [endpoint] = of_type(scope, "AWS::EC2::VPCEndpoint")
    assert must_be_there(scope) <= awaited_by(scope, endpoint)


def test_an_endpoint_of_another_stack_waits_for_the_stack() -> None:
    app = cdk.App()
    scope = stack(app=app)
    published = service(
        scope,
        acceptance=AcceptancePolicy.by_rules(otherwise=Decision.REJECT),
        allowed_principals=(),
    )
    other = stack("Consumer", app=app)
    InterfaceEndpoint(other, "Endpoint", vpc=vpc_in(other), service=published.contract)

    app.synth()
    assert [it.node.path for it in other.dependencies] == ["Stack"]


def test_without_rules_permissions_wait_for_nothing() -> None:
    scope = stack()
    service(scope)
    [permissions] = of_type(scope, PERMISSIONS).values()
    assert "DependsOn" not in permissions


def test_rules_come_and_go_without_replacing_anything() -> None:
    without, with_rules = stack(), stack()
    service(without)
    service(with_rules, acceptance=POLICY)
    old, new = (Template.from_stack(it).to_json() for it in (without, with_rules))

    came, gone = assert_nothing_is_replaced(old, new), assert_nothing_is_replaced(new, old)

    # The order in which they are made, and nothing else.
    assert [came.types[it] for it in came.changed] == [PERMISSIONS]
    assert not came.removed
    assert gone.changed == came.changed
    assert gone.removed == came.added
    [before], [after] = (of_type(it, PERMISSIONS).values() for it in (without, with_rules))
    assert before["Properties"] == after["Properties"]


def test_two_services_of_a_stack_have_one_each() -> None:
    scope = stack()
    service(scope, "One", acceptance=POLICY)
    service(scope, "Two", acceptance=AcceptancePolicy.by_rules(otherwise=Decision.REJECT))
    Template.from_stack(scope).resource_count_is("Custom::PrivateLinkReconciliation", 2)


def test_two_apps_give_the_same_template() -> None:
    first, second = stack(), stack()
    service(first, acceptance=POLICY)
    service(second, acceptance=POLICY)
    assert resources(first) == resources(second)


def test_an_agnostic_stack_names_no_environment() -> None:
    scope = stack(agnostic=True)
    service(scope, acceptance=POLICY)
    text = json.dumps(resources(scope)).replace(LOAD_BALANCER, "")
    assert ACCOUNT not in text
    assert REGION not in text


@pytest.mark.parametrize("agnostic", [True, False])
def test_cdk_nag_finds_nothing(agnostic: bool, tmp_path: Path) -> None:  # noqa: FBT001
    app = cdk.App(outdir=str(tmp_path))
    scope = stack(app=app, agnostic=agnostic)
    topic = sns.Topic.from_topic_arn(scope, "Topic", f"arn:aws:sns:{REGION}:{ACCOUNT}:on-call")
    published = service(
        scope,
        acceptance=POLICY,
        private_dns_name=PrivateDnsName.external("pay.example.com"),
        reject_connections_on_delete=True,
        supported_regions=["us-east-1"],
    )
    EndpointServiceAlarms(
        scope,
        "Alarms",
        service=published,
        actions=[topic],
        private_dns_check_every=cdk.Duration.hours(1),
    )
    sns.Topic(scope, "Plain")
    for pack in (AwsSolutionsChecks, NIST80053R5Checks):
        cdk.Validations.of(app).add_plugins(pack(app))

    with pytest.raises(RuntimeError, match="ValidationFailed"):
        app.synth()

    report = json.loads((tmp_path / "validation-report.json").read_text())
    found = {
        construct["constructPath"]
        for plugin in report["pluginReports"]
        for violation in plugin["violations"]
        for construct in violation["violatingConstructs"]
    }
    # The one that is there to be found, so that the packs are known to have looked.
    assert found == {"Stack/Plain/Resource"}


@pytest.mark.parametrize(
    ("kind", "check"),
    [
        ("AWS::SNS::Topic", "CKV_AWS_26"),
        ("AWS::SQS::Queue", "CKV_AWS_27"),
        ("AWS::Scheduler::Schedule", "CKV_AWS_297"),
    ],
)
def test_what_checkov_finds_is_acknowledged_with_a_reason(
    template: Template, kind: str, check: str
) -> None:
    for resource in template.find_resources(kind).values():
        (skipped,) = resource["Metadata"]["checkov"]["skip"]
        assert skipped["id"] == check
        assert skipped["comment"]


def test_warns_of_a_region_in_the_rules_that_is_unknown() -> None:
    scope = stack()
    policy = AcceptancePolicy.by_rules(accept_accounts=[CUSTOMER], accept_regions=["sa-west-1"])
    # It is unknown to the service as well, and said once.
    service(scope, acceptance=policy, supported_regions=["sa-west-1"])

    assert warning_codes(scope).count("region-unverified") == 1
