"""Functions that services of a stack share, and what stands around them."""

from __future__ import annotations

import gc
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import aws_cdk as cdk
import cdk_nag
import pytest
from aws_cdk import aws_logs as logs
from tests.support.published import ENVIRONMENT, only, resources_of, stack_in, template_of

from privatelink_constructs._cdk import function_code
from privatelink_constructs._cdk.custom_resources import (
    SharedFunction,
    define_custom_resource,
    shared_function,
)
from privatelink_constructs._cdk.function_code import FunctionCode
from privatelink_constructs._cdk.functions import FunctionGroup
from privatelink_constructs._cdk.permission import Permission

if TYPE_CHECKING:
    import constructs

FUNCTION = "AWS::Lambda::Function"
STEP = SharedFunction(
    id="Shared",
    files=("verify_private_dns",),
    description="Does a step",
    actions_on_all=("ec2:DescribeVpcEndpointConnections",),
)
OTHER = SharedFunction(id="Other", files=("refresh_zones",), description="Does another step")
SERVICE_ARN = "arn:aws:ec2:eu-west-1:111111111111:vpc-endpoint-service/vpce-svc-1"
CODE = FunctionCode(folder="custom_resources", files=("clock", "properties"))


def define(
    scope: constructs.Construct, shared: SharedFunction = STEP, name: str = "Step"
) -> cdk.CustomResource:
    return define_custom_resource(
        scope,
        name,
        function=shared_function(scope, shared),
        resource_type="Custom::Step",
        properties={"ServiceId": "vpce-svc-1"},
        timeout_seconds=60,
        permission=Permission(actions=("ec2:RejectVpcEndpointConnections",), resource=SERVICE_ARN),
    )


def template_with(shared: SharedFunction = STEP) -> dict[str, Any]:
    stack = stack_in()
    define(stack, shared)
    return template_of(stack)


def function_in(template: dict[str, Any]) -> dict[str, Any]:
    return only(template, FUNCTION)["Properties"]


def test_a_function_is_four_resources() -> None:
    kinds = sorted(it["Type"] for it in template_with()["Resources"].values())
    policy = "AWS::IAM::Policy"
    assert kinds == [
        policy,
        policy,
        "AWS::IAM::Role",
        FUNCTION,
        "AWS::Logs::LogGroup",
        "Custom::Step",
    ]


def test_functions_run_on_the_newest_python_that_the_oldest_cdk_knows() -> None:
    assert function_in(template_with())["Runtime"] == "python3.14"


def test_functions_run_on_arm() -> None:
    assert function_in(template_with())["Architectures"] == ["arm64"]


def test_functions_have_the_time_that_lambda_gives() -> None:
    assert function_in(template_with())["Timeout"] == 900


def test_functions_say_what_they_are_for() -> None:
    assert function_in(template_with())["Description"] == "Does a step"


def test_functions_have_no_environment_unless_it_is_given() -> None:
    stack = stack_in()
    FunctionGroup(
        stack, "Group", code=CODE, description="Does it", actions_on={}, environment={"A": "1"}
    )

    assert function_in(template_of(stack))["Environment"] == {"Variables": {"A": "1"}}
    assert "Environment" not in function_in(template_with())


def test_a_function_logs_to_one_group_for_a_year() -> None:
    template = template_with()

    [logs] = [key for key in template["Resources"] if key.startswith("SharedLogs")]
    assert function_in(template)["LoggingConfig"] == {"LogGroup": {"Ref": logs}}
    assert template["Resources"][logs]["Properties"] == {"RetentionInDays": 365}


def test_the_log_group_goes_with_the_stack() -> None:
    assert only(template_with(), "AWS::Logs::LogGroup")["DeletionPolicy"] == "Delete"


def test_no_role_has_a_managed_policy() -> None:
    assert "ManagedPolicyArns" not in only(template_with(), "AWS::IAM::Role")["Properties"]


