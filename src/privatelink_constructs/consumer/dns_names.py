"""The names that AWS gives to endpoints.

They come only from the first entry of ``DnsEntries``, ``zone id:regional name``, because the other
entries have no reliable order, and change with the subnets.
"""

from __future__ import annotations

import aws_cdk as cdk

from privatelink_constructs.rules.core import is_token

SERVICE_MARK = ".vpce-svc-"
"""What follows the label of an endpoint in the names of an endpoint to an endpoint service."""


def regional_entry(entries: list[str]) -> dict[str, object]:
    """Return the zone ID and the name of the first of an endpoint's DNS entries, still together."""
    return {"Fn::Split": [":", {"Fn::Select": ["0", entries]}]}


def part(entry: dict[str, object], index: int) -> str:
    """Return the zone ID (0) or the name (1) of a DNS entry."""
    return cdk.Token.as_string({"Fn::Select": [str(index), entry]})


def zonal_name(regional: str, zone: str, mark: str = SERVICE_MARK) -> str:
    """Return the name of an endpoint in one Availability Zone.

    ``vpce-1-abc.vpce-svc-2.eu-west-1.vpce.amazonaws.com`` becomes
    ``vpce-1-abc-eu-west-1a.vpce-svc-2.eu-west-1.vpce.amazonaws.com``.

    :param regional: the regional name.
    :param zone: the name of the zone.
    :param mark: what follows the label of the endpoint.
    """
    if not is_token(regional):
        endpoint, _, rest = regional.partition(mark)
        return f"{endpoint}-{zone}{mark}{rest}"
    halves = {"Fn::Split": [mark, regional]}
    endpoint, rest = ({"Fn::Select": [index, halves]} for index in ("0", "1"))
    return cdk.Token.as_string({"Fn::Join": ["", [endpoint, f"-{zone}{mark}", rest]]})
