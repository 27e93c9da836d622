"""The options of ``privatelink check``, and what they mean together with the configuration."""

from __future__ import annotations

import argparse
import re
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, NamedTuple

from privatelink_constructs.checks.acknowledging import rule_ids
from privatelink_constructs.cli.usage import UsageError, did_you_mean
from privatelink_constructs.cloudformation.template import TemplateEnvironment
from privatelink_constructs.facts.partitions import REGIONS, partition_of
from privatelink_constructs.rules.core import Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from privatelink_constructs.cli.settings import Acknowledgment, Configuration

FORMATS = ("text", "json", "sarif", "junit", "github", "gitlab")
_ACCOUNT = re.compile(r"\d{12}", re.ASCII)
_DESCRIPTION = """\
Check CloudFormation templates for what AWS PrivateLink rejects, or drops without a word.

Templates are checked together: what one exports and another imports is followed. A finding says
where it is (file:line:column), what is wrong, why, and what to change."""
_EPILOG = """\
exit status:
  0  nothing was found at the level of --fail-on
  1  something was found
  2  a usage error, or a file that can't be checked; it takes precedence over 1, and the findings
     in all other files are printed nevertheless

examples:
  privatelink check template.yaml --region eu-west-1
  privatelink check cdk.out                        each stack in its own account and Region
  privatelink check 'stacks/**/*.yaml' --fail-on warning
  privatelink check templates --format sarif --output privatelink.sarif
  privatelink check templates --write-baseline privatelink-baseline.json

to accept a finding, write the reason into the Metadata of the resource, or of the template:
  Metadata: {privatelink-constructs: {acknowledged: {<rule>: <reason>}}}

YAML templates need PyYAML: python -m pip install pyyaml
"""


class Choice(NamedTuple):
    """Which findings count, and how.

    :param rules: the ids of the rules that count.
    :param fail_on: how bad a finding must be so that the command fails.
    :param baseline: the file with what is known, None without one.
    :param acknowledgments: what the configuration acknowledges.
    """

    rules: frozenset[str]
    fail_on: Severity
    baseline: str | None
    acknowledgments: list[Acknowledgment]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the subcommand."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.description, parser.epilog = _DESCRIPTION, _EPILOG
    parser.add_argument(
        "templates",
        nargs="*",
        metavar="TEMPLATE",
        help="a file, a folder, a pattern such as 'stacks/**/*.yaml', a cloud assembly such as "
        "cdk.out, or - for standard input; default: those of the configuration",
    )
    _add_places(parser)
    _add_choice(parser)
    _add_output(parser)


def _add_places(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("where the templates are deployed")
    group.add_argument("--region", help="such as eu-west-1; stacks in a cloud assembly know theirs")
    group.add_argument("--account", help="twelve digits; stacks in a cloud assembly know theirs")
    group.add_argument(
        "--parameter",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        dest="parameters",
        help="the value of a parameter of the templates; repeat it for several",
    )
    group.add_argument(
        "--skip-others",
        action="store_true",
        help="leave out files that aren't templates instead of reporting them",
    )


def _add_choice(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("what counts")
    for name, text in (("select", "check these rules only"), ("ignore", "leave these rules out")):
        group.add_argument(
            f"--{name}",
            action="append",
            metavar="RULES",
            help=f"{text}: ids, or patterns such as 'endpoint-*', separated by commas",
        )
    group.add_argument(
        "--fail-on",
        choices=[each.value for each in Severity],
        help="the level from which on findings make the command fail; default: error",
    )
    group.add_argument(
        "--baseline", metavar="FILE", help="leave out the findings that are in this file"
    )
    group.add_argument(
        "--write-baseline", metavar="FILE", help="write all findings into this file, and succeed"
    )
    group.add_argument(
        "--config",
        metavar="FILE",
        help="default: privatelink.toml, privatelink.json, or the section tool.privatelink of "
        "pyproject.toml, here or in a folder above",
    )


def _add_output(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("output")
    group.add_argument("--format", choices=FORMATS, default="text", help="default: text")
    group.add_argument("--output", metavar="FILE", help="write the findings into this file")
    group.add_argument("--list-rules", action="store_true", help="list all rules, and stop")


def templates_of(options: argparse.Namespace, configuration: Configuration) -> list[str]:
    """Return what is to be checked.

    :raises UsageError: when nothing is.
    """
    named = options.templates or [
        str(configuration.folder / each) for each in configuration.texts("templates")
    ]
    if not named:
        raise UsageError("name at least one template, folder, or - for standard input")
    return named


def environment_of(
    options: argparse.Namespace, configuration: Configuration
) -> TemplateEnvironment:
    """Return where the templates are deployed.

    :raises UsageError: for what isn't a Region, an account ID, or a parameter.
    """
    region = _given(options.region, configuration.text("region"))
    account = _given(options.account, configuration.text("account"))
    if region is not None:
        _check_region(region)
    if account is not None and not _ACCOUNT.fullmatch(account):
        raise UsageError(f"--account {account!r} isn't an account ID: use its twelve digits")
    parameters = {**configuration.parameters, **dict(map(_parameter, options.parameters))}
    return TemplateEnvironment(region=region, account=account, parameters=parameters or None)


def _given(option: str | None, setting: str | None) -> str | None:
    return setting if option is None else option


def _check_region(region: str) -> None:
    if partition_of(region) is not None:
        return
    hint = did_you_mean(region, REGIONS) if region else " Is a variable empty?"
    raise UsageError(f"--region {region!r} isn't a Region.{hint}")


def _parameter(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not key or not equals:
        raise UsageError(f"--parameter {text!r} isn't of the form Key=Value")
    return key, value


def choice_of(options: argparse.Namespace, configuration: Configuration) -> Choice:
    """Return which findings count.

    :raises UsageError: for a rule or a severity that doesn't exist.
    """
    select = _separated(options.select) or configuration.texts("select")
    ignore = [*_separated(options.ignore), *configuration.texts("ignore")]
    known = rule_ids()
    rules = _matching(select, known) if select else known
    level = options.fail_on or configuration.text("fail-on") or Severity.ERROR.value
    if level not in {each.value for each in Severity}:
        raise UsageError(f"fail-on must be error or warning, not {level!r}")
    return Choice(
        rules - _matching(ignore, known),
        Severity(level),
        _given(options.baseline, configuration.path("baseline")),
        configuration.acknowledgments,
    )


def _separated(values: Sequence[str] | None) -> list[str]:
    parts = (part.strip() for value in values or () for part in value.split(","))
    return [part for part in parts if part]


def _matching(patterns: Iterable[str], known: frozenset[str]) -> frozenset[str]:
    found: set[str] = set()
    for pattern in patterns:
        matches = {rule for rule in known if fnmatchcase(rule, pattern)}
        if not matches:
            raise UsageError(f"there is no rule {pattern!r}.{did_you_mean(pattern, known)}")
        found |= matches
    return frozenset(found)
