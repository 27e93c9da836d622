from __future__ import annotations

import pytest

from privatelink_constructs.rules.service_deletion import (
    protection_effective,
    rejection_followed_by_deletion,
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


@pytest.mark.parametrize("protected", [True, False])
@pytest.mark.parametrize("rejected", [True, False])
def test_protection_and_rejection_exclude_each_other(*, protected: bool, rejected: bool) -> None:
    problems = protection_effective(protected=protected, rejected=rejected)
    found = [problem.rule.id for problem in problems]
    assert found == ["deletion-protection-ineffective"] * (protected and rejected)
