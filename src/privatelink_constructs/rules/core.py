"""What a rule is, and what it says when it is broken."""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Generic, ParamSpec, TypeVar

from privatelink_constructs._values import internal_value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_PRIVATELINK = "https://docs.aws.amazon.com/vpc/latest/privatelink"
_NLB = "https://docs.aws.amazon.com/elasticloadbalancing/latest/network"
SHARE_SERVICE = f"{_PRIVATELINK}/privatelink-share-your-services.html"
CREATE_SERVICE = f"{_PRIVATELINK}/create-endpoint-service.html"
CONFIGURE_SERVICE = f"{_PRIVATELINK}/configure-endpoint-service.html"
CREATE_ENDPOINT = f"{_PRIVATELINK}/create-interface-endpoint.html"
MANAGE_DNS_NAMES = f"{_PRIVATELINK}/manage-dns-names.html"
NOTIFICATIONS = f"{_PRIVATELINK}/create-notification-endpoint-service.html"
ENDPOINT_LIMITS = f"{_PRIVATELINK}/vpc-limits-endpoints.html"
NLB_LISTENERS = f"{_NLB}/create-listener.html"
NLB_TARGET_GROUPS = f"{_NLB}/edit-target-group-attributes.html"
NLB_HEALTH_CHECKS = f"{_NLB}/target-group-health-checks.html"
NLB_SECURITY_GROUPS = f"{_NLB}/load-balancer-security-groups.html"
NLB_ZONES = f"{_NLB}/availability-zones.html"
NLB_ALB_TARGETS = f"{_NLB}/application-load-balancer-target.html"
NLB_ACCESS_LOGS = f"{_NLB}/load-balancer-access-logs.html"
NLB_TROUBLESHOOTING = f"{_NLB}/load-balancer-troubleshooting.html"
NLB_OVERVIEW = f"{_NLB}/network-load-balancers.html"


class Severity(enum.Enum):
    """How bad a broken rule is."""

    ERROR = "error"
    """AWS refuses it, no traffic passes, or the service is open to everyone by mistake."""
    WARNING = "warning"
    """It works, and is rarely what was meant."""


P = ParamSpec("P")


@internal_value
class Fix:
    """What to change, in the reader's world.

    :param code: for someone who writes Python, as an imperative without a full stop.
    :param template: for someone who writes CloudFormation templates, likewise.
    """

    code: str
    template: str

    @staticmethod
    def same(text: str) -> Fix:
        """Return what to change where it is the same in Python and in a template."""
        return Fix(code=text, template=text)


@internal_value
class Rule(Generic[P]):
    """Something that must or should hold, together with the predicate that finds it broken.

    A rule is made by decorating its predicate with :func:`error` or :func:`warning`. Calling the
    rule calls the predicate, and makes a :class:`Problem` of each text that it yields.

    :param id: the stable id: the ``code`` of an error, and the last part of a warning's id.
    :param severity: error or warning.
    :param title: what must or should hold, in one sentence.
    :param why: what happens otherwise.
    :param fix: what to change.
    :param url: the AWS page that says so.
    :param find: the predicate. It takes literals, or None for what isn't known, and yields what is
        wrong, with the bad value.
    """

    id: str
    severity: Severity
    title: str
    why: str
    fix: Fix
    url: str
    find: Callable[P, Iterator[str]]

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> Iterator[Problem]:
        """Find where the rule is broken."""
        for what in self.find(*args, **kwargs):
            yield Problem(self, readable(what))


@dataclass(frozen=True)
class Problem:
    """A rule that is broken by a value.

    Only rules make problems: see :meth:`Rule.__call__`.

    :param rule: the rule.
    :param what: what is wrong, with the bad value and the allowed ones.
    """

    rule: Rule[...]
    what: str

    @property
    def message(self) -> str:
        """What is wrong and what to change in Python, as one sentence."""
        return f"{self.what}: {self.rule.fix.code}"


def error(
    id: str,  # noqa: A002 - what it is called everywhere
    title: str,
    *,
    why: str,
    fix: Fix,
    url: str,
) -> Callable[[Callable[P, Iterator[str]]], Rule[P]]:
    """Make a rule of a predicate, whose breach is an error.

    Example::

        @error(
            "port-out-of-range",
            "A port must be between 1 and 65535.",
            why="AWS rejects other ports.",
            fix=Fix.same("use a port from 1 to 65535"),
            url=...,
        )
        def port_in_range(port: float | None) -> Iterator[str]:
            if port is not None and port not in PORTS:
                yield f"port {port} is not a valid port"
    """
    return partial(Rule, id, Severity.ERROR, title, why, fix, url)


