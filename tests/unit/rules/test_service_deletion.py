from __future__ import annotations

import pytest

from privatelink_constructs.rules.service_deletion import (
    rejection_followed_by_deletion,
    rejection_without_protection,
)

KEPT = ["Retain", "RetainExceptOnCreate"]
GONE = [None, "Delete", "Snapshot"]


@pytest.mark.parametrize("service", KEPT)
@pytest.mark.parametrize("rejection", GONE)
def test_fails_when_the_service_stays(service: str, rejection: str | None) -> None:
    [problem] = rejection_followed_by_deletion(service, rejection=rejection)
    assert problem.rule.id == "rejection-on-delete-conflict"
    assert f"the deletion policy {service}" in problem.what


@pytest.mark.parametrize(
    ("service", "rejection"),
    [(it, other) for it in GONE for other in (*KEPT, *GONE)]
    + [(it, other) for it in KEPT for other in KEPT],
)
def test_everything_else_is_right(service: str | None, rejection: str | None) -> None:
    assert list(rejection_followed_by_deletion(service, rejection=rejection)) == []


def test_fails_when_load_balancers_are_protected() -> None:
    [problem] = rejection_without_protection(["First", "Second"])
    assert problem.rule.id == "rejection-on-delete-protection-conflict"
    assert "First, Second have deletion protection" in problem.what
    assert not list(rejection_without_protection([]))
