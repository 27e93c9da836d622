"""Reads what ``cdk synth`` writes, a cloud assembly: which templates there are, and for where.

:see: https://docs.aws.amazon.com/cdk/v2/guide/deploy.html
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from privatelink_constructs.cloudformation.content import as_mapping
from privatelink_constructs.cloudformation.template import STACK, TemplateEnvironment

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    Json = dict[str, object]

MANIFEST = "manifest.json"
_ASSET_PATH = "aws:asset:path"
_TEMPLATE, _ASSETS = ".template.json", ".assets.json"


def read_manifest(folder: Path) -> Json:
    """Return the manifest of an assembly, an empty one where a folder isn't one."""
    manifest = read_json(folder / MANIFEST)
    return manifest if isinstance(manifest.get("artifacts"), dict) else {}


def read_json(path: Path) -> Json:
    """Return what a JSON file contains, nothing for a file that isn't there or isn't JSON."""
    try:
        return as_mapping(json.loads(path.read_bytes())) if path.is_file() else {}
    except (OSError, ValueError, RecursionError):
        return {}


def assemblies_in(folder: Path, above: frozenset[Path] = frozenset()) -> Iterator[Path]:
    """Yield the folder of an assembly, and those of its stages."""
    place = folder.resolve()
    if place in above:
        return
    yield folder
    for artifact in map(as_mapping, as_mapping(read_manifest(folder).get("artifacts")).values()):
        name = as_mapping(artifact.get("properties")).get("directoryName")
        if artifact.get("type") == "cdk:cloud-assembly" and isinstance(name, str):
            yield from assemblies_in(folder / name, above | {place})


def environments_of(folder: Path, manifest: Json) -> dict[Path, TemplateEnvironment]:
    """Return where the stacks of an assembly are deployed, and their names, by their templates.

    :param folder: the folder of the assembly.
    :param manifest: its manifest.
    """
    found: dict[Path, TemplateEnvironment] = {}
    for artifact in map(as_mapping, as_mapping(manifest.get("artifacts")).values()):
        properties = as_mapping(artifact.get("properties"))
        file, name = properties.get("templateFile"), properties.get("stackName")
        if isinstance(file, str):
            # Such as aws://111111111111/eu-west-1.
            account, region = _place(artifact.get("environment"))
            found[folder / file] = TemplateEnvironment(
                region=None if region == "unknown-region" else region,
                account=None if account == "unknown-account" else account,
                stack_name=name if isinstance(name, str) else None,
            )
    return found


def _place(environment: object) -> tuple[str | None, str | None]:
    parts = environment.split("/") if isinstance(environment, str) else []
    return (parts[-2], parts[-1]) if len(parts) > 1 else (None, None)


def nested_in(path: Path, template: Json, sources: Mapping[str, str]) -> Iterator[Path]:
    """Yield the templates of the nested stacks of a template, and write into it which is whose.

    The CDK names a nested stack's file in ``Metadata`` only when its command runs the app. It is in
    the asset manifest always, and so it is added here.

    :param path: the file of the template.
    :param template: the template.
    :param sources: the files that the stack uploads, or that the one uploads which it is nested in.
    """
    for resource in as_mapping(template.get("Resources")).values():
        nested = as_mapping(resource)
        if nested.get("Type") != STACK:
            continue
        url = json.dumps(as_mapping(nested.get("Properties")).get("TemplateURL"))
        for asset, source in sources.items():
            if asset in url:
                nested["Metadata"] = {**as_mapping(nested.get("Metadata")), _ASSET_PATH: source}
                yield path.parent / source


def asset_sources(template: Path) -> dict[str, str]:
    """Return the files that a stack uploads, by their hashes."""
    files = as_mapping(
        read_json(template.parent / template.name.replace(_TEMPLATE, _ASSETS)).get("files")
    )
    sources = {
        asset: as_mapping(as_mapping(entry).get("source")).get("path")
        for asset, entry in files.items()
    }
    return {asset: path for asset, path in sources.items() if isinstance(path, str)}


class Assembled(NamedTuple):
    """The templates of the assemblies that some stacks are in.

    :param templates: all of them, by their paths; those of nested stacks, too.
    :param environments: where they are deployed, by their paths.
    :param asked: the paths of those stacks, and of the stacks nested in them.
    """

    templates: dict[str, Json]
    environments: dict[str, TemplateEnvironment]
    asked: set[str]


def read_assemblies(stacks: Iterable[Path]) -> Assembled:
    """Read the templates of the assemblies that some stacks are in.

    Early versions of the CDK name the stacks of one environment at a time. The other stacks are
    also read, to check references between stacks. An assembly is left out as long as something
    in it is still to be looked up, since its templates are made of stand-ins then.

    :param stacks: the files of their templates.
    """
    asked = set(stacks)
    found = Assembled({}, {}, set())
    for folder in sorted({path.parent for path in asked}):
        manifest = read_manifest(folder)
        if not manifest.get("missing"):
            environment_of = environments_of(folder, manifest)
            for root in sorted({*environment_of, *(it for it in asked if it.parent == folder)}):
                environment = environment_of.get(root, TemplateEnvironment())
                _take(found, root, environment, asked=root in asked)
    return found


def _take(found: Assembled, root: Path, environment: TemplateEnvironment, *, asked: bool) -> None:
    for path, template in _with_nested(root, asset_sources(root)):
        name = str(path)
        found.environments[name], found.templates[name] = environment, template
        if asked:
            found.asked.add(name)


def _with_nested(path: Path, sources: dict[str, str]) -> Iterator[tuple[Path, Json]]:
    """Yield a template and those of its nested stacks, which the CDK leaves out."""
    template = read_json(path)
    for nested in nested_in(path, template, sources):
        yield from _with_nested(nested, sources)
    yield path, template
