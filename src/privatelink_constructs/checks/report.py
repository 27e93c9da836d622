"""Checks the templates of an app, and reports findings and other information."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from privatelink_constructs.checks.acknowledging import (
    Note,
    notes_on,
    split_acknowledged,
)
from privatelink_constructs.checks.live_accounts import holds
from privatelink_constructs.checks.registry import CHECKS
from privatelink_constructs.cloudformation.content import key_text
from privatelink_constructs.inventory.inventory import Inventory
from privatelink_constructs.inventory.types import ENDPOINT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from privatelink_constructs.checks.acknowledging import (
        Acknowledged,
    )
    from privatelink_constructs.cloudformation.template import Template, TemplateEnvironment
    from privatelink_constructs.rules.core import Finding

_SECTIONS = frozenset(
    {
        *("AWSTemplateFormatVersion", "Conditions", "Description", "Globals", "Hooks"),
        *("Mappings", "Metadata", "Outputs", "Parameters", "Resources", "Rules", "Transform"),
    }
)


class Report(NamedTuple):
    """The results of checking templates.

    :param findings: the findings, sorted.
    :param acknowledged: the acknowledged findings, sorted.
    :param notes: other information, sorted.
    :param unchecked: the names of the templates that can't be checked, because a macro changes
        them.
    :param exhausted: the names of the templates that are too complex to evaluate.
    :param services: how many endpoint services there are.
    :param endpoints: how many VPC endpoints there are.
    """

    findings: list[Finding]
    acknowledged: list[Acknowledged]
    notes: list[Note]
    unchecked: list[str]
    exhausted: list[str]
    services: int
    endpoints: int


def report_on(
    templates: Mapping[str, Mapping[str, object]],
    environments: Mapping[str, TemplateEnvironment],
) -> Report:
    """Check templates together.

    :param templates: each template by its name.
    :param environments: where each is deployed, by the same names.
    """
    inventory = Inventory(templates, environments)
    by_name = {template.name: template for template in inventory.templates}
    findings = sorted(_all_findings(inventory, templates, environments), key=place_of)
    left, acknowledged = split_acknowledged(findings, by_name)
    every = inventory.templates
    notes = (note for template in every for note in _notes(template, acknowledged))
    return Report(
        left,
        acknowledged,
        sorted(notes),
        [template.name for template in every if template.macros],
        [template.name for template in every if template.exhausted],
        len(inventory.services),
        len(inventory.of_type(ENDPOINT)),
    )


def _all_findings(
    inventory: Inventory,
    templates: Mapping[str, Mapping[str, object]],
    environments: Mapping[str, TemplateEnvironment],
) -> set[Finding]:
    """Return the findings in all templates, and in each group of connected templates.

    Unknown values in a template can make rules undetermined. They must not affect unrelated
    templates.
    """
    if len(inventory.connected) == 1:
        return set(_findings(inventory, templates))
    apart: set[Finding] = set()
    for group in inventory.connected:
        own = {template.name: templates[template.name] for template in group}
        apart |= set(_findings(Inventory(own, environments), templates))
    # A finding isn't repeated with another template as the second one.
    places = {place_of(finding)[:-1] for finding in apart}
    return apart | {it for it in _findings(inventory, templates) if place_of(it)[:-1] not in places}


def _findings(
    inventory: Inventory, templates: Mapping[str, Mapping[str, object]]
) -> Iterator[Finding]:
    found = (finding for check in CHECKS for finding in check(inventory))
    return (finding for finding in found if holds(finding, templates))


def _notes(template: Template, acknowledged: Iterable[Acknowledged]) -> Iterator[Note]:
    for macro in template.macros:
        message = f"The template isn't checked, because the macro {macro!r} can change all of it."
        yield Note(template.name, "", "Transform", message)
    for key, content in template.raw.items():
        name = key_text(key)
        if name not in _SECTIONS and isinstance(content, dict):
            message = (
                f"{name!r} isn't a section of a template. If it is a resource, move it to "
                "Resources."
            )
            yield Note(template.name, "", name, message)
    yield from notes_on(template, acknowledged)


def place_of(finding: Finding) -> tuple[str, ...]:
    """Return the sort key of a finding."""
    return (
        finding.template,
        finding.logical_id,
        finding.property_path,
        finding.rule,
        finding.message,
    )
