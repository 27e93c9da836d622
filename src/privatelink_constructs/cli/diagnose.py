"""``privatelink diagnose``: why clients can't reach an endpoint service.

What it takes is here. What it does is imported late, so that other commands start sooner.
"""

from __future__ import annotations

import argparse
from importlib import import_module

DIAGNOSIS_FORMATS = ("text", "json", "sarif")
SIDES = ("provider", "consumer")
_DESCRIPTION = """\
Find out why clients can't reach an endpoint service.

Asks AWS with the provider's credentials, the consumer's, or both, and names what stops a
connection, the most likely cause first: what was seen, and what to change. Every call only reads.
What you aren't permitted to see is listed with the permission that it takes."""
_EPILOG = """\
exit status:
  0  nothing was found in what could be seen
  1  something was found
  2  a usage error, or credentials that can't be used

examples:
  privatelink diagnose --service vpce-svc-0123456789abcdef0 --provider-profile payments
  privatelink diagnose --service vpce-svc-0123456789abcdef0 --consumer-profile shop --port 443
  privatelink diagnose --service vpce-svc-0123456789abcdef0 --save evidence
  privatelink diagnose --from evidence
  privatelink draw evidence                        with the states of connections and targets
  privatelink diagnose --policy consumer

It needs boto3: python -m pip install 'privatelink-constructs[diagnose]'
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the subcommand."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.description, parser.epilog = _DESCRIPTION, _EPILOG
    _add_question(parser)
    _add_credentials(parser)
    _add_result(parser)


def _add_question(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("what to diagnose")
    group.add_argument(
        "--service",
        metavar="ID",
        help="the endpoint service, vpce-svc-..., or its name; required unless --from or --policy "
        "is set",
    )
    group.add_argument(
        "--endpoint", metavar="ID", help="the endpoint, vpce-...; default: each one to the service"
    )
    group.add_argument(
        "--consumer-account",
        metavar="ID",
        help="the consumer's account, twelve digits; default: that of the consumer's credentials, "
        "or every account that is connected",
    )
    group.add_argument(
        "--port", type=int, help="the port that clients connect to; default: those of the listeners"
    )
    group.add_argument(
        "--name", help="the DNS name that clients connect to; default: those of the service"
    )
    group.add_argument(
        "--region",
        help="the Region of the service; default: that in its name, or that of the profile",
    )
    group.add_argument(
        "--consumer-region", metavar="REGION", help="the Region of the endpoint, if it is another"
    )


def _add_credentials(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("whose credentials")
    for side in SIDES:
        group.add_argument(
            f"--{side}-profile", metavar="PROFILE", help=f"a profile of the {side}'s account"
        )
    group.add_argument(
        "--side",
        choices=SIDES,
        default="provider",
        help="side of the default credentials, if no profile is set; default: provider",
    )


def _add_result(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("result")
    group.add_argument("--format", choices=DIAGNOSIS_FORMATS, default="text", help="default: text")
    group.add_argument(
        "--save",
        metavar="DIR",
        help="write what was read into this folder, as templates for privatelink draw, cost, and "
        "check",
    )
    group.add_argument(
        "--from", metavar="DIR", dest="saved", help="read this folder instead of asking AWS"
    )
    group.add_argument(
        "--policy",
        nargs="?",
        choices=("both", *SIDES),
        const="both",
        help="print the least-privilege policy for a side, and stop",
    )


def run(options: argparse.Namespace) -> int:
    """Diagnose a service, and print what was found.

    :return: 0 when nothing was found, 1 when something was, 2 when nothing could be asked.
    """
    return int(import_module("privatelink_constructs.cli.diagnose_run").run(options))
