"""What the suite relies on in the emulator is there."""

from __future__ import annotations

from importlib.metadata import version

import pytest
from tests.deploy.extension import emulated, not_real
from tests.support.registry import replacement_rules

NAMES = [
    pytest.param(module, name, id=f"{module.__name__}.{name}")
    for module, names in emulated.PRIVATE_NAMES
    for name in names
]


@pytest.mark.parametrize(("module", "name"), NAMES)
def test_private_name_exists(module: object, name: str) -> None:
    assert hasattr(module, name)


def test_emulator_is_the_pinned_one() -> None:
    assert version("ministack") == emulated.VERSION


@pytest.mark.parametrize("resource_type", not_real.RECORDED_TYPES)
def test_recorded_type_is_in_the_registry(resource_type: str) -> None:
    assert replacement_rules(resource_type) is not None


def test_recorded_types_are_sorted_and_unique() -> None:
    assert list(not_real.RECORDED_TYPES) == sorted(set(not_real.RECORDED_TYPES))


@pytest.mark.parametrize("thing", sorted(not_real.DIFFERENCES))
def test_difference_says_what_happens_instead(thing: str) -> None:
    assert not_real.DIFFERENCES[thing].strip()
