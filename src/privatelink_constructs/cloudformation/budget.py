"""What the evaluation of a template may cost.

CloudFormation evaluates templates of up to 1 MB with 500 resources. A text of one kilobyte can
evaluate to gigabytes: functions nested in functions, each of which uses its variable twice.
Time-outs would make the answer depend on the machine, so each template has a number of steps
instead.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.cloudformation.content import Expression, Text

if TYPE_CHECKING:
    from privatelink_constructs.cloudformation.content import Content

STEPS = 150_000
"""A template of 1 MB, with 500 resources, takes less than half of it."""
_CHARACTERS = 32
"""That many characters of text are a step."""


class Budget:
    """The steps that are left.

    :param steps: how many there are.
    """

    __slots__ = ("left",)

    def __init__(self, steps: int = STEPS) -> None:
        self.left = steps

    @property
    def exhausted(self) -> bool:
        """Whether something was skipped, because there were no steps left."""
        return self.left < 0

    def affords(self, steps: int) -> bool:
        """Spend steps, and return whether there were enough."""
        self.left -= steps
        return self.left >= 0

    def affords_text(self, *parts: Content) -> bool:
        """Spend the cost of joining texts, and return whether there were enough steps."""
        return self.affords(sum(map(_length, parts)) // _CHARACTERS)

    def affords_content(self, content: Content) -> bool:
        """Spend the cost of reusing a value that is already evaluated."""
        waiting = [content]
        while waiting and self.left >= 0:
            each = waiting.pop()
            self.left -= 1
            if isinstance(each, str):
                self.left -= len(each) // _CHARACTERS
            elif isinstance(each, Text):
                waiting += each.parts
            elif isinstance(each, Expression):
                waiting += each.arguments
                self.left -= len(each.key or "") // _CHARACTERS
            elif isinstance(each, list):
                waiting += each
            elif isinstance(each, dict):
                waiting += each.values()
        return self.left >= 0


def _length(part: Content) -> int:
    if isinstance(part, str):
        return len(part)
    if isinstance(part, Text):
        return sum(map(_length, part.parts)) + _CHARACTERS * len(part.parts)
    return _CHARACTERS
