"""Makes the calls of a diagnosis: all pages, with patience, and without stopping at a refusal."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NamedTuple, Protocol, cast

from privatelink_constructs.cloudformation.content import as_list, as_mapping
from privatelink_constructs.diagnosis.read_calls import CALLS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from privatelink_constructs.diagnosis.read_calls import Call

    Json = dict[str, object]

_THROTTLED = (
    *("Throttl", "RequestLimitExceeded", "TooManyRequests", "PriorRequestNotComplete"),
    *("ServiceUnavailable", "InternalError", "RequestThrottled"),
)
_NOT_THERE = ("NotFound", "InvalidServiceName", "NoSuch")
_REFUSED = ("AccessDenied", "Unauthorized", "NotAuthorized", "AuthFailure", "OptInRequired")
_LONGEST = 200
"""How much of a reason is kept: encoded messages of AWS are long."""
_ATTEMPTS = 5
_FIRST_PAUSE = 0.5
"""In seconds; each further one is twice as long."""


class Session(Protocol):
    """What makes clients: ``boto3.Session``."""

    @property
    def client(self) -> Callable[..., object]:
        """What makes a client of a service."""
        ...


class Paginator(Protocol):
    """What boto3 calls a paginator."""

    def paginate(self, **parameters: object) -> Iterable[object]:
        """Yield the pages."""
        ...


class Client(Protocol):
    """A client of boto3, as far as it is used."""

    def can_paginate(self, operation_name: str) -> bool:
        """Tell whether an operation has pages."""
        ...

    def get_paginator(self, operation_name: str) -> Paginator:
        """Return what yields the pages of an operation."""
        ...


class Seen(NamedTuple):
    """A call that was answered.

    :param side: who made it.
    :param call: the action, such as ``ec2:DescribeVpcEndpoints``.
    :param answered: how many items it answered.
    """

    side: str
    call: str
    answered: int


class Refused(NamedTuple):
    """A call that wasn't answered.

    :param side: who made it.
    :param call: the action.
    :param reason: what AWS answered.
    :param tells: what can't be seen without it.
    :param permission: whether the permission for the action is what is missing.
    """

    side: str
    call: str
    reason: str
    tells: str
    permission: bool


class Reply(NamedTuple):
    """The answer to a call.

    :param items: what was answered, None if it couldn't be seen.
    :param code: the error code if what was asked for isn't there, empty otherwise.
    """

    items: list[Json] | None
    code: str = ""

    @property
    def each(self) -> list[Json]:
        """The items, none if they couldn't be seen."""
        return self.items or []

    @property
    def first(self) -> Json:
        """The first item, empty if there is none."""
        return self.each[0] if self.each else {}


class Reader:
    """Makes calls with one side's credentials.

    :param session: the session.
    :param side: ``provider`` or ``consumer``.
    :param region: the Region to ask.
    :param pause: waits some seconds.
    """

    def __init__(
        self,
        session: Session,
        side: str,
        region: str,
        *,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self.side = side
        self.region = region
        self.seen: dict[str, Seen] = {}
        self.refused: dict[str, Refused] = {}
        self._session = session
        self._pause = pause
        self._clients: dict[str, Client] = {}

    def ask(self, operation: str, **parameters: object) -> Reply:
        """Make a call, and return all its pages."""
        call = CALLS[operation]
        try:
            items = self._patiently(call, parameters)
        except Exception as error:  # noqa: BLE001 - one that can't be answered leaves the others
            return self._failed(call, error)
        before = self.seen.get(call.action, Seen(self.side, call.action, 0))
        self.seen[call.action] = before._replace(answered=before.answered + len(items))
        return Reply(items)

    def _patiently(self, call: Call, parameters: Json) -> list[Json]:
        for attempt in range(_ATTEMPTS - 1):
            try:
                return self._all_pages(call, parameters)
            except Exception as error:  # noqa: PERF203 - each attempt fails by itself
                if not _code(error).startswith(_THROTTLED):
                    raise
                self._pause(_FIRST_PAUSE * 2**attempt)
        return self._all_pages(call, parameters)

    def _all_pages(self, call: Call, parameters: Json) -> list[Json]:
        client = self._client(call.service)
        if client.can_paginate(call.method):
            pages = client.get_paginator(call.method).paginate(**parameters)
            return [item for page in pages for item in _items(call, page)]
        method = cast("Callable[..., object]", getattr(client, call.method))
        page = method(**parameters)
        items = _items(call, page)
        while token := as_mapping(page).get("NextToken"):
            page = method(**parameters, NextToken=token)
            items += _items(call, page)
        return items

    def _client(self, service: str) -> Client:
        if service not in self._clients:
            made = self._session.client(service, region_name=self.region)
            self._clients[service] = cast("Client", made)
        return self._clients[service]

    def _failed(self, call: Call, error: Exception) -> Reply:
        code = _code(error)
        if any(part in code for part in _NOT_THERE):
            self.seen.setdefault(call.action, Seen(self.side, call.action, 0))
            return Reply([], code)
        reason = f"{code} {_message(error)}" if code else f"{type(error).__name__}: {error}"
        permission = any(part in code for part in _REFUSED)
        refused = Refused(self.side, call.action, reason[:_LONGEST].strip(), call.tells, permission)
        self.refused.setdefault(call.action, refused)
        return Reply(None)


def _items(call: Call, page: object) -> list[Json]:
    answered = as_mapping(page)
    if not call.answer:
        return [answered]
    found = answered.get(call.answer)
    return [as_mapping(item) for item in as_list(found) or ([found] if found else [])]


def _code(error: Exception) -> str:
    return _part(error, "Code")


def _message(error: Exception) -> str:
    return _part(error, "Message")


def _part(error: Exception, key: str) -> str:
    response = as_mapping(getattr(error, "response", None))
    return str(as_mapping(response.get("Error")).get(key, ""))
