"""The command that checks templates: ``python -m privatelink_constructs.checks template.json``."""

from __future__ import annotations

import argparse
import json
import os
import sys
from dataclasses import asdict
from importlib import metadata
from typing import TYPE_CHECKING, TextIO

from privatelink_constructs.checks import check_templates
from privatelink_constructs.checks.loading import LoadError, load
from privatelink_constructs.checks.sarif import to_sarif
from privatelink_constructs.rules.core import Severity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from privatelink_constructs.checks.findings import Finding

FAILED = 1
UNUSABLE = 2
_RED, _YELLOW, _BOLD, _PLAIN = "\x1b[31m", "\x1b[33m", "\x1b[1m", "\x1b[0m"


def main(arguments: Sequence[str] | None = None) -> int:
    """Check templates and print what is wrong.

    :param arguments: of the command line. Default: those of the process.
    :return: 0 when there is no error, 1 when there is one, 2 when a file can't be read.
    """
    options = _parser().parse_args(arguments)
    try:
        templates = {path: load(path) for path in options.templates}
    except LoadError as error:
        sys.stderr.write(f"error: {error}\n")
        return UNUSABLE
    findings = check_templates(templates, region=options.region, account=options.account)
    _write(findings, options.format, sys.stdout)
    errors = any(finding.severity is Severity.ERROR for finding in findings)
    return FAILED if errors else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m privatelink_constructs.checks",
        description="Check CloudFormation templates for what AWS PrivateLink refuses or drops.",
        epilog="Several templates are checked together: references across stacks are followed.",
    )
    parser.add_argument("templates", nargs="+", metavar="template", help="a JSON or YAML file")
    parser.add_argument("--region", help="the Region that the templates are deployed to")
    parser.add_argument("--account", help="the account that the templates are deployed to")
    parser.add_argument("--format", choices=("text", "json", "sarif"), default="text")
    return parser


def _write(findings: Sequence[Finding], form: str, stream: TextIO) -> None:
    if form == "sarif":
        version = metadata.version("privatelink-constructs")
        stream.write(json.dumps(to_sarif(findings, version=version), indent=2) + "\n")
    elif form == "json":
        entries = [{**asdict(each), "severity": each.severity.value} for each in findings]
        stream.write(json.dumps(entries, indent=2) + "\n")
    else:
        stream.write(_as_text(findings, colour=_wants_colour(stream)))


def _wants_colour(stream: TextIO) -> bool:
    """Follow https://no-color.org."""
    return stream.isatty() and not os.environ.get("NO_COLOR")


def _as_text(findings: Sequence[Finding], *, colour: bool) -> str:
    blocks = [_block(finding, colour=colour) for finding in findings]
    errors = sum(finding.severity is Severity.ERROR for finding in findings)
    warnings = len(findings) - errors
    return "".join([*blocks, f"{_count(errors, 'error')}, {_count(warnings, 'warning')}\n"])


def _block(finding: Finding, *, colour: bool) -> str:
    shade = _RED if finding.severity is Severity.ERROR else _YELLOW
    start, strong, end = (shade, _BOLD, _PLAIN) if colour else ("", "", "")
    place = ".".join(filter(None, (finding.logical_id, finding.property_path)))
    return (
        f"{start}{finding.severity.value}{end} {strong}{finding.template}: {place}{end}\n"
        f"  {finding.message} [{finding.rule}]\n"
        f"  {finding.remedy}\n"
        f"  {finding.url}\n\n"
    )


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
