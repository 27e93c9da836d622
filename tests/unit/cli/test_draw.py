from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest
from tests.checks.stacks import changed, stack
from tests.support.drawing_parsers import parsed
from tests.unit.cli.running import Run, write

from privatelink_constructs.cli.draw import FORMATS
from privatelink_constructs.cli.main import main
from privatelink_constructs.cli.usage import PASSED, UNUSABLE
from privatelink_constructs.drawing.mermaid import MOST_EDGES

if TYPE_CHECKING:
    from pathlib import Path

Capture = pytest.CaptureFixture[str]


def draw(capsys: Capture, *arguments: object) -> Run:
    """Run ``privatelink draw``."""
    status = main(["draw", *map(str, arguments)])
    captured = capsys.readouterr()
    return Run(status, captured.out, captured.err)


@pytest.fixture
def good(tmp_path: Path) -> str:
    return write(tmp_path / "good.json", stack())


@pytest.fixture
def bad(tmp_path: Path) -> str:
    return write(tmp_path / "bad.json", changed("Permissions", AllowedPrincipals=["nobody"]))


def test_prints_mermaid(good: str, capsys: Capture) -> None:
    run = draw(capsys, good)
    assert (run.status, run.err) == (PASSED, "")
    assert parsed(run.out)["type"] == "flowchart-v2"


@pytest.mark.parametrize("name", ["drawing.png", "drawing.PDF"])
def test_fails_when_the_file_is_a_picture_of_another_format(
    name: str, good: str, tmp_path: Path, capsys: Capture
) -> None:
    target = tmp_path / name
    run = draw(capsys, good, "--output", target)
    assert (run.status, run.out) == (UNUSABLE, "")
    assert run.err.startswith(f"error: --output '{target}' isn't a format of drawings. Use a file ")
    assert not target.exists()
    assert draw(capsys, good, "--output", target, "--format", "svg").status == PASSED


@pytest.mark.parametrize("form", FORMATS)
def test_draws_in_each_format(good: str, form: str, tmp_path: Path, capsys: Capture) -> None:
    run = draw(capsys, good, "--format", form)
    assert (run.status, run.err) == (PASSED, "")
    target = tmp_path / "drawing.txt"
    assert draw(capsys, good, "--format", form, "--output", target).out == (
        f"Drew 4 nodes and 3 connections into {target}\n"
    )
    assert target.read_text(encoding="utf-8") == run.out


@pytest.mark.parametrize(
    ("name", "beginning"),
    [
        ("a.svg", "<svg "),
        ("a.SVG", "<svg "),
        ("a.dot", "digraph "),
        ("a.gv", "digraph "),
        ("a.mmd", "flowchart "),
        ("a", "flowchart "),
    ],
)
def test_the_format_follows_from_the_file(
    good: str, name: str, beginning: str, tmp_path: Path, capsys: Capture
) -> None:
    assert draw(capsys, good, "--output", tmp_path / name).status == PASSED
    assert (tmp_path / name).read_text(encoding="utf-8").startswith(beginning)


def test_colors_what_the_checks_find(bad: str, capsys: Capture) -> None:
    run = draw(capsys, bad)
    assert run.status == PASSED
    assert "error: principal-malformed" in run.out


def test_colors_nothing_without_findings(bad: str, capsys: Capture) -> None:
    assert "error" not in draw(capsys, bad, "--no-findings").out


def test_what_the_configuration_acknowledges_is_not_colored(
    bad: str, tmp_path: Path, capsys: Capture
) -> None:
    config = write(tmp_path / "privatelink.json", {"ignore": ["principal-malformed"]})
    assert "error" not in draw(capsys, bad, "--config", config).out


def test_takes_the_templates_of_the_configuration(
    bad: str, tmp_path: Path, capsys: Capture
) -> None:
    config = write(tmp_path / "privatelink.json", {"templates": ["bad.json"]})
    assert "Endpoint service" in draw(capsys, "--config", config).out


def test_draws_where_templates_are_deployed(good: str, capsys: Capture) -> None:
    run = draw(capsys, good, "--region", "eu-west-1", "--account", "111111111111")
    assert '"Account 111111111111, eu-west-1"' in run.out


def test_takes_parameters(tmp_path: Path, capsys: Capture) -> None:
    template = changed("Service", PrivateDnsName={"Ref": "Name"})
    template["Parameters"] = {"Name": {"Type": "String"}}
    path = write(tmp_path / "a.json", template)
    assert "pay.example.com" in draw(capsys, path, "--parameter", "Name=pay.example.com").out
    assert draw(capsys, path, "--parameter", "Other=x").status == UNUSABLE


