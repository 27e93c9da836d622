"""What metrics a template uses: in alarms, in graphs, and in searches."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ALARM = "AWS::CloudWatch::Alarm"
DASHBOARD = "AWS::CloudWatch::Dashboard"
_SEARCH = re.compile(r"SEARCH\('\{(.*?)\} MetricName=\"(\w+)\"")
_RULE = re.compile(r'INSIGHT_RULE_METRIC\("([^"]+)"')


class Used(NamedTuple):
    """A metric that something uses.

    :param namespace: its namespace.
    :param name: its name.
    :param dimensions: the names of its dimensions.
    """

    namespace: str
    name: str
    dimensions: frozenset[str]


def deployed(value: Any) -> str:
    """Return a text of a template with something for each value that only the deployment knows."""
    match value:
        case str():
            return value
        case {"Fn::Join": [delimiter, parts]}:
            return str(delimiter).join(map(deployed, parts))
        case {"Ref": name}:
            return f"id-of-{name}".replace(":", "")
        case {"Fn::GetAtt": [name, attribute]}:
            return f"{attribute}-of-{name}"
        case _:
            return "deployed"


def resources(template: Mapping[str, Any], kind: str) -> dict[str, dict[str, Any]]:
    """Return the properties of the resources of a type, by logical id."""
    found: dict[str, Any] = template.get("Resources", {})
    return {key: it["Properties"] for key, it in found.items() if it["Type"] == kind}


def bodies(template: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the bodies of the dashboards of a template."""
    found = resources(template, DASHBOARD).values()
    return [json.loads(deployed(it["DashboardBody"])) for it in found]


def used(template: Mapping[str, Any]) -> Iterator[Used]:
    """Yield every metric that a template uses."""
    for alarm in resources(template, ALARM).values():
        yield from _of_alarm(alarm)
    for body in bodies(template):
        for widget in body["widgets"]:
            yield from of_widget(widget)


def _of_alarm(alarm: Mapping[str, Any]) -> Iterator[Used]:
    if "MetricName" in alarm:
        yield _used(alarm)
    for entry in alarm.get("Metrics", []):
        if "MetricStat" in entry:
            yield _used(entry["MetricStat"]["Metric"])


def _used(metric: Mapping[str, Any]) -> Used:
    names = frozenset(it["Name"] for it in metric.get("Dimensions", []))
    return Used(metric["Namespace"], metric["MetricName"], names)


def of_widget(widget: Mapping[str, Any]) -> Iterator[Used]:
    """Yield every metric of a widget."""
    for line in widget["properties"].get("metrics", []):
        texts = [it for it in line if isinstance(it, str)]
        if texts:
            yield Used(texts[0], texts[1], frozenset(texts[2::2]))
        found: list[Any] = [it for it in line if isinstance(it, dict)]
        for options in found:
            for schema, name in _SEARCH.findall(options.get("expression", "")):
                namespace, *dimensions = schema.split(",")
                yield Used(namespace, name, frozenset(it.strip('"') for it in dimensions))


def insight_rules(template: Mapping[str, Any]) -> set[str]:
    """Return the rules of Contributor Insights that graphs of a template use."""
    return set(_RULE.findall(json.dumps(bodies(template)).replace('\\"', '"')))
