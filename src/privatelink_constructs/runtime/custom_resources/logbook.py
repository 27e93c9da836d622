"""Log lines of bounded size: one JSON object each, with the request that they belong to."""

from __future__ import annotations

import json
import sys
from typing import cast

LONGEST_TEXT = 1000
LONGEST_LIST = 20

_common: dict[str, object] = {}


def begin(**fields: object) -> None:
    """Set what every line of this invocation has."""
    _common.clear()
    _common.update(fields)


def log(level: str, message: str, **fields: object) -> None:
    """Write one line. Never pass a whole event: its response URL is a credential."""
    line = {**_common, **fields, "level": level, "message": message}
    cut = {name: _cut(value) for name, value in line.items()}
    sys.stdout.write(json.dumps(cut, sort_keys=True, default=str) + "\n")


def _cut(value: object) -> object:
    if isinstance(value, str):
        return value[:LONGEST_TEXT]
    if isinstance(value, list):
        return _cut_list([str(item) for item in cast("list[object]", value)])
    if isinstance(value, dict):
        pairs = cast("dict[object, object]", value)
        return _cut_list([f"{key}: {item}" for key, item in pairs.items()])
    return value


def _cut_list(texts: list[str]) -> list[str]:
    shown = [text[:LONGEST_TEXT] for text in texts[:LONGEST_LIST]]
    return [*shown, f"and {len(texts) - LONGEST_LIST} more"] if len(texts) > LONGEST_LIST else shown
