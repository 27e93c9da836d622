"""The rules for the health checks of target groups."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from privatelink_constructs.rules import core, listeners
from privatelink_constructs.rules.core import Fix, error, first_of, warning

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from privatelink_constructs.rules.core import Problem

HEALTH_CHECK_INTERVAL = range(5, 301)
HEALTH_CHECK_TIMEOUT = range(2, 121)
HEALTH_CHECK_THRESHOLD = range(2, 11)
HEALTH_CHECK_PROTOCOLS = ("TCP", "HTTP", "HTTPS")
HEALTH_CHECK_CODES = range(200, 600)
LONGEST_HEALTH_CHECK_PATH = 1024
_CODES = r"\s*(\d{3})\s*(?:-\s*(\d{3})\s*)?"

_TARGET_GROUPS = (
    "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/"
    "API_CreateTargetGroup.html"
)


@error(
    "health-check-protocol-not-supported",
    "A health check of a Network Load Balancer must use TCP, HTTP, or HTTPS.",
    why="AWS rejects other protocols.",
    fix=Fix(
        code="use Protocol.TCP, Protocol.HTTP, or Protocol.HTTPS",
        template="set HealthCheckProtocol to TCP, HTTP, or HTTPS",
    ),
    url=core.NLB_HEALTH_CHECKS,
)
def health_check_protocol_supported(protocol: str | None) -> Iterator[str]:
    """Find a protocol that can't be used for health checks; None when it isn't set or known."""
    if _protocol(protocol) not in HEALTH_CHECK_PROTOCOLS:
        yield f"the health check protocol {protocol} isn't supported"


@error(
    "health-check-http-option-not-supported",
    "A health check with a path or response codes must use HTTP or HTTPS.",
    why="AWS rejects a path and response codes on a TCP health check.",
    fix=Fix(
        code="use Protocol.HTTP or Protocol.HTTPS, or omit the path and the response codes",
        template="set HealthCheckProtocol to HTTP or HTTPS, or omit HealthCheckPath and Matcher",
    ),
    url=core.NLB_HEALTH_CHECKS,
)
def health_check_options_on_http(
    protocol: str | None, *, path: str | None, codes: bool
) -> Iterator[str]:
    """Find an option of HTTP on a TCP health check; None for what isn't set.

    :param path: the path, which may be a token.
    :param codes: whether response codes are set.
    """
    if _protocol(protocol) == "TCP" and (path is not None or codes):
        named = f"path {path!r}" if path is not None else "response codes"
        yield f"the TCP health check has {named}"


@error(
    "health-check-path-malformed",
    "The path of a health check must begin with a slash and have no more than 1,024 characters.",
    why="AWS rejects the target group.",
    fix=Fix.same("use a path such as /health without spaces, with no more than 1,024 characters"),
    url=core.NLB_HEALTH_CHECKS,
)
def health_check_path_valid(path: str | None) -> Iterator[str]:
    """Find a path that AWS rejects, as far as it is literal.

    :param path: the path, None when it isn't set or known; a token may be a part of it.
    """
    if path is None:
        return
    shown = path if len(path) < _LONGEST_SHOWN else f"{path[:_LONGEST_SHOWN]}..."
    literal = core.literal_beginning(path)
    whole = literal == path
    if not literal.startswith("/") and (literal or whole):
        yield f"the health check path {shown!r} doesn't begin with a slash"
    elif whole and len(path) > LONGEST_HEALTH_CHECK_PATH:
        yield f"the health check path {shown!r} has {len(path):,} characters"
    elif any(map(str.isspace, literal)):
        yield f"the health check path {shown!r} contains a space"


_LONGEST_SHOWN = 60


@error(
    "health-check-codes-malformed",
    "The response codes of a health check must be from 200 to 599.",
    why="AWS rejects the target group.",
    fix=Fix(
        code='use codes or a range, such as healthy_http_codes="200,202" or "200-399"',
        template='set HttpCode of Matcher to codes or a range, such as "200,202" or "200-399"',
    ),
    url=_TARGET_GROUPS,
)
def health_check_codes_valid(codes: str | None) -> Iterator[str]:
    """Find response codes that aren't valid for an HTTP health check of a Network Load Balancer.

    :param codes: codes and ranges, separated by commas; None when they aren't set or known.
    """
    if codes is not None and not all(map(_are_codes, codes.split(","))):
        yield f"the health check response codes {codes!r} aren't valid"


def _are_codes(text: str) -> bool:
    match = re.fullmatch(_CODES, text, re.ASCII)
    if match is None:
        return False
    first, last = int(match[1]), int(match[2] or match[1])
    return first <= last and first in HEALTH_CHECK_CODES and last in HEALTH_CHECK_CODES


@error(
    "health-check-grpc-codes-not-supported",
    "A health check of a Network Load Balancer must not have gRPC codes.",
    why="Only target groups of Application Load Balancers support gRPC health checks.",
    fix=Fix(
        code="omit healthy_grpc_codes, and use healthy_http_codes for an HTTP health check",
        template="remove GrpcCode from Matcher, and use HttpCode for an HTTP health check",
    ),
    url=_TARGET_GROUPS,
)
def health_check_without_grpc(*, codes: bool) -> Iterator[str]:
    """Find gRPC codes.

    :param codes: whether there are some.
    """
    if codes:
        yield "the health check has gRPC codes"


@error(
    "health-check-disabled",
    "The targets of a Network Load Balancer must have health checks.",
    why="AWS doesn't allow you to disable the health checks of instance, ip, and alb targets.",
    fix=Fix(code="omit enabled", template="omit HealthCheckEnabled"),
    url=_TARGET_GROUPS,
)
def health_check_enabled(*, enabled: bool | None) -> Iterator[str]:
    """Find health checks that are off; None when it isn't set or known."""
    if enabled is False:
        yield "health checks are disabled"


