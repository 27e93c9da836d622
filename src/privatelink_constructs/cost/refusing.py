"""How the functions of this room refuse values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from privatelink_constructs.errors import ValidationError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from privatelink_constructs.rules.core import Problem


def refuse_problems(problems: Iterable[Problem]) -> None:
    """Raise the first problem.

    :raises ValidationError: if there is one.
    """
    for problem in problems:
        raise ValidationError(problem.message, code=problem.rule.id)
