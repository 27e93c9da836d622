"""How the connection requests of consumers are answered."""

from __future__ import annotations

import enum
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import aws_cdk as cdk

from privatelink_constructs._cdk.asking import further_regions
from privatelink_constructs._cdk.reporting import refuse
from privatelink_constructs.rules import acceptance as rules
from privatelink_constructs.rules.arguments import checked, checked_fields
from privatelink_constructs.rules.core import is_list_token, is_token, known
from privatelink_constructs.rules.regions import region_listed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from aws_cdk import aws_sns as sns

    from privatelink_constructs._cdk.asking import StackEnvironment
    from privatelink_constructs.rules.core import Problem

_LIST_MARK = "#{Token["
_SOME_ACCOUNT = "0" * 12
_SOME_REGION = "ap-southeast-1"
_LARGEST_ENVIRONMENT = 4096
"""How many bytes of environment a Lambda function has, as the JSON object that it is sent as."""
_OTHER_VARIABLES = 700
"""How many bytes of it the IDs of the service and of the stack and the URL of the queue take."""


class Decision(enum.Enum):
    """What happens to a waiting connection that no rule accepts or rejects.

    Example::

        AcceptancePolicy.by_rules(
            accept_accounts=["222222222222"], otherwise=Decision.REJECT
        )

    :see: https://docs.aws.amazon.com/vpc/latest/privatelink/configure-endpoint-service.html
    """

    LEAVE_PENDING = "LEAVE_PENDING"
    """It waits until you accept or reject it."""
    REJECT = "REJECT"
    """It is rejected."""


