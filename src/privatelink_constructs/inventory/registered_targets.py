"""What is registered in a target group, and in which Availability Zones that is."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING, NamedTuple

from privatelink_constructs.cloudformation.resource import resource_of
from privatelink_constructs.inventory.networks import subnets_of, zone_key, zone_of
from privatelink_constructs.inventory.registrars import LOOKING_ON, named_elsewhere
from privatelink_constructs.inventory.states import state_of
from privatelink_constructs.inventory.types import (
    AUTO_SCALING_GROUP,
    ECS_SERVICE,
    INSTANCE,
    LISTENER,
    LISTENER_RULE,
    LOAD_BALANCER,
    NETWORK_INTERFACE,
    SUBNET,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

    from privatelink_constructs.cloudformation.resource import Resource, Value
    from privatelink_constructs.inventory.inventory import Inventory

    Address = IPv4Address | IPv6Address
    Network = IPv4Network | IPv6Network

EVERY_ZONE = "all"
"""The zone of a target that is outside the VPC."""
_PLACING = (AUTO_SCALING_GROUP, ECS_SERVICE)
_NO_REGISTRAR = frozenset({*LOOKING_ON, LISTENER, LISTENER_RULE})
_ADDRESSES = {INSTANCE: "PrivateIp", NETWORK_INTERFACE: "PrimaryPrivateIpAddress"}


class Registered(NamedTuple):
    """Something that is registered in a target group, or that registers what it runs.

    :param value: where that is written.
    :param name: how messages name it.
    :param zones: the keys of the zones that it is in, None when they aren't known.
    :param placed: the ECS service or the Auto Scaling group, None for a single target.
    :param instance: whether it is a single instance.
    """

    value: Value
    name: str
    zones: frozenset[str] | None
    placed: Resource | None = None
    instance: bool = False


class RegisteredTargets:
    """The targets of the target groups of an inventory."""

    def __init__(self, inventory: Inventory) -> None:
        self._inventory = inventory

    def of(self, group: Resource) -> list[Registered]:
        """Return what is registered in a group, as far as the templates show it."""
        return [*self._listed(group), *self._placed(group)]

    def complete(self, group: Resource) -> bool:
        """Tell whether it is certain that nothing else is registered in a group."""
        inventory = self._inventory
        live = not state_of(group).absent
        if live or group.get("Targets").items() is None or not inventory.complete:
            return False
        if inventory.handed_out(group) or named_elsewhere(inventory, group):
            return False
        return all(_is_seen(value, group) for value in inventory.referrers(group))

    def address_zone(self, group: Resource, text: str | None) -> str | None:
        """Return the zone of the subnet that an address is in, None when it isn't known."""
        address = _address(text)
        for network, subnet in self._networks.get(group.get("VpcId").key, ()) if address else ():
            if address in network:
                return zone_of(subnet)
        return None

    def _listed(self, group: Resource) -> Iterator[Registered]:
        for target in group.get("Targets").each():
            value = target.get("Id")
            zones, kind = self._zones(group, target), group.get("TargetType")
            instance = kind.absent or kind.text == "instance"
            yield Registered(value, _name_of(value), zones, instance=instance)

    def _placed(self, group: Resource) -> Iterator[Registered]:
        for kind in _PLACING:
            for value in self._inventory.referrers(group, kind):
                if value.target() is group:
                    zones = _zones_of_placed(value.resource)
                    yield Registered(value, value.resource.logical_id, zones, value.resource)

    def _zones(self, group: Resource, target: Value) -> frozenset[str] | None:
        """Return the zones of a target that is listed: its own, else the one that it names."""
        value, named = target.get("Id"), target.get("AvailabilityZone")
        if named.text == EVERY_ZONE:
            return None
        balancer = value.target(LOAD_BALANCER)
        if balancer is not None:
            return balancer_zones(balancer)
        return _known([self._own_zone(group, value) or named.key])

    def _own_zone(self, group: Resource, value: Value) -> str | None:
        reference = value.reference
        if reference is None:
            by_address = group.get("TargetType").text == "ip"
            return self.address_zone(group, value.text) if by_address else None
        resource = resource_of(reference)
        own = reference.identifies and resource.type == INSTANCE
        if own or reference.attribute == _ADDRESSES.get(resource.type):
            return _zone_of_host(resource)
        return None

    @cached_property
    def _networks(self) -> dict[str | None, list[tuple[Network, Resource]]]:
        """The CIDR blocks of the subnets of each VPC, by its key."""
        found: dict[str | None, list[tuple[Network, Resource]]] = defaultdict(list)
        for subnet in self._inventory.of_type(SUBNET):
            for name in ("CidrBlock", "Ipv6CidrBlock"):
                network = _network(subnet.get(name).text)
                if network is not None:
                    found[subnet.get("VpcId").key].append((network, subnet))
        found.pop(None, None)
        return found


def balancer_zones(balancer: Resource) -> frozenset[str] | None:
    """Return the keys of the zones of a load balancer, None when one isn't known.

    AWS rejects two subnets in one zone, so the intended one isn't known.
    """
    subnets = subnets_of(balancer)
    zones = _known(map(zone_key, subnets)) if subnets else None
    return zones if zones and len(zones) == len(subnets or ()) else None


def _zones_of_placed(resource: Resource) -> frozenset[str] | None:
    """Return the zones that an ECS service or an Auto Scaling group places targets in."""
    if resource.type == ECS_SERVICE:
        subnets = resource.get("NetworkConfiguration", "AwsvpcConfiguration", "Subnets").items()
        return _known(map(zone_key, subnets or ()))
    subnets = resource.get("VPCZoneIdentifier").items()
    if subnets:
        return _known(map(zone_key, subnets))
    zones = resource.get("AvailabilityZones").items()
    return _known(zone.key if zone.text is not None else None for zone in zones or ())


def _zone_of_host(resource: Resource) -> str | None:
    """Return the zone of an instance or a network interface, None when it isn't known."""
    interfaces = resource.get("NetworkInterfaces").each()[:1]
    subnets = [resource.get("SubnetId"), *(it.get("SubnetId") for it in interfaces)]
    for interface in (it.get("NetworkInterfaceId").target(NETWORK_INTERFACE) for it in interfaces):
        subnets += [interface.get("SubnetId")] if interface else []
    keys = (zone_key(subnet) for subnet in subnets)
    return resource.get("AvailabilityZone").key or next(filter(None, keys), None)


def _known(keys: Iterable[str | None]) -> frozenset[str] | None:
    """Return keys of zones, None when one isn't known, or there is none."""
    found = list(keys)
    return None if None in found or not found else frozenset(filter(None, found))


def _is_seen(value: Value, group: Resource) -> bool:
    """Tell whether a reference to a group registers nothing, or what can be seen."""
    kind = value.resource.type
    if kind in _PLACING:
        return value.target() is group and value.resource.exists is True
    return kind in _NO_REGISTRAR


def _name_of(value: Value) -> str:
    reference = value.reference
    if reference:
        return reference.resource.logical_id
    return repr(value.text) if value.text else "a target that is known only at deployment"


def _address(text: str | None) -> Address | None:
    try:
        return ip_address(text or "")
    except ValueError:
        return None


def _network(text: str | None) -> Network | None:
    try:
        return ip_network(text or "")
    except ValueError:
        return None
