"""The time. Tests put a clock of their own in its place."""

from __future__ import annotations

import random
import time

_SPREAD = 0.2


def now() -> float:
    """Return the time in seconds since the epoch."""
    return time.time()


def pause(seconds: float) -> None:
    """Wait."""
    time.sleep(seconds)


def spread(seconds: float) -> float:
    """Return a pause that is up to a fifth shorter or longer, so that callers don't meet again."""
    return seconds * random.uniform(1 - _SPREAD, 1 + _SPREAD)  # noqa: S311 - nothing is secret
