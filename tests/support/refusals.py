"""What the library refuses, what it warns about, and what a refusal leaves behind."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

import aws_cdk as cdk
import pytest
from aws_cdk import assertions

from privatelink_constructs import ValidationError
from privatelink_constructs.rules.core import readable

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    import constructs

_ACKNOWLEDGEABLE = re.compile(r"(.*) \[ack: (privatelink-constructs:)?(.*)\]", re.DOTALL)
_PATHS: dict[str, str] = {}


@contextmanager
def refusal(code: str, message: str = "") -> Generator[pytest.ExceptionInfo[ValidationError]]:
    """Expect an error with a code, and a message that a pattern matches."""
    pattern = rf"(?:{message})[\s\S]*\[{re.escape(code)}\]"
    with pytest.raises(ValidationError, match=pattern) as caught:
        yield caught
    assert caught.value.code == code
    assert_readable(str(caught.value))
    assert_sentences(caught.value.message)


@contextmanager
def refused(
    scope: constructs.Construct, code: str, message: str = ""
) -> Generator[pytest.ExceptionInfo[ValidationError]]:
    """Expect a refusal by a construct, and that nothing is left in the tree."""
    before = paths_in(scope)
    with refusal(code, message) as caught:
        yield caught
    assert caught.value.construct_path
    assert paths_in(scope) == before


def assert_readable(text: str) -> None:
    """Check that a message has no token in it, which says nothing to a reader."""
    assert readable(text) == text


def assert_sentences(message: str) -> None:
    """Check that a message says what is wrong and what to change, in sentences.

    A sentence begins with a capital letter, a value, or the name of an argument.
    """
    assert not re.match(r"(?!arn:)[a-z]+[ ,;:]", message)
    assert re.search(r"[^.]\. [A-Z]", message)
    assert message.endswith(".")


def paths_in(scope: constructs.Construct) -> list[str]:
    """Return the paths of all constructs in the tree of a construct."""
    return [_path_of(it) for it in scope.node.root.node.find_all()]


def _path_of(construct: constructs.IConstruct) -> str:
    """Return the path of a construct, which never changes.

    It is asked for once, because it takes two round trips. jsii never uses a reference again.
    """
    reference: str = cast("Any", construct).__jsii_ref__.ref
    if reference not in _PATHS:
        _PATHS[reference] = construct.node.path
    return _PATHS[reference]


def warnings_of(scope: constructs.Construct) -> dict[str, str]:
    """Return this library's warnings for a construct and what is under it: text by code."""
    return {code: text for ours, code, text in _warnings_of(scope) if ours}


def warning_codes(scope: constructs.Construct) -> list[str]:
    """Return the codes of all warnings, also of the CDK's, as often as each is shown."""
    return sorted(code for _, code, _ in _warnings_of(scope))


def _warnings_of(scope: constructs.Construct) -> Iterator[tuple[bool, str, str]]:
    """Synthesize, and yield whether a warning is from this library, its code, and its text."""
    synthesized = assertions.Annotations.from_stack(cdk.Stack.of(scope))
    for entry in synthesized.find_warning("*", assertions.Match.any_value()):
        if f"{entry.id}/".startswith(f"/{scope.node.path}/"):
            given = str(entry.entry.data)
            matched = _ACKNOWLEDGEABLE.fullmatch(given)
            assert_readable(given)
            if matched and matched[2]:
                assert_sentences(matched[1])
            text, prefix, code = matched.groups() if matched else (given, None, given)
            yield prefix is not None, code, text
