"""What ``privatelink draw`` does."""

from __future__ import annotations

import sys
from pathlib import PurePath
from typing import TYPE_CHECKING

from privatelink_constructs.checks.report import report_on
from privatelink_constructs.cli.choosing import results_of
from privatelink_constructs.cli.options import choice_of, inputs_of
from privatelink_constructs.cli.printing import (
    complain,
    complain_of,
    print_to,
    unusable,
    write_file,
)
from privatelink_constructs.cli.results import count, plain, plain_line
from privatelink_constructs.cli.settings import read_configuration
from privatelink_constructs.cli.usage import PASSED, UNUSABLE, UsageError
from privatelink_constructs.diagnosis.causes import STEPS
from privatelink_constructs.drawing.composing import picture_of
from privatelink_constructs.drawing.drawing import DrawingFormat, written
from privatelink_constructs.drawing.mermaid import MOST_EDGES, MOST_TEXT
from privatelink_constructs.inventory.inventory import Inventory
from privatelink_constructs.inventory.states import place_of

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Mapping

    from privatelink_constructs.cli.inputs import Inputs
    from privatelink_constructs.cli.settings import Configuration
    from privatelink_constructs.cloudformation.loading import LoadError
    from privatelink_constructs.drawing.picture import Picture
    from privatelink_constructs.rules.core import Finding

_BY_SUFFIX = {
    ".dot": DrawingFormat.DOT,
    ".gv": DrawingFormat.DOT,
    ".svg": DrawingFormat.SVG,
}
_PICTURES = (".gif", ".jpeg", ".jpg", ".pdf", ".png", ".webp")
_PENDING = (
    "The assembly isn't drawn, because a value in it is still to be looked up. "
    "Synthesize the app again."
)
_UNSEEN = "The template isn't drawn, because a macro can change all of it."


def run(options: argparse.Namespace) -> int:
    """Draw templates, and print the drawing.

    :return: 0 when a drawing was written, 2 for a usage error or a file that can't be drawn.
    """
    try:
        return _draw(options)
    except UsageError as error:
        return unusable(error)


def _draw(options: argparse.Namespace) -> int:
    configuration = read_configuration(options.config)
    inputs = inputs_of(options, configuration)
    if inputs.failures and not inputs.sources:
        return complain_of(inputs.failures)
    templates = {name: source.template for name, source in inputs.sources.items()}
    inventory = Inventory(templates, inputs.environments)
    findings, failures = _findings(options, configuration, inputs)
    picture = picture_of(inventory, findings)
    _show(picture, options)
    for note in (*_unseen(inventory, inputs), *_too_large(picture, options)):
        print_to(sys.stderr, f"{plain_line(note)}\n")
    for failure in failures:
        complain(str(failure))
    return UNUSABLE if failures else PASSED


def _findings(
    options: argparse.Namespace, configuration: Configuration, inputs: Inputs
) -> tuple[list[Finding], list[LoadError]]:
    """Return what ``privatelink check`` would show, and what can't be read."""
    if options.no_findings:
        return [], inputs.failures
    choice = choice_of(options, configuration)
    templates = {name: source.template for name, source in inputs.sources.items()}
    report = report_on(templates, inputs.environments)
    results = results_of(inputs, report, choice, configuration)
    shown = [located.finding for located in results.shown]
    return [it for it in shown if _counts(it, templates[it.template])], results.failures


def _counts(finding: Finding, template: Mapping[str, object]) -> bool:
    """Tell whether a finding colors a drawing.

    What a diagnosis saved is only what matters to a connection: other rules miss what isn't in it.
    """
    return finding.rule in STEPS or place_of(template) == (None, None)


def _show(picture: Picture, options: argparse.Namespace) -> None:
    text = written(picture, _format(options))
    if not options.output:
        print_to(sys.stdout, text)
        return
    write_file(options.output, text)
    nodes, edges = len(list(picture.every_node())), len(picture.edges)
    drawn = f"{count(nodes, 'node')} and {count(edges, 'connection')}"
    print_to(sys.stdout, f"Drew {drawn} into {plain(options.output)}\n")


def _format(options: argparse.Namespace) -> DrawingFormat:
    if options.format:
        return DrawingFormat(options.format)
    suffix = PurePath(options.output or "").suffix.lower()
    if suffix in _PICTURES:
        raise UsageError(
            f"--output {options.output!r} isn't a format of drawings. Use a file that ends in "
            ".svg, or pipe the output of --format dot into Graphviz"
        )
    return _BY_SUFFIX.get(suffix, DrawingFormat.MERMAID)


def _unseen(inventory: Inventory, inputs: Inputs) -> Iterator[str]:
    for name in inputs.pending:
        yield f"{name}: note: {_PENDING}"
    for template in inventory.templates:
        if template.macros:
            yield f"{template.name}: note: {_UNSEEN}"


def _too_large(picture: Picture, options: argparse.Namespace) -> Iterator[str]:
    """Yield that Mermaid doesn't draw what is too large."""
    if _format(options) is DrawingFormat.MERMAID:
        text = written(picture, DrawingFormat.MERMAID)
        if len(picture.edges) > MOST_EDGES or len(text) > MOST_TEXT:
            yield (
                f"note: Mermaid draws up to {MOST_EDGES} connections and {MOST_TEXT} characters "
                "unless it is configured otherwise: try --format svg, or fewer templates"
            )
