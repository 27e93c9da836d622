"""Usage errors, and suggestions for names with typing errors."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from privatelink_constructs.rules.wording import joined

if TYPE_CHECKING:
    from collections.abc import Iterable


_SUGGESTIONS = 3

PASSED, FAILED, UNUSABLE = 0, 1, 2
"""The exit status."""


class UsageError(Exception):
    """An option, or a setting in the configuration file, that isn't valid."""


def did_you_mean(given: str, known: Iterable[str]) -> str:
    """Return a sentence with similar names, beginning with a space, or an empty string."""
    names = sorted(known)
    longer = [it for it in names if given and it.startswith(given)]
    near = longer or get_close_matches(given, names, n=_SUGGESTIONS, cutoff=0.5)
    return f" Did you mean {joined(near[:_SUGGESTIONS])}?" if near else ""
