"""The rules for the alarms and dashboards of endpoint services and endpoints."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from privatelink_constructs.facts.metric_tables import CONNECTIONS_PER_TARGET
from privatelink_constructs.rules.core import (
    MANAGE_DNS_NAMES,
    NLB_TROUBLESHOOTING,
    Fix,
    error,
    warning,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

SHORTEST_CHECK_SECONDS = 60
LONGEST_CHECK_SECONDS = 86_400
_ALARMS = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html"
_DASHBOARDS = (
    "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutDashboard.html"
)
_NAME = re.compile(r"[0-9A-Za-z_-]{1,255}")
_SCHEDULES = "https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html"


@error(
    "alarm-threshold-out-of-range",
    "The threshold of an alarm must be in the range of its metric.",
    why="The alarm would always be in the ALARM state, or never.",
    fix=Fix(
        code="use a threshold in that range, or None to leave the alarm out",
        template="set Threshold to a number in that range",
    ),
    url=_ALARMS,
)
def threshold_in_range(
    value: float | None, *, name: str, least: float = 0, most: float | None = None
) -> Iterator[str]:
    """Find a threshold that nothing, or everything, is above.

    :param value: the threshold, None if the alarm is left out, or if it isn't known.
    :param least: the least threshold.
    :param most: the largest threshold, None if there is none.
    """
    if value is not None and (value < least or (most is not None and value > most)):
        upper = "or more" if most is None else f"to {most:g}"
        yield f"{name} is {value:g}, but must be {least:g} {upper}"


@error(
    "alarm-region-mismatch",
    "An alarm must be in the Region of its metrics.",
    why="CloudWatch evaluates an alarm on metrics of its own Region only.",
    fix=Fix(
        code="define the alarms in a stack in that Region",
        template="deploy the alarm in that Region",
    ),
    url=_ALARMS,
)
def alarm_in_region(region: str | None, *, ours: str | None) -> Iterator[str]:
    """Find an alarm on metrics of another Region.

    :param region: the Region of the metrics, None if it isn't known.
    :param ours: the Region of the alarm, None if it isn't known.
    """
    if region is not None and ours is not None and region != ours:
        yield f"the metrics are in {region}, and the alarms are in {ours}"


@error(
    "alarm-topic-region-mismatch",
    "A topic of an alarm must be in the Region of the alarm.",
    why="CloudWatch publishes to topics of its own Region only.",
    fix=Fix.same("use a topic in the Region of the alarm, and forward its messages"),
    url=_ALARMS,
)
def topic_in_region(region: str | None, *, ours: str | None, topic: str) -> Iterator[str]:
    """Find a topic in another Region.

    :param region: the Region of the topic, None if it isn't known.
    :param ours: the Region of the alarm, None if it isn't known.
    :param topic: how the message should name the topic.
    """
    if region is not None and ours is not None and region != ours:
        yield f"topic {topic} is in {region}, and the alarms are in {ours}"


@warning(
    "alarm-topic-key-undetermined",
    "The key of an encrypted topic should allow CloudWatch to use it.",
    why="Otherwise, alarms can't publish to the topic, and its subscribers aren't notified.",
    fix=Fix.same(
        "allow kms:Decrypt and kms:GenerateDataKey* for cloudwatch.amazonaws.com in the policy of "
        "the key, and acknowledge this warning"
    ),
    url="https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html",
)
def topic_key_policy_changed(*, added: bool, topic: str) -> Iterator[str]:
    """Find a key whose policy can't be changed here.

    :param added: whether the policy of the key was changed.
    :param topic: how the message should name the topic.
    """
    if not added:
        yield f"the key of topic {topic} is imported, so its policy can't be changed here"


@warning(
    "alarms-missing",
    "The alarms of a service or an endpoint should include at least one.",
    why="Nothing notifies you of a failure.",
    fix=Fix(
        code="pass load_balancers, target_groups, and availability_zones to the import of a "
        "service, or set a threshold that isn't None",
        template="define an AWS::CloudWatch::Alarm",
    ),
    url=_ALARMS,
)
def alarms_present(alarms: int) -> Iterator[str]:
    """Find alarms of which none is defined.

    :param alarms: how many are defined.
    """
    if not alarms:
        yield "no alarm is defined"


@error(
    "expected-connections-out-of-range",
    "The number of expected connections must be positive.",
    why="It is compared with what the targets can serve.",
    fix=Fix(
        code="use the largest number of connections at once, or leave expected_connections out",
        template="templates have no such number",
    ),
    url=NLB_TROUBLESHOOTING,
)
def expected_connections_in_range(connections: int | None) -> Iterator[str]:
    """Find a number of connections that can't be meant.

    :param connections: the number, None if it isn't set, or isn't known.
    """
    if connections is not None and connections < 1:
        yield f"expected_connections is {connections}"


@warning(
    "service-capacity-insufficient",
    "The targets of a service should be able to serve the expected connections.",
    why="A load balancer has ports for 55,000 connections to each port of a target, at once or per "
    "minute. It drops all others.",
    fix=Fix.same("add targets, or listen on more ports of them"),
    url=NLB_TROUBLESHOOTING,
)
def capacity_sufficient(connections: int, *, targets: int | None) -> Iterator[str]:
    """Find a service whose targets can't serve the connections that are expected.

    :param connections: how many connections are expected at once.
    :param targets: how many targets the service has, counting each port of a target, None if that
        isn't known.
    """
    if targets is not None and connections > targets * CONNECTIONS_PER_TARGET:
        carried = targets * CONNECTIONS_PER_TARGET
        each = "1 target serves" if targets == 1 else f"{targets} targets serve"
        yield f"{connections:,} connections are expected, and {each} {carried:,}"


@error(
    "private-dns-check-out-of-range",
    "A private DNS name must be checked at least once per day, and at most once per minute.",
    why="EventBridge Scheduler and CloudWatch alarms have no other periods.",
    fix=Fix(
        code="use a private_dns_check_every from Duration.minutes(1) to Duration.days(1)",
        template="use a rate from 1 minute to 1 day in ScheduleExpression",
    ),
    url=_SCHEDULES,
)
def check_interval_in_range(seconds: float | None) -> Iterator[str]:
    """Find an interval that is too short or too long.

    :param seconds: the interval, None if it isn't known.
    """
    known = seconds is not None
    if known and not SHORTEST_CHECK_SECONDS <= seconds <= LONGEST_CHECK_SECONDS:
        yield f"private_dns_check_every is {seconds:g} seconds"


@error(
    "private-dns-check-not-valid",
    "A private DNS name must be checked every whole number of minutes.",
    why="EventBridge Scheduler has no parts of minutes.",
    fix=Fix(
        code="use whole minutes for private_dns_check_every",
        template="use whole minutes in ScheduleExpression",
    ),
    url=_SCHEDULES,
)
def check_interval_in_minutes(seconds: float | None) -> Iterator[str]:
    """Find an interval with a part of a minute.

    :param seconds: the interval, None if it isn't known.
    """
    if seconds is not None and seconds % 60:
        yield f"private_dns_check_every is {seconds:g} seconds"


@error(
    "private-dns-check-undetermined",
    "The interval of the check of a private DNS name must be known at synthesis.",
    why="The period of the alarm follows from it.",
    fix=Fix(
        code="use a literal Duration for private_dns_check_every",
        template="use a literal rate in ScheduleExpression",
    ),
    url=_SCHEDULES,
)
def check_interval_known(*, unresolved: bool) -> Iterator[str]:
    """Find an interval that only the deployment knows.

    :param unresolved: whether it is a token.
    """
    if unresolved:
        yield "private_dns_check_every is known only at deployment"


@error(
    "private-dns-check-ineffective",
    "A service whose private DNS name is checked must have one.",
    why="There would be nothing to check.",
    fix=Fix(
        code="set private_dns_name on the service, or leave private_dns_check_every out",
        template="set PrivateDnsName on the service",
    ),
    url=MANAGE_DNS_NAMES,
)
def checked_name_present(name: str | None) -> Iterator[str]:
    """Find a service without a private DNS name to check.

    :param name: the private DNS name, None without one, and where an import doesn't specify it.
    """
    if name is None:
        yield "private_dns_check_every is set, and the service has no private DNS name"


@error(
    "private-dns-check-mismatch",
    "The check of a private DNS name must run in the account of the service.",
    why="Only the account of a service can read the state of its private DNS name.",
    fix=Fix.same("define the check in a stack of the account that owns the service"),
    url=MANAGE_DNS_NAMES,
)
def check_in_account(account: str | None, *, ours: str | None) -> Iterator[str]:
    """Find a check in an account that can't read the state.

    :param account: the account of the service, None if it isn't known.
    :param ours: the account of the check, None if it isn't known.
    """
    if account is not None and ours is not None and account != ours:
        yield f"the service is in account {account}, and the check is in {ours}"


@error(
    "dashboard-content-missing",
    "A dashboard must have a service or an endpoint.",
    why="It would be empty.",
    fix=Fix(
        code="pass services=[...] or endpoints=[...]",
        template="add widgets to DashboardBody",
    ),
    url=_DASHBOARDS,
)
def dashboard_content_present(parts: int) -> Iterator[str]:
    """Find a dashboard of nothing.

    :param parts: how many services and endpoints it is for.
    """
    if not parts:
        yield "the dashboard has no services and no endpoints"


@error(
    "dashboard-name-malformed",
    "The name of a dashboard must consist of letters, digits, hyphens, and underscores.",
    why="CloudWatch rejects other names, and those of more than 255 characters.",
    fix=Fix(
        code="use up to 255 letters, digits, hyphens, and underscores. If you omit dashboard_name, "
        "CloudFormation chooses a name",
        template="use up to 255 letters, digits, hyphens, and underscores. If you omit "
        "DashboardName, CloudFormation chooses a name",
    ),
    url=_DASHBOARDS,
)
def dashboard_name_well_formed(name: str | None) -> Iterator[str]:
    """Find a name that CloudWatch rejects.

    :param name: the name, None if it isn't set, or isn't known.
    """
    if name is not None and not _NAME.fullmatch(name):
        yield f"{name!r} is not a valid dashboard name"
