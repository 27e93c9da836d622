"""Which zones AWS has Network Load Balancers in, and so services and their endpoints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.facts.zone_names import PERHAPS_CONSTRAINED_ZONES, kind_of_zone
from privatelink_constructs.rules import core
from privatelink_constructs.rules.core import Fix, error, warning

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from privatelink_constructs.rules.core import Problem


@error(
    "zone-not-supported",
    "A service and its endpoints must be in Availability Zones that have Network Load Balancers.",
    why=(
        "AWS rejects Network Load Balancers in Local Zones, Wavelength Zones, and constrained "
        "Availability Zones, and endpoints where the service can't be."
    ),
    fix=Fix(
        code="use only other Availability Zones, for example with "
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
    why="AWS constrains this Availability Zone, and can reject Network Load Balancers there.",
    fix=Fix.same("use another Availability Zone, or acknowledge that your account can use it"),
    url=core.NLB_ZONES,
)
def zones_unconstrained(
    zones: Iterable[str | None], *, holder: str = "load balancer"
) -> Iterator[str]:
    """Find zones that AWS may have constrained; parameters as of ``zones_supported``."""
    for zone in sorted({zone for zone in zones if zone} & PERHAPS_CONSTRAINED_ZONES):
        yield f"the {holder} is in {zone}"


@warning(
    "zone-ineffective",
    "The subnets that are selected by default should be in ordinary Availability Zones.",
    why=(
        "AWS has no Network Load Balancers in Local Zones, Wavelength Zones, and constrained "
        "Availability Zones, so these subnets are left out."
    ),
    fix=Fix(
        code="select subnets in other Availability Zones, for example with "
        "subnets=SubnetSelection(availability_zones=[...])",
        template="use only subnets in other Availability Zones",
    ),
    url=core.NLB_ZONES,
)
def zones_left_out(zones: Iterable[str]) -> Iterator[str]:
    """Find zones of a default selection that are left out.

    :param zones: the names or the IDs of zones that aren't supported.
    """
    for zone in sorted(set(zones)):
        yield f"the subnet in {zone} is left out, because that is {kind_of_zone(zone)}"


def valid_zone_kinds(
    zones: Iterable[str | None], *, holder: str = "load balancer"
) -> Iterator[Problem]:
    """Check the kinds of zones; parameters as of ``zones_supported``."""
    listed = list(zones)
    yield from zones_supported(listed, holder=holder)
    yield from zones_unconstrained(listed, holder=holder)
