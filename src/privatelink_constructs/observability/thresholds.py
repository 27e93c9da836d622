"""The thresholds of alarms."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, cast

from privatelink_constructs._cdk.reporting import refuse
from privatelink_constructs.rules.alarms import threshold_in_range
from privatelink_constructs.rules.arguments import checked_fields
from privatelink_constructs.rules.core import known

if TYPE_CHECKING:
    from collections.abc import Iterator

    from privatelink_constructs.rules.core import Problem


@checked_fields()
@dataclass(frozen=True, kw_only=True)
class EndpointServiceThresholds:
    """The thresholds of the alarms of an endpoint service. None leaves an alarm out.

    An alarm enters the ALARM state above its threshold, ``healthy_targets`` below it.

    Example::

        EndpointServiceThresholds(connection_use=0.5, resets_sent=1000, blocked_connections=None)

    :param port_allocation_errors: the connections per minute that a load balancer drops because it
        has no port left for them. Default: 0.
    :param connection_use: the connections as a part of 55,000 per healthy target, from 0 to 1, for
        15 minutes. AWS doesn't say how many connections a secondary address adds, so they don't
        count; with secondary addresses, a number up to 8 is possible. Default: 0.7.
    :param healthy_targets: the healthy targets of a target group in an Availability Zone, for 3
        minutes. Default: 1.
    :param fail_open_connections: the connections per minute that go to unhealthy targets because
        there are no healthy ones, in 2 of 3 minutes. Default: 0.
    :param blocked_connections: the connections per 5 minutes that the security group of a load
        balancer blocks, in 2 of 3 periods. Default: 0.
    :param tls_failures: the part of TLS connections whose handshake fails, from 0 to 1, for 15
        minutes. Default: 0.05.
    :param resets_sent: the RST packets per 5 minutes that the service sends, in 2 of 3 periods. How
        many are normal depends on the service. Default: None.
    :param acceptance_failures: the connections that the acceptance rules couldn't decide on.
        Default: 0.
    :param acceptance_dead_letters: the messages in the dead-letter queue of the acceptor. Default:
        0.
    :param acceptance_missed_runs: the intervals between scheduled runs that a message of the
        acceptor waits, and at least an hour. Default: 2.
    :param acceptance_errors: the errors of the acceptor's function, in 2 periods in a row of which
        each has a scheduled run. Default: 0.
    :raises ValidationError: ``alarm-threshold-out-of-range``.
    :see: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Best_Practice_Recommended_Alarms_AWS_Services.html
    """

    port_allocation_errors: float | None = 0
    connection_use: float | None = 0.7
    healthy_targets: float | None = 1
    fail_open_connections: float | None = 0
    blocked_connections: float | None = 0
    tls_failures: float | None = 0.05
    resets_sent: float | None = None
    acceptance_failures: float | None = 0
    acceptance_dead_letters: float | None = 0
    acceptance_missed_runs: float | None = 2
    acceptance_errors: float | None = 0

    def __post_init__(self) -> None:
        """Check the thresholds."""
        refuse(_problems(self))


@checked_fields()
@dataclass(frozen=True, kw_only=True)
class InterfaceEndpointThresholds:
    """The thresholds of the alarms of an interface endpoint. None leaves an alarm out.

    An alarm enters the ALARM state above its threshold.

    Example::

        InterfaceEndpointThresholds(packets_dropped=100, resets_received=1000)

    :param packets_dropped: the packets per 5 minutes that the endpoint drops, in 3 of 5 periods.
        Default: 0.
    :param resets_received: the RST packets per 5 minutes that the service sends, in 2 of 3 periods.
        How many are normal depends on the service. Default: None.
    :raises ValidationError: ``alarm-threshold-out-of-range``.
    :see: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Best_Practice_Recommended_Alarms_AWS_Services.html
    """

    packets_dropped: float | None = 0
    resets_received: float | None = None

    def __post_init__(self) -> None:
        """Check the thresholds."""
        refuse(_problems(self))


_MOST = {"connection_use": 8.0, "tls_failures": 1.0}


def _problems(
    thresholds: EndpointServiceThresholds | InterfaceEndpointThresholds,
) -> Iterator[Problem]:
    for field in fields(thresholds):
        value = known(cast("float | None", getattr(thresholds, field.name)))
        yield from threshold_in_range(value, name=field.name, most=_MOST.get(field.name))
