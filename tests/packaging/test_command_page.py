"""The page on the command: what it shows is what happens."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from privatelink_constructs.cli.check import FORMATS
from privatelink_constructs.cli.main import main

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "command.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
BLOCKS: list[tuple[str, str]] = BLOCK.findall(PAGE)


def blocks(language: str) -> list[str]:
    return [text for kind, text in BLOCKS if kind == language]


def read_yaml(text: str) -> Any:
    return yaml.safe_load(text)


def sessions() -> Iterator[tuple[str, str]]:
    """Yield each command of the page, with what it prints."""
    for block in blocks("console"):
        for part in block.split("$ ")[1:]:
            command, _, output = part.partition("\n")
            yield command, output


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".git").mkdir()
    (tmp_path / "service.yaml").write_text(blocks("yaml")[0], encoding="utf-8")
    return tmp_path


def test_each_command_prints_what_the_page_shows(capsys: pytest.CaptureFixture[str]) -> None:
    shown = list(sessions())
    assert len(shown) > 4
    for command, output in shown:
        program, *arguments = shlex.split(command)
        assert program == "privatelink"
        main(arguments)
        assert capsys.readouterr().out == output


def test_the_acknowledgment_of_the_page_is_taken(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    template = blocks("yaml")[0] + blocks("yaml")[1]
    (here / "service.yaml").write_text(template, encoding="utf-8")
    main(["check", "service.yaml", "--region", "eu-west-1"])
    assert ", 1 acknowledged): 1 error, 0 warnings" in capsys.readouterr().out


def test_the_configuration_of_the_page_is_taken(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "pyproject.toml").write_text(blocks("toml")[0], encoding="utf-8")
    public = here / "stacks" / "public"
    public.mkdir(parents=True)
    parameters = "Parameters: {Stage: {Type: String}}\n"
    (public / "a.yaml").write_text(parameters + blocks("yaml")[0], encoding="utf-8")
    (here / "privatelink-baseline.json").write_text('{"version": 1, "findings": []}', "utf-8")
    assert main(["check"]) == 1
    assert ", 1 acknowledged): 1 error, 0 warnings" in capsys.readouterr().out


def test_the_workflows_of_the_page_run_the_command() -> None:
    hook, github, gitlab = map(read_yaml, blocks("yaml")[2:])
    steps = [step["run"] for step in github["jobs"]["check"]["steps"] if "run" in step]
    for line in (*steps, *gitlab["privatelink"]["script"]):
        program, *arguments = shlex.split(line)
        assert program in {"privatelink", "python"}
        if program == "privatelink":
            # It stops at the folder that isn't there, behind the options.
            assert main(arguments) == 2
    ((given_hook,),) = (repo["hooks"] for repo in hook["repos"])
    (defined,) = read_yaml((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    assert given_hook["id"] == defined["id"]
    entry = [*shlex.split(defined["entry"])[1:], *given_hook["args"], "service.yaml"]
    assert main(entry) == 1
    assert re.search(defined["files"], "stacks/a.template")


def test_the_page_names_each_format_and_option(capsys: pytest.CaptureFixture[str]) -> None:
    for form in FORMATS:
        assert f"| `{form}` |" in PAGE
    with pytest.raises(SystemExit):
        main(["check", "--help"])
    for option in set(re.findall(r"--[a-z-]+", capsys.readouterr().out)) - {"--help"}:
        assert re.search(f"[` ]{option}[` ]", PAGE), option


@given(st.lists(st.text(max_size=6) | st.sampled_from(["--select", "-", "--format", "json"])))
def test_no_arguments_end_in_a_traceback(arguments: list[str]) -> None:
    names = [it for it in arguments if it != "-" and not it.startswith(("/", ".", "~"))]
    try:
        status = main(["check", *names])
    except SystemExit as ended:
        status = ended.code
    assert status in {0, 1, 2}
