"""Functions that services of a stack share, and what stands around them."""

from __future__ import annotations

import gc
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import aws_cdk as cdk
import cdk_nag
import pytest
from aws_cdk import aws_logs as logs
from tests.support.published import ENVIRONMENT, only, resources_of, stack_in, template_of

from privatelink_constructs._cdk import custom_resources as _custom_resource
from privatelink_constructs._cdk.custom_resources import (
    HandlerGroup,
    Handlers,
    SharedHandlers,
    define_custom_resource,
    shared_provider,
)
from privatelink_constructs._cdk.permission import Permission

if TYPE_CHECKING:
    import constructs

FUNCTION = "AWS::Lambda::Function"
HANDLERS = Handlers(
    folder="zone_refresh", minutes=3, actions_on_all=("ec2:DescribeVpcEndpointConnections",)
)
WAITING = SharedHandlers(id="Waiting", handlers=HANDLERS)
AT_ONCE = SharedHandlers(id="AtOnce", handlers=HANDLERS, waits=False)
SERVICE_ARN = "arn:aws:ec2:eu-west-1:111111111111:vpc-endpoint-service/vpce-svc-1"


def define(
    scope: constructs.Construct, shared: SharedHandlers = WAITING, name: str = "Step"
) -> cdk.CustomResource:
    return define_custom_resource(
        scope,
        name,
        provider=shared_provider(scope, shared),
        resource_type="Custom::Step",
        properties={"ServiceId": "vpce-svc-1"},
        permission=Permission(actions=("ec2:RejectVpcEndpointConnections",), resource=SERVICE_ARN),
    )


def template_with(shared: SharedHandlers = WAITING) -> dict[str, Any]:
    stack = stack_in()
    define(stack, shared)
    return template_of(stack)


