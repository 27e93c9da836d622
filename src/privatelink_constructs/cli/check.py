"""``privatelink check``: checks templates and prints the findings."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, TextIO

from privatelink_constructs._version import VERSION

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from privatelink_constructs.rules.core import Finding

FAILED = 1
UNUSABLE = 2
_RED, _YELLOW, _BOLD, _PLAIN = "\x1b[31m", "\x1b[33m", "\x1b[1m", "\x1b[0m"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the subcommand."""
    parser.epilog = "Several templates are checked together: references across stacks are followed."
    parser.add_argument("templates", nargs="+", metavar="TEMPLATE", help="a JSON or YAML file")
    parser.add_argument("--region", help="the Region that the templates are deployed to")
    parser.add_argument("--account", help="the account that the templates are deployed to")
    parser.add_argument("--format", choices=("text", "json", "sarif"), default="text")


def run(options: argparse.Namespace) -> int:
    """Check templates and print the findings.

    :return: 0 without errors, 1 with errors, 2 when a file can't be read.
    """
    from privatelink_constructs.checks.checking import check_templates  # noqa: PLC0415 - slow
    from privatelink_constructs.cloudformation.loading import LoadError, load  # noqa: PLC0415

    try:
        templates = {path: load(path) for path in options.templates}
    except LoadError as error:
        sys.stderr.write(f"error: {error}\n")
        return UNUSABLE
    findings = check_templates(templates, region=options.region, account=options.account)
    _write(findings, options.format, sys.stdout)
    return FAILED if any(map(_is_error, findings)) else 0


def _write(findings: Sequence[Finding], form: str, stream: TextIO) -> None:
    if form == "text":
        stream.write(_as_text(findings, colour=_wants_colour(stream)))
        return
    import json  # noqa: PLC0415 - for machines alone
    from dataclasses import asdict  # noqa: PLC0415

    from privatelink_constructs.cli.sarif import to_sarif  # noqa: PLC0415

    content: object = [{**asdict(each), "severity": each.severity.value} for each in findings]
    if form == "sarif":
        content = to_sarif(findings, version=VERSION)
    stream.write(json.dumps(content, indent=2) + "\n")


def _wants_colour(stream: TextIO) -> bool:
    """Follow https://no-color.org."""
    return stream.isatty() and not os.environ.get("NO_COLOR")


def _as_text(findings: Sequence[Finding], *, colour: bool) -> str:
    blocks = [_block(finding, colour=colour) for finding in findings]
    errors = sum(map(_is_error, findings))
    warnings = len(findings) - errors
    return "".join([*blocks, f"{_count(errors, 'error')}, {_count(warnings, 'warning')}\n"])


def _block(finding: Finding, *, colour: bool) -> str:
    shade = _RED if _is_error(finding) else _YELLOW
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


def _is_error(finding: Finding) -> bool:
    return finding.severity.value == "error"