@error(
    "health-check-out-of-range",
    "The interval, timeout, and thresholds of a health check must be within the limits of a "
    "Network Load Balancer.",
    why="AWS rejects the target group.",
    fix=Fix.same(
        "use an interval of 5 to 300 seconds, a timeout of 2 to 120 seconds, and thresholds of 2 "
        "to 10"
    ),
    url=core.NLB_HEALTH_CHECKS,
)
def health_check_in_range(
    *, interval: float | None, timeout: float | None, thresholds: Iterable[float | None]
) -> Iterator[str]:
    """Find numbers that a health check can't have; None for what isn't set or isn't known.

    :param interval: in seconds.
    :param timeout: in seconds.
    """
    if interval is not None and interval not in HEALTH_CHECK_INTERVAL:
        yield f"the health check interval is {interval:g} seconds"
    if timeout is not None and timeout not in HEALTH_CHECK_TIMEOUT:
        yield f"the health check timeout is {timeout:g} seconds"
    for threshold in thresholds:
        if threshold is not None and threshold not in HEALTH_CHECK_THRESHOLD:
            yield f"the health check threshold is {threshold:g}"


@error(
    "health-check-timeout-mismatch",
    "The timeout of a health check must not be longer than its interval.",
    why="AWS rejects the target group. The default timeout is 6 seconds for HTTP, and 10 seconds "
    "for TCP and HTTPS.",
    fix=Fix(
        code="make the interval longer than the timeout, or set a shorter timeout",
        template="make HealthCheckIntervalSeconds longer than HealthCheckTimeoutSeconds, or set a "
        "shorter HealthCheckTimeoutSeconds",
    ),
    url=core.NLB_HEALTH_CHECKS,
)
def health_check_timeout_within_interval(
    interval: float | None, timeout: float | None, *, by_default: bool = False
) -> Iterator[str]:
    """Find a timeout that is too long for the interval, both in seconds.

    :param interval: None when it isn't known.
    :param timeout: None when it isn't known.
    :param by_default: whether the timeout isn't set, so that it is AWS's default.
    """
    if interval is not None and timeout is not None and interval < timeout:
        yield _times(interval, timeout, by_default=by_default)


@warning(
    "health-check-interval-insufficient",
    "The interval of a health check should be longer than its timeout.",
    why="The AWS documentation is inconsistent about whether the two can be equal. If they "
    "can't, AWS rejects the target group.",
    fix=Fix(
        code="make the interval longer than the timeout, or set a shorter timeout",
        template="make HealthCheckIntervalSeconds longer than HealthCheckTimeoutSeconds, or set a "
        "shorter HealthCheckTimeoutSeconds",
    ),
    url=core.NLB_HEALTH_CHECKS,
)
def health_check_interval_longer(
    interval: float | None, timeout: float | None, *, by_default: bool = False
) -> Iterator[str]:
    """Find an interval that is the same as the timeout, both in seconds.

    The constructs warn about it. Checks of templates don't, because the template might be deployed
    already.

    :param interval: None when it isn't known.
    :param timeout: None when it isn't known.
    :param by_default: whether the timeout isn't set, so that it is AWS's default.
    """
    if interval is not None and interval == timeout:
        yield _times(interval, interval, by_default=by_default)


