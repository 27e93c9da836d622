"""Check that the imports of the package go from floor to floor, and that names have one home.

A room is a folder or a file right below the package. Every import counts: at the top of a file,
inside functions, under ``TYPE_CHECKING``, and in the tables of names that ``lazy_names`` imports
late. Only the package's own ``__init__.py`` is exempt: it offers the public names of all rooms.

Usage: check_imports.py [folder of the package]
"""

from __future__ import annotations

import re
import sys
from collections import defaultdict, deque
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING

from source_imports import INIT, Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from source_imports import Import

PACKAGE = Path(__file__).resolve().parent.parent / "src" / "privatelink_constructs"

# From the bottom to the top. A file imports from its own room and from lower floors only.
FLOORS: tuple[tuple[str, ...], ...] = (
    ("errors", "facts", "_lazy", "_values", "_version"),
    ("rules", "cloudformation"),
    ("_cdk", "inventory"),
    ("contract", "checks", "drawing", "cost", "guardrails"),
    ("provider", "consumer", "observability", "diagnosis"),
    ("connectivity", "fleet", "cli"),
)
# The lower rooms that each room uses. It may also use what those use, and the helpers.
USES: Mapping[str, tuple[str, ...]] = {
    "rules": ("facts", "errors"),
    "cloudformation": ("facts",),
    "_cdk": ("rules", "errors"),
    "inventory": ("cloudformation",),
    "contract": ("_cdk", "rules"),
    "checks": ("inventory", "rules"),
    "drawing": ("inventory", "rules"),
    "cost": ("inventory", "rules"),
    "guardrails": ("_cdk", "facts"),
    "provider": ("contract",),
    "consumer": ("contract",),
    "observability": ("contract",),
    "diagnosis": ("inventory", "checks"),
    "connectivity": ("consumer", "contract"),
    "fleet": (
        "provider",
        "consumer",
        "observability",
        "diagnosis",
        "drawing",
        "cost",
        "guardrails",
    ),
    "cli": ("inventory", "checks", "drawing", "cost", "diagnosis"),
}
HELPERS = frozenset({"_lazy", "_values", "_version"})
# What runs in Lambda imports files of its own folder at most, and nothing imports it.
RUNTIME = "runtime"
HANDLER = "index.py"

CDK = frozenset({"aws_cdk", "constructs", "jsii"})
WITHOUT_CDK = frozenset(
    {
        *(
            "errors",
            "facts",
            "_lazy",
            "_values",
            "_version",
            "rules",
            "cloudformation",
            "inventory",
        ),
        *("checks", "drawing", "cost", "diagnosis", "cli", RUNTIME),
    }
)
# What the CDK runs over the templates of an app: the only files of their rooms that know the CDK.
PLUGINS = frozenset({"checks/plugin.py", "cost/cost_limit.py"})
PLUGIN_USES = frozenset({"_cdk"})

RESOURCE_TYPE = re.compile(r"AWS::\w+::\w+")
TYPES = "inventory/types.py"
# The rooms that read templates. The others use the classes of the CDK.
TYPED_ROOMS = frozenset(
    {"cloudformation", "inventory", "checks", "drawing", "cost", "diagnosis", "cli"}
)
# Stacks and what stacks exchange values with: the evaluator knows them, and is below TYPES.
EVALUATED = re.compile(r"AWS::(CloudFormation|SSM|Serverless|ServiceCatalog)::\w+")


@dataclass(frozen=True, order=True)
class Violation:
    """A place where the package breaks a rule.

    :param file: the file, relative to the package.
    :param line: the line.
    :param text: what is wrong, in one sentence.
    """

    file: str
    line: int
    text: str

    def __str__(self) -> str:
        """Return it in the form that editors and terminals make a link of."""
        return f"{self.file}:{self.line}: {self.text}"


@dataclass(frozen=True, order=True)
class Edge:
    """A file of the package that another one imports; both are relative to the package."""

    file: str
    line: int
    imported: str

    def breaks(self, rule: str) -> Violation:
        """Return that it breaks a rule."""
        return Violation(self.file, self.line, f"imports {self.imported}, but {rule}.")


def violations(package: Path) -> list[Violation]:
    """Return all places where a package breaks a rule, sorted.

    :param package: the folder of the package.
    """
    every = [Source(package, path) for path in sorted(package.rglob("*.py"))]
    files = {source.module: source.file for source in every}
    sources = [source for source in every if source.file != INIT]
    found = {*_unknown_rooms(sources), *_shared_names(sources), *_resource_types(sources)}
    edges: list[Edge] = []
    for source in sources:
        edges += _edges(source, files)
        found |= {*_unreadable(source, files), *_cdk_imports(source)}
    return sorted(found | {*_wrong_ways(edges), *_cycles(edges)})


def allowed(room: str) -> frozenset[str]:
    """Return the lower rooms that a room may import from.

    :param room: the room.
    """
    if room not in USES:
        return frozenset()
    return HELPERS.union(USES[room], *(allowed(lower) for lower in USES[room]))


def _edges(source: Source, files: Mapping[str, str]) -> Iterator[Edge]:
    for imported in source.imports():
        file = _file_of(imported, files)
        if file not in {None, source.file}:
            yield Edge(source.file, imported.line, str(file))


def _file_of(imported: Import, files: Mapping[str, str]) -> str | None:
    return files.get(f"{imported.module}.{imported.name}") or files.get(imported.module)


