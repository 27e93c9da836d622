"""Finds acknowledgments in templates, and what is wrong with them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from privatelink_constructs.cloudformation.resource import METADATA_KEY, acknowledgments_in
from privatelink_constructs.inventory.types import SERVICE
from privatelink_constructs.rules.catalog import rules_by_module

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from privatelink_constructs.cloudformation.template import Template
    from privatelink_constructs.rules.core import Finding

_WRITTEN_BY_CONSTRUCTS = re.compile(r"\w+=True|.*\b[A-Z]\w+\.\w+\(.*\)")
"""Constructs write the argument as the reason, whether or not there is a finding."""

_OF_PERMISSIONS = frozenset({"principal-open-to-world", "service-open-to-world"})
"""These are found on the permissions of a service, and can also be acknowledged on the service."""


class Note(NamedTuple):
    """Information about a template that isn't a finding.

    :param template: the name of the template.
    :param logical_id: the resource, empty for the template as a whole.
    :param path: where in the resource or the template.
    :param message: the information, in sentences.
    """

    template: str
    logical_id: str
    path: str
    message: str


class Acknowledged(NamedTuple):
    """A finding that is acknowledged.

    :param finding: the finding.
    :param reason: the reason for the acknowledgment.
    """

    finding: Finding
    reason: str


def rule_ids() -> frozenset[str]:
    """Return the ids of all rules."""
    return frozenset(rule.id for rules in rules_by_module().values() for rule in rules)


def split_acknowledged(
    findings: Iterable[Finding], templates: Mapping[str, Template]
) -> tuple[list[Finding], list[Acknowledged]]:
    """Return the remaining findings, and those that are acknowledged in the templates."""
    left: list[Finding] = []
    acknowledged: list[Acknowledged] = []
    for finding in findings:
        template = templates[finding.template]
        resource = template.resources[finding.logical_id]
        reason = resource.acknowledged.get(finding.rule) or template.acknowledged.get(finding.rule)
        if reason is None:
            left.append(finding)
        else:
            acknowledged.append(Acknowledged(finding, reason))
    return left, acknowledged


def notes_on(template: Template, acknowledged: Iterable[Acknowledged]) -> Iterator[Note]:
    """Find what is wrong with the acknowledgments in a template.

    :param acknowledged: the findings that they acknowledge.
    """
    used = {
        (each.finding.logical_id, each.finding.rule)
        for each in acknowledged
        if each.finding.template == template.name
    }
    everywhere = {("", rule) for _, rule in used}
    places = [("", template.raw)]
    places += [(logical_id, each.raw) for logical_id, each in template.resources.items()]
    known = rule_ids()
    for logical_id, raw in places:
        for rule, reason in acknowledgments_in(raw).items():
            of_service = rule in _OF_PERMISSIONS and raw.get("Type") == SERVICE
            is_used = of_service or (logical_id, rule) in used | everywhere
            wrong = _wrong(rule, reason, known=known, used=is_used)
            if wrong:
                path = f"Metadata.{METADATA_KEY}.acknowledged.{rule}"
                yield Note(template.name, logical_id, path, wrong)


def _wrong(rule: str, reason: object, *, known: frozenset[str], used: bool) -> str | None:
    if rule not in known:
        return (
            f"The acknowledgment of {rule!r} has no effect, because there is no rule with this ID."
        )
    if not isinstance(reason, str) or not reason.strip():
        return f"The acknowledgment of {rule} has no effect, because it has no reason."
    if not used and not _WRITTEN_BY_CONSTRUCTS.fullmatch(reason):
        return f"The acknowledgment of {rule} matches no finding. Remove it."
    return None
