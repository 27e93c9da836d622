"""Settings for all functions of a stack: what they change, and until when they can be set."""

from __future__ import annotations

import gc
import json
from typing import TYPE_CHECKING, Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk.assertions import Match, Template
from cdk_nag import AwsSolutionsChecks, NIST80053R5Checks
from tests.support.published import resources_of, stack_in, template_of
from tests.support.refusals import refusal, warnings_of
from tests.unit.provider.acceptance_stacks import CUSTOMER, LOAD_BALANCER, service

from privatelink_constructs import (
    AcceptancePolicy,
    FunctionSettings,
    PrivateDnsName,
    configure_functions,
)

if TYPE_CHECKING:
    import constructs

BY_RULES = AcceptancePolicy.by_rules(accept_accounts=[CUSTOMER])
FUNCTION, LOG_GROUP = "AWS::Lambda::Function", "AWS::Logs::LogGroup"
KEY_ARN = "arn:aws:kms:eu-west-1:111111111111:key/0123abcd-0123-abcd-0123-0123456789ab"


def with_functions(scope: constructs.Construct, id: str = "Service") -> None:  # noqa: A002
    """Define a service with functions of several kinds."""
    name = PrivateDnsName.external(
        f"{id.lower()}.example.com",
        wait_for_verification=True,
    )
    service(
        cdk.Stack.of(scope),
        id,
        acceptance=BY_RULES,
        private_dns_name=name,
        reject_connections_on_delete=True,
    )


def ours(template: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the properties of the functions that are this library's."""
    found = [it["Properties"] for it in resources_of(template, FUNCTION)]
    return [it for it in found if not it["Handler"].startswith("framework.")]


def configured(settings: FunctionSettings, *, agnostic: bool = False) -> dict[str, Any]:
    stack = stack_in(env=None) if agnostic else stack_in()
    configure_functions(stack, settings)
    with_functions(stack)
    return template_of(stack)


def test_the_defaults_hold_without_settings() -> None:
    stack = stack_in()
    with_functions(stack)
    template = template_of(stack)

    assert template == configured(FunctionSettings())
    assert len(ours(template)) > 2
    assert {json.dumps(it["Architectures"]) for it in ours(template)} == {'["arm64"]'}
    assert not [it for it in ours(template) if "KmsKeyArn" in it]
    for group in resources_of(template, LOG_GROUP):
        assert group["Properties"] == {"RetentionInDays": 365}
        assert group["DeletionPolicy"] == "Delete"


def test_all_functions_and_logs_have_the_settings() -> None:
    template = configured(
        FunctionSettings(
            architecture=lambda_.Architecture.X86_64,
            log_removal_policy=cdk.RemovalPolicy.RETAIN,
            log_retention=logs.RetentionDays.TEN_YEARS,
        )
    )

    assert len(ours(template)) > 2
    assert {json.dumps(it["Architectures"]) for it in ours(template)} == {'["x86_64"]'}
    assert len(resources_of(template, LOG_GROUP)) > 2
    for group in resources_of(template, LOG_GROUP):
        assert group["Properties"] == {"RetentionInDays": 3653}
        assert group["DeletionPolicy"] == "Retain"


def with_key(*, elsewhere: bool) -> tuple[cdk.Stack, cdk.Stack]:
    """Return a stack whose functions have a key, and the stack that the key is in."""
    app = cdk.App()
    stack = stack_in(app)
    home = stack_in(app, "Keys") if elsewhere else stack
    configure_functions(stack, FunctionSettings(encryption_key=kms.Key(home, "Key")))
    with_functions(stack)
    return stack, home


@pytest.mark.parametrize("elsewhere", [False, True])
def test_a_key_encrypts_logs_and_environments(*, elsewhere: bool) -> None:
    stack, _ = with_key(elsewhere=elsewhere)
    template = template_of(stack)

    groups = [it["Properties"]["KmsKeyId"] for it in resources_of(template, LOG_GROUP)]
    functions = [it["KmsKeyArn"] for it in ours(template)]
    [key] = {json.dumps(it) for it in (*groups, *functions)}
    allowed = [
        statement["Resource"]
        for policy in resources_of(template, "AWS::IAM::Policy")
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]
        if "kms:Decrypt" in statement["Action"]
    ]
    assert json.loads(key) in allowed


