"""What an estimate consists of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from privatelink_constructs.cost.price_list import PriceList


@dataclass(frozen=True, kw_only=True)
class CostItem:
    """Something that AWS charges for, and what it costs per month.

    :param stack: the name of the stack.
    :param account: the account that pays, None if it isn't known.
    :param region: the Region, None if it isn't known.
    :param template: the name of the template.
    :param logical_id: the logical ID of the resource.
    :param path: the path of the construct that defines it, empty if the template doesn't have it.
    :param usage_type: what AWS's bill calls it, without the Region's prefix; empty if it isn't
        known.
    :param title: what it is.
    :param quantity: how much of it there is per month, None if it isn't known.
    :param unit: what the quantity is in: hours, GB, or months.
    :param monthly_usd: what it costs in USD per month, None if it isn't known.
    :param reason: why something isn't known, empty if everything is.
    """

    stack: str
    account: str | None
    region: str | None
    template: str
    logical_id: str
    path: str
    usage_type: str
    title: str
    quantity: float | None
    unit: str
    monthly_usd: float | None
    reason: str

    @property
    def name(self) -> str:
        """The path of the construct, or the logical ID."""
        return self.path or self.logical_id

    @property
    def place(self) -> str:
        """The stack, with its account and Region as far as they are known."""
        known = [it for it in (self.account, self.region) if it]
        return f"{self.stack} ({', '.join(known)})" if known else self.stack


@dataclass(frozen=True, kw_only=True)
class HubComparison:
    """What one set of endpoints for several VPCs would cost, in place of one set in each VPC.

    :param region: the Region, None if it isn't known.
    :param services: the services that more than one VPC has endpoints to, sorted.
    :param vpcs: how many VPCs have them.
    :param today_usd: what these endpoints cost now, per month.
    :param hub_usd: what endpoints in a hub would cost.
    :param profile_usd: what Route 53 Profiles would cost, 0 if there is one already; None if there
        is no price.
    :param attachments: how many of the VPCs have no attachment to a transit gateway.
    :param attachments_usd: what these would cost, None if there is no price.
    """

    region: str | None
    services: tuple[str, ...]
    vpcs: int
    today_usd: float
    hub_usd: float
    profile_usd: float | None
    attachments: int
    attachments_usd: float | None

    @property
    def saving_usd(self) -> float:
        """What a hub would save per month, without what has no price; negative if it costs more."""
        return self.today_usd - self.hub_usd - (self.profile_usd or 0) - (self.attachments_usd or 0)

    @property
    def without_price(self) -> tuple[str, ...]:
        """What a hub needs and has no price, so that it is left out of what it would save."""
        found = [] if self.profile_usd is not None else ["Route 53 Profiles"]
        if self.attachments_usd is None and self.attachments:
            plural = "" if self.attachments == 1 else "s"
            found.append(f"{self.attachments} transit gateway attachment{plural}")
        return tuple(found)


class Estimated(Protocol):
    """An estimate, as it is shown."""

    @property
    def items(self) -> Sequence[CostItem]:
        """What costs something, or may cost something."""
        ...

    @property
    def hubs(self) -> Sequence[HubComparison]:
        """What hubs would save."""
        ...

    @property
    def prices(self) -> PriceList:
        """The prices."""
        ...

    @property
    def notes(self) -> Sequence[str]:
        """What else there is to know."""
        ...

    @property
    def monthly_usd(self) -> float:
        """The sum of what is known."""
        ...

    @property
    def by_stack(self) -> Mapping[str, float]:
        """The sum for each stack."""
        ...

    @property
    def by_account(self) -> Mapping[str, float]:
        """The sum for each account."""
        ...

    @property
    def unknown(self) -> Sequence[CostItem]:
        """The items that aren't in the sum."""
        ...
