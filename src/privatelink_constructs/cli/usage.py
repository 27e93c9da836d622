"""Usage errors, and suggestions for names with typing errors."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


PASSED, FAILED, UNUSABLE = 0, 1, 2
"""The exit status."""


class UsageError(Exception):
    """An option, or a setting in the configuration file, that isn't valid."""


def did_you_mean(given: str, known: Iterable[str]) -> str:
    """Return a sentence with similar names, beginning with a space, or an empty string."""
    near = get_close_matches(given, sorted(known), n=3, cutoff=0.5)
    return f" Did you mean {' or '.join(near)}?" if near else ""
