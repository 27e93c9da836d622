from __future__ import annotations

import io
import json
import subprocess
import sys
from importlib import metadata
from typing import TYPE_CHECKING, Any

import pytest
from tests.checks.stacks import allowing_everyone, changed, stack

from privatelink_constructs.cli import check as cli
from privatelink_constructs.cli.main import main
from privatelink_constructs.cloudformation.loading import LoadError, load, load_yaml

if TYPE_CHECKING:
    from pathlib import Path

YAML = """
Resources:
  Permissions:
    Type: AWS::EC2::VPCEndpointServicePermissions
    Properties:
      ServiceId: !Ref Service
      AllowedPrincipals:
        - !Sub arn:${AWS::Partition}:iam::${AWS::AccountId}:role/team/app
"""


@pytest.fixture
def good(tmp_path: Path) -> str:
    return write(tmp_path / "good.json", stack())


@pytest.fixture
def bad(tmp_path: Path) -> str:
    template = changed("Permissions", AllowedPrincipals=["nobody"])
    return write(tmp_path / "bad.json", template)


def write(path: Path, template: dict[str, Any]) -> str:
    path.write_text(json.dumps(template), encoding="utf-8")
    return str(path)


def test_says_that_nothing_is_wrong(good: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", good]) == 0
    assert capsys.readouterr().out == "0 errors, 0 warnings\n"


def test_fails_when_there_is_an_error(bad: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", bad]) == cli.FAILED
    output = capsys.readouterr().out
    assert f"error {bad}: Permissions.Properties.AllowedPrincipals.0\n" in output
    assert "[principal-malformed]" in output
    assert output.endswith("1 error, 0 warnings\n")


def test_passes_with_warnings(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(tmp_path / "warn.json", allowing_everyone())
    assert main(["check", path]) == 0
    assert capsys.readouterr().out.endswith("0 errors, 1 warning\n")


def test_takes_region_and_account(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    principal = "arn:aws:iam::222222222222:root"
    path = write(tmp_path / "cn.json", changed("Permissions", AllowedPrincipals=[principal]))
    arguments = [path, "--region", "cn-north-1", "--account", "111111111111"]
    assert main(["check", *arguments]) == cli.FAILED
    assert "not in aws-cn" in capsys.readouterr().out


def test_checks_templates_together(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first = stack()
    first["Outputs"] = {"Arn": {"Value": {"Ref": "Nlb"}, "Export": {"Name": "nlb"}}}
    second: dict[str, Any] = {
        "Resources": {
            "Permissions": {
                "Type": "AWS::EC2::VPCEndpointServicePermissions",
                "Properties": {"ServiceId": {"Fn::ImportValue": "nlb"}, "AllowedPrincipals": []},
            }
        }
    }
    paths = [write(tmp_path / "a.json", first), write(tmp_path / "b.json", second)]
    assert main(["check", *paths]) == cli.FAILED
    assert "permissions-service-mismatch" in capsys.readouterr().out


def test_writes_json(bad: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", bad, "--format", "json"]) == cli.FAILED
    (finding,) = json.loads(capsys.readouterr().out)
    assert finding["rule"] == "principal-malformed"
    assert finding["severity"] == "error"
    assert finding["logical_id"] == "Permissions"
    assert finding["template"] == bad


def test_writes_sarif(bad: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", bad, "--format", "sarif"]) == cli.FAILED
    log = json.loads(capsys.readouterr().out)
    (run,) = log["runs"]
    (result,) = run["results"]
    assert log["version"] == "2.1.0"
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["principal-malformed"]
    assert (result["ruleId"], result["level"]) == ("principal-malformed", "error")
    (location,) = result["locations"]
    (place,) = location["logicalLocations"]
    assert location["physicalLocation"]["artifactLocation"]["uri"] == bad
    assert place["fullyQualifiedName"] == ("Resources.Permissions.Properties.AllowedPrincipals.0")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("no_color", "coloured"), [("", True), ("1", False)])
def test_writes_colour_on_a_terminal(
    bad: str, monkeypatch: pytest.MonkeyPatch, no_color: str, *, coloured: bool
) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stdout", terminal)
    monkeypatch.setenv("NO_COLOR", no_color)
    main(["check", bad])
    assert ("\x1b[31merror" in terminal.getvalue()) is coloured


def test_writes_warnings_in_another_colour(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stdout", terminal)
    monkeypatch.delenv("NO_COLOR", raising=False)
    main(["check", write(tmp_path / "warn.json", allowing_everyone())])
    assert "\x1b[33mwarning" in terminal.getvalue()


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("a.json", "{", "no JSON"),
        ("a.yaml", "a: [", "no YAML"),
        ("a.yaml", "text", "no Resources section"),
        ("a.json", "[]", "no Resources section"),
        ("a.template", '{"a": 1}', "no Resources section"),
        ("a.json", "[" * 100_000, "no JSON"),
    ],
)
def test_fails_when_the_file_is_no_template(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, text: str, reason: str
) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    assert main(["check", str(path)]) == cli.UNUSABLE
    assert reason in capsys.readouterr().err


def test_fails_when_the_file_is_missing(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "nowhere.json"]) == cli.UNUSABLE
    assert "nowhere.json" in capsys.readouterr().err


def test_reads_yaml(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(YAML, encoding="utf-8")
    assert main(["check", str(path)]) == cli.FAILED
    assert "principal-path-not-supported" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["a.json", "a.yaml"])
def test_reads_files_with_a_byte_order_mark(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text(json.dumps(stack()), encoding="utf-8-sig")
    assert main(["check", str(path)]) == 0


def test_reads_the_short_forms() -> None:
    text = """
    A: !Ref B
    C: !GetAtt D.E
    F: !Join [",", [a, !Sub "${B}"]]
    G: !If [H, {a: !Ref B}, !Ref "AWS::NoValue"]
    I: !Condition J
    K: !Transform {Name: L}
    M: 2020-01-01
    """
    assert load_yaml(text) == {
        "A": {"Ref": "B"},
        "C": {"Fn::GetAtt": "D.E"},
        "F": {"Fn::Join": [",", ["a", {"Fn::Sub": "${B}"}]]},
        "G": {"Fn::If": ["H", {"a": {"Ref": "B"}}, {"Ref": "AWS::NoValue"}]},
        "I": {"Condition": "J"},
        "K": {"Fn::Transform": {"Name": "L"}},
        "M": "2020-01-01",
    }


def test_fails_when_pyyaml_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(YAML, encoding="utf-8")
    monkeypatch.setitem(sys.modules, "yaml", None)
    with pytest.raises(LoadError, match=r"privatelink-constructs\[checks-yaml\]"):
        load(str(path))


def test_runs_without_the_cdk(bad: str) -> None:
    program = (
        "import sys\n"
        "from privatelink_constructs.cli.main import main\n"
        f"status = main(['check', {bad!r}])\n"
        "unwanted = {'aws_cdk', 'constructs', 'jsii', 'yaml'}\n"
        "print(status, sorted(unwanted & set(sys.modules)))\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, check=True, text=True
    )
    assert result.stdout.endswith("1 []\n")


def test_tells_the_version_of_the_distribution(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out.strip() == metadata.version("privatelink-constructs")
