"""How much data goes through endpoints."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from privatelink_constructs.cost.charges import NO_TRAFFIC
from privatelink_constructs.cost.refusing import refuse_problems
from privatelink_constructs.cost.stacks import path_of
from privatelink_constructs.rules.core import about
from privatelink_constructs.rules.costs import traffic_for_endpoint, traffic_in_range

if TYPE_CHECKING:
    from collections.abc import Iterable

    from privatelink_constructs.cost.charges import Charge

EVERY = "*"
"""Represents all endpoints that aren't named."""
_ARGUMENT = "traffic_gb"


def with_traffic(
    charges: Iterable[Charge], gigabytes: float | Mapping[str, float] | None
) -> list[Charge]:
    """Return charges with the gigabytes that are specified.

    :param gigabytes: for each endpoint, or by its logical ID or its path; None if not known.
    :raises ValidationError: for a number or a name that isn't valid.
    """
    given = amounts_of(gigabytes)
    every = list(charges)
    open_ones = [it for it in every if it.reason == NO_TRAFFIC]
    known = {name for it in open_ones for name in _names(it)}
    for name in sorted(given.keys() - {EVERY}):
        refuse_problems(about(traffic_for_endpoint(name, known=known), _ARGUMENT))
    return [_filled(it, given) if it.reason == NO_TRAFFIC else it for it in every]


def amounts_of(gigabytes: float | Mapping[str, float] | None) -> Mapping[str, float]:
    """Return the gigabytes by the names of endpoints.

    :raises ValidationError: ``traffic-out-of-range``.
    """
    if not isinstance(gigabytes, Mapping):
        gigabytes = {} if gigabytes is None else {EVERY: gigabytes}
    for name, amount in gigabytes.items():
        argument = _ARGUMENT if name == EVERY else f"{_ARGUMENT}[{name!r}]"
        refuse_problems(about(traffic_in_range(amount), argument))
    return gigabytes


def _names(charge: Charge) -> list[str]:
    resource = charge.resource
    return [name for name in (path_of(resource), resource.logical_id) if name]


def _filled(charge: Charge, given: Mapping[str, float]) -> Charge:
    for name in (*_names(charge), EVERY):
        if name in given:
            return charge._replace(number=given[name], reason="")
    return charge
