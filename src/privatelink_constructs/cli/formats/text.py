"""Findings as text: three lines each, errors first, with a summary at the end."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from privatelink_constructs.cli.results import plain, plain_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from privatelink_constructs.cli.results import Located, Results

_RED, _YELLOW, _BOLD, _PLAIN = "\x1b[31m", "\x1b[33m", "\x1b[1m", "\x1b[0m"
_OPINIONS = frozenset({"endpoint-policy-missing", "endpoint-zones-insufficient"})
"""Rules about a single property of an endpoint. Their findings are grouped across endpoints."""


def render(results: Results, *, color: bool) -> str:
    """Return all findings and the summary.

    :param color: whether the output is a terminal that shows colors.
    """
    blocks = [_block(group, color=color) for group in _grouped(results.shown)]
    notes = [f"{plain_line(str(note))}\n" for note in results.notes]
    return "".join([*blocks, *notes, f"{results.summary}\n"])


def _grouped(shown: Iterable[Located]) -> list[list[Located]]:
    """Group warnings with the same text for several resources."""
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
        f"    {plain(where)}{plain(first.rule.why)}\n"
        f"    {plain(finding.remedy)}\n"
    )


def _single(located: Located) -> tuple[str, str]:
    construct = f" ({located.construct})" if located.construct else ""
    return located.finding.message, f"{located.place}{construct}: "


def _several(group: Sequence[Located]) -> tuple[str, str]:
    """Return the text for several resources, with their names."""
    lines: dict[str, list[str]] = defaultdict(list)
    for located in group:
        place = f"{located.finding.logical_id} ({located.position.line})"
        lines[located.finding.template].append(place)
    first, *others = lines
    places = [", ".join(lines[first]), *(f"{it}: {', '.join(lines[it])}" for it in others)]
    title = group[0].rule.title.rstrip(".")
    return f"{title}: {'; '.join(places)}", ""
