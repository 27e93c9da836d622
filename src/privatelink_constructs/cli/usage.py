"""What is wrong with how the command is used, and what was probably meant."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


PASSED, FAILED, UNUSABLE = 0, 1, 2
"""The exit status."""


class UsageError(Exception):
    """An option, or a setting in the configuration file, that can't be followed."""


def did_you_mean(given: str, known: Iterable[str]) -> str:
    """Return a sentence with what is near, beginning with a space; empty when nothing is."""
    near = get_close_matches(given, sorted(known), n=3, cutoff=0.5)
    return f" Did you mean {' or '.join(near)}?" if near else ""
