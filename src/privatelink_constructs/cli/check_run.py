"""Runs ``privatelink check``."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING, TextIO

from privatelink_constructs.checks.report import report_on
from privatelink_constructs.cli.baseline import baseline_text
from privatelink_constructs.cli.choosing import results_of
from privatelink_constructs.cli.options import choice_of, inputs_of
from privatelink_constructs.cli.printing import complain, print_to, unusable, write_file
from privatelink_constructs.cli.results import count, plain, plain_line
from privatelink_constructs.cli.settings import read_configuration
from privatelink_constructs.cli.usage import FAILED, PASSED, UNUSABLE, UsageError
from privatelink_constructs.rules.catalog import rules_by_module

if TYPE_CHECKING:
    import argparse

    from privatelink_constructs.cli.results import Results

_MODULES = {"json": "json_list"}


def run(options: argparse.Namespace) -> int:
    """Check templates and print the findings.

    :return: 0 without findings that count, 1 with such findings, 2 for a usage error or a file that
        can't be checked.
    """
    try:
        return _list_rules() if options.list_rules else _check(options)
    except UsageError as error:
        return unusable(error)


def _check(options: argparse.Namespace) -> int:
    configuration = read_configuration(options.config)
    choice = choice_of(options, configuration)
    inputs = inputs_of(options, configuration)
    templates = {name: source.template for name, source in inputs.sources.items()}
    report = report_on(templates, inputs.environments)
    results = results_of(inputs, report, choice, configuration)
    for failure in results.failures:
        complain(str(failure))
    if options.write_baseline:
        return _write_baseline(options.write_baseline, results)
    _show(results, options)
    return _status(results)


def _status(results: Results) -> int:
    if results.failures:
        return UNUSABLE
    return FAILED if any(map(results.fails, results.shown)) else PASSED


def _show(results: Results, options: argparse.Namespace) -> None:
    is_text = options.format == "text"
    module = _MODULES.get(options.format, options.format)
    render = import_module(f"privatelink_constructs.cli.formats.{module}").render
    if is_text:
        color = not options.output and _wants_color(sys.stdout)
        text = render(results, color=color)
    else:
        text = render(results)
        if options.format != "github":
            for note in results.notes:
                print_to(sys.stderr, f"{plain_line(str(note))}\n")
    if options.output:
        write_file(options.output, text)
        text = f"{results.summary}\n"
    print_to(sys.stdout, text)


def _write_baseline(path: str, results: Results) -> int:
    known = [it.located for it in results.suppressed if it.by == "baseline"]
    findings = [located.finding for located in (*results.shown, *known)]
    write_file(path, baseline_text(path, findings))
    print_to(sys.stdout, f"Wrote {count(len(findings), 'finding')} into {plain(path)}\n")
    return UNUSABLE if results.failures else PASSED


def _wants_color(stream: TextIO) -> bool:
    """Follow https://no-color.org."""
    return stream.isatty() and not os.environ.get("NO_COLOR")


def _list_rules() -> int:
    rules = sorted(
        (it for found in rules_by_module().values() for it in found), key=lambda it: it.id
    )
    width = max(len(rule.id) for rule in rules)
    lines = (f"{it.id:{width}}  {it.severity.value:7}  {it.title}\n" for it in rules)
    print_to(sys.stdout, "".join(lines))
    return PASSED