def warning(
    id: str,  # noqa: A002 - what it is called everywhere
    title: str,
    *,
    why: str,
    fix: Fix,
    url: str,
) -> Callable[[Callable[P, Iterator[str]]], Rule[P]]:
    """Make a rule of a predicate, whose breach is a warning.

    Example::

        @warning(
            "port-out-of-range",
            "A port should be between 1 and 65535.",
            why="AWS rejects other ports.",
            fix=Fix.same("use a port from 1 to 65535"),
            url=...,
        )
        def port_in_range(port: float | None) -> Iterator[str]:
            if port is not None and port not in PORTS:
                yield f"port {port} is not a valid port"
    """
    return partial(Rule, id, Severity.WARNING, title, why, fix, url)


@dataclass(frozen=True, kw_only=True)
class Finding:
    """A rule that a template breaks.

    :param rule: the stable id of the rule, which ``privatelink explain`` takes.
    :param severity: error or warning.
    :param logical_id: the resource.
    :param property_path: where in the resource, such as ``Properties.AllowedPrincipals.0``; empty
        for the resource as a whole.
    :param message: what is wrong, with the bad value and the allowed ones.
    :param remedy: what to change.
    :param url: the page of AWS that says so.
    :param template: the name of the template, empty when there is only one without a name.
    """

    rule: str
    severity: Severity
    logical_id: str
    property_path: str
    message: str
    remedy: str
    url: str
    template: str = ""


def first_of(*findings: Iterator[Problem]) -> Iterator[Problem]:
    """Yield what the first rule that is broken finds; the others aren't asked."""
    for problems in findings:
        first = next(problems, None)
        if first is not None:
            yield first
            yield from problems
            return


def reworded(problems: Iterator[Problem], sample: str, text: str) -> Iterator[Problem]:
    """Yield problems that were found in a sample, with what stands in its place."""
    for problem in problems:
        yield Problem(problem.rule, readable(problem.what.replace(sample, text)))


T = TypeVar("T")

_IN_TEXT = r"[$#]\{Token\["
_LOWEST_TOKEN, _HIGHEST_TOKEN = -1.95e289, -1.888e289
"""Between them are the numbers that stand for tokens: those of which the first 16 bits are FBFF."""
_STAND_IN = "dummy-value-for-"
"""What stands in a text for the value of a parameter on the first pass of a look-up."""
_GAP = re.compile(r"[$#]\{|dummy-value-for-|-1\.8881545\d*e\+?289")
_IN_MESSAGES = re.compile(r"[$#]\{Token\[[^\]]*\]\}|-1\.8881545\d*e\+?289")
"""Tokens as they look in a text, numbers included."""


def is_token(value: object) -> bool:
    """Tell whether the CDK resolves a value only at synthesis or deployment.

    The CDK's own ``Token.is_unresolved`` is a round trip to the Node process for each value. The
    three forms that tokens take in Python are stable, and a test holds them against the CDK's
    answer. The stand-in for the value of a parameter that is still to be looked up counts, too.
    """
    if isinstance(value, str):
        found = "Token[" in value and re.search(_IN_TEXT, value) is not None
        return found or _STAND_IN in value
    if isinstance(value, (int, float)):
        return _LOWEST_TOKEN <= value <= _HIGHEST_TOKEN
    if isinstance(value, (list, tuple)):
        return any(map(is_token, value))  # pyright: ignore[reportUnknownArgumentType]
    return value is not None and not isinstance(value, (bool, bytes, dict))


def is_list_token(text: str) -> bool:
    """Tell whether a text stands for a list that only the deployment knows, or contains one."""
    return "#{Token[" in text


def literal_beginning(text: str) -> str:
    """Return what is in front of the first token of a text, all of it where there is none.

    In a text of a template, ``${`` stands for a token.
    """
    gap = _GAP.search(text)
    return text if gap is None else text[: gap.start()]


def readable(text: str) -> str:
    """Return a text with ``<token>`` for each token, whose own form says nothing to a reader."""
    return _IN_MESSAGES.sub("<token>", text)


def known(value: T | None) -> T | None:
    """Return a literal as it is, and None for a value that is not known yet."""
    return None if is_token(value) else value
