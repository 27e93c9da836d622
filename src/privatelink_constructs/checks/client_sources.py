"""The clients that inbound rules allow: their address families, and what names them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.checks.findings import found
from privatelink_constructs.checks.listening import opens, ports_of
from privatelink_constructs.inventory.destinations import destination_of, interface_endpoints
from privatelink_constructs.inventory.networks import rules_of_groups, visible_rules
from privatelink_constructs.inventory.types import (
    LOAD_BALANCER,
    PREFIX_LIST,
    SECURITY_GROUP,
    SECURITY_GROUP_INGRESS,
)
from privatelink_constructs.rules import client_sources as rules
from privatelink_constructs.rules.client_sources import ClientSource, SourceKind
from privatelink_constructs.rules.clients import clients_reach_service
from privatelink_constructs.rules.listeners import PORTS, TRANSPORTS
from privatelink_constructs.rules.security_groups import is_enforced, is_opened

if TYPE_CHECKING:
    from collections.abc import Iterator

    from privatelink_constructs.cloudformation.resource import Resource, Value
    from privatelink_constructs.inventory.inventory import Inventory
    from privatelink_constructs.inventory.networks import InboundRule
    from privatelink_constructs.rules.core import Finding

_ENFORCE = "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic"
_DUALSTACK = frozenset({"ipv4", "ipv6"})
_IPV4 = frozenset({"ipv4"})
_FAMILIES = {None: _IPV4, "ipv4": _IPV4, "dualstack": _DUALSTACK}
_FAMILIES_OF_ENDPOINTS = {
    "ipv4": _IPV4,
    "ipv6": frozenset({"ipv6"}),
    "dualstack": _DUALSTACK,
}
_LIST_FAMILIES = {"IPv4": "ipv4", "IPv6": "ipv6"}
_GROUPS = ("SourceSecurityGroupId", "SourceSecurityGroupName")
_SOURCES = {
    "CidrIp": (SourceKind.CIDR, "ipv4"),
    "CidrIpv6": (SourceKind.CIDR, "ipv6"),
    "SourcePrefixListId": (SourceKind.PREFIX_LIST, None),
}


def check_client_families(inventory: Inventory) -> Iterator[Finding]:
    """Check that enforced rules allow clients of each address family of a service, and no other."""
    for load_balancer, services in inventory.serving.items():
        families = _families(load_balancer, services)
        opened = _opened(inventory, load_balancer)
        if families and opened is not None:
            sources = [(rule, _source(rule)) for rule in opened]
            yield from _ports(inventory, load_balancer, families, sources)
            yield from _unused(inventory, load_balancer, sources)


def check_security_groups(inventory: Inventory) -> Iterator[Finding]:
    """Check that enforced rules don't name security groups, which clients of endpoints aren't in.

    Whatever else reaches the load balancer on other ports isn't a client of the service.
    """
    for load_balancer in inventory.serving:
        ways = ports_of(inventory, load_balancer)
        for value in load_balancer.get("SecurityGroups").each() if _enforces(load_balancer) else ():
            group = value.target(SECURITY_GROUP)
            for rule in visible_rules(inventory, group) if group else ():
                if ways and opens(rule, ways):
                    yield from found(rules.source_not_security_group(_source(rule)), rule.value)


def _enforces(load_balancer: Resource) -> bool:
    enforce = load_balancer.get(_ENFORCE)
    return enforce.absent or is_enforced(enforce.text)


def check_endpoint_families(inventory: Inventory) -> Iterator[Finding]:
    """Check that the groups of an endpoint allow clients of an address family that it has.

    Many endpoints are only for clients of one address family. The constructs warn where the clients
    are listed, and templates show rules only.
    """
    for endpoint in interface_endpoints(inventory):
        value = endpoint.get("SecurityGroupIds")
        # Without a type, the subnets and the service decide.
        families = _FAMILIES_OF_ENDPOINTS.get(endpoint.get("IpAddressType").text or "")
        opened = rules_of_groups(inventory, value)
        if families and opened:
            sources = [_source(rule) for rule in opened]
            yield from found(rules.endpoint_open(families, sources), value)


def check_clients_of_endpoints(inventory: Inventory) -> Iterator[Finding]:
    """Check that load balancers with enforced rules allow clients of each endpoint."""
    for endpoint in interface_endpoints(inventory):
        service, value = destination_of(endpoint).service, endpoint.get("SecurityGroupIds")
        clients = _cidr_blocks(rules_of_groups(inventory, value)) if service else []
        for load_balancer in inventory.load_balancers_of(service) if service and clients else ():
            allowed = _cidr_blocks(_opened(inventory, load_balancer))
            problems = list(clients_reach_service(clients, allowed))
            if problems:
                yield from found(problems, value)
                break


def _cidr_blocks(rules: list[InboundRule] | None) -> list[str]:
    """Return the CIDR blocks that rules allow, none if there are other sources."""
    blocks = [rule.cidr for rule in rules or ()]
    return [] if None in blocks else list(dict.fromkeys(it for it in blocks if it))


def _families(load_balancer: Resource, services: list[Resource]) -> frozenset[str] | None:
    """Return the address families that clients can use, None when they aren't known."""
    value = load_balancer.get("IpAddressType")
    own = None if value.unknown or value.reference else _FAMILIES.get(value.text)
    if own is None or own != _DUALSTACK:
        return own
    offered: set[str] = set()
    for service in services:
        types = service.get("SupportedIpAddressTypes")
        items = types.items()
        texts = {item.text or "" for item in items or []}
        if items is None or "" in texts:
            return None
        offered |= {"ipv4"} if types.absent else texts
    return frozenset(offered & own)


