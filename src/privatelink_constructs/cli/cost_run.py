"""What ``privatelink cost`` does."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from privatelink_constructs.cli.options import inputs_of
from privatelink_constructs.cli.printing import (
    complain,
    complain_of,
    print_to,
    unusable,
    write_file,
)
from privatelink_constructs.cli.results import count, plain
from privatelink_constructs.cli.settings import read_configuration
from privatelink_constructs.cli.usage import FAILED, PASSED, UNUSABLE, UsageError
from privatelink_constructs.cost.estimate import estimate_of
from privatelink_constructs.cost.price_list import PriceList
from privatelink_constructs.cost.showing import as_json, as_markdown, as_text
from privatelink_constructs.errors import ValidationError
from privatelink_constructs.facts.prices import USAGE_TYPES
from privatelink_constructs.inventory.inventory import Inventory
from privatelink_constructs.rules.costs import cost_in_limit, cost_limit_in_range

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from privatelink_constructs.cli.inputs import Inputs
    from privatelink_constructs.cost.estimate import CostEstimate

_RENDERERS = {"json": as_json, "markdown": as_markdown, "text": as_text}
_EVERY = "*"


def run(options: argparse.Namespace) -> int:
    """Estimate costs, and print them.

    :return: 0, 1 when the estimate is above the limit, 2 for a usage error or a file that can't be
        read.
    """
    try:
        return _list_usage_types() if options.list_usage_types else _estimate(options)
    except (UsageError, ValidationError) as error:
        return unusable(error)


def _list_usage_types() -> int:
    width = max(map(len, USAGE_TYPES))
    lines = (f"{key:{width}}  {it.title}, in {it.unit}\n" for key, it in USAGE_TYPES.items())
    print_to(sys.stdout, "".join(lines))
    return PASSED


def _estimate(options: argparse.Namespace) -> int:
    _check_limit(options.limit)
    configuration = read_configuration(options.config)
    prices = _prices(options.prices)
    traffic = _traffic(options.traffic_gb)
    inputs = inputs_of(options, configuration)
    if inputs.failures and not inputs.sources:
        return complain_of(inputs.failures)
    templates = {name: source.template for name, source in inputs.sources.items()}
    estimate = estimate_of(Inventory(templates, inputs.environments), prices, traffic)
    _show(estimate, inputs, options)
    if inputs.failures:
        return UNUSABLE
    return _judged(estimate, options.limit)


def _check_limit(limit: float | None) -> None:
    for problem in () if limit is None else cost_limit_in_range(limit):
        raise UsageError(f"--limit: {problem.what}.")


def _prices(path: str | None) -> PriceList:
    if path is None:
        return PriceList.us_east_1()
    try:
        return PriceList.from_file(path)
    except OSError as error:
        raise UsageError(f"The file {path} can't be read: {error.strerror}.") from error


def _traffic(given: Sequence[str]) -> dict[str, float] | None:
    """Return the gigabytes of each endpoint, None if none are specified."""
    found: dict[str, float] = {}
    for text in given:
        # A construct path may have an equals sign in it, a number doesn't.
        name, equals, number = text.rpartition("=")
        try:
            found[name if equals else _EVERY] = float(number)
        except ValueError as error:
            reason = f"--traffic-gb {text!r} isn't a number, or of the form Endpoint=Number."
            raise UsageError(reason) from error
    return found or None


def _show(estimate: CostEstimate, inputs: Inputs, options: argparse.Namespace) -> None:
    for failure in inputs.failures:
        complain(str(failure))
    for name in inputs.pending:
        reason = "it isn't part of the estimate: something in it is still to be looked up"
        print_to(sys.stderr, f"{plain(name)}: note: {reason}\n")
    text = "".join(f"{plain(it)}\n" for it in _RENDERERS[options.format](estimate).splitlines())
    if options.output:
        write_file(options.output, text)
        templates = count(len(inputs.sources), "template")
        text = f"Wrote the estimate of {templates} into {plain(options.output)}\n"
    print_to(sys.stdout, text)


def _judged(estimate: CostEstimate, limit: float | None) -> int:
    if limit is None:
        return PASSED
    prices = f"{estimate.prices.name}, {estimate.prices.date}"
    problems = list(cost_in_limit(estimate.monthly_usd, limit=limit, prices=prices))
    for problem in problems:
        complain(f"{problem.statement} [{problem.rule.id}]")
    return FAILED if problems else PASSED
