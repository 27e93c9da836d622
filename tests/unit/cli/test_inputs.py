from __future__ import annotations

import io
import json
import os
import sys
from typing import TYPE_CHECKING, Any

import pytest
from tests.checks.stacks import changed, stack
from tests.unit.cli.running import check, found, write

from privatelink_constructs.cli.usage import FAILED, PASSED, UNUSABLE

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.cli.running import Run

Capture = pytest.CaptureFixture[str]
BAD = changed("Permissions", AllowedPrincipals=["nobody"])
YAML = """
Resources:
  Permissions:
    Type: AWS::EC2::VPCEndpointServicePermissions
    Properties:
      ServiceId: !Ref Service
      AllowedPrincipals:
        - !Sub arn:${AWS::Partition}:iam::${AWS::AccountId}:role/team/app
"""


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".git").mkdir()
    return tmp_path


def templates(capsys: Capture, *arguments: object) -> list[str]:
    return sorted({finding["template"] for finding in found(capsys, *arguments)})


def test_reads_yaml_and_says_where(here: Path, capsys: Capture) -> None:
    run = check(capsys, write(here / "a.yaml", YAML))
    assert run.status == FAILED
    assert "a.yaml:8:11: error: " in run.out
    assert "[principal-path-not-supported]" in run.out


def test_reads_folders(here: Path, capsys: Capture) -> None:
    for name in ("a.json", "sub/b.template", "sub/deep/c.json"):
        write(here / "stacks" / name, BAD)
    for name in (".hidden/d.json", "node_modules/e.json", "package.json"):
        write(here / "stacks" / name, BAD if "package" not in name else {"name": "x"})
    write(here / "stacks" / "values.yaml", "key: [")
    (here / "stacks" / "binary.json").write_bytes(b"\xff\xfe\x00")
    (here / "stacks" / "gone.json").symlink_to("nowhere.json")
    run = check(capsys, "stacks")
    assert run.status == FAILED
    assert run.last.startswith("Checked 3 templates ")
    expected = ["stacks/a.json", "stacks/sub/b.template", "stacks/sub/deep/c.json"]
    assert templates(capsys, "stacks") == expected


def test_fails_when_a_template_in_a_folder_is_broken(here: Path, capsys: Capture) -> None:
    write(here / "stacks" / "a.json", BAD)
    write(here / "stacks" / "b.yaml", "AWSTemplateFormatVersion: '2010-09-09'\nResources: [")
    run = check(capsys, "stacks")
    assert run.status == UNUSABLE
    assert "principal-malformed" in run.out
    assert run.err.startswith("error: stacks/b.yaml:")


def test_leaves_out_what_cannot_be_read_in_a_folder(
    here: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: object, *arguments: object) -> str:
        raise PermissionError

    write(here / "stacks" / "a.json", BAD)
    monkeypatch.setattr("pathlib.Path.open", refuse)
    assert "stacks: It contains no template." in refused(capsys, "stacks")


def test_fails_when_a_folder_has_no_template(here: Path, capsys: Capture) -> None:
    (here / "empty").mkdir()
    run = check(capsys, "empty")
    assert (run.status, run.err) == (UNUSABLE, "error: empty: It contains no template.\n")


def test_reads_patterns(here: Path, capsys: Capture) -> None:
    for name in ("a.json", "sub/b.json", "sub/c.txt", "[x].json"):
        write(here / name, BAD)
    assert templates(capsys, "**/*.json") == ["[x].json", "a.json", "sub/b.json"]
    assert templates(capsys, "s*") == ["sub/b.json"]
    assert templates(capsys, "[x].json") == ["[x].json"]
    run = check(capsys, "*.yml")
    assert (run.status, run.err) == (UNUSABLE, "error: *.yml: No file matches this pattern.\n")


def test_reads_a_file_once(here: Path, capsys: Capture) -> None:
    write(here / "a.json", BAD)
    assert check(capsys, "a.json", "./a.json", here / "a.json", "*.json").last.startswith(
        "Checked 1 template "
    )


