"""The alarms on what accepts connections by rules.

They know it by its queues, its function, and its metrics only. None of them changes its state
between two runs while a cause lasts.
"""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch

from privatelink_constructs.observability.alarm_plans import AlarmPlan
from privatelink_constructs.rules.acceptance import DEFAULT_INTERVAL_SECONDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from privatelink_constructs.contract.interfaces import IConnectionAcceptor
    from privatelink_constructs.observability.thresholds import EndpointServiceThresholds

_MINUTE, _HOUR, _DAY = 60, 3600, 86_400
_FAILURES = (
    "Connections of the endpoint service could not be accepted or rejected. Look in the log of the "
    "acceptor's function for lines with the level ERROR, which have AWS's error code. Correct what "
    "they say; the next run tries again."
)
_DEAD_LETTERS = (
    "Messages that start the acceptor of the endpoint service keep failing. Look at the log of the "
    "acceptor's function, and at the messages in the dead-letter queue. Correct the cause, then "
    "purge or redrive the messages."
)
_WAITING = (
    "The acceptor of the endpoint service does not run: nobody takes messages from its queue. Look "
    "at the event source mapping of the function, and at the concurrency of the account. Enable "
    "the mapping, or deploy the stack again."
)
_ERRORS = (
    "The function that accepts connections of the endpoint service keeps failing. Look at the end "
    "of its log. Correct the cause; the next run checks all connections again."
)


def acceptance_plans(
    acceptor: IConnectionAcceptor, thresholds: EndpointServiceThresholds
) -> Iterator[AlarmPlan]:
    """Yield alarms on what fails, and on an acceptor that doesn't run."""
    every = acceptor.reconcile_every
    default = every is None or every.is_unresolved()
    interval = DEFAULT_INTERVAL_SECONDS if default or every is None else every.to_seconds()
    if thresholds.acceptance_failures is not None:
        # The function writes failures that last, and a zero when there is none. In between it
        # writes nothing, and the alarm keeps its state.
        yield AlarmPlan(
            id="AcceptanceFailures",
            metric=acceptor.metric_failures(),
            threshold=thresholds.acceptance_failures,
            description=_FAILURES,
            missing=cloudwatch.TreatMissingData.IGNORE,
        )
    yield from _queue_plans(acceptor, thresholds, interval)
    if thresholds.acceptance_errors is not None:
        # Two periods with a run each: one run that dies is repeated by the queue.
        period = cdk.Duration.seconds(_period(interval))
        yield AlarmPlan(
            id="AcceptanceErrors",
            metric=acceptor.function.metric_errors(period=period, statistic="Sum"),
            threshold=thresholds.acceptance_errors,
            description=_ERRORS,
            periods=2,
        )


def _queue_plans(
    acceptor: IConnectionAcceptor, thresholds: EndpointServiceThresholds, interval: float
) -> Iterator[AlarmPlan]:
    if thresholds.acceptance_dead_letters is not None:
        queue = acceptor.dead_letter_queue
        yield AlarmPlan(
            id="AcceptanceDeadLetters",
            metric=queue.metric_approximate_number_of_messages_visible(statistic="Maximum"),
            threshold=thresholds.acceptance_dead_letters,
            description=_DEAD_LETTERS,
        )
    if thresholds.acceptance_missed_runs is not None:
        # Messages that fail come back for some 15 minutes, and those of a run that died for 30.
        seconds = max(thresholds.acceptance_missed_runs * interval, _HOUR)
        yield AlarmPlan(
            id="AcceptanceMissedRuns",
            metric=acceptor.queue.metric_approximate_age_of_oldest_message(
                period=cdk.Duration.minutes(5), statistic="Maximum"
            ),
            threshold=seconds,
            description=_WAITING,
        )


def _period(seconds: float) -> int:
    """Return a period of CloudWatch that has a run in it."""
    return min(ceil(max(seconds, 5 * _MINUTE) / _MINUTE) * _MINUTE, _DAY)
