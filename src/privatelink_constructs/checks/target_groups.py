"""Checks of the target groups behind Network Load Balancers.

Configurations that AWS rejects are found on all of them. Other rules apply to services only.
"""

from __future__ import annotations

from contextlib import suppress
from ipaddress import IPv4Address, ip_address
from typing import TYPE_CHECKING

from privatelink_constructs.checks.findings import described, found
from privatelink_constructs.facts import load_balancer_defaults as defaults
from privatelink_constructs.inventory.inventory import kind_of
from privatelink_constructs.inventory.networks import only_network
from privatelink_constructs.inventory.registrars import LOOKING_ON, named_elsewhere
from privatelink_constructs.inventory.states import state_of
from privatelink_constructs.inventory.types import (
    ECS_SERVICE,
    INSTANCE,
    LAUNCH_TEMPLATE,
    LISTENER,
    LISTENER_RULE,
    LOAD_BALANCER,
    NETWORK_INTERFACE,
    TARGET_GROUP,
    VPC,
)
from privatelink_constructs.rules import health_checks as health_rules
from privatelink_constructs.rules import target_groups as group_rules
from privatelink_constructs.rules import target_registration as target_rules
from privatelink_constructs.rules.listeners import port_in_range

if TYPE_CHECKING:
    from collections.abc import Iterator
    from ipaddress import IPv6Address

    from privatelink_constructs.cloudformation.content import Reference
    from privatelink_constructs.cloudformation.resource import Resource, Value
    from privatelink_constructs.inventory.inventory import Inventory
    from privatelink_constructs.rules.core import Finding, Problem

_ATTRIBUTES = "TargetGroupAttributes"
_PRESERVE = "preserve_client_ip.enabled"
_DELAY = "deregistration_delay.timeout_seconds"


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
            attributes=[
                name for name in (_DELAY, _PRESERVE) if not attributes.attribute(name).absent
            ],
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
        delay = attributes.attribute(_DELAY)
        yield from found(group_rules.deregistration_delay_in_range(delay.number), delay)
        value, protocol = attributes.attribute(_PRESERVE), group.get("Protocol").text or ""
        preserve = value.boolean
        yield from found(group_rules.udp_client_ip_preserved(protocol, preserve=preserve), value)
        if group in served:
            problems = group_rules.client_ip_not_preserved(
                protocol, _type_of(group), preserve=preserve
            )
            yield from found(problems, value)


def _type_of(group: Resource) -> str | None:
    """Return the type of a target group, None when it isn't known."""
    value = group.get("TargetType")
    return "instance" if value.absent else value.text


def check_health_checks(inventory: Inventory) -> Iterator[Finding]:
    """Check health checks, with AWS's defaults for what the template doesn't set."""
    for group in inventory.network_groups:
        given, path = group.get("HealthCheckProtocol"), group.get("HealthCheckPath")
        port, protocol = group.get("HealthCheckPort").text, _health_check_protocol(group)
        matcher = group.get("Matcher")
        timeout = group.get("HealthCheckTimeoutSeconds")
        problems = health_rules.valid_health_check(
            # What HTTP takes passes where the protocol isn't known.
            protocol=protocol or "HTTP",
            port=port if port is None or len(port) < len("traffic-port") + 1 else "0",
            path=None if path.absent else _written(path),
            codes="HttpCode" in (matcher.keys() or ()),
            http_codes=matcher.get("HttpCode").text,
            grpc_codes="GrpcCode" in (matcher.keys() or ()),
            enabled=group.get("HealthCheckEnabled").boolean,
            interval=_number(group.get(_INTERVAL), defaults.HEALTH_CHECK_INTERVAL),
            timeout=_number(timeout, defaults.health_check_timeout(protocol)),
            thresholds=(
                group.get("HealthyThresholdCount").number,
                group.get("UnhealthyThresholdCount").number,
            ),
            timeout_by_default=timeout.absent,
        )
        for problem in problems:
            yield from found([problem], group.get(_PLACES.get(problem.rule.id, _INTERVAL)))
        if _type_of(group) == "alb":
            yield from found(health_rules.alb_health_check_over_http(given.text), given)


def _written(path: Value) -> str:
    """Return a path with ``${...}`` for what only the deployment knows."""
    return "${...}" if path.shown is None else path.shown


def _health_check_protocol(group: Resource) -> str | None:
    """Return the protocol of a health check, AWS's default if it isn't set, None if it isn't known.

    The default is HTTP for an Application Load Balancer as the target, and TCP otherwise.
    """
    value, kind = group.get("HealthCheckProtocol"), _type_of(group)
    if not value.absent or kind is None:
        return value.text
    return "HTTP" if kind == "alb" else "TCP"


def _number(value: Value, default: int) -> float | None:
    return default if value.absent else value.number


_INTERVAL = "HealthCheckIntervalSeconds"
_PLACES = {
    health_rules.health_check_enabled.id: "HealthCheckEnabled",
    health_rules.health_check_options_on_http.id: "HealthCheckProtocol",
    health_rules.health_check_without_grpc.id: "Matcher",
    health_rules.health_check_codes_valid.id: "Matcher",
    health_rules.health_check_path_valid.id: "HealthCheckPath",
    health_rules.health_check_protocol_supported.id: "HealthCheckProtocol",
    port_in_range.id: "HealthCheckPort",
}


