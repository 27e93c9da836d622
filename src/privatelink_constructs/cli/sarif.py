"""Findings in the format that code scanning services read.

:see: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from privatelink_constructs.rules.core import Finding

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def to_sarif(findings: Sequence[Finding], *, version: str) -> dict[str, object]:
    """Return findings as a SARIF log.

    :param version: of this package.
    """
    driver = {
        "name": "privatelink-constructs",
        "version": version,
        "rules": _rules(findings),
    }
    results = [_result(finding) for finding in findings]
    return {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "results": results}],
    }


def _rules(findings: Sequence[Finding]) -> list[dict[str, object]]:
    by_id = {finding.rule: finding for finding in findings}
    return [
        {"id": rule, "helpUri": finding.url, "help": {"text": finding.remedy}}
        for rule, finding in sorted(by_id.items())
    ]


def _result(finding: Finding) -> dict[str, object]:
    place = ".".join(filter(None, ("Resources", finding.logical_id, finding.property_path)))
    artifact = {"artifactLocation": {"uri": finding.template.replace("\\", "/")}}
    return {
        "ruleId": finding.rule,
        "level": finding.severity.value,
        "message": {"text": f"{finding.message}: {finding.remedy}"},
        "locations": [
            {"physicalLocation": artifact, "logicalLocations": [{"fullyQualifiedName": place}]}
        ],
    }
