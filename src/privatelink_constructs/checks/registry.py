"""All checks, in one explicit list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.checks import (
    alarms,
    aws_endpoints,
    client_sources,
    deletion,
    endpoint_names,
    endpoint_types,
    endpoints,
    forwarding,
    gateway_access,
    gateway_endpoints,
    guard_rails,
    hub_names,
    hub_profiles,
    hub_routes,
    identifiers,
    listeners,
    live_connections,
    live_names,
    live_networks,
    live_services,
    live_targets,
    live_traffic,
    load_balancers,
    metrics,
    notifications,
    open_to_world,
    principals,
    private_dns,
    quotas,
    records,
    resolver,
    resolver_endpoints,
    role_policies,
    security_groups,
    service_names,
    services,
    sharing,
    target_group_attributes,
    target_groups,
    target_zones,
    zone_support,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from privatelink_constructs.inventory.inventory import Inventory
    from privatelink_constructs.rules.core import Finding

    Check = Callable[[Inventory], Iterator[Finding]]

CHECKS: tuple[Check, ...] = (
    *alarms.CHECKS,
    *aws_endpoints.CHECKS,
    *client_sources.CHECKS,
    *deletion.CHECKS,
    *endpoint_names.CHECKS,
    *endpoint_types.CHECKS,
    *endpoints.CHECKS,
    *forwarding.CHECKS,
    *gateway_access.CHECKS,
    *gateway_endpoints.CHECKS,
    *hub_names.CHECKS,
    *hub_profiles.CHECKS,
    *hub_routes.CHECKS,
    *guard_rails.CHECKS,
    *identifiers.CHECKS,
    *listeners.CHECKS,
    *live_connections.CHECKS,
    *live_names.CHECKS,
    *live_networks.CHECKS,
    *live_services.CHECKS,
    *live_targets.CHECKS,
    *live_traffic.CHECKS,
    *load_balancers.CHECKS,
    *metrics.CHECKS,
    *notifications.CHECKS,
    *open_to_world.CHECKS,
    *principals.CHECKS,
    *private_dns.CHECKS,
    *quotas.CHECKS,
    *records.CHECKS,
    *resolver.CHECKS,
    *resolver_endpoints.CHECKS,
    *role_policies.CHECKS,
    *security_groups.CHECKS,
    *service_names.CHECKS,
    *services.CHECKS,
    *sharing.CHECKS,
    *target_group_attributes.CHECKS,
    *target_groups.CHECKS,
    *target_zones.CHECKS,
    *zone_support.CHECKS,
)
"""Each module contains one class of checks, sorted by name, in its own tuple ``CHECKS``."""
