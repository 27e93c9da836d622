"""Alarms that look at dimensions, periods, missing data, and metric math, as AWS's do.

The emulator's own take every data point of a metric's name for theirs, whatever its dimensions.

:see: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html
"""

from __future__ import annotations

import ast
import operator
import time
from typing import TYPE_CHECKING, Any

from tests.deploy.extension import emulated

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Value = float | None
"""A data point, None for a period without one."""

_COMPARED: dict[str, Callable[[float, float], bool]] = {
    "GreaterThanOrEqualToThreshold": operator.ge,
    "GreaterThanThreshold": operator.gt,
    "LessThanOrEqualToThreshold": operator.le,
    "LessThanThreshold": operator.lt,
}
_OPERATORS: dict[type, Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: lambda one, other: one / other,
}
_FUNCTIONS: dict[str, Callable[[list[float]], float]] = {"MAX": max, "SUM": sum}
_ALL_MISSING = {
    "breaching": "ALARM",
    "missing": "INSUFFICIENT_DATA",
    "notBreaching": "OK",
}


def install() -> None:
    """Replace the emulator's evaluation, and take alarms on expressions."""
    emulated.cloudwatch._evaluate_alarm = evaluate
    describe = emulated.cloudwatch._describe_alarms
    emulated.cloudwatch._describe_alarms = _after_evaluation(describe)
    record = emulated.provisioners._cw_metric_alarm_record
    emulated.provisioners._cw_metric_alarm_record = _with_expressions(record)


def _after_evaluation(describe: Callable[..., Any]) -> Callable[..., Any]:
    def evaluated(*arguments: Any, **options: Any) -> Any:
        for alarm in list(emulated.cloudwatch._alarms.values()):
            evaluate(alarm)
        return describe(*arguments, **options)

    return evaluated


def _with_expressions(record: Callable[..., Any]) -> Callable[..., Any]:
    def recorded(name: str, properties: dict[str, Any]) -> dict[str, Any]:
        metrics = properties.get("Metrics")
        if not metrics:
            return record(name, properties)
        plain = {key: it for key, it in properties.items() if key != "Metrics"}
        found = record(name, {**plain, "MetricName": "none", "Namespace": "none"})
        period = next(it["MetricStat"]["Period"] for it in metrics if "MetricStat" in it)
        left_out = ("MetricName", "Namespace", "Statistic", "ExtendedStatistic", "Dimensions")
        kept = {key: it for key, it in found.items() if key not in left_out}
        return {**kept, "Metrics": metrics, "Period": int(period)}

    return recorded


def evaluate(alarm: dict[str, Any]) -> None:
    """Set the state of an alarm, and do what it does then."""
    periods = int(alarm["EvaluationPeriods"])
    values = [_value(alarm, number) for number in range(periods)]
    state = _state(alarm, values)
    before = alarm["StateValue"]
    if state in {None, before}:
        return
    reason = f"{values}, the newest first"
    alarm |= {
        "StateValue": state,
        "StateReason": reason,
        "StateUpdatedTimestamp": int(time.time()),
    }
    emulated.cloudwatch._record_history(alarm["AlarmName"], before, state, reason)
    emulated.cloudwatch._dispatch_alarm_actions(alarm, before, state, reason)
    emulated.cloudwatch._evaluate_parent_alarms(alarm)


def _state(alarm: Mapping[str, Any], values: list[Value]) -> str | None:
    """Return the state of an alarm, None for the one that it has."""
    missing = alarm.get("TreatMissingData") or "missing"
    if all(value is None for value in values):
        return _ALL_MISSING.get(missing)
    compared, threshold = _COMPARED[alarm["ComparisonOperator"]], float(alarm["Threshold"])
    known = [compared(value, threshold) for value in values if value is not None]
    absent = len(values) - len(known)
    breaching = known.count(True) + (absent if missing == "breaching" else 0)
    wanted = int(alarm.get("DatapointsToAlarm") or len(values))
    if breaching >= wanted:
        return "ALARM"
    undecided = breaching + (absent if missing in {"ignore", "missing"} else 0) >= wanted
    return None if undecided and missing == "ignore" else "OK"


def _value(alarm: Mapping[str, Any], number: int) -> Value:
    """Return the data point of a period.

    :param number: how many periods ago it was.
    """
    if "Metrics" not in alarm:
        return _statistic(
            (alarm["Namespace"], alarm["MetricName"], alarm.get("Dimensions") or []),
            alarm.get("ExtendedStatistic") or alarm["Statistic"],
            int(alarm["Period"]),
            number,
        )
    values: dict[str, Value] = {}
    for entry in alarm["Metrics"]:
        if "MetricStat" in entry:
            values[entry["Id"]] = _of_entry(entry["MetricStat"], number)
    [result] = [it for it in alarm["Metrics"] if it.get("ReturnData", True) and "Expression" in it]
    return computed(result["Expression"], values)


def _of_entry(stat: Mapping[str, Any], number: int) -> Value:
    metric = stat["Metric"]
    dimensions: list[Any] = metric.get("Dimensions") or []
    key = (metric["Namespace"], metric["MetricName"], dimensions)
    return _statistic(key, stat["Stat"], int(stat["Period"]), number)


def _statistic(key: tuple[str, str, list[Any]], statistic: str, period: int, number: int) -> Value:
    cloudwatch = emulated.cloudwatch
    namespace, name, dimensions = key
    exact = cloudwatch._dims_key(cloudwatch._dims_from_list(dimensions))
    end = time.time() - number * period
    points = [
        point
        for point in cloudwatch._metrics.get((namespace, name, exact), [])
        if end - period < point["Timestamp"] <= end
    ]
    if not points:
        return None
    value: Value = cloudwatch._stat_value(cloudwatch._calc_stats(points), statistic, points)
    return value


def computed(expression: str, values: Mapping[str, Value]) -> Value:
    """Return what an expression makes of data points, None if it makes nothing of them."""
    return _computed(ast.parse(expression, mode="eval").body, values)


def _computed(node: ast.expr, values: Mapping[str, Value]) -> Value:
    match node:
        case ast.Constant(value=float() | int() as number):
            return float(number)
        case ast.Name(id=name):
            return values[name]
        case ast.BinOp(left=left, op=op, right=right):
            one, other = _computed(left, values), _computed(right, values)
            if one is None or other is None or (isinstance(op, ast.Div) and other == 0):
                return None
            return _OPERATORS[type(op)](one, other)
        case ast.Call(func=ast.Name(id=name), args=[ast.List(elts=items)]):
            found = [_computed(it, values) for it in items]
            known = [it for it in found if it is not None]
            return _FUNCTIONS[name](known) if known else None
        case _:
            msg = f"The emulator doesn't know {ast.unparse(node)!r}."
            raise ValueError(msg)
