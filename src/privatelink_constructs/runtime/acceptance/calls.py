"""Calls of AWS: which errors are final, and how long others are repeated.

Only three errors are final: a malformed request, a denied request after two minutes, and something
that isn't found after one minute. IAM and EC2 take that long to apply changes everywhere.
Everything else is temporary: throttling, errors of the server, timeouts, incomplete answers, and
codes that AWS adds. Such a call is repeated, with growing pauses, until the invocation has no time
left.

:see: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency
:see: https://docs.aws.amazon.com/ec2/latest/devguide/eventual-consistency.html
"""

from __future__ import annotations

import enum
import functools
import random
import time
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError
from botocore.parsers import ResponseParserError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_ec2 import EC2Client
    from mypy_boto3_sqs import SQSClient

Answer = TypeVar("Answer")

DENIED_SECONDS = 120.0
NOT_FOUND_SECONDS = 60.0
LONGEST_PAUSE = 20.0
LONGEST_QUOTE = 1000
# No call takes longer than 25 seconds, which is less than the margin of an invocation. Calls are
# repeated here, and not in boto3, because this code knows the remaining time.
_CONFIG = Config(connect_timeout=5, read_timeout=20, retries={"total_max_attempts": 1})
_DENIED = frozenset(
    {
        *("AccessDenied", "AccessDeniedException", "AuthFailure", "NotAuthorized"),
        *("InvalidClientTokenId", "UnauthorizedOperation", "UnrecognizedClientException"),
    }
)
_MALFORMED = frozenset({"BadRequestException", "MissingParameter", "ValidationError"})
_OVERLOADED = frozenset(
    {
        *("BandwidthLimitExceeded", "InternalError", "InternalFailure", "RequestLimitExceeded"),
        *("RequestTimeout", "ServiceUnavailable", "SlowDown", "Unavailable"),
    }
)


class Kind(enum.Enum):
    """What an error means for the caller."""

    MALFORMED = "malformed"
    DENIED = "denied"
    NOT_FOUND = "not found"
    REFUSED = "refused"
    """The server understood the call, and rejected it for another reason."""
    OVERLOADED = "overloaded"
    """The server didn't say anything about the call."""


_WINDOWS = {Kind.MALFORMED: 0.0, Kind.DENIED: DENIED_SECONDS, Kind.NOT_FOUND: NOT_FOUND_SECONDS}


class CallError(Exception):
    """A call of AWS failed.

    :param action: the permission that the call needs, such as ``ec2:DescribeVpcs``.
    :param error: what boto3 raised last.
    :param out_of_time: whether there is no time for another attempt.
    """

    def __init__(self, action: str, error: Exception, *, out_of_time: bool = False) -> None:
        """Keep what is said in messages."""
        self.code = code_of(error)
        self.kind = kind_of(error)
        self.out_of_time = out_of_time
        super().__init__(f"{action}: {self.code}: {quotable(str(error))}")


class NoTimeError(Exception):
    """The invocation has no time left for a call."""


def code_of(error: Exception) -> str:
    """Return the code of an error, or the name of the exception where nothing answered."""
    if isinstance(error, ClientError):
        return error.response.get("Error", {}).get("Code", "Unknown")
    return type(error).__name__


def kind_of(error: Exception) -> Kind:
    """Return what an error means for the caller."""
    if isinstance(error, ParamValidationError):
        return Kind.MALFORMED
    if not isinstance(error, ClientError):
        return Kind.OVERLOADED
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    code = code_of(error)
    if code in _DENIED or code == str(HTTPStatus.FORBIDDEN.value):
        return Kind.DENIED
    if code in _OVERLOADED or "Throttl" in code or code.isdigit() or _is_overload(status):
        return Kind.OVERLOADED
    if code.endswith(".NotFound") or code == "ResourceNotFoundException":
        return Kind.NOT_FOUND
    malformed = code in _MALFORMED or code.endswith(".Malformed")
    return Kind.MALFORMED if malformed else Kind.REFUSED


def _is_overload(status: int) -> bool:
    return status == HTTPStatus.TOO_MANY_REQUESTS or status >= HTTPStatus.INTERNAL_SERVER_ERROR


def quotable(text: str) -> str:
    """Return what AWS says without the authorization message, which is long and encoded."""
    return text.partition("Encoded authorization failure message")[0].strip()[:LONGEST_QUOTE]


def jittered(seconds: float) -> float:
    """Return a pause that varies, so that callers that failed together don't retry together."""
    return random.uniform(seconds / 2, seconds)  # noqa: S311 - no secret


class Attempts:
    """The time of one invocation, and what AWS rejects in it.

    :param seconds: how much time there is.
    """

    def __init__(self, seconds: float) -> None:
        """Begin."""
        self._end = time.monotonic() + seconds
        self._refused_since: dict[tuple[str, Kind], float] = {}

    @property
    def left(self) -> float:
        """How many seconds are left."""
        return self._end - time.monotonic()

    def pause(self, seconds: float) -> bool:
        """Wait for about so long, and tell whether there is time left after it.

        Where there isn't, the time is over at once.
        """
        wait = jittered(seconds)
        if wait >= self.left:
            self._end = time.monotonic()
            return False
        time.sleep(wait)
        return True

    def call(self, action: str, ask: Callable[[], Answer], *, for_many: bool = False) -> Answer:
        """Call AWS until it answers, or until the error is final.

        :param action: the permission that the call needs.
        :param ask: the call.
        :param for_many: whether it is about many endpoints, of which one may be the cause.
        :raises CallError: for an error that is final, or when the time is over.
        :raises NoTimeError: without any time left.
        """
        if self.left <= 0:
            raise NoTimeError
        pause = 1.0
        while True:
            try:
                answer = ask()
            except (BotoCoreError, ClientError, ResponseParserError) as error:  # noqa: PERF203 - it waits
                if self._is_final(action, error, for_many=for_many):
                    raise CallError(action, error) from None
                if not self.pause(pause):
                    raise CallError(action, error, out_of_time=True) from None
                pause = min(2 * pause, LONGEST_PAUSE)
            else:
                self._refused_since = {
                    key: since for key, since in self._refused_since.items() if key[0] != action
                }
                return answer

    def _is_final(self, action: str, error: Exception, *, for_many: bool) -> bool:
        kind = kind_of(error)
        if for_many and kind in (Kind.MALFORMED, Kind.NOT_FOUND, Kind.REFUSED):
            return True
        now = time.monotonic()
        since = self._refused_since.setdefault((action, kind), now)
        return kind in _WINDOWS and now - since >= _WINDOWS[kind]


class ConfigurationStore(Protocol):
    """What is used of the client of AppConfig."""

    def get_hosted_configuration_version(self, **arguments: object) -> Mapping[str, Any]:
        """Return a version of a configuration."""
        ...


# One client of each process, made when it is first needed.


@functools.cache
def ec2() -> EC2Client:
    """Return the client of EC2."""
    return boto3.client("ec2", config=_CONFIG)  # pyright: ignore[reportUnknownMemberType] stubs of a few services only


@functools.cache
def appconfig() -> ConfigurationStore:
    """Return the client of AppConfig."""
    return boto3.client("appconfig", config=_CONFIG)  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType] as above


@functools.cache
def cloudformation() -> CloudFormationClient:
    """Return the client of CloudFormation."""
    return boto3.client("cloudformation", config=_CONFIG)  # pyright: ignore[reportUnknownMemberType] as above


@functools.cache
def sqs() -> SQSClient:
    """Return the client of SQS."""
    return boto3.client("sqs", config=_CONFIG)  # pyright: ignore[reportUnknownMemberType] as above
