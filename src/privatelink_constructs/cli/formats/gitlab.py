"""Findings as a report of GitLab's code quality.

:see: https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING

from privatelink_constructs.cli.baseline import relative

if TYPE_CHECKING:
    from privatelink_constructs.cli.results import Located, Results


def render(results: Results) -> str:
    """Return an entry for each finding, and for each file that can't be checked."""
    entries = [_entry(located) for located in results.shown]
    entries += [
        _described(
            check="privatelink-file-not-valid",
            description=each.reason,
            severity="blocker",
            path=relative(each.name, Path.cwd()),
            line=each.position.line if each.position else 1,
            same=each.reason,
        )
        for each in results.failures
    ]
    return json.dumps(entries, indent=2) + "\n"


def _entry(located: Located) -> dict[str, object]:
    finding = located.finding
    return _described(
        check=finding.rule,
        description=f"{located.place}: {finding.message} {finding.remedy}",
        severity="major" if located.is_error else "minor",
        path=relative(finding.template, Path.cwd()),
        line=located.position.line,
        same=f"{located.place}\0{finding.message}",
    )


def _described(
    *, check: str, description: str, severity: str, path: str, line: int, same: str
) -> dict[str, object]:
    """Return an entry.

    :param same: a text that is the same for the same finding, even if it moves in the file.
    """
    text = f"{check}\0{path}\0{same}"
    return {
        "check_name": check,
        "description": description,
        "fingerprint": hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest(),
        "severity": severity,
        "location": {"path": path, "lines": {"begin": line}},
    }
