"""The rules for the Availability Zones of an interface endpoint."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from privatelink_constructs.facts.partitions import (
    REGIONS_WITH_ZONES_PER_ACCOUNT,
    ZONES_WITHOUT_CROSS_REGION,
)
from privatelink_constructs.rules import core
from privatelink_constructs.rules.availability_zones import zones_distinct
from privatelink_constructs.rules.core import Fix, error, first_of, warning

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from privatelink_constructs.rules.core import Problem

_AZ_IDS = "https://docs.aws.amazon.com/global-infrastructure/latest/regions/az-ids.html"


@error(
    "endpoint-subnet-missing",
    "An endpoint with network interfaces must have a subnet.",
    why="Without a subnet, the endpoint has no network interface, and clients can't connect.",
    fix=Fix(
        code="select subnets that exist in the VPC, one per Availability Zone",
        template="list one subnet per Availability Zone in SubnetIds",
    ),
    url=core.CREATE_ENDPOINT,
)
def endpoint_subnet_present(
    subnets: Collection[object] | None, *, reason: str = "the endpoint has no subnet"
) -> Iterator[str]:
    """Find an endpoint without a subnet.

    :param subnets: the subnets, None when they aren't known.
    :param reason: why there is none.
    """
    if subnets is not None and not subnets:
        yield reason


@dataclass(frozen=True)
class Zones:
    """The Availability Zones of one side, by name and by id.

    :param names: such as ``eu-west-1a``, None for one that isn't known; empty when none is known.
    :param ids: such as ``euw1-az1``, None for one that isn't known; empty when none is known.
    """

    names: Sequence[str | None] = ()
    ids: Sequence[str | None] = ()

    @property
    def count(self) -> int:
        """How many there are."""
        return max(len(self.names), len(self.ids))


@error(
    "endpoint-zones-mismatch",
    "An endpoint must have a subnet in an Availability Zone of the service.",
    why="AWS rejects subnets in other Availability Zones.",
    fix=Fix.same(
        "select subnets in the service's Availability Zones, or ask the provider to add one of "
        "yours"
    ),
    url=core.CREATE_ENDPOINT,
)
def zones_in_common(zones: Sequence[str | None], offered: Sequence[str | None]) -> Iterator[str]:
    """Find subnets that are all in other zones than the service, named in the same way.

    :param zones: the zone of each subnet, None when it isn't known.
    :param offered: the zones of the service, None for one that isn't known.
    """
    theirs = _listed(offered)
    ours = _listed(zones)
    if theirs and ours and not set(zones) & set(offered):
        yield f"the service is in {theirs}, but the subnets are in {ours}"


def _listed(zones: Iterable[str | None]) -> str:
    """Return zones as messages show them, or an empty string if one of them isn't known."""
    names = sorted({zone or "" for zone in zones})
    return ", ".join(names) if all(names) else ""


@error(
    "endpoint-zone-not-supported",
    "Each subnet of an endpoint must be in an Availability Zone of the service.",
    why="AWS rejects the subnet, because the service doesn't support its Availability Zone.",
    fix=Fix(
        code="omit the subnet, or add the Availability Zone to the service's load balancers",
        template=(
            "remove the subnet from SubnetIds, or add the Availability Zone to the service's load "
            "balancers"
        ),
    ),
    url=core.CREATE_ENDPOINT,
)
def zones_offered(zones: Sequence[str | None], offered: Sequence[str | None]) -> Iterator[str]:
    """Find zones that the service isn't in; the parameters are those of ``zones_in_common``."""
    yield from _not_offered(zones, offered)


@warning(
    "endpoint-subnet-ineffective",
    "All selected subnets should be in Availability Zones of the service.",
    why="The endpoint has no network interface in other Availability Zones, so traffic from "
    "clients there crosses zones.",
    fix=Fix.same(
        "select only the service's Availability Zones, or ask the provider to add the others"
    ),
    url=core.SHARE_SERVICE,
)
def zones_covered(zones: Sequence[str | None], offered: Sequence[str | None]) -> Iterator[str]:
    """Find zones of subnets that are omitted; the parameters are those of ``zones_in_common``."""
    yield from _not_offered(zones, offered)


