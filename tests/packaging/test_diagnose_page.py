"""The page on diagnosis: its policies, options, and calls are those of the command."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from privatelink_constructs.cli.main import main
from privatelink_constructs.diagnosis.causes import Step
from privatelink_constructs.diagnosis.read_calls import CALLS, WITHOUT_PERMISSION, least_policy

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "diagnose.md").read_text(encoding="utf-8")


def test_the_policies_are_those_that_are_printed() -> None:
    shown = re.findall(r"^```json\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    assert [*map(json.loads, shown)] == [least_policy(side) for side in ("provider", "consumer")]


def test_each_option_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["diagnose", "--help"])
    options, _, _ = capsys.readouterr().out.partition("\nexamples:")
    for option in set(re.findall(r"--[a-z-]+", options)) - {"--help"}:
        assert re.search(rf"^\|.*`{option}[` ].* \|$", PAGE, re.MULTILINE), option


def test_each_step_and_each_call_is_in_the_table() -> None:
    steps = re.findall(r"^\| ([\w' ]+) \|", PAGE.partition("## What it finds")[2], re.MULTILINE)
    assert steps[1 : len(Step) + 1] == [step.value for step in Step]
    for operation in set(CALLS) - WITHOUT_PERMISSION:
        asked = operation in PAGE.partition("## Names")[0]
        assert asked or operation.endswith("Attributes"), operation
