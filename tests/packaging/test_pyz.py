"""The command as one file: it starts where nothing is installed."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import build_pyz

DOCS = Path(__file__).resolve().parents[2] / "docs" / "rules"


@pytest.fixture(scope="module")
def pyz(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("dist") / "privatelink.pyz"
    assert build_pyz.main([str(target)]) == 0
    return target


def run(pyz: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    """Run it with the standard library and nothing else, in an environment without variables."""
    command = [sys.executable, "-I", "-S", "-W", "error", str(pyz), *map(str, arguments)]
    return subprocess.run(
        command, capture_output=True, check=False, cwd=pyz.parent, env={}, text=True
    )


def test_checks_a_template_in_yaml(pyz: Path, tmp_path: Path) -> None:
    template = tmp_path / "a.yaml"
    template.write_text(
        "Resources:\n  P:\n    Type: AWS::EC2::VPCEndpointServicePermissions\n"
        "    Properties: {ServiceId: vpce-svc-0123456789abcdef0, AllowedPrincipals: [nobody]}\n",
        encoding="utf-8",
    )
    finished = run(pyz, "check", template, "--region", "eu-west-1")
    assert (finished.returncode, finished.stderr) == (1, "")
    assert f"{template}:4:77: error: 'nobody'" in finished.stdout


@pytest.mark.parametrize("form", ["text", "json", "sarif", "junit", "github", "gitlab"])
def test_has_every_format(pyz: Path, form: str) -> None:
    finished = run(pyz, "check", DOCS / "stack.yaml", "--format", form)
    assert (finished.returncode, finished.stderr) == (0, "")


@pytest.mark.parametrize("form", ["mermaid", "dot", "svg"])
def test_draws_in_every_format(pyz: Path, form: str) -> None:
    finished = run(pyz, "draw", DOCS / "stack.yaml", "--format", form)
    assert (finished.returncode, finished.stderr) == (0, "")
    assert "Endpoint service" in finished.stdout


def test_explains_rules(pyz: Path) -> None:
    finished = run(pyz, "explain", "port-out-of-range")
    assert finished.returncode == 0
    assert "A port must be between 1 and 65535." in finished.stdout


def test_estimates_costs(pyz: Path) -> None:
    finished = run(pyz, "cost", DOCS / "stack.yaml", "--region", "eu-west-1")
    assert (finished.returncode, finished.stderr) == (0, "")
    assert "Prices: AWS list prices" in finished.stdout


def test_is_a_program(pyz: Path) -> None:
    assert os.access(pyz, os.X_OK)
    assert pyz.read_bytes().startswith(b"#!/usr/bin/env python3\n")


def test_is_the_same_each_time(pyz: Path, tmp_path: Path) -> None:
    build_pyz.build(tmp_path / "again.pyz")
    assert (tmp_path / "again.pyz").read_bytes() == pyz.read_bytes()


def test_contains_only_what_the_command_needs(pyz: Path) -> None:
    with zipfile.ZipFile(pyz) as archive:
        names = archive.namelist()
        infos = archive.infolist()
    assert names == sorted(names)
    assert {info.date_time[0] for info in infos} == {1980}
    rooms = {name.split("/")[1] for name in names if name.startswith("privatelink_constructs/")}
    assert rooms.isdisjoint({"_cdk", "consumer", "contract", "provider", "runtime"})
    assert "privatelink_constructs/checks/plugin.py" not in names
    assert {"LICENSE", "yaml/LICENSE", "yaml/__init__.py"} <= set(names)


def test_is_written_into_dist_by_default(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "dist" / "privatelink.pyz"
    monkeypatch.setattr(build_pyz, "TARGET", target)
    assert build_pyz.main([]) == 0
    assert capsys.readouterr().out.startswith(f"{target} (")
