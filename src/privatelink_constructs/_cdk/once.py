"""Memos of what can't change: each question about an object is asked once.

An object of the CDK lives in the Node process, and each question is a round trip to it. A memo
keeps nothing alive: an answer goes with the object that it is about.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Concatenate, Generic, ParamSpec, TypeVar
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

Thing = TypeVar("Thing")
Answer = TypeVar("Answer")
P = ParamSpec("P")


class OnceForEach(Generic[Thing, P, Answer]):
    """A question that is asked once for each object and each set of further arguments."""

    def __init__(self, ask: Callable[Concatenate[Thing, P], Answer]) -> None:
        """Begin without answers."""
        self.__doc__ = ask.__doc__
        self._ask = ask
        self._answers: WeakKeyDictionary[Thing, dict[Hashable, Answer]] = WeakKeyDictionary()

    def __call__(self, thing: Thing, *args: P.args, **kwargs: P.kwargs) -> Answer:
        """Return the answer, asking for it when it isn't known yet."""
        answers = self._answers.setdefault(thing, {})
        key = (args, tuple(sorted(kwargs.items())))
        if key not in answers:
            answers[key] = self._ask(thing, *args, **kwargs)
        return answers[key]

    def learn(self, thing: Thing, answer: Answer) -> None:
        """Keep an answer that came with another one, for a question without further arguments."""
        self._answers.setdefault(thing, {})[(), ()] = answer


def once_for_each(
    ask: Callable[Concatenate[Thing, P], Answer],
) -> OnceForEach[Thing, P, Answer]:
    """Ask a question about an object once.

    Its first argument is the object, its other arguments are hashable. What it answers must not
    change in the life of the object.
    """
    return OnceForEach(ask)