def statements_in(template: dict[str, Any], start: str) -> list[dict[str, Any]]:
    [policy] = [it for key, it in template["Resources"].items() if key.startswith(start)]
    return policy["Properties"]["PolicyDocument"]["Statement"]


def test_each_statement_of_what_every_call_needs() -> None:
    template = template_with()
    [log_group] = [key for key in template["Resources"] if key.startswith("SharedLogs")]
    [function] = [key for key in template["Resources"] if key.startswith("SharedFunction")]

    assert statements_in(template, "SharedPolicy") == [
        {
            "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
            "Effect": "Allow",
            "Resource": {"Fn::GetAtt": [log_group, "Arn"]},
        },
        {"Action": "ec2:DescribeVpcEndpointConnections", "Effect": "Allow", "Resource": "*"},
        {
            "Action": "lambda:InvokeFunction",
            "Effect": "Allow",
            "Resource": {"Fn::GetAtt": [function, "Arn"]},
        },
    ]


def test_a_group_that_may_do_nothing_but_log() -> None:
    stack = stack_in()
    FunctionGroup(stack, "Group", code=CODE, description="Does nothing", actions_on={})

    actions = [it["Action"] for it in statements_in(template_of(stack), "GroupPolicy")]
    assert actions == [["logs:CreateLogStream", "logs:PutLogEvents"]]


def test_nothing_waits_in_a_circle() -> None:
    """Synthesis doesn't notice a template that CloudFormation can't put in an order."""
    resources = template_with()["Resources"]
    waits_for = {
        key: {other for other in resources if f"'{other}'" in str(it) and other != key}
        for key, it in resources.items()
    }
    while waits_for:
        free = [key for key, others in waits_for.items() if not others & waits_for.keys()]
        assert free, waits_for
        for key in free:
            del waits_for[key]


def test_the_second_custom_resource_finds_the_function_of_the_first() -> None:
    stack = stack_in()
    define(stack, name="One")
    define(stack, name="Two")

    assert len(resources_of(template_of(stack), FUNCTION)) == 1


def test_the_function_is_found_when_nothing_in_python_holds_it() -> None:
    stack = stack_in()
    define(stack, name="One")
    gc.collect()
    define(stack, name="Two")

    tokens = [
        it["Properties"]["ServiceToken"] for it in resources_of(template_of(stack), "Custom::Step")
    ]
    assert tokens[0] == tokens[1]


def test_kinds_of_custom_resources_are_kept_apart() -> None:
    stack = stack_in()
    define(stack, STEP, "One")
    define(stack, OTHER, "Two")

    assert len(resources_of(template_of(stack), FUNCTION)) == 2


def test_both_permissions_are_there_before_the_custom_resource() -> None:
    template = template_with()

    policies = [it for it in template["Resources"] if it.startswith(("StepPolicy", "SharedPolicy"))]
    assert sorted(only(template, "Custom::Step")["DependsOn"]) == sorted(policies)


def test_cloudformation_waits_longer_than_the_function() -> None:
    properties = only(template_with(), "Custom::Step")["Properties"]
    assert (properties["TimeoutSeconds"], properties["ServiceTimeout"]) == (60, "360")


# --- the code ---------------------------------------------------------------------------------


def hash_of_code() -> str:
    return str(function_in(template_with())["Code"]["S3Key"])