@pytest.mark.parametrize("elsewhere", [False, True])
def test_the_policy_of_a_key_allows_the_logs_of_the_stack(*, elsewhere: bool) -> None:
    _, home = with_key(elsewhere=elsewhere)

    Template.from_stack(home).has_resource_properties(
        "AWS::KMS::Key",
        {
            "KeyPolicy": {
                "Statement": Match.array_with(
                    [
                        {
                            "Action": [
                                "kms:Decrypt*",
                                "kms:Describe*",
                                "kms:Encrypt*",
                                "kms:GenerateDataKey*",
                                "kms:ReEncrypt*",
                            ],
                            "Condition": {
                                "ArnLike": {
                                    "kms:EncryptionContext:aws:logs:arn": (
                                        "arn:aws:logs:eu-west-1:111111111111:log-group:*"
                                    )
                                }
                            },
                            "Effect": "Allow",
                            "Principal": {"Service": "logs.eu-west-1.amazonaws.com"},
                            "Resource": "*",
                        }
                    ]
                ),
                "Version": "2012-10-17",
            }
        },
    )


@pytest.mark.parametrize("elsewhere", [False, True])
def test_a_key_encrypts_the_way_of_messages(*, elsewhere: bool) -> None:
    stack, home = with_key(elsewhere=elsewhere)
    template = template_of(stack)

    queues = [it["Properties"] for it in resources_of(template, "AWS::SQS::Queue")]
    topics = [it["Properties"] for it in resources_of(template, "AWS::SNS::Topic")]
    assert len(queues) == 2
    assert not [it for it in (*queues, *topics) if "KmsMasterKeyId" not in it]
    topic = {"ArnLike": {"aws:SourceArn": "arn:aws:sns:eu-west-1:111111111111:*"}}
    key = Template.from_stack(home).find_resources("AWS::KMS::Key")
    ((policy,)) = [it["Properties"]["KeyPolicy"]["Statement"] for it in key.values()]
    assert {
        "Action": ["kms:Decrypt", "kms:GenerateDataKey*"],
        "Condition": topic,
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Resource": "*",
    } in policy
    assert "vpce.amazonaws.com" in json.dumps(policy)


def test_an_agnostic_stack_names_no_environment() -> None:
    stack = stack_in(env=None)
    configure_functions(stack, FunctionSettings(encryption_key=kms.Key(stack, "Key")))
    with_functions(stack)

    text = json.dumps(template_of(stack)).replace(LOAD_BALANCER, "")
    assert "eu-west-1" not in text
    assert "111111111111" not in text


def test_a_key_of_the_app_is_no_warning() -> None:
    stack, _ = with_key(elsewhere=False)
    assert "function-key-undetermined" not in warnings_of(stack)


@pytest.mark.parametrize(
    "arn", [KEY_ARN, cdk.Token.as_string({"Ref": "KeyArn"})], ids=["literal", "token"]
)
def test_warns_of_an_imported_key(arn: str) -> None:
    stack = stack_in()
    key = kms.Key.from_key_arn(stack, "Key", KEY_ARN)
    configure_functions(stack, FunctionSettings(encryption_key=key))
    with_functions(stack)
    assert "function-key-undetermined" in warnings_of(stack)


def test_fails_when_the_key_is_of_another_region() -> None:
    stack = stack_in()
    key = kms.Key.from_key_arn(stack, "Key", KEY_ARN.replace("eu-west-1", "us-east-1"))
    with refusal("function-key-mismatch", "The key is in us-east-1"):
        configure_functions(stack, FunctionSettings(encryption_key=key))
    # Nothing is kept of a call that failed.
    configure_functions(stack, FunctionSettings())


def test_a_key_of_any_region_passes_where_the_region_is_not_known() -> None:
    stack = stack_in(env=None)
    key = kms.Key.from_key_arn(stack, "Key", KEY_ARN)
    configure_functions(stack, FunctionSettings(encryption_key=key))


def test_fails_when_the_settings_come_too_late() -> None:
    stack = stack_in()
    with_functions(stack)
    with refusal(
        "function-settings-ineffective", "The stack 'Provider' already has a function"
    ) as caught:
        configure_functions(stack, FunctionSettings())
    assert caught.value.construct_path == "Provider"


