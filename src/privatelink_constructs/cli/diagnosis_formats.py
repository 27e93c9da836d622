"""A diagnosis as text for people, as JSON for programs, and as SARIF."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from privatelink_constructs.cli.formats import sarif
from privatelink_constructs.cli.results import Located, LocatedNote, Results, count, plain
from privatelink_constructs.cloudformation.places import Position
from privatelink_constructs.rules.catalog import rule_by_id
from privatelink_constructs.rules.core import Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from privatelink_constructs.diagnosis.result import Cause, Diagnosis, NameAnswer, Unseen

_START = Position(1, 1)


def as_text(found: Diagnosis) -> str:
    """Return a diagnosis for people: the causes, the names, and what wasn't seen."""
    lines = [
        _headline(found),
        *(line for rank, cause in enumerate(found.causes, 1) for line in _cause(rank, cause)),
        *_section("Names", map(_name, found.names)),
        *_section("Traffic", found.traffic),
        *_section("Not seen", map(_unseen, found.unseen)),
        *_section("Looked at", _looked_at(found)),
    ]
    return "".join(f"{plain(line)}\n" for line in lines)


def _headline(found: Diagnosis) -> str:
    if found.causes:
        return f"{found.service_id}: {count(len(found.causes), 'cause')} found"
    seen = "in what could be seen" if found.unseen else "on either side"
    return f"{found.service_id}: nothing was found {seen} that stops a connection"


def _cause(rank: int, cause: Cause) -> Iterator[str]:
    finding = cause.finding
    yield ""
    yield f"{rank}. {finding.severity.value}: {finding.message} [{finding.rule}]"
    yield f"   step:   {cause.step}, {finding.logical_id} ({_side(finding.template)})"
    yield f"   seen:   {cause.seen}"
    yield f"   why:    {cause.why}"
    yield f"   change: {finding.remedy[:1].upper()}{finding.remedy[1:].rstrip('.')}."
    if cause.command:
        yield f"   run:    {cause.command}"
    yield f"   read:   {finding.url}"


def _side(template: str) -> str:
    return template.removesuffix(".json")


def _section(title: str, lines: Iterable[str]) -> Iterator[str]:
    shown = [f"  {line}" for line in lines]
    if shown:
        yield from ("", f"{title}:", *shown)


def _name(answer: NameAnswer) -> str:
    return f"{answer.name} in {answer.vpc_id}: {answer.answered_by} ({answer.why})"


def _unseen(unseen: Unseen) -> str:
    needs = f", needs permission {unseen.permission}" if unseen.permission else ""
    return f"{unseen.side}: couldn't see {unseen.what} ({unseen.reason}{needs})"


def _looked_at(found: Diagnosis) -> Iterator[str]:
    by_side: dict[str, list[str]] = {}
    for each in found.looked_at:
        side, _, call = each.partition(": ")
        by_side.setdefault(side, []).append(call)
    for side, calls in by_side.items():
        yield f"{side}: {', '.join(calls)}"


def as_json(found: Diagnosis) -> str:
    """Return a diagnosis for programs."""
    content = {
        "service": found.service_id,
        "healthy": found.healthy,
        "causes": [*map(_cause_as_json, found.causes)],
        "names": [
            {
                "name": it.name,
                "vpc": it.vpc_id,
                "answered_by": it.answered_by,
                "why": it.why,
            }
            for it in found.names
        ],
        "unseen": [
            {
                "side": it.side,
                "what": it.what,
                "reason": it.reason,
                "permission": it.permission,
            }
            for it in found.unseen
        ],
        "traffic": [*found.traffic],
        "looked_at": [*found.looked_at],
    }
    return f"{json.dumps(content, indent=2)}\n"


def _cause_as_json(cause: Cause) -> dict[str, object]:
    finding = cause.finding
    return {
        "step": cause.step,
        "rule": finding.rule,
        "severity": finding.severity.value,
        "side": _side(finding.template),
        "resource": finding.logical_id,
        "message": finding.message,
        "seen": cause.seen,
        "why": cause.why,
        "remedy": finding.remedy,
        "command": cause.command,
        "url": finding.url,
    }


def as_sarif(found: Diagnosis) -> str:
    """Return a diagnosis in the format that code scanning services read.

    The places are in the templates that ``--save`` writes.
    """
    first = next(iter(found.templates))
    located = [Located(it.finding, _START, rule_by_id(it.finding.rule), "") for it in found.causes]
    results = Results(
        shown=located,
        suppressed=[],
        notes=[LocatedNote(first, None, _unseen(it)) for it in found.unseen],
        failures=[],
        templates=sorted(found.templates),
        unchecked=0,
        services=1,
        endpoints=0,
        fail_on=Severity.ERROR,
    )
    return sarif.render(results)


RENDERERS = {"json": as_json, "sarif": as_sarif, "text": as_text}
