"""Each example also works in stacks without an account and a Region, as `cdk init` creates them."""

from __future__ import annotations

from typing import TYPE_CHECKING
from unittest.mock import patch

import aws_cdk as cdk
import pytest
from tests.examples.running import NAMES, synthesize

if TYPE_CHECKING:
    from pathlib import Path


def anywhere(**_: str) -> None:
    """Stand in for an environment."""


@pytest.mark.parametrize("example", NAMES)
def test_an_example_works_without_an_environment(example: str, tmp_path: Path) -> None:
    with patch.object(cdk, "Environment", anywhere):
        templates = synthesize(example, tmp_path)

    assert all(template["Resources"] for template in templates.values())
