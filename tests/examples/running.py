"""Runs the examples in this process, as the CDK CLI would in one of its own."""

from __future__ import annotations

import json
import re
import runpy
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

import aws_cdk as cdk

EXAMPLES = Path(__file__).parents[2] / "examples"
NAMES = sorted(path.parent.name for path in EXAMPLES.glob("*/app.py"))
_ASSET = re.compile(r"\b[0-9a-f]{64}\b")


def context_of(example: str | Path) -> dict[str, Any]:
    """Return the context that the CLI gives to an example, or to the app in another folder."""
    folder = EXAMPLES / example
    context: dict[str, Any] = json.loads((folder / "cdk.json").read_text())["context"]
    lookups = folder / "cdk.context.json"
    if lookups.exists():
        context |= json.loads(lookups.read_text())
    return context


def synthesize(example: str | Path, outdir: Path, **context: object) -> dict[str, dict[str, Any]]:
    """Synthesize an example, and return its templates by the names of their files.

    :param example: its name, or the folder of another app.
    :param context: further context.
    """
    app = partial(
        cdk.App,
        context=context_of(example) | context,
        outdir=str(outdir),
        analytics_reporting=False,
    )
    with patch.object(cdk, "App", app):
        runpy.run_path(str(EXAMPLES / example / "app.py"), run_name="__main__")
    return {
        str(path.relative_to(outdir)).removesuffix(".template.json"): json.loads(path.read_text())
        for path in sorted(outdir.rglob("*.template.json"))
    }


def normalized(template: dict[str, Any]) -> dict[str, Any]:
    """Return a template without what changes with the CDK alone; logical ids stay."""
    text = _ASSET.sub("<asset>", json.dumps(template))
    found: dict[str, Any] = json.loads(text)
    for section, name in (("Parameters", "BootstrapVersion"), ("Rules", "CheckBootstrapVersion")):
        found.get(section, {}).pop(name, None)
        if not found.get(section):
            found.pop(section, None)
    return found
