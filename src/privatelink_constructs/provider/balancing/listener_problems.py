"""What a listener knows to be wrong with itself, before anything is defined."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from privatelink_constructs._cdk.register import IdentityRegister
from privatelink_constructs._cdk.reporting import refuse
from privatelink_constructs.provider.balancing import listener_options as options
from privatelink_constructs.rules import listeners as rules
from privatelink_constructs.rules import target_groups as group_rules
from privatelink_constructs.rules.core import known

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import aws_cdk as cdk
    from aws_cdk import aws_elasticloadbalancingv2 as elbv2

    from privatelink_constructs.rules.core import Problem


class _Listener(options.ListenerOptions, Protocol):
    """What is checked of a listener in addition."""

    @property
    def port(self) -> int: ...
    @property
    def target_port(self) -> int | None: ...
    @property
    def target_protocol(self) -> elbv2.Protocol | None: ...
    @property
    def certificates(self) -> Sequence[elbv2.IListenerCertificate]: ...
    @property
    def ssl_policy(self) -> elbv2.SslPolicy | None: ...
    @property
    def alpn_policy(self) -> elbv2.AlpnPolicy | None: ...
    @property
    def preserve_client_ip(self) -> bool | None: ...
    @property
    def idle_timeout(self) -> cdk.Duration | None: ...
    @property
    def deregistration_delay(self) -> cdk.Duration | None: ...


_warnings: IdentityRegister[_Listener, list[Problem]] = IdentityRegister()


def look_at(listener: _Listener) -> None:
    """Refuse what AWS would reject, and keep the warnings for the service.

    :raises ValidationError: for what AWS would reject.
    """
    _warnings.put(listener, refuse(_problems(listener)))


def listener_warnings(listener: _Listener) -> list[Problem]:
    """Return the warnings about a listener, found when it was made."""
    found = _warnings.get(listener)
    # A copy is made without looking at it again.
    return refuse(_problems(listener)) if found is None else found


def _problems(listener: _Listener) -> Iterator[Problem]:
    """Check all that a listener knows of itself."""
    protocol = listener.protocol.value
    yield from rules.listener_protocol_supported(protocol)
    yield from rules.port_in_range(known(listener.port))
    yield from rules.port_in_range(known(listener.target_port), name="target_port")
    yield from options.target_problems(
        listener.port, listener.targets, listener.targets_by_zone or {}
    )
    yield from options.tls_problems(
        protocol, listener.certificates, listener.ssl_policy, listener.alpn_policy
    )
    target = (listener.target_protocol or listener.protocol).value
    yield from rules.target_protocol_matching(protocol, target)
    yield from rules.valid_idle_timeout(protocol, options.seconds(listener.idle_timeout))
    yield from group_rules.deregistration_delay_in_range(
        options.seconds(listener.deregistration_delay)
    )
    preserve = listener.preserve_client_ip
    yield from group_rules.udp_client_ip_preserved(protocol, preserve=preserve)
    if listener.health_check is not None:
        yield from options.health_check_problems(
            listener.health_check, options.health_check_protocol(listener)
        )
