"""The time that a check takes grows with the template, and no faster."""

from __future__ import annotations

import time
from typing import Any

from tests.checks.stacks import stack

from privatelink_constructs.checks import check_template

SMALL, LARGE = 20, 160


def template(services: int) -> dict[str, Any]:
    """Return a template with many services, each with everything of its own."""
    resources: dict[str, Any] = {}
    for index in range(services):
        for logical_id, resource in stack()["Resources"].items():
            resources[f"{logical_id}{index}"] = renamed(resource, index)
    return {"Resources": resources}


def renamed(value: Any, index: int) -> Any:
    if isinstance(value, dict):
        there: dict[str, Any] = value  # pyright: ignore[reportUnknownVariableType]
        if set(there) == {"Ref"}:
            return {"Ref": f"{there['Ref']}{index}"}
        return {key: renamed(item, index) for key, item in there.items()}
    if isinstance(value, list):
        items: list[Any] = value  # pyright: ignore[reportUnknownVariableType]
        return [renamed(item, index) for item in items]
    return value


def seconds(subject: dict[str, Any]) -> float:
    """Return the best of several runs: what others do on the machine only adds to it."""
    best = float("inf")
    for _ in range(5):
        start = time.process_time()
        assert check_template(subject, region="eu-west-1") == []
        best = min(best, time.process_time() - start)
    return best


def test_time_grows_with_the_template() -> None:
    small, large = seconds(template(SMALL)), seconds(template(LARGE))
    growth = (large / LARGE) / (small / SMALL)
    assert growth < 2, f"a service takes {growth:.1f} times as long among {LARGE} as among {SMALL}"