@pytest.mark.parametrize("name", ["-", "/dev/stdin"])
def test_reads_standard_input(capsys: Capture, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(YAML.encode())))
    run = check(capsys, name)
    assert run.status == FAILED
    assert "\n<stdin>:8:11: error: " in run.out


def refused(capsys: Capture, name: object) -> str:
    run: Run = check(capsys, name)
    assert run.status == UNUSABLE
    return run.err


def test_fails_when_the_file_is_missing(capsys: Capture) -> None:
    assert refused(capsys, "nowhere.json") == "error: nowhere.json: No such file or directory.\n"


def test_fails_when_the_name_is_not_valid(capsys: Capture) -> None:
    assert "The name is not valid." in refused(capsys, "a\0b")


def test_fails_when_the_file_is_a_pipe_or_a_device(here: Path, capsys: Capture) -> None:
    os.mkfifo(here / "pipe.json")
    for name in ("pipe.json", "/dev/zero"):
        assert "It is a device or a pipe, not a file. Use - " in refused(capsys, name)


def test_fails_when_the_file_is_too_large(here: Path, capsys: Capture) -> None:
    (here / "a.json").write_bytes(b" " * (4 * 1024 * 1024 + 1))
    assert "It is larger than 4 MB" in refused(capsys, "a.json")


def test_fails_when_there_are_too_many_resources(here: Path, capsys: Capture) -> None:
    resources = {f"A{number}": {"Type": "AWS::SNS::Topic"} for number in range(2501)}
    write(here / "a.json", {"Resources": resources})
    assert "It has 2501 resources" in refused(capsys, "a.json")


def test_leaves_out_other_files_on_request(here: Path, capsys: Capture) -> None:
    write(here / "package.json", {"name": "x"})
    write(here / "values.yaml", "key: value")
    write(here / "a.json", stack())
    assert check(capsys, "package.json", "values.yaml", "a.json").status == UNUSABLE
    run = check(capsys, "package.json", "values.yaml", "a.json", "--skip-others")
    assert (run.status, run.err) == (PASSED, "")
    write(here / "broken.json", "{")
    assert check(capsys, "broken.json", "--skip-others").status == UNUSABLE


def artifact(template: str, region: str = "eu-west-1", **more: object) -> dict[str, Any]:
    return {
        "type": "aws:cloudformation:stack",
        "environment": f"aws://111111111111/{region}",
        "properties": {"templateFile": template, **more},
    }


CHINA = changed("Permissions", AllowedPrincipals=["arn:aws:iam::222222222222:root"])


@pytest.fixture
def assembly(here: Path) -> Path:
    """Return an assembly with two stacks, a stage, and two nested stacks."""
    out = here / "cdk.out"
    artifacts = {
        "Home": artifact("Home.template.json"),
        "China": artifact("China.template.json", "cn-north-1"),
        "Any": {"type": "aws:cloudformation:stack", "properties": {"templateFile": "Any.json"}},
        "Stage": {
            "type": "cdk:cloud-assembly",
            "properties": {"directoryName": "assembly-Stage"},
        },
        "Again": {"type": "cdk:cloud-assembly", "properties": {"directoryName": "."}},
        "Tree": {"type": "cdk:tree", "properties": {"file": "tree.json"}},
    }
    write(out / "manifest.json", {"version": "48.0.0", "artifacts": artifacts})
    home = stack()
    home["Resources"]["Nested"] = {
        "Type": "AWS::CloudFormation::Stack",
        "Properties": {"TemplateURL": {"Fn::Sub": "https://bucket/hash1.json"}},
    }
    nested = {
        "Resources": {
            "Inner": {
                "Type": "AWS::CloudFormation::Stack",
                "Properties": {"TemplateURL": "https://bucket/hash2.json"},
            }
        }
    }
    write(out / "Home.template.json", home)
    write(out / "China.template.json", CHINA)
    write(out / "Any.json", stack())
    files = {
        "hash1": {"source": {"path": "HomeNested.nested.template.json"}},
        "hash2": {"source": {"path": "HomeInner.nested.template.json"}},
        "hash3": {"source": {"path": "asset.123"}},
    }
    write(out / "Home.assets.json", {"files": files})
    write(out / "HomeNested.nested.template.json", nested)
    write(out / "HomeInner.nested.template.json", BAD)
    write(out / "tree.json", {"version": "tree-0.1"})
    write(out / "asset.123" / "template.json", BAD)
    stage = {"Prod": artifact("Prod.template.json", "unknown-region")}
    write(out / "assembly-Stage" / "manifest.json", {"artifacts": stage})
    write(out / "assembly-Stage" / "Prod.template.json", BAD)
    return out


