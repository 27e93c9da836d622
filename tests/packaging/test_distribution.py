"""What is published: what the sdist and the wheel contain, and that the wheel works by itself.

The README and Getting started are followed with the wheel, from an empty folder.
"""

from __future__ import annotations

import json
import os
import re
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

CDK = ROOT / "node_modules" / "aws-cdk" / "bin" / "cdk"
NODE = ROOT / ".venv" / "node" / "bin"
BLOCK = re.compile(r"^```python\n(.*?)^```$", re.DOTALL | re.MULTILINE)
# An image, which links to the tables of the results, has no text that stays.
RELATIVE_LINK = re.compile(r"\]\((?!https://|#)|^\[[^\]]+\]: (?!https://)", re.MULTILINE)

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


def test_the_wheel_depends_only_on_the_cdk(wheel: Path) -> None:
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
        # jsii starts Node as it does for users.
        env={**os.environ, "CDK_VALIDATION": "false", "JSII_NODE": "node"},
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )

    template = json.loads((tmp_path / "out" / "Stack.template.json").read_text())
    types = {resource["Type"] for resource in template["Resources"].values()}
    assert SYNTHESIZED_TYPE in types
    assert Path(run.stdout.strip()).is_relative_to(installed_python.parents[1])


def description(wheel: Path) -> str:
    text = zipfile.ZipFile(wheel).read(f"{NAME}.dist-info/METADATA").decode()
    return str(Parser().parsestr(text).get_payload())


def test_the_page_of_an_index_has_no_link_into_the_repository(wheel: Path) -> None:
    assert description(wheel).startswith("# privatelink_constructs")
    assert not RELATIVE_LINK.findall(description(wheel))


class FirstHour:
    """A folder in which somebody follows a page."""

    def __init__(self, page: str, python: Path, folder: Path) -> None:
        self.text = (ROOT / page).read_text(encoding="utf-8")
        self.blocks = BLOCK.findall(self.text)
        self.folder = folder / "payments"
        self.folder.mkdir()
        path = os.pathsep.join([str(python.parent), str(NODE), os.environ["PATH"]])
        removed = {"CDK_VALIDATION", "JSII_NODE", "PYTHONPATH", "VIRTUAL_ENV"}
        kept = {name: value for name, value in os.environ.items() if name not in removed}
        self.environment = {**kept, "HOME": str(folder), "PATH": path}

    def cdk(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [NODE / "node", CDK, *arguments],
            cwd=self.folder,
            env=self.environment,
            check=False,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def synthesize(self, program: str) -> subprocess.CompletedProcess[str]:
        (self.folder / "app.py").write_text(program)
        return self.cdk("synth", "--quiet")


@pytest.mark.parametrize("page", ["README.md", "docs/getting_started.md"])
def test_a_page_is_followed_from_an_empty_folder(
    page: str, installed_python: Path, tmp_path: Path
) -> None:
    hour = FirstHour(page, installed_python, tmp_path)
    assert "cdk init app --language python" in hour.text
    assert "cdk synth --quiet" in hour.text
    # The page's command also makes a virtual environment, which is there already.
    assert not hour.cdk("init", "app", "--language", "python", "--generate-only").returncode
    provider, consumer = hour.blocks[:2]

    assert hour.synthesize(provider).stdout == ""
    both = hour.synthesize(provider.replace("app.synth()\n", f"{consumer}\napp.synth()\n"))
    assert "WARNING" not in both.stdout.upper()
    assert {it.name for it in hour.folder.glob("cdk.out/*.template.json")} == {
        "Consumer.template.json",
        "Provider.template.json",
    }


def test_a_wrong_port_ends_as_getting_started_says(installed_python: Path, tmp_path: Path) -> None:
    hour = FirstHour("docs/getting_started.md", installed_python, tmp_path)
    assert not hour.cdk("init", "app", "--language", "python", "--generate-only").returncode

    broken = hour.synthesize(hour.blocks[0].replace("Listener.tcp(80,", "Listener.tcp(70000,"))

    assert broken.returncode
    last = [line for line in broken.stdout.splitlines() if f"{PACKAGE}.errors." in line]
    assert len(last) == 1
    assert last[0].startswith(f"{PACKAGE}.errors.ValidationError: ")
    assert "[port-out-of-range]" in last[0]
