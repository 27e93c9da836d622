"""Where the things of a drawing are: account, Region, VPC, and Availability Zones."""

from __future__ import annotations

import ipaddress
from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING

from privatelink_constructs.cloudformation.content import Reference
from privatelink_constructs.cloudformation.resource import Value
from privatelink_constructs.drawing.picture import Place, natural
from privatelink_constructs.drawing.wordings import name_of, short, shown
from privatelink_constructs.inventory.networks import (
    ZONE_BY_POSITION,
    zone_key,
    zone_label,
)
from privatelink_constructs.inventory.types import SECURITY_GROUP, SUBNET, VPC

if TYPE_CHECKING:
    from collections.abc import Iterable

    from privatelink_constructs.cloudformation.model import Model
    from privatelink_constructs.cloudformation.resource import Resource

    Blocks = list[tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, str]]


class Networks:
    """The VPCs that things are in, by their keys.

    :param model: the templates.
    """

    def __init__(self, model: Model) -> None:
        self._model = model
        self.titles: dict[str, str] = {}
        self.resources: dict[str, Resource] = {}

    def place(
        self, resource: Resource, vpc: Value | None = None, members: Iterable[Value] = ()
    ) -> Place:
        """Return where a resource is.

        :param vpc: the property with the ID of its VPC. Default: it has none.
        :param members: its subnets and security groups, which tell its VPC otherwise.
        """
        found = self.key_of(vpc) if vpc is not None else None
        for member in members if found is None else ():
            other = member.target(SUBNET, SECURITY_GROUP)
            found = found or (self.key_of(other.get("VpcId")) if other else None)
        return Place(resource.template.account, resource.template.region, found)

    def key_of(self, value: Value) -> str | None:
        """Return the key of a VPC, None where there is none or nothing is known of it."""
        vpc, key = value.target(VPC), value.key
        if vpc is not None:
            key = f"#{vpc.template.name}#{vpc.logical_id}"
            self.resources[key] = vpc
        if key is not None and key not in self.titles:
            self.titles[key] = _title(value, vpc)
        return key

    def zone_of_address(self, vpc: str | None, address: str) -> str | None:
        """Return the Availability Zone of an address in a VPC, None when it isn't known."""
        try:
            given = ipaddress.ip_address(address)
        except ValueError:
            return None
        return next((zone for block, zone in self._blocks[vpc or ""] if given in block), None)

    @cached_property
    def _blocks(self) -> dict[str, Blocks]:
        """The CIDR blocks of subnets with their Availability Zones, by the keys of VPCs."""
        found: dict[str, Blocks] = defaultdict(list)
        for subnet in self._model.of_type(SUBNET):
            vpc = self.key_of(subnet.get("VpcId"))
            zones = zones_of([Value(subnet, "", Reference(subnet))])
            try:
                block = ipaddress.ip_network(subnet.get("CidrBlock").text or "", strict=False)
            except ValueError:
                continue
            found[vpc or ""] += [(block, zone) for zone in zones]
        return found


def _title(value: Value, vpc: Resource | None) -> str:
    if vpc is None:
        return " ".join(["VPC", shown(value) or "known at deployment"])
    return " ".join(filter(None, ["VPC", name_of(vpc), shown(vpc.get("CidrBlock"))]))


def zones_of(subnets: Iterable[Value]) -> tuple[str, ...]:
    """Return the Availability Zones of subnets, as a drawing names them.

    :param subnets: properties that refer to subnets.
    """
    return tuple(sorted(set(filter(None, map(_zone, subnets))), key=natural))


def _zone(subnet: Value) -> str | None:
    key = zone_key(subnet)
    resource = subnet.target(SUBNET)
    if key is not None:
        return _zone_words(key) or f"AZ of {name_of(resource) if resource else 'a subnet'}"
    if resource is not None:
        return f"AZ of {name_of(resource)}"
    return None if subnet.text is None else short(subnet.text)


def _zone_words(key: str) -> str | None:
    match = ZONE_BY_POSITION.fullmatch(key)
    if match:
        return f"AZ {int(match['position'][:6]) + 1}"
    label = zone_label(key)
    return label if label == key else None
