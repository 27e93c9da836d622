"""Prints what the command has to say, and writes it into files."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from privatelink_constructs.cli.results import plain
from privatelink_constructs.cli.usage import UNUSABLE, UsageError
from privatelink_constructs.errors import ValidationError
from privatelink_constructs.rules.core import sentence

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import TextIO

    from privatelink_constructs.cloudformation.loading import LoadError


def write_file(path: str, text: str) -> None:
    """Write a text into a file.

    :raises UsageError: if the file can't be written.
    """
    try:
        Path(path).write_text(text, encoding="utf-8", errors="backslashreplace", newline="\n")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "the name isn't valid"
        raise UsageError(f"The file {path} can't be written: {reason}.") from error


def print_to(stream: TextIO, text: str) -> None:
    """Print a text. Characters that the terminal can't show become escapes."""
    encoding = getattr(stream, "encoding", None) or "utf-8"
    stream.write(text.encode(encoding, "backslashreplace").decode(encoding))


def complain(reason: str) -> None:
    """Say on standard error what is wrong."""
    print_to(sys.stderr, f"error: {plain(reason)}\n")


def unusable(error: Exception) -> int:
    """Say on standard error why the command can't do what it should.

    :param error: a usage error, an error of the library, or a folder that can't be read.
    :return: the exit status for that.
    """
    complain(sentence(error.message if isinstance(error, ValidationError) else str(error)))
    return UNUSABLE


def complain_of(failures: Iterable[LoadError]) -> int:
    """Print on standard error which files can't be read.

    :return: the exit status for that.
    """
    for failure in failures:
        complain(str(failure))
    return UNUSABLE
