"""Checks of the target groups behind Network Load Balancers.

What AWS refuses is found on any of them; what matters to PrivateLink alone on those of services.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.checks.findings import described, found
from privatelink_constructs.inventory.inventory import kind_of
from privatelink_constructs.inventory.types import (
    ALARM,
    INSTANCE,
    LISTENER,
    LISTENER_RULE,
    LOAD_BALANCER,
    TARGET_GROUP,
)
from privatelink_constructs.rules import health_checks as health_rules
from privatelink_constructs.rules import target_groups as group_rules
from privatelink_constructs.rules import target_registration as target_rules
from privatelink_constructs.rules.listeners import port_in_range

if TYPE_CHECKING:
    from collections.abc import Iterator

    from privatelink_constructs.cloudformation.resource import Resource
    from privatelink_constructs.inventory.inventory import Inventory
    from privatelink_constructs.rules.core import Finding

_ATTRIBUTES = "TargetGroupAttributes"
_PRESERVE = "preserve_client_ip.enabled"


def check_application_load_balancers(inventory: Inventory) -> Iterator[Finding]:
    """Check target groups whose target is an Application Load Balancer."""
    for listener, group, value in inventory.forwards:
        protocol = listener.get("Protocol").text
        if group.get("TargetType").text != "alb" or protocol is None:
            continue
        attributes = group.get(_ATTRIBUTES)
        port = group.get("Port").number
        problems = group_rules.valid_alb_target(
            protocol,
            targets=len(group.get("Targets").each()),
            proxy_protocol=attributes.attribute("proxy_protocol_v2.enabled").boolean is True,
            port=port,
            alb_port=_alb_port(inventory, group, port),
        )
        for problem in problems:
            place = {
                group_rules.alb_target_on_tcp: value,
                group_rules.alb_target_single: group.get("Targets"),
                group_rules.alb_target_port_matching: group.get("Port"),
            }
            yield from found([problem], place.get(problem.rule, attributes))


def _alb_port(inventory: Inventory, group: Resource, port: float | None) -> float | None:
    """Return a port that the target listens to, the group's own where it is among them."""
    for target in group.get("Targets").each():
        load_balancer = target.get("Id").target(LOAD_BALANCER)
        if load_balancer is None or kind_of(load_balancer) != "application":
            continue
        listeners = inventory.all_listeners_of(load_balancer)
        ports = [listener.get("Port").number for listener in listeners or []]
        known = [each for each in ports if each is not None]
        if known and len(known) == len(ports):
            return port if port in known else known[0]
    return None


def check_attributes(inventory: Inventory) -> Iterator[Finding]:
    """Check deregistration delay and preservation of client addresses."""
    served = set(inventory.served_groups)
    for group in inventory.network_groups:
        attributes = group.get(_ATTRIBUTES)
        delay = attributes.attribute("deregistration_delay.timeout_seconds")
        yield from found(group_rules.deregistration_delay_in_range(delay.number), delay)
        value, protocol = attributes.attribute(_PRESERVE), group.get("Protocol").text or ""
        preserve = value.boolean
        yield from found(group_rules.udp_client_ip_preserved(protocol, preserve=preserve), value)
        if group in served:
            problems = group_rules.client_ip_not_preserved(protocol, preserve=preserve)
            yield from found(problems, value)


def check_health_checks(inventory: Inventory) -> Iterator[Finding]:
    """Check the ranges of health checks."""
    for group in inventory.network_groups:
        protocol, path = group.get("HealthCheckProtocol"), group.get("HealthCheckPath")
        port = group.get("HealthCheckPort").text
        certain = protocol.absent or protocol.text is not None
        problems = health_rules.valid_health_check(
            # The default is HTTP for an Application Load Balancer as the target.
            protocol=protocol.text or ("HTTP" if _by_http(group) or not certain else None),
            port=port if port is None or len(port) < len("traffic-port") + 1 else "0",
            path=path.text if certain else None,
            codes=certain and bool(group.get("Matcher").keys()),
            enabled=group.get("HealthCheckEnabled").boolean,
            interval=_interval(group),
            timeout=group.get("HealthCheckTimeoutSeconds").number,
            thresholds=(
                group.get("HealthyThresholdCount").number,
                group.get("UnhealthyThresholdCount").number,
            ),
        )
        for problem in problems:
            yield from found([problem], group.get(_PLACES.get(problem.rule.id, _INTERVAL)))


