"""Options that several subcommands have mean the same, and fail in the same way."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from tests.unit.cli.running import Run, write
from tests.unit.cost.templates import endpoint

from privatelink_constructs.cli.main import BROKEN_PIPE, main

if TYPE_CHECKING:
    from pathlib import Path

READERS = ("check", "draw", "cost")
"""The subcommands that read templates."""
TEMPLATE = {"Parameters": {"Stage": {"Type": "String"}}, "Resources": {"Payments": endpoint(3)}}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".git").mkdir()
    (tmp_path / "empty").mkdir()
    write(tmp_path / "stack.json", TEMPLATE)
    write(tmp_path / "broken.json", '{"Resources": ')
    write(tmp_path / "other.json", '{"name": "a package"}')
    write(tmp_path / "text.yaml", "only text")
    (tmp_path / "binary.json").write_bytes(b"\xff\xfe\x00\x01")
    (tmp_path / "dangling.json").symlink_to("nowhere")
    return tmp_path


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> Run:
    status = main([*arguments])
    captured = capsys.readouterr()
    return Run(status, captured.out, captured.err)


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "error: Specify at least one template, a folder, or - for standard input.\n"),
        (["nowhere.json"], "No such file or directory"),
        (["dangling.json"], "No such file or directory"),
        (["nowhere/*.json"], "No file matches this pattern."),
        (["empty"], "It contains no template."),
        (["broken.json"], "broken.json"),
        (["other.json"], "other.json"),
        (["text.yaml"], "text.yaml"),
        (["binary.json"], "binary.json"),
        (["stack.json", "--region", "Ireland"], "--region 'Ireland' isn't a valid Region."),
        (["stack.json", "--region", ""], "Is a variable empty?"),
        (["stack.json", "--account", "12"], "--account '12' isn't a valid account ID."),
        (["stack.json", "--parameter", "Stage"], "doesn't have the format Key=Value."),
        (["stack.json", "--parameter", "=1"], "doesn't have the format Key=Value."),
        (["stack.json", "--parameter", "Size=1"], "error: No template has the parameter 'Size'."),
        (["stack.json", "--config", "nowhere.toml"], "nowhere.toml can't be read."),
        (["stack.json", "--output", "nowhere/out"], "nowhere/out can't be written: No such file"),
    ],
    ids=str,
)
def test_what_is_not_usable_is_refused_alike(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    runs = [run(capsys, command, *arguments) for command in READERS]
    assert {it.status for it in runs} == {2}
    assert len({it.err for it in runs}) == 1
    assert said in runs[0].err
    assert "Traceback" not in runs[0].err


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("command", READERS)
@pytest.mark.parametrize(
    "arguments",
    [
        ["stack.json"],
        ["."],
        ["*.json", "--skip-others"],
        ["stack.json", "stack.json", "--parameter", "Stage=prod"],
        ["stack.json", "--region", "eu-west-1", "--account", "111111111111"],
    ],
    ids=" ".join,
)
def test_what_is_usable_is_read_alike(
    command: str, arguments: list[str], capsys: pytest.CaptureFixture[str], folder: Path
) -> None:
    for name in ("broken.json", "binary.json", "dangling.json"):
        (folder / name).unlink()
    found = run(capsys, command, *arguments)
    assert (found.status == 2, found.err) == (False, "")
    assert found.out


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("command", READERS)
def test_standard_input_is_read_alike(
    command: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    content = io.TextIOWrapper(io.BytesIO(json.dumps(TEMPLATE).encode()))
    monkeypatch.setattr(sys, "stdin", content)
    found = run(capsys, command, "-")
    assert found.out
    assert (found.status, found.err) == (0, "")


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("command", READERS)
@pytest.mark.parametrize("setting", [None, "1"])
def test_there_is_no_color_without_a_terminal(
    command: str,
    setting: str | None,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COLUMNS", "20")
    if setting:
        monkeypatch.setenv("NO_COLOR", setting)
    assert "\x1b[" not in run(capsys, command, "stack.json").out


def test_errors_of_other_subcommands_have_the_same_form(
    capsys: pytest.CaptureFixture[str],
) -> None:
    for arguments in (["explain", "xyzzy"], ["diagnose"]):
        found = run(capsys, *arguments)
        assert (found.status, found.out) == (2, "")
        assert found.err.startswith("error: ")
        assert found.err[len("error: ")].isupper()
        assert found.err.endswith(".\n")


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    "arguments",
    [
        ["explain", "port-out-of-range"],
        ["check", "--list-rules"],
        ["cost", "--list-usage-types"],
        ["diagnose", "--policy"],
        *([command, "stack.json"] for command in READERS),
    ],
    ids=" ".join,
)
def test_a_reader_that_has_seen_enough_is_no_error(arguments: list[str]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    program = "from privatelink_constructs.cli.main import main; raise SystemExit(main())"
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        stdout=writing,
        stderr=subprocess.PIPE,
        check=False,
        timeout=60,
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (BROKEN_PIPE, b"")
