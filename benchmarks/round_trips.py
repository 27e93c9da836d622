"""Counts the requests to the jsii kernel, with the lines that they come from."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from unittest.mock import patch

from jsii._kernel.providers import process  # pyright: ignore[reportMissingTypeStubs]

if TYPE_CHECKING:
    from collections.abc import Iterator

_KINDS = {
    "CreateRequest": "create",
    "GetRequest": "get",
    "InvokeRequest": "call",
    "SetRequest": "set",
    "StaticGetRequest": "get static",
    "StaticInvokeRequest": "call static",
}
_ROOT = Path(__file__).parents[1]


@dataclass(frozen=True, order=True)
class RoundTrip:
    """One request to the kernel.

    :param kind: what was asked, for example ``create`` or ``get``.
    :param name: the class, property or method.
    :param line: the line of the project that asked, for example ``provider/published.py:113``.
    """

    kind: str
    name: str
    line: str

    def __str__(self) -> str:
        """Return the request on one line."""
        return f"{self.kind} {self.name} ({self.line})"


@contextmanager
def counted() -> Iterator[list[RoundTrip]]:
    """Collect the round trips that are made inside the block."""
    trips: list[RoundTrip] = []
    node = cast("Any", process)._NodeProcess  # noqa: SLF001 - there is no public way to count
    send = node.send

    def counting(self: object, request: Any, answer: object) -> object:
        trips.append(
            RoundTrip(
                _KINDS.get(type(request).__name__, type(request).__name__),
                _name(request),
                _caller(),
            )
        )
        return send(self, request, answer)

    with patch.object(node, "send", counting):
        yield trips


def _name(request: Any) -> str:
    owner = str(getattr(request, "fqn", "")).removeprefix("aws-cdk-lib.")
    member = getattr(request, "method", None) or getattr(request, "property", None)
    return ".".join(part for part in (owner, member) if part)


def _caller() -> str:
    frame = sys._getframe(2)  # noqa: SLF001 - the stack of the caller
    while frame is not None:
        path = Path(frame.f_code.co_filename)
        if path.is_relative_to(_ROOT) and ".venv" not in path.parts and path.name != "round_trips.py":
            return f"{path.relative_to(_ROOT)}:{frame.f_lineno}"
        frame = frame.f_back
    return "?"
