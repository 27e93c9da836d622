"""Checks of alarms on metrics of endpoints and services, and of dashboards with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.checks.findings import found
from privatelink_constructs.cloudformation.content import texts_in
from privatelink_constructs.facts.arns import parse_arn
from privatelink_constructs.inventory.types import (
    ALARM,
    DASHBOARD,
    ENDPOINT,
    LOAD_BALANCER,
    SERVICE,
    TARGET_GROUP,
    TOPIC,
)
from privatelink_constructs.inventory.watched_metrics import NAMESPACES, watched_metrics
from privatelink_constructs.rules import alarms as rules

if TYPE_CHECKING:
    from collections.abc import Iterator

    from privatelink_constructs.cloudformation.resource import Resource, Value
    from privatelink_constructs.inventory.inventory import Inventory
    from privatelink_constructs.rules.core import Finding

_WATCHED = frozenset({ENDPOINT, LOAD_BALANCER, SERVICE, TARGET_GROUP})
_ACTIONS = ("AlarmActions", "InsufficientDataActions", "OKActions")


def check_regions(inventory: Inventory) -> Iterator[Finding]:
    """Check that an alarm is in the Region of what it watches."""
    for watched in watched_metrics(inventory):
        ours = watched.place.resource.template.region
        targets = (value.target() for value in watched.dimensions.values())
        regions = {it.template.region for it in targets if it is not None and it.type in _WATCHED}
        for region in sorted(filter(None, regions)):
            yield from found(rules.alarm_in_region(region, ours=ours), watched.place)


def _alarms(inventory: Inventory) -> list[Resource]:
    """Return the alarms on metrics of endpoints and services."""
    resources = dict.fromkeys(watched.place.resource for watched in watched_metrics(inventory))
    return [it for it in resources if it.type == ALARM]


def check_topics(inventory: Inventory) -> Iterator[Finding]:
    """Check that the topics of an alarm are in its Region."""
    for alarm in _alarms(inventory):
        for value in (item for name in _ACTIONS for item in alarm.get(name).each()):
            problems = rules.topic_in_region(
                _region_of_topic(value), ours=alarm.template.region, topic=_name(value)
            )
            yield from found(problems, value)


def _region_of_topic(value: Value) -> str | None:
    """Return the Region of a topic, None for anything else, and where it isn't known."""
    topic, arn = value.target(TOPIC), parse_arn(value.shown)
    if topic is not None:
        return topic.template.region
    return arn.region if arn and arn.service == "sns" else None


def _name(value: Value) -> str:
    topic = value.target(TOPIC)
    return topic.logical_id if topic else str(value.shown)


def check_thresholds(inventory: Inventory) -> Iterator[Finding]:
    """Check that the threshold of an alarm on one metric can be reached, and not always is."""
    for alarm in _alarms(inventory):
        value = alarm.get("Threshold")
        if not alarm.get("MetricName").absent:
            yield from found(rules.threshold_in_range(value.number, name="Threshold"), value)


def check_dashboards(inventory: Inventory) -> Iterator[Finding]:
    """Check the names of dashboards with metrics of endpoints and services."""
    for dashboard in inventory.of_type(DASHBOARD):
        name = dashboard.get("DashboardName")
        texts = " ".join(texts_in(dashboard.get("DashboardBody").content))
        if any(namespace in texts for namespace in NAMESPACES):
            yield from found(rules.dashboard_name_well_formed(name.text), name)


CHECKS = (
    check_dashboards,
    check_regions,
    check_thresholds,
    check_topics,
)