def check_families(inventory: Inventory) -> Iterator[Finding]:
    """Check that targets have the address family of their group, and load balancers theirs."""
    balancers = dict(inventory.network_listeners)
    for listener, group, value in inventory.forwards:
        dualstack = balancers[listener].get("IpAddressType")
        problems = target_rules.ipv6_group_behind_dualstack(
            group.logical_id,
            ipv6=group.get("IpAddressType").text == "ipv6",
            dualstack=None if dualstack.unknown else dualstack.text == "dualstack",
        )
        yield from found(problems, value)
    for group in inventory.network_groups:
        family, kind = group.get("IpAddressType"), group.get("TargetType")
        ipv6, targets = family.text == "ipv6", group.get("Targets")
        if not family.unknown:
            name = group.logical_id
            addresses = _addresses(targets)
            yield from found(target_rules.target_family_same(name, addresses, ipv6=ipv6), targets)
        if kind.absent or kind.text == "instance":
            kinds = [] if _primary_ipv6(inventory) else ["instance"]
            problems = target_rules.ipv6_targets_known(group.logical_id, kinds, ipv6=ipv6)
            yield from found(problems, kind)


def _addresses(targets: Value) -> list[IPv4Address | IPv6Address]:
    addresses: list[IPv4Address | IPv6Address] = []
    for target in targets.each():
        with suppress(ValueError):
            addresses.append(ip_address(target.get("Id").text or ""))
    return addresses


def _primary_ipv6(inventory: Inventory) -> bool:
    """Tell whether instances of the templates may have a primary IPv6 address."""
    interfaces = [
        interface
        for template in inventory.of_type(LAUNCH_TEMPLATE)
        for interface in template.get("LaunchTemplateData", "NetworkInterfaces").each()
    ]
    values = [interface.get("PrimaryIpv6") for interface in interfaces]
    own = inventory.of_type(NETWORK_INTERFACE)
    values += [interface.get("EnablePrimaryIpv6") for interface in own]
    return any(value.unknown or value.boolean for value in values)


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
    for group in (*inventory.served_groups, *inventory.inspection_groups):
        yield from found(target_rules.target_present(_targets(inventory, group)), group)


def check_target_ids(inventory: Inventory) -> Iterator[Finding]:
    """Check that what is registered is of the type that the group is of."""
    for group in inventory.network_groups:
        kind = group.get("TargetType")
        port = group.get("Port")
        yield from found(port_in_range(port.text if port.number is None else port.number), port)
        yield from found(target_rules.target_registrable(kind.text), kind)
        for target in group.get("Targets").each():
            value = target.get("Id")
            reference = value.reference
            instance = reference and reference.resource.type == INSTANCE and reference.identifies
            given = described(reference) if reference and instance else value.text
            if kind.text == "ip":
                yield from found(target_rules.target_address_valid(given), value)
                yield from found(_unreachable(inventory, group, value), value)
            elif kind.absent or kind.text == "instance":
                yield from found(target_rules.target_instance(value.text), value)


def _unreachable(inventory: Inventory, group: Resource, value: Value) -> Iterator[Problem]:
    """Check that an address outside of the VPC is a private one."""
    vpc = group.get("VpcId").target(VPC)
    network = only_network(inventory, vpc) if vpc else None
    with suppress(ValueError):
        address = IPv4Address(value.text or "")
        outside = network is not None and address not in network
        yield from target_rules.target_address_private(address, outside=outside)


def check_ecs_services(inventory: Inventory) -> Iterator[Finding]:
    """Check in how many target groups an ECS service is."""
    for service in inventory.of_type(ECS_SERVICE):
        value = service.get("LoadBalancers")
        groups = [item.get("TargetGroupArn") for item in value.each()]
        known = [group for group in groups if group.key is not None]
        yield from found(target_rules.ecs_target_groups_in_limit(len(known)), value)


def _targets(inventory: Inventory, group: Resource) -> int | None:
    values = group.get("Targets").items() if state_of(group).absent else None
    if values or values is None or not inventory.complete or inventory.handed_out(group):
        return len(values) if values else None
    # Whatever else refers to it may register targets: an ECS service, an Auto Scaling group.
    # CodeDeploy takes its name.
    others = {
        value.resource.type
        for value in inventory.referrers(group)
        if any(each.resource is group and _names(each) for each in value.references())
    }
    if others - _NO_REGISTRAR or named_elsewhere(inventory, group):
        return None
    return 0


def _names(reference: Reference) -> bool:
    return reference.identifies or reference.attribute in _NAMES


_NAMES = ("TargetGroupName", "TargetGroupFullName")
_NO_REGISTRAR = frozenset({*LOOKING_ON, LISTENER, LISTENER_RULE})


CHECKS = (
    check_application_load_balancers,
    check_attributes,
    check_ecs_services,
    check_families,
    check_health_checks,
    check_shared_groups,
    check_target_ids,
    check_targets,
)
