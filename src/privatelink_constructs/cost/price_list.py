"""The prices that an estimate is made with."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from privatelink_constructs.cost.refusing import refuse_problems
from privatelink_constructs.facts import prices as facts
from privatelink_constructs.rules.arguments import checked, checked_fields
from privatelink_constructs.rules.costs import price_file_well_formed, price_list_well_formed

if TYPE_CHECKING:
    from collections.abc import Mapping


@checked_fields()
@dataclass(frozen=True, kw_only=True)
class PriceList:
    """Prices by Region and usage type, in USD.

    A list with one Region is used for every Region of that partition, and each estimate tells so. A
    list with several is used for these only. What isn't listed stays unknown.

    Example::

        PriceList(
            name="our agreement with AWS",
            date="2026-11-01",
            prices={"eu-west-1": {"VpcEndpoint-Hours": 0.011, "LoadBalancerUsage": 0.0252}},
        )

    :param name: what the prices are, shown with each estimate.
    :param date: when they were valid, shown with each estimate.
    :param prices: by Region, and then by usage type as on the bill, without the Region's prefix. A
        price is a number in USD per hour, gigabyte, or month, or a list of tiers such as
        ``[[1048576, 0.01], [None, 0.006]]``: the end of the tier, and its price.
    :raises ValidationError: ``cost-prices-malformed``.
    :see: https://aws.amazon.com/privatelink/pricing/
    """

    name: str
    date: str
    prices: Mapping[str, Mapping[str, object]]

    def __post_init__(self) -> None:
        """Check the prices."""
        refuse_problems(price_list_well_formed(name=self.name, date=self.date, prices=self.prices))

    @staticmethod
    def us_east_1() -> PriceList:
        """Return AWS's list prices of US East (N. Virginia), the only list that is built in.

        It leaves out what isn't verified: capacity units of load balancers, Gateway Load Balancers,
        transit gateways, hosted zones, and data of resource endpoints.
        """
        return PriceList(
            name=facts.NAME, date=facts.DATE, prices={facts.REGION: dict(facts.PRICES)}
        )

    @staticmethod
    @checked()
    def from_file(path: str) -> PriceList:
        """Read prices from a JSON file with ``name``, ``date``, and ``prices``.

        :param path: the file.
        :raises OSError: when it can't be read.
        :raises ValidationError: ``cost-file-malformed``, ``cost-prices-malformed``.
        """
        content = _read(path)
        refuse_problems(price_file_well_formed(content, path=path))
        found = cast("dict[str, Any]", content)
        return PriceList(name=found["name"], date=found["date"], prices=found["prices"])


def _read(path: str) -> object:
    """Return what is in a file, None where it isn't JSON."""
    try:
        return json.loads(Path(path).read_text(encoding="utf-8"))
    except (ValueError, RecursionError):
        return None
