"""What dashboards consist of."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, Any, cast

import jsii
from aws_cdk import aws_cloudwatch as cloudwatch

from privatelink_constructs._cdk.asking import root_of, stack_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import constructs

    Line = cloudwatch.Metric | cloudwatch.MathExpression

WIDTH = 24
"""How wide a dashboard is, in CloudWatch's units."""
GRAPH_HEIGHT = 6
_ALARMS_IN_A_ROW = 6
_MOST_ALARMS = 100
"""How many alarms a widget takes."""


def graph(
    title: str,
    lines: Sequence[Line],
    *,
    width: int,
    limit: str | None = None,
    right: Sequence[Line] = (),
    unit: str | None = None,
) -> cloudwatch.IWidget:
    """Return a graph that begins at zero.

    :param limit: what a line at 1 is called. Default: no line.
    :param right: lines with their own axis.
    :param unit: what the axis is called. Default: nothing.
    """
    axis = cloudwatch.YAxisProps(min=0, label=unit, show_units=False if unit else None)
    annotations = [] if limit is None else [cloudwatch.HorizontalAnnotation(value=1, label=limit)]
    widget = cloudwatch.GraphWidget(
        title=title,
        left=cast("list[cloudwatch.IMetric]", list(lines)),
        left_annotations=annotations,
        left_y_axis=axis,
        right=cast("list[cloudwatch.IMetric]", list(right)),
        height=GRAPH_HEIGHT,
        width=width,
    )
    return cast("cloudwatch.IWidget", widget)


def late_text(markdown: Callable[[], str], *, height: int) -> cloudwatch.IWidget:
    """Return a text that is written at synthesis, with what is known then.

    :param markdown: writes it.
    """
    return _late(lambda: {"type": "text", "properties": {"markdown": markdown()}}, height)


def alarm_states(
    title: str, alarms: Callable[[], Sequence[cloudwatch.Alarm]]
) -> cloudwatch.IWidget:
    """Return the states of alarms, also of those that are defined after the dashboard.

    :param alarms: finds the alarms.
    """

    def body() -> dict[str, Any]:
        found = [alarm.alarm_arn for alarm in alarms()]
        if not found:
            text = f"**{title}:** no alarms are defined in this app."
            return {"type": "text", "properties": {"markdown": text}}
        return {"type": "alarm", "properties": {"title": title, "alarms": found[:_MOST_ALARMS]}}

    rows = ceil(len(alarms()) / _ALARMS_IN_A_ROW)
    return _late(body, 1 + max(rows, 1))


def find_all(construct: constructs.IConstruct | None, kind: type) -> list[Any]:
    """Return the constructs of a class in the tree of a construct."""
    if construct is None:
        return []
    root = root_of(construct)
    return [it for it in root.node.find_all() if isinstance(it, kind)]


def name_of(construct: constructs.IConstruct | None, name: str) -> str:
    """Return what a heading calls a service or an endpoint.

    :param name: what it is called if it isn't a construct.
    """
    if construct is None:
        return name
    path, stack = construct.node.path, stack_of(construct).node.path
    return path.removeprefix(f"{stack}/")


def _late(body: Callable[[], dict[str, Any]], height: int) -> cloudwatch.IWidget:
    return cast("cloudwatch.IWidget", _LateWidget(body, height))


@jsii.implements(cloudwatch.IWidget)
class _LateWidget:
    """A widget over the whole width, whose content is requested at synthesis.

    :param body: returns the content, without size and place.
    :param height: its height.
    """

    def __init__(self, body: Callable[[], dict[str, Any]], height: int) -> None:
        self._body = body
        self._height = height
        self._place = {"x": 0, "y": 0}

    @property
    def height(self) -> int:
        """The height."""
        return self._height

    @property
    def width(self) -> int:
        """The width."""
        return WIDTH

    def position(self, x: float, y: float) -> None:
        """Take a place."""
        self._place = {"x": round(x), "y": round(y)}

    def to_json(self) -> list[Any]:
        """Return the widget as a dashboard has it."""
        return [{**self._body(), "width": WIDTH, "height": self._height, **self._place}]