def _unreadable(source: Source, files: Mapping[str, str]) -> Iterator[Violation]:
    package = source.module.partition(".")[0]
    for line in source.unreadable_tables():
        text = "gives lazy_names something other than a dictionary of strings."
        yield Violation(source.file, line, text)
    for imported in source.imports():
        if imported.module.partition(".")[0] == package and not _file_of(imported, files):
            text = f"imports {imported.module}, which doesn't exist."
            yield Violation(source.file, imported.line, text)


def _unknown_rooms(sources: Iterable[Source]) -> Iterator[Violation]:
    known = {RUNTIME}.union(*FLOORS)
    for source in sources:
        if source.room not in known:
            text = f"is in {source.room}, which isn't a room of FLOORS in tools/check_imports.py."
            yield Violation(source.file, 1, text)


def _wrong_ways(edges: Iterable[Edge]) -> Iterator[Violation]:
    for edge in edges:
        rule = _broken_rule(edge, _room_of(edge.file), _room_of(edge.imported))
        if rule:
            yield edge.breaks(rule)


def _broken_rule(edge: Edge, room: str, lower: str) -> str | None:
    """Return the rule that an import breaks, None without one."""
    if edge.imported == INIT:
        return "inside of the package a name is imported from the file that defines it"
    if room == RUNTIME:
        return None if _in_one_asset(edge) else "runtime imports nothing of the package"
    if lower == RUNTIME:
        return "nothing imports runtime"
    if edge.imported in PLUGINS and room in WITHOUT_CDK:
        return f"{room} works without the CDK, which that file imports"
    if lower == room or (edge.file in PLUGINS and lower in PLUGIN_USES):
        return None
    return _broken_floor(room, lower)


def _in_one_asset(edge: Edge) -> bool:
    """Tell whether two files are in one folder of the runtime."""
    folder, _, _ = edge.file.rpartition("/")
    return folder != RUNTIME and edge.imported.rpartition("/")[0] == folder


def _broken_floor(room: str, lower: str) -> str | None:
    floor_of = {name: floor for floor, names in enumerate(FLOORS) for name in names}
    if not {room, lower} <= floor_of.keys() or lower in allowed(room):
        return None
    if floor_of[room] < floor_of[lower]:
        return f"{lower} is on a higher floor than {room}"
    if floor_of[room] == floor_of[lower]:
        return f"{room} and {lower} are on the same floor"
    return f"{room} only uses {', '.join(sorted(allowed(room) - HELPERS))}"


def _cdk_imports(source: Source) -> Iterator[Violation]:
    if source.room not in WITHOUT_CDK or source.file in PLUGINS:
        return
    for imported in source.imports():
        name = imported.module.partition(".")[0]
        if name in CDK:
            text = f"imports {imported.module}, but {source.room} works without the CDK."
            yield Violation(source.file, imported.line, text)


def _shared_names(sources: Iterable[Source]) -> Iterator[Violation]:
    for one, other in combinations(sources, 2):
        if one.name == other.name != INIT and not _may_share_names(one, other):
            text = f"has the name of {one.file}, but only rules and checks share names."
            yield Violation(other.file, 1, text)


def _may_share_names(one: Source, other: Source) -> bool:
    handlers = one.room == other.room == RUNTIME and one.name == HANDLER
    return handlers or {one.room, other.room} == {"checks", "rules"}


def _resource_types(sources: Iterable[Source]) -> Iterator[Violation]:
    """Check that each resource type is written in one file."""
    found = [
        (source, line, text)
        for source in sources
        if source.room in TYPED_ROOMS
        for line, text in source.texts()
        if RESOURCE_TYPE.fullmatch(text)
    ]
    home_of: dict[str, str] = {}
    for source, _, text in found:
        if source.room == "cloudformation" and EVALUATED.fullmatch(text):
            home_of.setdefault(text, source.file)
    for source, line, text in found:
        home = home_of.get(text, TYPES)
        if source.file != home:
            yield Violation(source.file, line, f"writes {text!r}, which belongs in {home}.")


def _cycles(edges: Sequence[Edge]) -> Iterator[Violation]:
    """Find a shortest cycle through each import that is part of one."""
    imports: dict[str, list[str]] = defaultdict(list)
    for edge in edges:
        imports[edge.file].append(edge.imported)
    seen: set[frozenset[str]] = set()
    for edge in sorted(edges):
        way = _way(imports, edge.imported, edge.file)
        if way and frozenset(way) not in seen:
            seen.add(frozenset(way))
            yield edge.breaks(f"that makes a cycle: {' -> '.join([edge.file, *way])}")


def _way(imports: Mapping[str, Sequence[str]], start: str, end: str) -> list[str]:
    """Return the files on a shortest way from one file to another; empty without one."""
    came_from = {start: ""}
    waiting = deque([start])
    while waiting and end not in came_from:
        file = waiting.popleft()
        for imported in sorted(set(imports.get(file, ())) - came_from.keys()):
            came_from[imported] = file
            waiting.append(imported)
    if end not in came_from:
        return []
    way = [end]
    while way[0] != start:
        way.insert(0, came_from[way[0]])
    return way


def _room_of(file: str) -> str:
    return file.partition("/")[0].removesuffix(".py")


def main(arguments: Sequence[str]) -> int:
    """Print what breaks a rule.

    :param arguments: the folder of the package, or nothing.
    """
    package = Path(arguments[0]).resolve() if arguments else PACKAGE
    here = Path.cwd()
    folder = package.relative_to(here) if package.is_relative_to(here) else package
    found = violations(package)
    for violation in found:
        print(folder / str(violation))
    print(f"{len(found)} violation{'s' * (len(found) != 1)} of the floors and names.")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
