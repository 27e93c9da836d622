"""What CloudFormation would say of the examples."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from cfnlint import api  # pyright: ignore[reportMissingTypeStubs]
from tests.examples.running import NAMES, synthesize

NOISE = {
    "W3005",  # a dependency that a reference implies already: the CDK writes both
    "W3010",  # a literal zone: the stack has a literal Region, so the CDK writes its zones
}
ROOT = Path(__file__).parents[2]


def test_the_cdk_validates_every_example_strictly(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "CDK_VALIDATION"}

    run = subprocess.run(
        [sys.executable, "-m", "tests.examples.strict", tmp_path],
        cwd=ROOT,
        env=environment,
        check=False,
        capture_output=True,
        text=True,
    )

    assert run.returncode == 0, run.stderr
    assert run.stdout.splitlines() == [f"{name}: valid" for name in NAMES]


@pytest.mark.parametrize("example", NAMES)
def test_cfn_lint_finds_nothing_in_an_example(example: str, tmp_path: Path) -> None:
    synthesize(example, tmp_path)

    found = {
        f"{path.name}: {match}"
        for path in tmp_path.rglob("*.template.json")
        for match in api.lint_file(path)
        if match.rule.id not in NOISE
    }

    assert found == set()
