"""Checks of the addresses and the ports of targets."""

from __future__ import annotations

from ipaddress import ip_address
from typing import TYPE_CHECKING

from privatelink_constructs.checks.findings import found
from privatelink_constructs.checks.vpc_networks import cidrs_of
from privatelink_constructs.inventory.types import VPC
from privatelink_constructs.rules.listeners import port_in_range
from privatelink_constructs.rules.target_registration import (
    is_private,
    outside_target_zone_present,
)
from privatelink_constructs.rules.vpc_networks import as_network

if TYPE_CHECKING:
    from collections.abc import Iterator

    from privatelink_constructs.cloudformation.resource import Resource, Value
    from privatelink_constructs.inventory.inventory import Inventory
    from privatelink_constructs.rules.core import Finding


def check_addresses(inventory: Inventory) -> Iterator[Finding]:
    """Check that targets outside the VPC name a zone."""
    for group in inventory.network_groups:
        vpc = group.get("VpcId").target(VPC)
        if vpc is None or group.get("TargetType").text != "ip":
            continue
        networks = [as_network(cidr) for cidr in cidrs_of(inventory, vpc)]
        if None in networks:
            continue
        for target in group.get("Targets").each():
            network = as_network(target.get("Id").text)
            inside = network is None or any(
                network.network_address in each for each in networks if each
            )
            if not inside:
                yield from _outside(target)


def _outside(target: Value) -> Iterator[Finding]:
    address = ip_address((target.get("Id").text or "").partition("/")[0])
    # Another check is about public addresses.
    zone = target.get("AvailabilityZone")
    if is_private(address):
        yield from found(outside_target_zone_present(str(address), given=not zone.absent), target)


def check_ports(inventory: Inventory) -> Iterator[Finding]:
    """Check the ports of targets."""
    groups: list[Resource] = [*inventory.network_groups, *inventory.inspection_groups]
    for group in dict.fromkeys(groups):
        for target in group.get("Targets").each():
            port = target.get("Port")
            yield from found(port_in_range(port.number), port)


CHECKS = (
    check_addresses,
    check_ports,
)
