"""What the options of a listener come to in AWS's terms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from aws_cdk import aws_elasticloadbalancingv2 as elbv2

from privatelink_constructs.facts import load_balancer_defaults as defaults
from privatelink_constructs.provider.balancing.targets import TargetKind, kind_of
from privatelink_constructs.rules import health_checks as health_rules
from privatelink_constructs.rules.annotations import fits
from privatelink_constructs.rules.arguments import text_single
from privatelink_constructs.rules.core import about, is_token, known
from privatelink_constructs.rules.target_registration import target_registrable
from privatelink_constructs.rules.tls import valid_tls
from privatelink_constructs.rules.wording import class_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import aws_cdk as cdk

    from privatelink_constructs.rules.core import Problem

OLD_POLICIES = {
    "FIPS_TLS13_10": "ELBSecurityPolicy-TLS13-1-0-FIPS-2023-04",
    "FIPS_TLS13_10_PQ": "ELBSecurityPolicy-TLS13-1-0-FIPS-PQ-2025-09",
    "FIPS_TLS13_11": "ELBSecurityPolicy-TLS13-1-1-FIPS-2023-04",
    "FORWARD_SECRECY": "ELBSecurityPolicy-FS-2018-06",
    "FORWARD_SECRECY_TLS11": "ELBSecurityPolicy-FS-1-1-2019-08",
    "LEGACY": "ELBSecurityPolicy-TLS-1-0-2015-04",
    "RECOMMENDED": "ELBSecurityPolicy-2016-08",
    "TLS11": "ELBSecurityPolicy-TLS-1-1-2017-01",
    "TLS13_10": "ELBSecurityPolicy-TLS13-1-0-2021-06",
    "TLS13_10_PQ": "ELBSecurityPolicy-TLS13-1-0-PQ-2025-09",
    "TLS13_11": "ELBSecurityPolicy-TLS13-1-1-2021-06",
}
"""The CDK's policies that accept TLS 1.0 or 1.1, by the CDK's names, which is all an enum shows."""


_TELL_LATER = {TargetKind.OTHER, TargetKind.NONE, TargetKind.ALB}
"""The kinds of targets that don't tell the protocol of their health check, as they stand there."""


def policy_name(policy: elbv2.SslPolicy | None) -> str | None:
    """Return the name of an SSL policy where it is an old one, else the CDK's name for it."""
    return OLD_POLICIES.get(policy.name, policy.name) if policy else None


def tls_problems(
    protocol: str,
    certificates: Sequence[elbv2.IListenerCertificate],
    policy: elbv2.SslPolicy | None,
    alpn_policy: elbv2.AlpnPolicy | None,
) -> Iterator[Problem]:
    """Check what only a TLS listener has."""
    yield from valid_tls(
        protocol,
        certificates=len(certificates),
        policy=policy_name(policy),
        alpn=alpn_policy is not None,
    )


class ListenerOptions(Protocol):
    """What is read of a listener."""

    @property
    def protocol(self) -> elbv2.Protocol:
        """The protocol of the listener."""
        ...

    @property
    def targets(self) -> Sequence[elbv2.INetworkLoadBalancerTarget]:
        """The targets for all zones."""
        ...

    @property
    def targets_by_zone(
        self,
    ) -> Mapping[str, Sequence[elbv2.INetworkLoadBalancerTarget]] | None:
        """The targets by the name of their zone."""
        ...

    @property
    def target_type(self) -> elbv2.TargetType | None:
        """The type of the targets, None if it follows from them."""
        ...

    @property
    def registered_elsewhere(self) -> bool:
        """Whether something else registers the targets."""
        ...

    @property
    def health_check(self) -> elbv2.HealthCheck | None:
        """How the targets are checked."""
        ...


def announced_type(listener: ListenerOptions) -> elbv2.TargetType | None:
    """Return the type of a listener's target groups if it doesn't depend on the targets."""
    elsewhere = elbv2.TargetType.IP if listener.registered_elsewhere else None
    return listener.target_type or elsewhere


def health_check_protocol(listener: ListenerOptions) -> elbv2.Protocol | None:
    """Return the protocol of a listener's health check, None if it depends on its targets.

    For an Application Load Balancer it is the protocol of its listener, otherwise TCP.
    """
    if listener.health_check is not None and listener.health_check.protocol is not None:
        return listener.health_check.protocol
    kind = announced_type(listener)
    if listener.protocol is not elbv2.Protocol.TCP or kind not in {None, elbv2.TargetType.ALB}:
        return elbv2.Protocol.TCP
    if kind is not None:
        return None
    lists = (listener.targets, *(listener.targets_by_zone or {}).values())
    kinds = {kind_of(target) for targets in lists for target in targets}
    return elbv2.Protocol.TCP if kinds - _TELL_LATER else None


def health_check_problems(
    check: elbv2.HealthCheck, protocol: elbv2.Protocol | None
) -> Iterator[Problem]:
    """Check a health check, with AWS's default where an option isn't set.

    :param protocol: the protocol of the health check, None if it isn't known yet.
    """
    timeout, interval = seconds(check.timeout), seconds(check.interval)
    if check.timeout is None:
        timeout = defaults.health_check_timeout(protocol.value if protocol else None)
    if check.interval is None:
        interval = defaults.HEALTH_CHECK_INTERVAL
    texts = {"path": check.path, "port": check.port, "healthy_http_codes": check.healthy_http_codes}
    for name, text in texts.items():
        yield from text_single(text, name=f"health_check.{name}")
    problems = health_rules.valid_health_check(
        # What HTTP takes passes for now.
        protocol=(protocol or elbv2.Protocol.HTTP).value,
        port=known(check.port),
        path=check.path,
        codes=check.healthy_http_codes is not None,
        http_codes=known(check.healthy_http_codes),
        grpc_codes=check.healthy_grpc_codes is not None,
        enabled=check.enabled,
        interval=interval,
        timeout=timeout,
        thresholds=[
            known(threshold)
            for threshold in (check.healthy_threshold_count, check.unhealthy_threshold_count)
        ],
        timeout_by_default=check.timeout is None,
    )
    yield from about(problems, "health_check")
    if protocol is not None:
        problems = health_rules.health_check_interval_longer(
            interval, timeout, by_default=check.timeout is None
        )
        yield from about(problems, "health_check")


def seconds(duration: cdk.Duration | None) -> float | None:
    """Return a duration in seconds, None if it isn't set or is a token."""
    # The CDK converts no token, whatever it would come out as.
    if duration is None or duration.is_unresolved():
        return None
    return duration.to_seconds(integral=False)


def target_problems(
    port: int, targets: Sequence[object], by_zone: Mapping[str, Sequence[object]]
) -> Iterator[Problem]:
    """Check that what is listed as targets of a port can be attached to a target group."""
    target: type = elbv2.INetworkLoadBalancerTarget
    listed = (it for group in (targets, *by_zone.values()) for it in group)
    others = [class_name(type(it)) for it in listed if not fits(it, target)]
    name = "the listener" if is_token(port) else f"port {port}"
    yield from target_registrable(None, listener=name, others=others)
