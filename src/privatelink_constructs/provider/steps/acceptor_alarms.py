"""The alarms of an acceptor.

They use only its queues, its function, and its metrics.
"""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, cast

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch

if TYPE_CHECKING:
    import constructs

    from privatelink_constructs.contract.interfaces import IConnectionAcceptor

_MINUTE, _HOUR, _DAY = 60, 3600, 86_400


def define_acceptor_alarms(
    scope: constructs.Construct, acceptor: IConnectionAcceptor, *, interval_seconds: float
) -> tuple[cloudwatch.Alarm, ...]:
    """Define alarms on failures, and on an acceptor that doesn't run.

    None of them changes its state between two runs while a cause lasts.

    :param interval_seconds: how often the acceptor runs at least.
    """
    # The function writes failures that last, and 0 if nothing is left to do. Otherwise it writes
    # nothing, and the alarm keeps its state.
    failures = _Alarm(
        "FailuresAlarm",
        acceptor.metric_failures(),
        "Connections of the endpoint service could not be accepted or rejected.",
        missing=cloudwatch.TreatMissingData.IGNORE,
    )
    dead_letters = _Alarm(
        "DeadLettersAlarm",
        acceptor.dead_letter_queue.metric_approximate_number_of_messages_visible(
            statistic="Maximum"
        ),
        "Messages that start the acceptor of the endpoint service keep failing.",
    )
    waiting = _Alarm(
        "OldestMessageAlarm",
        acceptor.queue.metric_approximate_age_of_oldest_message(
            period=cdk.Duration.minutes(5), statistic="Maximum"
        ),
        "The acceptor of the endpoint service does not run: nobody takes messages from its queue.",
        # Messages that fail come back for about 15 minutes, and those of a run that crashed for 30.
        threshold=max(2 * interval_seconds, _HOUR),
    )
    # Two periods with a run each: one run that crashes is repeated by the queue.
    errors = _Alarm(
        "ErrorsAlarm",
        acceptor.function.metric_errors(
            period=cdk.Duration.seconds(_period(interval_seconds)), statistic="Sum"
        ),
        "The function that accepts connections of the endpoint service keeps failing.",
        periods=2,
    )
    return tuple(alarm.define(scope) for alarm in (failures, dead_letters, waiting, errors))


def _period(seconds: float) -> int:
    """Return a period of CloudWatch that has a run in it."""
    return min(ceil(max(seconds, 5 * _MINUTE) / _MINUTE) * _MINUTE, _DAY)


class _Alarm:
    """An alarm on a metric above a threshold."""

    def __init__(
        self,
        id: str,  # noqa: A002 - the CDK's name for it
        metric: cloudwatch.Metric,
        description: str,
        *,
        missing: cloudwatch.TreatMissingData = cloudwatch.TreatMissingData.NOT_BREACHING,
        periods: int = 1,
        threshold: float = 0,
    ) -> None:
        self._id = id
        self._metric = metric
        self._description = description
        self._missing = missing
        self._periods = periods
        self._threshold = threshold

    def define(self, scope: constructs.Construct) -> cloudwatch.Alarm:
        return cloudwatch.Alarm(
            scope,
            self._id,
            alarm_description=self._description,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
            evaluation_periods=self._periods,
            metric=cast("cloudwatch.IMetric", self._metric),
            threshold=self._threshold,
            treat_missing_data=self._missing,
        )
