"""The time that a drawing takes grows with the template, and no faster."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest
from tests.checks.test_speed import endpoints, template

from privatelink_constructs import DrawingFormat, draw

if TYPE_CHECKING:
    from collections.abc import Callable


def seconds(subject: dict[str, Any]) -> float:
    """Return the best of several runs: what others do on the machine only adds to it."""
    best = float("inf")
    for _ in range(5):
        start = time.process_time()
        assert draw({"": subject}, format=DrawingFormat.SVG, region="eu-west-1")
        best = min(best, time.process_time() - start)
    return best


@pytest.mark.parametrize(("made", "small", "large"), [(template, 20, 160), (endpoints, 50, 400)])
def test_time_grows_with_the_template(
    made: Callable[[int], dict[str, Any]], small: int, large: int
) -> None:
    growth = (seconds(made(large)) / large) / (seconds(made(small)) / small)
    assert growth < 2.5, f"one takes {growth:.1f} times as long among {large} as among {small}"