@checked_fields()
@dataclass(frozen=True, kw_only=True)
class AcceptancePolicy:
    """How a service answers the connection requests of permitted consumers.

    Use :meth:`automatic` for a few accounts that you trust, :meth:`by_rules` for many accounts that
    you know, and :meth:`manual` if you want to review each request.

    Example::

        AcceptancePolicy.by_rules(accept_accounts=["222222222222"])

    :param acceptance_required: whether a connection waits until the provider accepts it. Default:
        True.
    :param acknowledge_public: whether you confirm that everybody with an AWS account can connect.
        Default: False.
    :param notify: the SNS topic that receives a message for each request. Default: None, no topic.
    :param accept_accounts: the accounts whose requests the rules accept. Default: none.
    :param accept_regions: the Regions from which the rules accept requests. Default: None, all
        Regions of the service.
    :param reject_accounts: the accounts whose connections the rules reject. Default: none.
    :param otherwise: what happens to all other requests. Default: they stay pending.
    :param reconcile_every: how often the rules are applied to all connections, in whole minutes.
        Default: None, every 15 minutes if the policy has rules.
    :raises ValidationError: for rules that AWS or this library rejects, see :meth:`by_rules`.
    :see: https://docs.aws.amazon.com/vpc/latest/privatelink/configure-endpoint-service.html
    """

    acceptance_required: bool = True
    acknowledge_public: bool = False
    notify: sns.ITopic | sns.Topic | None = None
    accept_accounts: Sequence[str] = ()
    accept_regions: Sequence[str] | None = None
    reject_accounts: Sequence[str] = ()
    otherwise: Decision = Decision.LEAVE_PENDING
    reconcile_every: cdk.Duration | None = None

    def __post_init__(self) -> None:
        """Check the rules, and make the lists immutable."""
        regions = self.accept_regions
        object.__setattr__(self, "accept_accounts", tuple(self.accept_accounts))
        object.__setattr__(self, "accept_regions", None if regions is None else tuple(regions))
        object.__setattr__(self, "reject_accounts", tuple(self.reject_accounts))
        if has_rules(self):
            refuse(_rule_problems(self))

    @staticmethod
    @checked()
    def manual(*, notify: sns.ITopic | sns.Topic | None = None) -> AcceptancePolicy:
        """Leave every request pending until a person or a program of the provider accepts it.

        A consumer can use the service's private DNS name only after that. It deploys the endpoint
        with its own names first, and with the private DNS name after you accepted the connection.

        :param notify: an SNS topic that receives a message for each request. To send messages for
            other events, use the service's ``notify``. Default: None, no topic.
        :see: https://docs.aws.amazon.com/vpc/latest/privatelink/configure-endpoint-service.html
        """
        return AcceptancePolicy(notify=notify)

    @staticmethod
    @checked()
    def automatic(*, acknowledge_public: bool = False) -> AcceptancePolicy:
        """Accept every request of a permitted principal immediately.

        :param acknowledge_public: confirm that everybody with an AWS account can connect. This is
            required only together with ``AllowedPrincipal.everyone()``. Default: False.
        :see: https://docs.aws.amazon.com/vpc/latest/privatelink/configure-endpoint-service.html
        """
        return AcceptancePolicy(acceptance_required=False, acknowledge_public=acknowledge_public)

    @staticmethod
    @checked()
    def by_rules(
        *,
        accept_accounts: Sequence[str] = (),
        accept_regions: Sequence[str] | None = None,
        reject_accounts: Sequence[str] = (),
        otherwise: Decision = Decision.LEAVE_PENDING,
        reconcile_every: cdk.Duration | None = None,
    ) -> AcceptancePolicy:
        """Accept and reject requests by account and Region, within seconds and without a person.

        A Lambda function reads the service's connections and decides on what it reads: whenever a
        request comes in, on a schedule, and when the rules change. Live connections of accounts on
        neither list are counted and never changed.

        The function checks values that are known only at deployment, such as accounts in a
        parameter. A wrong value fails the deployment, and the message names it.

        :param accept_accounts: the accounts whose requests are accepted. Each needs an allowed
            principal. Default: none.
        :param accept_regions: the Regions from which requests are accepted. Default: None, all
            Regions of the service.
        :param reject_accounts: the accounts whose connections are rejected, including live ones.
            This disconnects a customer, and removing the account from the list doesn't restore its
            connections. Live connections are rejected by the first scheduled run after the stack's
            update is complete, so an update that is rolled back disconnects no consumer. Default:
            none.
        :param otherwise: what happens to all other requests. Default: they stay pending.
        :param reconcile_every: how often all connections are checked, in whole minutes, in case an
            event was lost. Default: None, every 15 minutes.
        :raises ValidationError: ``acceptance-rules-missing`` for rules that accept and reject
            no account, ``acceptance-account-conflict``, ``account-id-malformed``,
            ``region-not-valid``, ``acceptance-region-missing`` for an empty list of Regions,
            ``acceptance-rules-exceeded`` for more than about 50,000 accounts,
            ``acceptance-interval-out-of-range`` for less than a minute, and
            ``acceptance-interval-not-valid`` for parts of a minute. ``privatelink explain``
            describes each.
        :see: https://docs.aws.amazon.com/vpc/latest/privatelink/configure-endpoint-service.html
        """
        policy = AcceptancePolicy(
            accept_accounts=accept_accounts,
            accept_regions=accept_regions,
            reject_accounts=reject_accounts,
            otherwise=otherwise,
            reconcile_every=reconcile_every,
        )
        if not has_rules(policy):
            refuse(_rule_problems(policy))
        return policy


def has_rules(policy: AcceptancePolicy) -> bool:
    """Return whether a policy accepts or rejects by rules."""
    listed = bool(policy.accept_accounts or policy.reject_accounts)
    return listed or policy.otherwise is Decision.REJECT


def accepts(policy: AcceptancePolicy) -> bool:
    """Return whether the rules can accept a connection."""
    return bool(policy.accept_accounts)


def rejects(policy: AcceptancePolicy) -> bool:
    """Return whether the rules can reject a connection."""
    return bool(policy.reject_accounts) or policy.otherwise is Decision.REJECT


def disconnects(policy: AcceptancePolicy) -> bool:
    """Return whether the rules can reject a live connection."""
    return bool(policy.reject_accounts)


