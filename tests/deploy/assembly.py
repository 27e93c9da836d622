"""A synthesized app, as far as the suite looks into it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.deploy.accounts import HOME_REGION

if TYPE_CHECKING:
    from pathlib import Path

_ENVIRONMENT = re.compile(r"aws://([^/]+)/(.+)$")
_DEFAULT_ACCOUNT = "111111111111"


@dataclass(frozen=True)
class StackArtifact:
    """A stack of an assembly.

    :param account_id: the default account where the app leaves it open
    """

    name: str
    account_id: str
    region: str
    template: dict[str, Any]

    def of_type(self, resource_type: str) -> dict[str, dict[str, Any]]:
        """Return the resources of a type by logical id."""
        return {
            name: item
            for name, item in self.template.get("Resources", {}).items()
            if item["Type"] == resource_type
        }


def stacks(folder: Path) -> list[StackArtifact]:
    """Read the stacks of an assembly, those of its nested assemblies (stages) included."""
    manifest = json.loads((folder / "manifest.json").read_text())
    found: list[StackArtifact] = []
    for name, artifact in sorted(manifest["artifacts"].items()):
        if artifact["type"] == "aws:cloudformation:stack":
            found.append(_stack(folder, name, artifact))
        elif artifact["type"] == "cdk:cloud-assembly":
            found += stacks(folder / artifact["properties"]["directoryName"])
    return found


def _stack(folder: Path, name: str, artifact: dict[str, Any]) -> StackArtifact:
    match = _ENVIRONMENT.match(artifact["environment"])
    account, region = match.groups() if match else ("unknown-account", "unknown-region")
    properties = artifact["properties"]
    return StackArtifact(
        name=properties.get("stackName", name),
        account_id=_DEFAULT_ACCOUNT if account.startswith("unknown") else account,
        region=HOME_REGION if region.startswith("unknown") else region,
        template=json.loads((folder / properties["templateFile"]).read_text()),
    )
