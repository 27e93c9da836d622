"""``privatelink cost``: estimates what AWS charges for the PrivateLink resources of templates."""

from __future__ import annotations

import argparse
from importlib import import_module

from privatelink_constructs.cli.template_arguments import add_templates

FORMATS = ("text", "markdown", "json")
_DESCRIPTION = """\
Estimate what AWS charges per month for the PrivateLink resources of CloudFormation templates.

The estimate lists endpoints, load balancers of endpoint services, Resolver endpoints, and Route 53
Profiles, with sums for each stack and account, and what a hub of endpoints would save. It doesn't
call AWS. What can't be known from the templates is listed, and isn't part of the sum."""
_EPILOG = """\
exit status:
  0  the estimate is printed
  1  the estimate is above --limit
  2  a usage error, or a file that can't be read

examples:
  privatelink cost cdk.out                         each stack in its own account and Region
  privatelink cost cdk.out --traffic-gb 500        500 GB per month through each endpoint
  privatelink cost cdk.out --traffic-gb 100 --traffic-gb Orders/Payments=2000
  privatelink cost template.yaml --region eu-west-1 --prices prices.json
  privatelink cost cdk.out --limit 200 --format markdown --output cost.md

prices:
  The built-in prices are AWS's list prices of us-east-1. Other Regions have other prices: write
  those of yours into a file, and pass it with --prices:
  {"name": "eu-west-1 in November", "date": "2026-11-01",
   "prices": {"eu-west-1": {"VpcEndpoint-Hours": 0.011, "LoadBalancerUsage": 0.0252}}}
  --list-usage-types lists what can have a price.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the subcommand."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.description, parser.epilog = _DESCRIPTION, _EPILOG
    add_templates(parser)
    _add_prices(parser)
    _add_output(parser)


def _add_prices(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("what the estimate is made of")
    group.add_argument(
        "--prices",
        metavar="FILE",
        help="a JSON file with prices, see below; default: AWS's list prices of us-east-1",
    )
    group.add_argument(
        "--traffic-gb",
        action="append",
        default=[],
        metavar="[ENDPOINT=]GB",
        help="the gigabytes per month through each endpoint, or through one endpoint, by its "
        "construct path or logical ID; repeat it for several. Default: data isn't estimated",
    )
    group.add_argument(
        "--list-usage-types", action="store_true", help="list what can have a price, and stop"
    )


def _add_output(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("output")
    group.add_argument("--format", choices=FORMATS, default="text", help="default: text")
    group.add_argument("--output", metavar="FILE", help="write the estimate into this file")
    group.add_argument(
        "--limit",
        type=float,
        metavar="USD",
        help="end with status 1 if the estimate is above this amount in USD per month",
    )
    group.add_argument(
        "--config", metavar="FILE", help="the configuration; default: as for privatelink check"
    )


def run(options: argparse.Namespace) -> int:
    """Estimate costs, and print them.

    :return: 0, 1 when the estimate is above the limit, 2 for a usage error or a file that can't be
        read.
    """
    return int(import_module("privatelink_constructs.cli.cost_run").run(options))
