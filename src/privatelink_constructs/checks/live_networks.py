"""Checks of networks in a live account: security groups on both sides, and network ACLs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.checks.allowing import Peers, acl_allows, allowed, rules_of_groups
from privatelink_constructs.checks.findings import found
from privatelink_constructs.checks.listening import ports_of
from privatelink_constructs.inventory.inventory import kind_of
from privatelink_constructs.inventory.states import named, state_of, texts_of, with_state
from privatelink_constructs.inventory.types import (
    ENDPOINT,
    NETWORK_ACL,
    SECURITY_GROUP,
    SERVICE,
    SUBNET,
    VPC,
)
from privatelink_constructs.rules import live_networks as rules
from privatelink_constructs.rules.core import first_of
from privatelink_constructs.rules.endpoints import any_port_open, inbound_rule_present
from privatelink_constructs.rules.listeners import TRANSPORTS
from privatelink_constructs.rules.security_groups import is_opened

if TYPE_CHECKING:
    from collections.abc import Iterator

    from privatelink_constructs.cloudformation.resource import Resource, Value
    from privatelink_constructs.inventory.inventory import Inventory
    from privatelink_constructs.inventory.networks import InboundRule
    from privatelink_constructs.rules.core import Finding

_ENFORCE = "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic"
_ANSWERS = 49152
"""A port that clients of every operating system take for their side of a connection."""


def check_endpoint_groups(inventory: Inventory) -> Iterator[Finding]:
    """Check that the groups of endpoints allow traffic on the port that clients use."""
    ports = asked_ports(inventory)
    for endpoint, _ in with_state(inventory, ENDPOINT):
        value = endpoint.get("SecurityGroupIds")
        groups = _groups(value)
        there = rules_of_groups(inventory, groups, "Ingress") if groups else None
        if there is not None and ports:
            opened = [(rule.protocol, rule.first, rule.last) for rule in there]
            closed = any_port_open([("tcp", port) for port in ports], opened)
            yield from found(first_of(inbound_rule_present(len(opened)), closed), value)


def asked_ports(inventory: Inventory) -> list[int]:
    """Return the ports that clients are known to use."""
    values = [state.get("Consumer", "Port").number for _, state in with_state(inventory, SERVICE)]
    return [int(value) for value in values if value is not None]


def _groups(value: Value) -> list[Resource]:
    groups = [each.target(SECURITY_GROUP) for each in value.each()]
    return [] if None in groups else [group for group in groups if group]


def check_clients(inventory: Inventory) -> Iterator[Finding]:
    """Check that enforced rules of load balancers allow the addresses of consumers' VPCs."""
    clients = {endpoint.get("VpcId").target(VPC) for endpoint, _ in with_state(inventory, ENDPOINT)}
    for load_balancer in inventory.serving:
        value = load_balancer.get("SecurityGroups")
        groups = _groups(value)
        if not groups or not enforces(load_balancer):
            continue
        there = rules_of_groups(inventory, groups, "Ingress")
        for vpc in clients:
            networks = networks_of(vpc) if vpc else []
            for transport, port in ports_of(inventory, load_balancer):
                # That no client is allowed is another rule.
                if there and is_opened(transport, port, list(map(_opened, there))):
                    problems = rules.clients_allowed(
                        f"{transport} port {port}",
                        f"{', '.join(networks)} of {vpc.logical_id if vpc else ''}",
                        allowed=allowed(there, transport, port, Peers(networks)),
                    )
                    yield from found(problems, value)


def enforces(load_balancer: Resource) -> bool:
    """Tell whether a load balancer applies its inbound rules to PrivateLink traffic."""
    return load_balancer.get(_ENFORCE).text not in {"off", "false"}


def networks_of(vpc: Resource) -> list[str]:
    """Return the CIDR blocks of a VPC."""
    own = vpc.get("CidrBlock").text
    more = texts_of(state_of(vpc).get("CidrBlocks")) or []
    return list(dict.fromkeys([*([own] if own else []), *more]))


def _opened(rule: InboundRule) -> tuple[str, int, int]:
    return rule.protocol, rule.first, rule.last


def check_targets(inventory: Inventory) -> Iterator[Finding]:
    """Check that load balancers may connect to targets, and that these allow them."""
    load_balancers = dict(inventory.network_listeners)
    for listener, group, _ in inventory.forwards:
        load_balancer = load_balancers[listener]
        transport = (TRANSPORTS.get(group.get("Protocol").text or "") or ("tcp",))[0]
        for target in state_of(group).get("Targets").each():
            yield from _outbound(inventory, load_balancer, target, transport)
            yield from _inbound(inventory, load_balancer, target, transport)


def _outbound(
    inventory: Inventory, load_balancer: Resource, target: Value, transport: str
) -> Iterator[Finding]:
    value, port = load_balancer.get("SecurityGroups"), target.get("Port").number
    groups = _groups(value)
    if not groups or port is None:
        return
    there = rules_of_groups(inventory, groups, "Egress")
    networks = [text for text in (target.get("Address").text,) if text]
    peers = Peers(networks, texts_of(target.get("SecurityGroups")))
    problems = rules.targets_allowed(
        int(port),
        target.get("Id").text or "a target",
        allowed=allowed(there, transport, int(port), peers),
    )
    yield from found(problems, value)


def _inbound(
    inventory: Inventory, load_balancer: Resource, target: Value, transport: str
) -> Iterator[Finding]:
    value, port = target.get("SecurityGroups"), target.get("Port").number
    groups = named(inventory, SECURITY_GROUP, texts_of(value))
    if not groups or port is None or kind_of(load_balancer) != "network":
        return
    subnets = [each.target(SUBNET) for each in load_balancer.get("Subnets").each()]
    networks = [it.get("CidrBlock").text or "" for it in subnets if it]
    # Without enforcement, traffic has the addresses of the load balancer and not its group.
    by_group = _groups(load_balancer.get("SecurityGroups")) if enforces(load_balancer) else []
    peers = Peers([it for it in networks if it], [each.logical_id for each in by_group])
    there = rules_of_groups(inventory, groups, "Ingress")
    problems = rules.balancer_allowed(
        int(port),
        load_balancer.logical_id,
        allowed=allowed(there, transport, int(port), peers),
    )
    yield from found(problems, value)


def check_network_acls(inventory: Inventory) -> Iterator[Finding]:
    """Check that the network ACLs of endpoints' subnets let clients in, and answers out."""
    ports = asked_ports(inventory)
    subnets = {
        value.target(SUBNET)
        for endpoint, _ in with_state(inventory, ENDPOINT)
        for value in endpoint.get("SubnetIds").each()
    }
    ids = sorted(subnet.logical_id for subnet in subnets if subnet)
    for _, state in with_state(inventory, NETWORK_ACL):
        entries = state.get("Entries")
        for subnet in sorted({*ids} & {*(texts_of(state.get("SubnetIds")) or [])}):
            for port in ports:
                yield from _acl(entries, subnet, port, egress=False)
            yield from _acl(entries, subnet, _ANSWERS, egress=True)


def _acl(entries: Value, subnet: str, port: int, *, egress: bool) -> Iterator[Finding]:
    open_ = acl_allows(entries.each(), egress=egress, transport="tcp", port=port)
    direction = "outbound" if egress else "inbound"
    yield from found(rules.acl_open(subnet, direction, port, allowed=open_), entries)


CHECKS = (
    check_clients,
    check_endpoint_groups,
    check_network_acls,
    check_targets,
)
