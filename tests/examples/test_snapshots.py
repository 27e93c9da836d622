"""One snapshot per example stack: what is deployed, to be read when it changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from syrupy.extensions.json import JSONSnapshotExtension
from tests.examples.running import NAMES, normalized, synthesize

if TYPE_CHECKING:
    from pathlib import Path

    from syrupy.assertion import SnapshotAssertion


@pytest.mark.snapshot
@pytest.mark.parametrize("example", NAMES)
def test_example_templates(example: str, tmp_path: Path, snapshot: SnapshotAssertion) -> None:
    templates = synthesize(example, tmp_path)
    assert templates
    for name, template in templates.items():
        assert normalized(template) == snapshot(
            name=f"{example}-{name.replace('/', '-')}", extension_class=JSONSnapshotExtension
        )
