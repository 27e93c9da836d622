"""Whole templates: faults as people write them, and correct ones from different hands.

A folder holds the templates of one app, which are checked together. A template with faults names
the rules that it breaks in its ``Metadata``, under ``expected``.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest

import errors_page
from privatelink_constructs import check_templates
from privatelink_constructs.cloudformation.loading import load

if TYPE_CHECKING:
    from privatelink_constructs import Finding

CORPUS = Path(__file__).parent / "corpus"
SNAPSHOTS = Path(__file__).parent.parent / "examples" / "__snapshots__" / "test_snapshots"


def apps(folder: Path) -> list[list[Path]]:
    """Return the templates of each app."""
    files = sorted(path for path in folder.iterdir() if path.is_file())
    return [[path] for path in files] + [
        sorted(path.iterdir()) for path in sorted(folder.iterdir()) if path.is_dir()
    ]


def name(paths: list[Path]) -> str:
    return paths[0].stem if len(paths) == 1 else paths[0].parent.name


CLASSES = sorted(path.name for path in (CORPUS / "faults").iterdir())
FAULTS = [
    pytest.param(paths, id=f"{kind}-{name(paths)}")
    for kind in CLASSES
    for paths in apps(CORPUS / "faults" / kind)
]
CORRECT = apps(CORPUS / "correct")


REGIONS = {
    "cross_region-Consumer": "eu-central-1",
    "endpoint_hub-Network": "eu-central-1",
    "on_premises-Landing": "eu-central-1",
    "peered_clients-Shared": "eu-central-1",
    "third_party_service-Pricing": "us-east-1",
}


def findings(paths: list[Path], region: str = "eu-west-1") -> list[Finding]:
    templates = {str(path): load(str(path)) for path in paths}
    return check_templates(templates, region=region, account="111111111111")


def expected(path: Path) -> set[str]:
    return set(cast("Any", load(str(path)))["Metadata"]["expected"])


@pytest.mark.parametrize("paths", FAULTS)
def test_fails_when_there_are_faults(paths: list[Path]) -> None:
    found = findings(paths)
    for path in paths:
        assert {each.rule for each in found if each.template == str(path)} == expected(path)


@pytest.mark.parametrize("paths", CORRECT, ids=name)
def test_takes_correct_apps(paths: list[Path]) -> None:
    assert findings(paths) == []


@pytest.mark.parametrize("path", sorted(SNAPSHOTS.glob("*.json")), ids=lambda path: path.stem)
def test_takes_what_the_constructs_define(path: Path) -> None:
    stack = path.stem.rpartition("[")[2].removesuffix("]")
    assert findings([path], REGIONS.get(stack, "eu-west-1")) == []


@pytest.mark.parametrize("kind", CLASSES)
def test_each_class_is_written_in_three_ways(kind: str) -> None:
    assert len(apps(CORPUS / "faults" / kind)) >= 3


def test_correct_apps_are_from_many_hands() -> None:
    assert len(CORRECT) >= 36


def test_each_fault_has_an_example_on_the_page() -> None:
    rules = {rule for path in (CORPUS / "faults").rglob("*.*") for rule in expected(path)}
    assert rules - set(errors_page.examples()) == set()
