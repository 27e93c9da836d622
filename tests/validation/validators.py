"""Runs every validator over apps, and brings what they say into one form."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import cloudformation_validate as engine  # pyright: ignore[reportMissingTypeStubs]
from cfnlint import ManualArgs, api  # pyright: ignore[reportMissingTypeStubs]
from tests.validation.findings import Finding, Validator

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ROOT = Path(__file__).parents[2]
_PLUGINS = {
    "AwsSolutions": Validator.CDK_NAG,
    "CloudFormation Validate": Validator.CDK,
    "Construct Annotations": Validator.ANNOTATIONS,
    "NIST.800.53.R5": Validator.CDK_NAG,
    "cdk-preflight": Validator.CDK_PREFLIGHT,
    "privatelink-constructs": Validator.OUR_CHECKS,
}


def validate(folders: Iterable[Path], output: Path) -> list[Finding]:
    """Return what all validators say about apps.

    :param folders: the folders of the apps.
    :param output: where the assemblies go.
    """
    apps = {folder.name: folder for folder in folders}
    _synthesize(apps.values(), output)
    return [finding for app in apps for finding in _findings(app, output / app)]


def _synthesize(folders: Iterable[Path], output: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "CDK_VALIDATION"}
    command = [sys.executable, "-m", "tests.validation.synthesis", output, *folders]
    run = subprocess.run(
        command, cwd=ROOT, env=environment, check=False, capture_output=True, text=True
    )
    # The CDK prints the reports, too: what matters of it is at the end.
    assert run.returncode == 0, run.stderr[-4000:]


def _findings(app: str, assembly: Path) -> Iterator[Finding]:
    yield from _reported(app, assembly)
    for stack in _stacks(assembly):
        yield from _of_cfn_lint(app, stack)
        yield from _of_cloudformation_validate(app, stack)


def _reported(app: str, assembly: Path) -> Iterator[Finding]:
    """Return what the plugins of the CDK say."""
    report = assembly / "validation-report.json"
    if not report.exists():
        return
    for plugin in json.loads(report.read_text())["pluginReports"]:
        for violation in plugin["violations"]:
            for construct in violation["violatingConstructs"]:
                yield Finding(
                    validator=_PLUGINS[plugin["pluginName"]],
                    rule=violation["ruleName"],
                    app=app,
                    place=construct.get("constructPath", ""),
                    message=violation["description"],
                )


@dataclass(frozen=True)
class _Stack:
    """A stack of an assembly."""

    name: str
    template: Path
    metadata: Path
    account: str
    region: str

    @cached_property
    def _paths(self) -> dict[str, str]:
        entries: dict[str, list[dict[str, Any]]] = json.loads(self.metadata.read_text())
        return {
            entry["data"]: path.removeprefix("/")
            for path, found in entries.items()
            for entry in found
            if entry["type"] == "aws:cdk:logicalId"
        }

    def place(self, logical_id: str | None) -> str:
        """Return the path of the construct of a logical id."""
        return self._paths.get(logical_id or "", self.name)


def _stacks(assembly: Path) -> Iterator[_Stack]:
    for manifest in sorted(assembly.rglob("manifest.json")):
        for artifact in json.loads(manifest.read_text())["artifacts"].values():
            if artifact["type"] != "aws:cloudformation:stack":
                continue
            account, region = artifact["environment"].removeprefix("aws://").split("/")
            yield _Stack(
                name=artifact["displayName"],
                template=manifest.parent / artifact["properties"]["templateFile"],
                metadata=manifest.parent / artifact["additionalMetadataFile"],
                account="111111111111" if account.startswith("unknown") else account,
                region="us-east-1" if region.startswith("unknown") else region,
            )


def _of_cfn_lint(app: str, stack: _Stack) -> Iterator[Finding]:
    options = ManualArgs(
        include_checks=["E", "I", "W"], include_experimental=True, regions=[stack.region]
    )
    for match in cast("list[Any]", api.lint_file(stack.template, options)):
        path = [str(part) for part in match.path or ()]
        yield Finding(
            validator=Validator.CFN_LINT,
            rule=match.rule.id,
            app=app,
            place=stack.place(path[1] if path[:1] == ["Resources"] else None),
            message=f"{'/'.join(path)}: {match.message}",
        )


_engine: Any = engine.CompositeEngine()


def _of_cloudformation_validate(app: str, stack: _Stack) -> Iterator[Finding]:
    config = engine.ValidateConfig(
        severity_level=engine.Severity.WARN,
        pseudo_parameter_overrides=engine.PseudoParameterOverrides(
            account_id=stack.account, region=stack.region
        ),
    )
    for diagnostic in _engine.validate_template(stack.template, config).diagnostics:
        entity = diagnostic.entity
        yield Finding(
            validator=Validator.CLOUDFORMATION_VALIDATE,
            rule=diagnostic.rule_id,
            app=app,
            place=stack.place(entity.logical_id if entity else None),
            message=f"{diagnostic.property_path}: {diagnostic.message}",
        )