def functions_of(template: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {it["Properties"]["Handler"]: it for it in resources_of(template, FUNCTION)}


def of_ours(template: dict[str, Any]) -> list[dict[str, Any]]:
    functions = functions_of(template)
    return [it["Properties"] for name, it in functions.items() if name.startswith("index.")]


def test_functions_run_on_the_newest_python_that_the_oldest_cdk_knows() -> None:
    assert {it["Runtime"] for it in of_ours(template_with())} == {"python3.14"}


def test_functions_have_the_time_they_ask_for() -> None:
    assert {it["Timeout"] for it in of_ours(template_with())} == {180}


def test_all_functions_log_to_one_group_for_a_year() -> None:
    template = template_with()

    [logs] = [key for key in template["Resources"] if key.startswith("WaitingLogs")]
    groups = [
        it["Properties"]["LoggingConfig"]["LogGroup"] for it in functions_of(template).values()
    ]
    assert groups == [{"Ref": logs}] * 5
    assert template["Resources"][logs]["Properties"] == {"RetentionInDays": 365}


def test_the_log_group_goes_with_the_stack() -> None:
    assert only(template_with(), "AWS::Logs::LogGroup")["DeletionPolicy"] == "Delete"


def test_no_role_has_a_managed_policy() -> None:
    roles = resources_of(template_with(), "AWS::IAM::Role")

    assert not [it for it in roles if "ManagedPolicyArns" in it["Properties"]]


def test_the_waiter_asks_for_an_hour_every_fifteen_seconds() -> None:
    machine = only(template_with(), "AWS::StepFunctions::StateMachine")

    definition = machine["Properties"]["DefinitionString"]["Fn::Join"][1][0]
    assert '"IntervalSeconds":15,"MaxAttempts":240,"BackoffRate":1' in definition


def test_what_is_done_at_once_needs_no_waiter() -> None:
    template = template_with(AT_ONCE)

    assert sorted(functions_of(template)) == ["framework.onEvent", "index.on_event"]
    assert not resources_of(template, "AWS::StepFunctions::StateMachine")


def test_a_function_for_one_construct_alone_has_its_environment() -> None:
    stack = stack_in()
    group = HandlerGroup(stack, "Group", Handlers(folder="acceptance", minutes=5))
    group.define_function("Handler", "handler", environment={"SERVICE_ID": "vpce-svc-1"})

    properties = only(template_of(stack), FUNCTION)["Properties"]
    assert properties["Environment"] == {"Variables": {"SERVICE_ID": "vpce-svc-1"}}


def test_a_group_that_may_do_nothing_everywhere_says_so() -> None:
    stack = stack_in()
    HandlerGroup(stack, "Group", Handlers(folder="acceptance", minutes=5))

    document = only(template_of(stack), "AWS::IAM::Policy")["Properties"]["PolicyDocument"]
    assert [it["Action"] for it in document["Statement"]] == [
        ["logs:CreateLogStream", "logs:PutLogEvents"]
    ]


def test_the_second_custom_resource_finds_the_functions_of_the_first() -> None:
    stack = stack_in()
    define(stack, name="One")
    define(stack, name="Other")

    assert len(resources_of(template_of(stack), FUNCTION)) == 5


def test_the_functions_are_found_when_nothing_in_python_holds_them() -> None:
    stack = stack_in()
    define(stack, name="One")
    gc.collect()
    define(stack, name="Other")

    tokens = [
        it["Properties"]["ServiceToken"] for it in resources_of(template_of(stack), "Custom::Step")
    ]
    assert tokens[0] == tokens[1]


def test_kinds_of_custom_resources_are_kept_apart() -> None:
    stack = stack_in()
    define(stack, WAITING, "One")
    define(stack, AT_ONCE, "Other")

    assert len(resources_of(template_of(stack), FUNCTION)) == 7


def test_the_permission_is_there_before_the_custom_resource() -> None:
    template = template_with()

    [policy] = [key for key in template["Resources"] if key.startswith("StepPolicy")]
    assert only(template, "Custom::Step")["DependsOn"] == [policy]


# --- the code ---------------------------------------------------------------------------------


def hash_of_code() -> str:
    [code] = {str(it["Code"]["S3Key"]) for it in of_ours(template_with())}
    return code


def test_compiled_files_are_no_part_of_the_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runtime = tmp_path / "runtime"
    clean = shutil.ignore_patterns("__pycache__")
    shutil.copytree(_custom_resource.RUNTIME, runtime, ignore=clean)
    monkeypatch.setattr(_custom_resource, "RUNTIME", runtime)
    before = hash_of_code()
    for folder in (runtime / "zone_refresh", runtime / "zone_refresh" / "below"):
        (folder / "__pycache__").mkdir(parents=True)
        (folder / "__pycache__" / "index.cpython-310.pyc").write_bytes(b"compiled")

    assert hash_of_code() == before


def test_the_code_is_one_file() -> None:
    app = cdk.App()
    stack = stack_in(app)
    define(stack)
    assembly = app.synth()

    template = assembly.get_stack_by_name("Provider").template
    [key] = {str(it["Code"]["S3Key"]) for it in of_ours(template)}
    folder = Path(assembly.directory) / f"asset.{key.removesuffix('.zip')}"
    assert [it.name for it in folder.iterdir()] == ["index.py"]


# --- checkers ---------------------------------------------------------------------------------

PACKS = [
    cdk_nag.AwsSolutionsChecks,
    cdk_nag.HIPAASecurityChecks,
    cdk_nag.NIST80053R4Checks,
    cdk_nag.NIST80053R5Checks,
    cdk_nag.PCIDSS321Checks,
    cdk_nag.ServerlessChecks,
]


@pytest.mark.parametrize("env", [ENVIRONMENT, None], ids=["known", "unknown"])
@pytest.mark.parametrize("pack", PACKS, ids=[pack.__name__ for pack in PACKS])
def test_cdk_nag_has_nothing_to_say(
    pack: type[cdk_nag.NagPack], env: cdk.Environment | None
) -> None:
    app = cdk.App()
    stack = stack_in(app, env=env)
    define(stack, WAITING, "One")
    define(stack, AT_ONCE, "Other")

    found = pack(app).validate_scope(app).violations
    assert [it.rule_name for it in found] == []


def test_cdk_nag_still_speaks_of_everything_else() -> None:
    app = cdk.App()
    stack = stack_in(app)
    define(stack)
    logs.LogGroup(stack, "Logs")

    found = cdk_nag.NIST80053R5Checks(app).validate_scope(app).violations
    places = {resource.construct_path for it in found for resource in it.violating_resources}
    assert places == {"Provider/Logs/Resource"}


def test_checkov_is_told_the_reasons() -> None:
    template = template_with()

    told = {
        handler: [it["id"] for it in function["Metadata"]["checkov"]["skip"]]
        for handler, function in functions_of(template).items()
    }
    rules = ["CKV_AWS_115", "CKV_AWS_116", "CKV_AWS_117", "CKV_AWS_173"]
    assert told == dict.fromkeys(
        [
            "framework.isComplete",
            "framework.onEvent",
            "framework.onTimeout",
            "index.is_complete",
            "index.on_event",
        ],
        rules,
    )


def test_every_skipped_check_has_a_reason() -> None:
    template = template_with()

    skips = [
        skip
        for it in template["Resources"].values()
        for skip in it.get("Metadata", {}).get("checkov", {}).get("skip", ())
    ]
    assert all(skip["comment"] for skip in skips)
    assert "CKV_AWS_158" in {skip["id"] for skip in skips}
