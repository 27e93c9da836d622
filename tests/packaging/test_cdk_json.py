"""Every CDK app of the project starts as a new app would: with the recommended flags."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from feature_flags import ROOT, cdk_json_files, recommended_flags, with_flags

if TYPE_CHECKING:
    from pathlib import Path

FILES = cdk_json_files()
each_cdk_json = pytest.mark.parametrize(
    "path", FILES, ids=[str(path.relative_to(ROOT)) for path in FILES]
)


def settings(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def flags() -> dict[str, Any]:
    return recommended_flags()


@pytest.mark.snapshot
@each_cdk_json
def test_has_the_recommended_flags(path: Path, flags: dict[str, Any]) -> None:
    context = settings(path)["context"]

    assert {name: context.get(name, "missing") for name in flags} == flags


@each_cdk_json
def test_tells_nobody_that_it_ran(path: Path) -> None:
    content = settings(path)

    assert (content["versionReporting"], content["notices"]) == (False, False)


def test_every_example_has_one() -> None:
    apps = {path.parent for path in (ROOT / "examples").glob("*/app.py")}

    assert apps == {path.parent for path in FILES if path.parent.parent == ROOT / "examples"}


def test_the_one_of_the_project_runs_the_main_example() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    (main_example,) = re.findall(r"^EXAMPLE \?= (\w+)$", makefile, re.MULTILINE)

    app = settings(ROOT / "cdk.json")["app"]

    assert app == f".venv/bin/python examples/{main_example}/app.py"
    assert (ROOT / "examples" / main_example / "app.py").is_file()


def test_recommended_flags_are_those_of_the_installed_library(flags: dict[str, Any]) -> None:
    assert flags["@aws-cdk/core:defaultCrossStackReferences"] == "weak"


def test_new_flags_leave_other_settings_alone() -> None:
    given = {"app": "python app.py", "context": {"own": "value", "flag": False}}

    assert with_flags(given, {"flag": True, "another": True}) == {
        "app": "python app.py",
        "context": {"another": True, "flag": True, "own": "value"},
    }
