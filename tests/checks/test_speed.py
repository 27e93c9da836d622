"""The time that a check takes grows with the template, and no faster."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest
from tests.checks.estates import endpoint, estate
from tests.checks.stacks import changed, stack

from privatelink_constructs import check_template, check_templates

if TYPE_CHECKING:
    from collections.abc import Callable

EXPECTED = {
    "principal-malformed",
    "subnet-addresses-insufficient",
    "load-balancers-exceeded",
    "vpc-endpoints-exceeded",
}
"""What large templates may break, as they are large, and what is wrong with the principals."""


def template(services: int) -> dict[str, Any]:
    """Return a template with many services, each with everything of its own."""
    resources: dict[str, Any] = {}
    for index in range(services):
        for logical_id, resource in stack()["Resources"].items():
            resources[f"{logical_id}{index}"] = renamed(resource, index)
    return {"Resources": resources}


def endpoints(count: int) -> dict[str, Any]:
    """Return a template with many endpoints, which share their VPC and everything in it."""
    shared = ("Clients", "ClientsA", "ClientsB", "ClientGroup")
    resources = {name: estate()["Resources"][name] for name in shared}
    name = "com.amazonaws.vpce.eu-west-1.vpce-svc-0123456789abcdef0"
    resources |= {f"Endpoint{index}": endpoint(name) for index in range(count)}
    return {"Resources": resources}


def principals(count: int) -> dict[str, Any]:
    """Return a template with many principals, all of them wrong."""
    arns = [f"arn:aws:iam::111122223333:roles/{number}" for number in range(count)]
    return changed("Permissions", AllowedPrincipals=arns)


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
        found = check_template(subject, region="eu-west-1")
        best = min(best, time.process_time() - start)
        assert {finding.rule for finding in found} <= EXPECTED
    return best


@pytest.mark.parametrize(
    ("made", "small", "large"), [(template, 20, 160), (endpoints, 50, 400), (principals, 500, 4000)]
)
def test_time_grows_with_the_template(
    made: Callable[[int], dict[str, Any]], small: int, large: int
) -> None:
    growth = (seconds(made(large)) / large) / (seconds(made(small)) / small)
    assert growth < 2, f"one takes {growth:.1f} times as long among {large} as among {small}"


def many(count: int) -> float:
    """Return how long it takes to check copies of a template together, the best of several runs."""
    templates = {f"{number}/a.json": stack() for number in range(count)}
    best = float("inf")
    for _ in range(5):
        start = time.process_time()
        assert check_templates(templates, region="eu-west-1") == []
        best = min(best, time.process_time() - start)
    return best


def test_time_grows_with_the_number_of_templates() -> None:
    growth = (many(160) / 160) / (many(20) / 20)
    assert growth < 2, f"one takes {growth:.1f} times as long among 160 as among 20"