def _interval(group: Resource) -> float | None:
    value = group.get("HealthCheckIntervalSeconds")
    timeout = group.get("HealthCheckTimeoutSeconds").number
    # The default is looked at only where the timeout is longer than it.
    long = value.absent and timeout in _LONG_TIMEOUTS
    return _DEFAULT_INTERVAL if long else value.number


_DEFAULT_INTERVAL = 30
_LONG_TIMEOUTS = range(_DEFAULT_INTERVAL + 1, health_rules.HEALTH_CHECK_TIMEOUT.stop)


def _by_http(group: Resource) -> bool:
    return group.get("TargetType").text == "alb"


_INTERVAL = "HealthCheckIntervalSeconds"
_PLACES = {
    health_rules.health_check_enabled.id: "HealthCheckEnabled",
    health_rules.health_check_options_on_http.id: "HealthCheckProtocol",
    health_rules.health_check_path_absolute.id: "HealthCheckPath",
    health_rules.health_check_protocol_supported.id: "HealthCheckProtocol",
    port_in_range.id: "HealthCheckPort",
}


def check_shared_groups(inventory: Inventory) -> Iterator[Finding]:
    """Check that a target group is behind one load balancer only."""
    balancers = dict(inventory.network_listeners)
    behind: dict[str, dict[Resource, Resource]] = {}
    for listener, value in inventory.forwarded:
        if value.key is None:
            continue
        others = behind.setdefault(value.key, {})
        load_balancer = balancers[listener]
        together = [
            other.logical_id
            for other, forwarding in others.items()
            if other.together_with(load_balancer) and forwarding.together_with(listener)
        ]
        if others.setdefault(load_balancer, listener) is listener and together:
            group = value.target(TARGET_GROUP)
            name = group.logical_id if group else value.text or "the target group"
            names = [*together, load_balancer.logical_id]
            yield from found(group_rules.target_group_unshared(name, names), value)


def check_targets(inventory: Inventory) -> Iterator[Finding]:
    """Check that there are targets behind the load balancers of services."""
    for group in inventory.served_groups:
        yield from found(target_rules.target_present(_targets(inventory, group)), group)


def check_target_ids(inventory: Inventory) -> Iterator[Finding]:
    """Check that what is registered is of the type that the group is of."""
    for group in inventory.network_groups:
        kind = group.get("TargetType")
        yield from found(port_in_range(group.get("Port").number), group.get("Port"))
        yield from found(target_rules.target_registrable(kind.text), kind)
        for target in group.get("Targets").each():
            value = target.get("Id")
            reference = value.reference
            instance = reference and reference.resource.type == INSTANCE and reference.identifies
            given = described(reference) if reference and instance else value.text
            if kind.text == "ip":
                yield from found(target_rules.target_address_valid(given), value)
            elif kind.absent or kind.text == "instance":
                yield from found(target_rules.target_instance(value.text), value)


def _targets(inventory: Inventory, group: Resource) -> int | None:
    values = group.get("Targets").items()
    if values or values is None or not inventory.complete or inventory.handed_out(group):
        return len(values) if values else None
    # Whatever else refers to it may register targets: an ECS service, an Auto Scaling group.
    others = {
        value.resource.type
        for value in inventory.referrers(group)
        if any(each.resource is group and each.identifies for each in value.references())
    }
    return None if others - _NO_REGISTRAR else 0


_NO_REGISTRAR = frozenset({LISTENER, ALARM, LISTENER_RULE})


CHECKS = (
    check_application_load_balancers,
    check_attributes,
    check_health_checks,
    check_shared_groups,
    check_target_ids,
    check_targets,
)
