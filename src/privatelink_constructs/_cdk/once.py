"""Memos of values that can't change: each value of an object is read once.

An object of the CDK is in the Node process, and each read is a round trip to it. A memo keeps
nothing alive: a value is removed with its object.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Concatenate, Generic, ParamSpec, TypeVar
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable

Thing = TypeVar("Thing")
Answer = TypeVar("Answer")
P = ParamSpec("P")


class OnceForEach(Generic[Thing, P, Answer]):
    """A function that is called once for each object and each set of further arguments."""

    def __init__(self, ask: Callable[Concatenate[Thing, P], Answer]) -> None:
        """Begin without values."""
        self.__doc__ = ask.__doc__
        self._ask = ask
        self._answers: WeakKeyDictionary[Thing, dict[Hashable, Answer]] = WeakKeyDictionary()

    def __call__(self, thing: Thing, *args: P.args, **kwargs: P.kwargs) -> Answer:
        """Return the value, and call the function if it isn't known yet."""
        answers = self._answers.get(thing)
        if answers is None:
            answers = self._answers[thing] = {}
        key = (args, tuple(sorted(kwargs.items())) if kwargs else ())
        if key not in answers:
            answers[key] = self._ask(thing, *args, **kwargs)
        return answers[key]

    def unanswered(self, things: Iterable[Thing]) -> list[Thing]:
        """Return the objects that haven't been asked about, each once."""
        return [it for it in dict.fromkeys(things) if ((), ()) not in self._answers.get(it, {})]

    def learn(self, thing: Thing, answer: Answer) -> None:
        """Store a value that came with another one, for a function without further arguments."""
        self._answers.setdefault(thing, {})[(), ()] = answer


def once_for_each(
    ask: Callable[Concatenate[Thing, P], Answer],
) -> OnceForEach[Thing, P, Answer]:
    """Call a function once per object.

    Its first argument is the object, its other arguments are hashable. Its result must not change
    during the lifetime of the object.
    """
    return OnceForEach(ask)
