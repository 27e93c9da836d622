"""What parameters accept, according to their annotations.

A type checker reads the annotations of the public API before a program runs. This module gives the
same answer at run time from the same annotations, so no parameter needs its own check.

The module looks up classes only in modules that are already loaded. If a module isn't loaded, no
value can be of one of its classes. The Python class of a jsii object is enough, so there is no
round trip to the Node process. This module has no data classes, because they make importing the
package slower.
"""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Protocol, cast

from privatelink_constructs.rules.core import BEFORE_REMEDY, is_token
from privatelink_constructs.rules.protocols import provides
from privatelink_constructs.rules.wording import (
    as_item,
    joined,
    made_with,
    named,
    passing,
    quoted,
    shown,
    with_article,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    Names = Mapping[str, object]

_PACKAGE = "privatelink_constructs"
_LARGEST = 2**53 - 1
"""The largest number that is the same one in the Node process."""
_CDK_MODULES = {
    "cdk": "aws_cdk",
    "constructs": "constructs",
    "elbv2": "aws_cdk.aws_elasticloadbalancingv2",
    "lambda_": "aws_cdk.aws_lambda",
}
"""The modules of the CDK by their names in annotations. Other modules have the last part of their
name."""


class Expectation(Protocol):
    """What a parameter accepts."""

    @property
    def noun(self) -> str:
        """The name of the type, without an article."""
        ...

    def misfit(self, value: object, name: str) -> str | None:
        """Return what is wrong with a value, None if nothing is.

        :param name: the name of the value, such as ``clients[1]``; empty if nobody reads the text.
        """
        ...


class Anything:
    """Accepts every value."""

    noun = "object"

    def misfit(self, value: object, name: str) -> None:  # noqa: ARG002 - as all others
        """Return None."""
        return


class Plain:
    """Accepts None, or a value of a built-in type."""

    __match_args__ = ("kind",)

    def __init__(self, kind: type) -> None:
        """Keep it."""
        self.kind = kind

    @property
    def noun(self) -> str:
        """The name of the type."""
        return "None" if self.kind is type(None) else self.kind.__name__

    def misfit(self, value: object, name: str) -> str | None:
        """Return what is wrong. To Python, a bool is an int; to AWS, True isn't a port."""
        if isinstance(value, bool):
            fits = self.kind is bool
        elif isinstance(value, (float, int)) and self.kind in {float, int}:
            right = isinstance(value, int) or self.kind is float
            fits = is_token(value) or (right and -_LARGEST <= value <= _LARGEST)
        else:
            fits = isinstance(value, self.kind)
        return None if fits else _said(name, self, value)


class Instance:
    """Accepts the objects of a class or of a protocol.

    :param noun: the name in the annotation, such as ``ec2.IVpc``.
    :param names: the global names of the module of the annotation.
    """

    __match_args__ = ("noun", "names")

    def __init__(self, noun: str, names: Names) -> None:
        """Keep it."""
        self.noun = noun
        self.names = names

    def misfit(self, value: object, name: str) -> str | None:
        """Return what is wrong."""
        kind = find_class(self.noun, self.names)
        if kind is None or not fits(value, kind):
            return _said(name, self, value)
        return _wrong_field(value, name) if is_dataclass(kind) else None


class Listed:
    """Accepts a sequence, but not a string, which is a sequence of letters."""

    __match_args__ = ("item",)

    def __init__(self, item: Expectation) -> None:
        """Keep it."""
        self.item = item

    @property
    def noun(self) -> str:
        """The type of the items."""
        return "list" if isinstance(self.item, Anything) else f"list of {self.item.noun}"

    def holds(self, value: object) -> bool:
        """Tell whether a value is a sequence, whatever it contains."""
        return isinstance(value, Sequence) and not isinstance(value, (str, bytes, bytearray))

    def misfit(self, value: object, name: str) -> str | None:
        """Return what is wrong with the sequence, or with its first wrong item."""
        if not self.holds(value):
            return _said(name, self, value)
        items = enumerate(cast("Sequence[object]", value))
        found = (self.item.misfit(it, f"{name}[{at}]") for at, it in items)
        return next(filter(None, found), None)


class Mapped:
    """Accepts a mapping."""

    __match_args__ = ("key", "item")

    def __init__(self, key: Expectation, item: Expectation) -> None:
        """Keep it."""
        self.key = key
        self.item = item

    @property
    def noun(self) -> str:
        """The types of the keys and the values."""
        if isinstance(self.item, Anything):
            return "mapping"
        return f"mapping of {self.key.noun} to {self.item.noun}"

    def holds(self, value: object) -> bool:
        """Tell whether a value is a mapping, whatever it contains."""
        return isinstance(value, Mapping)

    def misfit(self, value: object, name: str) -> str | None:
        """Return what is wrong with the mapping, or with its first wrong key or value."""
        if not self.holds(value):
            return _said(name, self, value)
        for key, item in cast("Mapping[object, object]", value).items():
            wrong = self.key.misfit(key, f"a key of {name}")
            wrong = wrong or self.item.misfit(item, f"{name}[{quoted(key)}]")
            if wrong:
                return wrong
        return None


class Either:
    """Accepts the values that one of several expectations accepts."""

    __match_args__ = ("options",)

    def __init__(self, options: tuple[Expectation, ...]) -> None:
        """Keep it."""
        self.options = options

    @property
    def noun(self) -> str:
        """The names of the types."""
        return joined([option.noun for option in self.options])

    def misfit(self, value: object, name: str) -> str | None:
        """Return what is wrong, with an item if a list or a mapping itself is correct."""
        if any(option.misfit(value, "") is None for option in self.options):
            return None
        found = [option.misfit(value, name) for option in self.options]
        deeper = (
            wrong
            for option, wrong in zip(self.options, found, strict=True)
            if isinstance(option, (Listed, Mapped)) and option.holds(value)
        )
        return next(deeper, None) or _said(name, self, value)


def expectation_of(annotation: str, names: Names) -> Expectation:
    """Return the expectation for an annotation.

    :param annotation: the text of the annotation.
    :param names: the global names of the module that it stands in.
    """
    return _expectation(ast.parse(annotation, mode="eval").body, names)


def _expectation(node: ast.expr, names: Names) -> Expectation:
    text = ast.unparse(node)
    match node:
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            sides = (_expectation(left, names), _expectation(right, names))
            options = [it.options if isinstance(it, Either) else (it,) for it in sides]
            return Either(sum(options, ()))
        case (
            ast.Subscript(value=ast.Name("Sequence"), slice=item)
            | ast.Subscript(value=ast.Name("tuple"), slice=ast.Tuple([item, ast.Constant()]))
        ):
            return Listed(_expectation(item, names))
        case ast.Subscript(value=ast.Name("Mapping"), slice=ast.Tuple([key, item])):
            return Mapped(_expectation(key, names), _expectation(item, names))
        case _:
            return _PLAIN.get(text) or Instance(text, names)


_PLAIN: Mapping[str, Expectation] = {
    "None": Plain(type(None)),
    "object": Anything(),
    **{kind.__name__: Plain(kind) for kind in (bool, float, int, str)},
}


def find_class(text: str, names: Names) -> type | None:
    """Return the class in an annotation, None if its module isn't loaded.

    :param text: the annotation, ``Listener`` or ``ec2.IVpc``.
    :param names: the global names of the module that it stands in.
    """
    module, _, name = text.rpartition(".")
    if not module:
        return _as_class(names.get(name)) or _public_class(name)
    home = names.get(module) or sys.modules.get(_CDK_MODULES.get(module, f"aws_cdk.aws_{module}"))
    return _as_class(getattr(home, name, None))


def _public_class(name: str) -> type | None:
    """Return a class of this package's public API, or else of the CDK's core."""
    homes = (sys.modules[_PACKAGE], sys.modules.get("aws_cdk"))
    found = (_as_class(getattr(home, name, None)) for home in homes)
    return next(filter(None, found), None)


def _as_class(value: object) -> type | None:
    return value if isinstance(value, type) else None


def fits(value: object, kind: type) -> bool:
    """Tell whether a value is of a class, or has the members of a protocol."""
    parts: Sequence[object] = getattr(value, "__dict__", {}).get("_delegates", (value,))
    if not getattr(kind, "_is_protocol", False):
        return any(isinstance(part, kind) for part in parts)
    return any(provides(type(part), kind) for part in parts)


@lru_cache(maxsize=64)
def _fields(kind: type) -> dict[str, Expectation]:
    """Return what the fields of a data class accept."""
    names = vars(sys.modules[kind.__module__])
    # Without postponed annotations, a field of a user's class contains its type. We don't check it.
    return {it.name: expectation_of(it.type, names) for it in fields(kind) if type(it.type) is str}


def _wrong_field(value: object, name: str) -> str | None:
    """Return what is wrong with the fields of a value, unless its class checks them itself."""
    if hasattr(type(value).__init__, "__wrapped__"):
        return None
    found = (
        it.misfit(getattr(value, field), f"{name}.{field}")
        for field, it in _fields(type(value)).items()
    )
    return next(filter(None, found), None)


class Parameters:
    """What the parameters of a function accept.

    :param function: the function.
    :param wider: annotations that replace those of the function, by the names of the parameters.
    """

    __match_args__ = ("function", "wider")

    def __init__(self, function: Callable[..., object], wider: Mapping[str, str]) -> None:
        """Keep it."""
        self.function = function
        self.wider = wider

    @cached_property
    def expectations(self) -> dict[str, Expectation]:
        """What each parameter accepts. Reading it waits until the first call of the function."""
        names: Names = getattr(self.function, "__globals__")  # noqa: B009 - not on a callable
        annotations = {**self.function.__annotations__, **self.wider}
        return {
            name: expectation_of(annotations[name], names)
            for name in self._parameters
            if name in annotations
        }

    @cached_property
    def _parameters(self) -> Mapping[str, inspect.Parameter]:
        return inspect.signature(self.function).parameters

    @cached_property
    def _positional(self) -> list[str]:
        kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
        return [it.name for it in self._parameters.values() if it.kind in kinds]

    @cached_property
    def _rest(self) -> str:
        """The name of the parameter for further positional arguments."""
        kind = inspect.Parameter.VAR_POSITIONAL
        return next((it.name for it in self._parameters.values() if it.kind is kind), "")

    def arguments(self, args: Sequence[object], kwargs: Mapping[str, object]) -> dict[str, object]:
        """Return the arguments of a call by the names of their parameters, ``targets[0]`` too."""
        named = dict(zip(self._positional, args, strict=False))
        further = args[len(self._positional) :] if self._rest else ()
        rest = {f"{self._rest}[{at}]": value for at, value in enumerate(further)}
        return {**named, **rest, **kwargs}

    def misfit(self, arguments: Mapping[str, object]) -> str | None:
        """Return what is wrong with the first argument that doesn't fit, None if all do."""
        for name, value in arguments.items():
            expectation = self.expectations.get(name.partition("[")[0])
            wrong = expectation.misfit(value, name) if expectation else None
            if wrong:
                return wrong
        return None


def _said(name: str, expectation: Expectation, value: object) -> str:
    if not name:
        return "it doesn't fit"
    options = expectation.options if isinstance(expectation, Either) else (expectation,)
    takes = joined([with_article(option.noun) for option in options])
    remedies = (_remedy(option, value, name) for option in options)
    remedy = next(filter(None, remedies), "") or passing([it.noun for it in options])
    return f"{named(name)} must be {takes}, not {shown(value)}{BEFORE_REMEDY}{remedy}"


def _remedy(option: Expectation, value: object, name: str) -> str:
    """Return how to create an accepted value, empty if unknown."""
    if isinstance(option, Listed) and option.item.misfit(value, name) is None:
        return f"put it in a list: {name}=[{as_item(value)}]"
    if option.noun == "str" and type(value) is int and abs(value) <= _LARGEST:
        return f'use quotation marks: "{value}"'
    kind = find_class(option.noun, option.names) if isinstance(option, Instance) else None
    noun = option.item.noun if isinstance(option, Listed) else option.noun
    return made_with((noun, name), kind, value)
