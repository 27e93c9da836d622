"""What an estimate of costs needs, and how much may be spent."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING, cast

from privatelink_constructs.facts.partitions import is_region_form
from privatelink_constructs.facts.prices import USAGE_TYPES
from privatelink_constructs.rules.core import Fix, error, warning

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

_PRICING = "https://aws.amazon.com/privatelink/pricing/"
_TIER = 2
_KEYS = frozenset({"date", "name", "prices"})
_SHOWN = 10


@error(
    "cost-prices-malformed",
    "A price list must have a name, a date, and a price or tiers for usage types of AWS.",
    why="A price that can't be read, or has another name, would silently be missing.",
    fix=Fix.same(
        "write prices as {region: {usage type: price}}, where a price is a number in USD or a list "
        "of tiers such as [[1048576, 0.01], [null, 0.006]]"
    ),
    url=_PRICING,
)
def price_list_well_formed(
    *, name: str, date: str, prices: Mapping[str, Mapping[str, object]]
) -> Iterator[str]:
    """Find what is wrong with a price list.

    :param name: what the prices are, shown with each estimate.
    :param date: when they were valid, shown with each estimate.
    :param prices: by Region and usage type.
    """
    for what, text in (("name", name), ("date", date)):
        if not text.strip():
            yield f"the {what} of the prices is empty"
    if not prices:
        yield "there are no prices"
    for region, listed in prices.items():
        if not is_region_form(region):
            yield f"{region!r} is not a valid Region"
        for usage, price in listed.items():
            if usage not in USAGE_TYPES:
                yield f"there is no usage type {usage!r}, only {', '.join(sorted(USAGE_TYPES))}"
            elif not _is_price(price):
                yield f"{price!r} is not a price of {usage}"


def _is_price(price: object) -> bool:
    if _is_number(price):
        return True
    if not isinstance(price, (list, tuple)):
        return False
    tiers = cast("Sequence[object]", price)
    ends = [_end(tier) for tier in tiers]
    bounds = [0.0, *(end for end in ends if end is not None)]
    # Each tier ends above the one before, and only the last one has no end.
    rising = all(low < high for low, high in pairwise(bounds))
    return None not in ends and rising and bounds[-1] == math.inf


def _end(tier: object) -> float | None:
    """Return where a tier ends, None for what isn't a tier."""
    parts = cast("Sequence[object]", tier) if isinstance(tier, (list, tuple)) else ()
    if len(parts) != _TIER or not _is_number(parts[1]):
        return None
    end = math.inf if parts[0] is None else parts[0]
    return float(cast("float", end)) if end == math.inf or _is_number(end) else None


def _is_number(value: object) -> bool:
    """Tell whether something is a number of USD or gigabytes; negative ones are none."""
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return number and math.isfinite(cast("float", value)) and cast("float", value) >= 0


@error(
    "cost-file-malformed",
    "A file with prices must be JSON with a name, a date, and prices.",
    why="Nothing can be estimated without them.",
    fix=Fix.same(
        'write {"name": "...", "date": "2026-11-01", "prices": {"eu-west-1": '
        '{"VpcEndpoint-Hours": 0.011}}}'
    ),
    url=_PRICING,
)
def price_file_well_formed(content: object, *, path: str) -> Iterator[str]:
    """Find what is wrong with the form of a file; what is in the prices, another rule tells.

    :param content: what is in it, None where it isn't JSON.
    :param path: the file.
    """
    keys = cast("dict[str, object]", content if isinstance(content, dict) else {})
    if not isinstance(content, dict):
        yield f"{path} is not a JSON file with prices"
    for key in sorted(_KEYS - keys.keys()):
        yield f"{path} has no {key!r}"
    for key in sorted(keys.keys() - _KEYS):
        yield f"{path} has {key!r}, which nothing reads"
    regions = keys.get("prices")
    listed = cast("Mapping[str, object]", regions).values() if isinstance(regions, dict) else [None]
    if "prices" in keys and not all(isinstance(each, dict) for each in listed):
        yield f"the prices in {path} are not by Region and usage type"


@error(
    "traffic-out-of-range",
    "Traffic must be a number of gigabytes per month, 0 or more.",
    why="Nothing can be estimated from it.",
    fix=Fix.same("use the gigabytes that go through an endpoint in a month"),
    url=_PRICING,
)
def traffic_in_range(gigabytes: float) -> Iterator[str]:
    """Find an amount of traffic that isn't a number of gigabytes."""
    if not _is_number(gigabytes):
        yield f"{gigabytes} is not a valid number of gigabytes"


@error(
    "traffic-endpoint-missing",
    "Traffic must be for an endpoint that is in the templates.",
    why="The traffic would silently be left out of the estimate.",
    fix=Fix.same("use the logical ID or the construct path of an endpoint that has traffic"),
    url=_PRICING,
)
def traffic_for_endpoint(name: str, *, known: Collection[str]) -> Iterator[str]:
    """Find traffic for something that isn't there.

    :param name: the logical ID or the construct path that it is for.
    :param known: those of the endpoints with traffic.
    """
    if name not in known:
        names = ", ".join(sorted(known)[:_SHOWN]) or "none"
        yield f"there is no endpoint {name!r}. The endpoints with traffic are: {names}"


@error(
    "cost-limit-out-of-range",
    "A limit of costs must be above 0 USD per month.",
    why="Every app would exceed it.",
    fix=Fix.same("set the amount in USD per month that you want to be warned about"),
    url=_PRICING,
)
def cost_limit_in_range(monthly_usd: float) -> Iterator[str]:
    """Find a limit that no app can keep."""
    if not _is_number(monthly_usd) or not monthly_usd:
        yield f"{monthly_usd} USD per month is not a valid limit"


@warning(
    "cost-limit-exceeded",
    "What AWS charges for PrivateLink should stay within the limit that you set.",
    why="AWS charges per hour for each load balancer, and for each endpoint and Availability Zone.",
    fix=Fix(
        code="remove endpoints or Availability Zones, share endpoints in a hub, or raise "
        "monthly_usd of CostLimit; privatelink cost shows the estimate for each resource",
        template="remove endpoints or Availability Zones, share endpoints in a hub, or raise "
        "--limit",
    ),
    url=_PRICING,
)
def cost_in_limit(monthly_usd: float, *, limit: float, prices: str) -> Iterator[str]:
    """Find an estimate that is above the limit.

    :param monthly_usd: the estimate.
    :param limit: the limit.
    :param prices: which prices the estimate is made of.
    """
    # Half a cent is less than what is shown.
    if monthly_usd > limit + 0.005:
        yield (
            f"the estimate is {monthly_usd:,.2f} USD per month, above the limit of "
            f"{limit:,.2f} USD (estimate with {prices})"
        )
