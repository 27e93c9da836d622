"""Keeps what a diagnosis read in a folder, and reads it from there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from privatelink_constructs.cloudformation.content import as_mapping
from privatelink_constructs.diagnosis.judging import judge
from privatelink_constructs.inventory.states import STATE_KEY
from privatelink_constructs.rules.core import sentence

if TYPE_CHECKING:
    from privatelink_constructs.diagnosis.result import Diagnosis


class NothingSavedError(Exception):
    """A folder that a diagnosis can't be read from; the message says why."""


def save(diagnosis: Diagnosis, folder: str) -> list[str]:
    """Write the templates of a diagnosis into a folder.

    :return: the paths of the files.
    """
    path = Path(folder)
    path.mkdir(parents=True, exist_ok=True)
    written: list[str] = []
    for name, template in diagnosis.templates.items():
        content = json.dumps(template, indent=2, default=str)
        (path / name).write_text(f"{content}\n", encoding="utf-8")
        written.append(str(path / name))
    return written


def diagnose_saved(folder: str) -> Diagnosis:
    """Judge the templates that a diagnosis was saved as.

    :param folder: where they are.
    :raises NothingSavedError: when nothing was saved there.
    """
    # The provider's side comes first, as it does when both are asked.
    paths = sorted(Path(folder).glob("*.json"), reverse=True)
    templates = {path.name: _read(path) for path in paths}
    kept = {name: it for name, it in templates.items() if _is_saved(it)}
    if not kept:
        raise NothingSavedError(f"{folder}: {_absence(Path(folder))}")
    return judge(kept)


def _absence(folder: Path) -> str:
    if not folder.is_dir():
        return "No such folder."
    return "The folder has no provider.json or consumer.json of privatelink diagnose --save."


def _read(path: Path) -> dict[str, object]:
    try:
        content: object = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise NothingSavedError(f"{path}: It can't be read. {sentence(str(error))}") from error
    return as_mapping(content)


def _is_saved(template: dict[str, object]) -> bool:
    note = as_mapping(as_mapping(template.get("Metadata")).get(STATE_KEY))
    return isinstance(note.get("Service"), str)
