"""Finds the templates to check in files, folders, patterns, and cloud assemblies."""

from __future__ import annotations

import glob
import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from privatelink_constructs.cloudformation.assembly import (
    assemblies_in,
    asset_sources,
    environments_of,
    nested_in,
    read_manifest,
)
from privatelink_constructs.cloudformation.loading import (
    LARGEST,
    LoadError,
    NotATemplateError,
    looks_like_template,
    read_source,
)
from privatelink_constructs.inventory.construct_tree import tree_of
from privatelink_constructs.inventory.states import place_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from privatelink_constructs.cloudformation.loading import Source
    from privatelink_constructs.cloudformation.template import TemplateEnvironment
    from privatelink_constructs.inventory.construct_tree import ConstructTree

_SUFFIXES = (".json", ".template", ".yaml", ".yml")
_FOREIGN = frozenset({"__pycache__", "node_modules", "venv"})
_OF_ASSEMBLIES = (".assets.json", ".metadata.json")
_NAMES_OF_ASSEMBLIES = frozenset(
    {"cdk.out", "manifest.json", "tree.json", "validation-report.json"}
)


class Inputs(NamedTuple):
    """The templates to check.

    :param sources: the templates by their names.
    :param environments: where they are deployed, by the same names.
    :param failures: what can't be checked.
    :param pending: the assemblies that aren't checked, because lookups are pending.
    :param trees: the constructs of the assemblies that templates are from, by the same names.
    """

    sources: dict[str, Source]
    environments: dict[str, TemplateEnvironment]
    failures: list[LoadError]
    pending: list[str]
    trees: dict[str, ConstructTree]


def read_inputs(
    names: Sequence[str], environment: TemplateEnvironment, *, skip_others: bool = False
) -> Inputs:
    """Read the templates that are named on the command line.

    :param names: files, folders, patterns, and ``-`` for standard input.
    :param environment: where templates are deployed that aren't part of an assembly.
    :param skip_others: skip files that aren't templates instead of reporting them.
    """
    reading = _Reading(environment, skip_others=skip_others)
    for name in names:
        reading.take(name)
    inputs = reading.inputs
    if not (inputs.sources or inputs.failures or inputs.pending or skip_others):
        inputs.failures.append(LoadError(", ".join(names), "It contains no template."))
    return inputs


class _Reading:
    """Reads the names on the command line."""

    def __init__(self, environment: TemplateEnvironment, *, skip_others: bool) -> None:
        self.inputs = Inputs({}, {}, [], [], {})
        self._environment = environment
        self._skip_others = skip_others
        self._read_already: set[str] = set()
        self._assemblies: dict[Path, dict[Path, TemplateEnvironment]] = {}
        self._trees: dict[Path, ConstructTree] = {}

    def take(self, name: str) -> None:
        """Read the templates for a name on the command line."""
        if name in {"-", "/dev/stdin"}:
            self._read("-", self._environment)
        elif os.path.lexists(name) or not glob.has_magic(name):
            self._take_path(name)
        else:
            found = sorted(glob.iglob(name, recursive=True))  # noqa: PTH207 - any path
            if not found:
                self._fail(name, "No file matches this pattern.")
            for path in found:
                self._take_path(path)

    def _take_path(self, name: str) -> None:
        path = Path(name)
        if not path.is_dir():
            self._take_file(path, named=True)
        elif read_manifest(path):
            self._take_assembly(path)
        elif not self._take_folder(path):
            self._fail(name, "It contains no template.")

    def _take_folder(self, folder: Path) -> bool:
        """Read the templates in a folder and below, and tell whether there are any."""
        some = False
        for place, folders, files in os.walk(folder):
            here = Path(place)
            if here != folder and read_manifest(here):
                self._take_assembly(here)
                folders.clear()
                some = True
                continue
            folders[:] = sorted(
                it for it in folders if not it.startswith(".") and it not in _FOREIGN
            )
            for file in sorted(files):
                if file.endswith(_SUFFIXES) and self._is_template(here / file):
                    self._take_file(here / file)
                    some = True
        return some

    def _is_template(self, path: Path) -> bool:
        """Tell whether a file in a folder of mixed files is a template."""
        try:
            if not path.is_file():
                return False
            with path.open("rb") as stream:
                return looks_like_template(stream.read(LARGEST).decode("utf-8-sig", "replace"))
        except OSError:
            return False

    def _take_file(self, path: Path, *, named: bool = False) -> None:
        stacks = self._stacks_in(path.parent)
        if stacks and named and _belongs_to_assembly(path):
            return
        self._read(str(path), self._merged(stacks.get(path)))

    def _stacks_in(self, folder: Path) -> dict[Path, TemplateEnvironment]:
        if folder not in self._assemblies:
            self._assemblies[folder] = environments_of(folder, read_manifest(folder))
        return self._assemblies[folder]

    def _merged(self, stack: TemplateEnvironment | None) -> TemplateEnvironment:
        """Return where a stack is deployed. The assembly takes precedence."""
        given = self._environment
        if stack is None:
            return given
        return replace(
            given,
            region=stack.region or given.region,
            account=stack.account or given.account,
            stack_name=stack.stack_name,
        )

    def _take_assembly(self, root: Path) -> None:
        for folder in assemblies_in(root):
            manifest = read_manifest(folder)
            if manifest.get("missing"):
                self.inputs.pending.append(str(folder))
                continue
            stacks = environments_of(folder, manifest)
            for path, environment in sorted(stacks.items()):
                self._take_stack(path, self._merged(environment), asset_sources(path))

    def _take_stack(
        self, path: Path, environment: TemplateEnvironment, sources: dict[str, str]
    ) -> None:
        source = self._read(str(path), environment)
        if source:
            for nested in nested_in(path, source.template, sources):
                self._take_stack(nested, replace(environment, stack_name=None), sources)

    def _read(self, name: str, environment: TemplateEnvironment) -> Source | None:
        place = os.path.abspath(name)  # noqa: PTH100 - pathlib can't represent all names
        if place in self._read_already:
            return None
        self._read_already.add(place)
        try:
            source = read_source(name)
        except NotATemplateError as error:
            if not self._skip_others:
                self.inputs.failures.append(error)
            return None
        except LoadError as error:
            self.inputs.failures.append(error)
            return None
        self.inputs.sources[source.name] = source
        self.inputs.trees[source.name] = self._tree_of(Path(place).parent)
        self.inputs.environments[source.name] = _in_live_account(source, environment)
        return source

    def _tree_of(self, folder: Path) -> ConstructTree:
        if folder not in self._trees:
            self._trees[folder] = tree_of(folder)
        return self._trees[folder]

    def _fail(self, name: str, reason: str) -> None:
        self.inputs.failures.append(LoadError(name, reason))


def _in_live_account(source: Source, environment: TemplateEnvironment) -> TemplateEnvironment:
    """Return the environment of a template. One that describes a live account contains its own."""
    region, account = place_of(source.template)
    return replace(
        environment,
        region=environment.region or region,
        account=environment.account or account,
    )


def _belongs_to_assembly(path: Path) -> bool:
    """Tell whether a file describes an assembly. ``cdk.out/*.json`` also matches it."""
    name = path.name
    of_asset = name.startswith("asset.")
    return of_asset or name.endswith(_OF_ASSEMBLIES) or name in _NAMES_OF_ASSEMBLIES
