"""How often does code talk to the Node process that runs the CDK?

Example::

    with count_round_trips() as trips:
        ec2.Vpc(stack, "Vpc")
    assert trips.total == 1, trips.by_line()
"""

from __future__ import annotations

import inspect
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jsii._kernel.providers import process

if TYPE_CHECKING:
    from collections.abc import Generator
    from types import FrameType

_KINDS = {
    "CreateRequest": "create",
    "GetRequest": "get",
    "InvokeRequest": "invoke",
    "LoadRequest": "load",
    "SetRequest": "set",
    "StaticGetRequest": "sget",
    "StaticInvokeRequest": "sinvoke",
    "StaticSetRequest": "sset",
    "_CompleteRequest": "callback",
}


@dataclass
class RoundTrips:
    """The requests of a piece of code.

    :param calls: how often each was made: its kind, what it asked for, and the line that did.
    """

    calls: Counter[tuple[str, str, str]] = field(default_factory=Counter[tuple[str, str, str]])

    @property
    def total(self) -> int:
        """How many there were."""
        return sum(self.calls.values())

    def by_kind(self) -> dict[str, int]:
        """Return how many there were of each kind: create, get, invoke and so on."""
        return self._sum(0)

    def by_subject(self) -> dict[str, int]:
        """Return how many asked for each class or member."""
        return self._sum(1)

    def by_line(self) -> dict[str, int]:
        """Return how many each line outside of the CDK made."""
        return self._sum(2)

    def _sum(self, place: int) -> dict[str, int]:
        found: Counter[str] = Counter()
        for call, count in self.calls.items():
            found[call[place]] += count
        return dict(sorted(found.items(), key=lambda it: (-it[1], it[0])))


@contextmanager
def count_round_trips() -> Generator[RoundTrips]:
    """Count the requests that are made inside of the ``with``."""
    trips = RoundTrips()
    # What jsii sends all requests through; its own methods are bound long before this.
    node: Any = vars(process)["_NodeProcess"]
    original = node.send

    def counted(self: Any, request: Any, *args: Any) -> Any:
        kind = _KINDS.get(type(request).__name__, type(request).__name__)
        trips.calls[kind, _asked(request), _line()] += 1
        return original(self, request, *args)

    node.send = counted
    try:
        yield trips
    finally:
        node.send = original


def _asked(request: Any) -> str:
    reference = getattr(request, "objref", None)
    subject = reference.ref.partition("@")[0] if reference else getattr(request, "fqn", "")
    member = getattr(request, "property", None) or getattr(request, "method", None)
    return f"{subject}.{member}" if member else subject


def _line() -> str:
    """Return the line of Python outside of jsii and the CDK that is being run."""
    frame: FrameType | None = inspect.currentframe()
    while frame is not None and _is_between(frame.f_code.co_filename):
        frame = frame.f_back
    if frame is None:
        return "?"
    return f"{Path(frame.f_code.co_filename).name}:{frame.f_lineno}"


def _is_between(file: str) -> bool:
    return "site-packages" in Path(file).parts or file == __file__