def test_reads_standard_input(good: str, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    with open(good, encoding="utf-8") as stream:  # noqa: PTH123 - a name, as the command takes it
        monkeypatch.setattr(sys, "stdin", stream)
        assert "Endpoint service" in draw(capsys, "-").out


@pytest.mark.parametrize("options", [[], ["--no-findings"]])
def test_one_invalid_file_does_not_stop_the_others(
    good: str, options: list[str], tmp_path: Path, capsys: Capture
) -> None:
    broken = write(tmp_path / "broken.yaml", "Resources: [")
    run = draw(capsys, broken, good, *options)
    assert run.status == UNUSABLE
    assert "Endpoint service" in run.out
    assert run.err.startswith(f"error: {broken}:")


def test_fails_without_a_drawing_when_no_file_can_be_read(capsys: Capture) -> None:
    run = draw(capsys, "nowhere.yaml")
    assert (run.status, run.out) == (UNUSABLE, "")
    assert run.err == "error: nowhere.yaml: No such file or directory.\n"


def test_fails_when_nothing_is_named(
    capsys: Capture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    run = draw(capsys)
    assert run.status == UNUSABLE
    assert "at least one template" in run.err


def test_fails_when_the_output_cannot_be_written(
    good: str, tmp_path: Path, capsys: Capture
) -> None:
    run = draw(capsys, good, "--output", tmp_path / "missing" / "a.svg")
    assert run.status == UNUSABLE
    assert "can't be written: No such file or directory" in run.err


def test_tells_what_it_cannot_see(tmp_path: Path, capsys: Capture) -> None:
    macro = {"Transform": ["Mine"], "Resources": {"A": {"Type": "AWS::SNS::Topic"}}}
    run = draw(capsys, write(tmp_path / "a.json", macro))
    assert run.status == PASSED
    note = "note: The template isn't drawn, because a macro can change all of it."
    assert run.err == f"{tmp_path / 'a.json'}: {note}\n"


def test_tells_what_is_still_to_be_looked_up(tmp_path: Path, capsys: Capture) -> None:
    manifest: dict[str, Any] = {"artifacts": {}, "missing": [{"key": "vpc"}], "version": "1"}
    write(tmp_path / "cdk.out" / "manifest.json", manifest)
    run = draw(capsys, tmp_path / "cdk.out")
    assert run.status == PASSED
    assert (
        "note: The assembly isn't drawn, because a value in it is still to be looked up." in run.err
    )


def test_tells_when_mermaid_does_not_draw_that_much(tmp_path: Path, capsys: Capture) -> None:
    template: dict[str, Any] = {"Resources": {}}
    for number in range(MOST_EDGES + 1):
        template["Resources"][f"Endpoint{number}"] = {
            "Type": "AWS::EC2::VPCEndpoint",
            "Properties": {
                "VpcEndpointType": "Interface",
                "ServiceName": f"com.amazonaws.vpce.eu-west-1.vpce-svc-{number:017x}",
            },
        }
    path = write(tmp_path / "a.json", template)
    assert "try --format svg, or fewer templates" in draw(capsys, path).err
    assert draw(capsys, path, "--format", "svg").err == ""


def test_draws_a_cloud_assembly_in_its_accounts(tmp_path: Path, capsys: Capture) -> None:
    stacks = {
        name: {
            "type": "aws:cloudformation:stack",
            "environment": f"aws://{account}/eu-west-1",
            "properties": {"templateFile": f"{name}.template.json", "stackName": name},
        }
        for name, account in {"One": "111111111111", "Two": "222222222222"}.items()
    }
    write(tmp_path / "manifest.json", {"artifacts": stacks, "version": "1"})
    for name in stacks:
        write(tmp_path / f"{name}.template.json", stack())
    run = draw(capsys, tmp_path, "--format", "svg")
    text = "".join(ET.fromstring(run.out).itertext())  # noqa: S314 - written just now
    assert "Account 111111111111, eu-west-1" in text
    assert "Account 222222222222, eu-west-1" in text


def test_help_is_for_newcomers(capsys: Capture) -> None:
    with pytest.raises(SystemExit):
        main(["draw", "--help"])
    output = capsys.readouterr().out
    assert "who connects to what" in output
    assert "privatelink draw cdk.out --format svg --output drawing.svg" in output
    for form in FORMATS:
        assert f"\n  {form} " in output