def _times(interval: float, timeout: float, *, by_default: bool) -> str:
    default = ", the default" if by_default else ""
    return (
        f"the health check has an interval of {interval:g} seconds and a timeout of {timeout:g} "
        f"seconds{default}"
    )


@error(
    "alb-target-health-check-not-supported",
    "A health check of an Application Load Balancer must use HTTP or HTTPS.",
    why="AWS rejects a TCP health check for a target group of type alb.",
    fix=Fix(
        code="use Protocol.HTTP or Protocol.HTTPS, or omit the protocol",
        template="set HealthCheckProtocol to HTTP or HTTPS, the Protocol of the Application Load "
        "Balancer's listener",
    ),
    url=core.NLB_ALB_TARGETS,
)
def alb_health_check_over_http(protocol: str | None) -> Iterator[str]:
    """Find a TCP health check of an Application Load Balancer; None if it isn't set or known."""
    if protocol is not None and protocol.upper() == "TCP":
        yield "the health check of an Application Load Balancer uses TCP"


@error(
    "alb-target-health-check-mismatch",
    "The health check of an Application Load Balancer must use the protocol of its listener.",
    why="A listener answers a health check over another protocol with an error, so the "
    "Application Load Balancer never becomes healthy.",
    fix=Fix(
        code="omit the protocol so that the health check uses the protocol of the listener, or "
        "use a health check port with a listener of that protocol",
        template="set HealthCheckProtocol to the Protocol of the Application Load Balancer's "
        "listener on the health check port",
    ),
    url=core.NLB_ALB_TARGETS,
)
def alb_health_check_matching(protocol: str | None, listeners: Iterable[str]) -> Iterator[str]:
    """Find a health check over another protocol than that of the listener that answers it.

    :param protocol: the protocol of the health check, None when it isn't set or known.
    :param listeners: the protocol of each Application Load Balancer's listener, as far as known.
    """
    found = sorted({it.upper() for it in listeners} & {"HTTP", "HTTPS"})
    if len(found) > 1:
        yield (
            f"the Application Load Balancers have {' and '.join(found)} listeners on the same port"
        )
    elif found and protocol is not None and protocol.upper() in {"HTTP", "HTTPS"} - set(found):
        yield (
            f"the health check uses {protocol.upper()}, but the listener of the Application Load "
            f"Balancer uses {found[0]}"
        )


def _protocol(protocol: str | None) -> str:
    return (protocol or "TCP").upper()


def valid_health_check(
    *,
    protocol: str | None = None,
    port: str | None = None,
    path: str | None = None,
    codes: bool = False,
    http_codes: str | None = None,
    grpc_codes: bool = False,
    interval: float | None = None,
    timeout: float | None = None,
    thresholds: Iterable[float | None] = (),
    timeout_by_default: bool = False,
    enabled: bool | None = None,
) -> Iterator[Problem]:
    """Check a health check; None means not set or not known.

    :param path: the path, which may contain tokens.
    :param interval: in seconds, AWS's default where it isn't set.
    :param timeout: in seconds, AWS's default where it isn't set.
    :param timeout_by_default: whether the timeout isn't set.
    :param codes: whether response codes are set.
    :param http_codes: the response codes of an HTTP check, where they are known.
    :param grpc_codes: whether gRPC codes are set.
    """
    yield from first_of(
        health_check_protocol_supported(protocol),
        health_check_without_grpc(codes=grpc_codes),
        health_check_options_on_http(protocol, path=path, codes=codes),
        health_check_path_valid(path),
        health_check_codes_valid(http_codes),
    )
    yield from health_check_enabled(enabled=enabled)
    number = None if port == "traffic-port" else port
    yield from listeners.port_in_range(number, name="health check port")
    yield from first_of(
        health_check_in_range(interval=interval, timeout=timeout, thresholds=thresholds),
        health_check_timeout_within_interval(interval, timeout, by_default=timeout_by_default),
    )
