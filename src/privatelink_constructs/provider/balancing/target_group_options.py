"""Every setting of a target group, with AWS's default where an option isn't used.

CloudFormation keeps a setting that you remove from a template, so an option that you remove would
stay on in AWS. Everything that an option sets is therefore always written, if AWS accepts it.

:see: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-elasticloadbalancingv2-targetgroup.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict, cast

import aws_cdk as cdk
from aws_cdk import aws_elasticloadbalancingv2 as elbv2

from privatelink_constructs._cdk.asking import seconds_of
from privatelink_constructs.facts import load_balancer_defaults as defaults
from privatelink_constructs.provider.balancing.target_checks import check_preservation
from privatelink_constructs.rules.core import is_token

if TYPE_CHECKING:
    from collections.abc import Sequence

    from privatelink_constructs.provider.balancing.listener import Listener
    from privatelink_constructs.provider.balancing.port import Port
    from privatelink_constructs.rules.core import Problem

_ALB, _TCP = elbv2.TargetType.ALB, elbv2.Protocol.TCP
_TYPES = {"alb": _ALB, "instance": elbv2.TargetType.INSTANCE, "ip": elbv2.TargetType.IP}
_PROXY_PROTOCOL = "proxy_protocol_v2.enabled"
_PRESERVATION = "preserve_client_ip.enabled"
_DELAY = "deregistration_delay.timeout_seconds"


class TargetGroupOptions(TypedDict):
    """The options of the CDK's target groups."""

    health_check: elbv2.HealthCheck
    proxy_protocol_v2: bool | None
    preserve_client_ip: bool | None
    deregistration_delay: cdk.Duration | None


def target_group_options(port: Port) -> TargetGroupOptions:
    """Return the options of the target groups of a port.

    Target groups whose type isn't known yet get what suits all types but alb, see :func:`settle`.
    """
    listener, stack = port.listener, port.layout.stack
    attributes = port.group_type is not _ALB
    delay = listener.deregistration_delay
    if delay is None or delay.is_unresolved():
        # The CDK writes a token as its encoded number, see :func:`write_tokens`.
        delay = seconds_of(stack, defaults.DEREGISTRATION_DELAY)
    return {
        "health_check": _health_check(port),
        "proxy_protocol_v2": listener.proxy_protocol_v2 if attributes else None,
        "preserve_client_ip": _preservation(listener, port.group_type),
        "deregistration_delay": delay if attributes else None,
    }


def _preservation(listener: Listener, target_type: elbv2.TargetType | None) -> bool | None:
    """Return whether client addresses are preserved, None if it isn't known or can't be set."""
    protocol = (listener.target_protocol or listener.protocol).value
    if target_type is _ALB or protocol not in {"TCP", "TLS"}:
        return None
    if listener.preserve_client_ip is not None:
        return listener.preserve_client_ip
    kind = target_type.value.lower() if target_type else None
    return defaults.preserves_client_ip(protocol, kind)


def _health_check(port: Port) -> elbv2.HealthCheck:
    """Return a whole health check; TCP checks have no path and no response codes."""
    given = port.listener.health_check or elbv2.HealthCheck()
    protocol = _protocol(port)
    http = protocol is not _TCP
    interval, timeout = _times(given, protocol, port.layout.stack)
    healthy, unhealthy = given.healthy_threshold_count, given.unhealthy_threshold_count
    path, codes = given.path, given.healthy_http_codes
    if http:
        codes = codes or defaults.HEALTH_CHECK_CODES
    return elbv2.HealthCheck(
        enabled=given.enabled,
        healthy_http_codes=codes,
        healthy_threshold_count=_literal(healthy, defaults.HEALTHY_THRESHOLD),
        interval=interval,
        path=path or (defaults.HEALTH_CHECK_PATH if http else None),
        port=given.port or defaults.HEALTH_CHECK_PORT,
        protocol=protocol,
        timeout=timeout,
        unhealthy_threshold_count=_literal(unhealthy, defaults.UNHEALTHY_THRESHOLD),
    )


def _protocol(port: Port) -> elbv2.Protocol:
    """Return the protocol of a health check, AWS's default as long as it isn't known."""
    default = elbv2.Protocol.HTTP if port.group_type is _ALB else _TCP
    return port.health_check_protocol or default


