"""What the PrivateLink resources of templates cost per month."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from privatelink_constructs.cloudformation.template import TemplateEnvironment
from privatelink_constructs.cost.charges import charges_in
from privatelink_constructs.cost.hub_savings import hubs_in
from privatelink_constructs.cost.items import CostItem
from privatelink_constructs.cost.price_list import PriceList
from privatelink_constructs.cost.pricing import amount, price_region, tiers_of
from privatelink_constructs.cost.showing import as_text
from privatelink_constructs.cost.stacks import path_of, stack_of
from privatelink_constructs.cost.traffic import with_traffic
from privatelink_constructs.facts.prices import HOURS, HOURS_PER_MONTH, USAGE_TYPES, UsageType
from privatelink_constructs.inventory.inventory import Inventory
from privatelink_constructs.rules.arguments import checked, refuse_unnamed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from privatelink_constructs.cost.charges import Charge
    from privatelink_constructs.cost.items import HubComparison

_NOT_KNOWN = "account not known"
_POSITIONS = {usage: position for position, usage in enumerate(USAGE_TYPES)}


@dataclass(frozen=True, kw_only=True)
class CostEstimate:
    """What AWS charges per month for the PrivateLink resources of templates, as far as it is known.

    Printing it shows all of it, with the prices that it is made of.

    :param items: what costs something, or may cost something: sorted by stack and resource.
    :param hubs: what hubs would save: sorted by Region.
    :param prices: the prices.
    :param notes: what else there is to know, such as which Regions have the prices of another one.
    """

    items: tuple[CostItem, ...]
    hubs: tuple[HubComparison, ...]
    prices: PriceList
    notes: tuple[str, ...]

    @property
    def monthly_usd(self) -> float:
        """The sum of what is known, in USD per month."""
        return sum(it.monthly_usd or 0 for it in self.items)

    @property
    def by_stack(self) -> dict[str, float]:
        """The sum for each stack, by its name, account, and Region."""
        return _sums(self.items, lambda it: it.place)

    @property
    def by_account(self) -> dict[str, float]:
        """The sum for each account that pays."""
        return _sums(self.items, lambda it: it.account or _NOT_KNOWN)

    @property
    def unknown(self) -> tuple[CostItem, ...]:
        """The items that aren't in the sum, each with the reason."""
        return tuple(it for it in self.items if it.monthly_usd is None)

    def __str__(self) -> str:
        """Return all of it as text."""
        return as_text(self)


def _sums(items: Iterable[CostItem], key: Callable[[CostItem], str]) -> dict[str, float]:
    found: dict[str, float] = defaultdict(float)
    for item in items:
        found[key(item)] += item.monthly_usd or 0
    return dict(sorted(found.items()))


@checked(templates="Mapping[str, Mapping[object, object]]")
def estimate_cost(
    templates: Mapping[str, Mapping[str, object]],
    *,
    prices: PriceList | None = None,
    traffic_gb: float | Mapping[str, float] | None = None,
    region: str | None = None,
    account: str | None = None,
    environments: Mapping[str, TemplateEnvironment] | None = None,
) -> CostEstimate:
    """Estimate what AWS charges per month for the PrivateLink resources of templates.

    A month has 730 hours. What isn't known isn't guessed: it is listed in ``unknown``, with the
    reason, and isn't part of the sum.

    Example::

        estimate = estimate_cost({"Payments": Template.from_stack(stack).to_json()})
        assert estimate.monthly_usd < 100

    :param templates: each template by its name, as CloudFormation takes it.
    :param prices: the prices. Default: those of ``PriceList.us_east_1()``.
    :param traffic_gb: the gigabytes per month that go through each endpoint, or a mapping from
        logical IDs or construct paths of endpoints to gigabytes, with ``"*"`` for all others.
        Default: not known.
    :param region: the Region that the templates are deployed to. Default: not known.
    :param account: the account that they are deployed to. Default: not known.
    :param environments: for templates that are deployed elsewhere than the others, by their names.
        Default: none.
    :raises ValidationError: ``traffic-out-of-range``, ``traffic-endpoint-missing``,
        ``template-name-missing``.
    """
    refuse_unnamed(templates)
    everywhere = TemplateEnvironment(region=region, account=account)
    places = {name: (environments or {}).get(name, everywhere) for name in templates}
    return estimate_of(Inventory(templates, places), prices or PriceList.us_east_1(), traffic_gb)


