"""The alarms of an interface endpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING

import aws_cdk as cdk
import constructs

from privatelink_constructs._cdk.reporting import Site, refuse, warn
from privatelink_constructs.contract.endpoint_metrics import watched_endpoint
from privatelink_constructs.observability.alarm_actions import action_problems, add_actions
from privatelink_constructs.observability.alarm_plans import AlarmPlan
from privatelink_constructs.observability.metric_places import region_problems
from privatelink_constructs.observability.thresholds import InterfaceEndpointThresholds
from privatelink_constructs.rules.alarms import alarms_present
from privatelink_constructs.rules.arguments import checked

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from aws_cdk import aws_cloudwatch as cloudwatch
    from aws_cdk import aws_sns as sns

    from privatelink_constructs.contract.interfaces import IInterfaceEndpoint

_DROPPED = (
    "The endpoint keeps dropping packets, which can mean that the endpoint or its service is "
    "unhealthy. Look at the metrics of the endpoint by subnet, and at flow logs of its network "
    "interfaces. Ask the owner of the service for the state of its targets, and check that clients "
    "send no packets of more than 8,500 bytes."
)
_RESETS = (
    "The service resets many connections through the endpoint. Look at RstPacketsReceived by "
    "subnet, and at the logs of the clients. Ask the owner of the service whether targets are "
    "unhealthy or restarted, and check the idle timeouts of the clients."
)


class InterfaceEndpointAlarms(constructs.Construct):
    """The alarms of an interface endpoint: dropped packets, and connections that are reset.

    Example::

        InterfaceEndpointAlarms(self, "EndpointAlarms", endpoint=endpoint, actions=[topic])

    :param scope: the scope of the construct.
    :param id: the ID of the construct.
    :param endpoint: the endpoint, defined in the app or imported. An imported one must specify its
        VPC and its service.
    :param actions: the actions of the alarms: SNS topics, and the CDK's alarm actions.
        The library lets CloudWatch use the key of an encrypted topic; the policy of an imported key
        must already allow it. Default: nothing.
    :param thresholds: the thresholds. Default: those of ``InterfaceEndpointThresholds``.
    :raises ValidationError: ``endpoint-metrics-not-supported`` for an endpoint to a service in
        another Region, which has no metrics, ``endpoint-metrics-undetermined``,
        ``alarm-region-mismatch``, and ``alarm-topic-region-mismatch``.
    :see: https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-cloudwatch-metrics.html
    """

    @checked()
    def __init__(
        self,
        scope: constructs.Construct,
        id: str,  # noqa: A002 - the CDK's name for it
        *,
        endpoint: IInterfaceEndpoint,
        actions: Sequence[sns.ITopic | sns.Topic | cloudwatch.IAlarmAction] = (),
        thresholds: InterfaceEndpointThresholds = InterfaceEndpointThresholds(),  # noqa: B008 - frozen
    ) -> None:
        """Define the alarms."""
        site = Site(scope, id)
        watched = watched_endpoint(endpoint)
        refuse(watched.problems(), site)
        refuse(region_problems(watched.home, scope), site)
        refuse(action_problems(actions, scope), site)

        super().__init__(scope, id)
        self._endpoint = endpoint
        self._alarms = tuple(plan.define(self) for plan in _plans(endpoint, thresholds))
        lack = alarms_present(len(self._alarms))
        warn(self, [*lack, *add_actions(self._alarms, actions)])

    @property
    def endpoint(self) -> IInterfaceEndpoint:
        """The endpoint."""
        return self._endpoint

    @property
    def alarms(self) -> tuple[cloudwatch.Alarm, ...]:
        """The alarms, for actions of another kind."""
        return self._alarms


def _plans(
    endpoint: IInterfaceEndpoint, thresholds: InterfaceEndpointThresholds
) -> Iterator[AlarmPlan]:
    period = cdk.Duration.minutes(5)
    if thresholds.packets_dropped is not None:
        yield AlarmPlan(
            id="PacketsDropped",
            metric=endpoint.metric_packets_dropped(period=period),
            threshold=thresholds.packets_dropped,
            description=_DROPPED,
            periods=5,
            datapoints=3,
        )
    if thresholds.resets_received is not None:
        yield AlarmPlan(
            id="ResetsReceived",
            metric=endpoint.metric_rst_packets_received(period=period),
            threshold=thresholds.resets_received,
            description=_RESETS,
            periods=3,
            datapoints=2,
        )