def environment_has_room(policy: AcceptancePolicy) -> bool:
    """Return whether the rules fit into the environment of a function.

    The length of a list that is known only at deployment can't be determined.
    """
    values = (*policy.accept_accounts, *(policy.accept_regions or ()), *policy.reject_accounts)
    size = len(json.dumps(_longest(policy)))
    return not any(map(is_list_token, values)) and size + _OTHER_VARIABLES <= _LARGEST_ENVIRONMENT


def acceptance_problems(
    policy: AcceptancePolicy,
    principals: Sequence[str | None],
    regions: Sequence[str],
    environment: StackEnvironment,
) -> Iterator[Problem]:
    """Check a policy against the service that it is for.

    :param policy: the policy.
    :param principals: who is permitted, None for one that isn't known.
    :param regions: the further Regions that the service supports.
    :param environment: the environment of the service's stack.
    """
    if not has_rules(policy):
        return
    yield from rules.acceptance_manual(automatic=not policy.acceptance_required)
    yield from rules.accepted_accounts_permitted(
        _literals(policy.accept_accounts), principals, own=environment.account
    )
    if not is_token(policy.accept_regions) and not is_token(tuple(regions)):
        yield from rules.accepted_regions_supported(
            policy.accept_regions, host=environment.region, supported=regions
        )
    # The policy was checked when it was made, but only the service can be warned of.
    further = further_regions(_literals(policy.accept_regions or ()))
    for region in _literals(policy.accept_regions or ()):
        yield from region_listed(region, further=further)


def render_rules(policy: AcceptancePolicy) -> str:
    """Return the rules as the function reads them, which can contain tokens."""
    regions = policy.accept_regions
    return _as_json(
        accept_accounts=_ordered(policy.accept_accounts),
        accept_regions=None if regions is None else _ordered(regions),
        reject_accounts=_ordered(policy.reject_accounts),
        otherwise=policy.otherwise.value,
    )


def _rule_problems(policy: AcceptancePolicy) -> Iterator[Problem]:
    """Check the rules by themselves."""
    regions = policy.accept_regions
    yield from rules.valid_acceptance_rules(
        accept_accounts=policy.accept_accounts,
        reject_accounts=policy.reject_accounts,
        accept_regions=regions,
        rejects_others=policy.otherwise is Decision.REJECT,
        further_regions=further_regions(_literals(regions or ())),
    )
    every = policy.reconcile_every
    if every is not None and not every.is_unresolved():
        yield from rules.valid_interval(every.to_seconds(integral=False))
    accounts = len({*policy.accept_accounts, *policy.reject_accounts})
    yield from rules.rules_in_template(len(json.dumps(_longest(policy))), accounts=accounts)


def _longest(policy: AcceptancePolicy) -> str:
    """Return the rules with something of equal length for each token."""
    regions = policy.accept_regions
    return _as_json(
        accept_accounts=[known(it) or _SOME_ACCOUNT for it in policy.accept_accounts],
        accept_regions=None if regions is None else [known(it) or _SOME_REGION for it in regions],
        reject_accounts=[known(it) or _SOME_ACCOUNT for it in policy.reject_accounts],
        otherwise=policy.otherwise.value,
    )


def _literals(values: Iterable[str]) -> list[str]:
    return [value for value in values if not is_token(value)]


def _ordered(values: Iterable[str]) -> list[str]:
    """Return each value once: literals in order, then tokens as they came."""
    ordered = sorted(
        dict.fromkeys(values), key=lambda it: (True, "") if is_token(it) else (False, it)
    )
    return [_inside_quotes(it) if it.startswith(_LIST_MARK) else it for it in ordered]


def _inside_quotes(list_token: str) -> str:
    """Return a token for a list in a form that can replace one text of a list."""
    return cdk.Fn.join('","', [list_token])


def _as_json(**rules: object) -> str:
    return json.dumps(rules, separators=(",", ":"), sort_keys=True)
