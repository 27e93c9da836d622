"""All checks, in one explicit list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.checks import (
    client_sources,
    deletion,
    endpoint_names,
    endpoints,
    identifiers,
    listeners,
    load_balancers,
    notifications,
    principals,
    private_dns,
    quotas,
    records,
    resolver,
    role_policies,
    security_groups,
    service_names,
    services,
    target_groups,
    target_zones,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from privatelink_constructs.inventory.inventory import Inventory
    from privatelink_constructs.rules.core import Finding

    Check = Callable[[Inventory], Iterator[Finding]]

CHECKS: tuple[Check, ...] = (
    *client_sources.CHECKS,
    *deletion.CHECKS,
    *endpoint_names.CHECKS,
    *endpoints.CHECKS,
    *identifiers.CHECKS,
    *listeners.CHECKS,
    *load_balancers.CHECKS,
    *notifications.CHECKS,
    *principals.CHECKS,
    *private_dns.CHECKS,
    *quotas.CHECKS,
    *records.CHECKS,
    *resolver.CHECKS,
    *role_policies.CHECKS,
    *security_groups.CHECKS,
    *service_names.CHECKS,
    *services.CHECKS,
    *target_groups.CHECKS,
    *target_zones.CHECKS,
)
"""Each module holds a class of checks, sorted by name, in a tuple ``CHECKS`` of its own."""