def estimate_of(
    inventory: Inventory,
    prices: PriceList,
    traffic_gb: float | Mapping[str, float] | None = None,
) -> CostEstimate:
    """Estimate what an inventory costs.

    :raises ValidationError: ``traffic-out-of-range``, ``traffic-endpoint-missing``.
    """
    charges = with_traffic(charges_in(inventory), traffic_gb)
    items = sorted(_priced(inventory, charges, prices), key=_order)
    return CostEstimate(
        items=tuple(items),
        hubs=tuple(hubs_in(inventory, charges, prices)),
        prices=prices,
        notes=(*_notes_on_prices(items, prices), *_notes_on_templates(inventory)),
    )


def _order(item: CostItem) -> tuple[object, ...]:
    usage = _POSITIONS.get(item.usage_type, -1)
    return item.place, item.name, item.template, item.logical_id, usage


def _priced(
    inventory: Inventory, charges: Sequence[Charge], prices: PriceList
) -> Iterator[CostItem]:
    """Yield an item for each charge: tiers are for all charges of an account in a Region."""
    groups: dict[tuple[str | None, ...], list[Charge]] = defaultdict(list)
    for charge in charges:
        region = charge.resource.template.region
        groups[charge.payer, region, charge.usage_type].append(charge)
    for (_, region, usage_type), group in groups.items():
        tiers = tiers_of(prices, region, usage_type or "")
        total = sum(_quantity(it) or 0 for it in group)
        cost = None if tiers is None else amount(tiers, total)
        yield from map(partial(_item, inventory, total=total, cost=cost), group)


def _quantity(charge: Charge) -> float | None:
    """Return the hours, gigabytes, or months per month."""
    if charge.number is None:
        return None
    hourly = USAGE_TYPES[charge.usage_type].unit == HOURS
    return charge.number * HOURS_PER_MONTH if hourly else charge.number


def _item(inventory: Inventory, charge: Charge, *, total: float, cost: float | None) -> CostItem:
    quantity, resource = _quantity(charge), charge.resource
    known = USAGE_TYPES.get(charge.usage_type, UsageType("endpoint", HOURS))
    monthly, reason = None, charge.reason
    if quantity is not None and cost is not None:
        monthly = cost * quantity / total if total else 0.0
    elif not reason:
        reason = f"there is no price of {charge.usage_type}"
    return CostItem(
        stack=stack_of(inventory, resource),
        account=charge.payer,
        region=resource.template.region,
        template=resource.template_name,
        logical_id=resource.logical_id,
        path=path_of(resource),
        usage_type=charge.usage_type,
        title=known.title,
        quantity=quantity,
        unit=known.unit,
        monthly_usd=monthly,
        reason=reason,
    )


def _notes_on_prices(items: Iterable[CostItem], prices: PriceList) -> Iterator[str]:
    """Say which Regions have the prices of another one, and which have none."""
    used: dict[str | None, set[str]] = defaultdict(set)
    for region in {it.region for it in items}:
        home = price_region(prices, region)
        if region is None or home != region:
            used[home].add(region or "a Region that isn't known")
    for home in sorted(used, key=lambda it: it or ""):
        regions = ", ".join(sorted(used[home]))
        if home is None:
            yield f"There are no prices for {regions}."
        else:
            yield f"The prices of {home} are used for {regions}."


def _notes_on_templates(inventory: Inventory) -> Iterator[str]:
    for template in inventory.templates:
        if not template.complete:
            name = template.name or "the template"
            yield f"Not everything in {name} can be seen: a macro, a loop, or a module adds to it."
