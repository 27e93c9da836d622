"""The rules for the Availability Zones that support Network Load Balancers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.facts.zone_names import (
    PERHAPS_CONSTRAINED_ZONES,
    is_of_region,
    kind_of_zone,
    may_be_zone_name,
    region_of_zone_name,
)
from privatelink_constructs.rules import core
from privatelink_constructs.rules.core import Fix, error, is_token, known, warning

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from privatelink_constructs.rules.core import Problem


@error(
    "zone-not-supported",
    "A service and its endpoints must be in Availability Zones that support Network Load "
    "Balancers.",
    why=(
        "AWS rejects Network Load Balancers and endpoints in Local Zones, Wavelength Zones, and "
        "constrained Availability Zones."
    ),
    fix=Fix(
        code="use other Availability Zones, for example with "
        "SubnetSelection(availability_zones=[...])",
        template="use only subnets in other Availability Zones",
    ),
    url=core.NLB_ZONES,
)
def zones_supported(zones: Iterable[str | None], *, holder: str = "load balancer") -> Iterator[str]:
    """Find zones without Network Load Balancers.

    :param zones: the names or the IDs of zones, None for one that isn't known.
    :param holder: what is in them.
    """
    for zone in sorted({zone for zone in zones if zone}):
        kind = kind_of_zone(zone)
        if kind is not None:
            yield f"the {holder} is in {zone}, which is {kind}"


@warning(
    "zone-undetermined",
    "A service should be in Availability Zones that are open to new accounts.",
    why="AWS limits access to this Availability Zone and can reject Network Load Balancers there.",
    fix=Fix.same(
        "use another Availability Zone, or acknowledge this warning if your account can use it"
    ),
    url=core.NLB_ZONES,
)
def zones_unconstrained(
    zones: Iterable[str | None], *, holder: str = "load balancer"
) -> Iterator[str]:
    """Find zones that AWS might constrain; parameters as of ``zones_supported``."""
    for zone in sorted({zone for zone in zones if zone} & PERHAPS_CONSTRAINED_ZONES):
        yield f"the {holder} is in {zone}"


@warning(
    "zone-ineffective",
    "The subnets that are selected by default should be in standard Availability Zones.",
    why=(
        "AWS doesn't support Network Load Balancers in Local Zones, Wavelength Zones, and "
        "constrained Availability Zones, so the library omits these subnets."
    ),
    fix=Fix(
        code="select subnets in other Availability Zones, for example with "
        "subnets=SubnetSelection(availability_zones=[...])",
        template="use only subnets in other Availability Zones",
    ),
    url=core.NLB_ZONES,
)
def zones_left_out(zones: Iterable[str]) -> Iterator[str]:
    """Find zones that the default selection omits.

    :param zones: the names or the IDs of zones that aren't supported.
    """
    for zone in sorted(set(zones)):
        yield f"the subnet in {zone} is omitted, because {zone} is {kind_of_zone(zone)}"


def valid_zone_kinds(
    zones: Iterable[str | None], *, holder: str = "load balancer"
) -> Iterator[Problem]:
    """Check the kinds of zones; parameters as of ``zones_supported``."""
    listed = list(zones)
    yield from zones_supported(listed, holder=holder)
    yield from zones_unconstrained(listed, holder=holder)


_AZ_IDS = "https://docs.aws.amazon.com/global-infrastructure/latest/regions/az-ids.html"


@error(
    "zone-region-mismatch",
    "Availability Zones must be in the Region of the service or the endpoint.",
    why="The Region has no such Availability Zone, so the zones of consumers never match it.",
    fix=Fix.same(
        "use the names and IDs that aws ec2 describe-availability-zones returns in the Region"
    ),
    url=_AZ_IDS,
)
def zones_in_region(zones: Iterable[str | None], region: str | None) -> Iterator[str]:
    """Find zones of another Region.

    :param zones: the names or the IDs of zones, None for one that isn't known.
    :param region: the Region, None when it isn't known.
    """
    # Another rule covers other kinds of zones.
    ordinary = {zone for zone in zones if zone and kind_of_zone(zone) is None}
    for zone in sorted(ordinary):
        if region is not None and is_of_region(zone, region) is False:
            yield f"{zone!r} is not an Availability Zone of {region}"


@error(
    "zone-name-malformed",
    "The name of an Availability Zone must be its Region and a letter.",
    why="Names are compared with names, so another value never matches.",
    fix=Fix.same("use names such as eu-west-1a"),
    url=_AZ_IDS,
)
def zone_names_valid(names: Iterable[str]) -> Iterator[str]:
    """Find values that aren't names of Availability Zones. Tokens pass."""
    for name in names:
        if not is_token(name) and not may_be_zone_name(name):
            yield f"{name!r} is not a valid name of an Availability Zone"


@warning(
    "service-zone-ids-ineffective",
    "availability_zone_ids should contain only Availability Zones of the service.",
    why="AZ IDs of other Availability Zones have no effect. They might be typing errors.",
    fix=Fix(
        code="remove the other Availability Zones, or acknowledge this warning",
        template="remove the other Availability Zones",
    ),
    url=_AZ_IDS,
)
def zone_ids_used(zones: Collection[str], ids: Mapping[str, str]) -> Iterator[str]:
    """Find AZ IDs of zones that the service isn't in.

    :param zones: the names of the zones, tokens included; empty when not all are known.
    :param ids: the AZ ID for each name of a zone.
    """
    if zones and not any(map(is_token, (*zones, *ids))):
        # Zones without load balancers have their own warning.
        usual = {name for name, zone in ids.items() if not kind_of_zone(zone)}
        others = sorted(usual - set(zones))
        if others:
            yield (
                f"availability_zone_ids contains {', '.join(others)}, but the service is in "
                f"{', '.join(sorted(zones))}"
            )


def valid_zone_places(zone_ids: Mapping[str, str], region: str | None) -> Iterator[Problem]:
    """Check that the zones of a service or an endpoint are in its Region, by name and by ID.

    :param zone_ids: the AZ ID for each name of a zone.
    :param region: the Region of the service or the endpoint, None when it isn't known.
    """
    yield from zone_names_valid(zone_ids)
    yield from zones_in_region(map(known, (*zone_ids, *zone_ids.values())), region)
    for name, zone in zone_ids.items():
        yield from zones_in_region([known(zone)], region_of_zone_name(name))
