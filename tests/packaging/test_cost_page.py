"""The page on costs: what it shows is what happens."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from privatelink_constructs import PriceList
from privatelink_constructs.cli.cost import FORMATS
from privatelink_constructs.cli.main import main
from privatelink_constructs.facts.prices import USAGE_TYPES

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "cost.md").read_text(encoding="utf-8")
BLOCKS: list[tuple[str, str]] = re.findall(r"^```(\w+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def blocks(language: str) -> list[str]:
    return [text for kind, text in BLOCKS if kind == language]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".git").mkdir()
    (tmp_path / "consumer.yaml").write_text(blocks("yaml")[0], encoding="utf-8")
    return tmp_path


def test_each_command_prints_what_the_page_shows(capsys: pytest.CaptureFixture[str]) -> None:
    assert len(blocks("console")) > 1
    for block in blocks("console"):
        command, _, output = block.removeprefix("$ ").partition("\n")
        assert main(shlex.split(command)[1:]) == 0
        assert capsys.readouterr().out == output


def test_the_prices_of_the_page_are_taken(here: Path) -> None:
    (here / "prices.json").write_text(blocks("json")[0], encoding="utf-8")
    assert set(PriceList.from_file("prices.json").prices) == {"eu-west-1"}


def test_the_page_lists_each_usage_type() -> None:
    rows = re.findall(r"^\| `([\w-]+)` \| ([^|]+) \| (hours|GB|months) \|$", PAGE, re.MULTILINE)
    assert rows == [(key, it.title, it.unit) for key, it in USAGE_TYPES.items()]


def test_the_page_names_each_format_and_option(capsys: pytest.CaptureFixture[str]) -> None:
    for form in FORMATS:
        assert f"`{form}`" in PAGE or f"--format {form}`" in PAGE
    with pytest.raises(SystemExit):
        main(["cost", "--help"])
    for option in set(re.findall(r"--[a-z-]+", capsys.readouterr().out)) - {"--help"}:
        assert re.search(f"[` ]{option}[` ]", PAGE), option