def _not_offered(zones: Sequence[str | None], offered: Sequence[str | None]) -> Iterator[str]:
    theirs = _listed(offered)
    missing = _listed({zone for zone in zones if zone} - set(offered))
    if theirs and missing:
        yield f"the service is in {theirs}, but not in {missing}"


def valid_zones(zones: Sequence[str | None], offered: Sequence[str | None]) -> Iterator[Problem]:
    """Check that each subnet of an endpoint is in a zone of the service, named in the same way.

    :param zones: the zone of each subnet, None when it isn't known.
    :param offered: the zones of the service, None for one that isn't known.
    """
    yield from first_of(zones_in_common(zones, offered), zones_offered(zones, offered))


@warning(
    "endpoint-zone-ids-missing",
    "Availability Zones of two accounts should be compared by their AZ IDs.",
    why="In this Region, a name can refer to a different Availability Zone in each account.",
    fix=Fix(
        code="pass availability_zone_ids on both sides, or acknowledge this warning if the names "
        "refer to the same zones",
        template=(
            "set AvailabilityZoneId of the subnets on both sides, or acknowledge this warning if "
            "the names refer to the same zones"
        ),
    ),
    url=_AZ_IDS,
)
def zone_names_uniform(
    subnets: Zones, service: Zones, *, same_account: bool | None, region: str | None
) -> Iterator[str]:
    """Find zones of which only the names are known, where these differ from account to account.

    :param subnets: the zone of each selected subnet.
    :param service: the zones of the service.
    :param same_account: whether both sides are in one account, None when it isn't known.
    :param region: the Region that both are in, None when it isn't known.
    """
    uniform = region is not None and region not in REGIONS_WITH_ZONES_PER_ACCOUNT
    if _names_known(subnets, service) and not same_account and not uniform:
        yield (
            "only the names of the Availability Zones are known, which can differ between "
            f"accounts in {region or 'this Region'}"
        )


@warning(
    "endpoint-zones-undetermined",
    "The Availability Zones that the endpoint and the service have in common should be known.",
    why="AWS rejects subnets in other Availability Zones.",
    fix=Fix(
        code=(
            "set env on both stacks, or pass availability_zone_ids on both sides, such as "
            '{"eu-west-1a": "euw1-az1"}, or acknowledge this warning if all subnets are in '
            "Availability Zones of the service"
        ),
        template=(
            "set AvailabilityZoneId of the subnets on both sides, or acknowledge this warning if "
            "all subnets are in Availability Zones of the service"
        ),
    ),
    url=_AZ_IDS,
)
def zones_known(subnets: Zones, service: Zones) -> Iterator[str]:
    """Find zones of which neither all ids nor all names are known on both sides.

    :param subnets: the zone of each selected subnet.
    :param service: the zones of the service.
    """
    if not _ids_known(subnets, service) and not _names_known(subnets, service):
        theirs, ours = _as_far_as_known(service), _as_far_as_known(subnets)
        yield (
            f"the Availability Zones of the service are {theirs}, and those of the subnets are "
            f"{ours}"
        )


def _ids_known(subnets: Zones, service: Zones) -> bool:
    return _comparable(subnets.ids, subnets.count) and _comparable(service.ids)


def _names_known(subnets: Zones, service: Zones) -> bool:
    return _comparable(subnets.names, subnets.count) and _comparable(service.names)


def _comparable(zones: Sequence[str | None], count: int = 1) -> bool:
    return len(zones) >= count > 0 and all(zones)


def _as_far_as_known(zones: Zones) -> str:
    for values in (zones.ids, zones.names):
        if any(values):
            return ", ".join(zone or "unknown" for zone in values)
    return "unknown"


@warning(
    "endpoint-zones-insufficient",
    "An endpoint should be in two or more Availability Zones.",
    why="If the only Availability Zone fails, no client can connect.",
    fix=Fix.same("select subnets in at least two Availability Zones"),
    url=core.SHARE_SERVICE,
)
def several_zones(zones: int) -> Iterator[str]:
    """Find an endpoint that is in a single Availability Zone."""
    if zones < 2:  # noqa: PLR2004 - one is too few
        yield f"the endpoint is in {zones} Availability Zone"


