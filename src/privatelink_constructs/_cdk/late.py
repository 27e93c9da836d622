"""Errors that are found at synthesis, too late for a constructor to raise them."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import TYPE_CHECKING

from privatelink_constructs.rules.core import by_rule, message_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from privatelink_constructs.rules.core import Problem

    Hook = Callable[[type[BaseException], BaseException, TracebackType | None], object]

_FAILED = "Validation failed with the following errors:"
_INSIDE = frozenset({"aws_cdk", "jsii"})
"""The packages whose lines in a traceback don't help a user."""


def as_errors(problems: Iterable[Problem]) -> list[str]:
    """Return problems as the CDK takes them from a validation: one text for each rule.

    The CDK raises them from the Node process. Its traceback contains dozens of lines of jsii and
    repeats everything, so the program prints a shorter one.
    """
    found = by_rule(problems)
    if found and not isinstance(sys.excepthook, ShortTraceback):
        sys.excepthook = ShortTraceback(sys.excepthook)
    return [f"{message_of(group)} [{group[0].rule.id}]" for group in found]


class ShortTraceback:
    """Shows a failed validation without the lines of the CDK, and all else as before.

    :param previous: what showed uncaught exceptions before.
    """

    def __init__(self, previous: Hook) -> None:
        """Keep what it calls."""
        self._previous = previous

    def __call__(
        self, kind: type[BaseException], raised: BaseException, trace: TracebackType | None
    ) -> None:
        """Show an exception that wasn't caught."""
        if isinstance(raised, RuntimeError) and _FAILED in str(raised):
            trace = _outside(trace)
            raised.with_traceback(trace).__cause__ = None
        self._previous(kind, raised, trace)


def _outside(trace: TracebackType | None) -> TracebackType | None:
    """Return a traceback without the lines of the CDK."""
    if trace is None:
        return None
    rest = _outside(trace.tb_next)
    package = str(trace.tb_frame.f_globals.get("__name__")).partition(".")[0]
    if package in _INSIDE:
        return rest
    return TracebackType(rest, trace.tb_frame, trace.tb_lasti, trace.tb_lineno)
