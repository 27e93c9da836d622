"""The settings of the command in a configuration file. Options take precedence.

The settings are in ``privatelink.toml``, ``privatelink.json``, or the section ``tool.privatelink``
of ``pyproject.toml``, in the current folder or in one above it.
"""

from __future__ import annotations

import json
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, cast

from privatelink_constructs.cli.usage import UsageError, did_you_mean
from privatelink_constructs.cloudformation.content import as_mapping

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Settings = dict[str, object]

OWN_FILES = ("privatelink.toml", ".privatelink.toml", "privatelink.json", ".privatelink.json")
SHARED_FILE = "pyproject.toml"
_TABLE = "privatelink"
_TEXTS = ("account", "baseline", "fail-on", "region")
_LISTS = ("ignore", "select", "templates")
_PARAMETERS, _ACKNOWLEDGE = "parameters", "acknowledge"
_KNOWN = (*_TEXTS, *_LISTS, _PARAMETERS, _ACKNOWLEDGE)
_ACKNOWLEDGMENT_KEYS = ("reason", "resource", "rule", "template")


class Acknowledgment(NamedTuple):
    """An acknowledgment of findings in a configuration file.

    :param rule: the id of the rule.
    :param reason: the reason for the acknowledgment.
    :param template: a pattern for the paths of templates, as seen from the file. Default: all.
    :param resource: the logical ID. Default: all.
    """

    rule: str
    reason: str
    template: str = "**"
    resource: str | None = None


class Configuration:
    """The settings in a file.

    :param path: the file, None without one.
    :param settings: what is in it.
    """

    def __init__(self, path: Path | None, settings: Settings) -> None:
        self.folder = path.parent if path else Path()
        self.name = str(path)
        self._settings = settings
        for key in settings:
            if key not in _KNOWN:
                raise self._wrong(f"There is no setting {key!r}.{did_you_mean(key, _KNOWN)}")

    def _wrong(self, reason: str) -> UsageError:
        return UsageError(f"{self.name}: {reason}")

    def text(self, key: str) -> str | None:
        """Return a setting that is a string, None if it isn't set."""
        value = self._settings.get(key)
        if value is not None and not isinstance(value, str):
            raise self._wrong(f"{key} must be a string.")
        return value

    def texts(self, key: str) -> list[str]:
        """Return a setting that is a list of strings."""
        value = self._settings.get(key, [])
        items = cast("list[object]", value) if isinstance(value, list) else [None]
        if not all(isinstance(item, str) for item in items):
            raise self._wrong(f"{key} must be a list of strings.")
        return cast("list[str]", items)

    def path(self, key: str) -> str | None:
        """Return a setting that is a path, relative to the current folder."""
        value = self.text(key)
        return None if value is None else str(self.folder / value)

    @property
    def parameters(self) -> dict[str, str]:
        """The values of parameters."""
        value = self._settings.get(_PARAMETERS, {})
        if not isinstance(value, dict):
            raise self._wrong(f"{_PARAMETERS} must be a table")
        given = as_mapping(cast("object", value)).items()
        if not all(isinstance(each, (str, int, float)) for _, each in given):
            raise self._wrong(f"{_PARAMETERS} must be a table of strings and numbers.")
        return {
            name: str(each).lower() if isinstance(each, bool) else str(each) for name, each in given
        }

    @property
    def acknowledgments(self) -> list[Acknowledgment]:
        """The acknowledgments."""
        value = self._settings.get(_ACKNOWLEDGE, [])
        if not isinstance(value, list):
            raise self._wrong(f"{_ACKNOWLEDGE} must be a list of tables.")
        return [self._acknowledgment(as_mapping(each)) for each in cast("list[object]", value)]

    def _acknowledgment(self, raw: Settings) -> Acknowledgment:
        for key, value in raw.items():
            if key not in _ACKNOWLEDGMENT_KEYS:
                hint = did_you_mean(key, _ACKNOWLEDGMENT_KEYS)
                raise self._wrong(f"{_ACKNOWLEDGE} has no key {key!r}.{hint}")
            if not isinstance(value, str):
                raise self._wrong(f"{key} in {_ACKNOWLEDGE} must be a string.")
        if "rule" not in raw or "reason" not in raw:
            raise self._wrong(f"Each {_ACKNOWLEDGE} must have a rule and a reason.")
        return Acknowledgment(**cast("dict[str, str]", raw))


def read_configuration(path: str | None) -> Configuration:
    """Read the configuration.

    :param path: the file. Default: the nearest one, from the current folder upward.
    :raises UsageError: if it can't be read or isn't a configuration.
    """
    if path is not None:
        file = Path(path)
        return Configuration(file, _own_settings(file, _parsed(file)))
    for folder in _folders_upward():
        for name in OWN_FILES:
            if (folder / name).is_file():
                return Configuration(folder / name, _parsed(folder / name))
        shared = folder / SHARED_FILE
        if shared.is_file() and f"tool.{_TABLE}" in shared.read_text("utf-8", "replace"):
            return Configuration(shared, _own_settings(shared, _parsed(shared)))
    return Configuration(None, {})


def _folders_upward() -> Iterator[Path]:
    here = Path.cwd()
    for folder in (here, *here.parents):
        # Relative where it can be, as people read it in messages.
        yield Path() if folder == here else folder
        if (folder / ".git").exists():
            return


def _own_settings(file: Path, content: Settings) -> Settings:
    if file.name != SHARED_FILE:
        return content
    return as_mapping(as_mapping(content.get("tool")).get(_TABLE))


def _parsed(file: Path) -> Settings:
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        raise UsageError(f"The file {file} can't be read.") from error
    try:
        content: object = json.loads(text) if file.suffix == ".json" else _toml(file)(text)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{file}: {error}") from error
    if not isinstance(content, dict):
        raise UsageError(f"The file {file} must contain a table of settings.")
    return as_mapping(cast("object", content))


def _toml(file: Path) -> Callable[[str], object]:
    """Return the function that reads TOML. Python 3.11 and later contain one."""
    found = next((name for name in ("tomllib", "tomli") if find_spec(name)), None)
    if found is None:
        raise UsageError(
            f"{file}: Python 3.10 can't read TOML. Run python -m pip install tomli, or put the "
            "settings in privatelink.json."
        )
    loads: Callable[[str], object] = import_module(found).loads
    return loads