def _opened(inventory: Inventory, load_balancer: Resource) -> list[InboundRule] | None:
    """Return the inbound rules of a load balancer, None when not enforced or not all known."""
    if not _enforces(load_balancer):
        return None
    return rules_of_groups(inventory, load_balancer.get("SecurityGroups"))


def _source(rule: InboundRule) -> ClientSource:
    for name, (kind, family) in _SOURCES.items():
        value = rule.value.get(name)
        if not value.absent and _is_of(family, value.text):
            return ClientSource(kind, value.text or name, family or _family_of(value))
    groups = [value for value in map(rule.value.get, _GROUPS) if not value.absent]
    if groups:
        return ClientSource(SourceKind.SECURITY_GROUP, _name(groups[0]))
    return ClientSource(SourceKind.OTHER, "")


def _name(group: Value) -> str:
    resource = group.target(SECURITY_GROUP)
    return resource.logical_id if resource else group.text or "that only the deployment knows"


def _is_of(family: str | None, cidr: str | None) -> bool:
    """Tell whether a CIDR block can be of the address family of its property."""
    return family is None or cidr is None or (":" in cidr) == (family == "ipv6")


def _family_of(prefix_list: Value) -> str | None:
    resource = prefix_list.target(PREFIX_LIST)
    return _LIST_FAMILIES.get(resource.get("AddressFamily").text or "") if resource else None


def _ports(
    inventory: Inventory,
    load_balancer: Resource,
    families: frozenset[str],
    sources: list[tuple[InboundRule, ClientSource]],
) -> Iterator[Finding]:
    for listener in inventory.listeners_of(load_balancer):
        port = listener.get("Port").number
        if port is None or port not in PORTS:
            continue
        for transport in TRANSPORTS.get(listener.get("Protocol").text or "", ()):
            here = [
                source
                for rule, source in sources
                if is_opened(transport, int(port), [(rule.protocol, rule.first, rule.last)])
            ]
            if not here:  # that the port is closed is another rule
                continue
            at, where = (
                load_balancer.get("SecurityGroups"),
                f" on {transport.upper()} port {int(port)}",
            )
            yield from found(rules.family_allowed(families, here, where=where), at)
            if len(families) > 1:
                # Of the only family, a prefix list is rather right than wrong.
                yield from found(rules.family_known(families, here, where=where), at)


def _unused(
    inventory: Inventory,
    load_balancer: Resource,
    sources: list[tuple[InboundRule, ClientSource]],
) -> Iterator[Finding]:
    """Find sources of a family that the load balancer has no addresses of."""
    own = _FAMILIES[load_balancer.get("IpAddressType").text]
    for rule, source in sources:
        group = rule.value.resource
        if group.type != SECURITY_GROUP:
            group = group.get("GroupId").target(SECURITY_GROUP) or group
        kinds = {value.resource.type for value in inventory.referrers(group)}
        # A group may be of others, too, which have addresses of the family.
        if kinds <= {LOAD_BALANCER, SECURITY_GROUP_INGRESS}:
            yield from found(
                rules.source_of_family(source, own, of="load balancer has"), rule.value
            )


CHECKS = (
    check_client_families,
    check_clients_of_endpoints,
    check_endpoint_families,
    check_security_groups,
)
