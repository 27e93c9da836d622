"""What one set of endpoints for several VPCs would save."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from privatelink_constructs.cost.items import HubComparison
from privatelink_constructs.cost.pricing import amount, tiers_of
from privatelink_constructs.facts import prices as usage
from privatelink_constructs.inventory.destinations import destination_of
from privatelink_constructs.inventory.types import (
    PROFILE,
    TRANSIT_GATEWAY_ATTACHMENT,
    TRANSIT_GATEWAY_VPC_ATTACHMENT,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from privatelink_constructs.cost.charges import Charge
    from privatelink_constructs.cost.price_list import PriceList
    from privatelink_constructs.inventory.inventory import Inventory

    Region = str | None

_SHARED = 2
"""From so many VPCs on, a hub can save something."""


def hubs_in(
    inventory: Inventory, charges: Iterable[Charge], prices: PriceList
) -> Iterator[HubComparison]:
    """Compare a hub in each Region with the endpoints that are there.

    :param charges: what AWS charges for.
    """
    by_region: dict[Region, list[Charge]] = defaultdict(list)
    for charge in charges:
        if charge.usage_type == usage.INTERFACE_HOURS and charge.number is not None:
            by_region[charge.resource.template.region].append(charge)
    for region in sorted(by_region, key=lambda it: it or ""):
        shared = _shared(by_region[region])
        if shared:
            yield from _compared(inventory, region, shared, prices)


def _shared(charges: Iterable[Charge]) -> dict[str, list[Charge]]:
    """Return the services that several VPCs have endpoints to, each with its endpoints."""
    by_service: dict[str, list[Charge]] = defaultdict(list)
    for charge in charges:
        name = destination_of(charge.resource).label
        if name and _vpc(charge):
            by_service[name].append(charge)
    return {
        name: found for name, found in sorted(by_service.items()) if len(_vpcs(found)) >= _SHARED
    }


def _compared(
    inventory: Inventory, region: Region, shared: dict[str, list[Charge]], prices: PriceList
) -> Iterator[HubComparison]:
    endpoints = [charge for found in shared.values() for charge in found]
    today = _hours(prices, region, usage.INTERFACE_HOURS, sum(it.number or 0 for it in endpoints))
    most = [max(it.number or 0 for it in found) for found in shared.values()]
    hub = _hours(prices, region, usage.INTERFACE_HOURS, sum(most))
    if today is None or hub is None:
        return
    vpcs = _vpcs(endpoints)
    attachments = len(vpcs - _attached(inventory))
    profiles = 0 if _has_profile(inventory, region) else 1
    yield HubComparison(
        region=region,
        services=tuple(shared),
        vpcs=len(vpcs),
        today_usd=today,
        hub_usd=hub,
        profile_usd=_hours(prices, region, usage.PROFILE_HOURS, profiles),
        attachments=attachments,
        attachments_usd=_hours(prices, region, usage.ATTACHMENT_HOURS, attachments),
    )


def _hours(prices: PriceList, region: Region, usage_type: str, count: float) -> float | None:
    """Return what a number of things costs per month, None without a price."""
    if not count:
        return 0.0
    tiers = tiers_of(prices, region, usage_type)
    return None if tiers is None else amount(tiers, count * usage.HOURS_PER_MONTH)


def _has_profile(inventory: Inventory, region: Region) -> bool:
    return any(it.template.region == region for it in inventory.of_type(PROFILE))


def _attached(inventory: Inventory) -> set[str | None]:
    kinds = (TRANSIT_GATEWAY_ATTACHMENT, TRANSIT_GATEWAY_VPC_ATTACHMENT)
    return {it.get("VpcId").key for it in inventory.of_type(*kinds)}


def _vpcs(charges: Sequence[Charge]) -> set[str | None]:
    return {_vpc(it) for it in charges}


def _vpc(charge: Charge) -> str | None:
    return charge.resource.get("VpcId").key
