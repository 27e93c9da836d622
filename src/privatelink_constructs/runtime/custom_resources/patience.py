"""Which errors of AWS are final, and for how long the others are waited out.

An error is final only if it is: a malformed request, a denied call after two minutes, or something
that isn't found after one. IAM and EC2 take that long to know everywhere what was just written.
Everything else passes: throttling, errors of the server, timeouts, answers that are cut off, and
codes that AWS may add. Such a call is repeated with each attempt, until the deadline of the custom
resource, and a few times at once if AWS is merely busy.

:see: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency
:see: https://docs.aws.amazon.com/ec2/latest/devguide/eventual-consistency.html
"""

from __future__ import annotations

import enum
import re
from typing import TYPE_CHECKING, TypeVar

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from . import clock
from .logbook import log

if TYPE_CHECKING:
    from collections.abc import Callable

Answer = TypeVar("Answer")

DENIED_SECONDS = 120
NOT_FOUND_SECONDS = 60
PAUSES = (1.0, 2.0, 4.0)
"""The pauses, in seconds, between calls while AWS is busy. After the last one, the attempt ends."""

LONGEST_QUOTE = 400
# One call takes at most 13 seconds: what has to be waited for longer is waited for here, where the
# time of the invocation is watched.
CONFIG = Config(connect_timeout=3, read_timeout=10, retries={"total_max_attempts": 1})

_DENIED = frozenset(
    {
        "AccessDenied",
        "AccessDeniedException",
        "AuthFailure",
        "NotAuthorized",
        "UnauthorizedOperation",
    }
)
_NOT_FOUND = frozenset({"NoSuchHostedZone", "ResourceNotFoundException"})
_MALFORMED = frozenset({"InvalidInput", "MalformedInput"})
_BUSY = re.compile(
    r"5\d\d|.*(Internal|LimitExceeded|PriorRequestNotComplete|SlowDown|Throttl|Timeout"
    r"|TooManyRequests|Unavailable).*"
)


class Kind(enum.Enum):
    """What an error means for the caller."""

    MALFORMED = "malformed"
    DENIED = "denied"
    NOT_FOUND = "not found"
    BUSY = "busy"
    OTHER = "other"


_WINDOWS = {Kind.MALFORMED: 0.0, Kind.DENIED: DENIED_SECONDS, Kind.NOT_FOUND: NOT_FOUND_SECONDS}


class RefusedError(Exception):
    """A call of AWS failed.

    :param action: the permission that the call needs, such as ``ec2:DescribeVpcs``.
    :param code: the code of AWS, or the name of the exception.
    :param text: what AWS says, without what only few can decode.
    :param kind: what it is.
    """

    is_final = False

    def __init__(self, action: str, code: str, text: str, kind: Kind) -> None:
        """Keep what is said in messages."""
        said = f"{code}: {text}" if text else code
        super().__init__(f"{action}: {said}")
        self.action = action
        self.code = code
        self.text = text
        self.kind = kind
        self.said = said


class FinalError(RefusedError):
    """It is of no use to ask again."""

    is_final = True


def kind_of(code: str) -> Kind:
    """Return what an error code is."""
    if code in _DENIED:
        return Kind.DENIED
    if code in _NOT_FOUND or code.endswith(".NotFound"):
        return Kind.NOT_FOUND
    if code in _MALFORMED or code.endswith(".Malformed"):
        return Kind.MALFORMED
    return Kind.BUSY if _BUSY.fullmatch(code) else Kind.OTHER


def quotable(text: str) -> str:
    """Return what AWS says without the authorization message, which is long and encoded."""
    return text.partition("Encoded authorization failure message")[0].strip()[:LONGEST_QUOTE]


class Patience:
    """Asks AWS, and remembers since when it refuses what.

    :param require_time: checks that there is time for another call.
    :param since: since when each action is refused, in seconds since the epoch. It goes with the
        work from one invocation to the next.
    """

    def __init__(self, require_time: Callable[[], None], since: dict[str, float]) -> None:
        """Begin, or continue."""
        self._require_time = require_time
        self.since = since

    def ask(
        self,
        action: str,
        call: Callable[[], Answer],
        *,
        kinds: Callable[[str], Kind] = kind_of,
    ) -> Answer:
        """Make a call, and repeat it while AWS is busy.

        :param action: the permission that it needs.
        :param kinds: what the error codes of this call are.
        :raises RefusedError: if it is worth another attempt later.
        :raises FinalError: if it isn't.
        """
        for wait in PAUSES:
            try:
                return self._call(action, call, kinds)
            except RefusedError as refusal:
                if refusal.kind is not Kind.BUSY:
                    raise self._judged(refusal) from refusal
                log("WARNING", "asking again", action=action, said=refusal.said)
            clock.pause(clock.spread(wait))
        try:
            return self._call(action, call, kinds)
        except RefusedError as refusal:
            raise self._judged(refusal) from refusal

    def _call(
        self, action: str, call: Callable[[], Answer], kinds: Callable[[str], Kind]
    ) -> Answer:
        self._require_time()
        try:
            answer = call()
        except (BotoCoreError, ClientError, ResponseParserError, OSError) as error:
            raise _refusal(action, error, kinds) from error
        self.since.pop(_key(action, Kind.DENIED), None)
        return answer

    def missing(self, action: str, text: str) -> RefusedError:
        """Return what to raise when an answer lacks what should be in it."""
        return self._judged(RefusedError(action, "EmptyAnswer", text, Kind.NOT_FOUND))

    def found(self, action: str) -> None:
        """Forget that an action found nothing before."""
        self.since.pop(_key(action, Kind.NOT_FOUND), None)

    def _judged(self, refusal: RefusedError) -> RefusedError:
        if refusal.kind not in _WINDOWS:
            return refusal
        now = clock.now()
        since = self.since.setdefault(_key(refusal.action, refusal.kind), now)
        if now - since < _WINDOWS[refusal.kind]:
            return refusal
        return FinalError(refusal.action, refusal.code, refusal.text, refusal.kind)


def _key(action: str, kind: Kind) -> str:
    return f"{action} {kind.value}"


def _refusal(action: str, error: Exception, kinds: Callable[[str], Kind]) -> RefusedError:
    if not isinstance(error, ClientError):
        name = type(error).__name__
        return RefusedError(action, name, quotable(str(error)), Kind.BUSY)
    details = error.response.get("Error", {})
    code = details.get("Code", "Unknown")
    return RefusedError(action, code, quotable(details.get("Message", "")), kinds(code))
