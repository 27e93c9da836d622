"""Converts the problems that rules find into findings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.cloudformation.resource import Value
from privatelink_constructs.rules.alarms import alarm_in_region, threshold_in_range
from privatelink_constructs.rules.contracts import parameter_value_in_limit
from privatelink_constructs.rules.core import Finding, Severity, sentence
from privatelink_constructs.rules.forwarding import forwarding_target_of_type
from privatelink_constructs.rules.guard_rails import address_well_formed
from privatelink_constructs.rules.notifications import events_distinct, notifications_distinct
from privatelink_constructs.rules.resolver import protocols_present
from privatelink_constructs.rules.resolver_endpoints import (
    resolver_clients_narrow,
    resolver_zones_sufficient,
)
from privatelink_constructs.rules.security_groups import cidr_without_host_bits
from privatelink_constructs.rules.target_registration import target_present
from privatelink_constructs.rules.tls import tls_version_current

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from privatelink_constructs.cloudformation.content import Reference
    from privatelink_constructs.cloudformation.resource import Resource
    from privatelink_constructs.rules.core import Problem

OPINIONS = frozenset(
    rule.id
    for rule in (
        address_well_formed,
        alarm_in_region,
        cidr_without_host_bits,
        events_distinct,
        forwarding_target_of_type,
        notifications_distinct,
        protocols_present,
        parameter_value_in_limit,
        resolver_clients_narrow,
        resolver_zones_sufficient,
        target_present,
        threshold_in_range,
        tls_version_current,
    )
)
"""Errors of the constructs that AWS accepts, or might accept. In a template, they are warnings."""


def found(problems: Iterable[Problem], at: Resource | Value) -> Iterator[Finding]:
    """Convert problems to findings.

    :param problems: the problems that rules yield.
    :param at: the value that is wrong, or the resource if all of it is wrong.
    """
    resource = at.resource if isinstance(at, Value) else at
    for problem in problems:
        rule = problem.rule
        yield Finding(
            rule=rule.id,
            severity=Severity.WARNING if rule.id in OPINIONS else rule.severity,
            logical_id=resource.logical_id,
            property_path=at.path if isinstance(at, Value) else "",
            message=problem.statement,
            remedy=sentence(rule.fix.template),
            url=rule.url,
            template=resource.template.name,
        )


def described(reference: Reference) -> str:
    """Return a reference as messages show it."""
    attribute = f".{reference.attribute}" if reference.attribute else ""
    return f"{reference.resource.logical_id}{attribute} ({reference.resource.type})"
