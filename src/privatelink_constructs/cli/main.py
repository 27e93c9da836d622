"""The ``privatelink`` command, with its subcommands."""

from __future__ import annotations

import argparse
import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING

from privatelink_constructs._version import VERSION

if TYPE_CHECKING:
    from collections.abc import Sequence

BROKEN_PIPE = 141
"""The exit status that a shell reports for the signal in this case."""
_COMMANDS = {
    "check": "check CloudFormation templates for what AWS PrivateLink rejects or drops",
    "diagnose": "find out why clients can't reach an endpoint service in a live account",
    "draw": "draw the PrivateLink resources of templates as Mermaid, DOT, or SVG",
    "cost": "estimate what AWS charges for the PrivateLink resources of templates",
    "explain": "explain a rule, with an example that breaks it and one that doesn't",
}
"""Each is a module in this package, with ``add_arguments`` and ``run``."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command.

    :param arguments: the arguments on the command line. Default: those of the process.
    :return: the exit status: 0 for success, 1 for findings that are errors, 2 for a usage error or
        an invalid file.
    """
    options = _parser().parse_args(arguments)
    run = import_module(f"{__package__}.{options.command}").run
    try:
        status = int(run(options))
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader has seen enough, as in `privatelink check cdk.out | head`.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN_PIPE
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="privatelink", description="Tools for services over AWS PrivateLink."
    )
    parser.add_argument("--version", action="version", version=VERSION)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, summary in _COMMANDS.items():
        module = import_module(f"{__package__}.{name}")
        # Not `capitalize`, which would write "Cloudformation".
        description = f"{summary[:1].upper()}{summary[1:]}."
        command = commands.add_parser(name, help=summary, description=description)
        module.add_arguments(command)
    return parser
