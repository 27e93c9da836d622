"""The rules for what callers pass: the types of arguments, the scope, and the ID of a construct."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from enum import Enum
from functools import wraps
from typing import TYPE_CHECKING, ParamSpec, TypeVar, cast

from privatelink_constructs.errors import ValidationError
from privatelink_constructs.rules.annotations import Parameters
from privatelink_constructs.rules.core import Fix, error, is_list_token, is_token, with_remedies
from privatelink_constructs.rules.wording import named

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from privatelink_constructs.rules.core import Problem

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")

_TAKEN = r"There is already a Construct with name '.*' in .*"
_CONSTRUCTS = "https://docs.aws.amazon.com/cdk/v2/guide/constructs.html"
_IDS = "https://docs.aws.amazon.com/cdk/v2/guide/identifiers.html"


@error(
    "argument-type-mismatch",
    "An argument must have a type that its parameter accepts.",
    why="A value of another type can't be used.",
    fix=Fix.same("pass a value of that type"),
    url=_CONSTRUCTS,
)
def argument_fitting(misfit: str | None) -> Iterator[str]:
    """Find an argument of a wrong type.

    :param misfit: what is wrong according to the annotations, None if nothing is.
    """
    if misfit is not None:
        yield misfit


@error(
    "argument-list-not-supported",
    "A string must not be a list that is known only at deployment.",
    why="CloudFormation puts a list in its place and rejects the template.",
    fix=Fix(
        code="select an item of the list, for example with cdk.Fn.select(0, the_list)",
        template="select an item of the list with Fn::Select",
    ),
    url="https://docs.aws.amazon.com/cdk/v2/guide/tokens.html",
)
def text_single(text: str | None, *, name: str) -> Iterator[str]:
    """Find a list that is known only at deployment in place of a string.

    :param text: the string, None if it isn't set.
    :param name: the name of the string.
    """
    if text is not None and is_list_token(text):
        yield f"{named(name)} is a list that is known only at deployment"


@error(
    "construct-id-malformed",
    "The ID of a construct must be a string that is known at synthesis.",
    why="The CDK generates logical IDs from it, and CloudFormation needs them in the template.",
    fix=Fix.same(
        "use a literal such as 'Payments'. In a stack without an environment, the names of "
        "Availability Zones are tokens, so use a number instead"
    ),
    url=_IDS,
)
def construct_id_literal(construct_id: str) -> Iterator[str]:
    """Find an ID that is empty, or known at deployment only."""
    if not construct_id:
        yield "the construct ID is empty"
    elif is_token(construct_id):
        yield "the construct ID contains a token"


@error(
    "construct-id-duplicate",
    "The ID of a construct must be unique in its scope.",
    why="The CDK identifies a construct by its scope and its ID.",
    fix=Fix.same("use another ID, or define the construct in another scope"),
    url=_IDS,
)
def construct_id_free(*, taken: bool, construct_id: object) -> Iterator[str]:
    """Find an ID that another construct of the scope has.

    :param taken: whether another construct has the ID.
    """
    if taken:
        yield f"the construct ID {construct_id!r} already exists in this scope"


@error(
    "scope-not-supported",
    "The scope of a construct must be a stack or a construct in a stack.",
    why="Stacks contain all resources.",
    fix=Fix.same(
        "pass a stack, or a construct in a stack, such as self in the stack's constructor"
    ),
    url=_CONSTRUCTS,
)
def scope_in_stack(path: str | None) -> Iterator[str]:
    """Find a scope that isn't in a stack.

    :param path: the path of the scope, None if it is in a stack.
    """
    if path is not None:
        yield f"the scope {path or 'App'!r} isn't in a stack"


@error(
    "template-name-missing",
    "Several templates must be passed by their names.",
    why="The sections of a single template would be taken for templates in which nothing is found.",
    fix=Fix.same(
        "pass each template by its name, such as {'Payments': template}. A single template is "
        "checked by check_template"
    ),
    url="https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html",
)
def templates_named(templates: Mapping[str, Mapping[str, object]]) -> Iterator[str]:
    """Find a template in place of a mapping from names to templates."""
    resources = templates.get("Resources")
    if resources and "Resources" not in resources:
        yield "argument templates is a single template without a name"


def refuse_unnamed(templates: Mapping[str, Mapping[str, object]]) -> None:
    """Refuse a template in place of a mapping from names to templates.

    :raises ValidationError: ``template-name-missing``.
    """
    _refuse(templates_named(templates), {})


def checked(**wider: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Check the arguments of a function against its annotations before it runs.

    Use it for the public API. The traceback of an error contains only the lines of the user's
    program and one line of this package.

    :param wider: annotations that accept more than those of the function, by the names of the
        parameters. Use them for values that another rule rejects with a better message.
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        parameters = Parameters(function, wider)

        @wraps(function)
        def call(*args: P.args, **kwargs: P.kwargs) -> R:
            arguments = parameters.arguments(args, kwargs)
            try:
                _refuse(_problems(parameters, arguments), arguments)
                kwargs.update(_plain(kwargs))
                taken = cast("Callable[..., R]", function)
                return taken(*map(_value, args), **kwargs)
            except ValidationError as refused:
                raise _placed(refused, arguments) from None
            except RuntimeError as failure:
                refused = _in_our_words(failure, arguments)
                if refused is None:
                    raise
                raise refused from None

        return call

    return decorate


def checked_fields(**wider: str) -> Callable[[type[T]], type[T]]:
    """Have the fields of a data class checked as :func:`checked` does, before anything else."""

    def decorate(kind: type[T]) -> type[T]:
        setattr(kind, "__init__", checked(**wider)(kind.__init__))  # noqa: B010 - of any class
        return kind

    return decorate


def _problems(parameters: Parameters, arguments: Mapping[str, object]) -> Iterator[Problem]:
    yield from with_remedies(argument_fitting(parameters.misfit(arguments)))
    if _defines_construct(arguments):
        yield from construct_id_literal(str(arguments["id"]))
    for name, value in arguments.items():
        for label, text in _texts(name, value):
            yield from text_single(text, name=label)


def _texts(name: str, value: object) -> Iterator[tuple[str, str]]:
    """Find the strings in an argument. Lists and the items of lists can be tokens."""
    if isinstance(value, str):
        if "[" not in name:
            yield name, value
    elif isinstance(value, Mapping):
        for key, item in cast("Mapping[object, object]", value).items():
            for label, text in ((f"a key of {name}", key), (f"a value of {name}", item)):
                if isinstance(text, str):
                    yield label, text


def _defines_construct(arguments: Mapping[str, object]) -> bool:
    return "scope" in arguments and "id" in arguments


def _plain(arguments: Mapping[str, object]) -> dict[str, object]:
    """Return the arguments that must be converted: ranges, and enums of strings."""
    changed = {name: _value(value) for name, value in arguments.items()}
    return {name: value for name, value in changed.items() if value is not arguments[name]}


def _value(argument: object) -> object:
    """Return an argument as the CDK takes it.

    A member of an enum of strings is a string, but Python writes its name inside other strings.
    """
    if isinstance(argument, str):
        return argument.value if isinstance(argument, Enum) else argument
    if not isinstance(argument, Sequence) or isinstance(argument, (bytes, bytearray)):
        return argument
    given = cast("Sequence[object]", argument)
    items = tuple(_value(item) for item in given)
    same = all(new is old for new, old in zip(items, given, strict=True))
    return given if same and isinstance(given, (list, tuple)) else items


def _in_our_words(failure: RuntimeError, arguments: Mapping[str, object]) -> ValidationError | None:
    """Return the error for an ID that exists already. The CDK has no other way to ask in time."""
    taken = _defines_construct(arguments) and re.search(_TAKEN, str(failure)) is not None
    problems = construct_id_free(taken=taken, construct_id=arguments.get("id"))
    return next((_refusal(problem, arguments) for problem in problems), None)


def _placed(refused: ValidationError, arguments: Mapping[str, object]) -> ValidationError:
    """Return an error without the lines of this package, and with the construct it is about."""
    path = _path(arguments) if _defines_construct(arguments) else None
    if refused.construct_path is None and path is not None:
        return ValidationError(refused.message, code=refused.code, construct_path=path)
    return refused.with_traceback(None)


def _refuse(problems: Iterator[Problem], arguments: Mapping[str, object]) -> None:
    for problem in problems:
        raise _refusal(problem, arguments)


def _refusal(problem: Problem, arguments: Mapping[str, object]) -> ValidationError:
    path = _path(arguments) if _defines_construct(arguments) else None
    return ValidationError(problem.message, code=problem.rule.id, construct_path=path)


def _path(arguments: Mapping[str, object]) -> str | None:
    """Return the path of the construct that would have been defined, None without a scope."""
    scope, construct_id = arguments["scope"], arguments["id"]
    path: object = getattr(getattr(scope, "node", None), "path", None)
    if not isinstance(path, str):
        return None
    if not isinstance(construct_id, str) or is_token(construct_id):
        return path or None
    return "/".join(part for part in (path, construct_id) if part)
