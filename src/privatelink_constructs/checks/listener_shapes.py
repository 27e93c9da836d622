"""Checks of what the listeners of each kind of load balancer consist of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.checks.findings import found
from privatelink_constructs.cloudformation.resource import earlier, values_at
from privatelink_constructs.inventory.inventory import groups_of, kind_of
from privatelink_constructs.inventory.types import (
    LISTENER,
    LISTENER_CERTIFICATE,
    LISTENER_RULE,
    LOAD_BALANCER,
    TARGET_GROUP,
)
from privatelink_constructs.rules import listener_shapes as rules
from privatelink_constructs.rules.resource_properties import property_present

if TYPE_CHECKING:
    from collections.abc import Iterator

    from privatelink_constructs.cloudformation.resource import Resource, Value
    from privatelink_constructs.inventory.inventory import Inventory
    from privatelink_constructs.rules.core import Finding

_TARGETS = ("ForwardConfig", "TargetGroupArn")
_OF_NETWORK = "the listener of a Network Load Balancer"


def check_actions(inventory: Inventory) -> Iterator[Finding]:
    """Check the default actions of Network Load Balancers."""
    for listener, _ in inventory.network_listeners:
        actions = listener.get("DefaultActions")
        items = actions.items()
        certain = items is not None and all(item.keys() for item in items)
        yield from found(rules.single_action(len(items) if items and certain else None), actions)
        for action in items or ():
            yield from _action(action)


def _action(action: Value) -> Iterator[Finding]:
    kind = action.get("Type")
    problems = property_present("Type", given=not kind.absent, where="the action")
    yield from found(problems, action)
    targets = not all(action.get(name).absent for name in _TARGETS)
    if kind.text == "forward":
        problems = property_present("TargetGroupArn", given=targets, where="the forward action")
        yield from found(problems, action)
    for group in action.get("ForwardConfig", "TargetGroups").each():
        weight = group.get("Weight")
        yield from found(rules.weight_in_range(weight.number), weight)


def check_required(inventory: Inventory) -> Iterator[Finding]:
    """Check that listeners of Network Load Balancers have a port and a protocol."""
    for listener, _ in inventory.network_listeners:
        for name in ("Port", "Protocol"):
            given = not listener.get(name).absent
            yield from found(property_present(name, given=given, where=_OF_NETWORK), listener)


def check_certificates(inventory: Inventory) -> Iterator[Finding]:
    """Check that each list has one certificate, and that only TLS listeners have some."""
    further = inventory.of_type(LISTENER_CERTIFICATE)
    for resource in (*(listener for listener, _ in inventory.network_listeners), *further):
        value = resource.get("Certificates")
        items = value.items()
        certain = items is not None and all(item.keys() for item in items)
        yield from found(rules.single_certificate(len(items) if items and certain else None), value)
    listeners = {listener for listener, _ in inventory.network_listeners}
    for resource in further:
        value = resource.get("ListenerArn")
        listener = value.target(LISTENER)
        if listener in listeners and listener:
            protocol = listener.get("Protocol").text
            yield from found(rules.certificate_on_tls(listener.logical_id, protocol), value)


def check_mutual_authentication(inventory: Inventory) -> Iterator[Finding]:
    """Check that mutual TLS is one that Network Load Balancers support."""
    for listener, _ in inventory.network_listeners:
        value = listener.get("MutualAuthentication")
        problems = rules.mutual_authentication_possible(
            value.get("Mode").text,
            protocol=listener.get("Protocol").text,
            trust_store=not value.get("TrustStoreArn").absent,
        )
        yield from found(problems, value)


def check_gateways(inventory: Inventory) -> Iterator[Finding]:
    """Check the listener of a Gateway Load Balancer, and its target group."""
    for balancer in inventory.of_type(LOAD_BALANCER):
        if kind_of(balancer) != "gateway":
            continue
        seen: dict[str, list[Resource]] = {}
        for listener in inventory.listeners_of(balancer):
            other = earlier(seen, balancer.logical_id, listener)
            name = other.logical_id if other else None
            problems = rules.single_gateway_listener(balancer.logical_id, name)
            yield from found(problems, listener.get("LoadBalancerArn"))
            for value in groups_of(listener):
                group = value.target(TARGET_GROUP)
                if group:
                    protocol, port = group.get("Protocol").text, group.get("Port").number
                    yield from found(rules.gateway_target_group(protocol, port), value)


def check_rules(inventory: Inventory) -> Iterator[Finding]:
    """Check the rules of listeners of Network Load Balancers."""
    balancers = dict(inventory.network_listeners)
    for resource in inventory.of_type(LISTENER_RULE):
        listener = resource.get("ListenerArn").target(LISTENER)
        balancer = balancers.get(listener) if listener else None
        if balancer is None:
            continue
        family = balancer.get("IpAddressType")
        dualstack = None if family.unknown else family.text == "dualstack"
        for value in values_at(resource.value, ("Conditions", "*", "Field")):
            yield from found(rules.listener_rule_possible(value.text, dualstack=dualstack), value)


CHECKS = (
    check_actions,
    check_certificates,
    check_gateways,
    check_mutual_authentication,
    check_required,
    check_rules,
)
