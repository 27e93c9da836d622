"""The arguments of all subcommands that read templates."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse


def add_templates(parser: argparse.ArgumentParser) -> None:
    """Add the arguments that select the templates, and tell where they are deployed."""
    parser.add_argument(
        "templates",
        nargs="*",
        metavar="TEMPLATE",
        help="a file, a folder, a pattern such as 'stacks/**/*.yaml', a cloud assembly such as "
        "cdk.out, or - for standard input; default: the templates in the configuration",
    )
    group = parser.add_argument_group("where the templates are deployed")
    group.add_argument(
        "--region", help=("such as eu-west-1; stacks in a cloud assembly contain their Region")
    )
    group.add_argument(
        "--account", help=("twelve digits; stacks in a cloud assembly contain their account")
    )
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
        help="skip files that aren't templates instead of reporting them",
    )
