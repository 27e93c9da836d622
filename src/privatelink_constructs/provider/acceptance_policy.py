"""How the requests of consumers are answered."""

from __future__ import annotations

import enum
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import aws_cdk as cdk

from privatelink_constructs._cdk.asking import further_regions
from privatelink_constructs._cdk.reporting import refuse
from privatelink_constructs.rules import acceptance as rules
from privatelink_constructs.rules.core import is_token, known

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from aws_cdk import aws_sns as sns

    from privatelink_constructs._cdk.asking import StackEnvironment
    from privatelink_constructs.rules.core import Problem

_LIST_MARK = "#{Token["
_LONGEST_SERVICE_ID = "vpce-svc-0123456789abcdef0"
_SOME_ACCOUNT = "0" * 12
_SOME_REGION = "ap-southeast-1"


class Decision(enum.Enum):
    """What happens to a waiting connection that no rule accepts or rejects."""

    LEAVE_PENDING = "LEAVE_PENDING"
    """It waits until a person accepts or rejects it."""
    REJECT = "REJECT"
    """It is rejected."""


@dataclass(frozen=True, kw_only=True)
class AcceptanceRules:
    """Who gets in, see :meth:`AcceptancePolicy.by_rules`."""

    accept_accounts: tuple[str, ...]
    accept_regions: tuple[str, ...] | None
    reject_accounts: tuple[str, ...]
    otherwise: Decision
    reconcile_every: cdk.Duration | None

    def problems(self) -> Iterator[Problem]:
        """Check the rules by themselves."""
        accept, reject = _literals(self.accept_accounts), _literals(self.reject_accounts)
        regions = None if is_token(self.accept_regions) else self.accept_regions
        tokens = is_token(self.accept_accounts) or is_token(self.reject_accounts)
        yield from rules.valid_acceptance_rules(
            accept_accounts=accept,
            reject_accounts=reject,
            accept_regions=regions,
            rejects_others=self.otherwise is Decision.REJECT or tokens,
            further_regions=further_regions(regions or ()),
        )
        if self.reconcile_every is not None and not self.reconcile_every.is_unresolved():
            yield from rules.valid_interval(self.reconcile_every.to_seconds(integral=False))
        variables = {"RULES": self._longest(), "SERVICE_ID": _LONGEST_SERVICE_ID}
        accounts = len({*self.accept_accounts, *self.reject_accounts})
        yield from rules.rules_in_environment(variables, accounts=accounts)

    def problems_with(
        self,
        principals: Sequence[str | None],
        regions: Sequence[str],
        environment: StackEnvironment,
    ) -> Iterator[Problem]:
        """Check the rules against the service that they are for.

        :param principals: who is permitted, None for one that isn't known.
        :param regions: the further Regions that the service supports.
        """
        yield from rules.accepted_accounts_permitted(_literals(self.accept_accounts), principals)
        if not is_token(self.accept_regions) and not is_token(tuple(regions)):
            yield from rules.accepted_regions_supported(
                self.accept_regions, host=environment.region, supported=regions
            )

    def render(self) -> str:
        """Return the rules as the function reads them, perhaps with tokens in it."""
        return _as_json(
            accept_accounts=_ordered(self.accept_accounts),
            accept_regions=None if self.accept_regions is None else _ordered(self.accept_regions),
            reject_accounts=_ordered(self.reject_accounts),
            otherwise=self.otherwise.value,
        )

    def _longest(self) -> str:
        regions = self.accept_regions
        return _as_json(
            accept_accounts=[known(it) or _SOME_ACCOUNT for it in self.accept_accounts],
            accept_regions=None
            if regions is None
            else [known(it) or _SOME_REGION for it in regions],
            reject_accounts=[known(it) or _SOME_ACCOUNT for it in self.reject_accounts],
            otherwise=self.otherwise.value,
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
    """Return a list that only the deployment knows so that it can stand for one text of a list."""
    return cdk.Fn.join('","', [list_token])


def _as_json(**rules: object) -> str:
    return json.dumps(rules, separators=(",", ":"), sort_keys=True)


@dataclass(frozen=True)
class AcceptancePolicy:
    """How the requests of permitted consumers are answered.

    Example::

        AcceptancePolicy.by_rules(accept_accounts=["222222222222"])

    ``docs/constructs/acceptance.md`` says which one is for whom.

    :param acceptance_required: whether a connection waits until somebody accepts it.
    :param acknowledge_public: whether it is meant that everybody may be allowed and accepted.
    :param rules: who is accepted and rejected. Default: None, nobody by rules.
    :param notify: the topic that is told of requests. Default: None.
    :see: https://docs.aws.amazon.com/vpc/latest/privatelink/configure-endpoint-service.html
    """

    acceptance_required: bool = True
    acknowledge_public: bool = False
    rules: AcceptanceRules | None = None
    notify: sns.ITopic | sns.Topic | None = None

    @staticmethod
    def manual(*, notify: sns.ITopic | sns.Topic | None = None) -> AcceptancePolicy:
        """Let every request wait until a person or a program of the provider accepts it.

        A consumer can use the service's private DNS name only after that, see the two phases in
        ``docs/concepts.md``.

        :param notify: an SNS topic that is told of each request. The service's ``notify`` tells
            topics of more. Default: nobody is told.
        """
        return AcceptancePolicy(notify=notify)

    @staticmethod
    def automatic(*, acknowledge_public: bool = False) -> AcceptancePolicy:
        """Accept every request of a permitted principal at once.

        :param acknowledge_public: confirm that everybody with an AWS account may connect. It is
            needed together with ``AllowedPrincipal.everyone()`` alone. Default: False.
        """
        return AcceptancePolicy(acceptance_required=False, acknowledge_public=acknowledge_public)

    @staticmethod
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
        neither list are counted and never touched.

        :param accept_accounts: whose requests are accepted. Each needs an allowed principal.
        :param accept_regions: from which Regions. Default: None, from all of the service's.
        :param reject_accounts: whose connections are rejected, live ones too: this cuts a customer
            off, and taking the account off the list again doesn't bring its connections back.
        :param otherwise: what happens to all other requests. Default: they wait for a person.
        :param reconcile_every: how often all connections are looked at, in whole minutes, in case
            an event got lost. Default: None, every 15 minutes.
        :raises ValidationError: for rules that accept and reject nobody or contradict themselves,
            for what is no account or Region, for more accounts than fit (about 230 on both lists),
            and for intervals below a minute.
        """
        found = AcceptanceRules(
            accept_accounts=tuple(accept_accounts),
            accept_regions=None if accept_regions is None else tuple(accept_regions),
            reject_accounts=tuple(reject_accounts),
            otherwise=otherwise,
            reconcile_every=reconcile_every,
        )
        refuse(found.problems())
        return AcceptancePolicy(rules=found)

    def problems(
        self,
        principals: Sequence[str | None],
        regions: Sequence[str],
        environment: StackEnvironment,
    ) -> Iterator[Problem]:
        """Check the policy against the service that it is for.

        :param principals: who is permitted, None for one that isn't known.
        :param regions: the further Regions that the service supports.
        """
        if self.rules is not None:
            yield from rules.acceptance_manual(automatic=not self.acceptance_required)
            yield from self.rules.problems_with(principals, regions, environment)
