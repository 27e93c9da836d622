"""AWS partitions and Regions, and the names that follow from them."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple


class Partition(NamedTuple):
    """A partition of AWS.

    :param name: as in ARNs, for example ``aws-cn``.
    :param dns_suffix: for example ``amazonaws.com.cn``.
    :param prefix: what the names of its Regions match.
    :param regions: the Regions known when this version was released.
    """

    name: str
    dns_suffix: str
    prefix: str
    regions: tuple[str, ...]


def _partition(name: str, dns_suffix: str, prefix: str, regions: str) -> Partition:
    return Partition(name, dns_suffix, prefix + r"[a-z]+-\d+$", tuple(regions.split()))


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

_FORM = (
    r"[a-z]+(-[a-z]+)*-(central|north|northeast|northwest|south|southeast|southwest|east|west)"
    r"-[1-9]\d?"
)
"""The endings of the names of all Regions. AWS has added prefixes, but no endings."""

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


@cache
def partition_of(region: str) -> Partition | None:
    """Return the partition of a Region, None for a text that isn't the name of a Region."""
    return next((entry for entry in PARTITIONS if re.match(entry.prefix, region)), None)


@cache
def is_region_form(region: str) -> bool:
    """Tell whether a text has the form of a Region's name in one of the partitions.

    AWS adds Regions more often than this package has releases, so a Region that isn't in
    :data:`REGIONS` may be one.
    """
    return re.fullmatch(_FORM, region) is not None and partition_of(region) is not None


def service_name_prefix(dns_suffix: str) -> str:
    """Return the beginning of the names of endpoint services in a partition.

    It is the partition's DNS suffix the other way round: ``com.amazonaws.vpce``,
    ``cn.com.amazonaws.vpce``, ``eu.amazonaws.vpce``.
    """
    return ".".join((*reversed(dns_suffix.split(".")), "vpce"))
