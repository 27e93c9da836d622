"""The decisions of the rules. Nothing here calls AWS or changes anything."""

from __future__ import annotations

import enum
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

AWAITING = "pendingacceptance"
# A connection in any other state is live or becomes live, including states that AWS adds.
# https://docs.aws.amazon.com/vpc/latest/privatelink/concepts.html
GONE = frozenset({"deleted", "deleting", "expired", "failed", "rejected"})

_ACCOUNT = re.compile(r"[0-9]{12}")
_REGION = re.compile(r"[a-z]{2,}(-[a-z]+)+-[0-9]{1,2}")
_NAMED = 5
"""How many wrong values a message names."""
_LONGEST = 40


class Decision(enum.Enum):
    """What happens to a connection; ``UNTOUCHED`` is a live connection that no rule covers."""

    ACCEPT = "accept"
    REJECT = "reject"
    LEAVE_PENDING = "leave_pending"
    UNTOUCHED = "untouched"


@dataclass(frozen=True)
class Connection:
    """A connection of the service, as far as the rules look at it.

    A value that AWS doesn't return is empty, and matches no rule that accepts.
    """

    vpc_endpoint_id: str
    owner: str
    region: str
    state: str
    created: datetime | None = None

    @property
    def awaiting(self) -> bool:
        """Whether it waits to be accepted."""
        return self.state.lower() == AWAITING

    @property
    def gone(self) -> bool:
        """Whether nothing can be decided anymore."""
        return self.state.lower() in GONE


@dataclass(frozen=True)
class Rules:
    """Who is accepted and rejected. An account on both lists is rejected."""

    accept_accounts: frozenset[str] = frozenset()
    accept_regions: frozenset[str] | None = None
    reject_accounts: frozenset[str] = frozenset()
    otherwise: Decision = Decision.LEAVE_PENDING

    @classmethod
    def from_json(cls, text: str) -> Rules:
        """Read the rules.

        Some values are known only at deployment, so all of them are checked here.

        :raises ValueError: for anything but complete and correct rules, in words.
        """
        raw = _object(text)
        choices = {choice.name: choice for choice in (Decision.LEAVE_PENDING, Decision.REJECT)}
        if raw.get("otherwise") not in choices:
            message = f"otherwise is {raw.get('otherwise')!r}, not one of {sorted(choices)}"
            raise ValueError(message)
        regions = None
        if raw.get("accept_regions", ()) is not None:
            regions = _listed(raw, "accept_regions", _REGION, "the name of a Region")
            if not regions:
                message = "accept_regions is empty, so no connection is ever accepted"
                raise ValueError(message)
        rules = cls(
            accept_accounts=_listed(raw, "accept_accounts", _ACCOUNT, "a 12-digit account ID"),
            accept_regions=regions,
            reject_accounts=_listed(raw, "reject_accounts", _ACCOUNT, "a 12-digit account ID"),
            otherwise=choices[raw["otherwise"]],
        )
        if both := rules.accept_accounts & rules.reject_accounts:
            message = f"accepted and rejected at once: {_some(both)}"
            raise ValueError(message)
        return rules

    def accept(self, connection: Connection) -> bool:
        """Whether a pending connection is accepted, unless its account is rejected."""
        in_region = self.accept_regions is None or connection.region in self.accept_regions
        return in_region and connection.owner in self.accept_accounts

    def decide_one(self, connection: Connection) -> Decision | None:
        """Decide on one connection; None if there is nothing to do or to report."""
        if connection.gone:
            return None
        if connection.owner in self.reject_accounts:
            return Decision.REJECT
        if not connection.awaiting:
            return None if connection.owner in self.accept_accounts else Decision.UNTOUCHED
        if self.accept(connection):
            return Decision.ACCEPT
        return Decision.LEAVE_PENDING if self._undetermined(connection) else self.otherwise

    def _undetermined(self, connection: Connection) -> bool:
        """Whether AWS returned too little to decide, because a rejection can't be undone."""
        listed = connection.owner in self.accept_accounts
        return not connection.owner or (listed and not connection.region)


def _object(text: str) -> dict[str, Any]:
    try:
        raw: object = json.loads(text, object_pairs_hook=_without_duplicates)
    except RecursionError:
        raw = None
    except ValueError as error:
        message = f"the rules are not valid JSON: {error}"
        raise ValueError(message) from None
    if not isinstance(raw, dict):
        message = "the rules are not a JSON object"
        raise ValueError(message)  # noqa: TRY004 - it is the value of a text
    return cast("dict[str, Any]", raw)


def _without_duplicates(pairs: Sequence[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        message = "a rule is there twice"
        raise ValueError(message)
    return found


def _listed(raw: dict[str, Any], name: str, form: re.Pattern[str], what: str) -> frozenset[str]:
    """Return a list of the rules, without blanks and without the item of an empty parameter."""
    if name not in raw:
        message = f"{name} is missing"
        raise ValueError(message)
    if not isinstance(raw[name], list):
        message = f"{name} is not a list"
        raise ValueError(message)  # noqa: TRY004 - it is the value of a text
    items = [
        it.strip() if isinstance(it, str) else f"no text: {it!r}"
        for it in cast("list[object]", raw[name])
    ]
    found = frozenset(filter(None, items))
    if wrong := [it for it in found if not form.fullmatch(it)]:
        message = f"{name}: not {what}: {_some(wrong)}"
        raise ValueError(message)
    return found


def _some(values: Iterable[str]) -> str:
    ordered = sorted(values)
    more = f" and {len(ordered) - _NAMED} more" if len(ordered) > _NAMED else ""
    return ", ".join(repr(it[:_LONGEST]) for it in ordered[:_NAMED]) + more


@dataclass(frozen=True)
class Decisions:
    """What to do, each list in the order of endpoint IDs, and since when somebody waits."""

    accept: tuple[Connection, ...] = ()
    reject: tuple[Connection, ...] = ()
    leave_pending: tuple[Connection, ...] = ()
    untouched: tuple[Connection, ...] = ()
    oldest_pending_age: float = 0.0

    @property
    def disconnect(self) -> tuple[Connection, ...]:
        """The rejections that disconnect somebody."""
        return tuple(connection for connection in self.reject if not connection.awaiting)


def decide(connections: Iterable[Connection], rules: Rules, now: datetime) -> Decisions:
    """Decide on each connection, the same whatever their order; nothing is asked or changed.

    :param now: the time against which waiting is measured
    """
    ordered = sorted(connections, key=lambda connection: connection.vpc_endpoint_id)
    sorted_out: dict[Decision | None, list[Connection]] = {}
    for connection in ordered:
        sorted_out.setdefault(rules.decide_one(connection), []).append(connection)
    return Decisions(
        accept=tuple(sorted_out.get(Decision.ACCEPT, ())),
        reject=tuple(sorted_out.get(Decision.REJECT, ())),
        leave_pending=tuple(sorted_out.get(Decision.LEAVE_PENDING, ())),
        untouched=tuple(sorted_out.get(Decision.UNTOUCHED, ())),
        oldest_pending_age=max(0.0, max(_ages(ordered, now), default=0.0)),
    )


def _ages(connections: Iterable[Connection], now: datetime) -> Iterator[float]:
    for connection in connections:
        if connection.created is not None and connection.awaiting:
            yield (now - connection.created).total_seconds()