def _times(
    given: elbv2.HealthCheck, protocol: elbv2.Protocol, stack: cdk.Stack
) -> tuple[cdk.Duration, cdk.Duration]:
    """Return the interval and the timeout, both AWS's defaults where one of them is a token."""
    interval = seconds_of(stack, defaults.HEALTH_CHECK_INTERVAL)
    timeout = seconds_of(stack, defaults.health_check_timeout(protocol.value))
    if _is_later(given.interval) or _is_later(given.timeout):
        return interval, timeout
    return given.interval or interval, given.timeout or timeout


def _literal(number: float | None, default: int) -> float:
    return default if number is None or is_token(number) else number


def _is_later(duration: cdk.Duration | None) -> bool:
    return duration is not None and duration.is_unresolved()


def write_tokens(group: elbv2.NetworkTargetGroup, port: Port) -> None:
    """Write numbers that are known only at deployment past the CDK's target group.

    It compares them with AWS's limits, as if they were literals.
    """
    delay, check = port.listener.deregistration_delay, port.listener.health_check
    if delay is not None and delay.is_unresolved() and port.group_type is not _ALB:
        group.set_attribute(_DELAY, cdk.Tokenization.stringify_number(delay.to_seconds()))
    numbers = _tokens_of(check) if check is not None else {}
    if numbers:
        resource = cast("elbv2.CfnTargetGroup", group.node.default_child)
        for name, number in numbers.items():
            setattr(resource, name, number)


def _tokens_of(check: elbv2.HealthCheck) -> dict[str, float]:
    """Return the numbers of a health check to write, by property, if they are tokens."""
    times: dict[str, cdk.Duration | None] = {
        "health_check_interval_seconds": check.interval,
        "health_check_timeout_seconds": check.timeout,
    }
    found: dict[str, float] = {}
    if any(map(_is_later, times.values())):
        found.update({k: it.to_seconds() for k, it in times.items() if it is not None})
    thresholds = {
        "healthy_threshold_count": check.healthy_threshold_count,
        "unhealthy_threshold_count": check.unhealthy_threshold_count,
    }
    return {**found, **{k: it for k, it in thresholds.items() if it is not None and is_token(it)}}


def write_family(port: Port, groups: Sequence[elbv2.NetworkTargetGroup]) -> None:
    """Make target groups IPv6 if targets that are added later are IPv6."""
    for group in groups if port.ipv6 else ():
        resource = cast("elbv2.CfnTargetGroup", group.node.default_child)
        resource.ip_address_type = "ipv6"


def settle(port: Port, groups: Sequence[elbv2.NetworkTargetGroup]) -> list[Problem]:
    """Write what depends on targets that came after their target groups were defined.

    :param groups: the target groups of the port.
    :return: warnings about what became known when the targets were attached.
    """
    written_type, written_protocol = port.written
    if written_type is not None and written_protocol is not None:
        return []
    warnings: list[Problem] = []
    if port.group_type is None:
        port.group_type = _attached_type(port, groups)
        warnings += check_preservation(port.listener, port.group_type)
    if port.group_type is None:
        return warnings
    if _protocol(port) is not (written_protocol or _TCP):
        for group in groups:
            group.health_check = _health_check(port)
    if written_type is None:
        _settle_attributes(port, groups)
    port.health_check_protocol = _protocol(port)
    port.written = (port.group_type, port.health_check_protocol)
    return warnings


def _settle_attributes(port: Port, groups: Sequence[elbv2.NetworkTargetGroup]) -> None:
    """Write the attributes of target groups that were defined without a type."""
    preserved = _preservation(port.listener, port.group_type)
    changes: dict[str, str | None] = {}
    if port.group_type is _ALB:
        changes = dict.fromkeys((_PROXY_PROTOCOL, _DELAY, _PRESERVATION))
    elif preserved is not None and port.listener.preserve_client_ip is None:
        changes = {_PRESERVATION: str(preserved).lower()}
    for group in groups:
        for name, value in changes.items():
            group.set_attribute(name, value)


def _attached_type(
    port: Port, groups: Sequence[elbv2.NetworkTargetGroup]
) -> elbv2.TargetType | None:
    """Return the type that target groups took from what registered itself with them."""
    for group in groups:
        resource = cast("elbv2.CfnTargetGroup", group.node.default_child)
        found = port.layout.stack.resolve(resource.target_type)
        if found in _TYPES:
            return _TYPES[found]
    return None
