"""The one public import path: what it offers, to the runtime and to type checkers."""

from __future__ import annotations

import ast
import subprocess
import sys
from importlib import import_module, metadata
from pathlib import Path

import pytest

import privatelink_constructs

NAMES = privatelink_constructs.__all__
MODULES: dict[str, str] = vars(privatelink_constructs)["_MODULES"]
SOURCE = ast.parse(Path(str(privatelink_constructs.__file__)).read_text())


def imported_for_type_checkers() -> dict[str, str]:
    """Return the module of each name that type checkers see."""
    [block] = [
        node
        for node in SOURCE.body
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
    ]
    return {
        alias.asname or alias.name: str(node.module).removeprefix("privatelink_constructs.")
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


def test_names_are_sorted_and_listed_once() -> None:
    assert sorted(set(NAMES)) == NAMES


def test_the_map_and_what_type_checkers_see_are_the_same() -> None:
    assert imported_for_type_checkers() == MODULES


def test_the_map_and_all_are_the_same() -> None:
    assert list(MODULES) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_what_its_module_defines(name: str) -> None:
    module = import_module(f"privatelink_constructs.{MODULES[name]}")
    assert getattr(privatelink_constructs, name) is getattr(module, name)


def test_only_public_names_are_listed() -> None:
    assert dir(privatelink_constructs) == NAMES


def test_the_version_is_that_of_the_distribution() -> None:
    assert privatelink_constructs.__version__ == metadata.version("privatelink-constructs")


def test_fails_when_a_name_is_unknown() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'Lisener'"):
        getattr(privatelink_constructs, "Lisener")  # noqa: B009 - pyright refuses the attribute


def test_fails_when_an_unknown_name_is_imported() -> None:
    with pytest.raises(ImportError, match="Lisener"):
        exec("from privatelink_constructs import Lisener")  # noqa: S102


def test_a_star_takes_the_public_names() -> None:
    code = "from privatelink_constructs import *; print(*sorted(n for n in dir() if n[0] != '_'))"
    found = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert found.stdout.split() == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_documented(name: str) -> None:
    assert getattr(privatelink_constructs, name).__doc__
