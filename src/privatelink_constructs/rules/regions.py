"""The rules for partitions and Regions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.facts.partitions import REGIONS, is_region_form, partition_of
from privatelink_constructs.rules import core
from privatelink_constructs.rules.core import Fix, error, warning

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from privatelink_constructs.rules.core import Problem


@error(
    "region-not-valid",
    "A Region must be a valid Region code.",
    why="The Amazon EC2 API rejects other values during deployment.",
    fix=Fix.same("use the code of a Region, such as eu-west-1"),
    url=core.SHARE_SERVICE,
)
def region_valid(region: str, *, further: Iterable[str] = ()) -> Iterator[str]:
    """Find a value that can't be the code of a Region now or later.

    :param further: Regions that a newer version of the CDK knows.
    """
    if not is_region_form(region) and region not in {*REGIONS, *further}:
        yield f"{region!r} is not a valid Region"


@warning(
    "region-unverified",
    "A Region should be a Region that this version knows.",
    why=(
        "AWS might have added the Region since this version was released. If it is a typing "
        "error, the Amazon EC2 API rejects it during deployment."
    ),
    fix=Fix.same("check the Region code, and acknowledge this warning if it is correct"),
    url="https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html",
)
def region_listed(region: str, *, further: Iterable[str] = ()) -> Iterator[str]:
    """Find a value that has the format of a Region code but isn't known.

    :param further: Regions that a newer version of the CDK knows.
    """
    if is_region_form(region) and region not in {*REGIONS, *further}:
        yield f"{region!r} is not a Region that this version knows"


def valid_region(region: str, *, further: Iterable[str] = ()) -> Iterator[Problem]:
    """Check that AWS has a Region, or might have it now.

    :param further: Regions that a newer version of the CDK knows.
    """
    yield from region_valid(region, further=further)
    yield from region_listed(region, further=further)


@error(
    "region-partition-mismatch",
    "A service, its endpoints, and the Regions that it supports must be in one partition.",
    why="Endpoints can't connect to a service in another partition.",
    fix=Fix.same(
        "use Regions of one partition. For other partitions, define another service there, or "
        "ask the provider to do so"
    ),
    url=core.SHARE_SERVICE,
)
def partition_shared(theirs: str | None, ours: str | None, *, said: str) -> Iterator[str]:
    """Find two things that are in different partitions.

    :param theirs: the name of one partition, None for one that AWS doesn't have.
    :param ours: the name of the other partition.
    :param said: where both are, as the message shows it.
    """
    if theirs != ours:
        yield said


@error(
    "cross-region-zones-insufficient",
    "A service that other Regions can use must be in two or more Availability Zones.",
    why="AWS requires two Availability Zones for cross-Region access.",
    fix=Fix(
        code="select subnets in at least two Availability Zones",
        template="give the load balancers subnets in at least two Availability Zones",
    ),
    url=core.SHARE_SERVICE,
)
def zones_enough_for_other_regions(
    regions: Sequence[str], *, host: str | None, zones: int | None
) -> Iterator[str]:
    """Find a service for other Regions that is in a single Availability Zone.

    :param regions: the Regions that the service supports, literals only.
    :param host: the service's own Region, None when it isn't known.
    :param zones: in how many Availability Zones the service is, None when it isn't known.
    """
    if zones is not None and zones < 2 and any(region != host for region in regions):  # noqa: PLR2004
        yield f"the service supports other Regions but is in only {zones} Availability Zone"


def valid_supported_regions(
    regions: Sequence[str],
    *,
    host: str | None,
    zones: int | None,
    further: Iterable[str] = (),
    argument: str = "",
) -> Iterator[Problem]:
    """Check the Regions that a service supports in addition to its own.

    :param regions: the Regions; tokens pass.
    :param host: the service's own Region, None when it isn't known.
    :param zones: in how many Availability Zones the service is, None when it isn't known.
    :param further: Regions that a newer version of the CDK knows.
    :param argument: the name of the argument. Default: empty, for a template.
    """
    named = core.items_of(regions, argument)
    literals = [(name, region) for name, region in named if not core.is_token(region)]
    for name, region in literals:
        yield from core.about(region_listed(region, further=further), name)
        yield from core.first_of(
            core.about(region_valid(region, further=further), name),
            core.about(_in_partition_of(host, region), name),
        )
    others = [region for _, region in literals]
    yield from zones_enough_for_other_regions(others, host=host, zones=zones)


def _in_partition_of(host: str | None, region: str) -> Iterator[Problem]:
    home = partition_of(host) if host else None
    if home is None:
        return
    partition = partition_of(region)
    name = partition.name if partition else None
    said = f"{region} is in {name or 'another partition'}, but the service is in {home.name}"
    yield from partition_shared(name, home.name, said=said)


@error(
    "vpc-region-mismatch",
    "A load balancer or an endpoint must be in the Region of its VPC.",
    why="AWS rejects the subnets, because they don't exist in another Region.",
    fix=Fix(
        code="use a VPC in the stack's Region, or define the construct in a stack in the VPC's "
        "Region",
        template="use subnets of the Region that the template is deployed to",
    ),
    url=core.NLB_ZONES,
)
def vpc_in_region(vpc: str | None, *, region: str, holder: str = "load balancer") -> Iterator[str]:
    """Find a VPC of another Region.

    :param vpc: the Region of the VPC, None when it isn't known.
    :param region: the Region of what is in the VPC.
    :param holder: what is in it.
    """
    if vpc is not None and vpc != region:
        yield f"the VPC is in {vpc}, but the {holder} is in {region}"
