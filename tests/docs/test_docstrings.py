"""Docstrings of public names are complete, and point to what an installed package has."""

from __future__ import annotations

import enum
import inspect
import re
from typing import TYPE_CHECKING, Any

import pytest
from tests.docs.test_rule_ids import FAULTS, IDS

import privatelink_constructs

if TYPE_CHECKING:
    from collections.abc import Iterator

_PARAMETER = re.compile(r"^:param (\w+): (.*?)(?=^:|^\S|\Z)", re.DOTALL | re.MULTILINE)
_CODE = re.compile(rf"``([a-z0-9]+(?:-[a-z0-9]+)*-(?:{'|'.join(FAULTS)}))``")
_PLACE = {"self", "cls", "scope", "id"}
# The CDK's side of the package. The checks' own values have no page at AWS.
_ROOMS = ("_cdk", "connectivity", "consumer", "contract", "guardrails", "observability", "provider")


def public(name: str) -> Iterator[tuple[str, object]]:
    """Return a public name, and the methods and properties that users of it see."""
    subject = getattr(privatelink_constructs, name)
    yield name, subject
    if not inspect.isclass(subject) or issubclass(subject, enum.Enum):
        return
    for part in dir(subject):
        member: Any = inspect.getattr_static(subject, part)
        found: Any = getattr(member, "__func__", member)
        ours = str(getattr(found, "__module__", "")).startswith(privatelink_constructs.__name__)
        if not part.startswith("_") and (ours or isinstance(found, property)):
            yield f"{name}.{part}", getattr(subject, part)


SUBJECTS = dict(it for name in privatelink_constructs.__all__ for it in public(name))
CLASSES = {
    name: subject
    for name, subject in SUBJECTS.items()
    if inspect.isclass(subject) and subject.__module__.split(".")[1] in _ROOMS
}


def not_called(subject: object) -> bool:
    """Tell whether users don't create a class: an enum, an interface, a namespace, a result."""
    if not inspect.isclass(subject):
        return False
    received = subject is privatelink_constructs.Finding or getattr(subject, "_is_protocol", False)
    return received or issubclass(subject, enum.Enum) or "__init__" not in vars(subject)


def parameters(subject: object) -> dict[str, inspect.Parameter]:
    if not callable(subject) or not_called(subject):
        return {}
    # The metaclass of the CDK's classes hides what their constructor takes.
    maker = subject.__init__ if inspect.isclass(subject) else subject
    found = inspect.signature(maker).parameters
    return {it: each for it, each in found.items() if it not in _PLACE and not it.startswith("_")}


def documented(subject: object) -> dict[str, str]:
    return dict(_PARAMETER.findall(inspect.getdoc(subject) or ""))


@pytest.mark.parametrize("name", SUBJECTS)
def test_a_docstring_points_to_no_file_of_the_repository(name: str) -> None:
    assert not re.search(r"docs/\w+[./]", inspect.getdoc(SUBJECTS[name]) or "")


@pytest.mark.parametrize("name", SUBJECTS)
def test_a_docstring_names_rules_that_exist(name: str) -> None:
    assert set(_CODE.findall(inspect.getdoc(SUBJECTS[name]) or "")) <= IDS


@pytest.mark.parametrize("name", SUBJECTS)
def test_every_parameter_is_described_with_its_default(name: str) -> None:
    told = documented(SUBJECTS[name])
    expected = parameters(SUBJECTS[name])
    assert set(expected) <= set(told)
    optional = {it for it, each in expected.items() if each.default is not inspect.Parameter.empty}
    assert {it for it in optional if "Default:" not in " ".join(told[it].split())} == set()


@pytest.mark.parametrize("name", CLASSES)
def test_a_class_has_an_example_and_a_page_of_aws(name: str) -> None:
    text = inspect.getdoc(CLASSES[name]) or ""
    assert "Example::" in text
    assert ":see: https://" in text