def test_reads_a_cloud_assembly(assembly: Path, capsys: Capture) -> None:
    findings = found(capsys, "cdk.out")
    assert [(finding["template"], finding["rule"]) for finding in findings] == [
        ("cdk.out/China.template.json", "principal-partition-mismatch"),
        ("cdk.out/HomeInner.nested.template.json", "principal-malformed"),
        ("cdk.out/assembly-Stage/Prod.template.json", "principal-malformed"),
    ]
    assert check(capsys, "cdk.out").last.startswith("Checked 6 templates ")


def test_fails_when_only_the_description_of_an_assembly_is_named(
    assembly: Path, capsys: Capture
) -> None:
    expected = "error: cdk.out/manifest.json, cdk.out/tree.json: It contains no template.\n"
    run = check(capsys, "cdk.out/manifest.json", "cdk.out/tree.json")
    assert (run.status, run.err) == (UNUSABLE, expected)


def test_finds_a_cloud_assembly_in_a_folder(assembly: Path, capsys: Capture) -> None:
    write(assembly.parent / "more.json", BAD)
    assert check(capsys, ".").last.startswith("Checked 7 templates ")


def test_a_file_of_a_cloud_assembly_knows_its_region(assembly: Path, capsys: Capture) -> None:
    (finding,) = found(capsys, "cdk.out/China.template.json", "--region", "eu-west-1")
    assert finding["rule"] == "principal-partition-mismatch"


def test_takes_all_json_files_of_a_cloud_assembly(assembly: Path, capsys: Capture) -> None:
    run = check(capsys, "cdk.out/*.json")
    assert (run.status, run.err) == (FAILED, "")
    assert run.last.startswith("Checked 5 templates ")


def test_what_is_still_to_be_looked_up_is_not_checked(assembly: Path, capsys: Capture) -> None:
    manifest = json.loads((assembly / "manifest.json").read_text(encoding="utf-8"))
    write(assembly / "manifest.json", {**manifest, "missing": [{"key": "x"}]})
    run = check(capsys, "cdk.out", "--select", "principal-partition-mismatch")
    assert run.status == PASSED
    assert "cdk.out: note: The assembly isn't checked, because lookups are pending" in run.out
    assert run.last.startswith(
        "Checked 1 template (1 endpoint service, 0 endpoints, 1 not checked)"
    )


def test_a_nested_stack_is_read_once(assembly: Path, capsys: Capture) -> None:
    assert check(capsys, "cdk.out", "cdk.out").last.startswith("Checked 6 templates ")


def test_a_broken_manifest_is_none(here: Path, capsys: Capture) -> None:
    for number, manifest in enumerate(("{", "[]", {"artifacts": 1})):
        write(here / f"out{number}" / "manifest.json", manifest)
        write(here / f"out{number}" / "a.template.json", BAD)
        assert templates(capsys, f"out{number}") == [f"out{number}/a.template.json"]


def test_fails_when_a_stack_of_a_cloud_assembly_is_missing(assembly: Path, capsys: Capture) -> None:
    (assembly / "Any.json").unlink()
    assert "error: cdk.out/Any.json: No such file" in refused(capsys, "cdk.out")
