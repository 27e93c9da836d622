"""Shows an estimate: as text, Markdown, or JSON. Each names its prices."""

from __future__ import annotations

import json
from collections import defaultdict
from itertools import groupby
from typing import TYPE_CHECKING

from privatelink_constructs.facts.prices import HOURS_PER_MONTH

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from privatelink_constructs.cost.items import CostItem, Estimated, HubComparison

_NAMES = 5
"""So many resources are named where the same isn't known of all of them."""
_WHAT = f"Estimate per month of {HOURS_PER_MONTH} hours, without taxes and discounts"


def as_text(estimate: Estimated) -> str:
    """Return an estimate as text for a terminal."""
    return "\n".join(_lines(estimate)) + "\n"


def _lines(estimate: Estimated) -> Iterator[str]:
    yield f"{_WHAT}."
    yield f"Prices: {prices_line(estimate)}."
    yield from estimate.notes
    known = [it for it in estimate.items if it.monthly_usd is not None]
    for place, items in groupby(known, key=lambda it: it.place):
        found = list(items)
        yield ""
        yield place
        yield from _aligned([*map(_row, found), ("stack", "", _usd(_sum(found)))])
    yield ""
    accounts = [(_account(it), "", _usd(usd)) for it, usd in estimate.by_account.items()]
    total = ("total", "", f"{_usd(estimate.monthly_usd)} USD per month")
    yield from _aligned([*(accounts if len(accounts) > 1 else ()), total], indent="")
    yield from _section("Not known, and not in the total:", unknown_lines(estimate.unknown))
    yield from _section("With a hub of endpoints:", map(hub_line, estimate.hubs))


def prices_line(estimate: Estimated) -> str:
    """Return which prices an estimate is made of."""
    prices = estimate.prices
    return f"{prices.name}, {', '.join(prices.prices)}, {prices.date}"


def _row(item: CostItem) -> tuple[str, str, str]:
    quantity = f"{item.quantity:,.10g} {item.unit}"
    return f"{item.name}: {item.title}", quantity, _usd(item.monthly_usd or 0)


def _usd(amount: float) -> str:
    # Not -0.00.
    return f"{round(amount, 2) + 0.0:,.2f}"


def _sum(items: Iterable[CostItem]) -> float:
    return sum(it.monthly_usd or 0 for it in items)


def _aligned(rows: Sequence[tuple[str, str, str]], indent: str = "  ") -> Iterator[str]:
    """Yield rows with their columns below each other, amounts by their decimal points."""
    first, second = (max(len(row[column]) for row in rows) for column in (0, 1))
    third = max(row[2].index(".") for row in rows)
    for name, quantity, usd in rows:
        place = usd.rjust(len(usd) + third - usd.index("."))
        yield f"{indent}{name:<{first}}  {quantity:>{second}}  {place}"


def _section(title: str, lines: Iterable[str]) -> Iterator[str]:
    found = list(lines)
    if found:
        yield from ("", title, *(f"  {line}" for line in found))


def unknown_lines(items: Iterable[CostItem]) -> Iterator[str]:
    """Yield what isn't known: one line for all resources of which the same isn't known."""
    groups: dict[tuple[str, str], list[str]] = defaultdict(list)
    for item in items:
        groups[item.title, item.reason].append(item.name)
    for (title, reason), names in groups.items():
        more = f", and {len(names) - _NAMES} more" if len(names) > _NAMES else ""
        yield f"{title}: {reason} ({', '.join(names[:_NAMES])}{more})"


def hub_line(hub: HubComparison) -> str:
    """Return what a hub would save, as a sentence."""
    saving = hub.saving_usd
    verb = f"saves {_usd(saving)} USD" if saving >= 0 else f"costs {_usd(-saving)} USD more"
    parts = [f"endpoints cost {_usd(hub.hub_usd)} instead of {_usd(hub.today_usd)}"]
    if hub.profile_usd:
        parts.append(f"Route 53 Profiles {_usd(hub.profile_usd)}")
    if hub.attachments_usd:
        parts.append(f"transit gateway attachments {_usd(hub.attachments_usd)}")
    left_out = " and ".join([*hub.without_price, "data through the transit gateway"])
    services = ", ".join(hub.services)
    return (
        f"{hub.region or 'Region not known'}: {verb} per month for {services} in "
        f"{hub.vpcs} VPCs ({', '.join(parts)}), without {left_out}"
    )


def as_markdown(estimate: Estimated) -> str:
    """Return an estimate as Markdown, such as for a comment on a pull request."""
    rows = [
        (it.place, it.name, it.title, *_row(it)[1:])
        for it in estimate.items
        if it.monthly_usd is not None
    ]
    total = f"**{_usd(estimate.monthly_usd)} USD per month** for AWS PrivateLink"
    lines = [
        f"{total}. {_WHAT}. Prices: {prices_line(estimate)}.",
        *("" for _ in rows[:1]),
        *_table(("stack", "resource", "what", "quantity", "USD"), rows),
        *_bullets("Sums", [f"{it}: {_usd(usd)}" for it, usd in _sums(estimate)]),
        *_bullets("Not known, and not in the total", unknown_lines(estimate.unknown)),
        *_bullets("With a hub of endpoints", map(hub_line, estimate.hubs)),
        *_bullets("Notes", estimate.notes),
    ]
    return "\n".join(lines) + "\n"


def _sums(estimate: Estimated) -> Iterator[tuple[str, float]]:
    yield from estimate.by_stack.items()
    yield from ((_account(it), usd) for it, usd in estimate.by_account.items())


def _account(account: str) -> str:
    return f"account {account}" if account.isdigit() else account


def _table(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    for number, row in enumerate(rows):
        if not number:
            yield f"| {' | '.join(heading)} |"
            yield f"|{'---|' * (len(heading) - 2)}---:|---:|"
        yield f"| {' | '.join(map(_cell, row))} |"


def _cell(text: str) -> str:
    return text.replace("|", r"\|").replace("\n", " ")


def _bullets(title: str, lines: Iterable[str]) -> Iterator[str]:
    found = list(lines)
    if found:
        yield from ("", f"{title}:", "", *(f"- {_cell(line)}" for line in found))


def as_json(estimate: Estimated) -> str:
    """Return an estimate as JSON."""
    prices = estimate.prices
    content = {
        "estimate": _WHAT,
        "prices": {"name": prices.name, "date": prices.date, "prices": prices.prices},
        "monthly_usd": _cents(estimate.monthly_usd),
        "stacks": {key: _cents(usd) for key, usd in estimate.by_stack.items()},
        "accounts": {key: _cents(usd) for key, usd in estimate.by_account.items()},
        "items": [_fields(it) for it in estimate.items],
        "hubs": [{**_fields(it), "saving_usd": _cents(it.saving_usd)} for it in estimate.hubs],
        "notes": list(estimate.notes),
    }
    return json.dumps(content, indent=2) + "\n"


def _fields(value: CostItem | HubComparison) -> dict[str, object]:
    return {
        key: _cents(found) if key.endswith("_usd") and isinstance(found, float) else found
        for key, found in vars(value).items()
    }


def _cents(amount: float) -> float:
    return round(amount, 2)
