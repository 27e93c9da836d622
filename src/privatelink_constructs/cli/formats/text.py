"""Findings for people: three lines each, errors first, and the count at the end."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from privatelink_constructs.cli.results import plain, plain_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from privatelink_constructs.cli.results import Located, Results

_RED, _YELLOW, _BOLD, _PLAIN = "\x1b[31m", "\x1b[33m", "\x1b[1m", "\x1b[0m"
_OPINIONS = frozenset({"endpoint-policy-missing", "endpoint-zones-insufficient"})
"""Each is about one property of an endpoint that is or isn't there, for as many as there are."""


def render(results: Results, *, color: bool) -> str:
    """Return all findings, and what was checked.

    :param color: whether it goes to a terminal that shows colors.
    """
    blocks = [_block(group, color=color) for group in _grouped(results.shown)]
    notes = [f"{plain_line(str(note))}\n" for note in results.notes]
    return "".join([*blocks, *notes, f"{results.summary}\n"])


def _grouped(shown: Iterable[Located]) -> list[list[Located]]:
    """Put warnings that say the same of several resources together."""
    groups: dict[tuple[object, ...], list[Located]] = defaultdict(list)
    for number, located in enumerate(shown):
        finding = located.finding
        alike = "" if finding.rule in _OPINIONS else finding.message
        alone = number if located.is_error else None
        groups[finding.rule, alike, finding.remedy, alone].append(located)
    return list(groups.values())


def _block(group: Sequence[Located], *, color: bool) -> str:
    first = group[0]
    finding = first.finding
    shade = _RED if first.is_error else _YELLOW
    start, strong, end = (shade, _BOLD, _PLAIN) if color else ("", "", "")
    position = f"{finding.template}:{first.position.line}:{first.position.column}"
    what, where = _single(first) if len(group) == 1 else _several(group)
    return (
        f"{strong}{plain_line(position)}:{end} {start}{finding.severity.value}{end}: "
        f"{plain(what)} [{finding.rule}]\n"
        f"    {plain(where)}{_sentence(first.rule.why)}\n"
        f"    {_sentence(finding.remedy)}\n"
    )


def _single(located: Located) -> tuple[str, str]:
    construct = f" ({located.construct})" if located.construct else ""
    return located.finding.message, f"{located.place}{construct}: "


def _several(group: Sequence[Located]) -> tuple[str, str]:
    """Return what a rule says of several resources, with their names."""
    lines: dict[str, list[str]] = defaultdict(list)
    for located in group:
        place = f"{located.finding.logical_id} ({located.position.line})"
        lines[located.finding.template].append(place)
    first, *others = lines
    places = [", ".join(lines[first]), *(f"{it}: {', '.join(lines[it])}" for it in others)]
    title = group[0].rule.title.rstrip(".")
    return f"{title}: {'; '.join(places)}", ""


def _sentence(text: str) -> str:
    shown = plain(text)
    return f"{shown[:1].upper()}{shown[1:].rstrip('.')}."
