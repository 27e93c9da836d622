"""Availability Zones, Local Zones, and Wavelength Zones, told apart by their names and IDs.

:see: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-regions-availability-zones.html
"""

from __future__ import annotations

import re

_REGION = r"[a-z]{2,4}(?:-[a-z]+)+-\d+"
_REGION_IN_ID = r"[a-z]{3,6}\d+"
_WAVELENGTH_ZONE = re.compile(rf"(?:{_REGION}|{_REGION_IN_ID})-wl\d+(?:-[a-z0-9]+)+", re.ASCII)
"""Such as ``us-east-1-wl1-bos-wlz-1``, and its ID ``use1-wl1-bos-wlz1``."""
_LOCAL_ZONE = re.compile(
    rf"{_REGION}-[a-z]+-\d+[a-z]|{_REGION_IN_ID}-[a-z]+\d+-az\d+",
    re.ASCII,
)
"""Such as ``us-west-2-lax-1a``, and its ID ``usw2-lax1-az1``."""

CONSTRAINED_ZONES = frozenset({"use1-az3"})
"""AZ IDs where AWS has no Network Load Balancers.

:see: https://docs.aws.amazon.com/elasticloadbalancing/latest/network/availability-zones.html
"""

PERHAPS_CONSTRAINED_ZONES = frozenset({"apne1-az3", "usw1-az2"})
"""AZ IDs that new accounts don't get, and that AWS has little capacity in."""


def kind_of_zone(zone: str) -> str | None:
    """Return what a zone is that isn't an ordinary Availability Zone, None for one that is.

    :param zone: its name or its ID.
    """
    if _WAVELENGTH_ZONE.fullmatch(zone):
        return "a Wavelength Zone"
    if _LOCAL_ZONE.fullmatch(zone):
        return "a Local Zone"
    return "a constrained Availability Zone" if zone in CONSTRAINED_ZONES else None
