"""The page about drawings names everything that the command takes."""

from __future__ import annotations

import re

import pytest
from tests.docs.pages import ROOT

from privatelink_constructs import DrawingFormat
from privatelink_constructs.cli.draw import FORMATS
from privatelink_constructs.cli.main import main
from privatelink_constructs.drawing.folding import MOST_ALIKE
from privatelink_constructs.drawing.mermaid import MOST_EDGES

PAGE = (ROOT / "docs" / "drawings.md").read_text("utf-8")


def test_the_page_names_each_format_and_option(capsys: pytest.CaptureFixture[str]) -> None:
    for form in FORMATS:
        assert f"| `{form}` |" in PAGE
    with pytest.raises(SystemExit):
        main(["draw", "--help"])
    for option in set(re.findall(r"--[a-z-]+", capsys.readouterr().out)) - {"--help"}:
        assert re.search(f"[` ]{option}[` ]", PAGE), option


def test_the_command_and_the_function_have_the_same_formats() -> None:
    assert tuple(it.value for it in DrawingFormat) == FORMATS


def test_the_page_names_the_limits() -> None:
    words = {6: "six"}
    assert f"more than {words[MOST_ALIKE]} accounts" in PAGE
    assert f"up to {MOST_EDGES} connections" in PAGE
