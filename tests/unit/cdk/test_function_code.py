"""The code of functions: which files it has, and who may read them."""

from __future__ import annotations

import shutil
from pathlib import Path

import aws_cdk as cdk
import pytest
from tests.support.published import only, stack_in
from tests.unit.provider.acceptance_stacks import CUSTOMER, service

from privatelink_constructs import AcceptancePolicy
from privatelink_constructs._cdk import function_code

FILES = {"calls.py", "index.py", "journal.py", "reconciling.py", "reply.py", "verdicts.py"}


@pytest.fixture
def runtime(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the runtime."""
    copied = tmp_path / "runtime"
    ignore = shutil.ignore_patterns("__pycache__")
    shutil.copytree(function_code.RUNTIME, copied, ignore=ignore)
    monkeypatch.setattr(function_code, "RUNTIME", copied)
    return copied


def asset() -> tuple[str, Path]:
    """Return the hash of an acceptor's code, and the folder with it."""
    app = cdk.App()
    stack = stack_in(app)
    service(stack, acceptance=AcceptancePolicy.by_rules(accept_accounts=[CUSTOMER]))
    assembly = app.synth()
    template = assembly.get_stack_by_name("Provider").template
    key = str(only(template, "AWS::Lambda::Function")["Properties"]["Code"]["S3Key"])
    return key, Path(assembly.directory) / f"asset.{key.removesuffix('.zip')}"


def files_in(folder: Path) -> set[str]:
    return {str(it.relative_to(folder)) for it in folder.rglob("*") if it.is_file()}


def test_the_code_is_the_files_of_the_function() -> None:
    _, folder = asset()
    assert files_in(folder) == {f"acceptance/{name}" for name in FILES}


def test_all_files_of_the_function_are_part_of_it() -> None:
    found = {it.name for it in (function_code.RUNTIME / "acceptance").glob("*.py")}
    assert found == {*FILES, "__init__.py"}


def test_stray_files_change_nothing(runtime: Path) -> None:
    before, _ = asset()
    for name in (
        ".DS_Store",
        "index.py.orig",
        "scratch.py",
        "acceptance/.DS_Store",
        "acceptance/.index.py.swp",
        "acceptance/index.py~",
        "acceptance/scratch.py",
        "acceptance/__pycache__/index.cpython-314.pyc",
        "acceptance/below/index.py",
        "below/acceptance/index.py",
    ):
        path = runtime / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"stray")

    after, folder = asset()
    assert after == before
    assert files_in(folder) == {f"acceptance/{name}" for name in FILES}


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o700])
def test_everybody_may_read_the_files_whatever_the_umask(runtime: Path, mode: int) -> None:
    before, _ = asset()
    for path in runtime.rglob("*.py"):
        path.chmod(mode)

    after, folder = asset()
    assert after == before
    assert {it.stat().st_mode & 0o444 for it in folder.rglob("*.py")} == {0o444}
    assert files_in(folder) == {f"acceptance/{name}" for name in FILES}


def test_another_line_is_another_code(runtime: Path) -> None:
    before, _ = asset()
    with (runtime / "acceptance" / "calls.py").open("a") as file:
        file.write("# another line\n")
    assert asset()[0] != before
