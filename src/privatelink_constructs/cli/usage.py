"""Usage errors, and suggestions for names with typing errors."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


PASSED, FAILED, UNUSABLE = 0, 1, 2
"""The exit status."""
_SUGGESTED = 3
_WORD = re.compile(r"[a-z0-9]+")


class UsageError(Exception):
    """An option, or a setting in the configuration file, that isn't valid."""


def did_you_mean(given: str, known: Iterable[str]) -> str:
    """Return a sentence with similar names, beginning with a space, or an empty string."""
    from privatelink_constructs.rules.wording import joined  # noqa: PLC0415 - the start-up time

    names = sorted(known)
    low = given.lower()
    near = [it for it in names if low and it.startswith(low)]
    near = near or get_close_matches(low, names, n=_SUGGESTED, cutoff=0.5)
    near += (it for it in names if it not in near and _words(low) <= _words(it))
    return f" Did you mean {joined(near[:_SUGGESTED])}?" if near else ""


def _words(name: str) -> set[str]:
    return {*_WORD.findall(name)} or {name}
