"""Metrics of endpoint services and endpoints, with the dimensions that AWS gives them.

Callers say what a metric is about, and the tables say which dimensions that has.
CloudWatch's part of the CDK is imported when the first metric is made.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypedDict

from privatelink_constructs._cdk.asking import environment_of, stack_of
from privatelink_constructs._values import internal_value

if TYPE_CHECKING:
    from collections.abc import Mapping

    import aws_cdk as cdk
    import constructs
    from aws_cdk import aws_cloudwatch as cloudwatch
    from aws_cdk import aws_elasticloadbalancingv2 as elbv2

_STATISTICS = {"ActiveConnections": "Average", "EndpointsCount": "Average"}
"""The statistics of the metrics whose values aren't summed."""


class MetricOptions(TypedDict, total=False):
    """The options of a metric that callers choose: those of the CDK except the dimensions."""

    account: str | None
    color: str | None
    id: str | None
    label: str | None
    period: cdk.Duration | None
    region: str | None
    stack_account: str | None
    stack_region: str | None
    statistic: str | None
    unit: cloudwatch.Unit | None
    visible: bool | None


class ServicePart(NamedTuple):
    """The part of a service that a metric measures. None is for the whole service."""

    availability_zone: str | None = None
    load_balancer: elbv2.INetworkLoadBalancer | None = None
    vpc_endpoint_id: str | None = None


@internal_value(kw_only=True)
class MetricHome:
    """Where the data points of a metric are.

    :param construct: the construct that it is of, None where there is none.
    :param account: the account, None for that of the construct's stack.
    :param region: the Region, None for that of the construct's stack.
    """

    construct: constructs.IConstruct | None
    account: str | None = None
    region: str | None = None


def make_metric(
    namespace: str,
    name: str,
    dimensions: Mapping[str, str],
    home: MetricHome,
    options: MetricOptions,
) -> cloudwatch.Metric:
    """Return a metric.

    In the stack of its construct it is a plain metric. In a dashboard or an alarm of another
    account or Region, the CDK adds where it comes from.

    :param dimensions: a set of dimensions of the tables.
    :param options: what the caller chooses; None for what it doesn't.
    """
    from aws_cdk import aws_cloudwatch as cloudwatch  # noqa: PLC0415 - few apps have metrics

    chosen: dict[str, Any] = {
        "statistic": _STATISTICS.get(name, "Sum"),
        **_place(home),
        **{key: it for key, it in options.items() if it is not None},
    }
    return cloudwatch.Metric(
        namespace=namespace,
        metric_name=name,
        dimensions_map=dict(dimensions),
        **chosen,
    )


def _place(home: MetricHome) -> dict[str, str]:
    """Return what the CDK compares with the stack of a dashboard or an alarm."""
    found: dict[str, str | None] = {"account": home.account, "region": home.region}
    if home.construct is not None:
        there = environment_of(stack_of(home.construct))
        found |= {"stack_account": there.account, "stack_region": there.region}
        # What is the same needn't be written into dashboards and alarms of that stack.
        if home.account == there.account:
            found["account"] = None
        if home.region == there.region:
            found["region"] = None
    return {key: it for key, it in found.items() if it is not None}


def make_expression(
    expression: str,
    metrics: Mapping[str, cloudwatch.IMetric],
    *,
    label: str,
    period: cdk.Duration,
    home: MetricHome | None = None,
) -> cloudwatch.MathExpression:
    """Return a metric that is computed from others, or found by a search.

    :param metrics: the others, by what the expression calls them; none for a search.
    :param home: where a search looks. Default: in the account and the Region of the dashboard.
    """
    from aws_cdk import aws_cloudwatch as cloudwatch  # noqa: PLC0415 - few apps have metrics

    place = _place(home) if home is not None else {}
    return cloudwatch.MathExpression(
        expression=expression,
        using_metrics=dict(metrics),
        label=label,
        period=period,
        search_account=place.get("account") or place.get("stack_account"),
        search_region=place.get("region") or place.get("stack_region"),
    )


def own_metric(
    name: str, service_id: str, home: MetricHome, options: MetricOptions
) -> cloudwatch.Metric:
    """Return a metric that a Lambda function of this library writes for a service."""
    from privatelink_constructs.facts.metric_tables import OWN  # noqa: PLC0415 - few apps have metrics

    return make_metric(OWN, name, {"ServiceId": service_id}, home, options)
