"""Findings in the format that code scanning services read.

:see: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
:see: https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
"""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from privatelink_constructs._version import VERSION
from privatelink_constructs.cli.baseline import relative
from privatelink_constructs.cli.results import TEMPLATE
from privatelink_constructs.rules.core import sentence

if TYPE_CHECKING:
    from collections.abc import Iterable

    from privatelink_constructs.cli.results import Located, Results, Suppressed
    from privatelink_constructs.cloudformation.places import Position
    from privatelink_constructs.rules.core import Rule

_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_ROOT, _ROOT_IS = "%SRCROOT%", "The folder in which the command ran."


def render(results: Results) -> str:
    """Return a log with one run."""
    every = [*results.shown, *(each.located for each in results.suppressed)]
    rules = {located.rule.id: located.rule for located in every}
    order = sorted(rules)
    run = {
        "tool": {"driver": _driver([rules[rule] for rule in order])},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {_ROOT: {"description": {"text": _ROOT_IS}}},
        "invocations": [_invocation(results)],
        "results": [],
    }
    entries = [
        *(_result(located, order, []) for located in results.shown),
        *(_result(it.located, order, [_suppression(it)]) for it in results.suppressed),
    ]
    log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return _with_entries(json.dumps(log, indent=2), entries) + "\n"


def _with_entries(log: str, entries: Iterable[object]) -> str:
    """Return a log with its results, each on a line: Python indents many of them slowly."""
    lines = ",\n        ".join(map(json.dumps, entries))
    head, mark, tail = log.rpartition('"results": []')
    return f"{head}{mark[:-1]}\n        {lines}\n      ]{tail}" if lines else log


def _driver(rules: Iterable[Rule[...]]) -> dict[str, object]:
    return {
        "name": "privatelink-constructs",
        "version": VERSION,
        "semanticVersion": VERSION,
        "informationUri": "https://docs.aws.amazon.com/vpc/latest/privatelink/",
        "rules": [_descriptor(rule) for rule in rules],
    }


def _descriptor(rule: Rule[...]) -> dict[str, object]:
    change = sentence(rule.fix.template)
    return {
        "id": rule.id,
        "name": "".join(part.capitalize() for part in rule.id.split("-")),
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": f"{rule.title} {rule.why}"},
        "help": {
            "text": f"{rule.why} {change}",
            "markdown": f"{rule.why}\n\n{change}\n\n[Read more]({rule.url})",
        },
        "helpUri": rule.url,
        "defaultConfiguration": {"level": rule.severity.value},
        "properties": {"tags": ["aws", "privatelink"]},
    }


def _invocation(results: Results) -> dict[str, object]:
    failures = [
        _notification("error", each.name, each.position, each.reason) for each in results.failures
    ]
    notes = [_notification("note", it.name, it.position, it.message) for it in results.notes]
    return {
        "executionSuccessful": not results.failures,
        "toolExecutionNotifications": [*failures, *notes],
    }


def _notification(level: str, name: str, position: Position | None, text: str) -> dict[str, object]:
    location = {"physicalLocation": _physical(name, position)}
    return {"level": level, "message": {"text": text}, "locations": [location]}


def _result(
    located: Located, order: list[str], suppressions: list[dict[str, object]]
) -> dict[str, object]:
    finding = located.finding
    logical = {"fullyQualifiedName": f"Resources.{located.place}", "kind": "resource"}
    location = {
        "physicalLocation": _physical(finding.template, located.position),
        "logicalLocations": [logical],
    }
    same = f"{finding.rule}\0{located.place}\0{finding.message}"
    digest = hashlib.sha256(same.encode("utf-8", "surrogatepass")).hexdigest()
    return {
        "ruleId": finding.rule,
        "ruleIndex": order.index(finding.rule),
        "level": finding.severity.value,
        "message": {"text": f"{finding.message} {finding.remedy}"},
        "locations": [location],
        "partialFingerprints": {"ruleAndPlace/v1": digest},
        # An empty list means that the result isn't suppressed.
        "suppressions": suppressions,
    }


def _suppression(suppressed: Suppressed) -> dict[str, object]:
    kind = "inSource" if suppressed.by == TEMPLATE else "external"
    return {"kind": kind, "justification": suppressed.reason}


def _physical(name: str, position: Position | None) -> dict[str, object]:
    found: dict[str, object] = {"artifactLocation": _artifact(name)}
    if position:
        found["region"] = {"startLine": position.line, "startColumn": position.column}
    return found


def _artifact(name: str) -> dict[str, object]:
    path = relative(name, Path.cwd())
    if path.startswith("../") or Path(path).is_absolute():
        return {"uri": f"file://{_quoted(Path(os.path.abspath(name)).as_posix())}"}  # noqa: PTH100
    return {"uri": _quoted(path), "uriBaseId": _ROOT}


def _quoted(path: str) -> str:
    slash = "/" if path[1:2] == ":" else ""
    return slash + quote(path, safe="/", errors="surrogatepass")
