"""Where the values of a template are written: the line and the column of each key and item."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from typing import TYPE_CHECKING, NamedTuple, cast

from privatelink_constructs.cloudformation.content import key_text

if TYPE_CHECKING:
    from collections.abc import Sequence


class Position(NamedTuple):
    """A place in a text. Both numbers count from 1, the column in characters."""

    line: int
    column: int


Marks = dict[int, dict[object, Position]]
"""The position of each key or index, by the ``id()`` of the collection that contains it."""

START = Position(1, 1)
_TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[{}\[\]:,]|[^\s{}\[\]:,"]+', re.DOTALL)


class Places:
    """Finds where a value is written.

    :param root: the template, or anything of the same shape.
    :param marks: where each of its keys and items begins.
    """

    def __init__(self, root: object, marks: Marks) -> None:
        self._root = root
        self._marks = marks

    def find(self, *keys: str) -> Position:
        """Return the position of the last key that is written.

        An intrinsic function may stand in the way of those behind it: then it is the function's.

        :param keys: the keys and indexes from the outermost to the innermost.
        """
        node, position, left = self._root, START, list(keys)
        while left:
            key, count = _step(node, left)
            if not count:
                break
            position = self._marks.get(id(node), {}).get(key, position)
            node, left = _inner(node, key), left[count:]
        return position


def _step(node: object, keys: Sequence[str]) -> tuple[object, int]:
    """Return the key or index of a collection, and how many of the keys it takes.

    A key may contain full stops itself, and then comes in several pieces.
    """
    if isinstance(node, list):
        index = int(keys[0]) if keys[0].isdecimal() else -1
        return index, int(0 <= index < len(cast("list[object]", node)))
    if isinstance(node, dict):
        if keys[0] in node:
            return keys[0], 1
        written = {key_text(key): key for key in cast("dict[object, object]", node)}
        for count in range(1, len(keys) + 1):
            text = ".".join(keys[:count])
            if text in written:
                return written[text], count
    return None, 0


def _inner(node: object, key: object) -> object:
    if isinstance(node, list):
        return cast("list[object]", node)[cast("int", key)]
    return cast("dict[object, object]", node)[key]


def places_in_json(text: str) -> Places:
    """Find where everything in a JSON text is written.

    :param text: valid JSON. Tabs count as one column.
    """
    scan = _JsonScan(text)
    for match in _TOKEN.finditer(text):
        scan.take(match[0], match.start())
    return Places(scan.root, scan.marks)


class _JsonScan:
    """Rebuilds the collections of a JSON text without their content."""

    def __init__(self, text: str) -> None:
        self.root: object = None
        self.marks: Marks = {}
        self._open: list[dict[object, object] | list[object]] = []
        self._key: str | None = None
        self._keys: list[str | None] = []
        self._lines = [0, *(match.end() for match in re.finditer("\n", text))]

    def take(self, piece: str, start: int) -> None:
        """Take the next piece of it."""
        if piece in "}]":
            self._open.pop()
            self._key = self._keys.pop()
        elif piece in "{[":
            collection: dict[object, object] | list[object] = {} if piece == "{" else []
            self._add(collection, start)
            self._open.append(collection)
            self._keys.append(self._key)
            self._key = None
        elif piece == ",":
            self._key = None
        elif piece != ":":
            self._take_scalar(piece, start)

    def _take_scalar(self, piece: str, start: int) -> None:
        if self._key is None and self._open and isinstance(self._open[-1], dict):
            self._key = str(json.loads(piece)) if "\\" in piece else piece[1:-1]
            self._mark(self._key, start)
        else:
            self._add(None, start)

    def _add(self, value: object, start: int) -> None:
        parent = self._open[-1] if self._open else None
        if parent is None:
            self.root = value
        elif isinstance(parent, list):
            self._mark(len(parent), start)
            parent.append(value)
        else:
            parent[self._key] = value

    def _mark(self, key: object, start: int) -> None:
        line = bisect_right(self._lines, start)
        marks = self.marks.setdefault(id(self._open[-1]), {})
        marks[key] = Position(line, start - self._lines[line - 1] + 1)
