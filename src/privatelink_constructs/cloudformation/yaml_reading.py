"""Reads YAML as CloudFormation does, with the short forms of intrinsic functions.

It is put together from the events of PyYAML's parser, and not by PyYAML's own constructor: that one
raises for a tag that doesn't fit its value, lets the last of two equal keys win, and has no end for
text that is nested too deeply.

:see: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-formats.html
"""

from __future__ import annotations

import re
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol, cast

from privatelink_constructs.cloudformation.content import as_list, as_mapping
from privatelink_constructs.cloudformation.places import Places, Position

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from privatelink_constructs.cloudformation.places import Marks

_DEEPEST = 500
_MOST_MERGED = 100_000
_YAML = "tag:yaml.org,2002:"
_MERGE = f"{_YAML}merge"
_SHORT_NAMES = frozenset({"Condition", "Ref"})
_QUOTED = re.compile(r"'[^']{2,}'")


class InvalidYamlError(ValueError):
    """A text that isn't YAML, or not YAML that CloudFormation takes.

    :param reason: what is wrong. It doesn't repeat what is in the text.
    :param position: where.
    """

    def __init__(self, reason: str, position: Position | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.position = position


class _Mark(Protocol):
    """A place in the text, counted from 0."""

    line: int
    column: int


class _Event(Protocol):
    """What PyYAML's parser has read; each kind of event has some of these."""

    anchor: str | None
    implicit: object
    start_mark: _Mark
    tag: str | None
    value: str


class _Parser(Protocol):
    """A loader of PyYAML, in C or in Python."""

    def check_event(self) -> bool: ...
    def construct_yaml_bool(self, node: object) -> object: ...
    def construct_yaml_float(self, node: object) -> object: ...
    def construct_yaml_int(self, node: object) -> object: ...
    def get_event(self) -> _Event: ...
    def resolve(self, kind: object, value: str, implicit: object) -> str: ...


def parse_yaml(text: str, marks: Marks | None = None) -> object:
    """Read YAML.

    :param marks: takes the position of each key and item. Default: they aren't noted.
    :raises ImportError: when PyYAML isn't installed.
    :raises InvalidYamlError: for anything but YAML.
    """
    yaml: Any = import_module("yaml")
    # The one in C is ten times faster, and isn't part of every installation.
    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        parser = loader(text)
        return _Builder(yaml.ScalarNode, parser, marks).build()
    except yaml.YAMLError as error:
        raise InvalidYamlError(_reason(error), _position(error)) from error
    except (UnicodeError, RecursionError) as error:
        raise InvalidYamlError("it has characters that YAML doesn't allow") from error


def places_in_yaml(text: str) -> Places:
    """Find where everything in a YAML text is written.

    :param text: valid YAML.
    """
    marks: Marks = {}
    return Places(parse_yaml(text, marks), marks)


def _reason(error: Exception) -> str:
    """Return what is wrong without quoting the file, which might be a link to secrets."""
    problem = getattr(error, "problem", None) or "it has characters that YAML doesn't allow"
    return _QUOTED.sub("'...'", str(problem))


def _position(error: Exception) -> Position | None:
    mark: _Mark | None = getattr(error, "problem_mark", None)
    return Position(mark.line + 1, mark.column + 1) if mark else None


class _Frame:
    """A collection that is being read."""

    __slots__ = ("collection", "key", "keyed", "merged", "merges")

    def __init__(self, collection: list[object] | dict[object, object]) -> None:
        self.collection = collection
        self.key: object = None
        self.keyed = False
        """Whether a key waits for its value."""
        self.merges = False
        """Whether that key is the merge key, ``<<``."""
        self.merged: list[object] = []


class _Builder:
    """Puts values together from events.

    :param scalar_node: makes a node of a tag and a text.
    :param parser: gives the events.
    :param marks: takes positions.
    """

    def __init__(
        self, scalar_node: Callable[[str, str], object], parser: _Parser, marks: Marks | None
    ) -> None:
        self._scalar_node = scalar_node
        self._parser = parser
        self._marks = marks
        self._root: object = None
        self._frames: list[_Frame] = []
        self._anchors: dict[str, object] = {}
        self._merged = 0
        self._documents = 0
        self._takers: dict[str, Callable[[_Event], None]] = {
            "AliasEvent": self._take_alias,
            "DocumentStartEvent": self._take_document,
            "MappingEndEvent": self._take_end,
            "MappingStartEvent": lambda event: self._take_start(event, {}),
            "ScalarEvent": self._take_scalar,
            "SequenceEndEvent": self._take_end,
            "SequenceStartEvent": lambda event: self._take_start(event, []),
        }
        self._converters: dict[str, Callable[[object], object]] = {
            f"{_YAML}bool": parser.construct_yaml_bool,
            f"{_YAML}float": parser.construct_yaml_float,
            f"{_YAML}int": parser.construct_yaml_int,
        }

    def build(self) -> object:
        """Return what the text contains."""
        while self._parser.check_event():
            event = self._parser.get_event()
            taker = self._takers.get(type(event).__name__)
            if taker:
                taker(event)
        return self._root

    def _take_document(self, event: _Event) -> None:
        self._documents += 1
        if self._documents > 1:
            raise _wrong("a template is one document, but another document begins here", event)

    def _take_alias(self, event: _Event) -> None:
        if event.anchor not in self._anchors:
            raise _wrong("it has an alias without an anchor", event)
        self._put(self._anchors[event.anchor], event)

    def _take_scalar(self, event: _Event) -> None:
        tag = self._tag(event)
        frame = self._frames[-1] if self._frames else None
        if frame and tag == _MERGE and isinstance(frame.collection, dict) and not frame.keyed:
            frame.keyed = frame.merges = True
            return
        value = self._scalar(tag, event.value, event)
        self._anchor(event, value)
        self._put(value, event)

    def _tag(self, event: _Event) -> str:
        if event.tag is None or event.tag == "!":
            return self._parser.resolve(self._scalar_node, event.value, event.implicit)
        return event.tag

    def _scalar(self, tag: str, text: str, event: _Event) -> object:
        if tag.startswith("!"):
            return {_function(tag): text}
        if tag == f"{_YAML}null":
            return None
        converter = self._converters.get(tag)
        if converter is None:
            _refuse_objects(tag, event)
            return text
        try:
            return converter(self._scalar_node(tag, text))
        except (ValueError, IndexError, KeyError, OverflowError):
            # A tag may be written before anything: to CloudFormation it is still a text.
            return text

    def _take_start(self, event: _Event, collection: list[object] | dict[object, object]) -> None:
        if len(self._frames) >= _DEEPEST:
            raise _wrong("it is nested too deeply", event)
        value: object = collection
        tag = event.tag or ""
        if tag.startswith("!") and tag != "!":
            value = {_function(tag): collection}
            self._mark(value, _function(tag), event)
        else:
            _refuse_objects(tag, event)
        self._anchor(event, value)
        self._put(value, event)
        self._frames.append(_Frame(collection))

    def _take_end(self, _: _Event) -> None:
        frame = self._frames.pop()
        collection = frame.collection
        for each in frame.merged:
            self._merge(each, cast("dict[object, object]", collection))

    def _merge(self, source: object, target: dict[object, object]) -> None:
        for each in as_list(source) or [source]:
            found = cast("dict[object, object]", as_mapping(each))
            self._merged += len(found)
            if self._merged > _MOST_MERGED:
                raise InvalidYamlError("it merges too many mappings")
            for key, value in tuple(found.items()):
                target.setdefault(key, value)

    def _anchor(self, event: _Event, value: object) -> None:
        if event.anchor is not None:
            self._anchors[event.anchor] = value

    def _put(self, value: object, event: _Event) -> None:
        if not self._frames:
            self._root = value
            return
        frame = self._frames[-1]
        collection = frame.collection
        if isinstance(collection, list):
            self._mark(collection, len(collection), event)
            collection.append(value)
        elif not frame.keyed:
            self._put_key(frame, collection, value, event)
        else:
            frame.keyed = False
            if frame.merges:
                frame.merged.append(value)
            else:
                collection[frame.key] = value
            frame.merges = False

    def _put_key(
        self, frame: _Frame, collection: dict[object, object], key: object, event: _Event
    ) -> None:
        if isinstance(key, (dict, list)):
            raise _wrong("a key is a collection", event)
        if key in collection:
            raise _wrong(f"the key {cast('Hashable', key)!r} occurs twice", event)
        frame.key, frame.keyed = key, True
        # It keeps the order of the file, and is seen if it comes again within its own value.
        collection[key] = None
        self._mark(collection, key, event)

    def _mark(self, collection: object, key: object, event: _Event) -> None:
        if self._marks is not None:
            mark = event.start_mark
            position = Position(mark.line + 1, mark.column + 1)
            self._marks.setdefault(id(collection), {})[key] = position


def _function(tag: str) -> str:
    name = tag[1:]
    return name if name in _SHORT_NAMES else f"Fn::{name}"


def _refuse_objects(tag: str, event: _Event) -> None:
    if tag.startswith(f"{_YAML}python"):
        raise _wrong("it has a tag of another language", event)


def _wrong(reason: str, event: _Event) -> InvalidYamlError:
    mark = event.start_mark
    return InvalidYamlError(reason, Position(mark.line + 1, mark.column + 1))
