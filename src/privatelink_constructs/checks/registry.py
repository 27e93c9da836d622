"""All checks, in one explicit list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.checks import (
    endpoint_names,
    endpoints,
    listeners,
    load_balancers,
    notifications,
    principals,
    private_dns,
    resolver,
    security_groups,
    service_names,
    services,
    target_groups,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from privatelink_constructs.checks.findings import Finding
    from privatelink_constructs.cloudformation.model import Model

    Check = Callable[[Model], Iterator[Finding]]

CHECKS: tuple[Check, ...] = (
    *resolver.CHECKS,
    *endpoint_names.CHECKS,
    *endpoints.CHECKS,
    *listeners.CHECKS,
    *load_balancers.CHECKS,
    *service_names.CHECKS,
    *notifications.CHECKS,
    *principals.CHECKS,
    *private_dns.CHECKS,
    *security_groups.CHECKS,
    *services.CHECKS,
    *target_groups.CHECKS,
)
"""Each module holds a class of checks, sorted by name, in a tuple ``CHECKS`` of its own."""
