"""Selects the findings to show: those that aren't in the baseline, acknowledged, or excluded."""

from __future__ import annotations

from dataclasses import replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING

from privatelink_constructs.checks.acknowledging import rule_ids
from privatelink_constructs.checks.report import place_of
from privatelink_constructs.cli.baseline import read_baseline, relative
from privatelink_constructs.cli.results import (
    BASELINE,
    CONFIGURATION,
    TEMPLATE,
    Located,
    LocatedNote,
    Results,
    Suppressed,
)
from privatelink_constructs.cli.usage import did_you_mean
from privatelink_constructs.cloudformation.content import as_mapping
from privatelink_constructs.cloudformation.loading import LoadError
from privatelink_constructs.rules.catalog import rule_by_id
from privatelink_constructs.rules.core import sentence

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from privatelink_constructs.checks.acknowledging import Note
    from privatelink_constructs.checks.report import Report
    from privatelink_constructs.cli.inputs import Inputs
    from privatelink_constructs.cli.options import Choice
    from privatelink_constructs.cli.settings import Acknowledgment, Configuration
    from privatelink_constructs.rules.core import Finding

_TOO_MUCH = "The template isn't evaluated completely, because its functions are nested too deeply."
_PENDING = "The assembly isn't checked, because lookups are pending. Synthesize the app again."


def results_of(
    inputs: Inputs, report: Report, choice: Choice, configuration: Configuration
) -> Results:
    """Return what to show.

    :param inputs: the templates.
    :param report: what the checks say about them.
    :param choice: which findings count.
    :param configuration: where the acknowledgments come from.
    """
    choosing = _Choosing(inputs, choice, configuration)
    choosing.take(report)
    exhausted = [LoadError(name, _TOO_MUCH) for name in report.exhausted]
    notes = [*map(choosing.located_note, report.notes), *choosing.notes()]
    notes += [LocatedNote(name, None, _PENDING) for name in inputs.pending]
    return Results(
        sorted(choosing.shown, key=_order),
        choosing.suppressed,
        sorted(notes, key=lambda note: (note.name, note.position or (0, 0), note.message)),
        [*inputs.failures, *exhausted],
        sorted(inputs.sources),
        len(report.unchecked) + len(inputs.pending),
        report.services,
        report.endpoints,
        choice.fail_on,
    )


def _order(located: Located) -> tuple[object, ...]:
    finding = located.finding
    return (not located.is_error, finding.template, located.position, *place_of(finding))


class _Choosing:
    """Separates the findings to show from the others."""

    def __init__(self, inputs: Inputs, choice: Choice, configuration: Configuration) -> None:
        self._inputs = inputs
        self._choice = choice
        self._settings_name = configuration.name
        self._folder = configuration.folder.resolve()
        self._baseline = read_baseline(choice.baseline) if choice.baseline else None
        self._unused = list(choice.acknowledgments)
        self._known: set[tuple[str, ...]] = set()
        self.shown: list[Located] = []
        self.suppressed: list[Suppressed] = []

    def take(self, report: Report) -> None:
        """Add the findings of the checks."""
        for each in report.acknowledged:
            if each.finding.rule in self._choice.rules:
                located = self._located(each.finding)
                self.suppressed.append(Suppressed(located, TEMPLATE, each.reason))
        for finding in report.findings:
            if finding.rule in self._choice.rules:
                self._take_finding(finding)

    def _take_finding(self, finding: Finding) -> None:
        located = self._located(finding)
        acknowledgments = self._fits(finding)
        if acknowledgments:
            reason = acknowledgments[0].reason
            self.suppressed.append(Suppressed(located, CONFIGURATION, reason))
        elif self._baseline and finding in self._baseline:
            self._known.add(self._baseline.entry_of(finding))
            reason = f"It is in the baseline {self._choice.baseline}."
            self.suppressed.append(Suppressed(located, BASELINE, reason))
        else:
            self.shown.append(located)

    def _fits(self, finding: Finding) -> list[Acknowledgment]:
        """Return the acknowledgments in the configuration that match a finding."""
        template = relative(finding.template, self._folder)
        found = [
            each
            for each in self._choice.acknowledgments
            if each.rule == finding.rule
            and each.reason.strip()
            and each.resource in {None, finding.logical_id}
            and _matches(template, each.template)
        ]
        self._unused = [each for each in self._unused if each not in found]
        return found

    def _located(self, finding: Finding) -> Located:
        source = self._inputs.sources[finding.template]
        keys = _keys(finding.property_path)
        resource = as_mapping(as_mapping(source.template["Resources"]).get(finding.logical_id))
        path = as_mapping(resource.get("Metadata")).get("aws:cdk:path")
        definer = self._inputs.trees[finding.template].definer(finding.logical_id, path)
        rule = rule_by_id(finding.rule)
        if definer and definer.is_own:
            # Its readers write Python.
            finding = replace(finding, remedy=sentence(rule.fix.code))
        return Located(
            finding,
            source.position("Resources", finding.logical_id, *keys),
            rule,
            definer.path if definer else "",
        )

    def located_note(self, note: Note) -> LocatedNote:
        """Return a note on a template, with its position."""
        above = ("Resources", note.logical_id) if note.logical_id else ()
        position = self._inputs.sources[note.template].position(*above, *_keys(note.path))
        prefix = f"{note.logical_id}: " if note.logical_id else ""
        return LocatedNote(note.template, position, prefix + note.message)

    def notes(self) -> Iterator[LocatedNote]:
        """Find acknowledgments and entries of the baseline that have no effect."""
        known = rule_ids()
        for each in self._choice.acknowledgments:
            if each.rule not in known:
                hint = did_you_mean(each.rule, known)
                yield self._on_settings(f"There is no rule {each.rule!r} to acknowledge.{hint}")
            elif not each.reason.strip():
                yield self._on_settings(f"The acknowledgment of {each.rule} has no reason.")
            elif each in self._unused and each.rule in self._choice.rules:
                yield self._on_settings(f"The acknowledgment of {each.rule} matches no finding.")
        gone = self._baseline.entries - self._known if self._baseline else ()
        if gone:
            message = (
                f"{len(gone)} findings of the baseline no longer exist. Update it with "
                "--write-baseline."
            )
            yield LocatedNote(str(self._choice.baseline), None, message)

    def _on_settings(self, message: str) -> LocatedNote:
        return LocatedNote(self._settings_name, None, message)


def _keys(path: str) -> Iterable[str]:
    return path.split(".") if path else ()


def _matches(path: str, pattern: str) -> bool:
    """Tell whether a path matches a pattern, or is in the folder of the pattern."""
    pattern = Path(pattern).as_posix()
    return pattern == "**" or fnmatchcase(path, pattern) or fnmatchcase(path, f"{pattern}/*")
