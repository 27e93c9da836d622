"""Writes down subnets and security groups."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.diagnosis.album import chosen, mappings, text
from privatelink_constructs.inventory.types import SECURITY_GROUP, SUBNET

if TYPE_CHECKING:
    from collections.abc import Iterator

    from privatelink_constructs.diagnosis.album import Album
    from privatelink_constructs.diagnosis.reader import Reader

    Json = dict[str, object]

_NOBODY: Json = {
    "IpProtocol": "icmp",
    "FromPort": 252,
    "ToPort": 86,
    "CidrIp": "255.255.255.255/32",
}
"""In a template, no outbound rule means that all traffic is allowed; in an account, none is."""
_PEERS = {
    "Ingress": ("SourceSecurityGroupId", "SourcePrefixListId"),
    "Egress": ("DestinationSecurityGroupId", "DestinationPrefixListId"),
}


def write_subnets(album: Album, reader: Reader, ids: list[str]) -> dict[str, str]:
    """Write down subnets, and return the ID of each one's Availability Zone."""
    if not ids:
        return {}
    found = reader.ask("DescribeSubnets", SubnetIds=sorted(set(ids)))
    for subnet in found.each:
        # IDs of zones mean the same in every account, and names don't.
        properties = chosen(subnet, "AvailabilityZoneId", "CidrBlock", "VpcId")
        state = chosen(subnet, "AvailabilityZone")
        album.add(SUBNET, text(subnet, "SubnetId"), properties, state)
    return {text(it, "SubnetId"): text(it, "AvailabilityZoneId") for it in found.each}


def write_groups(album: Album, reader: Reader, ids: list[str]) -> None:
    """Write down security groups with all of their rules, and without descriptions."""
    wanted = [each for each in ids if not album.has(each)]
    if not wanted:
        return
    found = reader.ask("DescribeSecurityGroups", GroupIds=wanted)
    for group in found.each:
        outbound = [*_rules(mappings(group, "IpPermissionsEgress"), "Egress")]
        properties = {
            "GroupDescription": text(group, "GroupName") or text(group, "GroupId"),
            "SecurityGroupIngress": [*_rules(mappings(group, "IpPermissions"), "Ingress")],
            "SecurityGroupEgress": outbound or [_NOBODY],
            **chosen(group, "VpcId"),
        }
        album.add(SECURITY_GROUP, text(group, "GroupId"), properties, chosen(group, "GroupName"))


def _rules(permissions: list[Json], direction: str) -> Iterator[Json]:
    group_key, list_key = _PEERS[direction]
    for permission in permissions:
        ways = chosen(permission, "IpProtocol", "FromPort", "ToPort")
        for item in mappings(permission, "IpRanges"):
            yield {**ways, "CidrIp": text(item, "CidrIp")}
        for item in mappings(permission, "Ipv6Ranges"):
            yield {**ways, "CidrIpv6": text(item, "CidrIpv6")}
        for item in mappings(permission, "PrefixListIds"):
            yield {**ways, list_key: text(item, "PrefixListId")}
        for item in mappings(permission, "UserIdGroupPairs"):
            yield {**ways, group_key: text(item, "GroupId")}
