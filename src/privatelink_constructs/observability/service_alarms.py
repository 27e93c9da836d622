"""The alarms of an endpoint service."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import aws_cdk as cdk
import constructs
import jsii
from constructs import IValidation

from privatelink_constructs._cdk.asking import stack_of
from privatelink_constructs._cdk.reporting import Site, refuse, warn
from privatelink_constructs.contract.service_metrics import watched_service
from privatelink_constructs.observability.acceptance_alarms import acceptance_plans
from privatelink_constructs.observability.alarm_actions import action_problems, add_actions
from privatelink_constructs.observability.alarm_plans import AlarmPlan
from privatelink_constructs.observability.balancer_alarms import BalancerAlarms
from privatelink_constructs.observability.balancer_metrics import BalancerMetrics
from privatelink_constructs.observability.metric_places import region_problems
from privatelink_constructs.observability.thresholds import EndpointServiceThresholds
from privatelink_constructs.rules import alarms as rules
from privatelink_constructs.rules.arguments import checked
from privatelink_constructs.rules.core import known

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from aws_cdk import aws_cloudwatch as cloudwatch
    from aws_cdk import aws_sns as sns

    from privatelink_constructs.contract.interfaces import IEndpointService
    from privatelink_constructs.contract.watched_services import WatchedService
    from privatelink_constructs.rules.core import Problem

_RESETS = (
    "The endpoint service resets many connections. Look at RstPacketsSent by Availability Zone and "
    "load balancer, and at the health of the targets. Repair or replace unhealthy targets, and "
    "check that clients close idle connections before the idle timeout of the listener."
)


class EndpointServiceAlarms(constructs.Construct):
    """The alarms of an endpoint service, of its load balancers, and of its acceptance rules.

    It defines alarms on what consumers notice: connections that are dropped, blocked, or reset,
    Availability Zones without healthy targets, failed TLS handshakes, and a private DNS name that
    lapses. Load balancers, target groups, and listeners that you define later have no alarms.

    Example::

        EndpointServiceAlarms(self, "Alarms", service=service, actions=[topic])

    :param scope: the scope of the construct.
    :param id: the ID of the construct.
    :param service: the service, defined in the app or imported. Of an imported service, specify the
        load balancers, the target groups, and the Availability Zones to have alarms on them.
    :param actions: the actions of the alarms: SNS topics, and the CDK's alarm actions.
        The library lets CloudWatch use the key of an encrypted topic; the policy of an imported key
        must already allow it. Default: nothing.
    :param thresholds: the thresholds. Default: those of ``EndpointServiceThresholds``.
    :param private_dns_check_every: how often a Lambda function checks the state of the private DNS
        name, in whole minutes, from a minute to a day. Default: None, it isn't checked.
    :param expected_connections: the largest number of connections at the same time. There is a
        warning at synthesis if the targets that are known can't serve them. Default: None, nothing
        is compared.
    :raises ValidationError: ``alarm-region-mismatch``, ``alarm-topic-region-mismatch``,
        ``expected-connections-out-of-range``, and for a private DNS name that can't be checked
        ``private-dns-check-ineffective``, ``private-dns-check-mismatch``,
        ``private-dns-check-not-valid``, ``private-dns-check-out-of-range``, and
        ``private-dns-check-undetermined``.
    :see: https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-cloudwatch-metrics.html
    """

    @checked()
    def __init__(
        self,
        scope: constructs.Construct,
        id: str,  # noqa: A002 - the CDK's name for it
        *,
        service: IEndpointService,
        actions: Sequence[sns.ITopic | sns.Topic | cloudwatch.IAlarmAction] = (),
        thresholds: EndpointServiceThresholds = EndpointServiceThresholds(),  # noqa: B008 - frozen
        private_dns_check_every: cdk.Duration | None = None,
        expected_connections: int | None = None,
    ) -> None:
        """Define the alarms."""
        site = Site(scope, id)
        watched = watched_service(service)
        refuse(region_problems(watched.home, scope), site)
        refuse(action_problems(actions, scope), site)
        refuse(rules.expected_connections_in_range(known(expected_connections)), site)
        if private_dns_check_every is not None:
            refuse(_check_problems(watched, private_dns_check_every, scope), site)

        super().__init__(scope, id)
        self._service = service
        alarms = [plan.define(self) for plan in _service_plans(service, thresholds)]
        alarms += self._define_balancer_alarms(watched, thresholds)
        if private_dns_check_every is not None:
            alarms.append(self._define_check(watched, private_dns_check_every))
        self._alarms = tuple(alarms)
        lack = rules.alarms_present(len(self._alarms))
        warn(self, [*lack, *add_actions(self._alarms, actions)])
        if known(expected_connections) is not None:
            late = _Capacity(self, watched, cast("int", expected_connections))
            self.node.add_validation(cast("IValidation", late))

    @property
    def service(self) -> IEndpointService:
        """The service."""
        return self._service

    @property
    def alarms(self) -> tuple[cloudwatch.Alarm, ...]:
        """The alarms, for actions of another kind."""
        return self._alarms

    def _define_balancer_alarms(
        self, watched: WatchedService, thresholds: EndpointServiceThresholds
    ) -> Iterator[cloudwatch.Alarm]:
        minute, five_minutes = cdk.Duration.minutes(1), cdk.Duration.minutes(5)
        for balancer in watched.balancers():
            metrics = BalancerMetrics(balancer=balancer, home=watched.home, stack=stack_of(self))
            alarms = BalancerAlarms(
                metrics=metrics, thresholds=thresholds, minute=minute, five_minutes=five_minutes
            )
            yield from (plan.define(self) for plan in alarms.plans())

    def _define_check(self, watched: WatchedService, every: cdk.Duration) -> cloudwatch.Alarm:
        from privatelink_constructs.observability.private_dns_check import define_check  # noqa: PLC0415 - few services have a check

        alarm = define_check(self, watched, every).define(self)
        # So that there is a first run before the alarm looks for data.
        alarm.node.add_dependency(self.node.find_child("Schedule"))
        return alarm


def _check_problems(
    watched: WatchedService, every: cdk.Duration, scope: constructs.Construct
) -> Iterator[Problem]:
    from privatelink_constructs.observability.private_dns_check import check_problems  # noqa: PLC0415 - few services have a check

    return check_problems(watched, every, scope)


def _service_plans(
    service: IEndpointService, thresholds: EndpointServiceThresholds
) -> Iterator[AlarmPlan]:
    if thresholds.resets_sent is not None:
        yield AlarmPlan(
            id="ResetsSent",
            metric=service.metric_rst_packets_sent(),
            threshold=thresholds.resets_sent,
            description=_RESETS,
            periods=3,
            datapoints=2,
        )
    if service.acceptor is not None:
        yield from acceptance_plans(service.acceptor, thresholds)


@jsii.implements(IValidation)
class _Capacity:
    """Asks at synthesis whether the targets, of which more may have come, serve what is expected.

    :param alarms: where to warn.
    :param watched: the service.
    :param connections: how many connections are expected.
    """

    def __init__(
        self, alarms: constructs.Construct, watched: WatchedService, connections: int
    ) -> None:
        self._alarms = alarms
        self._watched = watched
        self._connections = connections

    def validate(self) -> list[str]:
        """Return nothing, and warn if they don't."""
        targets = self._watched.targets() if self._watched.targets is not None else None
        warn(self._alarms, rules.capacity_sufficient(self._connections, targets=targets))
        return []
