"""All checks, in one explicit list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.checks import (
    listeners,
    load_balancers,
    principals,
    services,
    target_groups,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from privatelink_constructs.checks.findings import Finding
    from privatelink_constructs.checks.template import Model

    Check = Callable[[Model], Iterator[Finding]]

CHECKS: tuple[Check, ...] = (
    *listeners.CHECKS,
    *load_balancers.CHECKS,
    *principals.CHECKS,
    *services.CHECKS,
    *target_groups.CHECKS,
)
"""Each module holds a class of checks, sorted by name, in a tuple ``CHECKS`` of its own."""