@pytest.fixture
def runtime(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the code, which is installed from here on."""
    found = tmp_path / "runtime"
    clean = shutil.ignore_patterns("__pycache__")
    shutil.copytree(function_code.RUNTIME, found, ignore=clean)
    monkeypatch.setattr(function_code, "RUNTIME", found)
    return found


@pytest.mark.parametrize(
    "stray",
    [
        "custom_resources/__pycache__/clock.cpython-310.pyc",
        "custom_resources/.DS_Store",
        "custom_resources/._clock.py",
        "custom_resources/clock.py.orig",
        "custom_resources/clock 2.py",
        "custom_resources/below/clock.py",
        "clock.py",
        ".hidden",
        "acceptance/clock.py",
    ],
)
def test_stray_files_are_no_part_of_the_code(runtime: Path, stray: str) -> None:
    before = hash_of_code()
    (runtime / stray).parent.mkdir(exist_ok=True)
    (runtime / stray).write_bytes(b"stray")

    assert hash_of_code() == before


def test_the_code_of_another_step_is_no_part_of_the_code(runtime: Path) -> None:
    before = hash_of_code()
    (runtime / "custom_resources" / "refresh_zones.py").write_text("")

    assert hash_of_code() == before


def test_each_file_of_a_step_is_part_of_its_code(runtime: Path) -> None:
    seen = {hash_of_code()}
    for name in ("__init__", "clock", "lifecycle", "patience", "verify_private_dns"):
        path = runtime / "custom_resources" / f"{name}.py"
        path.write_text(path.read_text() + "\n")
        seen.add(hash_of_code())

    assert len(seen) == 6


def files_of(app: cdk.App) -> list[Path]:
    assembly = app.synth()
    key = function_in(assembly.get_stack_by_name("Provider").template)["Code"]["S3Key"]
    folder = Path(assembly.directory) / f"asset.{key.removesuffix('.zip')}"
    return sorted(it for it in folder.rglob("*") if it.is_file())


def test_the_code_is_what_is_listed() -> None:
    app = cdk.App()
    define(stack_in(app))

    assert [it.name for it in files_of(app)] == [
        "__init__.py",
        "clock.py",
        "lifecycle.py",
        "logbook.py",
        "patience.py",
        "properties.py",
        "verify_private_dns.py",
    ]


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o644, 0o700])
def test_everybody_may_read_the_code_whatever_the_umask_was(runtime: Path, mode: int) -> None:
    wanted = hash_of_code()
    for path in runtime.rglob("*.py"):
        path.chmod(mode)
    app = cdk.App()
    define(stack_in(app))

    assert {stat.S_IMODE(it.stat().st_mode) for it in files_of(app)} == {0o644}
    assert hash_of_code() == wanted


@pytest.mark.parametrize(
    "shared",
    [
        ("verify_private_dns",),
        ("refresh_zones",),
        ("reject_connections",),
        ("txt_records", "write_delegated_record"),
    ],
    ids=lambda files: files[-1],
)
def test_the_code_works_without_the_package(tmp_path: Path, shared: tuple[str, ...]) -> None:
    app = cdk.App()
    define(stack_in(app), SharedFunction(id="Alone", files=shared, description="Does it"))
    (folder,) = {it.parent.parent for it in files_of(app)}
    handler = function_in(app.synth().get_stack_by_name("Provider").template)["Handler"]
    module, _, name = handler.rpartition(".")

    script = f"import sys; sys.path.insert(0, {str(folder)!r}); from {module} import {name}"
    code = f"{script}; assert 'privatelink_constructs' not in sys.modules"
    environment = {key: it for key, it in os.environ.items() if key != "PYTHONPATH"}
    subprocess.run([sys.executable, "-c", code], check=True, cwd=tmp_path, env=environment)


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
    define(stack, STEP, "One")
    define(stack, OTHER, "Two")

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


def test_checkov_finds_the_reasons() -> None:
    skipped = only(template_with(), FUNCTION)["Metadata"]["checkov"]["skip"]

    rules = ["CKV_AWS_115", "CKV_AWS_116", "CKV_AWS_117", "CKV_AWS_173"]
    assert [it["id"] for it in skipped] == rules


def test_every_skipped_check_has_a_reason() -> None:
    template = template_with()

    skips = [
        skip
        for it in template["Resources"].values()
        for skip in it.get("Metadata", {}).get("checkov", {}).get("skip", ())
    ]
    assert all(skip["comment"] for skip in skips)
    assert "CKV_AWS_158" in {skip["id"] for skip in skips}
