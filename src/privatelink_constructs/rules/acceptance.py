"""What rules of acceptance have to say."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from privatelink_constructs.rules import core
from privatelink_constructs.rules.core import Problem, error
from privatelink_constructs.rules.principals import ACCOUNT_ID, EVERYONE, check_account_id
from privatelink_constructs.rules.regions import check_region

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

DEFAULT_INTERVAL_SECONDS = 900
SHORTEST_INTERVAL_SECONDS = 60
LARGEST_ENVIRONMENT = 4096
"""How many bytes of environment a Lambda function has.

Lambda measures the environment as the JSON object that it is sent as.
"""
_SCHEDULES = "https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html"

NO_RULE = error(
    "acceptance-rules-empty",
    "Rules of acceptance accept or reject somebody.",
    why="Otherwise nothing ever happens, and every connection waits for a person.",
    remedy="list accounts in accept_accounts or reject_accounts, or use AcceptancePolicy.manual()",
    url=core.CONFIGURE_SERVICE,
)
BOTH_LISTS = error(
    "acceptance-account-on-both-lists",
    "An account is accepted or rejected.",
    why="The rules contradict each other.",
    remedy="leave the account on one of the lists",
    url=core.CONFIGURE_SERVICE,
)
NOT_PERMITTED = error(
    "acceptance-account-not-permitted",
    "An accepted account is permitted to connect.",
    why="An account that no principal permits can't even ask, so the rule never applies.",
    remedy="add AllowedPrincipal.account(...) for it, or take it off accept_accounts",
    url=core.CONFIGURE_SERVICE,
)
REGION_NOT_SUPPORTED = error(
    "acceptance-region-not-supported",
    "Accepted Regions are ones that the service supports.",
    why="Nobody can connect from any other Region, so the rule never applies.",
    remedy="add the Region to supported_regions, or take it off accept_regions",
    url=core.SHARE_SERVICE,
)
NO_REGION = error(
    "acceptance-regions-empty",
    "Accepted Regions are at least one, or not given at all.",
    why="With an empty list no connection is ever accepted.",
    remedy="list Regions in accept_regions, or leave it out for all of them",
    url=core.CONFIGURE_SERVICE,
)
AUTOMATIC = error(
    "acceptance-automatic-with-rules",
    "Rules of acceptance go with manual acceptance.",
    why="With automatic acceptance every connection is accepted before a rule is looked at.",
    remedy="use AcceptancePolicy.by_rules(...) alone",
    url=core.CONFIGURE_SERVICE,
)
INTERVAL = error(
    "acceptance-interval-too-short",
    "Connections are reconciled once a minute at most.",
    why="The scheduler knows no shorter interval than a minute.",
    remedy="use a minute or more; the default is 15 minutes",
    url=_SCHEDULES,
)
UNEVEN_INTERVAL = error(
    "acceptance-interval-uneven",
    "Connections are reconciled every so many minutes.",
    why="The scheduler takes whole minutes.",
    remedy="use whole minutes; the default is 15 minutes",
    url=_SCHEDULES,
)
TOO_LARGE = error(
    "acceptance-rules-too-large",
    "Rules of acceptance fit into the environment of a Lambda function.",
    why="Lambda refuses an environment of more than 4 KB, which is room for about 230 accounts.",
    remedy=(
        "list fewer accounts: permit exactly the accounts of known customers and use "
        "AcceptancePolicy.automatic(), or use otherwise=Decision.REJECT instead of listing whom to "
        "reject"
    ),
    url="https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html",
)
NOT_BY_RULES = error(
    "acceptance-not-by-rules",
    "Only a service with rules of acceptance has an acceptor.",
    why="With any other policy nothing is defined that would accept or reject.",
    remedy="use AcceptancePolicy.by_rules(...)",
    url=core.CONFIGURE_SERVICE,
)


def check_rules(
    *,
    accept_accounts: Sequence[str],
    reject_accounts: Sequence[str],
    accept_regions: Sequence[str] | None = None,
    rejects_others: bool = False,
    further_regions: Iterable[str] = (),
) -> Iterator[Problem]:
    """Check the lists of the rules; what isn't known yet is left out of them by the caller.

    :param accept_regions: None for all Regions.
    :param rejects_others: whether connections that nothing else is said of are rejected.
    :param further_regions: Regions that a newer version of the CDK knows.
    """
    if not accept_accounts and not reject_accounts and not rejects_others:
        yield Problem(NO_RULE, "the rules accept nobody and reject nobody")
    for account in sorted({*accept_accounts, *reject_accounts}):
        yield from check_account_id(account)
    for account in sorted({*accept_accounts} & {*reject_accounts}):
        yield Problem(BOTH_LISTS, f"{account} is accepted and rejected")
    if accept_regions is not None and not accept_regions:
        yield Problem(NO_REGION, "accept_regions is empty")
    for region in accept_regions or ():
        yield from check_region(region, further=further_regions)


def check_regions_supported(
    accept_regions: Sequence[str] | None, *, host: str | None, supported: Sequence[str]
) -> Iterator[Problem]:
    """Check that a service supports the Regions that are accepted.

    :param accept_regions: None for all Regions.
    :param host: the service's own Region, None when it isn't known.
    :param supported: the further Regions that the service supports, literals only.
    """
    unsupported = [region for region in accept_regions or () if region not in supported]
    if host is None:
        # Any one of them may be the service's own, but not two.
        unsupported = unsupported if len(set(unsupported)) > 1 else []
    for region in unsupported:
        if region != host:
            offered = ", ".join(sorted({*supported, host or "its own"}))
            yield Problem(REGION_NOT_SUPPORTED, f"{region} is no Region of the service ({offered})")


def check_permitted(
    accept_accounts: Sequence[str], principals: Sequence[str | None]
) -> Iterator[Problem]:
    """Check that each accepted account has a principal that permits it.

    :param principals: the allowed principals as AWS takes them, None for one that isn't known.
    """
    if None in principals or EVERYONE in principals:
        return
    permitted = {account for principal in principals if (account := _account_of(principal or ""))}
    for account in accept_accounts:
        if ACCOUNT_ID.fullmatch(account) and account not in permitted:
            yield Problem(NOT_PERMITTED, f"no principal permits {account}")


def _account_of(principal: str) -> str | None:
    parts = principal.split(":")
    return parts[4] if len(parts) > 4 else None  # noqa: PLR2004 - the fifth part of an ARN


def check_not_automatic(*, automatic: bool) -> Iterator[Problem]:
    """Check that rules of acceptance aren't made useless by automatic acceptance."""
    if automatic:
        yield Problem(AUTOMATIC, "rules of acceptance together with automatic acceptance")


def check_interval(seconds: float | None) -> Iterator[Problem]:
    """Check how often connections are reconciled; None when it isn't set or isn't known."""
    if seconds is None:
        return
    if seconds < SHORTEST_INTERVAL_SECONDS:
        yield Problem(INTERVAL, f"an interval of {seconds:g} seconds")
    elif seconds % 60:
        yield Problem(UNEVEN_INTERVAL, f"an interval of {seconds:g} seconds")


def check_environment(variables: Mapping[str, str], *, accounts: int) -> Iterator[Problem]:
    """Check that the rules fit into the environment of a function.

    :param variables: the environment, with something of equal length for what isn't known.
    :param accounts: how many accounts the rules list.
    """
    size = len(json.dumps(dict(variables), separators=(",", ":")).encode())
    if size > LARGEST_ENVIRONMENT:
        yield Problem(
            TOO_LARGE, f"{accounts} accounts make {size} bytes, of {LARGEST_ENVIRONMENT} allowed"
        )
