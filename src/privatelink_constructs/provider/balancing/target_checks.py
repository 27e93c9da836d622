"""The checks of all targets of one listener together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import aws_elasticloadbalancingv2 as elbv2

from privatelink_constructs.provider.balancing.application_load_balancers import (
    health_check_listener_protocols,
)
from privatelink_constructs.provider.balancing.listener_options import (
    health_check_problems,
    health_check_protocol,
)
from privatelink_constructs.provider.balancing.targets import TargetKind, every_target
from privatelink_constructs.provider.balancing.ways import forwards_udp, label
from privatelink_constructs.rules import health_checks as health_rules
from privatelink_constructs.rules import listeners as listener_rules
from privatelink_constructs.rules import target_groups as group_rules
from privatelink_constructs.rules import target_registration as target_rules
from privatelink_constructs.rules.core import first_of, known

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from privatelink_constructs.provider.balancing.listener import Listener
    from privatelink_constructs.provider.balancing.targets import Placed, Target
    from privatelink_constructs.rules.core import Problem

_MAY_LACK_IPV6 = frozenset(
    {TargetKind.AUTO_SCALING_GROUP, TargetKind.ECS_SERVICE, TargetKind.INSTANCE}
)


def check_targets(
    listener: Listener, placed: Placed, *, port: int, ipv6: bool
) -> Iterator[Problem]:
    """Check the targets of one listener together.

    :param port: the port of the target groups.
    :param ipv6: whether the target groups are IPv6.
    """
    targets = every_target(placed)
    types = {kind for it in targets if (kind := it.type or it.registered_as) is not None}
    if listener.target_type is not None:
        types.add(listener.target_type)
    yield from _check_registrable(listener, targets)
    names = [kind.value.lower() for kind in types]
    yield from target_rules.target_types_same(label(listener), names)
    if elbv2.TargetType.ALB in types:
        yield from _check_alb(listener, placed, port)
    for target in targets:
        if target.kind is TargetKind.IP and target.id:
            yield from target_rules.target_address_valid(known(target.id))
        yield from listener_rules.port_in_range(known(target.port))
    yield from _check_family(listener, targets, ipv6=ipv6)


def check_type(
    listener: Listener,
    target_type: elbv2.TargetType | None,
    protocol: elbv2.Protocol | None,
) -> Iterator[Problem]:
    """Check what depends on the type of the target groups, once it is known.

    :param target_type: the type, None if it isn't known yet.
    :param protocol: the protocol of the health check, None if it isn't known yet.
    """
    if target_type is None:
        return
    check = listener.health_check
    if check is not None and protocol is not None and health_check_protocol(listener) is None:
        yield from health_check_problems(check, protocol)
    if target_type is elbv2.TargetType.ALB:
        yield from health_rules.alb_health_check_over_http(_check_protocol(listener))
    yield from check_preservation(listener, target_type)


def check_preservation(
    listener: Listener, target_type: elbv2.TargetType | None
) -> Iterator[Problem]:
    """Check whether client addresses are preserved where AWS doesn't do so by default.

    :param target_type: the type of the target groups, None if it isn't known.
    """
    yield from group_rules.client_ip_not_preserved(
        (listener.target_protocol or listener.protocol).value,
        target_type.value.lower() if target_type else None,
        preserve=listener.preserve_client_ip,
    )


def _check_registrable(listener: Listener, targets: Sequence[Target]) -> Iterator[Problem]:
    given = listener.target_type.value.lower() if listener.target_type else None
    others = [type(it.resource).__name__ for it in targets if it.kind is TargetKind.NONE]
    yield from target_rules.target_registrable(given, listener=label(listener), others=others)
    for target in targets:
        yield from target_rules.ecs_port_mapped(mapped=target.mapped, udp_port=target.udp_port)


def check_albs(listener: Listener, targets: Sequence[Target]) -> Iterator[Problem]:
    """Check the protocol of the health check against the listeners of the load balancers behind.

    :param targets: the targets of all load balancers of the listener.
    """
    albs = [target for target in targets if target.kind is TargetKind.ALB]
    given = _check_protocol(listener)
    # Reading the listeners takes round trips, and a single load balancer decides the protocol
    # alone.
    if given is not None or len({target.id for target in albs}) > 1:
        port = listener.health_check.port if listener.health_check else None
        found = health_check_listener_protocols(albs, port)
        yield from health_rules.alb_health_check_matching(given, found)


def _check_protocol(listener: Listener) -> str | None:
    """Return the protocol of the health check that a user sets."""
    check = listener.health_check
    return check.protocol.value if check is not None and check.protocol is not None else None


def _check_alb(listener: Listener, placed: Placed, port: int) -> Iterator[Problem]:
    ports = {target.port for target in every_target(placed) if target.kind is TargetKind.ALB}
    attributes = {
        "deregistration_delay": listener.deregistration_delay,
        "preserve_client_ip": listener.preserve_client_ip,
    }
    for alb_port in sorted(filter(None, map(known, ports))) or [None]:
        yield from group_rules.valid_alb_target(
            listener.protocol.value,
            targets=max(map(len, placed.values()), default=0),
            proxy_protocol=listener.proxy_protocol_v2,
            attributes=[name for name, value in attributes.items() if value is not None],
            port=known(port),
            alb_port=alb_port,
        )


def _check_family(
    listener: Listener, targets: Sequence[Target], *, ipv6: bool
) -> Iterator[Problem]:
    addresses = [target.address for target in targets if target.address is not None]
    protocol = listener.protocol.value
    yield from first_of(
        # The target groups of UDP are IPv6 on dualstack load balancers, and only there.
        group_rules.udp_targets_ipv6(protocol, dualstack=ipv6, addresses=addresses),
        target_rules.target_family_same(label(listener), addresses, ipv6=ipv6),
    )
    kinds = _without_address(targets)
    yield from target_rules.ipv6_targets_known(label(listener), kinds, ipv6=ipv6)


def _without_address(targets: Sequence[Target]) -> list[str]:
    """Return the kinds of targets that don't show whether they have IPv6 addresses."""
    return [target.kind.value for target in targets if target.kind in _MAY_LACK_IPV6]


def needs_ipv6(listener: Listener, targets: Sequence[Target], *, dualstack: bool) -> bool:
    """Return whether the target groups of a listener are IPv6."""
    if not dualstack:
        return False
    families = {target.is_ipv6 for target in targets if target.address is not None}
    return forwards_udp(listener) or families == {True}
