"""AWS partitions and Regions, and the names that follow from them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from privatelink_constructs.rules import core
from privatelink_constructs.rules.core import Problem, error

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence


@dataclass(frozen=True)
class Partition:
    """A partition of AWS.

    :param name: as in ARNs, for example ``aws-cn``.
    :param dns_suffix: for example ``amazonaws.com.cn``.
    :param prefix: what the names of its Regions begin with.
    :param regions: the Regions known when this version was released.
    """

    name: str
    dns_suffix: str
    prefix: re.Pattern[str]
    regions: tuple[str, ...]


def _partition(name: str, dns_suffix: str, prefix: str, regions: str) -> Partition:
    return Partition(name, dns_suffix, re.compile(prefix + r"[a-z]+-\d+$"), tuple(regions.split()))


PARTITIONS = (
    _partition("aws-cn", "amazonaws.com.cn", "cn-", "cn-north-1 cn-northwest-1"),
    _partition("aws-us-gov", "amazonaws.com", "us-gov-", "us-gov-east-1 us-gov-west-1"),
    _partition("aws-eusc", "amazonaws.eu", "eusc-[a-z]{2}-", "eusc-de-east-1"),
    _partition("aws-iso", "c2s.ic.gov", "us-iso-", "us-iso-east-1 us-iso-west-1"),
    _partition("aws-iso-b", "sc2s.sgov.gov", "us-isob-", "us-isob-east-1 us-isob-west-1"),
    _partition("aws-iso-e", "cloud.adc-e.uk", "eu-isoe-", "eu-isoe-west-1"),
    _partition("aws-iso-f", "csp.hci.ic.gov", "us-isof-", "us-isof-east-1 us-isof-south-1"),
    _partition(
        "aws",
        "amazonaws.com",
        "[a-z]{2}-",
        "af-south-1 ap-east-1 ap-east-2 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 "
        "ap-south-2 ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-southeast-4 ap-southeast-5 "
        "ap-southeast-6 ap-southeast-7 ca-central-1 ca-west-1 eu-central-1 eu-central-2 eu-north-1 "
        "eu-south-1 eu-south-2 eu-west-1 eu-west-2 eu-west-3 il-central-1 me-central-1 me-south-1 "
        "mx-central-1 sa-east-1 us-east-1 us-east-2 us-west-1 us-west-2",
    ),
)
PARTITION_NAMES = frozenset(partition.name for partition in PARTITIONS)
REGIONS = frozenset(region for partition in PARTITIONS for region in partition.regions)

REGIONS_WITH_ZONES_PER_ACCOUNT = frozenset(
    {
        "ap-northeast-1",
        "ap-southeast-1",
        "ap-southeast-2",
        "eu-west-1",
        "sa-east-1",
        "us-east-1",
        "us-gov-west-1",
        "us-west-1",
        "us-west-2",
    }
)
"""Where an AZ name may mean another AZ in another account.

:see: https://docs.aws.amazon.com/global-infrastructure/latest/regions/az-ids.html
"""

ZONES_WITHOUT_CROSS_REGION = frozenset(
    {"use1-az3", "usw1-az2", "apne1-az3", "apne2-az2", "apne2-az4"}
)
"""AZ IDs that cross-Region access does not reach.

:see: https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-share-your-services.html
"""

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


def partition_of(region: str) -> Partition | None:
    """Return the partition that a Region's name belongs to, or None for no Region's name."""
    return next((entry for entry in PARTITIONS if entry.prefix.match(region)), None)


def service_name_prefix(dns_suffix: str) -> str:
    """Return what the names of endpoint services begin with in a partition.

    It is the partition's DNS suffix the other way round: ``com.amazonaws.vpce``,
    ``cn.com.amazonaws.vpce``, ``eu.amazonaws.vpce``.
    """
    return ".".join((*reversed(dns_suffix.split(".")), "vpce"))


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
