"""What endpoint services of this library tell alarms and dashboards of themselves."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from aws_cdk import aws_elasticloadbalancingv2 as elbv2

from privatelink_constructs._cdk.asking import environment_of, name_of_number, stack_of
from privatelink_constructs._cdk.subnets import is_dummy_name
from privatelink_constructs.contract.watched_services import (
    distinct_ids,
    plainly_watched,
    watched_balancer,
    watched_groups,
)
from privatelink_constructs.provider.acceptance_policy import has_rules
from privatelink_constructs.provider.allowed_principal import rendered_in_order
from privatelink_constructs.provider.balancing import existing
from privatelink_constructs.provider.balancing.targets import TargetKind
from privatelink_constructs.rules.security_groups import is_enforced

if TYPE_CHECKING:
    from collections.abc import Sequence

    import constructs

    from privatelink_constructs.contract.interfaces import IEndpointService
    from privatelink_constructs.contract.watched_services import WatchedBalancer, WatchedService
    from privatelink_constructs.provider.acceptance_policy import AcceptancePolicy
    from privatelink_constructs.provider.allowed_principal import AllowedPrincipal
    from privatelink_constructs.provider.balancing.balancers import LoadBalancers
    from privatelink_constructs.provider.balancing.existing_zones import ExistingZones
    from privatelink_constructs.provider.balancing.layout import LoadBalancerSite
    from privatelink_constructs.provider.balancing.port import Port
    from privatelink_constructs.provider.service_options import ServiceOptions

    Principals = dict[AllowedPrincipal, None]

_COUNTABLE = {TargetKind.INSTANCE, TargetKind.IP}
"""Targets that are one each; the number of others is decided elsewhere."""
_ENFORCEMENT = "enforce_security_group_inbound_rules_on_private_link_traffic"
_CROSS_ZONE = "load_balancing.cross_zone.enabled"
_MORE_ADDRESSES = "secondary_ips.auto_assigned.per_subnet"


def watched_load_balanced(
    service: IEndpointService,
    options: ServiceOptions,
    principals: Principals,
    balancers: LoadBalancers,
    ports: Sequence[Port],
    *,
    more_addresses: bool,
) -> WatchedService:
    """Return what a service with load balancers of its own tells.

    :param more_addresses: whether its load balancers have secondary addresses.
    """
    sites = ports[0].layout.sites
    return replace(
        _published(service, options, principals),
        balancers=lambda: tuple(_balancer(site, balancers, ports) for site in sites),
        targets=lambda: None if more_addresses else _targets(ports),
    )


def watched_existing(
    service: IEndpointService,
    options: ServiceOptions,
    principals: Principals,
    zones: ExistingZones,
) -> WatchedService:
    """Return what a service over existing load balancers tells."""
    load_balancers = service.load_balancers
    return replace(
        _published(service, options, principals),
        balancers=lambda: tuple(
            _existing(it, name, zones.of(it))
            for it, name in zip(load_balancers, distinct_ids(load_balancers), strict=True)
        ),
        targets=lambda: _registered(load_balancers),
    )


def watched_imported(
    service: IEndpointService,
    *,
    account: str | None,
    region: str | None,
    private_dns_name: str | None,
) -> WatchedService:
    """Return what an imported service tells."""
    found = plainly_watched(service)
    home = replace(found.home, account=account, region=region)
    return replace(found, home=home, private_dns_name=private_dns_name)


def _published(
    service: IEndpointService,
    options: ServiceOptions,
    principals: Principals,
) -> WatchedService:
    stack = stack_of(cast("constructs.Construct", service))
    name = options.private_dns_name
    partition = environment_of(stack).partition or stack.partition
    return replace(
        plainly_watched(service),
        acceptance=_in_words(options.acceptance),
        principals=lambda: rendered_in_order(principals, partition, stack),
        private_dns_name=None if name is None else name.name,
        contributor_insights=options.contributor_insights_enabled,
    )


def _in_words(policy: AcceptancePolicy) -> str:
    if not policy.acceptance_required:
        return "automatic"
    return "by rules" if has_rules(policy) else "manual"


# Load balancers of the service's own.


def _balancer(
    site: LoadBalancerSite, balancers: LoadBalancers, ports: Sequence[Port]
) -> WatchedBalancer:
    names = [zone.name for zone in site.zones]
    known = [name for name in names if name is not None and not is_dummy_name(name)]
    groups = [balancers.target_groups[site.id, port.listener.port] for port in ports]
    watched = watched_groups(groups)
    return replace(
        watched_balancer(balancers.load_balancers[site.id], site.id),
        zones=tuple(known) if len(known) == len(names) else (),
        cross_zone=ports[0].layout.cross_zone,
        groups=tuple(
            replace(
                group,
                id=f"TargetGroup{name_of_number(port.layout.stack, port.listener.port)}",
                counted=port.group_type is not elbv2.TargetType.ALB,
            )
            for group, port in zip(watched, ports, strict=True)
        ),
        enforces=ports[0].enforced,
        protocols=_protocols([port.listener.protocol.value for port in ports]),
    )


def _targets(ports: Sequence[Port]) -> int | None:
    """Return how many targets the ports of all load balancers have, None if that isn't known."""
    targets = [it for port in ports for placed in port.placed.values() for it in placed]
    known = all(it.kind in _COUNTABLE and it.resource is not None for it in targets)
    return len(targets) if known else None


