"""What ``privatelink diagnose`` does."""

from __future__ import annotations

import json
import sys
from importlib import import_module
from typing import TYPE_CHECKING, cast

from privatelink_constructs.cli.diagnosis_formats import RENDERERS
from privatelink_constructs.cli.printing import complain, print_to
from privatelink_constructs.cli.results import plain
from privatelink_constructs.cli.usage import FAILED, PASSED, UNUSABLE, UsageError
from privatelink_constructs.diagnosis.diagnosing import diagnose
from privatelink_constructs.diagnosis.read_calls import CONSUMER, PROVIDER, least_policy
from privatelink_constructs.diagnosis.saving import NothingSavedError, diagnose_saved, save
from privatelink_constructs.errors import ValidationError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from privatelink_constructs.diagnosis.reader import Session
    from privatelink_constructs.diagnosis.result import Diagnosis

_INSTALL = (
    "privatelink diagnose needs boto3. Run "
    "python -m pip install 'privatelink-constructs[diagnose]'."
)


def run(options: argparse.Namespace) -> int:
    """Diagnose a service, and print what was found.

    :return: 0 when nothing was found, 1 when something was, 2 when nothing could be asked.
    """
    try:
        if options.policy:
            print_to(sys.stdout, _policies(options.policy))
            return PASSED
        found = _diagnosis(options)
        if options.save:
            _save(found, options.save)
    except (UsageError, NothingSavedError, ValidationError) as error:
        message = error.message if isinstance(error, ValidationError) else str(error)
        complain(message)
        return UNUSABLE
    print_to(sys.stdout, RENDERERS[options.format](found))
    return PASSED if found.healthy else FAILED


def _policies(side: str) -> str:
    if side == "both":
        policies = {each: least_policy(each) for each in (PROVIDER, CONSUMER)}
        return f"{json.dumps(policies, indent=2)}\n"
    return f"{json.dumps(least_policy(side), indent=2)}\n"


def _diagnosis(options: argparse.Namespace) -> Diagnosis:
    if options.saved:
        return diagnose_saved(options.saved)
    if not options.service:
        raise UsageError(
            "Specify the service with --service vpce-svc-..., or a saved folder with --from."
        )
    provider, consumer = _sessions(options)
    return diagnose(
        options.service,
        provider=provider,
        consumer=consumer,
        endpoint_id=options.endpoint,
        consumer_account=options.consumer_account,
        port=options.port,
        name=options.name,
        region=options.region,
        consumer_region=options.consumer_region,
    )


def _sessions(options: argparse.Namespace) -> tuple[Session | None, Session | None]:
    """Return the sessions of both sides, None for a side without credentials."""
    profiles = {PROVIDER: options.provider_profile, CONSUMER: options.consumer_profile}
    default = not any(profiles.values())
    found = {
        side: _session(profile) if profile or (default and options.side == side) else None
        for side, profile in profiles.items()
    }
    return found[PROVIDER], found[CONSUMER]


def _session(profile: str | None) -> Session:
    try:
        make = cast("Callable[..., Session]", import_module("boto3").Session)
    except ImportError as error:
        raise UsageError(_INSTALL) from error
    refusal = cast("type[Exception]", import_module("botocore.exceptions").BotoCoreError)
    try:
        return make(profile_name=profile)
    except refusal as error:
        raise UsageError(str(error)) from error


def _save(found: Diagnosis, folder: str) -> None:
    try:
        written = save(found, folder)
    except OSError as error:
        raise UsageError(f"{folder}: It can't be written. {error.strerror}.") from error
    for path in written:
        sys.stderr.write(f"Wrote {plain(path)}\n")
