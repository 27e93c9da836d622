"""``privatelink explain``: describes a rule, and what to change."""

from __future__ import annotations

import json
import sys
import textwrap
from importlib import resources
from typing import TYPE_CHECKING, TypedDict

from privatelink_constructs.cli.usage import did_you_mean

if TYPE_CHECKING:
    import argparse

UNKNOWN_RULE = 2
DATA = "rules.json"
"""The rules with their examples, written by ``tools/errors_page.py``."""
_PREFIXES = ("Annotation::", "privatelink-constructs::", "privatelink-constructs:")
"""The prefixes of an id in the output of the CDK."""


class Explanation(TypedDict):
    """A rule, as ``rules.json`` has it."""

    severity: str
    title: str
    why: str
    code: str
    template: str
    url: str
    wrong: str
    right: str


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the subcommand."""
    parser.add_argument(
        "rule", metavar="RULE", help="the id in brackets in a message, such as port-out-of-range"
    )


def run(options: argparse.Namespace) -> int:
    """Explain a rule.

    :return: 0, or 2 for a rule that doesn't exist.
    """
    rules = _load()
    rule = _plain(options.rule)
    if rule not in rules:
        sys.stderr.write(_unknown(rule, rules))
        return UNKNOWN_RULE
    sys.stdout.write(_as_text(rule, rules[rule]))
    return 0


def _load() -> dict[str, Explanation]:
    text = resources.files("privatelink_constructs.cli").joinpath(DATA).read_text(encoding="utf-8")
    rules: dict[str, Explanation] = json.loads(text)
    return rules


def _plain(rule: str) -> str:
    """Return an id without the text around it in messages and acknowledgments."""
    rule = rule.strip().strip("[]")
    for prefix in _PREFIXES:
        rule = rule.removeprefix(prefix)
    return rule


def _unknown(rule: str, rules: dict[str, Explanation]) -> str:
    hint = did_you_mean(rule, rules) or " Run privatelink check --list-rules to list all rules."
    return f"error: There is no rule {rule!r}.{hint}\n"


def _as_text(rule: str, explanation: Explanation) -> str:
    head = f"{rule} ({explanation['severity']})"
    parts = [
        f"{_filled(head)}\n{_filled(explanation['title'])}\n",
        _section("Why", explanation["why"]),
        _section("What to change", *_changes(explanation)),
    ]
    for heading, example in (("Wrong", explanation["wrong"]), ("Right", explanation["right"])):
        if example:
            parts.append(f"{heading}:\n\n{textwrap.indent(example.rstrip(), '    ')}\n")
    return "\n".join([*parts, f"Read more: {explanation['url']}\n"])


def _changes(explanation: Explanation) -> list[str]:
    code, template = explanation["code"], explanation["template"]
    if code == template:
        return [code]
    return [f"In Python: {code}", f"In a template: {template}"]


def _section(heading: str, *paragraphs: str) -> str:
    return f"{heading}:\n" + "\n".join(_filled(it, indent="  ") for it in paragraphs) + "\n"


def _filled(text: str, *, indent: str = "") -> str:
    """Return a text in lines of at most 80 columns, without cutting IDs and URLs."""
    return textwrap.fill(
        text,
        80,
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