# Load balancers that exist already.


def _existing(
    load_balancer: elbv2.INetworkLoadBalancer, name: str, zones: tuple[str, ...]
) -> WatchedBalancer:
    found = replace(watched_balancer(load_balancer, name), zones=zones)
    resource = existing.defined(load_balancer)
    if resource is None:
        return found
    listeners = existing.listeners_by_load_balancer([load_balancer])[resource]
    attributes = _attributes_of(load_balancer)
    return replace(
        found,
        cross_zone=attributes.get(_CROSS_ZONE) == "true",
        groups=watched_groups(existing.target_groups_of([load_balancer])),
        enforces=_enforces(existing.resource_of(resource)),
        protocols=_protocols([it.protocol or "" for it in listeners]),
    )


def _enforces(resource: elbv2.CfnLoadBalancer) -> bool:
    enforced: str | None = getattr(resource, _ENFORCEMENT)
    return bool(resource.security_groups) and (enforced is None or is_enforced(enforced))


def _attributes_of(load_balancer: elbv2.INetworkLoadBalancer) -> dict[str, str]:
    found = existing.defined(load_balancer)
    if found is None:
        return {}
    resource = existing.resource_of(found)
    given: Any = stack_of(resource).resolve(resource.load_balancer_attributes)
    return {str(it.get("key")): str(it.get("value")).lower() for it in given or ()}


def _registered(load_balancers: Sequence[elbv2.INetworkLoadBalancer]) -> int | None:
    """Return how many targets the groups of load balancers list, None if that isn't known."""
    total = 0
    for load_balancer in load_balancers:
        groups = existing.target_groups_of([load_balancer])
        more = _attributes_of(load_balancer).get(_MORE_ADDRESSES, "0") != "0"
        counts = [_listed(group) for group in groups]
        if more or not counts or not all(counts):
            return None
        total += sum(counts)
    return total


def _listed(group: elbv2.NetworkTargetGroup) -> int:
    """Return how many targets a group lists itself; what registers itself isn't among them."""
    resource = cast("elbv2.CfnTargetGroup", group.node.default_child)
    stack = stack_of(group)
    # The CDK finds the type at synthesis, from the targets.
    if stack.resolve(resource.target_type) == "alb":
        return 0
    return len(cast("list[object]", stack.resolve(resource.targets) or []))


def _protocols(values: Sequence[str]) -> frozenset[str]:
    return frozenset(part for value in values for part in value.lower().split("_") if part)
