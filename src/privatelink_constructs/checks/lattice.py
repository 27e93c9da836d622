"""Checks of resource configurations of Amazon VPC Lattice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.checks.findings import found
from privatelink_constructs.inventory.types import RESOURCE_CONFIGURATION
from privatelink_constructs.rules import lattice as rules

if TYPE_CHECKING:
    from collections.abc import Iterator

    from privatelink_constructs.inventory.inventory import Inventory
    from privatelink_constructs.rules.core import Finding


def check_resources(inventory: Inventory) -> Iterator[Finding]:
    """Check the addresses and the ports of resources."""
    for resource in inventory.of_type(RESOURCE_CONFIGURATION):
        value = resource.get("ResourceConfigurationDefinition", "IpResource")
        yield from found(rules.resource_address_private(value.text), value)
        for ports in resource.get("PortRanges").each():
            yield from found(rules.resource_ports_valid(ports.text), ports)


CHECKS = (check_resources,)
