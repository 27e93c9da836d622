"""Findings as a JSON list, for programs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from privatelink_constructs.cli.results import Located, Results


def render(results: Results) -> str:
    """Return the findings."""
    return json.dumps([_finding(located) for located in results.shown], indent=2) + "\n"


def _finding(located: Located) -> dict[str, object]:
    finding = located.finding
    return {
        "rule": finding.rule,
        "severity": finding.severity.value,
        "template": finding.template,
        "line": located.position.line,
        "column": located.position.column,
        "logical_id": finding.logical_id,
        "property_path": finding.property_path,
        "construct": located.construct,
        "message": finding.message,
        "why": located.rule.why,
        "remedy": finding.remedy,
        "url": finding.url,
    }