def test_fails_when_the_settings_are_set_twice() -> None:
    stack = stack_in()
    configure_functions(stack, FunctionSettings())
    with refusal(
        "function-settings-duplicate", "The functions of the stack 'Provider' are configured twice"
    ):
        configure_functions(stack, FunctionSettings())
    with_functions(stack)
    with refusal(
        "function-settings-duplicate", "The functions of the stack 'Provider' are configured twice"
    ):
        configure_functions(stack, FunctionSettings())


def test_a_service_without_functions_is_not_too_early() -> None:
    stack = stack_in()
    service(stack)
    configure_functions(stack, FunctionSettings())


def test_each_stack_and_each_app_has_its_own() -> None:
    app = cdk.App()
    one, other, third = stack_in(app, "One"), stack_in(app, "Other"), stack_in()
    configure_functions(one, FunctionSettings(architecture=lambda_.Architecture.X86_64))
    configure_functions(other, FunctionSettings())
    for stack, name in ((one, "First"), (other, "Second"), (third, "First")):
        with_functions(stack, name)

    found = [{it["Architectures"][0] for it in ours(template_of(it))} for it in (one, other, third)]
    assert found == [{"x86_64"}, {"arm64"}, {"arm64"}]


def test_settings_are_there_when_nothing_in_python_holds_the_stack() -> None:
    app = cdk.App()
    configure_functions(stack_in(app), FunctionSettings(architecture=lambda_.Architecture.X86_64))
    gc.collect()
    stack = app.node.find_child("Provider")
    assert isinstance(stack, cdk.Stack)
    with_functions(stack)
    assert {it["Architectures"][0] for it in ours(template_of(stack))} == {"x86_64"}


def test_a_nested_stack_has_the_settings_of_the_stack_around_it() -> None:
    stack = stack_in()
    configure_functions(stack, FunctionSettings(architecture=lambda_.Architecture.X86_64))
    nested = cdk.NestedStack(stack, "Nested")
    with_functions(nested)

    found = Template.from_stack(nested).find_resources(FUNCTION)
    handlers = [it["Properties"] for it in found.values()]
    assert {
        it["Architectures"][0] for it in handlers if not it["Handler"].startswith("framework")
    } == {"x86_64"}


def test_a_nested_stack_can_have_settings_of_its_own() -> None:
    stack = stack_in()
    nested = cdk.NestedStack(stack, "Nested")
    configure_functions(nested, FunctionSettings(architecture=lambda_.Architecture.X86_64))
    with_functions(nested)
    configure_functions(stack, FunctionSettings())


def test_fails_when_a_nested_stack_has_a_function_already() -> None:
    stack = stack_in()
    nested = cdk.NestedStack(stack, "Nested")
    with_functions(nested)
    for late in (stack, nested):
        with refusal("function-settings-ineffective", "already has a function"):
            configure_functions(late, FunctionSettings())


def test_fails_when_a_snapshot_of_logs_is_wanted() -> None:
    with refusal("function-log-removal-not-supported", "log_removal_policy"):
        FunctionSettings(log_removal_policy=cdk.RemovalPolicy.SNAPSHOT)


@pytest.mark.parametrize(
    "options",
    [
        {"encryption_key": KEY_ARN},
        {"log_retention": 365},
        {"log_removal_policy": "DESTROY"},
        {"architecture": "arm64"},
    ],
    ids=lambda it: next(iter(it)),
)
def test_fails_when_a_setting_is_of_a_wrong_type(options: dict[str, Any]) -> None:
    with refusal("argument-type-mismatch", f".*{next(iter(options))} must be"):
        FunctionSettings(**options)


def test_fails_when_what_is_configured_is_no_stack() -> None:
    app: Any = cdk.App()
    with refusal("argument-type-mismatch", ".*stack must be"):
        configure_functions(app, FunctionSettings())


def test_cdk_nag_finds_nothing() -> None:
    app = cdk.App()
    stack = stack_in(app)
    key = kms.Key(stack, "Key", enable_key_rotation=True)
    configure_functions(stack, FunctionSettings(encryption_key=key))
    with_functions(stack)
    for pack in (AwsSolutionsChecks, NIST80053R5Checks):
        found = pack(app).validate_scope(app).violations
        assert [
            (it.rule_name, [r.construct_path for r in it.violating_resources]) for it in found
        ] == []
