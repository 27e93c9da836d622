"""The scripts behind ``make`` and the CI."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import pytest

import count_tests
import matrix
from describe_assembly import describe

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

REPORT = """<?xml version="1.0" encoding="utf-8"?><testsuites name="pytest tests">\
<testsuite name="pytest" errors="{errors}" failures="{failures}" skipped="1" tests="9" \
time="0.137"><testcase name="a" time="1"/></testsuite></testsuites>"""


def write_assembly(folder: Path, artifacts: Mapping[str, Any], **templates: list[str]) -> None:
    folder.mkdir(exist_ok=True)
    (folder / "manifest.json").write_text(json.dumps({"artifacts": artifacts}))
    for name, types in templates.items():
        resources = {f"Id{index}": {"Type": kind} for index, kind in enumerate(types)}
        (folder / f"{name}.json").write_text(json.dumps({"Resources": resources}))


def stack_artifact(template: str, environment: str, **properties: str) -> dict[str, Any]:
    return {
        "type": "aws:cloudformation:stack",
        "environment": f"aws://{environment}",
        "properties": {"templateFile": f"{template}.json", **properties},
    }


def test_the_summary_names_what_an_endpoint_service_is_made_of(tmp_path: Path) -> None:
    stack = stack_artifact("service", "unknown-account/eu-west-1")
    zones = ["AWS::ElasticLoadBalancingV2::LoadBalancer"] * 2
    network = ["AWS::EC2::VPC", "AWS::EC2::Subnet"]
    types = [*network, *zones, "AWS::EC2::VPCEndpointService"]
    write_assembly(tmp_path, {"Service": stack}, service=types)

    assert list(describe(tmp_path)) == [
        "Synthesized 1 stack with 5 resources",
        "\nService (eu-west-1)",
        "     1 AWS::EC2::VPCEndpointService",
        "     2 AWS::ElasticLoadBalancingV2::LoadBalancer",
        "     2 of other types",
        f"  template: {tmp_path / 'service.json'}",
    ]


def test_the_summary_lists_the_stacks_of_stages(tmp_path: Path) -> None:
    stage = {"type": "cdk:cloud-assembly", "properties": {"directoryName": "stage"}}
    inner = stack_artifact("inner", "111111111111/eu-west-1", stackName="Prod-Inner")
    write_assembly(tmp_path, {"Stage": stage, "Tree": {"type": "cdk:tree"}})
    write_assembly(tmp_path / "stage", {"Inner": inner}, inner=["AWS::EC2::VPCEndpoint"])

    lines = list(describe(tmp_path))

    assert lines[0] == "Synthesized 1 stack with 1 resource"
    assert lines[1] == "\nProd-Inner (111111111111 eu-west-1)"
    assert lines[-1] == f"  template: {tmp_path / 'stage' / 'inner.json'}"


def test_the_summary_says_when_a_stack_is_for_any_environment(tmp_path: Path) -> None:
    stack = stack_artifact("service", "unknown-account/unknown-region")
    write_assembly(tmp_path, {"Service": stack}, service=[])

    assert "\nService (any account and Region)" in describe(tmp_path)


def test_tests_are_added_up_over_the_suites(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "test.xml").write_text(REPORT.format(errors=0, failures=0))
    (tmp_path / "validate.xml").write_text(REPORT.format(errors=0, failures=0))

    assert count_tests.main(tmp_path) == 0
    assert capsys.readouterr().out.splitlines()[1:] == [
        "test: 8 passed, 0 failed, 1 skipped",
        "validate: 8 passed, 0 failed, 1 skipped",
        "16 passed, 0 failed",
    ]


def test_a_test_that_could_not_start_counts_as_failed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "test.xml").write_text(REPORT.format(errors=1, failures=2))

    assert count_tests.main(tmp_path) == 1
    assert capsys.readouterr().out.endswith("\n5 passed, 3 failed\n")


def test_counting_fails_when_no_test_ran(tmp_path: Path) -> None:
    assert count_tests.main(tmp_path) == 1


def test_a_python_is_taken_from_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    monkeypatch.setenv(f"PYTHON_{version.replace('.', '_')}", sys.executable)

    assert str(matrix.find_python(version)) == sys.executable


def test_fails_when_a_python_is_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path))

    with pytest.raises(SystemExit, match=r"no Python 3\.99 found: .* name it in PYTHON_3_99"):
        matrix.find_python("3.99")


def test_a_python_of_another_version_is_not_taken(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    shim = tmp_path / "python3.99"
    shim.write_text("#!/bin/sh\necho 3.1\n")
    shim.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin")
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path))

    with pytest.raises(SystemExit):
        matrix.find_python("3.99")


def test_fails_when_a_combination_is_unknown(capsys: pytest.CaptureFixture[str]) -> None:
    assert matrix.main(["3.10-newest"]) == 2
    assert "3.10-lowest" in capsys.readouterr().out
