"""What is published: the sdist and the wheel hold what they should, and the wheel works alone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tarfile
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = "privatelink_constructs"
VERSION = "0.1.0"
NAME = f"{PACKAGE}-{VERSION}"
SDIST_FOLDERS = ("docs", "examples", "src", "tests")
SDIST_FILES = {"CHANGELOG.md", "LICENSE", "README.md", "pyproject.toml"}
# Written by the build backend: the metadata, and the file that keeps a later build as clean.
SDIST_GENERATED = {"PKG-INFO", ".gitignore"}
WHEEL_METADATA = {"METADATA", "RECORD", "WHEEL", "entry_points.txt", "licenses/LICENSE"}
NOT_SOURCE = {"__pycache__", "cdk.out", ".hypothesis", "node_modules"}

# What the installed wheel has to manage with nothing else of the project in reach.
PROGRAM = f"""
import sys

import aws_cdk as cdk
import {PACKAGE}
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticloadbalancingv2_targets as targets

app = cdk.App(outdir=sys.argv[1])
stack = cdk.Stack(app, "Stack")
{PACKAGE}.NetworkLoadBalancedEndpointService(
    stack,
    "Service",
    vpc=ec2.Vpc(stack, "Vpc"),
    listeners=[{PACKAGE}.Listener.tcp(443, targets=[targets.IpTarget("192.168.0.10")])],
)
app.synth()
print({PACKAGE}.__file__)
"""
SYNTHESIZED_TYPE = "AWS::EC2::VPCEndpointService"


def uv(*arguments: str | Path, cwd: Path = ROOT) -> str:
    # Compiling the whole CDK costs more than it saves in an environment that is used once.
    environment = {**os.environ, "UV_COMPILE_BYTECODE": "0", "UV_PYTHON_DOWNLOADS": "never"}
    environment.pop("VIRTUAL_ENV", None)
    command = [sys.executable, "-m", "uv", "--quiet", *arguments]
    return subprocess.run(
        command, cwd=cwd, env=environment, check=True, stdout=subprocess.PIPE, text=True
    ).stdout


def source_files(folder: Path) -> set[str]:
    return {
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file() and not NOT_SOURCE.intersection(path.parts)
    }


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    uv("build", "--python", sys.executable, "--out-dir", folder)
    return folder


@pytest.fixture(scope="module")
def wheel(dist: Path) -> Path:
    return dist / f"{NAME}-py3-none-any.whl"


@pytest.fixture(scope="module")
def installed_python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("installed")
    locked = folder / "locked.txt"
    locked.write_text(uv("export", "--locked", "--no-dev", "--no-emit-project", "--no-hashes"))
    uv("venv", "--python", sys.executable, folder / "venv")
    python = folder / "venv" / "bin" / "python"
    uv("pip", "install", "--python", python, "--constraint", locked, wheel, cwd=folder)
    return python


def test_only_an_sdist_and_a_wheel_are_built(dist: Path, wheel: Path) -> None:
    built = {path.name for path in dist.iterdir()} - {".gitignore"}

    assert built == {f"{NAME}.tar.gz", wheel.name}


def test_the_wheel_holds_the_package_and_nothing_else(wheel: Path) -> None:
    package = {f"{PACKAGE}/{name}" for name in source_files(ROOT / "src" / PACKAGE)}
    metadata = {f"{NAME}.dist-info/{name}" for name in WHEEL_METADATA}

    assert set(zipfile.ZipFile(wheel).namelist()) == package | metadata


@pytest.mark.parametrize("name", ["__init__.py", "py.typed", "runtime/__init__.py"])
def test_the_wheel_holds_what_works_only_as_a_file(wheel: Path, name: str) -> None:
    assert f"{PACKAGE}/{name}" in zipfile.ZipFile(wheel).namelist()


def test_the_sdist_holds_the_sources_tests_examples_and_docs(dist: Path) -> None:
    sources = {
        f"{folder}/{name}" for folder in SDIST_FOLDERS for name in source_files(ROOT / folder)
    }

    with tarfile.open(dist / f"{NAME}.tar.gz") as sdist:
        names = {member.name.removeprefix(f"{NAME}/") for member in sdist if member.isfile()}

    assert names == sources | SDIST_FILES | SDIST_GENERATED


def test_the_wheel_depends_on_the_cdk_alone(wheel: Path) -> None:
    text = zipfile.ZipFile(wheel).read(f"{NAME}.dist-info/METADATA").decode()
    requirements = Parser().parsestr(text).get_all("Requires-Dist", [])

    needed = sorted(line for line in requirements if "extra ==" not in line)

    assert needed == ["aws-cdk-lib<3,>=2.268.0", "constructs<11,>=10.5.1"]


def test_the_wheel_synthesizes_in_an_empty_environment(
    installed_python: Path, tmp_path: Path
) -> None:
    program = tmp_path / "app.py"
    program.write_text(PROGRAM)

    run = subprocess.run(
        [installed_python, "-I", program, tmp_path / "out"],
        cwd=tmp_path,
        env={**os.environ, "CDK_VALIDATION": "false"},
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )

    template = json.loads((tmp_path / "out" / "Stack.template.json").read_text())
    types = {resource["Type"] for resource in template["Resources"].values()}
    assert SYNTHESIZED_TYPE in types
    assert Path(run.stdout.strip()).is_relative_to(installed_python.parents[1])
