"""Which Availability Zones an interface endpoint is in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from privatelink_constructs.facts.partitions import (
    REGIONS_WITH_ZONES_PER_ACCOUNT,
    ZONES_WITHOUT_CROSS_REGION,
)
from privatelink_constructs.rules import core
from privatelink_constructs.rules.availability_zones import subnet_zones, zones_distinct
from privatelink_constructs.rules.core import Problem, error, warning

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_AZ_IDS = "https://docs.aws.amazon.com/global-infrastructure/latest/regions/az-ids.html"
NO_COMMON_ZONE = error(
    "endpoint-zones-no-overlap",
    "An endpoint has a subnet in an Availability Zone that the service is in.",
    why="AWS refuses subnets in any other Availability Zone.",
    remedy="select subnets in the service's Availability Zones, or have the provider add one",
    url=core.CREATE_ENDPOINT,
)
ZONE_NOT_OFFERED = error(
    "endpoint-zone-not-offered",
    "Each subnet of an endpoint is in an Availability Zone that the service is in.",
    why="AWS refuses the subnet: the service does not support its Availability Zone.",
    remedy="take the subnet out, or add the Availability Zone to the service's load balancers",
    url=core.CREATE_ENDPOINT,
)
ZONES_LEFT_OUT = warning(
    "endpoint-zones-not-covered",
    "All selected subnets are in Availability Zones that the service is in.",
    why="The endpoint has no network interface in the others, and clients there cross zones.",
    remedy="select the service's Availability Zones alone, or have the provider add the others",
    url=core.SHARE_SERVICE,
)
ZONES_BY_NAME = warning(
    "endpoint-zones-matched-by-name",
    "Availability Zones of two accounts are compared by their ids.",
    why="In this Region a name may stand for another Availability Zone in another account.",
    remedy="give availability_zone_ids on both sides, or acknowledge that the names agree",
    url=_AZ_IDS,
)
ZONES_UNKNOWN = warning(
    "endpoint-zones-unknown",
    "It is known which Availability Zones the endpoint and the service have in common.",
    why="AWS refuses subnets in Availability Zones that the service isn't in.",
    remedy="give availability_zone_ids on both sides, or acknowledge that all subnets are right",
    url=_AZ_IDS,
)
SINGLE_ZONE = warning(
    "endpoint-single-availability-zone",
    "An endpoint is in two or more Availability Zones.",
    why="When the only one fails, every client is cut off.",
    remedy="select subnets in at least two Availability Zones",
    url=core.SHARE_SERVICE,
)
ZONE_WITHOUT_CROSS_REGION = error(
    "endpoint-zone-without-cross-region",
    "An endpoint to another Region is in Availability Zones that cross-Region access reaches.",
    why="AWS refuses subnets in the few that it doesn't reach.",
    remedy="select subnets in other Availability Zones",
    url=core.SHARE_SERVICE,
)
ENDPOINT_ZONE_UNKNOWN = error(
    "endpoint-zone-unknown",
    "A zonal name is of an Availability Zone that the endpoint is in.",
    why="Any other name resolves to nothing.",
    remedy="use an Availability Zone of the endpoint, or its regional name",
    url=core.CREATE_ENDPOINT,
)


@dataclass(frozen=True)
class ZoneMatch:
    """Which subnets an endpoint can have.

    :param positions: the positions of these subnets among the selected ones.
    :param problems: what was found; with an error among it, ``positions`` is of no use.
    """

    positions: tuple[int, ...]
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class Zones:
    """The Availability Zones of one side, by name and by id.

    :param names: such as ``eu-west-1a``, None for one that isn't known; empty when none is known.
    :param ids: such as ``euw1-az1``, None for one that isn't known; empty when none is known.
    """

    names: Sequence[str | None] = ()
    ids: Sequence[str | None] = ()


def match_zones(
    subnets: Zones,
    service: Zones,
    *,
    same_account: bool | None,
    region: str | None,
    cross_region: bool = False,
) -> ZoneMatch:
    """Match a consumer's subnets with the Availability Zones that a service is in.

    AZ ids are compared where all of them are known. Names are compared within an account, and
    across accounts where they mean the same to everyone. Otherwise all subnets are taken, with a
    warning.

    :param subnets: the zone of each selected subnet.
    :param service: the zones of the service.
    :param same_account: whether both sides are in one account, None when it isn't known.
    :param region: the Region that both are in, None when it isn't known.
    :param cross_region: whether the service is in another Region: its zones don't matter then.
    """
    count = max(len(subnets.names), len(subnets.ids))
    everything = tuple(range(count))
    if cross_region:
        return ZoneMatch(everything, (*check_cross_region_zones(subnets.ids), *_check_all(subnets)))
    if _comparable(subnets.ids, count) and _comparable(service.ids):
        return _match(subnets.ids, service.ids)
    names_known = _comparable(subnets.names, count) and _comparable(service.names)
    if names_known and (same_account or _uniform(region)):
        return _match(subnets.names, service.names)
    if not names_known:
        found = _unknown(subnets, service)
    else:
        found = Problem(
            ZONES_BY_NAME, f"the zones are known by name alone in {region or 'a Region'}"
        )
    return ZoneMatch(everything, (found, *_check_all(subnets)))


def _comparable(zones: Sequence[str | None], count: int = 1) -> bool:
    return len(zones) >= count > 0 and all(zones)


def _uniform(region: str | None) -> bool:
    return region is not None and region not in REGIONS_WITH_ZONES_PER_ACCOUNT


def _unknown(subnets: Zones, service: Zones) -> Problem:
    return Problem(
        ZONES_UNKNOWN,
        f"the service's zones are {_listed(service)}, the subnets' zones {_listed(subnets)}",
    )


def _listed(zones: Zones) -> str:
    for values in (zones.ids, zones.names):
        if any(values):
            return ", ".join(zone or "unknown" for zone in values)
    return "unknown"


def _match(zones: Sequence[str | None], offered: Sequence[str | None]) -> ZoneMatch:
    positions = tuple(index for index, zone in enumerate(zones) if zone in set(offered))
    kept = [zones[index] for index in positions]
    left_out = sorted({str(zone) for zone in zones} - {str(zone) for zone in kept})
    theirs = ", ".join(sorted({str(zone) for zone in offered}))
    if not positions:
        found = f"the service is in {theirs}, the subnets are in {', '.join(left_out) or 'none'}"
        return ZoneMatch((), (Problem(NO_COMMON_ZONE, found),))
    problems = list(zones_distinct(kept))
    if left_out:
        found = f"the service is in {theirs}, and not in {', '.join(left_out)}"
        problems.append(Problem(ZONES_LEFT_OUT, found))
    problems.extend(check_zone_count(len(set(kept))))
    return ZoneMatch(positions, tuple(problems))


def _check_all(subnets: Zones) -> Iterator[Problem]:
    """Check subnets that are all taken."""
    zones = subnets.names or subnets.ids
    yield from subnet_zones(zones)
    if zones and all(zones):
        yield from check_zone_count(len(set(zones)))
    elif len(zones) == 1:
        yield from check_zone_count(1)


def check_zone_count(zones: int) -> Iterator[Problem]:
    """Check in how many Availability Zones an endpoint is."""
    if zones < 2:  # noqa: PLR2004 - one is too few
        yield Problem(SINGLE_ZONE, f"the endpoint is in {zones} Availability Zone")


def check_zones_offered(
    zones: Sequence[str | None], offered: Sequence[str | None]
) -> Iterator[Problem]:
    """Check that each subnet of an endpoint is in a zone of the service, named in the same way.

    :param zones: the zone of each subnet, None when it isn't known.
    :param offered: the zones of the service, None for one that isn't known.
    """
    if not offered or not all(offered):
        return
    theirs = sorted({str(zone) for zone in offered})
    missing = sorted({zone for zone in zones if zone} - set(theirs))
    if missing and all(zones) and len(missing) == len(set(zones)):
        found = f"the service is in {', '.join(theirs)}, the subnets are in {', '.join(missing)}"
        yield Problem(NO_COMMON_ZONE, found)
    elif missing:
        yield Problem(
            ZONE_NOT_OFFERED,
            f"the service is in {', '.join(theirs)}, and not in {', '.join(missing)}",
        )


def check_cross_region_zones(ids: Sequence[str | None]) -> Iterator[Problem]:
    """Check the AZ ids of an endpoint to a service in another Region; None for unknown ones."""
    for zone in sorted({zone for zone in ids if zone} & ZONES_WITHOUT_CROSS_REGION):
        yield Problem(ZONE_WITHOUT_CROSS_REGION, f"{zone} has no cross-Region access")


def check_endpoint_zone(zone: str, zones: Iterable[str]) -> Iterator[Problem]:
    """Check that an endpoint is in an Availability Zone.

    :param zones: the names of the zones that it is in.
    """
    names = sorted(zones)
    if zone not in names:
        yield Problem(ENDPOINT_ZONE_UNKNOWN, f"{zone!r} is none of {', '.join(names)}")
