"""Finds prices in a list, and multiplies."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, cast

from privatelink_constructs.facts.partitions import partition_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from privatelink_constructs.cost.price_list import PriceList

    Tiers = tuple[tuple[float, float], ...]


def price_region(prices: PriceList, region: str | None) -> str | None:
    """Return the Region whose prices are used for a Region, None if there are none.

    :param region: where something is deployed, None where that isn't known.
    """
    if region in prices.prices:
        return region
    listed = list(prices.prices)
    if len(listed) > 1:
        return None
    same = region is None or partition_of(region) == partition_of(listed[0])
    return listed[0] if same else None


def tiers_of(prices: PriceList, region: str | None, usage: str) -> Tiers | None:
    """Return the price of a usage type as tiers, each with its end, None if it isn't listed.

    :param region: where something is deployed.
    """
    home = price_region(prices, region)
    price = prices.prices[home].get(usage) if home else None
    if price is None:
        return None
    if isinstance(price, (int, float)):
        return ((math.inf, float(price)),)
    tiers = cast("Sequence[tuple[float | None, float]]", price)
    return tuple((math.inf if end is None else float(end), float(each)) for end, each in tiers)


def amount(tiers: Tiers, quantity: float) -> float:
    """Return what a quantity costs, each tier at its own price."""
    total, begin = 0.0, 0.0
    for end, price in tiers:
        total += max(min(quantity, end) - begin, 0.0) * price
        begin = end
    return total
