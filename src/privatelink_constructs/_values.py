"""Values that only the library handles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar, overload

T = TypeVar("T")

if TYPE_CHECKING:
    from collections.abc import Callable

    from typing_extensions import dataclass_transform

    @overload
    @dataclass_transform(eq_default=False, frozen_default=True)
    def internal_value(cls: type[T], /) -> type[T]: ...
    @overload
    @dataclass_transform(eq_default=False, frozen_default=True)
    def internal_value(*, kw_only: bool = False) -> Callable[[type[T]], type[T]]: ...


def internal_value(cls: type[T] | None = None, /, *, kw_only: bool = False) -> object:
    """Make a dataclass that type checkers take for frozen, and that nothing compares or shows.

    What makes a dataclass frozen at run time, compares it, and shows it takes three quarters of the
    time that defining it takes, and every import of the package defines dozens.

    :param kw_only: whether its fields are passed by name only.
    """
    return dataclass(cls, eq=False, repr=False, kw_only=kw_only)
