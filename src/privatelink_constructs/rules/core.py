"""What a rule is, and what it reports."""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Generic, ParamSpec, TypeVar

from privatelink_constructs._values import internal_value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

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
    """The severity of a rule."""

    ERROR = "error"
    """AWS rejects it, traffic can't pass, or the service is open to every account by mistake."""
    WARNING = "warning"
    """The configuration works, but is rarely intended."""


P = ParamSpec("P")


@internal_value
class Fix:
    """What to change, in the terms that the reader uses.

    Each text is an imperative. :func:`sentence` adds the capital letter and the period, so write
    neither. A text that contains several sentences separates them with periods as usual.

    :param code: what to change for someone who writes Python.
    :param template: what to change for someone who writes CloudFormation templates.
    """

    code: str
    template: str

    @staticmethod
    def same(text: str) -> Fix:
        """Return what to change where it is the same in Python and in a template."""
        return Fix(code=text, template=text)


@internal_value
class Rule(Generic[P]):
    """A requirement, together with the predicate that finds where it isn't met.

    You define a rule by decorating its predicate with :func:`error` or :func:`warning`. When you
    call the rule, it calls the predicate and creates a :class:`Problem` for each text that it
    yields.

    :param id: the stable id: the ``code`` of an error, and the last part of a warning's id.
    :param severity: error or warning.
    :param title: the requirement in one sentence, with must or should.
    :param why: what happens if the requirement isn't met.
    :param fix: what to change.
    :param url: the AWS page that documents the requirement.
    :param find: the predicate. It takes literals, or None for what isn't known, and yields what is
        wrong, with the invalid value.
    """

    id: str
    severity: Severity
    title: str
    why: str
    fix: Fix
    url: str
    find: Callable[P, Iterator[str]]

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> Iterator[Problem]:
        """Find where the requirement isn't met."""
        return map(self._problem, self.find(*args, **kwargs))

    def _problem(self, what: str) -> Problem:
        return Problem(self, readable(what))


@dataclass(frozen=True)
class Problem:
    """A value that doesn't meet a rule.

    Only rules make problems. See :meth:`Rule.__call__`.

    :param rule: the rule.
    :param what: what is wrong, with the invalid value and the valid ones.
    :param argument: the argument that has the value, such as ``clients[1]``. Default: empty, if
        ``what`` names it, or if no argument has it.
    :param remedy: what to change in Python for this value. Default: empty, what the rule says.
    """

    rule: Rule[...]
    what: str
    argument: str = ""
    remedy: str = ""

    @property
    def statement(self) -> str:
        """What is wrong, as a sentence with the name of the argument."""
        if not self.argument:
            return sentence(self.what)
        fault, period, rest = self.what.partition(". ")
        # "'x' is not a valid port for ports[0]", but "the timeout is 1 second in health_check".
        word = "for" if re.search(r"\b(?:is not|isn't|aren't)\b", fault) else "in"
        return sentence(f"{fault} {word} {self.argument}{period}{rest}")

    @property
    def message(self) -> str:
        """What is wrong and what to change in Python, in sentences."""
        return message_of([self])


def error(
    id: str,  # noqa: A002 - the name that the CDK uses
    title: str,
    *,
    why: str,
    fix: Fix,
    url: str,
) -> Callable[[Callable[P, Iterator[str]]], Rule[P]]:
    """Define a rule with the severity error by its predicate.

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
    id: str,  # noqa: A002 - the name that the CDK uses
    title: str,
    *,
    why: str,
    fix: Fix,
    url: str,
) -> Callable[[Callable[P, Iterator[str]]], Rule[P]]:
    """Define a rule with the severity warning by its predicate.

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
    """A place in a template that doesn't meet a rule.

    :param rule: the stable id of the rule, which ``privatelink explain`` takes.
    :param severity: error or warning.
    :param logical_id: the resource.
    :param property_path: where in the resource, such as ``Properties.AllowedPrincipals.0``; empty
        for the resource as a whole.
    :param message: what is wrong, with the invalid value and the valid ones, as a sentence.
    :param remedy: what to change, as a sentence.
    :param url: the AWS page that documents the requirement.
    :param template: the name of the template, empty for a single template without a name.
    """

    rule: str
    severity: Severity
    logical_id: str
    property_path: str
    message: str
    remedy: str
    url: str
    template: str = ""


_MOST_SHOWN = 5
"""How many problems of one rule a message lists. Twenty listeners can have the same problem."""


