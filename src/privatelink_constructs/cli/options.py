"""Combines the options of all subcommands that read templates with the configuration."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, NamedTuple

from privatelink_constructs.checks.acknowledging import rule_ids
from privatelink_constructs.cli.inputs import read_inputs
from privatelink_constructs.cli.usage import UsageError, did_you_mean
from privatelink_constructs.cloudformation.content import as_mapping
from privatelink_constructs.cloudformation.template import TemplateEnvironment
from privatelink_constructs.facts.partitions import REGIONS, is_region_form
from privatelink_constructs.rules.core import Severity

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Sequence

    from privatelink_constructs.cli.inputs import Inputs
    from privatelink_constructs.cli.settings import Acknowledgment, Configuration

_ACCOUNT = re.compile(r"\d{12}", re.ASCII)


class Choice(NamedTuple):
    """Which findings count, and how.

    :param rules: the ids of the rules that count.
    :param fail_on: how bad a finding must be so that the command fails.
    :param baseline: the file with the baseline, None without one.
    :param acknowledgments: what the configuration acknowledges.
    """

    rules: frozenset[str]
    fail_on: Severity
    baseline: str | None
    acknowledgments: list[Acknowledgment]


def inputs_of(options: argparse.Namespace, configuration: Configuration) -> Inputs:
    """Read the templates that the arguments or the configuration name.

    :raises UsageError: if no templates are named, or if an option doesn't fit them.
    """
    environment = environment_of(options, configuration)
    names = templates_of(options, configuration)
    inputs = read_inputs(names, environment, skip_others=options.skip_others)
    _check_parameters(inputs, environment)
    return inputs


def _check_parameters(inputs: Inputs, environment: TemplateEnvironment) -> None:
    """Check that each parameter with a value exists in a template."""
    declared = {
        name
        for source in inputs.sources.values()
        for name in as_mapping(source.template.get("Parameters"))
    }
    for name in environment.parameters or ():
        if inputs.sources and name not in declared:
            raise UsageError(f"no template has the parameter {name!r}.")


def templates_of(options: argparse.Namespace, configuration: Configuration) -> list[str]:
    """Return the templates to check.

    :raises UsageError: when nothing is.
    """
    named = options.templates or [
        str(configuration.folder / each) for each in configuration.texts("templates")
    ]
    if not named:
        raise UsageError("Specify at least one template, a folder, or - for standard input.")
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
        raise UsageError(f"--account {account!r} isn't a valid account ID. Use twelve digits.")
    parameters = {**configuration.parameters, **dict(map(_parameter, options.parameters))}
    return TemplateEnvironment(region=region, account=account, parameters=parameters or None)


def _given(option: str | None, setting: str | None) -> str | None:
    return setting if option is None else option


def _check_region(region: str) -> None:
    if is_region_form(region):
        return
    hint = did_you_mean(region, REGIONS) if region else " Is a variable empty?"
    raise UsageError(f"--region {region!r} isn't a valid Region.{hint}")


def _parameter(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not key or not equals:
        raise UsageError(f"--parameter {text!r} doesn't have the format Key=Value.")
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
        raise UsageError(f"fail-on must be error or warning, not {level!r}.")
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
            raise UsageError(f"There is no rule {pattern!r}.{did_you_mean(pattern, known)}")
        found |= matches
    return frozenset(found)
