"""``privatelink draw``: draws what is in templates.

What it takes is here. What it does is imported late, so that other commands start sooner.
"""

from __future__ import annotations

import argparse
from importlib import import_module

from privatelink_constructs.cli.template_arguments import add_templates

FORMATS = ("mermaid", "dot", "svg")
_DESCRIPTION = """\
Draw the PrivateLink resources of CloudFormation templates: who connects to what.

A drawing shows accounts, Regions, VPCs, and Availability Zones; endpoint services with their load
balancers and targets; endpoints and their names; and what waits for acceptance. Templates are drawn
together: what one exports and another imports is followed. It needs no AWS account. A folder that
privatelink diagnose --save wrote is drawn with the states of connections and targets."""
_EPILOG = """\
formats:
  mermaid  text, which GitHub and GitLab show in Markdown between ```mermaid and ```
  dot      text for Graphviz: privatelink draw cdk.out --format dot | dot -Tpng -o drawing.png
  svg      a picture for browsers and documents, with a lane for each Availability Zone

colors:
  red      an error, a connection that was rejected or has failed, or targets that are all unhealthy
  yellow   a warning, or targets that are partly unhealthy
  blue     waits for acceptance, or isn't ready

exit status:
  0  the drawing was written, whatever is wrong in the templates
  2  a usage error, or a file that can't be drawn; all other files are still drawn

examples:
  privatelink draw cdk.out
  privatelink draw cdk.out --format svg --output drawing.svg
  privatelink draw provider.yaml consumer.yaml --region eu-west-1
  cdk synth Provider | privatelink draw -
  privatelink draw evidence            a folder of privatelink diagnose --save evidence
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the subcommand."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.description, parser.epilog = _DESCRIPTION, _EPILOG
    add_templates(parser)
    _add_output(parser)
    parser.set_defaults(baseline=None, fail_on=None, ignore=None, select=None)


def _add_output(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("output")
    group.add_argument(
        "--format", choices=FORMATS, help="default: what --output ends in, or mermaid"
    )
    group.add_argument("--output", metavar="FILE", help="write the drawing into this file")
    group.add_argument(
        "--no-findings",
        action="store_true",
        help="color nothing for what privatelink check finds",
    )
    group.add_argument(
        "--config",
        metavar="FILE",
        help="the configuration, with what you ignore and acknowledge; default: as for "
        "privatelink check",
    )


def run(options: argparse.Namespace) -> int:
    """Draw templates.

    :return: 0 when a drawing was written, 2 for a usage error or a file that can't be drawn.
    """
    return int(import_module("privatelink_constructs.cli.draw_run").run(options))
