"""The rules for acceptance rules, and for the service that they belong to."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from privatelink_constructs.rules import core
from privatelink_constructs.rules.core import Fix, error, first_of
from privatelink_constructs.rules.principals import ACCOUNT_ID, EVERYONE, account_id_valid
from privatelink_constructs.rules.regions import valid_region

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from privatelink_constructs.rules.core import Problem

DEFAULT_INTERVAL_SECONDS = 900
SHORTEST_INTERVAL_SECONDS = 60
LARGEST_TEMPLATE = 1_000_000
"""How many bytes a template has at most."""
_SCHEDULES = "https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html"


@error(
    "acceptance-rules-missing",
    "Acceptance rules must accept or reject at least one account.",
    why="Otherwise, the rules have no effect, and every connection waits for manual review.",
    fix=Fix(
        code=(
            "list accounts in accept_accounts or reject_accounts, or use AcceptancePolicy.manual()"
        ),
        template=(
            "list accounts in the RULES of the function that accepts connections, or omit the "
            "function"
        ),
    ),
    url=core.CONFIGURE_SERVICE,
)
def acceptance_rules_present(
    *, accept_accounts: Sequence[str], reject_accounts: Sequence[str], rejects_others: bool
) -> Iterator[str]:
    """Find rules that don't decide on any account.

    :param rejects_others: whether connections that no list names are rejected.
    """
    if not accept_accounts and not reject_accounts and not rejects_others:
        yield "the acceptance rules don't accept or reject any account"


@error(
    "acceptance-account-conflict",
    "An account must be on one list only: accepted or rejected.",
    why="The rules contradict each other.",
    fix=Fix.same("leave the account on one of the lists"),
    url=core.CONFIGURE_SERVICE,
)
def acceptance_lists_disjoint(
    accept_accounts: Sequence[str], reject_accounts: Sequence[str]
) -> Iterator[str]:
    """Find accounts that are on both lists."""
    for account in sorted({*accept_accounts} & {*reject_accounts}):
        yield f"account {account} is in both accept_accounts and reject_accounts"


@error(
    "acceptance-principal-missing",
    "An accepted account must be an allowed principal.",
    why=(
        "An account that isn't an allowed principal can't request a connection, so the rule "
        "never applies."
    ),
    fix=Fix(
        code="add AllowedPrincipal.account(...) to allowed_principals, or remove the account from "
        "accept_accounts",
        template=(
            "add the account's ARN to AllowedPrincipals, or remove the account from the list of "
            "accepted accounts"
        ),
    ),
    url=core.CONFIGURE_SERVICE,
)
def accepted_accounts_permitted(
    accept_accounts: Sequence[str], principals: Sequence[str | None], *, own: str | None = None
) -> Iterator[str]:
    """Find accepted accounts that no allowed principal covers.

    :param principals: the allowed principals as AWS takes them, None for a principal that isn't
        known.
    :param own: the account of the service, which needs no permission. Default: not known.
    """
    if None in principals or EVERYONE in principals:
        return
    permitted = {account for principal in principals if (account := _account_of(principal or ""))}
    if own is not None:
        permitted.add(own)
    for account in accept_accounts:
        if re.fullmatch(ACCOUNT_ID, account) and account not in permitted:
            yield f"account {account} in accept_accounts isn't an allowed principal"


def _account_of(principal: str) -> str | None:
    parts = principal.split(":")
    return parts[4] if len(parts) > 4 else None  # noqa: PLR2004 - the fifth part of an ARN


@error(
    "acceptance-region-not-supported",
    "An accepted Region must be one that the service supports.",
    why="Consumers in other Regions can't connect, so the rule never applies.",
    fix=Fix(
        code="add the Region to supported_regions, or remove it from accept_regions",
        template=(
            "add the Region to SupportedRegions, or remove it from the list of accepted Regions"
        ),
    ),
    url=core.SHARE_SERVICE,
)
def accepted_regions_supported(
    accept_regions: Sequence[str] | None, *, host: str | None, supported: Sequence[str]
) -> Iterator[str]:
    """Find accepted Regions that a service doesn't support.

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
            yield (
                f"the service doesn't support the Region {region!r} in accept_regions. It "
                f"supports {offered}"
            )


@error(
    "acceptance-region-missing",
    "The list of accepted Regions must not be empty.",
    why="With an empty list, no connection is accepted.",
    fix=Fix(
        code="list Regions in accept_regions, or omit it to accept all Regions",
        template="list the accepted Regions, or omit the list to accept all Regions",
    ),
    url=core.CONFIGURE_SERVICE,
)
def accepted_regions_present(accept_regions: Sequence[str] | None) -> Iterator[str]:
    """Find an empty list of accepted Regions; None means all Regions."""
    if accept_regions is not None and not accept_regions:
        yield "accept_regions is an empty list"


