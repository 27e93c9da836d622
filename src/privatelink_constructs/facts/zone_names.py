"""Availability Zones, Local Zones, and Wavelength Zones, by their names and IDs.

:see: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-regions-availability-zones.html
"""

from __future__ import annotations

import re

from privatelink_constructs.facts.partitions import partition_of

_REGION = r"[a-z]{2,4}(?:-[a-z]+)+-\d+"
_REGION_IN_ID = r"[a-z]{3,6}\d+"
_WAVELENGTH_ZONE = rf"(?:{_REGION}|{_REGION_IN_ID})-wl\d+(?:-[a-z0-9]+)+"
"""Such as ``us-east-1-wl1-bos-wlz-1``, and its ID ``use1-wl1-bos-wlz1``."""
_LOCAL_ZONE = rf"{_REGION}-[a-z]+-\d+[a-z]|{_REGION_IN_ID}-[a-z]+\d+-az\d+"
"""Such as ``us-west-2-lax-1a``, and its ID ``usw2-lax1-az1``."""

CONSTRAINED_ZONES = frozenset({"use1-az3"})
"""AZ IDs where AWS has no Network Load Balancers.

:see: https://docs.aws.amazon.com/elasticloadbalancing/latest/network/availability-zones.html
"""

PERHAPS_CONSTRAINED_ZONES = frozenset({"apne1-az3", "usw1-az2"})
"""AZ IDs that new accounts don't get, and that AWS has little capacity in."""


def kind_of_zone(zone: str) -> str | None:
    """Return the kind of a zone, None for a standard Availability Zone.

    :param zone: its name or its ID.
    """
    if re.fullmatch(_WAVELENGTH_ZONE, zone, re.ASCII):
        return "a Wavelength Zone"
    if re.fullmatch(_LOCAL_ZONE, zone, re.ASCII):
        return "a Local Zone"
    return "a constrained Availability Zone" if zone in CONSTRAINED_ZONES else None


_POINTS = {
    "central": "c",
    "east": "e",
    "north": "n",
    "northeast": "ne",
    "northwest": "nw",
    "south": "s",
    "southeast": "se",
    "southwest": "sw",
    "west": "w",
}
_DOCUMENTED = frozenset({"aws", "aws-cn", "aws-us-gov"})
"""The partitions whose AZ IDs AWS documents."""
_ZONE_NAME = rf"(?P<region>{_REGION})(?:[a-z]|-[a-z0-9-]+)"
_ZONE_ID = r"(?P<prefix>[a-z]+\d+)-(?:[a-z0-9]+-)*[a-z]+\d+"
_STAND_IN = r"dummy\d[a-z]"
"""The names of zones that the CDK has yet to look up."""


def region_of_zone_name(name: str) -> str | None:
    """Return the Region in the name of a zone, such as ``eu-west-1a``, None for anything else."""
    match = re.fullmatch(_ZONE_NAME, name, re.ASCII)
    return match["region"] if match else None


def may_be_zone_name(name: str) -> bool:
    """Tell whether a text has the format of a zone name, or is the placeholder for one."""
    return region_of_zone_name(name) is not None or re.fullmatch(_STAND_IN, name) is not None


def zone_id_prefix(region: str) -> str | None:
    """Return what the AZ IDs of a Region begin with, such as ``euw1``, None if it isn't known.

    :see: https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-availability-zones.html
    """
    partition = partition_of(region)
    if partition is None or partition.name not in _DOCUMENTED:
        return None
    continent, *further, point, number = region.split("-")
    letter = _POINTS.get(point)
    return letter and f"{continent}{''.join(it[0] for it in further)}{letter}{number}"


def is_of_region(zone: str, region: str) -> bool | None:
    """Tell whether a zone is in a Region, None if that isn't known.

    :param zone: its name or its ID.
    """
    own = region_of_zone_name(zone)
    if own is not None:
        return own == region
    match, prefix = re.fullmatch(_ZONE_ID, zone, re.ASCII), zone_id_prefix(region)
    return match["prefix"] == prefix if match and prefix else None
