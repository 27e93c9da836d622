"""Where alarms are, and where their metrics are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs._cdk.asking import environment_of, stack_of
from privatelink_constructs.rules.alarms import alarm_in_region
from privatelink_constructs.rules.core import known

if TYPE_CHECKING:
    from collections.abc import Iterator

    import constructs

    from privatelink_constructs.contract.metric_making import MetricHome
    from privatelink_constructs.rules.core import Problem


def region_of(home: MetricHome) -> str | None:
    """Return the Region of metrics, None if it isn't known."""
    if home.region is not None:
        return known(home.region)
    return None if home.construct is None else environment_of(stack_of(home.construct)).region


def account_of(home: MetricHome) -> str | None:
    """Return the account of metrics, None if it isn't known."""
    if home.account is not None:
        return known(home.account)
    return None if home.construct is None else environment_of(stack_of(home.construct)).account


def region_problems(home: MetricHome, scope: constructs.Construct) -> Iterator[Problem]:
    """Check that alarms can be on metrics.

    :param scope: where the alarms are to be.
    """
    yield from alarm_in_region(region_of(home), ours=environment_of(stack_of(scope)).region)
