"""Reads templates from files: JSON, and YAML with the short forms of intrinsic functions."""

from __future__ import annotations

import json
import re
import stat
import sys
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, cast

from privatelink_constructs.cloudformation.content import as_mapping
from privatelink_constructs.cloudformation.places import Position, places_in_json
from privatelink_constructs.cloudformation.yaml_reading import (
    InvalidYamlError,
    parse_yaml,
    places_in_yaml,
)

if TYPE_CHECKING:
    from privatelink_constructs.cloudformation.places import Places

STANDARD_INPUT = "<stdin>"
"""The name of a template that is read from standard input."""
LARGEST = 4 * 1024 * 1024
"""In bytes, four times what CloudFormation takes."""
MOST_RESOURCES = 2500
"""Five times what CloudFormation takes."""
_JSON_SUFFIX = ".json"
_TEMPLATE = re.compile(
    r"AWSTemplateFormatVersion|^Resources\s*:|[\"']Resources[\"']\s*:", re.MULTILINE
)


class LoadError(Exception):
    """A file that isn't a template.

    :param name: the name of the file.
    :param reason: why it isn't a template, in sentences.
    :param position: where it stops being one. Default: not known.
    """

    def __init__(self, name: str, reason: str, position: Position | None = None) -> None:
        place = f"{name}:{position.line}:{position.column}" if position else name
        super().__init__(f"{place}: {reason}")
        self.name = name
        self.reason = reason
        self.position = position


class NotATemplateError(LoadError):
    """A file that can be read, and is about something else than CloudFormation."""


class Source:
    """A template, and where everything in it is written.

    :param name: the name of the file.
    :param text: what is in the file.
    :param template: the template.
    :param is_json: whether it is JSON, and not YAML.
    """

    def __init__(self, name: str, text: str, template: dict[str, object], *, is_json: bool) -> None:
        self.name = name
        self.template = template
        self._text = text
        self._is_json = is_json

    @cached_property
    def _places(self) -> Places:
        return (places_in_json if self._is_json else places_in_yaml)(self._text)

    def position(self, *keys: str) -> Position:
        """Return where a value is written, as far as its keys can be followed."""
        return self._places.find(*keys)


def load(path: str) -> dict[str, object]:
    """Read a template.

    :param path: the file; what ends in ``.json`` or begins with a brace is JSON, all else YAML.
    :raises LoadError: when it can't be read, or isn't a template.
    """
    return read_source(path).template


def read_source(path: str) -> Source:
    """Read a template from a file.

    :param path: the file, ``-`` for standard input.
    :raises LoadError: when it can't be read, or isn't a template.
    """
    if path == "-":
        return as_source(STANDARD_INPUT, _decoded(STANDARD_INPUT, _standard_input()))
    try:
        file = Path(path)
        if not stat.S_ISREG(file.stat().st_mode):
            kind = "a folder" if file.is_dir() else "a device or a pipe"
            raise LoadError(path, f"It is {kind}, not a file. Use - for standard input.")
        with file.open("rb") as stream:
            content = stream.read(LARGEST + 1)
    except (OSError, ValueError) as error:
        raise LoadError(path, _system_reason(error)) from error
    return as_source(path, _decoded(path, content))


def _standard_input() -> bytes:
    return sys.stdin.buffer.read(LARGEST + 1)


def _system_reason(error: Exception) -> str:
    return f"{getattr(error, 'strerror', None) or 'The name is not valid'}."


def _decoded(name: str, content: bytes) -> str:
    if len(content) > LARGEST:
        raise LoadError(
            name, ("It is larger than 4 MB, but CloudFormation accepts templates of up to 1 MB.")
        )
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise LoadError(name, "It isn't text in UTF-8.") from error


def as_source(name: str, text: str) -> Source:
    """Read a template from a text.

    :param name: the name in messages. If it ends with ``.json``, the text is JSON.
    :raises LoadError: when it isn't a template.
    """
    template, is_json = _parse(name, text)
    if not isinstance(template, dict) or "Resources" not in template:
        raise NotATemplateError(
            name, f"It isn't a template: it has no Resources section.{_advice(name)}"
        )
    template = cast("dict[str, object]", template)
    resources = as_mapping(template["Resources"])
    if not resources:
        reason = (
            "The template has no resources. Resources must be a mapping with at least one resource."
        )
        raise LoadError(name, reason)
    if len(resources) > MOST_RESOURCES:
        reason = f"It has {len(resources)} resources, but CloudFormation accepts up to 500."
        raise LoadError(name, reason)
    return Source(name, text, template, is_json=is_json)


def _advice(name: str) -> str:
    """Return what to do with a program, beginning with a space, or an empty string."""
    if name.endswith((".py", ".ts", ".js")):
        return " For an app of the AWS CDK, run cdk synth, and specify the folder cdk.out."
    return ""


def _parse(name: str, text: str) -> tuple[object, bool]:
    begins_as_json = text.lstrip().startswith("{")
    if not name.endswith(_JSON_SUFFIX) and not begins_as_json:
        return _parse_yaml(name, text), False
    try:
        return _parse_json(name, text), True
    except LoadError:
        if name.endswith(_JSON_SUFFIX):
            raise
        try:
            # The flow style of YAML also begins with a brace.
            return parse_yaml(text), False
        except (InvalidYamlError, ImportError):
            pass
        raise


def _parse_json(name: str, text: str) -> object:
    try:
        return json.loads(text, object_pairs_hook=_mapping, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        position = Position(error.lineno, error.colno)
        raise LoadError(name, f"It isn't valid JSON: {error.msg}.", position) from error
    except RecursionError as error:
        raise LoadError(name, "It isn't valid JSON: it is nested too deeply.") from error
    except ValueError as error:
        raise LoadError(name, f"It isn't valid JSON: {error}.") from error


def _mapping(pairs: list[tuple[str, object]]) -> dict[str, object]:
    mapping = dict(pairs)
    if len(mapping) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise ValueError(f"the key {twice!r} occurs twice")
    return mapping


def _refuse_constant(name: str) -> object:
    raise ValueError(f"{name} isn't a number in JSON")


def _parse_yaml(name: str, text: str) -> object:
    try:
        return parse_yaml(text)
    except ImportError as error:
        raise LoadError(
            name, "YAML templates need PyYAML. Run python -m pip install pyyaml."
        ) from error
    except InvalidYamlError as error:
        raise LoadError(name, f"It isn't valid YAML: {error.reason}.", error.position) from error


def load_yaml(text: str) -> object:
    """Read YAML as CloudFormation does.

    :raises ImportError: when PyYAML isn't installed.
    :raises ValueError: when it isn't YAML.
    """
    return parse_yaml(text)


def looks_like_template(text: str) -> bool:
    """Tell whether a file in a folder of mixed files is a template."""
    return _TEMPLATE.search(text) is not None
