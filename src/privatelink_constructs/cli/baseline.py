"""The findings in a baseline, which the command doesn't report again.

An entry contains the rule, the template, the logical ID, and the property. Lines and messages can
change.
"""

from __future__ import annotations

import json
import os
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, cast

from privatelink_constructs.cli.usage import UsageError
from privatelink_constructs.cloudformation.content import as_list, as_mapping

if TYPE_CHECKING:
    from collections.abc import Iterable

    from privatelink_constructs.rules.core import Finding

_VERSION = 1
_KEYS = ("rule", "template", "logical_id", "property")


class Entry(NamedTuple):
    """A finding in the baseline.

    :param template: the path of the template, as seen from the file of the baseline.
    """

    rule: str
    template: str
    logical_id: str
    property: str


class Baseline:
    """The findings in a baseline.

    :param path: the file of the baseline.
    :param entries: the findings.
    """

    def __init__(self, path: str, entries: Iterable[Entry] = ()) -> None:
        self._folder = Path(path).resolve().parent
        self.entries = frozenset(entries)

    def entry_of(self, finding: Finding) -> Entry:
        """Return a finding as an entry of the baseline."""
        template = relative(finding.template, self._folder)
        return Entry(finding.rule, template, finding.logical_id, finding.property_path)

    def __contains__(self, finding: Finding) -> bool:
        return self.entry_of(finding) in self.entries


def read_baseline(path: str) -> Baseline:
    """Read a baseline.

    :raises UsageError: if the file isn't a baseline.
    """
    try:
        content: object = json.loads(Path(path).read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise UsageError(
            f"the baseline {path} doesn't exist. To create it, use --write-baseline {path}."
        ) from error
    except (OSError, ValueError, RecursionError) as error:
        raise UsageError(f"the baseline {path} can't be read: {error}.") from error
    given = as_mapping(content)
    if given.get("version") != _VERSION or not isinstance(given.get("findings"), list):
        raise UsageError(f"The file {path} isn't a baseline that this version can read.")
    return Baseline(path, (_entry(path, each) for each in as_list(given["findings"])))


def _entry(path: str, raw: object) -> Entry:
    values = [as_mapping(raw).get(key) for key in _KEYS]
    if not all(isinstance(value, str) for value in values):
        raise UsageError(f"{path}: Each finding must have {', '.join(_KEYS)}.")
    return Entry(*cast("list[str]", values))


def baseline_text(path: str, findings: Iterable[Finding]) -> str:
    """Return the text of a baseline with these findings.

    :param path: the file of the baseline.
    """
    baseline = Baseline(path)
    entries = sorted({baseline.entry_of(finding) for finding in findings})
    content = {"version": _VERSION, "findings": [entry._asdict() for entry in entries]}
    return json.dumps(content, indent=2) + "\n"


@lru_cache(maxsize=1024)
def relative(name: str, folder: Path) -> str:
    """Return a path relative to a folder, with slashes on every operating system."""
    if name.startswith("<"):
        return name
    try:
        return Path(os.path.relpath(name, folder)).as_posix()
    except ValueError:
        # On Windows, another drive.
        return Path(name).as_posix()
