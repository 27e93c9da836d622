"""Writes down targets: their health, their addresses, and their security groups."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.cloudformation.content import as_mapping
from privatelink_constructs.diagnosis.album import chosen, mappings, text
from privatelink_constructs.diagnosis.networks_seen import write_groups

if TYPE_CHECKING:
    from privatelink_constructs.diagnosis.album import Album
    from privatelink_constructs.diagnosis.reader import Reader

    Json = dict[str, object]

_FILTERS = {"instance": "attachment.instance-id", "ip": "addresses.private-ip-address"}
"""How the network interface of a target is found."""


def write_targets(album: Album, reader: Reader, group: Json) -> list[Json] | None:
    """Write down the security groups of the targets of a group.

    :return: the targets, None if they couldn't be seen.
    """
    found = reader.ask("DescribeTargetHealth", TargetGroupArn=text(group, "TargetGroupArn"))
    if found.items is None:
        return None
    targets = [as_mapping(each.get("Target")) for each in found.items]
    interfaces = _interfaces(reader, group, [text(target, "Id") for target in targets])
    used = {it for interface in interfaces.values() for it in _groups_of(interface)}
    write_groups(album, reader, sorted(used))
    healths = [as_mapping(each.get("TargetHealth")) for each in found.items]
    return [
        {**_address(group, target), **_target(target, health, interfaces)}
        for target, health in zip(targets, healths, strict=True)
    ]


def _address(group: Json, target: Json) -> Json:
    """Return the address of a target that is one, perhaps outside the VPC."""
    return _filled("Address", text(target, "Id") if text(group, "TargetType") == "ip" else "")


def _target(target: Json, health: Json, interfaces: dict[str, Json]) -> Json:
    interface = interfaces.get(text(target, "Id"), {})
    zone = text(target, "AvailabilityZone") or text(interface, "AvailabilityZone")
    return {
        **chosen(target, "Id", "Port"),
        **chosen(health, "State", "Reason", "Description"),
        **_filled("AvailabilityZone", zone),
        **_filled("Address", text(interface, "PrivateIpAddress")),
        **({"SecurityGroups": _groups_of(interface)} if interface else {}),
    }


def _filled(key: str, value: str) -> Json:
    return {key: value} if value else {}


def _groups_of(interface: Json) -> list[str]:
    return [text(each, "GroupId") for each in mappings(interface, "Groups")]


def _interfaces(reader: Reader, group: Json, ids: list[str]) -> dict[str, Json]:
    """Return the network interfaces of targets by the IDs of the targets."""
    kind = text(group, "TargetType")
    if kind not in _FILTERS or not ids:
        return {}
    filters = [
        {"Name": _FILTERS[kind], "Values": sorted(set(ids))},
        {"Name": "vpc-id", "Values": [text(group, "VpcId")]},
    ]
    found = reader.ask("DescribeNetworkInterfaces", Filters=filters)
    by_id: dict[str, Json] = {}
    for interface in found.each:
        attachment = as_mapping(interface.get("Attachment"))
        addresses = [
            text(it, "PrivateIpAddress") for it in mappings(interface, "PrivateIpAddresses")
        ]
        names = [text(attachment, "InstanceId")] if kind == "instance" else addresses
        for name in [*names, text(interface, "PrivateIpAddress")]:
            by_id.setdefault(name, interface)
    return by_id
