"""Reading the properties of custom resources, which are all text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from .lifecycle import LONGEST_TIMEOUT_SECONDS, StepError

if TYPE_CHECKING:
    from collections.abc import Mapping


def required(properties: Mapping[str, Any], name: str) -> str:
    """Return the text of a property.

    :raises StepError: if it is missing or empty.
    """
    value = str(properties.get(name, "")).strip()
    if not value:
        raise StepError(f"The property {name} of the custom resource is missing.")
    return value


def whole_number(properties: Mapping[str, Any], name: str, *, default: int, most: int) -> int:
    """Return the number of a property.

    :raises StepError: if it isn't a whole number from 1 to the highest.
    """
    text = str(properties.get(name, default))
    if not (text.isascii() and text.isdecimal() and 1 <= int(text) <= most):
        said = f"The property {name} is {text[:40]!r}. Use a whole number from 1 to {most}."
        raise StepError(said)
    return int(text)


def timeout_of(properties: Mapping[str, Any], *, default: int = 1800) -> int:
    """Return how long a custom resource may take, in seconds.

    :raises StepError: if it is out of range.
    """
    return whole_number(properties, "TimeoutSeconds", default=default, most=LONGEST_TIMEOUT_SECONDS)


def normal_name(name: str) -> str:
    """Return a domain name as it is compared."""
    return name.lower().rstrip(".")


def texts(properties: Mapping[str, Any], name: str) -> list[str]:
    """Return the items of a property that is a list, empty if there is none.

    :raises StepError: if it isn't a list.
    """
    found = properties.get(name, [])
    if not isinstance(found, list):
        raise StepError(f"The property {name} of the custom resource is not a list.")
    return [str(item) for item in cast("list[object]", found)]
