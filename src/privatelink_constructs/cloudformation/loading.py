"""Reads templates from files: JSON, and YAML with the short forms of intrinsic functions."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Callable

    from yaml import Node, SafeLoader, ScalarNode


class LoadError(Exception):
    """A file that is no template, with the reason."""


def load(path: str) -> dict[str, object]:
    """Read a template.

    :param path: the file; what ends in ``.json`` or begins with a brace is JSON, all else YAML.
    :raises LoadError: when it can't be read, or isn't a template.
    """
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise LoadError(f"{path}: {error}") from error
    template = _parse(path, text)
    if not isinstance(template, dict) or "Resources" not in template:
        raise LoadError(f"{path}: no template, there is no Resources section in it")
    return cast("dict[str, object]", template)


def _parse(path: str, text: str) -> object:
    if path.endswith(".json") or text.lstrip().startswith("{"):
        try:
            return json.loads(text)
        except (ValueError, RecursionError) as error:
            raise LoadError(f"{path}: no JSON: {error}") from error
    try:
        return load_yaml(text)
    except (ValueError, RecursionError) as error:
        raise LoadError(f"{path}: no YAML: {error}") from error


def load_yaml(text: str) -> object:
    """Read YAML as CloudFormation does.

    :raises LoadError: when PyYAML isn't installed.
    :raises ValueError: when it is no YAML.
    """
    try:
        import yaml  # noqa: PLC0415 - optional, and slow to import
    except ImportError as error:
        raise LoadError(
            "YAML templates need PyYAML: pip install 'privatelink-constructs[checks-yaml]'"
        ) from error

    class TemplateLoader(yaml.SafeLoader):
        """Knows the short forms, and leaves dates alone."""

    TemplateLoader.add_constructor("tag:yaml.org,2002:timestamp", _as_text)
    TemplateLoader.add_multi_constructor("!", _intrinsic)  # pyright: ignore[reportUnknownMemberType]
    try:
        return yaml.load(text, Loader=TemplateLoader)  # noqa: S506 - it is a SafeLoader
    except yaml.YAMLError as error:
        raise ValueError(str(error)) from error


def _as_text(loader: SafeLoader, node: ScalarNode) -> object:
    return loader.construct_scalar(node)


def _intrinsic(loader: SafeLoader, suffix: str, node: Node) -> dict[str, object]:
    name = suffix if suffix in {"Condition", "Ref"} else f"Fn::{suffix}"
    # Asked by name: the node classes can't be imported without PyYAML.
    construct: dict[str, Callable[[Any], object]] = {
        "ScalarNode": loader.construct_scalar,
        "SequenceNode": lambda node: loader.construct_sequence(node, deep=True),
        "MappingNode": lambda node: loader.construct_mapping(node, deep=True),
    }
    return {name: construct[type(node).__name__](node)}