def sentence(text: str) -> str:
    """Return a text as a sentence, with a capital letter and a period.

    A text that begins with a value, or with the name of an argument such as ``clients[1]``, keeps
    its first letter.
    """
    if re.match(r"[a-z]+('s)?(?=[ ,;]|:?(?: |$))", text):
        text = text[0].upper() + text[1:]
    return text if text.endswith((".", "?")) else f"{text}."


def message_of(problems: Sequence[Problem]) -> str:
    """Return the message for problems of one rule: what is wrong, and what to change in Python.

    Every message of the library gets its form here. Errors and warnings add the id of the rule and
    the path of the construct.
    """
    statements = list(dict.fromkeys(problem.statement for problem in problems))
    shown, more = statements[:_MOST_SHOWN], len(statements) - _MOST_SHOWN
    rest = [f"There are {more} more of these."] if more > 0 else []
    remedy = problems[0].remedy or problems[0].rule.fix.code
    return " ".join([*shown, *rest, sentence(remedy)])


def by_rule(problems: Iterable[Problem]) -> list[list[Problem]]:
    """Return problems in groups, one group for each rule."""
    found: dict[str, list[Problem]] = {}
    for problem in problems:
        found.setdefault(problem.rule.id, []).append(problem)
    return list(found.values())


def about(problems: Iterable[Problem], argument: str) -> Iterator[Problem]:
    """Yield problems with the name of the argument that they are about.

    :param argument: the name of the argument, such as ``listeners[0]``. If a problem has the name
        of a part of it, the part follows after a dot.
    """
    for problem in problems:
        name = ".".join(filter(None, (argument, problem.argument)))
        yield Problem(problem.rule, problem.what, name, problem.remedy)


def items_of(values: Iterable[T], argument: str) -> Iterator[tuple[str, T]]:
    """Yield each item of a list with the name that messages give it, such as ``ports[0]``.

    :param argument: the name of the list, empty for a list that messages don't name.
    """
    for at, value in enumerate(values):
        yield (f"{argument}[{at}]" if argument else ""), value


def first_of(*findings: Iterator[Problem]) -> Iterator[Problem]:
    """Yield the problems of the first rule that finds any. The other rules don't run."""
    for problems in findings:
        first = next(problems, None)
        if first is not None:
            yield first
            yield from problems
            return


BEFORE_REMEDY = "\n"
"""What separates a fault from the remedy for its value."""


def with_remedies(problems: Iterable[Problem]) -> Iterator[Problem]:
    """Yield problems whose text contains a remedy of its own, after ``BEFORE_REMEDY``.

    Use it for a rule whose values are shown as code, without line breaks.
    """
    for problem in problems:
        what, _, remedy = problem.what.partition(BEFORE_REMEDY)
        yield Problem(problem.rule, what, problem.argument, remedy)


def reworded(problems: Iterator[Problem], sample: str, text: str) -> Iterator[Problem]:
    """Yield the problems of a sample value, with the actual text instead of the sample."""
    for problem in problems:
        what = readable(problem.what.replace(sample, text))
        yield Problem(problem.rule, what, problem.argument)


T = TypeVar("T")

_IN_TEXT = r"[$#]\{Token\["
_LOWEST_TOKEN, _HIGHEST_TOKEN = -1.95e289, -1.888e289
"""The numbers between these represent tokens: their first 16 bits are FBFF."""
_STAND_IN = "dummy-value-for-"
"""The CDK's placeholder for the value of a parameter in the first pass of a lookup."""
_GAP = re.compile(r"[$#]\{|dummy-value-for-|-1\.8881545\d*e\+?289")
_IN_MESSAGES = re.compile(r"[$#]\{Token\[[^\]]*\]\}|-1\.8881545\d*e\+?289")
"""Tokens in a text, including numbers."""


def is_token(value: object) -> bool:
    """Tell whether the CDK resolves a value only at synthesis or deployment.

    The CDK's own ``Token.is_unresolved`` is a round trip to the Node process for each value. The
    three forms of tokens in Python are stable, and a test compares them with the CDK's answer. The
    placeholder for a parameter that must still be looked up is also a token.
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
    """Tell whether a text is or contains a list that is known only at deployment."""
    return "#{Token[" in text


def literal_beginning(text: str) -> str:
    """Return the part of a text before the first token, or all of it if there is no token.

    In the text of a template, ``${`` begins a token.
    """
    gap = _GAP.search(text)
    return text if gap is None else text[: gap.start()]


def readable(text: str) -> str:
    """Return a text with ``<token>`` in place of each token."""
    return _IN_MESSAGES.sub("<token>", text)


def known(value: T | None) -> T | None:
    """Return a literal as it is, and None for a value that isn't known yet."""
    return None if is_token(value) else value
