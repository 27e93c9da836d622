"""``privatelink check``: checks templates and prints the findings.

This module contains the options. It imports the rest late, so that other commands start sooner.
"""

from __future__ import annotations

import argparse
from importlib import import_module

from privatelink_constructs.cli.template_arguments import add_templates

FORMATS = ("text", "json", "sarif", "junit", "github", "gitlab")
_DESCRIPTION = """\
Check CloudFormation templates for AWS PrivateLink configurations that AWS rejects, or that
silently drop traffic.

Templates are checked together, including exports and imports between them. A finding shows
the place (file:line:column), what is wrong, why, and what to change."""
_EPILOG = """\
exit status:
  0  there are no findings at the level of --fail-on
  1  there are findings
  2  a usage error, or a file that can't be checked; it takes precedence over 1, and the findings
     in all other files are still printed

examples:
  privatelink check template.yaml --region eu-west-1
  privatelink check cdk.out                        each stack in its own account and Region
  privatelink check 'stacks/**/*.yaml' --fail-on warning
  privatelink check templates --format sarif --output privatelink.sarif
  privatelink check templates --write-baseline privatelink-baseline.json

to acknowledge a finding, add the reason to the Metadata of the resource, or of the template:
  Metadata: {privatelink-constructs: {acknowledged: {<rule>: <reason>}}}

YAML templates need PyYAML: python -m pip install pyyaml
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the subcommand."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.description, parser.epilog = _DESCRIPTION, _EPILOG
    add_templates(parser)
    _add_choice(parser)
    _add_output(parser)


def _add_choice(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("what counts")
    for name, text in (("select", "check these rules only"), ("ignore", "skip these rules")):
        group.add_argument(
            f"--{name}",
            action="append",
            metavar="RULES",
            help=f"{text}: ids, or patterns such as 'endpoint-*', separated by commas",
        )
    group.add_argument(
        "--fail-on",
        choices=("error", "warning"),
        help="the lowest severity that makes the command fail; default: error",
    )
    group.add_argument("--baseline", metavar="FILE", help="skip the findings in this file")
    group.add_argument(
        "--write-baseline", metavar="FILE", help="write all findings to this file, and succeed"
    )
    group.add_argument(
        "--config",
        metavar="FILE",
        help="the configuration; default: privatelink.toml, privatelink.json, or the section "
        "tool.privatelink of pyproject.toml, here or in a folder above",
    )


def _add_output(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("output")
    group.add_argument("--format", choices=FORMATS, default="text", help="default: text")
    group.add_argument("--output", metavar="FILE", help="write the findings to this file")
    group.add_argument("--list-rules", action="store_true", help="list all rules and exit")


def run(options: argparse.Namespace) -> int:
    """Check templates and print the findings.

    :return: 0 without findings that count, 1 with such findings, 2 for a usage error or a file that
        can't be checked.
    """
    return int(import_module("privatelink_constructs.cli.check_run").run(options))