@error(
    "acceptance-rules-conflict",
    "A service with acceptance rules must have manual acceptance.",
    why="With automatic acceptance, AWS accepts every connection before a rule is applied.",
    fix=Fix(
        code="use only AcceptancePolicy.by_rules(...)",
        template="set AcceptanceRequired to true",
    ),
    url=core.CONFIGURE_SERVICE,
)
def acceptance_manual(*, automatic: bool) -> Iterator[str]:
    """Find acceptance rules that automatic acceptance makes useless."""
    if automatic:
        yield "the service has both acceptance rules and automatic acceptance"


@error(
    "acceptance-interval-out-of-range",
    "The interval between reconciliations must be at least one minute.",
    why="Amazon EventBridge Scheduler doesn't support an interval shorter than one minute.",
    fix=Fix(
        code="use at least one minute. The default is 15 minutes",
        template="set ScheduleExpression to rate(1 minute) or a longer interval",
    ),
    url=_SCHEDULES,
)
def interval_long_enough(seconds: float) -> Iterator[str]:
    """Find an interval that is shorter than one minute."""
    if seconds < SHORTEST_INTERVAL_SECONDS:
        yield f"reconcile_every is {seconds:g} seconds"


@error(
    "acceptance-interval-not-valid",
    "The interval between reconciliations must be a whole number of minutes.",
    why="Amazon EventBridge Scheduler supports only whole minutes.",
    fix=Fix(
        code="use whole minutes. The default is 15 minutes",
        template="set ScheduleExpression to whole minutes, such as rate(15 minutes)",
    ),
    url=_SCHEDULES,
)
def interval_in_minutes(seconds: float) -> Iterator[str]:
    """Find an interval that isn't a whole number of minutes."""
    if seconds % 60:
        yield f"reconcile_every is {seconds:g} seconds"


@error(
    "acceptance-rules-exceeded",
    "Acceptance rules must fit into a CloudFormation template.",
    why="CloudFormation rejects a template larger than 1 MB, which is about 50,000 accounts.",
    fix=Fix(
        code=(
            "list fewer accounts. Either allow only the accounts of your customers and use "
            "AcceptancePolicy.automatic(), or use otherwise=Decision.REJECT instead of "
            "reject_accounts"
        ),
        template=(
            "list fewer accounts. To do so, list only the accounts of your customers in "
            "AllowedPrincipals and set AcceptanceRequired to false"
        ),
    ),
    url=(
        "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html"
    ),
)
def rules_in_template(size: int, *, accounts: int) -> Iterator[str]:
    """Find rules that are too large for a template.

    :param size: how many bytes of a template they take.
    :param accounts: how many accounts the rules list.
    """
    if size > LARGEST_TEMPLATE:
        yield (
            f"the rules list {accounts} accounts, which take {size} bytes of the "
            f"{LARGEST_TEMPLATE} bytes that a template can have"
        )


def valid_acceptance_rules(
    *,
    accept_accounts: Sequence[str],
    reject_accounts: Sequence[str],
    accept_regions: Sequence[str] | None = None,
    rejects_others: bool = False,
    further_regions: Iterable[str] = (),
) -> Iterator[Problem]:
    """Check the lists of the rules. Tokens pass.

    :param accept_regions: None for all Regions.
    :param rejects_others: whether connections that no list names are rejected.
    :param further_regions: Regions that a newer version of the CDK knows.
    """
    yield from acceptance_rules_present(
        accept_accounts=accept_accounts,
        reject_accounts=reject_accounts,
        rejects_others=rejects_others,
    )
    accepted = core.items_of(accept_accounts, "accept_accounts")
    for name, account in (*accepted, *core.items_of(reject_accounts, "reject_accounts")):
        if not core.is_token(account):
            yield from core.about(account_id_valid(account), name)
    lists = (accept_accounts, reject_accounts)
    literals = ([it for it in accounts if not core.is_token(it)] for accounts in lists)
    yield from acceptance_lists_disjoint(*literals)
    yield from accepted_regions_present(accept_regions)
    for name, region in core.items_of(accept_regions or (), "accept_regions"):
        if not core.is_token(region):
            yield from core.about(valid_region(region, further=further_regions), name)


def valid_interval(seconds: float | None) -> Iterator[Problem]:
    """Check how often connections are reconciled; None when it isn't set or isn't known."""
    if seconds is not None:
        yield from first_of(interval_long_enough(seconds), interval_in_minutes(seconds))
