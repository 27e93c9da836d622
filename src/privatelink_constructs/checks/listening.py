"""The ports that services listen to, and which of them a rule of a security group opens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.rules.listeners import PORTS, TRANSPORTS
from privatelink_constructs.rules.security_groups import is_opened

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from privatelink_constructs.cloudformation.resource import Resource
    from privatelink_constructs.inventory.destinations import Destination
    from privatelink_constructs.inventory.inventory import Inventory
    from privatelink_constructs.inventory.networks import InboundRule

Way = tuple[str, int]
_TRANSPORTS = frozenset({"tcp", "udp", "-1"})
_SHOWN = 3
_LAST_PORT = 65535


def needed_ports(inventory: Inventory, destination: Destination) -> list[Way]:
    """Return the ports that clients of a service need for certain."""
    if destination.service is None:
        return [("tcp", port) for port in destination.needed_ports]
    return _listened(inventory, destination, certain=True)


def known_ports(inventory: Inventory, destination: Destination) -> list[Way]:
    """Return the ports of a service that are known, none where none is."""
    if destination.service is None:
        return [("tcp", port) for port in destination.tcp_ports]
    return _listened(inventory, destination, certain=False)


def _listened(inventory: Inventory, destination: Destination, *, certain: bool) -> list[Way]:
    service = destination.service
    balancers = inventory.load_balancers_of(service) if service else []
    return [way for each in balancers for way in ports_of(inventory, each, certain=certain)]


def ports_of(inventory: Inventory, load_balancer: Resource, *, certain: bool = False) -> list[Way]:
    """Return the ports that a load balancer listens to.

    :param certain: whether only listeners count that are there for certain.
    """
    ways: list[Way] = []
    for listener in inventory.listeners_of(load_balancer):
        protocol, port = listener.get("Protocol").text, listener.get("Port").number
        if port is not None and port in PORTS and (listener.exists or not certain):
            ways += [(each, int(port)) for each in TRANSPORTS.get(protocol or "", ())]
    return ways


def opens(rule: InboundRule, ways: Collection[Way]) -> bool:
    """Tell whether a rule opens one of several ports, or any port where none is known."""
    if not ways:
        return rule.protocol in _TRANSPORTS
    return any(is_opened(*way, [_opened(rule)]) for way in ways)


def _opened(rule: InboundRule) -> tuple[str, int, int]:
    return rule.protocol, rule.first, rule.last


def where(rule: InboundRule, holders: Iterable[tuple[str, Collection[Way]]]) -> str | None:
    """Return what a rule opens as a message says it, None where it opens no port of a service.

    :param holders: what has the security group, each by its name with the ports that are known.
    """
    reached = [(name, ways) for name, ways in holders if opens(rule, ways)]
    if not reached:
        return None
    ways = {way for _, known in reached for way in known if is_opened(*way, [_opened(rule)])}
    unknown = any(not known for _, known in reached)
    open_ports = [f"{way[0].upper()} port {way[1]}" for way in sorted(ways)]
    shown = _range(rule) if unknown else _listed(open_ports)
    return f" on {shown} of {_listed(sorted(name for name, _ in reached))}"


def _range(rule: InboundRule) -> str:
    if rule.protocol == "-1" or (rule.first, rule.last) == (0, _LAST_PORT):
        return "every port" if rule.protocol == "-1" else f"every {rule.protocol.upper()} port"
    if rule.first == rule.last:
        return f"{rule.protocol.upper()} port {rule.first}"
    return f"{rule.protocol.upper()} ports {rule.first}-{rule.last}"


def _listed(names: list[str]) -> str:
    first, rest = names[:_SHOWN], len(names) - _SHOWN
    return (
        f"{', '.join(first)} and {rest} more"
        if rest > 0
        else " and ".join(filter(None, [", ".join(first[:-1]), first[-1]]))
    )
