"""The tests of a room are where its name says."""

from __future__ import annotations

from pathlib import Path

import pytest

from check_imports import PACKAGE
from mutants import TESTS

ROOT = Path(__file__).resolve().parents[2]
UNIT = ROOT / "tests" / "unit"
ELSEWHERE = {"checks": ROOT / "tests" / "checks", "runtime": ROOT / "tests" / "runtime"}
OF_THE_WHOLE_PACKAGE = {
    "test_argument_types.py": "each argument of each public callable, with values of wrong types",
    "test_list_items.py": "each list, with an item that messages name by its position",
    "test_lists.py": "each list that a construct takes, in another order and without an item",
    "test_numbers.py": "each number, with its limits",
    "test_public_names.py": "the one import path",
    "test_removed_options.py": "each option, set and then left out again",
    "test_round_trips.py": "what importing the package and a whole stack cost",
}
"""The tests that try the same with everything, so that nothing is left out of a list."""


def folders(parent: Path) -> set[str]:
    return {it.name for it in parent.iterdir() if it.is_dir() and any(it.rglob("*.py"))}


ROOMS = sorted(folders(PACKAGE))


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_has_tests(room: str) -> None:
    folder = ELSEWHERE.get(room, UNIT / room.removeprefix("_"))
    assert list(folder.rglob("test_*.py"))


def test_a_folder_of_unit_tests_is_a_room_or_the_support_of_tests() -> None:
    names = {it.removeprefix("_") for it in ROOMS} - ELSEWHERE.keys()
    assert folders(UNIT) == names | {"support"}


def test_each_function_has_a_folder_of_tests() -> None:
    assert folders(ELSEWHERE["runtime"]) == folders(PACKAGE / "runtime")


def test_beside_the_folders_are_tests_of_the_whole_package() -> None:
    assert {it.name for it in UNIT.glob("*.py")} == OF_THE_WHOLE_PACKAGE.keys()


def test_mutants_of_a_room_are_tried_with_its_tests_first() -> None:
    assert sorted(TESTS) == ROOMS
    assert all((ROOT / path).is_dir() for paths in TESTS.values() for path in paths)


def test_the_contributing_guide_lists_the_folders_of_tests() -> None:
    guide = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    listed = guide.partition("## Tests")[2]
    assert all(f"| `tests/{it}` |" in listed for it in folders(ROOT / "tests"))
