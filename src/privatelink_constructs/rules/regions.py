"""AWS partitions and Regions, and the names that follow from them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.facts.partitions import REGIONS, partition_of
from privatelink_constructs.rules import core
from privatelink_constructs.rules.core import Problem, error

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence


UNKNOWN_REGION = error(
    "region-unknown",
    "A Region is one that AWS has.",
    why="CloudFormation passes the name on, and the EC2 API refuses it.",
    remedy="use the code of a Region, such as eu-west-1",
    url=core.SHARE_SERVICE,
)
OTHER_PARTITION = error(
    "region-in-other-partition",
    "A service and the Regions it supports are in one partition.",
    why="Endpoints can't reach a service in another partition.",
    remedy=(
        "use Regions of one partition; for the others publish, or have the provider publish, "
        "another service there"
    ),
    url=core.SHARE_SERVICE,
)
TOO_FEW_ZONES = error(
    "cross-region-needs-two-zones",
    "A service that other Regions can use is in two or more Availability Zones.",
    why="AWS requires it for availability: it fails over between Availability Zones, not Regions.",
    remedy="select subnets in at least two Availability Zones",
    url=core.SHARE_SERVICE,
)


def check_region(region: str, *, further: Iterable[str] = ()) -> Iterator[Problem]:
    """Check that a Region exists.

    :param further: Regions that a newer version of the CDK knows.
    """
    if region not in REGIONS and region not in further:
        yield Problem(UNKNOWN_REGION, f"{region!r} is no AWS Region that is known here")


def check_supported_regions(
    regions: Sequence[str],
    *,
    host: str | None,
    zones: int | None,
    further: Iterable[str] = (),
) -> Iterator[Problem]:
    """Check the Regions that a service supports beside its own.

    :param regions: the Regions, literals only.
    :param host: the service's own Region, None when it isn't known.
    :param zones: in how many Availability Zones the service is, None when it isn't known.
    """
    home = partition_of(host) if host else None
    for region in regions:
        problems = list(check_region(region, further=further))
        yield from problems
        partition = partition_of(region)
        if not problems and home and partition is not home:
            name = partition.name if partition else "another partition"
            yield Problem(
                OTHER_PARTITION, f"{region} is in {name}, the service in {home.name} ({host})"
            )
    if zones is not None and zones < 2 and any(region != host for region in regions):  # noqa: PLR2004
        yield Problem(TOO_FEW_ZONES, f"the service is in {zones} Availability Zone")