@error(
    "endpoint-zone-cross-region-not-supported",
    "An endpoint to another Region must be in Availability Zones with cross-Region access.",
    why="A few Availability Zones don't support cross-Region access, and AWS rejects subnets "
    "there.",
    fix=Fix.same("select subnets in other Availability Zones"),
    url=core.SHARE_SERVICE,
)
def zones_with_cross_region(ids: Sequence[str | None]) -> Iterator[str]:
    """Find zones of an endpoint to another Region without access to it.

    :param ids: the AZ IDs of the endpoint, None for unknown ones.
    """
    for zone in sorted({zone for zone in ids if zone} & ZONES_WITHOUT_CROSS_REGION):
        yield f"Availability Zone {zone} doesn't support cross-Region access"


@error(
    "endpoint-zonal-name-mismatch",
    "A zonal DNS name must be for an Availability Zone of the endpoint.",
    why="The name of another Availability Zone doesn't resolve.",
    fix=Fix.same("use an Availability Zone of the endpoint, or the regional DNS name"),
    url=core.CREATE_ENDPOINT,
)
def zone_of_endpoint(zone: str, zones: Iterable[str]) -> Iterator[str]:
    """Find an Availability Zone that an endpoint isn't in.

    :param zones: the names of the zones that it is in.
    """
    names = sorted(zones)
    if zone not in names:
        yield f"the endpoint isn't in the Availability Zone {zone!r}. It is in {', '.join(names)}"


@dataclass(frozen=True)
class ZoneMatch:
    """Which subnets an endpoint can have.

    :param positions: the positions of these subnets among the selected ones.
    :param problems: what was found; with an error among it, ``positions`` is of no use.
    """

    positions: tuple[int, ...]
    problems: tuple[Problem, ...] = ()


def match_zones(
    subnets: Zones,
    service: Zones,
    *,
    same_account: bool | None,
    region: str | None,
    cross_region: bool = False,
) -> ZoneMatch:
    """Match a consumer's subnets with the Availability Zones that a service is in.

    AZ IDs are compared where all of them are known. Names are compared within an account, and
    across accounts where they mean the same to everyone. Otherwise, all subnets are used, with a
    warning.

    :param subnets: the zone of each selected subnet.
    :param service: the zones of the service.
    :param same_account: whether both sides are in one account, None when it isn't known.
    :param region: the Region that both are in, None when it isn't known.
    :param cross_region: whether the service is in another Region. Its zones have no effect then.
    """
    everything = tuple(range(subnets.count))
    if cross_region:
        problems = (*zones_with_cross_region(subnets.ids), *_valid_selection(subnets))
        return ZoneMatch(everything, problems)
    if _ids_known(subnets, service):
        return _match(subnets.ids, service.ids)
    unclear = (
        *zones_known(subnets, service),
        *zone_names_uniform(subnets, service, same_account=same_account, region=region),
    )
    if unclear:
        return ZoneMatch(everything, (*unclear, *_valid_selection(subnets)))
    return _match(subnets.names, service.names)


def _match(zones: Sequence[str | None], offered: Sequence[str | None]) -> ZoneMatch:
    apart = tuple(zones_in_common(zones, offered))
    if apart:
        return ZoneMatch((), apart)
    positions = tuple(index for index, zone in enumerate(zones) if zone in set(offered))
    kept = [zones[index] for index in positions]
    problems = list(zones_distinct(kept))
    problems.extend(zones_covered(zones, offered))
    problems.extend(several_zones(len(set(kept))))
    return ZoneMatch(positions, tuple(problems))


def _valid_selection(subnets: Zones) -> Iterator[Problem]:
    """Check a selection in which all subnets are used."""
    zones = subnets.names or subnets.ids
    yield from endpoint_subnet_present(zones)
    yield from zones_distinct(zones)
    if len(zones) == 1 or (zones and all(zones)):
        yield from several_zones(len(set(zones)))
