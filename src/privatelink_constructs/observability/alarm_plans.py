"""Alarms that are still to be defined."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from aws_cdk import aws_cloudwatch as cloudwatch

from privatelink_constructs._values import internal_value

if TYPE_CHECKING:
    import constructs


@internal_value(kw_only=True)
class AlarmPlan:
    """An alarm that is still to be defined.

    :param id: its id.
    :param metric: what it watches.
    :param threshold: what it compares with.
    :param description: what happened, what to look at, and what to do.
    :param below: whether it enters the ALARM state below the threshold. Default: above.
    :param periods: how many periods it looks at.
    :param datapoints: in how many of them the threshold is crossed. Default: in all.
    :param missing: what a period without data means. Default: that all is well.
    """

    id: str
    metric: cloudwatch.Metric | cloudwatch.MathExpression
    threshold: float
    description: str
    below: bool = False
    periods: int = 1
    datapoints: int | None = None
    missing: cloudwatch.TreatMissingData = cloudwatch.TreatMissingData.NOT_BREACHING

    def define(self, scope: constructs.Construct) -> cloudwatch.Alarm:
        """Define the alarm.

        :param scope: its scope.
        """
        operators = cloudwatch.ComparisonOperator
        below, above = operators.LESS_THAN_THRESHOLD, operators.GREATER_THAN_THRESHOLD
        return cloudwatch.Alarm(
            scope,
            self.id,
            alarm_description=self.description,
            comparison_operator=below if self.below else above,
            datapoints_to_alarm=self.datapoints,
            evaluation_periods=self.periods,
            metric=cast("cloudwatch.IMetric", self.metric),
            threshold=self.threshold,
            treat_missing_data=self.missing,
        )
