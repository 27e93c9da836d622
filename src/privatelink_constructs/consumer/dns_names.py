"""The names that AWS gives to endpoints.

They are made of the first entry of ``DnsEntries`` alone, ``zone id:regional name``: the others have
no reliable order, and change with the subnets.
"""

from __future__ import annotations

import aws_cdk as cdk

from privatelink_constructs.rules.core import is_token

_MARK = ".vpce-svc-"


def regional_entry(entries: list[str]) -> dict[str, object]:
    """Return the zone id and the name of the first of an endpoint's DNS entries, still together."""
    return {"Fn::Split": [":", {"Fn::Select": ["0", entries]}]}


def part(entry: dict[str, object], index: int) -> str:
    """Return the zone id (0) or the name (1) of a DNS entry."""
    return cdk.Token.as_string({"Fn::Select": [str(index), entry]})


def zonal_name(regional: str, zone: str) -> str:
    """Return the name of an endpoint in one Availability Zone.

    ``vpce-1-abc.vpce-svc-2.eu-west-1.vpce.amazonaws.com`` becomes
    ``vpce-1-abc-eu-west-1a.vpce-svc-2.eu-west-1.vpce.amazonaws.com``.

    :param regional: the regional name.
    :param zone: the name of the zone.
    """
    if not is_token(regional):
        endpoint, _, rest = regional.partition(_MARK)
        return f"{endpoint}-{zone}{_MARK}{rest}"
    halves = {"Fn::Split": [_MARK, regional]}
    endpoint, rest = ({"Fn::Select": [index, halves]} for index in ("0", "1"))
    return cdk.Token.as_string({"Fn::Join": ["", [endpoint, f"-{zone}{_MARK}", rest]]})
