"""Registers: what constructs remember for other constructs of the same tree.

They answer questions about several constructs, such as whether a load balancer already belongs to a
service. Two rules apply: a constructor writes to a register in its last lines, when nothing can
fail anymore, and only rules read it. Registers keep nothing alive.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Generic, TypeVar
from weakref import WeakKeyDictionary, WeakValueDictionary, ref

from privatelink_constructs._cdk.asking import reference, root_of

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    import aws_cdk as cdk
    import constructs

Thing = TypeVar("Thing")
Entry = TypeVar("Entry")


class Register(Generic[Thing, Entry]):
    """An entry for each object.

    :param start: makes the entry of an object that has none yet.
    """

    def __init__(self, start: Callable[[], Entry]) -> None:
        """Begin without entries."""
        self._start = start
        self._entries: WeakKeyDictionary[Thing, Entry] = WeakKeyDictionary()

    def __getitem__(self, thing: Thing) -> Entry:
        """Return the entry of an object, a fresh one the first time."""
        if thing not in self._entries:
            self._entries[thing] = self._start()
        return self._entries[thing]

    def put(self, thing: Thing, entry: Entry) -> None:
        """Replace the entry of an object."""
        self._entries[thing] = entry


class TreeRegister(Generic[Entry]):
    """An entry for each name in a construct tree, for what is imported more than once.

    :param start: makes the entry of a name that has none yet.
    """

    def __init__(self, start: Callable[[], Entry]) -> None:
        """Begin without entries."""
        self._start = start
        self._trees: Register[constructs.IConstruct, dict[Hashable, Entry]] = Register(dict)

    def at(self, construct: constructs.IConstruct, name: Hashable) -> Entry:
        """Return the entry of a name in the tree of a construct, a fresh one the first time."""
        entries = self._trees[root_of(construct)]
        if name not in entries:
            entries[name] = self._start()
        return entries[name]


class IdentityRegister(Generic[Thing, Entry]):
    """An entry for each object, by identity: objects that are equal have entries of their own."""

    def __init__(self) -> None:
        """Begin without entries."""
        self._entries: dict[int, tuple[ref[Thing], Entry]] = {}

    def put(self, thing: Thing, entry: Entry) -> None:
        """Replace the entry of an object."""
        key = id(thing)
        self._entries[key] = (ref(thing, lambda _: self._entries.pop(key, None)), entry)

    def get(self, thing: Thing) -> Entry | None:
        """Return the entry of an object, None without one."""
        found = self._entries.get(id(thing))
        return found[1] if found is not None and found[0]() is thing else None


class NameRegister(Generic[Entry]):
    """An entry for each name, for as long as something else refers to the entry."""

    def __init__(self) -> None:
        """Begin without entries."""
        self._entries: WeakValueDictionary[str, Entry] = WeakValueDictionary()

    def put(self, name: str, entry: Entry) -> None:
        """Replace the entry of a name."""
        self._entries[name] = entry

    def get(self, name: str) -> Entry | None:
        """Return the entry of a name, None without one."""
        return self._entries.get(name)

    def first(self, name: str, entry: Entry) -> Entry:
        """Return the entry of a name, which is this one if there is none yet."""
        return self._entries.setdefault(name, entry)


_deployed_after: Register[cdk.Stack, set[str]] = Register(set)


def deploy_after(stack: cdk.Stack, other: cdk.Stack) -> None:
    """Have a stack deployed after another."""
    done = _deployed_after[stack]
    if reference(other) not in done:
        done.add(reference(other))
        stack.add_stack_dependency(other)


ecs_target_groups: Register[constructs.IConstruct, Counter[str]] = Register(Counter)
"""In how many target groups each ECS service of a tree is, by the tree's root."""

alb_load_balancers: Register[constructs.IConstruct, dict[str, set[str]]] = Register(dict)
"""The Network Load Balancers of each Application Load Balancer of a tree, by the tree's root."""

load_balancer_counts: Register[cdk.Stack, Counter[str | None]] = Register(Counter)
"""How many load balancers the services of each stack have."""

load_balancer_services: Register[object, list[ref[constructs.Construct]]] = Register(list)
"""The endpoint service that each load balancer of the app is in."""

imported_load_balancer_services: TreeRegister[list[ref[constructs.Construct]]] = TreeRegister(list)
"""The same for imported load balancers, by their ARNs."""
